//! Invariants of the workers by themselves.

use super::WorkerPool;
use crate::state::WorkerPhase;
use crate::{AHEAD_BYTES, AHEAD_MOST};
use polymer_host_event::ProcessRole;
use std::collections::HashSet;

impl WorkerPool {
    /// I3, I4, I6, I19, I22, I26, and what the workers can hold alone of I5 and I20. A life has
    /// `most` attempts.
    pub(crate) fn check(&self, most: u32) {
        let mut attempts = HashSet::new();
        for (place, slot) in self.slots.iter().enumerate() {
            let Some(worker) = &slot.worker else { continue };
            let id = worker.id();
            assert_eq!(usize::try_from(id.slot).unwrap(), place, "I26: {id} is in another slot");
            assert_eq!(id.generation, slot.generation, "I26: {id} was gone before");
            assert_eq!(
                worker.is_run_worker(),
                place < self.run_slots,
                "I26: {id} is in no slot for its role"
            );
            for sent in worker.outstanding() {
                assert!(matches!(worker.role(), ProcessRole::Run(_)), "I3: {id} has work and runs no guest");
                assert_eq!(worker.phase(), WorkerPhase::Serving, "I3: {id} has work and is not ready");
                assert!(attempts.insert(sent.attempt), "I4: {} is out twice", sent.attempt);
                assert!(sent.attempt.0 < self.next_attempt, "I4: {} was never made", sent.attempt);
            }
            if let Some(task) = worker.reserved() {
                let mut sent = worker.outstanding().iter();
                let alone = worker.outstanding().len() <= 1 && sent.all(|sent| sent.task == task);
                assert!(alone, "I5: the suspect {task} is not alone on {id}");
            }
            assert!(!worker.has_turned() || !worker.is_fresh(), "I20: {id} served two modules and is fresh");
            assert!(worker.outstanding().len() <= AHEAD_MOST + 1, "I6: too much was sent ahead");
            let ahead = worker.outstanding().iter().rev().skip(1).map(|sent| sent.bytes).sum::<usize>();
            assert!(ahead < AHEAD_BYTES, "I22: {id} has {ahead} bytes and more");
            let sent = u32::try_from(worker.outstanding().len()).unwrap();
            assert!(
                sent.checked_add(worker.left()).is_none_or(|sum| sum <= most),
                "I19: {id} is sent too much"
            );
        }
    }
}
