//! A run that is kept in a folder, from the command's side: told how it goes, and closed.
//!
//! What the files say is the journal's business; here is what follows from it for this run.

use super::error::CliError;
use super::known_modules::{ChangedModules, ModuleFiles};
use polymer_host_base::Digest;
use polymer_host_event::RunOutcome;
use polymer_host_event::{Halt, RunEvent};
use polymer_host_journal::dedup::PassedCounts;
use polymer_host_journal::dir::{AGAIN, DirError, EVENTS, RunDir};
use polymer_host_journal::drop_records::RecordedTask;
use polymer_host_journal::event_log::writer::EventLogWriter;
use polymer_host_journal::lines::LinePlace;
use polymer_host_journal::manifest::{InputObjectFacts, JailFacts, RunManifest};
use polymer_host_journal::partition_filter::OtherLines;
use polymer_host_journal::records::WrittenCounts;
use polymer_host_journal::results::{self, IdNaming};
use polymer_host_journal::selection::RecordSelection;
use polymer_host_journal::settle::{RecordOrder, settle};
use polymer_host_journal::summary::RunSummary;
use polymer_host_journal::superseded;
use polymer_host_report::Stats;
use polymer_host_store::ObjectFacts;
use polymer_host_sys::system_error::SystemOperation;
use polymer_host_task::{Moment, TaskKey, Verdict};
use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, SystemTime};

/// Way in which a run with a folder begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RunDirStart {
    /// As a new one.
    New,
    /// With what has no record yet.
    Resume,
    /// With what has no record yet or changed, whatever the settings were: each task says what it
    /// is.
    Update(WantedTasks),
    /// With some of what has a record.
    Rerun(RerunSelection),
}

/// Tasks of a run that is updated. Records of others are dropped, and those of tasks that were
/// canceled: what they waited for may be another one now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WantedTasks {
    /// All that have a record.
    All,
    /// Those with these keys.
    Only(Arc<HashSet<TaskKey>>),
}

impl WantedTasks {
    /// Returns whether every record stays that is not of a canceled task.
    pub(super) const fn keeps_all_but_canceled(&self) -> bool {
        matches!(self, Self::All)
    }

    /// Returns whether a record stays.
    pub(super) fn keeps(&self, task: RecordedTask<'_>) -> bool {
        let is_wanted = match self {
            Self::All => true,
            Self::Only(keys) => keys.contains(&task.key),
        };
        is_wanted && task.verdict != Some(Verdict::Canceled)
    }
}

/// Which records are to be made again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RerunSelection {
    /// Those with these verdicts. If there are none: all of those that the others mean, or what did
    /// not end ok where there are no others.
    pub(super) verdicts: Vec<Verdict>,
    /// Those of the tasks with these ids; of all, if there are none.
    pub(super) ids: BTreeSet<String>,
    /// Those that this expression means.
    pub(super) expression: Option<RecordSelection>,
}

impl RerunSelection {
    /// Returns whether it has records of this verdict.
    pub(super) fn has_verdict(&self, verdict: Verdict) -> bool {
        if !self.verdicts.is_empty() {
            return self.verdicts.contains(&verdict);
        }
        let is_all = self.ids.is_empty() && self.expression.is_none();
        !is_all || verdict != Verdict::Ok
    }

    /// Returns whether it has this record, which has this verdict.
    pub(super) fn picks(&self, verdict: Verdict, record: &[u8]) -> bool {
        let has_id = || self.ids.is_empty() || self.ids.contains(&results::id_of(record).unwrap_or_default());
        self.has_verdict(verdict) && has_id() && self.has_record(record)
    }

    /// Returns whether its expression means the record in this line.
    pub(super) fn has_record(&self, record: &[u8]) -> bool {
        self.expression.as_ref().is_none_or(|expression| expression.matches(record))
    }

    /// Returns whether it may have what ended ok, whose lines only the input has.
    pub(super) fn may_need_input(&self) -> bool {
        self.has_verdict(Verdict::Ok)
    }
}

