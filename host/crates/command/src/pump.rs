//! The pump, which moves what was read into the run: it reads on while the run takes it, keeps
//! lines where they are wanted again, and passes over those that a sieve holds back.
//!
//! It must never know what a line means.

use super::file_conflicts::FileConflict;
use super::file_shortage::FileShortage;
use super::input::{InputEnd, LineOutcome, ModuleNews, TakeLine, WrittenFile, key_of};
use super::input_progress::InputProgress;
use super::input_shape::{ExpectedShape, InputShape, is_enough, judge};
use super::known_modules::ModuleChanged;
use super::lines::{InputLine, LineReader, LineSpool};
use super::lookahead::LookaheadReader;
use polymer_host_journal::dedup::LineOrigin;
pub use polymer_host_journal::dedup::{DedupFilter, LineFacts};
use polymer_host_journal::lines::JournalError;
use polymer_host_journal::output::out::AppendedFile;
use polymer_host_journal::partition_filter::PartitionFilter;
use polymer_host_journal::rerun_lines::TakenLine;
use polymer_host_run::inbox::{RunCommand, RunEnded, RunSubmitter};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{KeptLine, Submission};
use std::fmt;
use std::io::{self, BufRead};
use std::path::PathBuf;

/// Submissions that travel together at the most, where input is at hand: each batch costs two
/// wake-ups.
pub(super) const BATCH: usize = 256;
/// Bytes of input from which on a batch does not wait for more.
pub(super) const BATCH_BYTES: usize = 256 << 10;

/// The input cannot be read on.
#[derive(Debug, thiserror::Error)]
#[error("{source}, after line {after}")]
pub struct InputReadError {
    /// Lines that were read.
    pub after: u64,
    /// Error of the system, and the file it concerns.
    pub source: SystemError,
}

