//! The flags of `polymer test`.

use super::paths::named_path;
use super::{CachingArgs, GrantArgs, LimitArgs, RetryArgs, WorkerArgs, parse_output_format};
use crate::test::compare::CompareMode;
use clap::Args;
use polymer_host_task::OutputFormat;
use std::path::PathBuf;

const TEST_EXAMPLES: &str = "\
A case is a line such as
  {\"input\": [1, 2], \"expect\": {\"output\": 3}}
  {\"id\": \"no text\", \"input\": \"\", \"expect\": {\"verdict\": \"bad_input\"}}

In place of `input` a case may have `input_base64`, or `input_parts`: [[\"text\", times], ...]. It may also have `id`, `task`,
`limits`, `retries`, `retry_on`, `compare`, and `form`: typed or command, for modules of that form only. `expect` may have
`verdict` (one or a list), `output`, `output_base64` or `output_parts`, `output_bytes`, `attempts`, `error` (`code`, `message`,
`exit_code`) and `log` (lines that appear in this order). Without a `verdict`, ok is expected. `v` is the version of a case, 1;
`polymer schema cases` has all of it as a JSON Schema.

Exit codes: 0 all cases passed, 100 some did not, 2 usage or a case that cannot be read, 96 set-up failed.";

/// The arguments of `polymer test`.
#[derive(Debug, Args)]
#[command(after_help = TEST_EXAMPLES)]
pub struct TestArgs {
    /// What is tested: a module or a project, as for `run`
    #[arg(value_parser = named_path())]
    pub module: PathBuf,
    /// A file of cases, one JSON object a line; - for standard input
    pub cases: PathBuf,
    /// How outputs are compared: exact; trim (white space at the ends of lines and of the output
    /// does not count); tokens (no white space counts); json (as values: order of keys and the way
    /// numbers are written do not count); float:EPS (as json, or as tokens where it is text, and
    /// numbers may differ by EPS, absolutely or relatively)
    #[arg(long, value_name = "MODE", default_value = "json")]
    pub compare: CompareMode,
    /// How bytes that tasks give are told, as for `run`
    #[arg(long, value_name = "text|json|base64", value_parser = parse_output_format)]
    pub output_format: Option<OutputFormat>,
    /// Do not hold inputs and outputs to the JSON Schemas that tasks declare
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
