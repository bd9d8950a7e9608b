//! The event sink of `polymer exec`: keeps the one record, and says what happens to whoever waits.
//!
//! It must never know what is made of it.

use super::pipes::OutputEnd;
use polymer_host_event::{EventSink, RecordBacklog, RunEvent, RunOutcome, RunOverview};
use polymer_host_task::{ModuleInfo, Moment, Record};
use std::sync::Arc;
use std::sync::mpsc::Sender;

/// What the command waits for.
#[derive(Debug)]
pub(super) enum ExecEvent {
    /// The module can be entered.
    Ready(Arc<ModuleInfo>),
    /// The run is over.
    Over,
    /// All output was written, or nothing more can be.
    Written(OutputEnd),
    /// A signal of this number is to end the attempt.
    Signal(u8),
}

/// Takes what happens in the run.
#[derive(Debug)]
pub(super) struct ExecSink {
    heard: Sender<ExecEvent>,
    /// The record, once the task is over.
    pub(super) record: Option<Box<Record>>,
}

impl ExecSink {
    /// A sink that tells this of what is waited for.
    pub(super) const fn new(heard: Sender<ExecEvent>) -> Self {
        Self { heard, record: None }
    }

    /// Tells of something. Whoever no longer waits has no use for it.
    fn tell(&self, event: ExecEvent) {
        drop(self.heard.send(event));
    }
}

impl EventSink for ExecSink {
    fn on(&mut self, _at: Moment, event: RunEvent) {
        match event {
            RunEvent::ModuleReady { info, .. } => self.tell(ExecEvent::Ready(info)),
            RunEvent::TaskDone(record) => self.record = Some(record),
            _ => {}
        }
    }

    fn before_sending(&mut self) {}

    fn before_stop(&mut self) {}

    fn backlog(&self) -> RecordBacklog {
        RecordBacklog::default()
    }

    fn has_failed(&self) -> bool {
        false
    }

    fn tick(&mut self, _at: Moment) {}

    fn waiting(&mut self, _tasks: usize) {}

    fn report(&mut self, _at: Moment) {}

    fn look(&mut self, _at: Moment, _overview: RunOverview) {}

    fn end(&mut self, _at: Moment, _outcome: &RunOutcome) {
        self.tell(ExecEvent::Over);
    }

    fn next_tick(&self) -> Option<Moment> {
        None
    }
}
