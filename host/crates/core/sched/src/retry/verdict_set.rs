//! Which verdicts are tried again without their guests' asking for it.

use polymer_host_task::Verdict;

/// A set of verdicts, all of them of attempts that went wrong by themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VerdictSet(u32);

/// A verdict that no other attempt can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{verdict} is not tried again: {why}")]
pub struct NotAnAttempts {
    /// Which.
    pub verdict: Verdict,
    /// Why that is of no use.
    pub why: &'static str,
}

impl VerdictSet {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// All that an attempt can do wrong: failures, traps, limits that were hit.
    pub const ERRORS: Self = Self(
        bit(Verdict::TaskError)
            | bit(Verdict::BadOutput)
            | bit(Verdict::Trap)
            | bit(Verdict::FuelExhausted)
            | bit(Verdict::Timeout)
            | bit(Verdict::MemoryExceeded)
            | bit(Verdict::OutputExceeded)
            | bit(Verdict::WrongOutput),
    );

    /// These verdicts.
    ///
    /// # Errors
    /// If another attempt could not change one of them: it went well, no attempt is to blame, or
    /// others say what becomes of it.
    pub fn of(verdicts: impl IntoIterator<Item = Verdict>) -> Result<Self, NotAnAttempts> {
        verdicts.into_iter().try_fold(Self::NONE, |which, verdict| match verdict.retry_refusal() {
            Some(why) => Err(NotAnAttempts { verdict, why }),
            None => Ok(Self(which.0 | bit(verdict))),
        })
    }

    /// Returns whether `verdict` is in the set.
    #[must_use]
    pub const fn has(self, verdict: Verdict) -> bool {
        self.0 & bit(verdict) != 0
    }
}

const fn bit(verdict: Verdict) -> u32 {
    1 << verdict as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_was_put_in_and_nothing_else() {
        let which = VerdictSet::of([Verdict::Trap, Verdict::TaskError, Verdict::Trap]).unwrap();
        let has = Verdict::ALL.into_iter().filter(|verdict| which.has(*verdict));
        assert_eq!(has.collect::<Vec<_>>(), [Verdict::TaskError, Verdict::Trap]);
        assert!(Verdict::ALL.into_iter().all(|verdict| !VerdictSet::NONE.has(verdict)));
    }

    #[test]
    fn only_what_attempts_do_wrong_may_be_named_and_the_rest_is_told_why_not() {
        let errors: Vec<Verdict> =
            Verdict::ALL.into_iter().filter(|verdict| VerdictSet::of([*verdict]).is_ok()).collect();
        assert_eq!(VerdictSet::of(errors.clone()), Ok(VerdictSet::ERRORS));
        assert_eq!(errors.len(), 8);
        let error = VerdictSet::of([Verdict::Trap, Verdict::Quarantined]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "quarantined is not tried again: a task whose worker died is tried again anyhow, as --crash-limit says"
        );
    }
}
