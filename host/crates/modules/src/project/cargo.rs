//! Rust: cargo builds it, and the one wasm file that it says it made is the module.

use super::recipe::{BuildRecipe, rust};
use super::source::ProjectSource;
use super::steps::{BuildWorkshop, command};
use super::{ProjectError, ProjectLanguage, hint, not_run, place};
use nix::errno::Errno;
use serde::Deserialize;
use std::ffi::OsStr;
use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Target that a project is built for.
pub(super) const TARGET: &str = "wasm32-wasip1";

/// Builds the Cargo project in `folder` and returns where its module is.
///
/// # Errors
/// If cargo is missing or fails, or none or several modules come of it.
pub(super) fn make(folder: &Path, workshop: &mut BuildWorkshop<'_>) -> Result<PathBuf, ProjectError> {
    add_target(folder, workshop)?;
    workshop.say(&format!(
        "building {} with cargo build --release --target {TARGET} (its build scripts run with your rights)",
        folder.display()
    ));
    cargo(folder, folder, None, workshop)
}

/// Builds Rust that has no Cargo project, as a package in its build folder.
///
/// # Errors
/// As [`make`].
pub(super) fn make_package(
    project: &ProjectSource,
    recipe: &BuildRecipe,
    workshop: &mut BuildWorkshop<'_>,
) -> Result<(), ProjectError> {
    place::prepare(project, recipe)?;
    let package = project.build.join(rust::PACKAGE);
    add_target(&package, workshop)?;
    let made = cargo(&package, &project.path(), Some(&package.join("target")), workshop)?;
    place::finish(project, &made)
}

/// Runs cargo in a folder, and returns the one module that it made. `shown` is what people know it
/// by; `target` is where it builds, if it is not to decide that itself.
pub(super) fn cargo(
    folder: &Path,
    shown: &Path,
    target: Option<&Path>,
    workshop: &mut BuildWorkshop<'_>,
) -> Result<PathBuf, ProjectError> {
    let tools = workshop.tools;
    let mut cargo = command(&tools.cargo, folder);
    cargo.args(["build", "--release", "--target", TARGET, "--message-format=json-render-diagnostics"]);
    if let Some(target) = target {
        cargo.arg("--target-dir").arg(target);
    }
    if let Some(stack) = tools.stack {
        // Beside the flags that the project has in its own configuration.
        let flag = rust::stack_argument(stack);
        cargo.arg("--config").arg(format!("target.{TARGET}.rustflags=[\"{flag}\"]"));
    }
    // It does not see the terminal through the pipe.
    if !workshop.quiet && io::stderr().is_terminal() && std::env::var_os("CARGO_TERM_COLOR").is_none() {
        cargo.env("CARGO_TERM_COLOR", "always");
    }
    cargo.stdout(Stdio::piped());
    let heard = workshop.run(cargo, shown).map_err(|error| match error {
        ProjectError::Tool(error) if error.errno() == Some(Errno::ENOENT) => {
            ProjectError::NoCargo(shown.to_path_buf())
        }
        error => error,
    })?;
    if !heard.status.success() {
        // Whoever made a project knows where crates come from.
        let hint = target.and_then(|_| hint::hint(ProjectLanguage::Rust, &heard.said));
        return Err(workshop.failed(shown, heard.status, &heard.said, hint));
    }
    let modules = modules(heard.output.as_slice(), &folder.join("Cargo.toml"));
    the_one(shown, modules.map_err(|error| not_run(&tools.cargo, error))?)
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
pub(super) fn add_target(folder: &Path, workshop: &mut BuildWorkshop<'_>) -> Result<(), ProjectError> {
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
    rustup.args(["target", "add", TARGET]).stdout(Stdio::null());
    match workshop.run(rustup, folder) {
        Ok(heard) if heard.status.success() => Ok(()),
        Ok(heard) => Err(ProjectError::TargetNotAdded(heard.status)),
        Err(ProjectError::Tool(error)) if error.errno() == Some(Errno::ENOENT) => Err(ProjectError::NoTarget),
        Err(error) => Err(error),
    }
}

/// The part of cargo's messages that matters here.
#[derive(Debug, Deserialize)]
struct CargoMessage {
    reason: String,
    #[serde(default)]
    manifest_path: PathBuf,
    #[serde(default)]
    filenames: Vec<PathBuf>,
    target: Option<CargoTarget>,
}

#[derive(Debug, Deserialize)]
struct CargoTarget {
    kind: Vec<String>,
}

/// The wasm files that cargo says it made: those of the package at `manifest`, or, if that is only
/// a workspace, of all its members.
fn modules(messages: impl BufRead, manifest: &Path) -> io::Result<Vec<PathBuf>> {
    let manifest = manifest.canonicalize()?;
    let root = manifest.parent().unwrap_or(&manifest);
    let (mut own, mut members) = (Vec::new(), Vec::new());
    for line in messages.split(b'\n') {
        // Other programs may write among the messages, and cargo may add kinds of its own.
        let Ok(message) = serde_json::from_slice::<CargoMessage>(&line?) else { continue };
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
