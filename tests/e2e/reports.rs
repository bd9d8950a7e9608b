//! `polymer report`, which makes a page of a run's folder.

use super::support::{Ended, RunDir, Start, probe, wat};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Three tasks that end ok, two that panic, and one whose input is no step.
fn run() -> RunDir {
    let dir = RunDir::new();
    let inputs = ["print a", "nothing", "print b", "fails\t\u{1b}[2J", "print c"];
    let task = |(id, input): (usize, &str)| {
        let id = if id == 3 { "it's <b>".to_owned() } else { format!("case/{id}") };
        format!("{}\n", json!({"id": id, "module": probe(), "input": input, "group": "anna"}))
    };
    let tasks = dir.beside().file("tasks", inputs.into_iter().enumerate().map(task).collect::<String>());
    dir.run(&format!("--tasks {} -j 1 --failure-output never", tasks.display())).run("").check(100);
    dir
}

fn report(dir: &RunDir, flags: &[&str]) -> Ended {
    let line = ["report", dir.path().to_str().unwrap()];
    Start::args(line.iter().chain(flags)).run("")
}

/// The data in a page.
#[track_caller]
fn data_of(page: &Path) -> Value {
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn a_page_goes_to_the_folder_and_its_path_is_printed() {
    let dir = run();
    let page = dir.path().join("report.html");
    let ended = report(&dir, &[]).check(0);
    assert_eq!((ended.stdout, ended.stderr), (format!("{}\n", page.display()), String::new()));
    let data = data_of(&page);
    assert_eq!(data["verdicts"], json!([["ok", 3], ["trap", 2]]));
    assert_eq!((&data["state"], &data["is_running"]), (&"Finished".into(), &false.into()));
    let causes = data["causes"].as_array().unwrap();
    assert_eq!((causes.len(), &data["groups"]["rows"][0]["failed"]), (2, &2.into()));
    assert_eq!(causes[0]["text"], "trap (unreachable): no step is called nothing");
    let input: Value = serde_json::from_str(data["causes"][0]["input"].as_str().unwrap()).unwrap();
    assert_eq!(input["input"], "nothing");
    let limits: Vec<_> =
        data["histograms"].as_array().unwrap().iter().map(|one| one["limit"].clone()).collect();
    let limit = &dir.json("run.json")["limits"];
    assert_eq!(
        limits,
        [json!(60_000_000_000_u64), Value::Null, limit["fuel"].clone(), limit["memory"].clone()]
    );
    // The sketch is there for the next page, which is the same.
    assert!(dir.names().contains(&"sketch.json".to_owned()));
    let first = fs::read(&page).unwrap();
    report(&dir, &[]).check(0);
    assert!(first == fs::read(&page).unwrap());
}

#[test]
fn a_command_of_the_page_runs_its_task_again() {
    let dir = run();
    report(&dir, &[]).check(0);
    let data = data_of(&dir.path().join("report.html"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    // Whatever stands in a cause, the command selects that one alone.
    for (cause, word, again) in [(0, "one", vec![2]), (0, "all", vec![2]), (1, "all", vec![4])] {
        let command = text(&data["rerun"]) + &text(&data["causes"][cause][word]);
        let earlier: Vec<(u64, String)> = started(&dir);
        let ended = Start::shell(&command).run("");
        ended.check(100);
        let changed: Vec<u64> = started(&dir)
            .iter()
            .zip(&earlier)
            .filter(|(now, was)| now != was)
            .map(|(now, _)| now.0)
            .collect();
        assert_eq!(changed, again, "{command}");
    }
    // The records are others now, and so is the page.
    report(&dir, &[]).check(0);
    assert_eq!(data_of(&dir.path().join("report.html"))["total"], 5);
}

/// When the last attempt of each task began, by line.
fn started(dir: &RunDir) -> Vec<(u64, String)> {
    let mut started: Vec<_> = dir
        .records()
        .iter()
        .map(|record| (record["/seq"].as_u64().unwrap(), record.text("/started").to_owned()))
        .collect();
    started.sort();
    started
}

#[test]
fn markdown_goes_to_standard_output_and_a_page_where_it_is_told() {
    let dir = run();
    let text = report(&dir, &["--format", "markdown"]).check(0).stdout;
    assert!(text.starts_with("## Run <code>") && text.contains("| trap | 2 | 40.00 % |"), "{text}");
    assert!(!dir.names().contains(&"report.html".to_owned()));
    let page = dir.beside().path().join("there.html");
    let ended = report(&dir, &["-o", page.to_str().unwrap()]).check(0);
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
    assert_eq!(data_of(&page)["total"], 5);
    let whole = report(&dir, &["-o", "-"]).check(0).stdout;
    assert!(whole == fs::read_to_string(&page).unwrap());
}

#[test]
fn two_runs_stand_side_by_side() {
    let text = |inputs: [&str; 4]| {
        let tasks = inputs.iter().enumerate();
        tasks
            .map(|(at, input)| {
                format!("{}\n", json!({"id": format!("t{at}"), "module": probe(), "input": input}))
            })
            .collect::<String>()
    };
    let of = |inputs, code| {
        let dir = RunDir::new();
        dir.run("--tasks - -j 1 --failure-output never").run(text(inputs)).check(code);
        dir
    };
    let before = of(["print a", "nothing", "print b", "print c"], 100);
    let now = of(["nothing", "print a", "print b", "print ccccccccccc"], 100);
    let page = now.beside().path().join("page.html");
    let compare = ["--compare", before.path().to_str().unwrap()];
    report(&now, &[&compare[..], &["-o", page.to_str().unwrap()]].concat()).check(0);
    let comparison = &data_of(&page)["comparison"];
    let ids = |list: &str| -> Vec<Value> {
        comparison[list].as_array().unwrap().iter().map(|task| task[0].clone()).collect()
    };
    assert_eq!((ids("failed_now"), ids("mended")), (vec![json!("t0")], vec![json!("t1")]));
    let text = report(&now, &[&compare[..], &["--format", "markdown"]].concat()).check(0).stdout;
    assert!(text.contains("| <code>t0</code> | 1 | trap |"), "{text}");
    report(&now, &[&compare[..], &["--format", "junit"]].concat()).check(2);
    report(&now, &["--compare", "/nowhere"]).check(96);
}

#[test]
fn build_servers_read_a_case_for_each_task() {
    let text = report(&run(), &["--format", "junit"]).check(0).stdout;
    let counts = counts_of(&text);
    assert_eq!(counts, (5, 2, 2));
    assert!(text.contains("name=\"it&apos;s &lt;b&gt;\""), "{text}");
}

/// Cases, failures that are counted and failures that have an element.
fn counts_of(text: &str) -> (usize, usize, usize) {
    let suite = text.lines().find(|line| line.contains("<testsuite ")).unwrap();
    let failures = suite.split("failures=\"").nth(1).unwrap().split('"').next().unwrap();
    (text.matches("<testcase ").count(), failures.parse().unwrap(), text.matches("<failure ").count())
}

#[test]
fn a_file_of_the_run_is_never_written_over() {
    let dir = run();
    let before = dir.bytes("results.jsonl");
    let results = dir.path().join("results.jsonl");
    report(&dir, &["-o", results.to_str().unwrap()]).check(96);
    assert!(before == dir.bytes("results.jsonl"));
}

#[test]
fn what_is_no_run_is_refused() {
    let dir = RunDir::new();
    fs::create_dir(dir.path()).unwrap();
    report(&dir, &[]).check(96).check_says("holds no run");
    fs::write(dir.path().join("judge.json"), "{}").unwrap();
    report(&dir, &[]).check(2).check_says("is a folder of `polymer judge`");
}

#[test]
fn a_page_can_be_made_while_the_run_goes_on() {
    let dir = RunDir::new();
    let mut run = dir.run(&format!("{} --input-format text -j 1", wat("silent"))).start();
    run.say("a");
    run.say("b");
    let deadline = run.deadline();
    while dir.whole("results.jsonl").iter().filter(|byte| **byte == b'\n').count() < 2 {
        assert!(run.goes_on(deadline));
    }
    let page = dir.beside().path().join("page.html");
    report(&dir, &["-o", page.to_str().unwrap()]).check(0);
    let data = data_of(&page);
    assert_eq!((&data["total"], &data["is_running"]), (&2.into(), &true.into()));
    assert!(!dir.names().contains(&"sketch.json".to_owned()));
    drop(run.take_stdin());
    run.end().check(0);
}
