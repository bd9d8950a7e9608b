//! Partition: the share of an input's lines that one run takes, where several runs, perhaps on
//! several machines, share the input. The partition key of each line says whose it is.
//!
//! Nothing here knows of files or of runs. What the hash gives must never change: parts of one
//! input may be run by different versions.

use super::key::TaskKey;
use std::fmt;
use std::str::FromStr;

/// One of N partitions of an input, by hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputPartition {
    number: u32,
    count: u32,
}

/// A number and a count that make no partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPartition {
    /// The text has another form.
    #[error("write hash:K/N, with K from 1 to N")]
    Form,
    /// Nothing is divided into no parts.
    #[error("there are no 0 partitions: N is at least 1")]
    NoCount,
    /// The number is 0, or more than there are.
    #[error("there is no partition {number} of {count}: K is from 1 to N")]
    OutOfRange {
        /// Number of the partition.
        number: u64,
        /// Number of partitions.
        count: u32,
    },
}

impl InputPartition {
    /// The partition of this number, from 1, of so many.
    ///
    /// # Errors
    /// If there is none of that number.
    pub fn new(number: u64, count: u32) -> Result<Self, NoPartition> {
        if count == 0 {
            return Err(NoPartition::NoCount);
        }
        match u32::try_from(number) {
            Ok(number) if (1..=count).contains(&number) => Ok(Self { number, count }),
            _ => Err(NoPartition::OutOfRange { number, count }),
        }
    }

    /// Its number, from 1.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.number
    }

    /// Number of partitions.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.count
    }

    /// Returns whether the line with this partition key is one of its lines. That is the
    /// [key of the id](TaskKey::of_id) where the line has one, else the
    /// [key of the line](TaskKey::of_line).
    #[must_use]
    pub fn has(self, key: TaskKey) -> bool {
        number_of(key, self.count) == self.number
    }
}

/// Returns the number of the partition, from 1, of the line with this partition key, where there
/// are so many: the first eight bytes of the key, the most significant first, modulo `count`,
/// plus 1.
fn number_of(key: TaskKey, count: u32) -> u32 {
    let first = key.bytes().first_chunk().copied().unwrap_or_default();
    let remainder = u64::from_be_bytes(first) % u64::from(count.max(1));
    // It is less than `count`.
    u32::try_from(remainder).unwrap_or_default() + 1
}

/// As it is typed: `hash:3/20`.
impl fmt::Display for InputPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hash:{}/{}", self.number, self.count)
    }
}

impl FromStr for InputPartition {
    type Err = NoPartition;

    fn from_str(text: &str) -> Result<Self, NoPartition> {
        let (number, count) =
            text.strip_prefix("hash:").and_then(|rest| rest.split_once('/')).ok_or(NoPartition::Form)?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(number) || !is_number(count) {
            return Err(NoPartition::Form);
        }
        let count = count.parse().map_err(|_| NoPartition::Form)?;
        Self::new(number.parse().map_err(|_| NoPartition::Form)?, count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts of one input may be run by different versions, and other programs compute this. These
    /// figures were made by another implementation of BLAKE3, as the manual says.
    #[test]
    fn the_partition_of_a_line_stays_what_it_is() {
        let of_id = |id: &str, count| number_of(TaskKey::of_id(id), count);
        let of_line = |line: &str, count| number_of(TaskKey::of_line(line.as_bytes()), count);
        for (id, expected) in [
            ("7", [1, 2, 14, 397_394]),
            ("task-0000001", [1, 4, 12, 654_752]),
            ("é", [1, 2, 2, 178_302]),
            ("", [1, 2, 18, 161_358]),
        ] {
            assert_eq!([1, 4, 20, 1_000_000].map(|count| of_id(id, count)), expected, "{id}");
        }
        for (line, expected) in
            [("no json", [1, 1, 1, 655_701]), (r#"{"x":1}"#, [1, 4, 4, 649_964]), ("[]", [1, 3, 7, 699_667])]
        {
            assert_eq!([1, 4, 20, 1_000_000].map(|count| of_line(line, count)), expected, "{line}");
        }
    }

    /// As the manual tells it to other programs.
    #[test]
    fn it_is_the_first_half_of_the_key_modulo_the_count() {
        let key = TaskKey::of_id("7");
        assert!(key.to_string().starts_with("525b073427747351"));
        assert_eq!(u64::from(number_of(key, 20)), 0x525b_0734_2774_7351_u64 % 20 + 1);
    }

    #[test]
    fn each_line_is_in_exactly_one_partition_and_they_are_of_like_size() {
        for count in [1, 2, 3, 7, 100] {
            let parts: Vec<_> =
                (1..=count).map(|number| InputPartition::new(number.into(), count).unwrap()).collect();
            let mut sizes = vec![0_u32; parts.len()];
            for line in 0..count * 200 {
                let key = TaskKey::of_line(line.to_string().as_bytes());
                let theirs: Vec<usize> = (0..parts.len()).filter(|at| parts[*at].has(key)).collect();
                assert_eq!(theirs.len(), 1);
                sizes[theirs[0]] += 1;
            }
            assert!(sizes.iter().all(|size| (130..=270).contains(size)), "{sizes:?}");
        }
    }

    #[test]
    fn it_is_read_as_it_is_written_and_nothing_else_is_read() {
        for text in ["hash:1/1", "hash:3/20", "hash:4294967295/4294967295"] {
            assert_eq!(text.parse::<InputPartition>().unwrap().to_string(), text);
        }
        assert_eq!("hash:03/020".parse(), InputPartition::new(3, 20));
        for text in [
            "",
            "3/20",
            "hash:",
            "hash:/",
            "hash:1/",
            "hash:+1/2",
            "hash: 1/2",
            "slice:1/2",
            "hash:1/4294967296",
        ] {
            assert_eq!(text.parse::<InputPartition>(), Err(NoPartition::Form), "{text}");
        }
        assert_eq!("hash:1/0".parse::<InputPartition>(), Err(NoPartition::NoCount));
        for number in [0, 21, 1 << 32] {
            let expected = Err(NoPartition::OutOfRange { number, count: 20 });
            assert_eq!(format!("hash:{number}/20").parse::<InputPartition>(), expected);
        }
    }
}
