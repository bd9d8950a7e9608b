//! What is read off the events, of small runs that end in every way.

use super::*;
use crate::lines::length;
use std::fmt::Write as _;

/// A file of events, written one after the other.
#[derive(Default, Clone)]
struct File(String);

impl File {
    fn line(mut self, line: &str) -> Self {
        writeln!(self.0, "{line}").unwrap();
        self
    }

    fn session(self, pid: u32) -> Self {
        let line = r#"{"event":"session","v":1,"time":"2026-11-22T14:00:00.000123Z","pid":"#;
        self.line(&format!("{line}{pid},\"session\":1}}"))
    }

    fn start(self, seq: u64, slot: u32) -> Self {
        self.sent(seq, slot, 1, false)
    }

    fn sent(self, seq: u64, slot: u32, attempt: u32, alone: bool) -> Self {
        self.sent_as(seq, seq, slot, attempt, alone)
    }

    /// A line that says what line `name` says.
    fn sent_as(self, name: u64, seq: u64, slot: u32, attempt: u32, alone: bool) -> Self {
        let key = key(name);
        self.line(&format!(
            r#"{{"event":"attempt_started","at_ms":{seq}.5,"seq":{seq},"key":"{key}","id":"a,\"{seq}","attempt":{attempt},"slot":{slot},"alone":{alone}}}"#
        ))
    }

    fn fail(self, seq: u64) -> Self {
        let key = key(seq);
        self.line(&format!(
            r#"{{"event":"attempt_failed","at_ms":9,"seq":{seq},"key":"{key}","id":"{seq}","attempt":1,"verdict":"task_error","error":{{"message":"m","code":"c"}},"slot":null,"again":"alone"}}"#
        ))
    }

    fn done(self, seq: u64, verdict: &str) -> Self {
        let key = key(seq);
        self.line(&format!(
            r#"{{"event":"task_done","at_ms":9.25,"seq":{seq},"key":"{key}","id":"{seq}","verdict":"{verdict}","attempts":1}}"#
        ))
    }

