//! The command line: its flags, their defaults and their help. Only this file, its folder,
//! `settings`, which layers what flags say, and the names of formats know of clap.
//!
//! It must never open or start anything.

mod amounts;
mod log_flags;
mod making;
mod meant;
mod no_start;
mod paths;
mod recording;
mod retrying;
pub(super) mod short_help;
mod testing;
mod version;

#[cfg(test)]
pub(super) use amounts::tests::SPELLINGS;
pub use log_flags::{LogArgs, LogLevelFlag, WhenToColour, WhenToShowLog};
pub use making::{BuildArgs, CacheAction, CacheArgs, CachePlace, InspectArgs, NewArgs, SchemaArgs};
pub(super) use meant::verdict_meant;
pub use no_start::NoStart;
pub use recording::{RecordingArgs, RerunArgs, ResumeArgs, StatusArgs, parse_verdict};
pub use retrying::{BackoffKind, DelayError, RetryArgs};
pub use testing::TestArgs;

use super::field::Field;
use super::grants::{self, DirFlag, EnvFlag, GrantError, ScratchFlag};
use super::input::{InputFormat, LineFields};
use super::input_source::FOREVER;
use super::workers::WorkerCount;
use clap::{ArgGroup, Args, Command, CommandFactory, FromArgMatches, Parser, Subcommand};
use paths::named_path;
use polymer_host_base::Sandbox;
use polymer_host_base::quantity;
use polymer_host_base::quantity::{NoQuantity, QuantityError, QuantityKind, parse_fuel, parse_size};
use polymer_host_task::collected::GlobError;
use polymer_host_task::{
    AllLimits, AllowedSupplies, CollectPatterns, Grants, Isolation, LONGEST_PAYLOAD, LONGEST_TIME, Limits,
    OutputFormat,
};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  Run a task for each line of a file, four at a time, and keep the records:
    polymer run primes.wasm --input numbers.jsonl -j 4 -o records.jsonl

  Feed files to any WASI program; it sees nothing else, and at most 5 s and 64 MiB each:
    find texts -name '*.md' -print0 | polymer run wordcount.wasm -0 --input-format file --timeout 5s --memory 64MiB";

const RUN_EXAMPLES: &str = "\
Amounts: fuel as 500M, 1e9 or 1_000_000, sizes as 64KiB, 1.5GiB, 256MB (of 1000) or bare bytes, times as
250ms, 2.5s, 1m30s or bare seconds.

