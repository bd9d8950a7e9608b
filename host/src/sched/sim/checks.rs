//! What the model checks of each record and of the whole.

use super::Sim;
use super::world::{GRACE, Nature, TIMEOUT};
use crate::task::{Record, TaskId, Verdict};

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
        let expected = match (record.verdict, nature) {
            (Verdict::Ok, Nature::Honest(_) | Nature::Flaky(_)) => true,
            (Verdict::BadInput, nature) => nature == Nature::Garbage,
            (Verdict::TaskError, Nature::Flaky(good)) => good > self.world.retries || self.stopped,
            // In this world any process may be slow; what counts is that none is killed before its time.
            (Verdict::Timeout, nature) => {
                nature != Nature::Garbage && record.usage.wall.is_some_and(|wall| wall >= TIMEOUT + GRACE)
            }
            (Verdict::WorkerLost, nature) => {
                self.world.crash_limit == 0 && (nature == Nature::Poison || self.outside)
            }
            (Verdict::Quarantined, nature) => nature == Nature::Poison || self.outside,
            (Verdict::ModuleInvalid, _) => match record.fault.code.as_str() {
                "malformed" => self.world.bad_module.is_some(),
                // As above: any process may be slow, and one may be killed again and again.
                "compile_timeout" | "load_timeout" => true,
                _ => self.outside,
            },
            (Verdict::Canceled, _) => true,
            _ => false,
        };
        assert!(expected, "W10: {nature:?} ended as {}", record.verdict);
        if !self.outside && matches!(nature, Nature::Honest(_)) && record.verdict == Verdict::Ok {
            assert_eq!(record.attempts, 1, "W11: an innocent task was charged: {record:?}");
        }
        if !self.outside && record.verdict == Verdict::Quarantined {
            assert_eq!(record.attempts, 1 + self.world.crash_limit, "W12: {record:?}");
        }
        assert!(self.records.insert(id, record).is_none(), "W13: a second record for {id}");
    }

    pub(super) fn check_outcome(&self) {
        let outcome = self.sched.outcome();
        if outcome.complete {
            for task in (0..self.submitted).map(TaskId) {
                assert!(self.records.contains_key(&task), "W17: {task} has no record");
            }
        } else {
            assert!(outcome.halt.is_some(), "W18: incomplete without a reason");
        }
        let told = u64::try_from(self.records.len()).unwrap() + outcome.dropped;
        assert_eq!(told, self.submitted, "W19: every line has a record or was dropped before it began");
    }
}
