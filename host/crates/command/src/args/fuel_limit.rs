//! The value of `--fuel`: an amount, or `off`, which is one of the whole run.
//!
//! It must never know what a task record, a group or a case may ask for: none of them has `off`.

use polymer_host_base::quantity::{QuantityError, parse_fuel, write_fuel};
use std::fmt;
use std::str::FromStr;

/// The word for a run that counts no fuel.
const OFF: &str = "off";

/// Fuel of each attempt of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FuelLimit(pub Option<u64>);

/// Error for a text that is neither.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}, or `{OFF}` to count none")]
pub struct FuelLimitError(QuantityError);

impl FromStr for FuelLimit {
    type Err = FuelLimitError;

    fn from_str(text: &str) -> Result<Self, FuelLimitError> {
        if text.trim().eq_ignore_ascii_case(OFF) {
            return Ok(Self(None));
        }
        parse_fuel(text).map(|fuel| Self(Some(fuel))).map_err(FuelLimitError)
    }
}

/// As the flag takes it.
impl fmt::Display for FuelLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(fuel) => f.write_str(&write_fuel(fuel)),
            None => f.write_str(OFF),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_an_amount_or_off_and_is_written_as_it_is_read() {
        for (text, limit, written) in [
            ("2G", Some(2_000_000_000), "2G"),
            ("1", Some(1), "1"),
            (" OFF ", None, "off"),
            ("off", None, "off"),
        ] {
            let read: FuelLimit = text.parse().unwrap();
            assert_eq!((read.0, read.to_string().as_str()), (limit, written), "{text}");
            assert_eq!(read.to_string().parse(), Ok(read));
        }
    }

    #[test]
    fn what_is_neither_is_told_both() {
        for text in ["", "of", "0", "none", "-1", "off 2G"] {
            let told = text.parse::<FuelLimit>().unwrap_err().to_string();
            assert!(told.contains("`500M`") && told.ends_with("or `off` to count none"), "{told}");
        }
    }
}
