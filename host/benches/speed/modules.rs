//! A thousand different small modules, each run once: how much of the time is compiling, and what a
//! simpler compiler would change.

use super::guests::{Place, check};
use super::measure::{Figures, millis, run, tell};
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use wasmtime::{Config, Engine, OptLevel, RegallocAlgorithm};

const MODULES: usize = 1000;

/// A program of some functions with loops and arithmetic, none of which another one has.
fn module(number: usize) -> String {
    let functions: String = (0..40)
        .map(|function| {
            format!(
                "(func $f{function} (param i64) (result i64) (local i64)
                    (local.set 1 (i64.const {number}))
                    (loop $again
                        (local.set 1 (i64.xor (i64.mul (local.get 1) (i64.const {})) (local.get 0)))
                        (i64.store (i32.wrap_i64 (i64.and (local.get 1) (i64.const 4088))) (local.get 1))
                        (local.set 0 (i64.sub (local.get 0) (i64.const 1)))
                        (br_if $again (i64.gt_s (local.get 0) (i64.const 0))))
                    (local.get 1))",
                function * 2 + 3
            )
        })
        .collect();
    let calls: String = (0..40).map(|function| format!("(drop (call $f{function} (i64.const 3)))")).collect();
    format!("(module (memory (export \"memory\") 1) {functions} (func (export \"_start\") {calls}))")
}

fn engine(level: OptLevel, registers: RegallocAlgorithm) -> Engine {
    let mut config = Config::new();
    config.consume_fuel(true).cranelift_opt_level(level).cranelift_regalloc_algorithm(registers);
    Engine::new(&config).unwrap()
}

pub(crate) fn each_once() {
    let place = Place::new();
    let modules: Vec<Vec<u8>> = (0..MODULES).map(|number| wat::parse_str(module(number)).unwrap()).collect();
    for (number, bytes) in modules.iter().enumerate() {
        std::fs::write(place.path(&format!("{number}.wasm")), bytes).unwrap();
    }
    let tasks = place.written("tasks.jsonl", MODULES, |line, number| {
        let _ = write!(line, r#"{{"module":"{number}.wasm","input":""}}"#);
    });
    let (mut cold, mut cached) = (Figures::default(), Figures::default());
    for round in 0..3 {
        let cache = place.path(&format!("cache-{round}"));
        cold.add(all(&place, &tasks, &cache));
        cached.add(all(&place, &tasks, &cache));
    }
    tell("1000 modules once each: a module, 2 workers, compiled", &cold, "ms");
    tell("the same from the cache", &cached, "ms");
    for (name, level, registers) in [
        ("as Polymer compiles", OptLevel::Speed, RegallocAlgorithm::Backtracking),
        ("without optimising", OptLevel::None, RegallocAlgorithm::Backtracking),
        ("nor choosing registers well", OptLevel::None, RegallocAlgorithm::SinglePass),
    ] {
        let engine = engine(level, registers);
        let times: Figures = modules
            .iter()
            .take(200)
            .map(|bytes| {
                let began = Instant::now();
                drop(engine.precompile_module(bytes).unwrap());
                millis(began.elapsed())
            })
            .collect();
        tell(&format!("compiling alone, {name}"), &times, "ms");
    }
}

fn all(place: &Place, tasks: &Path, cache: &Path) -> f64 {
    let records = place.path("records.jsonl");
    let mut command = Command::new(env!("CARGO_BIN_EXE_polymer"));
    command.args(["run", "-j", "2", "--tasks"]).arg(tasks).arg("--cache-dir").arg(cache);
    let cost = run(command.arg("-o").arg(&records).stderr(File::create("/dev/null").unwrap()));
    check(&records, MODULES);
    #[expect(clippy::cast_precision_loss, reason = "a thousand")]
    let modules = MODULES as f64;
    millis(cost.wall) / modules
}
