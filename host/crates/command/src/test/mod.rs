//! `polymer test`: runs cases and shows where modules give something else than they expect.
//!
//! `cases` reads them, `case_run` runs them, `check` has a checker look at what they gave, `judge`
//! says what is wrong with how a case ended, `outcome` shows it. Only `case_run` and `check` run
//! anything, for `polymer calibrate` too.

mod case_run;
mod cases;
mod check;
mod judge;
mod outcome;

use super::args::TestArgs;
use super::error::CliError;
use super::exit::CommandExit;
use super::show;
use super::stderr::{say, shown};
pub(crate) use case_run::{case_files, run_cases};
pub use cases::CaseError;
pub use outcome::TestFormat;
pub(crate) use outcome::{CaseOutcome, TestOutcomes};
use std::io;

/// Tests modules.
pub(super) fn test(args: &TestArgs) -> Result<CommandExit, CliError> {
    let outcomes = run_cases(&args.running, &mut case_files(&args.running)?)?;
    let (text, beside) = outcomes.shown(args.format, args.running.modules().len());
    let text = if args.format == TestFormat::Text { shown(&text) } else { text };
    let is_shown = show(io::stdout(), &text);
    say(&beside);
    Ok(match (is_shown, outcomes.failed()) {
        (false, _) => CommandExit::Output,
        (true, 0) => CommandExit::Ok,
        (true, _) => CommandExit::Failed,
    })
}
