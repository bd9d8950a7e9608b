//! What each event is as a line, and when lines are written.

use super::*;
use polymer_host_event::ProcessRole;
use polymer_host_event::RetryNote;
use polymer_host_task::{ModuleId, TaskError, TaskKey, TaskName, Verdict, WorkerId};
use std::time::Duration;

const WORKER: WorkerId = WorkerId { slot: 1, generation: 3 };

fn name() -> TaskName {
    TaskName { id: "a\n\"".to_owned(), label: None, seq: 7, key: Some(TaskKey::of_id("7")) }
}

fn dispatched() -> RunEvent {
    RunEvent::AttemptDispatched { worker: WORKER, task: Box::new(name()), attempt: 2, alone: true }
}

fn open(dir: &RunDir, sync: SyncPolicy, retention: EventRetention) -> EventLogWriter {
    EventLogWriter::open(dir, 1, SystemTime::UNIX_EPOCH, (sync, retention)).unwrap()
}

fn text(event: &RunEvent) -> String {
    line_of(Milliseconds(Duration::from_micros(1234)), event)
        .map_or_else(String::new, |line| serde_json::to_string(&line).unwrap())
}

/// Later versions read them.
#[test]
fn the_lines_that_are_read_again_are_to_the_letter() {
    let expected = concat!(
        r#"{"event":"attempt_started","at_ms":1.234,"seq":7,"key":"525b07342774735111364801332a15be","#,
        r#""id":"a\n\"","attempt":2,"slot":2,"alone":true}"#
    );
    assert_eq!(text(&dispatched()), expected);
    let failed = RunEvent::AttemptFailed {
        task: Box::new(name()),
        attempt: 1,
        worker: None,
        verdict: Verdict::TaskError,
        error: Box::new(TaskError::new("c", "m")),
        log: Vec::new(),
        retry: RetryNote::Alone,
    };
    let expected = concat!(
        r#"{"event":"attempt_failed","at_ms":1.234,"seq":7,"key":"525b07342774735111364801332a15be","#,
        r#""id":"a\n\"","attempt":1,"verdict":"task_error","error":{"message":"m","code":"c"},"slot":null,"again":"alone"}"#
    );
    assert_eq!(text(&failed), expected);
    let digest = polymer_host_base::Digest::of(b"");
    let named = RunEvent::ModuleNamed { module: ModuleId(0), name: "a.wasm".to_owned(), digest };
    let expected = format!(r#"{{"event":"module","at_ms":1.234,"name":"a.wasm","sha256":"{digest}"}}"#);
    assert_eq!(text(&named), expected);
}

#[test]
fn what_only_shows_how_things_stand_is_not_noted() {
    assert_eq!(text(&RunEvent::Running(Vec::new())), "");
    let started =
        RunEvent::WorkerStarted { worker: WORKER, role: ProcessRole::Run(ModuleId(4)), replaces: true };
    let expected = r#"{"event":"worker_started","at_ms":1.234,"slot":2,"process":3,"role":"run","module":4,"restart":true}"#;
    assert_eq!(text(&started), expected);
}

#[test]
fn what_was_noted_is_there_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let dir = RunDir::create(&folder.path().join("run")).unwrap();
    let read = || std::fs::read_to_string(dir.path().join(EVENTS)).unwrap().lines().count();
    for sync in [SyncPolicy::Batch, SyncPolicy::Every, SyncPolicy::None] {
        let before = read_or_none(&dir);
        let mut writer = open(&dir, sync, EventRetention::All);
        assert_eq!(read(), before + 1);
        writer.on(Duration::ZERO, &RunEvent::CacheTrouble { what: "none".to_owned() });
        writer.before_sending();
        assert_eq!(read(), before + 2, "nothing started, and it is told");
        assert!(!writer.owed);
        writer.on(Duration::ZERO, &dispatched());
        writer.before_sending();
        assert_eq!(read(), before + 3);
        writer.end(Duration::ZERO, true, "");
        assert_eq!(read(), before + 4);
        assert!(writer.error().is_none());
    }
}

/// `owed` is what is synced.
#[test]
fn a_start_that_was_written_early_is_still_made_durable() {
    let folder = tempfile::tempdir().unwrap();
    let dir = RunDir::create(&folder.path().join("run")).unwrap();
    let mut writer = open(&dir, SyncPolicy::Batch, EventRetention::All);
    writer.on(Duration::ZERO, &dispatched());
    writer.on(Duration::ZERO, &RunEvent::CacheTrouble { what: "x".repeat(GATHERED) });
    assert!(writer.lines.is_empty() && writer.owed);
    writer.before_sending();
    assert!(!writer.owed);
}

