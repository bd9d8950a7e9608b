//! Supervisors that are killed at random moments while what the tasks ask changes under their
//! names: lines come, go, change places and change, many inputs are equal, and what ended is run
//! again in between.
//!
//! What a task is called is told by the number of the line at which a session began it, and what it
//! asked by what it printed.

use super::super::support::{Ended, RunDir, Start, probe};
use super::{Longest, let_pass, random, rounds, until_grown};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

/// Kills where nobody says how many.
const USUAL: u32 = 30;
/// The most bytes of events that a session writes before it is killed, where no clock says when.
const MORE_EVENTS: usize = 20_000;
/// Names that a run may have lines of.
const NAMES: usize = 300;

/// A way to call tasks and to give their inputs.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// `--input-format file`.
    Paths,
    /// Task records with ids.
    Records,
    /// Task records without ids, whose inputs are in files.
    Files,
}

/// What a task asks, in its n-th form. Each third form does not end ok. Tasks of one form ask the
/// same.
fn input(form: usize) -> String {
    if form.is_multiple_of(3) {
        format!("log form {form}\nnosuch step")
    } else {
        format!("print form {form}")
    }
}

/// What is known of the input: the names in the order of their lines, and what each asks.
struct Inputs {
    kind: Kind,
    names: Vec<usize>,
    forms: Vec<usize>,
}

impl Inputs {
    fn new(kind: Kind) -> Self {
        Self { kind, names: (0..NAMES / 2).collect(), forms: vec![1; NAMES] }
    }

    fn line(&self, name: usize) -> String {
        let file = format!("file-{name}");
        match self.kind {
            Kind::Paths => file,
            Kind::Records => {
                json!({"id": name, "module": "probe.wasm", "input": input(self.forms[name])}).to_string()
            }
            Kind::Files => json!({"module": "probe.wasm", "input_file": file}).to_string(),
        }
    }

    fn put(&self, dir: &RunDir) {
        for (name, form) in self.forms.iter().enumerate() {
            dir.beside().file(&format!("file-{name}"), input(*form));
        }
        dir.beside().file("lines", self.names.iter().map(|name| self.line(*name) + "\n").collect::<String>());
    }

    fn change(&mut self, random: &mut fastrand::Rng) {
        for _ in 0..random.usize(0..10) {
            let at = random.usize(0..self.names.len());
            self.names.remove(at);
        }
        for _ in 0..random.usize(0..20) {
            let name = random.usize(0..NAMES);
            if !self.names.contains(&name) {
                self.names.insert(random.usize(0..=self.names.len()), name);
            }
        }
        for _ in 0..random.usize(0..NAMES / 2) {
            self.forms[random.usize(0..NAMES)] = random.usize(1..7);
        }
        match random.u8(0..4) {
            0 => random.shuffle(&mut self.names),
            1 => self.names.reverse(),
            _ => {}
        }
    }
}

/// A run's folder with what is known of it.
struct Kept {
    dir: RunDir,
    /// What each task is called, by its key.
    names: HashMap<String, usize>,
    /// The form of the record that each task has.
    records: BTreeMap<usize, usize>,
    /// Bytes of events that were looked at.
    events: usize,
    /// A rerun was begun, and not finished.
    is_rerun: bool,
}

impl Kept {
    fn begin(&self, random: &mut fastrand::Rng, inputs: &Inputs) -> Start {
        let order = if random.bool() { "-k" } else { "" };
        let flags = match inputs.kind {
            Kind::Paths => "probe.wasm --input-format file --input lines",
            Kind::Records | Kind::Files => "--tasks lines",
        };
        let there = self.dir.beside().path().display();
        let quiet = "--failure-output never --cache-dir cache --crash-limit 50";
        Start::shell(&format!("cd {there} && exec polymer run {flags} -j 2 {order} {quiet} --run-dir run"))
    }

