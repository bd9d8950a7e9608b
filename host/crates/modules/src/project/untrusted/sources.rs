//! Sources of a stranger: one file, or the files of a folder, as bytes. Nothing of them is
//! understood here but names, and words that tell a typed task from a command.
//!
//! It must never follow a link out of the folder, or keep what tells a build tool what to do.

use super::super::language::ProjectLanguage;
use super::super::{ProjectError, source};
use super::UntrustedError;
use nix::libc;
use polymer_host_sys::regular;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Bytes of all sources together.
const BYTES: u64 = 32 << 20;
/// Files of a folder.
const FILES: usize = 1000;
/// Levels of folders.
const DEEPEST: usize = 16;
/// Files that tell a build tool what to do, which would be to run what a stranger wrote. The
/// compilers that are called here read none of them; they are left out all the same.
const MANIFESTS: [&str; 15] = [
    "Cargo.lock",
    "Cargo.toml",
    "Makefile",
    "asconfig.json",
    "build.rs",
    "build.zig",
    "build.zig.zon",
    "go.mod",
    "go.sum",
    "go.work",
    "package.json",
    "pyproject.toml",
    "rust-toolchain",
    "rust-toolchain.toml",
    "setup.py",
];
/// Folders of what was built or installed. A file of such a name is nothing either.
const BUILT: [&str; 6] = ["__pycache__", "build", "node_modules", "target", "vendor", "zig-out"];
/// Where sources are in a folder that has none at its top.
const BELOW: &str = "src";

/// Languages whose compilers are called for strangers.
const LANGUAGES: [ProjectLanguage; 7] = [
    ProjectLanguage::C,
    ProjectLanguage::Cpp,
    ProjectLanguage::Go,
    ProjectLanguage::JavaScript,
    ProjectLanguage::Python,
    ProjectLanguage::Rust,
    ProjectLanguage::Zig,
];

/// What is to be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UntrustedSource {
    pub(super) language: ProjectLanguage,
    /// A typed task, else a command.
    pub(super) typed: bool,
    /// All files, by their names in the folder.
    pub(super) files: Vec<(String, Vec<u8>)>,
    /// The folder of those that are given to the compiler: the top, or one below.
    pub(super) folder: PathBuf,
    /// Their names there; the first is the task.
    pub(super) sources: Vec<String>,
    /// Name of the module, without `.wasm`.
    pub(super) name: String,
}

impl UntrustedSource {
    /// Returns the text of the file that is the task.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> + '_ {
        let is_source =
            |name: &str| self.sources.iter().any(|source| self.folder.join(source) == Path::new(name));
        let texts = self.files.iter().filter(move |(name, _)| is_source(name));
        texts.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
    }
}

/// Reads the file or the folder at `path`.
pub(super) fn read(path: &Path) -> Result<UntrustedSource, UntrustedError> {
    let name = path.canonicalize().map_err(fault(path))?;
    let name = name.file_stem().filter(|_| path.is_file()).or(name.file_name());
    let name = module_name(&name.unwrap_or_default().to_string_lossy());
    if !path.is_dir() {
        return single(path, name);
    }
    let mut files = Vec::new();
    let mut left = BYTES;
    collect(path, Path::new(""), 0, &mut left, &mut files)?;
    files.sort();
    of_files(path, files, name)
}

/// Returns a name for a module that no tool takes for anything else.
fn module_name(name: &str) -> String {
    let is_plain = |char: &char| char.is_ascii_alphanumeric() || "_-".contains(*char);
    let plain: String = name.chars().filter(is_plain).take(64).collect();
    if plain.starts_with(|first: char| first.is_ascii_alphanumeric()) { plain } else { "task".to_owned() }
}

