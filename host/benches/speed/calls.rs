//! `TaskManager::call` of a program that is its own worker: one call after the other, and several
//! at a time.

use super::guests;
use super::measure::{Figures, micros, tell};
use polymer_host::{CallOptions, Input, Module, TaskManager, Verdict};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Instant;

const CALLS: usize = 20_000;
/// Calls and round trips that are compared: so many of one, then so many of the other.
const COMPARED: usize = 1000;

/// The median of so many times, in microseconds.
fn median(each: impl FnMut(usize) -> f64) -> f64 {
    let mut times: Vec<f64> = (0..COMPARED).map(each).collect();
    times.sort_by(f64::total_cmp);
    times[COMPARED / 2]
}

/// A byte there and back by a pair of sockets, to a thread that sleeps until it comes.
fn round_trips(mut far: UnixStream) {
    let mut byte = [0];
    while far.read(&mut byte).unwrap() > 0 {
        far.write_all(&byte).unwrap();
    }
}

pub(crate) fn warm() {
    let module = Module::open(guests::typed("rounds")).unwrap();
    let manager = TaskManager::builder().worker_count(2).build().unwrap();
    let call = || {
        let began = Instant::now();
        let done = manager.call_blocking(&module, Input::json(&0).unwrap(), CallOptions::default()).unwrap();
        assert_eq!(done.verdict, Verdict::Ok);
        micros(began.elapsed())
    };
    for _ in 0..1000 {
        call();
    }
    let figures: Figures = (0..CALLS).map(|_| call()).collect();
    tell("a warm call: p50", &figures, "us");
    let (mut near, far) = UnixStream::pair().unwrap();
    let echo = std::thread::spawn(|| round_trips(far));
    let [mut against, mut raw] = std::array::from_fn(|_| Figures::default());
    for _ in 0..20 {
        let there_and_back = median(|_| {
            let began = Instant::now();
            near.write_all(&[1]).unwrap();
            near.read_exact(&mut [0]).unwrap();
            micros(began.elapsed())
        });
        raw.add(there_and_back);
        against.add(median(|_| call()) / there_and_back);
    }
    drop(near);
    echo.join().unwrap();
    tell("a byte there and back by sockets: p50", &raw, "us");
    tell("a warm call's p50 against that", &against, "");
    // Two callers, as many as workers: what one does must not make the other wait.
    let both: Vec<f64> = std::thread::scope(|scope| {
        let callers: Vec<_> =
            (0..2).map(|_| scope.spawn(|| (0..CALLS / 2).map(|_| call()).collect::<Vec<_>>())).collect();
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
    });
    tell("a warm call, two callers: p50", &both.into_iter().collect(), "us");
}