    fn worker(self, event: &str, slot: u32) -> Self {
        let fields = match event {
            "worker_died" => r#""error":{"message":"m","code":"c"},"charged":null,"returned":0"#,
            _ => r#""role":"run","module":0,"restart":false"#,
        };
        self.line(&format!(r#"{{"event":"{event}","at_ms":3.0,"slot":{slot},"process":2,{fields}}}"#))
    }

    fn end(self, complete: bool) -> Self {
        let halt = if complete { "" } else { "it was asked to" };
        self.line(&format!(
            r#"{{"event":"session_ended","at_ms":9.0,"complete":{complete},"halt":"{halt}"}}"#
        ))
    }

    fn read(&self) -> EventHistory {
        scan(self.0.as_bytes(), Path::new("events.jsonl")).unwrap()
    }

    /// What was interrupted: line, how often, how often alone.
    fn interrupted(&self) -> Vec<(u64, u32, u32)> {
        let interrupted = self.read().interrupted;
        let of = |seq| interrupted.get(&key(seq)).map(|found| (seq, found.times, found.alone));
        let found: Vec<_> = (0..100).filter_map(of).collect();
        assert_eq!(found.len(), interrupted.len());
        found
    }
}

fn key(seq: u64) -> TaskKey {
    TaskKey::of_id(&seq.to_string())
}

#[test]
fn what_is_being_made_when_a_supervisor_is_lost_counts_as_interrupted() {
    let file = File::default().session(1).start(1, 1).start(2, 2).start(3, 1).done(1, "ok").start(4, 1);
    assert_eq!(file.interrupted(), [(2, 1, 0), (3, 1, 0)], "4 had only been sent ahead");
    let file = file.session(2).start(2, 1).sent(4, 2, 2, true);
    assert_eq!(file.interrupted(), [(2, 2, 0), (3, 1, 0), (4, 1, 1)]);
    let file = file.done(2, "canceled").fail(4).end(true);
    assert_eq!(file.interrupted(), [(2, 1, 0), (3, 1, 0)], "once, in the first session");
}

#[test]
fn equal_lines_that_are_lost_at_once_are_interrupted_once() {
    let file = File::default().session(1).sent_as(9, 1, 1, 1, true).sent_as(9, 2, 2, 1, false);
    assert_eq!(file.interrupted(), [(9, 1, 0)]);
    let file = file.session(2).sent_as(9, 1, 1, 1, true).sent_as(9, 2, 2, 1, true).start(3, 3);
    assert_eq!(file.interrupted(), [(3, 1, 0), (9, 2, 1)]);
}

#[test]
fn what_got_its_record_has_no_history() {
    let file = File::default().session(1).start(1, 1).start(2, 2).session(2);
    assert_eq!(file.interrupted(), [(1, 1, 0), (2, 1, 0)]);
    assert_eq!(file.clone().done(1, "canceled").interrupted(), [(1, 1, 0), (2, 1, 0)], "it was cut short");
    assert_eq!(file.clone().fail(1).interrupted(), [(1, 1, 0), (2, 1, 0)], "it is tried again");
    for verdict in ["ok", "worker_crash", "trap"] {
        let file = file.clone().start(1, 1).done(1, verdict);
        assert_eq!(file.interrupted(), [(2, 1, 0)]);
        assert_eq!(file.session(3).start(1, 1).interrupted(), [(1, 1, 0), (2, 1, 0)], "it is run again");
    }
}

#[test]
fn two_lines_of_one_number_are_two() {
    // The second is one that was taken back, and had this number in the input as it was then.
    let file = File::default().session(1).start(1, 1).sent_as(9, 1, 2, 1, false);
    assert_eq!(file.read().under_way.len(), 2);
    assert_eq!(file.interrupted(), [(1, 1, 0), (9, 1, 0)]);
    assert_eq!(file.done(1, "ok").interrupted(), [(9, 1, 0)]);
}

#[test]
fn a_session_that_ended_in_good_order_interrupts_nothing() {
    let file = File::default().session(1).start(1, 1).start(2, 2).end(false).session(2).start(3, 1).end(true);
    let events = file.read();
    assert_eq!((events.interrupted.len(), events.under_way.len(), events.sessions), (0, 0, 2));
    let last = events.last.unwrap();
    assert_eq!((last.pid, last.ended), (2, Some(SessionEnd { complete: true, halt: String::new() })));
    assert_eq!(humantime::format_rfc3339_micros(last.began).to_string(), "2026-11-22T14:00:00.000123Z");
}

#[test]
fn what_is_sent_again_is_not_where_it_was() {
    // Taken back from slot 1, and given to slot 2.
    let file = File::default().session(1).start(1, 1).start(2, 1).start(2, 2).done(1, "ok").start(3, 1);
    assert_eq!(file.interrupted(), [(2, 1, 0), (3, 1, 0)]);
}

#[test]
fn an_answer_says_that_those_before_are_gone_unless_it_is_not_the_workers() {
    let file = File::default().session(1).start(1, 1).start(2, 1).start(3, 1);
    assert_eq!(file.clone().done(2, "trap").interrupted(), [(3, 1, 0)]);
    assert_eq!(file.clone().done(2, "canceled").interrupted(), [(1, 1, 0)]);
    assert_eq!(file.done(1, "canceled").interrupted(), [(2, 1, 0)]);
}

#[test]
fn a_new_process_has_nothing_of_the_one_before() {
    let file = File::default().session(1).start(1, 1).start(2, 1);
    for event in ["worker_died", "worker_started"] {
        let file = file.clone().worker(event, 1);
        assert_eq!(file.interrupted(), [(1, 1, 0)], "it may have been at it");
        let file = file.start(3, 1);
        assert_eq!(file.interrupted(), [(3, 1, 0)]);
        assert_eq!(file.worker(event, 2).start(4, 1).interrupted(), [(3, 1, 0)]);
    }
}

#[test]
fn what_is_under_way_is_told() {
    let file = File::default().session(7).start(1, 1).sent(5, 2, 3, true).start(6, 2).done(1, "ok");
    let events = file.read();
    let five = UnderWay {
        seq: 5,
        id: "a,\"5".to_owned(),
        key: Some(key(5)),
        attempt: 3,
        slot: 2,
        alone: true,
        sent: Duration::from_micros(5500),
        ahead: false,
    };
    assert_eq!(events.under_way[0], five);
    assert_eq!((events.under_way[1].seq, events.under_way[1].ahead, events.under_way.len()), (6, true, 2));
    assert_eq!((events.sessions, events.last.unwrap().ended), (1, None));
}

#[test]
fn a_module_has_the_digest_that_it_had_first() {
    let module = |name: &str, digit: char| {
        let digest = digit.to_string().repeat(64);
        format!(r#"{{"event":"module","at_ms":0.1,"name":"{name}","sha256":"{digest}"}}"#)
    };
    let file = File::default().session(1).line(&module("a.wasm", '1')).line(&module("b\\u00e4", '2'));
    let events = file.session(2).line(&module("a.wasm", '3')).read();
    assert_eq!(events.modules.len(), 2);
    assert_eq!(events.modules["a.wasm"], Digest::from([0x11; 32]));
    assert_eq!(events.modules["bä"], Digest::from([0x22; 32]));
}

#[test]
fn a_file_cut_anywhere_has_the_whole_lines_before() {
    let parts: [fn(File) -> File; 5] = [
        |file| file.session(1),
        |file| file.start(1, 1),
        |file| file.done(1, "ok"),
        |file| file.start(2, 1),
        |file| file.end(true),
    ];
    let mut files = vec![File::default()];
    for part in parts {
        files.push(part(files.last().unwrap().clone()));
    }
    let all = &files[5].0;
    for cut in 0..=all.len() {
        let before = files.iter().rfind(|file| file.0.len() <= cut).unwrap();
        for tail in ["", "\0", "\0\n\0"] {
            let file = File(format!("{}{tail}", &all[..cut]));
            let events = file.read();
            assert_eq!(events.end, length(before.0.len()), "cut at {cut}");
            assert_eq!(events.torn.map_or(0, |torn| torn.bytes), length(file.0.len()) - events.end);
            assert_eq!(file.interrupted(), before.interrupted());
        }
    }
}

#[test]
fn damage_before_the_end_is_refused() {
    let damaged = |line: &str| {
        let file = File::default().session(1).line(line).end(true);
        let error = scan(file.0.as_bytes(), Path::new("e")).unwrap_err();
        assert!(matches!(error, JournalError::Damaged { line: 2, .. }), "{error}");
    };
    for line in [
        "",
        "\0\0",
        "{}",
        r#"{"event":"jail""#,
        "{\"event\":\"jail\",\"\0\"}",
        r#"{"event":"task_done","seq":1}"#,
        r#"{"event":"task_done","at_ms":1,"seq":x,"key":""}"#,
        r#"{"event":"attempt_started","at_ms":1,"seq":1}"#,
        r#"{"event":"session","v":1,"time":"today","pid":1,"session":1}"#,
        r#"{"event":"module","at_ms":1,"name":"a","sha256":"11"}"#,
    ] {
        damaged(line);
    }
}

#[test]
fn events_and_fields_that_are_not_known_are_passed_over() {
    let file = File::default().line(
        r#"{"event":"session","v":1,"new":[1],"time":"2026-11-22T14:00:00Z","pid":1,"session":1,"more":null}"#,
    );
    let file = file.line(r#"{"event":"new"}"#).line(r#"{"event":"new","at_ms":1,"seq":"x"}"#);
    assert_eq!((file.read().sessions, file.read().torn), (1, None));
    let file = file.start(1, 1).start(2, 1).done(2, "a_verdict_of_later");
    assert_eq!(file.interrupted(), [(1, 1, 0)], "whose word it is is not known");
}

#[test]
fn lines_of_another_version_are_refused() {
    for version in [0, 2] {
        let later = format!(r#"{{"event":"session","v":{version},"others":[]}}"#);
        for file in [File::default(), File::default().session(1).end(true)] {
            let file = file.line(&later).line(r#"{"event":"task_done"}"#);
            let error = scan(file.0.as_bytes(), Path::new("dir/events.jsonl")).unwrap_err();
            let expected = format!("dir/events.jsonl has version {version}, this polymer reads 1");
            assert_eq!(error.to_string(), expected);
        }
    }
}

/// What version 0.1.0 wrote of a run: a worker was killed, then the supervisor, and the session
/// after that was told to stop.
const OLD: &str = include_str!("version_0_1_0.jsonl");

#[test]
fn a_file_of_version_0_1_0_is_read_as_it_was_then() {
    let events = File(OLD.to_owned()).read();
    assert_eq!((events.sessions, events.torn, events.under_way.len()), (2, None, 0));
    assert_eq!((events.interrupted.len(), events.modules.len()), (0, 1));
    let last = events.last.unwrap();
    let ended = SessionEnd { complete: false, halt: "it was told to stop".to_owned() };
    assert_eq!((last.pid, last.ended), (22890, Some(ended)));
    let first: String = OLD.split_inclusive('\n').take(16).collect();
    let events = File(first).read();
    let under_way: Vec<_> =
        events.under_way.iter().map(|task| (task.seq, task.attempt, task.slot, task.alone)).collect();
    assert_eq!(under_way, [(1, 2, 1, true), (3, 1, 2, false)]);
    assert_eq!((events.sessions, events.interrupted.len()), (1, 2));
}

#[test]
fn a_file_of_version_0_1_0_would_be_written_so_today() {
    for line in OLD.lines() {
        let read = EventLine::read(line.as_bytes()).unwrap().unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), line);
    }
}
