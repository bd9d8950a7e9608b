//! What events become, and that nothing a guest says can do anything.

use super::*;
use polymer_host_event::{ProcessDeath, ProcessExit, ProcessRole, RetryNote, samples};
use polymer_host_report::samples::Kept;
use polymer_host_task::{ModuleId, WorkerId};
use serde_json::{Value, json};

fn clock() -> SystemTime {
    humantime::parse_rfc3339("2026-11-22T14:00:00.25Z").unwrap()
}

fn log(kept: &Kept, level: Option<LogDetail>) -> JsonLog {
    JsonLog { level, out: kept.screen(), is_shown: true, clock }
}

/// What an event becomes, without the time.
fn told(level: LogDetail, event: &RunEvent) -> Vec<Value> {
    let kept = Kept::default();
    let log = log(&kept, Some(level));
    let lines = log.tell(event, false);
    log.out.flush();
    let told = parsed(&kept.text());
    assert_eq!(told.len() as u64, lines);
    told
}

fn parsed(text: &str) -> Vec<Value> {
    let line = |line: &str| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line.as_object_mut().unwrap().remove("time").unwrap(), "2026-11-22T14:00:00.250Z");
        line
    };
    text.lines().map(line).collect()
}

fn done(record: Record) -> RunEvent {
    RunEvent::TaskDone(Box::new(record))
}

#[test]
fn a_line_begins_with_its_time_and_has_what_is_known() {
    let kept = Kept::default();
    let log = log(&kept, Some(LogDetail::Error));
    log.tell(&done(samples::rejected()), false);
    log.out.flush();
    let expected = concat!(
        r#"{"time":"2026-11-22T14:00:00.250Z","level":"error","source":"polymer","#,
        r#""message":"bad_input (json): line 7 is not JSON","task":"7","seq":7,"#,
        r#""verdict":"bad_input","code":"json"}"#,
        "\n"
    );
    assert_eq!(kept.text(), expected);
}

#[test]
fn a_guests_lines_have_their_levels_and_the_end_its_trace() {
    let record = samples::with_log(samples::trap(), None, "plain");
    let mut record = samples::with_log(record, Some(LogLevel::Warn), "hot");
    record.label = Some("sieve".to_owned());
    let told = told(LogDetail::Debug, &done(record));
    let place = json!({"task": "7", "seq": 7, "slot": 2, "attempt": 1});
    let with = |fields: Value| {
        let mut all = place.clone();
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        all
    };
    assert_eq!(
        told,
        [
            with(json!({"level": "info", "source": "guest", "message": "plain"})),
            with(json!({"level": "warn", "source": "guest", "message": "hot"})),
            with(json!({
                "level": "error", "source": "polymer", "label": "sieve", "verdict": "trap", "code": "unreachable",
                "message": "trap (unreachable): wasm `unreachable` instruction executed",
                "trace": "0: demo!boom\n1: demo!run",
            })),
        ]
    );
}

#[test]
fn each_level_has_what_the_ones_before_have() {
    let event = done(samples::with_log(samples::ok(), Some(LogLevel::Debug), "step"));
    assert!(told(LogDetail::Info, &event).is_empty());
    let debug = told(LogDetail::Debug, &event);
    assert_eq!((&debug[0]["message"], &debug[1]["verdict"]), (&json!("step"), &json!("ok")));
    let kept = Kept::default();
    let off = log(&kept, None);
    assert_eq!(off.tell(&done(samples::trap()), false), 0);
    // What a task logged may be asked for beside the log.
    assert_eq!(off.tell(&event, true), 1);
}

#[test]
fn an_attempt_that_is_made_again_says_why() {
    let event = RunEvent::AttemptFailed {
        task: Box::new(TaskName { id: "7".to_owned(), seq: 9, ..TaskName::default() }),
        attempt: 2,
        worker: Some(3),
        verdict: Verdict::WorkerLost,
        error: Box::new(TaskError::new("SIGSEGV", "it died")),
        log: vec![LogLine { level: Some(LogLevel::Error), text: "oh".to_owned() }],
        retry: RetryNote::Alone,
    };
    let told = told(LogDetail::Info, &event);
    assert_eq!((told[0]["message"].as_str(), told[0]["attempt"].as_u64()), (Some("oh"), Some(2)));
    assert_eq!(told[1]["message"], "tried again alone after worker_lost (SIGSEGV): it died");
    assert_eq!((&told[1]["verdict"], &told[1]["slot"]), (&json!("worker_lost"), &json!(3)));
}