Settings: flags can also be set by variables (POLYMER_FUEL=2G), and in a profile of
polymer.toml or of ~/.config/polymer/config.toml (fuel = \"2G\"). Flags count before variables,
variables before polymer.toml, and that before your own file. `polymer schema config` prints the JSON Schema
of both files.

Exit codes: 0 every task ended ok, 100 some did not, 2 usage, 96 set-up failed, 106 halted early,
110 records could not be written or stdout is closed, 128 + N stopped by signal N (130, 143).

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

/// Runs many tasks in parallel from WebAssembly code you do not trust.
///
/// Each line of input is one task and gives exactly one record, as a line of JSON. Tasks run in
/// worker processes of their own, and touch nothing but what you grant.
#[derive(Debug, Parser)]
#[command(name = "polymer", version, long_version = version::long(), after_help = EXAMPLES, max_term_width = 120)]
pub struct Cli {
    /// Colours in what is said to people: auto (on a terminal, as NO_COLOR, CLICOLOR_FORCE and TERM
    /// have it), always, never
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
    /// Go on with a run that was stopped, killed or lost: what has a record is not run again
    Resume(ResumeArgs),
    /// Run again what failed in a run, and only that; its records are replaced
    Rerun(RerunArgs),
    /// Say where a run stands, also while it goes on
    Status(StatusArgs),
    /// Write a small project for a task: code that works, a page on how to go on, cases to test it
    /// by
    New(NewArgs),
    /// Build a project with its language's own tools, and print where its module is
    Build(BuildArgs),
    /// Run the cases of a file and show where a module gives something else than they expect
    Test(Box<TestArgs>),
    /// Show what a module is, what it imports, and the flags that grant its wishes
    Inspect(InspectArgs),
    /// Show what this machine offers, what stands around a worker here, and whether a first task
    /// runs
    Doctor,
    /// Say where compiled code is kept, or throw it out
    Cache(CacheArgs),
    /// Print the JSON Schema of a file that polymer writes or reads, for editors and programs
    Schema(SchemaArgs),
}

/// The arguments of `polymer run`.
#[derive(Debug, Args)]
#[command(after_help = RUN_EXAMPLES, group = ArgGroup::new("what").required(true).args(["module", "tasks"]))]
pub struct RunArgs {
    /// A .wasm or .wat file, or the folder of a project or a single file (.py, .js, .c, .cpp, .rs,
    /// .go, .zig), which is built first
    #[arg(value_parser = named_path())]
    pub module: Option<PathBuf>,

    /// Read lines from INPUT, as with --input; arguments for tasks stand behind --
    // It is read as --input: `settings` moves it there, so this is empty once flags and their
    // layers were resolved.
    #[arg(value_name = "INPUT", conflicts_with_all = ["input", "tasks"])]
    pub place: Option<PathBuf>,

    /// Where tasks come from.
    #[command(flatten)]
    pub input: InputArgs,
    /// Where records go.
    #[command(flatten)]
    pub output: OutputArgs,
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
    /// What is kept of the run.
    #[command(flatten)]
    pub recording: RecordingArgs,
    /// Where compiled code is kept.
    #[command(flatten)]
    pub caching: CachingArgs,
    /// What is said on the way.
    #[command(flatten)]
    pub log: LogArgs,
    /// Where the other flags come from.
    #[command(flatten)]
    pub settings: SettingsArgs,
}

/// Where tasks come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// Read task records from FILE (- for standard input), each naming its own module and input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["input", "input_format", "input_field", "id_field", "invoke"])]
    pub tasks: Option<PathBuf>,
    /// Where relative paths of task records start; default: the folder of their file
    #[arg(long, value_name = "DIR", requires = "tasks", value_parser = named_path())]
    pub base: Option<PathBuf>,
    /// Let task records have `args`: arguments behind those of --arg
    #[arg(long, conflicts_with = "module", help_heading = GRANTS)]
    pub allow_args: bool,
    /// Let task records set this variable by `env`, in place of what --env says of it
    #[arg(long, value_name = "NAME", conflicts_with = "module", help_heading = GRANTS, value_parser = parse_variable)]
    pub allow_env: Vec<String>,
    /// Run this one of the module's tasks; default: its first. `polymer inspect` lists them
    #[arg(long, value_name = "NAME", conflicts_with_all = ["tasks", "invoke"])]
    pub task: Option<String>,
    /// Call this exported function of MODULE, which is any component, once for each line:
    /// ns:pkg/iface.func, or func where it stands in no interface; `polymer inspect` lists them. A
    /// line is a JSON array of arguments, an object that names them, or one argument
    #[arg(long, value_name = "FUNCTION", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    #[arg(conflicts_with = "reuse")]
    pub invoke: Option<String>,
    /// Read lines from FILE (- for standard input, the default). What is compressed with gzip or
    /// Zstandard is read as what it holds
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// What a line is: a JSON value, raw text, or the path of an input file; or all of the input is
    /// one task, an empty one too (whole); default: json for typed tasks, text for commands
    #[arg(long, value_name = "json|text|file|whole", value_enum, hide_possible_values = true)]
    pub input_format: Option<InputFormat>,
    /// A zero ends each line, as `find -print0` writes them, so that names may have any other byte
    #[arg(short = '0', long)]
    pub null: bool,
    /// Take this field of a line, which is a JSON object, as its input: a name, NAME.NAME for a
    /// field in a field, or a JSON pointer (/a/b). A command reads a string as text. Lines are JSON
    /// then; default: all of the line
    #[arg(long, value_name = "NAME")]
    pub input_field: Option<Field>,
    /// Call tasks by this field of their JSON object, named in the same way; default: the number of
    /// the line
    #[arg(long, value_name = "NAME")]
    pub id_field: Option<Field>,
    /// Do not hold inputs and outputs to the JSON Schemas that tasks declare
    #[arg(long)]
    pub no_validate: bool,
    /// Read the input N times in all, which needs a regular file; line numbers count on, ids from
    /// fields and records come again, and a round without a task is the last
    #[arg(long, value_name = "N|forever", default_value = "1", value_parser = parse_rounds)]
    pub repeat: u64,
}

/// Where records go.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write records to FILE, in place of what it has; default: standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Add records to the FILE of -o and keep what it has; `--skip-done FILE -o FILE --append` goes
    /// on with a run that was not finished. The start of a record at its end is cut off, another
    /// last line without an end gets one
    #[arg(long, requires = "output")]
    pub append: bool,
    /// How bytes that tasks give stand in records, a command's stdout, what a raw task returns or a
    /// function's `list<u8>`: text (a command's default), json (they are a JSON value) or base64 (a
    /// raw task's default)
    #[arg(long, value_name = "text|json|base64", value_parser = parse_output_format)]
    pub output_format: Option<OutputFormat>,
    /// Put files of a task's --scratch that match into its record, as `files`: a pattern of their
    /// paths in it, such as '*.o', 'out/**' or '**/*.log'. All of a task together at most
    /// --output-limit, and 1000 of them
    #[arg(long, value_name = "GLOB", requires = "scratch", value_parser = parse_glob)]
    pub collect: Vec<String>,
    /// Write records in the order of their lines, not as tasks end; while one is waited for up to
    /// 4096 others are held, fewer where they take 16 MiB, and then no more lines are read. With
    /// --run-dir none is held: they are put into order when the session is over
    #[arg(short, long)]
    pub keep_order: bool,
}

