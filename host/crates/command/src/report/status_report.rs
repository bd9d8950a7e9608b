//! State of a run, for whoever asks while it goes on: a line of counts, and below it one line for
//! each running task.
//!
//! It only puts into words what it is given: the supervisor says what runs.

use crate::report::progress::ProgressFacts;
use polymer_host_base::quantity::{show_fuel, show_size};
use polymer_host_base::sanitize::{name, named};
use polymer_host_base::text::show_time;
use polymer_host_event::RunningAttempt;
use polymer_host_report::line::MARGIN;
use polymer_host_task::Moment;

/// Content of the report.
#[derive(Debug)]
pub(super) struct StandingReport<'a> {
    /// What is done and left.
    pub(super) facts: &'a ProgressFacts,
    /// The tasks that run, oldest first.
    pub(super) running: &'a [RunningAttempt],
    /// Modules that are being compiled, and since when.
    pub(super) compiling: Vec<(String, Moment)>,
    /// Tasks that were read and do not run.
    pub(super) waiting: usize,
}

impl StandingReport<'_> {
    /// The lines, safe to show, each with its newline: the first at the margin, the others behind
    /// it.
    pub(super) fn lines(&self) -> String {
        let at = self.facts.elapsed;
        let tasks = self.running.iter().map(task);
        let modules = self.compiling.iter().map(|(module, since)| {
            format!("compiling {}: {}", name(module), show_time(at.saturating_sub(*since)))
        });
        let mut text = self.counts();
        for line in tasks.chain(modules) {
            text = text + "\n" + MARGIN + &line;
        }
        text + "\n"
    }

    fn counts(&self) -> String {
        let facts = self.facts;
        let mut parts = vec![format!("{} running", self.running.len()), format!("{} waiting", self.waiting)];
        parts.extend([Some(facts.done()), facts.not_ok(), facts.left()].into_iter().flatten());
        format!("after {}: {}", show_time(facts.elapsed), parts.join(", "))
    }
}

/// One task: where, which, and how far it is.
fn task(running: &RunningAttempt) -> String {
    let RunningAttempt { worker, task, attempt, age, memory, fuel, progress } = running;
    let (slot, name) = (worker.slot + 1, named(&task.id, task.label.as_deref()));
    let mut text = format!("slot {slot} task {name} attempt {attempt}: {}", show_time(*age));
    if let Some(bytes) = memory {
        text = text + ", " + &show_size(*bytes);
    }
    if let Some(fuel) = fuel {
        text = format!("{text}, {} fuel", show_fuel(*fuel));
    }
    if let Some((done, total)) = progress {
        text = format!("{text}, {done} of {total} by its own word");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::progress::KnownTotal;
    use polymer_host_task::{TaskName, WorkerId};
    use std::time::Duration;

    const SECOND: Duration = Duration::from_secs(1);

    fn running(slot: u32, id: &str) -> RunningAttempt {
        let worker = WorkerId { slot, generation: 7 };
        let task = TaskName { id: id.to_owned(), ..TaskName::default() };
        let (memory, fuel, progress) = (None, None, None);
        RunningAttempt { worker, task, attempt: 1, age: SECOND * 3, memory, fuel, progress }
    }

    fn facts(done: u64, total: KnownTotal, secs: u32) -> ProgressFacts {
        ProgressFacts { done, total, elapsed: SECOND * secs, ..ProgressFacts::default() }
    }

    #[test]
    fn each_task_has_a_line_with_all_that_is_known_of_it() {
        let mut known = running(1, "a");
        known.task.label = Some("sieve".to_owned());
        (known.attempt, known.age) = (3, Duration::from_millis(250));
        (known.memory, known.fuel, known.progress) = (Some(3 << 19), Some(1_500_000_000), Some((2, 5)));
        let tasks = [running(0, "9"), known];
        let facts = facts(1, KnownTotal::Unknown, 75);
        let standing = StandingReport { facts: &facts, running: &tasks, compiling: Vec::new(), waiting: 4 };
        let expected = "\
after 1m 15s: 2 running, 4 waiting, 1 done
    slot 1 task 9 attempt 1: 3.00 s
    slot 2 task a sieve attempt 3: 250.00 ms, 1.5 MiB, 1.5G fuel, 2 of 5 by its own word
";
        assert_eq!(standing.lines(), expected);
    }

    #[test]
    fn a_run_that_only_compiles_says_so_and_what_failed_and_is_left_is_told() {
        let compiling = || vec![("a.wasm".to_owned(), SECOND)];
        let facts = ProgressFacts { not_ok: 1, ..facts(1, KnownTotal::Exact(2), 9) };
        let standing = StandingReport { facts: &facts, running: &[], compiling: compiling(), waiting: 1 };
        let expected =
            "after 9.00 s: 0 running, 1 waiting, 1 of 2 done (50%), 1 not ok\n    compiling a.wasm: 8.00 s\n";
        assert_eq!(standing.lines(), expected);
        let left = Some(SECOND * 40);
        let facts = ProgressFacts { left, total: KnownTotal::About(8), ..facts };
        let standing = StandingReport { facts: &facts, running: &[], compiling: Vec::new(), waiting: 1 };
        let expected = "after 9.00 s: 0 running, 1 waiting, 1 of ~8 done (12%), 1 not ok, ~40s left\n";
        assert_eq!(standing.lines(), expected);
    }

    #[test]
    fn no_name_can_pretend_to_be_a_line_of_ours() {
        let mut forged = running(0, "x\nafter 9 s: \u{1b}[31m");
        forged.task.label = Some("\u{202e}y\n".to_owned());
        let tasks = [forged];
        let compiling = vec![("m\n\u{1b}".to_owned(), SECOND)];
        let facts = facts(0, KnownTotal::Unknown, 1);
        let standing = StandingReport { facts: &facts, running: &tasks, compiling, waiting: 0 };
        let text = standing.lines();
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("after ")).count(), 1, "{text}");
        assert_eq!(text.lines().count(), 3, "{text}");
    }
}
