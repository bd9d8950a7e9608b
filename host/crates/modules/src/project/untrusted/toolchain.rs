//! Where the compiler of a language is on this machine, as a jail needs to know it: the program
//! itself and not what leads to it, and the folders without which it does not work.
//!
//! Only programs of the operator's are asked, in a folder of nobody's. It must never see a source.

use super::super::recipe::{BuildTool, c, go, javascript, python, zig};
use super::super::steps::{ProgramCall, ask, find_tool};
use super::super::{BuildTools, ProjectError, ProjectLanguage};
use super::UntrustedError;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Folders of the system that compilers and their libraries are in, where they are.
const SYSTEM: [&str; 12] = [
    "/bin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/share",
];
/// The folder of a distribution that has each package in a folder of its own.
const STORES: [&str; 2] = ["/nix/store", "/gnu/store"];

/// The folders of an installation that tools read.
const PARTS: [&str; 7] = ["bin", "include", "lib", "lib32", "lib64", "libexec", "share/wasi-sysroot"];
/// Names by which a folder is the installation of one tool alone: a virtual environment, a Go, a
/// Rust, a Zig.
const OWN: [&str; 4] = ["pyvenv.cfg", "go.env", "lib/rustlib", "zig"];

/// What a Python prints of itself: where it is, and the folders that it is installed in.
const PYTHON_SAYS: &str = "import sys; print(sys.executable, sys.prefix, sys.base_prefix, sep='\\n')";
/// What a Node prints of itself.
const NODE_SAYS: &str = "require('fs').realpathSync(process.execPath) + '\\n' + require('path').resolve(process.execPath, '../..')";

/// A compiler, and what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Toolchain {
    /// The program: absolute, without links.
    pub(super) program: PathBuf,
    /// The name it is called by, and arguments that come first.
    pub(super) call: Vec<OsString>,
    /// The folders it needs: absolute, without links, none inside another.
    pub(super) folders: Vec<PathBuf>,
    /// It is zig, in whatever role.
    pub(super) is_zig: bool,
}

/// Finds the compiler of a language.
pub(super) fn find(
    path: &Path,
    language: ProjectLanguage,
    tools: &BuildTools,
) -> Result<Toolchain, UntrustedError> {
    let missing = |tool: &BuildTool| ProjectError::NoTool {
        folder: path.to_path_buf(),
        tool: tool.name,
        get: tool.get,
    };
    // A relative one is a place in the current folder, which may be a stranger's.
    let folders: Vec<PathBuf> =
        std::env::split_paths(&tools.path).filter(|path| path.is_absolute()).collect();
    let tool = match language {
        ProjectLanguage::C => c::CLANG,
        ProjectLanguage::Cpp => c::CLANG_CPP,
        ProjectLanguage::Go => go::GO,
        ProjectLanguage::Zig => zig::ZIG,
        ProjectLanguage::JavaScript => javascript::COMPONENTIZE,
        ProjectLanguage::Python => python::COMPONENTIZE,
        _ => return rust(tools).ok_or_else(|| UntrustedError::NoRust(path.to_path_buf())),
    };
    let call = find_tool(&tool, &folders).ok_or_else(|| missing(&tool))?;
    let found = match language {
        ProjectLanguage::Go => go(&call),
        ProjectLanguage::JavaScript | ProjectLanguage::Python => script(&call, &folders),
        _ if is_zig(&call) => zig(&call),
        _ => clang(call),
    };
    Ok(found.ok_or_else(|| missing(&tool))?)
}

fn is_zig(call: &ProgramCall) -> bool {
    let name = call.first().and_then(|program| Path::new(program).file_name());
    name == Some(OsStr::new("zig")) || call.get(2).is_some_and(|module| module == "ziglang")
}

