//! CPU time of an attempt that has a limit, and timeouts that nobody doubts.

use super::retries::retry_notes;
use super::*;
use polymer_host_task::Ceiling;
use polymer_host_task::task_error::CPU_TIME;

const LIMIT: Duration = Duration::from_millis(40);

/// A run whose first worker has begun a task with that much CPU time, and what was measured of it.
fn begun(config: SchedulerConfig) -> (Run, WorkerId) {
    let mut run = Run::new(config);
    run.ready(worker(0, 1));
    submit(&mut run, 1, Limits::default().with_timeout(MS * 500).with_cpu(LIMIT));
    let (id, attempt, _) = run.sent()[0];
    run.begins(id, attempt);
    (run, id)
}

fn submit(run: &mut Run, seq: u64, limits: Limits) {
    let spec = TaskSpec::new(seq, format!("id{seq}"), MODULE, InputPayload::Json(b"1".to_vec()), limits);
    run.tell(SchedulerInput::Submit(Submission::from(spec)));
}

/// Waits until a tick is due, and tells what the worker has used if that is asked for then.
fn look(run: &mut Run, id: WorkerId, cpu: impl Into<Option<Duration>>) {
    run.now = run.sched.next_deadline().unwrap();
    run.tell(SchedulerInput::Tick);
    measured(run, id, cpu);
}

/// Tells what the worker has used, which was asked for.
#[track_caller]
fn measured(run: &mut Run, id: WorkerId, cpu: impl Into<Option<Duration>>) {
    let asked = |action: &SchedulerAction| matches!(action, SchedulerAction::MeasureCpu(of) if *of == id);
    let place = run.actions.iter().position(asked).expect("its CPU time is asked for");
    run.actions.remove(place);
    run.tell(SchedulerInput::CpuUsed { worker: id, cpu: cpu.into() });
}

fn is_killed(run: &Run, id: WorkerId) -> bool {
    run.actions.iter().any(|action| matches!(action, SchedulerAction::Kill(killed) if *killed == id))
}

#[test]
fn who_uses_up_its_cpu_time_is_ended_and_neither_doubted_nor_given_more_time() {
    let escalation = Escalation::none(Limits::default().with_timeout(MS * 500));
    let escalation = escalation.and("2x".parse().unwrap(), Ceiling::Timeout(MS * 1000)).unwrap();
    for escalation in [escalation, Escalation::none(Limits::default())] {
        let (mut run, id) = begun(SchedulerConfig { confirm_timeouts: true, escalation, ..config(1) });
        measured(&mut run, id, MS * 700);
        look(&mut run, id, MS * 730);
        assert_eq!(run.now, LOOK + LIMIT + MS * 25);
        assert!(!is_killed(&run, id));
        look(&mut run, id, MS * 765);
        assert_eq!(run.now, LOOK + LIMIT + MS * 25 + MS * 35, "what was left of it");
        assert!(is_killed(&run, id));
        run.died(id, None);
        let record = run.records()[0];
        assert_eq!((record.verdict, record.error.code.as_str()), (Verdict::Timeout, "cpu"));
        assert_eq!(record.error.message, "no answer within the CPU time of 40ms");
        assert_eq!((record.attempts, record.usage.cpu), (1, Some(MS * 65)));
        assert!(retry_notes(&run).is_empty());
    }
}

#[test]
fn who_waits_has_its_timeout_and_no_less() {
    let (mut run, id) = begun(config(1));
    measured(&mut run, id, MS * 700);
    while run.now < MS * 450 {
        look(&mut run, id, MS * 701);
        assert!(!is_killed(&run, id), "{:?}", run.now);
    }
    run.now = MS * 525;
    run.tell(SchedulerInput::Tick);
    assert!(is_killed(&run, id));
    run.died(id, None);
    assert_eq!(run.records()[0].error.code, "timeout");
}

#[test]
fn a_system_that_does_not_tell_cpu_time_ends_nobody_for_it() {
    let (mut run, id) = begun(config(1));
    measured(&mut run, id, None);
    while run.now < MS * 450 {
        look(&mut run, id, None);
    }
    assert!(!is_killed(&run, id));
}

#[test]
fn nobody_asks_where_cpu_time_has_no_limit_or_nothing_was_begun() {
    let asks = |run: &Run| run.actions.iter().any(|action| matches!(action, SchedulerAction::MeasureCpu(_)));
    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    run.submit(1);
    let (id, attempt, _) = run.sent()[0];
    run.begins(id, attempt);
    run.now += MS * 90;
    run.tell(SchedulerInput::Tick);
    run.tell(SchedulerInput::CpuUsed { worker: id, cpu: Some(Duration::from_secs(9)) });
    assert!(!asks(&run) && !is_killed(&run, id));
    let mut run = Run::new(config(1));
    run.ready(worker(0, 1));
    submit(&mut run, 1, Limits::default().with_timeout(MS * 500).with_cpu(LIMIT));
    let (worker, attempt, _) = run.sent()[0];
    run.now += MS * 200;
    run.tell(SchedulerInput::Tick);
    run.tell(SchedulerInput::Observed { worker, attempt, delivery: AttemptDelivery::Sent });
    assert!(!asks(&run));
}

