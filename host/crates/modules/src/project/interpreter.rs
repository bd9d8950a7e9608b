//! Interpreters: the modules that run programs which come as data, such as `@python`. They are made
//! from the package index of their language and our own files, with packages if some are asked for.
//!
//! `packages` chooses and pins packages, and is pure but for its calls of pip. Nothing here may
//! know what a program is.

mod packages;

use super::recipe::python::COMPONENTIZE_VERSION;
use super::steps::{self, BuildWorkshop};
use super::{BuildTools, ProjectError, file_error, place};
pub use packages::PackageError;
use packages::{PackageOrder, RequiredPackages};
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What an interpreter of Python is made of, beside its packages.
const PYTHON_FILES: [(&str, &str); 3] = [
    ("polymer_interpreter.py", include_str!("../../sdk/python/interpreter/polymer_interpreter.py")),
    ("polymer_library.py", include_str!("../../sdk/python/interpreter/polymer_library.py")),
    ("polymer_trace.py", include_str!("../../sdk/python/polymer_trace.py")),
];
const PYTHON_WORLD: &str = concat!(
    include_str!("../../sdk/wit/polymer.wit"),
    include_str!("../../sdk/python/interpreter/interpreter.wit")
);
/// The time zones, as a package.
const ZONES: &str = "tzdata==2026.6";

/// Interpreter whose module is wanted, and what belongs into it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterpreterOrder {
    /// Packages, as pip takes them: a name, or a name with versions.
    pub packages: Vec<String>,
    /// A file of requirements, as pip takes it.
    pub requirements: Option<PathBuf>,
}

/// An interpreter that was made.
#[derive(Debug)]
pub struct BuiltInterpreter {
    /// Where its module is.
    pub module: PathBuf,
    /// Its packages as requirements with digests, from which the same ones can be had again; none
    /// if it was asked for none.
    pub lock: Option<String>,
}

/// Why there is no interpreter.
#[derive(Debug, thiserror::Error)]
pub enum InterpreterError {
    /// None of this name is made here.
    #[error("{} is no interpreter that is made here: @python is", .0.display())]
    Unknown(PathBuf),
    /// There is no folder of the user's to build in.
    #[error("@python cannot be made: neither XDG_CACHE_HOME nor HOME names a folder to make it in")]
    NoPlace,
    /// Python is not installed.
    #[error(
        "python3 is needed to make @python, and was not found: it installs the packages that it is made of"
    )]
    NoPython,
    /// Packages that cannot be had.
    #[error(transparent)]
    Packages(#[from] PackageError),
    /// What can be wrong with any build.
    #[error(transparent)]
    Project(Box<ProjectError>),
}

impl From<ProjectError> for InterpreterError {
    fn from(error: ProjectError) -> Self {
        Self::Project(Box::new(error))
    }
}

impl InterpreterError {
    /// Returns advice that may help.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Packages(error) => error.hint(),
            Self::Project(error) => error.hint(),
            Self::NoPlace => Some("set XDG_CACHE_HOME"),
            Self::Unknown(_) | Self::NoPython => None,
        }
    }
}

/// Makes `@python` below `scripts`.
///
/// # Errors
/// If a tool is missing or fails, or a package cannot be had or is no pure Python.
pub fn build(
    order: &InterpreterOrder,
    scripts: Option<&Path>,
    tools: &BuildTools,
    notice: &mut dyn Write,
    quiet: bool,
) -> Result<BuiltInterpreter, InterpreterError> {
    let folder = scripts.ok_or(InterpreterError::NoPlace)?.join("interpreters");
    let python = program("python3", tools).ok_or(InterpreterError::NoPython)?;
    let mut workshop = BuildWorkshop { tools, notice, quiet };
    let lock = place::lock(&folder, || workshop.say("waiting for another build of an interpreter"))?;
    let tool = installed_tools(&folder, &python, &mut workshop)?;
    let work = folder.join("python");
    place::empty(&work)?;
    let packages = match PackageOrder::of(order)? {
        None => None,
        Some(packages) => {
            workshop.say("fetching the packages");
            Some(packages.fetch(&tool.python, &work.join("packages"), &mut workshop)?)
        }
    };
    workshop.say("building @python with componentize-py, which takes some seconds");
    let module = componentize(&tool, &work, packages.as_ref(), &mut workshop)?;
    drop(lock);
    Ok(BuiltInterpreter { module, lock: packages.map(|packages| packages.lock) })
}

/// The tools of one version, in an environment of their own.
#[derive(Debug)]
struct InstalledTools {
    python: OsString,
    componentize: OsString,
    zones: PathBuf,
}

