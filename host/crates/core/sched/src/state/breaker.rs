//! The circuit breaker of a run: how far it holds back because workers die, do not start, or are
//! refused what they take.
//!
//! It counts what goes wrong in a row, says how long to wait and with how many workers to go on,
//! and when enough is enough. It must never know a task, or decide what is done about any of this.

use polymer_host_task::{ModuleId, Moment};
use std::collections::BTreeMap;
use std::time::Duration;

/// Processes that may come to nothing before their first word, one after another.
const STILLBORN_MOST: u32 = 5;
/// One that never reports counts for as many more: a program that is no worker may stay silent for
/// ever, and each is waited for long.
const SILENT_AS_MANY: u32 = 2;
/// Refusals in a row that end a run in which nobody is at work. With the waits between them that
/// takes 2.5 to 5 s.
const REFUSALS_MOST: u32 = 8;
/// Time after a refusal until one more worker is tried, once attempts have ended since.
const GROWTH: Duration = Duration::from_secs(1);

/// Failures of workers, and what the run holds back because of them.
#[derive(Debug)]
pub(crate) struct CircuitBreaker {
    /// Run workers that the run may have at a time.
    slots: u32,
    /// Workers that died one after another with no task finished between.
    deaths: u32,
    /// Processes that came to nothing before their first word, one after another.
    stillborn: u32,
    /// No process is started before; stays until a tick finds it past, so that whoever looks late
    /// still sees it.
    starts_at: Option<Moment>,
    /// Refusals since the run got anywhere: see [`CircuitBreaker::note_progress`].
    refusals: u32,
    /// Run workers at a time, if the machine was seen not to hold as many as the run may have; at
    /// least 1.
    most_workers: Option<u32>,
    /// An attempt has ended in this session, so the machine had what one takes.
    has_served: bool,
    /// When one more is tried.
    grows_at: Moment,
    /// The fewest that people were told of.
    told: Option<u32>,
    /// Modules whose worker was refused something while it got ready, and until when others go
    /// first.
    resting: BTreeMap<ModuleId, Moment>,
}

impl CircuitBreaker {
    /// Of a run that may have so many run workers.
    pub(crate) const fn new(slots: u32) -> Self {
        Self {
            slots,
            deaths: 0,
            stillborn: 0,
            starts_at: None,
            refusals: 0,
            most_workers: None,
            has_served: false,
            grows_at: Moment::ZERO,
            told: None,
            resting: BTreeMap::new(),
        }
    }

    /// A worker died, and that was not our doing.
    pub(crate) const fn note_death(&mut self) {
        self.deaths += 1;
    }

    /// Returns whether more than `most` workers died in a row.
    pub(crate) const fn is_storm(&self, most: u32) -> bool {
        self.deaths > most
    }

    /// A process said its first word.
    pub(crate) const fn note_start(&mut self) {
        self.stillborn = 0;
    }

    /// A process came to nothing before its first word: the next one waits, longer and longer.
    pub(crate) fn note_stillborn(&mut self, now: Moment) {
        self.stillborn += 1;
        self.starts_at = Some(now + wait_after(self.stillborn));
    }

    /// It never said anything for as long as it was waited for.
    pub(crate) const fn note_silent(&mut self) {
        self.stillborn += SILENT_AS_MANY;
    }

    /// Returns whether so many starts came to nothing that no more are to be tried.
    pub(crate) const fn starts_nothing(&self) -> bool {
        self.stillborn >= STILLBORN_MOST
    }

    /// Returns whether a process may be started now.
    pub(crate) fn may_start(&self, now: Moment) -> bool {
        self.starts_at.is_none_or(|at| now >= at)
    }

    /// An attempt ended: workers do more than die, and the machine had what one takes.
    pub(crate) fn note_served(&mut self, now: Moment) {
        self.deaths = 0;
        self.has_served = true;
        self.note_progress(now);
    }

    /// Something was done that can be done only so often: the machine holds what the run has now.
    /// In time it is asked for more.
    pub(crate) fn note_progress(&mut self, now: Moment) {
        self.refusals = 0;
        if let Some(most) = self.most_workers
            && now >= self.grows_at
        {
            self.most_workers = Some(most.saturating_add(1)).filter(|most| *most < self.slots);
            self.grows_at = now + GROWTH;
        }
    }

    /// The machine refused something: the next process waits, longer and longer. Says how many
    /// refusals in a row that makes.
    pub(crate) fn note_refusal(&mut self, now: Moment) -> u32 {
        self.refusals = self.refusals.saturating_add(1);
        self.starts_at = Some(now + wait_after(self.refusals));
        self.refusals
    }

    /// A worker says that it lacked something, and nothing explains it. A machine that has served
    /// is not said to serve nobody for that.
    pub(crate) const fn doubt_refusals(&mut self) {
        if self.has_served {
            self.refusals = 0;
        }
    }

    /// Returns whether so much was refused that the run is over, if nobody is at work.
    pub(crate) const fn refuses_everything(&self) -> bool {
        self.refusals >= REFUSALS_MOST
    }

    /// Goes on with so many run workers, at least 1; says whether those are the fewest so far,
    /// which people are to be told of.
    pub(crate) fn do_with(&mut self, now: Moment, workers: u32) -> bool {
        self.most_workers = Some(workers.min(self.slots));
        self.grows_at = now + GROWTH;
        let is_news = self.told.is_none_or(|told| workers < told);
        if is_news {
            self.told = Some(workers);
        }
        is_news
    }

