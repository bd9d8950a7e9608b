//! Groups of tasks: fair shares, tasks at a time, budgets, failures, and the file that says what
//! each group may have.

use super::support::{Record, RunDir, Start, TempFolder, by_id, example, wat};
use serde_json::{Value, json};

/// A task of a group, for a module of tests.
fn task(id: &str, group: &str, module: &str, input: &Value) -> Value {
    json!({"id": id, "group": group, "module": module, "input": input})
}

fn lines_of(tasks: &[Value]) -> String {
    let lines: Vec<String> = tasks.iter().map(Value::to_string).collect();
    lines.join("\n")
}

/// Records of these tasks, in the order in which they ended.
fn run(tasks: &[Value], flags: &str, code: i32) -> Vec<Record> {
    let folder = TempFolder::new();
    let file = folder.file("tasks.jsonl", lines_of(tasks));
    let line = format!("run --tasks {} {flags}", file.display());
    Start::polymer(&line).run("").check(code).records()
}

fn flood(module: &str, count: usize) -> Vec<Value> {
    (0..count).map(|number| task(&format!("f{number}"), "flood", module, &json!("a"))).collect()
}

/// Place of a task among those that ended.
fn place(records: &[Record], id: &str) -> usize {
    records.iter().position(|record| record.id() == id).unwrap()
}

#[test]
fn a_quiet_group_does_not_wait_for_a_flood() {
    let count = example("wordcount");
    let mut tasks = flood(&count, 1500);
    tasks.push(task("quiet", "quiet", &count, &json!("a")));
    let records = run(&tasks, "-j 1", 0);
    assert_eq!(records.len(), 1501);
    // What was sent ahead is not recalled.
    assert!(place(&records, "quiet") < 1400, "{}", place(&records, "quiet"));
}

#[test]
fn a_module_of_a_quiet_group_comes_before_that_of_a_flood() {
    let (faults, count) = (example("faults"), example("wordcount"));
    // Each works for some 20 ms, and a worker stays with its module for 250.
    let spin = json!({"do": "spin"});
    let mut tasks: Vec<Value> =
        (0..100).map(|number| task(&format!("f{number}"), "flood", &faults, &spin)).collect();
    tasks.push(task("quiet", "quiet", &count, &json!("a")));
    let records = run(&tasks, "-j 2 --fuel 40M", 100);
    assert_eq!(records.len(), 101);
    assert!(place(&records, "quiet") < 90, "{}", place(&records, "quiet"));
    assert_eq!(by_id(records)["quiet"].verdict(), "ok");
}

#[test]
fn no_more_tasks_of_a_group_are_sent_than_may_be() {
    let dir = RunDir::new();
    let count = example("wordcount");
    let tasks = dir.beside().file("tasks.jsonl", lines_of(&flood(&count, 40)));
    dir.run(&format!("--tasks {} -j 3 --group-tasks 1", tasks.display())).run("").check(0);
    let mut out = 0_u32;
    for event in dir.events() {
        match event["event"].as_str() {
            Some("attempt_started") => {
                out += 1;
                assert_eq!(out, 1, "{event}");
            }
            Some("task_done") => out -= 1,
            _ => {}
        }
    }
    assert_eq!(dir.records().len(), 40);
}

#[test]
fn a_budget_of_fuel_ends_its_group_and_no_other() {
    let dir = RunDir::new();
    let count = example("wordcount");
    let mut tasks = flood(&count, 300);
    tasks.push(task("other", "other", &count, &json!("a")));
    let tasks = dir.beside().file("tasks.jsonl", lines_of(&tasks));
    let groups = dir.beside().file("groups.toml", "[groups.flood]\nbudget = { fuel = 1 }\n");
    let line = format!("--tasks {} --groups {} -j 1", tasks.display(), groups.display());
    let ended = dir.run(&line).run("").check(100);
    ended.check_says("group flood stopped: its fuel budget of 1 is used up");
    // Those that were canceled for it have one cause.
    let canceled = ended.stderr.lines().filter(|line| line.contains(": canceled (group_budget): "));
    assert!((1..10).contains(&canceled.count()), "{}", ended.stderr);
    ended.check_says("299 × canceled (group_budget): ");
    let records = by_id(dir.records());
    assert_eq!(records.len(), 301);
    assert_eq!(records["other"].verdict(), "ok");
    // Nothing is known of the module before the first of its tasks ended, so one was sent.
    records["f0"].check("ok", "");
    records["f299"].check("canceled", "group_budget");
    records["f299"].check_message("\"flood\"");
    let group = dir.json("summary.json")["session"]["groups"]["flood"].clone();
    assert_eq!((&group["ok"], &group["stopped"]["code"]), (&json!(1), &json!("group_budget")));
    assert_eq!(group["stopped"]["fuel_budget"], json!(1));
    let stopped = dir.events().into_iter().filter(|event| event["event"] == "group_stopped");
    let stopped: Vec<Value> = stopped.collect();
    assert_eq!((stopped.len(), &stopped[0]["group"]), (1, &json!("flood")));
}

