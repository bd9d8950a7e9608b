//! Slow pipes: processes that read what they are sent bit by bit, so that they begin an attempt
//! long after it was sent. What the model checks of work that is taken back.

use super::{SchedulerInput, Sim};
use crate::AttemptDelivery;
use crate::retract::RESENT_AHEAD;
use polymer_host_task::{AttemptId, TaskId, WorkerId};

/// Bytes that a socket holds.
const SOCKET: usize = 8 << 10;

/// What lies between the supervisor and a process.
#[derive(Debug, Default)]
pub(super) struct Pipe {
    /// Bytes of attempts that were taken back and had been written, which come first.
    stale: usize,
    /// Bytes read since the last attempt was begun.
    read: usize,
}

impl Pipe {
    /// What cannot be taken out of the pipe any more, of attempts of these sizes that follow each
    /// other in it.
    fn written(&self, sizes: &[usize]) -> usize {
        let reached = self.read + SOCKET;
        sizes.iter().fold(self.stale, |at, size| if at < reached { at + size } else { at })
    }
}

impl Sim {
    fn size(&self, task: TaskId) -> usize {
        self.sizes.get(&task).copied().unwrap_or_default()
    }

    /// Lets a process read on towards the next attempt; says whether it has all of it.
    pub(super) fn read_on(&mut self, id: WorkerId, task: TaskId) -> bool {
        let (size, most) = (self.size(task), self.world.reads);
        let reads = if most == usize::MAX { most } else { self.rng.usize(..=most) };
        let Some(process) = self.processes.get_mut(&id) else { return false };
        process.pipe.read = process.pipe.read.saturating_add(reads);
        let has_all = process.pipe.read >= process.pipe.stale + size;
        if has_all {
            process.pipe = Pipe::default();
        }
        has_all
    }

    /// Somebody looks how far a process is with its first attempt. It may lie.
    pub(super) fn observe(&mut self, id: WorkerId, attempt: AttemptId) -> SchedulerInput {
        let lies = self.rng.u32(..1000) < self.world.lies;
        let forged = match self.rng.u8(..3) {
            0 => AttemptDelivery::Begun,
            1 => AttemptDelivery::Sent,
            _ => AttemptDelivery::Unsent(self.rng.usize(1..1 << 20)),
        };
        let process = self.processes.get(&id).expect("W8: looks at a process that is not there");
        let Some((first, task, _)) = process.queue.front() else {
            panic!("W56: looks at {id}, which has nothing")
        };
        assert!(
            *first == attempt && !process.killed,
            "W56: looks at {attempt} of {id}, which is not its first"
        );
        let left = (process.pipe.stale + self.size(*task)).saturating_sub(process.pipe.read + SOCKET);
        let delivery = match left {
            _ if lies => forged,
            _ if process.begun >= Some(attempt) => AttemptDelivery::Begun,
            0 => AttemptDelivery::Sent,
            left => AttemptDelivery::Unsent(left),
        };
        if let Some(process) = self.processes.get_mut(&id) {
            process.lied |= lies;
        }
        SchedulerInput::Observed { worker: id, attempt, delivery }
    }

    /// What the supervisor does with a retraction: what was not written is gone, and for the rest
    /// the gate decides at once. W55: nothing large is taken back twice, but when the run stops.
    /// W56: a worker that is only slow is asked back nothing before it has begun its first attempt. What
    /// nobody wants any more is another reason.
    pub(super) fn retract(&mut self, id: WorkerId, is_slow: bool) -> SchedulerInput {
        let process = self.processes.get(&id).expect("W8: retracts from a process that is not there");
        let (begun, queue) = (process.begun, &process.queue);
        let has_begun = queue.front().is_none_or(|(first, ..)| begun >= Some(*first));
        let is_unwanted =
            |task: TaskId| self.cut.contains(&task.admitted()) || self.sched.is_group_stopped(task);
        let wanted = self.is_stopped() || queue.iter().any(|(_, task, _)| is_unwanted(*task));
        assert!(!is_slow || has_begun || wanted || process.lied, "W56: {id} is asked back and has not begun");
        let kept = queue.iter().position(|(attempt, ..)| Some(*attempt) == begun).map_or(0, |at| at + 1);
        let back: Vec<TaskId> = queue.iter().skip(kept).map(|(_, task, _)| *task).collect();
        let sizes: Vec<usize> = back.iter().map(|task| self.size(*task)).collect();
        for (task, size) in back.iter().zip(&sizes) {
            let times = self.taken_back.entry(*task).or_default();
            *times += u32::from(*size > RESENT_AHEAD && self.sched.is_running());
            assert!(*times <= 1, "W55: {task} is large and taken back again");
        }
        if let Some(process) = self.processes.get_mut(&id) {
            process.returned += u32::try_from(back.len()).unwrap();
            process.queue.truncate(kept);
            process.pipe.stale = process.pipe.written(&sizes);
        }
        SchedulerInput::Retracted { worker: id, begun }
    }

    /// W57: a run that takes nothing new leaves nobody what it has not begun, but for what is tried
    /// alone or was begun before.
    pub(super) fn check_drained(&self) {
        for (id, process) in self.processes.iter().filter(|(_, process)| !process.killed) {
            let unbegun = process.queue.iter().filter(|(attempt, ..)| process.begun < Some(*attempt));
            for (_, task, _) in unbegun {
                let goes_on = self.sched.tasks.get(*task).is_none_or(crate::state::TaskState::is_begun);
                // Both of a pair go on together.
                let alone = self.lost.contains(task) || self.talks(*task);
                assert!(
                    goes_on || alone || process.lied,
                    "W57: {id} was left {task}, which it has not begun"
                );
            }
        }
    }
}
