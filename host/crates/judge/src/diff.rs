//! The first difference between an output and what is expected, as people read it. Pure: nothing
//! here may know a task, a record or a terminal.
//!
//! Both texts are a guest's. Whatever they are, a description takes linear time (where lines are
//! sorted, n log n) and has no control character, at most 40 lines of 160 letters and at most 4
//! KiB. Whoever shows it still makes it safe.

mod page;
mod pieces;
#[cfg(test)]
mod tests;

use crate::compare::json_text::{JsonIndex, first_difference};
use crate::compare::{SortedLines, decimal_number, line_order, same_token, tokens, trimmed_lines};
use page::{DiffPage, ShownLine};
use polymer_host_task::CompareMode;
use similar::{Algorithm, DiffOp, DiffTag};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

/// Lines around a change.
const AROUND: usize = 2;
/// Lines of each side that are looked at: as `similar` has it, a diff takes the product of its
/// lines where they have nothing in common.
const WINDOW: usize = 200;

/// Describes where `given` is first not what is expected: what is missing behind `-`, what is too
/// much behind `+`. Empty if they are the same in `mode`.
#[must_use]
pub fn diff(mode: CompareMode, expected: &[u8], given: &[u8]) -> String {
    match mode {
        CompareMode::Exact => exact_lines(expected, given, None),
        CompareMode::Trim => {
            let lines = (trimmed_lines(expected), trimmed_lines(given));
            diff_lines(lines.0, lines.1, ShownLine::new, None)
        }
        CompareMode::Json => diff_json(expected, given),
        CompareMode::Tokens | CompareMode::Float(_) => diff_tokens(mode, expected, given),
        CompareMode::UnorderedLines => diff_unordered(expected, given),
        CompareMode::EndsWith => diff_ends(expected, given),
        CompareMode::Validator(arguments) => pieces::diff_pieces(&arguments, expected, given),
    }
}

fn exact_lines(expected: &[u8], given: &[u8], note: Option<&str>) -> String {
    let lines = |text| <[u8]>::split_inclusive(text, |byte| *byte == b'\n');
    diff_lines(lines(expected), lines(given), ShownLine::with_its_end, note)
}

/// The expected end, and what stands there.
fn diff_ends(expected: &[u8], given: &[u8]) -> String {
    if given.ends_with(expected) {
        return String::new();
    }
    let from = given.len().saturating_sub(expected.len());
    exact_lines(expected, given.get(from..).unwrap_or_default(), Some("the end differs; "))
}

/// The path and both values: the lines of a document say little, it may have only one.
fn diff_json(expected: &[u8], given: &[u8]) -> String {
    if expected == given {
        return String::new();
    }
    let (expected_index, given_index) = match (JsonIndex::read(expected), JsonIndex::read(given)) {
        (Some(expected), Some(given)) => (expected, given),
        // These are compared as text.
        (Some(_), None) => return exact_lines(expected, given, Some("what is given is no JSON; ")),
        (None, Some(_)) => return exact_lines(expected, given, Some("what is expected is no JSON; ")),
        (None, None) => return exact_lines(expected, given, None),
    };
    let Some(found) = first_difference(&expected_index, &given_index) else { return String::new() };
    let mut page = DiffPage::new(&format!("{} differs:", ShownLine::new(found.path().as_bytes())));
    let (expected, given) = (found.expected.map(str::as_bytes), found.given.map(str::as_bytes));
    page.push_pair(expected, given, "(nothing)");
    page.finish()
}

/// Tokens with the lines they stand in, the first of which is 1.
fn numbered_tokens(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let lines = text.split(|byte| *byte == b'\n').zip(1_usize..);
    lines.flat_map(|(line, number)| tokens(line).map(move |token| (number, token)))
}

fn diff_tokens(mode: CompareMode, expected: &[u8], given: &[u8]) -> String {
    let (mut expected, mut given) = (numbered_tokens(expected), numbered_tokens(given));
    for number in 1_usize.. {
        let (expected, given) = match (expected.next(), given.next()) {
            (None, None) => break,
            (Some(expected), Some(given)) if same_token(mode, expected.1, given.1) => continue,
            pair => pair,
        };
        // The line of the output, where it has one: that is what its author looks at.
        let place = match (expected, given) {
            (_, None) => format!("token {number} is missing:"),
            (None, Some((line, _))) => format!("token {number}, in line {line}, is too much:"),
            (_, Some((line, _))) => format!("token {number}, in line {line}, differs:"),
        };
        let mut page = DiffPage::new(&place);
        let (expected, given) = (expected.map(|(_, token)| token), given.map(|(_, token)| token));
        page.push_pair(expected, given, "(no more tokens)");
        if let (CompareMode::Float(tolerance), Some(one), Some(other)) =
            (mode, expected.and_then(decimal_number), given.and_then(decimal_number))
        {
            page.push(' ', &format!("{:e} apart; the tolerance is {tolerance}", (one - other).abs()));
        }
        return page.finish();
    }
    String::new()
}