#[test]
fn what_is_about_no_task_is_a_message() {
    let (worker, role) = (WorkerId { slot: 1, generation: 1 }, ProcessRole::Run(ModuleId(0)));
    let death =
        ProcessDeath { exit: ProcessExit::Code(3), last_words: "bye\nnow".to_owned(), violation: None };
    let died = RunEvent::WorkerDied { worker, role, death: Box::new(death), charged: None, returned: 0 };
    let message = "slot 2: no task is charged: the worker exited with code 3: bye\n    now";
    assert_eq!(
        told(LogDetail::Error, &died),
        [json!({"level": "error", "source": "polymer", "message": message})]
    );
}

#[test]
fn a_failure_in_short_has_its_number_and_no_log() {
    let kept = Kept::default();
    let log = log(&kept, Some(LogDetail::Error));
    let record = samples::with_log(samples::trap(), None, "plain");
    log.tell_in_short(&record, Some(10));
    log.tell_in_short(&record, None);
    log.out.flush();
    let told = parsed(&kept.text());
    assert_eq!((&told[0]["count"], &told[0]["trace"]), (&json!(10), &json!("boom")));
    assert!(told[0]["message"].as_str().unwrap().starts_with("trap (unreachable): "));
    assert!(told[1].get("count").is_none());
}

#[test]
fn nothing_a_guest_says_ends_a_line_or_changes_what_is_seen() {
    let forged = "x\"}\n{\"time\":\"2026\"}\u{1b}[31m\u{202e}\u{85}";
    let mut record = samples::with_log(samples::trap(), Some(LogLevel::Error), forged);
    (record.id, record.label) = (forged.to_owned(), Some(forged.to_owned()));
    record.error = TaskError { trace: Some(forged.to_owned()), ..TaskError::new(forged, forged) };
    let kept = Kept::default();
    let log = log(&kept, Some(LogDetail::Debug));
    log.tell(&done(record), false);
    log.out.flush();
    let text = kept.text();
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{85}']), "{text}");
    let told = parsed(&text);
    assert_eq!(told.len(), 2);
    for (line, field) in [(0, "message"), (0, "task"), (1, "label"), (1, "code"), (1, "trace")] {
        assert_eq!(told[line][field], forged, "{field}");
    }
}

#[test]
fn text_for_people_becomes_messages_and_lines_of_json_stay() {
    let kept = Kept::default();
    let mut out = JsonMessages::new(kept.clone(), clock);
    let line = message_line("warn: hot\n", clock());
    out.write_all(format!("Ran 2 tasks\n\n{line}warn: cold\nprogress: 2 done\n    {line}").as_bytes())
        .unwrap();
    let told = parsed(&kept.text());
    let of = |line: &Value| (line["level"].as_str().unwrap().to_owned(), line["message"].clone());
    let expected = [
        ("info", json!("Ran 2 tasks")),
        ("warn", json!("hot")),
        ("warn", json!("cold")),
        ("info", json!("2 done")),
        ("info", json!(format!("    {}", line.trim_end()))),
    ];
    assert_eq!(
        told.iter().map(of).collect::<Vec<_>>(),
        expected.map(|(level, text)| (level.to_owned(), text))
    );
}

#[test]
fn a_message_of_many_lines_is_one_and_its_level_is_its_first_word() {
    let told = parsed(&message_line("error: no such file\n  hint: look again\n", clock()));
    let message = "no such file\n  hint: look again";
    assert_eq!(told, [json!({"level": "error", "source": "polymer", "message": message})]);
}

#[test]
fn a_clock_that_is_far_off_is_no_reason_to_panic() {
    for (time, shown) in [
        (SystemTime::UNIX_EPOCH - Duration::from_secs(1), "1970-01-01T00:00:00.000Z"),
        (SystemTime::UNIX_EPOCH + YEAR_10000 * 2, "9999-12-31T23:59:59.999Z"),
    ] {
        assert!(message_line("x", time).starts_with(&format!("{{\"time\":\"{shown}\",")));
    }
}
