//! Spares: processes that are started before anything needs them, so that the first task, a crash
//! or a recycled worker costs no start-up.
//!
//! A spare has put up its jail and made its engine, and was told nothing else: no module, no grants
//! of a task, no guest's byte. When a module needs a worker, the spare is **adopted**: it goes on
//! under the name of a slot, and is from there on a worker like any other. Until then it is
//! nobody's business: no record, no event and no count of workers knows of it. A validator is
//! granted what programs are not, so its worker is none that was a spare.
//!
//! There are two reasons to have one. While modules are looked up or compiled, the processes that
//! will serve them come up beside that. And once a run has gone on for a moment, it keeps a few
//! **standing by**, for whatever happens to its workers.

use super::state::{ModuleState, SpareLoss, WorkerPhase};
use super::{Scheduler, SchedulerAction, SchedulerInput};
use polymer_host_event::{Halt, ProcessRole};
use polymer_host_task::{Moment, TaskError, WorkerId};

impl Scheduler {
    /// Starts spares, if there are to be more than there are.
    pub(super) fn start_spares(&mut self, now: Moment, out: &mut Vec<SchedulerAction>) {
        let backs_off = !self.breaker.may_start(now);
        if !self.is_running() || backs_off || self.config.spares == 0 || self.spares.are_given_up() {
            return;
        }
        let wanted = self.spares_wanted();
        while self.spares.living().count() < wanted
            && let Some(id) = self.spares.start(now, wanted)
        {
            out.push(SchedulerAction::SpawnSpare(id));
        }
    }

    /// As many as modules will need that are not ready yet, and those that stand by.
    fn spares_wanted(&self) -> usize {
        let free = self.workers.in_run_slots().filter(Option::is_none).count();
        let mut needed = 0;
        for (id, module) in self.modules.wanted() {
            if needed >= free {
                break;
            }
            if !self.may_be_adopted(ProcessRole::Run(id)) {
                continue;
            }
            match module.state() {
                ModuleState::Known
                | ModuleState::Looking
                | ModuleState::Compiling
                | ModuleState::Compiled { .. } => {
                    let coming = self.workers.iter().filter(|worker| worker.is_for(id)).count();
                    needed += self.sendable(module).max(1).saturating_sub(coming);
                }
                ModuleState::Ready(_) | ModuleState::Invalid(_) => {}
            }
        }
        // What workers need to get ready comes first.
        let busy = self.workers.iter().any(|worker| worker.phase() != WorkerPhase::Serving);
        let stands_by = self.spares.stand_by() && !busy;
        needed.min(free) + if stands_by { self.config.spares } else { 0 }
    }

    /// A worker is ready: from a moment later on there are spares.
    pub(super) fn settle_down(&mut self, now: Moment) {
        if self.config.spares > 0 {
            self.spares.settle_down(now);
        }
    }

    /// Hears what happened to a spare. There is not much that can.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a spare that says anything else is none of ours")]
    pub(super) fn on_spare(&mut self, id: WorkerId, input: SchedulerInput, out: &mut Vec<SchedulerAction>) {
        match input {
            SchedulerInput::Hello(_) if self.spares.greet(id) => self.breaker.note_start(),
            SchedulerInput::Unconfined { error, .. } if !self.spares.is_up(id) => self.lacks_jail(error, out),
            SchedulerInput::Died { .. }
            | SchedulerInput::SpawnFailed { .. }
            | SchedulerInput::SpawnExhausted { .. } => {
                self.spares.settle_death(id);
                let is_short = matches!(&input, SchedulerInput::SpawnExhausted { .. })
                    || matches!(&input, SchedulerInput::Died { remains, .. } if remains.shortage.is_some());
                // Those that did start may be what the run has.
                if is_short {
                    self.spares.give_up();
                }
            }
            _ => self.stop_spare(id, SpareLoss::Bad, out),
        }
    }

    /// Ends the run for lack of a jail: what this machine refuses one process, it refuses all.
    pub(super) fn lacks_jail(&mut self, error: TaskError, out: &mut Vec<SchedulerAction>) {
        self.end(Some(Halt::Unconfined(error)), out);
    }

    /// The machine is short of something: what nothing needs yet goes, and does not come again.
    pub(super) fn do_without_spares(&mut self, out: &mut Vec<SchedulerAction>) {
        self.spares.give_up();
        self.stop_spares(out);
    }

    /// Ends all spares.
    pub(super) fn stop_spares(&mut self, out: &mut Vec<SchedulerAction>) {
        let living: Vec<WorkerId> = self.spares.living().map(|spare| spare.id()).collect();
        for id in living {
            self.stop_spare(id, SpareLoss::Ours, out);
        }
    }

    fn stop_spare(&mut self, id: WorkerId, why: SpareLoss, out: &mut Vec<SchedulerAction>) {
        if self.spares.stop(id, why) {
            out.push(SchedulerAction::Kill(id));
        }
    }

    /// Ends spares that do not come up in time, and begins to have some that stand by.
    pub(super) fn look_after_spares(&mut self, now: Moment, out: &mut Vec<SchedulerAction>) {
        let limit = self.config.start_limit;
        let late: Vec<WorkerId> = self
            .spares
            .living()
            .filter(|spare| !spare.is_up() && spare.since() + limit <= now)
            .map(|spare| spare.id())
            .collect();
        for id in late {
            self.stop_spare(id, SpareLoss::Bad, out);
        }
        self.spares.pass(now);
    }

    /// Returns whether a worker in this role may come from a spare.
    pub(super) fn may_be_adopted(&self, role: ProcessRole) -> bool {
        let is_apart = self.config.own_judge_workers && self.modules.is_judge(role.module());
        matches!(role, ProcessRole::Run(_)) && !is_apart
    }

    /// When that is due.
    pub(super) fn spare_deadline(&self) -> Option<Moment> {
        let starting = self.spares.living().filter(|spare| !spare.is_up());
        let late = starting.map(|spare| spare.since() + self.config.start_limit);
        let from = self.spares.stand_by_from().filter(|_| self.is_running());
        late.chain(from).min()
    }
}
