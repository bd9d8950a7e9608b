//! A project, or a script, in place of a module: it is built with the usual tools of its language,
//! and the one wasm file that comes of it is the module.
//!
//! `language` knows the languages, `source` says what a folder or a file is and `recipe` which
//! programs make a module of it, all pure; `steps` runs them (each by `tool`) in the folder that
//! `place` keeps, `hint` knows what may help where one fails, `fresh` whether any is needed, and
//! `cargo` is Rust, whose tool knows all this by itself. `starter` has the projects that
//! `polymer new` writes.
//!
//! `untrusted` builds what nobody trusts, in a jail and by other rules; `interpreter` makes modules
//! that run programs.
//!
//! Building runs the project's own scripts with the operator's rights, so it is said, and only the
//! command line and a program can ask for it, never a task record. Nothing here may look into what
//! was built.

mod built_scripts;
mod cargo;
mod fresh;
mod hint;
pub mod interpreter;
mod language;
mod place;
mod recipe;
mod source;
pub mod starter;
mod steps;
mod tool;
pub mod untrusted;

pub use built_scripts::clear;
use cargo::TARGET;
pub use language::ProjectLanguage;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;
use steps::BuildWorkshop;

/// Why a folder gives no module.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// Nothing of a kind that can be built.
    #[error(
        "{} has nothing that can be built: name a .wasm or .wat file, or the folder of a project in {}",
        .0.display(),
        ProjectLanguage::listed()
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
        /// Language of the files.
        language: ProjectLanguage,
        /// The files.
        names: Vec<String>,
    },
    /// A package among the project's own that only works on real machines.
    #[error(
        "{} cannot be part of a task: it is machine code of this machine. Look for a package that is pure Python, or for an option that makes it so",
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
        /// Instructions for getting it.
        get: &'static str,
    },
    /// A file of the build cannot be read or written.
    #[error("{0}")]
    File(#[source] SystemError),
    /// The tools ended well, and there is no module.
    #[error("building {} gave no module: the tool made none, and reported no error", .0.display())]
    NothingMade(PathBuf),
    /// A file whose name is no text.
    #[error("{} cannot be built: its name is not UTF-8, which tools need. Give it another name", .0.display())]
    NotUtf8(PathBuf),
    /// A single file, and no folder of the user's to build it in.
    #[error("{} cannot be built: neither XDG_CACHE_HOME nor HOME names a folder to build it below", .0.display())]
    NoPlace(PathBuf),
    /// A tool did not end.
    #[error(
        "building {} takes longer than {}: {program} was stopped. Code at the top level of a script runs while it is built",
        project.display(),
        humantime::format_duration(*limit)
    )]
    TookTooLong {
        /// The project.
        project: PathBuf,
        /// Program that was stopped.
        program: String,
        /// Time limit for tools.
        limit: Duration,
    },
    /// No folder.
    #[error("the project {} is not a folder", .0.display())]
    NoFolder(PathBuf),
    /// Cargo is not installed.
    #[error("cargo is needed to build {} and was not found: install Rust, or name a .wasm file", .0.display())]
    NoCargo(PathBuf),
    /// A program cannot be started or its words cannot be read.
    #[error("{0}")]
    Tool(#[source] SystemError),
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
        /// Exit status of cargo.
        status: ExitStatus,
        /// Output of the tool, if people have not seen it already.
        said: String,
        /// Advice that may help.
        hint: Option<&'static str>,
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
pub struct BuildTools {
    /// Builds Rust.
    pub cargo: OsString,
    /// Knows where a target's library is.
    pub rustc: OsString,
    /// Adds a target.
    pub rustup: OsString,
    /// The folders in which the others are looked for, as in `PATH`.
    pub path: OsString,
    /// Time limit for each of them.
    pub limit: Duration,
    /// Program that puts compilers of strangers' sources into their jail: one whose `main` begins
    /// with `polymer_host::init`.
    pub builder: PathBuf,
    /// Bytes of stack that modules in C, C++, Rust and Zig are linked with, in their memory; by
    /// default what their language takes. It is for what the engine's stack does not hold: data
    /// whose address is taken.
    pub stack: Option<u64>,
}

/// Default time limit for a tool: longer than any tool takes that still does something sensible.
const LIMIT: Duration = Duration::from_secs(30 * 60);

impl ProjectError {
    /// Returns advice that may help, if the words of a tool point to it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Failed { hint, .. } => *hint,
            _ => None,
        }
    }
}

