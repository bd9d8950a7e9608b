//! The command line: its flags, their defaults and their help. Only this file, its folder,
//! `settings`, which layers what flags say, and the names of formats know of clap.
//!
//! It must never open or start anything.

mod amounts;
mod calibrating;
mod client;
mod exec;
mod export;
mod fuel_limit;
mod grouping;
mod installing;
mod judge;
mod judging;
mod log_flags;
mod making;
mod meant;
mod merging;
mod monitoring;
mod no_start;
mod output;
mod partitioning;
mod paths;
mod recording;
mod report;
mod retrying;
mod selecting;
pub(super) mod short_help;
mod testing;
mod version;
mod watching;

#[cfg(test)]
pub(super) use amounts::tests::SPELLINGS;
pub use calibrating::CalibrateArgs;
pub use client::{ClientArgs, DescriptorFlag};
pub(super) use exec::is_exec;
pub use exec::{ExecArgs, ExecJailArgs, ExecLimitArgs};
pub use export::ExportArgs;
pub use fuel_limit::FuelLimit;
pub use grouping::GroupArgs;
pub(crate) use grouping::{parse_tasks, whole_number};
pub use installing::{CompletionsArgs, ManArgs};
pub use judge::{
    BuildingArgs, JudgeArgs, JudgeWorkerArgs, ProblemJudgingArgs, TableArgs, TableFormat, TableRows,
};
pub use judging::JudgingArgs;
pub use log_flags::{
    EventsFlag, FailureOutput, LogArgs, LogFormat, LogLevelFlag, LoggedTasks, ShowProgress, WhenToColour,
    WhenToShowLog,
};
pub use making::{
    BuildArgs, CacheAction, CacheArgs, CachePlace, DoctorArgs, InspectArgs, NewArgs, SchemaArgs,
};
pub(super) use meant::verdict_meant;
pub use merging::MergeArgs;
pub use monitoring::MonitoringArgs;
pub use no_start::NoStart;
pub use output::OutputArgs;
pub use partitioning::PartitionFlag;
pub use recording::{RecordingArgs, RerunArgs, ResumeArgs, parse_verdict};
pub use report::ReportArgs;
pub(super) use retrying::parse_max_fail;
pub use retrying::{BackoffKind, DelayError, RetryArgs};
pub use testing::{CaseArgs, TestArgs};
pub(crate) use version::build_facts;
pub use watching::{StatusArgs, TopArgs};

use super::field::Field;
use super::grants::{self, DirFlag, EnvFlag, GrantError, ScratchFlag};
use super::input::{InputFormat, LineFields};
use super::input_source::FOREVER;
use super::workers::WorkerCount;
use clap::{ArgGroup, Args, Command, CommandFactory, FromArgMatches, Parser, Subcommand};
use paths::named_path;
use polymer_host_base::Sandbox;
use polymer_host_base::quantity;
use polymer_host_base::quantity::{NoQuantity, QuantityError, QuantityKind, parse_size};
use polymer_host_journal::output::record::RecordProjection;
use polymer_host_task::collected::GlobError;
use polymer_host_task::{
    AllLimits, AllowedSupplies, CollectPatterns, Grants, Isolation, LONGEST_PAYLOAD, LONGEST_TIME, Limits,
    Optimization, OutputFormat, STACKS,
};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  Run a task for each line of a file, four at a time, and save the records:
    polymer run primes.wasm --input numbers.jsonl -j 4 -o records.jsonl

  Run any WASI program on each file, with access to nothing else:
    find texts -name '*.md' -print0 | polymer run wordcount.wasm -0 --input-format file --timeout 5s --memory 64MiB";

const RUN_EXAMPLES: &str = "\
Amounts: fuel as 500M, 1e9 or 1_000_000; sizes as 64KiB, 1.5GiB, 256MB (powers of 1000) or bare \
bytes; times as 250ms, 2.5s, 1m30s or bare seconds.

