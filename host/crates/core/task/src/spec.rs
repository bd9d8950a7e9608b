//! One task as it was submitted: already valid, nothing left to parse but what its guest will read.

use super::{
    Expectation, GivenTrace, GrantSubset, InputPayload, KeptEnding, KeptLine, Limits, ModuleId, ModuleLease,
    ReplacedRecord, StreamId, SuppliedFiles, TaskContent, TaskError, TaskExecution, TaskKey, Verdict,
};
use std::sync::Arc;
use std::time::Duration;

/// Bytes an id may have. It travels beside every attempt and record, so it is bounded for itself.
pub const LONGEST_ID: usize = 4096;

/// One line of input, read: a task, or a line that ends in a record with no guest having a part in
/// it.
///
/// In boxes: it goes through several queues before it gets where it stays, and a window of them is
/// to fit into a processor's cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submission {
    /// To be run.
    Task(Box<TaskSpec>),
    /// To be recorded as it is.
    Rejected(Box<Rejection>),
}

impl From<TaskSpec> for Submission {
    fn from(spec: TaskSpec) -> Self {
        Self::Task(Box::new(spec))
    }
}

impl From<Rejection> for Submission {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(Box::new(rejection))
    }
}

impl Submission {
    /// The line it stands on, from 1.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        match self {
            Self::Task(spec) => spec.seq,
            Self::Rejected(rejection) => rejection.seq,
        }
    }

    /// Returns its key in other runs, if it has one.
    #[must_use]
    pub const fn key(&self) -> Option<TaskKey> {
        match self {
            Self::Task(spec) => spec.key,
            Self::Rejected(rejection) => rejection.key,
        }
    }

    /// Returns the digest of what it asks, if that is known.
    #[must_use]
    pub const fn content(&self) -> Option<TaskContent> {
        match self {
            Self::Task(spec) => spec.content,
            Self::Rejected(rejection) => rejection.content,
        }
    }

    /// Returns the digest of what is executed, if its end can be judged anew.
    #[must_use]
    pub const fn execution(&self) -> Option<TaskExecution> {
        match self {
            Self::Task(spec) => spec.execution,
            Self::Rejected(_) => None,
        }
    }

    /// The same, whose record takes the place of this one.
    #[must_use]
    pub fn replacing(mut self, replaces: ReplacedRecord) -> Self {
        match &mut self {
            Self::Task(spec) => spec.replaces = Some(replaces),
            Self::Rejected(rejection) => rejection.replaces = Some(replaces),
        }
        self
    }

    /// Bytes of input it holds in memory.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        match self {
            Self::Task(spec) => spec.held_bytes(),
            Self::Rejected(rejection) => {
                rejection.meta.as_ref().map_or(0, String::len)
                    + KeptLine::held_bytes(rejection.line.as_deref())
            }
        }
    }
}

/// A line that is no task: unparsable, too long, or asking for more than is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The line it stands on, from 1.
    pub seq: u64,
    /// Its id in its record.
    pub id: String,
    /// The module it names, where a run has several and it could be read.
    pub module: Option<String>,
    /// Its verdict.
    pub verdict: Verdict,
    /// Why.
    pub error: TaskError,
    /// Bytes of the input, as far as it was read.
    pub input_bytes: u64,
    /// Echoed in the record: JSON, checked and compact.
    pub meta: Option<String>,
    /// What its submitter said of its trace, if that could be read.
    pub trace: Option<Box<GivenTrace>>,
    /// The group that it counts for, if that could be read.
    pub group: Option<Arc<str>>,
    /// What was expected of it, if that could be read.
    pub expect: Option<Arc<Expectation>>,
    /// Key that identifies it in another run.
    pub key: Option<TaskKey>,
    /// Digest of what it asks, if that could be read. `None` if a file or a module that it names
    /// could not be read.
    pub content: Option<TaskContent>,
    /// The record that its own takes the place of.
    pub replaces: Option<ReplacedRecord>,
    /// Its line as it stands, where somebody wants it again.
    pub line: Option<Box<KeptLine>>,
}

impl Rejection {
    /// Of a task that is not run after all.
    #[must_use]
    pub fn of_task(spec: TaskSpec, verdict: Verdict, error: TaskError) -> Self {
        Self {
            seq: spec.seq,
            input_bytes: u64::try_from(spec.input.bytes().len()).unwrap_or(u64::MAX),
            id: spec.id,
            module: spec.spelling.as_deref().map(str::to_owned),
            verdict,
            error,
            meta: spec.meta,
            trace: spec.trace,
            group: spec.group,
            expect: spec.expect,
            key: spec.key,
            content: spec.content,
            replaces: spec.replaces,
            line: spec.line,
        }
    }
}

