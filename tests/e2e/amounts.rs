//! Amounts as people write them: behind flags, in variables and profiles, in task records and in
//! cases.

use super::support::{Start, TempFolder, wat};

/// A flag with an amount, and how a run shows that it took it.
const TAKEN: [(&str, &str); 10] = [
    ("--timeout 5", "timeout"),
    ("--timeout 2.5", "timeout"),
    ("--timeout 1m30s", "timeout"),
    ("--memory 256MB", "memory"),
    ("--memory 1.5GiB", "memory"),
    ("--log-limit 64KB", "log-limit"),
    ("--fuel 1e9", "fuel"),
    ("--fuel 1_000_000_000", "fuel"),
    ("--log-interval 500ms", "log-interval"),
    ("--global-timeout 1h", "global-timeout"),
];

#[test]
fn a_run_takes_amounts_as_people_write_them() {
    let silent = wat("silent");
    let flags: Vec<&str> = TAKEN.iter().map(|(flag, _)| *flag).collect();
    for flag in &flags {
        Start::polymer(&format!("run {silent} {flag}")).run("x\n").check(0);
    }
    let folder = TempFolder::new();
    let profile = folder
        .file("p.toml", "[profile.x]\ntimeout = 2.5\nfuel = 1e9\nmemory = \"256 MB\"\nlog-limit = 64_000\n");
    let line = format!("run {silent} --config {} -P x", profile.display());
    Start::polymer(&line).env("POLYMER_OUTPUT_LIMIT", "1.5mib").run("x\n").check(0);
}

#[test]
fn records_and_cases_take_them_too() {
    let silent = wat("silent");
    let folder = TempFolder::new();
    for limits in [
        r#"{"timeout":2.5,"fuel":1e9,"memory":2e8}"#,
        r#"{"timeout":"5","fuel":"1_000_000_000","memory":"256 MB","log":"1.5kib"}"#,
    ] {
        let record = format!("{{\"module\":{silent:?},\"input\":\"x\",\"limits\":{limits}}}\n");
        Start::polymer("run --tasks -").run(record).check(0);
        let cases =
            folder.file("cases", format!("{{\"input\":\"x\",\"limits\":{limits},\"expect\":{{}}}}\n"));
        Start::polymer(&format!("test {silent} {}", cases.display())).run("").check(0);
    }
    let record = format!("{{\"module\":{silent:?},\"input\":\"x\",\"limits\":{{\"memory\":\"5XB\"}}}}\n");
    let record = &Start::polymer("run --tasks -").run(record).check(100).records()[0];
    record.check("bad_input", "record");
    record.check_message("limit `memory` is `5XB`: unknown unit `XB`; write a size as `64KiB`");
}

#[test]
fn what_is_no_amount_names_the_flag_the_value_and_examples() {
    for (flag, value, says) in [
        ("--timeout", "-1", "it is negative; write a time as `500ms`"),
        ("--timeout", "5M", "`M` may be minutes or months"),
        ("--memory", "NaN", "it does not start with a number; write a size as `64KiB`"),
        ("--memory", "99999999999TB", "it is too large"),
        ("--memory", "1.5", "without a unit it must be a whole number"),
        ("--fuel", "5 parsecs", "unknown unit `parsecs`; write fuel as `500M`"),
        ("--fuel", "1,000", "it has a comma"),
    ] {
        let ended = Start::args(["run", "a.wasm", flag, value]).run("").check(2);
        ended.check_says(&format!("invalid value '{value}' for '{flag} <"));
        ended.check_says(says);
    }
    let help = Start::polymer("run --help").run("").check(0).stdout;
    for example in ["(such as 30s)", "(such as 2G)", "(such as 64MiB)"] {
        assert!(help.contains(example), "{example} is not in the help");
    }
}
