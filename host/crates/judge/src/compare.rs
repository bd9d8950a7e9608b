//! Comparison of an output with what is expected. Pure: nothing here may know a task, a record, a
//! case or where the bytes come from.
//!
//! They are a guest's. Whatever they are, a comparison takes n log n time, memory of a small
//! multiple of their size, and a stack that JSON's depth bounds.

mod decimal;
pub(crate) mod default_validator;
mod json_string;
pub(crate) mod json_text;
#[cfg(test)]
mod tests;

use decimal::same_decimals;
use polymer_host_task::CompareMode;
use serde_json::{Number, Value};

/// Returns whether `given` is what is expected, up to the differences that do not count in `mode`.
/// The bytes need not be UTF-8.
#[must_use]
pub fn same_texts(mode: CompareMode, expected: &[u8], given: &[u8]) -> bool {
    // Most outputs are right to the byte, and no mode tells equal bytes apart.
    expected == given
        || match mode {
            CompareMode::Exact => false,
            CompareMode::Trim => trimmed_lines(expected).eq(trimmed_lines(given)),
            CompareMode::Tokens | CompareMode::Float(_) => same_tokens(mode, expected, given),
            CompareMode::Json => json_text::same_documents(expected, given),
            CompareMode::UnorderedLines => same_lines_in_any_order(expected, given),
            CompareMode::EndsWith => given.ends_with(expected),
            CompareMode::Validator(arguments) => default_validator::accepts(&arguments, expected, given),
        }
}

/// Returns whether a value is the one that is expected: numbers by what they are worth, or within
/// the tolerance, and strings as [`same_texts`] compares them. A string is text, so for `json` it
/// counts to the byte. `exact` is about notation, which a value does not have; here it acts as
/// `json`.
///
/// The values are as deep as their parser lets them be, 128 levels for that of `serde_json`.
#[must_use]
pub fn same_values(mode: CompareMode, expected: &Value, given: &Value) -> bool {
    match (expected, given) {
        (Value::String(expected), Value::String(given)) => {
            let mode = if mode == CompareMode::Json { CompareMode::Exact } else { mode };
            same_texts(mode, expected.as_bytes(), given.as_bytes())
        }
        (Value::Number(expected), Value::Number(given)) => same_numbers(mode, expected, given),
        (Value::Array(expected), Value::Array(given)) => {
            expected.len() == given.len()
                && expected.iter().zip(given).all(|(expected, given)| same_values(mode, expected, given))
        }
        (Value::Object(expected), Value::Object(given)) => {
            expected.len() == given.len()
                && expected.iter().all(|(key, expected)| {
                    given.get(key).is_some_and(|given| same_values(mode, expected, given))
                })
        }
        _ => expected == given,
    }
}

fn same_numbers(mode: CompareMode, expected: &Number, given: &Number) -> bool {
    if expected == given {
        return true;
    }
    if let (Some(one), Some(other)) = (expected.as_f64(), given.as_f64()) {
        match mode {
            CompareMode::Float(tolerance) => return are_within(tolerance.get(), one, other),
            CompareMode::Validator(arguments) if arguments.has_tolerance() => {
                return default_validator::are_within(&arguments, one, other);
            }
            _ => {}
        }
    }
    // As floats two large integers might look the same. As they are written they do not, and that
    // holds too where serde_json keeps a number as its text.
    same_decimals(&expected.to_string(), &given.to_string())
}

/// White space as C's `isspace` has it in ASCII. The problem package format lists the same six
/// bytes ("Default output validator specification", "Output parsing").
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\x0b' | b'\x0c' | b'\r')
}

fn trim_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1);
    text.get(..end).unwrap_or(text)
}

/// Lines without white space at their ends, and without empty ones at the end.
pub(crate) fn trimmed_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    let text = Some(trim_end(text)).filter(|text| !text.is_empty());
    text.into_iter().flat_map(|text| text.split(|byte| *byte == b'\n')).map(trim_end)
}

/// The parts between white space.
pub(crate) fn tokens(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| is_space(*byte)).filter(|token| !token.is_empty())
}

fn same_tokens(mode: CompareMode, expected: &[u8], given: &[u8]) -> bool {
    let (mut expected, mut given) = (tokens(expected), tokens(given));
    loop {
        match (expected.next(), given.next()) {
            (None, None) => return true,
            (Some(expected), Some(given)) if same_token(mode, expected, given) => {}
            _ => return false,
        }
    }
}

/// Returns whether two tokens are the same: to the byte, or for `float` two numbers that are near.
pub(crate) fn same_token(mode: CompareMode, expected: &[u8], given: &[u8]) -> bool {
    if expected == given {
        return true;
    }
    let CompareMode::Float(tolerance) = mode else { return false };
    let numbers = decimal_number(expected).zip(decimal_number(given));
    numbers.is_some_and(|(expected, given)| are_within(tolerance.get(), expected, given))
}

/// Returns whether the distance is within the tolerance, or within that share of the expected
/// number: `|s-a| ≤ ε` or `|s-a| ≤ ε|a|` (problem package format, "Comparing floating-point
/// tokens"). In doubles, as its reference implementation has it: so a number that is just at the
/// tolerance as it is written may be found on either side of it.
fn are_within(tolerance: f64, expected: f64, given: f64) -> bool {
    let apart = (expected - given).abs();
    apart <= tolerance || apart <= tolerance * expected.abs()
}

/// The number that a token is in decimal notation, rounded to a double.
///
/// The grammar is that of the problem package format ("General requirements"): a sign,
/// `12`, `1.5`, `1.` or `.5`, an exponent. So hexadecimal floats, `inf`, `nan`, `1_000` and `1.0f`
/// are text. A number that no double holds, such as `1e400`, is text too: it would be infinitely
/// far from every other.
pub(crate) fn decimal_number(token: &[u8]) -> Option<f64> {
    let is_decimal = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    // The standard library reads this grammar, and beside it only names, which have other letters.
    let text = std::str::from_utf8(token).ok().filter(|text| text.as_bytes().iter().all(is_decimal))?;
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn same_lines_in_any_order(expected: &[u8], given: &[u8]) -> bool {
    // Most outputs that are wrong differ in this already, so nothing is sorted for them.
    let size =
        |text| trimmed_lines(text).fold((0, 0), |(lines, bytes), line| (lines + 1, bytes + line.len()));
    size(expected) == size(given) && SortedLines::of(expected) == SortedLines::of(given)
}

/// The lines of a text, trimmed, as a multiset.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SortedLines<'a> {
    /// Empty lines are counted: a reference to one takes sixteen times its size.
    pub(crate) empty: usize,
    /// The others, shorter ones first.
    pub(crate) lines: Vec<&'a [u8]>,
}

impl<'a> SortedLines<'a> {
    pub(crate) fn of(text: &'a [u8]) -> Self {
        let all = trimmed_lines(text).count();
        let filled = || trimmed_lines(text).filter(|line| !line.is_empty());
        let mut lines = Vec::with_capacity(filled().count());
        lines.extend(filled());
        lines.sort_unstable_by(|one, other| line_order(one, other));
        Self { empty: all - lines.len(), lines }
    }
}

/// Order by length first, so that few comparisons look at the bytes.
pub(crate) fn line_order(one: &[u8], other: &[u8]) -> std::cmp::Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}
