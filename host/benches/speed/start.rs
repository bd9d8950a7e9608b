//! One task by itself: from the start of the command to its end, with the module's code in the
//! cache and without.

use super::guests::{self, Place, polymer};
use super::measure::{Figures, millis, run, tell};
use std::path::Path;

fn once(place: &Place, module: &Path, cache: &str) -> f64 {
    let mut command = polymer(module);
    command.arg("--cache-dir").arg(place.path(cache)).arg("-o").arg(place.path("records.jsonl"));
    let cost = run(command.arg("--input").arg(place.lines("0", 1)));
    guests::check(&place.path("records.jsonl"), 1);
    millis(cost.wall)
}

pub(crate) fn one_task() {
    let (place, module) = (Place::new(), guests::typed("rounds"));
    once(&place, &module, "cache");
    let (mut cached, mut cold) = (Figures::default(), Figures::default());
    for round in 0..100 {
        cached.add(once(&place, &module, "cache"));
        if round % 10 == 0 {
            cold.add(once(&place, &module, &format!("empty-{round}")));
        }
    }
    tell("polymer run of one cached task, start to exit", &cached, "ms");
    tell("the same, compiled first", &cold, "ms");
}
