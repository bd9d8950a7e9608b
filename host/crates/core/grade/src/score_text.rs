//! A table of scores as text for people: columns in a bounded width, a mark for each case with a
//! legend, and never colour alone.
//!
//! Names and messages are made safe to show here, since guests and strangers wrote them. Nothing
//! here may decide what a score is.

mod columns;
mod marks;
mod person_rows;
mod program_rows;

use super::{CellState, ScoreTable, TooFewPrograms};
use columns::TextColumns;
use marks::{MarkLegend, show_points};
use polymer_host_base::{sanitize, text};
use std::fmt::Write as _;

/// Cells that are named where they are missing; the rest is counted.
const NAMED_CELLS: usize = 10;

/// Bounds of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextBounds {
    /// Columns of a line, at the most; at least 40.
    pub width: usize,
    /// Rows of each of its tables, at the most.
    pub rows: usize,
}

impl Default for TextBounds {
    fn default() -> Self {
        Self { width: 100, rows: 200 }
    }
}

impl ScoreTable {
    /// The table as text: persons, problems, programs, and what is missing. `pass_at` has the `k`
    /// of each `pass@k` that is wanted.
    #[must_use]
    pub fn to_text(&self, pass_at: &[usize], bounds: TextBounds) -> String {
        let bounds = TextBounds { width: bounds.width.max(40), ..bounds };
        let mut text = String::new();
        let mut legend = MarkLegend::default();
        for problem in 0..self.problems.len() {
            // The rows of all problems together are bounded.
            let shown = self.programs.iter().filter(|program| program.problem < problem).count();
            let left = TextBounds { rows: bounds.rows.saturating_sub(shown), ..bounds };
            program_rows::write(&mut text, self, problem, left, &mut legend);
        }
        let hidden = self.programs.len().saturating_sub(bounds.rows);
        if hidden > 0 {
            push_line(&mut text, &format!("… and {}", text::counted(hidden as u64, "more program")));
            text.push('\n');
        }
        self.write_problems(&mut text, bounds);
        person_rows::write(&mut text, self, bounds);
        legend.write(&mut text, bounds.width);
        self.write_verdicts(&mut text);
        self.write_cells(&mut text);
        for k in pass_at {
            self.write_pass_at_k(&mut text, *k);
        }
        text
    }

    /// Adds a row for each problem, where there are several.
    fn write_problems(&self, text: &mut String, bounds: TextBounds) {
        if self.problems.len() < 2 {
            return;
        }
        let mut columns = TextColumns::new(&["problem", "cases", "points", "programs", "passed"]);
        for problem in self.problems.iter().take(bounds.rows) {
            columns.row(vec![
                sanitize::name(&problem.name).into_owned(),
                problem.cases.len().to_string(),
                show_points(problem.max_points),
                problem.count.programs.to_string(),
                problem.count.passed.to_string(),
            ]);
        }
        columns.align_right(&[1, 2, 3, 4]);
        columns.write(text, bounds.width);
        let hidden = self.problems.len().saturating_sub(bounds.rows);
        if hidden > 0 {
            push_line(text, &format!("… and {}", text::counted(hidden as u64, "more problem")));
        }
        text.push('\n');
    }

    fn write_verdicts(&self, text: &mut String) {
        let counted: Vec<_> =
            self.verdicts().into_iter().map(|(verdict, cells)| format!("{verdict} {cells}")).collect();
        if !counted.is_empty() {
            push_line(text, &format!("verdicts: {}", counted.join(", ")));
        }
    }

    /// Adds the number of cells that were judged, and names those that were not.
    fn write_cells(&self, text: &mut String) {
        let counts = self.counts();
        let judged = counts.total() - counts.unjudged();
        let mut line = format!("{} of {} judged", judged, text::counted(counts.total() as u64, "cell"));
        if counts.skipped > 0 {
            // A write to a string cannot fail.
            let _ = write!(line, ", {} of them skipped behind a failure", counts.skipped);
        }
        push_line(text, &line);
        for (state, words) in
            [(CellState::Missing, "not judged"), (CellState::JudgeFailed, "judge failed (judge_error)")]
        {
            let cells = || {
                self.programs
                    .iter()
                    .flat_map(|program| program.cells.iter().enumerate().map(move |cell| (program, cell)))
            };
            let mut names = cells().filter(|(_, (_, cell))| cell.state == state).map(|(program, (at, _))| {
                let case = self.problems.get(program.problem).and_then(|problem| problem.cases.get(at));
                let case = case.map_or("", String::as_str);
                format!("{}/{}", sanitize::name(&program.program), sanitize::name(case))
            });
            let first: Vec<_> = names.by_ref().take(NAMED_CELLS).collect();
            let rest = names.count();
            if !first.is_empty() {
                let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
                push_line(text, &format!("{words}: {}{more}", first.join(", ")));
            }
        }
    }

    fn write_pass_at_k(&self, text: &mut String, k: usize) {
        let found = self.pass_at_k(k);
        if let Some(mean) = found.mean {
            let of = text::counted(self.problems.len() as u64, "problem");
            push_line(text, &format!("pass@{k}: {mean:.4} over {of}"));
            return;
        }
        let name = |few: &TooFewPrograms| {
            let problem = self.problems.get(few.problem).map_or("", |problem| problem.name.as_str());
            format!("{} ({})", sanitize::name(problem), few.programs)
        };
        let named: Vec<_> = found.too_few.iter().take(NAMED_CELLS).map(name).collect();
        let rest = found.too_few.len().saturating_sub(NAMED_CELLS);
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        push_line(text, &format!("pass@{k}: none, too few programs for {}{more}", named.join(", ")));
    }
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

#[cfg(test)]
mod tests;