    fn go_on(&mut self, random: &mut fastrand::Rng, inputs: &Inputs) -> Start {
        if !self.dir.holds_run() {
            return self.begin(random, inputs);
        }
        if !self.is_rerun && random.u8(0..6) == 0 {
            self.is_rerun = true;
            let which = random.choice(["--verdict ok", "", "--verdict ok,task_error,trap"]).unwrap();
            return self.dir.rerun(which);
        }
        self.dir.resume("")
    }

    /// Looks at what a session left. Says how many tasks it began.
    fn check(&mut self, inputs: &Inputs, what: &str) -> usize {
        let events = self.dir.whole("events.jsonl");
        let news = String::from_utf8(events[self.events..].to_vec()).unwrap();
        self.events = events.len();
        let mut began = 0;
        for event in news.lines() {
            let event: Value = serde_json::from_str(event).unwrap();
            if event["event"] != "attempt_started" {
                continue;
            }
            began += 1;
            let key = event["key"].as_str().unwrap().to_owned();
            let seq = usize::try_from(event["seq"].as_u64().unwrap()).unwrap();
            if self.is_rerun && self.names.contains_key(&key) {
                // A line that was taken back has the number it had then.
                continue;
            }
            let name = inputs.names[seq - 1];
            assert_eq!(*self.names.entry(key).or_insert(name), name, "{what}: one key, two names");
            let ended = self.records.get(&name) == Some(&inputs.forms[name]);
            assert!(!ended, "{what}: file-{name} ran again, and had not changed");
        }
        let before = std::mem::take(&mut self.records);
        self.records = self.standing(what);
        if !self.is_rerun {
            for (name, form) in &before {
                let now = self.records.get(name);
                let stands = now == Some(form) || now == Some(&inputs.forms[*name]);
                assert!(stands, "{what}: file-{name} had form {form} and has {now:?}");
            }
        }
        began
    }

    /// The form of the record of each task that has one that stands.
    fn standing(&self, what: &str) -> BTreeMap<usize, usize> {
        let records: Vec<Value> = String::from_utf8(self.dir.whole("results.jsonl"))
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let mut replaced = HashMap::<(String, String), usize>::new();
        for record in records.iter().filter(|record| record.get("replaces").is_some()) {
            *replaced.entry((text(record, "key"), text(record, "replaces"))).or_default() += 1;
        }
        let mut standing = BTreeMap::new();
        for record in &records {
            let known = (text(record, "key"), text(record, "content"));
            if let Some(left) = replaced.get_mut(&known).filter(|left| **left > 0) {
                *left -= 1;
                continue;
            }
            let name = self.names[&known.0];
            let had = standing.insert(name, form(record));
            assert_eq!(had, None, "{what}: file-{name} has two records");
        }
        standing
    }

