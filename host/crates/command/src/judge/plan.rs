//! Which programs are judged by which problems, and in which runs: a run has one checker or one
//! interactor at the most, so problems with validators of their own have runs of their own.
//!
//! Pure. It must never know how a program is built or run.

use super::error::PlanError;
use polymer_host_problem::{Judging, Problem, Program, ProgramSource};
use std::collections::{BTreeMap, HashSet};

/// Who judges outputs in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RunJudge {
    /// Nobody but the supervisor, or what the flags name.
    Compare,
    /// The validator of this problem looks at outputs.
    Validator(usize),
    /// The validator of this problem talks with programs.
    Interactor(usize),
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlannedRun {
    /// The folder of its records in that of all.
    pub(super) folder: String,
    pub(super) judge: RunJudge,
    /// Its programs, as places in the list of all.
    pub(super) programs: Vec<usize>,
}

/// What is judged.
#[derive(Debug)]
pub(super) struct JudgePlan {
    pub(super) programs: Vec<Program>,
    pub(super) problems: Vec<Problem>,
    /// Everybody who is judged, also who has no program.
    pub(super) persons: Vec<String>,
    /// The problem of each program.
    pub(super) problem_of: Vec<usize>,
    pub(super) runs: Vec<PlannedRun>,
}

/// One cell: places of a program and of a case of its problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct CellPlace {
    pub(super) program: usize,
    pub(super) case: usize,
}

impl JudgePlan {
    /// Finds the problem of each program, and the runs that are needed.
    ///
    /// # Errors
    /// If a program has no problem, or two cells have one id.
    pub(super) fn new(
        programs: Vec<Program>,
        problems: Vec<Problem>,
        persons: Vec<String>,
    ) -> Result<Self, PlanError> {
        if programs.is_empty() {
            return Err(PlanError::NoPrograms);
        }
        let problem_of: Vec<usize> =
            programs.iter().map(|program| of_program(program, &problems)).collect::<Result<_, _>>()?;
        let mut runs: BTreeMap<RunJudge, Vec<usize>> = BTreeMap::new();
        for (place, problem) in problem_of.iter().enumerate() {
            let judge = problems.get(*problem).map_or(RunJudge::Compare, |known| match known.judging {
                Judging::Compare(_) => RunJudge::Compare,
                Judging::Validator(_) => RunJudge::Validator(*problem),
                Judging::Interactor(_) => RunJudge::Interactor(*problem),
            });
            runs.entry(judge).or_default().push(place);
        }
        let folder = |judge: RunJudge| match judge {
            RunJudge::Compare => "compared".to_owned(),
            RunJudge::Validator(problem) | RunJudge::Interactor(problem) => {
                let name = problems.get(problem).map_or("", |problem| problem.name.as_str());
                format!("problem-{name}")
            }
        };
        let runs = runs.into_iter();
        let runs =
            runs.map(|(judge, programs)| PlannedRun { folder: folder(judge), judge, programs }).collect();
        let plan = Self { programs, problems, persons, problem_of, runs };
        plan.check_ids()?;
        Ok(plan)
    }

    /// The problem of a program.
    pub(super) fn problem(&self, program: usize) -> Option<&Problem> {
        self.problems.get(*self.problem_of.get(program)?)
    }

    /// The id of a cell.
    pub(super) fn id(&self, cell: CellPlace) -> Option<String> {
        let program = self.programs.get(cell.program)?;
        let case = self.problem(cell.program)?.cases.get(cell.case)?;
        Some(format!("{}/{}", program.name, case.name))
    }

    /// All cells of some programs, in their order.
    pub(super) fn cells<'a>(&'a self, programs: &'a [usize]) -> impl Iterator<Item = CellPlace> + 'a {
        programs.iter().flat_map(move |program| {
            let cases = self.problem(*program).map_or(0, |problem| problem.cases.len());
            (0..cases).map(move |case| CellPlace { program: *program, case })
        })
    }

    fn check_ids(&self) -> Result<(), PlanError> {
        let mut seen = HashSet::new();
        let all: Vec<usize> = (0..self.programs.len()).collect();
        for cell in self.cells(&all) {
            if let Some(id) = self.id(cell)
                && let Some(id) = seen.replace(id)
            {
                return Err(PlanError::SameId(id));
            }
        }
        Ok(())
    }
}

