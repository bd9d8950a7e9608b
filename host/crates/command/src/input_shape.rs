//! Check of an input's first bytes against the expected shape: an input that is no lines of JSON at
//! all is one error, not a record a line.
//!
//! Only what is certain is refused. An input whose first line is JSON never is, nor is one bad line
//! among good ones. It must never read anything, nor know what becomes of the answer.

mod magic;

use super::input::BOM;
use magic::{ConversionTool, MagicFormat};
use polymer_host_base::json;
use serde::de::IgnoredAny;
use std::fmt;

/// Bytes that are looked at, at the most.
pub(super) const MOST: usize = 64 << 10;
/// Lines of which each is looked at by itself.
const LINES: usize = 20;

/// Expected shape of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedShape {
    /// A JSON value a line; `is_fixed` where no other format can be asked for.
    Json {
        /// Task records.
        is_fixed: bool,
    },
    /// Text, or paths, a line.
    Text,
    /// Any bytes.
    Anything,
}

/// Shape that an input has instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputShape {
    /// One JSON array over several lines.
    Array,
    /// A JSON value over several lines.
    Pretty,
    /// UTF-16 or UTF-32, by its name for `iconv`.
    Utf(&'static str),
    /// Values with something between them.
    Delimited(&'static str),
    /// A format that is known by its first bytes.
    Known(&'static MagicFormat),
    /// No text.
    Binary,
}

/// Returns the shape of an input that begins with `start`, if it cannot be what is `expected`.
/// `is_all` says that nothing follows.
#[must_use]
pub fn judge(start: &[u8], is_all: bool, expected: ExpectedShape) -> Option<InputShape> {
    if expected == ExpectedShape::Anything {
        return None;
    }
    if let Some(shape) = by_mark(start).or_else(|| magic::known(start).map(InputShape::Known)) {
        return Some(shape);
    }
    match expected {
        ExpectedShape::Json { .. } => no_json_lines(start.strip_prefix(BOM).unwrap_or(start), is_all),
        ExpectedShape::Text | ExpectedShape::Anything => None,
    }
}

/// Returns whether this much of an input is enough to [judge] it: its first line, or all that may
/// be looked at. A stream is not waited for any longer.
#[must_use]
pub fn is_enough(start: &[u8], expected: ExpectedShape) -> bool {
    let is_line = |line: &[u8]| match expected {
        ExpectedShape::Json { .. } => line.ends_with(b"\n") && !line.trim_ascii().is_empty(),
        // A zero may be what ends a line.
        ExpectedShape::Text | ExpectedShape::Anything => line.ends_with(b"\n") || line.contains(&0),
    };
    start.len() >= MOST || start.split_inclusive(|byte| *byte == b'\n').any(is_line)
}

/// UTF-16 and UTF-32, by a byte order mark.
fn by_mark(start: &[u8]) -> Option<InputShape> {
    match start {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some(InputShape::Utf("UTF-32")),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some(InputShape::Utf("UTF-16")),
        _ => None,
    }
}

/// UTF-16 without a mark: no JSON has a zero, and its first two characters are ASCII.
fn without_mark(start: &[u8]) -> Option<InputShape> {
    match start {
        [1..=255, 0, 1..=255, 0, ..] => Some(InputShape::Utf("UTF-16LE")),
        [0, 1..=255, 0, 1..=255, ..] => Some(InputShape::Utf("UTF-16BE")),
        _ => None,
    }
}

fn no_json_lines(text: &[u8], is_all: bool) -> Option<InputShape> {
    let lines = whole_lines(text, is_all);
    let first = lines.first()?;
    if json::check(first).is_ok() {
        return None;
    }
    if let Some(shape) = without_mark(text) {
        return Some(shape);
    }
    over_lines(text, &lines).or_else(|| {
        // One of them that could be run is enough to run them.
        let lines = whole_lines(text, is_all || text.len() < MOST);
        let has_json = lines.iter().any(|line| json::check(line).is_ok());
        if has_json { None } else { delimited(&lines).or_else(|| binary(text)) }
    })
}

/// The first lines that are not blank and have come to their end.
fn whole_lines(text: &[u8], is_all: bool) -> Vec<&[u8]> {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    let whole = lines.filter(|line| line.ends_with(b"\n") || is_all).map(<[u8]>::trim_ascii);
    whole.filter(|line| !line.is_empty()).take(LINES).collect()
}

/// A JSON value that begins with the first line and goes on in the next.
fn over_lines(text: &[u8], lines: &[&[u8]]) -> Option<InputShape> {
    let (first, rest) = lines.split_first()?;
    let begin = text.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let shape = if first.starts_with(b"[") { InputShape::Array } else { InputShape::Pretty };
    let is_value = |line: &&[u8]| matches!(line, [b'{' | b'[', ..]) && json::check(line).is_ok();
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<IgnoredAny>();
    let goes_on = match values.next() {
        // Its end was found, and that is behind the first line.
        Some(Ok(_)) => values.byte_offset() > begin + first.len(),
        // Its end is not here. Two lines that are values by themselves cannot follow one that was
        // cut short without being found at fault, but one can.
        Some(Err(error)) if error.is_eof() => match rest.len() {
            0 => false,
            1 | 2 => !rest.iter().any(is_value),
            _ => true,
        },
        // Written by hand: `{` or `[` stands alone, and what follows is no value but a part of one.
        Some(Err(_)) => matches!(first, [b'{' | b'[']) && !rest.iter().any(is_value) && rest.len() > 1,
        None => false,
    };
    goes_on.then_some(shape)
}

/// Lines that all have as many of the same delimiter.
fn delimited(lines: &[&[u8]]) -> Option<InputShape> {
    const DELIMITERS: [(u8, &str); 3] = [(b',', "commas"), (b'\t', "tabs"), (b';', "semicolons")];
    let [first, _, ..] = lines else { return None };
    if lines.iter().any(|line| matches!(line, [b'{' | b'[', ..]) || std::str::from_utf8(line).is_err()) {
        return None;
    }
    let found = DELIMITERS.iter().find(|(delimiter, _)| {
        let count = delimiters(first, *delimiter);
        // In prose a space comes behind a comma, though not as often in each of several lines;
        // names of columns are not empty.
        let mut fields = first.split(|byte| byte == delimiter);
        let is_many = lines.len() > 2;
        let are_names = fields.all(|field| !field.is_empty() && (is_many || !field.starts_with(b" ")));
        count > 0 && are_names && lines.iter().all(|line| delimiters(line, *delimiter) == count)
    });
    found.map(|(_, name)| InputShape::Delimited(name))
}

/// Delimiters outside of quotes.
fn delimiters(line: &[u8], delimiter: u8) -> usize {
    let mut is_quoted = false;
    let is_outside = |byte: &&u8| {
        is_quoted ^= **byte == b'"';
        !is_quoted && **byte == delimiter
    };
    line.iter().filter(is_outside).count()
}

/// Bytes that no text has, and not just one of them.
fn binary(text: &[u8]) -> Option<InputShape> {
    const FEW: usize = 4;
    let zeros = text.iter().filter(|byte| **byte == 0).count();
    (zeros >= FEW && zeros * 32 >= text.len()).then_some(InputShape::Binary)
}

/// An input that is not what it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongShape {
    /// Its path as it was given, or standard input.
    pub name: String,
    /// It has such a path, and nothing was decompressed to look at it.
    pub is_file: bool,
    /// Expected shape.
    pub expected: ExpectedShape,
    /// Actual shape.
    pub shape: InputShape,
}

impl std::error::Error for WrongShape {}

impl fmt::Display for WrongShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wanted = match self.expected {
            ExpectedShape::Json { is_fixed: false } => "lines of JSON",
            ExpectedShape::Json { is_fixed: true } => "task records, one a line",
            ExpectedShape::Text | ExpectedShape::Anything => "lines of text",
        };
        write!(f, "{} is not {wanted}: it looks like ", self.name)?;
        match &self.shape {
            InputShape::Array => f.write_str("one JSON array over several lines"),
            InputShape::Pretty => f.write_str("JSON that is written over several lines"),
            InputShape::Utf(name) => write!(f, "{name} text"),
            InputShape::Delimited("commas") => f.write_str("CSV, with commas between values"),
            InputShape::Delimited(delimiter) => write!(f, "CSV, with {delimiter} between values"),
            InputShape::Known(kind) => f.write_str(kind.name),
            InputShape::Binary => f.write_str("binary data"),
        }
    }
}

