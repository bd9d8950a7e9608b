//! Records that tests share.

use polymer_host_task::{
    Log, LogLevel, LogLine, Output, PastAttempt, Record, TaskError, TaskId, Usage, Verdict,
};
use std::time::Duration;

/// Returns the usage of an attempt.
#[must_use]
pub fn usage() -> Usage {
    Usage {
        fuel: Some(15_210),
        fuel_exact: true,
        wall: Some(Duration::from_micros(410)),
        cpu: Some(Duration::from_micros(400)),
        peak_memory: Some(1_114_112),
        grow_refused: false,
        output_bytes: Some(19),
        reused: 0,
        idle: false,
        partial: false,
    }
}

/// DESIGN's example.
#[must_use]
pub fn ok() -> Record {
    Record {
        key: Some(polymer_host_task::TaskKey::of_id("7")),
        content: "6a0d2c1e".repeat(4).parse().ok(),
        execution: None,
        replaces: None,
        line: None,
        task: TaskId(6),
        seq: 7,
        id: "7".to_owned(),
        label: None,
        module: None,
        verdict: Verdict::Ok,
        output: Some(Output::Json(r#"{"text":"Task 6"}"#.to_owned())),
        error: TaskError::default(),
        attempts: 1,
        worker: Some(2),
        started: Some(Duration::from_micros(123)),
        earlier: None,
        queued: Some(Duration::from_micros(3_200)),
        usage: usage(),
        input_bytes: 24,
        log: Log::default(),
        files: None,
        group: None,
        judgement: None,
        history: Vec::new(),
        meta: None,
        trace: None,
    }
}

/// The record with one more line in its log.
#[must_use]
pub fn with_log(mut record: Record, level: Option<LogLevel>, text: &str) -> Record {
    record.log.lines.push(LogLine { level, text: text.to_owned() });
    record
}

/// A task that hit `unreachable`, with a trace.
#[must_use]
pub fn trap() -> Record {
    let mut error = TaskError::new("unreachable", "wasm `unreachable` instruction executed");
    error.trace = Some("0: demo!boom\n1: demo!run".to_owned());
    Record { verdict: Verdict::Trap, output: None, error, ..ok() }
}

/// A line that no worker saw.
#[must_use]
pub fn rejected() -> Record {
    Record {
        verdict: Verdict::BadInput,
        output: None,
        error: TaskError::new("json", "line 7 is not JSON"),
        attempts: 0,
        worker: None,
        started: None,
        queued: None,
        usage: Usage::default(),
        ..ok()
    }
}

/// An attempt that took its worker down.
#[must_use]
pub fn past(attempt: u32, verdict: Verdict) -> PastAttempt {
    PastAttempt {
        attempt,
        verdict,
        error: TaskError::new("SIGSEGV", "the worker was killed by SIGSEGV"),
        worker: Some(1),
        usage: Usage {
            fuel: Some(9),
            wall: Some(Duration::from_millis(2)),
            partial: true,
            ..Usage::default()
        },
    }
}
