//! What is shown of a run's progress: as a bar, in lines or not at all, with an estimated total, and
//! with slow tasks below.

use super::support::terminal::{Seen, Terminal};
use super::support::{Start, TempFolder, example};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

/// A run of the example `simple` over this input, one task at a time.
fn run(lines: &Path) -> String {
    format!("polymer run {} -j 1 -o /dev/null --input {}", example("simple"), lines.display())
}

/// Quick tasks, and behind them one that takes long.
fn with_a_slow_one(folder: &TempFolder, id: &str) -> String {
    let mut lines: String = (0..20).map(|at| format!("{{\"text\":\"t{at}\"}}\n")).collect();
    lines += &serde_json::json!({"text": id, "wait": 550}).to_string();
    run(&folder.file("lines", lines)) + " --id-field text"
}

/// That nothing of it is left.
#[track_caller]
fn check_gone(seen: &Seen) {
    let is_left = |line: &String| line.contains(" done (") || line.starts_with("slow:");
    assert!(!seen.lines.iter().any(is_left), "{:#?}", seen.lines);
    assert_eq!(seen.cursor.1, 0, "{:?}", seen.bytes);
}

#[test]
fn a_slow_task_stands_below_the_bar_with_what_it_uses_and_cannot_do_anything() {
    let folder = TempFolder::new();
    let run = with_a_slow_one(&folder, &format!("\u{1b}[2J\u{202e}{}", "x".repeat(300)));
    for columns in [50, 80, 200] {
        let mut terminal = Terminal::start(columns, &run);
        // Where a row wraps, the rows of the screen are not those of the text.
        let ends_with_both = |lines: &[String]| {
            let [.., row, slow] = lines else { return false };
            let used = slow.rsplit_once(" for ").map(|(_, used)| used).unwrap_or_default();
            row.contains("20 of 21 done (95%)")
                && slow.starts_with("slow: task \\u{1b}[2J\\u{202e}xx")
                && (used.contains("s, ") && used.ends_with("iB"))
                && slow.chars().count() < columns.into()
        };
        terminal.until("a slow task", |terminal| ends_with_both(&terminal.lines()));
        assert_eq!(terminal.cursor().1, 0);
        // A message goes above both rows.
        terminal.keys("\x03");
        terminal.until("both rows below", |terminal| {
            let lines = terminal.lines();
            let at = |part: &str| lines.iter().filter(|line| line.contains(part)).count();
            ends_with_both(&lines) && at("draining: it was told") == 1 && at("slow: ") == 1
        });
        terminal.keys("\x03");
        let seen = terminal.end();
        assert_eq!(seen.status.code(), Some(130));
        check_gone(&seen);
    }
}

/// On a terminal that wants colours `slow:` has one, and it stands there without them.
#[test]
fn no_colour_is_needed_to_see_what_is_slow_and_what_failed() {
    let folder = TempFolder::new();
    let lines = "{\"wait\":-1}\n{\"text\":\"a\",\"wait\":550}\n";
    let run = run(&folder.file("lines", lines)) + " --failure-output never";
    for (variables, coloured) in
        [(&[("TERM", "xterm")][..], true), (&[("TERM", "xterm"), ("NO_COLOR", "1")], false)]
    {
        let mut terminal = Terminal::with(80, variables, &run);
        terminal.until_seen("slow: task 2 for 1");
        terminal.until_seen("1 of 2 done (50%), 1 not ok");
        terminal.keys("\x03");
        terminal.until_seen("SIGINT: draining");
        terminal.keys("\x03");
        let seen = terminal.end();
        for part in ["\x1b[1;33mslow:\x1b[0m task 2", "\x1b[1;31m1 not ok\x1b[0m"] {
            assert_eq!(seen.bytes.contains(part), coloured, "{part}: {:?}", seen.bytes);
        }
    }
}

/// So many lines that they are not all read at once.
const MANY: usize = 20_000;

