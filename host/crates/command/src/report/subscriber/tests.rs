//! What events make of the log, and that nobody else can write such lines.

use super::{EventFormat, subscriber, with_clock};
use polymer_host_event::samples;
use polymer_host_event::{
    EntryDefect, GroupStopReason, Halt, ProcessDeath, ProcessExit, ProcessRole, RecycleReason, RetryNote,
    RunEvent,
};
use polymer_host_report::log::{LogDetail, LogSink, TracingLines, ended, tell};
use polymer_host_report::samples::Kept;
use polymer_host_task::Ceiling;
use polymer_host_task::{
    LogLevel, LogLine, ModuleForm, ModuleId, ModuleInfo, Record, TaskEncoding, TaskError, TaskInfo, TaskName,
    Verdict, WorkerId,
};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use std::time::SystemTime;
use tracing::level_filters::LevelFilter;

const WORKER: WorkerId = WorkerId { slot: 1, generation: 1 };

const TEXT: EventFormat = EventFormat { clock, in_json: false };

fn clock() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_356_000)
}

/// What `events` make of the log up to `level`, without the times.
#[track_caller]
fn check(level: LevelFilter, events: &[RunEvent], expected: &str) {
    let kept = Kept::default();
    let screen = kept.screen();
    tracing::subscriber::with_default(with_clock(level, screen.clone(), TEXT), || {
        events.iter().for_each(|event| tell(event, &mut TracingLines));
    });
    screen.flush();
    assert_eq!(kept.text().replace("2026-11-22T14:00:00Z ", ""), expected);
}

fn task(record: Record) -> RunEvent {
    RunEvent::TaskDone(Box::new(record))
}

fn seven() -> TaskName {
    TaskName { id: "7".to_owned(), ..TaskName::default() }
}

fn logged() -> Record {
    let mut record = samples::ok();
    let levels =
        [None, Some(LogLevel::Debug), Some(LogLevel::Info), Some(LogLevel::Warn), Some(LogLevel::Error)];
    for (level, text) in levels.into_iter().zip(["plain", "debug", "info", "warn", "error"]) {
        record = samples::with_log(record, level, text);
    }
    record
}

fn failed(retry: RetryNote) -> RunEvent {
    RunEvent::AttemptFailed {
        task: Box::new(seven()),
        attempt: 1,
        worker: Some(2),
        verdict: Verdict::TaskError,
        error: Box::new(TaskError::new("busy", "later")),
        log: vec![LogLine { level: Some(LogLevel::Error), text: "oh".to_owned() }],
        retry,
    }
}

#[test]
fn a_line_has_time_and_level() {
    let kept = Kept::default();
    let screen = kept.screen();
    let subscriber = with_clock(LevelFilter::ERROR, screen.clone(), TEXT);
    tracing::subscriber::with_default(subscriber, || tell(&task(samples::rejected()), &mut TracingLines));
    screen.flush();
    assert_eq!(kept.text(), "2026-11-22T14:00:00Z ERROR task 7: bad_input (json): line 7 is not JSON\n");
}

#[test]
fn a_task_that_failed_is_told_of_with_its_trace() {
    let expected = "\
ERROR slot 2 task 7 attempt 1: trap (unreachable): wasm `unreachable` instruction executed
    0: demo!boom
    1: demo!run
";
    check(LevelFilter::ERROR, &[task(samples::ok()), task(samples::trap())], expected);
    check(LevelFilter::OFF, &[task(samples::trap())], "");
}

#[test]
fn a_long_trace_is_shown_by_its_ends() {
    let mut record = samples::trap();
    let trace = |count: usize| (0..count).map(|line| format!("frame {line}")).collect::<Vec<_>>().join("\n");
    for (count, lines, marked) in [(1, 1, false), (40, 40, false), (41, 41, true), (5_000, 41, true)] {
        record.error.trace = Some(trace(count));
        let text = ended(record.verdict, &record.error);
        assert_eq!((text.lines().count() - 1, text.contains(" more lines in the record]")), (lines, marked));
        assert!(text.contains("frame 0") && text.ends_with(&format!("frame {}", count - 1)), "{text}");
    }
}

#[test]
fn a_label_stands_beside_the_id() {
    let label = Some("sieve\nto 10".to_owned());
    let task = TaskName { id: "7".to_owned(), label: label.clone(), ..TaskName::default() };
    let role = ProcessRole::Run(ModuleId(0));
    let death = ProcessDeath { exit: ProcessExit::Code(1), last_words: String::new(), violation: None };
    let events = [
        RunEvent::AttemptDispatched {
            worker: WORKER,
            task: Box::new(task.clone()),
            attempt: 1,
            alone: false,
        },
        RunEvent::WorkerDied {
            worker: WORKER,
            role,
            death: Box::new(death),
            charged: Some(Box::new(task)),
            returned: 0,
        },
        RunEvent::TaskDone(Box::new(Record { label, ..samples::ok() })),
    ];
    let expected = "\
DEBUG slot 2 task 7 sieve\\u{a}to 10 attempt 1: dispatched
ERROR slot 2: task 7 sieve\\u{a}to 10 is charged: the worker exited with code 1
DEBUG slot 2 task 7 sieve\\u{a}to 10 attempt 1: ok in 410.0 µs
";
    check(LevelFilter::DEBUG, &events, expected);
}

