//! Runs that are killed, again and again, at any moment: whatever happens, going on leads to
//! exactly one record for each line, and nothing that had a record runs again.
//!
//! How many rounds there are says the variable `POLYMER_ROUNDS`; without it so many that all of
//! them take about 40 s.

mod batch;
mod changed;
mod cuts;
mod killed;
mod mixed;
mod refused;
mod signaled;

use super::support::Running;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// How many rounds to play, if nobody says otherwise: `usual`.
fn rounds(usual: u32) -> u32 {
    std::env::var("POLYMER_ROUNDS").map_or(usual, |rounds| rounds.parse().unwrap())
}

/// How many cases to pick at random, if nobody asks for more rounds than usual: `usual`. Else all.
fn fewer(usual: usize) -> Option<usize> {
    std::env::var_os("POLYMER_ROUNDS").is_none().then_some(usual)
}

/// The longest time to a blow. It is fitted to the machine as it is now: some blows are to fall
/// before there is anything to lose, most into the midst of work, and few behind the end.
struct Longest(Duration);

impl Longest {
    /// A blow came too late: everything was done.
    fn was_late(&mut self) {
        self.0 = self.0.mul_f64(0.7);
    }

    /// A blow came before anything was done.
    fn was_early(&mut self) {
        self.0 = self.0.mul_f64(1.25);
    }
}

/// Waits until a file of a run has more than so many bytes, or the run is over: a moment that lies
/// amid its work however busy the machine is. Says whether it goes on.
fn until_grown(running: &mut Running, file: &Path, bytes: usize) -> bool {
    let deadline = running.deadline();
    let length = || fs::metadata(file).map_or(0, |file| file.len());
    while running.goes_on(deadline) {
        if length() > bytes as u64 {
            return true;
        }
        std::thread::yield_now();
    }
    false
}

/// A generator of random numbers; whoever fails says its seed, which `POLYMER_SEED` sets.
#[expect(clippy::print_stdout, reason = "a test says what it does not show, or with which seed")]
fn random() -> (fastrand::Rng, u64) {
    let seed = std::env::var("POLYMER_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("seed {seed}");
    (fastrand::Rng::with_seed(seed), seed)
}

/// Lets a random time pass, of `most` at the most: the moment of a blow. Nothing is waited for.
#[expect(clippy::disallowed_methods, reason = "nothing is waited for: the moment is what is drawn")]
fn let_pass(random: &mut fastrand::Rng, most: Duration) -> Duration {
    let moment = most.mul_f64(random.f64());
    std::thread::sleep(moment);
    moment
}
