//! Which lines are run: those that have no record yet, those that changed since, those that are to
//! be run again, and no line before them that is the same task, where that counts.
//!
//! It must never know where lines come from, or what becomes of those that are run.

use super::done_records::{AskedLine, DoneRecords, KeyHasher, RecordFit};
use super::event_log::reader::{InterruptedTask, InterruptionTable};
use super::kept_records::KeptRecords;
use polymer_host_task::{
    Rejection, ReplacedRecord, Submission, TaskContent, TaskError, TaskKey, TaskSpec, Verdict,
};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::hash::BuildHasherDefault;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Holds back what is not to be run.
pub trait DedupFilter {
    /// The submission as it is to be made, or nothing if it is passed over as if its line were
    /// blank.
    fn sift(&mut self, submission: Submission, line: LineFacts<'_>) -> Option<Submission>;

    /// Says where the lines from here on come from. Before that they come from the input.
    fn turn_to(&mut self, _: LineOrigin) {}
}

/// Facts about a line besides the submission made from it.
#[derive(Clone, Copy)]
pub struct LineFacts<'a> {
    /// Key of the line where it is no task.
    pub key: &'a dyn Fn() -> TaskKey,
    /// Its module was built anew since the run began.
    pub is_rebuilt: bool,
}

impl fmt::Debug for LineFacts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineFacts").field("is_rebuilt", &self.is_rebuilt).finish_non_exhaustive()
    }
}

/// Where lines come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineOrigin {
    /// From the input of the run.
    #[default]
    Input,
    /// From what was [taken back](super::rewrite) to be run again. They are read before the input,
    /// which most often has them too: a line that is run from there counts as having its record
    /// when the input comes to it.
    Again {
        /// The key of the record that the next line had, and is to have again.
        key: TaskKey,
        /// Which of the records of that key it is to have.
        nth: u32,
    },
}

/// Treatment of a line that is the same task as an earlier line of the input: one with the same
/// key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnDuplicateLine {
    /// It is run like any other. Costs no memory.
    #[default]
    Run,
    /// It is passed over as if it were blank: the first line stands for all. Costs about 50 bytes
    /// of memory for each line that is no duplicate.
    First,
    /// It gets a record, as `bad_input` with the code `duplicate`. Costs as much memory.
    Refuse,
}

/// The code of the record of a line that was not run because an equal one had been there.
pub(super) const DUPLICATE: &str = "duplicate";

impl OnDuplicateLine {
    /// The one of a name: `run`, `first` or `error`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "run" => Some(Self::Run),
            "first" => Some(Self::First),
            "error" => Some(Self::Refuse),
            _ => None,
        }
    }
}

/// Number of lines that were passed over, and of lines that were not though they have a record. To
/// be read while lines are passed over.
#[derive(Debug, Default)]
pub struct PassedCounts {
    done: AtomicU64,
    duplicates: AtomicU64,
    changed: AtomicU64,
    wanted: AtomicU64,
    replacing: AtomicU64,
    judged_anew: AtomicU64,
}

impl PassedCounts {
    /// Because they had a record.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Because an equal line was before them.
    #[must_use]
    pub fn duplicates(&self) -> u64 {
        self.duplicates.load(Ordering::Relaxed)
    }

    /// Those that are run because they changed since.
    #[must_use]
    pub fn changed(&self) -> u64 {
        self.changed.load(Ordering::Relaxed)
    }

    /// Those that are judged anew and not run, because only what is expected of them changed.
    #[must_use]
    pub fn judged_anew(&self) -> u64 {
        self.judged_anew.load(Ordering::Relaxed)
    }

    /// Lines whose records take the place of others.
    #[must_use]
    pub fn replacing(&self) -> u64 {
        self.replacing.load(Ordering::Relaxed)
    }

    /// Records that are to be made again, and whose lines have not come yet.
    #[must_use]
    pub fn wanted(&self) -> u64 {
        self.wanted.load(Ordering::Relaxed)
    }
}

/// The sieve of a run that has records already, or wants no duplicates. Lines without a key pass.
pub struct MissingRecords {
    done: DoneRecords,
    /// The first line of each key, where that matters.
    seen: Option<HashMap<TaskKey, u64, BuildHasherDefault<KeyHasher>>>,
    duplicates: OnDuplicateLine,
    interruptions: InterruptionTable,
    hand_over: fn(&mut TaskSpec, InterruptedTask),
    passed: Arc<PassedCounts>,
    origin: LineOrigin,
    /// Taken-back tasks that were run again: they will have their records.
    again: Vec<(TaskKey, Option<TaskContent>)>,
    rules: DedupRules,
    /// Records of endings that may be judged anew.
    kept: Option<KeptRecords>,
}