#[test]
fn what_a_guest_logged_passes_at_its_level() {
    let events = [task(logged())];
    check(
        LevelFilter::ERROR,
        &events,
        "\
ERROR slot 2 task 7 attempt 1 | warn: warn
ERROR slot 2 task 7 attempt 1 | error
",
    );
    check(
        LevelFilter::DEBUG,
        &events,
        "\
INFO  slot 2 task 7 attempt 1 | plain
DEBUG slot 2 task 7 attempt 1 | debug
INFO  slot 2 task 7 attempt 1 | info
ERROR slot 2 task 7 attempt 1 | warn: warn
ERROR slot 2 task 7 attempt 1 | error
DEBUG slot 2 task 7 attempt 1: ok in 410.0 µs
",
    );
}

#[test]
fn attempts_that_are_made_again_are_information() {
    let second = Duration::from_secs(1);
    let dispatched =
        RunEvent::AttemptDispatched { worker: WORKER, task: Box::new(seven()), attempt: 1, alone: false };
    let events = [
        dispatched,
        failed(RetryNote::Retry { after: Duration::ZERO }),
        failed(RetryNote::Retry { after: second }),
    ];
    check(LevelFilter::ERROR, &events, &"ERROR slot 2 task 7 attempt 1 | oh\n".repeat(2));
    check(
        LevelFilter::DEBUG,
        &events,
        "\
DEBUG slot 2 task 7 attempt 1: dispatched
ERROR slot 2 task 7 attempt 1 | oh
INFO  slot 2 task 7 attempt 1: tried again after task_error (busy): later
ERROR slot 2 task 7 attempt 1 | oh
INFO  slot 2 task 7 attempt 1: tried again in 1.00 s after task_error (busy): later
",
    );
}

#[test]
fn other_ways_to_come_back_are_told_in_plain_words() {
    let told = |again| {
        let mut to = UpTo(Some(LogDetail::Info), Vec::new());
        tell(&failed(again), &mut to);
        to.1.pop().unwrap()
    };
    assert_eq!(
        told(RetryNote::Confirm),
        "Info slot 2 task 7 attempt 1: tried once more alone, because the machine may have been too busy, after task_error (busy): later"
    );
    assert_eq!(
        told(RetryNote::Escalate { to: Ceiling::Timeout(Duration::from_secs(90)) }),
        "Info slot 2 task 7 attempt 1: tried again with a timeout of 1m 30s after task_error (busy): later"
    );
    let mut to = UpTo(Some(LogDetail::Debug), Vec::new());
    tell(
        &RunEvent::AttemptDispatched { worker: WORKER, task: Box::new(seven()), attempt: 2, alone: true },
        &mut to,
    );
    assert_eq!(to.1, ["Debug slot 2 task 7 attempt 2: dispatched, alone"]);
}

/// Refuses lines it does not want.
struct UpTo(Option<LogDetail>, Vec<String>);

impl LogSink for UpTo {
    fn wants(&self, level: LogDetail) -> bool {
        Some(level) <= self.0
    }

    fn line(&mut self, level: LogDetail, text: fmt::Arguments<'_>) {
        assert!(self.wants(level), "nobody asked for {text}");
        self.1.push(format!("{level:?} {text}"));
    }
}

#[test]
fn only_lines_that_are_wanted_are_made_and_no_subscriber_is_needed() {
    let events = [task(logged()), failed(RetryNote::Alone), task(samples::trap())];
    for (most, lines) in
        [(None, 0), (Some(LogDetail::Error), 4), (Some(LogDetail::Info), 7), (Some(LogDetail::Debug), 9)]
    {
        let mut to = UpTo(most, Vec::new());
        events.iter().for_each(|event| tell(event, &mut to));
        assert_eq!(to.1.len(), lines, "{most:?}: {:#?}", to.1);
    }
    let mut to = UpTo(Some(LogDetail::Info), Vec::new());
    tell(&failed(RetryNote::Alone), &mut to);
    let again = "Info slot 2 task 7 attempt 1: tried again alone after task_error (busy): later";
    assert_eq!(to.1, ["Error slot 2 task 7 attempt 1 | oh", again]);
}

/// A module whose tasks have these names.
fn info(form: ModuleForm, names: &[&str]) -> Arc<ModuleInfo> {
    let task = |name: &&str| TaskInfo {
        name: (*name).to_owned(),
        version: String::new(),
        summary: String::new(),
        encoding: TaskEncoding::Json,
        input_schema: None,
        output_schema: None,
        wishes: Vec::new(),
    };
    let tasks = names.iter().map(task).collect();
    Arc::new(ModuleInfo { form, tasks, imports: Vec::new(), functions: Vec::new() })
}