/// The place of a program's problem.
fn of_program(program: &Program, problems: &[Problem]) -> Result<usize, PlanError> {
    match (&program.problem, problems) {
        (Some(named), _) => {
            let known = || problems.iter().map(|problem| problem.name.as_str()).take(9).collect::<Vec<_>>();
            problems.iter().position(|problem| problem.name == *named).ok_or_else(|| PlanError::NoProblem {
                program: program.name.clone(),
                problem: named.clone(),
                known: known().join(", "),
            })
        }
        (None, [_]) => Ok(0),
        // What is no program has no cases to fail: it stands for itself.
        (None, _) if matches!(program.source, ProgramSource::None(_)) && !problems.is_empty() => Ok(0),
        (None, _) => Err(PlanError::AnyProblem { program: program.name.clone(), problems: problems.len() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_grade::ScoreGroup;
    use polymer_host_problem::{Case, CaseInput, ProblemLimits, Validator};

    fn problem(name: &str, cases: &[&str], judging: Judging) -> Problem {
        let case = |name: &&str| Case {
            name: (*name).to_owned(),
            input: CaseInput::Json("1".to_owned()),
            args: Vec::new(),
            expect: None,
            points: None,
            compare: None,
            limits: None,
            test: None,
            validator_flags: None,
        };
        Problem {
            name: name.to_owned(),
            cases: cases.iter().map(case).collect(),
            root: ScoreGroup::default(),
            limits: ProblemLimits::default(),
            judging,
            notes: Vec::new(),
        }
    }

    fn program(name: &str, problem: Option<&str>) -> Program {
        Program {
            name: name.to_owned(),
            person: name.to_owned(),
            problem: problem.map(str::to_owned),
            source: ProgramSource::Module("m.wasm".into()),
        }
    }

    fn validator() -> Validator {
        Validator { path: "v.cpp".into(), flags: Vec::new() }
    }

    #[test]
    fn programs_belong_to_problems_and_problems_to_runs() {
        let problems = vec![
            problem("a", &["1", "2"], Judging::Compare(None)),
            problem("b", &["1"], Judging::Validator(validator())),
            problem("c", &["1"], Judging::Interactor(validator())),
            problem("d", &["1"], Judging::Compare(None)),
        ];
        let names = ["d", "b", "a", "c", "a"];
        let programs = names.iter().enumerate();
        let programs = programs.map(|(at, named)| program(&format!("p{at}/{named}"), Some(named))).collect();
        let plan = JudgePlan::new(programs, problems, Vec::new()).unwrap();
        assert_eq!(plan.problem_of, [3, 1, 0, 2, 0]);
        let runs: Vec<_> =
            plan.runs.iter().map(|run| (run.folder.as_str(), run.judge, run.programs.clone())).collect();
        assert_eq!(
            runs,
            [
                ("compared", RunJudge::Compare, vec![0, 2, 4]),
                ("problem-b", RunJudge::Validator(1), vec![1]),
                ("problem-c", RunJudge::Interactor(2), vec![3]),
            ]
        );
        let ids: Vec<_> = plan.cells(&[2, 0]).map(|cell| plan.id(cell).unwrap()).collect();
        assert_eq!(ids, ["p2/a/1", "p2/a/2", "p0/d/1"]);
    }

    #[test]
    fn a_program_of_no_problem_is_an_error_unless_there_is_one_problem() {
        let one = || vec![problem("a", &["1"], Judging::Compare(None))];
        let two = || [one(), vec![problem("b", &["1"], Judging::Compare(None))]].concat();
        assert_eq!(JudgePlan::new(vec![program("p", None)], one(), Vec::new()).unwrap().problem_of, [0]);
        let error = JudgePlan::new(vec![program("p", None)], two(), Vec::new()).unwrap_err();
        assert_eq!(error, PlanError::AnyProblem { program: "p".to_owned(), problems: 2 });
        let error = JudgePlan::new(vec![program("p", Some("x"))], two(), Vec::new()).unwrap_err();
        assert!(error.to_string().contains("the problem x, and the cases have a, b"), "{error}");
        assert_eq!(JudgePlan::new(Vec::new(), one(), Vec::new()).unwrap_err(), PlanError::NoPrograms);
    }

    #[test]
    fn no_two_cells_have_one_id() {
        let problems = || vec![problem("a", &["x/1", "1"], Judging::Compare(None))];
        let error = JudgePlan::new(vec![program("p", None), program("p/x", None)], problems(), Vec::new())
            .unwrap_err();
        assert_eq!(error, PlanError::SameId("p/x/1".to_owned()));
    }
}