impl Default for BuildTools {
    fn default() -> Self {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let path = std::env::var_os("PATH").unwrap_or_default();
        Self {
            cargo: "cargo".into(),
            rustc,
            rustup: "rustup".into(),
            path,
            limit: LIMIT,
            builder: "/proc/self/exe".into(),
            stack: None,
        }
    }
}

/// Returns whether a path names something that is built, and no module: a folder, or a script.
#[must_use]
pub fn is_built(path: &Path) -> bool {
    path.is_dir() || (ProjectLanguage::of_script(path).is_some() && path.is_file())
}

/// Builds what is at `path` and returns where its module is: a project in its folder, a script
/// below `scripts`, for what is built of a script does not belong beside it. What is done is said
/// to `notice`; the tools write to stderr.
///
/// # Errors
/// If it is nothing that can be built, a tool is missing or fails, or several modules come of it.
pub fn build(
    path: &Path,
    scripts: Option<&Path>,
    tools: &BuildTools,
    notice: &mut dyn Write,
) -> Result<PathBuf, ProjectError> {
    make(path, scripts, &mut BuildWorkshop { tools, notice, quiet: false })
}

/// As [`build`], and nobody hears anything of it: what the tools say stands in the error.
///
/// # Errors
/// As [`build`].
pub fn build_quietly(
    path: &Path,
    scripts: Option<&Path>,
    tools: &BuildTools,
) -> Result<PathBuf, ProjectError> {
    if scripts.is_none() && !path.is_dir() {
        return Err(ProjectError::NoFolder(path.to_path_buf()));
    }
    make(path, scripts, &mut BuildWorkshop { tools, notice: &mut io::sink(), quiet: true })
}

fn make(
    path: &Path,
    scripts: Option<&Path>,
    workshop: &mut BuildWorkshop<'_>,
) -> Result<PathBuf, ProjectError> {
    if path.join("Cargo.toml").is_file() {
        return cargo::make(path, workshop);
    }
    let project = if path.is_dir() { source::read(path)? } else { source::script(path, scripts)? };
    let project = source::ProjectSource { stack: workshop.tools.stack, ..project };
    let recipe = recipe::of(&project);
    if fresh::made_of(&project, &recipe)?.1 {
        return Ok(project.module());
    }
    let steps = workshop.tools(&project, &recipe)?;
    let said = format!("waiting for another build of {}", path.display());
    let lock = place::lock(&project.build, || workshop.say(&said))?;
    // Another build may have made it meanwhile.
    let (print, is_fresh) = fresh::made_of(&project, &recipe)?;
    if !is_fresh {
        let what = &recipe.what;
        workshop.say(&format!("building {} with {what} (it runs with your rights)", path.display()));
        if project.language == ProjectLanguage::Rust {
            cargo::make_package(&project, &recipe, workshop)?;
        } else {
            workshop.follow(&project, &recipe, &steps)?;
        }
        fresh::remember(&project, &print);
    }
    drop(lock);
    Ok(project.module())
}

fn file_error(path: &Path, source: io::Error) -> ProjectError {
    ProjectError::File(SystemError::new(SystemOperation::Build, path, source))
}

/// Returns the text shown below a message, if there is any.
fn below(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(":\n{said}") }
}

fn not_run(program: &OsStr, source: io::Error) -> ProjectError {
    ProjectError::Tool(SystemError::new(SystemOperation::Run, program, source))
}

#[cfg(test)]
mod tests;
