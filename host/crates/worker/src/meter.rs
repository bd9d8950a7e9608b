//! Watches a guest from outside while it runs: each time it yields for fuel, the page is told.

use super::deadline;
use super::engine::YIELD_INTERVAL;
use polymer_host_protocol::gate::word;
use polymer_host_sys::page::SharedPage;
use polymer_host_sys::process;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// A future that counts how often it asked to be polled again at once: so a guest yields for fuel,
/// and nothing else does here.
pub(crate) struct MeteredFuture<'a, F> {
    guest: Pin<Box<F>>,
    yields: u64,
    /// It was not done when it was polled first.
    waited: &'a Cell<bool>,
    page: &'a SharedPage,
}

impl<'a, F: Future> MeteredFuture<'a, F> {
    /// Watches `guest`, which is not polled before. `waited` is set if it ever gives up the thread.
    pub(crate) fn new(guest: F, waited: &'a Cell<bool>, page: &'a SharedPage) -> Self {
        Self { guest: Box::pin(guest), yields: 0, waited, page }
    }
}

/// Notes that it was woken from within the poll, and wakes who waits. Threads that wait for files
/// wake from elsewhere.
struct WakeNote {
    woken: AtomicBool,
    poller: ThreadId,
    behind: Waker,
}

impl Wake for WakeNote {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if thread::current().id() == self.poller {
            self.woken.store(true, Ordering::Release);
        }
        self.behind.wake_by_ref();
    }
}

impl<F: Future> Future for MeteredFuture<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let poller = thread::current().id();
        let note =
            Arc::new(WakeNote { woken: AtomicBool::new(false), poller, behind: context.waker().clone() });
        let waker = Waker::from(note.clone());
        let polled = self.guest.as_mut().poll(&mut Context::from_waker(&waker));
        self.waited.set(self.waited.get() || polled.is_pending());
        if polled.is_pending() && note.woken.load(Ordering::Acquire) {
            self.yields += 1;
            self.page.store(word::FUEL, self.yields.saturating_mul(YIELD_INTERVAL));
        }
        polled
    }
}

/// An attempt that was this short and never waited had the processor all the time, as far as it
/// matters: to ask the system costs as much as such an attempt.
const SHORT: Duration = Duration::from_micros(50);
/// Time for which the clock extrapolates the CPU time that the system last gave for this thread.
const FRESH: Duration = Duration::from_micros(200);

/// Tells the wall and CPU time of one attempt after the other.
///
/// CPU time is the system's to tell, by a call that costs a tenth of the shortest attempt. So it is
/// asked after an attempt only if that took 50 µs or waited, and before one only if it said nothing
/// for 200 µs or an attempt came since that was not short: behind such a one the thread may have
/// slept. What is told is right within 250 µs, and at most the wall time.
#[derive(Debug, Default)]
pub(crate) struct AttemptClock {
    /// Last answer of the system, and its time.
    told: Cell<Option<(Instant, Duration)>>,
}

/// An attempt under way.
#[derive(Debug)]
pub(crate) struct MeteredAttempt {
    wall: Instant,
    cpu: Duration,
    /// Time for which the process had been stopped before.
    stopped: Duration,
}

impl AttemptClock {
    /// Starts now, on the thread the guest will run on.
    pub(crate) fn start(&self) -> MeteredAttempt {
        let wall = Instant::now();
        let cpu = match self.told.get() {
            Some((then, cpu)) if wall.duration_since(then) < FRESH => cpu + wall.duration_since(then),
            _ => self.ask(),
        };
        MeteredAttempt { wall, cpu, stopped: deadline::stopped() }
    }

    /// Wall and CPU time. `waited` is whether the guest ever gave up the thread.
    pub(crate) fn stop(&self, begun: &MeteredAttempt, waited: bool) -> (Duration, Duration) {
        let mut wall = begun.wall.elapsed();
        let cpu = if wall < SHORT && !waited {
            wall
        } else {
            // It looks at the time only now: an attempt that was stopped was not short.
            wall = wall.saturating_sub(deadline::stopped().saturating_sub(begun.stopped));
            let cpu = self.ask().saturating_sub(begun.cpu).min(wall);
            self.told.set(None);
            cpu
        };
        (wall, cpu)
    }

    fn ask(&self) -> Duration {
        let cpu = process::thread_cpu_time();
        self.told.set(Some((Instant::now(), cpu)));
        cpu
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_that_waited_has_less_cpu_time_than_wall_time() {
        let clock = AttemptClock::default();
        let begun = clock.start();
        let (nobody, silence) = std::sync::mpsc::channel::<()>();
        assert!(silence.recv_timeout(Duration::from_millis(5)).is_err());
        drop(nobody);
        let (wall, cpu) = clock.stop(&begun, true);
        assert!(wall >= Duration::from_millis(5) && cpu < wall, "{cpu:?} of {wall:?}");
    }

    #[test]
    fn one_that_worked_has_no_more_cpu_time_than_wall_time_and_about_as_much_as_the_system_says() {
        let clock = AttemptClock::default();
        for _ in 0..2 {
            let before = process::thread_cpu_time();
            let begun = clock.start();
            while process::thread_cpu_time() < before + Duration::from_millis(2) {}
            let (wall, cpu) = clock.stop(&begun, false);
            assert!(cpu <= wall && cpu >= Duration::from_micros(1500), "{cpu:?} of {wall:?}");
        }
    }

    #[test]
    fn what_the_thread_sleeps_between_two_attempts_is_not_taken_from_the_second() {
        let clock = AttemptClock::default();
        let work = || {
            let before = process::thread_cpu_time();
            let begun = clock.start();
            while process::thread_cpu_time() < before + Duration::from_millis(1) {}
            clock.stop(&begun, false)
        };
        let shortest = (0..50).map(|_| {
            work();
            // Less than what it takes for the system to be asked again.
            let (nobody, silence) = std::sync::mpsc::channel::<()>();
            assert!(silence.recv_timeout(Duration::from_micros(100)).is_err());
            drop(nobody);
            work().1
        });
        assert!(shortest.min().unwrap() >= Duration::from_micros(980));
    }

    #[test]
    fn of_a_short_one_nothing_is_asked() {
        let clock = AttemptClock::default();
        let begun = clock.start();
        let asked = clock.told.get();
        // However long this took: what it would be told if it had been short.
        let begun = MeteredAttempt { wall: Instant::now(), ..begun };
        let (wall, cpu) = clock.stop(&begun, false);
        if wall < SHORT {
            assert_eq!((cpu, clock.told.get()), (wall, asked));
        }
    }
}
