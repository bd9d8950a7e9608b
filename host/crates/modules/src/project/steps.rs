//! Runs the programs that make a module of a project. The only place that starts them.
#![expect(clippy::disallowed_types, reason = "build tools are started here")]

use super::recipe::{BuildRecipe, BuildStep, BuildTool};
use super::source::ProjectSource;
use super::tool::{ListenEnd, ToolOutput, listen};
use super::{BuildTools, ProjectError, hint, not_run, place};
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

/// Variables that `cargo run` and `cargo test` set for the program they start, and rustup for what
/// runs under it. In a build inside they would be wrong: another toolchain than the project's,
/// another package's name.
const OUTER: [&str; 8] = [
    "CARGO",
    "CARGO_PRIMARY_PACKAGE",
    "CARGO_CRATE_NAME",
    "CARGO_MAKEFLAGS",
    "CARGO_TARGET_TMPDIR",
    "OUT_DIR",
    "RUSTUP_TOOLCHAIN",
    "RUST_RECURSION_COUNT",
];
/// As above, whole families.
const OUTER_PREFIXES: [&str; 5] =
    ["CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_BIN_", "CARGO_FEATURE_", "CARGO_CFG_"];

/// Time for a program to say whether it is the right one.
const ANSWER: Duration = Duration::from_secs(30);

/// A program, and the arguments that come first.
pub(super) type ProgramCall = Vec<OsString>;

/// Where things are built, and who hears of it.
pub(super) struct BuildWorkshop<'a> {
    pub(super) tools: &'a BuildTools,
    /// Output for progress messages, and for what the tools have to say.
    pub(super) notice: &'a mut dyn Write,
    /// People do not see the notice: an error has to hold what the tools said.
    pub(super) quiet: bool,
}

impl BuildWorkshop<'_> {
    pub(super) fn say(&mut self, text: &str) {
        // Who closed stderr wants no notice; that is no reason not to build.
        drop(writeln!(self.notice, "{text}"));
    }

    /// Runs a program to its end, and hears what it says. It may take as long as the tools have in
    /// all.
    pub(super) fn run(&mut self, mut command: Command, project: &Path) -> Result<ToolOutput, ProjectError> {
        let program = command.get_program().to_owned();
        match listen(&mut command, self.notice, self.tools.limit).map_err(|error| not_run(&program, error))? {
            ListenEnd::Ended(heard) => Ok(heard),
            ListenEnd::TookTooLong => Err(ProjectError::TookTooLong {
                project: project.to_path_buf(),
                program: program.to_string_lossy().into_owned(),
                limit: self.tools.limit,
            }),
        }
    }

    /// Why a build failed whose tool ended so.
    pub(super) fn failed(
        &self,
        project: &Path,
        status: ExitStatus,
        said: &str,
        hint: Option<&'static str>,
    ) -> ProjectError {
        let said = if self.quiet { said.trim().to_owned() } else { String::new() };
        ProjectError::Failed { folder: project.to_path_buf(), status, said, hint }
    }

    /// Returns the call of each tool in a recipe, step by step. If one is missing, nothing is
    /// begun.
    pub(super) fn tools(
        &self,
        project: &ProjectSource,
        recipe: &BuildRecipe,
    ) -> Result<Vec<ProgramCall>, ProjectError> {
        recipe.steps.iter().map(|step| self.find(&step.tool, project)).collect()
    }

    /// Makes the module, with the tools that were found for each step.
    pub(super) fn follow(
        &mut self,
        project: &ProjectSource,
        recipe: &BuildRecipe,
        tools: &[ProgramCall],
    ) -> Result<(), ProjectError> {
        place::prepare(project, recipe)?;
        recipe.steps.iter().zip(tools).try_for_each(|(step, tool)| self.step(project, step, tool))?;
        place::finish(project, &project.unfinished())
    }

    fn step(
        &mut self,
        project: &ProjectSource,
        step: &BuildStep,
        tool: &[OsString],
    ) -> Result<(), ProjectError> {
        let Some((program, first)) = tool.split_first() else { return Ok(()) };
        let mut command = command(program, &step.within);
        command.args(first).args(&step.args).envs(step.env.iter().map(|(name, value)| (name, value)));
        for name in step.without {
            command.env_remove(name);
        }
        // What a tool writes to stdout would stand among the records, and is chatter: what is wrong
        // it says on stderr.
        command.stdout(Stdio::null());
        let heard = self.run(command, &project.path())?;
        if heard.status.success() {
            return Ok(());
        }
        let hint = hint::hint(project.language, &heard.said);
        Err(self.failed(&project.path(), heard.status, &heard.said, hint))
    }

    /// Returns the call of a tool on this machine.
    fn find(&self, tool: &BuildTool, project: &ProjectSource) -> Result<ProgramCall, ProjectError> {
        let beside = project.folder.join("node_modules/.bin");
        let folders: Vec<PathBuf> =
            std::iter::once(beside).chain(std::env::split_paths(&self.tools.path)).collect();
        find_tool(tool, &folders).ok_or_else(|| ProjectError::NoTool {
            folder: project.path(),
            tool: tool.name,
            get: tool.get,
        })
    }
}

