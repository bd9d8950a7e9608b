//! One run of the folders of its partitions (`polymer merge`): it has the records that one run over
//! all of the input would have, and goes on like one.

use super::support::processes::{self, Seen};
use super::support::{Ended, Record, RunDir, Start, TempFolder, example, wat};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Number of partitions.
const PARTS: usize = 4;
/// Lines of a large input.
const LINES: usize = 20_000;

/// An input of many lines: with ids and without, 200 that are equal, and 50 that fail.
fn lines() -> Vec<String> {
    let module = example("faults");
    let line = |number: usize| match number {
        _ if number % 100 == 7 => format!(r#"{{"module":"{module}","input":{{"do":"ok"}}}}"#),
        _ if number % 400 == 3 => {
            format!(r#"{{ "id": "f-{number}", "module":"{module}",  "input":{{"do":"fail"}}}}"#)
        }
        _ if number.is_multiple_of(2) => {
            format!(r#"{{"id":"t-{number}","module":"{module}","input":{{"do":"ok"}}}}"#)
        }
        _ => format!(r#"{{"module":"{module}","input":{{"do":"ok","n":{number}}}}}"#),
    };
    (0..LINES).map(line).collect()
}

/// What a record says of a task, whatever its line's number was when it was run.
fn facts(record: &Record) -> [String; 4] {
    let text = |pointer: &str| record.text(pointer).to_owned();
    [text("/key"), text("/content"), text("/verdict"), record["/output"].to_string()]
}

fn sorted(records: &[Record]) -> Vec<[String; 4]> {
    let mut all: Vec<_> = records.iter().map(facts).collect();
    all.sort();
    all
}

/// The folders of a run in partitions, in a folder of their own.
struct Parts {
    folder: TempFolder,
    flags: String,
    dirs: Vec<RunDir>,
}

impl Parts {
    /// Of a run of these task records, none of which was run yet.
    fn of(lines: &[String]) -> Self {
        let folder = TempFolder::new();
        let input = folder.file("input.jsonl", lines.join("\n"));
        let flags = format!("-j 2 --tasks {}", input.display());
        Self { folder, flags, dirs: (0..PARTS).map(|_| RunDir::new()).collect() }
    }

    fn start(&self, number: usize) -> Start {
        self.dirs[number - 1].run(&format!("{} --partition hash:{number}/{PARTS}", self.flags))
    }

    fn whole(&self) -> RunDir {
        let whole = RunDir::new();
        whole.run(&format!("{} --keep-order", self.flags)).run("").check(100);
        whole
    }

    fn merge(&self, out: &RunDir, numbers: &[usize]) -> Ended {
        let dirs: Vec<_> = numbers.iter().map(|number| self.dirs[number - 1].path()).collect();
        merge(out.path(), &dirs)
    }
}

fn merge(out: &Path, dirs: &[&Path]) -> Ended {
    let dirs = dirs.iter().fold(String::new(), |text, dir| format!("{text} {}", dir.display()));
    Start::polymer(&format!("merge {}{dirs}", out.display())).run("")
}

fn status(dir: &RunDir) -> Value {
    let ended = Start::polymer(&format!("status {} --json", dir.path().display())).run("").check(0);
    serde_json::from_str(&ended.stdout).unwrap()
}

/// That `out` is a run like `whole`: its records and its sums.
#[track_caller]
fn check_is(out: &RunDir, whole: &RunDir) {
    let records = out.records();
    assert_eq!(sorted(&records), sorted(&whole.records()));
    let summary = |dir: &RunDir| {
        let summary = dir.json("summary.json");
        ["/tasks", "/verdicts", "/complete"].map(|pointer| summary.pointer(pointer).unwrap().clone())
    };
    assert_eq!(summary(out), summary(whole));
}

#[test]
fn merged_partitions_are_one_run() {
    let parts = Parts::of(&lines());
    let whole = parts.whole();
    for number in 1..=PARTS {
        parts.start(number).run("").check(100);
    }
    let out = RunDir::new();
    // One is missing.
    let ended = parts.merge(&out, &[4, 1, 3]).check(106);
    ended.check_says("partitions are missing: 2 of 4");
    let there = status(&out);
    assert_eq!(
        (&there["state"], &there["halt"]),
        (&json!("interrupted"), &json!("partitions are missing: 2 of 4"))
    );
    assert_eq!(out.json("summary.json")["complete"], false);
    // It comes later, with one that is there already.
    let ended = parts.merge(&out, &[2, 3]).check(100);
    ended.check_says("the records of partition 3 are there already");
    ended.check_says("4 partitions of 4 in ");
    check_is(&out, &whole);
    assert!(out.records().is_sorted_by_key(|record| record.number("/seq")));
    assert_eq!(out.failed(), whole.failed());
    let sums = |dir: &RunDir| {
        let summary = dir.json("summary.json");
        ["/session/attempts", "/session/fuel", "/session/most_fuel", "/session/tasks"]
            .map(|pointer| summary.pointer(pointer).unwrap().clone())
    };
    assert_eq!(sums(&out), sums(&whole));
    let there = status(&out);
    assert_eq!(
        (&there["state"], &there["failed"], &there["causes"]),
        (&json!("finished"), &json!(50), &status(&whole)["causes"])
    );
    goes_on_like_one(&out, &whole);
}

/// That all commands about a folder work on it.
fn goes_on_like_one(out: &RunDir, whole: &RunDir) {
    let path = out.path().display();
    out.resume("").run("").check(100);
    check_is(out, whole);
    out.rerun("").run("").check(100).check_says("50 lines to run again");
    out.rerun("--id t-2").run("").check(100);
    check_is(out, whole);
    let export = Start::polymer(&format!("export {path} --fields seq")).run("").check(0);
    assert_eq!(export.stdout.lines().count(), LINES + 1);
    let page = Start::polymer(&format!("report {path} --format markdown")).run("").check(0);
    page.check_says_on_stdout("| ok | 19950 |");
    // Lines were run here, so what comes now might be here already.
    merge(out.path(), &[whole.path()]).check(96);
}

#[test]
fn killed_partitions_whose_input_changed_are_one_run_when_they_are_merged() {
    let mut lines: Vec<String> = lines().into_iter().take(4000).collect();
    let parts = Parts::of(&lines);
    for number in 1..=PARTS {
        let signal = [Signal::SIGKILL, Signal::SIGTERM][number % 2];
        stop_after_records(parts.start(number), &parts.dirs[number - 1], signal, number * 40);
    }
    for number in (0..lines.len()).step_by(17) {
        lines[number] = lines[number].replace("{\"do\":\"ok\"", "{\"do\":\"ok\",\"more\":1");
    }
    for number in 0..100 {
        let new = format!(r#"{{"module":"{}","input":{{"do":"ok","new":{number}}}}}"#, example("faults"));
        lines.insert(number * 30, new);
    }
    parts.folder.file("input.jsonl", lines.join("\n"));
    let whole = parts.whole();
    let out = RunDir::new();
    for number in 1..=PARTS {
        let ended = parts.merge(&out, &[number]);
        ended.check(106).check_says(&format!("partition {number} is not finished: "));
        parts.dirs[number - 1].resume("").run("").check(100);
    }
    parts.merge(&out, &[1, 2, 3, 4]).check(100);
    // The records of lines that are no longer there stand in the partitions, as in any run.
    let gone = |records: Vec<[String; 4]>| {
        let there: BTreeSet<_> = sorted(&whole.records()).into_iter().collect();
        records.into_iter().filter(|record| there.contains(record)).collect::<Vec<_>>()
    };
    assert_eq!(gone(sorted(&out.records())), sorted(&whole.records()));
    let all: usize = parts.dirs.iter().map(|dir| dir.records().len()).sum();
    assert_eq!(out.records().len(), all);
    let sorted_lines = |dir: &RunDir| {
        let mut lines = dir.failed();
        lines.sort();
        lines
    };
    assert_eq!(sorted_lines(&out), sorted_lines(&whole));
}

/// Sends a signal once some records are there, and waits until nothing is left of the run.
fn stop_after_records(start: Start, dir: &RunDir, signal: Signal, records: usize) {
    let results = dir.path().join("results.jsonl");
    let lines = || fs::read(&results).map_or(0, |file| file.iter().filter(|byte| **byte == b'\n').count());
    let mut running = start.start();
    let deadline = running.deadline();
    while running.goes_on(deadline) && lines() < records {
        std::thread::yield_now();
    }
    let workers = processes::workers_of(running.pid());
    running.signal(signal);
    running.end();
    workers.iter().for_each(Seen::check_ends);
}

#[test]
fn folders_of_other_runs_are_refused_and_nothing_is_made() {
    let folder = TempFolder::new();
    let input = folder.file("input", "a\nb\nc\nd\n");
    let other_input = folder.file("other", "a\nb\nc\ne\n");
    let run = |module: &str, input: &Path, flags: &str| {
        let dir = RunDir::new();
        dir.run(&format!("{module} --input {} {flags}", input.display())).run("").check(0);
        dir
    };
    let silent = wat("silent");
    let first = run(&silent, &input, "--partition hash:1/2");
    for (other, why) in [
        (run(&silent, &input, ""), "is not a partition: its run takes all lines of its input"),
        (run(&silent, &input, "--partition hash:2/3"), "partitions were hash:K/2, and here hash:K/3"),
        (run(&silent, &input, "--partition hash:2/2 --fuel 1G"), "--fuel was "),
        (run(&silent, &input, "--partition hash:2/2 --env A=b"), "--env was "),
        (run(&wat("rounds"), &input, "--partition hash:2/2"), "module had the SHA-256 "),
        (run(&silent, &other_input, "--partition hash:2/2"), "the input that was read had the SHA-256 "),
    ] {
        let out = RunDir::new();
        merge(out.path(), &[first.path(), other.path()]).check(96).check_says(why);
        assert!(!out.path().exists());
    }
    let out = RunDir::new();
    merge(out.path(), &[first.path(), out.beside().path()]).check(96).check_says("holds no run");
    merge(first.path(), &[first.path()]).check(96).check_says("is to be merged into itself");
    let second = run(&silent, &input, "--partition hash:2/2");
    merge(first.path(), &[second.path()]).check(96).check_says("holds a run that was not merged");
    merge(out.path(), &[first.path(), second.path()]).check(0);
    let again = RunDir::new();
    merge(again.path(), &[out.path()]).check(96).check_says("was merged of partitions itself");
    assert!(!again.path().exists());
}

/// A folder of Polymer 0.1.0: its `run.json` tells nothing of partitions.
#[test]
fn a_folder_of_version_0_1_0_is_refused_with_a_sentence() {
    let dir = RunDir::new();
    dir.run(&wat("silent")).run("a\n").check(0);
    let mut manifest = dir.json("run.json");
    manifest["polymer"] = "0.1.0".into();
    for later in ["module_files", "rebuilt", "partition", "merged"] {
        manifest.as_object_mut().unwrap().remove(later);
    }
    fs::write(dir.path().join("run.json"), manifest.to_string()).unwrap();
    let out = RunDir::new();
    let ended = merge(out.path(), &[dir.path()]).check(96);
    ended.check_says("is not a partition: its run takes all lines of its input");
    ended.check_says("hint: each folder must be that of a run with `--partition hash:K/N`");
}

#[test]
fn groups_and_points_are_summed_and_budgets_said_to_be_of_partitions() {
    let folder = TempFolder::new();
    let lines: Vec<String> =
        (0..40).map(|number| format!(r#"{{"id":"{number}","team":"t{}","do":"ok"}}"#, number % 3)).collect();
    let input = folder.file("input.jsonl", lines.join("\n"));
    let expected = |number: u32| if number.is_multiple_of(5) { "1" } else { "null" };
    let expected = (0..40).map(|number| format!(r#"{{"expect":{},"points":2}}"#, expected(number)));
    let expected = folder.file("expected.jsonl", expected.collect::<Vec<_>>().join("\n"));
    let flags = format!(
        "{} --id-field id --group-by team --group-fuel 1T --expect {} --input {}",
        example("faults"),
        expected.display(),
        input.display()
    );
    let whole = RunDir::new();
    whole.run(&flags).run("");
    let dirs: Vec<RunDir> = (1..=2)
        .map(|number| {
            let dir = RunDir::new();
            dir.run(&format!("{flags} --partition hash:{number}/2")).run("");
            dir
        })
        .collect();
    let out = RunDir::new();
    let ended = merge(out.path(), &[dirs[0].path(), dirs[1].path()]);
    ended.check_says("each partition was bounded by itself: --group-fuel");
    let groups = |dir: &RunDir| {
        let groups = dir.json("summary.json")["session"]["groups"].clone();
        let sums = |group: &Value| {
            ["tasks", "ok", "attempts", "points", "max_points", "fuel"].map(|name| group[name].clone())
        };
        groups
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, group)| (name.clone(), sums(group)))
            .collect::<Vec<_>>()
    };
    assert_eq!(groups(&out).len(), 3);
    assert_eq!(groups(&out), groups(&whole));
    let judge = |dir: &RunDir| {
        ["tasks", "points", "max_points"]
            .map(|name| dir.json("summary.json")["session"]["judge"][name].clone())
    };
    assert_eq!(judge(&out), judge(&whole));
}

#[test]
fn a_partition_that_somebody_works_on_is_left_out() {
    let parts = Parts::of(&lines()[..9]);
    for number in 1..=PARTS {
        parts.start(number).run("");
    }
    let lock = fs::File::open(parts.dirs[1].path().join("lock")).unwrap();
    lock.lock().unwrap();
    let out = RunDir::new();
    parts.merge(&out, &[1, 2, 3, 4]).check(106).check_says("partition 2 is not finished: still running");
    drop(lock);
    // A copy that broke off is not taken for a whole one.
    let results = parts.dirs[1].path().join("results.jsonl");
    let records = fs::read(&results).unwrap();
    let has_task = !records.is_empty();
    fs::write(&results, [&records[..], b"{\"v\":1,\"id\":"].concat()).unwrap();
    parts.merge(&out, &[2]).check(96).check_says("ends in the middle of a record: 12 bytes");
    fs::write(&results, if has_task { Vec::new() } else { b"{}\n".to_vec() }).unwrap();
    parts.merge(&out, &[2]).check(96);
    fs::write(&results, records).unwrap();
    parts.merge(&out, &[2]).check(100);
}
