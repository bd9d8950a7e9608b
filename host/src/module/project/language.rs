//! What a folder or a script is written in, which file is its task, and which form of task it is. Decided by names, and by words in the
//! sources; nothing is run here.

use super::ProjectError;
use std::fmt;
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

/// A language in which tasks are written, and whose tool this part knows how to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Rust, by cargo.
    Rust,
    /// Python, by componentize-py.
    Python,
    /// JavaScript, by componentize-qjs.
    JavaScript,
    /// C, by clang or zig.
    C,
    /// C++, by clang or zig.
    Cpp,
    /// Go.
    Go,
    /// Zig.
    Zig,
    /// AssemblyScript, by asc.
    AssemblyScript,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Rust,
        Self::Python,
        Self::JavaScript,
        Self::C,
        Self::Cpp,
        Self::Go,
        Self::Zig,
        Self::AssemblyScript,
    ];

    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::Python => "Python",
            Self::JavaScript => "JavaScript",
            Self::C => "C",
            Self::Cpp => "C++",
            Self::Go => "Go",
            Self::Zig => "Zig",
            Self::AssemblyScript => "AssemblyScript",
        }
    }

    /// The language of a script that is run by itself, if it is one.
    #[must_use]
    pub fn of_script(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "py" => Some(Self::Python),
            "js" | "mjs" => Some(Self::JavaScript),
            _ => None,
        }
    }

    /// All of them, as they are listed in a sentence.
    pub(super) fn listed() -> String {
        let names = Self::ALL.map(Self::name);
        let (last, others) = names.split_last().unwrap_or((&"", &[]));
        format!("{} or {last}", others.join(", "))
    }

    /// What the file of its task is called where several might be it.
    pub(super) const fn entry(self) -> &'static str {
        match self {
            Self::Rust => "src/lib.rs",
            Self::Python => "task.py",
            Self::JavaScript => "task.js",
            Self::C => "task.c",
            Self::Cpp => "task.cpp",
            Self::Go => "main.go",
            Self::Zig => "task.zig",
            Self::AssemblyScript => "task.ts",
        }
    }

    /// How the names of its sources end.
    const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["rs"],
            Self::Python => &["py"],
            Self::JavaScript => &["js", "mjs"],
            Self::C => &["c"],
            Self::Cpp => &["cpp", "cc", "cxx"],
            Self::Go => &["go"],
            Self::Zig => &["zig"],
            Self::AssemblyScript => &["ts"],
        }
    }

    /// Whether all that a module is made of stands in its folder, so that it is known when nothing has changed. The compilers of the others
    /// also read files elsewhere; they are quick, or know themselves what to do anew.
    pub(super) const fn is_closed(self) -> bool {
        matches!(self, Self::Python | Self::JavaScript)
    }

    /// Whether several files are one program, each of which the compiler is given.
    const fn takes_all(self) -> bool {
        matches!(self, Self::C | Self::Cpp | Self::Go)
    }

    /// Whether a source with this text is a typed task; else it is a command.
    fn is_typed(self, text: &str) -> bool {
        let begins = |start: &str| text.lines().any(|line| line.starts_with(start));
        match self {
            Self::Rust => true,
            Self::C | Self::Cpp => text.contains("polymer_task.h"),
            Self::Python => begins("def run(") || text.contains("polymer_task"),
            Self::JavaScript => !begins("export function main(") && !begins("export const main "),
            Self::Go => text.contains("/polymer\""),
            Self::Zig => text.contains("@import(\"polymer"),
            Self::AssemblyScript => text.contains("polymer\""),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is to be built, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Project {
    pub(super) language: Language,
    /// A typed task, else a command.
    pub(super) typed: bool,
    /// Where its sources are.
    pub(super) folder: PathBuf,
    /// Where it is built.
    pub(super) build: PathBuf,
    /// What its module is called, without `.wasm`.
    pub(super) name: String,
    /// Its sources, by their names in the folder; the first is its task.
    pub(super) sources: Vec<String>,
    /// Folders of it with packages of others.
    pub(super) packages: Vec<PathBuf>,
    /// It is one file, and what else is in its folder is none of its business.
    pub(super) alone: bool,
}

impl Project {
    /// Where its module is once it is built.
    pub(super) fn module(&self) -> PathBuf {
        self.build.join(format!("{}.wasm", self.name))
    }

    /// What people know it by: its folder, or the script.
    pub(super) fn path(&self) -> PathBuf {
        if self.alone { self.folder.join(self.entry()) } else { self.folder.clone() }
    }

    /// The file of its task.
    pub(super) fn entry(&self) -> &str {
        self.sources.first().map_or("", String::as_str)
    }
}

/// Reads what project is in a folder.
pub(super) fn read(folder: &Path) -> Result<Project, ProjectError> {
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
        if language == Language::Python && packages.is_dir() { vec![packages] } else { Vec::new() };
    if let Some(code) = packages.iter().find_map(|folder| machine_code(folder, 0)) {
        return Err(ProjectError::MachineCode(code));
    }
    Ok(Project { language, typed, folder, build, name, sources, packages, alone: false })
}

/// Reads what a script is. It is built below `scripts`, in a folder for its path.
pub(super) fn script(path: &Path, scripts: Option<&Path>) -> Result<Project, ProjectError> {
    let fault = |source| super::file_error(path, source);
    let (Some(language), Some(scripts)) = (Language::of_script(path), scripts) else {
        return Err(ProjectError::NoFolder(path.to_path_buf()));
    };
    let path = path.canonicalize().map_err(fault)?;
    let (Some(folder), Some(file), Some(name)) = (path.parent(), path.file_name(), path.file_stem()) else {
        return Err(ProjectError::NoFolder(path));
    };
    let typed = language.is_typed(&head(&path).map_err(fault)?);
    let place = blake3::hash(path.as_os_str().as_encoded_bytes()).to_hex();
    Ok(Project {
        language,
        typed,
        folder: folder.to_path_buf(),
        build: scripts.join(place.get(..32).unwrap_or_default()),
        name: name.to_string_lossy().into_owned(),
        sources: vec![file.to_string_lossy().into_owned()],
        packages: Vec::new(),
        alone: true,
    })
}

/// A language and its sources, that of the task first; or those that might be it.
type Found = Result<(Language, Vec<String>), (Language, Vec<String>)>;

/// The language of a folder with these files. `main` is what its package.json names.
fn of(names: &[String], main: Option<&str>) -> Option<Found> {
    let has = |name: &str| names.iter().any(|there| there == name);
    let with = |language: Language| {
        let is_source = |name: &&String| {
            let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
            ending.is_some_and(|ending| language.endings().contains(&ending)) && !is_beside(name)
        };
        names.iter().filter(is_source).cloned().collect::<Vec<_>>()
    };
    // Of a folder with several languages: what has a manifest, then what is less often there for something else.
    let order = [
        Language::Go,
        Language::AssemblyScript,
        Language::JavaScript,
        Language::Python,
        Language::Zig,
        Language::Cpp,
        Language::C,
    ];
    let manifest = |language: &Language| match language {
        Language::Go => has("go.mod"),
        Language::AssemblyScript => has("asconfig.json"),
        Language::JavaScript => has("package.json") && !has("asconfig.json"),
        Language::Python => has("pyproject.toml"),
        _ => false,
    };
    let by_manifest = order.into_iter().find(|language| manifest(language) && !with(*language).is_empty());
    let language = by_manifest.or_else(|| order.into_iter().find(|language| !with(*language).is_empty()))?;
    let mut sources = with(language);
    let stem = |name: &str| Path::new(name).file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
    let named = main.filter(|_| language == Language::JavaScript).map(|main| main.trim_start_matches("./"));
    let entry = sources.iter().position(|name| Some(name.as_str()) == named).or_else(|| {
        ["task", "main", "index"]
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

/// Whether a file stands beside a task without being part of it: tests, and the scripts of its tools.
fn is_beside(name: &str) -> bool {
    name.starts_with("test_")
        || name.contains("_test.")
        || name.contains(".test.")
        || name.contains(".config.")
        || name.ends_with(".d.ts")
        || ["conftest.py", "setup.py", "build.zig"].contains(&name)
}

/// A file below a folder of packages that is machine code and that its package does not do without: where there is Python of the same name, that
/// is taken.
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

/// What a package.json says is its main file.
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
    fn check(names: &[&str], expected: Option<(Language, &[&str])>) {
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
        check(&["score.py"], Some((Language::Python, &["score.py"])));
        check(&["helper.py", "task.py"], Some((Language::Python, &["task.py", "helper.py"])));
        check(&["a.c", "b.c"], Some((Language::C, &["a.c", "b.c"])));
        check(&["a.c", "x.cpp"], Some((Language::Cpp, &["x.cpp"])));
        check(&["go.mod", "main.go", "main_test.go"], Some((Language::Go, &["main.go"])));
        check(&["package.json", "index.js"], Some((Language::JavaScript, &["index.js"])));
        check(&["asconfig.json", "package.json", "task.ts"], Some((Language::AssemblyScript, &["task.ts"])));
        check(&["gen.py", "task.zig", "build.zig"], Some((Language::Python, &["gen.py"])));
        check(&["package.json", "gen.py"], Some((Language::Python, &["gen.py"])));
    }

    #[test]
    fn a_task_that_might_be_several_files_is_asked_about() {
        let names = ["a.py".to_owned(), "b.py".to_owned()];
        assert_eq!(of(&names, None), Some(Err((Language::Python, names.to_vec()))));
        let names = ["a.js".to_owned(), "b.js".to_owned()];
        let found = of(&names, Some("./b.js")).unwrap().unwrap();
        assert_eq!(found.1, ["b.js", "a.js"]);
    }

    #[test]
    fn the_form_is_told_by_the_source() {
        assert!(Language::C.is_typed("#include \"polymer_task.h\"\n"));
        assert!(!Language::C.is_typed("int main(void) { return 0; }\n"));
        assert!(Language::Python.is_typed("import re\n\ndef run(row):\n"));
        assert!(!Language::Python.is_typed("class A:\n    def run(self): pass\n"));
        assert!(Language::JavaScript.is_typed("export function run(row) {}"));
        assert!(Language::Go.is_typed("import \"x/polymer\"\n"));
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
        assert!(script(&path, None).is_err());
        assert_eq!(Language::of_script(Path::new("a.rs")), None);
    }
}