/// Returns the first way to call a tool that works, if its program is in one of these folders.
pub(super) fn find_tool(tool: &BuildTool, folders: &[PathBuf]) -> Option<ProgramCall> {
    tool.ways.iter().find_map(|way| {
        let (program, rest) = way.call.split_first()?;
        let path = folders.iter().map(|folder| folder.join(program)).find(|path| is_program(path))?;
        let call: ProgramCall =
            std::iter::once(path.into_os_string()).chain(rest.iter().map(OsString::from)).collect();
        let works = way.asks.is_empty() || answers(&call, way.asks);
        works.then(|| call.into_iter().chain(way.adds.iter().map(OsString::from)).collect())
    })
}

/// Returns the program of a name, if it is in one of these folders.
pub(super) fn find_program(name: &str, folders: &[PathBuf]) -> Option<OsString> {
    let path = folders.iter().map(|folder| folder.join(name)).find(|path| is_program(path))?;
    Some(path.into_os_string())
}

/// A program of Python's, which takes nothing from another environment of it.
pub(super) fn in_own_environment(program: &OsStr, args: &[OsString], folder: &Path) -> Command {
    let mut command = command(program, folder);
    command.args(args).stdout(Stdio::piped());
    for name in ["VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "RUST_BACKTRACE"] {
        command.env_remove(name);
    }
    command
}

/// Returns whether a program ends well and soon. Nobody hears what it says.
pub(super) fn succeeds(mut command: Command) -> bool {
    let heard = listen(&mut command, &mut std::io::sink(), ANSWER);
    matches!(heard, Ok(ListenEnd::Ended(heard)) if heard.status.success())
}

/// Asks a program of the operator's, where nothing lies that it could take for something else: not
/// in the current folder, which may be a stranger's. Returns what it writes to stdout, if it ends
/// well and soon.
pub(super) fn ask(program: &OsStr, args: &[&str]) -> Option<String> {
    let mut asked = command(program, Path::new("/"));
    asked.args(args).env("PYTHONSAFEPATH", "1").stdout(Stdio::piped());
    match listen(&mut asked, &mut std::io::sink(), ANSWER) {
        Ok(ListenEnd::Ended(heard)) if heard.status.success() => {
            Some(String::from_utf8_lossy(&heard.output).into_owned())
        }
        _ => None,
    }
}

/// Returns whether a program is there and says so when it is asked.
fn answers(call: &[OsString], asks: &[&str]) -> bool {
    let Some((program, first)) = call.split_first() else { return false };
    let first = first.iter().filter_map(|arg| arg.to_str());
    ask(program, &first.chain(asks.iter().copied()).collect::<Vec<_>>()).is_some()
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|is| is.is_file() && is.permissions().mode() & 0o111 != 0)
}

/// A program in the project's folder, which reads none of the run's input and none of an outer
/// cargo's variables.
pub(super) fn command(program: &OsStr, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null());
    // Without an outer cargo the same variables are the operator's own wish.
    if std::env::var_os("CARGO").is_some() {
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_outer(name)) {
            command.env_remove(name);
        }
    }
    command
}

pub(super) fn is_outer(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    OUTER.contains(&name) || OUTER_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}
