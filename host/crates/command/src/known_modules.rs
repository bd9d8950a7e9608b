//! Modules that an earlier part of a run had: how tasks of one are known that is another one now,
//! or that the run does not go on then.
//!
//! It must never know where modules come from.

use polymer_host_base::Digest;
use polymer_host_task::ModuleDigests;
use std::collections::HashMap;

/// The modules that a run knew before it was interrupted.
#[derive(Debug, Clone, Default)]
pub struct KnownModules {
    /// The SHA-256 of each, as keys and contents were made of it, by the name that records give it.
    pub digests: HashMap<String, ModuleDigests>,
    /// Policy for a module that has changed.
    pub changed: ChangedModules,
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
