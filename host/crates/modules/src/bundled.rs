//! Bundled modules: those that are installed with the command and called by a name with `@` in
//! front, such as `@wordcount`.
//!
//! `@NAME` is the file `NAME.wasm` in the first of these folders that has it:
//! `share/polymer/modules` below the prefix of the running program (`/usr` for `/usr/bin/polymer`),
//! then each folder of `POLYMER_MODULES`, which is a list as `PATH` is, then `polymer/modules` in
//! the user's folder of data, where `polymer build @NAME` puts what it makes. A file that is really
//! called `@NAME` is reached by `./@NAME`. Nothing here may open a module.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Lists further folders of bundled modules, as `PATH` does.
pub const MODULES_VARIABLE: &str = "POLYMER_MODULES";

/// Folder of bundled modules below the prefix of an installed program.
const BELOW_PREFIX: &str = "share/polymer/modules";

/// Longest name, in bytes.
const LONGEST_NAME: usize = 64;

/// Why a name with `@` stands for no module.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundledError {
    /// The name is not one that a bundled module can have.
    #[error(
        "{} is not the name of a bundled module: after @ come up to {LONGEST_NAME} lower-case letters, digits, - and _",
        .0.display()
    )]
    BadName(PathBuf),
    /// No folder has a module of this name.
    #[error("there is no bundled module @{name}; {}", available(known, folders))]
    Unknown {
        /// Name, without `@`.
        name: String,
        /// Names that there are, without `@`, in order.
        known: Vec<String>,
        /// Folders that were searched.
        folders: Vec<PathBuf>,
    },
}

impl BundledError {
    /// Returns advice that may help.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::BadName(_) => "./@NAME is a file that is really called @NAME",
            Self::Unknown { name, .. } if name == "python" => "`polymer build @python` makes it",
            Self::Unknown { name, .. } if name == "javascript" => "`polymer build @javascript` makes it",
            Self::Unknown { .. } => "POLYMER_MODULES lists further folders of bundled modules, as PATH does",
        }
    }
}

/// Tells which names there are, or where they were looked for.
fn available(known: &[String], folders: &[PathBuf]) -> String {
    if known.is_empty() {
        let folders: Vec<_> = folders.iter().map(|folder| folder.display().to_string()).collect();
        return format!("none are installed in {}", folders.join(", "));
    }
    let names: Vec<_> = known.iter().map(|name| format!("@{name}")).collect();
    format!("there are {}", names.join(", "))
}

/// The folders in which bundled modules are looked for, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BundledModules {
    folders: Vec<PathBuf>,
}

/// Returns whether a path is the name of a bundled module, or is meant as one: it starts with `@`.
#[must_use]
pub fn is_bundled(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().starts_with(b"@")
}

impl BundledModules {
    /// Folders for the program at `program`, a path without links, and the value of
    /// `POLYMER_MODULES`. Relative folders are left out: what a name stands for must not depend on
    /// the current folder.
    #[must_use]
    pub fn of(program: Option<&Path>, variable: Option<&OsStr>) -> Self {
        let prefix = program.and_then(|program| program.parent()?.parent());
        let listed = variable.into_iter().flat_map(std::env::split_paths);
        let folders = prefix.map(|prefix| prefix.join(BELOW_PREFIX)).into_iter().chain(listed);
        Self { folders: folders.filter(|folder| folder.is_absolute()).collect() }
    }

    /// Folders for the running program and its environment.
    #[must_use]
    pub fn installed() -> Self {
        let variable: Option<OsString> = std::env::var_os(MODULES_VARIABLE);
        let mut found = Self::of(std::env::current_exe().ok().as_deref(), variable.as_deref());
        found.folders.extend(Self::users_own());
        found
    }

    /// The folder in which modules are that this user made, if the environment says where such
    /// things are.
    #[must_use]
    pub fn users_own() -> Option<PathBuf> {
        let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let data = absolute("XDG_DATA_HOME").or_else(|| Some(absolute("HOME")?.join(".local/share")))?;
        Some(data.join("polymer/modules"))
    }

