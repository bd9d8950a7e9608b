//! Points of a group of cases: how they follow from those of its members, the cases and groups in
//! it.
//!
//! # Rules
//!
//! A group has a number of points, its own or else the sum of those of its members. It is given:
//!
//! - `Sum`: the points of its members. If the group says what it is worth, they are scaled to that.
//! - `Min`: of the points of the group, the least share that a member got of its own.
//! - `All`: all of its points if every member was passed, else none.
//!
//! A case is passed if its program was right and was given all of its points; a group is passed if
//! each of its members is. A member that is worth nothing counts in `Min` as a whole share if it is
//! passed, else as none. A group without any case is as if it were not there.
//!
//! These are the rules of the problem package format 2025-09, section "Scoring test data groups":
//!
//! > If a group uses `pass-fail` aggregation, the group must have bounded maximum score. If the
//! > submission receives an accepted verdict for all test cases in the group, the score of the
//! > group is equal to its maximum possible score. Otherwise the group score is 0.
//! > If a group uses `sum` aggregation, the group score is the sum of the scores of its test cases.
//! > If a group uses `min` aggregation, then the group score is the minimum of these scores.
//!
//! Section "Scoring problems" has what makes scaling and shares the same as that:
//!
//! > The maximum score of a test case in a group with `min` aggregation is `max_score` for the
//! > test group. The maximum score of a test case in a group with `sum` aggregation is
//! > `(max_score - static_validation_score) / N`, [..] `N` is the number of test cases in the
//! > group.
//!
//! A group may require others (section "Group dependencies"): unless all cases of these are passed,
//! it is given nothing and its cases are as wrong, also for groups that require it in turn.
//!
//! > If the group is not run, the group score is 0, and all test cases in the group are treated as
//! > having received a verdict that is not accepted.
//!
//! A name that no group has is never passed, and neither are groups that require each other.
//!
//! They differ where a `min` has members that are worth different amounts: the least share is not
//! the least score then.
//!
//! # What is not known
//!
//! All of these can only grow with the points of a member. So a score is two numbers: what is
//! certain, with cells that were not judged as wrong, and what it may come to, with them as right.
//! They are the same as soon as nothing more can change it.
//!
//! Nothing here may know whose points these are.

use super::{Aggregation, CellScore, ProblemShape, ScoreGroup};
use std::collections::BTreeMap;

/// Score of a group, with those of the groups in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GroupScore {
    /// Name of the group; empty for that of the whole problem.
    pub name: String,
    /// Points that it is given for certain.
    pub points: f64,
    /// Points that it may still come to.
    pub at_most: f64,
    /// Points that it is worth.
    pub max_points: f64,
    /// Each of its members is passed for certain.
    pub passed: bool,
    /// Each of its members may still be passed.
    pub may_pass: bool,
    /// Number of cases in it and in the groups below.
    pub cases: usize,
    /// Scores of the groups in it.
    pub groups: Vec<Self>,
}

impl GroupScore {
    /// The score of a whole problem from those of its cases, in their order. Where its groups name
    /// no case at all, the cases are added up.
    #[must_use]
    pub fn of_problem(problem: &ProblemShape, cells: &[CellScore]) -> Self {
        if count_cases(&problem.root, cells.len()) > 0 {
            return Self::of_root(&problem.root, cells);
        }
        let cases = (0..cells.len()).collect();
        Self::of_root(&ScoreGroup { cases, groups: Vec::new(), ..problem.root.clone() }, cells)
    }

    fn of_root(root: &ScoreGroup, cells: &[CellScore]) -> Self {
        let mut gates = [CellScore::is_full, CellScore::may_be_full].map(|is_passed| GroupGates {
            root,
            cells,
            is_passed,
            known: BTreeMap::new(),
        });
        Self::of_group(root, cells, &mut gates)
    }

    /// `gates` are those of what is certain, and of what may be.
    fn of_group<'a>(group: &'a ScoreGroup, cells: &[CellScore], gates: &mut [GroupGates<'a>; 2]) -> Self {
        let groups: Vec<Self> =
            group.groups.iter().map(|group| Self::of_group(group, cells, gates)).collect();
        let own: Vec<&CellScore> = group.cases.iter().filter_map(|at| cells.get(*at)).collect();
        let counted = || groups.iter().filter(|group| group.cases > 0);
        let sure = own.iter().map(|cell| GroupMember::certain(cell));
        let sure: Vec<_> = sure.chain(counted().map(Self::as_certain)).collect();
        let hoped = own.iter().map(|cell| GroupMember::possible(cell));
        let hoped: Vec<_> = hoped.chain(counted().map(Self::as_possible)).collect();
        let cases = own.len() + groups.iter().map(|group| group.cases).sum::<usize>();
        let name = group.name.clone();
        if cases == 0 {
            return Self { name, groups, ..Self::default() };
        }
        let of_members = added(sure.iter().map(|member| member.max_points));
        let max_points = group.points.map_or(of_members, |points| points.get());
        let [opens, may_open] = gates.each_mut().map(|gates| gates.opens(group));
        let given = |opens, members: &[_]| {
            if opens { aggregate(group.aggregation, members, max_points) } else { 0.0 }
        };
        Self {
            name,
            points: given(opens, &sure),
            at_most: given(may_open, &hoped),
            max_points,
            passed: opens && sure.iter().all(|member| member.passed),
            may_pass: may_open && hoped.iter().all(|member| member.passed),
            cases,
            groups,
        }
    }

