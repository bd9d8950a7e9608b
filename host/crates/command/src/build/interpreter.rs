//! `polymer build @python` and `@javascript`: an interpreter, put where its name is looked for.

use super::super::args::BuildArgs;
use super::super::cache;
use super::super::error::CliError;
use super::super::exit::CommandExit;
use super::super::stderr::{self, NoticeWriter, say};
use super::tell;
use polymer_host_modules::BundledModules;
use polymer_host_modules::project::BuildTools;
use polymer_host_modules::project::interpreter::{self, Interpreter, InterpreterError, InterpreterOrder};

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
    let order = InterpreterOrder {
        interpreter,
        packages: args.package.clone(),
        requirements: args.requirements.clone(),
    };
    let scripts = cache::folder_of_scripts();
    let tools = BuildTools::default();
    let built =
        interpreter::build(&order, scripts.as_deref(), &tools, &mut NoticeWriter, stderr::is_quiet())?;
    if let Some(lock) = interpreter::give(built, &output)? {
        say(&format!("its packages stand in {}\n", lock.display()));
    }
    if args.output.is_none() {
        // Those that were installed come first.
        let found = BundledModules::installed().resolve(&args.path).unwrap_or_default();
        if found != output {
            say(&format!("warn: {} is {}, which comes first\n", args.path.display(), found.display()));
        }
    }
    Ok(if tell(&output).is_ok() { CommandExit::Ok } else { CommandExit::Output })
}
