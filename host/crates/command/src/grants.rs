//! Grants of the operator, as the flags write them: `--dir HOST[::GUEST][:ro|:rw]`, `--env K[=V]`,
//! `--scratch SIZE[::GUEST]`.
//!
//! It must never know what a module wishes.

use polymer_host_base::quantity::{QuantityError, parse_size};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::collected::GlobError;
use polymer_host_task::grants::SCRATCH;
use polymer_host_task::{DirGrant, EnvGrant, Grants, ScratchGrant};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A `--dir`, before the folder is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirFlag {
    /// The folder, as it was written.
    pub host: String,
    /// Name that guests use for it.
    pub guest: String,
    /// True if guests may write.
    pub writable: bool,
}

/// A `--scratch`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScratchFlag(pub ScratchGrant);

/// An `--env`, before the environment is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvFlag {
    /// The value the variable has for polymer.
    Inherit(String),
    /// This value.
    Set(EnvGrant),
}

/// Why a text is no grant, or a grant cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// A part that is needed is missing.
    #[error("write it as HOST[::GUEST][:ro|:rw], with no part empty")]
    NoDir,
    /// Text in the place of a mode that is no mode.
    #[error("`:{0}` is not a mode: write :ro or :rw")]
    NoMode(String),
    /// No size, or no name.
    #[error("write it as SIZE[::GUEST], with no part empty")]
    NoScratch,
    /// The size is none.
    #[error(transparent)]
    Size(#[from] QuantityError),
    /// No name, or one no variable can have.
    #[error("write it as NAME or NAME=VALUE")]
    NoVariable,
    /// A zero byte, which would end the text for the guest.
    #[error("it holds a zero byte")]
    Nul,
    /// The folder cannot be granted.
    #[error("{0}")]
    Dir(#[source] SystemError),
    /// Its path cannot be told to a worker.
    #[error("cannot grant --dir {}: its path is not UTF-8", .0.display())]
    NotUtf8(PathBuf),
    /// Two folders under one name.
    #[error("two folders are granted as {0}: name one with --dir HOST::GUEST")]
    SameGuest(String),
    /// Polymer has no such variable to hand on.
    #[error("cannot grant --env {0}: the variable is not set; give a value with --env {0}=VALUE")]
    Unset(String),
    /// Invalid pattern of files to collect from the scratch folder.
    #[error("cannot use --collect: {0}")]
    Collect(GlobError),
    /// Its value cannot be handed on.
    #[error("cannot grant --env {0}: its value is not UTF-8")]
    ValueNotUtf8(String),
}

impl FromStr for DirFlag {
    type Err = GrantError;

    fn from_str(text: &str) -> Result<Self, GrantError> {
        let (paths, writable) = with_mode(text);
        let (host, guest) = paths.split_once("::").unwrap_or((paths, paths));
        if host.is_empty() || guest.is_empty() {
            return Err(GrantError::NoDir);
        }
        // With a mode behind it, whatever stands there is meant.
        if writable.is_none() {
            check_no_mode(guest)?;
        }
        let guest = as_guests_call_it(guest).to_owned();
        Ok(Self { host: host.to_owned(), guest, writable: writable.unwrap_or(false) })
    }
}

/// A text without the `:ro` or `:rw` at its end, and whether that allows to write.
pub(super) fn with_mode(text: &str) -> (&str, Option<bool>) {
    match (text.strip_suffix(":ro"), text.strip_suffix(":rw")) {
        (Some(rest), _) => (rest, Some(false)),
        (_, Some(rest)) => (rest, Some(true)),
        (None, None) => (text, None),
    }
}

/// A guest's name for a folder, as guests look for it: without a slash at its end, which completion
/// in a shell adds.
pub(super) fn as_guests_call_it(guest: &str) -> &str {
    match guest.trim_end_matches('/') {
        "" => "/",
        name => name,
    }
}

/// That what looks like a mistyped mode is not taken for part of a name.
pub(super) fn check_no_mode(name: &str) -> Result<(), GrantError> {
    match name.rsplit_once(':') {
        Some((_, mode)) if mode.len() <= 3 && mode.bytes().all(|byte| b"rwoxRWOX".contains(&byte)) => {
            Err(GrantError::NoMode(mode.to_owned()))
        }
        _ => Ok(()),
    }
}

impl FromStr for ScratchFlag {
    type Err = GrantError;

    fn from_str(text: &str) -> Result<Self, GrantError> {
        let (size, guest) = text.split_once("::").unwrap_or((text, SCRATCH));
        if size.is_empty() || guest.is_empty() {
            return Err(GrantError::NoScratch);
        }
        check_no_mode(guest)?;
        Ok(Self(ScratchGrant { bytes: parse_size(size)?, guest: as_guests_call_it(guest).to_owned() }))
    }
}

impl FromStr for EnvFlag {
    type Err = GrantError;

    fn from_str(text: &str) -> Result<Self, GrantError> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        if name.is_empty() {
            return Err(GrantError::NoVariable);
        }
        if text.contains('\0') {
            return Err(GrantError::Nul);
        }
        let name = name.to_owned();
        Ok(match value {
            Some(value) => Self::Set(EnvGrant { name, value: value.to_owned() }),
            None => Self::Inherit(name),
        })
    }
}

