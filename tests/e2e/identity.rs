//! A task is known by what it is: by its id or path, else by what its line asks; and what changed
//! since it was recorded is run again.

use super::support::{Record, RunDir, Start, TempFolder, console, example, fixture, wat};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;

/// A way to give inputs and to call them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `--input-format file`.
    Paths,
    /// `--id-field`.
    Field,
    /// Task records with an id.
    Records,
    /// Task records with an id, whose inputs are in files.
    RecordFiles,
    /// Task records whose inputs are in files, and which have no id.
    Files,
}

const KINDS: [Kind; 5] = [Kind::Paths, Kind::Field, Kind::Records, Kind::RecordFiles, Kind::Files];

/// Inputs by name, in the order of their lines.
type Inputs<'a> = [(&'a str, &'a str)];

impl Kind {
    /// The line of this input.
    fn line(self, (name, input): (&str, &str)) -> String {
        let module = "wordcount.wasm";
        match self {
            Self::Paths => name.to_owned(),
            Self::Field => json!({"name": name, "words": input}).to_string(),
            Self::Records => json!({"id": name, "module": module, "input": input}).to_string(),
            Self::RecordFiles => json!({"id": name, "module": module, "input_file": name}).to_string(),
            Self::Files => json!({"module": module, "input_file": name}).to_string(),
        }
    }

    /// Puts the inputs where the run looks for them.
    fn put(self, folder: &TempFolder, inputs: &Inputs<'_>) {
        for (name, input) in inputs {
            folder.file(name, input);
        }
        folder.file("lines", inputs.iter().map(|input| self.line(*input) + "\n").collect::<String>());
    }

    /// What stands behind `polymer run`, but for where records go.
    fn flags(self) -> &'static str {
        match self {
            Self::Paths => "wordcount.wasm --input-format file --input lines",
            Self::Field => "wordcount.wasm --input-format json --id-field name --input lines",
            Self::Records | Self::RecordFiles | Self::Files => "--tasks lines",
        }
    }

    /// Runs `polymer` in the folder of the inputs.
    fn polymer(folder: &TempFolder, line: &str) -> Start {
        Start::shell(&format!("cd {} && exec polymer {line}", folder.path().display()))
    }

    /// A run of these inputs to its end.
    fn run(self, inputs: &Inputs<'_>, code: i32) -> RunDir {
        let dir = RunDir::new();
        fs::copy(example("wordcount"), dir.beside().path().join("wordcount.wasm")).unwrap();
        self.put(dir.beside(), inputs);
        Self::polymer(dir.beside(), &format!("run {} --run-dir run", self.flags())).run("").check(code);
        dir
    }

    /// Goes on with it over these.
    fn resume(self, dir: &RunDir, inputs: &Inputs<'_>, code: i32) -> super::support::Ended {
        self.put(dir.beside(), inputs);
        dir.resume("").run("").check(code)
    }
}

/// How many words each input had by its record: each input is one line of as many words as its name
/// stands for.
fn words(dir: &RunDir) -> BTreeMap<u64, usize> {
    let mut words = BTreeMap::new();
    for record in dir.records() {
        let output: Value = serde_json::from_str(record.text("/output")).unwrap();
        *words.entry(output["words"].as_u64().unwrap()).or_default() += 1;
    }
    words
}

/// How many attempts a session made, from 1.
fn attempts(dir: &RunDir, session: usize) -> usize {
    dir.events_of(session, "attempt_started").len()
}

/// How many the last session made.
fn last_attempts(dir: &RunDir) -> usize {
    attempts(dir, dir.events().iter().filter(|event| event["event"] == "session").count())
}

fn distinct<'a>(records: &'a [Record], field: &str) -> BTreeMap<&'a str, usize> {
    let mut values = BTreeMap::new();
    for record in records {
        *values.entry(record.text(field)).or_default() += 1;
    }
    values
}

