//! A machine that holds a few processes, or lacks something now and then, and guests that pretend
//! so: what the model checks of it.

use super::process::Process;
use super::{SchedulerInput, Sim, WorkerRemains};
use crate::resource_exhaustion::EXCUSES_MOST;
use crate::state::TaskState;
use polymer_host_base::{ResourceShortage, SystemResource};
use polymer_host_event::{ProcessDeath, ProcessExit, ProcessRole};
use polymer_host_task::{Usage, WorkerId};

/// What a process of this world says that lacks something.
const REFUSED: ProcessExit = ProcessExit::Code(71);

fn shortage(is_certain: bool) -> ResourceShortage {
    let refusal = "there is no more".to_owned();
    ResourceShortage { resource: SystemResource::Memory, refusal, bound: None, is_death: false, is_certain }
}

impl Sim {
    /// Whether one more process cannot be started.
    pub(super) fn is_full(&self) -> bool {
        self.processes.len() >= self.world.holds
    }

    pub(super) fn lacks_something(&mut self) -> bool {
        self.world.lacks > 0 && self.rng.u32(..100) < self.world.lacks
    }

    pub(super) fn refuse_start(&mut self, id: WorkerId) -> SchedulerInput {
        self.gone.push(id);
        self.unborn.insert(id);
        SchedulerInput::SpawnExhausted { worker: id, shortage: shortage(true) }
    }

    /// A process is to be handed what it serves, and cannot be.
    pub(super) fn refuse_load(&mut self, id: WorkerId) -> Option<SchedulerInput> {
        let process = self.processes.get_mut(&id)?;
        process.loaded = false;
        Some(SchedulerInput::LoadExhausted { worker: id, shortage: shortage(true) })
    }

    /// A process ends and says that it lacked something, which is so or is pretended by its guest.
    pub(super) fn die_for_want(&mut self, id: WorkerId, is_certain: bool) {
        let killed = self.processes.get(&id).is_none_or(|process| process.killed);
        if killed {
            return self.die(id, ProcessExit::Signal(9), "ours");
        }
        self.hear_all(id);
        let Some(Process { begun, queue, .. }) = self.processes.remove(&id) else { return };
        self.gone.push(id);
        let task = queue.front().map(|(_, task, _)| *task);
        self.note_lost(id);
        let charged = |sim: &Self| task.and_then(|task| sim.sched.tasks.get(task)).map(TaskState::deaths);
        let before = charged(self);
        let death = ProcessDeath { exit: REFUSED, last_words: "want".to_owned(), violation: None };
        let shortage = Some(shortage(is_certain));
        // Past its excuses, a task that pretends is a suspect.
        let excused =
            task.and_then(|task| self.sched.tasks.get(task)).is_none_or(|task| task.excuses() < EXCUSES_MOST);
        if let Some(task) = task.filter(|_| !is_certain && !excused) {
            self.lost.insert(task);
        }
        self.tell(SchedulerInput::Died {
            worker: id,
            remains: Box::new(WorkerRemains { death, begun, usage: Usage::default(), shortage }),
        });
        let after = charged(self);
        assert!(!is_certain || after.is_none() || after == before, "W58: a task is charged for a shortage");
    }

    /// W59: what the machine lacks is told with how many workers there are left, at least one.
    pub(super) fn check_exhausted(&self, workers: u32) {
        assert!((1..=self.world.slots).contains(&workers), "W59: goes on with {workers} workers");
    }

    /// W60: after a refusal there are no more processes started than there may be, and one compiles
    /// at a time.
    pub(super) fn check_held(&self, role: ProcessRole) {
        let Some(most) = self.sched.breaker.most_workers() else { return };
        let alike = self.processes.iter().filter(|(id, process)| {
            !self.is_spare(**id)
                && matches!(process.role, ProcessRole::Run(_)) == matches!(role, ProcessRole::Run(_))
        });
        // With one alone no interaction gets anywhere, and nobody would learn of that.
        let most = if self.sched.pairs.is_used() { most.max(2) } else { most };
        let most = if matches!(role, ProcessRole::Run(_)) { usize::try_from(most).unwrap() } else { 1 };
        assert!(alike.count() < most, "W60: more than {most} processes where the machine holds no more");
    }
}
