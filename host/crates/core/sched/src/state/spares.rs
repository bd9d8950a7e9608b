//! The spares of a run: which there are, how far each has come, how many were lost.
//!
//! It must never know why a run wants spares, or how many.

use super::worker::WorkerPhase;
use polymer_host_task::{Moment, WorkerId};
use std::time::Duration;

/// Time from a run's first ready worker to its first standby spares: a run that ends sooner needs
/// none.
const SETTLED: Duration = Duration::from_millis(100);
/// Spares that may be lost one after another before the run has no more of them: workers are then
/// started when they are needed.
const LOST_MOST: u32 = 3;

/// The spares of a run.
#[derive(Debug)]
pub(crate) struct SparePool {
    /// The number of the first place: beyond those of all slots.
    first: usize,
    places: Vec<SparePlace>,
    /// Those that ended or could not be started, one after another.
    lost: u32,
    standing_by: StandingBy,
}

/// Decision whether to keep spares that nothing needs yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum StandingBy {
    /// Not before the first worker is ready.
    #[default]
    No,
    /// From this moment on.
    From(Moment),
    /// Yes.
    Yes,
}

/// A place for a spare.
#[derive(Debug, Default)]
struct SparePlace {
    generation: u32,
    spare: Option<SpareWorker>,
}

/// A process that nothing needs yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpareWorker {
    id: WorkerId,
    /// When it was started.
    since: Moment,
    /// It said hello.
    is_up: bool,
    /// It is to die.
    stopping: Option<SpareLoss>,
}

/// Why a spare is to die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SpareLoss {
    /// Nobody will need it.
    Ours,
    /// It did what it may not, or nothing.
    Bad,
}

impl SparePool {
    /// None, in a run of so many slots.
    pub(crate) const fn new(slots: usize) -> Self {
        Self { first: slots, places: Vec::new(), lost: 0, standing_by: StandingBy::No }
    }

    /// Returns whether this names a spare.
    pub(crate) fn contains(&self, id: WorkerId) -> bool {
        let is_slot = usize::try_from(id.slot).is_ok_and(|slot| slot < self.first);
        !is_slot && self.get(id).is_some()
    }

    /// Those that may be adopted.
    pub(crate) fn living(&self) -> impl Iterator<Item = &SpareWorker> {
        self.all().filter(|spare| spare.stopping.is_none())
    }

    /// All that are not seen dead.
    pub(crate) fn all(&self) -> impl Iterator<Item = &SpareWorker> {
        self.places.iter().filter_map(|place| place.spare.as_ref())
    }

    /// Returns whether a spare said hello.
    pub(crate) fn is_up(&self, id: WorkerId) -> bool {
        self.get(id).is_some_and(|spare| spare.is_up)
    }

    /// Returns whether so many were lost that there are to be no more.
    pub(crate) const fn are_given_up(&self) -> bool {
        self.lost >= LOST_MOST
    }

    /// There are to be no more.
    pub(crate) const fn give_up(&mut self) {
        self.lost = LOST_MOST;
    }

    /// Names a new one, if there is a place among so many.
    pub(crate) fn start(&mut self, now: Moment, most: usize) -> Option<WorkerId> {
        let free = self.places.iter().position(|place| place.spare.is_none());
        let at = free.or_else(|| (self.places.len() < most).then_some(self.places.len()))?;
        let slot = u32::try_from(self.first + at).ok()?;
        if at == self.places.len() {
            self.places.push(SparePlace::default());
        }
        let place = self.places.get_mut(at)?;
        place.generation += 1;
        let id = WorkerId { slot, generation: place.generation };
        place.spare = Some(SpareWorker { id, since: now, is_up: false, stopping: None });
        Some(id)
    }

    /// Notes that one said hello; says whether that was in turn.
    pub(crate) fn greet(&mut self, id: WorkerId) -> bool {
        let Some(spare) = self.get_mut(id) else { return false };
        !std::mem::replace(&mut spare.is_up, true)
    }

    /// Takes one for a worker that is needed: one that is up, if there is one.
    pub(crate) fn adopt(&mut self) -> Option<SpareWorker> {
        let best = self.living().max_by_key(|spare| spare.is_up)?.id;
        self.lost = 0;
        self.remove(best)
    }

    /// One is to die; says whether it was not before.
    pub(crate) fn stop(&mut self, id: WorkerId, why: SpareLoss) -> bool {
        let Some(spare) = self.get_mut(id).filter(|spare| spare.stopping.is_none()) else { return false };
        spare.stopping = Some(why);
        true
    }

    /// One is gone. It counts as lost, unless nobody would have needed it.
    pub(crate) fn settle_death(&mut self, id: WorkerId) {
        let spare = self.remove(id);
        let ours = spare.is_some_and(|spare| spare.stopping == Some(SpareLoss::Ours));
        self.lost += u32::from(!ours);
    }

