//! The supervisor alone: what a record costs it where workers cost nothing.

use super::full::floor_of;
use super::guests::{self, Place};
use super::measure::{Figures, tell};
use super::stub;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Microseconds of the supervisor's CPU a record, and records a second.
fn of(place: &Place, workers: u32, each: Duration, lines: &Path, count: u32) -> (f64, f64) {
    let (records, folder) = (place.path("records.jsonl"), place.path(""));
    let module = place.path("stub.wasm");
    std::fs::write(&module, b"\0asm\x01\0\0\0").unwrap();
    let mut command = stub::command(&folder, each);
    command.arg("run").arg(&module).args(["--no-cache", "--sandbox", "off", "-j", &workers.to_string()]);
    command.arg("--input").arg(lines).arg("-o").arg(&records);
    let began = Instant::now();
    let said = command.stderr(Stdio::null()).output().unwrap();
    let took = began.elapsed().as_secs_f64();
    assert!(said.status.success(), "{said:?}");
    guests::check(&records, usize::try_from(count).unwrap());
    // Each run makes its file anew: to empty one that is there costs by what stood in it.
    std::fs::remove_file(&records).unwrap();
    let nanos: f64 = String::from_utf8(said.stdout).unwrap().trim().parse().unwrap();
    (nanos / 1e3 / f64::from(count), f64::from(count) / took)
}

pub(crate) fn a_record() {
    const LINES: u32 = 500_000;
    let place = Place::new();
    let (module, lines) = (guests::typed("rounds"), place.lines("0", usize::try_from(LINES).unwrap()));
    let [mut cost, mut rate, mut share] = std::array::from_fn(|_| Figures::default());
    for _ in 0..7 {
        // The two take turns: a machine that is slow today is so for both.
        let (_, floor) = floor_of(&module, "rounds", "0", usize::try_from(LINES / 4).unwrap());
        let (micros, a_second) = of(&place, 2, Duration::ZERO, &lines, LINES);
        cost.add(micros);
        rate.add(a_second);
        share.add(micros / floor);
    }
    tell("supervisor's CPU a record, 2 stub workers", &cost, "us");
    tell("records a second, 2 stub workers", &rate, "");
    tell("supervisor's CPU a record against the floor's a task", &share, "");
}

/// Stub workers that sleep instead of working, as many as larger machines have: what the supervisor
/// can do for them is its own doing.
pub(crate) fn many_workers() {
    let place = Place::new();
    for (workers, micros, lines) in
        [(2, 50, 100_000), (32, 50, 500_000), (128, 50, 500_000), (32, 1000, 300_000), (128, 1000, 500_000)]
    {
        let file = place.lines("0", usize::try_from(lines).unwrap());
        let wanted = f64::from(workers) * 1e6 / f64::from(micros);
        let (mut cost, mut rate) = (Figures::default(), Figures::default());
        for _ in 0..3 {
            let each = Duration::from_micros(u64::try_from(micros).unwrap());
            let (cpu, a_second) = of(&place, workers, each, &file, lines);
            cost.add(cpu);
            rate.add(a_second);
        }
        let name = format!("{workers} stubs of {micros} us (up to {wanted:.0}/s): records a second");
        tell(&name, &rate, "");
        tell("    supervisor's CPU a record", &cost, "us");
    }
}
