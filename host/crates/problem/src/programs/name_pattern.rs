//! Patterns of file names: `--program`. `*` stands for any letters, `?` for one.
//!
//! Nothing here may know what a file is for.

use polymer_host_task::CollectPatterns;
use std::str::FromStr;

/// A pattern of the name of a file, or the name itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePattern(CollectPatterns);

/// Why a text is no pattern of names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamePatternError {
    /// It leads into folders.
    #[error("it is a pattern of names in one folder, so it has no `/`")]
    Folder,
    /// It is not written like one.
    #[error("{0}")]
    Syntax(String),
}

impl NamePattern {
    /// Returns whether a file of this name is meant.
    #[must_use]
    pub fn takes(&self, name: &str) -> bool {
        self.0.takes(name)
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.globs().first().map_or("", String::as_str)
    }
}

impl FromStr for NamePattern {
    type Err = NamePatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains('/') {
            return Err(NamePatternError::Folder);
        }
        let patterns = CollectPatterns::new(vec![text.to_owned()]);
        patterns.map(Self).map_err(|error| NamePatternError::Syntax(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_names() {
        let takes = |pattern: &str, name| pattern.parse::<NamePattern>().unwrap().takes(name);
        assert!(takes("solution.py", "solution.py") && !takes("solution.py", "asolution.py"));
        assert!(takes("sol*.c*", "solve.cpp") && takes("*.{py,js}", "a.js") && takes("a?.c", "ab.c"));
        assert!(!takes("sol*", "Solve.c"));
        assert_eq!("sol*".parse::<NamePattern>().unwrap().text(), "sol*");
    }

    #[test]
    fn what_is_no_pattern_of_a_name_is_refused() {
        assert_eq!("src/*.c".parse::<NamePattern>(), Err(NamePatternError::Folder));
        assert!(matches!("[".parse::<NamePattern>(), Err(NamePatternError::Syntax(_))));
        assert!(matches!("".parse::<NamePattern>(), Err(NamePatternError::Syntax(_))));
    }
}
