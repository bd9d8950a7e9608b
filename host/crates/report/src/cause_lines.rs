//! Causes of failures in words: a line each, for the summary, the state of a run, and whoever else
//! shows them.
//!
//! Nothing here may decide which failures have one cause.

use crate::line::MARGIN;
use polymer_host_base::sanitize::named;
use polymer_host_base::text::counted;
use polymer_host_sketch::{CauseEntry, CauseExample, CauseTable};

/// Causes that have a line of their own, so that all of them stand on one screen.
const MOST_LINES: usize = 10;

/// The longest cause in a line, in characters: two rows of a common terminal with what stands
/// around it.
const LONGEST: usize = 120;

/// The most frequent causes, a line each, such as `2000 × task_error (failure): no @ in …; first:
/// task 8`, and a line on the rest if there is one. Each is safe to show and begins with a margin.
#[must_use]
pub fn cause_lines(causes: &CauseTable) -> Vec<String> {
    let all = causes.by_count();
    let (shown, rest) = all.split_at(MOST_LINES.min(all.len()));
    let counts: Vec<String> = shown.iter().map(|entry| count(entry)).collect();
    let width = counts.iter().map(String::len).max().unwrap_or_default();
    let line =
        |(count, entry): (&String, &&CauseEntry)| format!("{MARGIN}{count:>width$} × {}", described(entry));
    let mut lines: Vec<String> = counts.iter().zip(shown).map(line).collect();
    lines.extend(rest_line(rest, causes.others()));
    lines
}

/// A cause without its count: `task_error (failure): no @ in …; first: task 8`.
#[must_use]
pub fn described(entry: &CauseEntry) -> String {
    let text = entry.cause.to_string();
    let text = match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end_matches('…')),
        None => text,
    };
    format!("{text}; first: task {}", example(&entry.first))
}

/// The number of its failures, and whether there may have been more.
fn count(entry: &CauseEntry) -> String {
    let more = if entry.is_exact() { "" } else { "+" };
    format!("{}{more}", entry.count)
}

fn example(task: &CauseExample) -> String {
    named(&task.id, task.label.as_deref()).into_owned()
}

fn rest_line(rest: &[&CauseEntry], others: u64) -> Option<String> {
    let tasks = others + rest.iter().map(|entry| entry.count).sum::<u64>();
    let causes = u64::try_from(rest.len()).unwrap_or(u64::MAX);
    let causes = if others == 0 {
        counted(causes, "more cause")
    } else {
        format!("more than {}", counted(causes, "more cause"))
    };
    (tasks > 0).then(|| format!("{MARGIN}and {} of {causes}", counted(tasks, "task")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_sketch::{FailedTask, FailureCause, RecordedFailure};
    use polymer_host_task::Verdict;

    fn cause(verdict: Verdict, code: &str, message: &str) -> FailureCause {
        FailureCause::of_parts(RecordedFailure { verdict, code, message, trace: None }, "".lines())
    }

    fn add(table: &mut CauseTable, code: &str, message: &str, times: u64) {
        for seq in 1..=times {
            table.add(
                cause(Verdict::TaskError, code, message),
                FailedTask { id: &seq.to_string(), label: None, seq },
            );
        }
    }

    #[test]
    fn each_cause_has_a_line_the_most_frequent_first() {
        let mut table = CauseTable::default();
        assert_eq!(cause_lines(&table), [""; 0]);
        add(&mut table, "json", "", 2);
        add(&mut table, "failure", "no @ in `joe`", 200);
        let expected = [
            "    200 × task_error (failure): no @ in …; first: task 1",
            "      2 × task_error (json); first: task 1",
        ];
        assert_eq!(cause_lines(&table), expected);
    }

    #[test]
    fn many_causes_are_counted_together() {
        let mut table = CauseTable::default();
        for code in 1..=12 {
            add(&mut table, &code.to_string(), "", 2);
        }
        let lines = cause_lines(&table);
        assert_eq!(lines.len(), MOST_LINES + 1);
        assert_eq!(lines[MOST_LINES], "    and 4 tasks of 2 more causes");
        for code in 13..=100 {
            add(&mut table, &code.to_string(), "", 1);
        }
        let lines = cause_lines(&table);
        assert_eq!(lines.len(), MOST_LINES + 1);
        assert_eq!(lines[MOST_LINES], "    and 92 tasks of more than 54 more causes");
    }

    #[test]
    fn a_count_that_may_be_too_low_says_so_and_long_text_is_cut() {
        let mut table = CauseTable::default();
        for code in 1..=64 {
            add(&mut table, &code.to_string(), "", 2);
        }
        add(&mut table, "late", &"x ".repeat(500), 9);
        let line = &cause_lines(&table)[0];
        assert!(line.starts_with("    9+ × task_error (late): x x "), "{line}");
        assert!(line.ends_with("…; first: task 1") && line.chars().count() < 160, "{line}");
    }

    #[test]
    fn names_of_tasks_are_safe_to_show() {
        let mut table = CauseTable::default();
        let task = FailedTask { id: "a\u{1b}\n", label: Some("b\u{202e}"), seq: 1 };
        table.add(cause(Verdict::Canceled, "", ""), task);
        assert_eq!(cause_lines(&table), ["    1 × canceled; first: task a\\u{1b}\\u{a} b\\u{202e}"]);
    }
}
