//! Streamed tasks: what they are sent is gone, so each is sent once, alone. What the model checks of
//! that.

use super::Sim;
use polymer_host_task::{StreamId, TaskId, WorkerId};
use std::collections::HashMap;

/// Streamed tasks, and how often each was sent.
pub(super) type StreamedTasks = HashMap<TaskId, u32>;

impl Sim {
    /// Whether a task that is submitted now is streamed.
    pub(super) fn streams(&mut self, id: TaskId) -> Option<StreamId> {
        let is_streamed = self.rng.u32(..100) < self.world.streams;
        if is_streamed {
            self.streamed.insert(id, 0);
        }
        is_streamed.then_some(StreamId(id.0 + 1000))
    }

    pub(super) fn is_streamed(&self, id: TaskId) -> bool {
        self.streamed.contains_key(&id)
    }

    /// W70: a streamed attempt is sent to who has nothing, nothing is sent behind it, and it is sent
    /// once.
    pub(super) fn check_streamed(&mut self, id: WorkerId, task: TaskId) {
        let queue = self.processes.get(&id).map(|process| &process.queue);
        let has_streamed =
            queue.is_some_and(|queue| queue.iter().any(|(_, task, _)| self.is_streamed(*task)));
        assert!(!has_streamed, "W70: sends {task} behind a streamed attempt");
        let is_idle = queue.is_none_or(|queue| queue.is_empty());
        if let Some(sent) = self.streamed.get_mut(&task) {
            *sent += 1;
            assert!(is_idle, "W70: the streamed {task} waits behind others at {id}");
            assert_eq!(*sent, 1, "W70: the streamed {task} is sent again");
        }
    }
}