#[test]
fn workers_and_modules_are_told_of() {
    let (module, death) = (ModuleId(0), |exit, words: &str| ProcessDeath {
        exit,
        last_words: words.to_owned(),
        violation: None,
    });
    let role = ProcessRole::Run(module);
    let took = Duration::from_millis(85);
    let events = [
        RunEvent::WorkerStarted { worker: WORKER, role: ProcessRole::Compile(module), replaces: false },
        RunEvent::ModuleReady {
            module,
            info: info(ModuleForm::Typed, &["primes", "sieve"]),
            cached: false,
            took,
        },
        RunEvent::ModuleReady { module, info: info(ModuleForm::CommandModule, &[]), cached: true, took },
        RunEvent::CacheEntryRejected { module, why: EntryDefect::Damaged },
        RunEvent::CacheEntryRejected { module, why: EntryDefect::Stale },
        RunEvent::CacheTrouble { what: "it is full\nof holes".to_owned() },
        RunEvent::WorkerStarted { worker: WORKER, role, replaces: true },
        RunEvent::WorkerDied {
            worker: WORKER,
            role,
            death: Box::new(death(ProcessExit::Signal(11), "bye")),
            charged: Some(Box::new(seven())),
            returned: 3,
        },
        RunEvent::WorkerDied {
            worker: WORKER,
            role,
            death: Box::new(death(ProcessExit::Code(70), "")),
            charged: None,
            returned: 0,
        },
        RunEvent::ModuleInvalid { module, error: Box::new(TaskError::new("parse", "no wasm")) },
        RunEvent::WorkerTurned { worker: WORKER, role: ProcessRole::Run(ModuleId(7)) },
        RunEvent::WorkerRecycled { worker: WORKER, role, why: RecycleReason::Attempts(1) },
        RunEvent::WorkerRecycled { worker: WORKER, role, why: RecycleReason::Memory(300 << 20) },
        RunEvent::WorkerRecycled { worker: WORKER, role, why: RecycleReason::Busy(Duration::from_secs(600)) },
        RunEvent::GroupStopped { group: "ann".into(), why: GroupStopReason::MaxFail(2), canceled: 1 },
        RunEvent::Draining { why: Box::new(Halt::MaxFail(2)), dropped: 5 },
    ];
    let expected = "\
INFO  slot 2 worker started to compile module m0
INFO  module m0 ready in 85.00 ms: typed, with primes, sieve
INFO  module m0 ready in 85.00 ms, from the cache: a command
INFO  module m0: its cache entry was damaged; it is compiled again
INFO  module m0: its cache entry could not be loaded; it is compiled again
INFO  cache: it is full
    of holes
INFO  slot 2 worker restarted to run module m0
ERROR slot 2: task 7 is charged, 3 tasks back in the queue: the worker was killed by SIGSEGV: bye
ERROR slot 2: no task is charged: the worker exited with code 70
INFO  module m0 cannot be used (parse): no wasm
INFO  slot 2 worker turns to module m7
INFO  slot 2 worker recycled: it made 1 attempt, which is its limit
INFO  slot 2 worker recycled: it has 300 MiB of memory, more than its limit
INFO  slot 2 worker recycled: it was at work for 10m, which is its limit
ERROR group ann stopped: 2 of its tasks failed, which is the limit; 1 task canceled
ERROR draining: 2 tasks failed, which is the limit; 5 lines were read but not begun
";
    check(LevelFilter::INFO, &events, expected);
}

#[test]
fn no_guest_can_pretend_to_be_us_or_reach_the_terminal() {
    let forged = "x\n2026-11-22T14:00:00Z ERROR slot 9: \u{1b}[31mforged\u{202e}";
    let mut record = samples::with_log(samples::trap(), Some(LogLevel::Error), forged);
    record.id = forged.to_owned();
    record.error = TaskError { trace: Some(forged.to_owned()), ..TaskError::new(forged, forged) };
    let kept = Kept::default();
    let screen = kept.screen();
    let subscriber = subscriber(LevelFilter::DEBUG, screen.clone(), false);
    tracing::subscriber::with_default(subscriber, || {
        tell(&task(record), &mut TracingLines);
        tracing::error!(field = forged, "{forged}");
    });
    screen.flush();
    let text = kept.text();
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    assert!(text.contains("field=\"x\\n"), "{text}");
    let forged = text.lines().filter(|line| line.starts_with("2026-11-22T14:00:00Z"));
    assert_eq!(forged.count(), 0, "{text}");
}

#[test]
fn what_others_say_by_way_of_tracing_is_json_where_all_is() {
    let kept = Kept::default();
    let screen = kept.screen();
    let format = EventFormat { clock, in_json: true };
    tracing::subscriber::with_default(with_clock(LevelFilter::INFO, screen.clone(), format), || {
        tracing::warn!(code = 7, "\u{1b}two\nlines");
    });
    screen.flush();
    let expected = concat!(
        r#"{"time":"2026-11-22T14:00:00.000Z","level":"warn","source":"polymer","#,
        r#""message":"\\u{1b}two\n    lines code=7"}"#,
        "\n"
    );
    assert_eq!(kept.text(), expected);
}
