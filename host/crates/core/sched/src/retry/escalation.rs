//! Attempts that ran into one of their limits, made again with more of it.

use polymer_host_task::{Ceiling, Limit, Limits, Verdict};
use std::str::FromStr;

/// Factor by which the next attempt gets more: above 1, in thousandths. As text `4x` or `1.5x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EscalationFactor(u64);

/// Error for a text that is no factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "write a factor as `2x` or `1.5x`: more than 1, at most 1000000, with up to three digits after the point"
)]
pub struct FactorError;

impl EscalationFactor {
    /// The largest one, in thousandths.
    const MOST: u64 = 1_000_000_000;

    /// So many thousandths.
    ///
    /// # Errors
    /// If that is not more than once as much, or more than a million times.
    pub const fn thousandths(thousandths: u64) -> Result<Self, FactorError> {
        if thousandths > 1000 && thousandths <= Self::MOST { Ok(Self(thousandths)) } else { Err(FactorError) }
    }

    /// So many times `amount`, and at least one more.
    fn of(self, amount: u64) -> u64 {
        let times = u128::from(amount) * u128::from(self.0) / 1000;
        u64::try_from(times).unwrap_or(u64::MAX).max(amount.saturating_add(1))
    }
}

impl FromStr for EscalationFactor {
    type Err = FactorError;

    fn from_str(text: &str) -> Result<Self, FactorError> {
        let number = text.trim().strip_suffix('x').ok_or(FactorError)?;
        let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 3 {
            return Err(FactorError);
        }
        let whole: u64 = whole.parse().map_err(|_| FactorError)?;
        let part: u64 = format!("{part:0<3}").parse().map_err(|_| FactorError)?;
        Self::thousandths(whole.checked_mul(1000).and_then(|n| n.checked_add(part)).ok_or(FactorError)?)
    }
}

/// Invalid escalation of a run's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EscalationError {
    /// There is no more to be had than every attempt has.
    #[error("{} cannot be escalated to {max}: each attempt has {base} from the start", max.limit().name())]
    NotAbove {
        /// The most that was to be had.
        max: Ceiling,
        /// Amount that each attempt has.
        base: Ceiling,
    },
    /// The run has no such limit.
    #[error("{} cannot be escalated: the run counts none", .0.name())]
    NotCounted(Limit),
    /// One limit was named twice.
    #[error("{} is escalated twice", .0.name())]
    Twice(Limit),
}

/// The limits of a run, and what of them attempts may get more of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escalation {
    base: Limits,
    /// By how much, and up to what, in the order of [`Limit::ALL`].
    steps: [Option<(EscalationFactor, Ceiling)>; 4],
}

impl Escalation {
    /// Nothing gets more than `base`.
    #[must_use]
    pub const fn none(base: Limits) -> Self {
        Self { base, steps: [None; 4] }
    }

    /// Attempts that ran into the limit of which `max` is are made again with `factor` times as
    /// much, but no more than `max`.
    ///
    /// # Errors
    /// If `max` is not above what each attempt has, or the limit was named before or is none.
    pub fn and(mut self, factor: EscalationFactor, max: Ceiling) -> Result<Self, EscalationError> {
        let limit = max.limit();
        let base = limit.amount(&self.base).ok_or(EscalationError::NotCounted(limit))?;
        if !base.is_below(max) {
            return Err(EscalationError::NotAbove { max, base });
        }
        for (of, step) in Limit::ALL.into_iter().zip(&mut self.steps) {
            if of == limit && step.replace((factor, max)).is_some() {
                return Err(EscalationError::Twice(limit));
            }
        }
        Ok(self)
    }

    /// The limits of the next attempt at a task whose last one ended so under `limits`, and which
    /// of them is the larger one; `None` if more is not to be had. What a task has less of than the
    /// run has from the start, its own record asked for: that stays.
    #[must_use]
    pub fn next(&self, verdict: Verdict, limits: &Limits) -> Option<(Limits, Ceiling)> {
        let limit = Limit::of(verdict)?;
        let (factor, max) = self.step(limit, limits)?;
        let amount = limit.amount(limits)?;
        let more = amount.scaled(|amount| factor.of(amount), max);
        amount.is_below(more).then(|| (more.put_into(*limits), more))
    }

    /// Returns whether a task that has `limits` may get more of this limit, or already did.
    #[must_use]
    pub fn covers(&self, limit: Limit, limits: &Limits) -> bool {
        self.step(limit, limits).is_some()
    }

    fn step(&self, limit: Limit, limits: &Limits) -> Option<(EscalationFactor, Ceiling)> {
        let at = Limit::ALL.into_iter().position(|of| of == limit)?;
        let step = self.steps.get(at).copied().flatten()?;
        (!limit.amount(limits)?.is_below(limit.amount(&self.base)?)).then_some(step)
    }

