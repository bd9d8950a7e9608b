//! A manager's log: to the file and the standard output that its settings name, and to `tracing`
//! for whoever listens there.

use super::error::SetupError;
use super::settings::ManagerSettings;
use polymer_host_event::RunEvent;
use polymer_host_report::log::{LogDetail, TracingLines, tell};
use polymer_host_report::summary::StatsInterval;
use polymer_host_report::{LogWriter, Screen, Stats};
use polymer_host_sys::paths::PathOpener;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::Moment;
use std::fs::OpenOptions;
use std::path::Path;
use std::time::SystemTime;
use tracing::Span;

/// Where the log goes, for all runs of a manager: nowhere, if its level is 0.
pub(super) fn screens(settings: &ManagerSettings) -> Result<Vec<Screen>, SetupError> {
    let mut screens = Vec::new();
    let thread = SystemError::on(SystemOperation::Start, "the thread that writes the log");
    if settings.log_level == 0 {
        return Ok(screens);
    }
    if let Some(path) = &settings.log_path {
        let refused = |source| SetupError::Log(SystemError::new(SystemOperation::WriteLog, path, source));
        let writable = settings.service.grants.dirs.iter().filter(|dir| dir.writable);
        let writable = PathOpener::new(writable.map(|dir| dir.host.as_path()));
        let writable = writable
            .map_err(SystemError::on(SystemOperation::Grant, "the folders that tasks may write to"))?;
        let reached = |granted: &Path| {
            let (granted, path) = (granted.to_path_buf(), path.clone());
            Err(SetupError::ReachesLog { granted, path })
        };
        writable.leads_into(path).map_err(refused)?.map_or(Ok(()), reached)?;
        let file = OpenOptions::new().append(true).create(true).open(path).map_err(refused)?;
        if file.metadata().map_err(refused)?.is_file() {
            writable.holds(&file).map_err(refused)?.map_or(Ok(()), reached)?;
        }
        screens.push(Screen::new(Box::new(file), None).map_err(&thread)?);
    }
    if settings.log_stdout {
        screens.push(Screen::stdout().map_err(&thread)?);
    }
    Ok(screens)
}

/// The log of one run.
pub(super) struct ManagerLog {
    writer: Option<LogWriter>,
    interval: StatsInterval,
    /// Lines for `tracing` are told in it.
    span: Span,
    /// Attempts that are being made, as far as was told last.
    running: usize,
}

impl ManagerLog {
    pub(super) fn new(settings: &ManagerSettings, screens: &[Screen], span: Span) -> Self {
        let level = match settings.log_level {
            0 | 1 => LogDetail::Error,
            2 => LogDetail::Info,
            _ => LogDetail::Debug,
        };
        let writer = (!screens.is_empty()).then(|| LogWriter::new(level, screens.to_vec(), SystemTime::now));
        Self { writer, interval: StatsInterval::first(), span, running: 0 }
    }

    /// Returns whether it is written anywhere.
    pub(super) const fn is_on(&self) -> bool {
        self.writer.is_some()
    }

    /// Tells of one thing that happened.
    pub(super) fn on(&mut self, event: &RunEvent) {
        if let RunEvent::Running(running) = event {
            self.running = running.len();
        }
        self.span.in_scope(|| tell(event, &mut TracingLines));
        if let Some(writer) = &mut self.writer {
            tell(event, writer);
        }
    }

    /// Tells the sums of the time since the last such line.
    pub(super) fn interval(&mut self, stats: &Stats, at: Moment) {
        let (line, next) = self.interval.end(stats, self.running, None, at);
        self.interval = next;
        if let (Some(writer), Some(line)) = (&mut self.writer, line) {
            writer.statistics(&line);
        }
    }

    /// Tells the sums of the whole run, and waits until everything is written: the program may end
    /// now.
    pub(super) fn end(&mut self, stats: &Stats) {
        if let Some(writer) = &mut self.writer {
            writer.statistics(&stats.to_string());
            writer.flush();
        }
    }
}
