//! A Cargo project in place of a module: it is built, and the one wasm file that comes of it is the module.
//!
//! Building runs the project's build scripts with the operator's rights, so it is said, and only the command line and a program can ask for it,
//! never a task record.
//! Nothing here may look into what was built.

use crate::sys::file;
use serde::Deserialize;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// What a project is built for.
const TARGET: &str = "wasm32-wasip1";
/// Bytes of what cargo says that an error keeps.
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

/// Why a folder gives no module.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// No project of a kind that can be built.
    #[error(
        "{} is a folder without a Cargo.toml: name a .wasm or .wat file, or the folder of a Cargo project",
        .0.display()
    )]
    NoProject(PathBuf),
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
    /// Builds.
    pub cargo: OsString,
    /// Knows where a target's library is.
    pub rustc: OsString,
    /// Adds a target.
    pub rustup: OsString,
}

impl Default for Tools {
    fn default() -> Self {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        Self { cargo: "cargo".into(), rustc, rustup: "rustup".into() }
    }
}

/// Builds the project in `folder` and returns where its module is. What is done is said to `notice`; cargo and rustup write to stderr.
///
/// # Errors
/// If it is no Cargo project, cannot be built, or gives none or several modules.
pub fn build(folder: &Path, tools: &Tools, notice: &mut dyn Write) -> Result<PathBuf, ProjectError> {
    make(folder, tools, notice, None)
}

/// As [`build`], and nobody hears anything of it: what cargo says stands in the error.
///
/// # Errors
/// As [`build`].
pub fn build_quietly(folder: &Path, tools: &Tools) -> Result<PathBuf, ProjectError> {
    let said = file::unnamed("cargo-stderr").map_err(|error| not_run(&tools.cargo, error))?;
    make(folder, tools, &mut io::sink(), Some(said))
}

/// `said` takes what the tools write to stderr, where people are not to see it.
fn make(
    folder: &Path,
    tools: &Tools,
    notice: &mut dyn Write,
    said: Option<File>,
) -> Result<PathBuf, ProjectError> {
    if !folder.is_dir() {
        return Err(ProjectError::NoFolder(folder.to_path_buf()));
    }
    let manifest = folder.join("Cargo.toml");
    if !manifest.is_file() {
        return Err(ProjectError::NoProject(folder.to_path_buf()));
    }
    let stderr = || match &said {
        Some(file) => file.try_clone().map(Stdio::from).map_err(|error| not_run(&tools.cargo, error)),
        None => Ok(Stdio::inherit()),
    };
    add_target(folder, tools, notice, stderr()?)?;
    say(
        notice,
        &format!(
            "building {} with cargo build --release --target {TARGET} (its build scripts run with your rights)",
            folder.display()
        ),
    );
    let mut cargo = command(&tools.cargo, folder);
    cargo.args(["build", "--release", "--target", TARGET, "--message-format=json-render-diagnostics"]);
    cargo.stdout(Stdio::piped()).stderr(stderr()?);
    let mut child = cargo.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ProjectError::NoCargo(folder.to_path_buf()),
        _ => not_run(&tools.cargo, error),
    })?;
    let modules = match child.stdout.take() {
        Some(stdout) => modules(BufReader::new(stdout), &manifest),
        None => Ok(Vec::new()),
    };
    // Waited for first, whatever was read, so that no process is left.
    let status = child.wait().map_err(|error| not_run(&tools.cargo, error))?;
    if !status.success() {
        let said = said.map(last_of).unwrap_or_default();
        return Err(ProjectError::Failed { folder: folder.to_path_buf(), status, said });
    }
    the_one(folder, modules.map_err(|error| not_run(&tools.cargo, error))?)
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

/// What is shown below a message, if there is anything.
fn below(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(":\n{said}") }
}

fn the_one(folder: &Path, mut modules: Vec<PathBuf>) -> Result<PathBuf, ProjectError> {
    let folder = folder.to_path_buf();
    match (modules.pop(), modules.is_empty()) {
        (None, _) => Err(ProjectError::NoModule(folder)),
        (Some(module), true) => Ok(module),
        (Some(module), false) => {
            modules.push(module);
            Err(ProjectError::SeveralModules { folder, modules })
        }
    }
}

/// Makes sure that the project's toolchain can build for the target.
fn add_target(
    folder: &Path,
    tools: &Tools,
    notice: &mut dyn Write,
    stderr: Stdio,
) -> Result<(), ProjectError> {
    let print = ["--print", "target-libdir", "--target", TARGET];
    let asked = command(&tools.rustc, folder).args(print).stderr(Stdio::null()).output();
    let Ok(answer) = asked.as_ref().map(|output| String::from_utf8_lossy(&output.stdout)) else {
        // No rustc by that name: cargo knows better where its compiler is, or says what is wrong.
        return Ok(());
    };
    let library = answer.trim();
    if library.is_empty() || Path::new(library).is_dir() {
        return Ok(());
    }
    say(notice, &format!("the target {TARGET} is missing: rustup target add {TARGET}"));
    // What rustup writes to stdout would stand among the records.
    let mut rustup = command(&tools.rustup, folder);
    rustup.args(["target", "add", TARGET]).stdout(Stdio::null()).stderr(stderr);
    match rustup.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(ProjectError::TargetNotAdded(status)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ProjectError::NoTarget),
        Err(error) => Err(not_run(&tools.rustup, error)),
    }
}

/// A program in the project's folder, which reads none of the run's input and none of an outer cargo's variables.
fn command(program: &OsStr, folder: &Path) -> Command {
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

fn is_outer(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    OUTER.contains(&name) || OUTER_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// The part of cargo's messages that matters here.
#[derive(Debug, Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    manifest_path: PathBuf,
    #[serde(default)]
    filenames: Vec<PathBuf>,
    target: Option<Target>,
}

#[derive(Debug, Deserialize)]
struct Target {
    kind: Vec<String>,
}

/// The wasm files that cargo says it made: those of the package at `manifest`, or, if that is only a workspace, of all its members.
fn modules(messages: impl BufRead, manifest: &Path) -> io::Result<Vec<PathBuf>> {
    let manifest = manifest.canonicalize()?;
    let root = manifest.parent().unwrap_or(&manifest);
    let (mut own, mut members) = (Vec::new(), Vec::new());
    for line in messages.split(b'\n') {
        // Other programs may write among the messages, and cargo may add kinds of its own.
        let Ok(message) = serde_json::from_slice::<Message>(&line?) else { continue };
        let kinds = message.target.map(|target| target.kind).unwrap_or_default();
        let can_run = kinds.iter().any(|kind| kind == "bin" || kind == "cdylib");
        if message.reason != "compiler-artifact" || !can_run {
            continue;
        }
        let wasm = message.filenames.into_iter().filter(|name| name.extension() == Some(OsStr::new("wasm")));
        if message.manifest_path == manifest {
            own.extend(wasm);
        } else if message.manifest_path.starts_with(root) {
            members.extend(wasm);
        }
    }
    Ok(if own.is_empty() { members } else { own })
}

fn say(notice: &mut dyn Write, text: &str) {
    // Who closed stderr wants no notice; that is no reason not to build.
    drop(writeln!(notice, "{text}"));
}

fn not_run(program: &OsStr, source: io::Error) -> ProjectError {
    ProjectError::Tool { program: program.to_string_lossy().into_owned(), source }
}

#[cfg(test)]
mod tests;