    /// That every line has its record now, of what it asks now, and that nothing is left of what
    /// was replaced.
    fn check_complete(&mut self, inputs: &Inputs, what: &str) {
        for name in &inputs.names {
            let has = self.records.get(name);
            assert_eq!(has, Some(&inputs.forms[*name]), "{what}: the record of file-{name}");
        }
        let results = String::from_utf8(self.dir.bytes("results.jsonl")).unwrap();
        assert!(!results.contains(r#","replaces":"#), "{what}");
        let failed: Vec<String> = results
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .filter(|record| record["verdict"] != "ok")
            .map(|record| {
                let name = self.names[record["key"].as_str().unwrap()];
                match inputs.kind {
                    // What it said then.
                    Kind::Records => {
                        json!({"id": name, "module": "probe.wasm", "input": input(form(&record))}).to_string()
                    }
                    Kind::Paths | Kind::Files => inputs.line(name),
                }
            })
            .collect();
        assert_eq!(self.dir.failed(), failed, "{what}");
        let summary = self.dir.json("summary.json");
        let tasks = self.records.len();
        assert_eq!((&summary["complete"], &summary["tasks"]), (&true.into(), &tasks.into()), "{what}");
        assert!(!self.dir.names().contains(&"again.jsonl".to_owned()), "{what}");
        self.is_rerun = false;
    }
}

fn text(record: &Value, name: &str) -> String {
    record[name].as_str().unwrap_or_else(|| panic!("no {name} in {record}")).to_owned()
}

/// The form of the task that a record is of, as it said itself.
fn form(record: &Value) -> usize {
    let said = if record["verdict"] == "ok" { &record["output"] } else { &record["log"]["text"] };
    let said = said.as_str().unwrap_or_else(|| panic!("{record}"));
    let form = said.lines().find_map(|line| line.strip_prefix("form ")).unwrap_or_else(|| panic!("{record}"));
    form.trim().parse().unwrap()
}

/// How long a run over some names takes here, the half of it to start.
fn usual_time() -> Duration {
    let (inputs, dir) = (Inputs::new(Kind::Records), RunDir::new());
    inputs.put(&dir);
    fs::copy(probe(), dir.beside().path().join("probe.wasm")).unwrap();
    let line = format!("run --tasks {}/lines -j 2", dir.beside().path().display());
    let begun = Instant::now();
    Start::polymer(&line).run("").check(0);
    begun.elapsed()
}

#[test]
fn each_task_has_the_record_of_what_it_asked_last_and_nothing_that_ended_runs_again() {
    let (mut random, seed) = random();
    let kills = rounds(USUAL);
    let mut longest = Longest(usual_time());
    let (mut killed, mut early, mut complete, mut reruns) = (0, 0, 0, 0);
    for kind in [Kind::Paths, Kind::Records, Kind::Files].into_iter().cycle() {
        let mut inputs = Inputs::new(kind);
        let dir = RunDir::new();
        fs::copy(probe(), dir.beside().path().join("probe.wasm")).unwrap();
        let mut kept =
            Kept { dir, names: HashMap::new(), records: BTreeMap::new(), events: 0, is_rerun: false };
        // Three times to its end, however often that is cut short.
        let mut ends = 0;
        while ends < 3 {
            inputs.change(&mut random);
            inputs.put(&kept.dir);
            let was_rerun = kept.is_rerun;
            let mut running = kept.go_on(&mut random, &inputs).start();
            let what = format!("seed {seed}, {kind:?}, kill {killed}");
            let is_rerun = kept.is_rerun && !was_rerun;
            reruns += u32::from(is_rerun);
            let is_timed = random.bool();
            let (moment, goes_on) = if is_timed {
                (format!("{:?}", let_pass(&mut random, longest.0)), true)
            } else {
                let bytes = kept.events + random.usize(0..MORE_EVENTS);
                let events = kept.dir.path().join("events.jsonl");
                (format!("{bytes} bytes of events"), until_grown(&mut running, &events, bytes))
            };
            let what = format!("{what} after {moment}, rerun: {is_rerun}");
            if goes_on && killed < kills {
                running.signal(Signal::SIGKILL);
            }
            let ended: Ended = running.end();
            let began = kept.check(&inputs, &what);
            if ended.status.signal() == Some(9) {
                killed += 1;
                if began == 0 {
                    early += 1;
                }
                if began == 0 && is_timed {
                    longest.was_early();
                }
                continue;
            }
            if is_timed {
                longest.was_late();
            }
            if is_rerun {
                // It leaves alone what changed and what is new, and is over.
                kept.is_rerun = kept.dir.names().contains(&"again.jsonl".to_owned());
                continue;
            }
            let code = ended.status.code();
            assert!(matches!(code, Some(0 | 100)), "{what}: {code:?} {}", ended.stderr);
            kept.check_complete(&inputs, &what);
            complete += 1;
            ends += 1;
        }
        if killed >= kills {
            break;
        }
    }
    println!("{killed} killed, {early} of them early, {complete} complete, {reruns} reruns, seed {seed}");
    assert!(early < killed, "no round made any progress");
}
