//! The programs of one problem as rows: points, a mark for each case, the slowest case, the
//! hungriest, and the first that went wrong.
//!
//! Nothing here may know another problem.

use super::super::{ProgramScore, ScoreTable};
use super::columns::{TextColumns, cut};
use super::marks::{MarkLegend, show_points, show_range};
use super::{TextBounds, push_line};
use polymer_host_base::quantity::{show_fuel, show_size};
use polymer_host_base::{sanitize, text};

/// Names of the columns.
const COLUMNS: [&str; 6] = ["program", "points", "cases", "slowest", "hungriest", "first wrong"];

/// Adds a heading and a row for each program, if there are rows left.
pub(super) fn write(
    text: &mut String,
    table: &ScoreTable,
    problem: usize,
    bounds: TextBounds,
    legend: &mut MarkLegend,
) {
    let Some(shape) = table.problems.get(problem) else { return };
    let programs: Vec<_> = table.programs.iter().filter(|program| program.problem == problem).collect();
    if programs.is_empty() || bounds.rows == 0 {
        return;
    }
    let heading = format!(
        "{}: {}, {} points; {} of {} passed",
        sanitize::name(&shape.name),
        text::counted(shape.cases.len() as u64, "case"),
        show_points(shape.max_points),
        shape.count.passed,
        text::counted(shape.count.programs as u64, "program"),
    );
    push_line(text, &cut(&heading, bounds.width));
    let mut columns = TextColumns::new(&COLUMNS);
    for program in programs.into_iter().take(bounds.rows) {
        columns.row(row(program, &shape.cases, legend));
    }
    // Nothing may be known of time and memory, and nothing may be wrong.
    columns.without_empty_ones(3);
    columns.align_right(&[1]);
    columns.keep_whole(&[1, 2]);
    columns.write(text, bounds.width);
    text.push('\n');
}

fn row(program: &ProgramScore, cases: &[String], legend: &mut MarkLegend) -> Vec<String> {
    let case = |at: usize| cases.get(at).map_or_else(String::new, |name| sanitize::name(name).into_owned());
    let slowest = program
        .slowest_by_cpu()
        .and_then(|at| Some((at, program.cell(at)?.cpu?)))
        .or_else(|| program.slowest_by_wall().and_then(|at| Some((at, program.cell(at)?.wall?))));
    let hungriest = program
        .hungriest_by_memory()
        .and_then(|at| Some((at, show_size(program.cell(at)?.memory?))))
        .or_else(|| {
            program.hungriest_by_fuel().and_then(|at| Some((at, show_fuel(program.cell(at)?.fuel?))))
        });
    let first_wrong = program.first_failing().map(|at| {
        let cell = program.cell(at);
        let verdict = cell.map_or("", |cell| cell.verdict.name());
        let message = cell.map_or("", |cell| cell.message.as_str());
        let message =
            if message.is_empty() { String::new() } else { format!(": {}", sanitize::name(message)) };
        format!("{} {verdict}{message}", case(at))
    });
    vec![
        sanitize::name(&program.program).into_owned(),
        show_range(program.score.points, program.score.at_most),
        legend.marks(&program.cells),
        slowest.map_or_else(String::new, |(at, time)| format!("{} {}", text::show_time(time), case(at))),
        hungriest.map_or_else(String::new, |(at, amount)| format!("{amount} {}", case(at))),
        first_wrong.unwrap_or_default(),
    ]
}
