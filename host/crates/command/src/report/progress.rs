//! Progress of a run: what is running now, how much is left, and the rows and lines that say so.
//! [`polymer_host_report::screen`] says when they are drawn.

mod interval;
mod rate;
mod slow;
mod total;
mod words;

use crate::report::on_terminal::AboveStatusLine;
use crate::report::status_line::{ProgressLine, RowPaint, TerminalSize};
use crate::report::status_report::StandingReport;
pub use interval::LineInterval;
use interval::ProgressLines;
use polymer_host_base::sanitize::name;
use polymer_host_base::text::{counted, show_time};
use polymer_host_event::{ProcessRole, RunEvent, RunningAttempt};
use polymer_host_report::screen::{BottomLine, Screen};
use polymer_host_report::stats::Stats;
use polymer_host_task::{ModuleId, Moment};
use rate::RecentRate;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::time::Duration;
pub(crate) use total::KnownTotal;
pub use total::TaskTotal;
pub(crate) use total::TotalEstimate;
pub(crate) use words::ProgressFacts;

/// The time between two drawings.
pub(super) const PERIOD: Duration = Duration::from_millis(100);

/// The most rows at the foot of a terminal.
const MOST_ROWS: usize = 4;

/// Current progress of the run, as last reported.
#[derive(Debug, Default)]
pub(super) struct RunProgress {
    pub(super) total: TaskTotal,
    running: Vec<RunningAttempt>,
    /// Tasks in the run that are not running, as it was told last.
    waiting: usize,
    /// Modules that are being compiled, linked and described, and since when.
    compiling: BTreeMap<ModuleId, Moment>,
    /// Names of modules of which nothing else is known yet.
    names: HashMap<ModuleId, String>,
    rate: RecentRate,
    lines: ProgressLines,
}

impl RunProgress {
    /// Learns from what happened `at` so long after the run began.
    #[warn(clippy::wildcard_enum_match_arm)]
    pub(super) fn on(&mut self, at: Moment, event: RunEvent) {
        match event {
            RunEvent::Running(running) => self.running = running,
            RunEvent::ModuleNamed { module, name, .. } => {
                self.names.insert(module, name);
            }
            RunEvent::WorkerStarted { role: ProcessRole::Compile(module), .. } => {
                self.compiling.entry(module).or_insert(at);
            }
            RunEvent::ModuleReady { module, .. } | RunEvent::ModuleInvalid { module, .. } => {
                self.compiling.remove(&module);
                self.names.remove(&module);
            }
            RunEvent::Engine(_)
            | RunEvent::CacheEntryRejected { .. }
            | RunEvent::CacheTrouble { .. }
            | RunEvent::WorkerStarted { .. }
            | RunEvent::Confined(_)
            | RunEvent::MemoryBound(_)
            | RunEvent::WorkerTurned { .. }
            | RunEvent::WorkerRecycled { .. }
            | RunEvent::WorkerDied { .. }
            | RunEvent::Exhausted { .. }
            | RunEvent::AttemptDispatched { .. }
            | RunEvent::AttemptFailed { .. }
            | RunEvent::TaskDone(_)
            | RunEvent::WentOn { .. }
            | RunEvent::GroupStopped { .. }
            | RunEvent::Draining { .. } => {}
            // Events to come: clippy tells one that has no arm yet.
            _ => {}
        }
    }

    /// The tasks that run, oldest first, and the number of those that wait.
    pub(super) fn at_work(&self) -> (&[RunningAttempt], usize) {
        (&self.running, self.waiting)
    }

    /// Takes how many tasks are in the run and not running.
    pub(super) const fn wait(&mut self, tasks: usize) {
        self.waiting = tasks;
    }

    /// Returns the state of the run at `at`, for whoever asks.
    pub(super) fn standing(&mut self, stats: &Stats, at: Moment) -> String {
        let facts = self.facts(stats, at);
        let compiling = self.compiling.iter().map(|(module, since)| (self.called(*module), *since));
        let (running, compiling) = (&self.running, compiling.collect());
        StandingReport { facts: &facts, running, compiling, waiting: self.waiting }.lines()
    }