Settings: flags can also be set by environment variables (POLYMER_FUEL=2G), and in a profile of \
polymer.toml or ~/.config/polymer/config.toml (fuel = \"2G\"). Flags override variables, variables \
override polymer.toml, and polymer.toml overrides your own config.toml. `polymer schema config` \
prints the JSON Schema of both files.

Exit codes: 0 every task ended ok, 100 some did not, 2 usage error, 96 set-up failed, 106 halted \
early, 110 records could not be written or stdout is closed, 128 + N stopped by signal N (130, 143).

Examples:
  seq 100 | polymer run primes.wasm
  polymer run primes.wasm numbers.jsonl.gz
  polymer run ./my-task --input in.jsonl -o out.jsonl --fuel 2G
  polymer run grep.wasm --input-format text --dir data::/data -- -c pattern
  polymer run shapes.wasm --invoke geo:shapes/plane.area --input figures.jsonl
  polymer run --tasks records.jsonl --retries 2 --keep-order
  polymer run grade.wasm --input answers.jsonl --run-dir grades   # then: polymer resume grades";

/// Where flags stand in the help by which tasks are given something.
const GRANTS: &str = "Grants (a task touches nothing else)";

/// Runs many tasks in parallel from untrusted WebAssembly code.
///
/// Each line of input is one task and gives exactly one record, a line of JSON. Tasks run in
/// separate worker processes and can access only what you grant.
#[derive(Debug, Parser)]
#[command(name = "polymer", version, long_version = version::long(), after_help = EXAMPLES, max_term_width = 120)]
pub struct Cli {
    /// Use colours in messages: auto (on a terminal, subject to NO_COLOR, CLICOLOR_FORCE and TERM),
    /// always or never
    #[arg(long, value_name = "auto|always|never", value_enum, default_value_t = WhenToColour::Auto, global = true)]
    #[arg(hide_possible_values = true, help_heading = "Terminal")]
    pub color: WhenToColour,
    /// What to do.
    #[command(subcommand)]
    pub action: CliCommand,
}

/// What the command does.
#[derive(Debug, Subcommand)]
pub enum CliCommand {
    /// Run a task for each line of input
    Run(Box<RunArgs>),
    /// Run a command once, with its standard streams as they flow
    Exec(Box<ExecArgs>),
    /// Resume a run that was stopped or lost, without what has a record
    Resume(ResumeArgs),
    /// Rerun only the failed tasks of a run, and replace their records
    Rerun(RerunArgs),
    /// Merge the folders of partitions into one run
    Merge(MergeArgs),
    /// Show the state of a run, also while it runs
    Status(StatusArgs),
    /// Watch a run: workers and their tasks, failures, queues
    Top(TopArgs),
    /// Write the records of a run as CSV, JSON, a log or a timeline
    Export(ExportArgs),
    /// Write a page about a run: what failed and why, times, limits
    Report(ReportArgs),
    /// Create a small project for a task: code, a README and test cases
    New(NewArgs),
    /// Build a project with the tools of its language, and print the path of its module
    Build(BuildArgs),
    /// Run test cases, and show where results differ from the expected
    Test(Box<TestArgs>),
    /// Judge programs by the cases of problems; write a table of grades
    Judge(Box<JudgeArgs>),
    /// Propose limits from what references need to pass test cases
    Calibrate(Box<CalibrateArgs>),
    /// Show what a module is, what it imports, and the flags that grant what it asks for
    Inspect(InspectArgs),
    /// Check what this machine offers, and whether a first task runs
    Doctor(DoctorArgs),
    /// Show the path of the compile cache, or clear it
    Cache(CacheArgs),
    /// Print the JSON Schema of a file that polymer writes or reads
    Schema(SchemaArgs),
    /// Print a script that completes commands and flags in a shell
    Completions(CompletionsArgs),
    /// Write the manual pages of polymer into a directory
    Man(ManArgs),
}

/// The arguments of `polymer run`.
#[derive(Debug, Args)]
#[command(after_help = RUN_EXAMPLES, group = ArgGroup::new("what").required(true).args(["module", "tasks"]))]
pub struct RunArgs {
    /// A .wasm or .wat file; or a project directory or a single source file (.py, .js, .c, .cpp,
    /// .rs, .go, .zig), which is built first; or the URL of a module, with #sha256=HEX
    #[arg(value_parser = named_path())]
    pub module: Option<PathBuf>,

    /// Read lines from INPUT, like --input; arguments for tasks go after --
    // It is read as --input: `settings` moves it there, so this is empty once flags and their
    // layers were resolved.
    #[arg(value_name = "INPUT", conflicts_with_all = ["input", "tasks"])]
    pub place: Option<PathBuf>,

    /// Where tasks come from.
    #[command(flatten)]
    pub input: InputArgs,
    /// What tasks are expected to give.
    #[command(flatten)]
    pub judging: JudgingArgs,
    /// Where records go.
    #[command(flatten)]
    pub output: OutputArgs,
    /// A program that submits tasks.
    #[command(flatten)]
    pub client: ClientArgs,
    /// What each task may use.
    #[command(flatten)]
    pub limits: LimitArgs,
    /// What each task may touch.
    #[command(flatten)]
    pub grants: GrantArgs,
    /// Who works.
    #[command(flatten)]
    pub workers: WorkerArgs,
    /// What is tried again, and when to give up.
    #[command(flatten)]
    pub retrying: RetryArgs,
    /// Policies of groups of tasks.
    #[command(flatten)]
    pub grouping: GroupArgs,
    /// What is kept of the run.
    #[command(flatten)]
    pub recording: RecordingArgs,
    /// Where compiled code is kept.
    #[command(flatten)]
    pub caching: CachingArgs,
    /// What is said on the way.
    #[command(flatten)]
    pub log: LogArgs,
    /// What watches the run.
    #[command(flatten)]
    pub monitoring: MonitoringArgs,
    /// Where the other flags come from.
    #[command(flatten)]
    pub settings: SettingsArgs,
}

/// Where tasks come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// Read task records from FILE (- for standard input) or the URL of an object; each names its
    /// own module and input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["input", "input_format", "input_field", "id_field", "invoke"])]
    pub tasks: Option<PathBuf>,
    /// Base directory of relative paths in task records; default: the directory of the --tasks file
    #[arg(long, value_name = "DIR", requires = "tasks", value_parser = named_path())]
    pub base: Option<PathBuf>,
    /// Allow `args` in task records: arguments that follow those of --arg
    #[arg(long, conflicts_with = "module", help_heading = GRANTS)]
    pub allow_args: bool,
    /// Allow task records to set this environment variable in `env`, which overrides --env
    #[arg(long, value_name = "NAME", conflicts_with = "module", help_heading = GRANTS, value_parser = parse_variable)]
    pub allow_env: Vec<String>,
    /// Run this task of the module; default: its first. `polymer inspect` lists them
    #[arg(long, value_name = "NAME", conflicts_with_all = ["tasks", "invoke"])]
    pub task: Option<String>,
    /// Call this exported function of MODULE (any component) once for each line: ns:pkg/iface.func,
    /// or func if it is in no interface. `polymer inspect` lists them. A line is a JSON array of
    /// the arguments, an object of arguments by name, or a single argument
    #[arg(long, value_name = "FUNCTION", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    #[arg(conflicts_with = "reuse")]
    pub invoke: Option<String>,
    /// Read lines from FILE (- for standard input, the default), or from an object by its URL:
    /// s3://, gs://, az:// or https://. Input in gzip or Zstandard format is decompressed
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// Format of a line: a JSON value (json), raw text (text), or the path of an input file (file).
    /// With whole, all of the input is one task, also if it is empty. Default: json for typed
    /// tasks, text for commands
    #[arg(long, value_name = "json|text|file|whole", value_enum, hide_possible_values = true)]
    pub input_format: Option<InputFormat>,
    /// Read lines that end with a zero byte, as `find -print0` writes them, so that names may
    /// contain any other byte
    #[arg(short = '0', long)]
    pub null: bool,
    /// Use this field of each line, a JSON object, as the input: a name, NAME.NAME for a nested
    /// field, or a JSON pointer (/a/b). Lines must then be JSON; a command gets a string as text.
    /// Default: the whole line
    #[arg(long, value_name = "NAME")]
    pub input_field: Option<Field>,
    /// Use this field of each line, a JSON object, as the task id, written as for --input-field;
    /// default: the line number
    #[arg(long, value_name = "NAME")]
    pub id_field: Option<Field>,
    /// Count each task for the group that this field of its line names, written as for
    /// --input-field: sums are kept for each group. With --tasks it is a field of the record
    /// (meta.student, module), for records without `group`
    #[arg(long, value_name = "NAME")]
    pub group_by: Option<Field>,
    /// Do not validate inputs and outputs against the JSON Schemas that tasks declare
    #[arg(long)]
    pub no_validate: bool,
    /// Read the input N times in total; it must be a regular file. Line numbers continue over the
    /// rounds, ids from fields and task records repeat. Reading stops after a round without a task
    #[arg(long, value_name = "N|forever", default_value = "1", value_parser = parse_rounds)]
    pub repeat: u64,
    /// Run only the lines of partition K of N, so that N runs, perhaps on as many machines, share
    /// the input: hash:K/N, K from 1 to N. With auto:N a scheduler's variable says K:
    /// SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX, AWS_BATCH_JOB_ARRAY_INDEX or CI_NODE_INDEX. A
    /// hash of a line's id, else of its bytes, says whose it is
    #[arg(long, value_name = "hash:K/N|auto:N", conflicts_with = "client")]
    pub partition: Option<PartitionFlag>,
}

