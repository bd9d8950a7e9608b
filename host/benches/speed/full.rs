//! Whole runs, with a user's defaults: jail, records, limits, all on.

use super::guests::{self, Place, polymer};
use super::measure::{Figures, micros, run, tell};
use super::{bare, floor, measure};
use std::path::Path;
use std::process::Command;

/// Workers of a run.
const WORKERS: u32 = 2;

/// The floor of a task in a process of its own: microseconds by the clock and of CPU.
pub(crate) fn floor_of(module: &Path, task: &str, input: &str, count: usize) -> (f64, f64) {
    loop_of(floor::WORD, module, task, input, count)
}

/// The same of another loop.
fn loop_of(word: &str, module: &Path, task: &str, input: &str, count: usize) -> (f64, f64) {
    let this = std::env::current_exe().unwrap();
    let mut command = Command::new(this);
    command.arg(word).arg(module).args([task, input, &count.to_string()]);
    let said = command.output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let said = String::from_utf8(said.stdout).unwrap();
    let (wall, cpu) = said.trim().split_once(' ').unwrap();
    (wall.parse().unwrap(), cpu.parse().unwrap())
}

/// A run over these lines: its cost, and where its records are.
fn full(place: &Place, module: &Path, lines: &Path, count: usize) -> measure::Cost {
    let records = place.path("records.jsonl");
    let mut command = polymer(module);
    command.args(["-j", &WORKERS.to_string(), "--cache-dir"]).arg(place.path("cache"));
    // Each run makes its file anew: to empty one that is there costs by what stood in it.
    drop(std::fs::remove_file(&records));
    let cost = run(command.arg("--input").arg(lines).arg("-o").arg(&records));
    guests::check(&records, count);
    cost
}

pub(crate) fn against_the_floor() {
    const LINES: usize = 500_000;
    let (place, module) = (Place::new(), guests::typed("rounds"));
    let lines = place.lines("0", LINES);
    full(&place, &module, &place.lines("0", 10), 10);
    let [mut floors, mut bare, mut each, mut cpu, mut rate, mut share, mut both] =
        std::array::from_fn(|_| Figures::default());
    for _ in 0..7 {
        let (floor_wall, floor_cpu) = floor_of(&module, "rounds", "0", LINES / 4);
        bare.add(loop_of(bare::WORD, &module, "rounds", "0", LINES / 4).0);
        let cost = full(&place, &module, &lines, LINES);
        #[expect(clippy::cast_precision_loss, reason = "some hundred thousands")]
        let lines = LINES as f64;
        let full_wall = micros(cost.wall) / lines;
        let full_cpu = micros(cost.cpu) / lines;
        floors.add(floor_wall);
        each.add(full_wall);
        cpu.add(full_cpu);
        rate.add(1e6 / full_wall);
        share.add(floor_wall / f64::from(WORKERS) / full_wall);
        both.add(full_cpu / floor_cpu);
    }
    tell("floor: a task in one process", &floors, "us");
    tell("the same with no component made of the module", &bare, "us");
    tell("a run with 2 workers: a task", &each, "us");
    tell("a run with 2 workers: CPU of all processes a task", &cpu, "us");
    tell("a run with 2 workers", &rate, "tasks/s");
    tell("tasks/s against 2 x the floor's", &share, "");
    tell("CPU a task against the floor's", &both, "");
}

/// Tasks of about 10 ms: how much of all CPU is the guests'.
pub(crate) fn busy_tasks() {
    const TASKS: usize = 2000;
    let (place, module) = (Place::new(), guests::typed("rounds"));
    // How many rounds that takes depends on the machine.
    let (million, _) = floor_of(&module, "rounds", "1000000", 20);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some millions")]
    let rounds = (1e4 / million * 1e6) as u64;
    let lines = place.lines(&rounds.to_string(), TASKS);
    full(&place, &module, &place.lines("0", 10), 10);
    let mut shares = Figures::default();
    for _ in 0..5 {
        let cost = full(&place, &module, &lines, TASKS);
        shares.add(cpu_told(&place.path("records.jsonl")) / cost.cpu.as_secs_f64() / 10.0);
    }
    tell("tasks of 10 ms: guest CPU over all CPU", &shares, "%");
}

/// Milliseconds of CPU that the records tell of.
fn cpu_told(records: &Path) -> f64 {
    let text = std::fs::read_to_string(records).unwrap();
    let of = |line: &str| -> f64 {
        let (_, rest) = line.split_once(r#""cpu_ms":"#).unwrap();
        rest.split_once(',').unwrap().0.parse().unwrap()
    };
    text.lines().map(of).sum()
}

/// Inputs from 100 bytes to 10 MB.
pub(crate) fn payloads() {
    let (place, module) = (Place::new(), guests::typed("length"));
    for (bytes, count) in [(100, 200_000), (10_000, 20_000), (1_000_000, 200), (10_000_000, 20)] {
        let line = format!("\"{}\"", "x".repeat(bytes));
        let (one, lines) = (place.lines(&line, 1), place.lines(&line, count));
        full(&place, &module, &one, 1);
        let mut ratios = Figures::default();
        let mut rates = Figures::default();
        for _ in 0..3 {
            let input = if bytes > 100_000 { 20 } else { count / 4 };
            let floor = floor_by_file(&place, &module, &line, input);
            let cost = full(&place, &module, &lines, count);
            #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
            let (all, each) = ((bytes * count) as f64, micros(cost.wall) / count as f64);
            ratios.add(floor / f64::from(WORKERS) / each);
            rates.add(all / 1e6 / cost.wall.as_secs_f64());
        }
        tell(&format!("inputs of {bytes} bytes: a run"), &rates, "MB/s");
        tell(&format!("inputs of {bytes} bytes: against 2 x the floor's"), &ratios, "");
    }
}

/// As [`floor_of`], for an input that is too long for an argument.
fn floor_by_file(place: &Place, module: &Path, input: &str, count: usize) -> f64 {
    let path = place.path("input");
    std::fs::write(&path, input).unwrap();
    floor_of(module, "length", &format!("@{}", path.display()), count).0
}
