//! Where runs stand that go on, ended, and broke off.

use super::*;
use crate::results::tests::line;
use std::fs;

const SESSION: &str = r#"{"event":"session","v":1,"time":"2026-11-22T14:00:00.000000Z","pid":7,"session":1}"#;

const AGAIN_LINE: &str =
    "{\"seq\":1,\"key\":\"525b07342774735111364801332a15be\",\"nth\":1,\"line\":\"x\"}\n";

fn started(seq: u64, slot: u32, attempt: u32) -> String {
    let key = TaskKey::of_id("7");
    format!(
        r#"{{"event":"attempt_started","at_ms":1500.5,"seq":{seq},"key":"{key}","id":"job\u001b{seq}","attempt":{attempt},"slot":{slot},"alone":{}}}"#,
        attempt > 1
    )
}

fn ended(complete: bool, halt: &str) -> String {
    format!(r#"{{"event":"session_ended","at_ms":9.0,"complete":{complete},"halt":"{halt}"}}"#)
}

/// Status of a run with these events and verdicts, 65 s after its session began.
fn status(events: &[&str], verdicts: &[Verdict], held: Option<Option<u32>>) -> RunStatus {
    let dir = tempfile::tempdir().unwrap();
    let results: Vec<u8> = verdicts.iter().flat_map(|verdict| line(TaskKey::of_id("a"), *verdict)).collect();
    fs::write(dir.path().join("results.jsonl"), results).unwrap();
    fs::write(dir.path().join("events.jsonl"), events.join("\n") + "\n").unwrap();
    let now = humantime::parse_rfc3339("2026-11-22T14:01:05Z").unwrap();
    let mut status = read(dir.path(), IdNaming::Other, held, now, None).unwrap();
    let path = dir.path().to_str().unwrap();
    status.next = status.next.map(|next| next.replace(path, "DIR"));
    status
}

#[test]
fn a_run_that_goes_on_tells_what_is_being_made() {
    let events = [SESSION, &started(3, 1, 1), &started(4, 2, 2), &started(5, 1, 1)];
    let status = status(&events, &[Verdict::Ok, Verdict::Ok, Verdict::Trap], Some(Some(42)));
    let expected = "\
state      running (process 42, for 1m 5s)
records    3: 2 ok, 1 trap
not ok     1: their lines are in failed.jsonl
           1 × trap; first: task 7
sessions   1
under way  2 attempts, and 1 sent ahead
           worker 1: task job\\u{1b}3 (line 3), for 1m 3s
           worker 2: task job\\u{1b}4 (line 4), attempt 2, alone, for 1m 3s
";
    assert_eq!(status.to_string(), expected);
}

#[test]
fn a_run_that_is_finished_names_what_runs_the_rest_again() {
    let events = [SESSION, &started(3, 1, 1), &ended(true, "")];
    let good = status(&events, &[Verdict::Ok], None);
    assert_eq!(good.to_string(), "state      finished\nrecords    1: 1 ok\nsessions   1\n");
    let bad = status(&events, &[Verdict::Ok, Verdict::Canceled], None);
    assert_eq!((bad.state, bad.next.as_deref()), (RunState::Finished, Some("polymer rerun DIR")));
}

#[test]
fn a_run_that_broke_off_names_what_goes_on_with_it() {
    let lost = status(&[SESSION, &started(3, 1, 1), SESSION, &started(3, 1, 1)], &[], None);
    let expected = "\
state      interrupted: its supervisor was lost
records    none
sessions   2
under way  1 attempt
           worker 1: task job\\u{1b}3 (line 3)
next       polymer resume DIR
";
    assert_eq!(lost.to_string(), expected);
    let stopped = status(&[SESSION, &ended(false, "it was asked to")], &[Verdict::Trap], None);
    assert_eq!(stopped.next.as_deref(), Some("polymer resume DIR"), "what is missing comes first");
    assert!(stopped.to_string().starts_with("state      interrupted: it was asked to\n"));
    let unfinished = status(&[SESSION, SESSION, &ended(false, "")], &[Verdict::Ok], None);
    assert!(
        unfinished.to_string().starts_with("state      interrupted: some lines have no record yet\n"),
        "{unfinished}"
    );
    assert_eq!(unfinished.next.as_deref(), Some("polymer resume DIR"));
}

#[test]
fn programs_get_it_as_json() {
    let status = status(&[SESSION, &started(3, 1, 1)], &[Verdict::Ok, Verdict::Trap], Some(None));
    let expected = concat!(
        r#"{"state":"running","halt":"","pid":null,"began":"2026-11-22T14:00:00.000000Z","elapsed_ms":65000,"sessions":1,"#,
        r#""records":2,"failed":1,"verdicts":{"ok":1,"trap":1},"causes":[{"verdict":"trap","code":"","message":"","frame":null,"count":1,"exact":true,"first":{"id":"7","seq":7},"last":{"id":"7","seq":7}}],"taken_back":0,"#,
        r#""under_way":[{"slot":1,"seq":3,"id":"job\u001b3","key":"525b07342774735111364801332a15be","attempt":1,"#,
        r#""alone":false,"age_ms":63499}],"sent_ahead":0,"next":null}"#
    );
    assert_eq!(serde_json::to_string(&status).unwrap(), expected);
}

#[test]
fn with_a_selection_only_the_records_that_it_means_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let lines =
        [Verdict::Ok, Verdict::Trap, Verdict::Timeout].map(|verdict| line(TaskKey::of_id("a"), verdict));
    fs::write(dir.path().join("results.jsonl"), lines.concat()).unwrap();
    fs::write(dir.path().join("events.jsonl"), format!("{SESSION}\n{}\n", ended(true, ""))).unwrap();
    let selected = |text: &str| {
        let selection = text.parse::<RecordSelection>().unwrap();
        read(dir.path(), IdNaming::Other, None, SystemTime::UNIX_EPOCH, Some(&selection)).unwrap()
    };
    let status = selected("verdict = ok or verdict=trap");
    assert_eq!((status.records, status.failed), (2, 1));
    assert_eq!(status.verdicts, [(Verdict::Ok, 1), (Verdict::Trap, 1)]);
    let text = status.to_string();
    let expected = "state      finished\nselection  verdict=ok or verdict=trap\nrecords    2: 1 ok, 1 trap\n";
    assert!(text.starts_with(expected), "{text}");
    let json = serde_json::to_value(&status).unwrap();
    assert_eq!(json["selection"], "verdict=ok or verdict=trap");
    // What is done next is done with all of the run.
    let status = selected("verdict=ok");
    assert_eq!((status.records, status.failed, status.next.is_some()), (1, 0, true));
}