/// A single file, under a name of ours: its own may mean something to a compiler.
fn single(path: &Path, name: String) -> Result<UntrustedSource, UntrustedError> {
    let language = ProjectLanguage::of_script(path).filter(|language| LANGUAGES.contains(language));
    let language = language.ok_or_else(|| UntrustedError::Language(path.to_path_buf()))?;
    let mut left = BYTES;
    let bytes = content(path, true, &mut left)?;
    let typed = language.is_typed(&String::from_utf8_lossy(&bytes));
    let source = format!("main.{}", language.endings().first().unwrap_or(&""));
    Ok(UntrustedSource {
        language,
        typed,
        files: vec![(source.clone(), bytes)],
        folder: PathBuf::new(),
        sources: vec![source],
        name,
    })
}

/// What the files of a folder are.
fn of_files(
    path: &Path,
    files: Vec<(String, Vec<u8>)>,
    name: String,
) -> Result<UntrustedSource, UntrustedError> {
    let directly_in = |folder: &Path| -> Vec<String> {
        let names = files.iter().map(|(name, _)| Path::new(name));
        let names = names.filter(|name| name.parent() == Some(folder));
        names.filter_map(|name| name.file_name()?.to_str().map(str::to_owned)).collect()
    };
    // Where cargo has them they are the program, whatever else there is.
    let (top, below) = (Path::new(""), Path::new(BELOW));
    let is_package = directly_in(below).iter().any(|name| ["lib.rs", "main.rs"].contains(&name.as_str()));
    let found = if is_package { [below, top] } else { [top, below] }
        .into_iter()
        .find_map(|folder| source::of(&directly_in(folder), None).map(|found| (folder, found)));
    let (folder, found) = found.ok_or_else(|| UntrustedError::Language(path.to_path_buf()))?;
    let (language, sources) = found.map_err(|(language, names)| ProjectError::SeveralEntries {
        folder: path.to_path_buf(),
        language,
        names,
    })?;
    if !LANGUAGES.contains(&language) {
        return Err(UntrustedError::Language(path.to_path_buf()));
    }
    let (folder, typed) = (folder.to_path_buf(), false);
    let mut source = UntrustedSource { language, typed, files, folder, sources, name };
    let typed = source.texts().any(|text| language.is_typed(&text));
    source.typed = typed;
    Ok(source)
}

fn collect(
    folder: &Path,
    below: &Path,
    depth: usize,
    left: &mut u64,
    files: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), UntrustedError> {
    for entry in fs::read_dir(folder).map_err(fault(folder))? {
        let entry = entry.map_err(fault(folder))?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(fault(folder))?);
        let name = entry.file_name();
        let name = name.to_str().filter(|name| !name.chars().any(char::is_control));
        let name = name.ok_or_else(|| UntrustedError::Name(path.clone()))?;
        if name.starts_with('.') || BUILT.contains(&name) {
            continue;
        }
        if kind.is_dir() && depth < DEEPEST {
            collect(&path, &below.join(name), depth + 1, left, files)?;
        } else if kind.is_file() && !MANIFESTS.contains(&name) {
            if files.len() >= FILES {
                return Err(UntrustedError::TooMany { folder: folder.to_path_buf(), most: FILES });
            }
            let named = below.join(name).to_string_lossy().into_owned();
            files.push((named, content(&path, false, left)?));
        }
    }
    Ok(())
}

/// Reads a file, and takes its bytes from what is left. A path that is `ours` may be a link.
fn content(path: &Path, is_ours: bool, left: &mut u64) -> Result<Vec<u8>, UntrustedError> {
    // Whoever may still change the folder puts no link in the place of a file that was looked at.
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY | if is_ours { 0 } else { libc::O_NOFOLLOW };
    let file = File::options().read(true).custom_flags(flags).open(path).map_err(fault(path))?;
    let file = regular::stored(file).map_err(SystemError::on(SystemOperation::Read, path));
    let file = file.map_err(ProjectError::File)?;
    if !file.metadata().map_err(fault(path))?.is_file() {
        return Err(UntrustedError::Name(path.to_path_buf()));
    }
    let mut bytes = Vec::new();
    file.take(left.saturating_add(1)).read_to_end(&mut bytes).map_err(fault(path))?;
    let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    *left = left
        .checked_sub(read)
        .ok_or_else(|| UntrustedError::TooLarge { path: path.to_path_buf(), most: BYTES })?;
    Ok(bytes)
}

