//! Workers that die: who is charged, what runs again, and that every line still has exactly one
//! record.

use super::support::{Record, Running, Start, by_id, example, processes, wat};
use nix::sys::signal::Signal;
use serde_json::json;
use std::io::Write;

/// Runs `simple` on one worker over `a`, and then over a task that is killed whenever it runs, with
/// two innocents behind it.
fn poisoned(flags: &str, deaths: u32) -> Vec<Record> {
    let line = format!("run {} -j 1 --id-field text --log-level debug {flags}", example("simple"));
    let mut running = Start::polymer(&line).start();
    running.say(r#"{"text":"a"}"#);
    running.record();
    running.say("{\"text\":\"poison\",\"wait\":500}\n{\"text\":\"b\"}\n{\"text\":\"c\"}");
    for attempt in 1..=deaths {
        running.says(&format!("task poison attempt {attempt}: dispatched"));
        let workers = processes::run_workers(running.pid());
        workers.iter().for_each(processes::Seen::kill);
        running.says("task poison is charged");
    }
    running.end().check(100).records()
}

#[test]
fn a_task_that_kills_its_worker_again_and_again_is_quarantined_alone() {
    let records = by_id(poisoned("", 4));
    let poison = &records["poison"];
    poison.check("quarantined", "SIGKILL");
    assert_eq!(poison.number("/attempts"), 4);
    assert_eq!(poison.history(), ["worker_lost"; 3]);
    assert_eq!(poison["/stats/partial"], true);
    assert_eq!(records.len(), 4);
    for id in ["a", "b", "c"] {
        records[id].check_ok(&json!({"text": id, "wait": 0.0, "said": format!("{id} 0.0")}));
        assert_eq!(records[id].number("/attempts"), 1, "{id} was charged");
    }
}

#[test]
fn with_a_crash_limit_of_zero_the_first_death_is_final() {
    let records = by_id(poisoned("--crash-limit 0", 1));
    let poison = &records["poison"];
    poison.check("worker_lost", "SIGKILL");
    assert_eq!((poison.number("/attempts"), poison.history().len()), (1, 0));
    assert_eq!(records.len(), 4);
    assert_eq!(records["b"].verdict(), "ok");
}

#[test]
fn a_worker_that_dies_is_followed_by_a_process_that_stood_by() {
    let mut running = Start::polymer(&format!("run {} -j 1", example("simple"))).start();
    let task = |running: &mut Running| {
        running.say(r#"{"text":"x","wait":1}"#);
        running.record().check_ok(&json!({"text": "x", "wait": 1.0, "said": "x 0.1"}));
        processes::run_workers(running.pid())
    };
    let spare = loop {
        if let [serving, spare] = task(&mut running).as_slice() {
            serving.kill();
            serving.check_ends();
            break spare.pid;
        }
    };
    assert_eq!(task(&mut running).first().map(|worker| worker.pid), Some(spare));
    running.end().check(0).check_says("\nrestarts: 1");
}

/// Kills one run worker; says whether there was one.
fn kill_one(running: &Running, random: &mut fastrand::Rng) -> bool {
    let workers = processes::run_workers(running.pid());
    let Some(worker) = random.choice(&workers) else { return false };
    worker.kill();
    true
}

#[test]
fn a_storm_of_kills_costs_no_record_and_doubles_none() {
    const TASKS: usize = 1000;
    let seed = fastrand::u64(..);
    let mut random = fastrand::Rng::with_seed(seed);
    let line = format!("run {} -j 3 --failure-output never", example("simple"));
    let mut running = Start::polymer(&line).start();
    let mut stdin = running.take_stdin();
    for task in 0..TASKS {
        writeln!(stdin, r#"{{"text":"{task}","wait":0.2}}"#).unwrap();
    }
    drop(stdin);
    let (mut records, mut kills) = (Vec::new(), 0);
    while records.len() < TASKS {
        records.push(running.record());
        if records.len() % 33 == 0 && records.len() < 950 {
            kills += u32::from(kill_one(&running, &mut random));
        }
    }
    let ended = running.end().check(0);
    assert!(kills >= 20, "only {kills} kills");
    assert_eq!(ended.records().len(), TASKS, "seed {seed}");
    let lost = records.iter().filter(|record| record.history().contains(&"worker_lost")).count();
    assert!(lost > 0, "no task was ever hit, seed {seed}");
    for (id, record) in by_id(records) {
        assert_eq!(record.verdict(), "ok", "task {id}, seed {seed}: {record:?}");
    }
    ended.check_says("Ran 1000 tasks in ");
    let restarts = ended.stderr.lines().find_map(|line| line.strip_prefix("restarts: ")).unwrap();
    let restarts: u32 = restarts.split_once(';').map_or(restarts, |(count, _)| count).parse().unwrap();
    assert!(restarts >= 10, "{restarts} restarts after {kills} kills");
}

#[test]
fn processes_that_cannot_be_started_end_the_run_with_a_reason() {
    // Too few descriptors for a worker, whose start takes several.
    let line = format!("ulimit -n 15; yes | head -n 3 | polymer run {} -j 4", wat("silent"));
    let ended = Start::shell(&line).run("").check(96);
    assert_eq!(ended.stdout, "");
    ended.check_says("error: worker processes cannot be started: ");
    ended.check_says("the limit on open files (RLIMIT_NOFILE, `ulimit -n`) is 15");
    ended.check_says("hint: `ulimit -n 1024` would do");
}

/// A machine without memory to give is no fault of a task's, nor of its module's.
#[test]
fn what_the_machine_refuses_costs_a_worker_and_no_task_is_charged() {
    // One that asks the system for memory each time.
    let mut running = Start::polymer(&format!("run {} -j 1", wat("many_memories"))).start();
    running.say("first");
    running.record().check_ok(&json!(""));
    processes::run_workers(running.pid()).iter().for_each(processes::Seen::starve);
    running.say("second");
    let record = running.record();
    record.check_ok(&json!(""));
    assert!(record.history().is_empty(), "{record:?}");
    assert_eq!(record.number("/attempts"), 1);
    let ended = running.end().check(0);
    ended.check_says("no task is charged, 1 task back in the queue");
    ended.check_says("the machine refused what a worker needs");
}

#[test]
fn a_worker_that_is_ended_for_a_forbidden_system_call_raises_an_alarm() {
    let line = format!("run {} -j 1 --crash-limit 0 --log-level debug", example("simple"));
    let mut running = Start::polymer(&line).start();
    running.say(r#"{"text":"x","wait":500}"#);
    running.says("attempt 1: dispatched");
    // As seccomp ends it.
    for worker in processes::run_workers(running.pid()) {
        worker.signal(Signal::SIGSYS);
    }
    running.says("a guest may be trying to escape");
    let record = running.record();
    record.check("worker_lost", "sandbox");
    record.check_wall("kernel");
    running.end().check(100);
}