#[test]
fn equal_inputs_under_different_names_are_different_tasks_in_whatever_order() {
    for kind in KINDS {
        let dir = kind.run(&[("a", "same"), ("b", "same")], 0);
        assert_eq!(distinct(&dir.records(), "/key").len(), 2, "{kind:?}");
        let alike = if kind == Kind::Field { 2 } else { 1 };
        assert_eq!(distinct(&dir.records(), "/content").len(), alike, "{kind:?}");
        let three = [("c", "same"), ("b", "same"), ("a", "same")];
        kind.resume(&dir, &three, 0).check_says("lines passed over: 2 that had a record");
        let started = dir.events_of(2, "attempt_started");
        assert_eq!(started.iter().map(|event| event["seq"].clone()).collect::<Vec<_>>(), [1], "{kind:?}");
        assert_eq!(distinct(&dir.records(), "/key").into_values().collect::<Vec<_>>(), [1; 3], "{kind:?}");
        kind.resume(&dir, &[three[2], three[0], three[1]], 0);
        assert_eq!((attempts(&dir, 3), dir.records().len()), (0, 3), "{kind:?}");
    }
}

#[test]
fn what_changed_is_run_again_and_its_record_replaced() {
    for kind in KINDS {
        let dir = kind.run(&[("a", "one"), ("b", "two words"), ("c", "three words here")], 0);
        let was = dir.records();
        let usual = if kind == Kind::Field { 3 } else { 0 };
        let changed = [("c", "three words here"), ("b", "now there are four"), ("a", "one")];
        kind.resume(&dir, &changed, 0).check_says("lines run again because they changed: 1");
        assert_eq!(attempts(&dir, 2), 1, "{kind:?}");
        let records = dir.records();
        assert_eq!(distinct(&records, "/key"), distinct(&was, "/key"), "{kind:?}");
        assert!(records.iter().all(|record| record["/replaces"].is_null()), "{kind:?}");
        if usual == 0 {
            assert_eq!(words(&dir), [(1, 1), (3, 1), (4, 1)].into(), "{kind:?}");
        }
        assert_eq!(dir.json("summary.json")["tasks"], 3, "{kind:?}");
        kind.resume(&dir, &changed, 0).check_says("lines passed over: 3 that had a record");
        assert_eq!(attempts(&dir, 3), 0, "{kind:?}");
        // And back again.
        kind.resume(&dir, &[("a", "one"), ("b", "two words"), ("c", "three words here")], 0);
        assert_eq!(attempts(&dir, 4), 1, "{kind:?}");
        assert_eq!(distinct(&dir.records(), "/content"), distinct(&was, "/content"), "{kind:?}");
    }
}

#[test]
fn a_changed_line_may_fail_or_be_mended_and_the_sums_are_of_what_stands() {
    let dir = RunDir::new();
    let line = |name: &str, wait: i32| format!("{{\"text\":\"{name}\",\"wait\":{wait}}}\n");
    let input = dir.beside().file("input", line("a", 0) + &line("b", -1));
    let flags = format!("{} -j 1 --id-field text --input {}", example("simple"), input.display());
    dir.run(&flags).run("").check(100);
    assert_eq!(dir.failed(), [line("b", -1).trim()]);
    dir.beside().file("input", line("a", -2) + &line("b", 0));
    dir.resume("").run("").check(100).check_says("the run in all: 2 records, 1 not ok");
    assert_eq!(dir.failed(), [line("a", -2).trim()]);
    let verdicts: Vec<_> = dir.records().iter().map(|record| record.verdict().to_owned()).collect();
    assert_eq!(verdicts, ["bad_input", "ok"]);
    assert_eq!(dir.json("summary.json")["verdicts"], json!({"ok": 1, "bad_input": 1}));
    // A line that is refused replaces its record too.
    dir.beside().file("input", line("a", 0) + &line("b", 0));
    dir.resume("").run("").check(0);
    assert_eq!((dir.failed().len(), dir.records().len()), (0, 2));
    // What cannot be read does not.
    let dir = Kind::Paths.run(&[("a", "one")], 0);
    fs::remove_file(dir.beside().path().join("a")).unwrap();
    dir.resume("").run("").check(0);
    assert_eq!(words(&dir), [(1, 1)].into());
    Kind::Paths.put(dir.beside(), &[("a", "one")]);
    dir.beside().file("lines", "a\nmissing\n");
    dir.resume("").run("").check(100);
    let missing = dir.records().remove(1);
    assert_eq!((missing.id(), &missing["/content"]), ("missing", &Value::Null));
}

