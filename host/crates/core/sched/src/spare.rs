//! Spares: processes that are started before anything needs them, so that the first task, a crash or a recycled worker costs no start-up.
//!
//! A spare has put up its jail and made its engine, and was told nothing else: no module, no grants of a task, no guest's byte. When a module
//! needs a worker, the spare is **adopted**: it goes on under the name of a slot, and is from there on a worker like any other. Until
//! then it is nobody's business: no record, no event and no count of workers knows of it.
//!
//! There are two reasons to have one. While modules are looked up or compiled, the processes that will serve them come up beside that.
//! And once a run has gone on for a moment, it keeps a few **standing by**, for whatever happens to its workers.

use super::state::{ModuleState, Phase};
use super::{Action, Input, Scheduler};
use polymer_host_event::{Halt, Role};
use polymer_host_task::{Fault, Moment, WorkerId};
use std::time::Duration;

/// How long after its first worker is ready a run gets spares that stand by: what is over sooner needs none.
const SETTLED: Duration = Duration::from_millis(100);
/// Spares that may be lost one after another before the run has no more of them: workers are then started when they are needed.
const LOST_MOST: u32 = 3;

/// The spares of a run.
#[derive(Debug, Default)]
pub(super) struct Spares {
    places: Vec<Place>,
    /// Those that ended or could not be started, one after another.
    lost: u32,
    standing_by: StandingBy,
}

/// Whether there are to be spares that nothing needs yet.
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

/// A place for a spare. Its number is beyond those of all slots.
#[derive(Debug, Default)]
struct Place {
    generation: u32,
    spare: Option<Spare>,
}

/// A process that nothing needs yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spare {
    pub(super) id: WorkerId,
    /// When it was started.
    pub(super) since: Moment,
    /// It said hello.
    pub(super) is_up: bool,
    /// It is to die.
    stopping: Option<Lost>,
}

/// Why a spare is to die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lost {
    /// Nobody will need it.
    Ours,
    /// It did what it may not, or nothing.
    Bad,
}

impl Scheduler {
    /// Starts spares, if there are to be more than there are.
    pub(super) fn start_spares(&mut self, now: Moment, out: &mut Vec<Action>) {
        let backs_off = !self.breaker.may_start(now);
        if !self.is_running() || backs_off || self.config.spares == 0 || self.spares.lost >= LOST_MOST {
            return;
        }
        let wanted = self.spares_wanted();
        let first = self.slots.len();
        while self.spares.living().count() < wanted
            && let Some(id) = self.spares.start(now, first, wanted)
        {
            out.push(Action::SpawnSpare(id));
        }
    }

    /// As many as modules will need that are not ready yet, and those that stand by.
    fn spares_wanted(&self) -> usize {
        let free = self.slots.iter().take(self.run_slots()).filter(|slot| slot.worker.is_none()).count();
        let mut needed = 0;
        for id in &self.wanted {
            if needed >= free {
                break;
            }
            let Some(module) = self.modules.get(id) else { continue };
            match module.state {
                ModuleState::Known
                | ModuleState::Looking
                | ModuleState::Compiling
                | ModuleState::Compiled { .. } => {
                    let coming = self.workers().filter(|worker| worker.is_for(*id)).count();
                    needed += module.waiting.len().max(1).saturating_sub(coming);
                }
                ModuleState::Ready(_) | ModuleState::Invalid(_) => {}
            }
        }
        // What workers need to get ready comes first.
        let busy = self.workers().any(|worker| worker.phase != Phase::Serving);
        let stands_by = self.spares.standing_by == StandingBy::Yes && !busy;
        needed.min(free) + if stands_by { self.config.spares } else { 0 }
    }

    /// A worker is ready: from a moment later on there are spares.
    pub(super) fn settle_down(&mut self, now: Moment) {
        if self.spares.standing_by == StandingBy::No && self.config.spares > 0 {
            self.spares.standing_by = StandingBy::From(now + SETTLED);
        }
    }

    /// Whether this names a spare.
    pub(super) fn is_spare(&self, id: WorkerId) -> bool {
        let is_slot = usize::try_from(id.slot).is_ok_and(|slot| slot < self.slots.len());
        !is_slot && self.spares.get(id).is_some()
    }

    /// Hears what happened to a spare. There is not much that can.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a spare that says anything else is none of ours")]
    pub(super) fn on_spare(&mut self, id: WorkerId, input: Input, out: &mut Vec<Action>) {
        match input {
            Input::Hello(_) if self.spares.greet(id) => self.breaker.note_start(),
            Input::Unconfined { fault, .. } if !self.is_up(id) => self.lacks_jail(fault, out),
            Input::Died { .. } | Input::SpawnFailed { .. } | Input::SpawnExhausted { .. } => {
                let spare = self.spares.remove(id);
                let ours = spare.is_some_and(|spare| spare.stopping == Some(Lost::Ours));
                self.spares.lost += u32::from(!ours);
                let is_short = matches!(&input, Input::SpawnExhausted { .. })
                    || matches!(&input, Input::Died { remains, .. } if remains.shortage.is_some());
                // Those that did start may be what the run has.
                if is_short {
                    self.spares.lost = LOST_MOST;
                }
            }
            _ => self.stop_spare(id, Lost::Bad, out),
        }
    }

