//! Waiting awake. To be woken from sleep takes a processor that rests some 50 µs, several times
//! what the shortest task takes; so where somebody waits for each answer, the loop looks around for
//! a moment before it sleeps. It gives way to whoever wants the processor.

use super::RunLoop;
use super::poll::PollEvent;
use super::worker::WorkerHandle;
use std::io;
use std::time::Duration;

impl RunLoop<'_> {
    /// As [`Poll::wait`](super::poll::EventPoll::wait), but awake for a moment after something
    /// happened, if answers are waited for and soon to come.
    pub(super) fn watch(&mut self, most: Option<Duration>) -> io::Result<Vec<PollEvent>> {
        let attention = self.plan.service.attention;
        let until = self.happened + attention;
        let mut now = self.now();
        if !attention.is_zero()
            && most.is_none_or(|most| most > attention)
            && self.sched.answers_within(attention)
        {
            while now < until {
                if self.workers.values().any(WorkerHandle::has_more_in_ring) {
                    self.happened = now;
                    return Ok(Vec::new());
                }
                let events = self.poll.wait(Some(Duration::ZERO))?;
                if !events.is_empty() {
                    self.happened = now;
                    return Ok(events);
                }
                std::thread::yield_now();
                now = self.now();
            }
        }
        let sleeps = most != Some(Duration::ZERO);
        let most = if sleeps && self.tell_asleep(true) { Some(Duration::ZERO) } else { most };
        let events = self.poll.wait(most);
        if sleeps {
            self.tell_asleep(false);
        }
        self.happened = self.now();
        events
    }
}
