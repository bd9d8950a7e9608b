//! The client protocol, as `host/docs/protocol.md` has it: what a program that submits tasks sends and
//! reads.

use super::support::{Ended, Running, Start, TempFolder, wat};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write;

/// Never ends by itself.
const SPIN: &str =
    r#"(module (memory (export "memory") 1) (func (export "_start") (loop $again (br $again))))"#;

/// A command that serves a client.
struct Client {
    folder: TempFolder,
    running: Running,
    control: File,
    hello: Value,
}

impl Client {
    fn start(flags: &str) -> Self {
        let folder = TempFolder::new();
        folder.file("spin.wat", SPIN);
        let control = folder.path().join("control");
        nix_mkfifo(&control);
        let line =
            format!("exec polymer run --tasks - --client --control fd:3 --no-config {flags} 3<control");
        let mut running = Start::shell(&line)
            .within(folder.path())
            .env("POLYMER_MODULES", super::support::root().join("tests/guests"))
            .start();
        let control = File::options().write(true).open(control).unwrap();
        let hello = serde_json::from_str(&running.line()).unwrap();
        Self { folder, running, control, hello }
    }

    fn task(&mut self, task: &Value) {
        self.running.say(&task.to_string());
    }

    fn control(&mut self, line: &str) {
        self.control.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Closes the input and waits for the end; the control lines stay open.
    fn end(self) -> (Ended, TempFolder) {
        let Self { folder, running, control, .. } = self;
        let ended = running.end();
        drop(control);
        (ended, folder)
    }
}

fn nix_mkfifo(path: &std::path::Path) {
    nix::unistd::mkfifo(path, nix::sys::stat::Mode::S_IRWXU).unwrap();
}

#[test]
fn hello_comes_first_and_each_task_gives_a_record() {
    let mut client = Client::start("-j 3 --fuel 5M");
    let hello = &client.hello["hello"];
    assert_eq!((&hello["protocol"], &hello["workers"]), (&json!(1), &json!(3)));
    assert_eq!(hello["polymer"], env!("CARGO_PKG_VERSION"));
    assert_eq!((&hello["limits"]["fuel"], &hello["jail"]["sandbox"]), (&json!(5_000_000), &json!("auto")));
    assert!(hello["jail"]["active"].as_array().unwrap().contains(&json!("seccomp")), "{hello}");
    let silent = wat("silent");
    client.task(&json!({"module": silent, "input": 1, "id": "a", "meta": [1]}));
    let record = client.running.record();
    record.check("ok", "");
    assert_eq!((record.id(), record.number("/seq"), &record["/meta/0"]), ("a", 1, &json!(1)));
    // Its record was read, so the id is free again.
    client.task(&json!({"module": silent, "input": 1, "id": "a"}));
    client.running.record().check("ok", "");
    client.running.say("no task record");
    client.running.record().check("bad_input", "not_json");
    let (ended, _) = client.end();
    assert_eq!((ended.status.code(), ended.stderr.contains("Ran ")), (Some(100), false), "{}", ended.stderr);
}

#[test]
fn two_tasks_under_way_have_no_id_in_common() {
    let mut client = Client::start("-j 1");
    for _ in 0..2 {
        client.task(&json!({"module": "spin.wat", "input": 1, "id": "a"}));
    }
    let record = client.running.record();
    record.check("bad_input", "duplicate");
    assert_eq!((record.id(), record.number("/seq")), ("a", 2));
    client.control(r#"{"cancel":"a"}"#);
    let record = client.running.record();
    record.check("canceled", "canceled");
    assert_eq!(record.number("/seq"), 1);
    client.end();
}

#[test]
fn a_cancellation_ends_its_task_alone_whether_it_was_read_or_not() {
    let mut client = Client::start("-j 1 --log-level debug");
    let silent = wat("silent");
    client.control(r#"{"cancel":"early"}"#);
    client.control(r#"{"cancel_seq":3}"#);
    client.task(&json!({"module": "spin.wat", "input": 1, "id": "runs"}));
    client.running.says("task runs attempt 1: dispatched");
    for id in ["early", "third", "stays"] {
        client.task(&json!({"module": silent, "input": 1, "id": id}));
    }
    let mut canceled = [client.running.record(), client.running.record()].map(|record| {
        record.check("canceled", "canceled");
        record.id().to_owned()
    });
    canceled.sort();
    assert_eq!(canceled, ["early", "third"]);
    client.control(r#"{"cancel":"runs"}"#);
    let ends: Vec<_> = [client.running.record(), client.running.record()]
        .map(|record| (record.id().to_owned(), record.verdict().to_owned()))
        .into();
    assert_eq!(ends, [("runs".into(), "canceled".into()), ("stays".into(), "ok".into())]);
    // Of what is over nothing comes.
    client.control(r#"{"cancel":"stays"}"#);
    client.control(r#"{"cancel_seq":1}"#);
    let (ended, _) = client.end();
    assert_eq!((ended.status.code(), ended.stdout.lines().count()), (Some(100), 5));
}

#[test]
fn a_module_comes_as_bytes_once_and_then_by_its_digest() {
    let mut client = Client::start("");
    let bytes = std::fs::read(wat("silent")).unwrap();
    let digest = Sha256::digest(&bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let named = format!("sha256:{digest}");
    client.task(&json!({"module": named, "input": 1}));
    client.running.record().check("module_invalid", "missing");
    client.task(&json!({"module_base64": STANDARD.encode(&bytes), "input": 1}));
    let record = client.running.record();
    record.check("ok", "");
    assert_eq!(record.text("/module"), named);
    client.task(&json!({"module": named, "input": 1}));
    client.running.record().check("ok", "");
    client.task(&json!({"module_base64": "no base64!", "input": 1}));
    client.running.record().check("bad_input", "base64");
    client.task(&json!({"module": named, "module_base64": "", "input": 1}));
    client.running.record().check("bad_input", "record");
    client.end();
    // Only a client may give one.
    let ended = Start::polymer("run --tasks -").run(r#"{"module_base64":"AA==","input":1}"#).check(100);
    ended.records()[0].check_message("needs --client");
}

#[test]
fn a_deadline_counts_while_a_task_waits_and_while_it_runs() {
    let mut client = Client::start("-j 1 --log-level debug");
    client.task(&json!({"module": "spin.wat", "input": 1, "id": "busy"}));
    client.running.says("task busy attempt 1: dispatched");
    let check = |client: &mut Client, id: &str| {
        let record = client.running.record();
        record.check("timeout", "deadline");
        record.check_wall("supervisor");
        assert_eq!(record.id(), id);
    };
    client.task(&json!({"module": wat("silent"), "input": 1, "id": "waits", "deadline": "100ms"}));
    check(&mut client, "waits");
    client.control(r#"{"cancel":"busy"}"#);
    client.running.record().check("canceled", "canceled");
    client.task(&json!({"module": "spin.wat", "input": 1, "id": "runs", "deadline": 0.3}));
    check(&mut client, "runs");
    client.task(&json!({"module": wat("silent"), "input": 1, "deadline": "soon"}));
    client.running.record().check("bad_input", "record");
    client.end();
}

#[test]
fn a_drained_run_ends_while_its_input_is_open() {
    let mut client = Client::start("-j 1");
    client.task(&json!({"module": wat("silent"), "input": 1}));
    client.running.record().check("ok", "");
    client.control(r#"{"drain":true}"#);
    let stdin = client.running.take_stdin();
    let (ended, _) = client.end();
    drop(stdin);
    assert_eq!(ended.status.code(), Some(106), "{}", ended.stderr);
}

#[test]
fn the_end_of_control_lines_ends_the_run_at_once() {
    let mut client = Client::start("-j 1");
    client.task(&json!({"module": "spin.wat", "input": 1}));
    client.task(&json!({"module": wat("silent"), "input": 1}));
    let stdin = client.running.take_stdin();
    let Client { folder, running, control, .. } = client;
    drop(control);
    let ended = running.end();
    drop((stdin, folder));
    assert_eq!(ended.status.code(), Some(106), "{}", ended.stderr);
}

#[test]
fn a_control_line_that_is_none_is_ignored_with_a_warning() {
    let mut client = Client::start("");
    client.control("nonsense");
    client.running.says("control line 1 is ignored");
    client.control(&"x".repeat(100_000));
    client.running.says("control line 2 is ignored: it is too long");
    client.control(r#"{"cancel":"a","drain":true}"#);
    client.running.says("control line 3 is ignored: it needs one of");
    client.task(&json!({"module": wat("silent"), "input": 1}));
    client.running.record().check("ok", "");
    client.end();
}

#[test]
fn records_are_kept_in_the_folder_and_given_to_the_client() {
    let mut client = Client::start("--run-dir run --emit short");
    for id in ["a", "b"] {
        client.task(&json!({"module": wat("silent"), "input": 1, "id": id}));
        let record: Value = serde_json::from_str(&client.running.line()).unwrap();
        assert_eq!((&record["id"], &record["verdict"]), (&json!(id), &json!("ok")));
        // What a later run needs is there, and no more.
        assert!(record["key"].is_string() && record["content"].is_string() && record.get("stats").is_none());
    }
    let (ended, folder) = client.end();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    let kept = std::fs::read_to_string(folder.path().join("run/results.jsonl")).unwrap();
    assert_eq!(kept.lines().count(), 2);
}

#[test]
fn where_no_worker_starts_there_is_no_hello_and_no_folder() {
    let folder = TempFolder::new();
    let line = "run --tasks - --client --run-dir run";
    let ended = Start::deprived("failing socketpair:1+:EMFILE", line).within(folder.path()).run("").check(96);
    assert_eq!((ended.stdout.as_str(), folder.path().join("run").exists()), ("", false));
    ended.check_says("error: ");
}

#[test]
fn flags_of_a_client_that_make_no_sense_are_refused() {
    for (line, code, says) in [
        ("run --client a.wat", 2, "--client"),
        ("run --tasks - --control fd:3", 2, "--client"),
        ("run --tasks - --client --control 3", 2, "fd:"),
        ("run --tasks - --client --control fd:1", 2, "at least 3"),
        ("run --tasks - --client -o out", 2, "--output"),
        ("run --tasks - --client --control fd:77", 96, "fd:77"),
        ("run a.wat --emit nothing", 2, "fields are v, id, seq"),
        ("run a.wat --emit output --run-dir run", 2, "--emit output writes no records"),
    ] {
        let folder = TempFolder::new();
        let ended = Start::polymer(line).within(folder.path()).run("").check(code);
        ended.check_says(says);
    }
}

#[test]
fn a_part_of_each_record_is_written() {
    let lines = |emit: &str| {
        let line = format!("run {} --emit {emit} -j 1", wat("silent"));
        Start::polymer(&line).run("a\n").check(0).stdout
    };
    assert_eq!(lines("short"), "{\"id\":\"1\",\"verdict\":\"ok\",\"output\":\"\"}\n");
    assert_eq!(lines("output"), "\"\"\n");
    assert_eq!(lines("none"), "");
    assert_eq!(lines("seq,attempts"), "{\"seq\":1,\"attempts\":1}\n");
    assert_eq!(lines("full").matches("\"stats\"").count(), 1);
}

#[test]
fn a_module_that_is_installed_is_named_with_an_at() {
    let folder = TempFolder::new();
    let modules = folder.path().join("modules");
    std::fs::create_dir(&modules).unwrap();
    std::fs::write(modules.join("still.wasm"), std::fs::read(wat("silent")).unwrap()).unwrap();
    let binary = wat::parse_file(wat("silent")).unwrap();
    std::fs::write(modules.join("still.wasm"), binary).unwrap();
    let run = |line: &str, input: &str, code| {
        Start::polymer(line).env("POLYMER_MODULES", &modules).within(folder.path()).run(input).check(code)
    };
    let records = run("run @still --run-dir run", "a\n", 0);
    assert_eq!(records.stdout, "");
    // The folder says which module it was, and finds it again.
    run("resume run", "", 0);
    run("run --tasks -", "{\"module\":\"@still\",\"input\":1}\n", 0).records()[0].check("ok", "");
    run("inspect @still", "", 0).check_says_on_stdout("command");
    let ended = run("run @none", "a\n", 96);
    ended.check_says("error: there is no bundled module @none; there are @still");
    ended.check_says("hint: POLYMER_MODULES lists");
    run("run @../still", "a\n", 96).check_says("is not the name of a bundled module");
    // A file that is really called so.
    std::fs::copy(wat("silent"), folder.path().join("@still.wat")).unwrap();
    run("run ./@still.wat", "a\n", 0).records()[0].check("ok", "");
}