/// What each task may use.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// Time limit of a task, without queueing and compiling
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_time)]
    pub timeout: Duration,
    /// CPU time limit of a task, which other work on the machine does not use up
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub cpu_timeout: Option<Duration>,
    /// Fuel limit of a task, about one unit per instruction, such as 2G; `off` counts none, which
    /// is faster: then only the time ends a loop
    #[arg(long, value_name = "FUEL", default_value = "30G")]
    pub fuel: FuelLimit,
    /// Memory limit of a task, over all its linear memories
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = parse_size)]
    pub memory: u64,
    /// Stack limit of a task, beside its memory; at most 64MiB, which an interpreter always has.
    /// What is built for the run is linked with as much
    #[arg(long, value_name = "SIZE", default_value = "512KiB", value_parser = parse_stack)]
    pub stack: u64,
    /// Size limit of an input
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = parse_payload)]
    pub input_limit: u64,
    /// Size limit of an output
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = parse_payload)]
    pub output_limit: u64,
    /// Size limit of each file that a task writes into a granted directory
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_size)]
    pub file_limit: u64,
    /// Size limit of a task's log, of which the newest part is kept
    #[arg(long, value_name = "SIZE", default_value = "64KiB", value_parser = parse_payload)]
    pub log_limit: u64,
    /// Size limit of a module
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = parse_payload)]
    pub module_limit: u64,
    /// Memory limit for the modules of --tasks that are open at a time, with their code; a single
    /// module may exceed it. Modules that no task needs are closed, and reopened when a task needs
    /// them. Default: an eighth of the usable memory, at least 64MiB
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub module_memory: Option<u64>,
    /// CPU time limit for compiling a module, in whole seconds
    #[arg(long, value_name = "TIME", default_value = "120s", value_parser = parse_time)]
    pub compile_timeout: Duration,
    /// Memory limit for compiling a module
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_size)]
    pub compile_memory: u64,
}

