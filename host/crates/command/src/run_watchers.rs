//! What watches a run beside people and its folder: metrics, a command for when many tasks fail,
//! the service manager, and whoever asks how it stands.
//!
//! Each is there by choice, and none holds the run up. It must never know how a run goes on.

use super::alert_command::AlertCommand;
use super::args::RunArgs;
use super::error::{CliError, threads};
use super::fail_rate::FailRateCount;
use super::metrics_output::RunMetrics;
use super::service_notify::ServiceManager;
use super::stderr::say;
use super::watch::WatchBoard;
use crate::report::RunReporter;
use crate::report::run_snapshot::RunSnapshot;
use polymer_host_event::RunEvent;
use polymer_host_report::Screen;
use polymer_host_task::Moment;
use std::time::Duration;

/// Time from one status to the next.
const STATUS_PERIOD: Duration = Duration::from_secs(5);

/// Whoever watches a run.
#[derive(Debug, Default)]
pub(super) struct RunWatchers {
    metrics: Option<RunMetrics>,
    alert: Option<(FailRateCount, AlertCommand)>,
    service: Option<(ServiceManager, Moment)>,
    board: WatchBoard,
}

impl RunWatchers {
    /// Those that flags and the environment ask for, and whoever looks at the board.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn begin(
        args: &RunArgs,
        metrics: Option<RunMetrics>,
        people: &Screen,
        board: WatchBoard,
    ) -> Result<Self, CliError> {
        let alert = args.monitoring.on_fail_rate.clone().map(|rule| {
            let dir = args.recording.run_dir.as_deref();
            AlertCommand::begin(rule.command, dir, people.clone())
                .map(|command| (FailRateCount::new(rule.rate), command))
        });
        let alert = alert.transpose().map_err(threads("that run the command of --on-fail-rate"))?;
        // The run does without: whoever started it may be of another kind.
        let service = ServiceManager::of_environment().unwrap_or_else(|error| {
            say(&format!("warn: {error}\n"));
            None
        });
        Ok(Self { metrics, alert, service: service.map(|service| (service, Moment::ZERO)), board })
    }

    /// Takes what happened, before it is counted.
    pub(super) fn on(&mut self, event: &RunEvent) {
        if let Some(metrics) = &mut self.metrics {
            metrics.on(event);
        }
        if let (Some((count, command)), RunEvent::TaskDone(record)) = (&mut self.alert, event)
            && let Some(alert) = count.add(record.verdict)
        {
            command.start(alert);
        }
        if let Some((service, _)) = &mut self.service {
            match event {
                RunEvent::Engine(_) => service.ready(),
                RunEvent::Draining { .. } => service.stopping(),
                _ => {}
            }
        }
    }

    /// Takes the number of tasks that wait.
    pub(super) fn waiting(&mut self, tasks: usize) {
        if let Some(metrics) = &mut self.metrics {
            metrics.wait(tasks);
        }
    }

    /// Tells on what is due.
    pub(super) fn tick(&mut self, at: Moment, report: &mut RunReporter) {
        if let Some(metrics) = &mut self.metrics {
            metrics.tick(at, report.stats());
        }
        if let Some((service, due)) = &mut self.service
            && at >= *due
        {
            service.status(&report.progress_in_short(at));
            *due = at.saturating_add(STATUS_PERIOD);
        }
    }

    /// Takes how the run stands, for whoever asked.
    pub(super) fn look(&self, snapshot: RunSnapshot) {
        self.board.publish(snapshot);
    }

    /// When it wants to be called next.
    pub(super) fn next_tick(&self) -> Option<Moment> {
        let metrics = self.metrics.as_ref().map(RunMetrics::due);
        let service = self.service.as_ref().map(|(_, due)| *due);
        metrics.into_iter().chain(service).min()
    }

    /// Takes the end of the run.
    pub(super) fn end(&mut self, at: Moment, report: &mut RunReporter) {
        if let Some(metrics) = &mut self.metrics {
            metrics.end(report.stats());
        }
        if let Some((service, _)) = &mut self.service {
            service.stopping();
            service.status(&report.progress_in_short(at));
        }
    }

    /// Waits for what is still to be written, and if it may wait, for the command that was started.
    pub(super) fn finish(self, may_wait: bool) {
        if let Some(metrics) = self.metrics {
            metrics.finish();
        }
        if let Some((_, command)) = self.alert
            && may_wait
            && !command.finish()
        {
            say("warn: the command of --on-fail-rate still runs\n");
        }
    }
}
