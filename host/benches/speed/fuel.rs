//! What counting fuel costs guests that do nothing but work, and what Polymer's own engine adds to
//! that.

use super::floor::Floor;
use super::guests;
use super::measure::{Figures, tell};
use std::time::Instant;

pub(crate) fn its_own_cost() {
    for (name, input) in [("rounds", "20000000"), ("sieve", "3000000")] {
        let module = guests::typed(name);
        let [metered, free] = [true, false].map(|metered| Floor::new(&module, metered));
        let took = |floor: &Floor| {
            let began = Instant::now();
            drop(floor.task(name, input.as_bytes()));
            began.elapsed().as_secs_f64()
        };
        took(&metered);
        took(&free);
        let more: Figures = (0..15).map(|_| (took(&metered) / took(&free) - 1.0) * 100.0).collect();
        tell(&format!("fuel adds to `{name}`"), &more, "%");
    }
}