/// What each task may touch. Nothing, unless it is granted.
#[derive(Debug, Args)]
#[command(next_help_heading = GRANTS)]
pub struct GrantArgs {
    /// Grant tasks the directory HOST under the name GUEST (default: HOST as written), read-only
    /// (:ro, the default) or read-write (:rw)
    #[arg(long = "dir", value_name = "HOST[::GUEST][:ro|:rw]")]
    pub dirs: Vec<DirFlag>,
    /// Grant tasks the environment variable K, with its current value or with V
    #[arg(long, value_name = "K[=V]")]
    pub env: Vec<EnvFlag>,
    /// Give each attempt a writable scratch folder in memory, of SIZE (such as 64MiB) in total,
    /// under the name GUEST (default: /scratch). It starts empty except for the `files` of a task
    /// record, and is wiped afterwards. With ::. as GUEST, relative paths start in it
    #[arg(long, value_name = "SIZE[::GUEST]")]
    pub scratch: Option<ScratchFlag>,
    /// Set the variables POLYMER_TASK_ID and POLYMER_ATTEMPT for tasks: the id of the task and the
    /// number of the attempt, from 1
    #[arg(long)]
    pub task_env: bool,
    /// Pass an argument to tasks
    #[arg(long = "arg", value_name = "A", allow_hyphen_values = true)]
    pub args: Vec<String>,
    /// Arguments for tasks, after those of --arg
    #[arg(last = true, value_name = "A")]
    pub more_args: Vec<String>,
}

