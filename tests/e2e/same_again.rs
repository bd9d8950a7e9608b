//! The same input costs the same fuel and gives the same output, whenever and wherever it is run;
//! without fuel it gives the same output. So does code that was compiled quickly.

use super::support::{Record, TempFolder, by_id, console, example, wat};
use std::collections::BTreeMap;

/// Output, verdict and fuel of each record, by its id.
fn told(records: Vec<Record>) -> BTreeMap<String, (String, String, Option<u64>)> {
    let told = |record: Record| {
        let output = format!("{} {}", record["/output"], record["/output_base64"]);
        (output, record.verdict().to_owned(), record["/stats/fuel"].as_u64())
    };
    by_id(records).into_iter().map(|(id, record)| (id, told(record))).collect()
}

#[test]
fn every_run_tells_the_same_of_the_same_input() {
    let primes: Vec<String> = (0..60).map(|number| format!(r#"{{"below":{}}}"#, number * 997)).collect();
    let primes: Vec<&str> = primes.iter().map(String::as_str).collect();
    for (module, lines, code) in [
        (example("primes"), primes, 0),
        (example("wordcount"), vec!["one two two", "", "three"], 0),
        (wat("rounds"), vec!["ok", "unreachable"], 100),
        (wat("hostile/odd_floats"), vec!["x"], 0),
    ] {
        let run = |flags: &str| told(console(&format!("run {module} {flags}"), &lines, code).records());
        let first = run("-j 1");
        assert_eq!(first.len(), lines.len());
        assert!(first.values().all(|(_, _, fuel)| fuel.is_some_and(|fuel| fuel > 0)), "{first:?}");
        let cache = TempFolder::new();
        let cached = format!("-j 2 --cache-dir {}", cache.path().display());
        // Compiled anew each time but the last, which finds the code of the one before.
        for flags in ["-j 1", "-j 2", "-j 2 --memory 64MiB", "-j 2 --optimize quick", &cached, &cached] {
            assert_eq!(run(flags), first, "{module} {flags}");
        }
        let uncounted = first.into_iter().map(|(id, (output, verdict, _))| (id, (output, verdict, None)));
        assert_eq!(run("-j 2 --fuel off"), uncounted.collect(), "{module}");
    }
}