    /// What this machine does not let one process have, it lets none have.
    pub(super) fn lacks_jail(&mut self, fault: Fault, out: &mut Vec<Action>) {
        self.end(Some(Halt::Unconfined(fault)), out);
    }

    /// The machine is short of something: what nothing needs yet goes, and does not come again.
    pub(super) fn do_without_spares(&mut self, out: &mut Vec<Action>) {
        self.spares.lost = LOST_MOST;
        self.stop_spares(out);
    }

    /// Ends all spares.
    pub(super) fn stop_spares(&mut self, out: &mut Vec<Action>) {
        let living: Vec<WorkerId> = self.spares.living().map(|spare| spare.id).collect();
        for id in living {
            self.stop_spare(id, Lost::Ours, out);
        }
    }

    fn stop_spare(&mut self, id: WorkerId, why: Lost, out: &mut Vec<Action>) {
        if let Some(spare) = self.spares.get_mut(id).filter(|spare| spare.stopping.is_none()) {
            spare.stopping = Some(why);
            out.push(Action::Kill(id));
        }
    }

    /// Ends spares that do not come up in time, and begins to have some that stand by.
    pub(super) fn look_after_spares(&mut self, now: Moment, out: &mut Vec<Action>) {
        let limit = self.config.start_limit;
        let late: Vec<WorkerId> = self
            .spares
            .living()
            .filter(|spare| !spare.is_up && spare.since + limit <= now)
            .map(|spare| spare.id)
            .collect();
        for id in late {
            self.stop_spare(id, Lost::Bad, out);
        }
        if let StandingBy::From(from) = self.spares.standing_by
            && from <= now
        {
            self.spares.standing_by = StandingBy::Yes;
        }
    }

    /// When that is due.
    pub(super) fn spare_deadline(&self) -> Option<Moment> {
        let starting = self.spares.living().filter(|spare| !spare.is_up);
        let late = starting.map(|spare| spare.since + self.config.start_limit);
        let from = match self.spares.standing_by {
            StandingBy::From(from) if self.is_running() => Some(from),
            StandingBy::From(_) | StandingBy::No | StandingBy::Yes => None,
        };
        late.chain(from).min()
    }

    fn is_up(&self, id: WorkerId) -> bool {
        self.spares.get(id).is_some_and(|spare| spare.is_up)
    }
}

impl Spares {
    /// Takes one for a worker that is needed: one that is up, if there is one.
    pub(super) fn adopt(&mut self) -> Option<Spare> {
        let best = self.living().max_by_key(|spare| spare.is_up)?.id;
        self.lost = 0;
        self.remove(best)
    }

    /// Those that may be adopted.
    pub(super) fn living(&self) -> impl Iterator<Item = &Spare> {
        self.all().filter(|spare| spare.stopping.is_none())
    }

    /// All that are not seen dead.
    pub(super) fn all(&self) -> impl Iterator<Item = &Spare> {
        self.places.iter().filter_map(|place| place.spare.as_ref())
    }

    /// Names a new one, if there is a place among so many; `first` is the number of the first place.
    fn start(&mut self, now: Moment, first: usize, most: usize) -> Option<WorkerId> {
        let free = self.places.iter().position(|place| place.spare.is_none());
        let at = free.or_else(|| (self.places.len() < most).then_some(self.places.len()))?;
        let slot = u32::try_from(first + at).ok()?;
        if at == self.places.len() {
            self.places.push(Place::default());
        }
        let place = self.places.get_mut(at)?;
        place.generation += 1;
        let id = WorkerId { slot, generation: place.generation };
        place.spare = Some(Spare { id, since: now, is_up: false, stopping: None });
        Some(id)
    }

    fn get(&self, id: WorkerId) -> Option<&Spare> {
        self.all().find(|spare| spare.id == id)
    }

    fn get_mut(&mut self, id: WorkerId) -> Option<&mut Spare> {
        self.places.iter_mut().filter_map(|place| place.spare.as_mut()).find(|spare| spare.id == id)
    }

    fn remove(&mut self, id: WorkerId) -> Option<Spare> {
        self.places.iter_mut().find_map(|place| place.spare.take_if(|spare| spare.id == id))
    }

    /// Notes that one said hello; says whether that was in turn.
    fn greet(&mut self, id: WorkerId) -> bool {
        let Some(spare) = self.get_mut(id) else { return false };
        !std::mem::replace(&mut spare.is_up, true)
    }
}

impl Spare {
    /// How far the worker has come that it becomes.
    pub(super) const fn phase(&self) -> Phase {
        if self.is_up { Phase::Loading } else { Phase::Starting }
    }
}

/// Whether a worker in this role may come of a spare.
pub(super) const fn may_be_adopted(role: Role) -> bool {
    matches!(role, Role::Run(_))
}
