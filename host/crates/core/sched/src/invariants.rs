//! Invariants that must hold after every step, whatever happened. They are checked in tests only,
//! because the check looks at everything.

use super::Scheduler;
use super::state::{GroupCounts, GroupId, PairState, TaskState, WorkerState};
use polymer_host_event::ProcessRole;
use polymer_host_task::{Isolation, ModuleId, TaskId};
use std::collections::{HashMap, HashSet};

impl Scheduler {
    /// Panics if the tables contradict each other.
    pub(super) fn check(&self) {
        self.tally.check();
        self.breaker.check();
        self.fitness.check();
        self.spares.check();
        self.modules.check();
        self.tasks.check();
        self.queues.check();
        self.workers.check(self.attempts_of_a_life());
        self.check_places();
        self.check_workers();
        self.check_cut();
        self.check_leaving();
        self.check_cached();
        self.check_lives();
        self.check_spares();
        self.checks.check();
        self.check_checks();
        self.check_pairs();
        self.check_kept();
        self.groups.check();
        self.check_groups();
    }

    /// I32: each group counts its tasks, those that wait, those at workers and those that are
    /// judged. I33: a task waits among those of its group. I34: no task of a group that is stopped
    /// is left but at workers, with its interactor and with its judge.
    fn check_groups(&self) {
        let mut counts: HashMap<GroupId, GroupCounts> = HashMap::new();
        for (id, task) in self.tasks.iter() {
            counts.entry(task.group()).or_default().tasks += 1;
            let is_out = self.workers.iter().any(|worker| worker.has(id));
            let stays = is_out || self.queues.is_judged(id) || self.is_connected(id);
            assert!(stays || !self.is_group_stopped(id) || self.is_ending(), "I34: {id} is left");
        }
        for (_, module) in self.modules.iter() {
            for (group, task) in module.waiting().iter() {
                let own = self.tasks.get(task).map(TaskState::group);
                assert_eq!(own, Some(group), "I33: {task} waits among others");
                counts.entry(group).or_default().waiting += 1;
            }
        }
        for sent in self.workers.iter().flat_map(|worker| worker.outstanding().iter()) {
            let task = self.tasks.get(sent.task).unwrap();
            counts.entry(task.group()).or_default().out += usize::from(task.is_charged());
        }
        for judged in self.queues.judged() {
            let group = self.tasks.get(judged).map(TaskState::group).unwrap();
            counts.entry(group).or_default().judged += 1;
        }
        for (id, told) in self.groups.iter() {
            let counted = counts.remove(&id).unwrap_or_default();
            assert_eq!(told, counted, "I32: {id:?}");
        }
        assert!(counts.is_empty(), "I32: groups that nobody knows: {counts:?}");
    }

    /// I1: each task is in exactly one place, and nowhere is a task that is over.
    fn check_places(&self) {
        let mut places: HashMap<TaskId, u32> = HashMap::new();
        let waiting =
            self.modules.iter().flat_map(|(_, module)| module.waiting().iter().map(|(_, task)| task));
        let delayed = self.queues.delayed();
        let sent = self.workers.iter().flat_map(|worker| worker.outstanding().iter().map(|sent| sent.task));
        let sent = sent.filter(|task| !self.queues.is_suspect(*task));
        for task in waiting
            .chain(delayed)
            .chain(sent)
            .chain(self.queues.suspects())
            .chain(self.queues.judged())
            .chain(self.pairs.places())
        {
            *places.entry(task).or_default() += 1;
        }
        for (task, count) in &places {
            assert_eq!(*count, 1, "I1: {task} is in {count} places");
            assert!(self.tasks.get(*task).is_some(), "I1: {task} is over and still somewhere");
        }
        for task in self.tasks.ids() {
            assert!(places.contains_key(&task), "I1: {task} is nowhere");
        }
    }

