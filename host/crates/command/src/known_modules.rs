//! Modules that an earlier part of a run had: how tasks of one are known that is another one now,
//! or that the run does not go on then.
//!
//! It must never know where modules come from.

use polymer_host_base::Digest;
use polymer_host_journal::manifest::ModuleFileFacts;
use polymer_host_sys::file_identity::FileIdentity;
use polymer_host_task::ModuleDigests;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The modules that a run knew before it was interrupted.
#[derive(Debug, Clone, Default)]
pub struct KnownModules {
    /// The SHA-256 of each, as keys and contents were made of it, by the name that records give it.
    pub digests: HashMap<String, ModuleDigests>,
    /// Policy for a module that has changed.
    pub changed: ChangedModules,
    /// What their files held, in which state.
    pub files: ModuleFiles,
}

/// Files whose content is known without reading them, as long as they are in the same state: by the
/// names of their modules. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct ModuleFiles(Arc<Mutex<BTreeMap<String, (FileIdentity, Digest)>>>);

impl ModuleFiles {
    /// Those that a manifest has. What it says otherwise is left out: such a file is read.
    #[must_use]
    pub fn of(facts: &BTreeMap<String, ModuleFileFacts>) -> Self {
        let known = facts.iter().filter_map(|(name, file)| {
            Some((name.clone(), (file.state.parse().ok()?, file.sha256.parse().ok()?)))
        });
        Self(Arc::new(Mutex::new(known.collect())))
    }

    /// The same for a manifest.
    #[must_use]
    pub fn facts(&self) -> BTreeMap<String, ModuleFileFacts> {
        let facts = |(state, digest): &(FileIdentity, Digest)| ModuleFileFacts {
            state: state.to_string(),
            sha256: digest.to_string(),
        };
        self.known().iter().map(|(name, file)| (name.clone(), facts(file))).collect()
    }

    /// The SHA-256 of a module's file that is in this state now, if that is known.
    #[must_use]
    pub fn digest(&self, name: &str, is: FileIdentity) -> Option<Digest> {
        let known = self.known();
        known.get(name).filter(|(was, _)| *was == is).map(|(_, digest)| *digest)
    }

    /// Notes what a module's file holds in a state from which every change can be told.
    pub fn note(&self, name: &str, is: FileIdentity, digest: Digest) {
        self.known().insert(name.to_owned(), (is, digest));
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<String, (FileIdentity, Digest)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KnownModules {
    /// Returns the digests by which tasks are known of a module that has this name, and this
    /// SHA-256 now.
    ///
    /// # Errors
    /// If it is another one than it was, and that is not to be.
    pub fn digests(&self, name: &str, is: Digest) -> Result<ModuleDigests, ModuleChanged> {
        let known = self.digests.get(name).copied().unwrap_or(ModuleDigests::same(*is.bytes()));
        self.changed.digests(name, known, is)
    }
}

/// Policy for a run whose module has changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ChangedModules {
    /// It does not go on.
    #[default]
    Refuse,
    /// It goes on, and tasks are known by what the module was: what has a record keeps it.
    Keep,
    /// It goes on, and what the module ran is run again.
    Rerun,
}

impl ChangedModules {
    /// Returns the digests by which tasks of a module are known from here on, if they were known by
    /// `known`.
    ///
    /// # Errors
    /// If it is another one than it was, and that is not to be.
    pub fn digests(
        self,
        name: &str,
        known: ModuleDigests,
        is: Digest,
    ) -> Result<ModuleDigests, ModuleChanged> {
        let is_same = known.content == *is.bytes();
        match self {
            _ if is_same => Ok(known),
            Self::Keep => Ok(known),
            Self::Rerun => Ok(ModuleDigests { content: *is.bytes(), ..known }),
            Self::Refuse => {
                Err(ModuleChanged { name: name.to_owned(), was: Digest::from(known.content), is })
            }
        }
    }
}

/// A module that is not what it was when the run began.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the module {name} has changed since this run first used it: its SHA-256 was {was} and is now {is}")]
pub struct ModuleChanged {
    /// Name of the module in records.
    pub name: String,
    /// Its digest then.
    pub was: Digest,
    /// Its digest now.
    pub is: Digest,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    #[test]
    fn files_are_known_as_long_as_they_are_in_the_same_state() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "1").unwrap();
        let identity = || FileIdentity::of(&File::open(&path).unwrap()).unwrap();
        let (files, digest) = (ModuleFiles::default(), Digest::of(b"1"));
        files.clone().note("a", identity(), digest);
        assert_eq!(files.digest("a", identity()), Some(digest));
        assert_eq!(files.digest("b", identity()), None);
        let mut facts = files.facts();
        assert_eq!(ModuleFiles::of(&facts).digest("a", identity()), Some(digest));
        std::fs::write(&path, "12").unwrap();
        assert_eq!(files.digest("a", identity()), None);
        let wrong = ModuleFileFacts { state: "1:2".to_owned(), sha256: String::new() };
        facts.insert("b".to_owned(), wrong);
        assert_eq!(ModuleFiles::of(&facts).facts(), files.facts());
    }
}