#[test]
fn the_old_record_stands_until_the_new_one_is_there() {
    let dir = RunDir::new();
    let input = dir.beside().file("input", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
    let flags = format!("{} -j 1 --id-field text --input {}", example("simple"), input.display());
    dir.run(&flags).run("").check(0);
    let before = dir.records();
    dir.beside().file("input", "{\"text\":\"a\",\"wait\":500}\n{\"text\":\"b\",\"wait\":0.001}\n");
    for _ in 0..2 {
        let mut running = dir.resume("-j 2 --log-level debug --log-interval 50ms").start();
        running.says("task a attempt ");
        running.says(", 1 running");
        running.signal(Signal::SIGKILL);
        running.end();
        let stands = dir.records().iter().filter(|record| record.id() == "a").count();
        assert_eq!(stands, 1, "the old one is gone before there is another");
        let status =
            Start::polymer(&format!("status {} --json", dir.path().display())).run("").check(0).stdout;
        let status: Value = serde_json::from_str(&status).unwrap();
        assert_eq!((&status["records"], &status["failed"]), (&json!(2), &json!(0)));
    }
    dir.beside().file("input", "{\"text\":\"a\"}\n{\"text\":\"b\",\"wait\":0.001}\n");
    dir.resume("").run("").check(0);
    let records = dir.records();
    assert_eq!(distinct(&records, "/key"), distinct(&before, "/key"));
    let of = |records: &[Record], id: &str| {
        records.iter().find(|record| record.id() == id).unwrap().text("/content").to_owned()
    };
    assert_eq!(of(&records, "a"), of(&before, "a"), "it is what it was, and was not run again");
    assert_ne!(of(&records, "b"), of(&before, "b"));
}

/// Makes of records what version 0.1.0 wrote: no content, and of tasks whose input was in a file a
/// key that was made of what stood in it, unless the record gave an id.
fn as_old(kind: Kind, records: &[u8]) -> String {
    let lines = std::str::from_utf8(records).unwrap().lines();
    let old = lines.map(|line| {
        let record: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| record[name].as_str().unwrap().to_owned();
        let (key, content) = (text("key"), text("content"));
        let line = line.replace(&format!(",\"content\":\"{content}\""), "");
        let of_content = matches!(kind, Kind::Paths | Kind::Files);
        if of_content { line.replace(&key, &content) } else { line }
    });
    old.map(|line| line + "\n").collect()
}

#[test]
fn folders_and_files_of_version_0_1_0_go_on_and_nothing_runs_twice() {
    for kind in KINDS {
        let same = [("3", "same"), ("1", "same"), ("2", "same")];
        let dir = kind.run(&[("1", "same"), ("2", "same")], 0);
        let old = as_old(kind, &dir.bytes("results.jsonl"));
        assert!(!old.contains("content"), "{kind:?}");
        fs::write(dir.path().join("results.jsonl"), &old).unwrap();
        kind.put(dir.beside(), &same);
        let done = dir.beside().file("done.jsonl", &old);
        let line = format!("run {} --skip-done {}", kind.flags(), done.display());
        let skipped = Kind::polymer(dir.beside(), &line).run("").check(0).records();
        assert_eq!(skipped.len(), 1, "{kind:?}");
        kind.resume(&dir, &same, 0);
        assert_eq!((attempts(&dir, 2), dir.records().len()), (1, 3), "{kind:?}");
        if kind != Kind::Files {
            let each: Vec<_> = ["1", "2", "3"].into_iter().map(|id| (id, 1)).collect();
            assert_eq!(distinct(&dir.records(), "/id").into_iter().collect::<Vec<_>>(), each, "{kind:?}");
            // Nobody knows whether these changed.
            let changed = [("3", "same"), ("1", "other"), ("2", "same")];
            kind.resume(&dir, &changed, 0).check_says("lines passed over: 3 that had a record");
        }
        kind.resume(&dir, &same, 0);
        assert_eq!(dir.records().len(), 3, "{kind:?}");
        // What failed has its line, whatever its key was.
        dir.rerun("").run("").check(0).check_says("0 lines to run again");
    }
}

#[test]
fn lines_of_an_old_run_of_paths_that_are_none_are_known_too() {
    let dir = Kind::Paths.run(&[("a", "same"), ("missing", "")], 0);
    fs::remove_file(dir.beside().path().join("missing")).unwrap();
    fs::remove_dir_all(dir.path()).unwrap();
    let lines = dir.beside().file("lines", "a\n\nmissing\na\n");
    let run = format!("run {} --run-dir run --on-duplicate error", Kind::Paths.flags());
    Kind::polymer(dir.beside(), &run).run("").check(100);
    let content = dir.records()[0].text("/content").to_owned();
    let key = dir.records()[0].text("/key").to_owned();
    let now = String::from_utf8(dir.bytes("results.jsonl")).unwrap();
    let old = now.lines().map(|line| {
        let end = line.rfind(",\"content\":").unwrap();
        format!("{}}}\n", &line[..end]).replace(&key, &content)
    });
    fs::write(dir.path().join("results.jsonl"), old.collect::<String>()).unwrap();
    fs::write(lines, "missing\na\na\n\n").unwrap();
    dir.resume("").run("").check(100).check_says("lines passed over: 4 that had a record");
    assert_eq!((attempts(&dir, 2), dir.records().len()), (0, 4));
}

#[test]
fn equal_hand_ins_of_different_people_are_no_duplicates() {
    for kind in KINDS {
        let dir = kind.run(&[("a", "same")], 0);
        kind.put(dir.beside(), &[("a", "same"), ("b", "same"), ("a", "same")]);
        let line = format!("run {} -k --on-duplicate first", kind.flags());
        let ended = Kind::polymer(dir.beside(), &line).run("").check(0);
        let seqs: Vec<_> = ended.records().iter().map(|record| record.number("/seq")).collect();
        assert_eq!(seqs, [1, 2], "{kind:?}");
        let line = format!("run {} -k --on-duplicate error", kind.flags());
        let records = Kind::polymer(dir.beside(), &line).run("").check(100).records();
        records[2].check("bad_input", "duplicate");
    }
}

/// A module that does what another one does, and is another one.
fn rebuild(dir: &RunDir) {
    let path = dir.beside().path().join("wordcount.wasm");
    let mut bytes = fs::read(&path).unwrap();
    // A custom section without a name and without content.
    bytes.extend([0, 1, 0]);
    fs::write(path, bytes).unwrap();
}

#[test]
fn after_a_rebuild_the_user_says_whether_what_has_a_record_keeps_it() {
    for kind in KINDS {
        let two = [("a", "one"), ("b", "two words")];
        let three = [("b", "two words"), ("c", "three words here"), ("a", "one")];
        let dir = kind.run(&two, 0);
        let keys = |dir: &RunDir| dir.records().iter().map(|r| r.text("/key").to_owned()).collect::<Vec<_>>();
        let mut before = keys(&dir);
        rebuild(&dir);
        let ended = kind.resume(&dir, &three, 96);
        ended.check_says("hint: `--force` continues the run anyway");
        ended.check_says("`--module-changed rerun`");
        for (keeps, ran) in [("--module-changed keep", 1), ("--force", 0)] {
            dir.resume(keeps).run("").check(0);
            assert_eq!((last_attempts(&dir), dir.records().len()), (ran, 3), "{kind:?} {keeps}");
        }
        dir.resume("--module-changed rerun").run("").check(0);
        assert_eq!(last_attempts(&dir), 3, "{kind:?}");
        let mut now = keys(&dir);
        assert_eq!(now.len(), 3, "{kind:?}");
        before.sort();
        now.sort();
        assert!(before.iter().all(|key| now.contains(key)), "{kind:?}");
        // From here on it is the run's.
        for flags in ["", "--module-changed rerun", "--module-changed keep"] {
            dir.resume(flags).run("").check(0).check_says("lines passed over: 3 that had a record");
        }
        rebuild(&dir);
        dir.resume("").run("").check(96);
        dir.resume("--module-changed later").run("").check(2);
    }
}

#[test]
fn after_a_rebuild_records_of_version_0_1_0_are_made_again_too_where_that_is_asked_for() {
    for kind in KINDS {
        let inputs = [("a", "one"), ("b", "one")];
        let dir = kind.run(&inputs, 0);
        let old = as_old(kind, &dir.bytes("results.jsonl"));
        fs::write(dir.path().join("results.jsonl"), &old).unwrap();
        rebuild(&dir);
        dir.resume("--module-changed rerun").run("").check(0);
        if kind != Kind::Files {
            assert_eq!((attempts(&dir, 2), dir.records().len()), (2, 2), "{kind:?}");
        }
        dir.resume("").run("").check(0);
        assert_eq!(attempts(&dir, 3), 0, "{kind:?}");
    }
}

#[test]
fn what_ended_ok_is_run_again_by_its_id_or_verdict() {
    for kind in KINDS {
        let dir = kind.run(&[("a", "one"), ("b", "two words"), ("c", "three words here")], 0);
        let ids: Vec<String> = dir.records().iter().map(|record| record.id().to_owned()).collect();
        let before = distinct(&dir.records(), "/key").into_keys().map(str::to_owned).collect::<Vec<_>>();
        let seqs = |session| {
            let started = dir.events_of(session, "attempt_started");
            let mut seqs: Vec<_> = started.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
            seqs.sort_unstable();
            seqs
        };
        let of = |seq: u64| {
            let records = dir.records();
            records.iter().find(|record| record.number("/seq") == seq).unwrap().id().to_owned()
        };
        let two = format!("--id {} --id={} --id nobody", of(1), of(3));
        let ended = dir.rerun(&two).run("").check(0);
        ended.check_says("2 lines to run again");
        ended.check_says("warn: no record has the id nobody");
        assert_eq!(seqs(2), [1, 3], "{kind:?}");
        dir.rerun("--verdict ok").run("").check(0).check_says("3 lines to run again");
        assert_eq!(seqs(3), [1, 2, 3], "{kind:?}");
        dir.rerun(&format!("--verdict trap --id {}", of(1))).run("").check(0).check_says("0 lines");
        assert_eq!(seqs(4), [0; 0], "{kind:?}");
        let records = dir.records();
        assert_eq!(distinct(&records, "/key").into_keys().collect::<Vec<_>>(), before, "{kind:?}");
        let mut now: Vec<String> = records.iter().map(|record| record.id().to_owned()).collect();
        now.sort();
        assert_eq!(
            (now.len(), now),
            (ids.len(), {
                let mut ids = ids;
                ids.sort();
                ids
            }),
            "{kind:?}"
        );
        assert!(!dir.names().contains(&"again.jsonl".to_owned()), "{kind:?}");
    }
}

#[test]
fn nothing_else_is_run_with_it() {
    let dir = RunDir::new();
    let line = |name: &str, wait: i32| format!("{{\"text\":\"{name}\",\"wait\":{wait}}}\n");
    let input = dir.beside().file("input", line("a", 0) + &line("b", -1) + &line("c", 0));
    let flags = format!("{} -j 1 --id-field text --input {}", example("simple"), input.display());
    dir.run(&flags).run("").check(100);
    // c changed, d is new: that is for a resume.
    dir.beside().file("input", line("d", 0) + &line("c", -1) + &line("b", -1) + &line("a", 0));
    dir.rerun("--id a --id b").run("").check(100).check_says("2 lines to run again");
    let ids = |session| -> Vec<String> {
        let started = dir.events_of(session, "attempt_started");
        started.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
    };
    // What failed has its line in the folder, and comes first.
    assert_eq!(ids(2), ["b", "a"]);
    fs::remove_file(&input).unwrap();
    dir.rerun("--id b").run("").check(100);
    assert_eq!(ids(3), ["b"]);
    dir.rerun("--id a").run("").check(96);
    assert_eq!(dir.records().len(), 3);
    fs::write(&input, line("d", 0) + &line("c", 0) + &line("b", -1) + &line("a", 0)).unwrap();
    dir.resume("").run("").check(100);
    assert_eq!(ids(dir.events().iter().filter(|event| event["event"] == "session").count()), ["d", "a"]);
}

#[test]
fn what_ended_ok_and_came_out_of_a_pipe_is_given_again() {
    let dir = RunDir::new();
    let input = "{\"text\":\"a\"}\n{\"text\":\"b\"}\n";
    dir.run(&format!("{} -j 1 --id-field text", example("simple"))).run(input).check(0);
    let ended = dir.rerun("--id a").run("").check(106);
    ended.check_says("1 record kept and not made again");
    ended.check_says("with the same input on standard input again");
    assert_eq!(dir.records().len(), 2);
    dir.rerun("").run("").check(96).check_says("`polymer resume` with this folder finishes it");
    dir.resume("").run(input).check(0);
    let started = dir.events_of(3, "attempt_started");
    assert_eq!(started.iter().map(|event| event["id"].clone()).collect::<Vec<_>>(), ["a"]);
    dir.rerun("--verdict ok").run(input).check(0).check_says("2 lines to run again");
    assert_eq!((attempts(&dir, 4), dir.records().len()), (2, 2));
}

#[test]
fn a_rerun_that_is_lost_goes_on_with_what_was_not_made_again() {
    let dir = RunDir::new();
    let lines: String = ["a", "b", "c"].map(|id| format!("{{\"text\":\"{id}\",\"wait\":0.2}}\n")).concat();
    let input = dir.beside().file("input", lines);
    let flags = format!("{} -j 1 --id-field text --input {}", example("simple"), input.display());
    dir.run(&flags).run("").check(0);
    let before = dir.records();
    let mut running = dir.rerun("--verdict ok --log-level debug").start();
    running.says("task c attempt 1: dispatched");
    // So a is over, most likely, and c is not.
    running.signal(Signal::SIGKILL);
    running.end();
    dir.rerun("--verdict ok").run("").check(96).check_says("`polymer resume` with this folder finishes it");
    dir.resume("").run("").check(0);
    let started = dir.events_of(3, "attempt_started");
    assert!(started.iter().any(|event| event["id"] == "c"), "{started:?}");
    let records = dir.records();
    assert_eq!(distinct(&records, "/content"), distinct(&before, "/content"));
    assert!(records.iter().all(|record| record["/replaces"].is_null()));
    let all = |records: &[Record]| records.iter().map(|r| r.text("/started").to_owned()).collect::<Vec<_>>();
    assert!(all(&before).iter().all(|started| !all(&records).contains(started)), "one was not made again");
    dir.resume("").run("").check(0);
    assert_eq!(last_attempts(&dir), 0);
}

#[test]
fn records_of_a_file_that_are_of_no_line_are_told_of() {
    let folder = TempFolder::new();
    let input = folder.file("input", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
    let (done, more) = (folder.path().join("done.jsonl"), folder.path().join("more.jsonl"));
    let line = format!("run {} -k --id-field text --input {}", example("simple"), input.display());
    console(&format!("{line} -o {}", done.display()), &[], 0);
    let skip = format!("{line} --skip-done {}", done.display());
    folder.file("input", "{\"text\":\"c\"}\n");
    console(&skip, &[], 0)
        .check_says("warn: --skip-done passed over nothing: no line of the input has a record");
    // What changed is run, and its record is no reason to say so.
    folder.file("input", "{\"text\":\"b\"}\n{\"text\":\"a\",\"wait\":0.001}\n");
    let ended = console(&format!("{skip} -o {}", more.display()), &[], 0);
    ended.check_says("lines run again because they changed: 1");
    // Each of several files may have it.
    let ended = console(&format!("{skip} --skip-done {}", more.display()), &[], 0);
    assert_eq!(ended.records().len(), 0);
    assert!(!ended.stderr.contains("--skip-done"), "{}", ended.stderr);
    folder.file("input", "{\"text\":\"a\",\"wait\":0.002}\n");
    let ended = console(&skip, &[], 0);
    assert_eq!(ended.records().len(), 1);
    assert!(!ended.stderr.contains("--skip-done"), "{}", ended.stderr);
}

#[test]
fn a_record_says_what_it_is_known_by_and_what_it_asked() {
    let records = console(&format!("run {} -k", wat("silent")), &["x", "x", "y"], 0).records();
    let of = |at: usize, field: &str| records[at].text(field).to_owned();
    assert_eq!((of(0, "/key"), of(0, "/content")), (of(1, "/key"), of(1, "/content")));
    assert_ne!(of(0, "/content"), of(2, "/content"));
    // Without an id a task is known by all it asks.
    assert_eq!(of(0, "/key"), of(0, "/content"));
    assert!(fixture("silent.wat").is_file());
}