    /// Returns the number of run workers the machine holds, if it was seen to hold fewer than the
    /// run may have.
    pub(crate) const fn most_workers(&self) -> Option<u32> {
        self.most_workers
    }

    /// Lets other modules go before this one, whose workers were refused something so often in a
    /// row.
    pub(crate) fn let_rest(&mut self, now: Moment, module: ModuleId, refusals: u32) {
        self.resting.insert(module, now + rest_after(refusals));
    }

    /// Returns whether other modules go before this one.
    pub(crate) fn is_resting(&self, module: ModuleId) -> bool {
        self.resting.contains_key(&module)
    }

    /// Waits no longer for what is due by now.
    pub(crate) fn pass(&mut self, now: Moment) {
        self.starts_at = self.starts_at.filter(|at| *at > now);
        self.resting.retain(|_, until| *until > now);
    }

    /// When the first of its waits is over.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        self.resting.values().copied().chain(self.starts_at).min()
    }

    /// I24: the run goes on with at least one worker, and with no more than it may have.
    #[cfg(test)]
    pub(crate) fn check(&self) {
        let most = self.most_workers;
        assert!(most.is_none_or(|most| most >= 1 && most <= self.slots), "I24: goes on with {most:?}");
    }
}

/// Returns the wait of the same thing after so many refusals. It is longer than any other wait, so
/// that others can go first.
pub(crate) fn rest_after(refusals: u32) -> Duration {
    wait_after(refusals) * 2
}

/// Returns the backoff of the next process: from 20 ms up to 1.28 s.
fn wait_after(times: u32) -> Duration {
    Duration::from_millis(10 << times.min(7))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const MODULE: ModuleId = ModuleId(1);

    #[test]
    fn processes_that_come_to_nothing_are_tried_less_and_less_often_and_not_for_ever() {
        let mut breaker = CircuitBreaker::new(4);
        let mut now = MS;
        for wait in [20, 40, 80, 160] {
            assert!(breaker.may_start(now) && !breaker.starts_nothing());
            breaker.note_stillborn(now);
            assert!(!breaker.may_start(now));
            assert_eq!(breaker.deadline(), Some(now + MS * wait));
            now += MS * wait;
        }
        breaker.note_stillborn(now);
        assert!(breaker.starts_nothing());
        breaker.note_start();
        assert!(!breaker.starts_nothing());
        // What is past stays to be seen until a tick.
        assert!(breaker.deadline().is_some() && breaker.may_start(now + MS * 320));
        breaker.pass(now + MS * 320);
        assert_eq!(breaker.deadline(), None);
    }

    #[test]
    fn one_that_is_silent_counts_for_three() {
        let mut breaker = CircuitBreaker::new(4);
        for _ in 0..2 {
            assert!(!breaker.starts_nothing());
            breaker.note_stillborn(MS);
            breaker.note_silent();
        }
        assert!(breaker.starts_nothing());
    }

    #[test]
    fn an_attempt_that_ends_breaks_a_row_of_deaths() {
        let mut breaker = CircuitBreaker::new(4);
        breaker.note_death();
        breaker.note_death();
        assert!(breaker.is_storm(1) && !breaker.is_storm(2));
        breaker.note_served(MS);
        assert!(!breaker.is_storm(0));
    }

    #[test]
    fn it_goes_on_with_fewer_workers_and_asks_for_one_more_a_second() {
        let mut breaker = CircuitBreaker::new(3);
        assert_eq!(breaker.note_refusal(MS), 1);
        assert!(breaker.do_with(MS, 1) && !breaker.do_with(MS, 1));
        breaker.check();
        breaker.note_progress(MS * 1000);
        assert_eq!(breaker.most_workers(), Some(1));
        breaker.note_progress(MS * 1001);
        assert_eq!(breaker.most_workers(), Some(2));
        breaker.note_progress(MS * 2001);
        assert_eq!(breaker.most_workers(), None);
    }

    #[test]
    fn refusals_add_up_until_something_is_done() {
        let mut breaker = CircuitBreaker::new(3);
        for _ in 0..8 {
            assert!(!breaker.refuses_everything());
            breaker.note_refusal(MS);
        }
        assert!(breaker.refuses_everything());
        // Nothing was served so far, so what nothing explains counts as well.
        breaker.doubt_refusals();
        assert!(breaker.refuses_everything());
        breaker.note_served(MS);
        assert!(!breaker.refuses_everything());
        (0..8).for_each(|_| assert!(breaker.note_refusal(MS) > 0));
        breaker.doubt_refusals();
        assert!(!breaker.refuses_everything());
    }

    #[test]
    fn a_module_rests_longer_than_anything_waits() {
        let mut breaker = CircuitBreaker::new(3);
        breaker.let_rest(MS, MODULE, 1);
        assert!(breaker.is_resting(MODULE) && !breaker.is_resting(ModuleId(2)));
        assert_eq!(breaker.deadline(), Some(MS * 41));
        breaker.pass(MS * 40);
        assert!(breaker.is_resting(MODULE));
        breaker.pass(MS * 41);
        assert!(!breaker.is_resting(MODULE));
    }
}
