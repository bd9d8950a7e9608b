//! A differential fuzz target: our canonical ABI against the engine's. One guest, which returns,
//! asks and allocates as a case says, is entered both ways, and all that is seen of it must be the
//! same: values, verdicts and codes, what was written to its memory, and what it told its host. For
//! tests and fuzzing only.
//!
//! Differences that are known and accepted:
//!
//! - What a guest does after it returned its description, or the result of the last call to its
//!   instance: we throw the instance away instead of asking it to tidy up, for its memory goes with
//!   it. A trap there ends the engine's side only, so that side is played without it
//!   (`Sides::by_engine`).
//! - The words of an error. What users see of them are verdict and code, and those are compared.
//! - Host calls from within `cabi_realloc` or after a return, which no case has. A component may
//!   make none there, and traps; a core module may, for there is nothing between it and its host
//!   that could be entered again, and Go's runtime reads a clock while memory is asked for.
//! - Fuel, of which a component uses more, in what is put around its module.
//! - A `cabi_realloc` whose return is not aligned cannot be told: the contract hands over nothing
//!   but bytes, which stand anywhere.

mod case;
mod sides;

use case::FuzzCase;
use sides::FuzzSides;

thread_local! {
    /// Linked once: a case is then two instances and two calls.
    static SIDES: Result<FuzzSides, String> = FuzzSides::new().map_err(|error| format!("{error:#}"));
}

/// Plays the case that these bytes stand for, on both sides.
///
/// # Panics
/// If they differ, or one call gave its host more than it may.
pub fn canonical(data: &[u8]) {
    SIDES.with(|sides| {
        let compared =
            sides.as_ref().map_err(Clone::clone).and_then(|sides| compare(sides, &FuzzCase::new(data)));
        assert!(compared.is_ok(), "{}", compared.err().unwrap_or_default());
    });
}

fn compare(sides: &FuzzSides, case: &FuzzCase) -> Result<(), String> {
    let told = |error: wasmtime::Error| format!("no case can be played: {error:#}");
    let ours = sides.by_ours(case).map_err(told)?;
    let engines = sides.by_engine(case).map_err(told)?;
    if ours != engines {
        return Err(format!("ours: {ours:#?}\nthe engine's: {engines:#?}\n{case:#?}"));
    }
    if ours.largest > case.budget {
        return Err(format!("{} bytes of a value, {} allowed: {case:#?}", ours.largest, case.budget));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fastrand::Rng;
    use std::panic::catch_unwind;

    /// Cases that are played where nobody says how many: seconds of them. `.ci/run` plays more.
    const CASES: u64 = 20_000;

    fn number(name: &str) -> Option<u64> {
        std::env::var(name).ok().and_then(|text| text.parse().ok())
    }

    /// The bytes of a case: as many as most cases use.
    fn bytes(seed: u64) -> Vec<u8> {
        let mut rng = Rng::with_seed(seed);
        let length = rng.usize(..600);
        std::iter::repeat_with(|| rng.u8(..)).take(length).collect()
    }

    #[test]
    fn both_sides_see_the_same_whatever_a_guest_does() {
        for seed in 0..number("POLYMER_FUZZ_CASES").unwrap_or(CASES) {
            let held = catch_unwind(|| canonical(&bytes(seed)));
            assert!(held.is_ok(), "seed {seed}");
        }
    }

    /// A generator whose guests all fail at once would find nothing.
    #[test]
    fn cases_reach_values_as_well_as_refusals() {
        let sides = FuzzSides::new().unwrap();
        let mut counts = std::collections::BTreeMap::<String, u32>::new();
        for seed in 0..2000 {
            let case = FuzzCase::new(&bytes(seed));
            let seen = sides.by_ours(&case).unwrap();
            let called = if case.describes { "describe" } else { "run" };
            if seen.ended.is_none() && case.trap > case.tidies() {
                *counts.entry(format!("{called} untidied")).or_default() += 1;
            }
            let end = seen.ended.map_or_else(|| "returned".to_owned(), |(_, code)| code);
            *counts.entry(format!("{called} {end}")).or_default() += 1;
        }
        for what in ["returned", "untidied", "bad_value", "host_call", "unreachable"] {
            for called in ["describe", "run"] {
                let count = counts.get(&format!("{called} {what}")).copied().unwrap_or_default();
                assert!(count >= 5, "{called} {what}: {counts:?}");
            }
        }
    }
}
