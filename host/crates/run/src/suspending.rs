//! A run that stands still for a while: because somebody pressed Ctrl-Z, or because others stopped
//! its process.
//!
//! What passes meanwhile costs no task its time. It must never know who wanted it.

use super::RunLoop;
use super::control::RunControl;
use super::worker::WorkerHandle;
use polymer_host_event::RunEvent;
use polymer_host_sys::signals::stop_as_job;
use polymer_host_task::Moment;
use std::time::Duration;

impl RunLoop<'_> {
    /// Stops the workers and this process, if somebody wants that, and comes back when it goes on.
    pub(super) fn suspend_if_asked(&mut self, control: &RunControl) {
        if !control.take_suspend() {
            return;
        }
        // Whoever looks meanwhile finds all that has ended.
        self.sink.before_sending();
        self.sink.before_stop();
        let workers = &self.workers;
        let (_, took) = self.clock.without(|| {
            workers.values().for_each(WorkerHandle::stop);
            // Where it cannot be stopped it goes on, and so do its workers.
            drop(stop_as_job());
            workers.values().for_each(WorkerHandle::go_on);
        });
        self.went_on(took);
    }

    /// Leaves out of the run's time what a wait of `most` at the most, begun at `before`, took too
    /// long.
    pub(super) fn leave_out(&mut self, before: Moment, most: Option<Duration>) {
        if let Some(still) = self.clock.after_wait(before, most) {
            self.went_on(still);
        }
    }

    /// Leaves out what passed since then, if somebody stopped this process in between.
    pub(super) fn leave_out_stop(&mut self) {
        if let Some(still) = self.clock.before_deadlines() {
            self.went_on(still);
        }
    }

    fn went_on(&mut self, still: Duration) {
        self.sink.on(self.clock.now(), RunEvent::WentOn { still });
    }
}
