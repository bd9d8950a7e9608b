//! Progress of a run: what is running now, and the line that says so.
//! [`polymer_host_report::screen`] says when it is drawn.

use crate::report::on_terminal::AboveStatusLine;
use crate::report::status_line;
use crate::report::status_report::StandingReport;
use polymer_host_base::sanitize::{name, named};
use polymer_host_base::text::{counted, show_time};
use polymer_host_event::{ProcessRole, RunEvent, RunningAttempt};
use polymer_host_report::screen::{BottomLine, Screen};
use polymer_host_report::stats::Stats;
use polymer_host_report::summary::rate;
use polymer_host_task::{ModuleId, Moment};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The time between two drawings.
pub(super) const PERIOD: Duration = Duration::from_millis(100);

/// Total number of tasks; known once the input has ended.
#[derive(Debug, Clone, Default)]
pub struct TaskTotal(Arc<OnceLock<u64>>);

impl TaskTotal {
    /// The input has ended, and these were all its tasks. The first word stands.
    pub fn set(&self, tasks: u64) {
        self.0.get_or_init(|| tasks);
    }

    fn get(&self) -> Option<u64> {
        self.0.get().copied()
    }
}

/// The most tasks the progress line names.
const NAMED: usize = 3;

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

    pub(super) const fn running(&self) -> usize {
        self.running.len()
    }

    /// Takes how many tasks are in the run and not running.
    pub(super) const fn wait(&mut self, tasks: usize) {
        self.waiting = tasks;
    }

    /// Returns the state of the run at `at`, for whoever asks.
    pub(super) fn standing(&self, stats: &Stats, at: Moment) -> String {
        let compiling = self.compiling.iter().map(|(module, since)| (self.called(*module), *since));
        let (waiting, total) = (self.waiting, self.total.get());
        StandingReport { running: &self.running, compiling: compiling.collect(), waiting, total }
            .lines(stats, at)
    }

    /// Returns what is waited for at `at`, if nothing runs: the module that has been compiled for
    /// longest, or nothing that is known.
    pub(super) fn awaited(&self, at: Moment) -> Option<String> {
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

    /// The progress line at `at`.
    pub(super) fn line(&self, stats: &Stats, at: Moment) -> String {
        let done = match self.total.get() {
            Some(total) => format!("{} of {total} done", stats.tasks()),
            None => format!("{} done", stats.tasks()),
        };
        let failed = match stats.not_ok() {
            0 => String::new(),
            failed => format!(", {failed} not ok"),
        };
        let elapsed = humantime::format_duration(Duration::from_secs(at.as_secs()));
        let rate = rate(stats.tasks(), at);
        format!("{done}{failed}, {} running, {rate} tasks/s, {elapsed}{}", self.running(), self.named())
    }

    /// The oldest tasks that run, with what is known of them.
    fn named(&self) -> String {
        let mut text = String::new();
        match self.compiling.len() {
            0 => {}
            1 => text.push_str("; compiling"),
            modules => text = format!("; compiling {modules} modules"),
        }
        for running in self.running.iter().take(NAMED) {
            let age = running.age.as_secs();
            let percent = running
                .progress
                .map(|(done, total)| format!(", {} %", u128::from(done) * 100 / u128::from(total.max(1))));
            let name = named(&running.task.id, running.task.label.as_deref());
            // A write to a string cannot fail.
            let _ = write!(text, "; {name} {age}s{}", percent.unwrap_or_default());
        }
        text
    }
}

/// The screen of this process's stderr, which is a terminal. `bar` asks for a progress line.
///
/// # Errors
/// If no thread can be started.
pub fn terminal_screen(out: Box<dyn Write + Send>, bar: bool) -> io::Result<Screen> {
    Screen::new(
        Box::new(AboveStatusLine(out)),
        bar.then(|| Box::new(status_line::ProgressLine) as Box<dyn BottomLine>),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_event::samples;
    use polymer_host_task::{TaskError, TaskName, WorkerId};

    fn running(id: &str, seconds: u64, progress: Option<(u64, u64)>) -> RunningAttempt {
        let worker = WorkerId { slot: 0, generation: 1 };
        let task = TaskName { id: id.to_owned(), ..TaskName::default() };
        RunningAttempt { worker, task, attempt: 1, age: Duration::from_secs(seconds), memory: None, progress }
    }

    #[test]
    fn the_oldest_tasks_are_named_with_what_is_known_of_them() {
        let mut progress = RunProgress::default();
        progress.on(
            Moment::ZERO,
            RunEvent::Running(vec![
                running("a\u{1b}", 9, Some((1, 4))),
                running("b", 2, None),
                running("c", 1, None),
                running("d", 0, None),
            ]),
        );
        assert_eq!(progress.running(), 4);
        assert_eq!(progress.named(), "; a\\u{1b} 9s, 25 %; b 2s; c 1s");
        let mut labelled = running("e", 3, None);
        labelled.task.label = Some("sieve\n".to_owned());
        progress.on(Moment::ZERO, RunEvent::Running(vec![labelled]));
        assert_eq!(progress.named(), "; e sieve\\u{a} 3s");
        progress.on(Moment::ZERO, RunEvent::Running(Vec::new()));
        let worker = WorkerId { slot: 2, generation: 1 };
        let role = ProcessRole::Compile(ModuleId(0));
        progress.on(Moment::ZERO, RunEvent::WorkerStarted { worker, role, replaces: false });
        assert_eq!(progress.named(), "; compiling");
        progress
            .on(Moment::ZERO, RunEvent::ModuleInvalid { module: ModuleId(0), error: TaskError::default() });
        assert_eq!((progress.running(), progress.named()), (0, String::new()));
    }

    #[test]
    fn the_line_says_what_is_known() {
        let (mut progress, mut stats) = (RunProgress::default(), Stats::new(4));
        stats.on(&RunEvent::TaskDone(Box::new(samples::ok())));
        progress.on(Moment::ZERO, RunEvent::Running(vec![running("8", 1, None)]));
        let at = Duration::from_millis(2_500);
        assert_eq!(progress.line(&stats, at), "1 done, 1 running, 0.4 tasks/s, 2s; 8 1s");
        stats.on(&RunEvent::TaskDone(Box::new(samples::trap())));
        progress.total.set(9);
        progress.total.set(10);
        assert_eq!(
            progress.line(&stats, at * 40),
            "2 of 9 done, 1 not ok, 1 running, 0.0 tasks/s, 1m 40s; 8 1s"
        );
    }
}