/// A clang is itself, in the folder of its installation.
fn clang(call: ProgramCall) -> Option<Toolchain> {
    let program = Path::new(call.first()?).canonicalize().ok()?;
    let own = program.parent().filter(|folder| folder.ends_with("bin")).and_then(Path::parent);
    Some(Toolchain { folders: folders(own.into_iter().collect()), program, call, is_zig: false })
}

/// Zig says where it is. It may be called by a Python package, which no jail has.
fn zig(call: &ProgramCall) -> Option<Toolchain> {
    let (program, rest) = call.split_first()?;
    let (first, rest) = match rest {
        [dash, module, rest @ ..] if dash == "-m" => (vec!["-m", module.to_str()?], rest),
        rest => (Vec::new(), rest),
    };
    let told = ask(program, &[first, vec!["env"]].concat())?;
    let at = |name| value(&told, name).and_then(|path| Path::new(path).canonicalize().ok());
    let (program, library) = (at("zig_exe")?, at("lib_dir")?);
    let call = std::iter::once("zig".into()).chain(rest.iter().cloned()).collect();
    let own = vec![program.parent()?, &library];
    Some(Toolchain { folders: folders(own), program: program.clone(), call, is_zig: true })
}

/// Returns a value of what `zig env` says: JSON in older releases, ZON in newer ones.
fn value<'a>(told: &'a str, name: &str) -> Option<&'a str> {
    let line = told.lines().find(|line| line.trim_start_matches([' ', '.', '"']).starts_with(name))?;
    let (_, behind) = line.split_once(name)?;
    behind.trim_start_matches('"').split('"').nth(1)
}

fn go(call: &ProgramCall) -> Option<Toolchain> {
    let root = ask(call.first()?, &["env", "GOROOT"])?;
    let root = Path::new(root.trim()).canonicalize().ok()?;
    let program = root.join("bin/go").canonicalize().ok()?;
    let own = vec![root.as_path(), program.parent()?.parent()?];
    Some(Toolchain {
        folders: folders(own),
        program: program.clone(),
        call: vec!["go".into()],
        is_zig: false,
    })
}

/// A compiler that is a script: its interpreter, as that says it itself, with the script.
fn script(call: &ProgramCall, folders: &[PathBuf]) -> Option<Toolchain> {
    let (first, rest) = call.split_first()?;
    let own = Path::new(first).canonicalize().ok()?;
    let (interpreter, rest) = match interpreter_of(&own, folders) {
        Some(interpreter) => (interpreter, vec![own.clone().into()]),
        // Called as a module of its interpreter.
        None => (first.into(), rest.to_vec()),
    };
    let says = if is_python(&interpreter) { ["-c", PYTHON_SAYS] } else { ["-p", NODE_SAYS] };
    let told = ask(interpreter.as_os_str(), &says)?;
    let mut told = told.lines().map(PathBuf::from);
    let program = told.next()?;
    // Of a link only where it is: a virtual environment is known by the link in it.
    let program = program.parent()?.canonicalize().ok()?.join(program.file_name()?);
    let mut needs: Vec<PathBuf> = told.filter_map(|path| path.canonicalize().ok()).collect();
    needs.extend(own.ancestors().filter(|folder| folder.ends_with("node_modules")).last().map(Into::into));
    let call = std::iter::once(program.clone().into_os_string()).chain(rest).collect();
    let own = needs.iter().map(PathBuf::as_path).collect();
    Some(Toolchain { folders: self::folders(own), program, call, is_zig: false })
}

/// Returns the interpreter that the first line of a script names, if it is one that is known here.
fn interpreter_of(script: &Path, folders: &[PathBuf]) -> Option<PathBuf> {
    let text = std::fs::read(script).ok()?;
    let line = text.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
    let word = String::from_utf8_lossy(line).split_whitespace().last()?.to_owned();
    let is_known =
        is_python(Path::new(&word)) || ["node", "nodejs"].iter().any(|name| Path::new(&word).ends_with(name));
    // A path, or a name that `env` looks for.
    let mut places = folders.iter().map(|folder| folder.join(&word));
    places.find(|path| path.is_file()).filter(|_| is_known)
}