/// A task to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskSpec {
    /// The line it stands on, from 1.
    pub seq: u64,
    /// Its id in records.
    pub id: String,
    /// The module to run.
    pub module: ModuleId,
    /// Which of the module's tasks; `None` is its first.
    pub task: Option<String>,
    /// Input of the guest.
    pub input: InputPayload,
    /// Limits of its attempts.
    pub limits: Limits,
    /// Rest of the run's grants for it, if it asked for less than all. Boxed, as few tasks do.
    pub grants: Option<Box<GrantSubset>>,
    /// Supplies it brings besides its input, if any.
    pub supplied: Option<Box<SuppliedFiles>>,
    /// Echoed in the record, unseen by the guest: JSON, checked and compact.
    pub meta: Option<String>,
    /// What its submitter said of its trace. No worker learns of it. In a box: few tasks have one.
    pub trace: Option<Box<GivenTrace>>,
    /// The group that it counts for, if tasks are grouped.
    pub group: Option<Arc<str>>,
    /// What it has to give to be right, if somebody says so. No worker learns of it.
    pub expect: Option<Arc<Expectation>>,
    /// Name for people, besides its id: shown in logs.
    pub label: Option<String>,
    /// When it is over at the latest, counted from its admission, whatever it waits for.
    pub deadline: Option<Duration>,
    /// Key that identifies it in another run. In runs that cannot be resumed it has none.
    pub key: Option<TaskKey>,
    /// Digest of what it asks. If it has no key, it has none.
    pub content: Option<TaskContent>,
    /// Digest of what is executed, where its submitter wants its end judged anew once something
    /// else is expected.
    #[doc(hidden)]
    pub execution: Option<TaskExecution>,
    /// Its ending in an earlier session: it is judged anew in place of being run.
    #[doc(hidden)]
    pub kept: Option<Box<KeptEnding>>,
    /// The record that its own takes the place of.
    pub replaces: Option<ReplacedRecord>,
    /// Its line as it stands, where somebody wants it again if it fails.
    pub line: Option<Box<KeptLine>>,
    /// Its attempts before this run.
    pub before: EarlierAttempts,
    /// Spelling of the module in its line, where modules have several names. Its record uses it,
    /// and a command sees it as its first argument. `None` if it is the module's own name.
    pub spelling: Option<Arc<str>>,
    /// Its hold on the module, where a run lets go of modules that are idle.
    pub lease: Option<ModuleLease>,
    /// Streams that are its stdin, behind its input, and its stdout. Such a task has one attempt:
    /// what its guest has read is gone.
    pub streams: Option<StreamId>,
}

/// Attempts at a task that were under way when an earlier supervisor of its run was lost. None,
/// unless the run is one that is resumed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EarlierAttempts {
    /// Number of these attempts.
    pub interrupted: u32,
    /// In how many of these it ran alone in its worker; at most as many.
    pub alone: u32,
}

impl TaskSpec {
    /// A task that asks for nothing but to be run, with all that is granted: of the module's first
    /// task, with no deadline, nothing to echo, nothing to show.
    #[must_use]
    pub const fn new(seq: u64, id: String, module: ModuleId, input: InputPayload, limits: Limits) -> Self {
        Self {
            seq,
            id,
            module,
            task: None,
            input,
            limits,
            grants: None,
            supplied: None,
            meta: None,
            trace: None,
            group: None,
            expect: None,
            label: None,
            deadline: None,
            key: None,
            content: None,
            execution: None,
            kept: None,
            replaces: None,
            line: None,
            before: EarlierAttempts { interrupted: 0, alone: 0 },
            spelling: None,
            lease: None,
            streams: None,
        }
    }

    /// Returns the interactor that its program talks with, if it is an interaction.
    #[doc(hidden)]
    #[must_use]
    pub fn interactor(&self) -> Option<ModuleId> {
        self.expect.as_ref()?.interactor
    }

    /// Returns the task's name as shown to people.
    #[must_use]
    pub fn name(&self) -> TaskName {
        TaskName { id: self.id.clone(), label: self.label.clone(), seq: self.seq, key: self.key }
    }

    /// Bytes that an attempt at it is sent: its input, and what else it brings.
    #[must_use]
    pub fn sent_bytes(&self) -> usize {
        self.input.bytes().len() + self.supplied.as_ref().map_or(0, |supplied| supplied.bytes())
    }

    /// Bytes it holds in memory for its submitter: its input, and what is to be echoed or shown.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.input.bytes().len()
            + self.meta.as_ref().map_or(0, String::len)
            + self.label.as_ref().map_or(0, String::len)
            + self.grants.as_ref().map_or(0, |kept| kept.held_bytes())
            + self.supplied.as_ref().map_or(0, |supplied| supplied.held_bytes())
            + self.expect.as_ref().map_or(0, |expect| expect.held_bytes())
            + self.kept.as_ref().map_or(0, |kept| kept.held_bytes())
            + self.trace.as_ref().map_or(0, |trace| size_of_val(&**trace))
            + KeptLine::held_bytes(self.line.as_deref())
    }
}

/// Which task an event is about, as its submitter knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskName {
    /// Its id in records.
    pub id: String,
    /// Name for people, if it has a [label](TaskSpec::label): as it was given, not yet safe to
    /// show.
    pub label: Option<String>,
    /// The line it stands on, from 1.
    pub seq: u64,
    /// Key that identifies it in another run, if it has one.
    #[doc(hidden)]
    pub key: Option<TaskKey>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_named_by_its_id_and_its_label() {
        let mut spec =
            TaskSpec::new(1, "7".to_owned(), ModuleId(0), InputPayload::Bytes(Vec::new()), Limits::default());
        assert_eq!(spec.name(), TaskName { id: "7".to_owned(), seq: 1, ..TaskName::default() });
        spec.label = Some("sieve".to_owned());
        assert_eq!(
            spec.name(),
            TaskName { label: Some("sieve".to_owned()), id: "7".to_owned(), seq: 1, key: None }
        );
    }
}
