//! Files that come back out of the folder that an attempt has of its own: which, and what is told
//! of them.
//!
//! Nothing here knows of files: a pattern is held against a text.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Files that one attempt gives back.
pub const MOST_COLLECTED: usize = 1000;
/// Files and folders that are looked at for them.
pub const MOST_LOOKED_AT: u64 = 1 << 16;
/// Patterns that a run may have, and bytes of each.
const MOST_GLOBS: usize = 100;
const LONGEST_GLOB: usize = 1024;

/// Which files come back, as patterns of their paths: `*` and `?` stand for what is in a name, `**`
/// also for folders.
#[derive(Debug, Clone, Default)]
pub struct CollectPatterns {
    globs: Vec<String>,
    set: GlobSet,
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GlobError {
    /// It can match nothing.
    #[error("write a pattern of paths in the folder of --scratch, relative to it, such as *.o or out/**")]
    Nowhere,
    /// It names a folder.
    #[error("it names a folder; {0}** matches all files in it")]
    Folder(String),
    /// It is too long.
    #[error("it has at most {LONGEST_GLOB} bytes")]
    TooLong,
    /// There are too many.
    #[error("there are at most {MOST_GLOBS}")]
    TooMany,
    /// It is not written like one.
    #[error("{0}")]
    Syntax(String),
}

impl CollectPatterns {
    /// Files whose paths are like one of these.
    ///
    /// # Errors
    /// If one of them is no pattern.
    pub fn new(globs: Vec<String>) -> Result<Self, GlobError> {
        if globs.len() > MOST_GLOBS {
            return Err(GlobError::TooMany);
        }
        let syntax = |error: &globset::Error| GlobError::Syntax(error.to_string());
        let mut set = GlobSetBuilder::new();
        for glob in &globs {
            let path = checked(glob)?;
            let glob = GlobBuilder::new(path).literal_separator(true).backslash_escape(true).build();
            set.add(glob.map_err(|error| syntax(&error))?);
        }
        Ok(Self { set: set.build().map_err(|error| syntax(&error))?, globs })
    }

    /// Returns whether nothing is collected.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// The patterns as they were written.
    #[must_use]
    pub fn globs(&self) -> &[String] {
        &self.globs
    }

    /// Returns whether the file at this path is collected.
    #[must_use]
    pub fn takes(&self, path: &str) -> bool {
        self.set.is_match(path)
    }
}

impl PartialEq for CollectPatterns {
    fn eq(&self, other: &Self) -> bool {
        self.globs == other.globs
    }
}

impl Eq for CollectPatterns {}

/// A pattern without what leads nowhere.
fn checked(glob: &str) -> Result<&str, GlobError> {
    let mut path = glob;
    while let Some(rest) = path.strip_prefix("./") {
        path = rest;
    }
    if path.len() > LONGEST_GLOB {
        return Err(GlobError::TooLong);
    }
    if path.is_empty() || path == "." || path.starts_with('/') || path.split('/').any(|name| name == "..") {
        return Err(GlobError::Nowhere);
    }
    if path.ends_with('/') {
        return Err(GlobError::Folder(path.to_owned()));
    }
    Ok(path)
}

/// Files collected from an attempt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CollectedFiles {
    /// The files, in the order of their paths.
    pub files: Vec<CollectedEntry>,
    /// Number of further files, at the least.
    pub left_out: u64,
}

/// A file that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectedEntry {
    /// Its path in the folder, as [`normal`](super::file_path::normal) has it.
    pub path: String,
    /// Content of the file.
    pub content: CollectedContent,
}

/// Content of a file, as far as it is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CollectedContent {
    /// It, where it is text.
    Text(String),
    /// It, where it is not.
    Bytes(Vec<u8>),
    /// Its size in bytes; there was no room for it.
    Dropped(u64),
}

impl CollectedFiles {
    /// Bytes it holds in memory.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        let file = |file: &CollectedEntry| {
            let content = match &file.content {
                CollectedContent::Text(text) => text.len(),
                CollectedContent::Bytes(bytes) => bytes.len(),
                CollectedContent::Dropped(_) => 0,
            };
            size_of_val(file) + file.path.len() + content
        };
        size_of_val(self) + self.files.iter().map(file).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(glob: &str, path: &str) -> bool {
        CollectPatterns::new(vec![glob.to_owned()]).unwrap().takes(path)
    }

    #[test]
    fn a_pattern_is_one_of_paths() {
        for (glob, takes_these, and_not) in [
            ("*.o", &["a.o", ".o"][..], &["a.c", "out/a.o", "a.o/b"][..]),
            ("**/*.o", &["a.o", "out/a.o", "x/y/z.o"], &["a.c"]),
            ("out/**", &["out/a", "out/x/y"], &["out", "outer/a"]),
            ("./a?[0-9].{png,txt}", &["ab7.png", "a-0.txt"], &["a/0.txt", "ab7.gif"]),
            ("*", &["a", "a b", "ä"], &["a/b"]),
            (r"\*", &["*"], &["a"]),
        ] {
            assert!(takes_these.iter().all(|path| takes(glob, path)), "{glob}");
            assert!(!and_not.iter().any(|path| takes(glob, path)), "{glob}");
        }
        assert!(!CollectPatterns::default().takes("a"));
        let two = CollectPatterns::new(vec!["a".to_owned(), "b".to_owned()]).unwrap();
        assert!(two.takes("a") && two.takes("b") && !two.takes("c") && !two.is_empty());
    }

    #[test]
    fn what_could_never_match_or_is_no_pattern_is_refused() {
        let refused = |glob: &str| CollectPatterns::new(vec![glob.to_owned()]).unwrap_err();
        for glob in ["", ".", "./", "/scratch/a", "/", "../a", "a/../b", "a/.."] {
            assert_eq!(refused(glob), GlobError::Nowhere, "{glob}");
        }
        assert_eq!(refused("out/").to_string(), "it names a folder; out/** matches all files in it");
        for glob in ["[", "{a", "a[z-a]"] {
            assert!(matches!(refused(glob), GlobError::Syntax(_)), "{glob}");
        }
        assert_eq!(refused(&"a".repeat(LONGEST_GLOB + 1)), GlobError::TooLong);
        assert_eq!(
            CollectPatterns::new(vec!["a".to_owned(); MOST_GLOBS + 1]).unwrap_err(),
            GlobError::TooMany
        );
    }
}
