//! The files that profiles come from: the one that was named or stands in the current folder, and
//! the user's own.

use crate::xdg;
use polymer_host_config as config;
use polymer_host_config::{CandidateFile, ConfigError, ConfigFile, FILE, FileTrust, SettingKey};
use polymer_host_sys::regular::FileError;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The value of a variable.
pub(super) fn variable(variables: &[(OsString, OsString)], name: &str) -> Option<OsString> {
    variables.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
}

/// Where the user's own file stands, if the environment says where such things are.
pub(super) fn own(variables: &[(OsString, OsString)]) -> Option<PathBuf> {
    let folder = xdg::folder(|name| variable(variables, name), "XDG_CONFIG_HOME", ".config")?;
    Some(folder.join("config.toml"))
}

/// The files that profiles may come from, the one that counts more first: the one that was `named`
/// or else stands in `folder`, and the user's `own`.
///
/// # Errors
/// If one cannot be read or says what no profile can, the named one is not there, or others could
/// change the user's own.
pub(super) fn gather(
    keys: &[SettingKey],
    named: Option<&Path>,
    folder: &Path,
    own: Option<&Path>,
) -> Result<Vec<CandidateFile>, ConfigError> {
    let path = named.map_or_else(|| folder.join(FILE), Path::to_path_buf);
    let text = config::read(&path)?;
    if text.is_none() && named.is_some() {
        return Err(ConfigError::Unreadable(SystemError::new(
            SystemOperation::Read,
            path,
            FileError::Missing,
        )));
    }
    let trust = if named.is_some() { FileTrust::Named } else { FileTrust::Found };
    let mut files = vec![candidate(keys, &path, trust, text)?];
    if let Some(own) = own {
        files.push(read_own(keys, own)?);
    }
    Ok(files)
}

/// The user's own file.
///
/// # Errors
/// As [`gather`].
pub(super) fn read_own(keys: &[SettingKey], path: &Path) -> Result<CandidateFile, ConfigError> {
    candidate(keys, path, FileTrust::Own, config::read_own(path)?)
}

fn candidate(
    keys: &[SettingKey],
    path: &Path,
    trust: FileTrust,
    text: Option<String>,
) -> Result<CandidateFile, ConfigError> {
    let file = text.map(|text| ConfigFile::parse(path, &text, keys)).transpose()?;
    Ok(CandidateFile { path: path.to_path_buf(), trust, file })
}
