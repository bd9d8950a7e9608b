//! A machine on which nothing may run: what the model answers when it is tried.

use super::{SchedulerInput, Sim};
use polymer_host_event::Halt;
use polymer_host_task::TaskError;

impl Sim {
    /// W54: the machine is tried once, in a run that does so.
    pub(super) fn probe(&mut self) -> SchedulerInput {
        assert!(self.world.probes && !self.probed, "W54: the machine is tried again");
        self.probed = true;
        self.stopped |= !self.world.fit;
        let unfit = || Halt::Unfit(TaskError::new("unfit", "nothing runs here"));
        SchedulerInput::Probed(if self.world.fit { Ok(()) } else { Err(unfit()) })
    }
}
