//! Which profiles of which files apply, and which of them somebody answers for.

use super::error::ConfigError;
use super::file::ConfigFile;
use super::layer::SettingLayer;
use std::path::PathBuf;

/// The profile that applies by itself, and under every other.
const DEFAULT: &str = "default";

/// Who answers for what a file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileTrust {
    /// Whoever named it, with `--config`.
    Named,
    /// Nobody: it stood in the current folder.
    Found,
    /// The user, whose own file it is.
    Own,
}

/// A file that profiles may come from.
#[derive(Debug)]
pub struct CandidateFile {
    /// Where it would be.
    pub path: PathBuf,
    /// Who answers for it.
    pub trust: FileTrust,
    /// Content of the file, if it is there.
    pub file: Option<ConfigFile>,
}

/// A profile that applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedProfile {
    /// Settings of the profile.
    pub layer: SettingLayer,
    /// True if somebody answers for it.
    pub is_trusted: bool,
}

impl CandidateFile {
    fn has(&self, profile: &str) -> bool {
        self.file.as_ref().is_some_and(|file| file.profiles.contains_key(profile))
    }
}

/// Returns the profiles of these files that apply, the highest first: of each file the profile
/// `named`, if it has it, and under it the default one.
///
/// A profile of a file that was found is trusted if it was named, and the user has none of that
/// name. Otherwise a user who means their own would let in whatever a foreign file calls so.
///
/// # Errors
/// If a profile is named that no file has.
pub fn layers(files: Vec<CandidateFile>, named: Option<&str>) -> Result<Vec<AppliedProfile>, ConfigError> {
    if let Some(name) = named.filter(|name| !files.iter().any(|file| file.has(name))) {
        return Err(no_profile(name, &files));
    }
    let is_own = |name: &str| files.iter().any(|file| file.trust == FileTrust::Own && file.has(name));
    let is_meant = named.is_some_and(|name| !is_own(name));
    let mut applied = Vec::new();
    for CandidateFile { trust, file, .. } in files {
        let mut profiles = file.map(|file| file.profiles).unwrap_or_default();
        let is_found = trust == FileTrust::Found;
        // The default one is gone by then, if it is what was named.
        let layers = [(named, !is_found || is_meant), (Some(DEFAULT), !is_found)];
        applied.extend(layers.into_iter().filter_map(|(name, is_trusted)| {
            Some(AppliedProfile { layer: profiles.remove(name?)?, is_trusted })
        }));
    }
    Ok(applied)
}

fn no_profile(name: &str, files: &[CandidateFile]) -> ConfigError {
    let profiles = |file: &ConfigFile| {
        let names: Vec<&str> = file.profiles.keys().map(String::as_str).collect();
        (file.path.clone(), if names.is_empty() { "none".to_owned() } else { names.join(", ") })
    };
    let there: Vec<_> = files.iter().filter_map(|file| file.file.as_ref()).map(profiles).collect();
    let name = name.to_owned();
    if there.is_empty() {
        return ConfigError::NoFile { name, paths: files.iter().map(|file| file.path.clone()).collect() };
    }
    ConfigError::NoProfile { name, there }
}
