//! What can be wrong with a `polymer.toml` and with `POLYMER_*` variables: each names what is wrong and where.

use crate::report::printable::one_line;
use crate::sys::regular::FileError;
use std::path::{Path, PathBuf};

/// Why settings from outside cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", shown(path))]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: FileError,
    },
    /// It is no text.
    #[error("{} is not UTF-8", shown(.0))]
    NotText(PathBuf),
    /// It is no TOML.
    #[error("{}, line {line}: {}", shown(path), one_line(message))]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// Something that is no profile.
    #[error("{}, line {line}: unknown `{}`; settings stand in [profile.NAME]", shown(path), one_line(name))]
    NoProfileTable {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What stands there.
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
        /// What may be meant.
        near: Option<String>,
    },
    /// A value of the wrong type.
    #[error(
        "{}, line {line}: [profile.{}]: `{key}` is {wanted}, not {found}",
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
        /// What it should be.
        wanted: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// A profile was named, and there is no file.
    #[error("there is no profile `{}`: there is no {}", one_line(name), shown(path))]
    NoFile {
        /// The profile.
        name: String,
        /// The file.
        path: PathBuf,
    },
    /// A profile was named, and the file has none of that name.
    #[error("{} has no profile `{}`; it has: {}", shown(path), one_line(name), one_line(there))]
    NoProfile {
        /// The file.
        path: PathBuf,
        /// The profile.
        name: String,
        /// Those it has.
        there: String,
    },
    /// A setting that a file may not make unless somebody named it.
    #[error(
        "{}, line {line}: [profile.default] may not set `{key}`, which gives tasks or files more than polymer does by itself: it applies \
         in every run here, whoever wrote it; set it in another profile and name that with -P, or name the file with --config",
        shown(path)
    )]
    Untrusted {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The key.
        key: String,
    },
    /// A variable that sets nothing.
    #[error("unknown variable {}{}", one_line(name), hint(near))]
    UnknownVariable {
        /// Its name.
        name: String,
        /// What may be meant.
        near: Option<String>,
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

fn shown(path: &Path) -> String {
    one_line(&path.display().to_string()).into_owned()
}

fn hint(near: &Option<String>) -> String {
    near.as_ref().map(|near| format!("; is `{near}` meant?")).unwrap_or_default()
}
