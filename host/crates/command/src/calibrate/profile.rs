//! The profile that proposed limits go to, at the end of a file of profiles. What the file has
//! stays as it is.
//!
//! It must never know what the limits come from.

use super::error::CalibrateError;
use crate::error::CliError;
use crate::files::CommandFiles;
use polymer_host_config as config;
use polymer_host_config::NewProfile;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// Where a profile is to go.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProfileTarget<'a> {
    name: &'a str,
    path: &'a Path,
}

/// A file that is open to take a profile.
#[derive(Debug)]
pub(super) struct OpenTarget<'a> {
    target: ProfileTarget<'a>,
    file: File,
}

impl<'a> ProfileTarget<'a> {
    /// The profile `name` in the file at `path`.
    ///
    /// # Errors
    /// If the file cannot be read, or takes no profile of this name.
    pub(super) fn find(name: &'a str, path: &'a Path) -> Result<Self, CliError> {
        let target = Self { name, path };
        target.added(String::new(), Vec::new())?;
        Ok(target)
    }

    /// Name and file.
    pub(super) const fn place(&self) -> (&'a str, &'a Path) {
        (self.name, self.path)
    }

    /// Opens the file, or makes it: it is left as it is.
    ///
    /// # Errors
    /// If the system refuses, or it is another file of the command.
    pub(super) fn open(self, files: &mut CommandFiles) -> Result<OpenTarget<'a>, CliError> {
        Ok(OpenTarget { target: self, file: files.open_profiles(self.path)? })
    }

    /// Text that goes to the end of the file, as it is now.
    fn added(&self, comment: String, settings: Vec<(&'static str, String)>) -> Result<String, CliError> {
        let text = config::read(self.path).map_err(CalibrateError::from)?.unwrap_or_default();
        let profile = NewProfile { name: self.name.to_owned(), comment, settings };
        Ok(profile.behind(self.path, &text).map_err(CalibrateError::from)?)
    }
}

impl OpenTarget<'_> {
    /// Adds the profile.
    ///
    /// # Errors
    /// If it is there by now, or the system refuses; then the file is as it was.
    pub(super) fn write(
        mut self,
        comment: String,
        settings: Vec<(&'static str, String)>,
    ) -> Result<(), CliError> {
        let added = self.target.added(comment, settings)?;
        let refused = |error| CliError::cannot_write(self.target.path, error);
        let length = self.file.metadata().map_err(refused)?.len();
        if let Err(error) = self.file.write_all(added.as_bytes()) {
            // A part of a profile would be another one, or none that can be read.
            drop(self.file.set_len(length));
            return Err(refused(error));
        }
        Ok(())
    }
}