/// Who works.
#[derive(Debug, Args)]
#[command(next_help_heading = "Workers")]
pub struct WorkerArgs {
    /// Worker processes: a number, a percentage of the usable cores, or -2 for all cores but two
    #[arg(short = 'j', long, alias = "jobs", value_name = "N|50%|-2", default_value = "100%")]
    #[arg(allow_hyphen_values = true)]
    pub workers: WorkerCount,
    /// Jail around each worker: auto (the layers that the machine offers; missing ones are
    /// reported), strict (all layers, or the run fails), off (limits only). `polymer doctor` shows
    /// it
    #[arg(long, value_name = "auto|strict|off", default_value = "auto", value_parser = parse_sandbox)]
    pub sandbox: Sandbox,
    /// Turn off what the processor does ahead where that leaks between processes; slower. Workers
    /// report where it cannot be turned off
    #[arg(long)]
    pub limit_speculation: bool,
    /// Have every answer come by a worker's socket, and none by memory that it shares with the
    /// supervisor. The shortest tasks cost more then
    #[arg(long)]
    pub no_answer_ring: bool,
    /// Tasks that one worker process may run, one after another, each in its own instance: those of
    /// any module (instance), those of one module (module), or only one task (process)
    #[arg(long, value_name = "instance|module|process", default_value = "module", value_parser = parse_isolation)]
    pub isolation: Isolation,
    /// Let one instance of a typed task or an interpreter serve N tasks with the same module and
    /// grants. This is faster for languages that start slowly, but a task finds what earlier tasks
    /// left in memory. Other commands always get a fresh instance
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    #[arg(conflicts_with_all = ["task_env", "scratch"])]
    pub reuse: u32,
    /// Replace a worker after N attempts; default: never
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_tasks_per_worker: Option<u32>,
    /// Replace a worker whose own memory exceeds SIZE (such as 64MiB), once its current work is
    /// done; default: what the limits allow a task, plus 128 MiB
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub max_worker_memory: Option<u64>,
}

/// Where compiled code is kept.
#[derive(Debug, Args)]
#[command(next_help_heading = "Compiled code")]
pub struct CachingArgs {
    /// Directory of the compile cache, which keeps compiled code for later runs; default:
    /// $XDG_CACHE_HOME/polymer, else ~/.cache/polymer
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache", value_parser = named_path())]
    pub cache_dir: Option<PathBuf>,
    /// Disable the compile cache: keep no compiled code and use none of earlier runs
    #[arg(long)]
    pub no_cache: bool,
    /// Size limit of the compile cache; the least recently used code is removed first
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_size)]
    pub cache_size: u64,
    /// Compile for speed, or quick: in half the time, for modules that run little. Quick code may
    /// compute a third as fast, with the same fuel and outputs, and needs more of --stack
    #[arg(long, value_name = "MODE", default_value = "speed", value_parser = parse_optimization)]
    pub optimize: Optimization,
}