/// Differences from a dedup filter that only passes over what has a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DedupRules {
    /// Records can be replaced, as those of a run's folder: what takes the place of one says so.
    pub replaces: bool,
    /// Nothing is run but what is to be run again.
    pub only_wanted: bool,
    /// A task with a record keeps it where its line is refused now: other limits or grants are
    /// forced.
    pub keeps_refused: bool,
}

impl fmt::Debug for MissingRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (done, seen) = (self.done.keys(), self.seen.as_ref().map(HashMap::len));
        f.debug_struct("Missing").field("done", &done).field("seen", &seen).finish_non_exhaustive()
    }
}

impl MissingRecords {
    /// Lets through what `done` has no record of: each record holds back one line.
    #[must_use]
    pub fn new(done: DoneRecords, duplicates: OnDuplicateLine) -> Self {
        Self {
            done,
            seen: (duplicates != OnDuplicateLine::Run).then(HashMap::default),
            duplicates,
            interruptions: InterruptionTable::default(),
            hand_over: |_, _| {},
            passed: Arc::default(),
            origin: LineOrigin::default(),
            again: Vec::new(),
            rules: DedupRules::default(),
            kept: None,
        }
    }

    /// The same under these rules.
    #[must_use]
    pub fn under(self, rules: DedupRules) -> Self {
        Self { rules, ..self }
    }

    /// Has lines judged anew by their records in `kept`, and not run, where only what is expected
    /// of them changed. Where records cannot be replaced they are run all the same.
    #[must_use]
    pub fn judging_anew(self, kept: Option<KeptRecords>) -> Self {
        Self { kept, ..self }
    }

    /// Takes the records of `wanted`, as many as there are, for some that are to be made again.
    #[must_use]
    pub fn wanting(mut self, wanted: impl IntoIterator<Item = (TaskKey, Option<TaskContent>)>) -> Self {
        let found = wanted.into_iter().filter(|(key, content)| self.done.want(*key, *content)).count();
        self.passed.wanted.store(super::lines::length(found), Ordering::Relaxed);
        self
    }

    /// Tells tasks of attempts at them that were interrupted, through `hand_over`. Where several
    /// lines have one key, the first that is run is told.
    #[must_use]
    pub fn with_interruptions(
        mut self,
        interruptions: InterruptionTable,
        hand_over: fn(&mut TaskSpec, InterruptedTask),
    ) -> Self {
        self.interruptions = interruptions;
        self.hand_over = hand_over;
        self
    }

    /// Returns the counts of lines passed over, which include those from here on.
    #[must_use]
    pub fn passed(&self) -> Arc<PassedCounts> {
        Arc::clone(&self.passed)
    }

    /// The submission, made a refusal if it is a duplicate that is refused; nothing if it is one
    /// that is passed over.
    fn distinct(&mut self, key: TaskKey, submission: Submission) -> Option<DistinctLines> {
        let alone = |submission| Some(DistinctLines { key, submission, is_duplicate: false });
        let Some(seen) = &mut self.seen else { return alone(submission) };
        let first = match seen.entry(key) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                entry.insert(submission.seq());
                return alone(submission);
            }
        };
        if self.duplicates == OnDuplicateLine::First {
            self.passed.duplicates.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        let key = key.of_duplicate();
        let submission = Submission::from(refusal(submission, key, first));
        Some(DistinctLines { key, submission, is_duplicate: true })
    }

    /// Takes the record of a line of the input, if there is one. What is a task now may have been
    /// none when it got its record: its file or its module was not there yet. And a task whose file
    /// is named by a path had a key of the file's content once.
    fn take(&mut self, key: TaskKey, asked: AskedLine, line_key: impl Fn() -> TaskKey) -> Option<RecordFit> {
        if self.done.keys() == 0 {
            return None;
        }
        let fit = self.done.take(key, asked, || TaskContent::of_line(line_key()));
        if fit.is_some() {
            return fit;
        }
        let line_key = line_key();
        let is_there = (line_key != key && self.done.take_any(line_key))
            || asked.content.is_some_and(|content| self.done.take_old(TaskKey::of_content(content)));
        is_there.then_some(RecordFit::Same)
    }

    /// Returns the submission to make for a line of the input, if it is to be run.
    fn judge(&mut self, mut submission: Submission, fit: Option<RecordFit>) -> Option<Submission> {
        let DedupRules { replaces, only_wanted, .. } = self.rules;
        let replaced = match fit {
            Some(RecordFit::Wanted(record)) => {
                self.passed.wanted.fetch_sub(1, Ordering::Relaxed);
                Some(record)
            }
            Some(RecordFit::Changed(record)) if !only_wanted => {
                self.passed.changed.fetch_add(1, Ordering::Relaxed);
                Some(record)
            }
            Some(RecordFit::ExpectationChanged { record, at }) if !only_wanted => {
                let counter = match self.bring_ending(&mut submission, record, at) {
                    true => &self.passed.judged_anew,
                    false => &self.passed.changed,
                };
                counter.fetch_add(1, Ordering::Relaxed);
                Some(record)
            }
            Some(RecordFit::Same | RecordFit::Changed(_) | RecordFit::ExpectationChanged { .. }) => {
                self.passed.done.fetch_add(1, Ordering::Relaxed);
                return None;
            }
            None if only_wanted => return None,
            None => None,
        };
        Some(match replaced {
            Some(record) if replaces => {
                self.passed.replacing.fetch_add(1, Ordering::Relaxed);
                submission.replacing(record)
            }
            _ => submission,
        })
    }
}

