//! An input that several runs share (`--partition`): together they have the records of one run, and
//! each of them is a run of its own that goes on with its own lines.

use super::support::processes::{self, Seen};
use super::support::{Record, RunDir, Start, TempFolder, example, wat};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Number of partitions.
const PARTS: usize = 4;

/// An input that has all that matters: ids and none, equal lines, blank lines, failing lines, and
/// lines that are no tasks.
fn input() -> String {
    let mut lines = Vec::new();
    for number in 0..60 {
        lines.push(format!(r#"{{"id":"task-{}","do":"ok"}}"#, number % 25));
        lines.push(format!(r#"{{ "do":"fail", "id": {number} }}"#));
        lines.push(r#"{"do":"ok"}"#.to_owned());
        lines.push(String::new());
        lines.push(format!(r#"{{"do":"ok","id":"\u0061{number}"}}"#));
        lines.push(format!("no json {}", number % 3));
    }
    lines.join("\n")
}

/// What a record says of a task, as far as two runs can agree on it.
fn facts(record: &Record) -> (u64, String, String, String, String) {
    let text = |pointer: &str| record.text(pointer).to_owned();
    let key = text("/key");
    (record.number("/seq"), text("/id"), key, text("/verdict"), record["/output"].to_string())
}

fn sorted(records: &[Record]) -> Vec<(u64, String, String, String, String)> {
    let mut all: Vec<_> = records.iter().map(facts).collect();
    all.sort();
    all
}

/// The folders of all partitions, as `run` leaves them.
fn divided(parts: usize, run: impl Fn(&RunDir, usize)) -> Vec<RunDir> {
    (1..=parts)
        .map(|number| {
            let dir = RunDir::new();
            run(&dir, number);
            dir
        })
        .collect()
}

fn together(parts: &[RunDir]) -> Vec<Record> {
    parts.iter().flat_map(RunDir::records).collect()
}

/// That equal ids and equal lines are in one part each.
#[track_caller]
fn check_stays_together(parts: &[RunDir], records: &[Record]) {
    let mut placed = BTreeSet::new();
    for part in parts {
        let keys: BTreeSet<String> =
            part.records().iter().map(|record| record.text("/key").to_owned()).collect();
        for key in keys {
            assert!(placed.insert(key.clone()), "{key} is in two partitions");
        }
    }
    assert!(placed.len() < records.len(), "there are equal lines");
}

#[test]
fn partitions_together_have_the_records_of_one_run() {
    let folder = TempFolder::new();
    let input = folder.file("input.jsonl", input());
    let flags = format!("{} -j 2 --id-field id --input {}", example("faults"), input.display());
    let whole = RunDir::new();
    whole.run(&flags).run("").check(100);
    let expected = sorted(&whole.records());
    let parts = divided(PARTS, |dir, number| {
        let ended = dir.run(&format!("{flags} --partition hash:{number}/{PARTS}")).run("").check(100);
        let others = expected.len() - dir.records().len();
        ended.check_says(&format!("lines of other partitions: {others}"));
        assert_eq!(dir.json("summary.json")["session"]["other_lines"], others);
        let said = json!({"by": "hash", "k": number, "of": PARTS, "other_lines": others});
        assert_eq!(dir.json("run.json")["partition"], said);
    });
    let all = together(&parts);
    assert_eq!(sorted(&all), expected);
    check_stays_together(&parts, &all);
    let sizes: Vec<usize> = parts.iter().map(|part| part.records().len()).collect();
    assert!(sizes.iter().all(|size| *size > 20), "{sizes:?}");
    // Each has read the input whole, and says which it was.
    for part in &parts {
        for name in ["path", "sha256", "bytes"] {
            assert_eq!(part.json("run.json")["input"][name], whole.json("run.json")["input"][name]);
        }
    }
    let mut failed: Vec<String> = parts.iter().flat_map(RunDir::failed).collect();
    let mut expected = whole.failed();
    failed.sort();
    expected.sort();
    assert_eq!(failed, expected);
}

#[test]
fn task_records_are_divided_by_their_ids() {
    let line = |id: &str| format!("{{{id}\"module\":\"{}\",\"input\":1}}", wat("silent"));
    let lines = ["\"id\":\"a\",", "", "\"id\":7,", "\"id\":\"b\",", "", "\"id\":\"a\","].map(line);
    let run = |flags: &str| {
        let ended = Start::polymer(&format!("run --tasks - {flags}")).run(lines.join("\n"));
        ended.check(0).records()
    };
    let parts: Vec<Vec<Record>> =
        (1..=3).map(|number| run(&format!("--partition hash:{number}/3"))).collect();
    let of = |seq: u64| parts.iter().position(|part| part.iter().any(|record| record.number("/seq") == seq));
    assert_eq!((of(1), of(2)), (of(6), of(5)), "equal ids and equal lines go together");
    assert_eq!(sorted(&parts.into_iter().flatten().collect::<Vec<_>>()), sorted(&run("")));
}

#[test]
fn a_partition_is_a_run_that_goes_on_with_its_own_lines() {
    let (dir, number) = (RunDir::new(), 2);
    let input = dir.beside().file("input.jsonl", input());
    let flags = format!("{} -j 2 --id-field id --input {}", example("faults"), input.display());
    let partition = format!("--partition hash:{number}/{PARTS}");
    dir.run(&format!("{flags} {partition} --max-fail 1")).run("").check(106);
    let before = dir.records().len();
    dir.resume("--max-fail 1000").run("").check(100).check_says("lines of other partitions: ");
    let records = dir.records();
    assert!(before < records.len(), "{before} of {}", records.len());
    let status = Start::polymer(&format!("status {}", dir.path().display())).run("").check(0);
    let others = dir.json("run.json")["partition"]["other_lines"].as_u64().unwrap();
    status.check_says_on_stdout(&format!("partition  2 of 4, by hash; {others} lines of others"));
    let status = Start::polymer(&format!("status {} --json", dir.path().display())).run("").check(0);
    let status: Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!(status["partition"], dir.json("run.json")["partition"]);
    dir.rerun("").run("").check(100);
    dir.rerun("--verdict ok").run("").check(100);
    assert_eq!(sorted(&dir.records()), sorted(&records));
    let export = Start::polymer(&format!("export {} --fields seq", dir.path().display())).run("").check(0);
    assert_eq!(export.stdout.lines().count(), records.len() + 1);
    Start::polymer(&format!("report {} -o -", dir.path().display())).run("").check(0);
}

#[test]
fn the_folder_of_a_partition_takes_no_other_lines() {
    let dir = RunDir::new();
    let input = dir.beside().file("input.jsonl", input());
    let flags = format!("{} --id-field id --input {}", example("faults"), input.display());
    dir.run(&format!("{flags} --partition hash:2/4")).run("").check(100);
    let records = sorted(&dir.records());
    for (partition, is) in [("hash:1/4", "partition 1 of 4"), ("hash:2/5", "partition 2 of 5")] {
        for ended in [
            dir.resume(&format!("--partition {partition}")).run(""),
            dir.resume(&format!("--force --partition {partition}")).run(""),
            dir.rerun(&format!("--partition {partition}")).run(""),
            dir.run(&format!("{flags} --resume --partition {partition}")).run(""),
        ] {
            ended.check(96).check_says(&format!("takes partition 2 of 4, not {is}: "));
        }
    }
    dir.run(&format!("{flags} --resume")).run("").check(96).check_says("not all of the input: ");
    dir.resume("--partition hash:2/4").run("").check(100);
    assert_eq!(sorted(&dir.records()), records);
    let whole = RunDir::new();
    whole.run(&flags).run("").check(100);
    let ended = whole.resume("--partition hash:2/4").run("").check(96);
    ended.check_says("takes all of the input, not partition 2 of 4: ");
}

#[test]
fn a_scheduler_says_which_partition_a_run_takes() {
    let dir = RunDir::new();
    let input = dir.beside().file("input", "a\nb\nc\nd\ne\nf\n");
    let flags = format!("{} --input {}", wat("silent"), input.display());
    let auto = format!("{flags} --partition auto:3");
    let ended = Start::polymer(&format!("run {auto}")).run("").check(2);
    for name in ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX", "CI_NODE_INDEX"]
    {
        ended.check_says(name);
    }
    let seqs = |start: Start| sorted(&start.run("").check(0).records());
    for (name, index) in [("SLURM_ARRAY_TASK_ID", "2"), ("JOB_COMPLETION_INDEX", "1")] {
        let given = seqs(Start::polymer(&format!("run {flags} --partition hash:2/3")));
        assert_eq!(seqs(Start::polymer(&format!("run {auto}")).env(name, index)), given);
    }
    let other = Start::polymer(&format!("run {auto}"))
        .env("SLURM_ARRAY_TASK_ID", "1")
        .env("SLURM_ARRAY_TASK_COUNT", "4");
    other.run("").check(2).check_says("SLURM_ARRAY_TASK_COUNT is 4");
    // What was chosen is kept: wherever the folder is resumed, and from a variable of ours.
    let start = dir.run(&flags).env("POLYMER_PARTITION", "auto:3").env("CI_NODE_INDEX", "3");
    start.run("").check(0);
    assert_eq!(dir.json("run.json")["settings"]["partition"], json!(["hash:3/3"]));
    dir.resume("").env("CI_NODE_INDEX", "1").run("").check(0);
    dir.run(&format!("{auto} --resume")).env("CI_NODE_INDEX", "3").run("").check(0);
    dir.run(&format!("{auto} --resume")).env("CI_NODE_INDEX", "1").run("").check(96);
}

#[test]
fn what_has_no_lines_to_share_is_refused() {
    let refused = |line: &str, why: &str| Start::polymer(line).run("").check(2).check_says(why);
    let silent = wat("silent");
    refused(
        &format!("run {silent} --input-format whole --partition hash:1/2"),
        "there are no lines to share",
    );
    refused("run --tasks - --client --partition hash:1/2", "cannot be used with");
    refused(&format!("run {silent} --partition hash:3/2"), "there is no partition 3 of 2");
    refused(&format!("run {silent} --partition 1/2"), "write hash:K/N");
}

/// A run of many short lines, of which some fail, in four partitions: each is killed or told to
/// stop after some record, and resumed, until it comes to its end.
#[test]
fn partitions_that_are_killed_and_resumed_have_the_records_of_one_run() {
    let folder = TempFolder::new();
    let lines: Vec<String> = (0..400)
        .map(|number| match number % 8 {
            0 => r#"{"do":"ok"}"#.to_owned(),
            1 => format!(r#"{{"do":"fail","n":{number}}}"#),
            _ => format!(r#"{{"do":"ok","n":{number}}}"#),
        })
        .collect();
    let input = folder.file("input.jsonl", lines.join("\n"));
    let flags = format!("{} -j 2 --input {}", example("faults"), input.display());
    let whole = RunDir::new();
    whole.run(&flags).run("").check(100);
    let parts = divided(PARTS, |dir, number| {
        let start = dir.run(&format!("{flags} --partition hash:{number}/{PARTS}"));
        let signal = [Signal::SIGKILL, Signal::SIGTERM][number % 2];
        stop_after_a_record(start, &dir.path().join("results.jsonl"), signal);
        dir.resume("").run("").check(100);
    });
    assert_eq!(sorted(&together(&parts)), sorted(&whole.records()));
}

/// Sends a signal once a record is there, and waits until nothing is left of the run.
fn stop_after_a_record(start: Start, results: &Path, signal: Signal) {
    let mut running = start.start();
    let deadline = running.deadline();
    while running.goes_on(deadline) && std::fs::metadata(results).map_or(0, |file| file.len()) == 0 {
        std::thread::yield_now();
    }
    let workers = processes::workers_of(running.pid());
    running.signal(signal);
    running.end();
    workers.iter().for_each(Seen::check_ends);
}
