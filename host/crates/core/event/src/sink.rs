//! Where a run's events go, and how the one who takes them holds the run back.

use crate::RunEvent;
use crate::RunOutcome;
use crate::RunOverview;
use polymer_host_task::Moment;

/// Takes the events of a run, on the supervisor's thread: it must not wait.
///
/// No method has a default: whoever forwards to another sink and forgets one must not compile.
pub trait EventSink {
    /// One thing that happened, `at` so long after the run began.
    fn on(&mut self, at: Moment, event: RunEvent);

    /// Called before anything that was told of reaches a worker: what is to be known of an attempt
    /// should it never end is written now. If that fails [`has_failed`](Self::has_failed) says so,
    /// and nothing is sent. Called also where nothing is sent, each time before the run waits for
    /// something to happen: whatever was gathered up to then is let go of now.
    fn before_sending(&mut self);

    /// Called before the process is stopped as a shell's job: whoever has drawn something on the
    /// terminal takes it away. [`RunEvent::WentOn`] says that it goes on.
    fn before_stop(&mut self);

    /// Returns the backlog: records that were taken and not yet written.
    fn backlog(&self) -> RecordBacklog;

    /// Returns whether records can no longer be written; the run then ends.
    fn has_failed(&self) -> bool;

    /// Called when the moment of [`next_tick`](Self::next_tick) has come; other times do no harm.
    fn tick(&mut self, at: Moment);

    /// Takes the number of tasks that are in the run and not running. Called just before each
    /// [tick](Self::tick) and [report](Self::report).
    fn waiting(&mut self, tasks: usize);

    /// Somebody asked how the run stands, which what came just before says: what is running, and
    /// what waits.
    fn report(&mut self, at: Moment);

    /// Somebody watches the run. Called after what [`report`](Self::report) is called after.
    fn look(&mut self, at: Moment, overview: RunOverview);

    /// The run is over, `at` so long after it began: nothing else comes.
    fn end(&mut self, at: Moment, outcome: &RunOutcome);

    /// When it next wants to be called, if it does.
    fn next_tick(&self) -> Option<Moment>;
}

/// Records on their way out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecordBacklog {
    /// Number of records.
    pub records: usize,
    /// Bytes they take in memory, about.
    pub bytes: usize,
}