    /// Returns the path of a module: of a bundled one, if `path` starts with `@`, else `path`.
    ///
    /// # Errors
    /// If it starts with `@` and no bundled module has this name.
    pub fn resolve(&self, path: &Path) -> Result<PathBuf, BundledError> {
        if !is_bundled(path) {
            return Ok(path.to_path_buf());
        }
        let name = path.to_str().and_then(|name| name.strip_prefix('@')).filter(|name| is_name(name));
        let name = name.ok_or_else(|| BundledError::BadName(path.to_path_buf()))?;
        let file = format!("{name}.wasm");
        let mut paths = self.folders.iter().map(|folder| folder.join(&file));
        paths.find(|path| path.is_file()).ok_or_else(|| BundledError::Unknown {
            name: name.to_owned(),
            known: self.names(),
            folders: self.folders.clone(),
        })
    }

    /// Returns the names of all bundled modules, without `@`, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let entries = self.folders.iter().filter_map(|folder| folder.read_dir().ok()).flatten();
        let mut names: Vec<String> = entries
            .filter_map(|entry| {
                let file = entry.ok()?.file_name().into_string().ok()?;
                file.strip_suffix(".wasm").filter(|name| is_name(name)).map(str::to_owned)
            })
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

/// Returns whether a bundled module can be called so. No name leads out of its folder.
fn is_name(name: &str) -> bool {
    let is_allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    !name.is_empty() && name.len() <= LONGEST_NAME && name.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        folder
    }

    #[test]
    fn a_name_is_found_in_the_first_folder_that_has_it() {
        let prefix = tempfile::tempdir().unwrap();
        let installed = prefix.path().join("share/polymer/modules");
        std::fs::create_dir_all(&installed).unwrap();
        std::fs::write(installed.join("both.wasm"), "x").unwrap();
        let (first, second) =
            (folder(&["one.wasm", "both.wasm"]), folder(&["one.wasm", "two.wasm", "no.txt"]));
        let variable = std::env::join_paths([first.path(), second.path()]).unwrap();
        let bundled = BundledModules::of(Some(&prefix.path().join("bin/polymer")), Some(&variable));
        let resolve = |name: &str| bundled.resolve(Path::new(name));
        assert_eq!(resolve("@both"), Ok(installed.join("both.wasm")));
        assert_eq!(resolve("@one"), Ok(first.path().join("one.wasm")));
        assert_eq!(resolve("@two"), Ok(second.path().join("two.wasm")));
        assert_eq!(bundled.names(), ["both", "one", "two"]);
        let error = resolve("@no").unwrap_err().to_string();
        assert_eq!(error, "there is no bundled module @no; there are @both, @one, @two");
    }

    #[test]
    fn a_path_without_at_is_itself() {
        for path in ["a.wasm", "./@a", "b/@a", "", "/@a"] {
            assert_eq!(BundledModules::default().resolve(Path::new(path)), Ok(path.into()), "{path}");
        }
    }

    #[test]
    fn no_name_leads_out_of_its_folder() {
        let inside = folder(&["a.wasm"]);
        let bundled = BundledModules::of(None, Some(inside.path().as_os_str()));
        for name in ["@", "@../a", "@a/../a", "@A", "@a.wasm", "@.", "@a\0", &format!("@{}", "a".repeat(65))]
        {
            let error = bundled.resolve(Path::new(name)).unwrap_err();
            assert_eq!(error, BundledError::BadName(name.into()), "{name}");
        }
    }

    #[test]
    fn relative_folders_are_left_out() {
        let bundled = BundledModules::of(None, Some(OsStr::new("a::/b:./c")));
        assert_eq!(bundled, BundledModules { folders: vec!["/b".into()] });
        let error = bundled.resolve(Path::new("@x")).unwrap_err().to_string();
        assert_eq!(error, "there is no bundled module @x; none are installed in /b");
    }
}
