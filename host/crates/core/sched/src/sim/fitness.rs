//! A machine on which nothing may run: what the model answers when it is tried.

use super::{Input, Sim};
use polymer_host_event::Halt;
use polymer_host_task::Fault;

impl Sim {
    /// W54: the machine is tried once, in a run that does so.
    pub(super) fn probe(&mut self) -> Input {
        assert!(self.world.probes && !self.probed, "W54: the machine is tried again");
        self.probed = true;
        self.stopped |= !self.world.fit;
        let unfit = || Halt::Unfit(Fault::new("unfit", "nothing runs here"));
        Input::Probed(if self.world.fit { Ok(()) } else { Err(unfit()) })
    }
}
