//! Properties of a folder or a single file: its language, which file is its task, which form of
//! task it is, and where it is built. Decided by names, and by words in the sources; nothing is run
//! here.

use super::{ProjectError, ProjectLanguage};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Bytes of a source that are looked at.
const LOOKED_AT: u64 = 1 << 20;
/// The folder of a project into which it is built.
const BUILD: &str = "build";
/// The folder of a Python project into which `pip install --target` puts packages.
const PACKAGES: &str = "deps";
/// Levels of folders that packages have at the most.
const DEEPEST: usize = 16;
/// Bytes of the name of a module: the contract allows a task no longer one.
const NAME: usize = 128;

/// Source that is to be built, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProjectSource {
    pub(super) language: ProjectLanguage,
    /// A typed task, else a command.
    pub(super) typed: bool,
    /// Where its sources are.
    pub(super) folder: PathBuf,
    /// Where it is built.
    pub(super) build: PathBuf,
    /// Name of its module, without `.wasm`.
    pub(super) name: String,
    /// Its sources, by their names in the folder; the first is its task.
    pub(super) sources: Vec<String>,
    /// Folders of it with packages of others.
    pub(super) packages: Vec<PathBuf>,
    /// It is one file, and what else is in its folder is none of its business unless it names that.
    pub(super) alone: bool,
    /// Bytes of stack in its memory, if that is not left to its language.
    pub(super) stack: Option<u64>,
}

impl ProjectSource {
    /// Where its module is once it is built.
    pub(super) fn module(&self) -> PathBuf {
        self.build.join(self.module_name())
    }

    /// Where tools write the module. It goes to its place when all is done, so that what is there
    /// is whole. In a folder of its own, for several compilers name what they make after the file.
    pub(super) fn unfinished(&self) -> PathBuf {
        self.build.join("unfinished").join(self.module_name())
    }

    fn module_name(&self) -> String {
        format!("{}.wasm", self.name)
    }

    /// The folder of the copy that is built of a single file, in languages whose files are copied.
    pub(super) fn copy_folder(&self) -> PathBuf {
        self.build.join("script")
    }

    /// Returns the name of its task that tools are given: in a single file's copy, a name that
    /// hides nothing and means nothing to them.
    pub(super) fn source(&self) -> String {
        match self.language {
            ProjectLanguage::Python if self.alone => "polymer_script.py".to_owned(),
            // It stands alone in its folder, and its name in traces; to resolve an import it has to
            // be a plain one.
            ProjectLanguage::JavaScript if self.alone && !is_plain(self.entry()) => "script.js".to_owned(),
            ProjectLanguage::Go if self.alone => "main.go".to_owned(),
            _ => self.entry().to_owned(),
        }
    }

    /// The sources as arguments: none looks like an option.
    pub(super) fn arguments(&self) -> impl Iterator<Item = OsString> + '_ {
        self.sources.iter().map(|name| format!("./{name}").into())
    }

    /// Returns the path people know it by: its folder, or the script.
    pub(super) fn path(&self) -> PathBuf {
        if self.alone { self.folder.join(self.entry()) } else { self.folder.clone() }
    }

    /// The file of its task.
    pub(super) fn entry(&self) -> &str {
        self.sources.first().map_or("", String::as_str)
    }
}

/// Returns whether a file's name means the same wherever it is written.
fn is_plain(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
        && name.chars().all(|char| char.is_ascii_alphanumeric() || "_-.".contains(char))
}