/// Returns what the flags grant together. `variable` looks into polymer's own environment. Of
/// several values for one variable the last counts.
///
/// # Errors
/// If a folder is not there, two have one name, or a variable is not set.
pub fn grants(
    dirs: &[DirFlag],
    env: &[EnvFlag],
    args: Vec<String>,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Grants, GrantError> {
    let mut granted = Grants { args, ..Grants::default() };
    for flag in dirs {
        if granted.dirs.iter().any(|dir| dir.guest == flag.guest) {
            return Err(GrantError::SameGuest(flag.guest.clone()));
        }
        granted.dirs.push(dir(flag)?);
    }
    for flag in env {
        let grant = match flag {
            EnvFlag::Set(grant) => grant.clone(),
            EnvFlag::Inherit(name) => {
                let value = variable(name).ok_or_else(|| GrantError::Unset(name.clone()))?;
                let value = value.into_string().map_err(|_| GrantError::ValueNotUtf8(name.clone()))?;
                EnvGrant { name: name.clone(), value }
            }
        };
        granted.env.retain(|other| other.name != grant.name);
        granted.env.push(grant);
    }
    Ok(granted)
}

fn dir(flag: &DirFlag) -> Result<DirGrant, GrantError> {
    let host = Path::new(&flag.host)
        .canonicalize()
        .and_then(|host| if host.is_dir() { Ok(host) } else { Err(io::ErrorKind::NotADirectory.into()) });
    let host = host.map_err(|error: io::Error| {
        GrantError::Dir(SystemError::new(SystemOperation::GrantDir, &flag.host, error))
    })?;
    if host.to_str().is_none() {
        return Err(GrantError::NotUtf8(host));
    }
    Ok(DirGrant { host, guest: flag.guest.clone(), writable: flag.writable })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::{OsStrExt, OsStringExt};

    #[track_caller]
    fn check_dir(text: &str, host: &str, guest: &str, writable: bool) {
        let expected = DirFlag { host: host.to_owned(), guest: guest.to_owned(), writable };
        assert_eq!(text.parse::<DirFlag>().unwrap(), expected);
    }

    fn set(name: &str, value: &str) -> EnvGrant {
        EnvGrant { name: name.to_owned(), value: value.to_owned() }
    }

    fn env(flags: &[&str]) -> Result<Vec<EnvGrant>, GrantError> {
        let flags: Vec<EnvFlag> = flags.iter().map(|flag| flag.parse().unwrap()).collect();
        let variable = |name: &str| match name {
            "HOME" => Some(OsString::from("/home")),
            "RAW" => Some(OsString::from_vec(vec![0xff])),
            _ => None,
        };
        grants(&[], &flags, Vec::new(), variable).map(|granted| granted.env)
    }

    #[test]
    fn a_folder_is_read_only_and_called_as_written_unless_said() {
        check_dir("data", "data", "data", false);
        check_dir("../data:ro", "../data", "../data", false);
        check_dir("data:rw", "data", "data", true);
        check_dir("data::/in", "data", "/in", false);
        check_dir("data::/in:rw", "data", "/in", true);
        check_dir("a:b", "a:b", "a:b", false);
        check_dir("a:rw:ro", "a:rw", "a:rw", false);
        for text in ["", ":ro", "::/in", "data::", "data:::rw", "::"] {
            assert!(matches!(text.parse::<DirFlag>(), Err(GrantError::NoDir)), "{text}");
        }
    }

    #[test]
    fn a_folder_for_attempts_has_a_size_and_may_have_a_name() {
        let read = |text: &str| text.parse::<ScratchFlag>().map(|ScratchFlag(grant)| grant);
        let grant = |bytes, guest: &str| ScratchGrant { bytes, guest: guest.to_owned() };
        assert_eq!(read("64MiB").unwrap(), grant(64 << 20, "/scratch"));
        assert_eq!(read("4096::/tmp").unwrap(), grant(4096, "/tmp"));
        assert_eq!(read("4096::/tmp/").unwrap(), grant(4096, "/tmp"));
        assert!(matches!(read("4096::/tmp:rw"), Err(GrantError::NoMode(_))));
        assert!(matches!(read("1K::"), Err(GrantError::NoScratch)));
        assert!(matches!(read("::/tmp"), Err(GrantError::NoScratch)));
        assert!(matches!(read("0"), Err(GrantError::Size(_))));
        assert!(matches!(read("/tmp"), Err(GrantError::Size(_))));
    }

    #[test]
    fn a_slash_at_the_end_is_no_part_of_a_name_and_a_mistyped_mode_neither() {
        let read = |text: &str| text.parse::<DirFlag>().map(|flag| (flag.host, flag.guest, flag.writable));
        let flag = |host: &str, guest: &str, writable| (host.to_owned(), guest.to_owned(), writable);
        assert_eq!(read("data/").unwrap(), flag("data/", "data", false));
        assert_eq!(read("data::/data/:rw").unwrap(), flag("data", "/data", true));
        assert_eq!(read("/").unwrap(), flag("/", "/", false));
        assert_eq!(read("data::a:b").unwrap(), flag("data", "a:b", false));
        for text in ["data::/data:wr", "data::/data:RW", "data:rwx", "data::/data:"] {
            assert!(matches!(read(text), Err(GrantError::NoMode(_))), "{text}");
        }
    }

    #[test]
    fn a_folder_is_granted_by_its_real_path_and_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("real")).unwrap();
        std::fs::write(folder.path().join("file"), "").unwrap();
        std::os::unix::fs::symlink("real", folder.path().join("link")).unwrap();
        let grant = |texts: &[&str]| {
            let flags: Vec<DirFlag> = texts
                .iter()
                .map(|text| format!("{}/{text}", folder.path().display()).parse().unwrap())
                .collect();
            grants(&flags, &[], Vec::new(), |_| None).map(|granted| granted.dirs)
        };
        let granted = grant(&["link::/in:rw"]).unwrap();
        let host = folder.path().canonicalize().unwrap().join("real");
        assert_eq!(granted, [DirGrant { host, guest: "/in".to_owned(), writable: true }]);
        assert!(grant(&["none"]).unwrap_err().to_string().contains("/none"));
        assert!(matches!(grant(&["file"]), Err(GrantError::Dir(_))));
        assert!(
            matches!(grant(&["real::/in", "link::/in"]), Err(GrantError::SameGuest(guest)) if guest == "/in")
        );
        let raw = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff"));
        std::fs::create_dir(&raw).unwrap();
        std::os::unix::fs::symlink(&raw, folder.path().join("raw")).unwrap();
        assert!(
            matches!(grant(&["raw"]), Err(GrantError::NotUtf8(path)) if path.ends_with(raw.file_name().unwrap()))
        );
    }

    #[test]
    fn a_variable_is_set_or_handed_on() {
        assert_eq!(
            env(&["A=1", "HOME", "B=x=y", "C="]).unwrap(),
            [set("A", "1"), set("HOME", "/home"), set("B", "x=y"), set("C", "")]
        );
        assert_eq!(env(&["A=1", "B=1", "A=2"]).unwrap(), [set("B", "1"), set("A", "2")]);
        assert_eq!(
            env(&["NONE"]).unwrap_err().to_string(),
            "cannot grant --env NONE: the variable is not set; give a value with --env NONE=VALUE"
        );
        assert!(matches!(env(&["RAW"]), Err(GrantError::ValueNotUtf8(_))));
        assert!(matches!("=1".parse::<EnvFlag>(), Err(GrantError::NoVariable)));
        assert!(matches!("".parse::<EnvFlag>(), Err(GrantError::NoVariable)));
        assert!(matches!("A=\0".parse::<EnvFlag>(), Err(GrantError::Nul)));
    }
}
