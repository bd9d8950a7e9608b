//! The price of each isolation level, and of an instance that serves many tasks.

use super::guests::{self, Place, polymer};
use super::measure::{Figures, micros, run, tell};

pub(crate) fn prices() {
    let (place, module) = (Place::new(), guests::typed("rounds"));
    for (name, flags, lines) in [
        ("module", ["--isolation", "module"], 200_000_u32),
        ("instance", ["--isolation", "instance"], 200_000),
        ("module, --reuse 1000", ["--reuse", "1000"], 200_000),
        ("process", ["--isolation", "process"], 500),
    ] {
        let file = place.lines("0", usize::try_from(lines).unwrap());
        let mut figures = Figures::default();
        for _ in 0..5 {
            let mut command = polymer(&module);
            command.args(["-j", "2", "--cache-dir"]).arg(place.path("cache")).args(flags);
            let cost = run(command.arg("--input").arg(&file).arg("-o").arg(place.path("records.jsonl")));
            guests::check(&place.path("records.jsonl"), usize::try_from(lines).unwrap());
            figures.add(micros(cost.wall) / f64::from(lines) * 2.0);
        }
        tell(&format!("--isolation {name}: a task and worker"), &figures, "us");
    }
}
