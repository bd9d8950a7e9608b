//! `--partition auto:N`: the number that a scheduler gives to each process of an array, read off
//! its variables.
//!
//! Pure. It must never read the environment itself, nor know what a partition is for.

use polymer_host_base::sanitize::one_line;
use polymer_host_task::InputPartition;
use std::ffi::OsString;
use std::num::NonZeroU32;

/// Variables of one scheduler.
#[derive(Debug)]
struct ArrayVariables {
    /// Has the number of the process.
    index: &'static str,
    /// Where the numbers start.
    first: FirstIndex,
    /// Has the number of processes, where there is such a variable.
    count: Option<&'static str>,
}

/// First number of an array.
#[derive(Debug)]
enum FirstIndex {
    Zero,
    One,
    /// As this variable says, else one.
    Variable(&'static str),
}

const SLURM_COUNT: &str = "SLURM_ARRAY_TASK_COUNT";
const ARRAYS: [ArrayVariables; 4] = [
    ArrayVariables {
        index: "SLURM_ARRAY_TASK_ID",
        first: FirstIndex::Variable("SLURM_ARRAY_TASK_MIN"),
        count: Some(SLURM_COUNT),
    },
    // Kubernetes, an Indexed Job.
    ArrayVariables { index: "JOB_COMPLETION_INDEX", first: FirstIndex::Zero, count: None },
    ArrayVariables { index: "AWS_BATCH_JOB_ARRAY_INDEX", first: FirstIndex::Zero, count: None },
    // GitLab and others.
    ArrayVariables { index: "CI_NODE_INDEX", first: FirstIndex::One, count: Some("CI_NODE_TOTAL") },
];

/// Why no partition follows from the environment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartitionChoiceError {
    /// No scheduler says anything.
    #[error(
        "--partition auto:{count}: no scheduler says which partition this is: none of {} is set",
        names()
    )]
    NoVariable {
        /// Number of partitions.
        count: NonZeroU32,
    },
    /// A variable has something else than a number.
    #[error("--partition auto: {name} is `{}`, and a whole number was expected", one_line(value))]
    NotANumber {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// There is no such partition.
    #[error("--partition auto:{count}: {name} is {value}, and {count} partitions have {lowest} to {highest}")]
    OutOfRange {
        /// Number of partitions.
        count: NonZeroU32,
        /// The variable.
        name: &'static str,
        /// Its value.
        value: u64,
        /// The lowest value that would do.
        lowest: u64,
        /// The highest one.
        highest: u64,
    },
    /// The scheduler has another number of processes.
    #[error("--partition auto:{count}: {name} is {value}, so the array has another size")]
    OtherCount {
        /// Number of partitions.
        count: NonZeroU32,
        /// The variable.
        name: &'static str,
        /// Its value.
        value: u64,
    },
    /// Two schedulers say two things.
    #[error("--partition auto:{count}: {} means partition {}, and {} means {}", first.0, first.1, second.0, second.1)]
    Disagreement {
        /// Number of partitions.
        count: NonZeroU32,
        /// A variable and the partition that follows from it.
        first: (&'static str, u32),
        /// Another one.
        second: (&'static str, u32),
    },
}

/// Returns the names of the variables with the number of a process.
fn names() -> String {
    ARRAYS.map(|array| array.index).join(", ")
}

/// Returns the partition, of so many, of the process that has these variables. One that is empty is
/// as good as none.
///
/// # Errors
/// If no variable says which, two say different things, or there is no such partition.
pub(super) fn choose(
    count: NonZeroU32,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<InputPartition, PartitionChoiceError> {
    let mut chosen: Option<(&'static str, InputPartition)> = None;
    for array in &ARRAYS {
        let Some(partition) = array.partition(count, &variable)? else { continue };
        match chosen {
            Some((name, other)) if other != partition => {
                return Err(PartitionChoiceError::Disagreement {
                    count,
                    first: (name, other.number()),
                    second: (array.index, partition.number()),
                });
            }
            _ => chosen = Some((array.index, partition)),
        }
    }
    chosen.map(|(_, partition)| partition).ok_or(PartitionChoiceError::NoVariable { count })
}

impl ArrayVariables {
    /// Returns the partition that this scheduler's variables say, if its index is set.
    fn partition(
        &self,
        count: NonZeroU32,
        variable: &impl Fn(&str) -> Option<OsString>,
    ) -> Result<Option<InputPartition>, PartitionChoiceError> {
        let Some(value) = number(self.index, variable)? else { return Ok(None) };
        if let Some(name) = self.count
            && let Some(value) = number(name, variable)?
            && value != u64::from(count.get())
        {
            return Err(PartitionChoiceError::OtherCount { count, name, value });
        }
        let lowest = match self.first {
            FirstIndex::Zero => 0,
            FirstIndex::One => 1,
            FirstIndex::Variable(name) => number(name, variable)?.unwrap_or(1),
        };
        let number = value.checked_sub(lowest).and_then(|at| at.checked_add(1));
        let partition = number.and_then(|number| InputPartition::new(number, count.get()).ok());
        let highest = lowest.saturating_add(u64::from(count.get()) - 1);
        let out_of_range =
            PartitionChoiceError::OutOfRange { count, name: self.index, value, lowest, highest };
        partition.map(Some).ok_or(out_of_range)
    }
}

/// Returns the number in a variable, if it is set and not empty.
fn number(
    name: &'static str,
    variable: &impl Fn(&str) -> Option<OsString>,
) -> Result<Option<u64>, PartitionChoiceError> {
    let Some(value) = variable(name).filter(|value| !value.is_empty()) else { return Ok(None) };
    let text = value.to_string_lossy();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_number.then(|| text.parse().ok()).flatten();
    let not_a_number = || PartitionChoiceError::NotANumber { name, value: text.chars().take(60).collect() };
    number.map(Some).ok_or_else(not_a_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(count: u32, variables: &[(&str, &str)]) -> Result<u32, String> {
        let count = NonZeroU32::new(count).unwrap();
        let variable = |name: &str| {
            let found = variables.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| OsString::from(value))
        };
        let chosen = choose(count, variable);
        chosen
            .map(|partition| {
                assert_eq!(partition.count(), count.get());
                partition.number()
            })
            .map_err(|error| error.to_string())
    }

    #[track_caller]
    fn check_wrong(count: u32, variables: &[(&str, &str)], expected: &str) {
        assert_eq!(chosen(count, variables), Err(format!("--partition auto{expected}")));
    }

    #[test]
    fn each_scheduler_counts_in_its_own_way() {
        for (variables, expected) in [
            (&[("SLURM_ARRAY_TASK_ID", "3")][..], 3),
            (&[("SLURM_ARRAY_TASK_ID", "0"), ("SLURM_ARRAY_TASK_MIN", "0")], 1),
            (&[("SLURM_ARRAY_TASK_ID", "12"), ("SLURM_ARRAY_TASK_MIN", "10"), (SLURM_COUNT, "4")], 3),
            (&[("JOB_COMPLETION_INDEX", "0")], 1),
            (&[("JOB_COMPLETION_INDEX", "3")], 4),
            (&[("AWS_BATCH_JOB_ARRAY_INDEX", "2")], 3),
            (&[("CI_NODE_INDEX", "4"), ("CI_NODE_TOTAL", "4")], 4),
            // A job of a cluster that a CI system started.
            (&[("JOB_COMPLETION_INDEX", "1"), ("CI_NODE_INDEX", "2")], 2),
            (&[("JOB_COMPLETION_INDEX", "1"), ("CI_NODE_INDEX", "")], 2),
            // Nobody asked for it.
            (&[("JOB_COMPLETION_INDEX", "1"), ("CI_NODE_TOTAL", "7")], 2),
        ] {
            assert_eq!(chosen(4, variables), Ok(expected), "{variables:?}");
        }
    }

    #[test]
    fn where_nobody_says_it_the_variables_are_named() {
        check_wrong(
            4,
            &[],
            ":4: no scheduler says which partition this is: none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX, AWS_BATCH_JOB_ARRAY_INDEX, CI_NODE_INDEX is set",
        );
        check_wrong(
            4,
            &[("SLURM_ARRAY_TASK_ID", "1"), ("JOB_COMPLETION_INDEX", "1")],
            ":4: SLURM_ARRAY_TASK_ID means partition 1, and JOB_COMPLETION_INDEX means 2",
        );
    }

    #[test]
    fn an_array_of_another_size_is_refused() {
        check_wrong(
            4,
            &[("SLURM_ARRAY_TASK_ID", "1"), (SLURM_COUNT, "2")],
            ":4: SLURM_ARRAY_TASK_COUNT is 2, so the array has another size",
        );
        check_wrong(
            4,
            &[("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "5")],
            ":4: CI_NODE_TOTAL is 5, so the array has another size",
        );
        let cases: [(&[(&str, &str)], &str); 5] = [
            (&[("SLURM_ARRAY_TASK_ID", "0")], "SLURM_ARRAY_TASK_ID is 0, and 4 partitions have 1 to 4"),
            (&[("SLURM_ARRAY_TASK_ID", "5")], "SLURM_ARRAY_TASK_ID is 5, and 4 partitions have 1 to 4"),
            (&[("JOB_COMPLETION_INDEX", "4")], "JOB_COMPLETION_INDEX is 4, and 4 partitions have 0 to 3"),
            (&[("CI_NODE_INDEX", "0")], "CI_NODE_INDEX is 0, and 4 partitions have 1 to 4"),
            (
                &[("SLURM_ARRAY_TASK_ID", "18446744073709551615"), ("SLURM_ARRAY_TASK_MIN", "0")],
                "SLURM_ARRAY_TASK_ID is 18446744073709551615, and 4 partitions have 0 to 3",
            ),
        ];
        for (variables, expected) in cases {
            check_wrong(4, variables, &format!(":4: {expected}"));
        }
    }

    #[test]
    fn what_is_no_number_is_shown_safely() {
        for value in ["x", "-1", "+1", "1.0", " 1", "18446744073709551616"] {
            let expected = format!(": CI_NODE_INDEX is `{value}`, and a whole number was expected");
            check_wrong(4, &[("CI_NODE_INDEX", value)], &expected);
        }
        let error = chosen(4, &[("CI_NODE_INDEX", &format!("\x1b[1m{}", "x".repeat(9999)))]).unwrap_err();
        assert!(!error.contains('\x1b') && error.len() < 200, "{error}");
    }
}
