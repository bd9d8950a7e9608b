//! Tasks that come with an ending of an earlier session: what it is, and what the model checks of
//! them. They are judged, and nothing else happens to them.

use super::world::Nature;
use super::{Sim, TaskId};
use polymer_host_task::{
    AttemptEnding, EarlierStart, KeptAttempts, KeptEnding, Output, PastAttempt, Record, TaskError, Usage,
    Verdict,
};
use std::collections::HashMap;
use std::time::Duration;

/// What was kept of each task that comes with an ending.
#[derive(Debug, Default)]
pub(super) struct KeptEndings(HashMap<TaskId, KeptAttempts>);

impl Sim {
    /// An ending for a task that is submitted now, of which something is expected.
    pub(super) fn draw_kept(&mut self, id: TaskId, nature: Nature) -> Option<Box<KeptEnding>> {
        if self.rng.u32(..100) >= self.world.kept {
            return None;
        }
        // What groups would be charged for, if they were.
        let usage = Usage {
            fuel: Some(self.rng.u64(1..1000)),
            cpu: Some(Duration::from_millis(self.rng.u64(1..1000))),
            ..Usage::default()
        };
        if !matches!(nature, Nature::Honest(_) | Nature::Traps) {
            return None;
        }
        let ending = if nature == Nature::Traps {
            let error = TaskError::new("unreachable", "");
            AttemptEnding { usage, ..AttemptEnding::without_guest(Verdict::Trap, error) }
        } else {
            AttemptEnding {
                output: Some(Output::Json("1".to_owned())),
                usage,
                ..AttemptEnding::without_guest(Verdict::Ok, TaskError::default())
            }
        };
        let past = |attempt| PastAttempt {
            attempt,
            verdict: Verdict::WorkerLost,
            error: TaskError::new("interrupted", ""),
            worker: None,
            usage: Usage::default(),
        };
        let number = self.rng.u32(1..4);
        let attempts = KeptAttempts {
            number,
            worker: Some(self.rng.u32(1..9)),
            started: self.rng.bool().then(|| Duration::from_secs(self.rng.u64(..))),
            queued: Some(Duration::from_millis(3)),
            history: (1..number).map(past).collect(),
        };
        self.kept.0.insert(id, attempts.clone());
        Some(Box::new(KeptEnding::new(ending, attempts)))
    }

    /// Whether a task came with an ending.
    pub(super) fn is_kept(&self, id: TaskId) -> bool {
        self.kept.0.contains_key(&id)
    }

    /// W84: what was kept is sent to nobody. Its check is.
    pub(super) fn check_not_kept(&self, task: TaskId) {
        assert!(!self.is_kept(task), "W84: {task} is sent, and its ending was kept");
    }

    /// W85: the record of a kept ending says of its attempts what was said before, and that of one
    /// that was cut before it was judged says of none.
    pub(super) fn check_kept(&self, record: &Record) {
        let Some(KeptAttempts { number, worker, started, queued, history }) = self.kept.0.get(&record.task)
        else {
            return assert_eq!(record.earlier, None, "W85: nothing was kept of {record:?}");
        };
        if matches!(record.verdict, Verdict::Canceled | Verdict::ModuleInvalid) {
            assert_eq!((record.attempts, record.earlier), (0, None), "W85: {record:?}");
            return;
        }
        let kept = (*number, *worker, Some(EarlierStart(*started)), *queued, history);
        let told = (record.attempts, record.worker, record.earlier, record.queued, &record.history);
        assert_eq!(told, kept, "W85: {record:?}");
        assert!(record.started.is_none() && record.usage.fuel.is_some(), "W85: {record:?}");
    }
}