/// What each task may use.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// Time for a task, queueing and compiling not counted
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_time)]
    pub timeout: Duration,
    /// Fuel for a task: about one unit an instruction
    #[arg(long, value_name = "FUEL", default_value = "30G", value_parser = parse_fuel)]
    pub fuel: u64,
    /// Memory of a task, over all its linear memories
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = parse_size)]
    pub memory: u64,
    /// Size of an input
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = parse_payload)]
    pub input_limit: u64,
    /// Size of an output
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = parse_payload)]
    pub output_limit: u64,
    /// Size of each file a task writes into a granted folder
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_size)]
    pub file_limit: u64,
    /// Size of the log kept of a task, its newest part
    #[arg(long, value_name = "SIZE", default_value = "64KiB", value_parser = parse_payload)]
    pub log_limit: u64,
    /// Size of a module
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = parse_payload)]
    pub module_limit: u64,
    /// Memory for the modules of --tasks and their code that are open at a time, one that is larger
    /// by itself excepted; what no task needs goes and is opened again when one does. Default: an
    /// eighth of the memory there is, at least 64MiB
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub module_memory: Option<u64>,
    /// CPU time for compiling a module, in whole seconds
    #[arg(long, value_name = "TIME", default_value = "120s", value_parser = parse_time)]
    pub compile_timeout: Duration,
    /// Memory for compiling a module
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_size)]
    pub compile_memory: u64,
}

/// What each task may touch. Nothing, unless it is granted.
#[derive(Debug, Args)]
#[command(next_help_heading = GRANTS)]
pub struct GrantArgs {
    /// Let tasks open the folder HOST, called GUEST (default: HOST as written), to read (:ro, the
    /// default) or also to write (:rw)
    #[arg(long = "dir", value_name = "HOST[::GUEST][:ro|:rw]")]
    pub dirs: Vec<DirFlag>,
    /// Let tasks see an environment variable: its value here, or V
    #[arg(long, value_name = "K[=V]")]
    pub env: Vec<EnvFlag>,
    /// Give each attempt a folder to write into, called GUEST (default: /scratch), in memory, for
    /// SIZE in all; it is wiped after, and empty before but for the `files` of a task record. With
    /// ::. as GUEST it is where relative paths start
    #[arg(long, value_name = "SIZE[::GUEST]")]
    pub scratch: Option<ScratchFlag>,
    /// Tell tasks their id and the number of the attempt, from 1: POLYMER_TASK_ID, POLYMER_ATTEMPT
    #[arg(long)]
    pub task_env: bool,
    /// Give tasks an argument
    #[arg(long = "arg", value_name = "A", allow_hyphen_values = true)]
    pub args: Vec<String>,
    /// Arguments for tasks, behind those of --arg
    #[arg(last = true, value_name = "A")]
    pub more_args: Vec<String>,
}

/// Who works.
#[derive(Debug, Args)]
#[command(next_help_heading = "Workers")]
pub struct WorkerArgs {
    /// Worker processes: a number, a share of the usable cores, or -2 for all cores but two
    #[arg(short = 'j', long, alias = "jobs", value_name = "N|50%|-2", default_value = "100%")]
    #[arg(allow_hyphen_values = true)]
    pub workers: WorkerCount,
    /// The jail around each worker: auto (what the machine gives, what it lacks is told), strict
    /// (all or nothing), off (limits only); `polymer doctor` shows it
    #[arg(long, value_name = "auto|strict|off", default_value = "auto", value_parser = parse_sandbox)]
    pub sandbox: Sandbox,
    /// What one worker process may run, one after the other, each in an instance of its own: tasks
    /// of any module (instance), of one module, or one task (process)
    #[arg(long, value_name = "instance|module|process", default_value = "module", value_parser = parse_isolation)]
    pub isolation: Isolation,
    /// Let one instance of a typed task serve N tasks of the same module and grants: quicker where
    /// a language takes long to start, but a task finds what others left in memory. Commands are
    /// always fresh
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    #[arg(conflicts_with_all = ["task_env", "scratch"])]
    pub reuse: u32,
    /// Replace a worker after N attempts; default: never
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_tasks_per_worker: Option<u32>,
    /// Replace a worker that has more memory of its own than SIZE, once it ends what it is at;
    /// default: what a task may take, and 128 MiB
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub max_worker_memory: Option<u64>,
}

