//! `polymer build @python` and `@javascript`: an interpreter, put where its name is looked for.

use super::super::args::BuildArgs;
use super::super::cache;
use super::super::error::CliError;
use super::super::exit::CommandExit;
use super::super::stderr::{self, NoticeWriter, say};
use super::{copy, is_same, tell};
use polymer_host_modules::BundledModules;
use polymer_host_modules::project::BuildTools;
use polymer_host_modules::project::interpreter::{self, Interpreter, InterpreterError, InterpreterOrder};
use std::fs;
use std::path::Path;

/// Makes it, and says on stdout where it is.
pub(super) fn build(args: &BuildArgs) -> Result<CommandExit, CliError> {
    if args.untrusted {
        return Err(CliError::UntrustedInterpreter(args.path.clone()));
    }
    let interpreter = Interpreter::named(&args.path)?;
    let output = match &args.output {
        Some(output) => output.clone(),
        None => BundledModules::users_own()
            .ok_or(InterpreterError::NoPlace)?
            .join(format!("{}.wasm", interpreter.name())),
    };
    let lock = output.with_extension("requirements.txt");
    if let Some(requirements) = args.requirements.as_deref().filter(|given| is_same(given, &lock)) {
        return Err(CliError::OverSource(requirements.to_path_buf()));
    }
    // Before anything is fetched.
    if let Some(folder) = args.output.as_deref().and_then(Path::parent).filter(|folder| *folder != "") {
        fs::metadata(folder).map_err(|error| CliError::cannot_write(&output, error))?;
    }
    let order = InterpreterOrder {
        interpreter,
        packages: args.package.clone(),
        requirements: args.requirements.clone(),
    };
    let scripts = cache::folder_of_scripts();
    let tools = BuildTools::default();
    let built =
        interpreter::build(&order, scripts.as_deref(), &tools, &mut NoticeWriter, stderr::is_quiet())?;
    if let (None, Some(folder)) = (&args.output, output.parent()) {
        fs::create_dir_all(folder).map_err(|error| CliError::cannot_write(folder, error))?;
    }
    copy(&built.module, &output).map_err(|error| CliError::cannot_write(&output, error))?;
    if let Some(text) = &built.lock {
        fs::write(&lock, text).map_err(|error| CliError::cannot_write(&lock, error))?;
        say(&format!("its packages stand in {}\n", lock.display()));
    }
    // Those that were installed come first.
    let found = BundledModules::installed().resolve(&args.path).ok().filter(|_| args.output.is_none());
    if let Some(other) = found.filter(|found| *found != output) {
        say(&format!("warn: {} is {}, which comes first\n", args.path.display(), other.display()));
    }
    Ok(if tell(&output).is_ok() { CommandExit::Ok } else { CommandExit::Output })
}