/// Installs componentize-py and the time zones, each in the version that is known to work, unless
/// they are there.
fn installed_tools(
    folder: &Path,
    python: &OsString,
    workshop: &mut BuildWorkshop<'_>,
) -> Result<InstalledTools, InterpreterError> {
    let name = format!("componentize-py-{COMPONENTIZE_VERSION}-{ZONES}");
    let place = folder.join("tools").join(name);
    let done = place.join("done");
    let tools = InstalledTools {
        python: place.join("bin/python3").into(),
        componentize: place.join("bin/componentize-py").into(),
        zones: place.join("zones"),
    };
    if done.is_file() {
        return Ok(tools);
    }
    place::empty(&place)?;
    workshop.say(&format!("fetching componentize-py {COMPONENTIZE_VERSION} and {ZONES}"));
    run(workshop, python, &["-m".into(), "venv".into(), place.clone().into()], &place)?;
    let componentize = format!("componentize-py=={COMPONENTIZE_VERSION}");
    let pip = |args: &[&str]| {
        let all = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        all.iter().chain(args).map(OsString::from).collect::<Vec<_>>()
    };
    run(workshop, &tools.python, &pip(&[&componentize]), &place)?;
    let mut zones = pip(&["--no-compile", "--target"]);
    zones.extend([tools.zones.clone().into(), ZONES.into()]);
    run(workshop, &tools.python, &zones, &place)?;
    fs::write(&done, "").map_err(|error| file_error(&done, error))?;
    Ok(tools)
}

fn componentize(
    tools: &InstalledTools,
    work: &Path,
    packages: Option<&RequiredPackages>,
    workshop: &mut BuildWorkshop<'_>,
) -> Result<PathBuf, InterpreterError> {
    let (sdk, wit) = (work.join("sdk"), work.join("interpreter.wit"));
    place::empty(&sdk)?;
    let written = |path: &Path, text: &str| fs::write(path, text).map_err(|error| file_error(path, error));
    for (name, text) in PYTHON_FILES {
        written(&sdk.join(name), text)?;
    }
    written(&wit, PYTHON_WORLD)?;
    let module = work.join("python.wasm");
    let mut args: Vec<OsString> =
        vec!["-q".into(), "-d".into(), wit.into(), "-w".into(), "interpreter".into()];
    args.extend(["componentize".into(), "polymer_interpreter".into(), "-p".into(), sdk.into()]);
    args.extend(["-p".into(), tools.zones.clone().into()]);
    if let Some(packages) = packages {
        args.extend(["-p".into(), packages.folder.clone().into()]);
    }
    args.extend(["-o".into(), module.clone().into()]);
    run(workshop, &tools.componentize, &args, work)?;
    match module.is_file() {
        true => Ok(module),
        false => Err(ProjectError::NothingMade(PathBuf::from("@python")).into()),
    }
}

/// Runs a program that must end well.
fn run(
    workshop: &mut BuildWorkshop<'_>,
    program: &OsString,
    args: &[OsString],
    within: &Path,
) -> Result<(), InterpreterError> {
    let heard = steps::in_own_environment(program, args, within);
    let heard = workshop.run(heard, Path::new("@python"))?;
    if heard.status.success() {
        return Ok(());
    }
    Err(workshop.failed(Path::new("@python"), heard.status, &heard.said, None).into())
}

fn program(name: &str, tools: &BuildTools) -> Option<OsString> {
    let folders: Vec<PathBuf> = std::env::split_paths(&tools.path).collect();
    steps::find_program(name, &folders)
}

/// Puts a module, and the lock of its packages, where they are wanted; each is there whole or not
/// at all.
///
/// # Errors
/// If the system refuses to write.
pub fn give(built: &BuiltInterpreter, output: &Path) -> Result<Option<PathBuf>, ProjectError> {
    if let Some(folder) = output.parent() {
        fs::create_dir_all(folder).map_err(|error| file_error(folder, error))?;
    }
    let beside = output.with_extension(format!("{}.part", std::process::id()));
    let copied = fs::copy(&built.module, &beside).and_then(|_| fs::rename(&beside, output));
    if let Err(error) = copied {
        // It may not be there; what went wrong before is what is told.
        drop(fs::remove_file(&beside));
        return Err(file_error(output, error));
    }
    let Some(lock) = &built.lock else { return Ok(None) };
    let path = output.with_extension("requirements.txt");
    fs::write(&path, lock).map_err(|error| file_error(&path, error))?;
    Ok(Some(path))
}

fn unread(path: &Path, error: io::Error) -> InterpreterError {
    file_error(path, error).into()
}
