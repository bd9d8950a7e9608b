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
    RunEvent::AttemptDispatched { worker: WORKER, task: name(), attempt: 2, alone: true }
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
        task: name(),
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
        let mut writer = EventLogWriter::open(&dir, 1, SystemTime::UNIX_EPOCH, sync).unwrap();
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
    let mut writer = EventLogWriter::open(&dir, 1, SystemTime::UNIX_EPOCH, SyncPolicy::Batch).unwrap();
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
    let mut writer = EventLogWriter::open(&dir, 1, SystemTime::UNIX_EPOCH, SyncPolicy::None).unwrap();
    writer.file = File::open("/dev/full").unwrap();
    writer.on(Duration::ZERO, &dispatched());
    assert!(writer.error().is_none());
    writer.before_sending();
    assert!(writer.take_error().is_some());
}
