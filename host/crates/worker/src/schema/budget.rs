//! Budget of one check. A schema of a few lines can ask for more steps than there is time in the
//! world, so steps are counted where they are made.

use serde_json::Value;
use std::time::{Duration, Instant};

/// Steps that every check may take, whatever the value.
const BASE: u64 = 1_000_000;
/// Steps for each byte of the value. A plain schema takes one or two for each part of a value.
const A_BYTE: u64 = 8;
/// Levels of a check, each a value in a value or a schema that leads to another.
pub(super) const DEEPEST: usize = 2000;
/// Steps between two looks at the clock.
const TICKS: u64 = 4096;

/// Why a check was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BudgetSpent {
    /// It takes too many steps.
    Steps(u64),
    /// It nests too deep.
    Levels,
    /// It takes longer than the attempt has.
    Time(Duration),
}

/// Remaining budget of a check.
#[derive(Debug)]
pub(super) struct CheckBudget {
    all: u64,
    left: u64,
    next_look: u64,
    time: Duration,
    end: Option<Instant>,
}

impl CheckBudget {
    /// For a value that was written in so many bytes, and an attempt that has so much time.
    pub(super) fn new(bytes: usize, time: Duration) -> Self {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let all = BASE.saturating_add(bytes.saturating_mul(A_BYTE));
        Self {
            all,
            left: all,
            next_look: all.saturating_sub(TICKS),
            time,
            end: Instant::now().checked_add(time),
        }
    }

    /// Takes steps.
    pub(super) fn take(&mut self, steps: u64) -> Result<(), BudgetSpent> {
        self.left = self.left.checked_sub(steps).ok_or(BudgetSpent::Steps(self.all))?;
        if self.left < self.next_look {
            self.next_look = self.left.saturating_sub(TICKS);
            if self.end.is_some_and(|end| Instant::now() > end) {
                return Err(BudgetSpent::Time(self.time));
            }
        }
        Ok(())
    }

    /// Takes a step for each part of a value; says how many there are.
    pub(super) fn take_whole(&mut self, value: &Value) -> Result<u64, BudgetSpent> {
        self.take(1)?;
        let below: u64 = match value {
            Value::Array(items) => {
                items.iter().try_fold(0_u64, |sum, item| Ok(sum.saturating_add(self.take_whole(item)?)))?
            }
            Value::Object(fields) => fields
                .values()
                .try_fold(0_u64, |sum, field| Ok(sum.saturating_add(self.take_whole(field)?)))?,
            Value::String(text) => {
                let length = u64::try_from(text.len()).unwrap_or(u64::MAX) / 64;
                self.take(length)?;
                length
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        };
        Ok(below.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn steps_end_and_so_does_time() {
        let mut budget = CheckBudget::new(0, Duration::from_secs(60));
        assert_eq!(budget.take(BASE), Ok(()));
        assert_eq!(budget.take(1), Err(BudgetSpent::Steps(BASE)));
        let mut budget = CheckBudget::new(10, Duration::ZERO);
        assert_eq!(budget.take(TICKS + 1), Err(BudgetSpent::Time(Duration::ZERO)));
    }

    #[test]
    fn parts_of_a_value_are_counted() {
        let mut budget = CheckBudget::new(0, Duration::from_secs(60));
        assert_eq!(budget.take_whole(&json!({"a": [1, null, "x"], "b": "x".repeat(128)})), Ok(8));
    }
}
