//! Supplies of a task besides its input: arguments, variables, and files for its attempts' own
//! folder.
//!
//! The run decides whether a task may bring them.

use super::grant::{EnvGrant, NotGranted, ScratchGrant, shown};

/// Arguments, variables and files that one task may bring, of each.
pub const MOST_SUPPLIED: usize = 1000;
/// Bytes of its arguments and variables together.
pub const LONGEST_WORDS: usize = 128 << 10;

/// Supplies that a task brings with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SuppliedFiles {
    /// Arguments, behind those of its run.
    pub args: Vec<String>,
    /// Variables, in place of those of its run that have the same names.
    pub env: Vec<EnvGrant>,
    /// Files that lie in the folder of its own when an attempt begins.
    pub files: Vec<PlacedEntry>,
}

/// A file of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedEntry {
    /// Its [normal](super::file_path::normal) path in that folder.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Supplies that tasks of a run may bring. The default is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedSupplies {
    /// Arguments.
    pub args: bool,
    /// Variables of these names.
    pub env: Vec<String>,
}

impl AllowedSupplies {
    /// That a task may bring this many arguments, and variables of these names.
    ///
    /// # Errors
    /// If its run does not allow it.
    pub fn check<'a>(&self, args: usize, mut env: impl Iterator<Item = &'a str>) -> Result<(), NotGranted> {
        if args > 0 && !self.args {
            return Err(NotGranted::new("arguments of its own", "--allow-args"));
        }
        match env.find(|name| !self.env.iter().any(|allowed| allowed == name)) {
            None => Ok(()),
            Some(name) => {
                let name = shown(name);
                Err(NotGranted::new(
                    format!("the variable `{name}` of its own"),
                    format!("--allow-env {name}"),
                ))
            }
        }
    }
}

/// That a task may bring files: they lie in the folder of its own.
///
/// # Errors
/// If its run grants none.
pub fn check_files(scratch: Option<&ScratchGrant>) -> Result<&ScratchGrant, NotGranted> {
    scratch.ok_or_else(|| NotGranted::new("files in a folder of its own", "--scratch SIZE"))
}

impl SuppliedFiles {
    /// Returns whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.args.is_empty() && self.env.is_empty() && self.files.is_empty()
    }

    /// Bytes of it that are sent with each attempt.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let args: usize = self.args.iter().map(String::len).sum();
        let env: usize = self.env.iter().map(|env| env.name.len() + env.value.len()).sum();
        let files: usize = self.files.iter().map(|file| file.path.len() + file.bytes.len()).sum();
        args + env + files
    }

    /// Bytes it holds in memory.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        let lists = size_of_val(self.args.as_slice())
            + size_of_val(self.env.as_slice())
            + size_of_val(self.files.as_slice());
        size_of_val(self) + lists + self.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_allowed_names_the_flag_that_would() {
        let none = AllowedSupplies::default();
        let some = AllowedSupplies { args: true, env: vec!["LANG".to_owned()] };
        let says = |result: Result<(), NotGranted>| result.unwrap_err().to_string();
        assert_eq!(none.check(0, [].into_iter()), Ok(()));
        assert_eq!(some.check(7, ["LANG", "LANG"].into_iter()), Ok(()));
        assert!(says(none.check(1, [].into_iter())).ends_with("--allow-args would allow it"));
        for allowed in [&none, &some] {
            // Names are names: none stands for others.
            for name in ["HOME", "lang", "LANG2", "", "*"] {
                let says = says(allowed.check(0, [name].into_iter()));
                assert!(says.ends_with(&format!("--allow-env {name} would allow it")), "{says}");
            }
        }
        let without = check_files(None).unwrap_err().to_string();
        assert!(without.ends_with("--scratch SIZE would allow it"), "{without}");
    }
}
