//! Interactions: each is a pair of attempts, of a program and of its interactor, that begin
//! together. A pair is held while its program's worker is kept and an interactor's is being made.
//!
//! It must never know how a worker is found, or what an ending says.

use super::tasks::LastTry;
use polymer_host_task::{AttemptEnding, TaskId, WorkerId};
use std::collections::BTreeMap;

/// The interactions of a run.
#[derive(Debug, Default)]
pub(crate) struct PairTable {
    /// Tasks in the run that are interactions, wherever they are.
    tasks: usize,
    /// Those that have a worker, by the task.
    pairs: BTreeMap<TaskId, PairState>,
}

/// How far an interaction has come that has a worker.
#[derive(Debug)]
pub(crate) enum PairState {
    /// Its program's worker is kept for it.
    Held {
        /// Which worker.
        worker: WorkerId,
        /// Its interactor waits for a worker. Before that, what it is given is being written.
        is_written: bool,
    },
    /// Both attempts were sent, and at least one has not ended.
    Connected(ConnectedPair),
}

/// Two attempts whose streams are connected.
#[derive(Debug)]
pub(crate) struct ConnectedPair {
    pub(crate) program: PairSide,
    pub(crate) interactor: PairSide,
    /// The interactor ended, and the program had not.
    is_interactor_first: bool,
}

/// One attempt of a pair.
#[derive(Debug)]
pub(crate) enum PairSide {
    /// A worker has it.
    Running(WorkerId),
    /// It ended.
    Ended(Box<EndedSide>),
}

/// An attempt of a pair that ended.
#[derive(Debug)]
pub(crate) struct EndedSide {
    pub(crate) ending: Box<AttemptEnding>,
    pub(crate) place: LastTry,
    pub(crate) why: SideEnd,
}

/// What ended an attempt of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SideEnd {
    /// Itself, or a limit of its own.
    Own,
    /// The clock of both.
    Clock,
    /// The pair was cut. `begun` says whether its guest may have been entered.
    Cut { begun: bool },
}

/// Both attempts of a pair, ended.
#[derive(Debug)]
pub(crate) struct EndedPair {
    pub(crate) program: EndedSide,
    pub(crate) interactor: EndedSide,
    pub(crate) is_interactor_first: bool,
}

impl PairTable {
    /// An interaction is in the run.
    pub(crate) const fn add_task(&mut self) {
        self.tasks += 1;
    }

    /// One is over.
    pub(crate) const fn remove_task(&mut self) {
        self.tasks = self.tasks.saturating_sub(1);
    }

    /// Returns whether any is in the run. Most runs have none, and this is asked for each task.
    pub(crate) const fn is_used(&self) -> bool {
        self.tasks > 0
    }

    /// Returns the number of those that have a worker.
    pub(crate) fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Returns the number of interactors that wait, are at workers, or wait for their program to
    /// end.
    pub(crate) fn interactors(&self) -> usize {
        let is_in_the_run = |pair: &&PairState| !matches!(pair, PairState::Held { is_written: false, .. });
        self.pairs.values().filter(is_in_the_run).count()
    }

    /// A worker is kept for an interaction from here on.
    pub(crate) fn hold(&mut self, task: TaskId, worker: WorkerId) {
        self.pairs.insert(task, PairState::Held { worker, is_written: false });
    }

    /// What its interactor is given is written; says whether it waits for that.
    pub(crate) fn note_written(&mut self, task: TaskId) -> bool {
        match self.pairs.get_mut(&task) {
            Some(PairState::Held { is_written, .. }) => !std::mem::replace(is_written, true),
            Some(PairState::Connected(_)) | None => false,
        }
    }

    /// The worker that is kept for an interaction, if it is held.
    pub(crate) fn held(&self, task: TaskId) -> Option<WorkerId> {
        match self.pairs.get(&task)? {
            PairState::Held { worker, .. } => Some(*worker),
            PairState::Connected(_) => None,
        }
    }

    /// Those that are held.
    pub(crate) fn all_held(&self) -> impl Iterator<Item = TaskId> {
        self.pairs.iter().filter(|(_, pair)| matches!(pair, PairState::Held { .. })).map(|(task, _)| *task)
    }

    /// One is held no longer, and not connected either; says whether it was.
    pub(crate) fn release(&mut self, task: TaskId) -> bool {
        let is_held = self.held(task).is_some();
        if is_held {
            self.pairs.remove(&task);
        }
        is_held
    }

    /// One that was held is sent: its program to the worker that was kept, its interactor to this.
    pub(crate) fn connect(&mut self, task: TaskId, interactor: WorkerId) {
        if let Some(pair) = self.pairs.get_mut(&task)
            && let PairState::Held { worker, .. } = pair
        {
            *pair = PairState::Connected(ConnectedPair {
                program: PairSide::Running(*worker),
                interactor: PairSide::Running(interactor),
                is_interactor_first: false,
            });
        }
    }

    /// The attempts of an interaction that were sent, if they were.
    pub(crate) fn connected(&self, task: TaskId) -> Option<&ConnectedPair> {
        match self.pairs.get(&task)? {
            PairState::Connected(pair) => Some(pair),
            PairState::Held { .. } => None,
        }
    }

    /// One of a pair ended. Gives both if it is the last.
    pub(crate) fn end(&mut self, side: TaskId, ended: EndedSide) -> Option<EndedPair> {
        let task = side.admitted();
        let Some(PairState::Connected(pair)) = self.pairs.get_mut(&task) else { return None };
        pair.end(side.is_interactor(), ended);
        if pair.running().next().is_some() {
            return None;
        }
        let Some(PairState::Connected(pair)) = self.pairs.remove(&task) else { return None };
        pair.ended()
    }
}

