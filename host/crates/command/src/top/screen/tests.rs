//! Whole screens, at the widths and heights that terminals have.

use super::*;
use crate::report::run_snapshot::{TaskSnapshot, WorkerSnapshot};
use unicode_width::UnicodeWidthStr;

const HOSTILE: &str = "\u{1b}[2J\u{202e}\n日本";

fn worker(slot: u32, name: &str, age_ms: u64) -> WorkerSnapshot {
    let task = TaskSnapshot {
        name: name.to_owned(),
        attempt: 1,
        age_ms,
        memory: Some(3 << 19),
        fuel: Some(2_100_000_000),
        progress: None,
    };
    WorkerSnapshot {
        slot,
        pid: Some(4_200 + slot),
        state: "running".to_owned(),
        module: "primes.wasm".to_owned(),
        task: Some(task),
    }
}

fn snapshot() -> RunSnapshot {
    let idle = WorkerSnapshot { state: "idle".to_owned(), task: None, ..worker(3, "", 0) };
    RunSnapshot {
        v: 1,
        pid: 4_200,
        dir: Some("/work/primes".to_owned()),
        elapsed_ms: 12_900,
        done: 620,
        total: Some(1_000),
        not_ok: 3,
        running: 2,
        waiting: 378,
        rate: Some(52.1),
        left_s: Some(7),
        verdicts: vec![("ok".to_owned(), 617), ("trap".to_owned(), 3)],
        second_tries: vec!["retries: 2".to_owned()],
        causes: vec![
            "3 × trap (unreachable): wasm … instruction executed, at boom; first: task 8".to_owned(),
        ],
        workers: vec![worker(1, "a", 3_250), worker(2, "b", 75_000), idle],
        queues: vec![
            QueueSnapshot { module: "primes.wasm".to_owned(), group: Some("anna".to_owned()), tasks: 300 },
            QueueSnapshot { module: "primes.wasm".to_owned(), group: None, tasks: 78 },
        ],
        ..RunSnapshot::default()
    }
}

fn drawn(snapshot: &RunSnapshot, columns: usize, rows: usize) -> String {
    let rows = screen(snapshot, &ScreenView::default(), TerminalSize { columns, rows });
    rows.iter().map(|row| row.text.trim_end().to_owned() + "\n").collect()
}

#[test]
fn a_common_terminal_shows_all() {
    let expected = "\
polymer top: process 4200, /work/primes
[=======>    ] 620 of ~1000 done (62%), 3 not ok, ~7s left, 52.1 tasks/s
verdicts: ok 617, trap 3; retries: 2

Workers of primes.wasm (2 running, 1 idle, tasks have 3 MiB)
SLOT      PID      AGE      MEMORY    FUEL  TASK
   2     4202   1m 15s     1.5 MiB    2.1G  b
   1     4201     3.2s     1.5 MiB    2.1G  a
   3     4203                               (idle)

Causes (3 not ok)
  3 × trap (unreachable): wasm … instruction executed, at boom; first: task 8

Queue (378 tasks waiting)
  300 × primes.wasm, group anna
   78 × primes.wasm





q quits; order by: a age, m memory, f fuel, s slot (now: age)
";
    assert_eq!(drawn(&snapshot(), 80, 22), expected);
}

#[test]
fn a_narrow_one_shows_what_matters_most() {
    let mut several = snapshot();
    several.workers[0].module = "sieve.wasm".to_owned();
    let expected = "\
polymer top: process 4200, /work/primes
620 of ~1000 done (62%), 3 not ok, ~7s left
verdicts: ok 617, trap 3; retries: 2

Workers (2 running, 1 idle, tasks have 3 MiB)
SLOT      AGE      MEMORY    FUEL  TASK
   2   1m 15s     1.5 MiB    2.1G  b
   1     3.2s     1.5 MiB    2.1G  a
   3                               (idle)

Causes (3 not ok)
  3 × trap (unreachable): wasm … instruction exe…

q quits; order: a m f s (age)
";
    assert_eq!(drawn(&several, 50, 14), expected);
}

#[test]
fn a_wide_one_has_a_column_for_modules_that_differ() {
    let mut several = snapshot();
    several.workers[0].module = "sieve.wasm".to_owned();
    let text = drawn(&several, 200, 30);
    let rows: Vec<&str> =
        text.lines().filter(|line| line.contains(".wasm") && line.contains("MiB ")).collect();
    assert_eq!(rows.len(), 2, "{text}");
    assert!(rows[0].ends_with("  primes.wasm") && rows[1].ends_with("  sieve.wasm"), "{text}");
    assert!(text.contains("[==================>           ] 620 of ~1000 done (62%)"), "{text}");
}

#[test]
fn whatever_a_run_says_no_row_is_wider_than_the_terminal_or_does_anything_to_it() {
    let hostile = HOSTILE.repeat(100);
    let workers = (1..=200).map(|slot| WorkerSnapshot {
        state: hostile.clone(),
        module: format!("{hostile}{slot}"),
        ..worker(slot, &hostile, u64::MAX)
    });
    let queue = QueueSnapshot { module: hostile.clone(), group: Some(hostile.clone()), tasks: u64::MAX };
    let all = RunSnapshot {
        dir: Some(hostile.clone()),
        awaited: Some(hostile.clone()),
        verdicts: vec![(hostile.clone(), u64::MAX)],
        second_tries: vec![hostile.clone()],
        causes: vec![hostile.clone(); 50],
        workers: workers.collect(),
        queues: vec![queue; 50],
        running: 0,
        more_workers: u64::MAX,
        more_queued: u64::MAX,
        rate: Some(f64::NAN),
        left_s: Some(u64::MAX),
        ..snapshot()
    };
    for columns in [0, 1, 7, 20, 50, 80, 200] {
        for rows in [0, 1, 2, 5, 12, 24, 500] {
            let drawn = screen(&all, &ScreenView::default(), TerminalSize { columns, rows });
            assert!(drawn.len() <= rows, "{columns} {rows}");
            for row in drawn {
                assert!(row.text.width() <= columns.saturating_sub(1), "{columns} {rows}: {}", row.text);
                assert!(!row.text.contains(['\u{1b}', '\u{202e}', '\n']), "{}", row.text);
            }
        }
    }
}

#[test]
fn a_run_that_does_not_answer_is_told_as_that_and_an_empty_one_has_no_sections() {
    let view = ScreenView { silent: Some(Duration::from_secs(5)), ..ScreenView::default() };
    let size = TerminalSize { columns: 80, rows: 10 };
    let rows = screen(&RunSnapshot { pid: 7, ..RunSnapshot::default() }, &view, size);
    let text: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
    assert_eq!(text, ["polymer top: process 7 has not answered for 5s", "0 done, 0s"]);
}

#[test]
fn no_colour_says_what_the_text_does_not() {
    for row in screen(&snapshot(), &ScreenView::default(), TerminalSize { columns: 80, rows: 24 }) {
        let painted = row.painted(true);
        let bare =
            ["\x1b[1;31m", "\x1b[1;36m", "\x1b[0m"].iter().fold(painted, |text, code| text.replace(code, ""));
        assert_eq!(bare, row.text);
        assert_eq!(row.painted(false), row.text);
    }
}
