//! Every flag that takes an amount, in every spelling.

use super::*;
use crate::args::Cli;
use clap::Arg;
use std::any::TypeId;
use std::ffi::OsString;
use std::time::Duration;

/// Spellings of one amount of each kind.
pub(crate) const SPELLINGS: [(&str, &[&str]); 3] = [
    (
        "TIME",
        &[
            "90",
            "90s",
            "90S",
            "90 s",
            " 90s\t",
            "9e1",
            "9_0",
            "1m30s",
            "1m 30s",
            "1min 30sec",
            "1.5m",
            "90000ms",
            "0.025h",
        ],
    ),
    (
        "FUEL",
        &[
            "1500000000",
            "1_500_000_000",
            "1.5G",
            "1.5g",
            " 1.5 G ",
            "1500M",
            "1500000k",
            "1.5e9",
            "15E8",
            ".0015T",
        ],
    ),
    (
        "SIZE",
        &[
            "1572864",
            "1_572_864",
            "1572864B",
            "1572864 bytes",
            "1536K",
            "1536KiB",
            "1536kib",
            "1.5MiB",
            "1.5 mib",
            " 1.5M ",
            "1572.864kB",
            "1.572864MB",
            "1.572864mb",
            "1.572864e6",
        ],
    ),
];

/// What is no amount of any kind.
const WRONG: [&str; 12] = [
    "-1",
    "-1s",
    "-0.5G",
    "--5",
    "NaN",
    "inf",
    "1,5",
    "5parsecs",
    "1e400",
    "99999999999999999999T",
    "0",
    "0.0e5",
];

/// Commands that take amounts, with what they cannot do without.
const COMMANDS: [(&str, &str); 5] = [
    ("run", "a.wasm --retries 1"),
    ("exec", "a.wasm"),
    ("test", "a.wasm cases --retries 1"),
    ("judge", "programs cases"),
    ("calibrate", "a.wasm cases --retries 1"),
];

fn read(line: &[&str]) -> Result<Cli, String> {
    Cli::read(line.iter().map(OsString::from)).map_err(|no_start| {
        assert!(!no_start.asked_for);
        no_start.text
    })
}

fn value_name(arg: &Arg) -> String {
    arg.get_value_names().and_then(<[_]>::first).map(ToString::to_string).unwrap_or_default()
}

/// The flags of a command that take an amount of this kind.
fn flags(command: &str, kind: &str) -> Vec<String> {
    let cli = Cli::flags();
    let command = cli.find_subcommand(command).unwrap();
    let flags = command.get_arguments().filter(|arg| value_name(arg) == kind);
    flags.map(|arg| format!("--{}", arg.get_long().unwrap())).collect()
}

fn each(mut check: impl FnMut(&[&str], &str, &[&str])) {
    let mut count = 0;
    for (command, needed) in COMMANDS {
        let base: Vec<&str> = ["polymer", command].into_iter().chain(needed.split_whitespace()).collect();
        for (kind, spellings) in SPELLINGS {
            for flag in flags(command, kind) {
                count += 1;
                check(&base, &flag, spellings);
            }
        }
    }
    assert!(count > 30, "{count}");
}

#[test]
fn each_flag_takes_each_spelling() {
    each(|base, flag, spellings| {
        let args = |value: &str| {
            let apart = read(&[base, &[flag, value]].concat())
                .unwrap_or_else(|text| panic!("{flag} {value}: {text}"));
            let together = read(&[base, &[&format!("{flag}={value}")]].concat()).unwrap();
            let apart = format!("{apart:?}");
            assert_eq!(apart, format!("{together:?}"), "{flag} {value}");
            apart
        };
        let first = args(spellings[0]);
        for spelling in spellings {
            assert_eq!(args(spelling), first, "{flag} {spelling}");
        }
        assert_ne!(first, format!("{:?}", read(base).unwrap()), "{flag}");
    });
}

#[test]
fn what_is_no_amount_is_told_with_its_flag_its_value_and_examples() {
    each(|base, flag, _| {
        for wrong in WRONG {
            for line in [vec![flag.to_owned(), wrong.to_owned()], vec![format!("{flag}={wrong}")]] {
                let line: Vec<&str> = line.iter().map(String::as_str).collect();
                let text = read(&[base, &line].concat()).unwrap_err();
                for part in [&format!("'{wrong}'"), flag, "`"] {
                    assert!(text.contains(part), "`{part}` is not in: {text}");
                }
                assert!(text.contains("; write ") || text.contains("at most 1GiB"), "{text}");
            }
        }
    });
}

#[test]
fn amounts_within_other_values_are_spelled_alike() {
    let run = |flag: &str, value: &str| format!("{:?}", read(&["polymer", "run", "a.wasm", flag, value]));
    for (flag, spellings) in [
        ("--scratch", ["1572864", "1.5MiB", "1536K", " 1.5 mib"]),
        ("--escalate", ["fuel=4x,max=100G", "fuel=4x,max=1e11", "fuel=4x,max=100_000M", "fuel=4x,max= .1t "]),
        ("--max-fail", ["5%", " 5% ", "5 %", "5.0%"]),
        ("--accept-fail", ["5%", " 5% ", "5 %", "5.0%"]),
    ] {
        for spelling in spellings {
            let read = run(flag, spelling);
            assert!(read.starts_with("Ok("), "{flag} {spelling}: {read}");
            assert_eq!(read, run(flag, spellings[0]), "{flag} {spelling}");
        }
        let wrong = run(flag, "-1");
        assert!(wrong.contains("'-1'") && wrong.contains(flag), "{wrong}");
    }
}

#[test]
fn each_flag_that_takes_an_amount_is_known_for_one_and_its_help_has_an_example() {
    fn check(command: &Command) {
        command.get_subcommands().for_each(check);
        for arg in command.get_arguments() {
            let (name, kind) = (arg.get_id(), arg.get_value_parser().type_id());
            let is_amount = kind == TypeId::of::<Duration>() || kind == TypeId::of::<u64>();
            let example = EXAMPLES.iter().find(|(value, _)| value_name(arg) == *value);
            let is_count = value_name(arg) == "N|forever";
            assert!(!is_amount || is_count || example.is_some(), "decide how the value of {name} is called");
            if let Some((_, example)) = example {
                let help = arg.get_help().unwrap().to_string();
                assert!(help.contains(example), "{name}: {help}");
            }
        }
    }
    check(&Cli::flags());
}
