//! The folder that attempts write into: what one leaves there is gone before the next one begins,
//! in whatever shape it was left.
//!
//! It has no path. Where one is needed, the one by which this process reaches its own descriptors
//! stands for it.

use polymer_host_sys::{place, wipe};
use std::io;
use std::os::fd::OwnedFd;

/// The folder, opened.
#[derive(Debug)]
pub(crate) struct ScratchFolder(OwnedFd);

impl ScratchFolder {
    pub(crate) const fn new(folder: OwnedFd) -> Self {
        Self(folder)
    }

    /// The folder itself.
    pub(super) const fn folder(&self) -> &OwnedFd {
        &self.0
    }

    /// A path to it, for this process.
    pub(crate) fn path(&self) -> String {
        place::path(&self.0)
    }

    /// Removes everything in it.
    ///
    /// # Errors
    /// If something cannot be removed. The folder is then of no use.
    pub(crate) fn wipe(&self) -> io::Result<()> {
        wipe::wipe(&self.0)
    }
}
