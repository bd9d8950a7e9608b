//! Marks: one letter for each way in which a cell ended, and what they stand for.
//!
//! Nothing here may know a program.

use super::super::{CellScore, CellState};
use super::push_line;
use polymer_host_task::Verdict;
use std::collections::BTreeMap;

/// Marks in a row, at the most; more cases are counted.
const MOST_MARKS: usize = 24;
/// Different marks of which the number is told.
const MOST_COUNTED: usize = 4;

/// A mark and its meaning.
type CellMark = (char, &'static str);

/// The mark of a cell.
pub(super) fn mark(score: &CellScore) -> CellMark {
    match (score.state, &score.cell) {
        (CellState::Accepted, _) if score.is_full() => ('+', "right"),
        (CellState::Accepted, _) => ('~', "right, with a part of the points"),
        (CellState::Skipped, _) => ('.', "not run, behind a failure"),
        (CellState::Missing, _) => ('-', "not judged"),
        (CellState::JudgeFailed, _) => ('J', "judge_error"),
        (CellState::Rejected, Some(cell)) => (letter(cell.verdict), cell.verdict.name()),
        (CellState::Rejected, None) => ('?', "wrong"),
    }
}

/// The letter of a verdict. Two verdicts may not have the same.
fn letter(verdict: Verdict) -> char {
    // By name: a verdict that is new here has a letter as well, if not one of its own.
    match verdict.name() {
        // An end that was not expected, with a checker or without.
        "ok" => 'K',
        "wrong_output" => 'W',
        "timeout" => 'T',
        "memory_exceeded" => 'M',
        "output_exceeded" => 'O',
        "fuel_exhausted" => 'F',
        "task_error" => 'E',
        "trap" => 'C',
        "build_failed" => 'B',
        "module_invalid" => 'I',
        "bad_input" => 'N',
        "bad_output" => 'U',
        "worker_lost" => 'L',
        "quarantined" => 'Q',
        _ => '?',
    }
}

/// Marks that were shown, for the legend.
#[derive(Debug, Default)]
pub(super) struct MarkLegend {
    shown: BTreeMap<CellMark, ()>,
}

impl MarkLegend {
    /// The marks of these cells: one for each, or how many there are of each where they are many.
    pub(super) fn marks(&mut self, cells: &[CellScore]) -> String {
        let marks: Vec<CellMark> = cells.iter().map(mark).collect();
        self.shown.extend(marks.iter().map(|mark| (*mark, ())));
        if marks.len() <= MOST_MARKS {
            return marks.iter().map(|(letter, _)| *letter).collect();
        }
        let mut counts: BTreeMap<char, usize> = BTreeMap::new();
        for (letter, _) in marks {
            *counts.entry(letter).or_insert(0) += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        // What was right first, then what is frequent.
        counts.sort_by_key(|(letter, count)| (*letter != '+', usize::MAX - count, *letter));
        let rest: usize = counts.iter().skip(MOST_COUNTED).map(|(_, count)| count).sum();
        let told = counts.iter().take(MOST_COUNTED).map(|(letter, count)| format!("{letter}{count}"));
        let told = told.chain((rest > 0).then(|| format!("…{rest}")));
        told.collect::<Vec<_>>().join(" ")
    }

    /// Adds a line for what was shown, broken where it is too wide.
    pub(super) fn write(&self, text: &mut String, width: usize) {
        let mut line = String::from("marks:");
        for ((letter, words), ()) in &self.shown {
            let part = format!(" {letter} {words};");
            if line.chars().count() + part.chars().count() > width && line != "marks:" {
                push_line(text, &line);
                line = String::from("      ");
            }
            line.push_str(&part);
        }
        if !self.shown.is_empty() {
            push_line(text, line.trim_end_matches(';'));
        }
    }
}

/// Points for people: at most three decimals, and none where they are 0.
pub(super) fn show_points(points: f64) -> String {
    if points >= 1e15 {
        return format!("{points:e}");
    }
    let text = format!("{points:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Points as a range, if they are not known.
pub(super) fn show_range(points: f64, at_most: f64) -> String {
    if at_most > points {
        format!("{}..{}", show_points(points), show_points(at_most))
    } else {
        show_points(points)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{case, cell};
    use std::collections::BTreeSet;

    fn scores(verdicts: &[(Verdict, bool)]) -> Vec<CellScore> {
        let score = |(verdict, accepted): &(Verdict, bool)| {
            CellScore::new(&case("a", None), Some(cell(*verdict, *accepted)), false)
        };
        verdicts.iter().map(score).collect()
    }

    #[test]
    fn each_verdict_that_may_be_wrong_has_a_letter_of_its_own() {
        let wrong = |verdict: &Verdict| scores(&[(*verdict, false)])[0].state == CellState::Rejected;
        let verdicts: Vec<_> = Verdict::all().filter(wrong).collect();
        let letters: BTreeSet<_> = verdicts.iter().map(|verdict| letter(*verdict)).collect();
        assert_eq!(letters.len(), verdicts.len());
        assert!(!letters.contains(&'?') && letters.iter().all(char::is_ascii_uppercase));
        assert!(!letters.contains(&'J'));
    }

    #[test]
    fn few_cells_have_a_mark_each_and_many_are_counted() {
        let mut legend = MarkLegend::default();
        let right = (Verdict::Ok, true);
        let few =
            [right, (Verdict::WrongOutput, false), (Verdict::Timeout, false), (Verdict::JudgeError, false)];
        assert_eq!(legend.marks(&scores(&few)), "+WTJ");
        let mut many = vec![right; 30];
        many.extend([(Verdict::Timeout, false); 3]);
        many.extend([(Verdict::Trap, false); 9]);
        assert_eq!(legend.marks(&scores(&many)), "+30 C9 T3");
        many.extend([(Verdict::OutputExceeded, false); 2]);
        many.extend([(Verdict::TaskError, false), (Verdict::BadOutput, false)]);
        assert_eq!(legend.marks(&scores(&many)), "+30 C9 T3 O2 …2");
        let mut text = String::new();
        legend.write(&mut text, 60);
        let expected = "marks: + right; C trap; E task_error; J judge_error;\n       O output_exceeded; T timeout; U bad_output;\n       W wrong_output\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_legend_of_nothing_is_no_line() {
        let mut text = String::new();
        MarkLegend::default().write(&mut text, 60);
        assert_eq!(text, "");
    }

    #[test]
    fn points_read_well() {
        let shown = [0.0, 10.0, 2.5, 1.0 / 3.0, 100.0, 1e20].map(show_points);
        assert_eq!(shown, ["0", "10", "2.5", "0.333", "100", "1e20"]);
        assert_eq!(show_range(1.0, 1.0), "1");
        assert_eq!(show_range(1.0, 2.5), "1..2.5");
    }
}
