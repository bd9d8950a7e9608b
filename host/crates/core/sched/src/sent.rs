//! Facts about an attempt before its worker answers it: the answer is checked against them.

use super::Scheduler;
use polymer_host_task::{AttemptId, Limits, ModuleForm, Moment, WorkerId};

/// An attempt that was sent and is not answered.
#[derive(Debug, Clone, Copy)]
pub struct SentAttempt<'a> {
    /// Limits of the attempt.
    pub limits: &'a Limits,
    /// When it was sent.
    pub at: Moment,
    /// Attempts at the same module that its worker has answered.
    pub answered_before: u32,
    /// Form of its module, if that is still known.
    pub form: Option<ModuleForm>,
}

impl Scheduler {
    /// An attempt that `worker` has not answered yet.
    #[must_use]
    pub fn sent(&self, worker: WorkerId, attempt: AttemptId) -> Option<SentAttempt<'_>> {
        let worker = self.workers.get(worker)?;
        let sent = worker.outstanding().iter().find(|sent| sent.attempt == attempt)?;
        let limits = self.spec(sent.task).map(|spec| &spec.limits)?;
        let form = self.form(worker.role().module());
        Some(SentAttempt { limits, at: sent.at, answered_before: worker.answered(), form })
    }
}
