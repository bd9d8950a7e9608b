//! One thing that is granted, and a refusal.

/// The longest part of a name that messages repeat.
pub(super) const SHOWN: usize = 200;

/// A writable folder that is empty when an attempt begins, but for files that its task brings, and
/// gone when it has ended. It lies in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScratchGrant {
    /// Bytes that fit into it, whole pages. A name is as good as 4096 of them, but 64 names always
    /// fit.
    pub bytes: u64,
    /// Path that the guest sees.
    pub guest: String,
}

/// Default path of the scratch folder for guests.
pub const SCRATCH: &str = "/scratch";

/// One environment variable the guest sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvGrant {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A task asked for something that its run does not grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the task asks for {what}, which the run does not grant; {flag} would allow it")]
pub struct NotGranted {
    /// Request that was refused.
    pub what: String,
    /// The flag that would allow it.
    pub flag: String,
}

impl NotGranted {
    /// That a task asked for this, which the flag would allow.
    #[must_use]
    pub fn new(what: impl Into<String>, flag: impl Into<String>) -> Self {
        Self { what: what.into(), flag: flag.into() }
    }
}

/// A name as far as messages repeat it.
pub(super) fn shown(name: &str) -> String {
    name.char_indices()
        .nth(SHOWN)
        .map_or_else(|| name.to_owned(), |(end, _)| format!("{}…", name.get(..end).unwrap_or_default()))
}