#[test]
fn what_is_being_written_is_looked_at_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let now = SystemTime::UNIX_EPOCH;
    let empty = read(dir.path(), IdNaming::Other, Some(None), now, None).unwrap();
    assert_eq!(empty.to_string(), "state      running\nrecords    none\nsessions   0\n");
    let record = line(TaskKey::of_id("a"), Verdict::Ok);
    let torn = [&record[..], &record[..40]].concat();
    fs::write(dir.path().join("results.jsonl"), &torn).unwrap();
    fs::write(dir.path().join("events.jsonl"), format!("{SESSION}\n{{\"event\":\"att")).unwrap();
    fs::write(dir.path().join("again.jsonl"), AGAIN_LINE).unwrap();
    let status = read(dir.path(), IdNaming::Other, Some(None), now, None).unwrap();
    assert_eq!((status.records, status.sessions, status.taken_back), (1, 1, 1));
    assert_eq!(status.elapsed_ms, Some(0), "the clock was set back");
    assert_eq!(fs::read(dir.path().join("results.jsonl")).unwrap(), torn);
}

#[test]
fn short_times_are_shown_with_a_decimal() {
    for (ms, expected) in [(0, "0.0s"), (499, "0.4s"), (9999, "9.9s"), (10_000, "10s"), (65_999, "1m 5s")] {
        assert_eq!(shown(ms), expected);
    }
}

#[test]
fn a_path_is_shown_as_a_shell_takes_it() {
    for (path, expected) in [
        ("runs/a-1", "runs/a-1"),
        ("my run", "'my run'"),
        ("it's", r"'it'\''s'"),
        ("$(x)", "'$(x)'"),
        ("-f", "'./-f'"),
        ("a\u{1b}", "'a\\u{1b}'"),
    ] {
        assert_eq!(quoted(Path::new(path)), expected);
    }
}
