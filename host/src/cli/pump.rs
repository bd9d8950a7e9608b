//! The pump, which moves what was read into the run: it reads on while the run takes it, keeps lines where they are wanted again, and
//! passes over those that a sieve holds back.
//!
//! It must never know what a line means.

use super::input::{TakeLine, Taken};
use super::lines::{Line, Lines, Spool};
use super::taskfile::ModuleChanged;
pub use crate::journal::sieve::Sieve;
use crate::supervisor::inbox::{Command, RunEnded, Submitter};
use crate::task::{KeptLine, Submission};
use std::fmt;
use std::io::{self, BufRead};

/// Submissions that travel together at the most.
pub(super) const BATCH: usize = 64;
/// Bytes of input from which on a batch does not wait for more.
pub(super) const BATCH_BYTES: usize = 256 << 10;

/// The input cannot be read on.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the input after line {after}: {source}")]
pub struct ReadError {
    /// Lines that were read.
    pub after: u64,
    /// What the system says.
    pub source: io::Error,
}

/// Why nothing more is read.
#[derive(Debug, thiserror::Error)]
pub enum PumpError {
    /// The input cannot be read on.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A line names a module that is another one than it was.
    #[error(transparent)]
    Changed(#[from] ModuleChanged),
}

/// What is done with lines beside running them.
#[derive(Default)]
pub struct Beside {
    /// Which of them are run; all, if there is none.
    pub sieve: Option<Box<dyn Sieve + Send>>,
    /// Lines are kept with their tasks; those that are too long to be held are written there.
    pub spool: Option<Spool>,
}

impl fmt::Debug for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sieve = self.sieve.is_some();
        f.debug_struct("Beside").field("sieve", &sieve).field("spool", &self.spool).finish()
    }
}

/// Reads lines to the end, round by round, and submits what they say, in batches while input is at hand, at once when it is not.
/// Waits for input and while the run is busy, so it wants a thread of its own. Stops when the run has ended, though not before a line
/// or the end comes. Lines are counted over all rounds. Returns how much was submitted, if the input came to its end before the run.
///
/// # Errors
/// If the input cannot be read, or names what must not be run. What was read before is submitted, and the input then counts as ended.
pub fn pump<R: BufRead>(
    rounds: impl Iterator<Item = io::Result<R>>,
    take: &mut impl TakeLine,
    beside: &mut Beside,
    submitter: Submitter,
) -> Result<Option<u64>, PumpError> {
    // Whatever comes of it: that the submitter is dropped behind this tells the run that no more will come.
    match move_rounds(rounds, take, beside, &submitter) {
        Ok(submitted) => Ok(Some(submitted)),
        Err(Stop::RunEnded) => Ok(None),
        Err(Stop::Error(error)) => Err(error),
    }
}

enum Stop {
    RunEnded,
    Error(PumpError),
}

impl From<RunEnded> for Stop {
    fn from(RunEnded: RunEnded) -> Self {
        Self::RunEnded
    }
}

fn move_rounds<R: BufRead>(
    rounds: impl Iterator<Item = io::Result<R>>,
    take: &mut impl TakeLine,
    beside: &mut Beside,
    submitter: &Submitter,
) -> Result<u64, Stop> {
    let (mut seq, mut submitted) = (0, 0);
    for reader in rounds {
        let reader = reader.map_err(|source| Stop::Error(ReadError { after: seq, source }.into()))?;
        let mut lines = Lines::new(reader, take.line_limit(), seq);
        let round = move_lines(&mut lines, take, beside, submitter)?;
        if round.lines == 0 {
            // Nor would the next give anything, and it would not even wait for the run.
            break;
        }
        submitted += round.submitted;
        seq = lines.seq();
    }
    Ok(submitted)
}

fn move_lines<R: BufRead>(
    lines: &mut Lines<R>,
    take: &mut impl TakeLine,
    beside: &mut Beside,
    submitter: &Submitter,
) -> Result<Round, Stop> {
    let (mut batch, mut bytes, mut round) = (Vec::new(), 0, Round::default());
    loop {
        let after = lines.seq();
        let line = lines.next_line(beside.spool.as_mut());
        let line = line.map_err(|source| Stop::Error(ReadError { after, source }.into()))?;
        let Some(line) = line else { break };
        let Taken { module, submission, changed } = take.take(line);
        if let Some(changed) = changed {
            return Err(Stop::Error(changed.into()));
        }
        if let Some((id, file)) = module {
            submitter.send(Command::Module(id, file))?;
        }
        round.lines += u64::from(submission.is_some());
        let submission = submission.and_then(|submission| match &mut beside.sieve {
            Some(sieve) => sieve.sift(submission),
            None => Some(submission),
        });
        if let Some(mut submission) = submission {
            if beside.spool.is_some() {
                keep(&mut submission, line);
            }
            bytes += submission.held_bytes();
            round.submitted += 1;
            batch.push(submission);
        } else if submitter.has_ended() {
            // Nothing is sent, so nothing else would tell.
            return Err(Stop::RunEnded);
        }
        let is_full = batch.len() >= BATCH || bytes >= BATCH_BYTES;
        if !batch.is_empty() && (is_full || !lines.has_next()) {
            submitter.send(Command::Submit(std::mem::take(&mut batch)))?;
            bytes = 0;
        }
    }
    if !batch.is_empty() {
        submitter.send(Command::Submit(batch))?;
    }
    Ok(round)
}

/// What came of reading the input once.
#[derive(Debug, Default)]
struct Round {
    /// Lines that are not passed over by themselves.
    lines: u64,
    /// Those that the sieve let through.
    submitted: u64,
}

/// Keeps the line with what was made of it.
fn keep(submission: &mut Submission, line: Line<'_>) {
    let kept = match line {
        Line::Whole { bytes, .. } => Some(KeptLine::Held(bytes.into())),
        Line::TooLong { spooled, .. } => spooled.map(|(at, length)| KeptLine::Spooled { at, length }),
    };
    let place = match submission {
        Submission::Task(task) => &mut task.line,
        Submission::Rejected(rejection) => &mut rejection.line,
    };
    *place = kept.map(Box::new);
}
