//! The arguments of the default output validator of the problem package format, as one text.
//!
//! Nothing here may compare anything, or know what a package is.

use super::Tolerance;
use std::fmt;
use std::str::FromStr;

/// Name of the mode, in front of its arguments.
pub(super) const NAME: &str = "validator";

const CASE: &str = "case_sensitive";
const SPACE: &str = "space_change_sensitive";
const ABSOLUTE: &str = "float_absolute_tolerance";
const RELATIVE: &str = "float_relative_tolerance";
const BOTH: &str = "float_tolerance";

/// Arguments of the default output validator, with the meaning that the problem package format
/// gives them ("Default output validator specification").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DefaultValidator {
    /// The case of the letters of ASCII counts.
    pub case_sensitive: bool,
    /// The kind and amount of white space counts.
    pub space_change_sensitive: bool,
    /// Distance from an expected number that does not count.
    pub float_absolute_tolerance: Option<Tolerance>,
    /// The same, as a share of the expected number.
    pub float_relative_tolerance: Option<Tolerance>,
}

/// Error for arguments that the default output validator does not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefaultValidatorError {
    /// It has no such argument.
    #[error("the default validator has no argument `{0:.60}`")]
    Unknown(String),
    /// No tolerance follows.
    #[error("behind `{0}` stands a tolerance: a finite number that is not negative")]
    Tolerance(&'static str),
    /// A tolerance is given twice ("Comparing floating-point tokens").
    #[error("`{0}` says a tolerance that is said already")]
    Twice(&'static str),
}

impl DefaultValidator {
    /// Reads arguments as a package has them: a tolerance is the word behind its name.
    ///
    /// # Errors
    /// If there is another argument, a tolerance is missing or is given twice.
    pub fn read<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, DefaultValidatorError> {
        let mut words = words.into_iter();
        let mut read = Self::default();
        while let Some(word) = words.next() {
            read.set(word, || words.next())?;
        }
        Ok(read)
    }

    /// Returns whether numbers are compared as such.
    #[must_use]
    pub const fn has_tolerance(&self) -> bool {
        self.float_absolute_tolerance.is_some() || self.float_relative_tolerance.is_some()
    }

    fn set<'a>(
        &mut self,
        name: &str,
        value: impl FnOnce() -> Option<&'a str>,
    ) -> Result<(), DefaultValidatorError> {
        let (name, absolute, relative) = match name {
            CASE => {
                self.case_sensitive = true;
                return Ok(());
            }
            SPACE => {
                self.space_change_sensitive = true;
                return Ok(());
            }
            ABSOLUTE => (ABSOLUTE, true, false),
            RELATIVE => (RELATIVE, false, true),
            BOTH => (BOTH, true, true),
            _ => return Err(DefaultValidatorError::Unknown(name.to_owned())),
        };
        let tolerance = value().and_then(Tolerance::read).ok_or(DefaultValidatorError::Tolerance(name))?;
        for (is_meant, place) in
            [(absolute, &mut self.float_absolute_tolerance), (relative, &mut self.float_relative_tolerance)]
        {
            if is_meant && place.replace(tolerance).is_some() {
                return Err(DefaultValidatorError::Twice(name));
            }
        }
        Ok(())
    }
}

/// As it is written behind `validator:`: arguments with commas between them, a tolerance behind
/// `=`. Each stands there once.
impl FromStr for DefaultValidator {
    type Err = DefaultValidatorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut read = Self::default();
        for part in text.split(',') {
            let before = read;
            match part.split_once('=') {
                None => read.set(part, || None)?,
                Some((CASE | SPACE, _)) => {
                    return Err(DefaultValidatorError::Unknown(part.to_owned()));
                }
                Some((name, value)) => read.set(name, || Some(value))?,
            }
            if read == before {
                return Err(DefaultValidatorError::Unknown(part.to_owned()));
            }
        }
        Ok(read)
    }
}

/// As [`FromStr`] reads it; nothing without arguments.
impl fmt::Display for DefaultValidator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = [(self.case_sensitive, CASE), (self.space_change_sensitive, SPACE)];
        let flags = flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, name)| name.to_owned());
        let tolerances = match (self.float_absolute_tolerance, self.float_relative_tolerance) {
            (Some(absolute), Some(relative)) if absolute == relative => [Some((BOTH, absolute)), None],
            (absolute, relative) => {
                [absolute.map(|tolerance| (ABSOLUTE, tolerance)), relative.map(|share| (RELATIVE, share))]
            }
        };
        let tolerances = tolerances.into_iter().flatten().map(|(name, value)| format!("{name}={value}"));
        f.write_str(&flags.chain(tolerances).collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<DefaultValidator, DefaultValidatorError> {
        DefaultValidator::read(words.split_ascii_whitespace())
    }

    #[test]
    fn arguments_are_read_as_a_package_has_them() {
        let tolerance = |number| Tolerance::new(number);
        assert_eq!(read(""), Ok(DefaultValidator::default()));
        let all = read(
            "case_sensitive float_relative_tolerance 1e-9 space_change_sensitive float_absolute_tolerance 0.5",
        );
        assert_eq!(
            all,
            Ok(DefaultValidator {
                case_sensitive: true,
                space_change_sensitive: true,
                float_absolute_tolerance: tolerance(0.5),
                float_relative_tolerance: tolerance(1e-9),
            })
        );
        let both = read("float_tolerance 1e-6").unwrap();
        assert_eq!(both.float_absolute_tolerance, tolerance(1e-6));
        assert_eq!(both.float_relative_tolerance, tolerance(1e-6));
        assert!(both.has_tolerance() && !DefaultValidator::default().has_tolerance());
    }

    #[test]
    fn other_arguments_are_refused() {
        for words in ["case-sensitive", "1e-6", "float_tolerance=1e-6", "Case_sensitive", "validator"] {
            assert!(matches!(read(words), Err(DefaultValidatorError::Unknown(_))), "{words}");
        }
        for words in ["float_tolerance", "float_tolerance x", "float_absolute_tolerance -1"] {
            assert!(matches!(read(words), Err(DefaultValidatorError::Tolerance(_))), "{words}");
        }
        for words in [
            "float_tolerance 1 float_absolute_tolerance 1",
            "float_relative_tolerance 1 float_tolerance 2",
            "float_absolute_tolerance 1 float_absolute_tolerance 1",
        ] {
            assert!(matches!(read(words), Err(DefaultValidatorError::Twice(_))), "{words}");
        }
    }

    #[test]
    fn a_text_is_written_as_it_is_read() {
        for text in [
            "case_sensitive",
            "space_change_sensitive",
            "case_sensitive,space_change_sensitive,float_tolerance=1e-6",
            "float_absolute_tolerance=0.5",
            "float_relative_tolerance=0",
            "float_absolute_tolerance=0.5,float_relative_tolerance=1e-9",
        ] {
            assert_eq!(text.parse::<DefaultValidator>().unwrap().to_string(), text);
        }
        let written = "float_relative_tolerance=1,float_absolute_tolerance=1.0".parse::<DefaultValidator>();
        assert_eq!(written.unwrap().to_string(), "float_tolerance=1");
        for text in [
            "",
            "case_sensitive,",
            "case_sensitive,case_sensitive",
            "case_sensitive=1",
            "float_tolerance",
            "float_tolerance 1",
            "float_tolerance=",
            "float_tolerance=1,float_tolerance=1",
            " case_sensitive",
        ] {
            assert!(text.parse::<DefaultValidator>().is_err(), "{text}");
        }
    }
}
