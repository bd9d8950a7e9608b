//! The flag that says which part of the input a run takes.
//!
//! It must never look at the environment.

use polymer_host_task::{InputPartition, NoPartition};
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

/// Value of `--partition`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartitionFlag {
    /// This one.
    Given(InputPartition),
    /// The one of so many that a scheduler's variable says.
    Auto(NonZeroU32),
}

impl PartitionFlag {
    /// The partition, if it is given.
    #[must_use]
    pub const fn given(self) -> Option<InputPartition> {
        match self {
            Self::Given(partition) => Some(partition),
            Self::Auto(_) => None,
        }
    }
}

/// As it is typed.
impl fmt::Display for PartitionFlag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(partition) => partition.fmt(f),
            Self::Auto(count) => write!(f, "auto:{count}"),
        }
    }
}

impl FromStr for PartitionFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || "write hash:K/N with K from 1 to N, such as hash:3/20, or auto:N".to_owned();
        if let Some(count) = text.strip_prefix("auto:") {
            let is_number = count.bytes().all(|byte| byte.is_ascii_digit());
            let count = Some(count).filter(|_| is_number).and_then(|count| count.parse().ok());
            return count.map(Self::Auto).ok_or_else(form);
        }
        text.parse().map(Self::Given).map_err(|error| match error {
            NoPartition::Form => form(),
            NoPartition::NoCount | NoPartition::OutOfRange { .. } => error.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_is_given_or_left_to_a_scheduler() {
        for text in ["hash:1/1", "hash:3/20", "auto:1", "auto:4294967295"] {
            assert_eq!(text.parse::<PartitionFlag>().unwrap().to_string(), text);
        }
        for text in ["", "3/20", "auto", "auto:", "auto:0", "auto:-1", "auto:+1", "auto:4294967296", "hash:1"]
        {
            let error = text.parse::<PartitionFlag>().unwrap_err();
            assert!(error.starts_with("write hash:K/N "), "{text}: {error}");
        }
        let error = "hash:21/20".parse::<PartitionFlag>().unwrap_err();
        assert_eq!(error, "there is no partition 21 of 20: K is from 1 to N");
    }
}
