//! Flags that say what tasks are expected to give.

use super::paths::named_path;
use clap::Args;
use polymer_host_task::{CheckProtocol, CompareMode};
use std::path::PathBuf;

/// What tasks are expected to give.
#[derive(Debug, Args)]
#[command(next_help_heading = "Judging")]
pub struct JudgingArgs {
    /// Read from FILE what each line of the input is expected to give, a line each: the output as a
    /// JSON string, an object with `expect`, `points`, `compare` and `checker_args` as in a task
    /// record, or null. A task that gives something else ends as wrong_output
    #[arg(long, value_name = "FILE", conflicts_with_all = ["tasks", "client", "repeat"], value_parser = named_path())]
    pub expect: Option<PathBuf>,
    /// How to compare outputs with expected ones where a record does not say: exact; trim (ignore
    /// white space at the ends of lines and of the output); tokens (compare words); json (compare
    /// values); float:EPS (as tokens or json; numbers may differ by EPS, absolutely or relatively);
    /// unordered-lines (as trim, in any order); ends-with (ignore what stands before);
    /// validator:ARGUMENTS (as the default validator of problem packages)
    #[arg(long, value_name = "MODE", default_value = "trim")]
    pub compare: CompareMode,
    /// Have MODULE, in workers of its own, say of each output whether it is right, in place of a
    /// comparison: a task, as for `run`, which is given {"id", "input", "output", "expected",
    /// "max_points"} and answers {"accept", "points", "message"}. It looks at the output of each
    /// task that ends as expected, but of records that have `compare`
    #[arg(long, value_name = "MODULE", conflicts_with = "compare", value_parser = named_path())]
    pub checker: Option<PathBuf>,
    /// Have MODULE, in workers of its own, talk with each task and say whether what it did is
    /// right: the stdout of one is the stdin of the other. Both are programs. MODULE reads {"id",
    /// "input", "expected", "max_points"} in one line first, and the task nothing but what MODULE
    /// writes. Its exit code is its answer: 0 or 42 accepts, 1 or 43 does not. Takes two workers
    /// for each task that runs
    #[arg(long, value_name = "MODULE", conflicts_with_all = ["compare", "checker"], value_parser = named_path())]
    pub interactor: Option<PathBuf>,
    /// How the MODULE of --checker or --interactor is called: json (one JSON value, as said there),
    /// or validator (as an output validator of the ICPC/Kattis problem package format: INPUT ANSWER
    /// FEEDBACK_DIR and the record's `checker_args` as arguments, the output or the other side on
    /// stdin; exit code 42 accepts and 43 does not; judgemessage.txt and score.txt in FEEDBACK_DIR
    /// are read)
    #[arg(long, value_name = "PROTOCOL", default_value = "json")]
    pub checker_protocol: CheckProtocol,
}

impl JudgingArgs {
    /// Returns whether a module judges tasks.
    #[must_use]
    pub const fn has_judge(&self) -> bool {
        self.checker.is_some() || self.interactor.is_some()
    }

    /// How outputs are compared, and how a checker or an interactor is called.
    #[must_use]
    pub const fn calls(&self) -> (CompareMode, CheckProtocol) {
        (self.compare, self.checker_protocol)
    }
}