    /// What each attempt has from the start.
    #[must_use]
    pub const fn base(&self) -> Limits {
        self.base
    }

    /// The most that any attempt may have.
    #[must_use]
    pub fn most(&self) -> Limits {
        self.steps.iter().flatten().fold(self.base, |limits, (_, max)| max.put_into(limits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const G: u64 = 1_000_000_000;

    fn factor(text: &str) -> EscalationFactor {
        text.parse().unwrap()
    }

    /// Returns the successive amounts for an attempt that always runs into its limit.
    fn amounts(escalation: Escalation, verdict: Verdict) -> Vec<String> {
        let mut limits = Limits::default();
        let mut amounts = Vec::new();
        while let Some((next, more)) = escalation.next(verdict, &limits) {
            assert_ne!(next, limits);
            limits = next;
            amounts.push(more.to_string());
            assert!(amounts.len() < 100);
        }
        amounts
    }

    #[test]
    fn the_limit_that_was_hit_grows_up_to_its_most_and_no_other() {
        let base = Limits::default();
        let escalation = Escalation::none(base)
            .and(factor("2x"), Ceiling::Fuel(200 * G))
            .and_then(|e| e.and(factor("1.5x"), Ceiling::Timeout(Duration::from_secs(120))))
            .and_then(|e| e.and(factor("100x"), Ceiling::Output(20 << 20)))
            .unwrap();
        assert_eq!(amounts(escalation, Verdict::FuelExhausted), ["60G", "120G", "200G"]);
        assert_eq!(amounts(escalation, Verdict::Timeout), ["1m 30s", "2m"]);
        assert_eq!(amounts(escalation, Verdict::OutputExceeded), ["20 MiB"]);
        assert_eq!(amounts(escalation, Verdict::MemoryExceeded), [""; 0]);
        assert_eq!(amounts(escalation, Verdict::Trap), [""; 0]);
        let most = escalation.most();
        assert_eq!(
            most,
            base.with_fuel(200 * G).with_timeout(Duration::from_secs(120)).with_output(20 << 20)
        );
        let (next, _) = escalation.next(Verdict::FuelExhausted, &base).unwrap();
        assert_eq!(next, base.with_fuel(60 * G));
    }

    #[test]
    fn what_a_task_asked_to_have_less_of_stays() {
        let escalation =
            Escalation::none(Limits::default()).and(factor("2x"), Ceiling::Memory(1 << 30)).unwrap();
        let tight = Limits::default().with_memory(1 << 20);
        assert_eq!(escalation.next(Verdict::MemoryExceeded, &tight), None);
        assert!(!escalation.covers(Limit::Memory, &tight));
        let other = Limits::default().with_fuel(1);
        assert!(escalation.next(Verdict::MemoryExceeded, &other).is_some(), "another limit is tight");
        assert!(
            escalation.covers(Limit::Memory, &escalation.most()) && !escalation.covers(Limit::Fuel, &other)
        );
    }

    #[test]
    fn there_has_to_be_more_and_each_limit_is_named_once() {
        let none = Escalation::none(Limits::default());
        for max in [1, 256 << 20] {
            let error = none.and(factor("2x"), Ceiling::Memory(max)).unwrap_err();
            assert!(error.to_string().ends_with("each attempt has 256 MiB from the start"), "{error}");
        }
        let once = none.and(factor("2x"), Ceiling::Fuel(31 * G)).unwrap();
        let twice = once.and(factor("3x"), Ceiling::Fuel(32 * G));
        assert_eq!(twice, Err(EscalationError::Twice(Limit::Fuel)));
    }

    #[test]
    fn the_smallest_and_the_largest_amounts_grow_too() {
        assert_eq!(factor("1.001x").of(1), 2);
        assert_eq!(factor("1000000x").of(u64::MAX), u64::MAX);
        let escalation = Escalation::none(Limits::default().with_output(0));
        let escalation = escalation.and(factor("2x"), Ceiling::Output(2)).unwrap();
        let none = Limits::default().with_output(0);
        assert_eq!(escalation.next(Verdict::OutputExceeded, &none).unwrap().1, Ceiling::Output(1));
    }

    #[test]
    fn factors_are_more_than_one_and_exact() {
        for (text, thousandths) in [
            ("2x", 2000),
            ("1.5x", 1500),
            ("1.001x", 1001),
            (" 4x ", 4000),
            ("1000000x", EscalationFactor::MOST),
        ] {
            assert_eq!(text.parse(), Ok(EscalationFactor(thousandths)), "{text}");
        }
        for text in [
            "",
            "x",
            "2",
            "1x",
            "0.5x",
            "1.0x",
            "-2x",
            "+2x",
            "1.0001x",
            "2.x",
            ".5x",
            "1000001x",
            "1e3x",
            "99999999999999999999x",
        ] {
            assert_eq!(text.parse::<EscalationFactor>(), Err(FactorError), "{text}");
        }
    }
}
