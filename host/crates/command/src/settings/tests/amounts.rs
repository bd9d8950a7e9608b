//! Amounts in variables and files: spelled as behind flags, and told with where they stand.

use super::*;
use crate::args::SPELLINGS;
use crate::report::progress::LineInterval;

/// The flag of a run that stands for each kind.
const FLAGS: [(&str, &str); 3] = [("TIME", "timeout"), ("FUEL", "fuel"), ("SIZE", "memory")];

fn limits(args: &RunArgs) -> String {
    format!("{:?}", args.limits)
}

#[test]
fn variables_and_files_take_each_spelling() {
    for (kind, flag) in FLAGS {
        let (_, spellings) = SPELLINGS.into_iter().find(|(name, _)| *name == kind).unwrap();
        let expected = limits(&Here::new(&[], "").run(&format!("a.wasm --{flag} {}", spellings[0])).0);
        for spelling in spellings {
            let here = Here::new(&[(&config::variable(flag), spelling)], "");
            assert_eq!(limits(&here.run("a.wasm").0), expected, "{flag} by variable: {spelling}");
            let here = Here::new(&[], &format!("[profile.x]\n{flag} = {spelling:?}"));
            assert_eq!(limits(&here.run("a.wasm -P x").0), expected, "{flag} by file: {spelling}");
        }
    }
}

#[test]
fn a_file_may_have_numbers_with_a_fraction_or_an_exponent() {
    let file = "[profile.x]\ntimeout = 2.5\nfuel = 1e9\nmemory = 1_000_000\nlog-interval = 5";
    let (args, settings) = Here::new(&[], file).run("a.wasm -P x");
    assert_eq!((args.limits.timeout, args.limits.fuel.0), (Duration::from_millis(2500), Some(1_000_000_000)));
    assert_eq!(
        (args.limits.memory, args.log.log_interval),
        (1_000_000, LineInterval::Fixed(Duration::from_secs(5)))
    );
    check(&settings, "timeout", "2.5", "polymer.toml [profile.x]");
    for (line, says) in [
        ("timeout = nan", "'nan'"),
        ("timeout = inf", "'inf'"),
        ("timeout = -1.5", "'-1.5' for '--timeout <TIME>': it is negative"),
        ("memory = 1.5", "without a unit it must be a whole number"),
        ("fuel = 1e300", "it is too large"),
        ("retries = 1.5", "'1.5' for '--retries"),
    ] {
        let here = Here::new(&[], &format!("[profile.x]\n{line}"));
        here.check_wrong("a.wasm -P x", &["[profile.x], line 2", says]);
    }
}

#[test]
fn a_wrong_amount_is_told_with_its_place_its_value_and_examples() {
    for (kind, flag) in FLAGS {
        for wrong in ["-1", "NaN", "5parsecs", "1e400", "0"] {
            let (variable, value) = (config::variable(flag), format!("'{wrong}' for '--{flag} <{kind}>'"));
            Here::new(&[(&variable, wrong)], "").check_wrong("a.wasm", &[&variable, &value, "; write "]);
            let here = Here::new(&[], &format!("[profile.x]\n{flag} = {wrong:?}"));
            here.check_wrong("a.wasm -P x", &["line 2", &value, "; write "]);
        }
    }
}