    /// A worker is ready: from a moment later on there are spares that stand by.
    pub(crate) fn settle_down(&mut self, now: Moment) {
        if self.standing_by == StandingBy::No {
            self.standing_by = StandingBy::From(now + SETTLED);
        }
    }

    /// Begins to have some that stand by, if that is due.
    pub(crate) fn pass(&mut self, now: Moment) {
        if let StandingBy::From(from) = self.standing_by
            && from <= now
        {
            self.standing_by = StandingBy::Yes;
        }
    }

    /// When that is due.
    pub(crate) const fn stand_by_from(&self) -> Option<Moment> {
        match self.standing_by {
            StandingBy::From(from) => Some(from),
            StandingBy::No | StandingBy::Yes => None,
        }
    }

    /// Returns whether there are to be spares that nothing needs yet.
    pub(crate) fn stand_by(&self) -> bool {
        self.standing_by == StandingBy::Yes
    }

    fn get(&self, id: WorkerId) -> Option<&SpareWorker> {
        self.all().find(|spare| spare.id == id)
    }

    fn get_mut(&mut self, id: WorkerId) -> Option<&mut SpareWorker> {
        self.places.iter_mut().filter_map(|place| place.spare.as_mut()).find(|spare| spare.id == id)
    }

    fn remove(&mut self, id: WorkerId) -> Option<SpareWorker> {
        self.places.iter_mut().find_map(|place| place.spare.take_if(|spare| spare.id == id))
    }

    /// I21, first half: none is in a slot, and each is where its name says.
    #[cfg(test)]
    pub(crate) fn check(&self) {
        for (at, place) in self.places.iter().enumerate() {
            let Some(spare) = &place.spare else { continue };
            let slot = usize::try_from(spare.id.slot).unwrap();
            assert_eq!(slot, self.first + at, "I21: {} is in a slot", spare.id);
            assert_eq!(spare.id.generation, place.generation, "I21: {} was gone before", spare.id);
        }
    }
}

impl SpareWorker {
    /// Returns its id.
    pub(crate) const fn id(&self) -> WorkerId {
        self.id
    }

    /// When it was started.
    pub(crate) const fn since(&self) -> Moment {
        self.since
    }

    /// Returns whether it said hello.
    pub(crate) const fn is_up(&self) -> bool {
        self.is_up
    }

    /// Returns the phase of the worker that it becomes.
    pub(crate) const fn phase(&self) -> WorkerPhase {
        if self.is_up { WorkerPhase::Loading } else { WorkerPhase::Starting }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn id(slot: u32, generation: u32) -> WorkerId {
        WorkerId { slot, generation }
    }

    #[test]
    fn a_spare_has_a_number_beyond_all_slots_and_a_new_name_each_time() {
        let mut spares = SparePool::new(3);
        assert_eq!(spares.start(MS, 2), Some(id(3, 1)));
        assert_eq!(spares.start(MS, 2), Some(id(4, 1)));
        assert_eq!(spares.start(MS, 2), None);
        spares.settle_death(id(3, 1));
        assert!(!spares.contains(id(3, 1)));
        assert_eq!(spares.start(MS, 2), Some(id(3, 2)));
        assert!(spares.contains(id(3, 2)) && !spares.contains(id(0, 1)));
        spares.check();
    }

    #[test]
    fn one_that_is_up_is_adopted_first_and_one_that_is_to_die_never() {
        let mut spares = SparePool::new(1);
        for slot in 1..4 {
            assert_eq!(spares.start(MS, 3), Some(id(slot, 1)));
        }
        assert!(spares.greet(id(2, 1)) && !spares.greet(id(2, 1)));
        assert!(spares.stop(id(3, 1), SpareLoss::Ours) && !spares.stop(id(3, 1), SpareLoss::Bad));
        let first = spares.adopt().unwrap();
        assert_eq!((first.id(), first.phase()), (id(2, 1), WorkerPhase::Loading));
        assert_eq!(spares.adopt().map(|spare| spare.phase()), Some(WorkerPhase::Starting));
        assert!(spares.adopt().is_none() && spares.all().count() == 1);
    }

    #[test]
    fn three_that_are_lost_in_a_row_are_enough() {
        let mut spares = SparePool::new(1);
        for most in 1..=3 {
            assert!(!spares.are_given_up());
            let id = spares.start(MS, most).unwrap();
            spares.stop(id, SpareLoss::Bad);
            spares.settle_death(id);
        }
        assert!(spares.are_given_up());
    }

    #[test]
    fn they_stand_by_a_moment_after_the_first_worker_is_ready() {
        let mut spares = SparePool::new(1);
        spares.settle_down(MS);
        spares.settle_down(MS * 50);
        assert_eq!(spares.stand_by_from(), Some(MS * 101));
        spares.pass(MS * 100);
        assert!(!spares.stand_by());
        spares.pass(MS * 101);
        assert!(spares.stand_by() && spares.stand_by_from().is_none());
    }
}
