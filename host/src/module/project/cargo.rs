//! Rust: cargo builds it, and the one wasm file that it says it made is the module.

use super::steps::{Workshop, command};
use super::{ProjectError, not_run};
use serde::Deserialize;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// What a project is built for.
pub(super) const TARGET: &str = "wasm32-wasip1";

/// Builds the Cargo project in `folder` and returns where its module is.
///
/// # Errors
/// If cargo is missing or fails, or none or several modules come of it.
pub(super) fn make(folder: &Path, workshop: &mut Workshop<'_>) -> Result<PathBuf, ProjectError> {
    let tools = workshop.tools;
    let manifest = folder.join("Cargo.toml");
    add_target(folder, workshop)?;
    workshop.say(&format!(
        "building {} with cargo build --release --target {TARGET} (its build scripts run with your rights)",
        folder.display()
    ));
    let mut cargo = command(&tools.cargo, folder);
    cargo.args(["build", "--release", "--target", TARGET, "--message-format=json-render-diagnostics"]);
    cargo.stdout(Stdio::piped()).stderr(workshop.stderr(&tools.cargo)?);
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
        return Err(ProjectError::Failed { folder: folder.to_path_buf(), status, said: workshop.heard() });
    }
    the_one(folder, modules.map_err(|error| not_run(&tools.cargo, error))?)
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
fn add_target(folder: &Path, workshop: &mut Workshop<'_>) -> Result<(), ProjectError> {
    let tools = workshop.tools;
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
    workshop.say(&format!("the target {TARGET} is missing: rustup target add {TARGET}"));
    // What rustup writes to stdout would stand among the records.
    let mut rustup = command(&tools.rustup, folder);
    rustup.args(["target", "add", TARGET]).stdout(Stdio::null()).stderr(workshop.stderr(&tools.rustup)?);
    match rustup.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(ProjectError::TargetNotAdded(status)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ProjectError::NoTarget),
        Err(error) => Err(not_run(&tools.rustup, error)),
    }
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

#[cfg(test)]
mod tests;
