//! The flags of `polymer judge`. Those that `polymer run` has too are called so there and mean the
//! same: a test compares them.
//!
//! It must never open or start anything.

use super::paths::named_path;
use super::{CachingArgs, LimitArgs, ProfileArgs, parse_isolation, parse_sandbox, parse_time};
use crate::workers::WorkerCount;
use clap::Args;
use polymer_host_base::Sandbox;
use polymer_host_base::quantity::parse_size;
use polymer_host_problem::programs::NamePattern;
use polymer_host_task::{CompareMode, Isolation};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

const JUDGE_EXAMPLES: &str = "\
PROGRAMS is a folder with a folder or a file for each person, one program, or lines of JSON with \
`code` and `language`. Modules are run as they are; C, C++, Rust, Go and Zig are compiled in a jail; \
Python and JavaScript run in @python and @javascript, which `polymer build @python` makes.

CASES is a file of cases, one JSON object a line; a folder of NAME.in and NAME.ans or NAME.out; a \
problem package in the ICPC/Kattis format; or a folder of these, one for each problem.

Exit codes: 0 every cell was judged, 100 with --fail-on-wrong some were not right, 106 cells are \
missing or their judge failed, 2 usage error, 96 set-up failed, 110 the table could not be written, \
128 + N stopped by signal N (130, 143).

Examples:
  polymer judge hand-ins problem
  polymer judge hand-ins problems --run-dir week-3 --format csv -o grades.csv
  polymer judge samples.jsonl cases.jsonl --pass-at 1,5 --fuel 2G";

/// The arguments of `polymer judge`.
#[derive(Debug, Args)]
#[command(after_help = JUDGE_EXAMPLES, override_usage = "polymer judge [OPTIONS] <PROGRAMS> <CASES>")]
pub struct JudgeArgs {
    /// Programs: a folder, one program, or a file of JSON lines
    #[arg(value_parser = named_path())]
    pub programs: PathBuf,
    /// Cases: a file of JSON lines, a folder of cases, a problem package, or a folder of these
    #[arg(value_parser = named_path())]
    pub cases: PathBuf,
    /// Which file in a folder of several is the program, as a pattern such as main.* or solve.py;
    /// default: the only one, else that of the problem's name, else main.*
    #[arg(long, value_name = "NAME")]
    pub program: Option<NamePattern>,
    /// How outputs are judged.
    #[command(flatten)]
    pub judging: ProblemJudgingArgs,
    /// What is made of the outcomes.
    #[command(flatten)]
    pub table: TableArgs,
    /// How sources are compiled.
    #[command(flatten)]
    pub building: BuildingArgs,
    /// Folder that keeps what was judged. Judged again with the same folder, only what is new or
    /// changed is run, and what only is expected otherwise is judged anew; default: nothing is kept
    #[arg(long, value_name = "DIR", value_parser = named_path(), help_heading = "Records")]
    pub run_dir: Option<PathBuf>,
    /// Remove the records of programs that PROGRAMS has no more; default: they are kept and shown
    #[arg(long, requires = "run_dir", help_heading = "Records")]
    pub remove_absent: bool,
    /// What each program may use on each case.
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Who works.
    #[command(flatten)]
    pub workers: JudgeWorkerArgs,
    /// Where compiled code is kept.
    #[command(flatten)]
    pub caching: CachingArgs,
    /// Print nothing on standard error but errors by which nothing was judged
    #[arg(short, long, help_heading = "Log")]
    pub quiet: bool,
    /// Write the log to FILE; default: no log
    #[arg(long, value_name = "FILE", value_parser = named_path(), help_heading = "Log")]
    pub log_file: Option<PathBuf>,
    /// Where other flags come from.
    #[command(flatten)]
    pub profiles: ProfileArgs,
}

/// How outputs are judged where a problem does not say.
#[derive(Debug, Args)]
#[command(next_help_heading = "Judging")]
pub struct ProblemJudgingArgs {
    /// How to compare outputs where a problem or a case does not say, as for `run`
    #[arg(long, value_name = "MODE", default_value = "trim")]
    pub compare: CompareMode,
    /// Have MODULE say of each output whether it is right, as for `run`, where a problem has no
    /// validator of its own
    #[arg(long, value_name = "MODULE", conflicts_with = "compare", value_parser = named_path())]
    pub checker: Option<PathBuf>,
    /// Have MODULE talk with each program, as for `run`, where a problem has no validator of its
    /// own
    #[arg(long, value_name = "MODULE", conflicts_with_all = ["compare", "checker"], value_parser = named_path())]
    pub interactor: Option<PathBuf>,
    /// Take cases whose tests are code: `test` of a case is source that runs behind a program in
    /// Python or JavaScript. Such a program can forge that it passed; cases that compare outputs
    /// cannot be forged
    #[arg(long)]
    pub tests_as_code: bool,
    /// Run a program's cases one after another, and none behind the first that it fails
    #[arg(long)]
    pub stop_at_first_failure: bool,
}

/// Who works. Each program on each case has an instance of its own.
#[derive(Debug, Args)]
#[command(next_help_heading = "Workers")]
pub struct JudgeWorkerArgs {
    /// Worker processes: a number, a percentage of the usable cores, or -2 for all cores but two.
    /// As many sources are compiled at a time
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
    /// Cells that one worker process may run, one after another, each in its own instance: those of
    /// any program (instance), those of one program (module), or only one cell (process)
    #[arg(long, value_name = "instance|module|process", default_value = "module", value_parser = parse_isolation)]
    pub isolation: Isolation,
}

/// What is made of the outcomes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Table")]
pub struct TableArgs {
    /// How to write the table: for people (text), a row for each program (csv), or one JSON value
    /// with every cell (json)
    #[arg(long, value_name = "text|csv|json", default_value = "text")]
    pub format: TableFormat,
    /// What has a row in CSV: each program, or each person with the points of each problem
    #[arg(long, value_name = "programs|persons", default_value = "programs")]
    pub rows: TableRows,
    /// Write the table to FILE; default: standard output
    #[arg(short = 'o', long = "table", value_name = "FILE", value_parser = named_path())]
    pub output: Option<PathBuf>,
    /// Also estimate the chance that one of K programs for a problem is right, as a mean over the
    /// problems (pass@k)
    #[arg(long, value_name = "K,K", value_delimiter = ',')]
    pub pass_at: Vec<NonZeroU32>,
    /// Exit with 100 if any cell is not right
    #[arg(long)]
    pub fail_on_wrong: bool,
}

/// How sources are compiled.
#[derive(Debug, Args)]
#[command(next_help_heading = "Sources")]
pub struct BuildingArgs {
    /// CPU time limit for compiling a source, over all its processes
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_time)]
    pub build_cpu: Duration,
    /// Time limit for compiling a source
    #[arg(long, value_name = "TIME", default_value = "120s", value_parser = parse_time)]
    pub build_timeout: Duration,
    /// Memory limit for compiling a source, over all its processes
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_size)]
    pub build_memory: u64,
}

/// What has a row in a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TableRows {
    /// Each program.
    #[default]
    Programs,
    /// Each person.
    Persons,
}

impl std::str::FromStr for TableRows {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "programs" => Ok(Self::Programs),
            "persons" => Ok(Self::Persons),
            _ => Err("use one of programs, persons"),
        }
    }
}

/// How a table is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TableFormat {
    /// For people.
    #[default]
    Text,
    /// A row for each program.
    Csv,
    /// One JSON value.
    Json,
}

impl std::str::FromStr for TableFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            _ => Err("use one of text, csv, json"),
        }
    }
}
