//! Workers and queues of a run at one moment, for whoever watches it.
//!
//! Nothing is decided here, and nothing is changed.

use super::Scheduler;
use super::state::{WorkerPhase, WorkerState};
use polymer_host_event::{MOST_QUEUES, QueueOverview, RunOverview, WorkerActivity, WorkerOverview};
use polymer_host_task::ModuleId;
use std::cmp::Reverse;

impl Scheduler {
    /// Returns what workers do, and how many tasks wait for a worker of which module. Takes time
    /// for each module and each group that has tasks.
    #[must_use]
    pub fn overview(&self) -> RunOverview {
        let workers = self.workers.iter().map(|worker| WorkerOverview {
            worker: worker.id(),
            pid: None,
            role: worker.role(),
            module: self.module_name(worker.role().module()),
            activity: activity(worker),
        });
        let (queues, other_queued) = self.queue_overview();
        RunOverview { workers: workers.collect(), queues, other_queued }
    }

    /// Returns the longest queues, and the number of tasks in all others.
    fn queue_overview(&self) -> (Vec<QueueOverview>, usize) {
        let modules = self.modules.iter();
        let of_each = modules.flat_map(|(id, module)| {
            module.waiting().fronts().map(move |(group, _, tasks)| (tasks, id, group))
        });
        let mut queues: Vec<_> = of_each.collect();
        // Of queues that are equally long the order stays the same from one look to the next.
        queues.sort_by_key(|(tasks, id, group)| (Reverse(*tasks), *id, *group));
        let others = queues.iter().skip(MOST_QUEUES).map(|(tasks, ..)| tasks).sum();
        queues.truncate(MOST_QUEUES);
        let queue = |(tasks, id, group)| QueueOverview {
            module: self.module_name(id),
            group: self.groups.name(group).cloned(),
            tasks,
        };
        (queues.into_iter().map(queue).collect(), others)
    }

    fn module_name(&self, id: ModuleId) -> String {
        self.modules.get(id).map(|module| module.name().to_owned()).unwrap_or_default()
    }
}

fn activity(worker: &WorkerState) -> WorkerActivity {
    match worker.phase() {
        _ if worker.is_stopping() => WorkerActivity::Stopping,
        WorkerPhase::Starting => WorkerActivity::Starting,
        WorkerPhase::Loading => WorkerActivity::Loading,
        WorkerPhase::Serving if worker.current().is_some() => WorkerActivity::Running,
        WorkerPhase::Serving => WorkerActivity::Idle,
    }
}
