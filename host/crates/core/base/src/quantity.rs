//! Amounts: how people write fuel, sizes and times (see `parse`), and how they are written for
//! people and for flags.

mod parse;

pub use parse::{NoQuantity, QuantityError, QuantityKind, parse_fuel, parse_size, parse_time};

/// Writes a size for people: the largest binary unit that leaves at least 1, with one decimal where
/// it matters.
#[must_use]
pub fn show_size(bytes: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    for (name, scale) in UNITS {
        if bytes >= scale {
            let tenths = u128::from(bytes) * 10 / u128::from(scale);
            return match tenths % 10 {
                0 => format!("{} {name}", tenths / 10),
                tenth => format!("{}.{tenth} {name}", tenths / 10),
            };
        }
    }
    format!("{bytes} bytes")
}

/// Writes a size as flags take it: exact, in the largest unit that divides it.
#[must_use]
pub fn write_size(bytes: u64) -> String {
    write_scaled(bytes, [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)])
}

/// Writes an amount of fuel as flags take it: exact, in the largest unit that divides it.
#[must_use]
pub fn write_fuel(fuel: u64) -> String {
    write_scaled(fuel, [("G", 1_000_000_000), ("M", 1_000_000), ("k", 1_000)])
}

fn write_scaled(value: u64, units: [(&str, u64); 3]) -> String {
    match units.into_iter().find(|(_, scale)| value >= *scale && value.is_multiple_of(*scale)) {
        Some((name, scale)) => format!("{}{name}", value / scale),
        None => value.to_string(),
    }
}

/// Writes an amount of fuel for people: `1.5G`, with one decimal where it matters.
#[must_use]
pub fn show_fuel(fuel: u64) -> String {
    const UNITS: [(&str, u64); 4] =
        [("T", 1_000_000_000_000), ("G", 1_000_000_000), ("M", 1_000_000), ("k", 1_000)];
    for (name, scale) in UNITS {
        if fuel >= scale {
            let tenths = u128::from(fuel) * 10 / u128::from(scale);
            return match tenths % 10 {
                0 => format!("{}{name}", tenths / 10),
                tenth => format!("{}.{tenth}{name}", tenths / 10),
            };
        }
    }
    fuel.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_is_written_for_a_flag_is_read_back_exactly() {
        for amount in [1, 17, 1000, 1024, 1536, 15_210, (3 << 20) / 2, 1 << 30, 30_000_000_000, u64::MAX] {
            assert_eq!(parse_size(&write_size(amount)), Ok(amount));
            assert_eq!(parse_fuel(&write_fuel(amount)), Ok(amount));
        }
        assert_eq!(
            (write_size(1 << 30), write_size((3 << 20) / 2)),
            ("1GiB".to_owned(), "1536KiB".to_owned())
        );
        assert_eq!(write_fuel(31_000_000_000), "31G");
    }

    #[test]
    fn times_and_amounts_read_well() {
        assert_eq!(parse_time("1m30s"), Ok(Duration::from_secs(90)));
        assert_eq!(show_size(256 << 20), "256 MiB");
        assert_eq!(show_size((3 << 20) / 2), "1.5 MiB");
        assert_eq!(show_size(17), "17 bytes");
        assert_eq!(show_fuel(15_210), "15.2k");
        assert_eq!(show_fuel(30_000_000_000), "30G");
    }
}
