//! Ids of traces and spans: of a task's number and of a seed that differs from run to run.
//!
//! They have to differ from each other, not to be hard to guess. Pure.

use polymer_host_base::mixing::mixed;

/// Makes ids.
#[derive(Debug, Clone, Copy)]
pub(super) struct SpanIds {
    seed: u64,
}

impl SpanIds {
    pub(super) const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The trace of the task of this number. Its last half follows from the number alone, so that
    /// each run samples the same lines.
    pub(super) fn trace(self, seq: u64) -> [u8; 16] {
        let [run, task] = [mixed(self.seed), mixed(seq)].map(u128::from);
        not_zero((run << 64) | task).to_be_bytes()
    }

    /// The trace of another thing of the run that has a number, such as a module.
    pub(super) fn other_trace(self, number: u64) -> [u8; 16] {
        let [run, other] = [mixed(!self.seed), mixed(number)].map(u128::from);
        not_zero((run << 64) | other).to_be_bytes()
    }

    /// The span of this place among those of a task: the task's own has the place 0. Tasks may
    /// share a trace.
    pub(super) fn span(self, seq: u64, place: u64) -> [u8; 8] {
        let id = mixed(mixed(self.seed ^ mixed(seq)).wrapping_add(place));
        (if id == 0 { 1 } else { id }).to_be_bytes()
    }
}

const fn not_zero(id: u128) -> u128 {
    if id == 0 { 1 } else { id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_differ_by_task_by_place_and_by_run() {
        let mut spans = HashSet::new();
        let mut traces = HashSet::new();
        for seed in [0, 1, 7] {
            let ids = SpanIds::new(seed);
            for seq in 0..200 {
                assert!(traces.insert(ids.trace(seq)) && traces.insert(ids.other_trace(seq)));
                (0..20).for_each(|place| assert!(spans.insert(ids.span(seq, place))));
            }
        }
        assert!(!traces.contains(&[0; 16]) && !spans.contains(&[0; 8]));
    }
}
