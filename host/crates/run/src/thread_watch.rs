//! Threads of workers where the kernel does not bound them: they are counted now and then, and a
//! worker that has more than an innocent one needs is ended. A worker that was taken over would
//! slow down all others with them.
//!
//! It must never know what a worker serves.

use super::RunLoop;
use polymer_host_protocol::most_threads;
use polymer_host_sched::SchedulerInput;
use polymer_host_sys::process;
use polymer_host_task::{Moment, WorkerId};
use std::time::Duration;

/// Interval of looks while something goes on. One costs some 10 µs for each worker.
const WHILE_BUSY: Duration = Duration::from_millis(100);
/// The same while nothing does, so that nobody waits for the processor.
const WHILE_IDLE: Duration = Duration::from_secs(1);

/// Looks at workers whose threads are not bounded.
#[derive(Debug)]
pub(super) struct ThreadWatch {
    /// The most that an innocent worker has.
    most: usize,
    /// There was such a worker in this run. Elsewhere nothing is looked at.
    is_needed: bool,
    looked: Moment,
}

impl ThreadWatch {
    /// Watches nobody yet, on a machine of so many cores.
    pub(super) const fn new(cores: usize) -> Self {
        Self { most: most_threads(cores), is_needed: false, looked: Moment::ZERO }
    }

    /// Hears from a worker, before it has seen a guest, whether the kernel bounds its threads.
    pub(super) const fn note(&mut self, counts_threads: bool) {
        self.is_needed |= !counts_threads;
    }

    /// Returns when to look next.
    pub(super) fn due(&self, is_busy: bool) -> Option<Moment> {
        let interval = if is_busy { WHILE_BUSY } else { WHILE_IDLE };
        self.is_needed.then(|| self.looked.saturating_add(interval))
    }

    /// Says what is wrong with so many threads, if anything is.
    fn violation(&self, threads: usize) -> Option<String> {
        let most = self.most;
        (threads > most).then(|| format!("started {threads} threads, where none needs more than {most}"))
    }
}

impl RunLoop<'_> {
    /// Returns when threads are to be looked at next.
    pub(super) fn next_look_at_threads(&self) -> Option<Moment> {
        // Whatever is under way has a deadline.
        self.threads.due(self.sched.next_deadline().is_some())
    }

    /// Ends workers that have too many threads, if it is time to look.
    pub(super) fn look_at_threads(&mut self) {
        let now = self.now();
        if self.next_look_at_threads().is_none_or(|due| now < due) {
            return;
        }
        self.threads.looked = now;
        let unbounded = self.workers.values_mut().filter(|worker| !worker.counts_threads && !worker.broken);
        let found: Vec<(WorkerId, String)> = unbounded
            .filter_map(|worker| {
                let what = self.threads.violation(process::threads_of(worker.pid())?)?;
                // What else it says is not heard.
                worker.broken = true;
                Some((worker.id, what))
            })
            .collect();
        for (worker, what) in found {
            self.tell(SchedulerInput::Broke { worker, what });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_looked_at_where_the_kernel_keeps_the_bound() {
        let mut watch = ThreadWatch::new(2);
        watch.note(true);
        assert_eq!((watch.due(true), watch.due(false)), (None, None));
        watch.note(false);
        watch.note(true);
        watch.looked = Duration::from_secs(5);
        assert_eq!(watch.due(true), Some(Duration::from_millis(5100)));
        assert_eq!(watch.due(false), Some(Duration::from_secs(6)));
    }

    #[test]
    fn as_many_threads_as_a_bounded_worker_may_have_are_no_violation() {
        let watch = ThreadWatch::new(4);
        assert_eq!(watch.violation(most_threads(4)), None);
        let what = watch.violation(2001).unwrap();
        assert_eq!(what, format!("started 2001 threads, where none needs more than {}", most_threads(4)));
    }
}
