//! State of a run, for whoever asks while it goes on: a line of counts, and below it one line for
//! each running task.
//!
//! It only puts into words what it is given: the supervisor says what runs.

use polymer_host_base::quantity::show_size;
use polymer_host_base::sanitize::{name, named};
use polymer_host_base::text::show_time;
use polymer_host_event::RunningAttempt;
use polymer_host_report::line::MARGIN;
use polymer_host_report::stats::Stats;
use polymer_host_task::Moment;

/// Content of the report.
#[derive(Debug)]
pub(super) struct StandingReport<'a> {
    /// The tasks that run, oldest first.
    pub(super) running: &'a [RunningAttempt],
    /// Modules that are being compiled, and since when.
    pub(super) compiling: Vec<(String, Moment)>,
    /// Tasks that were read and do not run.
    pub(super) waiting: usize,
    /// Total number of tasks, once known.
    pub(super) total: Option<u64>,
}

impl StandingReport<'_> {
    /// The lines, safe to show, each with its newline: the first at the margin, the others behind
    /// it.
    pub(super) fn lines(&self, stats: &Stats, at: Moment) -> String {
        let tasks = self.running.iter().map(task);
        let modules = self.compiling.iter().map(|(module, since)| {
            format!("compiling {}: {}", name(module), show_time(at.saturating_sub(*since)))
        });
        let mut text = self.counts(stats, at);
        for line in tasks.chain(modules) {
            text = text + "\n" + MARGIN + &line;
        }
        text + "\n"
    }

    fn counts(&self, stats: &Stats, at: Moment) -> String {
        let mut parts = vec![format!("{} running", self.running.len()), format!("{} waiting", self.waiting)];
        parts.push(match self.total {
            Some(total) => format!("{} of {total} done", stats.tasks()),
            None => format!("{} done", stats.tasks()),
        });
        if stats.not_ok() > 0 {
            parts.push(format!("{} not ok", stats.not_ok()));
        }
        format!("after {}: {}", show_time(at), parts.join(", "))
    }
}

/// One task: where, which, and how far it is.
fn task(running: &RunningAttempt) -> String {
    let RunningAttempt { worker, task, attempt, age, memory, progress } = running;
    let (slot, name) = (worker.slot + 1, named(&task.id, task.label.as_deref()));
    let mut text = format!("slot {slot} task {name} attempt {attempt}: {}", show_time(*age));
    if let Some(bytes) = memory {
        text = text + ", " + &show_size(*bytes);
    }
    if let Some((done, total)) = progress {
        text = format!("{text}, {done} of {total} by its own word");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_event::RunEvent;
    use polymer_host_event::samples;
    use polymer_host_task::{TaskName, WorkerId};
    use std::time::Duration;

    const SECOND: Duration = Duration::from_secs(1);

    fn running(slot: u32, id: &str) -> RunningAttempt {
        let worker = WorkerId { slot, generation: 7 };
        let task = TaskName { id: id.to_owned(), ..TaskName::default() };
        RunningAttempt { worker, task, attempt: 1, age: SECOND * 3, memory: None, progress: None }
    }

    #[test]
    fn each_task_has_a_line_with_all_that_is_known_of_it() {
        let mut known = running(1, "a");
        known.task.label = Some("sieve".to_owned());
        (known.attempt, known.age) = (3, Duration::from_millis(250));
        (known.memory, known.progress) = (Some(3 << 19), Some((2, 5)));
        let tasks = [running(0, "9"), known];
        let mut stats = Stats::new(2);
        stats.on(&RunEvent::TaskDone(Box::new(samples::ok())));
        let standing = StandingReport { running: &tasks, compiling: Vec::new(), waiting: 4, total: None };
        let expected = "\
after 1m 15s: 2 running, 4 waiting, 1 done
    slot 1 task 9 attempt 1: 3.00 s
    slot 2 task a sieve attempt 3: 250.00 ms, 1.5 MiB, 2 of 5 by its own word
";
        assert_eq!(standing.lines(&stats, SECOND * 75), expected);
    }

    #[test]
    fn a_run_that_only_compiles_says_so_and_what_failed_is_counted() {
        let mut stats = Stats::new(2);
        stats.on(&RunEvent::TaskDone(Box::new(samples::trap())));
        let compiling = vec![("a.wasm".to_owned(), SECOND)];
        let standing = StandingReport { running: &[], compiling, waiting: 1, total: Some(2) };
        let expected =
            "after 9.00 s: 0 running, 1 waiting, 1 of 2 done, 1 not ok\n    compiling a.wasm: 8.00 s\n";
        assert_eq!(standing.lines(&stats, SECOND * 9), expected);
    }

    #[test]
    fn no_name_can_pretend_to_be_a_line_of_ours() {
        let mut forged = running(0, "x\nafter 9 s: \u{1b}[31m");
        forged.task.label = Some("\u{202e}y\n".to_owned());
        let tasks = [forged];
        let compiling = vec![("m\n\u{1b}".to_owned(), SECOND)];
        let standing = StandingReport { running: &tasks, compiling, waiting: 0, total: None };
        let text = standing.lines(&Stats::new(1), SECOND);
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("after ")).count(), 1, "{text}");
        assert_eq!(text.lines().count(), 3, "{text}");
    }
}
