//! Points of groups from those of their members.

use super::*;
use crate::samples::{any_cell, any_problem, case, cell, cells, group, problem};
use crate::{CaseShape, Cell};
use Aggregation::{All, Min, Sum};
use polymer_host_task::{Points, Verdict};
use proptest::prelude::*;

fn scores(cases: &[CaseShape], cells: Vec<Option<Cell>>) -> Vec<CellScore> {
    cases.iter().zip(cells).map(|(case, cell)| CellScore::new(case, cell, false)).collect()
}

/// The score of one group of cases that are worth so much.
fn score(aggregation: Aggregation, points: Option<f64>, of_cases: &[f64], marks: &str) -> GroupScore {
    let cases: Vec<_> = of_cases.iter().map(|points| case("a", Some(*points))).collect();
    let all: Vec<_> = (0..cases.len()).collect();
    let root = group("", aggregation, points, &all);
    let problem = ProblemShape { name: "p".to_owned(), cases, root };
    GroupScore::of_problem(&problem, &scores(&problem.cases, cells(marks)))
}

fn points(aggregation: Aggregation, points: Option<f64>, of_cases: &[f64], marks: &str) -> (f64, f64, f64) {
    let score = score(aggregation, points, of_cases, marks);
    (score.points, score.at_most, score.max_points)
}

#[test]
fn a_sum_is_the_sum_of_its_cases() {
    assert_eq!(points(Sum, None, &[1.0, 2.0, 4.0], "+W+"), (5.0, 5.0, 7.0));
    assert_eq!(points(Sum, None, &[1.0, 2.0, 4.0], "+++"), (7.0, 7.0, 7.0));
}

#[test]
fn a_sum_is_scaled_to_the_points_of_its_group() {
    // As the format has it: each of N cases is worth max_score / N.
    assert_eq!(points(Sum, Some(100.0), &[1.0; 4], "+W++"), (75.0, 75.0, 100.0));
    assert_eq!(points(Sum, Some(100.0), &[1.0; 3], "+++").0, 100.0);
    assert_eq!(points(Sum, Some(0.0), &[1.0; 3], "++W").0, 0.0);
    let marks = "+".repeat(7) + &"W".repeat(93);
    assert_eq!(points(Sum, Some(100.0), &[1.0; 100], &marks).0, 7.0);
    // Points that have no sum are still points.
    let huge = points(Sum, Some(1e308), &[1e308, 1e308], "+W").0;
    assert!(huge.is_finite() && huge > 1e307 && huge < 1e308, "{huge}");
}

#[test]
fn all_is_all_or_nothing() {
    assert_eq!(points(All, Some(10.0), &[1.0; 3], "+++"), (10.0, 10.0, 10.0));
    assert_eq!(points(All, Some(10.0), &[1.0; 3], "+W+"), (0.0, 0.0, 10.0));
    assert_eq!(points(All, None, &[1.0, 2.0], "++"), (3.0, 3.0, 3.0));
    // A case that is worth nothing has to be right as well.
    assert_eq!(points(All, Some(10.0), &[1.0, 0.0], "+W").0, 0.0);
}

#[test]
fn the_least_share_counts_for_the_whole_group() {
    let some = |points| Some(Cell { points: Points::new(points), ..cell(Verdict::Ok, true) });
    let cases = [case("a", Some(20.0)), case("b", Some(20.0)), case("c", Some(20.0))];
    let root = group("", Min, Some(20.0), &[0, 1, 2]);
    let problem = ProblemShape { name: "p".to_owned(), cases: cases.to_vec(), root };
    let of = |given: [f64; 3]| {
        let cells = scores(&problem.cases, given.map(some).to_vec());
        GroupScore::of_problem(&problem, &cells).points
    };
    assert_eq!(of([20.0, 20.0, 20.0]), 20.0);
    assert_eq!(of([20.0, 5.0, 12.0]), 5.0);
    assert_eq!(of([20.0, 0.0, 12.0]), 0.0);
    assert_eq!(points(Min, Some(10.0), &[1.0, 0.0], "+W").0, 0.0);
    assert_eq!(points(Min, Some(10.0), &[1.0, 0.0], "++").0, 10.0);
}

#[test]
fn a_missing_cell_makes_a_score_a_range() {
    assert_eq!(points(Sum, None, &[1.0, 2.0, 4.0], "+-W"), (1.0, 3.0, 7.0));
    assert_eq!(points(All, Some(10.0), &[1.0; 2], "+-"), (0.0, 10.0, 10.0));
    assert_eq!(points(Min, Some(10.0), &[1.0; 2], "+J"), (0.0, 10.0, 10.0));
    // One that is lost already cannot be won by what is missing.
    assert_eq!(points(All, Some(10.0), &[1.0; 2], "W-"), (0.0, 0.0, 10.0));
    assert_eq!(points(Min, Some(10.0), &[1.0; 2], "WJ"), (0.0, 0.0, 10.0));
    let score = score(All, None, &[1.0; 2], "+-");
    assert!(!score.passed && score.may_pass);
}