    fn as_certain(&self) -> GroupMember {
        GroupMember { points: self.points, max_points: self.max_points, passed: self.passed }
    }

    fn as_possible(&self) -> GroupMember {
        GroupMember { points: self.at_most, max_points: self.max_points, passed: self.may_pass }
    }

    /// Returns this score and those of all groups below it, each after the one it is in.
    pub fn flattened(&self) -> impl Iterator<Item = &Self> {
        let mut next = vec![self];
        std::iter::from_fn(move || {
            let group = next.pop()?;
            next.extend(group.groups.iter().rev());
            Some(group)
        })
    }
}

/// Groups that others require, and whether they are passed.
struct GroupGates<'a> {
    root: &'a ScoreGroup,
    cells: &'a [CellScore],
    is_passed: fn(&CellScore) -> bool,
    /// Those that were asked about: each once, since all may require all before them.
    known: BTreeMap<&'a str, bool>,
}

impl<'a> GroupGates<'a> {
    /// Returns whether all groups are passed that this one requires.
    fn opens(&mut self, group: &'a ScoreGroup) -> bool {
        group.require_pass.iter().all(|name| self.passes(name))
    }

    fn passes(&mut self, name: &'a str) -> bool {
        if let Some(passes) = self.known.get(name) {
            return *passes;
        }
        // Who asks for this one meanwhile requires it and is required by it.
        self.known.insert(name, false);
        let passes = find(self.root, name).is_some_and(|group| self.is_passed(group));
        self.known.insert(name, passes);
        passes
    }

    fn is_passed(&mut self, group: &'a ScoreGroup) -> bool {
        self.opens(group)
            && group.cases.iter().filter_map(|at| self.cells.get(*at)).all(self.is_passed)
            && group.groups.iter().all(|group| self.is_passed(group))
    }
}

/// The group of this name, at `group` or below.
fn find<'a>(group: &'a ScoreGroup, name: &str) -> Option<&'a ScoreGroup> {
    if group.name == name {
        return Some(group);
    }
    group.groups.iter().find_map(|group| find(group, name))
}

/// A case or a group in a group.
#[derive(Debug, Clone, Copy)]
struct GroupMember {
    points: f64,
    max_points: f64,
    passed: bool,
}

impl GroupMember {
    fn certain(cell: &CellScore) -> Self {
        Self { points: cell.points, max_points: cell.max_points, passed: cell.is_full() }
    }

    fn possible(cell: &CellScore) -> Self {
        Self { points: cell.at_most, max_points: cell.max_points, passed: cell.may_be_full() }
    }

    /// Its share of its own points, from 0 to 1.
    fn share(&self) -> f64 {
        if self.max_points > 0.0 {
            (self.points / self.max_points).clamp(0.0, 1.0)
        } else if self.passed {
            1.0
        } else {
            0.0
        }
    }
}

fn aggregate(aggregation: Aggregation, members: &[GroupMember], max_points: f64) -> f64 {
    match aggregation {
        Aggregation::Sum => {
            let of_members = added(members.iter().map(|member| member.max_points));
            scaled(added(members.iter().map(|member| member.points)), of_members, max_points)
        }
        Aggregation::Min => {
            let least = members.iter().map(GroupMember::share).fold(1.0, f64::min);
            if least >= 1.0 { max_points } else { max_points * least }
        }
        Aggregation::All if members.iter().all(|member| member.passed) => max_points,
        Aggregation::All => 0.0,
    }
}

/// `points` of `from` as points of `to`.
fn scaled(points: f64, from: f64, to: f64) -> f64 {
    // Equal sums stay as they are: no rounding takes a point, or a part of one, from who got all.
    #[expect(clippy::float_cmp, reason = "sums over the same members in the same order")]
    if from == to {
        return points.min(to);
    }
    if points >= from {
        return if from > 0.0 { to } else { 0.0 };
    }
    // Multiplied first, 7 of 100 as points of 100 are 7.
    let product = points * to;
    let scaled = if product.is_finite() { product / from } else { points / from * to };
    scaled.min(to)
}

/// A sum that stays a number.
pub(super) fn added(numbers: impl Iterator<Item = f64>) -> f64 {
    // The sum of nothing is -0.0 otherwise, which is shown as such.
    numbers.fold(0.0, |sum: f64, number| (sum + number).min(f64::MAX))
}

fn count_cases(group: &ScoreGroup, cases: usize) -> usize {
    let own = group.cases.iter().filter(|at| **at < cases).count();
    own + group.groups.iter().map(|group| count_cases(group, cases)).sum::<usize>()
}

#[cfg(test)]
mod tests;
