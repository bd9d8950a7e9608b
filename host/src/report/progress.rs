//! How far a run is: what is running now, and the line that says so. It draws nothing by itself; [`super::screen`] does.

use super::stats::Stats;
use super::summary::rate;
use crate::event::RunEvent;
use crate::task::Moment;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How often the line is drawn a second, at the most.
pub(super) const HZ: u8 = 10;

/// The time between two drawings.
pub(super) const PERIOD: Duration = Duration::from_millis(100);

/// How many tasks there are in all; known once the input has ended.
#[derive(Debug, Clone, Default)]
pub struct Total(Arc<OnceLock<u64>>);

impl Total {
    /// The input has ended, and these were all its tasks. The first word stands.
    pub fn set(&self, tasks: u64) {
        self.0.get_or_init(|| tasks);
    }

    fn get(&self) -> Option<u64> {
        self.0.get().copied()
    }
}

/// What is running now. An event that does not come costs nothing: a slot's next one sets it right.
#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) total: Total,
    /// The task each busy slot runs.
    running: BTreeMap<u32, String>,
}

impl Progress {
    pub(super) fn on(&mut self, event: &RunEvent) {
        match event {
            RunEvent::AttemptDispatched { worker, id, .. } => {
                self.running.insert(worker.slot + 1, id.clone());
            }
            RunEvent::AttemptFailed { worker, id, .. } => self.ended(*worker, id),
            RunEvent::TaskDone(record) => self.ended(record.worker, &record.id),
            RunEvent::WorkerStarted { worker, .. } | RunEvent::WorkerDied { worker, .. } => {
                self.running.remove(&(worker.slot + 1));
            }
            RunEvent::ModuleReady { .. } | RunEvent::ModuleInvalid { .. } | RunEvent::Draining { .. } => {}
        }
    }

    fn ended(&mut self, slot: Option<u32>, id: &str) {
        if let Some(slot) = slot
            && self.running.get(&slot).is_some_and(|running| running == id)
        {
            self.running.remove(&slot);
        }
    }

    pub(super) fn running(&self) -> usize {
        self.running.len()
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
        format!("{done}{failed}, {} running, {rate} tasks/s, {elapsed}", self.running())
    }
}

/// The progress line on a terminal.
pub(super) struct Bar(ProgressBar);

impl fmt::Debug for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bar")
    }
}

impl Bar {
    pub(super) fn new(target: ProgressDrawTarget) -> Self {
        let bar = ProgressBar::with_draw_target(None, target);
        // The template is a constant, so it parses; without it the line is only less pretty.
        if let Ok(style) = ProgressStyle::with_template("{wide_msg}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub(super) fn show(&self, line: String) {
        self.0.set_message(line);
    }

    /// Takes the line away while `write` writes, and shows it again.
    pub(super) fn suspend(&self, write: impl FnOnce()) {
        self.0.suspend(write);
    }

    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::screen::Screen;
    use super::super::screen::tests::Kept;
    use super::*;
    use crate::event::Role;
    use crate::task::{ModuleId, WorkerId};
    use indicatif::TermLike;
    use std::io::{self, Write};

    fn dispatched(slot: u32, id: &str) -> RunEvent {
        let worker = WorkerId { slot, generation: 1 };
        RunEvent::AttemptDispatched { worker, id: id.to_owned(), attempt: 1 }
    }

    #[test]
    fn what_runs_is_counted_by_slot_and_sets_itself_right() {
        let mut progress = Progress::default();
        progress.on(&dispatched(0, "6"));
        progress.on(&dispatched(1, "7"));
        assert_eq!(progress.running(), 2);
        // The sample is task 7 in slot 2, which is slot 1 from 0.
        progress.on(&RunEvent::TaskDone(Box::new(samples::ok())));
        progress.on(&RunEvent::TaskDone(Box::new(samples::ok())));
        assert_eq!(progress.running(), 1);
        let worker = WorkerId { slot: 0, generation: 2 };
        progress.on(&RunEvent::WorkerStarted { worker, role: Role::Run(ModuleId(0)), replaces: true });
        assert_eq!(progress.running(), 0);
    }

    #[test]
    fn the_line_says_what_is_known() {
        let (mut progress, mut stats) = (Progress::default(), Stats::new(4));
        stats.on(&RunEvent::TaskDone(Box::new(samples::ok())));
        progress.on(&dispatched(0, "8"));
        let at = Duration::from_millis(2_500);
        assert_eq!(progress.line(&stats, at), "1 done, 1 running, 0.4 tasks/s, 2s");
        stats.on(&RunEvent::TaskDone(Box::new(samples::trap())));
        progress.total.set(9);
        progress.total.set(10);
        assert_eq!(progress.line(&stats, at * 40), "2 of 9 done, 1 not ok, 1 running, 0.0 tasks/s, 1m 40s");
    }

    /// A terminal that writes down what is done to it.
    #[derive(Debug, Clone)]
    struct Terminal(Kept);

    impl Terminal {
        fn note(&self, text: &str) -> io::Result<()> {
            self.0.clone().write_all(text.as_bytes())
        }
    }

    impl TermLike for Terminal {
        fn width(&self) -> u16 {
            80
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.note(text)?;
            self.note("\n")
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.note(text)
        }
        fn clear_line(&self) -> io::Result<()> {
            self.note("<clear>")
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_log_line_is_written_while_the_progress_line_is_away() {
        let kept = Kept::default();
        let target = ProgressDrawTarget::term_like(Box::new(Terminal(kept.clone())));
        let screen = Screen::new(Box::new(kept.clone()), Some(target)).unwrap();
        screen.show_bar("3 done".to_owned());
        screen.flush();
        screen.write("ERROR\n".to_owned());
        screen.flush();
        let text = kept.text();
        let shown = text.find("3 done").unwrap();
        let cleared = shown + text[shown..].find("<clear>").unwrap();
        let logged = cleared + text[cleared..].find("ERROR\n").unwrap();
        assert!(text[logged..].contains("3 done"), "{text:?}");
        screen.clear_bar();
        screen.flush();
        assert!(kept.text().ends_with("<clear>"), "{:?}", kept.text());
    }
}
