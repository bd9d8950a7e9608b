//! Records of a run as cells of a table.
//!
//! It must never know how a task was run, or what is made of the cells.

use super::plan::JudgePlan;
use crate::args::parse_verdict;
use polymer_host_grade::{CaseShape, Cell, ProblemShape, ProgramCells};
use polymer_host_journal::lines::JournalError;
use polymer_host_journal::record_view::RecordView;
use polymer_host_journal::results::IdNaming;
use polymer_host_journal::standing_records::StandingRecords;
use polymer_host_task::{Points, Verdict};
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

/// A cell with the names that its record has.
#[derive(Debug, Clone, PartialEq)]
struct NamedCell {
    program: String,
    person: String,
    problem: String,
    case: String,
    cell: Cell,
}

/// The cells of all programs, those of the plan first.
#[derive(Debug, Default)]
pub(super) struct JudgedCells {
    named: Vec<NamedCell>,
}

impl JudgedCells {
    /// Adds the records that stand in the folder of a run, if there is one.
    ///
    /// # Errors
    /// If they cannot be read.
    pub(super) fn add(&mut self, folder: &Path) -> Result<(), JournalError> {
        StandingRecords::scan(folder, IdNaming::Other)?.each(|_, line| {
            let line = String::from_utf8_lossy(line);
            self.named.extend(cell(&RecordView::read(&line)));
            Ok(())
        })
    }

    /// The rows of the table: the programs of the plan in their order, and behind them those that
    /// have records and are not in it.
    pub(super) fn rows(self, plan: &JudgePlan) -> Vec<ProgramCells> {
        let mut cases: Vec<HashMap<&str, usize>> = Vec::new();
        for problem in &plan.problems {
            let names = problem.cases.iter().enumerate();
            cases.push(names.map(|(place, case)| (case.name.as_str(), place)).collect());
        }
        let place_of: HashMap<&str, usize> =
            plan.problems.iter().enumerate().map(|(place, problem)| (problem.name.as_str(), place)).collect();
        let empty = |program: &str, person: &str, problem: usize| ProgramCells {
            program: program.to_owned(),
            person: person.to_owned(),
            problem,
            cells: vec![None; plan.problems.get(problem).map_or(0, |problem| problem.cases.len())],
        };
        let programs = plan.programs.iter().zip(&plan.problem_of);
        let mut rows: Vec<ProgramCells> =
            programs.map(|(program, problem)| empty(&program.name, &program.person, *problem)).collect();
        let mut row_of: HashMap<String, usize> =
            rows.iter().enumerate().map(|(place, row)| (row.program.clone(), place)).collect();
        for NamedCell { program, person, problem, case, cell } in self.named {
            let Some(problem) = place_of.get(problem.as_str()).copied() else { continue };
            let Some(case) = cases.get(problem).and_then(|cases| cases.get(case.as_str())) else { continue };
            let place = *row_of.entry(program).or_insert_with_key(|program| {
                rows.push(empty(program, &person, problem));
                rows.len() - 1
            });
            let row = rows.get_mut(place).filter(|row| row.problem == problem);
            if let Some(kept) = row.and_then(|row| row.cells.get_mut(*case)) {
                *kept = Some(cell);
            }
        }
        rows
    }
}

/// The problems of a plan, as far as a table knows them.
pub(super) fn shapes(plan: &JudgePlan) -> Vec<ProblemShape> {
    let shape = |problem: &polymer_host_problem::Problem| ProblemShape {
        name: problem.name.clone(),
        cases: problem
            .cases
            .iter()
            .map(|case| CaseShape { name: case.name.clone(), points: case.points })
            .collect(),
        root: problem.root.clone(),
    };
    plan.problems.iter().map(shape).collect()
}

/// The cell that a record is, if it is one.
fn cell(record: &RecordView<'_>) -> Option<NamedCell> {
    let named = |name: &str| record.text(&["meta", name]).map(String::from);
    let verdict = parse_verdict(&record.text(&["verdict"])?).ok()?;
    // It was not run, and will be.
    if verdict == Verdict::Canceled && record.text(&["error", "code"]).is_none_or(|code| code.is_empty()) {
        return None;
    }
    // Who failed by itself says more of that than its judge does.
    let judged = matches!(verdict, Verdict::Ok | Verdict::WrongOutput | Verdict::JudgeError);
    let (first, second) = if judged { ("judge", "error") } else { ("error", "judge") };
    let message = |of| record.text(&[of, "message"]).filter(|message| !message.is_empty());
    let message = message(first).or_else(|| message(second)).unwrap_or_default();
    let millis = |name: &str| {
        let millis = record.number(&["stats", name])?;
        Duration::try_from_secs_f64(millis / 1e3).ok()
    };
    let cell = Cell {
        verdict,
        accepted: record.find(&["judge", "accepted"]) == Some("true"),
        points: record.number(&["judge", "points"]).and_then(Points::new),
        message: message.into_owned(),
        wall: millis("wall_ms"),
        cpu: millis("cpu_ms"),
        fuel: record.whole_number(&["stats", "fuel"]),
        memory: record.whole_number(&["stats", "peak_memory_bytes"]),
    };
    Some(NamedCell {
        program: named("program")?,
        person: named("person")?,
        problem: named("problem")?,
        case: named("case")?,
        cell,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_a_cell_if_it_names_one() {
        let read = |text: &str| cell(&RecordView::read(text));
        let meta = r#""meta":{"case":"c","person":"a","problem":"q","program":"p"}"#;
        let found = read(&format!(
            r#"{{"id":"p/c","verdict":"ok","error":{{"message":"","code":""}},{meta},"judge":{{"accepted":true,"points":1.5,"message":""}},"stats":{{"fuel":7,"wall_ms":2.5,"cpu_ms":null,"peak_memory_bytes":65536}}}}"#
        ))
        .unwrap();
        assert_eq!((found.program.as_str(), found.case.as_str()), ("p", "c"));
        let Cell { verdict, accepted, points, wall, cpu, fuel, memory, .. } = found.cell;
        assert_eq!((verdict, accepted, points), (Verdict::Ok, true, Points::new(1.5)));
        assert_eq!((wall, cpu), (Some(Duration::from_micros(2500)), None));
        assert_eq!((fuel, memory), (Some(7), Some(65536)));
        let failed = format!(
            r#"{{"verdict":"build_failed","error":{{"message":"no","code":"compile_error"}},{meta}}}"#
        );
        let failed = read(&failed).unwrap().cell;
        assert_eq!(
            (failed.verdict, failed.accepted, failed.message.as_str()),
            (Verdict::BuildFailed, false, "no")
        );
        let cut = |code: &str| {
            read(&format!(r#"{{"verdict":"canceled","error":{{"message":"","code":"{code}"}},{meta}}}"#))
        };
        assert!(cut("").is_none() && cut("group_failed").is_some());
        assert!(read(r#"{"verdict":"ok","meta":{"case":"c"}}"#).is_none());
        assert!(read("7").is_none());
    }
}