    /// I2: who has work serves that work's module. I5: who is kept for a suspect has no other, and
    /// no suspect is elsewhere. I7: after the end every worker is to die. I31: a streamed task is
    /// all that its worker has.
    fn check_workers(&self) {
        for worker in self.workers.iter() {
            let id = worker.id();
            for sent in worker.outstanding() {
                let module = self.tasks.spec(sent.task).unwrap().module;
                assert_eq!(ProcessRole::Run(module), worker.role(), "I2: {id} serves another module");
                let suspect = self.queues.is_suspect(sent.task);
                let own = worker.reserved() == Some(sent.task);
                assert!(!suspect || own, "I5: a suspect is not on its own worker");
                let alone = worker.outstanding().len() == 1;
                assert!(alone || !self.is_streamed(sent.task), "I31: {} is not alone", sent.task);
            }
            if let Some(task) = worker.reserved() {
                let is_there = !worker.is_stopping() || !worker.outstanding().is_empty();
                let kept = !self.is_ending() && is_there;
                let is_one = self.queues.is_suspect(task) || self.pairs.held(task) == Some(id);
                assert!(!kept || is_one, "I5: {id} is kept for {task}, no suspect and no pair");
            }
            assert!(!self.is_ending() || worker.is_stopping(), "I7: {id} lives on after the end");
        }
    }

    /// I13: a task that was cut is at a worker that is to give it back or to die, or had ended
    /// before and waits for its judge; everywhere else it would be over.
    fn check_cut(&self) {
        for id in self.tasks.ids().filter(|id| self.tasks.is_cut(*id)) {
            let goes = self
                .workers
                .iter()
                .filter(|worker| worker.has(id) || worker.has(id.interactor()))
                .any(|worker| worker.is_stopping() || worker.is_asked_back());
            let goes = goes || (id.is_interactor() && self.tasks.is_cut(id.admitted()));
            let is_judged = self.queues.judged().any(|judged| judged == id);
            assert!(goes || is_judged, "I13: {id} was cut and may still be made");
        }
    }

    /// I27: a checker's worker served nothing else. I28: a task that is being checked waits for its
    /// judge and has a check, each check has such a task, and one is cut if the other is. I29: the
    /// tasks of a checker are checks, and no others are.
    fn check_checks(&self) {
        for worker in self.workers.iter().filter(|worker| worker.has_turned()) {
            let is_judge = self.modules.is_judge(worker.role().module());
            assert!(!is_judge, "I27: {} ran another module, and serves a judge", worker.id());
        }
        for task in self.checks.tasks() {
            let is_judged = self.queues.judged().any(|judged| judged == task);
            assert!(is_judged, "I28: {task} is checked and does not wait for that");
            assert!(self.tasks.get(task.check()).is_some(), "I28: nobody checks {task}");
            let cut = [task, task.check()].map(|id| self.tasks.is_cut(id));
            assert_eq!(cut[0], cut[1], "I28: {task} or its check is cut, and not both");
        }
        for (id, task) in self.tasks.iter() {
            let is_wanted = id.checked().is_none_or(|of| self.checks.has(of));
            assert!(is_wanted, "I28: {id} is wanted by nobody");
            let is_checker = self.modules.is_checker(task.spec().module);
            assert_eq!(id.is_check(), is_checker, "I29: {id} is of {}", task.spec().module);
            let is_interactor = self.modules.is_interactor(task.spec().module);
            assert_eq!(id.is_interactor(), is_interactor, "I29: {id} is of {}", task.spec().module);
        }
    }

    /// I36: a task whose ending was kept waits for its judge, and is nowhere else.
    fn check_kept(&self) {
        for id in self.tasks.ids().filter(|id| self.tasks.is_kept(*id)) {
            assert!(self.queues.is_judged(id), "I36: {id} was kept, and is not judged");
            assert!(!self.workers.iter().any(|worker| worker.has(id)), "I36: {id} is at a worker");
        }
    }

