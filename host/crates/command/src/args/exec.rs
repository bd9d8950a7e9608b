//! The flags of `polymer exec`. Those that `polymer run` has too are called so there and mean the
//! same, with the same default: a test compares them.
//!
//! It must never open or start anything.

use super::paths::named_path;
use super::{
    CachingArgs, FuelLimit, GrantArgs, ProfileArgs, parse_payload, parse_sandbox, parse_stack, parse_time,
};
use clap::Args;
use polymer_host_base::Sandbox;
use polymer_host_base::quantity::parse_size;
use polymer_host_task::{AllLimits, Limits};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// The word for the command.
const EXEC: &str = "exec";
/// The flag of every command that has a value.
const COLOR: &str = "--color";

const EXEC_EXAMPLES: &str = "\
Exit codes: that of the module (255 if it is larger), 124 out of time, 137 out of fuel, memory or \
output, 134 a trap or a worker that died, 125 polymer failed: usage error, no such module, one that \
is no command, a jail that cannot be put up. 128 + N signal N ended it (130, 143), 141 nobody reads \
its output.

What the module has not read of standard input when it ends is gone. On a terminal control \
characters are written out, unless --raw is given.

Settings: as for `polymer run`, from POLYMER_* variables and profiles, as far as they have a flag \
here.

Examples:
  polymer exec primes.wasm < numbers.txt | head
  polymer exec ./my-tool.rs --timeout 5s --fuel 2G -- --verbose input.txt
  polymer exec grep.wasm --dir data::/data -- -c pattern /data/log";

/// The arguments of `polymer exec`.
#[derive(Debug, Args)]
#[command(after_help = EXEC_EXAMPLES, override_usage = "polymer exec [OPTIONS] <MODULE> [-- <A>...]")]
pub struct ExecArgs {
    /// A command as a .wasm or .wat file (a core module with _start, or a component that exports
    /// wasi:cli/run); or a project directory or a single source file, which is built first
    #[arg(value_parser = named_path())]
    pub module: PathBuf,
    /// Write what the module prints to a terminal as it is, control characters too
    #[arg(long)]
    pub raw: bool,
    /// Do not say on standard error why the module was ended, nor what tools say that build it.
    /// Errors by which it was not run are always printed
    #[arg(short, long)]
    pub quiet: bool,
    /// What the module may use.
    #[command(flatten)]
    pub limits: ExecLimitArgs,
    /// What it may touch.
    #[command(flatten)]
    pub grants: GrantArgs,
    /// What surrounds it.
    #[command(flatten)]
    pub jail: ExecJailArgs,
    /// Where compiled code is kept.
    #[command(flatten)]
    pub caching: CachingArgs,
    /// Where other flags come from.
    #[command(flatten)]
    pub profiles: ProfileArgs,
}

/// What the one attempt may use. There is no limit of input, which flows.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct ExecLimitArgs {
    /// Time limit, without compiling
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_time)]
    pub timeout: Duration,
    /// CPU time limit, which other work on the machine does not use up
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub cpu_timeout: Option<Duration>,
    /// Fuel limit, about one unit per instruction, such as 2G; `off` counts none, which is faster:
    /// then only the time ends a loop
    #[arg(long, value_name = "FUEL", default_value = "30G")]
    pub fuel: FuelLimit,
    /// Memory limit, over all linear memories
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = parse_size)]
    pub memory: u64,
    /// Stack limit, beside the memory; at most 64MiB
    #[arg(long, value_name = "SIZE", default_value = "512KiB", value_parser = parse_stack)]
    pub stack: u64,
    /// Limit of all that is written to standard output. It flows and is not kept, so this is more
    /// than a task of `polymer run` may write: by default as much as the limit can be
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_payload)]
    pub output_limit: u64,
    /// Size limit of each file that is written into a granted directory
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_size)]
    pub file_limit: u64,
    /// Size limit of a module
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = parse_payload)]
    pub module_limit: u64,
    /// CPU time limit for compiling the module, in whole seconds
    #[arg(long, value_name = "TIME", default_value = "120s", value_parser = parse_time)]
    pub compile_timeout: Duration,
    /// Memory limit for compiling the module
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_size)]
    pub compile_memory: u64,
}