#[test]
fn groups_are_members_as_cases_are() {
    let small = group("small", All, Some(30.0), &[0, 1]);
    let large = group("large", Sum, Some(70.0), &[2, 3]);
    let root = ScoreGroup { groups: vec![small, large], ..group("", Sum, None, &[]) };
    let mut problem = ProblemShape { root, ..problem("p", 4) };
    let of = |problem: &ProblemShape, marks| {
        GroupScore::of_problem(problem, &scores(&problem.cases, cells(marks)))
    };
    let score = of(&problem, "+++W");
    assert_eq!((score.points, score.max_points, score.passed), (65.0, 100.0, false));
    let found: Vec<_> = score.flattened().map(|group| (group.name.as_str(), group.points)).collect();
    assert_eq!(found, [("", 65.0), ("small", 30.0), ("large", 35.0)]);
    assert_eq!(of(&problem, "+W++").points, 70.0);
    problem.root.aggregation = Min;
    assert_eq!(of(&problem, "+++W").points, 50.0);
    problem.root.aggregation = All;
    assert_eq!(of(&problem, "+++W").points, 0.0);
    assert_eq!(of(&problem, "++++").points, 100.0);
}

#[test]
fn a_case_that_got_a_part_of_its_points_is_right_and_not_passed() {
    let part = Some(Cell { points: Points::new(1.0), ..cell(Verdict::Ok, true) });
    let root = group("", All, Some(10.0), &[0]);
    let problem = ProblemShape { name: "p".to_owned(), cases: vec![case("a", Some(2.0))], root };
    let score = GroupScore::of_problem(&problem, &scores(&problem.cases, vec![part]));
    assert_eq!((score.points, score.passed), (0.0, false));
}

#[test]
fn a_group_without_cases_is_not_there() {
    let empty = group("empty", All, Some(50.0), &[]);
    let root = ScoreGroup { groups: vec![empty], ..group("", All, None, &[0, 1]) };
    let problem = ProblemShape { root, ..problem("p", 2) };
    let score = GroupScore::of_problem(&problem, &scores(&problem.cases, cells("++")));
    assert_eq!((score.points, score.max_points, score.passed), (2.0, 2.0, true));
    let none = ProblemShape { root: ScoreGroup::default(), ..crate::samples::problem("p", 0) };
    let score = GroupScore::of_problem(&none, &[]);
    assert_eq!((score.points, score.max_points, score.passed), (0.0, 0.0, false));
}

#[test]
fn a_group_is_closed_until_those_it_requires_are_passed() {
    let requires = |names: &[&str], group: ScoreGroup| ScoreGroup {
        require_pass: names.iter().map(|name| (*name).to_owned()).collect(),
        ..group
    };
    let root = |second: &[&str], third: &[&str]| ScoreGroup {
        groups: vec![
            group("sample", All, Some(0.0), &[0]),
            requires(second, group("small", All, Some(30.0), &[1])),
            requires(third, group("large", Sum, Some(70.0), &[2, 3])),
        ],
        ..group("", Sum, None, &[])
    };
    let of = |root: ScoreGroup, marks| {
        let problem = ProblemShape { root, ..problem("p", 4) };
        let score = GroupScore::of_problem(&problem, &scores(&problem.cases, cells(marks)));
        (score.points, score.at_most)
    };
    assert_eq!(of(root(&["sample"], &["small"]), "++++"), (100.0, 100.0));
    assert_eq!(of(root(&["sample"], &["small"]), "+W++"), (0.0, 0.0));
    // What is closed itself opens nothing.
    assert_eq!(of(root(&["sample"], &["small"]), "W+++"), (0.0, 0.0));
    assert_eq!(of(root(&["sample"], &[]), "W+++"), (70.0, 70.0));
    assert_eq!(of(root(&[], &["sample", "small"]), "++W+"), (65.0, 65.0));
    // What is not known yet may still open it.
    assert_eq!(of(root(&["sample"], &["small"]), "-+++"), (0.0, 100.0));
    assert_eq!(of(root(&["sample"], &["small"]), "-W++"), (0.0, 0.0));
    // Nothing is opened by what is not there, or by itself.
    assert_eq!(of(root(&["none"], &[]), "++++").0, 70.0);
    assert_eq!(of(root(&["large"], &["small"]), "++++").0, 0.0);
    assert_eq!(of(root(&["small"], &[]), "++++").0, 70.0);
}