impl ConnectedPair {
    /// The workers that have an attempt of it.
    pub(crate) fn running(&self) -> impl Iterator<Item = WorkerId> {
        [&self.program, &self.interactor].into_iter().filter_map(|side| match side {
            PairSide::Running(worker) => Some(*worker),
            PairSide::Ended(_) => None,
        })
    }

    /// The worker that has one of both.
    pub(crate) const fn worker_of(&self, side: TaskId) -> Option<WorkerId> {
        match if side.is_interactor() { &self.interactor } else { &self.program } {
            PairSide::Running(worker) => Some(*worker),
            PairSide::Ended(_) => None,
        }
    }

    fn end(&mut self, is_interactor: bool, ended: EndedSide) {
        // What ended by itself was first before one that somebody else ended, whose death may be
        // seen before.
        let is_own = ended.why == SideEnd::Own;
        let own = if is_interactor { &mut self.interactor } else { &mut self.program };
        *own = PairSide::Ended(Box::new(ended));
        let other = if is_interactor { &self.program } else { &self.interactor };
        let is_first = match other {
            PairSide::Running(_) => true,
            PairSide::Ended(other) => is_own && other.why != SideEnd::Own,
        };
        if is_first {
            self.is_interactor_first = is_interactor;
        }
    }

    fn ended(self) -> Option<EndedPair> {
        let (PairSide::Ended(program), PairSide::Ended(interactor)) = (self.program, self.interactor) else {
            return None;
        };
        let is_interactor_first = self.is_interactor_first;
        Some(EndedPair { program: *program, interactor: *interactor, is_interactor_first })
    }
}

#[cfg(test)]
impl PairTable {
    /// The tasks that are here and neither wait nor are at a worker: those that are held, and of
    /// connected ones what has ended.
    pub(crate) fn places(&self) -> impl Iterator<Item = TaskId> {
        self.pairs.iter().flat_map(|(task, pair)| {
            let (program, interactor) = match pair {
                PairState::Held { .. } => (true, false),
                PairState::Connected(pair) => (
                    matches!(pair.program, PairSide::Ended(_)),
                    matches!(pair.interactor, PairSide::Ended(_)),
                ),
            };
            program.then_some(*task).into_iter().chain(interactor.then_some(task.interactor()))
        })
    }

    /// All that have a worker, with how far each has come.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (TaskId, &PairState)> {
        self.pairs.iter().map(|(task, pair)| (*task, pair))
    }

    /// I35, in part: of so many interactions no more have a worker, and of each that is connected
    /// one attempt at least is under way.
    pub(crate) fn check(&self, tasks: usize) {
        assert_eq!(self.tasks, tasks, "I35: the number of interactions");
        assert!(self.pairs.len() <= tasks, "I35: more pairs than interactions");
        for (task, pair) in &self.pairs {
            assert!(!task.is_hidden(), "I35: {task} is no task");
            if let PairState::Connected(pair) = pair {
                assert!(pair.running().next().is_some(), "I35: both of {task} ended, and it is a pair");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::{TaskError, Verdict};

    const TASK: TaskId = TaskId(3);

    fn worker(slot: u32) -> WorkerId {
        WorkerId { slot, generation: 1 }
    }

    fn ended(why: SideEnd) -> EndedSide {
        let ending = Box::new(AttemptEnding::without_guest(Verdict::Ok, TaskError::default()));
        EndedSide { ending, place: LastTry { slot: 0, started: None, alone: false }, why }
    }

    fn connected() -> PairTable {
        let mut pairs = PairTable::default();
        pairs.add_task();
        pairs.hold(TASK, worker(0));
        assert!(pairs.note_written(TASK) && !pairs.note_written(TASK));
        pairs.connect(TASK, worker(1));
        pairs
    }

    #[test]
    fn a_pair_is_held_then_connected_and_over_when_both_ended() {
        let mut pairs = PairTable::default();
        pairs.add_task();
        pairs.hold(TASK, worker(0));
        assert_eq!((pairs.held(TASK), pairs.connected(TASK).is_some()), (Some(worker(0)), false));
        assert_eq!(pairs.places().collect::<Vec<_>>(), [TASK]);
        pairs.check(1);
        assert!(pairs.release(TASK) && !pairs.release(TASK));
        let mut pairs = connected();
        assert!(!pairs.release(TASK) && pairs.held(TASK).is_none());
        assert_eq!(pairs.connected(TASK).unwrap().running().collect::<Vec<_>>(), [worker(0), worker(1)]);
        assert!(pairs.end(TASK.interactor(), ended(SideEnd::Own)).is_none());
        assert_eq!(pairs.places().collect::<Vec<_>>(), [TASK.interactor()]);
        assert_eq!(pairs.connected(TASK).unwrap().worker_of(TASK), Some(worker(0)));
        pairs.check(1);
        assert!(pairs.end(TASK, ended(SideEnd::Own)).unwrap().is_interactor_first);
        assert_eq!(pairs.len(), 0);
    }

    #[test]
    fn who_ended_by_itself_was_first() {
        use SideEnd::{Clock, Own};
        let sides = [TASK, TASK.interactor()];
        for (first, second, is_interactor_first) in [
            ((0, Own), (1, Own), false),
            ((1, Own), (0, Own), true),
            ((0, Own), (1, Clock), false),
            ((0, Clock), (1, Own), true),
            ((1, Clock), (0, Own), false),
            ((1, Clock), (0, Clock), true),
        ] {
            let mut pairs = connected();
            assert!(pairs.end(sides[first.0], ended(first.1)).is_none());
            let pair = pairs.end(sides[second.0], ended(second.1)).unwrap();
            assert_eq!(pair.is_interactor_first, is_interactor_first, "{first:?} {second:?}");
        }
    }
}
