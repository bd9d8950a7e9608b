//! The flags of `polymer test`.

use super::paths::named_path;
use super::{CachingArgs, GrantArgs, LimitArgs, RetryArgs, WorkerArgs, parse_output_format};
use crate::test::TestFormat;
use clap::Args;
use polymer_host_task::{CompareMode, OutputFormat};
use std::path::{Path, PathBuf};

const TEST_EXAMPLES: &str = "\
A case is a line of JSON such as
  {\"input\": [1, 2], \"expect\": {\"output\": 3}}
  {\"id\": \"no text\", \"input\": \"\", \"expect\": {\"verdict\": \"bad_input\"}}

Instead of `input`, a case may have `input_base64`, or `input_parts`: [[\"text\", times], ...]. It may \
also have `id`, `task`, `limits`, `retries`, `retry_on`, `compare`, and `form` (typed or command, for \
modules of that form only). `expect` may have `verdict` (one or a list), `output`, `output_base64` or \
`output_parts`, `output_bytes`, `attempts`, `error` (`code`, `message`, `exit_code`) and `log` (lines \
that appear in this order). Without `verdict`, ok is expected. `v` is the version of a case, 1. \
`polymer schema cases` prints the JSON Schema of a case.

Exit codes: 0 all cases passed, 100 some did not, 2 usage error or unreadable case, 96 set-up failed.";

/// The arguments of `polymer test`.
#[derive(Debug, Args)]
#[command(after_help = TEST_EXAMPLES, override_usage = "polymer test [OPTIONS] <MODULE>... <CASES> [-- <A>...]")]
pub struct TestArgs {
    /// How to show the outcomes: failures and a sum (text), a line of JSON for each case (json), or
    /// an XML document that build servers read (junit)
    #[arg(long, value_name = "text|json|junit", default_value = "text")]
    pub format: TestFormat,
    /// Which cases, over which modules, and under what they run.
    #[command(flatten)]
    pub running: CaseArgs,
}

/// Cases, the modules they are run over, and what tasks run under.
#[derive(Debug, Args)]
pub struct CaseArgs {
    /// Modules or projects to test, as for `run`, and behind them the file of test cases, one JSON
    /// object per line; - for standard input. Each module is tested by all cases
    #[arg(value_names = ["MODULE", "CASES"], required = true, num_args = 1..)]
    pub paths: Vec<PathBuf>,
    /// How to compare outputs: exact; trim (ignore white space at the ends of lines and of the
    /// output); tokens (compare words, ignore the white space between them); json (compare values,
    /// ignore the order of keys and the notation of numbers); float:EPS (like json, or like tokens
    /// for text; numbers may differ by EPS, absolutely or relatively); unordered-lines (like trim,
    /// in any order); ends-with (ignore what stands before); validator:ARGUMENTS (as the default
    /// validator of problem packages)
    #[arg(long, value_name = "MODE", default_value = "json")]
    pub compare: CompareMode,
    /// Have MODULE say of each output whether it is right, in place of a comparison, as for `run`;
    /// not where a case has `compare`
    #[arg(long, value_name = "MODULE", conflicts_with = "compare", value_parser = named_path())]
    pub checker: Option<PathBuf>,
    /// Format of bytes that tasks output, as for `run`
    #[arg(long, value_name = "text|json|base64", value_parser = parse_output_format)]
    pub output_format: Option<OutputFormat>,
    /// Do not validate inputs and outputs against the JSON Schemas that tasks declare
    #[arg(long)]
    pub no_validate: bool,
    /// What each task may use.
    #[command(flatten)]
    pub limits: LimitArgs,
    /// What each task may touch.
    #[command(flatten)]
    pub grants: GrantArgs,
    /// Who works.
    #[command(flatten)]
    pub workers: WorkerArgs,
    /// What is tried again.
    #[command(flatten)]
    pub retrying: RetryArgs,
    /// Where compiled code is kept.
    #[command(flatten)]
    pub caching: CachingArgs,
}

impl CaseArgs {
    /// Modules that the cases are run over.
    #[must_use]
    pub fn modules(&self) -> &[PathBuf] {
        self.paths.split_last().map_or(&[], |(_, modules)| modules)
    }

    /// The file of cases.
    #[must_use]
    pub fn cases(&self) -> &Path {
        self.paths.last().map_or(Path::new("-"), PathBuf::as_path)
    }
}
