//! Records of a run as cells of a table.
//!
//! It must never know how a task was run, or what is made of the cells.

use super::plan::JudgePlan;
use crate::args::parse_verdict;
use polymer_host_grade::{CaseShape, Cell, ProblemShape, ProgramCells};
use polymer_host_journal::dir::RESULTS;
use polymer_host_journal::lines::{self, JournalError};
use polymer_host_journal::results::IdNaming;
use polymer_host_journal::superseded::tally_with;
use polymer_host_task::{Points, Verdict};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
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
        let path = folder.join(RESULTS);
        if !path.exists() {
            return Ok(());
        }
        let cells = match of_standing(&path)? {
            Some(cells) => cells,
            None => {
                let add = |cells: &mut Vec<NamedCell>, _: &_, line: &[u8]| cells.extend(cell(line));
                tally_with(folder, IdNaming::Other, add)?.1
            }
        };
        self.named.extend(cells);
        Ok(())
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

/// The cells of records that are cells and of which none takes the place of another one, as they
/// are once a session came to its end. Nothing, if there are others: then what stands is still to
/// be found out, which takes longer.
fn of_standing(path: &Path) -> Result<Option<Vec<NamedCell>>, JournalError> {
    let mut cells = Some(Vec::new());
    lines::each(lines::open(path)?, path, |line| {
        if let Some(known) = &mut cells {
            match serde_json::from_slice::<WireCell<'_>>(line) {
                Ok(record) if !record.replaces => known.extend(record.cell()),
                Ok(_) | Err(_) => cells = None,
            }
        }
        Ok(())
    })?;
    Ok(cells)
}

/// What a cell has of its record.
#[derive(Deserialize)]
struct WireCell<'a> {
    #[serde(borrow)]
    verdict: Cow<'a, str>,
    #[serde(borrow, default)]
    error: WireFault<'a>,
    #[serde(borrow, default)]
    judge: Option<WireJudge<'a>>,
    #[serde(default)]
    stats: WireStats,
    #[serde(borrow)]
    meta: WireNames<'a>,
    /// It takes the place of another one, whatever it says of which.
    #[serde(default, deserialize_with = "is_there")]
    replaces: bool,
}

#[derive(Default, Deserialize)]
struct WireFault<'a> {
    #[serde(borrow, default)]
    message: Cow<'a, str>,
    #[serde(borrow, default)]
    code: Cow<'a, str>,
}

#[derive(Default, Deserialize)]
struct WireJudge<'a> {
    #[serde(default)]
    accepted: bool,
    points: Option<f64>,
    #[serde(borrow, default)]
    message: Cow<'a, str>,
}

#[derive(Default, Deserialize)]
struct WireStats {
    wall_ms: Option<f64>,
    cpu_ms: Option<f64>,
    fuel: Option<u64>,
    peak_memory_bytes: Option<u64>,
}

/// The names that a task of ours carries.
#[derive(Deserialize)]
struct WireNames<'a> {
    #[serde(borrow)]
    program: Cow<'a, str>,
    #[serde(borrow)]
    person: Cow<'a, str>,
    #[serde(borrow)]
    problem: Cow<'a, str>,
    #[serde(borrow)]
    case: Cow<'a, str>,
}

fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

impl WireCell<'_> {
    /// The cell, if the task was run.
    fn cell(self) -> Option<NamedCell> {
        let Self { verdict, error, judge, stats, meta, replaces: _ } = self;
        let verdict = parse_verdict(&verdict).ok()?;
        // It was not run, and will be.
        if verdict == Verdict::Canceled && error.code.is_empty() {
            return None;
        }
        let judge = judge.unwrap_or_default();
        // Who failed by itself says more of that than its judge does.
        let judged = matches!(verdict, Verdict::Ok | Verdict::WrongOutput | Verdict::JudgeError);
        let (first, second) =
            if judged { (judge.message, error.message) } else { (error.message, judge.message) };
        let message = if first.is_empty() { second } else { first };
        let millis = |millis: Option<f64>| Duration::try_from_secs_f64(millis? / 1e3).ok();
        let cell = Cell {
            verdict,
            accepted: judge.accepted,
            points: judge.points.and_then(Points::new),
            message: message.into_owned(),
            wall: millis(stats.wall_ms),
            cpu: millis(stats.cpu_ms),
            fuel: stats.fuel,
            memory: stats.peak_memory_bytes,
        };
        Some(NamedCell {
            program: meta.program.into_owned(),
            person: meta.person.into_owned(),
            problem: meta.problem.into_owned(),
            case: meta.case.into_owned(),
            cell,
        })
    }
}

/// The cell that a record is, if it is one.
fn cell(record: &[u8]) -> Option<NamedCell> {
    serde_json::from_slice::<WireCell<'_>>(record).ok()?.cell()
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::TaskKey;

    #[test]
    fn a_record_is_a_cell_if_it_names_one() {
        let read = |text: &str| cell(text.as_bytes());
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

    #[test]
    fn of_two_records_of_a_cell_the_one_counts_that_took_the_place_of_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let added = |lines: &[String]| {
            std::fs::write(folder.path().join(RESULTS), lines.concat()).unwrap();
            let mut cells = JudgedCells::default();
            cells.add(folder.path()).unwrap();
            let cells = cells.named.into_iter();
            cells.map(|named| (named.case, named.cell.verdict)).collect::<Vec<_>>()
        };
        let line = |case: &str, verdict: &str, end: &str| {
            let meta = format!(r#""meta":{{"case":"{case}","person":"a","problem":"q","program":"p"}}"#);
            let key = TaskKey::of_id(case);
            format!("{{\"seq\":1,\"verdict\":\"{verdict}\",\"key\":\"{key}\",{meta}{end}}}\n")
        };
        let (c, d) = (line("c", "ok", ""), line("d", "trap", ""));
        let both = [("c".to_owned(), Verdict::Ok), ("d".to_owned(), Verdict::Trap)];
        assert_eq!(added(&[c.clone(), d.clone()]), both);
        assert_eq!(added(&[c.clone(), d.clone(), "{\"torn".to_owned()]), both);
        let again = line("c", "timeout", ",\"replaces\":null");
        let timed_out = ("c".to_owned(), Verdict::Timeout);
        assert_eq!(added(&[c.clone(), d.clone(), again]), [both[1].clone(), timed_out]);
        let other = line("e", "ok", "").replace("meta", "mete");
        assert_eq!(added(&[c, other, d]), both);
    }
}
