//! Score of one person: their best program for each problem, added up; and who is before whom.
//!
//! Nothing here may know how a program came to its points.

use super::ProgramScore;
use super::group_score::added;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A person's programs for one problem.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PersonProblem {
    /// The program with the most points, as a place in the list of programs; the first of several.
    pub best: Option<usize>,
    /// Number of their programs for it.
    pub programs: usize,
    /// Points of the best one.
    pub points: f64,
    /// Points that the best one may still come to, whichever that is then.
    pub at_most: f64,
}

/// A person, with what they have for each problem.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonScore {
    /// Who it is.
    pub person: String,
    /// Their place among all: as many persons have more points as come before it.
    pub rank: usize,
    /// Points for all problems together.
    pub points: f64,
    /// Points that these may still come to.
    pub at_most: f64,
    /// Points of all problems, also of those for which the person has no program.
    pub max_points: f64,
    /// Number of problems that one of their programs passes.
    pub passed: usize,
    /// Their programs for each problem, in the order of the problems.
    pub problems: Vec<PersonProblem>,
}

impl PersonScore {
    /// Persons by rank, then by name: those who have a program, and those in `others`.
    /// `max_points` has the points of each problem.
    #[must_use]
    pub fn ranked(programs: &[ProgramScore], others: &[String], max_points: &[f64]) -> Vec<Self> {
        let mut found: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for person in others {
            found.entry(person).or_default();
        }
        for (at, program) in programs.iter().enumerate() {
            found.entry(&program.person).or_default().push(at);
        }
        let of_person =
            |(person, own): (&str, Vec<usize>)| Self::of_programs(person, &own, programs, max_points);
        let mut persons: Vec<Self> = found.into_iter().map(of_person).collect();
        // Stable: those with as many points stay in the order of their names.
        persons.sort_by(|one, other| other.points.total_cmp(&one.points));
        let mut before: Option<(f64, usize)> = None;
        for (at, person) in persons.iter_mut().enumerate() {
            let rank = before.filter(|(points, _)| points.total_cmp(&person.points).is_eq());
            person.rank = rank.map_or(at + 1, |(_, rank)| rank);
            before = Some((person.points, person.rank));
        }
        persons
    }

    fn of_programs(person: &str, own: &[usize], programs: &[ProgramScore], max_points: &[f64]) -> Self {
        let mut problems = vec![PersonProblem::default(); max_points.len()];
        let mut passes = vec![false; max_points.len()];
        for at in own.iter().copied() {
            let Some(program) = programs.get(at) else { continue };
            let place = (problems.get_mut(program.problem), passes.get_mut(program.problem));
            let (Some(problem), Some(passes)) = place else { continue };
            problem.programs += 1;
            problem.at_most = problem.at_most.max(program.score.at_most);
            *passes |= program.passed();
            let best = problem.best.and_then(|best| programs.get(best));
            if best.is_none_or(|best| is_better(program, best)) {
                problem.best = Some(at);
                problem.points = program.score.points;
            }
        }
        Self {
            person: person.to_owned(),
            rank: 0,
            points: added(problems.iter().map(|problem| problem.points)),
            at_most: added(problems.iter().map(|problem| problem.at_most)),
            max_points: added(max_points.iter().copied()),
            passed: passes.into_iter().filter(|passes| *passes).count(),
            problems,
        }
    }
}

/// Returns whether a program counts in place of the best one before it: for more points, or for
/// being right in every case with as many.
fn is_better(program: &ProgramScore, best: &ProgramScore) -> bool {
    match program.score.points.total_cmp(&best.score.points) {
        Ordering::Greater => true,
        Ordering::Equal => program.passed() && !best.passed(),
        Ordering::Less => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProgramCells;
    use crate::samples::{problem, program};

    fn scored(programs: Vec<ProgramCells>) -> Vec<ProgramScore> {
        let problem = problem("p", 3);
        programs.into_iter().map(|program| ProgramScore::new(&problem, program, false)).collect()
    }

    fn ranks(persons: &[PersonScore]) -> Vec<(usize, &str, f64)> {
        persons.iter().map(|person| (person.rank, person.person.as_str(), person.points)).collect()
    }

    #[test]
    fn the_best_program_of_a_person_counts() {
        let programs = scored(vec![
            program("ann/1", "ann", "+WW"),
            program("ann/2", "ann", "++W"),
            program("ann/3", "ann", "W++"),
        ]);
        let persons = PersonScore::ranked(&programs, &[], &[3.0]);
        let expected = PersonProblem { best: Some(1), programs: 3, points: 2.0, at_most: 2.0 };
        assert_eq!(persons[0].problems, [expected]);
        assert_eq!((persons.len(), persons[0].points, persons[0].passed), (1, 2.0, 0));
    }

    #[test]
    fn persons_with_as_many_points_have_the_same_rank() {
        let programs = scored(vec![
            program("d", "dee", "WWW"),
            program("b", "bob", "++W"),
            program("c", "cid", "+W+"),
            program("a", "ann", "+++"),
        ]);
        let persons = PersonScore::ranked(&programs, &["eve".to_owned(), "ann".to_owned()], &[3.0]);
        let expected = [(1, "ann", 3.0), (2, "bob", 2.0), (2, "cid", 2.0), (4, "dee", 0.0), (4, "eve", 0.0)];
        assert_eq!(ranks(&persons), expected);
    }

    #[test]
    fn who_has_no_program_for_a_problem_has_no_points_of_it() {
        let mut second = program("ann/q", "ann", "+++");
        second.problem = 1;
        let programs = scored(vec![second]);
        let persons = PersonScore::ranked(&programs, &["bob".to_owned()], &[3.0, 3.0]);
        assert_eq!((persons[0].points, persons[0].max_points, persons[0].passed), (3.0, 6.0, 1));
        assert_eq!(persons[0].problems[0], PersonProblem::default());
        assert_eq!((persons[1].points, persons[1].at_most, persons[1].max_points), (0.0, 0.0, 6.0));
    }

    #[test]
    fn a_program_that_may_still_be_the_best_one_counts_for_the_range() {
        let programs = scored(vec![program("ann/1", "ann", "+WW"), program("ann/2", "ann", "---")]);
        let persons = PersonScore::ranked(&programs, &[], &[3.0]);
        assert_eq!((persons[0].points, persons[0].at_most), (1.0, 3.0));
        assert_eq!(persons[0].problems[0].best, Some(0));
    }
}