impl WrongShape {
    /// Returns a hint for making lines of it.
    #[must_use]
    pub fn hint(&self) -> String {
        let file = if self.is_file { quoted(&self.name) } else { String::new() };
        let command = match &self.shape {
            InputShape::Array => format!("jq -c '.[]' {file}"),
            InputShape::Pretty => format!("jq -c . {file}"),
            InputShape::Utf(name) => format!("iconv -f {name} -t UTF-8 {file}"),
            InputShape::Delimited(delimiter) => csv(delimiter, &file),
            InputShape::Known(kind) => match kind.tool {
                ConversionTool::Command(command) => {
                    let (raw, file) =
                        if self.is_file { (self.name.as_str(), file.as_str()) } else { ("FILE", "FILE") };
                    command.replace("'FILE'", &format!("'{raw}'")).replace("FILE", file)
                }
                ConversionTool::AsFile => return self.as_file(&file),
            },
            InputShape::Binary => return self.as_file(&file),
        };
        let makes = match self.shape {
            InputShape::Known(_) => "unpacks it",
            InputShape::Utf(_) => "converts it to UTF-8",
            _ => "writes each value on its own line",
        };
        let raw = match (self.expected, &self.shape) {
            (
                ExpectedShape::Json { is_fixed: false },
                InputShape::Array | InputShape::Pretty | InputShape::Delimited(_),
            ) => {
                "; with `--input-format text` each line is passed on unchanged, with `whole` all of it is one input"
            }
            (ExpectedShape::Text, _) => "; with `--input-format whole` all of it is one input",
            _ => "",
        };
        format!("`{} | polymer run ...` {makes}{raw}", command.trim_end())
    }

    /// The way of a file that is one input as it stands.
    fn as_file(&self, file: &str) -> String {
        let file = if file.is_empty() { "FILE" } else { file };
        match self.expected {
            ExpectedShape::Json { is_fixed: true } => {
                format!("task records name such a file: {{\"module\":\"...\",\"input_file\":{file:?}}}")
            }
            _ => format!(
                "with `--input-format file` the input lists files, one path a line: `echo {file} | polymer run ... --input-format file`; with `whole` all of the input is one task"
            ),
        }
    }
}

/// Returns a command that makes objects of lines with a delimiter, by what every machine with
/// Python has.
fn csv(delimiter: &str, file: &str) -> String {
    let delimiter = match delimiter {
        "tabs" => ", delimiter='\\t'",
        "semicolons" => ", delimiter=';'",
        _ => "",
    };
    let redirect = if file.is_empty() { String::new() } else { format!("< {file}") };
    format!(
        "python3 -c \"import csv,json,sys; [print(json.dumps(r)) for r in csv.DictReader(sys.stdin{delimiter})]\" {redirect}"
    )
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+,:@%".contains(&byte);
    let path = if path.starts_with('-') { format!("./{path}") } else { path.to_owned() };
    if path.bytes().all(is_plain) { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests;
