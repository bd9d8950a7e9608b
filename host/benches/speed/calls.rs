//! `TaskManager::call` of a program that is its own worker: one call after the other, and several
//! at a time.

use super::guests;
use super::measure::{Figures, micros, tell};
use polymer_host::{CallOptions, Input, Module, TaskManager, Verdict};
use std::time::Instant;

const CALLS: usize = 20_000;

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
    // Two callers, as many as workers: what one does must not make the other wait.
    let both: Vec<f64> = std::thread::scope(|scope| {
        let callers: Vec<_> =
            (0..2).map(|_| scope.spawn(|| (0..CALLS / 2).map(|_| call()).collect::<Vec<_>>())).collect();
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
    });
    tell("a warm call, two callers: p50", &both.into_iter().collect(), "us");
}
