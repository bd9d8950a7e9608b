//! What must hold after every step, whatever happened. Walked in tests only: it looks at everything.

use super::Scheduler;
use super::state::Phase;
use polymer_host_event::Role;
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
        self.check_places();
        self.check_workers();
        self.check_cut();
        self.check_leaving();
        self.check_cached();
        self.check_lives();
        self.check_spares();
    }

    /// I1: each task is in exactly one place, and nowhere is a task that is over.
    fn check_places(&self) {
        let mut places: HashMap<TaskId, u32> = HashMap::new();
        let waiting = self.modules.iter().flat_map(|(_, module)| module.waiting().iter().copied());
        let delayed = self.queues.delayed();
        let sent = self.workers().flat_map(|worker| worker.outstanding.iter().map(|sent| sent.task));
        let sent = sent.filter(|task| !self.queues.is_suspect(*task));
        for task in waiting.chain(delayed).chain(sent).chain(self.queues.suspects()) {
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

    fn check_workers(&self) {
        let mut attempts = HashSet::new();
        for worker in self.workers() {
            for sent in &worker.outstanding {
                let task = self.tasks.get(sent.task).unwrap();
                assert_eq!(
                    Role::Run(task.spec().module),
                    worker.role,
                    "I2: {} serves another module",
                    worker.id
                );
                assert_eq!(worker.phase, Phase::Serving, "I3: {} has work and is not ready", worker.id);
                assert!(attempts.insert(sent.attempt), "I4: {} is out twice", sent.attempt);
                assert!(sent.attempt.0 < self.next_attempt, "I4: {} was never made", sent.attempt);
                let suspect = self.queues.is_suspect(sent.task);
                assert!(
                    !suspect || worker.reserved == Some(sent.task),
                    "I5: a suspect is not on its own worker"
                );
            }
            if let Some(task) = worker.reserved {
                let alone =
                    worker.outstanding.len() <= 1 && worker.outstanding.iter().all(|sent| sent.task == task);
                assert!(alone, "I5: the suspect {task} is not alone on {}", worker.id);
                let kept = !self.is_ending() && (worker.stopping.is_none() || !worker.outstanding.is_empty());
                assert!(
                    !kept || self.queues.is_suspect(task),
                    "I5: {} is kept for {task}, no suspect",
                    worker.id
                );
            }
            assert!(worker.outstanding.len() <= super::AHEAD_MOST + 1, "I6: too much was sent ahead");
            let ahead = worker.outstanding.iter().rev().skip(1).map(|sent| sent.bytes).sum::<usize>();
            assert!(ahead < super::AHEAD_BYTES, "I22: {} has {ahead} bytes and more", worker.id);
            if self.is_ending() {
                assert!(worker.stopping.is_some(), "I7: {} lives on after the end", worker.id);
            }
        }
    }

    /// I13: a task that was cut is at a worker that is to give it back or to die; everywhere else it would be over.
    fn check_cut(&self) {
        for id in self.tasks.ids().filter(|id| self.tasks.is_cut(*id)) {
            let goes = self.workers().any(|worker| {
                let has = worker.outstanding.iter().any(|sent| sent.task == id);
                has && (worker.stopping.is_some() || worker.asked_back)
            });
            assert!(goes, "I13: {id} was cut and may still be made");
        }
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

    /// I18: a worker that has lived long enough has something left or dies. I19: nobody was sent more than a life allows. I20: only where
    /// instances alone are isolated a worker has served two modules, and that one is kept for no suspect.
    fn check_lives(&self) {
        for worker in self.workers() {
            let idle = worker.is_spent() && worker.is_idle();
            assert!(!idle || self.is_ending(), "I18: {} has lived long enough, and stays", worker.id);
            let most = self.attempts_of_a_life();
            let sent = u32::try_from(worker.outstanding.len()).unwrap();
            assert!(
                sent.checked_add(worker.left).is_none_or(|sum| sum <= most),
                "I19: {} is sent too much",
                worker.id
            );
            let may =
                self.config.isolation == Isolation::Instance && worker.reserved.is_none() && !worker.fresh;
            assert!(!worker.turned || may, "I20: {} served two modules", worker.id);
        }
    }

    /// I21: there are no more spares than slots that are free and those that stand by, and all die at the end.
    fn check_spares(&self) {
        let slots = self.run_slots();
        assert!(self.spares.living().count() <= slots + self.config.spares, "I21: too many spares");
        assert!(
            !self.is_ending() || self.spares.living().next().is_none(),
            "I21: a spare lives on after the end"
        );
    }

    /// I14: each module counts its tasks. I15: whatever names a module names one that is there. I16: what is left of a module that is
    /// to go is its last workers, which die.
    fn check_leaving(&self) {
        for (id, module) in self.modules.iter() {
            let tasks = self.tasks.iter().filter(|(_, task)| task.spec().module == id).count();
            assert_eq!(tasks, module.tasks(), "I14: tasks of {id}");
        }
        let of_tasks = self.tasks.iter().map(|(_, task)| task.spec().module);
        let of_workers = self.workers().map(|worker| worker.role.module());
        let unknown = of_tasks.chain(of_workers).find(|id| self.modules.get(*id).is_none());
        assert_eq!(unknown, None, "I15: it is gone and still named");
        let wanted: HashSet<ModuleId> = self.modules.wanted().map(|(id, _)| id).collect();
        for id in self.modules.leaving().filter(|id| !self.is_ending() && !wanted.contains(id)) {
            let mut last = self.workers().filter(|worker| worker.role.module() == id).peekable();
            let dies = last.peek().is_some() && last.all(|worker| worker.stopping.is_some());
            assert!(self.modules.get(id).unwrap().tasks() > 0 || dies, "I16: {id} stays for nothing");
        }
    }
}
