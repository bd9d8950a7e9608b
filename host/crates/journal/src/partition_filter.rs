//! Filter in front of all others: it passes over the lines of other partitions of the input, and
//! counts them. They are other runs' business, so they are neither done nor duplicates here.
//!
//! It must never know what a line means.

use polymer_host_task::{InputPartition, TaskKey};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Lets through the lines of one partition.
#[derive(Debug)]
pub struct PartitionFilter {
    partition: InputPartition,
    others: u64,
    shared: OtherLines,
}

/// Number of lines that were passed over because they are other partitions'. To be read while more
/// are.
#[derive(Debug, Clone, Default)]
pub struct OtherLines(Arc<AtomicU64>);

impl OtherLines {
    /// So many by now.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl PartitionFilter {
    /// Lets through what is this partition's.
    #[must_use]
    pub fn new(partition: InputPartition) -> Self {
        Self { partition, others: 0, shared: OtherLines::default() }
    }

    /// Returns the number of lines that are passed over, which includes those from here on.
    #[must_use]
    pub fn others(&self) -> OtherLines {
        self.shared.clone()
    }

    /// Returns whether the line with this partition key is passed over, and counts it if so.
    pub fn passes_over(&mut self, key: TaskKey) -> bool {
        let is_other = !self.partition.has(key);
        if is_other {
            self.others += 1;
            // There is one writer, so nothing is read back: for most lines this is all that is
            // done.
            self.shared.0.store(self.others, Ordering::Relaxed);
        }
        is_other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_passed_over_is_counted_and_nothing_else() {
        let keys: Vec<TaskKey> = (0..100).map(|line| TaskKey::of_id(&format!("{line}"))).collect();
        let mut passed = 0;
        for number in 1..=4 {
            let partition = InputPartition::new(number, 4).unwrap();
            let mut filter = PartitionFilter::new(partition);
            let others = filter.others();
            for key in &keys {
                assert_eq!(filter.passes_over(*key), !partition.has(*key));
            }
            passed += others.count();
        }
        assert_eq!(passed, 300);
    }
}
