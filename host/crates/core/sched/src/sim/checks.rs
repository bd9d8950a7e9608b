//! What the model checks of each record and of the whole.

use super::Sim;
use super::world::{CPU, GRACE, Nature, TIMEOUT};
use polymer_host_task::task_error::CPU_TIME;
use polymer_host_task::{PastAttempt, Record, TaskId, Verdict};
use std::time::Duration;

/// Whether a task takes its process down.
const fn is_deadly(nature: Nature) -> bool {
    matches!(nature, Nature::Poison | Nature::Pretends)
}

impl Sim {
    pub(super) fn recorded(&mut self, record: Record) {
        let id = record.task;
        assert!(id.0 < self.submitted, "W9: a record of a task that was never submitted");
        assert_eq!(
            u64::try_from(record.history.len()).unwrap() + 1,
            u64::from(record.attempts.max(1)),
            "W9: {record:?}"
        );
        let nature = self.natures[&id];
        let expected = match self.explains_talk(&record) {
            Some(false) => false,
            Some(true) if self.is_of_both(&record) => true,
            Some(true) | None => self.is_explained(&record, nature),
        };
        assert!(expected, "W10: {nature:?} ended as {}", record.verdict);
        let refused = record.verdict == Verdict::ModuleInvalid && record.error.code == "unknown";
        let named = self.modules.was_named(id) || nature == Nature::Garbage;
        assert!(named || refused, "W10: its module was given up before, and it ended as {}", record.verdict);
        if !self.outside && matches!(nature, Nature::Honest(_)) {
            // Any process may be slow, and slow ones are tried again where errors are.
            let again = self.world.on_error || self.world.confirms;
            let slow = |past: &PastAttempt| past.verdict == Verdict::Timeout && again;
            let before = |past: &PastAttempt| past.error.code == "interrupted";
            let wrong = |past: &PastAttempt| past.verdict == Verdict::WrongOutput && self.is_wrong(id);
            assert!(
                record.history.iter().all(|past| slow(past) || before(past) || wrong(past)),
                "W11: an innocent task was charged: {record:?}"
            );
        }
        self.note_group_record(&record);
        self.check_trials(&record);
        self.note_late(&record);
        self.check_judged(&record);
        self.check_kept(&record);
        self.check_checked(&record);
        self.check_entries(&record);
        if !self.outside && record.verdict == Verdict::Quarantined {
            self.check_quarantine(&record);
        }
        assert!(self.records.insert(id, record).is_none(), "W13: a second record for {id}");
    }

    /// Whether a task of this nature ends so, or any may.
    fn is_explained(&self, record: &Record, nature: Nature) -> bool {
        let id = record.task;
        match (record.verdict, nature) {
            (Verdict::Ok, Nature::Honest(_) | Nature::Flaky(_)) => true,
            (Verdict::Ok, Nature::Dawdles) => record.attempts > 1,
            (Verdict::Ok, Nature::Thirsty(needs)) => self.had_fuel(id, needs),
            (Verdict::FuelExhausted, Nature::Thirsty(needs)) => !self.had_fuel(id, needs),
            (Verdict::WrongOutput, nature) => {
                self.is_wrong(id) && !matches!(nature, Nature::Garbage | Nature::Traps)
            }
            (Verdict::JudgeError, nature) => {
                self.sees_checker(id) && !matches!(nature, Nature::Garbage | Nature::Traps)
            }
            (Verdict::BadInput, nature) => nature == Nature::Garbage,
            (Verdict::TaskError, Nature::Flaky(good)) => {
                good > self.world.retries || self.is_stopped() || self.is_streamed(id)
            }
            (Verdict::Trap, nature) => nature == Nature::Traps,
            (Verdict::Timeout, _) if record.error.code == "deadline" => {
                self.cut.contains(&id) && self.due.get(&id).is_some_and(|due| *due <= self.now)
            }
            (Verdict::Timeout, Nature::Spins) if record.error.code == CPU_TIME => {
                record.usage.wall.is_some_and(|wall| wall >= CPU)
            }
            // In this world any process may be slow; what counts is that none is killed before its
            // time.
            (Verdict::Timeout, nature) => {
                nature != Nature::Garbage && record.usage.wall.is_some_and(|wall| wall >= TIMEOUT + GRACE)
            }
            (Verdict::WorkerLost, nature) => {
                let lost = is_deadly(nature) || self.outside || self.is_doubted(id);
                // A machine that lacks something is no excuse for what cannot be made again.
                let is_streamed = self.is_streamed(id);
                let lacked = is_streamed && self.world.lacks > 0;
                (self.world.crash_limit == 0 || is_streamed) && (lost || lacked)
            }
            (Verdict::Quarantined, _) if self.is_streamed(id) => self.is_doubted(id),
            (Verdict::Quarantined, nature) => is_deadly(nature) || self.outside || self.is_doubted(id),
            (Verdict::ModuleInvalid, _) => match record.error.code.as_str() {
                "malformed" => self.world.bad_module.is_some(),
                "unknown" => !self.modules.was_named(id),
                // As above: any process may be slow, and one may be killed again and again.
                "compile_timeout" | "load_timeout" => true,
                _ => self.outside,
            },
            (Verdict::Canceled, _) if record.error.code.starts_with("group_") => self.is_for_group(record),
            (Verdict::Canceled, _) => self.canceled.contains(&id) || self.sched.is_ending(),
            _ => false,
        }
    }

    /// Whether the run takes nothing new: it was told to drain, or gave up.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped || self.sched.outcome().halt.is_some()
    }

    /// W26: what was cut counts no attempt that was not begun, but for those that were given up as
    /// too slow.
    fn check_entries(&self, record: &Record) {
        let begun = self.entries.get(&record.task).copied().unwrap_or_default();
        let too_slow = |wall: Option<Duration>| wall >= Some(TIMEOUT + GRACE);
        let slow = too_slow(record.usage.wall) || record.history.iter().any(|past| too_slow(past.usage.wall));
        let counts = self.outside || slow || !self.cut.contains(&record.task);
        let begun = begun + self.made_before(record.task);
        let counts = counts || self.is_kept(record.task);
        assert!(counts || record.attempts <= begun, "W26: {begun} attempts were begun: {record:?}");
    }

    pub(super) fn check_outcome(&self) {
        self.check_groups();
        let outcome = self.sched.outcome();
        if outcome.complete {
            for task in (0..self.submitted).map(TaskId) {
                assert!(self.records.contains_key(&task), "W17: {task} has no record");
            }
        } else {
            assert!(outcome.halt.is_some(), "W18: incomplete without a reason");
        }
        for task in &self.cut {
            assert!(self.records.contains_key(task), "W22: {task} was cut and has no record");
        }
        let told = u64::try_from(self.records.len()).unwrap() + outcome.dropped;
        assert_eq!(told, self.submitted, "W19: every line has a record or was dropped before it began");
    }
}
