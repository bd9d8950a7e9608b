//! Whole screens as people see them, beside files that keep them: help, the summary, doctor and the
//! dry run. A change of one is seen in review as text. `INSTA_UPDATE=always cargo test --locked -p
//! polymer-wasm --test e2e snapshots::` writes the files anew.

use super::command_line::COMMANDS;
use super::support::{Start, TempFolder, console, root, wat};

/// What differs from run to run or from machine to machine in a log and a summary, and what stands for
/// it.
const FILTERS: [(&str, &str); 8] = [
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "[WHEN]"),
    (r"\d+(\.\d+)? tasks/s", "[RATE] tasks/s"),
    (r"\d+% busy", "[SHARE] busy"),
    (r"\d+(\.\d+)? secs", "[TIME]"),
    (r"\d+(\.\d+)? (ns|us|µs|ms|s)\b", "[TIME]"),
    (r"\d+(\.\d+)? (B|KiB|MiB|GiB|TiB)\b", "[SIZE]"),
    (r"restarts: \d+", "restarts: [COUNT]"),
    (r"jail: [^\n]*", "jail: [LAYERS]"),
];

/// Compares `text` with the file `snapshots/NAME.snap`. In place of the folder of
/// guests stands `GUESTS`.
fn check(name: &str, text: &str, filters: &[(&str, &str)]) {
    let guests = root().join("tests/guests");
    let text = text.replace(guests.to_str().unwrap(), "GUESTS");
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (pattern, stands) in filters {
        settings.add_filter(pattern, *stands);
    }
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn help_of_each_command() {
    for command in COMMANDS {
        let name = if command.is_empty() { "polymer".to_owned() } else { command.replace(' ', "-") };
        for (flag, page) in [("--help", "long"), ("-h", "short")] {
            let line = format!("{command} {flag}");
            let ended = Start::polymer(line.trim()).env("COLUMNS", "100").run("").check(0);
            check(&format!("help-{name}-{page}"), &ended.stdout, &[]);
        }
    }
}

#[test]
fn the_log_and_summary_of_a_run_with_failures() {
    let folder = root().join("tests/guests");
    let lines: String = ["silent", "exit_max", "rounds", "silent"]
        .map(|name| format!("{{\"module\":\"{name}.wat\",\"input\":\"1000000000\"}}\n"))
        .concat();
    let line = format!("run --tasks - --base {} -j 1 --no-cache --fuel 1M", folder.display());
    let ended = console(&line, &lines.lines().collect::<Vec<_>>(), 100);
    check("run-with-failures", &ended.stderr, &FILTERS);
}

#[test]
fn a_dry_run() {
    let folder = TempFolder::new();
    folder.file("polymer.toml", "[profile.small]\nfuel = \"2G\"\nworkers = 2\n");
    let line = format!("run {} -P small --timeout 5s --dry-run", wat("silent"));
    let ended = Start::polymer(&line).within(folder.path()).run("").check(0);
    check("dry-run", &ended.stdout, &[]);
}

/// Values are this machine's; what is asked of it stays.
#[test]
fn the_rows_of_doctor() {
    let stdout = console("doctor", &[], 0).stdout;
    let rows = stdout.lines().map(|line| match line.strip_prefix("  ").and_then(|row| row.find("  ")) {
        Some(at) => format!("{}  [VALUE]\n", &line[..at + 2]),
        None => format!("{line}\n"),
    });
    check("doctor", &rows.collect::<String>(), &[]);
}
