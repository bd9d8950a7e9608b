//! Size of the batches in which tasks go into a run, where a program hands in many. This code must
//! never know what the tasks are.

/// Tasks that travel together at the most: each batch costs the run a wake-up.
pub(super) const BATCH: usize = 256;
/// Bytes of input from which on a batch does not wait for more.
pub(super) const BATCH_BYTES: usize = 256 << 10;
/// A batch is at most this part of what the run has to do, which then does not wait for the batch.
const PART: usize = 8;

/// Returns the maximum length of the next batch, at least 1, if the iterator says that `certain`
/// more tasks come and `under_way` are in the run. An iterator that may wait for its next task says
/// 0, and each of its tasks goes by itself.
pub(super) fn length(certain: usize, under_way: usize, queue: usize) -> usize {
    (under_way / PART).min(certain).min(BATCH).min(queue).max(1)
}

/// Batches that may wait to be taken into a run with a queue of so many tasks: no more tasks than
/// the queue has.
pub(super) fn waiting(queue: usize) -> usize {
    (queue / BATCH).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_grow_with_what_the_run_has_to_do() {
        let (mut under_way, mut lengths) = (0, Vec::new());
        while under_way < 4096 {
            let next = length(usize::MAX, under_way, 4096);
            under_way += next;
            lengths.push(next);
        }
        assert_eq!(
            lengths.iter().take(16).sum::<usize>(),
            16,
            "a run that has nothing to do waits for no batch"
        );
        assert!(lengths.is_sorted() && lengths.last() == Some(&BATCH), "{lengths:?}");
        assert!(lengths.len() < 100, "{}", lengths.len());
    }

    #[test]
    fn a_batch_never_waits_for_a_task_that_may_not_come() {
        for under_way in [0, 7, 4096, usize::MAX] {
            assert_eq!(length(0, under_way, 4096), 1);
            assert!(length(3, under_way, 4096) <= 3);
        }
    }

    #[test]
    fn no_more_tasks_wait_than_the_queue_has() {
        for queue in [1, 2, 255, 256, 257, 4096, 1_000_000] {
            let longest = length(usize::MAX, usize::MAX, queue);
            assert!(longest >= 1 && longest * waiting(queue) <= queue, "{queue}");
        }
    }
}
