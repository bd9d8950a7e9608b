//! What is told to whoever watches.

use super::*;
use polymer_host_event::{MOST_QUEUES, WorkerActivity};
use std::sync::Arc;

fn activities(run: &Run) -> Vec<(u32, WorkerActivity)> {
    run.sched.overview().workers.iter().map(|worker| (worker.worker.slot, worker.activity)).collect()
}

fn submit(run: &mut Run, module: ModuleId, group: Option<&str>) {
    let input = InputPayload::Json(b"1".to_vec());
    let spec = TaskSpec::new(1, "id".to_owned(), module, input, Limits::default());
    run.tell(SchedulerInput::Submit(Submission::from(TaskSpec { group: group.map(Arc::from), ..spec })));
}

#[test]
fn a_worker_is_told_by_what_it_does() {
    let mut run = Run::new(config(1));
    run.submit(1);
    assert_eq!(activities(&run), [(0, WorkerActivity::Starting)]);
    run.tell(SchedulerInput::Hello(worker(0, 1)));
    assert_eq!(activities(&run), [(0, WorkerActivity::Loading)]);
    run.tell(SchedulerInput::Ready { worker: worker(0, 1), tasks: Vec::new(), functions: Vec::new() });
    assert_eq!(activities(&run), [(0, WorkerActivity::Running)]);
    let overview = run.sched.overview();
    assert_eq!((overview.workers[0].module.as_str(), overview.workers[0].pid), ("m.wasm", None));
    let (id, attempt, _) = run.sent()[0];
    run.finish(id, attempt, Verdict::Ok, MS);
    assert_eq!(activities(&run), [(0, WorkerActivity::Idle)]);
}

#[test]
fn queues_are_told_by_module_and_group_the_longest_first() {
    let mut run = Run::new(config(1));
    let other = ModuleId(1);
    run.tell(SchedulerInput::Module { module: other, name: "o.wasm".to_owned() });
    for group in [None, Some("a"), Some("b"), Some("b")] {
        submit(&mut run, MODULE, group);
    }
    for _ in 0..3 {
        submit(&mut run, other, Some("a"));
    }
    let overview = run.sched.overview();
    let queues: Vec<_> = overview
        .queues
        .iter()
        .map(|queue| (queue.module.as_str(), queue.group.as_deref(), queue.tasks))
        .collect();
    let expected =
        [("o.wasm", Some("a"), 3), ("m.wasm", Some("b"), 2), ("m.wasm", None, 1), ("m.wasm", Some("a"), 1)];
    assert_eq!((queues.as_slice(), overview.other_queued), (&expected[..], 0));
}

#[test]
fn however_many_groups_wait_a_few_are_told_and_the_rest_is_counted() {
    let mut run = Run::new(config(1));
    for group in 0..MOST_QUEUES + 9 {
        submit(&mut run, MODULE, Some(&group.to_string()));
    }
    let overview = run.sched.overview();
    assert_eq!((overview.queues.len(), overview.other_queued), (MOST_QUEUES, 9));
}
