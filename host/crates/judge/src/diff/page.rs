//! Lines of a difference as they are shown: cut, and with everything written out that is not a
//! letter of a text. Nothing here may know what is compared.

use polymer_host_base::sanitize::is_dangerous;
use std::fmt::{self, Write as _};

/// The most lines that are shown.
const MOST_LINES: usize = 40;
/// The most letters of a line that are shown.
const WIDTH: usize = 160;
/// The most bytes of all.
const MOST_BYTES: usize = 4 << 10;
/// Bytes that are left for the last line, which says how many are not shown.
const LAST_LINE: usize = 64;
/// Letters of a line before its first difference that are shown where there are more.
const LEAD: usize = 40;

/// A title and lines below it, as many as are shown.
#[derive(Debug)]
pub(super) struct DiffPage {
    text: String,
    lines: usize,
    left_out: usize,
}

impl DiffPage {
    pub(super) fn new(title: &str) -> Self {
        Self { text: title.to_owned(), lines: 0, left_out: 0 }
    }

    pub(super) fn push(&mut self, sign: char, line: &str) {
        // What comes behind a line that is left out is left out too: an order with holes misleads.
        let is_full = self.left_out > 0 || self.lines == MOST_LINES;
        if is_full || self.text.len() + line.len() + 3 > MOST_BYTES - LAST_LINE {
            self.left_out += 1;
            return;
        }
        self.lines += 1;
        self.text.extend(['\n', sign, ' ']);
        self.text.push_str(line);
    }

    pub(super) fn push_line(&mut self, sign: char, line: &ShownLine<'_>) {
        self.push(sign, &line.to_string());
    }

    /// Two texts that differ, each from where it does; `nothing` for one that is not there.
    pub(super) fn push_pair(&mut self, expected: Option<&[u8]>, given: Option<&[u8]>, nothing: &str) {
        let column = expected.zip(given).map_or(0, |(one, other)| super::common_bytes(one, other));
        for (sign, text) in [('-', expected), ('+', given)] {
            match text {
                Some(text) => self.push_line(sign, &ShownLine::new(text).from(column)),
                None => self.push(sign, nothing),
            }
        }
    }

    pub(super) fn finish(mut self) -> String {
        if self.left_out > 0 {
            // Writing to a string cannot fail.
            write!(self.text, "\n  ... and {} more lines", self.left_out).unwrap_or_default();
        }
        self.text
    }
}

/// A line of an output, written so that it moves no cursor and ends no line.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShownLine<'a> {
    text: &'a [u8],
    /// Bytes at its start that are not shown.
    skipped: usize,
    /// A mark behind it, of what would not be seen.
    end: &'static str,
}

impl<'a> ShownLine<'a> {
    pub(super) const fn new(text: &'a [u8]) -> Self {
        Self { text, skipped: 0, end: "" }
    }

    /// A line whose end counts: white space before its newline, or no newline.
    pub(super) fn with_its_end(line: &'a [u8]) -> Self {
        match line.strip_suffix(b"\n") {
            Some(text) if text.last().is_some_and(|byte| crate::compare::is_space(*byte)) => {
                Self { text, skipped: 0, end: "$" }
            }
            Some(text) => Self::new(text),
            None => Self { text: line, skipped: 0, end: " (no newline at the end)" },
        }
    }

    /// The same from shortly before a column, if that is far from the start.
    pub(super) fn from(self, column: usize) -> Self {
        if column <= WIDTH / 2 {
            return self;
        }
        let start = column - LEAD;
        let is_inside = |at: &usize| self.text.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
        // Not within a letter, which has at most four bytes.
        let skipped = (start..start + 4).find(|at| !is_inside(at)).unwrap_or(start);
        Self { skipped: skipped.min(self.text.len()), ..self }
    }
}

/// Valid UTF-8 as [`polymer_host_base::sanitize`] leaves it, other bytes as `\xff`; at most
/// [`WIDTH`] letters, and the marks where something is cut or at the end.
impl fmt::Display for ShownLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text.get(self.skipped..).unwrap_or_default();
        if self.skipped > 0 {
            f.write_str("…")?;
        }
        // No more can be shown, and the rest may be long. No letter within the width is cut.
        let head = text.get(..4 * WIDTH + 4).unwrap_or(text);
        let mut width = 0;
        for chunk in head.utf8_chunks() {
            let letters = chunk.valid().chars().map(shown_letter);
            let bytes = chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}"));
            for shown in letters.chain(bytes) {
                width += shown.chars().count();
                if width > WIDTH {
                    return f.write_str("…");
                }
                f.write_str(&shown)?;
            }
        }
        f.write_str(self.end)
    }
}

fn shown_letter(letter: char) -> String {
    match letter {
        '\n' | '\r' | '\t' => letter.escape_default().to_string(),
        _ if is_dangerous(letter) => letter.escape_unicode().to_string(),
        _ => letter.to_string(),
    }
}