fn fault(path: &Path) -> impl Fn(std::io::Error) -> UntrustedError + '_ {
    move |error| ProjectError::File(SystemError::new(SystemOperation::Read, path, error)).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn names(source: &UntrustedSource) -> Vec<&str> {
        source.files.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn what_tells_a_build_tool_what_to_do_is_left_out() {
        let manifests = MANIFESTS.map(|name| (name, "x"));
        let place = folder(&manifests);
        fs::create_dir_all(place.path().join("src/target")).unwrap();
        for (name, text) in [
            ("src/main.rs", "fn main() {}"),
            ("src/a.rs", ""),
            (".cargo/config", ""),
            ("src/target/x.rs", ""),
        ] {
            fs::create_dir_all(place.path().join(name).parent().unwrap()).unwrap();
            fs::write(place.path().join(name), text).unwrap();
        }
        symlink("/etc/passwd", place.path().join("src/link.rs")).unwrap();
        symlink("/etc", place.path().join("src/way")).unwrap();
        let source = read(place.path()).unwrap();
        assert_eq!(names(&source), ["src/a.rs", "src/main.rs"]);
        assert_eq!(source.sources.first().map(String::as_str), Some("main.rs"));
        assert_eq!((source.language, source.folder.as_path()), (ProjectLanguage::Rust, Path::new("src")));
    }

    #[test]
    fn a_single_file_has_a_name_of_ours() {
        let place = folder(&[("-O2.c", "int main() {}"), ("x_test.go", "package main"), ("a b.zig", "")]);
        for (file, expected, name) in
            [("-O2.c", "main.c", "task"), ("x_test.go", "main.go", "x_test"), ("a b.zig", "main.zig", "ab")]
        {
            let source = read(&place.path().join(file)).unwrap();
            assert_eq!((names(&source), source.name.as_str()), (vec![expected], name));
        }
    }

    #[test]
    fn what_has_no_compiler_here_is_refused() {
        let place = folder(&[("a.ts", ""), ("b.sh", ""), ("c.txt", "")]);
        for file in ["a.ts", "b.sh", "c.txt"] {
            let refused = read(&place.path().join(file)).unwrap_err();
            assert!(matches!(refused, UntrustedError::Language(_)), "{refused:?}");
        }
        assert!(matches!(read(place.path()), Err(UntrustedError::Language(_))));
        assert!(matches!(read(&place.path().join("none.c")), Err(UntrustedError::Project(_))));
        let two = folder(&[("a.rs", ""), ("b.rs", "")]);
        assert!(matches!(read(two.path()), Err(UntrustedError::Project(_))));
    }

    #[test]
    fn amounts_are_bounded() {
        let many: Vec<String> = (0..=FILES).map(|at| format!("{at}.c")).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
        assert!(matches!(read(folder(&many).path()), Err(UntrustedError::TooMany { .. })));
        let place = folder(&[]);
        let large = place.path().join("a.c");
        fs::File::create(&large).unwrap().set_len(BYTES + 1).unwrap();
        assert!(matches!(read(&large), Err(UntrustedError::TooLarge { .. })));
    }

    #[test]
    fn a_typed_task_is_known_by_its_sources() {
        let place = folder(&[("task.c", "int x;"), ("b.c", "#include \"polymer_task.h\"")]);
        assert!(read(place.path()).unwrap().typed);
        assert!(!read(folder(&[("a.c", "int x;"), ("c.txt", "polymer_task.h")]).path()).unwrap().typed);
    }
}
