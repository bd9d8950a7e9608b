//! A worker that speaks the protocol by hand and keeps to it until it is told not to, and the
//! program that supervises it: both in one, so that what the supervisor held at its peak can be
//! read from its own process. No wasm is involved.
//!
//! * `peer inputs MOOD MILLIS` runs a hundred innocent tasks and two whose input names a mood,
//!   under this timeout.
//! * `peer module MOOD` does the same, where the mood is that of the two tasks' module: of its
//!   compile worker or its run workers.
//! * `peer module-first MOOD` has one of the two end before anything else is called.
//! * `peer slow LINES BYTES RATE` runs so many lines of so many bytes on workers that read so many
//!   bytes a second.
//! * `peer streams MOOD MILLIS` does as `inputs`, where the two are streamed.
//! * `peer typed MOOD MILLIS` is the same with typed tasks, whose answers come by a ring.
//! * `peer storm` runs 600 innocent tasks beside one that takes all that its jail lets it have.
//! * `peer checker MOOD MILLIS` has a checker look at a hundred innocent tasks and two whose output
//!   names a mood, which is then that of the checker.
//! * `peer validator MOOD MILLIS` does the same, where the checker is called as a validator and a
//!   mood may be one of `feedback`.
//! * `peer interaction SIDE MOOD MILLIS` has a hundred innocent pairs of program and interactor and
//!   two of which one side, `program` or `interactor`, is in a mood of `streams`.
//! * `peer start MOOD` starts workers that misbehave before they know what they are for.
//!
//! Each says what came of it: see `supervise`. `tests/e2e/hostile_peer.rs` holds that against the
//! rules.
#![expect(unsafe_code, reason = "a bad peer forks; it says why that is sound")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program says what it found")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a program that meets what it did not expect has failed"
)]

mod checks;
mod claims;
mod feedback;
mod interactions;
mod link;
mod moods;
mod pages;
mod rings;
mod storm;
mod streams;
mod supervise;
mod worker;

use polymer_host_task::CheckProtocol;
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [program, "__worker", role, parent] => {
            // A process knows nothing yet when it starts: what it is called is all that can tell it
            // to misbehave by then.
            let name = Path::new(program).file_name().and_then(|name| name.to_str()).unwrap_or_default();
            worker::run(name.strip_prefix("start-").unwrap_or_default(), role, parent.parse()?)
        }
        [_, "inputs", mood, millis] => supervise::inputs("good", mood, millis.parse()?),
        [_, "typed", mood, millis] => supervise::inputs(moods::GOOD_TYPED, mood, millis.parse()?),
        [_, "module", mood] => supervise::module(mood, false),
        [_, "module-first", mood] => supervise::module(mood, true),
        [_, "slow", lines, bytes, rate] => supervise::slow(lines.parse()?, bytes.parse()?, rate.parse()?),
        [_, "streams", mood, millis] => streams::streams(mood, millis.parse()?),
        [_, "storm"] => supervise::storm(),
        [_, "checker", mood, millis] => checks::run(CheckProtocol::Json, mood, millis.parse()?),
        [_, "validator", mood, millis] => checks::run(CheckProtocol::Validator, mood, millis.parse()?),
        [_, "interaction", side, mood, millis] => interactions::run(side, mood, millis.parse()?),
        [_, "start", mood] => supervise::start(mood),
        _ => Err("see the head of tests/peer/main.rs".into()),
    }
}