/// A run's folder as it is held while the run goes on.
#[derive(Debug)]
pub(super) struct RunDirSession {
    pub(super) dir: RunDir,
    pub(super) facts: RunManifest,
    pub(super) event_log: EventLogWriter,
    pub(super) written: WrittenCounts,
    /// Where the records of this session begin. Those before it stood when it began.
    pub(super) first: LinePlace,
    pub(super) start: RunDirStart,
    /// The order that records are put into when the session is over.
    pub(super) order: RecordOrder,
    /// True if every line had a record before this session.
    pub(super) was_complete: bool,
    /// Naming of the run's tasks.
    pub(super) naming: IdNaming,
    /// Policy for modules that have changed.
    pub(super) changed: ChangedModules,
    /// What files of modules hold, as far as whoever opens them notes it.
    pub(super) module_files: ModuleFiles,
    /// Outcome of lines that have a record.
    pub(super) passed: Arc<PassedCounts>,
    /// Number of lines that are other partitions', if the input is shared.
    pub(super) others: Option<OtherLines>,
    /// Failed write of something beside events and records.
    pub(super) error: Option<DirError>,
}

impl RunDirSession {
    /// Takes what happened.
    pub(super) fn on(&mut self, at: Moment, event: &RunEvent) {
        self.event_log.on(at, event);
        match event {
            RunEvent::Engine(engine) => self.facts.engine = Some(engine.clone()),
            RunEvent::Confined(jail) => {
                self.facts.jail = Some(JailFacts::from(jail.as_ref()));
                if let Err(error) = self.facts.write(&self.dir) {
                    self.error = Some(error);
                }
            }
            RunEvent::ModuleNamed { name, digest, .. } => {
                let digest = digest.to_string();
                let first = self.facts.modules.entry(name.clone()).or_insert_with(|| digest.clone());
                if self.changed == ChangedModules::Rerun {
                    let is_same = *first == digest;
                    self.facts.set_rebuilt(name, (!is_same).then_some(digest));
                }
            }
            _ => {}
        }
    }

    /// Writes what is to be known before anything is sent.
    pub(super) fn before_sending(&mut self) {
        self.dir.keep();
        self.event_log.before_sending();
        if let Err(error) = self.event_log.compact_if_large(&self.dir) {
            self.error = Some(error);
        }
    }

    /// Returns whether a write failed.
    pub(super) const fn has_failed(&self) -> bool {
        self.event_log.error().is_some() || self.error.is_some()
    }

    /// Counts the records that did not end ok, in all sessions.
    pub(super) fn failed(&self) -> u64 {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.iter().filter(|(verdict, _)| **verdict != Verdict::Ok).map(|(_, count)| count).sum()
    }