fn many_lines() -> String {
    (0..MANY).fold(String::new(), |mut lines, at| {
        writeln!(lines, r#"{{"text":"{at:05}","wait":0.1}}"#).unwrap();
        lines
    })
}

#[test]
fn the_total_is_estimated_from_the_bytes_of_a_file_also_of_a_compressed_one() {
    let folder = TempFolder::new();
    let lines = folder.file("lines", many_lines());
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(many_lines().as_bytes()).unwrap();
    let packed = folder.file("lines.gz", packed.finish().unwrap());
    let plain = run(&lines);
    let module = example("simple");
    let stdin = format!("polymer run {module} -j 1 -o /dev/null < {}", lines.display());
    for line in [&plain, &run(&packed), &stdin] {
        let mut terminal = Terminal::start(80, line);
        terminal.until("an estimate", |terminal| {
            let row = terminal.row();
            let total = row.split_once(" of ~").and_then(|(_, rest)| rest.split_once(" done ("));
            let total = total.and_then(|(total, _)| total.parse().ok());
            total.is_some_and(|total| (MANY * 8 / 10..=MANY * 12 / 10).contains(&total))
        });
        terminal.until_seen("s left, ");
        // Of such short tasks the one that has begun ends soon.
        terminal.keys("\x03");
        check_gone(&terminal.end());
    }
}

#[test]
fn progress_is_shown_as_it_was_asked_for() {
    let folder = TempFolder::new();
    let lines = folder.file("lines", "{}\n{\"wait\":5}\n");
    let run = run(&lines) + " --log-interval 100ms";
    let variable = |value| [("TERM", "xterm"), ("POLYMER_SHOW_PROGRESS", value)];
    for (value, rows, counted) in
        [("auto", true, false), ("bar", true, false), ("counter", false, true), ("none", false, false)]
    {
        let by_flag = format!("{run} --show-progress {value}");
        for seen in [
            Terminal::start(80, &by_flag).end(),
            Terminal::with(80, &variable(value), &run).end(),
            // A flag counts before a variable.
            Terminal::with(80, &variable("none"), &by_flag).end(),
        ] {
            assert_eq!(seen.bytes.contains("\x1b["), rows, "{value}: {:?}", seen.bytes);
            let is_told =
                seen.lines.iter().any(|line| line.starts_with("progress: 1 of 2 done (50%), 1 running"));
            assert_eq!(is_told, counted, "{value}: {:?}", seen.bytes);
            check_gone(&Seen {
                lines: seen.lines.iter().filter(|line| !line.starts_with("progress:")).cloned().collect(),
                ..seen
            });
        }
    }
    // Whoever asks for a bar knows who else writes to the terminal.
    let piped = format!("{} | cat > /dev/null", run.replace("-o /dev/null", "--show-progress bar"));
    let seen = Terminal::start(80, &piped).end();
    assert!(seen.bytes.contains("\x1b[K"), "{:?}", seen.bytes);
}

#[test]
fn where_no_bar_can_be_drawn_it_is_said_and_lines_take_its_place() {
    let folder = TempFolder::new();
    let lines = folder.file("lines", "{}\n{\"wait\":5}\n");
    let run = run(&lines) + " --log-interval 100ms";
    let is_told = |text: &str| text.contains("\nprogress: 1 of 2 done (50%), 1 running");
    for (flags, note, counted) in [
        ("", false, true),
        ("--show-progress bar", true, true),
        ("--show-progress counter", false, true),
        ("--show-progress none", false, false),
        ("--show-progress bar --quiet", false, false),
    ] {
        let ended = Start::shell(&format!("{run} {flags}")).run("").check(0);
        let text = format!("\n{}", ended.stderr);
        assert_eq!(
            text.contains("note: progress is shown in lines, not as a bar: standard error is no terminal\n"),
            note,
            "{flags}: {text}"
        );
        assert_eq!(is_told(&text), counted, "{flags}: {text}");
        assert!(!text.contains('\x1b'), "{flags}: {text}");
    }
    let seen = Terminal::with(80, &[("TERM", "dumb")], &format!("{run} --show-progress bar")).end();
    let said = seen.lines.iter().any(|line| line.ends_with("TERM names no terminal that can draw one"));
    assert!(said && !seen.bytes.contains('\x1b'), "{:?}", seen.bytes);
}
