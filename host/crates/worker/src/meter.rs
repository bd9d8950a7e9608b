//! Watches a guest from outside while it runs: each time it yields for fuel, the page is told, and
//! its CPU time is looked at where that has a limit. Where no fuel is counted, a guest yields only
//! when it waits.

use super::deadline::{self, Deadline, StandstillTime};
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
    guest: Pin<&'a mut F>,
    /// Note of the poll before, while the same waker waits.
    note: Option<Arc<WakeNote>>,
    yields: u64,
    /// It was not done when it was polled first.
    waited: &'a Cell<bool>,
    page: &'a SharedPage,
    budget: Option<CpuBudget>,
}

/// How a guest that was watched came to its end.
#[derive(Debug)]
pub(crate) enum MeteredEnd<T> {
    /// By itself, with this.
    Done(T),
    /// It used more CPU time than this.
    OutOfCpu(Duration),
}

impl<'a, F: Future> MeteredFuture<'a, F> {
    /// Watches `guest`, which is not polled before. `waited` is set if it ever gives up the thread.
    pub(crate) fn new(
        guest: Pin<&'a mut F>,
        waited: &'a Cell<bool>,
        page: &'a SharedPage,
        budget: Option<CpuBudget>,
    ) -> Self {
        Self { guest, note: None, yields: 0, waited, page, budget }
    }
}

/// Notes that it was woken from within the poll, and wakes who waits. Threads that wait for files
/// wake from elsewhere.
struct WakeNote {
    woken: AtomicBool,
    poller: ThreadId,
    behind: Waker,
}

impl WakeNote {
    fn new(behind: &Waker) -> Arc<Self> {
        let (woken, poller) = (AtomicBool::new(false), thread::current().id());
        Arc::new(Self { woken, poller, behind: behind.clone() })
    }
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
    type Output = MeteredEnd<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let note = self.note.take().filter(|note| note.behind.will_wake(context.waker()));
        let note = note.unwrap_or_else(|| WakeNote::new(context.waker()));
        note.woken.store(false, Ordering::Release);
        let waker = Waker::from(note.clone());
        let polled = self.guest.as_mut().poll(&mut Context::from_waker(&waker));
        self.waited.set(self.waited.get() || polled.is_pending());
        if polled.is_pending() && note.woken.load(Ordering::Acquire) {
            self.yields += 1;
            self.page.store(word::FUEL, self.yields.saturating_mul(YIELD_INTERVAL));
        }
        self.note = Some(note);
        // A guest that came to its end keeps it: it was in time when it was looked at last.
        match self.budget.as_mut().filter(|_| polled.is_pending()).and_then(CpuBudget::overdrawn) {
            Some(limit) => Poll::Ready(MeteredEnd::OutOfCpu(limit)),
            None => polled.map(MeteredEnd::Done),
        }
    }
}

/// Time between two looks at the CPU time of an attempt: a look is a system call of 1.5 µs, and a
/// guest yields as often as that at the most.
const LOOK: Duration = Duration::from_millis(1);

/// CPU time that an attempt has.
#[derive(Debug)]
pub(crate) struct CpuBudget {
    limit: Duration,
    /// CPU time that its thread had used before it.
    before: Duration,
    /// When it is looked at next.
    look: Instant,
}

impl CpuBudget {
    /// Of an attempt that has begun just now.
    pub(crate) fn new(begun: &MeteredAttempt, limit: Duration) -> Self {
        Self { limit, before: begun.cpu, look: begun.wall + LOOK }
    }

    /// Returns the limit, once it was seen to be used up.
    fn overdrawn(&mut self) -> Option<Duration> {
        let now = Instant::now();
        if now < self.look {
            return None;
        }
        self.look = now + LOOK;
        (process::thread_cpu_time().saturating_sub(self.before) >= self.limit).then_some(self.limit)
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
    /// Time for which the process had stood still before.
    still: StandstillTime,
}

impl MeteredAttempt {
    /// When it is to be over, if it has so much time.
    pub(crate) fn deadline(&self, time: Duration) -> Deadline {
        Deadline::from(self.wall, &self.still, time)
    }
}

impl AttemptClock {
    /// Starts now, on the thread the guest will run on.
    pub(crate) fn start(&self) -> MeteredAttempt {
        let now = Instant::now();
        let (wall, cpu) = match self.told.get() {
            Some((then, cpu)) if now.duration_since(then) < FRESH => (now, cpu + now.duration_since(then)),
            _ => {
                let cpu = self.ask();
                // A stop while it was asked is none of the attempt's time.
                (Instant::now(), cpu)
            }
        };
        MeteredAttempt { wall, cpu, still: deadline::standstill(wall) }
    }

    /// Wall and CPU time. `waited` is whether the guest ever gave up the thread.
    pub(crate) fn stop(&self, begun: &MeteredAttempt, waited: bool) -> (Duration, Duration) {
        let mut wall = begun.wall.elapsed();
        let cpu = if wall < SHORT && !waited {
            wall
        } else {
            // It looks at the time only now: an attempt that was stopped was not short.
            let stopped = deadline::standstill(Instant::now()).stopped();
            let stopped = stopped.saturating_sub(begun.still.stopped());
            let cpu = self.ask().saturating_sub(begun.cpu).min(wall);
            // Of a guest that never yielded nobody looked before, so all of its time counts as
            // stopped if a part of it was.
            wall = wall.saturating_sub(stopped).max(cpu);
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
    fn a_budget_is_overdrawn_by_work_and_not_by_waiting() {
        let limit = Duration::from_millis(5);
        let mut budget = CpuBudget::new(&AttemptClock::default().start(), limit);
        let (nobody, silence) = std::sync::mpsc::channel::<()>();
        assert!(silence.recv_timeout(limit * 3).is_err());
        drop(nobody);
        assert_eq!(budget.overdrawn(), None);
        let before = process::thread_cpu_time();
        while budget.overdrawn().is_none() {}
        let used = process::thread_cpu_time() - before;
        assert!(used >= limit / 2, "{used:?}");
    }

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
        let mut seconds: Vec<Duration> = (0..50)
            .map(|_| {
                work();
                // Less than what it takes for the system to be asked again.
                let (nobody, silence) = std::sync::mpsc::channel::<()>();
                assert!(silence.recv_timeout(Duration::from_micros(100)).is_err());
                drop(nobody);
                work().1
            })
            .collect();
        // A busy machine takes a few of them off the processor between two looks.
        seconds.sort_unstable();
        assert!(seconds[25] >= Duration::from_micros(980), "{seconds:?}");
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
