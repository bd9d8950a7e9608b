//! What the operator lets a guest touch. A module may wish; the effect is what stands here, and by default that is nothing.

use std::path::PathBuf;

/// Everything a run grants its guests. The default grants nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// Directories.
    pub dirs: Vec<DirGrant>,
    /// Environment variables.
    pub env: Vec<EnvGrant>,
    /// Arguments after the program's name.
    pub args: Vec<String>,
}

/// One directory the guest may open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirGrant {
    /// Where it is on this machine, absolute.
    pub host: PathBuf,
    /// How the guest calls it.
    pub guest: String,
    /// Whether the guest may write into it.
    pub writable: bool,
}

/// One environment variable the guest sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvGrant {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}
