//! `polymer build --untrusted`: what comes of a stranger's sources, for people and for programs.

use super::super::args::BuildArgs;
use super::super::error::CliError;
use super::super::exit::CommandExit;
use super::super::stderr::{NoticeWriter, note};
use super::super::{cache, show};
use super::{give, tell};
use polymer_host_base::quantity::show_size;
use polymer_host_modules::project::BuildTools;
use polymer_host_modules::project::untrusted::{BuildFailure, BuildLimits, UntrustedBuild, UntrustedBuilder};
use serde_json::json;
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

/// Builds, and says what came of it: exit code 0 with a module, 100 if the sources give none.
pub(super) fn build(args: &BuildArgs) -> Result<CommandExit, CliError> {
    let limits =
        BuildLimits { cpu: args.cpu_time, memory: args.memory, time: args.timeout, ..BuildLimits::default() };
    let tools = BuildTools { stack: args.stack, ..BuildTools::default() };
    let builder = UntrustedBuilder::new(tools, cache::folder_of_scripts(), limits);
    let built = builder.build(&args.path, &mut NoticeWriter)?;
    let given = built.end.as_ref().ok().map(|module| give(args, module)).transpose()?;
    let module = given.and(args.output.as_deref()).or(built.end.as_deref().ok());
    if args.json {
        let is_told = show(io::stdout(), &format!("{}\n", value(&built, module)));
        let end = if module.is_some() { CommandExit::Ok } else { CommandExit::Failed };
        return Ok(if is_told { end } else { CommandExit::Output });
    }
    note(&in_words(&args.path, &built));
    match &built.end {
        Ok(kept) if tell(module.unwrap_or(kept)).is_ok() => Ok(CommandExit::Ok),
        Ok(_) => Ok(CommandExit::Output),
        Err(failure) => Err(CliError::BuildFailed { path: args.path.clone(), failure: failure.clone() }),
    }
}

/// What is good to know of a build that was done.
fn in_words(path: &Path, built: &UntrustedBuild) -> String {
    if built.is_kept {
        return format!("{} was built before and is kept\n", path.display());
    }
    let what = if built.end.is_ok() { "compiled" } else { "tried to compile" };
    let mut text = format!(
        "{what} {} in a jail: {} ms of CPU time, {} of memory\n",
        path.display(),
        built.cpu.as_millis(),
        show_size(built.memory)
    );
    for wall in &built.missing {
        // A write to a string cannot fail.
        let _ = writeln!(text, "warn: the jail has no layer `{}`: {}", wall.layer, wall.why);
    }
    text
}

/// The same for programs.
fn value(built: &UntrustedBuild, module: Option<&Path>) -> serde_json::Value {
    let error = built.end.as_ref().err().map(|BuildFailure { code, why, said, hint }| {
        json!({ "code": code, "message": why, "compiler_output": said, "hint": hint })
    });
    let millis = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let missing = built.missing.iter().map(|wall| json!({ "layer": wall.layer, "reason": wall.why }));
    json!({
        "result": if module.is_some() { "built" } else { "build_failed" },
        "module": module.map(PathBuf::from),
        "error": error,
        "kept": built.is_kept,
        "cpu_ms": millis(built.cpu),
        "time_ms": millis(built.time),
        "memory_bytes": built.memory,
        "missing_layers": missing.collect::<Vec<_>>(),
    })
}
