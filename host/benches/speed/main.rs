//! What Polymer costs beside the work itself, one question a word on the command line; all of them
//! without one. See `../README.md`.
//!
//! Ratios come from pairs that take turns in one run, so that a machine whose speed drifts drifts
//! for both. Nothing is asserted but that what was measured was the work: as many records as lines,
//! all of them ok.
#![expect(clippy::disallowed_types, reason = "a bench starts what it measures")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench says what it found, and one that meets what it did not expect has failed"
)]

mod bare;
mod calls;
mod crash;
mod floor;
mod fuel;
mod full;
mod guests;
mod isolation;
mod kernels;
mod measure;
mod memory;
mod modules;
mod start;
mod stub;
mod supervisor;

use std::process::ExitCode;

/// Each question, and who answers it.
const QUESTIONS: [(&str, fn()); 13] = [
    ("floor", full::against_the_floor),
    ("busy", full::busy_tasks),
    ("payloads", full::payloads),
    ("supervisor", supervisor::a_record),
    ("scale", supervisor::many_workers),
    ("start", start::one_task),
    ("calls", calls::warm),
    ("crash", crash::to_the_next_task),
    ("memory", memory::of_both_halves),
    ("isolation", isolation::prices),
    ("modules", modules::each_once),
    ("fuel", fuel::its_own_cost),
    ("kernels", kernels::against_the_engine),
];

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench").peekable();
    if stub::is_meant() {
        return stub::main();
    }
    polymer_host::init();
    if args.peek().is_some_and(|word| word == floor::WORD) {
        floor::main(args.skip(1));
        return ExitCode::SUCCESS;
    }
    if args.peek().is_some_and(|word| word == bare::WORD) {
        bare::main(args.skip(1));
        return ExitCode::SUCCESS;
    }
    let asked: Vec<String> = args.collect();
    if let Some(unknown) = asked.iter().find(|word| QUESTIONS.iter().all(|(name, _)| name != word)) {
        let names: Vec<_> = QUESTIONS.iter().map(|(name, _)| *name).collect();
        println!("`{unknown}` is no question; there are {}", names.join(", "));
        return ExitCode::FAILURE;
    }
    for (name, answer) in QUESTIONS {
        if asked.is_empty() || asked.iter().any(|word| word == name) {
            println!("\n== {name}");
            answer();
        }
    }
    ExitCode::SUCCESS
}
