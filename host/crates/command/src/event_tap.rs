//! The sink of the command: what happens in a run goes to the report and, where the run has one,
//! into its folder; and the reader is told what the module is.

use super::client::EndedTasks;
use super::event_stream::RunEvents;
use super::run_dir_session::RunDirSession;
use super::run_watchers::RunWatchers;
use super::span_stream::RunSpans;
use super::usual_judge::is_judge;
use crate::report::RunReporter;
use polymer_host_event::RunEvent;
use polymer_host_event::{EventSink, RecordBacklog};
use polymer_host_event::{RunOutcome, RunOverview};
use polymer_host_task::{ModuleId, ModuleInfo, Moment};
use std::sync::Arc;
use std::sync::mpsc::Sender;

/// Hands events on.
pub(super) struct EventTap {
    pub(super) report: RunReporter,
    pub(super) ready: Sender<Arc<ModuleInfo>>,
    pub(super) recorded: Option<RunDirSession>,
    /// The client that is served, if there is one.
    pub(super) client: Option<EndedTasks>,
    /// Whoever watches, if somebody does.
    pub(super) events: Option<RunEvents>,
    /// Metrics and whoever else watches.
    pub(super) watchers: RunWatchers,
    /// Spans of tasks, if they are written.
    pub(super) spans: Option<RunSpans>,
    /// The run's checker or interactor, if it cannot be used.
    pub(super) bad_judge: Option<ModuleId>,
}

impl EventSink for EventTap {
    fn on(&mut self, at: Moment, event: RunEvent) {
        if let RunEvent::ModuleInvalid { module, .. } = &event
            && is_judge(*module)
        {
            self.bad_judge = Some(*module);
        }
        if let RunEvent::ModuleReady { module, info, .. } = &event
            && !is_judge(*module)
        {
            // With task records nobody listens.
            drop(self.ready.send(Arc::clone(info)));
        }
        if let (Some(client), RunEvent::TaskDone(record)) = (&self.client, &event) {
            // Before the record is read: its id is free again then.
            client.note(record);
        }
        if let Some(recorded) = &mut self.recorded {
            recorded.on(at, &event);
        }
        if let Some(events) = &mut self.events {
            events.on(at, &event);
        }
        self.watchers.on(&event);
        if let Some(spans) = &mut self.spans {
            spans.on(at, &event, &self.report.stats().run);
        }
        self.report.on(at, event);
    }

    fn before_sending(&mut self) {
        if let Some(recorded) = &mut self.recorded {
            recorded.before_sending();
        }
        if let Some(events) = &mut self.events {
            events.hand_over();
        }
        if let Some(spans) = &mut self.spans {
            spans.hand_over();
        }
        self.report.before_sending();
    }

    fn before_stop(&mut self) {
        self.report.before_stop();
    }

    fn backlog(&self) -> RecordBacklog {
        self.report.backlog()
    }

    fn has_failed(&self) -> bool {
        self.report.has_failed() || self.recorded.as_ref().is_some_and(RunDirSession::has_failed)
    }

    fn tick(&mut self, at: Moment) {
        self.report.tick(at);
        self.watchers.tick(at, &mut self.report);
    }

    fn waiting(&mut self, tasks: usize) {
        self.report.waiting(tasks);
        self.watchers.waiting(tasks);
    }

    fn report(&mut self, at: Moment) {
        self.report.report(at);
    }

    fn look(&mut self, at: Moment, overview: RunOverview) {
        self.watchers.look(self.report.snapshot(at, overview));
    }

    fn next_tick(&self) -> Option<Moment> {
        self.report.next_tick().into_iter().chain(self.watchers.next_tick()).min()
    }

    fn end(&mut self, at: Moment, outcome: &RunOutcome) {
        if let Some(events) = &mut self.events {
            events.end(at, outcome, self.report.groups());
        }
        self.report.end(at, outcome);
        self.report.set_dropped(outcome.dropped);
        self.watchers.end(at, &mut self.report);
    }
}