    /// I35: an interaction that is held has a worker that is kept for it, and an interactor once
    /// what that is given is written; of one that is connected each attempt is at its worker or has
    /// ended. No interactor is without such a pair, and there are no more pairs than may be.
    fn check_pairs(&self) {
        let is_one =
            |(id, task): &(TaskId, &TaskState)| !id.is_hidden() && task.spec().interactor().is_some();
        self.pairs.check(self.tasks.iter().filter(is_one).count());
        let most = self.most_pairs();
        let held = self.pairs.all_held().count();
        assert!(held == 0 || self.pairs.len() <= most, "I35: pairs are held that would be too many");
        assert!(self.pairs.len() <= self.workers.run_slots() / 2, "I35: too many pairs");
        let mut interactors = 0;
        for (task, pair) in self.pairs.iter() {
            let has_interactor = self.tasks.get(task.interactor()).is_some();
            match pair {
                PairState::Held { worker, is_written } => {
                    let kept = self.workers.get(*worker).filter(|worker| !worker.is_stopping());
                    let kept = kept.and_then(WorkerState::reserved);
                    assert_eq!(kept, Some(task), "I35: {worker} is not kept for {task}");
                    assert_eq!(has_interactor, *is_written, "I35: the interactor of {task}");
                    interactors += usize::from(*is_written);
                }
                PairState::Connected(pair) => {
                    assert!(has_interactor, "I35: {task} has no interactor");
                    interactors += 1;
                    for side in [task, task.interactor()] {
                        let Some(worker) = pair.worker_of(side) else { continue };
                        let has = self.workers.get(worker).is_some_and(|worker| worker.has(side));
                        assert!(has, "I35: {worker} does not have {side}");
                    }
                }
            }
        }
        let there = self.tasks.ids().filter(|id| id.is_interactor()).count();
        assert_eq!(there, interactors, "I35: interactors of no pair");
    }

    /// I17: the cache was asked for something only in a run that has one.
    fn check_cached(&self) {
        for (id, module) in self.modules.iter() {
            assert!(
                !module.is_looked_up() || self.config.look_limit.is_some(),
                "I17: {id} was looked for nowhere"
            );
        }
    }

    /// I18: a worker that has lived long enough has something left or dies. I20: only where
    /// instances alone are isolated a worker has served two modules.
    fn check_lives(&self) {
        let may_turn = self.config.isolation == Isolation::Instance;
        for worker in self.workers.iter() {
            let idle = worker.is_spent() && worker.is_idle();
            assert!(!idle || self.is_ending(), "I18: {} has lived long enough, and stays", worker.id());
            assert!(!worker.has_turned() || may_turn, "I20: {} served two modules", worker.id());
            // A program of an interaction is no suspect.
            let kept = worker.reserved().filter(|task| self.pairs.held(*task).is_none());
            assert!(!worker.has_turned() || kept.is_none(), "I20: {} served two modules", worker.id());
        }
    }

    /// I21: there are no more spares than slots that are free and those that stand by, and all die
    /// at the end.
    fn check_spares(&self) {
        let slots = self.workers.run_slots();
        assert!(self.spares.living().count() <= slots + self.config.spares, "I21: too many spares");
        assert!(
            !self.is_ending() || self.spares.living().next().is_none(),
            "I21: a spare lives on after the end"
        );
    }

    /// I14: each module counts its tasks. I15: whatever names a module names one that is there.
    /// I16: what is left of a module that is to go is its last workers, which die.
    fn check_leaving(&self) {
        for (id, module) in self.modules.iter() {
            let tasks = self.tasks.iter().filter(|(_, task)| task.spec().module == id).count();
            assert_eq!(tasks, module.tasks(), "I14: tasks of {id}");
        }
        let of_tasks = self.tasks.iter().map(|(_, task)| task.spec().module);
        let of_workers = self.workers.iter().map(|worker| worker.role().module());
        let unknown = of_tasks.chain(of_workers).find(|id| self.modules.get(*id).is_none());
        assert_eq!(unknown, None, "I15: it is gone and still named");
        let wanted: HashSet<ModuleId> = self.modules.wanted().map(|(id, _)| id).collect();
        for id in self.modules.leaving().filter(|id| !self.is_ending() && !wanted.contains(id)) {
            let mut last = self.workers.iter().filter(|worker| worker.role().module() == id).peekable();
            let dies = last.peek().is_some() && last.all(|worker| worker.is_stopping());
            assert!(self.modules.get(id).unwrap().tasks() > 0 || dies, "I16: {id} stays for nothing");
        }
    }
}