impl MissingRecords {
    /// Gives a task the ending that its record tells of. Says whether it has it.
    fn bring_ending(&self, submission: &mut Submission, record: ReplacedRecord, at: u64) -> bool {
        let Submission::Task(task) = submission else { return false };
        let (Some(records), Some(key)) = (self.kept.as_ref().filter(|_| self.rules.replaces), task.key)
        else {
            return false;
        };
        task.kept = records.ending(at, key, record.0).map(Box::new);
        task.kept.is_some()
    }
}

/// Remainder of a submission where duplicates are held back.
struct DistinctLines {
    key: TaskKey,
    submission: Submission,
    is_duplicate: bool,
}

impl DedupFilter for MissingRecords {
    // Duplicates come first: with a record of the first line, its duplicate must not be taken for
    // one that has none.
    fn sift(&mut self, submission: Submission, line: LineFacts<'_>) -> Option<Submission> {
        let Some(key) = submission.key() else { return Some(submission) };
        let (key, mut submission) = match self.origin {
            LineOrigin::Input => {
                let DistinctLines { key, submission, is_duplicate } = self.distinct(key, submission)?;
                let line_key = || if is_duplicate { (line.key)().of_duplicate() } else { (line.key)() };
                let keeps = self.rules.keeps_refused && matches!(submission, Submission::Rejected(_));
                let content = submission.content().filter(|_| !keeps);
                let asked =
                    AskedLine { content, execution: submission.execution(), is_rebuilt: line.is_rebuilt };
                let fit = self.take(key, asked, line_key);
                (key, self.judge(submission, fit)?)
            }
            // Of duplicates only those were taken back that the input has still to come to.
            LineOrigin::Again { key, nth } if self.done.count(key) >= nth => {
                self.passed.done.fetch_add(1, Ordering::Relaxed);
                return None;
            }
            LineOrigin::Again { key, .. } => {
                self.again.push((key, submission.content()));
                (key, known_by(key, submission))
            }
        };
        // What is judged anew is not made again, so nothing was lost under way.
        if let Submission::Task(task) = &mut submission
            && task.kept.is_none()
            && let Some(interrupted) = self.interruptions.remove(&key)
        {
            (self.hand_over)(task, interrupted);
        }
        Some(submission)
    }

    fn turn_to(&mut self, origin: LineOrigin) {
        self.origin = origin;
        if origin == LineOrigin::Input {
            for (key, content) in std::mem::take(&mut self.again) {
                self.done.add(key, content);
            }
        }
    }
}

/// The submission with this key.
fn known_by(key: TaskKey, mut submission: Submission) -> Submission {
    match &mut submission {
        Submission::Task(task) => task.key = Some(key),
        Submission::Rejected(rejection) => rejection.key = Some(key),
    }
    submission
}

/// The record's matter for a line that is the same as that of number `first`.
fn refusal(submission: Submission, key: TaskKey, first: u64) -> Rejection {
    let mut rejection = match submission {
        Submission::Rejected(rejection) => *rejection,
        Submission::Task(task) => Rejection {
            module: None,
            replaces: None,
            ..Rejection::of_task(*task, Verdict::BadInput, TaskError::default())
        },
    };
    rejection.verdict = Verdict::BadInput;
    rejection.error = TaskError::new(DUPLICATE, format!("it is the same task as that of line {first}"));
    rejection.key = Some(key);
    rejection
}

#[cfg(test)]
mod tests;
