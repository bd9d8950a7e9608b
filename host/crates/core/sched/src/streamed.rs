//! Tasks whose stdin and stdout flow while they run. Each has one attempt, which is sent to a
//! worker that has nothing else, and nothing is sent behind it.
//!
//! What was sent to a guest is gone with it. So whatever becomes of the attempt once it was sent,
//! the task is over: no retry, no larger limit, no attempt alone, no excuse for a shortage. What
//! the streams carry is not known here.

use super::Scheduler;
use super::SchedulerAction;
use polymer_host_task::{AttemptEnding, StreamId, TaskError, TaskId, Verdict};

impl Scheduler {
    /// The task of these streams, while it is not over.
    #[must_use]
    pub fn streamed(&self, streams: StreamId) -> Option<TaskId> {
        self.tasks.with_streams(streams)
    }

    /// Returns whether a task is streamed.
    pub(super) fn is_streamed(&self, task: TaskId) -> bool {
        self.spec(task).is_some_and(|spec| spec.streams.is_some())
    }

    /// Ends a streamed task that would go back to its queue: some of its input may have been sent.
    pub(super) fn lose_streamed(&mut self, id: TaskId, out: &mut Vec<SchedulerAction>) {
        if self.is_connected(id) {
            return self.lose_side(id, out);
        }
        let Some(task) = self.tasks.get_mut(id) else { return };
        task.count_attempt();
        self.queues.clear(id);
        let error = TaskError::new("stream", "its worker was lost, and its input with it");
        self.finish(id, None, AttemptEnding::without_guest(Verdict::WorkerLost, error), out);
    }
}
