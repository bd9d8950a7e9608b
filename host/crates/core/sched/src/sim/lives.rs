//! How long processes live and what they serve meanwhile: what the model checks of isolation and
//! recycling.

use super::process::Process;
use super::{SchedulerInput, Sim};
use crate::TURN;
use polymer_host_event::{ProcessRole, RecycleReason};
use polymer_host_task::{Isolation, ModuleId, WorkerId};

impl Sim {
    /// A process is told what it serves, for the first time or anew.
    pub(super) fn load(&mut self, id: WorkerId, role: ProcessRole) {
        let writers: Vec<ModuleId> = self.compiling().collect();
        if let ProcessRole::Run(module) = role {
            assert!(!writers.contains(&module), "W20: hands out code that may still be written");
        }
        self.note_kind(id, role);
        let process = self.processes.get(&id).expect("W1: loads a process that is not there");
        assert!(process.said_hello && !process.killed, "W1: loads {id} out of turn");
        if process.loaded {
            self.check_turn(id, process, role);
        } else {
            assert_eq!(process.role, role, "W1: loads {id} with what it is not for");
        }
        let Some(process) = self.processes.get_mut(&id) else { return };
        process.turned |= process.loaded;
        process.role = role;
        process.loaded = true;
        process.ready = false;
        // Its page is a new one.
        process.begun = None;
        process.since = self.now;
    }

    /// W38: a process goes over to another module only if it may, and only with nothing left of its
    /// own. W41: and only if its own has nothing for it, or has had its turn.
    fn check_turn(&self, id: WorkerId, process: &Process, role: ProcessRole) {
        let ProcessRole::Run(from) = process.role else { panic!("W38: {id} compiled") };
        assert!(matches!(role, ProcessRole::Run(to) if to != from), "W38: {id} is turned to {role:?}");
        assert_eq!(self.world.isolation, Isolation::Instance, "W38: {id} serves two modules");
        assert!(process.ready && process.queue.is_empty(), "W38: {id} is turned while it has work");
        let module = self.sched.modules.get(from);
        let waits = module.is_some_and(|module| self.sched.next_of(module, false).is_some());
        assert!(!waits || self.now >= process.since + TURN, "W41: {id} is turned while its module has work");
    }

    /// That a process may be sent one more attempt.
    pub(super) fn check_life(&self, id: WorkerId) {
        let process = &self.processes[&id];
        let made = process.entered - process.returned;
        if self.world.isolation == Isolation::Process {
            assert_eq!(made, 0, "W36: {id} makes a second attempt");
        }
        if let Some(most) = self.world.recycle.tasks {
            assert!(made < most, "W37: {id} makes more than {most} attempts");
        }
        assert!(!process.spent, "W39: {id} is sent more, and has lived long enough");
    }

    /// Somebody looks at the memory of a process.
    pub(super) fn weigh(&mut self, id: WorkerId, bytes: u64) {
        let over = self.world.recycle.memory.is_some_and(|most| bytes > most);
        if let Some(process) = self.processes.get_mut(&id).filter(|process| process.entered > 0) {
            process.spent |= over;
        }
        self.tell(SchedulerInput::Resident { worker: id, bytes });
    }

    /// A process was at work from when its first attempt became the first until now.
    pub(super) fn note_work(&mut self, id: WorkerId) {
        let (now, most) = (self.now, self.world.recycle.busy);
        let Some(process) = self.processes.get_mut(&id) else { return };
        process.busy += now.saturating_sub(process.head_since);
        process.head_since = now;
        process.spent |= most.is_some_and(|most| process.busy >= most);
    }

    /// W40: a process is recycled only when it has lived long enough and has nothing left; what
    /// follows it is no restart.
    pub(super) fn recycled(&mut self, id: WorkerId, why: RecycleReason) {
        let process = &self.processes[&id];
        assert!(process.queue.is_empty() && !process.killed, "W40: {id} is recycled while it has work");
        let due = match why {
            RecycleReason::Attempts(most) => process.entered - process.returned == most,
            RecycleReason::Memory(_) | RecycleReason::Busy(_) => process.spent,
            _ => panic!("W40: {id} is recycled for what the world knows nothing of: {why:?}"),
        };
        assert!(due, "W40: {id} is recycled before its time: {why:?}");
        self.recycled.insert(id.slot);
    }

    pub(super) fn check_restart(&mut self, id: WorkerId, replaces: bool) {
        let recycled = self.recycled.remove(&id.slot);
        assert_eq!(replaces, id.generation > 1 && !recycled, "W40: {id} is told of as a restart");
    }

    /// W43: whoever has lived long enough and has nothing left is told to die.
    pub(super) fn check_spent(&self) {
        let alone = self.world.isolation == Isolation::Process;
        let most = if alone { Some(1) } else { self.world.recycle.tasks };
        for (id, process) in &self.processes {
            let spent = process.spent || most.is_some_and(|most| process.entered - process.returned >= most);
            let idle = process.ready && process.queue.is_empty();
            assert!(!spent || !idle || process.killed, "W43: {id} has lived long enough, and stays");
        }
    }

    /// Notes who came to nothing over a module. W42: only what a process of its own came to is held
    /// against it.
    pub(super) fn blame(&mut self, id: WorkerId) {
        let Some(process) = self.processes.get(&id) else { return };
        if !process.turned && !process.ready && !self.is_spare(id) {
            self.blamed.insert(process.role.module());
        }
    }

    pub(super) fn check_blame(&self, module: ModuleId) {
        assert!(self.blamed.contains(&module), "W42: {module} is given up over a process that served others");
    }
}
