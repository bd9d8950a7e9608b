//! Runs the programs that make a module of a project. The only place that starts them.

use super::language::Project;
use super::recipe::{Recipe, Step, Tool};
use super::{ProjectError, Tools, file_error, not_run};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// Bytes of what tools say that an error keeps.
const SAID: u64 = 8 << 10;
/// What `cargo run` and `cargo test` say to the program they start, and rustup to what runs under it. To a build inside they would be
/// wrong: another toolchain than the project's, another package's name.
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

/// A program, and the arguments that come first.
pub(super) type Call = Vec<OsString>;

/// Where things are built, and who hears of it.
pub(super) struct Workshop<'a> {
    pub(super) tools: &'a Tools,
    /// What is done is said here.
    pub(super) notice: &'a mut dyn Write,
    /// Takes what the tools write to stderr, where people are not to see it.
    pub(super) said: Option<File>,
}

impl Workshop<'_> {
    pub(super) fn say(&mut self, text: &str) {
        // Who closed stderr wants no notice; that is no reason not to build.
        drop(writeln!(self.notice, "{text}"));
    }

    /// Where a program's stderr goes.
    pub(super) fn stderr(&self, program: &OsStr) -> Result<Stdio, ProjectError> {
        match &self.said {
            Some(file) => file.try_clone().map(Stdio::from).map_err(|error| not_run(program, error)),
            None => Ok(Stdio::inherit()),
        }
    }

    /// The last that the tools said, if it was not said to people already.
    pub(super) fn heard(&mut self) -> String {
        self.said.take().map(last_of).unwrap_or_default()
    }

    /// How the tools of a recipe are called here, step by step. With one missing nothing is begun.
    pub(super) fn tools(&self, project: &Project, recipe: &Recipe) -> Result<Vec<Call>, ProjectError> {
        recipe.steps.iter().map(|step| self.find(&step.tool, project)).collect()
    }

    /// Makes the module, with the tools that were found for each step.
    pub(super) fn follow(
        &mut self,
        project: &Project,
        recipe: &Recipe,
        tools: &[Call],
    ) -> Result<(), ProjectError> {
        fs::create_dir_all(&project.build).map_err(|error| file_error(&project.build, error))?;
        for (name, content) in &recipe.files {
            let path = project.build.join(name);
            let written =
                path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, content));
            written.map_err(|error| file_error(&path, error))?;
        }
        if project.alone {
            let copy = project.build.join("script").join(project.entry());
            let from = project.folder.join(project.entry());
            let copied = copy
                .parent()
                .map_or(Ok(()), fs::create_dir_all)
                .and_then(|()| fs::copy(&from, &copy).map(drop));
            copied.map_err(|error| file_error(&from, error))?;
        }
        recipe.steps.iter().zip(tools).try_for_each(|(step, tool)| self.step(project, step, tool))
    }

    fn step(&mut self, project: &Project, step: &Step, tool: &[OsString]) -> Result<(), ProjectError> {
        let Some((program, first)) = tool.split_first() else { return Ok(()) };
        let mut command = command(program, &step.within);
        command.args(first).args(&step.args).envs(step.env.iter().map(|(name, value)| (name, value)));
        for name in step.without {
            command.env_remove(name);
        }
        // What a tool writes to stdout would stand among the records, and is chatter: what is wrong it says on stderr.
        command.stdout(Stdio::null()).stderr(self.stderr(program)?);
        let status = command.status().map_err(|error| not_run(program, error))?;
        if status.success() {
            return Ok(());
        }
        Err(ProjectError::Failed { folder: project.path(), status, said: self.heard() })
    }

    /// How a tool is called here.
    fn find(&self, tool: &Tool, project: &Project) -> Result<Call, ProjectError> {
        let beside = project.folder.join("node_modules/.bin");
        let folders = || std::iter::once(beside.clone()).chain(std::env::split_paths(&self.tools.path));
        let found = tool.ways.iter().find_map(|way| {
            let (program, rest) = way.call.split_first()?;
            let path = folders().map(|folder| folder.join(program)).find(|path| is_program(path))?;
            let call: Call =
                std::iter::once(path.into_os_string()).chain(rest.iter().map(OsString::from)).collect();
            (way.asks.is_empty() || answers(&call, way.asks)).then_some(call)
        });
        found.ok_or_else(|| ProjectError::NoTool { folder: project.path(), tool: tool.name, get: tool.get })
    }
}

/// Whether a program is there and says so when it is asked.
fn answers(call: &[OsString], asks: &[&str]) -> bool {
    let Some((program, first)) = call.split_first() else { return false };
    let mut asked = command(program, Path::new("."));
    asked.args(first).args(asks).stdout(Stdio::null()).stderr(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|is| is.is_file() && is.permissions().mode() & 0o111 != 0)
}

/// The last that was written to a file.
fn last_of(mut file: File) -> String {
    let mut bytes = Vec::new();
    let length = file.stream_position().unwrap_or_default();
    // What cannot be read is not told; the error stands without it.
    let read =
        file.seek(SeekFrom::Start(length.saturating_sub(SAID))).and_then(|_| file.read_to_end(&mut bytes));
    read.map(|_| String::from_utf8_lossy(&bytes).trim().to_owned()).unwrap_or_default()
}

/// A program in the project's folder, which reads none of the run's input and none of an outer cargo's variables.
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
