//! A table of scores as one JSON object: `polymer schema scores` has what stands in it.
//!
//! It must never know how a score comes about, and leaves nothing out: what is not known is null.

use polymer_host_grade::{
    Cell, CellScore, GroupScore, PassAtK, PersonScore, ProblemScore, ProgramScore, ScoreTable, TooFewPrograms,
};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// The version of the object.
const VERSION: u32 = 1;

/// The table in one line, with an estimate for each `k` of `pass_at`.
pub(super) fn of(table: &ScoreTable, pass_at: &[usize]) -> Vec<u8> {
    // Texts and numbers in lists and fields with names: nothing of that can be refused.
    let mut line = serde_json::to_vec(&TableJson::of(table, pass_at)).unwrap_or_default();
    line.push(b'\n');
    line
}

#[derive(Serialize)]
struct TableJson<'a> {
    v: u32,
    state: &'static str,
    problems: Vec<ProblemJson<'a>>,
    programs: Vec<ProgramJson<'a>>,
    persons: Vec<PersonJson<'a>>,
    pass_at_k: Vec<PassAtKJson<'a>>,
    verdicts: BTreeMap<&'static str, usize>,
    cells: CellCountsJson,
}

#[derive(Serialize)]
struct ProblemJson<'a> {
    name: &'a str,
    cases: &'a [String],
    max_points: f64,
    programs: usize,
    passed: usize,
}

#[derive(Serialize)]
struct ProgramJson<'a> {
    program: &'a str,
    person: &'a str,
    problem: &'a str,
    points: f64,
    at_most: f64,
    max_points: f64,
    passed: bool,
    groups: Vec<GroupJson<'a>>,
    cells: Vec<CellJson<'a>>,
    verdicts: BTreeMap<&'static str, usize>,
    first_failing: Option<&'a str>,
    slowest: SlowestJson<'a>,
    hungriest: HungriestJson<'a>,
    missing: Vec<&'a str>,
}

#[derive(Serialize)]
struct GroupJson<'a> {
    name: &'a str,
    cases: usize,
    points: f64,
    at_most: f64,
    max_points: f64,
    passed: bool,
}

#[derive(Serialize)]
struct CellJson<'a> {
    case: &'a str,
    state: &'static str,
    verdict: Option<&'static str>,
    points: f64,
    at_most: f64,
    max_points: f64,
    message: &'a str,
    wall_ms: Option<f64>,
    cpu_ms: Option<f64>,
    fuel: Option<u64>,
    memory_bytes: Option<u64>,
}

#[derive(Serialize)]
struct SlowestJson<'a> {
    wall: Option<&'a str>,
    cpu: Option<&'a str>,
}

#[derive(Serialize)]
struct HungriestJson<'a> {
    memory: Option<&'a str>,
    fuel: Option<&'a str>,
}

#[derive(Serialize)]
struct PersonJson<'a> {
    rank: usize,
    person: &'a str,
    points: f64,
    at_most: f64,
    max_points: f64,
    passed: usize,
    problems: Vec<PersonProblemJson<'a>>,
}

#[derive(Serialize)]
struct PersonProblemJson<'a> {
    problem: &'a str,
    program: Option<&'a str>,
    programs: usize,
    points: f64,
    at_most: f64,
}

#[derive(Serialize)]
struct PassAtKJson<'a> {
    k: usize,
    mean: Option<f64>,
    too_few: Vec<TooFewJson<'a>>,
}

#[derive(Serialize)]
struct TooFewJson<'a> {
    problem: &'a str,
    programs: usize,
}

#[derive(Serialize)]
struct CellCountsJson {
    total: usize,
    accepted: usize,
    rejected: usize,
    skipped: usize,
    judge_failed: usize,
    missing: usize,
}

impl<'a> TableJson<'a> {
    fn of(table: &'a ScoreTable, pass_at: &[usize]) -> Self {
        let counts = table.counts();
        let pass_at_k = pass_at.iter().map(|k| PassAtKJson::of(table.pass_at_k(*k), table)).collect();
        Self {
            v: VERSION,
            state: table.state().name(),
            problems: table.problems.iter().map(ProblemJson::of).collect(),
            programs: table.programs.iter().map(|program| ProgramJson::of(program, table)).collect(),
            persons: table.persons.iter().map(|person| PersonJson::of(person, table)).collect(),
            pass_at_k,
            verdicts: named(table.verdicts()),
            cells: CellCountsJson {
                total: counts.total(),
                accepted: counts.accepted,
                rejected: counts.rejected,
                skipped: counts.skipped,
                judge_failed: counts.judge_failed,
                missing: counts.missing,
            },
        }
    }
}