/// What surrounds the process that runs the module.
#[derive(Debug, Args)]
#[command(next_help_heading = "Worker")]
pub struct ExecJailArgs {
    /// Jail around the worker: auto (the layers that the machine offers), strict (all layers, or it
    /// fails), off (limits only). `polymer doctor` shows it
    #[arg(long, value_name = "auto|strict|off", default_value = "auto", value_parser = parse_sandbox)]
    pub sandbox: Sandbox,
    /// Turn off what the processor does ahead where that leaks between processes; slower
    #[arg(long)]
    pub limit_speculation: bool,
}

impl ExecLimitArgs {
    /// The limits of the attempt.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let Self { timeout, cpu_timeout: cpu, fuel, memory, output_limit: output, .. } = *self;
        let (FuelLimit(fuel), Limits { input, log, .. }) = (fuel, Limits::default());
        AllLimits { fuel, timeout, cpu, memory, input, output, log }.into()
    }
}

/// Returns whether a command line, the program's name first, is one of `polymer exec`, before it is
/// parsed: its errors have an exit code of their own.
#[must_use]
pub(crate) fn is_exec(argv: &[OsString]) -> bool {
    let mut words = argv.iter().skip(1);
    while let Some(word) = words.next() {
        if word == COLOR {
            words.next();
        } else if !word.to_string_lossy().starts_with('-') {
            return word == EXEC;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, CliCommand};
    use clap::Arg;

    fn read(line: &str) -> Result<ExecArgs, String> {
        let line = ["polymer", "exec"].into_iter().chain(line.split_whitespace()).map(OsString::from);
        match Cli::read(line).map_err(|no_start| no_start.text)?.action {
            CliCommand::Exec(args) => Ok(*args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_module_has_arguments_behind_two_dashes() {
        let args = read("a.wasm --fuel 2G --env A=b -- -x --fuel").unwrap();
        assert_eq!((args.limits.fuel.0, args.grants.env.len()), (Some(2_000_000_000), 1));
        assert_eq!(args.grants.more_args, ["-x", "--fuel"]);
        assert!(!args.raw && !args.quiet);
        for (line, says) in [
            ("", "MODULE"),
            ("a.wasm b", "unexpected argument 'b'"),
            ("a.wasm --fule 1", "'--fuel'"),
            ("a.wasm --output-limit 2GiB", "at most 1GiB"),
            ("-", "standard stream"),
            ("a.wasm -j 2", "unexpected argument '-j'"),
        ] {
            let said = read(line).unwrap_err();
            assert!(said.contains(says), "{line}\n{said}");
        }
    }

    #[test]
    fn limits_are_those_of_the_flags() {
        let args = read("a --timeout 1s --cpu-timeout 2s --fuel 3 --memory 4 --output-limit 5").unwrap();
        let (timeout, cpu) = (Duration::from_secs(1), Some(Duration::from_secs(2)));
        let Limits { input, log, .. } = Limits::default();
        let limits = AllLimits { fuel: Some(3), timeout, cpu, memory: 4, input, output: 5, log };
        assert_eq!(AllLimits::from(args.limits.limits()), limits);
    }

    /// What a person knows of one command holds for the other.
    #[test]
    fn flags_that_run_has_too_have_its_values_and_defaults() {
        let cli = Cli::flags();
        let flags = |name: &str| -> Vec<Arg> {
            let command = cli.find_subcommand(name).unwrap();
            command.get_arguments().filter(|arg| arg.get_long().is_some()).cloned().collect()
        };
        let facts = |arg: &Arg| {
            let names: Vec<String> =
                arg.get_value_names().unwrap_or_default().iter().map(ToString::to_string).collect();
            (arg.get_short(), names, arg.get_default_values().to_vec(), arg.get_value_parser().type_id())
        };
        let run = flags("run");
        let mut own = Vec::new();
        for flag in flags("exec") {
            let name = flag.get_long().unwrap();
            match run.iter().find(|other| other.get_long() == Some(name)) {
                Some(other) if facts(other) == facts(&flag) => {}
                Some(_) | None => own.push(name.to_owned()),
            }
        }
        assert_eq!(own, ["raw", "output-limit"]);
    }

    #[test]
    fn the_command_is_known_before_its_line_is_parsed() {
        for (line, is) in [
            ("polymer exec", true),
            ("polymer exec run", true),
            ("polymer --color never exec --no-such-flag", true),
            ("polymer --color=never exec", true),
            ("polymer run exec", false),
            ("polymer --color exec run", false),
            ("polymer", false),
            ("polymer --version", false),
            ("exec", false),
        ] {
            let argv: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(is_exec(&argv), is, "{line}");
        }
    }
}
