//! The command line as people meet it: help in short and in full, the version, what may be meant,
//! and how much is said.

use super::support::{Start, TempFolder, console, example, probe, root, wat};
use std::fs;
use std::process::Command;

/// Every command.
pub(crate) const COMMANDS: [&str; 23] = [
    "",
    "run",
    "exec",
    "resume",
    "rerun",
    "merge",
    "status",
    "top",
    "export",
    "report",
    "new",
    "build",
    "test",
    "judge",
    "calibrate",
    "inspect",
    "doctor",
    "cache",
    "cache path",
    "cache clear",
    "schema",
    "completions",
    "man",
];

#[test]
fn short_help_fits_a_screen_and_long_help_has_everything() {
    for command in COMMANDS {
        let help = |flag: &str| {
            let ended = Start::polymer(&format!("{command} {flag}")).env("COLUMNS", "80").run("").check(0);
            assert_eq!(ended.stderr, "");
            ended.stdout
        };
        let (short, long) = (help("-h"), help("--help"));
        assert!(short.lines().count() <= 40, "{command}: {} lines\n{short}", short.lines().count());
        assert!(short.lines().all(|line| line.chars().count() <= 80), "{command}\n{short}");
        assert!(short.contains("--help"), "{command}\n{short}");
        for line in short.lines().filter_map(|line| line.trim_start().strip_prefix('-')) {
            let flag = line.split([' ', ',']).find(|word| word.starts_with('-')).unwrap_or(line);
            assert!(long.contains(flag), "{command}: {flag} is only in the short help");
        }
    }
    let long = console("run --help", &[], 0).stdout;
    for part in [
        "\nInput:\n",
        "\nLimits:\n",
        "\nLog:\n",
        "\nTerminal:\n",
        "--compile-memory",
        "Exit codes:",
        "Examples:",
    ] {
        assert!(long.contains(part), "{part}\n{long}");
    }
}

#[test]
fn the_long_version_names_commit_engine_and_machine() {
    let short = console("-V", &[], 0).stdout;
    assert_eq!(short, format!("polymer {}\n", env!("CARGO_PKG_VERSION")));
    let long = console("--version", &[], 0).stdout;
    let lines: Vec<&str> = long.lines().collect();
    assert_eq!(lines[0], short.trim_end());
    let value = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name)).map(str::trim);
    assert!(value("wasmtime ").is_some_and(|version| version.starts_with("48.")), "{long}");
    assert!(value("target ").is_some_and(|target| target.starts_with("x86_64-")), "{long}");
    let git = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(root()).output();
    let head = git.ok().filter(|git| git.status.success()).map(|git| String::from_utf8(git.stdout).unwrap());
    match head {
        // Without a repository, none.
        None => assert_eq!(value("commit "), None, "{long}"),
        Some(head) => {
            assert!(value("commit ").is_some_and(|commit| head.starts_with(commit)), "{head}{long}");
        }
    }
}

#[test]
fn what_may_be_meant_is_said() {
    let folder = TempFolder::new();
    folder.file("polymer.toml", "[profile.nightly]\nretries = 1\n");
    let there = |line: &str| Start::polymer(line).within(folder.path()).run("").check(2).stderr;
    for (line, meant) in [
        ("rn a.wasm", "'run'"),
        ("cache cler", "'clear'"),
        ("exce a.wasm", "'exec'"),
        ("run a.wasm --timout 1s", "'--timeout'"),
        ("run a.wasm --sandbox strct", "'strict'"),
        ("run a.wasm --color nver", "'never'"),
        ("rerun d --verdict timout", "'timeout'"),
        ("export d --format perfeto", "'perfetto'"),
        ("calibrat a b", "'calibrate'"),
        ("rerun . -j 1 --verdict timout", "`timeout`"),
        ("new --lang rsut x", "'rust'"),
        ("run a.wasm -P nightli", "`nightly`"),
    ] {
        let stderr = if line.contains("-P") {
            Start::polymer(line).within(folder.path()).run("").check(2).stderr
        } else {
            console(line, &[], 2).stderr
        };
        assert!(stderr.contains(meant), "{line}\n{stderr}");
    }
    folder.file("polymer.toml", "[profile.other]\nfule = 1\n");
    assert!(there("run a.wasm -P other").contains("`fuel`"));
}

#[test]
fn a_quiet_run_says_nothing_unless_something_failed() {
    let folder = TempFolder::new();
    let dir = |name: &str| folder.path().join(name).display().to_string();
    let (silent, probe) = (wat("silent"), probe());
    for line in [
        format!("run {silent} -q"),
        format!("run {silent} --quiet --log-level debug --success-output immediate --log-interval 1ms"),
        format!("run {silent} -q --sandbox off"),
        format!("run {silent} -q --run-dir {}", dir("run")),
        format!("run {silent} -q --on-duplicate first"),
    ] {
        let ended = console(&line, &["a", "b", "a"], 0);
        assert_eq!(ended.stderr, "", "{line}");
    }
    // What a guest that ends well says of errors is its own affair.
    let simple = example("simple");
    assert_eq!(console(&format!("run {simple} -q"), &[r#"{"text":"x"}"#], 0).stderr, "");
    // Otherwise the failures and the sums are there, and no more.
    let failed = |flags: &str| {
        console(&format!("run {probe} -j 1 -k {flags}"), &["log fine", "nothing", "print x"], 100).stderr
    };
    let (quiet, usual) = (failed("-q"), failed(""));
    assert!(
        quiet.contains(" ERROR slot 1 task 2 attempt 1: trap") && quiet.contains("\nRan 3 tasks in "),
        "{quiet}"
    );
    assert!(quiet.contains("verdicts: ok 2, trap 1"), "{quiet}");
    assert!(
        quiet.lines().count() <= usual.lines().count() && !quiet.contains("fine"),
        "{quiet}\n---\n{usual}"
    );
    // So is what ends the run, and what was asked for and is not done.
    console("run /nowhere.wasm -q", &[], 96).check_says("error: there is no module");
    let log = dir("log");
    let ended = console(&format!("run {silent} -q --log-level debug --log-file {log}"), &["a"], 0);
    assert!(ended.stderr.is_empty() && fs::read_to_string(&log).unwrap().contains(" DEBUG "));
    let records = folder.file("records", "").display().to_string();
    let ended = console(&format!("run {silent} -q --skip-done {records}"), &["a"], 0);
    assert!(
        ended.stderr.starts_with("warn: --skip-done passed over nothing")
            && ended.stderr.lines().count() == 1,
        "{}",
        ended.stderr
    );
    let ended = console(&format!("run {probe} -q --run-dir {}", dir("failing")), &["nothing"], 100);
    ended.check_says("Ran 1 task in ");
    // How much is said is no part of a run that goes on.
    assert_ne!(console(&format!("resume {}", dir("run")), &["a", "b", "a"], 0).stderr, "");
    assert_eq!(console(&format!("resume {} -q", dir("run")), &["a", "b", "a"], 0).stderr, "");
}

#[test]
fn a_quiet_build_is_heard_only_where_it_fails() {
    let folder = TempFolder::new();
    let broken = folder.path().join("broken");
    fs::create_dir_all(broken.join("src")).unwrap();
    fs::write(
        broken.join("Cargo.toml"),
        "[package]\nname = \"broken\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    )
    .unwrap();
    fs::write(broken.join("src/main.rs"), "fn main() { no }\n").unwrap();
    let ended = Start::shell(&format!("polymer run {} -q", broken.display())).patient(300).run("").check(96);
    ended.check_says("cannot find value `no`");
}
