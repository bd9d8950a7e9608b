//! Packages of an interpreter: pure Python, for this version of it, pinned by digest.

use super::{InterpreterError, InterpreterOrder, InterpreterWorkshop, file_error, place, steps, unread};
use polymer_host_base::text::cut;
use serde::Deserialize;
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The Python that componentize-py puts into a component.
const PYTHON_VERSION: &str = "3.14";
/// Endings of files that are machine code.
const MACHINE_CODE: [&str; 4] = ["so", "pyd", "dylib", "dll"];

/// Why packages cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// A word that pip would not take for a package.
    #[error("`{0}` is not the name of a package: name one, and versions if you like, as `attrs==25.4.0`")]
    Name(String),
    /// A line of requirements that asks for something else.
    #[error("`{0}` is no package of the index: requirements are names, versions and digests, a line each")]
    Requirement(String),
    /// It exists, and there is no pure Python of it.
    #[error(
        "{0} cannot be part of an interpreter: its index has machine code for real machines, and no wheel of pure Python"
    )]
    MachineCode(String),
    /// A file in a wheel that says of itself that it is pure.
    #[error("{0} cannot be part of an interpreter: it is machine code of a real machine")]
    MachineCodeFile(String),
    /// Whatever else pip says.
    #[error("the packages cannot be had:\n{0}")]
    Refused(String),
    /// Packages for an interpreter that takes none.
    #[error("--package and --requirements are for @python")]
    OfOtherLanguage,
    /// A report of pip that is none.
    #[error("pip does not say which packages it took: {0}")]
    Report(String),
}

impl PackageError {
    /// Returns advice that may help.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::MachineCode(_) | Self::MachineCodeFile(_) => Some(
                "look for a package of pure Python that does the same; there is no way to have numpy and the like here",
            ),
            Self::Name(_)
            | Self::Requirement(_)
            | Self::OfOtherLanguage
            | Self::Refused(_)
            | Self::Report(_) => None,
        }
    }
}

/// Packages that were asked for, looked at.
#[derive(Debug)]
pub(super) struct PackageOrder<'a> {
    names: &'a [String],
    requirements: Option<PathBuf>,
}

/// Packages that are there.
#[derive(Debug)]
pub(super) struct RequiredPackages {
    pub(super) folder: PathBuf,
    pub(super) lock: String,
}

impl<'a> PackageOrder<'a> {
    /// Returns the packages of an order, if it has any.
    pub(super) fn of(order: &'a InterpreterOrder) -> Result<Option<Self>, InterpreterError> {
        if let Some(name) = order.packages.iter().find(|name| !is_package(name)) {
            return Err(PackageError::Name(name.clone()).into());
        }
        let requirements = order
            .requirements
            .as_ref()
            .map(|path| std::path::absolute(path).map_err(|error| unread(path, error)));
        let requirements = requirements.transpose()?;
        if let Some(path) = &requirements {
            // Before anything is fetched: a line may ask for more than wheels from the index.
            let text = fs::read_to_string(path).map_err(|error| unread(path, error))?;
            if let Some(line) = text.lines().find(|line| !is_requirement(line)) {
                return Err(PackageError::Requirement(cut(line, 200)).into());
            }
        }
        let is_empty = order.packages.is_empty() && requirements.is_none();
        Ok((!is_empty).then_some(Self { names: &order.packages, requirements }))
    }

    /// Puts them, and what they need, into a folder.
    pub(super) fn fetch(
        &self,
        python: &OsString,
        folder: &Path,
        workshop: &mut InterpreterWorkshop<'_>,
    ) -> Result<RequiredPackages, InterpreterError> {
        place::empty(folder)?;
        let report = folder.with_extension("json");
        let args = self.args(folder, &report);
        let heard = workshop.hear(python, &args, folder)?;
        if !heard.status.success() {
            return Err(refused(&heard.said, python, folder).into());
        }
        let text = fs::read_to_string(&report).map_err(|error| unread(&report, error))?;
        let lock = lock(&text)?;
        check(folder)?;
        let imports = imports(folder).map_err(|error| unread(folder, error))?;
        let path = folder.join("polymer_packages.py");
        let listed = serde_json::Value::from(imports);
        fs::write(&path, format!("IMPORTS = {listed}\n")).map_err(|error| file_error(&path, error))?;
        Ok(RequiredPackages { folder: folder.to_path_buf(), lock })
    }

