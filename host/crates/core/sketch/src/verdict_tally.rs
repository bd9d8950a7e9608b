//! A number for each verdict, and the serial form of a verdict: its name, so that a verdict that is
//! added changes no other.

use polymer_host_task::Verdict;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Numbers of tasks by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VerdictTally([u64; Verdict::ALL.len()]);

impl VerdictTally {
    /// Counts a task.
    pub const fn add(&mut self, verdict: Verdict) {
        // Verdicts are numbered from 0 without a gap.
        self.0[verdict as usize] += 1;
    }

    /// Adds those of another part.
    pub fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(number, more)| *number += more);
    }

    /// Returns the number that ended so.
    #[must_use]
    pub const fn get(&self, verdict: Verdict) -> u64 {
        self.0[verdict as usize]
    }

    /// Returns the number of all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Returns the number that did not end ok.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.total() - self.get(Verdict::Ok)
    }

    /// The verdicts of at least one task, in the order of summaries.
    pub fn iter(&self) -> impl Iterator<Item = (Verdict, u64)> {
        Verdict::ALL.iter().map(|verdict| (*verdict, self.get(*verdict))).filter(|(_, number)| *number > 0)
    }
}

impl Serialize for VerdictTally {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(verdict, number)| (verdict.name(), number)))
    }
}

impl<'de> Deserialize<'de> for VerdictTally {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut tally = Self::default();
        for (name, number) in BTreeMap::<Cow<'_, str>, u64>::deserialize(deserializer)? {
            let verdict = named(&name).ok_or_else(|| D::Error::custom("an unknown verdict"))?;
            tally.0[verdict as usize] = number;
        }
        Ok(tally)
    }
}

fn named(name: &str) -> Option<Verdict> {
    Verdict::ALL.into_iter().find(|verdict| verdict.name() == name)
}

/// A verdict by its name.
pub(crate) mod verdict_name {
    use super::{Cow, Deserialize, Deserializer, Error, Serializer, Verdict, named};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(crate) fn serialize<S: Serializer>(verdict: &Verdict, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(verdict.name())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Verdict, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?;
        named(&name).ok_or_else(|| D::Error::custom("an unknown verdict"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_counted_by_verdict() {
        let mut tally = VerdictTally::default();
        for verdict in [Verdict::Ok, Verdict::Trap, Verdict::Ok] {
            tally.add(verdict);
        }
        assert_eq!((tally.total(), tally.failed(), tally.get(Verdict::Ok)), (3, 1, 2));
        let other = tally;
        tally.merge(&other);
        assert_eq!(tally.iter().collect::<Vec<_>>(), [(Verdict::Ok, 4), (Verdict::Trap, 2)]);
    }
}
