//! Colours in what people read: on the words that say what kind of line it is, and nowhere else.
//!
//! It comes last, over text that is safe to show already: so no colour is anybody else's, and each
//! says only what a word says too.

use std::borrow::Cow;
use std::io::{self, Write};

const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const GREEN: &str = "\x1b[1;32m";
const CYAN: &str = "\x1b[1;36m";
const DIM: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

/// Prefixes of lines, and their colours.
const HEADS: [(&str, &str); 8] = [
    ("error:", RED),
    ("internal error:", RED),
    ("halted:", RED),
    ("warn:", YELLOW),
    ("  tip:", GREEN),
    ("hint:", CYAN),
    ("caused by:", CYAN),
    ("Usage:", CYAN),
];

/// Words that may follow the time in a log line.
const LEVELS: [(&str, &str); 3] = [("ERROR", RED), ("INFO", GREEN), ("DEBUG", CYAN)];

/// The length of a time as in `2026-11-22T14:00:00Z`.
const TIME: usize = 20;

/// `text`, which is safe to show, with colours.
#[must_use]
pub fn coloured(text: &str) -> String {
    text.split_inclusive('\n').map(line).collect()
}

/// Text that gets its colours on the way, each piece in whole lines.
#[derive(Debug)]
pub struct ColouredOutput<W>(pub W);

impl<W: Write> Write for ColouredOutput<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(coloured(&String::from_utf8_lossy(bytes)).as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A row of progress, which is safe to show, with colours: how many tasks did not end ok, and the
/// word `slow` before a task.
#[must_use]
pub fn progress_row(row: &str) -> String {
    const SLOW: &str = "slow:";
    const NOT_OK: &str = " not ok";
    if let Some(task) = row.strip_prefix(SLOW) {
        return format!("{YELLOW}{SLOW}{PLAIN}{task}");
    }
    // No name stands in such a row before it.
    let Some((before, after)) = row.split_once(NOT_OK) else { return row.to_owned() };
    let digits = before.trim_end_matches(|character: char| character.is_ascii_digit());
    let number = before.get(digits.len()..).unwrap_or_default();
    format!("{digits}{RED}{number}{NOT_OK}{PLAIN}{after}")
}

/// A row that says what stands below it, in its colour.
#[must_use]
pub(crate) fn heading(row: &str) -> String {
    format!("{CYAN}{row}{PLAIN}")
}

fn line(line: &str) -> Cow<'_, str> {
    if let Some((head, colour)) = HEADS.iter().find(|(head, _)| line.starts_with(head)) {
        return format!("{colour}{head}{PLAIN}{}", &line[head.len()..]).into();
    }
    logged(line).map_or(Cow::Borrowed(line), Cow::Owned)
}

/// A line of the log: the time dim, the level in its colour, and a warning behind it too.
fn logged(line: &str) -> Option<String> {
    let (time, rest) = line.split_at_checked(TIME)?;
    let is_time = time.ends_with('Z') && time.as_bytes().get(10) == Some(&b'T');
    let rest = rest.strip_prefix(' ').filter(|_| is_time)?;
    let (level, colour) = LEVELS.iter().find(|(level, _)| rest.starts_with(level))?;
    let said = &rest[level.len()..];
    let warn = said.strip_prefix(" warn:").map(|said| format!(" {YELLOW}warn:{PLAIN}{said}"));
    Some(format!("{DIM}{time}{PLAIN} {colour}{level}{PLAIN}{}", warn.as_deref().unwrap_or(said)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_row_of_progress_only_what_is_not_well_has_a_colour() {
        for (row, expected) in [
            (
                "[=>  ] 6 of 9 done (66%), 12 not ok, 1 running",
                "[=>  ] 6 of 9 done (66%), <r>12 not ok<0>, 1 running",
            ),
            ("6 of 9 done (66%), 1 running", "6 of 9 done (66%), 1 running"),
            ("12 not…", "12 not…"),
            ("slow: task 1 not ok for 9s", "<y>slow:<0> task 1 not ok for 9s"),
        ] {
            let expected = [("<r>", RED), ("<y>", YELLOW), ("<0>", PLAIN)]
                .iter()
                .fold(expected.to_owned(), |text, (mark, code)| text.replace(mark, code));
            assert_eq!(progress_row(row), expected);
            assert_eq!(plain(&progress_row(row)), row);
        }
    }

    /// `text` without its colours.
    fn plain(text: &str) -> String {
        [RED, YELLOW, GREEN, CYAN, DIM, PLAIN]
            .iter()
            .fold(text.to_owned(), |text, code| text.replace(code, ""))
    }

    #[test]
    fn only_the_word_that_says_what_it_is_has_a_colour() {
        for (text, expected) in [
            ("error: no\nhint: yes\n", "<r>error:<0> no\n<c>hint:<0> yes\n"),
            ("an error: no\n", "an error: no\n"),
            ("    error: a guest's\n", "    error: a guest's\n"),
            ("warn: x", "<y>warn:<0> x"),
            ("2026-11-22T14:00:00Z ERROR slot 1\n", "<d>2026-11-22T14:00:00Z<0> <r>ERROR<0> slot 1\n"),
            (
                "2026-11-22T14:00:00Z ERROR warn: x\n",
                "<d>2026-11-22T14:00:00Z<0> <r>ERROR<0> <y>warn:<0> x\n",
            ),
            ("2026-11-22T14:00:00Z INFO  slot 1\n", "<d>2026-11-22T14:00:00Z<0> <g>INFO<0>  slot 1\n"),
            ("Ran 5 tasks in 0.50 secs\n\n", "Ran 5 tasks in 0.50 secs\n\n"),
            ("größer als zwanzig, und mehr\n", "größer als zwanzig, und mehr\n"),
            ("ööööööööööö\n", "ööööööööööö\n"),
        ] {
            let codes =
                [("<r>", RED), ("<y>", YELLOW), ("<g>", GREEN), ("<c>", CYAN), ("<d>", DIM), ("<0>", PLAIN)];
            let expected =
                codes.iter().fold(expected.to_owned(), |text, (mark, code)| text.replace(mark, code));
            assert_eq!(coloured(text), expected);
            assert_eq!(plain(&coloured(text)), text, "a colour says nothing that no word says");
        }
    }
}
