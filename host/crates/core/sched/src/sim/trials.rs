//! How tasks come back: retries, larger limits, attempts alone, attempts before this run. What the
//! model checks of that.

use super::Sim;
use super::world::{FUEL, Nature, TIMEOUT};
use polymer_host_event::RetryNote;
use polymer_host_task::Ceiling;
use polymer_host_task::task_error::CPU_TIME;
use polymer_host_task::{EarlierAttempts, PastAttempt, Record, TaskId, TaskName, Usage, Verdict};

/// How often a task was tried again, by the reason.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Trials {
    before: EarlierAttempts,
    retries: u32,
    escalations: u32,
    confirmations: u32,
    /// What its next attempt has of fuel, if it was given more.
    fuel: Option<u64>,
    /// What its last attempt had of it.
    had: Option<u64>,
    /// Its last attempt was one alone.
    pub(super) alone: bool,
}

impl Sim {
    /// What became of a task before this run.
    pub(super) fn before(&mut self) -> EarlierAttempts {
        if self.rng.u32(..100) >= self.world.interrupted {
            return EarlierAttempts::default();
        }
        let interrupted = self.rng.u32(..5);
        EarlierAttempts { interrupted, alone: self.rng.u32(..=interrupted) }
    }

    pub(super) fn doubt(&mut self, id: TaskId, before: EarlierAttempts) {
        self.trials.insert(id, Trials { before, ..Trials::default() });
        if before.interrupted > 1 {
            self.lost.insert(id);
        }
    }

    /// W44: what was lost too often alone is not tried at all, and what was lost at most once is
    /// like any other.
    pub(super) fn check_doubted(&self, id: TaskId) {
        let EarlierAttempts { interrupted, alone } = self.tried(id).before;
        if interrupted > 1 && (self.world.crash_limit == 0 || alone >= self.world.crash_limit) {
            assert!(self.sched.spec(id).is_none(), "W44: {id} is tried");
        }
    }

    /// Whether its last attempt had so much fuel. Where none is counted, it had.
    pub(super) fn had_fuel(&self, id: TaskId, needs: u64) -> bool {
        !self.world.counts_fuel || self.tried(id).had.is_some_and(|had| had >= needs)
    }

    pub(super) fn tried(&self, id: TaskId) -> Trials {
        self.trials.get(&id).copied().unwrap_or_default()
    }

    /// Whether a task was lost with earlier supervisors so often that it is held responsible.
    pub(super) fn is_doubted(&self, id: TaskId) -> bool {
        self.tried(id).before.interrupted > 1
    }

    /// How many of its attempts were made before this run.
    pub(super) fn made_before(&self, id: TaskId) -> u32 {
        self.tried(id).before.interrupted
    }

    /// W45: what is said of an attempt that is sent is so: its number, whether it is alone, and
    /// what it has of fuel.
    pub(super) fn check_sent(&mut self, name: &TaskName, attempt: u32, alone: bool) {
        let id = self.named(name);
        assert_eq!(alone, self.lost.contains(&id), "W45: {id} is said to run alone: {alone}");
        assert!(attempt > self.made_before(id), "W45: {id} begins anew");
        let tried = self.trials.entry(id).or_default();
        tried.alone = alone;
        let fuel = self.sched.spec(id).and_then(|spec| spec.limits.fuel);
        tried.had = fuel;
        assert!(tried.fuel.is_none() || tried.fuel == fuel, "W45: {id} has other limits than was said");
    }

    /// W46: a task comes back as the run has it: with more of what it ran out of, once alone if it
    /// was late. W63: CPU time that is used up is not doubted, and no timeout is once one of its
    /// module stood. W71: what is streamed has one attempt.
    pub(super) fn comes_back(&mut self, name: &TaskName, (verdict, code): (Verdict, &str), again: RetryNote) {
        let id = self.named(name);
        assert!(!self.is_streamed(id), "W71: the streamed {id} comes back: {again:?}");
        let is_sure = code == CPU_TIME || self.is_late(id);
        let tried = self.trials.entry(id).or_default();
        match again {
            RetryNote::Retry { .. } => tried.retries += 1,
            RetryNote::Escalate { to } => {
                assert_eq!(verdict, Verdict::FuelExhausted, "W46: {id} has more of what it did not want");
                let Ceiling::Fuel(to) = to else { panic!("W46: {to} is no fuel") };
                let most = self.world.fuel.expect("W46: nothing escalates");
                let had = tried.fuel.unwrap_or(FUEL);
                assert_eq!(to, (had * 2).min(most), "W46: {id} had {had}");
                tried.fuel = Some(to);
                tried.escalations += 1;
            }
            RetryNote::Confirm => {
                assert!(self.world.confirms && verdict == Verdict::Timeout, "W46: {id} was not late");
                assert!(!tried.alone, "W46: {id} was alone already");
                assert!(!is_sure, "W63: {id} is doubted");
                tried.confirmations += 1;
                assert_eq!(tried.confirmations, 1, "W46: {id} was tried alone before");
                self.lost.insert(id);
                return;
            }
            RetryNote::Alone => {
                assert!(self.outside || self.lost.contains(&id), "W46: {id} took down nobody");
                self.lost.insert(id);
                return;
            }
            _ => panic!("W46: {id} is tried again in a way that the world knows nothing of: {again:?}"),
        }
        // Whoever ran out of something alone did not crash, and is tried again like any other.
        self.lost.remove(&id);
    }

