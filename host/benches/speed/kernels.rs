//! Guests that do nothing but work, six of them: CPU time under `polymer run --fuel off` and with
//! fuel, against the engine alone, which counts nothing and knows no limit.

use super::guests::{self, Place};
use super::measure::{Figures, tell};
use nix::time::{ClockId, clock_gettime};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use wasmtime::{Config, Engine, Instance, Module, Store};

/// Entries of a kernel in one round, and rounds: those of the three runners take turns.
const ENTRIES: usize = 4;
const ROUNDS: usize = 8;

/// Name, and the functions of a module with a memory of 64 pages.
const KERNELS: [(&str, &str); 6] = [
    ("xorshift", XORSHIFT),
    ("sieve", SIEVE),
    ("fib", FIB),
    ("matmul", MATMUL),
    ("fnv", FNV),
    ("simd dot", SIMD_DOT),
];

const XORSHIFT: &str = r#"(func (export "_start") (local $left i32) (local $x i64)
    (local.set $left (i32.const 15000000)) (local.set $x (i64.const 88172645463325252))
    (loop $again
        (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 13))))
        (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 7))))
        (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 17))))
        (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (i64.store (i32.const 0) (local.get $x)))"#;

const SIEVE: &str = r#"(func (export "_start") (local $at i32) (local $prime i32) (local $times i32)
    (local.set $times (i32.const 3))
    (loop $once
        (memory.fill (i32.const 0) (i32.const 1) (i32.const 4000000))
        (local.set $prime (i32.const 2))
        (loop $next
            (if (i32.load8_u (local.get $prime)) (then
                (local.set $at (i32.shl (local.get $prime) (i32.const 1)))
                (block $end (loop $strike
                    (br_if $end (i32.ge_u (local.get $at) (i32.const 4000000)))
                    (i32.store8 (local.get $at) (i32.const 0))
                    (local.set $at (i32.add (local.get $at) (local.get $prime)))
                    (br $strike)))))
            (local.set $prime (i32.add (local.get $prime) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $prime) (i32.const 2000))))
        (br_if $once (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))"#;

const FIB: &str = r#"(func $fib (param $n i32) (result i32)
    (if (result i32) (i32.lt_u (local.get $n) (i32.const 2))
        (then (local.get $n))
        (else (i32.add
            (call $fib (i32.sub (local.get $n) (i32.const 1)))
            (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
    (func (export "_start") (i32.store (i32.const 0) (call $fib (i32.const 32))))"#;

/// Of 200 by 200 numbers: the product goes behind both.
const MATMUL: &str = r#"(func (export "_start") (local $i i32) (local $j i32) (local $k i32) (local $sum f64)
    (loop $rows
        (local.set $j (i32.const 0))
        (loop $columns
            (local.set $k (i32.const 0)) (local.set $sum (f64.const 0))
            (loop $inner
                (local.set $sum (f64.add (local.get $sum) (f64.mul
                    (f64.load (i32.shl (i32.add (i32.mul (local.get $i) (i32.const 200)) (local.get $k)) (i32.const 3)))
                    (f64.load offset=320000 (i32.shl (i32.add (i32.mul (local.get $k) (i32.const 200)) (local.get $j)) (i32.const 3))))))
                (br_if $inner (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 200))))
            (f64.store offset=640000
                (i32.shl (i32.add (i32.mul (local.get $i) (i32.const 200)) (local.get $j)) (i32.const 3))
                (local.get $sum))
            (br_if $columns (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 200))))
        (br_if $rows (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 200)))))"#;

const FNV: &str = r#"(func (export "_start") (local $at i32) (local $times i32) (local $hash i32)
    (local.set $times (i32.const 6)) (local.set $hash (i32.const 0x811c9dc5))
    (loop $once
        (local.set $at (i32.const 0))
        (loop $bytes
            (local.set $hash (i32.mul (i32.xor (local.get $hash) (i32.load8_u (local.get $at))) (i32.const 0x1000193)))
            (br_if $bytes (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (i32.const 4000000))))
        (br_if $once (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (i32.store (i32.const 0) (local.get $hash)))"#;

const SIMD_DOT: &str = r#"(func (export "_start") (local $at i32) (local $times i32) (local $sum v128)
    (local.set $times (i32.const 400))
    (loop $once
        (local.set $at (i32.const 0))
        (loop $lanes
            (local.set $sum (f32x4.add (local.get $sum) (f32x4.mul
                (v128.load (local.get $at)) (v128.load offset=1000000 (local.get $at)))))
            (br_if $lanes (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (i32.const 1000000))))
        (br_if $once (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (v128.store (i32.const 0) (local.get $sum)))"#;

pub(crate) fn against_the_engine() {
    let place = Place::new();
    for (name, functions) in KERNELS {
        let text = format!("(module (memory (export \"memory\") 64) {functions})");
        let path = place.path(&format!("{}.wat", name.replace(' ', "-")));
        std::fs::write(&path, &text).unwrap();
        let alone = EngineAlone::new(&text);
        // Code is in the cache from here on.
        under_polymer(&place, &path, &["--fuel", "off"]);
        under_polymer(&place, &path, &[]);
        let (mut off, mut counted) = (Figures::default(), Figures::default());
        for _ in 0..ROUNDS {
            let least = (0..ENTRIES).map(|_| alone.enter()).fold(f64::MAX, f64::min);
            off.add(under_polymer(&place, &path, &["--fuel", "off"]) / least);
            counted.add(under_polymer(&place, &path, &[]) / least);
        }
        tell(&format!("`{name}` with --fuel off, the engine alone being 1"), &off, "");
        tell(&format!("`{name}` with fuel"), &counted, "");
    }
}

/// A module in this process, compiled without fuel.
struct EngineAlone {
    engine: Engine,
    module: Module,
}

impl EngineAlone {
    fn new(text: &str) -> Self {
        let engine = Engine::new(&Config::new()).unwrap();
        let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
        Self { engine, module }
    }

    /// CPU milliseconds of an instance of its own, and its one call.
    fn enter(&self) -> f64 {
        let before = thread_cpu();
        let mut store = Store::new(&self.engine, ());
        let instance = Instance::new(&mut store, &self.module, &[]).unwrap();
        instance.get_typed_func::<(), ()>(&mut store, "_start").unwrap().call(&mut store, ()).unwrap();
        (thread_cpu() - before).as_secs_f64() * 1000.0
    }
}

fn thread_cpu() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap().into()
}

/// The least CPU milliseconds of a few tasks, by their records.
fn under_polymer(place: &Place, module: &Path, flags: &[&str]) -> f64 {
    let records = place.path("records.jsonl");
    let mut command = guests::polymer(module);
    command.args(["-j", "1", "--cache-dir"]).arg(place.path("cache")).args(flags);
    command.arg("--input").arg(place.lines("x", ENTRIES)).arg("-o").arg(&records);
    assert!(command.stdin(Stdio::null()).status().unwrap().success());
    guests::check(&records, ENTRIES);
    let text = std::fs::read_to_string(&records).unwrap();
    std::fs::remove_file(&records).unwrap();
    let cpu = text.lines().map(|line| {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        record["stats"]["cpu_ms"].as_f64().unwrap()
    });
    cpu.fold(f64::MAX, f64::min)
}