/// Reads what project is in a folder.
pub(super) fn read(folder: &Path) -> Result<ProjectSource, ProjectError> {
    let fault = |source| super::file_error(folder, source);
    // Tools are started in it, and are told files of it.
    let folder = folder.canonicalize().map_err(fault)?;
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        if entry.path().is_file() {
            names.extend(entry.file_name().into_string());
        }
    }
    names.sort();
    let main = names.iter().any(|name| name == "package.json").then(|| main_of(&folder.join("package.json")));
    let (language, sources) = match of(&names, main.flatten().as_deref()) {
        Some(Ok(found)) => found,
        Some(Err((language, names))) => {
            return Err(ProjectError::SeveralEntries { folder, language, names });
        }
        None => return Err(ProjectError::NoProject(folder)),
    };
    let texts: Result<Vec<_>, _> = sources.iter().map(|name| head(&folder.join(name))).collect();
    let typed = texts.map_err(fault)?.iter().any(|text| language.is_typed(text));
    let name = folder.file_name().map_or_else(|| "task".into(), |name| name.to_string_lossy());
    let (build, name) = (folder.join(BUILD), name.into_owned());
    let packages = folder.join(PACKAGES);
    let packages =
        if language == ProjectLanguage::Python && packages.is_dir() { vec![packages] } else { Vec::new() };
    if let Some(code) = packages.iter().find_map(|folder| machine_code(folder, 0)) {
        return Err(ProjectError::MachineCode(code));
    }
    Ok(ProjectSource { language, typed, folder, build, name, sources, packages, alone: false, stack: None })
}

/// Reads what a script is. It is built below `scripts`, in a folder for its path.
pub(super) fn script(path: &Path, scripts: Option<&Path>) -> Result<ProjectSource, ProjectError> {
    let fault = |source| super::file_error(path, source);
    let Some(language) = ProjectLanguage::of_script(path).filter(|_| path.is_file()) else {
        return Err(ProjectError::NoFolder(path.to_path_buf()));
    };
    let Some(scripts) = scripts else { return Err(ProjectError::NoPlace(path.to_path_buf())) };
    let (Some(file), Some(stem)) = (path.file_name(), path.file_stem().and_then(OsStr::to_str)) else {
        return Err(ProjectError::NotUtf8(path.to_path_buf()));
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A link keeps its name, for that says what it is written in.
    let path = folder.canonicalize().map_err(fault)?.join(file);
    let typed = language.is_typed(&head(&path).map_err(fault)?);
    let place = blake3::hash(path.as_os_str().as_encoded_bytes()).to_hex();
    Ok(ProjectSource {
        language,
        typed,
        folder: path.parent().unwrap_or(folder).to_path_buf(),
        build: scripts.join(place.get(..32).unwrap_or_default()),
        name: stem.get(..stem.floor_char_boundary(NAME)).unwrap_or(stem).to_owned(),
        sources: vec![file.to_string_lossy().into_owned()],
        packages: Vec::new(),
        alone: true,
        stack: None,
    })
}

/// A language and its sources, that of the task first; or those that might be it.
pub(super) type FoundSources = Result<(ProjectLanguage, Vec<String>), (ProjectLanguage, Vec<String>)>;

/// The language of a folder with these files. `main` is what its package.json names.
pub(super) fn of(names: &[String], main: Option<&str>) -> Option<FoundSources> {
    let has = |name: &str| names.iter().any(|there| there == name);
    let with = |language: ProjectLanguage| {
        let is_source = |name: &&String| {
            let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
            ending.is_some_and(|ending| language.endings().contains(&ending)) && !is_beside(name)
        };
        names.iter().filter(is_source).cloned().collect::<Vec<_>>()
    };
    // Of a folder with several languages: what has a manifest, then what is less often there for
    // something else.
    let order = [
        ProjectLanguage::Go,
        ProjectLanguage::AssemblyScript,
        ProjectLanguage::JavaScript,
        ProjectLanguage::Python,
        ProjectLanguage::Zig,
        ProjectLanguage::Rust,
        ProjectLanguage::Cpp,
        ProjectLanguage::C,
    ];
    let manifest = |language: &ProjectLanguage| match language {
        ProjectLanguage::Go => has("go.mod"),
        ProjectLanguage::AssemblyScript => has("asconfig.json"),
        ProjectLanguage::JavaScript => has("package.json") && !has("asconfig.json"),
        ProjectLanguage::Python => has("pyproject.toml"),
        _ => false,
    };
    let by_manifest = order.into_iter().find(|language| manifest(language) && !with(*language).is_empty());
    let language = by_manifest.or_else(|| order.into_iter().find(|language| !with(*language).is_empty()))?;
    let mut sources = with(language);
    let stem = |name: &str| Path::new(name).file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
    let named =
        main.filter(|_| language == ProjectLanguage::JavaScript).map(|main| main.trim_start_matches("./"));
    let entry = sources.iter().position(|name| Some(name.as_str()) == named).or_else(|| {
        ["task", "main", "index", "lib"]
            .iter()
            .find_map(|wanted| sources.iter().position(|name| stem(name).as_deref() == Some(*wanted)))
    });
    match entry {
        Some(at) => sources.swap(0, at),
        None if sources.len() > 1 && !language.takes_all() => return Some(Err((language, sources))),
        None => {}
    }
    Some(Ok((language, sources)))
}

/// Returns whether a file stands beside a task without being part of it: tests, and the scripts of
/// its tools.
fn is_beside(name: &str) -> bool {
    name.starts_with("test_")
        || name.contains("_test.")
        || name.contains(".test.")
        || name.contains(".config.")
        || name.ends_with(".d.ts")
        || ["conftest.py", "setup.py", "build.zig"].contains(&name)
}

/// A file below a folder of packages that is machine code and that its package does not do without:
/// where there is Python of the same name, that is taken.
fn machine_code(folder: &Path, depth: usize) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok().filter(|_| depth < DEEPEST)?;
    entries.flatten().map(|entry| entry.path()).find_map(|path| {
        if path.is_dir() {
            return machine_code(&path, depth + 1);
        }
        let name = path.file_name()?.to_str()?;
        let stem = name.strip_suffix(".so")?.split('.').next()?;
        // Many packages have both: a quick one in C, and one for where that does not work.
        let fallback = ["fallback.py", "_fallback.py", &format!("{stem}.py"), &format!("_{stem}_py.py")]
            .iter()
            .any(|other| path.with_file_name(other).is_file());
        (!fallback).then_some(path)
    })
}

