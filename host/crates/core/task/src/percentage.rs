//! A share of many, as people write it: `5%`, `0.25%`.

use std::fmt;
use std::str::FromStr;

/// A share from 0% to 100%, exact to the millionth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percentage(u32);

/// Error for a value that is no percentage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a percentage as `5%` or `0.25%`: 0% to 100%, with up to four digits after the point")]
pub struct ShareError;

impl Percentage {
    /// All of it, in millionths.
    const ALL: u32 = 1_000_000;

    /// So many percent, 0 to 100.
    ///
    /// # Errors
    /// If it is more than 100.
    pub const fn percent(percent: u32) -> Result<Self, ShareError> {
        if percent <= 100 { Ok(Self(percent * (Self::ALL / 100))) } else { Err(ShareError) }
    }

    /// Returns whether it is zero.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        self.0 == 0
    }

    /// The same from 0 to 1.
    #[must_use]
    pub fn as_fraction(self) -> f64 {
        f64::from(self.0) / f64::from(Self::ALL)
    }

    /// Returns whether `part` is more than this percentage of `whole`.
    #[must_use]
    pub fn is_passed_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(Self::ALL) > u128::from(whole) * u128::from(self.0)
    }
}

impl FromStr for Percentage {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Self, ShareError> {
        let number = text.trim().strip_suffix('%').ok_or(ShareError)?.trim_end();
        let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 4 {
            return Err(ShareError);
        }
        let whole: u32 = whole.parse().map_err(|_| ShareError)?;
        let part: u32 = format!("{part:0<4}").parse().map_err(|_| ShareError)?;
        let millionths = whole.checked_mul(10_000).and_then(|share| share.checked_add(part));
        millionths.filter(|share| *share <= Self::ALL).map(Self).ok_or(ShareError)
    }
}

/// As it is written: `5%`.
impl fmt::Display for Percentage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 10_000, self.0 % 10_000);
        if part == 0 {
            return write!(f, "{whole}%");
        }
        let part = format!("{part:04}");
        write!(f, "{whole}.{}%", part.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_and_written_exactly() {
        for (text, millionths) in
            [("0%", 0), ("5%", 50_000), ("0.25%", 2_500), ("100%", 1_000_000), ("12.3456%", 123_456)]
        {
            assert_eq!(text.parse(), Ok(Percentage(millionths)), "{text}");
            assert_eq!(Percentage(millionths).to_string(), text);
        }
        assert_eq!(Percentage::percent(5), "5.0%".parse());
        for text in
            ["", "%", "5", "-1%", "101%", "100.0001%", "1.%", ".5%", "0.00001%", "99999999999%", "5 %%"]
        {
            assert_eq!(text.parse::<Percentage>(), Err(ShareError), "{text}");
        }
        assert_eq!(Percentage::percent(101), Err(ShareError));
    }

    #[test]
    fn a_part_passes_its_share_once_it_is_more() {
        let share = Percentage::percent(10).unwrap();
        for (part, whole, passed) in [
            (0, 10, false),
            (1, 10, false),
            (2, 10, true),
            (1, 11, false),
            (1, 9, true),
            (0, 0, false),
            (u64::MAX, u64::MAX, true),
        ] {
            assert_eq!(share.is_passed_by(part, whole), passed, "{part} of {whole}");
        }
    }
}
