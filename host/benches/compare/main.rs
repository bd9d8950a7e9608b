//! The same work with what a user would take instead: Python's two pools, GNU parallel over a
//! native program, and `capsule-run`. What is not installed is said to be not run. Each of them
//! takes turns with Polymer, over as many lines.
//!
//! None of the others gives a task a sandbox of its own but `capsule-run`, and none has limits or a
//! record for each.
#![expect(clippy::disallowed_types, reason = "a bench starts what it measures")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench says what it found, and one that meets what it did not expect has failed"
)]

#[path = "../speed/guests.rs"]
#[expect(dead_code, reason = "the other bench needs more of it")]
mod guests;
#[path = "../speed/measure.rs"]
#[expect(dead_code, reason = "the other bench needs more of it")]
mod measure;

use guests::{Place, polymer};
use measure::{Figures, micros, run, tell};
use std::path::Path;
use std::process::{Command, Stdio};

/// The length of a text by one of Python's pools, with two processes.
const POOLS: &str = r#"
import concurrent.futures, json, multiprocessing, sys

def length(line):
    return len(json.loads(line))

if __name__ == "__main__":
    kind, chunk, path, out = sys.argv[1:]
    with open(path) as lines, open(out, "w") as records:
        if kind == "executor":
            with concurrent.futures.ProcessPoolExecutor(2) as pool:
                for result in pool.map(length, lines, chunksize=int(chunk)):
                    records.write(f"{result}\n")
        else:
            with multiprocessing.Pool(2) as pool:
                for result in pool.imap(length, lines, int(chunk)):
                    records.write(f"{result}\n")
"#;

/// The same as a task of `capsule-run`, and a program that runs it for each line, two at a time,
/// without starting anything anew.
const CAPSULE_TASK: &str = r#"
from capsule import task

@task(name="main", compute="MEDIUM", ram="256MB")
def main(text: str) -> int:
    return len(text)
"#;
const CAPSULE_RUN: &str = r#"
import asyncio, json, sys
from capsule import run

async def all_of(module, path, out):
    lines = [json.loads(line) for line in open(path)]
    todo, done = iter(lines), []
    async def serve():
        for text in todo:
            done.append(await run(file=module, args=[text]))
    await asyncio.gather(serve(), serve())
    assert len(done) == len(lines)
    with open(out, "w") as records:
        for result in done:
            records.write(json.dumps(result) + "\n")

asyncio.run(all_of(*sys.argv[1:]))
"#;

fn main() {
    let (place, module) = (Place::new(), guests::typed("length"));
    let line = format!("\"{}\"", "x".repeat(100));
    ours(&place, &module, &place.lines(&line, 10), 10);
    let python = place.path("pools.py");
    std::fs::write(&python, POOLS).unwrap();
    for (kind, name) in [("executor", "ProcessPoolExecutor"), ("pool", "multiprocessing.Pool")] {
        for (chunk, lines) in [("1", 50_000), ("256", 500_000)] {
            let other = |lines: &Path| {
                let mut command = Command::new("python3");
                command.arg(&python).args([kind, chunk]).arg(lines).arg(place.path("other"));
                command
            };
            versus(&format!("{name}, chunk size {chunk}"), &place, &module, &line, lines, other);
        }
    }
    if is_there("parallel") {
        let other = |lines: &Path| {
            let mut command = Command::new("parallel");
            command.args(["--will-cite", "-j2", "/bin/echo", "::::"]).arg(lines).stdout(Stdio::null());
            command
        };
        versus("GNU parallel over /bin/echo", &place, &module, &line, 1000, other);
    } else {
        println!("GNU parallel: not run; it is the Debian package `parallel`");
    }
    if is_there("capsule") {
        capsule(&place, &module, &line);
    } else {
        println!("capsule-run: not run; it is the PyPI package `capsule-run`");
    }
}

fn capsule(place: &Place, module: &Path, line: &str) {
    std::fs::write(place.path("length.py"), CAPSULE_TASK).unwrap();
    std::fs::write(place.path("all.py"), CAPSULE_RUN).unwrap();
    let mut build = Command::new("capsule");
    build.args(["build", "length.py", "--export"]).current_dir(place.path("")).stdout(Stdio::null());
    run(&mut build);
    let other = |lines: &Path| {
        let mut command = Command::new("python3");
        command.current_dir(place.path("")).args(["all.py", "length.wasm"]).arg(lines).arg("other");
        command
    };
    // The first run compiles.
    run(&mut other(&place.lines(line, 1)));
    versus("capsule-run", place, module, line, 100, other);
}

fn ours(place: &Place, module: &Path, lines: &Path, count: usize) -> f64 {
    let mut command = polymer(module);
    command.args(["-j", "2", "--cache-dir"]).arg(place.path("cache"));
    let cost = run(command.arg("--input").arg(lines).arg("-o").arg(place.path("records.jsonl")));
    guests::check(&place.path("records.jsonl"), count);
    micros(cost.wall)
}

fn versus(
    name: &str,
    place: &Place,
    module: &Path,
    line: &str,
    count: usize,
    other: impl Fn(&Path) -> Command,
) {
    let lines = place.lines(line, count);
    let (mut theirs, mut ratios) = (Figures::default(), Figures::default());
    for _ in 0..5 {
        #[expect(clippy::cast_precision_loss, reason = "some hundred thousands")]
        let each = |wall: f64| wall / count as f64;
        let their = each(micros(run(&mut other(&lines)).wall));
        let our = each(ours(place, module, &lines, count));
        theirs.add(their);
        ratios.add(their / our);
    }
    tell(&format!("{name}: a task"), &theirs, "us");
    tell("    Polymer is faster by a factor of", &ratios, "");
}

fn is_there(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    found.is_ok_and(|status| status.success())
}
