//! Whether an output is the one that was expected, and where it differs; and what a checker or an
//! interactor that is asked that is given and says.
//!
//! Outputs are bytes that a guest wrote: what reads them here is linear in their size and bounded
//! in what it tells. Nothing here may know how a task is run, read a clock or perform I/O.
#![forbid(unsafe_code)]

mod check;
mod compare;
mod diff;
mod output;
mod validator;

pub use check::{CheckCase, MESSAGE_MOST, read_answer, read_check, read_interactor};
pub use compare::{same_texts, same_values};
pub use diff::diff;
pub use output::difference;
pub use validator::{FEEDBACK_FILES, VALIDATOR_FOLDER, read_validator};

use polymer_host_task::{AttemptEnding, Expectation};

/// Judges the end of an attempt: its output is compared if that can change anything.
#[must_use]
pub fn judge(expect: &Expectation, ending: AttemptEnding) -> AttemptEnding {
    let compared = expect.output.as_ref().filter(|_| expect.needs_comparison(&ending));
    let difference = compared.and_then(|wanted| difference(wanted, ending.output.as_ref(), expect.compare));
    expect.judged(ending, difference)
}