/// Where the other flags come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Settings")]
pub struct SettingsArgs {
    /// Which profiles.
    #[command(flatten)]
    pub profiles: ProfileArgs,
    /// Run nothing; print every setting and its origin, in lines that can be copied into a profile
    #[arg(long)]
    pub dry_run: bool,
}

/// Profiles that the other flags come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Settings")]
pub struct ProfileArgs {
    /// Apply [profile.NAME] of polymer.toml and, with lower precedence, of your own
    /// $XDG_CONFIG_HOME/polymer/config.toml (~/.config/...). It overrides [profile.default] of both
    /// files, which applies by itself
    #[arg(short = 'P', long, value_name = "NAME")]
    pub profile: Option<OsString>,
    /// Read profiles from FILE, which is then trusted. Default: polymer.toml in the current
    /// directory, if there is one; its [profile.default] may only tighten limits and set workers,
    /// order and progress
    #[arg(long, value_name = "FILE", value_parser = named_path())]
    pub config: Option<PathBuf>,
    /// Take settings only from the command line, not from files or variables
    #[arg(long, conflicts_with_all = ["profile", "config"])]
    pub no_config: bool,
}

impl Cli {
    /// Reads a command line, the program's name first.
    ///
    /// # Errors
    /// If it is wrong, or asks for help or the version.
    pub fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, NoStart> {
        let args: Vec<OsString> = args.into_iter().collect();
        let matches = short_help::command(&args).try_get_matches_from(args);
        let read = matches.and_then(|matches| Self::from_arg_matches(&matches));
        read.map_err(|error| NoStart::of(&error))?.checked()
    }

    /// That there is all that clap cannot count.
    fn checked(self) -> Result<Self, NoStart> {
        let (command, running) = match &self.action {
            CliCommand::Test(args) => ("test", &args.running),
            CliCommand::Calibrate(args) => ("calibrate", &args.running),
            _ => return Ok(self),
        };
        if running.modules().is_empty() {
            return Err(NoStart::usage(&format!(
                "the file of cases is missing: `polymer {command}` takes modules, and behind them that file\n\nUsage: polymer {command} [OPTIONS] <MODULE>... <CASES> [-- <A>...]"
            )));
        }
        Ok(self)
    }

    /// Every command and flag, as clap knows them.
    pub(super) fn flags() -> Command {
        Self::known().clone()
    }

    /// The same to look at. It is made once: a start of the command asks three times.
    pub(super) fn known() -> &'static Command {
        static FLAGS: LazyLock<Command> = LazyLock::new(|| amounts::with_examples(Cli::command()));
        &FLAGS
    }
}

impl InputArgs {
    /// What task records may bring with them.
    #[must_use]
    pub fn supplies(&self) -> AllowedSupplies {
        AllowedSupplies { args: self.allow_args, env: self.allow_env.clone() }
    }

    /// What is taken of lines that are objects.
    #[must_use]
    pub fn fields(&self) -> LineFields {
        LineFields {
            id: self.id_field.clone(),
            input: self.input_field.clone(),
            group: self.group_by.clone(),
        }
    }
}

impl LimitArgs {
    /// What each task may use.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let Self { timeout, cpu_timeout: cpu, fuel, memory, input_limit, output_limit, log_limit, .. } =
            *self;
        let (FuelLimit(fuel), input, output, log) = (fuel, input_limit, output_limit, log_limit);
        AllLimits { fuel, timeout, cpu, memory, input, output, log }.into()
    }
}