    fn args(&self, folder: &Path, report: &Path) -> Vec<OsString> {
        let fixed = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-compile",
            // Wheels of pure Python, and nothing that would have to be built.
            "--only-binary=:all:",
            "--platform=any",
            "--implementation=py",
            "--abi=none",
            "--python-version",
            PYTHON_VERSION,
        ];
        let mut args: Vec<OsString> = fixed.iter().map(OsString::from).collect();
        args.extend(["--target".into(), folder.into(), "--report".into(), report.into()]);
        if let Some(requirements) = &self.requirements {
            args.extend(["--requirement".into(), requirements.into()]);
        }
        args.extend(self.names.iter().map(OsString::from));
        args
    }
}

/// Returns whether pip would take a word for a package from the index, and for nothing else: no
/// option, path or address.
fn is_package(word: &str) -> bool {
    let is_allowed = |char: char| char.is_ascii_alphanumeric() || "-_.[],=<>!~ *+".contains(char);
    word.starts_with(|first: char| first.is_ascii_alphanumeric())
        && word.chars().all(is_allowed)
        && !word.contains(" -")
        && !word.ends_with(".whl")
}

/// Returns whether a line of requirements names a package of the index, with digests if it has
/// some, or nothing.
fn is_requirement(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or_default().trim().trim_end_matches('\\').trim_end();
    if line.is_empty() || line.starts_with('#') {
        return true;
    }
    let mut words = line.split("--hash=");
    let package = words.next().unwrap_or_default().trim();
    let is_digest = |word: &str| {
        word.trim().chars().all(|char| char.is_ascii_alphanumeric() || char == ':') && !word.trim().is_empty()
    };
    (package.is_empty() || is_package(package)) && words.all(is_digest)
}

/// Why pip refused: that a package is machine code only, if that is what its words come down to.
fn refused(said: &str, python: &OsString, folder: &Path) -> PackageError {
    let name = said.lines().find_map(|line| line.strip_prefix("ERROR: No matching distribution found for "));
    if let Some(name) =
        name.map(str::trim).and_then(|name| name.split(['=', '<', '>', '!', '~', '[', ' ']).next())
    {
        let args =
            ["-m", "pip", "index", "versions", "--disable-pip-version-check", name].map(OsString::from);
        let exists = steps::succeeds(steps::in_own_environment(python, &args, folder));
        if exists {
            return PackageError::MachineCode(name.to_owned());
        }
    }
    PackageError::Refused(cut(said.trim(), 4000))
}

/// The packages that a report of pip lists, as requirements with digests.
fn lock(report: &str) -> Result<String, PackageError> {
    #[derive(Deserialize)]
    struct WireReport {
        install: Vec<WireInstalled>,
    }
    #[derive(Deserialize)]
    struct WireInstalled {
        metadata: WireMetadata,
        download_info: WireDownload,
    }
    #[derive(Deserialize)]
    struct WireMetadata {
        name: String,
        version: String,
    }
    #[derive(Deserialize)]
    struct WireDownload {
        archive_info: Option<WireArchive>,
    }
    #[derive(Deserialize)]
    struct WireArchive {
        hashes: Option<WireHashes>,
    }
    #[derive(Deserialize)]
    struct WireHashes {
        sha256: Option<String>,
    }
    let report: WireReport =
        serde_json::from_str(report).map_err(|error| PackageError::Report(error.to_string()))?;
    let mut lines: Vec<String> = Vec::new();
    for WireInstalled { metadata: WireMetadata { name, version }, download_info } in report.install {
        let digest = download_info.archive_info.and_then(|archive| archive.hashes?.sha256);
        let digest = digest.ok_or_else(|| PackageError::Report(format!("{name} has no digest")))?;
        lines.push(format!("{name}=={version} --hash=sha256:{digest}"));
    }
    lines.sort_unstable();
    let mut text = format!(
        "# Packages of an interpreter for CPython {PYTHON_VERSION}; `polymer build @python --requirements` takes this file.\n"
    );
    for line in lines {
        // A write to a string cannot fail.
        let _ = writeln!(text, "{line}");
    }
    Ok(text)
}