/// Lines that only one side has. They have no order, so nothing stands around them.
fn diff_unordered(expected: &[u8], given: &[u8]) -> String {
    let (expected, given) = (SortedLines::of(expected), SortedLines::of(given));
    if expected == given {
        return String::new();
    }
    let mut page = DiffPage::new("lines that only one side has:");
    for (sign, lines, other) in [('-', &expected, &given), ('+', &given, &expected)] {
        let more = lines.empty.saturating_sub(other.empty);
        if more > 0 {
            page.push(sign, &format!("({more} empty)"));
        }
    }
    let mut missing = only_in(&expected.lines, &given.lines);
    let mut extra = only_in(&given.lines, &expected.lines);
    // In turn, so that many of one side leave room for the other.
    loop {
        match (missing.next(), extra.next()) {
            (None, None) => return page.finish(),
            (one, other) => {
                one.into_iter().for_each(|line| page.push_line('-', &ShownLine::new(line)));
                other.into_iter().for_each(|line| page.push_line('+', &ShownLine::new(line)));
            }
        }
    }
}

/// The sorted lines without those that the sorted `other` has, each as often as it is too many.
fn only_in<'a>(lines: &[&'a [u8]], other: &[&'a [u8]]) -> impl Iterator<Item = &'a [u8]> {
    let mut other = other.iter().copied().peekable();
    lines.iter().copied().filter(move |line| {
        while other.next_if(|other| line_order(other, line) == Ordering::Less).is_some() {}
        other.next_if_eq(line).is_none()
    })
}

/// The lines around the first one that differs. What comes far behind it may differ too.
fn diff_lines<'a>(
    expected: impl Iterator<Item = &'a [u8]> + Clone,
    given: impl Iterator<Item = &'a [u8]> + Clone,
    show: impl Fn(&'a [u8]) -> ShownLine<'a>,
    note: Option<&str>,
) -> String {
    let same = expected.clone().zip(given.clone()).take_while(|(one, other)| one == other).count();
    let before = same.saturating_sub(AROUND);
    let (expected, given) = (LineWindow::of(expected, before), LineWindow::of(given, before));
    let ops = changes(&expected, &given);
    if ops.is_empty() {
        return String::new();
    }
    let note = note.unwrap_or_default();
    let mut page = DiffPage::new(&format!("{note}line {} differs:", same + 1));
    let first = same - before;
    let column = expected.get(first..first + 1).iter().zip(given.get(first..first + 1)).next();
    let column = column.map_or(0, |(one, other)| common_bytes(one, other));
    // The two that differ first are shown from where they do.
    let show_at = |at: usize, line: &'a [u8]| if at == first { show(line).from(column) } else { show(line) };
    for (number, group) in similar::group_diff_ops(ops, AROUND).iter().enumerate() {
        if number > 0 {
            page.push(' ', "...");
        }
        for op in group {
            let (tag, old, new) = op.as_tag_tuple();
            let removed = if tag == DiffTag::Insert { old.start..old.start } else { old };
            let sign = if tag == DiffTag::Equal { ' ' } else { '-' };
            for (line, at) in expected.get(removed.clone()).iter().zip(removed.start..) {
                page.push_line(sign, &show_at(at, line));
            }
            let added = if tag == DiffTag::Equal { new.start..new.start } else { new };
            for (line, at) in given.get(added.clone()).iter().zip(added.start..) {
                page.push_line('+', &show_at(at, line));
            }
        }
    }
    page.finish()
}

fn common_bytes(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

/// Some lines of a text.
struct LineWindow<'a> {
    lines: Vec<&'a [u8]>,
    /// There are more behind them.
    is_cut: bool,
}

impl<'a> LineWindow<'a> {
    fn of(mut lines: impl Iterator<Item = &'a [u8]>, from: usize) -> Self {
        let mut rest = lines.by_ref().skip(from);
        let lines = rest.by_ref().take(WINDOW).collect();
        Self { lines, is_cut: rest.next().is_some() }
    }

    fn get(&self, range: Range<usize>) -> &[&'a [u8]] {
        self.lines.get(range).unwrap_or_default()
    }
}

/// The changes from one window to the other; none if they are equal.
fn changes(expected: &LineWindow<'_>, given: &LineWindow<'_>) -> Vec<DiffOp> {
    // Lines may be long, and are compared as often as there are pairs of them: a number for each.
    let mut numbers = HashMap::new();
    let mut number = |line| {
        let next = numbers.len();
        *numbers.entry(line).or_insert(next)
    };
    let old: Vec<usize> = expected.lines.iter().copied().map(&mut number).collect();
    let new: Vec<usize> = given.lines.iter().copied().map(&mut number).collect();
    let mut ops = similar::capture_diff_slices(Algorithm::Myers, &old, &new);
    let is_change = |op: &DiffOp| op.tag() != DiffTag::Equal;
    if ops.iter().filter(|op| is_change(op)).count() > 1 {
        // What ends a window may be no change: the other side may have it behind its own window.
        ops.pop_if(|op| match op.tag() {
            DiffTag::Equal => false,
            DiffTag::Delete => given.is_cut,
            DiffTag::Insert => expected.is_cut,
            DiffTag::Replace => expected.is_cut || given.is_cut,
        });
    }
    if ops.iter().any(is_change) { ops } else { Vec::new() }
}
