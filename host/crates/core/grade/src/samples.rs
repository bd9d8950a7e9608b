//! Problems, groups and cells for tests, and strategies that make them.
//!
//! Nothing here may be part of the library.

use super::{Aggregation, CaseShape, Cell, ProblemShape, ProgramCells, ScoreGroup};
use polymer_host_task::{Points, Verdict};
use proptest::prelude::*;

/// A case that is worth so much.
pub(crate) fn case(name: &str, points: Option<f64>) -> CaseShape {
    CaseShape { name: name.to_owned(), points: points.map(|points| Points::new(points).unwrap()) }
}

/// A cell of which nothing else is known.
pub(crate) fn cell(verdict: Verdict, accepted: bool) -> Cell {
    Cell {
        verdict,
        accepted,
        points: None,
        message: String::new(),
        wall: None,
        cpu: None,
        fuel: None,
        memory: None,
    }
}

/// Cells by their marks: `+` right, `W` wrong, `T` too slow, `J` the judge failed, `-` missing.
pub(crate) fn cells(marks: &str) -> Vec<Option<Cell>> {
    let of = |mark| match mark {
        '+' => Some(cell(Verdict::Ok, true)),
        'W' => Some(cell(Verdict::WrongOutput, false)),
        'T' => Some(cell(Verdict::Timeout, false)),
        'J' => Some(cell(Verdict::JudgeError, false)),
        '-' => None,
        other => panic!("{other} is no mark"),
    };
    marks.chars().map(of).collect()
}

/// A program of the first problem with such cells.
pub(crate) fn program(name: &str, person: &str, marks: &str) -> ProgramCells {
    ProgramCells { program: name.to_owned(), person: person.to_owned(), problem: 0, cells: cells(marks) }
}

/// A group of cases, without groups below it.
pub(crate) fn group(
    name: &str,
    aggregation: Aggregation,
    points: Option<f64>,
    cases: &[usize],
) -> ScoreGroup {
    ScoreGroup {
        name: name.to_owned(),
        points: points.map(|points| Points::new(points).unwrap()),
        aggregation,
        require_pass: Vec::new(),
        cases: cases.to_vec(),
        groups: Vec::new(),
    }
}

/// A problem of cases that are worth 1 each, added up.
pub(crate) fn problem(name: &str, cases: usize) -> ProblemShape {
    ProblemShape {
        name: name.to_owned(),
        cases: (1..=cases).map(|number| case(&format!("{number:02}"), None)).collect(),
        root: group("", Aggregation::Sum, None, &(0..cases).collect::<Vec<_>>()),
    }
}

/// Any cell, judged or not.
pub(crate) fn any_cell() -> impl Strategy<Value = Option<Cell>> {
    let verdicts = prop::sample::select(Verdict::all().collect::<Vec<_>>());
    let some =
        (verdicts, any::<bool>(), prop::option::of(0.0..20.0_f64)).prop_map(|(verdict, accepted, points)| {
            Cell { points: points.and_then(Points::new), ..cell(verdict, accepted) }
        });
    prop::option::weighted(0.9, some)
}

/// Any problem, of groups up to three deep in which each case stands once.
pub(crate) fn any_problem() -> impl Strategy<Value = ProblemShape> {
    let points = || prop::option::of(0.0..20.0_f64);
    let aggregation = || prop::sample::select(vec![Aggregation::Sum, Aggregation::Min, Aggregation::All]);
    let node = move || (aggregation(), points(), prop::collection::vec(points(), 1..5));
    let groups = prop::collection::vec((node(), prop::collection::vec(node(), 0..3)), 0..4);
    (node(), groups).prop_map(|(root, groups)| {
        let mut cases = Vec::new();
        let mut root = made("", root, &mut cases);
        for (number, (own, below)) in groups.into_iter().enumerate() {
            let mut group = made(&format!("g{number}"), own, &mut cases);
            group.groups = below.into_iter().map(|own| made("deep", own, &mut cases)).collect();
            root.groups.push(group);
        }
        ProblemShape { name: "any".to_owned(), cases, root }
    })
}

type SampleGroup = (Aggregation, Option<f64>, Vec<Option<f64>>);

fn made(name: &str, (aggregation, points, of_cases): SampleGroup, cases: &mut Vec<CaseShape>) -> ScoreGroup {
    let first = cases.len();
    cases.extend(of_cases.iter().enumerate().map(|(at, points)| case(&(first + at).to_string(), *points)));
    group(name, aggregation, points, &(first..cases.len()).collect::<Vec<_>>())
}