    /// W23: what may be tried again is, as often as it may be and no more, unless the run takes
    /// nothing new, or it was not made in this run.
    pub(super) fn check_trials(&self, record: &Record) {
        let id = record.task;
        let tried = self.tried(id);
        let most = self.world.retries;
        assert!(tried.retries <= most, "W23: tried again too often: {record:?}");
        let is_once = self.is_streamed(id) || self.is_kept(id);
        if self.is_stopped() || record.error.code == "deadline" || is_once {
            return;
        }
        let error = matches!(record.verdict, Verdict::Trap | Verdict::Timeout | Verdict::FuelExhausted);
        let again = record.verdict == Verdict::TaskError || (self.world.on_error && error);
        assert!(!again || tried.retries == most, "W23: not tried again: {record:?}");
        if record.verdict == Verdict::Timeout && self.world.confirms && record.error.code != CPU_TIME {
            let is_sure = tried.confirmations == 1 || tried.alone || self.is_late(id);
            let is_sure = is_sure || self.had_the_processor(&record.usage);
            assert!(is_sure, "W47: a doubtful timeout stands: {record:?}");
        }
        if tried.confirmations == 1 {
            let late = |past: &&PastAttempt| past.verdict == Verdict::Timeout;
            let is_doubtful = |past: &PastAttempt| !self.had_the_processor(&past.usage);
            let has_doubtful = record.history.iter().filter(late).any(is_doubtful);
            // Its last attempt was to be made once more, when something else ended the task.
            let is_cut = record.verdict != Verdict::Timeout && record.usage.partial;
            let has_doubtful = has_doubtful || is_cut && !self.had_the_processor(&record.usage);
            // The history has a bound of its own.
            let is_whole = record.history.len() + 1 == usize::try_from(record.attempts).unwrap();
            assert!(has_doubtful || !is_whole, "W63: what had the processor is doubted: {record:?}");
        }
        if record.verdict == Verdict::FuelExhausted
            && let (Some(most), Nature::Thirsty(_)) = (self.world.fuel, self.natures[&id])
        {
            let had = tried.fuel.unwrap_or(FUEL);
            let less = !self.had_fuel(id, FUEL);
            assert!(had == most || less, "W48: there was more to be had: {record:?}");
        }
    }

    /// Whether an attempt that counted no fuel had the processor for most of its time.
    fn had_the_processor(&self, usage: &Usage) -> bool {
        let time = TIMEOUT.max(usage.wall.unwrap_or_default());
        !self.world.counts_fuel && usage.cpu.is_some_and(|cpu| cpu >= time / 10 * 9)
    }

    /// Whether a timeout stood of the module of a task.
    fn is_late(&self, id: TaskId) -> bool {
        self.modules.of.get(&id).is_some_and(|module| self.late.contains(module))
    }

    /// Learns that a timeout stands, after it was tried alone.
    pub(super) fn note_late(&mut self, record: &Record) {
        let tried = self.tried(record.task);
        let is_late = record.verdict == Verdict::Timeout
            && record.error.code == "timeout"
            && !self.is_streamed(record.task);
        if is_late && (tried.confirmations == 1 || tried.alone) {
            self.late.extend(self.modules.of.get(&record.task));
        }
    }

    /// W12: what is quarantined took down as many workers as that takes, and as many supervisors.
    pub(super) fn check_quarantine(&self, record: &Record) {
        let tried = self.tried(record.task);
        let other = tried.retries + tried.escalations + tried.confirmations;
        let before = tried.before;
        let deaths = record.attempts - other - before.interrupted;
        let limit = self.world.crash_limit;
        let (least, most) = match before.interrupted {
            0 | 1 => (limit + 1, limit + 1),
            _ => (limit.saturating_sub(before.alone), limit.saturating_sub(before.alone)),
        };
        // The first may come when it is alone for being late; and each return may be made in
        // company, and be charged for that.
        let range = least.saturating_sub(tried.confirmations)..=most + other;
        assert!(range.contains(&deaths), "W12: {deaths} deaths, {tried:?}: {record:?}");
    }

    pub(super) fn named(&self, name: &TaskName) -> TaskId {
        let number = name.id.strip_prefix('t').and_then(|number| number.parse().ok());
        TaskId(number.expect("W45: a task that was never submitted"))
    }
}