/// Where compiled code is kept.
#[derive(Debug, Args)]
#[command(next_help_heading = "Compiled code")]
pub struct CachingArgs {
    /// Keep compiled code in DIR, for later runs; default: $XDG_CACHE_HOME/polymer, else
    /// ~/.cache/polymer
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache", value_parser = named_path())]
    pub cache_dir: Option<PathBuf>,
    /// Keep no compiled code and use none of earlier runs
    #[arg(long)]
    pub no_cache: bool,
    /// Keep so much at most; what was not used for the longest time goes first
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_size)]
    pub cache_size: u64,
}

/// Where the other flags come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Settings")]
pub struct SettingsArgs {
    /// Apply [profile.NAME] of polymer.toml, and of your own $XDG_CONFIG_HOME/polymer/config.toml
    /// (~/.config/...) under it, over their [profile.default], which applies by itself
    #[arg(short = 'P', long, value_name = "NAME")]
    pub profile: Option<OsString>,
    /// Read profiles from FILE, which is trusted then; default: polymer.toml in the current folder,
    /// if there is one, whose [profile.default] may tighten limits, set workers, order and
    /// progress, and nothing else
    #[arg(long, value_name = "FILE", value_parser = named_path())]
    pub config: Option<PathBuf>,
    /// Take settings from the command line alone: from no file and no variable
    #[arg(long, conflicts_with_all = ["profile", "config"])]
    pub no_config: bool,
    /// Run nothing: print every setting and where it comes from, in lines that can stand in a
    /// profile
    #[arg(long)]
    pub dry_run: bool,
}

impl Cli {
    /// Reads a command line, the program's name first.
    ///
    /// # Errors
    /// If it is wrong, or asks for help or the version.
    pub fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, NoStart> {
        let args: Vec<OsString> = args.into_iter().collect();
        let matches = short_help::command(&args).try_get_matches_from(args);
        matches.and_then(|matches| Self::from_arg_matches(&matches)).map_err(|error| NoStart::of(&error))
    }

    /// Every command and flag, as clap knows them.
    pub(super) fn flags() -> Command {
        amounts::with_examples(Self::command())
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
        LineFields { id: self.id_field.clone(), input: self.input_field.clone() }
    }
}

impl LimitArgs {
    /// What each task may use.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let Self { timeout, fuel, memory, input_limit, output_limit, log_limit, .. } = *self;
        AllLimits { fuel, timeout, memory, input: input_limit, output: output_limit, log: log_limit }.into()
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
}

fn parse_variable(text: &str) -> Result<String, &'static str> {
    let is_name = !text.is_empty() && !text.contains(['=', '\0']);
    if is_name {
        Ok(text.to_owned())
    } else {
        Err("write the name of one variable; its value is the record's")
    }
}

fn parse_glob(text: &str) -> Result<String, GlobError> {
    CollectPatterns::new(vec![text.to_owned()]).map(|_| text.to_owned())
}

fn parse_payload(text: &str) -> Result<u64, String> {
    let bytes = parse_size(text).map_err(|error| error.to_string())?;
    if bytes > LONGEST_PAYLOAD {
        Err("it is too large: it may be at most 1GiB".to_owned())
    } else {
        Ok(bytes)
    }
}

fn parse_sandbox(text: &str) -> Result<Sandbox, &'static str> {
    Sandbox::named(text).ok_or("it is auto, strict or off")
}

fn parse_isolation(text: &str) -> Result<Isolation, &'static str> {
    Isolation::named(text).ok_or("it is instance, module or process")
}

fn parse_output_format(text: &str) -> Result<OutputFormat, &'static str> {
    OutputFormat::named(text).ok_or("it is text, json or base64")
}

fn parse_rounds(text: &str) -> Result<u64, &'static str> {
    if text == "forever" {
        return Ok(FOREVER);
    }
    match text.parse() {
        Ok(0) | Err(_) => Err("write a number from 1 on, or `forever`"),
        Ok(rounds) => Ok(rounds),
    }
}

fn parse_time(text: &str) -> Result<Duration, QuantityError> {
    let time = quantity::parse_time(text)?;
    let too_large = QuantityError { quantity: QuantityKind::Time, why: NoQuantity::TooLarge };
    if time > LONGEST_TIME { Err(too_large) } else { Ok(time) }
}

#[cfg(test)]
mod tests;