impl<'a> ProblemJson<'a> {
    fn of(problem: &'a ProblemScore) -> Self {
        Self {
            name: &problem.name,
            cases: &problem.cases,
            max_points: problem.max_points,
            programs: problem.count.programs,
            passed: problem.count.passed,
        }
    }
}

impl<'a> ProgramJson<'a> {
    fn of(program: &'a ProgramScore, table: &'a ScoreTable) -> Self {
        let problem = table.problems.get(program.problem);
        let case = |at: usize| problem.and_then(|problem| problem.cases.get(at)).map_or("", String::as_str);
        let cells = program.cells.iter().enumerate();
        Self {
            program: &program.program,
            person: &program.person,
            problem: problem.map_or("", |problem| problem.name.as_str()),
            points: program.score.points,
            at_most: program.score.at_most,
            max_points: program.score.max_points,
            passed: program.passed(),
            // The first is the whole problem, whose points stand above.
            groups: program.score.flattened().skip(1).map(GroupJson::of).collect(),
            cells: cells.map(|(at, cell)| CellJson::of(case(at), cell)).collect(),
            verdicts: named(program.verdicts()),
            first_failing: program.first_failing().map(case),
            slowest: SlowestJson {
                wall: program.slowest_by_wall().map(case),
                cpu: program.slowest_by_cpu().map(case),
            },
            hungriest: HungriestJson {
                memory: program.hungriest_by_memory().map(case),
                fuel: program.hungriest_by_fuel().map(case),
            },
            missing: program.unjudged().map(case).collect(),
        }
    }
}

impl<'a> GroupJson<'a> {
    fn of(group: &'a GroupScore) -> Self {
        Self {
            name: &group.name,
            cases: group.cases,
            points: group.points,
            at_most: group.at_most,
            max_points: group.max_points,
            passed: group.passed,
        }
    }
}

impl<'a> CellJson<'a> {
    fn of(case: &'a str, score: &'a CellScore) -> Self {
        let cell = score.cell.as_ref();
        let millis = |time: fn(&Cell) -> Option<Duration>| cell.and_then(time).map(milliseconds);
        Self {
            case,
            state: score.state.name(),
            verdict: cell.map(|cell| cell.verdict.name()),
            points: score.points,
            at_most: score.at_most,
            max_points: score.max_points,
            message: cell.map_or("", |cell| cell.message.as_str()),
            wall_ms: millis(|cell| cell.wall),
            cpu_ms: millis(|cell| cell.cpu),
            fuel: cell.and_then(|cell| cell.fuel),
            memory_bytes: cell.and_then(|cell| cell.memory),
        }
    }
}

impl<'a> PersonJson<'a> {
    fn of(person: &'a PersonScore, table: &'a ScoreTable) -> Self {
        let problems = table.problems.iter().zip(&person.problems).map(|(problem, own)| PersonProblemJson {
            problem: &problem.name,
            program: own.best.and_then(|at| table.programs.get(at)).map(|program| program.program.as_str()),
            programs: own.programs,
            points: own.points,
            at_most: own.at_most,
        });
        Self {
            rank: person.rank,
            person: &person.person,
            points: person.points,
            at_most: person.at_most,
            max_points: person.max_points,
            passed: person.passed,
            problems: problems.collect(),
        }
    }
}

impl<'a> PassAtKJson<'a> {
    fn of(found: PassAtK, table: &'a ScoreTable) -> Self {
        let named = |few: TooFewPrograms| TooFewJson {
            problem: table.problems.get(few.problem).map_or("", |problem| problem.name.as_str()),
            programs: few.programs,
        };
        Self { k: found.k, mean: found.mean, too_few: found.too_few.into_iter().map(named).collect() }
    }
}

fn named(verdicts: BTreeMap<polymer_host_task::Verdict, usize>) -> BTreeMap<&'static str, usize> {
    verdicts.into_iter().map(|(verdict, cells)| (verdict.name(), cells)).collect()
}