fn read_or_none(dir: &RunDir) -> usize {
    std::fs::read_to_string(dir.path().join(EVENTS)).map_or(0, |text| text.lines().count())
}

#[test]
fn what_cannot_be_written_is_known_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let dir = RunDir::create(&folder.path().join("run")).unwrap();
    let mut writer = open(&dir, SyncPolicy::None, EventRetention::All);
    writer.file = File::open("/dev/full").unwrap();
    writer.on(Duration::ZERO, &dispatched());
    assert!(writer.error().is_none());
    writer.before_sending();
    assert!(writer.take_error().is_some());
}

/// Kinds of the lines in the log.
fn kinds(dir: &RunDir) -> Vec<String> {
    let text = std::fs::read_to_string(dir.path().join(EVENTS)).unwrap();
    let kind = |line: &str| line.split('"').nth(3).unwrap().to_owned();
    text.lines().map(kind).collect()
}

/// Events of a session in which one attempt stays without an answer.
fn note_some(writer: &mut EventLogWriter) {
    let died =
        RunEvent::WorkerStarted { worker: WORKER, role: ProcessRole::Run(ModuleId(4)), replaces: true };
    for event in [died, RunEvent::CacheTrouble { what: "none".to_owned() }, dispatched()] {
        writer.on(Duration::ZERO, &event);
    }
    writer.before_sending();
}

#[test]
fn lines_that_are_not_kept_are_not_written() {
    let folder = tempfile::tempdir().unwrap();
    for (at, (retention, expected)) in [
        (EventRetention::All, &["session", "worker_started", "cache_trouble", "attempt_started"][..]),
        (EventRetention::Attempts, &["session", "worker_started", "attempt_started"]),
        (EventRetention::Unsettled, &["session", "worker_started", "attempt_started"]),
    ]
    .into_iter()
    .enumerate()
    {
        let dir = RunDir::create(&folder.path().join(at.to_string())).unwrap();
        let mut writer = open(&dir, SyncPolicy::None, retention);
        note_some(&mut writer);
        assert_eq!(kinds(&dir), expected);
        writer.compact(&dir).unwrap();
        let compacted: &[&str] =
            if retention == EventRetention::Unsettled { &["session", "attempt_started"] } else { expected };
        assert_eq!(kinds(&dir), compacted);
        writer.end(Duration::ZERO, true, "");
        writer.compact(&dir).unwrap();
        assert_eq!(kinds(&dir).last().unwrap(), "session_ended", "what follows goes to the new file");
        assert_eq!(kinds(&dir).len(), compacted.len() + 1 - usize::from(compacted.len() == 2));
    }
}

#[test]
fn a_log_that_is_large_is_compacted_and_grows_again_before_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let dir = RunDir::create(&folder.path().join("run")).unwrap();
    let mut writer = open(&dir, SyncPolicy::None, EventRetention::Unsettled);
    let there = || std::fs::metadata(dir.path().join(EVENTS)).unwrap().len();
    for _ in 0..20_000 {
        writer.on(Duration::ZERO, &dispatched());
    }
    writer.before_sending();
    assert!(there() < LARGE);
    writer.compact_if_large(&dir).unwrap();
    assert!(there() > LARGE / 2, "it is not large");
    while writer.length < LARGE {
        writer.on(Duration::ZERO, &dispatched());
    }
    writer.before_sending();
    assert_eq!(there(), writer.length);
    writer.compact_if_large(&dir).unwrap();
    assert_eq!((kinds(&dir).len(), there()), (2, writer.length), "the last start is not settled");
    assert_eq!(writer.compact_from, LARGE);
    drop(writer);
    // A log that grew large under another policy.
    let mut writer = open(&dir, SyncPolicy::None, EventRetention::All);
    while writer.length < LARGE {
        writer.on(Duration::ZERO, &dispatched());
    }
    writer.end(Duration::ZERO, true, "");
    writer.compact_if_large(&dir).unwrap();
    assert!(there() > LARGE);
    drop(writer);
    let writer = open(&dir, SyncPolicy::None, EventRetention::Unsettled);
    assert_eq!(kinds(&dir), ["session", "attempt_started", "session", "session_ended", "session"]);
    assert_eq!(there(), writer.length);
}
