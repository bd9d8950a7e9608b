//! Which profiles of a file apply, and what a file may not do that nobody named.

use super::error::ConfigError;
use super::file::File;
use super::layer::Layer;
use super::settings::Source;
use std::path::Path;

/// The profile that applies by itself, and under every other.
const DEFAULT: &str = "default";

/// Settings that give tasks, or files of the operator's, more than a run does by itself. A `polymer.toml` may lie in a folder that is
/// somebody else's, so whoever starts a run must have named where these come from.
pub const WIDENING: [&str; 17] = [
    "accept-fail",
    "arg",
    "base",
    "cache-dir",
    "dir",
    "env",
    "input",
    "isolation",
    "log-file",
    "output",
    "reuse",
    "run-dir",
    "sandbox",
    "scratch",
    "skip-done",
    "task-env",
    "tasks",
];

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The profile, if one was named.
    pub profile: Option<&'a str>,
    /// Whether the file was named, and not only found.
    pub is_named: bool,
}

/// What applies of a file, the highest first: the profile that was named, and under it the default one.
///
/// # Errors
/// If a profile is named that the file has not, or the default one widens what tasks may do and nobody named it.
pub fn layers(path: &Path, file: Option<File>, wanted: Wanted<'_>) -> Result<Vec<Layer>, ConfigError> {
    let Some(mut file) = file else {
        return match wanted.profile {
            None => Ok(Vec::new()),
            Some(name) => Err(ConfigError::NoFile { name: name.to_owned(), path: path.to_path_buf() }),
        };
    };
    let mut layers = Vec::new();
    if let Some(name) = wanted.profile {
        let there = || file.profiles.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let no_profile = |there: String| ConfigError::NoProfile {
            path: file.path.clone(),
            name: name.to_owned(),
            there: if there.is_empty() { "none".to_owned() } else { there },
        };
        if !file.profiles.contains_key(name) {
            return Err(no_profile(there()));
        }
        layers.extend(file.profiles.remove(name));
    }
    // Gone by now, if it is what was named.
    if let Some(usual) = file.profiles.remove(DEFAULT) {
        if !wanted.is_named {
            check_trust(&file.path, &usual)?;
        }
        layers.push(usual);
    }
    Ok(layers)
}

fn check_trust(path: &Path, usual: &Layer) -> Result<(), ConfigError> {
    let widens = usual.iter().find(|(name, _)| WIDENING.contains(&name.as_str()));
    let Some((name, given)) = widens else { return Ok(()) };
    let line = if let Source::File { line, .. } = given.source { line } else { 0 };
    Err(ConfigError::Untrusted { path: path.to_path_buf(), line, key: name.clone() })
}
