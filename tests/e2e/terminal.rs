//! What is seen on a terminal: records, messages and the progress line, at several widths, in the
//! foreground and in the background, on one that can do nothing, and whatever ends the run.

use super::support::terminal::{Seen, Terminal};
use super::support::{Start, TempFolder, example, parse, probe};
use std::fmt::Write as _;

/// A run of the example `simple`, one task at a time, over tasks that wait so long, in tenths of a
/// second.
fn simple(folder: &TempFolder, waits: &[u32]) -> String {
    let lines = waits.iter().enumerate().fold(String::new(), |mut lines, (at, wait)| {
        writeln!(lines, r#"{{"text":"t{at}","wait":{wait}}}"#).unwrap();
        lines
    });
    let lines = folder.file("lines", lines);
    format!("polymer run {} -j 1 --input {}", example("simple"), lines.display())
}

/// Longer than any test.
const LONG: u32 = 550;

/// What is seen, with records in short and without what differs from run to run.
fn masked(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| mask(line)).collect()
}

fn mask(line: &str) -> String {
    // It may be on its way.
    if line.starts_with("{\"v\":1") && serde_json::from_str::<serde_json::Value>(line).is_ok() {
        let record = parse(&format!("{line}\n"));
        return format!("<{} {}>", record.id(), record.verdict());
    }
    let word = |word: &str| {
        let bare = word.trim_end_matches([',', ';']);
        let differs = bare.ends_with(['s', 'm', '%']) || bare.contains('.');
        if differs && bare.starts_with(|c: char| c.is_ascii_digit()) {
            word.replace(bare, "#")
        } else {
            word.to_owned()
        }
    };
    line.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// That nothing of a progress line is left, and the cursor stands at the start of a row below all
/// else.
#[track_caller]
fn check_clean(seen: &Seen) {
    let shown = || format!("{}\n{:?}\n{}", seen.lines.join("\n"), seen.cursor, seen.bytes);
    assert!(
        !seen.lines.iter().any(|line| line.contains(" done (") || line.starts_with("slow:")),
        "{}",
        shown()
    );
    let glued = seen
        .lines
        .iter()
        .any(|line| line.find("{\"v\"").is_some_and(|at| at > 0) || line.matches("{\"v\"").count() > 1);
    assert!(!glued, "{}", shown());
    assert_eq!(seen.cursor.1, 0, "{}", shown());
    assert!(["\n", "\r\x1b[K", "\r\x1b[J"].iter().any(|end| seen.bytes.ends_with(end)), "{}", shown());
}

#[test]
fn records_and_the_progress_line_never_share_a_row() {
    let folder = TempFolder::new();
    let run = simple(&folder, &[0, 0, LONG]);
    for (columns, line) in [
        (20, "2 of 3 done (66%)"),
        (50, "2 of 3 done (66%), # tasks/s, 1 running, #"),
        (80, "[=======>    ] 2 of 3 done (66%), # tasks/s, 1 running, #"),
        (200, "[===================>          ] 2 of 3 done (66%), # tasks/s, 1 running, #"),
    ] {
        let mut terminal = Terminal::start(columns, &run);
        let is_there = |terminal: &Terminal| {
            let lines = masked(&terminal.lines());
            let rows = lines.iter().map(String::as_str).take(3);
            rows.eq(["<1 ok>", "<2 ok>", line])
        };
        terminal.until(line, is_there);
        assert_eq!(terminal.cursor().1, 0, "what is typed stays in the row");
        assert!(terminal.row().chars().count() < columns.into(), "the last column is free");
        // Its echo neither wraps nor stays.
        terminal.keys("\x03");
        // Both messages are there: the terminal's echo of a key may else fall between the line that
        // is taken away and a message.
        terminal.until_seen("ERROR draining: it was told to stop");
        terminal.until("a line below", |terminal| terminal.row().contains("2 of 3 done"));
        terminal.keys("\x03");
        let seen = terminal.end();
        check_clean(&seen);
        assert_eq!(seen.status.code(), Some(130));
        let lines = masked(&seen.lines);
        assert_eq!(lines[..2], ["<1 ok>", "<2 ok>"], "{lines:?}");
        assert!(lines[2].starts_with("SIGINT: draining: tasks that have begun"), "{lines:?}");
        assert!(!seen.lines.iter().any(|line| line.contains("^C")), "{lines:?}");
    }
}

#[test]
fn what_tasks_said_and_records_stand_in_lines_of_their_own() {
    let folder = TempFolder::new();
    let run = simple(&folder, &[1, 2, 1]) + " --success-output immediate --keep-order";
    for columns in [20, 50, 80, 200] {
        let seen = Terminal::start(columns, &run).end();
        check_clean(&seen);
        let said = |at: u32| {
            [
                format!("slot 1 task {at} attempt 1 said:"),
                format!("    | t{} #", at - 1),
                format!("<{at} ok>"),
            ]
        };
        let mut lines = masked(&seen.lines);
        assert!(lines.iter().any(|line| line.starts_with("Ran 3 tasks in # ")), "{lines:?}");
        lines.retain(|line| line.starts_with("slot ") || line.starts_with("    |") || line.starts_with('<'));
        // Records and messages come from two threads.
        let mut expected: Vec<String> = (1..=3).flat_map(said).collect();
        expected.sort();
        lines.sort();
        assert_eq!(lines, expected);
    }
}

#[test]
fn a_run_that_is_stopped_leaves_a_clean_row_and_draws_anew_when_it_goes_on() {
    let folder = TempFolder::new();
    let run = simple(&folder, &[0, LONG]);
    let mut terminal =
        Terminal::start(80, &format!("set -m; {run}; echo stopped-$?; read; fg; echo over-$?"));
    terminal.until("the line", |terminal| terminal.row().contains("1 of 2 done"));
    terminal.keys("\x1a");
    terminal.until_seen("stopped-148");
    let lines = terminal.lines();
    assert!(!lines.iter().any(|line| line.contains("done")), "{lines:#?}");
    terminal.keys("\n");
    terminal.until("the line again", |terminal| terminal.row().contains("1 of 2 done"));
    terminal.keys("\x03");
    terminal.until_seen("SIGINT: draining");
    terminal.keys("\x03");
    terminal.until_seen("over-130");
    check_clean(&terminal.end());
}

#[test]
fn in_the_background_nothing_is_drawn_and_no_message_stops_the_run() {
    let folder = TempFolder::new();
    let out = folder.path().join("out");
    let lines = folder.file("calls", "print a\nnothing\nlog b\n");
    let run = format!("polymer run {} -j 1 --input {} -o {}", probe(), lines.display(), out.display());
    for stty in ["stty -tostop", "stty tostop"] {
        let seen = Terminal::start(80, &format!("set -m; {stty}; {run} & wait $!; echo over-$?")).end();
        let all = seen.lines.join("\n");
        assert!(all.contains("over-100"), "{stty}\n{all}");
        assert!(
            all.contains("ERROR slot 1 task 2 attempt 1: trap") && all.contains("\nRan 3 tasks in "),
            "{stty}\n{all}"
        );
        assert!(
            !seen.bytes.contains("running") && !seen.bytes.contains("\x1b[K"),
            "{stty}\n{:?}",
            seen.bytes
        );
    }
}

/// Records are what a run is for: where `stty tostop` says that no output is to come from the
/// background, they wait to be in front.
#[test]
fn records_from_the_background_obey_tostop() {
    let folder = TempFolder::new();
    let run = simple(&folder, &[0, 0]);
    let seen = Terminal::start(
        80,
        &format!("set -m; stty tostop; {run} & wait $!; echo stopped-$?; fg; echo over-$?"),
    )
    .end();
    let lines = masked(&seen.lines);
    let at = |part: &str| {
        lines.iter().position(|line| line.contains(part)).unwrap_or_else(|| panic!("{part}: {lines:#?}"))
    };
    assert!(at("stopped-150") < at("<1 ok>") && at("<2 ok>") < at("over-0"), "{lines:#?}");
    check_clean(&seen);
}

#[test]
fn a_terminal_that_can_do_nothing_gets_plain_lines() {
    let folder = TempFolder::new();
    let run = simple(&folder, &[0, 4]) + " --log-interval 100ms";
    for variables in [&[("TERM", "dumb")][..], &[("TERM", "")], &[]] {
        for columns in [20, 80] {
            let seen = Terminal::with(columns, variables, &run).end();
            let plain = seen.bytes.replace("\r\n", "\n");
            assert!(!plain.contains(['\r', '\x1b']), "{variables:?}: {plain:?}");
            assert!(
                plain.lines().any(|line| line.starts_with("progress: ") && line.contains(", 1 running")),
                "{plain}"
            );
            check_clean(&Seen {
                lines: plain
                    .lines()
                    .filter(|line| !line.starts_with("progress: "))
                    .map(str::to_owned)
                    .collect(),
                ..seen
            });
        }
    }
}

#[test]
fn whatever_ends_a_run_the_row_is_clean() {
    let folder = TempFolder::new();
    let long = simple(&folder, &[0, LONG]);
    for (line, code) in [
        (format!("{long} --global-timeout 700ms"), 106),
        (format!("{long} -o /dev/full"), 110),
        (format!("{long} --output {}/none/out", folder.path().display()), 110),
        (format!("{long} --timeout 500ms --no-confirm-timeouts"), 100),
        (format!("{long} --log-file /dev/full --log-level debug --global-timeout 700ms"), 106),
        (format!("polymer run {} --input /nowhere", example("simple")), 96),
        (format!("polymer run {} --input {}", "/nowhere.wasm", folder.path().join("lines").display()), 96),
    ] {
        let seen = Terminal::start(80, &line).end();
        assert_eq!(seen.status.code(), Some(code), "{line}\n{}", seen.lines.join("\n"));
        check_clean(&seen);
    }
    // The third waits for nothing.
    let mut terminal = Terminal::start(80, &long);
    terminal.until("the line", |terminal| terminal.row().contains("1 of 2 done"));
    terminal.keys("\x03\x03\x03");
    check_clean(&terminal.end());
}

#[test]
fn a_new_width_is_kept_to() {
    let folder = TempFolder::new();
    let mut terminal = Terminal::start(80, &simple(&folder, &[0, LONG]));
    for columns in [80, 24, 200, 20] {
        terminal.resize(columns);
        let fits = |terminal: &Terminal| {
            let row = terminal.row();
            row.contains("1 of 2 done (50%)")
                && row.contains("1 running") == (columns > 40)
                && row.chars().count() < columns.into()
        };
        terminal.until("a line that fits", fits);
        assert_eq!(terminal.cursor().1, 0);
    }
    terminal.keys("\x03\x03");
    check_clean(&terminal.end());
}

/// Whoever reads a pipe may write to the very terminal, as `jq` does, and knows of no line there.
#[test]
fn no_line_is_drawn_where_records_go_to_a_pipe() {
    let folder = TempFolder::new();
    let run = simple(&folder, &[0, 4, 0]) + " -k --log-interval 100ms";
    for reader in ["cat", "tee /dev/null"] {
        let seen = Terminal::start(80, &format!("set -o pipefail; {run} | {reader}")).end();
        assert!(!seen.bytes.contains('\x1b'), "{:?}", seen.bytes);
        let lines = masked(&seen.lines);
        for part in ["<1 ok>", "<2 ok>", "<3 ok>"] {
            assert!(lines.iter().any(|line| line == part), "{lines:#?}");
        }
        let is_told = |line: &String| line.starts_with("progress: 1 of 3 done (33%), 1 running");
        assert!(lines.iter().any(is_told), "{lines:#?}");
    }
    let file = folder.path().join("records");
    let seen = Terminal::start(80, &format!("{run} > {}", file.display())).end();
    assert!(seen.bytes.contains("\x1b[K"), "{:?}", seen.bytes);
    check_clean(&seen);
}

/// What would reorder or hide what is read, and one of each other kind.
const UNSEEN: &str = "\u{202e}\u{2066}\u{2069}\u{200e}\u{200f}\u{61c}\u{feff}\u{ad}\u{200b}\u{200d}\u{2028}\u{2029}\u{e0041}\u{85}\u{9b}\u{7f}";

#[test]
fn what_hides_or_reorders_text_is_written_out_on_a_terminal_and_only_there() {
    let folder = TempFolder::new();
    let line =
        serde_json::json!({"text": format!("a{UNSEEN}z é日"), "wait": 0}).to_string() + "\n{\"wait\":-1}\n";
    let lines = folder.file("lines", line);
    let run = format!(
        "polymer run {} -j 1 --success-output immediate --input {}",
        example("simple"),
        lines.display()
    );
    let seen = Terminal::start(200, &run).end();
    let raw: Vec<char> = seen.bytes.chars().filter(|c| UNSEEN.contains(*c)).collect();
    assert!(raw.is_empty(), "{raw:?}\n{:?}", seen.bytes);
    let shown = seen.lines.iter().find(|line| line.starts_with("{\"v\"")).unwrap();
    assert!(
        shown.contains("\\u202e") && shown.contains("\\udb40\\udc41") && shown.contains("z é日"),
        "{shown}"
    );
    let record = parse(&format!("{shown}\n"));
    assert_eq!(record["/output/text"], format!("a{UNSEEN}z é日"));
    // What it is told of on stderr names the task by its text.
    assert!(seen.bytes.contains("\\u{202e}"), "{:?}", seen.bytes);
    for to in ["/dev/tty", "/dev/stderr"] {
        let seen = Terminal::start(200, &format!("{run} -o {to}")).end();
        assert!(seen.bytes.contains("\\u202e") && !seen.bytes.contains('\u{202e}'), "{to}: {:?}", seen.bytes);
    }
    let piped = Start::shell(&run).run("").check(100);
    assert!(piped.stdout.contains('\u{202e}') && !piped.stdout.contains("\\u202e"), "{}", piped.stdout);
    assert!(!piped.stderr.contains('\u{202e}'), "{}", piped.stderr);
}

#[test]
fn words_have_colours_on_a_terminal_that_wants_them() {
    const XTERM: (&str, &str) = ("TERM", "xterm");
    for (variables, flags, wanted) in [
        (&[XTERM][..], "", true),
        (&[XTERM], "--color never", false),
        (&[XTERM, ("NO_COLOR", "1")], "", false),
        (&[XTERM, ("NO_COLOR", "1")], "--color=always", true),
        (&[("TERM", "dumb")], "", false),
        (&[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")], "", true),
        (&[XTERM, ("POLYMER_COLOR", "never")], "", false),
    ] {
        for (line, part) in [
            ("polymer run /nowhere.wasm --input /dev/null", "\x1b[1;31merror:\x1b[0m there is no module"),
            ("polymer run /nowhere.wasm --fule 1", "\x1b[1;31merror:\x1b[0m unexpected argument"),
            ("polymer run --help", "\x1b["),
        ] {
            // What is wrong with the command line is told before variables are read.
            if variables.iter().any(|(name, _)| *name == "POLYMER_COLOR") && !line.contains("/dev/null") {
                continue;
            }
            let seen = Terminal::with(80, variables, &format!("{line} {flags}")).end();
            assert_eq!(seen.bytes.contains(part), wanted, "{variables:?} {line} {flags}: {:?}", seen.bytes);
            assert_eq!(seen.bytes.contains('\x1b'), wanted, "{variables:?} {line} {flags}: {:?}", seen.bytes);
        }
    }
}
