//! A compacted log says what the whole one says, now and with whatever follows.

use super::super::line::{
    AttemptFailed, AttemptStarted, ErrorText, Milliseconds, ModuleFields, SessionEnded, SessionFields,
    TaskDone, WorkerDied, WorkerStarted,
};
use super::super::of_event::render;
use super::super::reader::{EventHistory, InterruptionTable, LoggedSession, UnderWay, scan};
use super::super::retention::{EventRetention, is_read_again};
use super::super::samples::SampleValues;
use super::*;
use polymer_host_base::Digest;
use proptest::collection::vec;
use proptest::prelude::*;
use std::io::Write;
use std::time::{Duration, SystemTime};

/// Verdicts of workers, one that is none of theirs, and one that a later version may have.
const VERDICTS: [&str; 4] = ["ok", "trap", "canceled", "later"];

/// A line of a log, in words that few tasks and workers share.
#[derive(Debug, Clone, Copy)]
enum Step {
    Session,
    End,
    Module(u8),
    Start { task: u8, slot: u32, alone: bool },
    Fail(u8),
    Done { task: u8, verdict: usize },
    WorkerStarted(u32),
    WorkerDied(u32),
    Other(usize),
}

impl Step {
    fn line(self, at: usize) -> EventLine<'static> {
        let at_ms = Milliseconds(Duration::from_millis(at.try_into().unwrap()));
        let error = || ErrorText { message: "m".into(), code: "c".into() };
        // Two lines may be one task, and one number may be that of two.
        let task =
            |task: u8| (u64::from(task / 2), (task != 9).then(|| TaskKey::of_id(&(task % 3).to_string())));
        match self {
            Self::Session => EventLine::Session(SessionFields {
                v: 1,
                time: SystemTime::UNIX_EPOCH,
                pid: at.try_into().unwrap(),
                session: 1,
            }),
            Self::End => {
                let complete = at.is_multiple_of(2);
                EventLine::SessionEnded(SessionEnded { at_ms, complete, halt: "h".into() })
            }
            Self::Module(name) => {
                let sha256 = Digest::of(&at.to_le_bytes());
                EventLine::Module(ModuleFields { at_ms, name: name.to_string().into(), sha256 })
            }
            Self::Start { task: number, slot, alone } => {
                let (seq, key) = task(number);
                let id = "i".into();
                EventLine::AttemptStarted(AttemptStarted { at_ms, seq, key, id, attempt: 1, slot, alone })
            }
            Self::Fail(number) => {
                let (seq, key) = task(number);
                EventLine::AttemptFailed(AttemptFailed {
                    at_ms,
                    seq,
                    key,
                    id: "i".into(),
                    attempt: 1,
                    verdict: "task_error".into(),
                    error: error(),
                    slot: None,
                    again: "alone".into(),
                })
            }
            Self::Done { task: number, verdict } => {
                let (seq, key) = task(number);
                let verdict = VERDICTS[verdict].into();
                EventLine::TaskDone(TaskDone { at_ms, seq, key, id: "i".into(), verdict, attempts: 1 })
            }
            Self::WorkerStarted(slot) => EventLine::WorkerStarted(WorkerStarted {
                at_ms,
                slot,
                process: 1,
                role: "run".into(),
                module: 0,
                restart: false,
            }),
            Self::WorkerDied(slot) => EventLine::WorkerDied(WorkerDied {
                at_ms,
                slot,
                process: 1,
                error: error(),
                charged: None,
                returned: 0,
            }),
            Self::Other(kind) => {
                let any = SampleValues { text: "x".to_owned(), micros: 1, number: 1, flag: true };
                any.line(kind)
            }
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let slot = || 1..4_u32;
    let started = (0..10_u8, slot(), any::<bool>());
    prop_oneof![
        1 => Just(Step::Session),
        1 => Just(Step::End),
        1 => (0..3_u8).prop_map(Step::Module),
        8 => started.prop_map(|(task, slot, alone)| Step::Start { task, slot, alone }),
        1 => (0..10_u8).prop_map(Step::Fail),
        4 => (0..10_u8, 0..VERDICTS.len()).prop_map(|(task, verdict)| Step::Done { task, verdict }),
        1 => slot().prop_map(Step::WorkerStarted),
        1 => slot().prop_map(Step::WorkerDied),
        // Those that are not read again.
        1 => (6..9_usize).prop_map(Step::Other),
    ]
}

fn log(steps: &[Step], from: usize, retention: EventRetention) -> Vec<u8> {
    let mut text = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let line = step.line(from + at);
        if retention.has(&line) {
            render(&line, &mut text);
        }
    }
    text
}