/// Why nothing more is read.
#[derive(Debug, thiserror::Error)]
pub enum PumpError {
    /// The input cannot be read on.
    #[error(transparent)]
    Read(#[from] InputReadError),
    /// Lines to run again that cannot be read.
    #[error(transparent)]
    Again(#[from] JournalError),
    /// A line names a module that is another one than it was.
    #[error(transparent)]
    Changed(#[from] ModuleChanged),
    /// The machine lacks what reading a line takes.
    #[error("cannot continue after line {after}")]
    Shortage {
        /// Lines that were read.
        after: u64,
        /// The shortage.
        source: FileShortage,
    },
    /// One of the first lines names a file that would be written.
    #[error(transparent)]
    Written(#[from] FileConflict),
    /// The input cannot be what is expected: none of it is run.
    #[error("the input looks like {shape:?}")]
    Shape {
        /// Actual shape.
        shape: InputShape,
        /// Expected shape.
        expected: ExpectedShape,
    },
}

/// Extra handling of lines, beside running them.
#[derive(Default)]
pub struct LineExtras {
    /// Name of the input.
    pub input: PathBuf,
    /// Which lines of the input are this run's; all, if there is none.
    pub partition: Option<PartitionFilter>,
    /// Which of those are run; all, if there is none.
    pub sieve: Option<Box<dyn DedupFilter + Send>>,
    /// Lines are kept with their tasks; those that are too long to be held are written there.
    pub spool: Option<LineSpool>,
    /// Lines that come before those of the input, each with its number.
    pub again: Option<RerunLines>,
    /// Hears how far the input is read.
    pub progress: Option<InputProgress>,
    /// Files that are emptied, where they are replaced, before the first line is handed on and once
    /// none of those that were read with it names one of them.
    pub replaced: Vec<AppendedFile>,
}

impl LineExtras {
    /// That the input cannot be read on after so many lines.
    fn unread(&self, after: u64, error: io::Error) -> InputReadError {
        InputReadError { after, source: SystemError::new(SystemOperation::Read, &self.input, error) }
    }
}

/// Lines that were taken back.
pub type RerunLines = Box<dyn Iterator<Item = Result<TakenLine, JournalError>> + Send>;

impl fmt::Debug for LineExtras {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sieve = self.sieve.is_some();
        f.debug_struct("Beside").field("sieve", &sieve).field("spool", &self.spool).finish()
    }
}

/// Reads lines to the end, round by round, and submits what they say, in batches while input is at
/// hand, at once when it is not. Waits for input and while the run is busy, so it wants a thread of
/// its own. Stops when the run has ended, though not before a line or the end comes. Lines are
/// counted over all rounds. Returns how much was submitted, if the input came to its end before the
/// run.
///
/// # Errors
/// If the input cannot be read, or names what must not be run. What was read before is submitted.
/// Whatever comes of it, the run learns that the input has ended when the submitter is dropped.
pub fn pump<R: BufRead>(
    rounds: impl Iterator<Item = io::Result<R>>,
    take: &mut impl TakeLine,
    beside: &mut LineExtras,
    submitter: &RunSubmitter,
) -> Result<Option<u64>, PumpError> {
    let mut moving = LinePump { take, beside, submitter, batch: Vec::new(), bytes: 0, has_sent: false };
    let moved = moving.again().and_then(|again| Ok(again + moving.rounds(rounds)?));
    // Not one of the lines before it is run: their records would go to the very file. Nor is there
    // a line in what is none of lines.
    if let Err(PumpStop::Error(error @ (PumpError::Written(_) | PumpError::Shape { .. }))) = moved {
        return Err(error);
    }
    // What was read is run, also if nothing more can be.
    match (moved, moving.send()) {
        (Err(PumpStop::Error(error)), _) => Err(error),
        (Ok(submitted), Ok(())) => Ok(Some(submitted)),
        _ => Ok(None),
    }
}

enum PumpStop {
    RunEnded,
    Error(PumpError),
}

impl From<RunEnded> for PumpStop {
    fn from(RunEnded: RunEnded) -> Self {
        Self::RunEnded
    }
}

impl<E: Into<PumpError>> From<E> for PumpStop {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// Lines on their way into the run.
struct LinePump<'a, T> {
    take: &'a mut T,
    beside: &'a mut LineExtras,
    submitter: &'a RunSubmitter,
    batch: Vec<Submission>,
    /// Bytes of input in the batch.
    bytes: usize,
    /// True if something was handed on, of which a record may be written by now.
    has_sent: bool,
}

/// Counts of the outcomes of some lines.
#[derive(Debug, Clone, Copy, Default)]
struct LineCounts {
    /// Those that are not passed over by themselves.
    lines: u64,
    /// Those of them that are other partitions'.
    others: u64,
    /// Those that the sieve let through.
    submitted: u64,
}

impl<T: TakeLine> LinePump<'_, T> {
    /// Moves the lines that come before those of the input.
    fn again(&mut self) -> Result<u64, PumpStop> {
        let Some(again) = self.beside.again.take() else { return Ok(0) };
        let mut moved = LineCounts::default();
        for line in again {
            let TakenLine { seq, key, nth, bytes } = line?;
            self.turn_to(LineOrigin::Again { key, nth });
            let lines = LineReader::new(bytes.as_slice(), self.take.line_limit(), seq.saturating_sub(1));
            let mut lines = lines.ended_by(self.take.line_end());
            lines.is_first(seq == 1);
            let read = lines.next_line(self.beside.spool.as_mut());
            if let Some(line) = read.map_err(|error| self.beside.unread(seq, error))? {
                self.line(line, &mut moved)?;
            }
            if self.batch.len() >= BATCH || self.bytes >= BATCH_BYTES {
                self.send()?;
            }
        }
        self.send()?;
        self.turn_to(LineOrigin::Input);
        if let Some(progress) = &mut self.beside.progress {
            progress.begin_behind(moved.submitted);
        }
        Ok(moved.submitted)
    }

    fn turn_to(&mut self, origin: LineOrigin) {
        if let Some(sieve) = &mut self.beside.sieve {
            sieve.turn_to(origin);
        }
    }

    fn rounds<R: BufRead>(&mut self, rounds: impl Iterator<Item = io::Result<R>>) -> Result<u64, PumpStop> {
        let (mut seq, mut submitted) = (0, 0);
        for reader in rounds {
            let reader = reader.map_err(|error| self.beside.unread(seq, error))?;
            let mut reader = LookaheadReader::new(reader);
            if seq == 0 {
                self.check_shape(&mut reader)?;
            }
            let lines = LineReader::new(reader, self.take.line_limit(), seq).as_one(self.take.takes_all());
            let mut lines = lines.ended_by(self.take.line_end());
            let moved = self.round(&mut lines)?;
            if let Some(progress) = &mut self.beside.progress {
                progress.end_round(moved.lines, moved.submitted);
            }
            if moved.lines == moved.others {
                // Nor would the next give anything, and it would not even wait for the run.
                break;
            }
            submitted += moved.submitted;
            seq = lines.seq();
        }
        Ok(submitted)
    }

    /// That an input is what is expected of it, as far as its first line tells, and what has come
    /// with that.
    fn check_shape<R: BufRead>(&self, reader: &mut LookaheadReader<R>) -> Result<(), PumpStop> {
        let expected = self.take.expected();
        if expected == ExpectedShape::Anything {
            return Ok(());
        }
        let looked = reader.look(|start| is_enough(start, expected));
        let (start, is_all) = looked.map_err(|error| self.beside.unread(0, error))?;
        match judge(start, is_all, expected) {
            Some(shape) => Err(PumpError::Shape { shape, expected }.into()),
            None => Ok(()),
        }
    }

    fn round<R: BufRead>(&mut self, lines: &mut LineReader<R>) -> Result<LineCounts, PumpStop> {
        let mut moved = LineCounts::default();
        loop {
            let after = lines.seq();
            let line = lines.next_line(self.beside.spool.as_mut());
            let Some(line) = line.map_err(|error| self.beside.unread(after, error))? else { break };
            if self.is_other(line) {
                self.pass_over(line, &mut moved)?;
            } else {
                self.line(line, &mut moved)?;
            }
            let is_full = self.batch.len() >= BATCH || self.bytes >= BATCH_BYTES;
            if is_full || !lines.has_next() {
                if let Some(progress) = &mut self.beside.progress {
                    // Before it is sent: that may take as long as the tasks.
                    progress.read(moved.lines, moved.submitted, lines.taken());
                }
                self.send()?;
                if self.beside.partition.is_some() && self.submitter.has_ended() {
                    // Where nothing was sent, nothing else would tell.
                    return Err(PumpStop::RunEnded);
                }
            }
        }
        self.send()?;
        Ok(moved)
    }

    /// Returns whether a line of the input is another partition's, and counts it if so. Asked
    /// before anything is made of the line: most lines may be others'.
    fn is_other(&mut self, line: InputLine<'_>) -> bool {
        let Some(partition) = &mut self.beside.partition else { return false };
        self.take.partition_key(line).is_some_and(|key| partition.passes_over(key))
    }

    /// Passes over a line of another partition.
    fn pass_over(&mut self, line: InputLine<'_>, moved: &mut LineCounts) -> Result<(), PumpStop> {
        moved.lines += 1;
        moved.others += 1;
        let dropped = self.beside.spool.as_mut().map_or(Ok(()), |spool| spool.drop_last(line));
        Ok(dropped.map_err(|error| self.beside.unread(line.seq(), error))?)
    }

    /// Makes a submission of a line, and puts it into the batch unless it is passed over.
    fn line(&mut self, line: InputLine<'_>, moved: &mut LineCounts) -> Result<(), PumpStop> {
        let (submission, is_rebuilt) = self.take_line(line)?;
        let Some(submission) = submission else { return Ok(()) };
        moved.lines += 1;
        let sifted = match &mut self.beside.sieve {
            Some(sieve) => sieve.sift(submission, LineFacts { key: &|| key_of(line), is_rebuilt }),
            None => Some(submission),
        };
        if let Some(mut submission) = sifted {
            // Not before: most lines of a run that is gone on with are passed over.
            if self.beside.spool.is_some() {
                keep(&mut submission, line);
            }
            self.bytes += submission.held_bytes();
            moved.submitted += 1;
            self.batch.push(submission);
        } else if self.submitter.has_ended() {
            // Nothing is sent, so nothing else would tell.
            return Err(PumpStop::RunEnded);
        }
        Ok(())
    }

    /// Has a line read, once there is room for what it needs.
    fn take_line(&mut self, line: InputLine<'_>) -> Result<(Option<Submission>, bool), PumpStop> {
        loop {
            let (news, room) = match self.take.take(line) {
                LineOutcome::Nothing => return Ok((None, false)),
                LineOutcome::Submission { written: Some(written), .. } if !self.has_sent => {
                    let WrittenFile { path, called } = *written;
                    let conflict = FileConflict::Line { line: line.seq(), path, written: called };
                    return Err(PumpError::from(conflict).into());
                }
                LineOutcome::Submission { news, submission, is_rebuilt, written: _ } => {
                    self.tell(news)?;
                    return Ok((Some(submission), is_rebuilt));
                }
                LineOutcome::End(InputEnd::Changed(changed)) => return Err((*changed).into()),
                LineOutcome::End(InputEnd::Shortage(source)) => {
                    let after = line.seq().saturating_sub(1);
                    return Err(PumpError::Shortage { after, source: *source }.into());
                }
                LineOutcome::Waiting { news, room } => (news, room),
            };
            self.tell(news)?;
            // What the line waits for may be held by lines that were read and not sent.
            self.send()?;
            self.submitter.wake();
            room.wait(|| self.submitter.has_ended());
            if self.submitter.has_ended() {
                return Err(PumpStop::RunEnded);
            }
        }
    }

    /// Tells the run of a module.
    fn tell(&mut self, news: Option<Box<ModuleNews>>) -> Result<(), PumpStop> {
        let Some(news) = news else { return Ok(()) };
        let command = match *news {
            ModuleNews::Opened(id, file) => RunCommand::Module(id, file),
            ModuleNews::AlsoNamed { module, name, digest } => RunCommand::Named { module, name, digest },
        };
        Ok(self.submitter.send(command)?)
    }

    /// Sends the batch, if there is anything in it.
    fn send(&mut self) -> Result<(), PumpStop> {
        self.bytes = 0;
        for file in self.beside.replaced.drain(..) {
            // Who writes to it tries again, and tells of it.
            drop(file.prepare());
        }
        if !self.batch.is_empty() {
            self.has_sent = true;
            // The next is as long, where input is at hand.
            let next = Vec::with_capacity(self.batch.len());
            self.submitter.send(RunCommand::Submit(std::mem::replace(&mut self.batch, next)))?;
        }
        Ok(())
    }
}

/// Keeps the line with what was made of it.
fn keep(submission: &mut Submission, line: InputLine<'_>) {
    let kept = match line {
        InputLine::Whole { bytes, .. } => Some(KeptLine::Held(bytes.into())),
        InputLine::TooLong { spooled, .. } => spooled.map(|(at, length)| KeptLine::Spooled { at, length }),
    };
    let place = match submission {
        Submission::Task(task) => &mut task.line,
        Submission::Rejected(rejection) => &mut rejection.line,
    };
    *place = kept.map(Box::new);
}
