//! The board of a run that may be watched: the last snapshot, which the run puts there and whoever
//! answers takes.
//!
//! It must never know who asks.

use crate::report::run_snapshot::RunSnapshot;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Age up to which a snapshot is handed out again: the run makes no more than two a second.
const FRESH: Duration = Duration::from_millis(500);
/// How long the run is waited for. It may be stopped, and then the last one is better than none.
const PATIENCE: Duration = Duration::from_secs(1);

/// Place for the last snapshot of a run. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct WatchBoard(Arc<BoardState>);

#[derive(Debug, Default)]
struct BoardState {
    /// The run's folder, as an absolute path.
    dir: Option<String>,
    last: Mutex<Option<PostedSnapshot>>,
    is_renewed: Condvar,
}

#[derive(Debug, Clone)]
struct PostedSnapshot {
    at: Instant,
    snapshot: Arc<RunSnapshot>,
}

impl WatchBoard {
    /// The board of a run that is kept in `dir`, if it is.
    pub(crate) fn of(dir: Option<&Path>) -> Self {
        let dir = dir.and_then(|dir| dir.canonicalize().ok()).map(|dir| dir.to_string_lossy().into_owned());
        Self(Arc::new(BoardState { dir, ..BoardState::default() }))
    }

    /// Puts a snapshot in the place of the one before.
    pub(crate) fn publish(&self, snapshot: RunSnapshot) {
        let snapshot = RunSnapshot { pid: std::process::id(), dir: self.0.dir.clone(), ..snapshot };
        *self.lock() = Some(PostedSnapshot { at: Instant::now(), snapshot: Arc::new(snapshot) });
        self.0.is_renewed.notify_all();
    }

    /// The last snapshot, after `renew` had the run make another one if it is not fresh. None if
    /// there never was one.
    pub(super) fn fresh(&self, renew: impl FnOnce()) -> Option<Arc<RunSnapshot>> {
        let last = self.lock();
        if let Some(last) = last.as_ref().filter(|last| last.at.elapsed() < FRESH) {
            return Some(Arc::clone(&last.snapshot));
        }
        let before = last.as_ref().map(|last| last.at);
        renew();
        let is_old = |last: &mut Option<PostedSnapshot>| last.as_ref().map(|last| last.at) == before;
        let (last, _) = self
            .0
            .is_renewed
            .wait_timeout_while(last, PATIENCE, is_old)
            .unwrap_or_else(PoisonError::into_inner);
        last.as_ref().map(|last| Arc::clone(&last.snapshot))
    }

    fn lock(&self) -> MutexGuard<'_, Option<PostedSnapshot>> {
        self.0.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn snapshot(done: u64) -> RunSnapshot {
        RunSnapshot { done, ..RunSnapshot::default() }
    }

    #[test]
    fn the_run_makes_a_snapshot_when_one_is_asked_for_and_no_more_than_two_a_second() {
        let (board, made) = (WatchBoard::of(None), Cell::new(0));
        let ask = |board: &WatchBoard| {
            let other = board.clone();
            let seen = board.fresh(|| {
                made.set(made.get() + 1);
                // The run is a thread of its own.
                std::thread::spawn(move || other.publish(snapshot(5)));
            });
            seen.map(|seen| (seen.done, seen.pid))
        };
        for _ in 0..3 {
            assert_eq!(ask(&board), Some((5, std::process::id())));
        }
        assert_eq!(made.get(), 1);
    }

    #[test]
    fn a_run_that_does_not_answer_is_told_of_as_it_was() {
        let board = WatchBoard::of(None);
        assert_eq!(board.fresh(|| {}), None);
        board.publish(snapshot(7));
        board.lock().as_mut().unwrap().at = Instant::now().checked_sub(FRESH * 2).unwrap();
        assert_eq!(board.fresh(|| {}).unwrap().done, 7);
    }

    #[test]
    fn the_folder_is_told_as_an_absolute_path() {
        let board = WatchBoard::of(Some(Path::new(".")));
        board.publish(snapshot(0));
        let here = std::env::current_dir().unwrap().canonicalize().unwrap();
        assert_eq!(board.fresh(|| {}).unwrap().dir.as_deref(), here.to_str());
    }
}
