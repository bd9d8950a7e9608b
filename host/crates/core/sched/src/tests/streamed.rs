//! Streamed tasks: alone at a worker, and tried once.

use super::retries::retry_notes;
use super::*;
use crate::retry::{EscalationFactor, VerdictSet};
use polymer_host_base::{ResourceShortage, SystemResource};
use polymer_host_task::{Ceiling, StreamId};

impl Run {
    /// Submits tasks of these lines; those with a stream are streamed.
    fn submit_some(&mut self, lines: impl IntoIterator<Item = (u64, Option<u64>)>) {
        for (seq, streams) in lines {
            let limits = Limits::default().with_timeout(MS * 100);
            let input = InputPayload::Json(b"1".to_vec());
            let spec = TaskSpec::new(seq, format!("id{seq}"), MODULE, input, limits);
            let streams = streams.map(StreamId);
            self.tell(SchedulerInput::Submit(Submission::from(TaskSpec { streams, ..spec })));
        }
    }
}

#[test]
fn a_streamed_attempt_waits_for_an_idle_worker_and_nothing_is_sent_behind_it() {
    let mut run = Run::new(config(1));
    let id = worker(0, 1);
    run.ready(id);
    run.submit_some([(1, None)]);
    let (_, first, _) = run.sent()[0];
    // So short that the next would be sent ahead.
    run.finish(id, first, Verdict::Ok, MS / 10);
    run.forget();
    run.submit_some([(2, None), (3, Some(7)), (4, None)]);
    let sent = run.sent();
    assert_eq!(sent.len(), 1, "the streamed one is next, and waits");
    run.forget();
    run.finish(id, sent[0].1, Verdict::Ok, MS / 10);
    let streamed = run.sent();
    assert_eq!(streamed.len(), 1, "it goes, and the one behind it does not");
    assert_eq!(run.sched.streamed(StreamId(7)), Some(streamed[0].2));
    run.forget();
    run.finish(id, streamed[0].1, Verdict::Ok, MS / 10);
    assert_eq!((run.sent().len(), run.sched.streamed(StreamId(7))), (1, None));
}

#[test]
fn however_it_ends_it_is_not_tried_again() {
    let escalation = Escalation::none(Limits::default().with_timeout(MS * 100));
    let twice = EscalationFactor::thousandths(2000).unwrap();
    let escalation = escalation.and(twice, Ceiling::Fuel(100_000_000_000)).unwrap();
    let mut config = SchedulerConfig { escalation, confirm_timeouts: true, ..config(1) };
    config.retry.on = VerdictSet::ERRORS;
    for verdict in [Verdict::TaskError, Verdict::Trap, Verdict::FuelExhausted, Verdict::Timeout] {
        let mut run = Run::new(config.clone());
        run.ready(worker(0, 1));
        run.submit_some([(1, Some(7))]);
        let (id, attempt, _) = run.sent()[0];
        run.finish(id, attempt, verdict, MS);
        assert_eq!((retry_notes(&run), run.records().len()), (Vec::new(), 1), "{verdict}");
        assert_eq!((run.records()[0].verdict, run.records()[0].attempts), (verdict, 1));
    }
}

#[test]
fn the_death_of_its_worker_ends_it_whatever_the_machine_lacked() {
    for lacks in [false, true] {
        for is_begun in [false, true] {
            let mut run = Run::new(config(1));
            run.ready(worker(0, 1));
            run.submit_some([(1, Some(7))]);
            let (id, attempt, _) = run.sent()[0];
            let exit = ProcessExit::Signal(9);
            let death = ProcessDeath { exit, last_words: String::new(), violation: None };
            let shortage = lacks.then(|| ResourceShortage {
                resource: SystemResource::Memory,
                refusal: String::new(),
                bound: None,
                is_death: true,
                is_certain: true,
            });
            let begun = is_begun.then_some(attempt);
            let remains = WorkerRemains { death, begun, usage: Usage::default(), shortage };
            run.tell(SchedulerInput::Died { worker: id, remains: Box::new(remains) });
            let record = run.records()[0];
            assert_eq!((record.verdict, record.attempts), (Verdict::WorkerLost, 1), "{lacks} {is_begun}");
        }
    }
}