fn is_python(path: &Path) -> bool {
    path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.starts_with("python"))
}

/// The compiler itself, and not what chooses one by the folder that it is called in.
fn rust(tools: &BuildTools) -> Option<Toolchain> {
    let root = ask(&tools.rustc, &["--print", "sysroot"])?;
    let root = Path::new(root.trim()).canonicalize().ok()?;
    let program = root.join("bin/rustc").canonicalize().ok()?;
    let call = vec!["rustc".into()];
    Some(Toolchain { folders: folders(vec![&root, program.parent()?]), program, call, is_zig: false })
}

/// The folders of the system, and of a tool beside them.
fn folders(own: Vec<&Path>) -> Vec<PathBuf> {
    let of_system = SYSTEM.map(PathBuf::from).into_iter().filter(|path| path.is_dir() && !path.is_symlink());
    let stores = STORES.map(PathBuf::from).into_iter().filter(|path| path.is_dir());
    let own = own.into_iter().filter(|folder| is_of_a_tool(folder));
    outermost(of_system.chain(stores).chain(own.flat_map(installed)).collect())
}

/// The parts of an installation that a tool needs. Where many programs are installed into one
/// folder there is more in it than tools (`~/.local/share`, `/usr/local/etc`).
fn installed(folder: &Path) -> Vec<PathBuf> {
    let is_own = !folder.join("bin").is_dir() || OWN.iter().any(|name| folder.join(name).exists());
    if is_own {
        return vec![folder.to_path_buf()];
    }
    PARTS.iter().map(|name| folder.join(name)).filter(|path| path.is_dir() && !path.is_symlink()).collect()
}

/// Returns whether a folder can be an installation: one so near to the top is the machine, or a
/// person's home.
fn is_of_a_tool(folder: &Path) -> bool {
    let home = std::env::var_os("HOME").map(PathBuf::from).and_then(|home| home.canonicalize().ok());
    folder.components().count() > 2 && home.is_none_or(|home| !home.starts_with(folder))
}

/// Those of these folders that are inside of no other.
fn outermost(mut folders: Vec<PathBuf>) -> Vec<PathBuf> {
    folders.sort();
    folders.dedup();
    let all = folders.clone();
    folders.retain(|folder| !all.iter().any(|other| other != folder && folder.starts_with(other)));
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_zig_says_of_itself_is_read_in_either_form() {
        let zon = ".{\n    .zig_exe = \"/a b/zig\",\n    .lib_dir = \"/a b/lib\",\n}";
        let json = "{\n \"zig_exe\": \"/a b/zig\",\n \"lib_dir\": \"/a b/lib\"\n}";
        for told in [zon, json] {
            assert_eq!(
                (value(told, "zig_exe"), value(told, "lib_dir")),
                (Some("/a b/zig"), Some("/a b/lib"))
            );
        }
        assert_eq!(value("", "zig_exe"), None);
        assert_eq!(value(".zig_exe = null,", "zig_exe"), None);
    }

    #[test]
    fn no_folder_is_inside_another() {
        let of = |all: &[&str]| outermost(all.iter().map(PathBuf::from).collect());
        assert_eq!(
            of(&["/usr/lib/a", "/usr/lib", "/usr/libexec", "/usr/lib"]),
            of(&["/usr/lib", "/usr/libexec"])
        );
    }

    #[test]
    fn a_home_is_no_installation() {
        let home = std::env::var_os("HOME").map(PathBuf::from).unwrap();
        for folder in [Path::new("/"), Path::new("/usr"), &home] {
            assert!(!is_of_a_tool(folder), "{}", folder.display());
        }
        assert!(is_of_a_tool(Path::new("/opt/wasi-sdk")) && is_of_a_tool(&home.join("x/zig")));
    }
}