/// That nothing in a folder is machine code.
fn check(folder: &Path) -> Result<(), InterpreterError> {
    let entries = folder.read_dir().map_err(|error| unread(folder, error))?;
    for entry in entries {
        let path = entry.map_err(|error| unread(folder, error))?.path();
        if path.is_dir() {
            check(&path)?;
        } else if path
            .extension()
            .and_then(OsStr::to_str)
            .is_some_and(|ending| MACHINE_CODE.contains(&ending))
        {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            return Err(PackageError::MachineCodeFile(name).into());
        }
    }
    Ok(())
}

/// The modules that stand at the top of a folder, in order: what a program would import.
fn imports(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        let Some(file) = path.file_name().and_then(OsStr::to_str) else { continue };
        let name = if path.join("__init__.py").is_file() { Some(file) } else { file.strip_suffix(".py") };
        let is_name = |name: &&str| {
            name.starts_with(|first: char| first.is_ascii_alphabetic())
                && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
        };
        names.extend(name.filter(is_name).map(str::to_owned));
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_package_of_the_index_is_a_package() {
        for word in ["attrs", "attrs==25.4.0", "rich[jupyter]", "a >= 1, < 2", "zope.interface", "a~=1.4.*"] {
            assert!(is_package(word), "{word}");
        }
        for word in [
            "",
            "-r",
            "--index-url=x",
            "./a",
            "/a",
            "../a",
            "a/b",
            "a.whl",
            "git+https://x/y",
            "a @ file:///b",
            "a;b",
            "a\nb",
        ] {
            assert!(!is_package(word), "{word}");
        }
    }

    #[test]
    fn requirements_are_packages_of_the_index_and_nothing_else() {
        for line in [
            "",
            "# a",
            "  ",
            "attrs",
            "attrs==25.4.0 --hash=sha256:00ff",
            "a>=1,<2  # why",
            "attrs==1 \\",
            "    --hash=sha256:00 \\",
            "a==1 --hash=sha256:00 --hash=sha256:11",
        ] {
            assert!(is_requirement(line), "{line}");
        }
        for line in [
            "-r other.txt",
            "--index-url x",
            "--no-binary :all:",
            "./a",
            "git+https://x/y",
            "a @ file:///b",
            "-e .",
            "a.whl",
            "a==1 --hash=",
            "a --global-option=x",
        ] {
            assert!(!is_requirement(line), "{line}");
        }
    }

    #[test]
    fn a_lock_names_each_package_with_its_digest() {
        let report = r#"{"version":"1","install":[
            {"metadata":{"name":"b","version":"2"},"download_info":{"url":"x","archive_info":{"hash":"y","hashes":{"sha256":"ff"}}}},
            {"metadata":{"name":"a","version":"1"},"download_info":{"archive_info":{"hashes":{"sha256":"00"}}}}]}"#;
        let text = lock(report).unwrap();
        let lines: Vec<_> = text.lines().skip(1).collect();
        assert_eq!(lines, ["a==1 --hash=sha256:00", "b==2 --hash=sha256:ff"]);
        for report in
            ["", "{}", r#"{"install":[{"metadata":{"name":"a","version":"1"},"download_info":{}}]}"#]
        {
            assert!(matches!(lock(report), Err(PackageError::Report(_))), "{report}");
        }
    }

    #[test]
    fn what_a_program_would_import_is_found_and_machine_code_too() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["attr", "attr/sub", "attrs-1.dist-info", "bin", "_private"] {
            fs::create_dir(at(name)).unwrap();
        }
        for name in
            ["attr/__init__.py", "attr/sub/x.py", "six.py", "_private/__init__.py", "a-b.py", "bin/tool"]
        {
            fs::write(at(name), "").unwrap();
        }
        assert_eq!(imports(folder.path()).unwrap(), ["attr", "six"]);
        assert!(check(folder.path()).is_ok());
        fs::write(at("attr/sub/_fast.so"), "").unwrap();
        assert!(matches!(
            check(folder.path()),
            Err(InterpreterError::Packages(PackageError::MachineCodeFile(name))) if name == "_fast.so"
        ));
    }
}
