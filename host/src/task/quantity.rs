//! How people write amounts: fuel in SI (`10G`), sizes in binary units (`64MiB`) or bare bytes, times as `1m30s`.

use std::time::Duration;

/// Why a text is no amount. The text itself is named by whoever asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// No number stands at the start.
    #[error("it does not start with a whole number")]
    NoNumber,
    /// The unit is none of the known ones.
    #[error("unknown unit `{unit}`; use {known}")]
    UnknownUnit {
        /// What was written.
        unit: String,
        /// What could have been.
        known: &'static str,
    },
    /// More than 64 bits hold.
    #[error("it is too large")]
    TooLarge,
    /// A limit of nothing would end everything at once.
    #[error("it must be at least 1")]
    Zero,
    /// No time of the form `1m30s`.
    #[error("write a time as `250ms`, `30s` or `1m30s`")]
    NotATime,
}

fn parse_scaled(text: &str, units: &[(&str, u64)], known: &'static str) -> Result<u64, QuantityError> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    if number.is_empty() {
        return Err(QuantityError::NoNumber);
    }
    let number: u64 = number.parse().map_err(|_| QuantityError::TooLarge)?;
    let unit = unit.trim();
    let scale = units
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, scale)| *scale)
        .ok_or_else(|| QuantityError::UnknownUnit { unit: unit.to_owned(), known })?;
    let value = number.checked_mul(scale).ok_or(QuantityError::TooLarge)?;
    if value == 0 { Err(QuantityError::Zero) } else { Ok(value) }
}

/// Reads an amount of fuel: a whole number with `k`, `M`, `G` or `T` for powers of a thousand.
///
/// # Errors
/// If it is no such number, is 0, or does not fit 64 bits.
pub fn parse_fuel(text: &str) -> Result<u64, QuantityError> {
    const UNITS: &[(&str, u64)] =
        &[("", 1), ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000)];
    parse_scaled(text, UNITS, "k, M, G or T")
}

/// Reads a size in bytes: a whole number, bare or with `KiB`, `MiB`, `GiB` (also `K`, `M`, `G`, as binary units).
///
/// # Errors
/// If it is no such number, is 0, or does not fit 64 bits.
pub fn parse_size(text: &str) -> Result<u64, QuantityError> {
    const UNITS: &[(&str, u64)] = &[
        ("", 1),
        ("B", 1),
        ("K", 1 << 10),
        ("KiB", 1 << 10),
        ("M", 1 << 20),
        ("MiB", 1 << 20),
        ("G", 1 << 30),
        ("GiB", 1 << 30),
    ];
    parse_scaled(text, UNITS, "KiB, MiB or GiB")
}

/// Reads a time such as `250ms`, `30s` or `1m30s`.
///
/// # Errors
/// If it is no such time, or is 0.
pub fn parse_time(text: &str) -> Result<Duration, QuantityError> {
    let time = humantime::parse_duration(text.trim()).map_err(|_| QuantityError::NotATime)?;
    if time.is_zero() { Err(QuantityError::Zero) } else { Ok(time) }
}

/// Writes a size for people: the largest binary unit that leaves at least 1, with one decimal where it matters.
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

    #[test]
    fn fuel_is_counted_in_powers_of_a_thousand() {
        assert_eq!(parse_fuel("30G"), Ok(30_000_000_000));
        assert_eq!(parse_fuel(" 5 k "), Ok(5_000));
        assert_eq!(parse_fuel("7"), Ok(7));
    }

    #[test]
    fn sizes_are_counted_in_powers_of_1024() {
        assert_eq!(parse_size("256MiB"), Ok(256 << 20));
        assert_eq!(parse_size("64K"), Ok(64 << 10));
        assert_eq!(parse_size("100"), Ok(100));
    }

    #[test]
    fn what_is_no_amount_is_refused_and_never_taken_for_a_default() {
        assert_eq!(parse_fuel("0"), Err(QuantityError::Zero));
        assert_eq!(parse_fuel("G"), Err(QuantityError::NoNumber));
        assert_eq!(parse_fuel("99999999999T"), Err(QuantityError::TooLarge));
        assert_eq!(parse_fuel("-1"), Err(QuantityError::NoNumber));
        assert!(matches!(parse_size("5MB"), Err(QuantityError::UnknownUnit { unit, .. }) if unit == "MB"));
        assert_eq!(parse_time("60"), Err(QuantityError::NotATime));
        assert_eq!(parse_time("0s"), Err(QuantityError::Zero));
    }

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
