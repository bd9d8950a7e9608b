//! `--on-fail-rate`: when a command is to be run because many tasks fail. Pure.
//!
//! It must never know how a command is run.

use polymer_host_task::{Percentage, ShareError, Verdict};
use std::str::FromStr;

/// Tasks that have to be over before their rate of failures says something.
const LEAST_TASKS: u64 = 100;

/// What the flag says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailRateRule {
    /// The rate that is passed.
    pub(crate) rate: Percentage,
    /// The command, for a shell.
    pub(crate) command: String,
}

/// Error for a text that is no rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoFailRateRule {
    /// It has one part only.
    #[error("write a percentage and a command as one text: --on-fail-rate '5% ./call-me.sh'")]
    Parts,
    /// Its first part is no percentage.
    #[error(transparent)]
    Rate(#[from] ShareError),
}

impl FromStr for FailRateRule {
    type Err = NoFailRateRule;

    fn from_str(text: &str) -> Result<Self, NoFailRateRule> {
        let (rate, command) = text.trim().split_once(char::is_whitespace).ok_or(NoFailRateRule::Parts)?;
        Ok(Self { rate: rate.parse()?, command: command.trim_start().to_owned() })
    }
}

/// Figures at the moment when the rate was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FailRateAlert {
    /// Tasks that did not end ok.
    pub(crate) failed: u64,
    /// Tasks that were over.
    pub(crate) tasks: u64,
}

/// Tasks so far, held against a rate.
#[derive(Debug)]
pub(crate) struct FailRateCount {
    rate: Percentage,
    counted: FailRateAlert,
    was_passed: bool,
}

impl FailRateCount {
    pub(crate) const fn new(rate: Percentage) -> Self {
        Self { rate, counted: FailRateAlert { failed: 0, tasks: 0 }, was_passed: false }
    }

    /// Adds a task. Returns the figures if the rate is passed now, and was not before.
    pub(crate) fn add(&mut self, verdict: Verdict) -> Option<FailRateAlert> {
        self.counted.tasks += 1;
        self.counted.failed += u64::from(verdict != Verdict::Ok);
        let FailRateAlert { failed, tasks } = self.counted;
        if self.was_passed || tasks < LEAST_TASKS || !self.rate.is_passed_by(failed, tasks) {
            return None;
        }
        self.was_passed = true;
        Some(self.counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_a_percentage_and_the_rest() {
        let rule: FailRateRule = " 0.5%  notify  'a b' ".parse().unwrap();
        assert_eq!((rule.rate, rule.command.as_str()), ("0.5%".parse().unwrap(), "notify  'a b'"));
        for text in ["", "5%", " 5% "] {
            assert_eq!(text.parse::<FailRateRule>(), Err(NoFailRateRule::Parts), "{text:?}");
        }
        for text in ["5 notify", "notify 5%", "101% notify"] {
            assert_eq!(text.parse::<FailRateRule>(), Err(NoFailRateRule::Rate(ShareError)), "{text:?}");
        }
    }

    /// The alerts that come of so many failures among so many tasks, the failures first.
    fn alerts(percent: u32, failed: usize, tasks: usize) -> Vec<FailRateAlert> {
        let mut count = FailRateCount::new(Percentage::percent(percent).unwrap());
        let verdict = |at| if at < failed { Verdict::Trap } else { Verdict::Ok };
        (0..tasks).filter_map(|at| count.add(verdict(at))).collect()
    }

    #[test]
    fn a_rate_is_passed_once_and_not_before_a_hundred_tasks() {
        assert_eq!(alerts(5, 99, 99), []);
        assert_eq!(alerts(5, 6, 300), [FailRateAlert { failed: 6, tasks: 100 }]);
        assert_eq!(alerts(5, 5, 300), []);
        assert_eq!(alerts(0, 300, 300), [FailRateAlert { failed: 100, tasks: 100 }]);
        assert_eq!(alerts(100, 300, 300), []);
    }

    #[test]
    fn a_rate_that_is_passed_late_is_told_then_and_never_again() {
        let mut count = FailRateCount::new(Percentage::percent(10).unwrap());
        let mut add =
            |verdict, times: usize| (0..times).filter_map(|_| count.add(verdict)).collect::<Vec<_>>();
        assert_eq!(add(Verdict::Ok, 180), []);
        assert_eq!(add(Verdict::Timeout, 30), [FailRateAlert { failed: 21, tasks: 201 }]);
        // It falls below and is passed again.
        assert_eq!(add(Verdict::Ok, 500), []);
        assert_eq!(add(Verdict::TaskError, 500), []);
    }
}
