//! Errors in a `polymer.toml` and in `POLYMER_*` variables: each names what is wrong and where.

use polymer_host_base::sanitize::one_line;
use polymer_host_sys::regular::FileError;
use polymer_host_sys::system_error::SystemError;
use std::fmt;
use std::path::{Path, PathBuf};

/// Why settings from outside cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}", one_line(&.0.to_string()))]
    Unreadable(#[source] SystemError),
    /// It is no text.
    #[error("{}, line {line}: it is not UTF-8 at column {column}", shown(path))]
    NotText {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The character, from 1.
        column: usize,
    },
    /// It is no TOML.
    #[error("{}, line {line}: {} at column {column}", shown(path), one_line(message))]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The character, from 1.
        column: usize,
        /// Message of the parser.
        message: String,
    },
    /// It has a version that this polymer does not know.
    #[error("{}, line {line}: the file has version {version}, this polymer reads {known}", shown(path))]
    Version {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Its version.
        version: String,
        /// The version that is known.
        known: u32,
    },
    /// Its version is no number.
    #[error("{}, line {line}: `version` must be a whole number, not {found}", shown(path))]
    NoVersion {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Kind of value found.
        found: &'static str,
    },
    /// Something that is no profile.
    #[error("{}, line {line}: unknown `{}`; settings belong in [profile.NAME]", shown(path), one_line(name))]
    NoProfileTable {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Name found there.
        name: String,
    },
    /// A key that is no setting.
    #[error(
        "{}, line {line}: [profile.{}]: unknown key `{}`{}",
        shown(path),
        one_line(profile),
        one_line(key),
        hint(near)
    )]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The profile.
        profile: String,
        /// The key.
        key: String,
        /// Name that may be meant.
        near: Option<String>,
    },
    /// A value of the wrong type.
    #[error(
        "{}, line {line}: [profile.{}]: `{key}` must be {wanted}, not {found}",
        shown(path),
        one_line(profile)
    )]
    WrongType {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The profile.
        profile: String,
        /// The key.
        key: String,
        /// Kind of value expected.
        wanted: &'static str,
        /// Kind of value found.
        found: &'static str,
    },
    /// A profile is to be added that is there.
    #[error("{}, line {line}: there is a [profile.{name}] already", shown(path))]
    ProfileExists {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The profile.
        name: String,
    },
    /// A profile is to be added, and TOML lets none follow.
    #[error(
        "{}, line {line}: `profile` is an inline table, so no profile can be added behind it",
        shown(path)
    )]
    ClosedProfiles {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A profile was named, and there is no file.
    #[error("there is no profile `{}`: there is no {}", one_line(name), joined(paths))]
    NoFile {
        /// The profile.
        name: String,
        /// Where a file could be.
        paths: Vec<PathBuf>,
    },
    /// A profile was named, and no file has one of that name.
    #[error("{}", no_profile(name, there))]
    NoProfile {
        /// The profile.
        name: String,
        /// The files, and the profiles they have.
        there: Vec<(PathBuf, String)>,
    },
    /// The user's own file, which others can change or own.
    #[error("settings cannot be taken from {}: {source}; --no-config runs without them", shown(path))]
    NotOwn {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: FileError,
    },
    /// A setting that a file may not make unless somebody named it.
    #[error(
        "{place} may not set `{key}`: nobody named this file, so it may only tighten limits and set workers, order and progress; {NAME_IT}"
    )]
    Untrusted {
        /// Where it stands.
        place: ProfileLine,
        /// The key.
        key: String,
    },
    /// A limit that a file may not loosen unless somebody named it.
    #[error(
        "{place} may not set `{key}` to {}, where {} applies otherwise: nobody named this file, so it may only tighten limits; {NAME_IT}",
        one_line(value),
        one_line(without)
    )]
    Loosened {
        /// Where it stands.
        place: Box<ProfileLine>,
        /// The key.
        key: String,
        /// Its value.
        value: String,
        /// Value that would hold otherwise.
        without: String,
    },
    /// A variable that sets nothing and is near one that does.
    #[error("unknown variable {}; is `{near}` meant?", one_line(name))]
    UnknownVariable {
        /// Its name.
        name: String,
        /// Name that may be meant.
        near: String,
    },
    /// A variable that is called as a flag that no variable sets, or nearly.
    #[error("unknown variable {}: --{flag} is for the command line alone", one_line(name))]
    OnlyTyped {
        /// Its name.
        name: String,
        /// The flag.
        flag: String,
    },
    /// A switch is neither on nor off.
    #[error("{name} is `{}`: write 1, true, 0 or false", one_line(value))]
    NoSwitch {
        /// The variable.
        name: String,
        /// Its value.
        value: String,
    },
    /// A profile's name that no file can have.
    #[error("{name} is not UTF-8")]
    NameNotText {
        /// The flag or the variable.
        name: &'static str,
    },
}

impl ConfigError {
    /// Returns a hint that may help, where the message does not say it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Unreadable(error) => error.hint(),
            Self::ProfileExists { .. } => Some("name another profile, or remove that one first"),
            Self::ClosedProfiles { .. } => Some("write each profile as a table, [profile.NAME]"),
            _ => None,
        }
    }
}

/// Ways to answer for a profile.
const NAME_IT: &str = "set it in another profile and name that with -P, or name the file with --config";

/// The line of a profile in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileLine {
    /// The file.
    pub path: PathBuf,
    /// The profile.
    pub profile: String,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for ProfileLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}: [profile.{}]", shown(&self.path), self.line, one_line(&self.profile))
    }
}

fn no_profile(name: &str, there: &[(PathBuf, String)]) -> String {
    let told = there.iter().enumerate().map(|(at, (path, names))| {
        let (path, names) = (shown(path), one_line(names));
        match at {
            0 => format!("{path} has no profile `{}`; it has: {names}", one_line(name)),
            _ => format!("; nor has {path}, which has: {names}"),
        }
    });
    let mut told: String = told.collect();
    let names = there.iter().flat_map(|(_, names)| names.split(", "));
    told += &hint(&super::suggestion::nearest(name, names).map(|near| one_line(near).into_owned()));
    told
}

fn joined(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| shown(path)).collect::<Vec<_>>().join(" and no ")
}

fn shown(path: &Path) -> String {
    one_line(&path.display().to_string()).into_owned()
}

fn hint(near: &Option<String>) -> String {
    near.as_ref().map(|near| format!("; is `{near}` meant?")).unwrap_or_default()
}