impl GrantArgs {
    /// What each task may touch. Looks at the folders and at polymer's environment.
    ///
    /// # Errors
    /// If a folder is not there or a variable is not set.
    pub fn grants(&self) -> Result<Grants, GrantError> {
        let args = [self.args.as_slice(), self.more_args.as_slice()].concat();
        let granted = grants::grants(&self.dirs, &self.env, args, |name| std::env::var_os(name))?;
        let scratch = self.scratch.as_ref().map(|ScratchFlag(scratch)| scratch.clone());
        if let Some(scratch) =
            scratch.as_ref().filter(|scratch| granted.dirs.iter().any(|dir| dir.guest == scratch.guest))
        {
            return Err(GrantError::SameGuest(scratch.guest.clone()));
        }
        Ok(Grants { task_env: self.task_env, scratch, ..granted })
    }
}

impl RunArgs {
    /// What each task may use.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits.limits()
    }

    /// What is read, where it is named.
    #[must_use]
    pub fn named_input(&self) -> Option<&Path> {
        self.input.tasks.as_deref().or(self.input.input.as_deref())
    }

    /// Where records go; `None` is standard output.
    #[must_use]
    pub fn output(&self) -> Option<&Path> {
        self.output.output.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// Part of each record that is written. Nothing, if the lines would have no fields where a
    /// later run needs some: in a run folder, and in a file that is appended to.
    #[must_use]
    pub const fn projection(&self) -> Option<RecordProjection> {
        if self.recording.run_dir.is_some() || self.output.append {
            self.output.emit.resumable()
        } else {
            Some(self.output.emit)
        }
    }
}

fn parse_variable(text: &str) -> Result<String, &'static str> {
    let is_name = !text.is_empty() && !text.contains(['=', '\0']);
    if is_name {
        Ok(text.to_owned())
    } else {
        Err("write the name of one variable; task records give its value")
    }
}

fn parse_glob(text: &str) -> Result<String, GlobError> {
    CollectPatterns::new(vec![text.to_owned()]).map(|_| text.to_owned())
}

/// A size of what travels in one message.
pub(super) fn parse_payload(text: &str) -> Result<u64, String> {
    let bytes = parse_size(text).map_err(|error| error.to_string())?;
    if bytes > LONGEST_PAYLOAD {
        Err("it is too large: at most 1GiB is allowed".to_owned())
    } else {
        Ok(bytes)
    }
}

fn parse_stack(text: &str) -> Result<u64, String> {
    let bytes = parse_size(text).map_err(|error| error.to_string())?;
    if STACKS.contains(&bytes) { Ok(bytes) } else { Err("a stack has 64KiB to 64MiB".to_owned()) }
}

fn parse_sandbox(text: &str) -> Result<Sandbox, &'static str> {
    Sandbox::named(text).ok_or("use auto, strict or off")
}

fn parse_isolation(text: &str) -> Result<Isolation, &'static str> {
    Isolation::named(text).ok_or("use instance, module or process")
}

fn parse_optimization(text: &str) -> Result<Optimization, &'static str> {
    Optimization::named(text).ok_or("use speed or quick")
}

fn parse_output_format(text: &str) -> Result<OutputFormat, &'static str> {
    OutputFormat::named(text).ok_or("use text, json or base64")
}

fn parse_rounds(text: &str) -> Result<u64, &'static str> {
    if text == "forever" {
        return Ok(FOREVER);
    }
    match text.parse() {
        Ok(0) | Err(_) => Err("write a number of at least 1, or `forever`"),
        Ok(rounds) => Ok(rounds),
    }
}

/// A time of at most a year.
pub(super) fn parse_time(text: &str) -> Result<Duration, QuantityError> {
    let time = quantity::parse_time(text)?;
    let too_large = QuantityError { quantity: QuantityKind::Time, why: NoQuantity::TooLarge };
    if time > LONGEST_TIME { Err(too_large) } else { Ok(time) }
}

#[cfg(test)]
mod tests;