/// A time as records have it: with three decimals.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_grade::{CaseShape, ProblemShape, ProgramCells, ScoreGroup, TableOptions};
    use polymer_host_task::{Points, Verdict};
    use serde_json::{Value, json};

    fn table() -> ScoreTable {
        let case = |name: &str| CaseShape { name: name.to_owned(), points: Points::new(2.0) };
        let group = ScoreGroup { name: "large".to_owned(), cases: vec![1], ..ScoreGroup::default() };
        let root = ScoreGroup { cases: vec![0], groups: vec![group], ..ScoreGroup::default() };
        let problem = ProblemShape { name: "p".to_owned(), cases: vec![case("1"), case("2")], root };
        let cell = |accepted, verdict| {
            Some(Cell {
                verdict,
                accepted,
                points: None,
                message: "it\n".to_owned(),
                wall: Some(Duration::from_nanos(1_234_567)),
                cpu: None,
                fuel: Some(u64::MAX),
                memory: None,
            })
        };
        let program = |name: &str, cells| ProgramCells {
            program: name.to_owned(),
            person: "ann".to_owned(),
            problem: 0,
            cells,
        };
        let programs = vec![
            program("a", vec![cell(true, Verdict::Ok), None]),
            program("b", vec![cell(false, Verdict::Trap), cell(true, Verdict::Ok)]),
        ];
        ScoreTable::new(&[problem], programs, &TableOptions::default()).unwrap()
    }

    fn written(pass_at: &[usize]) -> Value {
        let out = of(&table(), pass_at);
        assert_eq!(out.iter().filter(|byte| **byte == b'\n').count(), 1);
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn a_table_is_one_object() {
        let value = written(&[1, 3]);
        assert_eq!((&value["v"], &value["state"]), (&json!(1), &json!("incomplete")));
        assert_eq!(
            value["problems"],
            json!([{"name": "p", "cases": ["1", "2"], "max_points": 4.0, "programs": 2, "passed": 0}])
        );
        let program = &value["programs"][0];
        assert_eq!(
            (&program["points"], &program["at_most"], &program["max_points"]),
            (&json!(2.0), &json!(4.0), &json!(4.0))
        );
        assert_eq!(
            program["groups"],
            json!([{"name": "large", "cases": 1, "points": 0.0, "at_most": 2.0, "max_points": 2.0, "passed": false}])
        );
        assert_eq!(
            program["cells"][0],
            json!({"case": "1", "state": "accepted", "verdict": "ok", "points": 2.0, "at_most": 2.0,
                "max_points": 2.0, "message": "it\n", "wall_ms": 1.235, "cpu_ms": null, "fuel": u64::MAX,
                "memory_bytes": null})
        );
        assert_eq!(program["cells"][1]["state"], "missing");
        assert_eq!((&program["cells"][1]["verdict"], &program["missing"]), (&Value::Null, &json!(["2"])));
        assert_eq!(
            (&program["slowest"], &program["hungriest"]),
            (&json!({"wall": "1", "cpu": null}), &json!({"memory": null, "fuel": "1"}))
        );
        assert_eq!(value["programs"][1]["first_failing"], "1");
        assert_eq!(
            value["persons"],
            json!([{"rank": 1, "person": "ann", "points": 2.0, "at_most": 4.0, "max_points": 4.0, "passed": 0,
                "problems": [{"problem": "p", "program": "a", "programs": 2, "points": 2.0, "at_most": 4.0}]}])
        );
        assert_eq!(
            value["pass_at_k"],
            json!([{"k": 1, "mean": 0.0, "too_few": []},
                {"k": 3, "mean": null, "too_few": [{"problem": "p", "programs": 2}]}])
        );
        assert_eq!(value["verdicts"], json!({"ok": 2, "trap": 1}));
        assert_eq!(
            value["cells"],
            json!({"total": 4, "accepted": 2, "rejected": 1, "skipped": 0, "judge_failed": 0, "missing": 1})
        );
    }

    #[test]
    fn it_is_what_its_schema_says() {
        let check = crate::schema::tests::validator(crate::schema::NamedSchema::Scores);
        let value = written(&[1, 3]);
        check(&value).unwrap();
        for field in value.as_object().unwrap().keys() {
            let mut less = value.clone();
            less.as_object_mut().unwrap().remove(field);
            assert!(check(&less).is_err(), "{field}");
        }
    }
}