    /// What is to be told of the run at `at`. To be called as time goes on: the rate is learned
    /// here.
    pub(super) fn facts(&mut self, stats: &Stats, at: Moment) -> ProgressFacts {
        let (done, running) = (stats.tasks(), self.running.len());
        self.rate.observe(at, done, running > 0);
        let known = [running, self.waiting].map(|tasks| u64::try_from(tasks).unwrap_or(u64::MAX));
        let total = self.total.get().at_least(known.iter().fold(done, |all, more| all.saturating_add(*more)));
        let left = total.number().map(|total| total.saturating_sub(done));
        ProgressFacts {
            done,
            total,
            not_ok: stats.not_ok(),
            running,
            rate: self.rate.per_second(),
            // Once all that is left runs, the rate of what is over says nothing of it.
            left: left.filter(|left| *left > known[0]).and_then(|left| self.rate.time_left(left)),
            awaited: self.awaited(at),
            compiling: self.compiling.len(),
            elapsed: at,
        }
    }

    /// Returns what is waited for at `at`, if nothing runs: the module that has been compiled for
    /// longest, or nothing that is known.
    fn awaited(&self, at: Moment) -> Option<String> {
        let oldest = self.compiling.iter().min_by_key(|(_, since)| **since);
        let compiling = oldest.map(|(module, since)| {
            let others = match self.compiling.len() {
                1 => String::new(),
                modules => format!(" and {}", counted(modules as u64 - 1, "other module")),
            };
            let time = show_time(at.saturating_sub(*since));
            format!("compiling {} for {time}{others}", name(&self.called(*module)))
        });
        let waiting = (self.waiting > 0).then(|| format!("{} waiting", self.waiting));
        let parts: Vec<String> = compiling.into_iter().chain(waiting).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// A module by its name, or by its number if it has none.
    fn called(&self, module: ModuleId) -> String {
        self.names.get(&module).cloned().unwrap_or_else(|| module.to_string())
    }

    /// The rows at the foot of a terminal at `at`: what is done, and below it the slowest tasks.
    pub(super) fn rows(&mut self, stats: &Stats, at: Moment, size: TerminalSize) -> String {
        // The last column stays free.
        let columns = size.columns.saturating_sub(1);
        let facts = self.facts(stats, at);
        let below = most_rows(size.rows) - 1;
        let mut rows = vec![facts.row(columns)];
        rows.extend(slow::rows(slow::slow(&self.running, &stats.run), below, columns));
        rows.join("\n")
    }

    /// What is done and left at `at`, in one line.
    pub(super) fn in_short(&mut self, stats: &Stats, at: Moment) -> String {
        self.facts(stats, at).in_short()
    }

    /// The line for a log at `at`, without a newline, if there is anything to say.
    pub(super) fn line(&mut self, stats: &Stats, at: Moment) -> Option<String> {
        let facts = self.facts(stats, at);
        let slow = slow::in_short(slow::slow(&self.running, &stats.run));
        self.lines.next(&facts, stats, slow)
    }
}

/// Rows that a terminal of so many spares: a quarter of them, from one to [`MOST_ROWS`].
fn most_rows(rows: usize) -> usize {
    (rows / 4).clamp(1, MOST_ROWS)
}

/// The screen of this process's stderr, which is a terminal. A `bar` asks for rows of progress at
/// its foot, painted so.
///
/// # Errors
/// If no thread can be started.
pub fn terminal_screen(out: Box<dyn Write + Send>, bar: Option<RowPaint>) -> io::Result<Screen> {
    let bar = bar.map(|paint| Box::new(ProgressLine { paint }) as Box<dyn BottomLine>);
    Screen::new(Box::new(AboveStatusLine(out)), bar)
}

#[cfg(test)]
mod tests;