/// Returns the main file that a package.json names.
fn main_of(path: &Path) -> Option<String> {
    let text = head(path).ok()?;
    let value: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(value.get("main")?.as_str()?.to_owned())
}

/// The start of a text.
fn head(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LOOKED_AT).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], expected: Option<(ProjectLanguage, &[&str])>) {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let found = of(&names, None).map(|found| found.unwrap());
        let expected = expected.map(|(language, sources)| {
            (language, sources.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        });
        assert_eq!(found, expected, "{names:?}");
    }

    #[test]
    fn a_folder_is_of_the_language_of_its_files() {
        check(&["README.md"], None);
        check(&["score.py"], Some((ProjectLanguage::Python, &["score.py"])));
        check(&["helper.py", "task.py"], Some((ProjectLanguage::Python, &["task.py", "helper.py"])));
        check(&["a.c", "b.c"], Some((ProjectLanguage::C, &["a.c", "b.c"])));
        check(&["a.c", "x.cpp"], Some((ProjectLanguage::Cpp, &["x.cpp"])));
        check(&["go.mod", "main.go", "main_test.go"], Some((ProjectLanguage::Go, &["main.go"])));
        check(&["package.json", "index.js"], Some((ProjectLanguage::JavaScript, &["index.js"])));
        check(
            &["asconfig.json", "package.json", "task.ts"],
            Some((ProjectLanguage::AssemblyScript, &["task.ts"])),
        );
        check(&["gen.py", "task.zig", "build.zig"], Some((ProjectLanguage::Python, &["gen.py"])));
        check(&["package.json", "gen.py"], Some((ProjectLanguage::Python, &["gen.py"])));
        check(&["main.rs"], Some((ProjectLanguage::Rust, &["main.rs"])));
        check(&["help.rs", "main.rs"], Some((ProjectLanguage::Rust, &["main.rs", "help.rs"])));
        check(&["gen.py", "main.rs"], Some((ProjectLanguage::Python, &["gen.py"])));
        check(&["main.cc"], Some((ProjectLanguage::Cpp, &["main.cc"])));
    }

    #[test]
    fn a_task_that_might_be_several_files_is_asked_about() {
        let names = ["a.py".to_owned(), "b.py".to_owned()];
        assert_eq!(of(&names, None), Some(Err((ProjectLanguage::Python, names.to_vec()))));
        let names = ["a.js".to_owned(), "b.js".to_owned()];
        let found = of(&names, Some("./b.js")).unwrap().unwrap();
        assert_eq!(found.1, ["b.js", "a.js"]);
    }

    #[test]
    fn packages_that_are_machine_code_are_named_before_anything_is_built() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "").unwrap();
            path
        };
        file("task.py");
        file("deps/plain/__init__.py");
        // As msgpack has it: quick code, and Python where that does not work.
        file("deps/msgpack/_cmsgpack.cpython-311-x86_64-linux-gnu.so");
        file("deps/msgpack/fallback.py");
        assert_eq!(read(folder.path()).unwrap().packages.len(), 1);
        let code = file("deps/numpy/core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so");
        let error = read(folder.path()).unwrap_err();
        assert!(
            matches!(&error, ProjectError::MachineCode(path) if path.ends_with("numpy/core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so")),
            "{error}"
        );
        assert!(error.to_string().contains(&*code.file_name().unwrap().to_string_lossy()));
    }

    #[test]
    fn a_script_is_built_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("score.py");
        fs::write(&path, "def run(row):\n    return row\n").unwrap();
        fs::write(folder.path().join("other.py"), "").unwrap();
        let read = script(&path, Some(Path::new("/builds"))).unwrap();
        assert_eq!((read.name.as_str(), read.typed, read.sources.len()), ("score", true, 1));
        assert!(read.module().starts_with("/builds") && read.module().ends_with("score.wasm"));
        assert!(matches!(script(&path, None), Err(ProjectError::NoPlace(_))));
    }

    #[test]
    fn a_file_is_built_whatever_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let long = format!("{}.c", "é".repeat(120));
        let names = [
            "a.c",
            "a.cpp",
            "a.cc",
            "a.cxx",
            "a.rs",
            "a.go",
            "a.zig",
            "a.py",
            "a.js",
            "a.mjs",
            "-O2.c",
            "@a.c",
            "1.go",
            "x_test.go",
            "main_windows.go",
            "statistics.py",
            "a b.rs",
            "é.js",
            "a.b.py",
            ".c.c",
            "polymer_task.js",
            &long,
        ];
        let mut places = std::collections::BTreeSet::new();
        for name in names {
            let path = folder.path().join(name);
            fs::write(&path, "").unwrap();
            let project = script(&path, Some(Path::new("/builds"))).unwrap();
            assert_eq!(project.entry(), name);
            assert!(!project.name.is_empty() && project.name.len() <= NAME, "{name}");
            assert!(
                project.module().starts_with("/builds") && places.insert(project.build.clone()),
                "{name}"
            );
            assert!(project.arguments().all(|argument| argument.to_string_lossy().starts_with("./")));
            if project.language == ProjectLanguage::JavaScript {
                let plain = ["a.js", "a.mjs", "polymer_task.js"].contains(&name);
                assert_eq!(project.source(), if plain { name } else { "script.js" });
            } else if project.language.is_copied() {
                // A copy is called the same whatever the file is, so no name of a file means
                // anything to a tool.
                assert!(["polymer_script.py", "main.go"].contains(&project.source().as_str()), "{name}");
            } else {
                assert_eq!(project.source(), name);
            }
        }
        let not_utf8 = folder.path().join(std::os::unix::ffi::OsStrExt::from_bytes(b"\xff.c") as &OsStr);
        fs::write(&not_utf8, "").unwrap();
        assert!(matches!(script(&not_utf8, Some(Path::new("/builds"))), Err(ProjectError::NotUtf8(_))));
        // A link is built where it is, and by its own name.
        std::os::unix::fs::symlink("a.c", folder.path().join("link.cpp")).unwrap();
        let link = script(&folder.path().join("link.cpp"), Some(Path::new("/builds"))).unwrap();
        assert_eq!((link.language, link.entry()), (ProjectLanguage::Cpp, "link.cpp"));
    }
}