    /// Counts the records, in all sessions.
    pub(super) fn all(&self) -> u64 {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    /// Drops the records that others took the place of, once all are written. From then on the sums
    /// are of those that stand.
    ///
    /// # Errors
    /// If that cannot be; whoever opens the folder next does it then.
    pub(super) fn drop_superseded(&mut self) -> Result<(), CliError> {
        if self.passed.replacing() == 0 {
            return Ok(());
        }
        if let Some(counts) = superseded::drop_superseded(self.dir.path(), self.naming, self.first)? {
            *self.written.lock().unwrap_or_else(PoisonError::into_inner) = counts.iter().collect();
        }
        Ok(())
    }

    /// Closes the folder of a run whose session is over, its records written. `outcome` is missing
    /// if it could not be made, and `goes_on` says whether there is still time to put records into
    /// order. Says whether every line of the run has a record now, at its place.
    ///
    /// # Errors
    /// If something could not be written, now or before.
    pub(super) fn close(
        mut self,
        outcome: Option<&RunOutcome>,
        stats: &Stats,
        read: Option<(Digest, u64)>,
        goes_on: impl Fn() -> bool,
    ) -> Result<bool, CliError> {
        self.dir.keep();
        let path = self.dir.path().join(EVENTS);
        let unwritten = DirError::system(SystemOperation::Write, &path);
        if let Some(source) = self.event_log.take_error() {
            return Err(unwritten(source).into());
        }
        if let Some(error) = self.error.take() {
            return Err(error.into());
        }
        // Before anything says that the run is finished: else nobody would go on with one that is
        // killed meanwhile.
        let is_settled = match self.order {
            // As they stand, so there is nothing to read.
            RecordOrder::Completion => true,
            RecordOrder::Input => {
                outcome.is_some() && settle(&self.dir, RecordOrder::Input, |_, _| true, goes_on)?.is_some()
            }
        };
        let is_over = outcome.is_some_and(|outcome| outcome.complete);
        let complete = is_over && is_settled && self.has_all_lines(read.as_ref());
        let halt = outcome.and_then(|outcome| outcome.halt.as_ref());
        let halt = halt.map(Halt::reason).unwrap_or_default();
        if let Some(session) = self.facts.sessions.last_mut() {
            session.ended = Some(humantime::format_rfc3339_micros(SystemTime::now()).to_string());
            session.complete = complete;
            session.halt.clone_from(&halt);
        }
        if let Some((digest, bytes)) = read {
            self.facts.input.sha256 = Some(digest.to_string());
            self.facts.input.bytes = Some(bytes);
            if let Some((partition, others)) = self.facts.partition.as_mut().zip(self.others.as_ref()) {
                partition.other_lines = Some(others.count());
            }
        }
        if is_over && !self.is_forgotten(read.as_ref()) {
            self.dir.remove(AGAIN)?;
        }
        self.facts.module_files = self.module_files.facts();
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let sessions = self.facts.sessions.len();
        let others = self.others.as_ref().map(OtherLines::count);
        RunSummary::new(complete, halt.clone(), &written, sessions, stats)
            .with_other_lines(others)
            .write(&self.dir)?;
        self.facts.write(&self.dir)?;
        // Last: it says that all of this is there.
        self.event_log.groups(stats.elapsed, &stats.groups);
        self.event_log.end(stats.elapsed, complete, &halt);
        if let Some(source) = self.event_log.take_error() {
            return Err(unwritten(source).into());
        }
        self.event_log.compact(&self.dir)?;
        Ok(complete)
    }

    /// Returns whether all lines of the run have been read, now or before, and all tasks to be
    /// rerun were.
    fn has_all_lines(&self, read: Option<&(Digest, u64)>) -> bool {
        let reads_input = self.facts.sessions.last().is_some_and(|session| session.reads_input);
        let is_forgotten = self.is_forgotten(read);
        (self.was_complete && !(is_forgotten && self.passed.wanted() > 0)) || (reads_input && !is_forgotten)
    }

    /// Returns whether the input was most likely forgotten: standard input gives nothing at all,
    /// where there was something before.
    fn is_forgotten(&self, read: Option<&(Digest, u64)>) -> bool {
        let needs_input = match self.start {
            RunDirStart::New | RunDirStart::Update(_) => false,
            RunDirStart::Resume => true,
            RunDirStart::Rerun(_) => self.passed.wanted() > 0,
        };
        needs_input && self.facts.input.path.is_none() && read.is_some_and(|(_, bytes)| *bytes == 0)
    }

    /// Notes which object the input is. Returns what is to be said if it is another one than the
    /// session before read.
    pub(super) fn reads_object(&mut self, object: Option<&ObjectFacts>) -> Option<&'static str> {
        let ObjectFacts { length, etag, changed } = object?.clone();
        let changed = changed.and_then(|seconds| u64::try_from(seconds).ok());
        let changed = changed.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let changed = changed.map(|changed| humantime::format_rfc3339_seconds(changed).to_string());
        let now = InputObjectFacts { bytes: length, etag, changed };
        let before = self.facts.input.object.replace(now.clone());
        before
            .filter(|before| *before != now)
            .map(|_| "the object has changed since the run last read it; lines that changed are run again")
    }

    /// Returns whether the input has to be given again on resume.
    pub(super) const fn is_piped(&self) -> bool {
        self.facts.input.path.is_none()
    }

    /// Returns the totals of the run, if this session was not all of it.
    pub(super) fn in_all(&self) -> Option<String> {
        let (all, failed) = (self.all(), self.failed());
        let words = if all == 1 { "1 record".to_owned() } else { format!("{all} records") };
        (self.facts.sessions.len() > 1).then(|| format!("the run in all: {words}, {failed} not ok\n"))
    }

    /// Returns whether this is a new run that has no record.
    pub(super) fn is_new_and_empty(&self) -> bool {
        self.start == RunDirStart::New && self.all() == 0
    }

    /// Takes the folder away: its run came to nothing, and once what stopped it is mended it may be
    /// started as if nothing had been.
    pub(super) fn discard(self) {
        self.dir.discard();
    }
}
