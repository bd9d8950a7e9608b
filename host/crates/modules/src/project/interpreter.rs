//! Interpreters: the modules that run programs which come as data, such as `@python`. They are made
//! from the package index of a language and our own files, with packages if some are asked for.
//!
//! `python`, `javascript` and `jq` know what each is made of, `packages` chooses and pins packages.
//! Nothing here may know what a program is.

mod javascript;
mod jq;
mod packages;
mod python;

use super::steps::{self, BuildWorkshop};
use super::{BuildTools, ProjectError, file_error, place};
use include_dir::Dir;
pub use packages::PackageError;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// An interpreter that can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpreter {
    /// `@python`.
    Python,
    /// `@javascript`.
    JavaScript,
    /// `@jq`.
    Jq,
}

impl Interpreter {
    /// Every one, with its name.
    const ALL: [(&str, Self); 3] =
        [("python", Self::Python), ("javascript", Self::JavaScript), ("jq", Self::Jq)];

    /// The one whose module is called so (`@python`).
    ///
    /// # Errors
    /// If none of this name is made here.
    pub fn named(path: &Path) -> Result<Self, InterpreterError> {
        let name = path.to_str().and_then(|path| path.strip_prefix('@'));
        let found = Self::ALL.into_iter().find(|(known, _)| Some(*known) == name);
        found.map(|(_, found)| found).ok_or_else(|| InterpreterError::Unknown(path.to_path_buf()))
    }

    /// Its name, without `@`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::Jq => "jq",
        }
    }

    /// How people call it.
    fn called(self) -> PathBuf {
        format!("@{}", self.name()).into()
    }
}

/// Interpreter whose module is wanted, and what belongs into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterpreterOrder {
    /// Which.
    pub interpreter: Interpreter,
    /// Packages, as pip takes them: a name, or a name with versions.
    pub packages: Vec<String>,
    /// A file of requirements, as pip takes it.
    pub requirements: Option<PathBuf>,
}

impl InterpreterOrder {
    /// That no packages are wanted, for an interpreter that takes none.
    fn check_no_packages(&self) -> Result<(), InterpreterError> {
        match self.packages.is_empty() && self.requirements.is_none() {
            true => Ok(()),
            false => Err(PackageError::OfOtherLanguage.into()),
        }
    }
}

/// An interpreter that was made.
#[derive(Debug)]
pub struct BuiltInterpreter {
    /// Where its module is.
    pub module: PathBuf,
    /// Its packages as requirements with digests, from which the same ones can be had again; none
    /// if it was asked for none.
    pub lock: Option<String>,
    /// Keeps others from the place where it was made, until it was taken from there.
    place: Option<fs::File>,
}

/// Why there is no interpreter.
#[derive(Debug, thiserror::Error)]
pub enum InterpreterError {
    /// None of this name is made here.
    #[error("{} is no interpreter that is made here: @python, @javascript and @jq are", .0.display())]
    Unknown(PathBuf),
    /// There is no folder of the user's to build in.
    #[error("an interpreter cannot be made: neither XDG_CACHE_HOME nor HOME names a folder to make it in")]
    NoPlace,
    /// A program that installs what it is made of is missing.
    #[error("{program} is needed to make @{interpreter}, and was not found: {why}")]
    NoTool {
        /// Its name.
        program: &'static str,
        /// The interpreter's name.
        interpreter: &'static str,
        /// What it is for.
        why: &'static str,
    },
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
            Self::Unknown(_) | Self::NoTool { .. } => None,
        }
    }
}

/// Makes an interpreter below `scripts`.
///
/// # Errors
/// If a tool is missing or fails, or a package cannot be had.
pub fn build(
    order: &InterpreterOrder,
    scripts: Option<&Path>,
    tools: &BuildTools,
    notice: &mut dyn Write,
    quiet: bool,
) -> Result<BuiltInterpreter, InterpreterError> {
    let folder = scripts.ok_or(InterpreterError::NoPlace)?.join("interpreters");
    let mut workshop = InterpreterWorkshop {
        interpreter: order.interpreter,
        workshop: BuildWorkshop { tools, notice, quiet },
    };
    let lock = place::lock(&folder, || workshop.say("waiting for another build of an interpreter"))?;
    let work = folder.join(order.interpreter.name());
    place::empty(&work)?;
    let mut built = match order.interpreter {
        Interpreter::Python => python::make(order, &folder, &work, &mut workshop),
        Interpreter::JavaScript => javascript::make(order, &folder, &work, &mut workshop),
        Interpreter::Jq => jq::make(order, &folder, &work, &mut workshop),
    }?;
    built.place = lock;
    Ok(built)
}

/// Where one interpreter is made.
struct InterpreterWorkshop<'a> {
    interpreter: Interpreter,
    workshop: BuildWorkshop<'a>,
}

impl InterpreterWorkshop<'_> {
    fn say(&mut self, text: &str) {
        self.workshop.say(text);
    }

    /// Returns a program of the machine's.
    fn program(&self, name: &'static str, why: &'static str) -> Result<OsString, InterpreterError> {
        let folders: Vec<PathBuf> = std::env::split_paths(&self.workshop.tools.path).collect();
        let found = steps::find_program(name, &folders);
        found.ok_or(InterpreterError::NoTool { program: name, interpreter: self.interpreter.name(), why })
    }

    /// Runs a program, and hears what it says.
    fn hear(
        &mut self,
        program: &OsStr,
        args: &[OsString],
        within: &Path,
    ) -> Result<super::tool::ToolOutput, InterpreterError> {
        let command = steps::in_own_environment(program, args, within);
        Ok(self.workshop.run(command, &self.interpreter.called())?)
    }

    /// Runs a program that must end well.
    fn run(&mut self, program: &OsStr, args: &[OsString], within: &Path) -> Result<(), InterpreterError> {
        let heard = self.hear(program, args, within)?;
        if heard.status.success() {
            return Ok(());
        }
        // Some say there what is missing.
        self.say(String::from_utf8_lossy(&heard.output).trim());
        Err(self.workshop.failed(&self.interpreter.called(), heard.status, &heard.said, None).into())
    }

    /// Returns the module at a path, if a tool made it there.
    fn made(&self, module: PathBuf) -> Result<PathBuf, InterpreterError> {
        match module.is_file() {
            true => Ok(module),
            false => Err(ProjectError::NothingMade(self.interpreter.called()).into()),
        }
    }
}

/// Fills a folder of tools once: what `install` puts there stays, unless it fails.
fn installed_once(
    place: &Path,
    install: impl FnOnce() -> Result<(), InterpreterError>,
) -> Result<(), InterpreterError> {
    let done = place.join("done");
    if done.is_file() {
        return Ok(());
    }
    place::empty(place)?;
    install()?;
    fs::write(&done, "").map_err(|error| unread(&done, error))
}

/// Writes files of ours into a folder.
fn written(files: &Dir<'_>, folder: &Path) -> Result<(), InterpreterError> {
    fs::create_dir_all(folder).map_err(|error| unread(folder, error))?;
    files.extract(folder).map_err(|error| unread(folder, error))
}

fn unread(path: &Path, error: io::Error) -> InterpreterError {
    file_error(path, error).into()
}