#[test]
fn a_budget_of_cpu_time_ends_its_group() {
    let module = wat("hostile/spin");
    let mut tasks: Vec<Value> =
        (0..20).map(|number| task(&format!("f{number}"), "flood", &module, &json!("a"))).collect();
    tasks.push(task("other", "other", &module, &json!("a")));
    // Each spins until its time is over.
    let records = by_id(run(&tasks, "-j 1 --timeout 50ms --no-confirm-timeouts --group-cpu 40ms", 100));
    records["f19"].check("canceled", "group_budget");
    assert_eq!(records["other"].verdict(), "timeout", "it has a budget of its own");
}

#[test]
fn failures_of_a_group_end_it_and_not_the_run() {
    let exit = example("exitcode");
    let mut tasks: Vec<Value> =
        (0..300).map(|number| task(&format!("f{number}"), "bad", &exit, &json!("3"))).collect();
    tasks.push(task("good", "good", &exit, &json!("0")));
    let records = by_id(run(&tasks, "-j 1 --group-tasks 5 --group-max-fail 2 --max-fail 20", 100));
    assert_eq!(records.len(), 301);
    records["f299"].check("canceled", "group_failed");
    assert_eq!(records["good"].verdict(), "ok");
}

#[test]
fn tasks_of_a_group_have_its_limits() {
    let folder = TempFolder::new();
    let count = example("wordcount");
    let groups = folder.file("groups.toml", "[groups.small.limits]\nfuel = 10\ninput = 3\n");
    let asks = |id: &str, limits: Value| {
        let mut task = task(id, "small", &count, &json!("a"));
        task.as_object_mut().unwrap().insert("limits".to_owned(), limits);
        task
    };
    let tasks = [
        task("small", "small", &count, &json!("a")),
        task("long", "small", &count, &json!("abcdefgh")),
        task("other", "other", &count, &json!("abcdefgh")),
        asks("wide", json!({"fuel": 11})),
    ];
    let records = by_id(run(&tasks, &format!("--groups {}", groups.display()), 100));
    assert_eq!(records["small"].verdict(), "fuel_exhausted");
    records["long"].check("bad_input", "too_long");
    records["long"].check_message("its group has that limit");
    assert_eq!(records["other"].verdict(), "ok");
    records["wide"].check("policy_denied", "limit");
    records["wide"].check_message("its group allows 10");
}

#[test]
fn flags_without_a_group_change_nothing() {
    let line = format!("run {} --group-tasks 1 --group-fuel 1 --group-max-fail 1", example("wordcount"));
    let records = Start::polymer(&line).run("a\nb\nc\n").check(0).records();
    assert!(records.len() == 3 && records.iter().all(|record| record.verdict() == "ok"));
}

#[test]
fn a_file_of_groups_that_is_wrong_is_told_with_its_line() {
    let folder = TempFolder::new();
    let count = example("wordcount");
    for (text, says) in [
        ("[default]\nwieght = 2\n", "groups.toml, line 2: [default]: unknown key `wieght`"),
        ("[default]\nweight = 2000\n", "a weight is a whole number from 1 to 1000"),
        ("[default.limits]\nfuel = \"90G\"\n", "more than the run allows"),
        ("[default\n", "groups.toml, line 1: "),
    ] {
        let groups = folder.file("groups.toml", text);
        let line = format!("run {count} --groups {}", groups.display());
        Start::polymer(&line).run("a\n").check(2).check_says(says);
    }
    Start::polymer(&format!("run {count} --groups /nowhere/g.toml")).run("").check(2).check_says("/nowhere");
    for flag in ["--group-tasks 0", "--group-max-fail 0", "--group-fuel x", "--group-cpu -1"] {
        Start::polymer(&format!("run {count} {flag}")).run("").check(2);
    }
}

#[test]
fn a_run_goes_on_with_the_groups_that_it_was_started_with() {
    let dir = RunDir::new();
    let place = dir.beside();
    let count = example("wordcount");
    let tasks = place.file("tasks.jsonl", lines_of(&flood(&count, 3)));
    let groups = place.file("groups.toml", "[default]\nmax_fail = 9\n");
    let line = format!("--tasks {} --groups {}", tasks.display(), groups.display());
    dir.run(&line).run("").check(0);
    assert_eq!(dir.json("run.json")["settings"]["groups"], json!([groups.display().to_string()]));
    dir.resume("").run("").check(0);
    let other = place.file("other.toml", "");
    dir.resume(&format!("--groups {}", other.display())).run("").check(96).check_says("--groups was");
}
