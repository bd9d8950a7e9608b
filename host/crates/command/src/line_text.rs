//! Lines as texts: what may stand around them on other systems, what they are known by, and where
//! in them a parser stopped.
//!
//! It must never know what a line asks for.

use super::lines::InputLine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use polymer_host_base::json;
use polymer_host_base::json::JsonError;
use polymer_host_task::TaskKey;

/// Reads base64 with and without the padding at its end.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Byte order mark, which programs on other systems put at the start of a text.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// The message for the line of this number, which is no JSON.
pub(super) fn not_json(error: &JsonError, seq: u64) -> String {
    match error {
        JsonError::NotUtf8(at) => format!("the line is not UTF-8 at line {seq} column {}", at + 1),
        JsonError::Syntax(what) => format!("the line is not JSON: {}", at_line(what, seq)),
        JsonError::TooDeep => format!("the line nests deeper than {} levels", json::MAX_DEPTH),
    }
}

/// A parser's message about the line of this number, which was all that the parser saw. What ends
/// with a zero may be several lines by itself.
pub(super) fn at_line(message: &str, seq: u64) -> String {
    let Some((what, place)) = message.rsplit_once(" at line ") else { return message.to_owned() };
    match place.split_once(" column ") {
        Some(("1", column)) => format!("{what} at line {seq} column {column}"),
        Some((own, column)) => format!("{what} at line {seq}, in its part {own}, column {column}"),
        None => message.to_owned(),
    }
}

/// Returns the key of a line that is no task.
pub(super) fn key_of(line: InputLine<'_>) -> TaskKey {
    match line {
        InputLine::Whole { first, bytes, .. } => {
            // Whether something ends the last line makes no difference.
            let line = bytes.strip_suffix(b"\0").unwrap_or(bytes);
            TaskKey::of_line(trim(without_bom(first, line)))
        }
        InputLine::TooLong { key, .. } => key,
    }
}

/// A line without the mark that may stand before the first.
pub(super) fn without_bom(first: bool, line: &[u8]) -> &[u8] {
    if first { line.strip_prefix(BOM).unwrap_or(line) } else { line }
}

/// A line without JSON's white space around it.
pub(super) fn trim(mut line: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] | [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] = line {
        line = rest;
    }
    line
}