#[test]
fn what_the_next_attempt_uses_is_counted_anew() {
    let (mut run, id) = begun(config(1));
    measured(&mut run, id, MS * 700);
    let attempt = run.sent()[0].1;
    run.finish(id, attempt, Verdict::Ok, MS * 60);
    submit(&mut run, 2, Limits::default().with_timeout(MS * 500).with_cpu(LIMIT));
    let attempt = run.sent()[1].1;
    run.begins(id, attempt);
    measured(&mut run, id, MS * 760);
    look(&mut run, id, MS * 800);
    assert!(!is_killed(&run, id));
}

#[test]
fn the_word_of_a_worker_that_cpu_time_is_over_is_not_doubted() {
    let (mut run, id) = begun(SchedulerConfig { confirm_timeouts: true, ..config(1) });
    let attempt = run.sent()[0].1;
    let error = TaskError::new(CPU_TIME, "");
    let ending = Box::new(AttemptEnding::without_guest(Verdict::Timeout, error));
    run.tell(SchedulerInput::Finished { worker: id, attempt, ending });
    assert_eq!((run.records()[0].attempts, retry_notes(&run).len()), (1, 0));
}

/// A run of one worker at a time whose tasks end as this says, in turn: late with code `timeout`,
/// or with this one.
fn ends(codes: &[&str]) -> Run {
    let mut run = Run::new(SchedulerConfig { confirm_timeouts: true, ..config(1) });
    let mut generation = 1;
    for (seq, code) in (1..).zip(codes) {
        submit(&mut run, seq, Limits::default());
        while u64::try_from(run.records().len()).unwrap() < seq {
            run.ready(worker(0, generation));
            let (id, attempt, _) = *run.sent().last().unwrap();
            assert_eq!(id, worker(0, generation));
            let ending = AttemptEnding::without_guest(Verdict::Timeout, TaskError::new(*code, ""));
            run.tell(SchedulerInput::Finished { worker: id, attempt, ending: Box::new(ending) });
            run.died(id, None);
            generation += 1;
        }
    }
    run
}

#[test]
fn after_one_timeout_of_a_module_that_stood_its_later_ones_stand_at_once() {
    let run = ends(&["timeout", "timeout", "timeout"]);
    let attempts: Vec<u32> = run.records().iter().map(|record| record.attempts).collect();
    assert_eq!(attempts, [2, 1, 1]);
    // One over CPU time says nothing of the clock.
    let run = ends(&["cpu", "timeout", "cpu", "timeout"]);
    let attempts: Vec<u32> = run.records().iter().map(|record| record.attempts).collect();
    assert_eq!(attempts, [1, 2, 1, 1]);
}

#[test]
fn a_timeout_that_did_not_stand_leaves_the_next_in_doubt() {
    let mut run = Run::new(SchedulerConfig { confirm_timeouts: true, ..config(1) });
    run.ready(worker(0, 1));
    let mut generation = 1;
    for seq in 1..=2 {
        submit(&mut run, seq, Limits::default());
        for verdict in [Verdict::Timeout, Verdict::Ok] {
            let (id, attempt, _) = *run.sent().last().unwrap();
            run.finish(id, attempt, verdict, MS);
            if verdict == Verdict::Timeout {
                run.died(id, None);
                generation += 1;
                run.ready(worker(0, generation));
            }
        }
    }
    assert_eq!(retry_notes(&run), [RetryNote::Confirm; 2]);
}

/// The next task of a run without fuel, late in the first worker that there is, with so much CPU
/// time used.
fn late_without_fuel(run: &mut Run, (seq, generation): (u64, u32), cpu: impl Into<Option<Duration>>) {
    submit(run, seq, Limits::default().with_timeout(MS * 500).without_fuel());
    run.ready(worker(0, generation));
    let (id, attempt, _) = *run.sent().last().unwrap();
    assert_eq!(id, worker(0, generation));
    run.begins(id, attempt);
    measured(run, id, MS * 700);
    assert_eq!(run.sched.next_deadline(), Some(run.now + MS * 520), "nothing until it is late");
    look(run, id, cpu);
    assert!(is_killed(run, id), "it is asked for once");
    run.died(id, None);
}

#[test]
fn without_fuel_cpu_time_decides_whether_a_timeout_is_in_doubt() {
    for (used, is_doubtful) in [(Some(480), false), (Some(460), true), (Some(0), true), (None, true)] {
        let mut run = Run::new(SchedulerConfig { confirm_timeouts: true, ..config(1) });
        late_without_fuel(&mut run, (1, 1), used.map(|used| MS * (700 + used)));
        assert_eq!(retry_notes(&run).contains(&RetryNote::Confirm), is_doubtful, "{used:?}");
        assert_eq!(run.records().is_empty(), is_doubtful, "{used:?}");
        if let Some(record) = run.records().first() {
            assert_eq!((record.error.code.as_str(), record.usage.cpu), ("timeout", Some(MS * 480)));
            assert_eq!((record.usage.fuel, record.usage.partial), (None, true));
        }
    }
}

#[test]
fn what_had_the_processor_says_nothing_of_the_next_of_its_module() {
    let mut run = Run::new(SchedulerConfig { confirm_timeouts: true, ..config(1) });
    late_without_fuel(&mut run, (1, 1), MS * 1200);
    assert_eq!((run.records().len(), retry_notes(&run).len()), (1, 0));
    late_without_fuel(&mut run, (2, 2), MS * 800);
    assert_eq!((run.records().len(), retry_notes(&run)), (1, vec![RetryNote::Confirm]));
}
