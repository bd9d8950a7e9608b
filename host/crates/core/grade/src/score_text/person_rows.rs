//! Persons as rows: rank, points for each problem by the best program, and their sum.
//!
//! Nothing here may decide which program is the best.

use super::super::{PersonProblem, ScoreTable};
use super::columns::TextColumns;
use super::marks::{show_points, show_range};
use super::{TextBounds, push_line};
use polymer_host_base::{sanitize, text};

/// Adds a row for each person, unless it would say what those of programs say.
pub(super) fn write(text: &mut String, table: &ScoreTable, bounds: TextBounds) {
    let is_one_each = table.problems.len() < 2 && {
        let persons = table.persons.iter();
        persons.flat_map(|person| &person.problems).all(|problem| problem.programs == 1)
    };
    if table.persons.is_empty() || is_one_each {
        return;
    }
    let mut columns = columns(table, bounds.rows, true);
    if !columns.fits(bounds.width) {
        // So many problems have no room beside each other; the sum has.
        columns = self::columns(table, bounds.rows, false);
    }
    columns.write(text, bounds.width);
    let hidden = table.persons.len().saturating_sub(bounds.rows);
    if hidden > 0 {
        push_line(text, &format!("… and {}", text::counted(hidden as u64, "more person")));
    }
    let has_several =
        table.persons.iter().flat_map(|person| &person.problems).any(|problem| problem.programs > 1);
    if has_several {
        push_line(text, "of several programs of a person for a problem the best one counts (xN: of N)");
    }
    text.push('\n');
}

fn columns(table: &ScoreTable, rows: usize, with_problems: bool) -> TextColumns {
    let problems: Vec<String> =
        table.problems.iter().map(|problem| sanitize::name(&problem.name).into_owned()).collect();
    let mut names = vec!["rank", "person"];
    if with_problems {
        names.extend(problems.iter().map(String::as_str));
    }
    names.extend(["points", "of", "passed"]);
    let mut columns = TextColumns::new(&names);
    columns.align_right(&std::iter::once(0).chain(2..names.len()).collect::<Vec<_>>());
    columns.keep_whole(&std::iter::once(0).chain(2..names.len()).collect::<Vec<_>>());
    for person in table.persons.iter().take(rows) {
        let mut row = vec![person.rank.to_string(), sanitize::name(&person.person).into_owned()];
        if with_problems {
            row.extend(person.problems.iter().map(points));
        }
        row.push(show_range(person.points, person.at_most));
        row.push(show_points(person.max_points));
        row.push(format!("{}/{}", person.passed, table.problems.len()));
        columns.row(row);
    }
    columns
}

/// Points for a problem, and of how many programs they are the best.
fn points(problem: &PersonProblem) -> String {
    match problem.programs {
        // There is nothing to be judged, which is not the same as 0 points for what was.
        0 => "none".to_owned(),
        1 => show_range(problem.points, problem.at_most),
        several => format!("{} x{several}", show_range(problem.points, problem.at_most)),
    }
}
