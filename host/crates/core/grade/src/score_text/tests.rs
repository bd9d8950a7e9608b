//! Tables as people see them.

use super::*;
use crate::samples::{cell, problem, program};
use crate::{Cell, ProgramCells, TableOptions};
use polymer_host_task::Verdict;
use std::time::Duration;

fn table(problems: usize, cases: usize, programs: Vec<ProgramCells>) -> ScoreTable {
    let problems: Vec<_> = (0..problems).map(|at| problem(&format!("p{at}"), cases)).collect();
    ScoreTable::new(&problems, programs, &TableOptions::default()).unwrap()
}

fn of_problem(name: &str, person: &str, problem: usize, marks: &str) -> ProgramCells {
    ProgramCells { problem, ..program(name, person, marks) }
}

#[test]
fn one_problem_is_a_row_for_each_program() {
    let slow = |message: &str| Cell {
        message: message.to_owned(),
        wall: Some(Duration::from_millis(1500)),
        cpu: Some(Duration::from_millis(1200)),
        memory: Some(3 << 20),
        fuel: Some(1500),
        ..cell(Verdict::WrongOutput, false)
    };
    let mut bob = program("bob", "bob", "+++");
    bob.cells[1] = Some(slow("line 3 differs\u{1b}[2J"));
    let programs = vec![program("ann", "ann", "+++"), bob, program("cid", "cid", "+-J")];
    let text = table(1, 3, programs).to_text(&[1, 2], TextBounds::default());
    let expected = "\
p0: 3 cases, 3 points; 1 of 3 programs passed
program  points  cases  slowest    hungriest  first wrong
ann           3  +++
bob           2  +W+    1.20 s 02  3 MiB 02   02 wrong_output: line 3 differs\\u{1b}[2J
cid        1..3  +-J

marks: + right; - not judged; J judge_error; W wrong_output
verdicts: ok 6, wrong_output 1, judge_error 1
7 of 9 cells judged
not judged: cid/02
judge failed (judge_error): cid/03
pass@1: 0.3333 over 1 problem
pass@2: 0.6667 over 1 problem
";
    assert_eq!(text, expected);
}

#[test]
fn several_problems_have_a_row_for_each_person() {
    let programs = vec![
        of_problem("ann/p0", "ann", 0, "++"),
        of_problem("ann/p1/1", "ann", 1, "+W"),
        of_problem("ann/p1/2", "ann", 1, "WW"),
        of_problem("bob/p1", "bob", 1, "+T"),
    ];
    let text = table(2, 2, programs).to_text(&[2], TextBounds::default());
    let expected = "\
p0: 2 cases, 2 points; 1 of 1 program passed
program  points  cases
ann/p0        2  ++

p1: 2 cases, 2 points; 0 of 3 programs passed
program   points  cases  first wrong
ann/p1/1       1  +W     02 wrong_output
ann/p1/2       0  WW     01 wrong_output
bob/p1         1  +T     02 timeout

problem  cases  points  programs  passed
p0           2       2         1       1
p1           2       2         3       0

rank  person    p0    p1  points  of  passed
   1  ann        2  1 x2       3   4     1/2
   2  bob     none     1       1   4     0/2
of several programs of a person for a problem the best one counts (xN: of N)

marks: + right; T timeout; W wrong_output
verdicts: ok 4, timeout 1, wrong_output 3
8 of 8 cells judged
pass@2: none, too few programs for p0 (1)
";
    assert_eq!(text, expected);
}

#[test]
fn the_text_stays_within_its_bounds() {
    let long = |at: usize| format!("{}{at}", "日".repeat(200));
    let programs = (0..50).map(|at| of_problem(&long(at), &long(at), at % 20, &"+W".repeat(200)));
    let text = table(20, 400, programs.collect()).to_text(&[4], TextBounds { width: 60, rows: 7 });
    for line in text.lines().filter(|line| !line.starts_with("pass@")) {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 60, "{line}");
    }
    assert!(text.contains("… and 43 more programs\n"), "{text}");
    assert!(text.contains("… and 13 more problems\n"), "{text}");
    assert!(text.contains("… and 43 more persons\n"), "{text}");
    assert!(text.contains("+200 W200"), "{text}");
    assert!(text.contains(" and 10 more"), "{text}");
}

#[test]
fn a_table_of_nothing_is_a_line() {
    assert_eq!(table(0, 0, Vec::new()).to_text(&[], TextBounds::default()), "0 of 0 cells judged\n");
}

#[test]
fn nothing_that_moves_a_terminal_is_left() {
    let mut bad = program("a\u{1b}]0;x\u{7}", "b\u{202e}\n", "W");
    if let Some(Some(cell)) = bad.cells.first_mut() {
        cell.message = "\u{9b}2J\r\n".to_owned();
    }
    let mut shape = problem("p\u{1b}[m", 1);
    shape.cases[0].name = "c\n\u{200b}".to_owned();
    let missing = program("m\u{7}", "m", "-");
    let table = ScoreTable::new(&[shape], vec![bad, missing], &TableOptions::default()).unwrap();
    let text = table.to_text(&[1, 9], TextBounds::default());
    assert!(!text.chars().any(sanitize::is_dangerous), "{text:?}");
    assert!(text.contains("\\u{1b}") && text.contains("not judged: m\\u{7}/c\\u{a}"), "{text}");
}

#[test]
fn many_missing_cells_are_counted() {
    let text = table(1, 15, vec![program("a", "a", &"-".repeat(15))]).to_text(&[], TextBounds::default());
    assert!(text.contains("a/09, a/10 and 5 more\n"), "{text}");
}
