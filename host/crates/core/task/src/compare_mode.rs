//! The differences between an output and what is expected that do not count: a name, and what
//! stands behind it. Nothing here may compare anything, or know what an output is.

mod default_validator;

pub use default_validator::{DefaultValidator, DefaultValidatorError};

use std::fmt;
use std::str::FromStr;

/// Differences that do not count when an output is compared with what is expected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CompareMode {
    /// None: every byte counts.
    Exact,
    /// White space at the ends of lines, and empty lines at the end.
    #[default]
    Trim,
    /// The kind and amount of white space between tokens.
    Tokens,
    /// The notation of a JSON document: the order of keys, white space, `1.0` for `1`. Text that is
    /// no JSON counts to the byte.
    Json,
    /// Those of [`Self::Tokens`], and a distance between two numbers that is within the tolerance:
    /// as it is, or as a share of the expected number.
    Float(Tolerance),
    /// The order of lines, and those of [`Self::Trim`].
    UnorderedLines,
    /// All that stands before the expected output.
    EndsWith,
    /// Those of the default output validator of the problem package format: by default the case of
    /// letters, and the white space around tokens.
    Validator(DefaultValidator),
}

/// Distance that two numbers may be apart: a finite number that is not negative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance(f64);

// It is never NaN.
impl Eq for Tolerance {}

impl Tolerance {
    /// Makes one of a number that is finite and not negative.
    #[must_use]
    pub fn new(distance: f64) -> Option<Self> {
        // The sign of a negative zero goes: it would be written.
        (distance.is_finite() && distance >= 0.0).then(|| Self(distance.abs()))
    }

    /// Reads one.
    fn read(text: &str) -> Option<Self> {
        text.parse().ok().and_then(Self::new)
    }

    /// The number, finite and not negative.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// As it is written: `0.5`, `1e-6`.
impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `Debug` has an exponent where `Display` would have hundreds of zeros.
        let text = format!("{:?}", self.0);
        f.write_str(text.strip_suffix(".0").unwrap_or(&text))
    }
}

/// Error for a text that names no [`CompareMode`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is exact, trim, tokens, json, unordered-lines, ends-with, float:EPS such as float:1e-6, or validator:ARGUMENTS such \
     as validator:case_sensitive,float_tolerance=1e-6"
)]
pub struct CompareModeError;

impl FromStr for CompareMode {
    type Err = CompareModeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "exact" => Ok(Self::Exact),
            "trim" => Ok(Self::Trim),
            "tokens" => Ok(Self::Tokens),
            "json" => Ok(Self::Json),
            "unordered-lines" => Ok(Self::UnorderedLines),
            "ends-with" => Ok(Self::EndsWith),
            default_validator::NAME => Ok(Self::Validator(DefaultValidator::default())),
            _ => match text.split_once(':') {
                Some(("float", distance)) => Tolerance::read(distance).map(Self::Float),
                Some((default_validator::NAME, arguments)) => arguments.parse().map(Self::Validator).ok(),
                _ => None,
            }
            .ok_or(CompareModeError),
        }
    }
}

/// As [`FromStr`] reads it.
impl fmt::Display for CompareMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => f.write_str("exact"),
            Self::Trim => f.write_str("trim"),
            Self::Tokens => f.write_str("tokens"),
            Self::Json => f.write_str("json"),
            Self::Float(tolerance) => write!(f, "float:{tolerance}"),
            Self::UnorderedLines => f.write_str("unordered-lines"),
            Self::EndsWith => f.write_str("ends-with"),
            Self::Validator(arguments) if *arguments == DefaultValidator::default() => {
                f.write_str(default_validator::NAME)
            }
            Self::Validator(arguments) => write!(f, "{}:{arguments}", default_validator::NAME),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_written_as_it_is_read() {
        for text in [
            "exact",
            "trim",
            "tokens",
            "json",
            "unordered-lines",
            "ends-with",
            "float:0",
            "float:1",
            "float:0.25",
            "validator",
            "validator:case_sensitive",
            "validator:case_sensitive,space_change_sensitive,float_tolerance=1e-6",
        ] {
            assert_eq!(text.parse::<CompareMode>().unwrap().to_string(), text);
        }
        for (text, written) in [
            ("float:0.000001", "float:1e-6"),
            ("float:1E-9", "float:1e-9"),
            ("float:.5", "float:0.5"),
            ("float:-0", "float:0"),
            ("float:1e300", "float:1e300"),
        ] {
            assert_eq!(text.parse::<CompareMode>().unwrap().to_string(), written);
        }
        for distance in [0.0, 5e-324, f64::MIN_POSITIVE, 0.1, 1.0 / 3.0, 12_345.678, 1e16, f64::MAX] {
            let mode = CompareMode::Float(Tolerance::new(distance).unwrap());
            assert_eq!(mode.to_string().parse(), Ok(mode), "{mode}");
        }
    }

    #[test]
    fn a_text_that_names_no_mode_is_refused() {
        for text in [
            "",
            "Exact",
            "JSON",
            "exact ",
            "float",
            "float:",
            "floats",
            "float:nan",
            "float:inf",
            "float:1e400",
            "float:-1",
            "float:-1e-9",
            "float:1e-6 ",
            "float:0x1",
            "float:1_0",
            "unordered_lines",
            "unordered-lines:1",
            "Validator",
            "validator:",
            "validator:tokens",
            "validators:case_sensitive",
            "validator:float_tolerance=-1",
        ] {
            assert_eq!(text.parse::<CompareMode>(), Err(CompareModeError), "{text}");
        }
        let message = CompareModeError.to_string();
        assert!(message.contains("float:1e-6") && message.contains("unordered-lines"), "{message}");
    }

    #[test]
    fn a_tolerance_is_a_finite_number_that_is_not_negative() {
        for distance in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, -5e-324] {
            assert_eq!(Tolerance::new(distance), None, "{distance}");
        }
        assert!(Tolerance::new(-0.0).unwrap().get().is_sign_positive());
    }
}
