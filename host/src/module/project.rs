//! A project, or a script, in place of a module: it is built with the usual tools of its language, and the one wasm file that comes of it is
//! the module.
//!
//! `language` says what a folder holds and `recipe` which programs make a module of it, both pure; `steps` runs them, `fresh` knows whether
//! that is needed, and `cargo` is Rust, whose tool knows all this by itself. `starter` has the projects that `polymer new` writes.
//!
//! Building runs the project's own scripts with the operator's rights, so it is said, and only the command line and a program can ask for it,
//! never a task record.
//! Nothing here may look into what was built.

mod cargo;
mod fresh;
mod language;
mod recipe;
pub mod starter;
mod steps;

use crate::sys::file;
use cargo::TARGET;
pub use language::Language;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use steps::Workshop;

/// Why a folder gives no module.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// Nothing of a kind that can be built.
    #[error(
        "{} has nothing that can be built: name a .wasm or .wat file, or the folder of a project in {}",
        .0.display(),
        Language::listed()
    )]
    NoProject(PathBuf),
    /// Several files might be the task.
    #[error(
        "{} has several {language} files, and it is not clear which is the task: call it {}; there are {}",
        folder.display(),
        language.entry(),
        names.join(", ")
    )]
    SeveralEntries {
        /// The project.
        folder: PathBuf,
        /// What they are written in.
        language: Language,
        /// The files.
        names: Vec<String>,
    },
    /// A package among the project's own that only works on real machines.
    #[error(
        "{} cannot be part of a task: it is machine code of this machine. Look for a package that is all Python, or for an option of it that is",
        .0.display()
    )]
    MachineCode(PathBuf),
    /// A program that the language needs is not installed.
    #[error("{tool} is needed to build {}, and was not found: {get}", folder.display())]
    NoTool {
        /// The project.
        folder: PathBuf,
        /// Which.
        tool: &'static str,
        /// How it is got.
        get: &'static str,
    },
    /// A file of the build cannot be read or written.
    #[error("cannot build in {}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// No folder.
    #[error("the project {} is no folder", .0.display())]
    NoFolder(PathBuf),
    /// Cargo is not installed.
    #[error("cargo is needed to build {} and was not found: install Rust, or name a .wasm file", .0.display())]
    NoCargo(PathBuf),
    /// A program cannot be started or its words cannot be read.
    #[error("cannot run {program}: {source}")]
    Tool {
        /// Which.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// The compiler lacks the target, and there is no rustup to add it.
    #[error(
        "the Rust compiler cannot build for {TARGET}: run `rustup target add {TARGET}`, or install your distribution's package for it"
    )]
    NoTarget,
    /// rustup did not add the target.
    #[error("`rustup target add {TARGET}` failed ({0})")]
    TargetNotAdded(ExitStatus),
    /// The build failed.
    #[error("building {} failed ({status}){}", folder.display(), below(said))]
    Failed {
        /// The project.
        folder: PathBuf,
        /// How cargo ended.
        status: ExitStatus,
        /// The last that cargo said, if it was not said to people already.
        said: String,
    },
    /// Nothing that can be run came of it.
    #[error(
        "building {} gave no .wasm file: a typed task needs `crate-type = [\"cdylib\"]` under [lib], a command a main.rs",
        .0.display()
    )]
    NoModule(PathBuf),
    /// More than one.
    #[error(
        "building {} gave several modules, name the one to run: {}",
        folder.display(),
        modules.iter().map(|module| module.display().to_string()).collect::<Vec<_>>().join(", ")
    )]
    SeveralModules {
        /// The project.
        folder: PathBuf,
        /// The modules.
        modules: Vec<PathBuf>,
    },
}

/// The programs a build needs, by name or path.
#[derive(Debug, Clone)]
pub struct Tools {
    /// Builds Rust.
    pub cargo: OsString,
    /// Knows where a target's library is.
    pub rustc: OsString,
    /// Adds a target.
    pub rustup: OsString,
    /// The folders in which the others are looked for, as in `PATH`.
    pub path: OsString,
}

impl Default for Tools {
    fn default() -> Self {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let path = std::env::var_os("PATH").unwrap_or_default();
        Self { cargo: "cargo".into(), rustc, rustup: "rustup".into(), path }
    }
}

/// Whether a path names something that is built, and no module: a folder, or a script.
#[must_use]
pub fn is_built(path: &Path) -> bool {
    path.is_dir() || (Language::of_script(path).is_some() && path.is_file())
}

/// Builds what is at `path` and returns where its module is: a project in its folder, a script below `scripts`, for what is built of a
/// script does not belong beside it. What is done is said to `notice`; the tools write to stderr.
///
/// # Errors
/// If it is nothing that can be built, a tool is missing or fails, or several modules come of it.
pub fn build(
    path: &Path,
    scripts: Option<&Path>,
    tools: &Tools,
    notice: &mut dyn Write,
) -> Result<PathBuf, ProjectError> {
    make(path, scripts, &mut Workshop { tools, notice, said: None })
}

/// As [`build`], and nobody hears anything of it: what the tools say stands in the error.
///
/// # Errors
/// As [`build`].
pub fn build_quietly(path: &Path, scripts: Option<&Path>, tools: &Tools) -> Result<PathBuf, ProjectError> {
    let said = file::unnamed("build-stderr").map_err(|error| file_error(path, error))?;
    make(path, scripts, &mut Workshop { tools, notice: &mut io::sink(), said: Some(said) })
}

fn make(path: &Path, scripts: Option<&Path>, workshop: &mut Workshop<'_>) -> Result<PathBuf, ProjectError> {
    if path.join("Cargo.toml").is_file() {
        return cargo::make(path, workshop);
    }
    let project = if path.is_dir() { language::read(path)? } else { language::script(path, scripts)? };
    let recipe = recipe::of(&project);
    let print = fresh::print(&project, &recipe).map_err(|(path, error)| file_error(&path, error))?;
    if project.language.is_closed() && fresh::is(&project, &print) {
        return Ok(project.module());
    }
    let steps = workshop.tools(&project, &recipe)?;
    workshop.say(&format!("building {} with {} (it runs with your rights)", path.display(), recipe.what));
    workshop.follow(&project, &recipe, &steps)?;
    fresh::remember(&project, &print);
    Ok(project.module())
}

fn file_error(path: &Path, source: io::Error) -> ProjectError {
    ProjectError::File { path: path.to_path_buf(), source }
}

/// What is shown below a message, if there is anything.
fn below(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(":\n{said}") }
}

fn not_run(program: &OsStr, source: io::Error) -> ProjectError {
    ProjectError::Tool { program: program.to_string_lossy().into_owned(), source }
}
