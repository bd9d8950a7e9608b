//! A table of scores as CSV: a row for each program, or one for each person.
//!
//! Guests, checkers and strangers wrote names and messages, so no text is left that a spreadsheet
//! takes for a formula. It must never know how a score comes about.

use super::super::spreadsheet_text::no_formula;
use polymer_host_grade::{CellState, ProgramScore, ScoreTable};
use std::borrow::Cow;
use std::io;
use std::time::Duration;

/// Columns of a row for a program.
const PROGRAM_COLUMNS: [&str; 25] = [
    "program",
    "person",
    "problem",
    "points",
    "at_most",
    "max_points",
    "passed",
    "cases",
    "accepted",
    "rejected",
    "skipped",
    "judge_failed",
    "missing",
    "first_failing",
    "first_verdict",
    "first_message",
    "slowest_by_wall",
    "wall_ms",
    "slowest_by_cpu",
    "cpu_ms",
    "hungriest_by_memory",
    "memory_bytes",
    "hungriest_by_fuel",
    "fuel",
    "verdicts",
];
/// Columns of a row for a person, before those of the problems.
const PERSON_COLUMNS: [&str; 6] = ["rank", "person", "points", "at_most", "max_points", "passed"];

/// The table with a row for each program.
///
/// # Errors
/// If memory runs out.
pub(super) fn of(table: &ScoreTable) -> io::Result<Vec<u8>> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record(PROGRAM_COLUMNS).map_err(refused)?;
    for program in &table.programs {
        let row = program_row(program, table);
        rows.write_record(row.iter().map(|cell| cell.as_bytes())).map_err(refused)?;
    }
    rows.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// The table with a row for each person, a column for the points of each problem and one for the
/// program that they are of. Both are empty for a problem for which the person has no program.
///
/// # Errors
/// If memory runs out.
pub(super) fn of_persons(table: &ScoreTable) -> io::Result<Vec<u8>> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    let mut columns: Vec<Cow<'_, str>> = PERSON_COLUMNS.map(Cow::Borrowed).to_vec();
    for problem in &table.problems {
        columns.push(text(&problem.name));
        columns.push(Cow::Owned(format!("{} program", text(&problem.name))));
    }
    rows.write_record(columns.iter().map(|cell| cell.as_bytes())).map_err(refused)?;
    for person in &table.persons {
        let mut row = vec![
            number(person.rank),
            text(&person.person),
            number(person.points),
            number(person.at_most),
            number(person.max_points),
            number(person.passed),
        ];
        for problem in &person.problems {
            let program = problem.best.and_then(|at| table.programs.get(at));
            row.push(program.map_or(Cow::Borrowed(""), |_| number(problem.points)));
            row.push(program.map_or(Cow::Borrowed(""), |program| text(&program.program)));
        }
        rows.write_record(row.iter().map(|cell| cell.as_bytes())).map_err(refused)?;
    }
    rows.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn program_row<'a>(program: &'a ProgramScore, table: &'a ScoreTable) -> Vec<Cow<'a, str>> {
    let problem = table.problems.get(program.problem);
    let case = |at: Option<usize>| {
        let name = at.and_then(|at| problem?.cases.get(at));
        name.map_or(Cow::Borrowed(""), |name| text(name))
    };
    let cell = |at: Option<usize>| at.and_then(|at| program.cell(at));
    let (first, wall, cpu) = (program.first_failing(), program.slowest_by_wall(), program.slowest_by_cpu());
    let (memory, fuel) = (program.hungriest_by_memory(), program.hungriest_by_fuel());
    let verdicts: Vec<_> =
        program.verdicts().into_iter().map(|(verdict, cells)| format!("{verdict} {cells}")).collect();
    vec![
        text(&program.program),
        text(&program.person),
        problem.map_or(Cow::Borrowed(""), |problem| text(&problem.name)),
        number(program.score.points),
        number(program.score.at_most),
        number(program.score.max_points),
        number(program.passed()),
        number(program.cells.len()),
        number(program.count(CellState::Accepted)),
        number(program.count(CellState::Rejected)),
        number(program.count(CellState::Skipped)),
        number(program.count(CellState::JudgeFailed)),
        number(program.count(CellState::Missing)),
        case(first),
        cell(first).map_or(Cow::Borrowed(""), |cell| Cow::Borrowed(cell.verdict.name())),
        cell(first).map_or(Cow::Borrowed(""), |cell| text(&cell.message)),
        case(wall),
        known(cell(wall).and_then(|cell| cell.wall).map(milliseconds)),
        case(cpu),
        known(cell(cpu).and_then(|cell| cell.cpu).map(milliseconds)),
        case(memory),
        known(cell(memory).and_then(|cell| cell.memory)),
        case(fuel),
        known(cell(fuel).and_then(|cell| cell.fuel)),
        Cow::Owned(verdicts.join(" ")),
    ]
}

/// What somebody else wrote.
fn text(text: &str) -> Cow<'_, str> {
    no_formula(Cow::Borrowed(text))
}

fn number<'a>(number: impl ToString) -> Cow<'a, str> {
    Cow::Owned(number.to_string())
}

fn known<'a>(value: Option<impl ToString>) -> Cow<'a, str> {
    value.map_or(Cow::Borrowed(""), number)
}

/// A time as records have it: with three decimals.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// The refusal of the system by itself.
fn refused(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_grade::{CaseShape, Cell, ProblemShape, ProgramCells, ScoreGroup, TableOptions};
    use polymer_host_task::{Points, Verdict};

    fn table() -> ScoreTable {
        let case = |name: &str| CaseShape { name: name.to_owned(), points: Points::new(2.5) };
        let root = ScoreGroup { cases: vec![0, 1], ..ScoreGroup::default() };
        let problem = |name: &str| ProblemShape {
            name: name.to_owned(),
            cases: vec![case("1"), case("@2")],
            root: root.clone(),
        };
        let cell = |accepted, verdict| {
            Some(Cell {
                verdict,
                accepted,
                points: None,
                message: "=1+1, \"x\"".to_owned(),
                wall: Some(Duration::from_micros(1500)),
                cpu: None,
                fuel: Some(7),
                memory: None,
            })
        };
        let cells = vec![cell(true, Verdict::Ok), cell(false, Verdict::Trap)];
        let program = ProgramCells { program: "=a".to_owned(), person: "+ann".to_owned(), problem: 0, cells };
        let options = TableOptions { persons: vec!["bob".to_owned()], ..TableOptions::default() };
        ScoreTable::new(&[problem("-p"), problem("q")], vec![program], &options).unwrap()
    }

    fn written(write: fn(&ScoreTable) -> io::Result<Vec<u8>>) -> String {
        String::from_utf8(write(&table()).unwrap()).unwrap()
    }

    #[test]
    fn programs_are_rows_without_formulas() {
        let row = "'=a,'+ann,'-p,2.5,2.5,5,false,2,1,1,0,0,0,'@2,trap,\"'=1+1, \"\"x\"\"\",1,1.5,,,,,1,7,ok 1 trap 1";
        let expected = format!("{}\n{row}\n", PROGRAM_COLUMNS.join(","));
        assert_eq!(written(of), expected);
    }

    #[test]
    fn persons_are_rows_with_a_column_for_each_problem() {
        let expected = "rank,person,points,at_most,max_points,passed,'-p,'-p program,q,q program\n\
                        1,'+ann,2.5,2.5,10,0,2.5,'=a,,\n\
                        2,bob,0,0,10,0,,,,\n";
        assert_eq!(written(of_persons), expected);
    }
}