#[test]
fn groups_that_require_all_before_them_are_quick() {
    let names: Vec<String> = (0..60).map(|at| format!("g{at}")).collect();
    let groups = (0..60).map(|at| ScoreGroup {
        require_pass: names[..at].to_vec(),
        ..group(&names[at], All, Some(1.0), &[at])
    });
    let root = ScoreGroup { groups: groups.collect(), ..group("", Sum, None, &[]) };
    let problem = ProblemShape { root, ..problem("p", 60) };
    let of = |marks: String| GroupScore::of_problem(&problem, &scores(&problem.cases, cells(&marks))).points;
    assert_eq!(of("+".repeat(60)), 60.0);
    assert_eq!(of("+".repeat(40) + "W" + &"+".repeat(19)), 40.0);
}

#[test]
fn cases_that_no_group_names_count_only_where_no_case_is_named() {
    let root = group("", Sum, None, &[1, 7]);
    let named = ProblemShape { root, ..problem("p", 3) };
    let score = GroupScore::of_problem(&named, &scores(&named.cases, cells("+++")));
    assert_eq!((score.points, score.max_points), (1.0, 1.0));
    let unnamed = ProblemShape { root: group("", Sum, Some(30.0), &[]), ..problem("p", 3) };
    let score = GroupScore::of_problem(&unnamed, &scores(&unnamed.cases, cells("+W+")));
    assert_eq!((score.points, score.max_points), (20.0, 30.0));
}

fn any_scored() -> impl Strategy<Value = (ProblemShape, Vec<Option<Cell>>)> {
    any_problem().prop_flat_map(|problem| {
        let cells = prop::collection::vec(any_cell(), problem.cases.len());
        (Just(problem), cells)
    })
}

proptest! {
    #[test]
    fn a_score_is_between_nothing_and_all((problem, cells) in any_scored()) {
        let score = GroupScore::of_problem(&problem, &scores(&problem.cases, cells));
        for group in score.flattened() {
            prop_assert!(0.0 <= group.points && group.points <= group.at_most, "{group:?}");
            prop_assert!(group.at_most <= group.max_points, "{group:?}");
            prop_assert!(!group.passed || group.may_pass);
            prop_assert!(!group.passed || group.points == group.max_points, "{group:?}");
        }
    }

    #[test]
    fn what_is_judged_later_stays_in_the_range((problem, cells) in any_scored(), right in any::<u64>()) {
        let before = GroupScore::of_problem(&problem, &scores(&problem.cases, cells.clone()));
        let mut later = scores(&problem.cases, cells);
        for (at, score) in later.iter_mut().enumerate().filter(|(_, score)| !score.state.is_judged()) {
            let accepted = right >> (at % 64) & 1 == 1;
            let verdict = if accepted { Verdict::Ok } else { Verdict::WrongOutput };
            *score = CellScore::new(&problem.cases[at], Some(cell(verdict, accepted)), false);
        }
        let later = GroupScore::of_problem(&problem, &later);
        prop_assert!(before.points <= later.points && later.points <= before.at_most);
        prop_assert_eq!(later.points, later.at_most);
    }

    #[test]
    fn the_aggregations_are_in_their_order((problem, cells) in any_scored()) {
        // Of the same members: all or nothing, the least share, and the mean of the shares. Points
        // are the same for each, or the mean could be that of others.
        let cases: Vec<_> = problem.cases.iter().map(|one| case(&one.name, Some(3.0))).collect();
        let all: Vec<_> = (0..cases.len()).collect();
        let of = |aggregation| {
            let root = group("", aggregation, Some(10.0), &all);
            let shape = ProblemShape { name: "p".to_owned(), cases: cases.clone(), root };
            GroupScore::of_problem(&shape, &scores(&cases, cells.clone())).points
        };
        prop_assert!(of(All) <= of(Min) + 1e-9);
        prop_assert!(of(Min) <= of(Sum) + 1e-9);
    }

    #[test]
    fn a_better_cell_never_costs_points((problem, cells) in any_scored(), at in any::<prop::sample::Index>()) {
        let before = GroupScore::of_problem(&problem, &scores(&problem.cases, cells.clone()));
        let mut better = cells;
        *at.get_mut(&mut better) = Some(cell(Verdict::Ok, true));
        let after = GroupScore::of_problem(&problem, &scores(&problem.cases, better));
        prop_assert!(after.points >= before.points, "{before:?} {after:?}");
    }
}