fn path() -> &'static Path {
    Path::new("events.jsonl")
}

fn compacted(log: &[u8]) -> Vec<u8> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(log).unwrap();
    needed_lines(&file, path()).unwrap()
}

type Told = (BTreeMap<String, Digest>, u64, Option<LoggedSession>, Vec<UnderWay>, InterruptionTable);

/// What a log says, all but its length.
fn told(log: &[u8]) -> Told {
    let EventHistory { modules, sessions, last, under_way, interrupted, .. } = scan(log, path()).unwrap();
    (modules, sessions, last, under_way, interrupted)
}

proptest! {
    #[test]
    fn a_compacted_log_says_what_the_whole_one_says(before in vec(step(), 0..60), after in vec(step(), 0..30)) {
        for retention in [EventRetention::All, EventRetention::Attempts, EventRetention::Unsettled] {
            let whole = log(&before, 0, EventRetention::All);
            let short = compacted(&log(&before, 0, retention));
            prop_assert_eq!(told(&short), told(&whole));
            prop_assert_eq!(compacted(&short), short.clone(), "there is nothing left to drop");
            let rest = log(&after, before.len(), retention);
            let followed = |log: &[u8]| [log, rest.as_slice()].concat();
            prop_assert_eq!(told(&followed(&short)), told(&followed(&whole)));
            prop_assert_eq!(compacted(&followed(&short)), compacted(&followed(&whole)));
        }
    }
}

#[test]
fn of_many_tasks_that_are_settled_nothing_stays() {
    let mut steps = vec![Step::Session, Step::Module(1)];
    for _ in 0..1000 {
        steps.push(Step::Start { task: 1, slot: 1, alone: false });
        steps.push(Step::Done { task: 1, verdict: 0 });
    }
    steps.push(Step::Start { task: 2, slot: 1, alone: false });
    let short = compacted(&log(&steps, 0, EventRetention::All));
    let lines: Vec<&[u8]> = short.split(|byte| *byte == b'\n').collect();
    assert_eq!(lines.len(), 4, "the session, the module, a start, and nothing behind it");
    steps.push(Step::End);
    let short = compacted(&log(&steps, 0, EventRetention::All));
    assert_eq!(short.iter().filter(|byte| **byte == b'\n').count(), 3);
}

#[test]
fn a_log_that_is_torn_or_damaged_is_left_alone() {
    let whole = log(&[Step::Session, Step::Module(1)], 0, EventRetention::All);
    for flaw in ["{\"event\":\"mod", "nonsense\n", "{\"event\":\"module\"}\n"] {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&[&whole, flaw.as_bytes()].concat()).unwrap();
        needed_lines(&file, path()).unwrap_err();
    }
}

/// A kind that the scan takes no notice of may be dropped; one that it does not know of by name is
/// none that it looks at.
#[test]
fn what_is_read_again_is_what_makes_a_difference() {
    let any = SampleValues { text: "x".to_owned(), micros: 1, number: 1, flag: false };
    for kind in 0..EventLine::KINDS.len() {
        let line = any.line(kind);
        let is_of_the_run =
            kind >= 6 && !matches!(line, EventLine::WorkerStarted(_) | EventLine::WorkerDied(_));
        assert_eq!(is_read_again(&line), !is_of_the_run, "{}", EventLine::KINDS[kind]);
    }
}
