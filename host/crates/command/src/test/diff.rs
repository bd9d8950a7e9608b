//! Two texts and where they differ, as people read it. Pure.

use similar::{ChangeTag, TextDiff};
use std::fmt::Write as _;

/// The most lines that are shown.
const LINES: usize = 40;
/// The most characters of a line that are shown.
const WIDTH: usize = 160;
/// Lines around a change.
const AROUND: usize = 2;
/// Bytes of a text that are looked at: a diff of much more takes long and is read by nobody.
const LOOKED_AT: usize = 256 << 10;

/// The lines of `expected` that are missing behind `-`, those of `given` that are too many behind
/// `+`.
pub(super) fn diff(expected: &str, given: &str) -> String {
    let (start, other) = (head(expected), head(given));
    let diff = TextDiff::from_lines(start, other);
    let mut lines = Vec::new();
    for (at, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if at > 0 {
            lines.push("  ...".to_owned());
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            lines.push(format!("{sign} {}", cut(change.value())));
        }
    }
    if lines.is_empty() {
        return "  (they differ further on)".to_owned();
    }
    let more = lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    let mut text = lines.join("\n");
    if more > 0 {
        let _ = write!(text, "\n  ... and {more} more lines");
    }
    text
}

fn head(text: &str) -> &str {
    let end = (0..=LOOKED_AT.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// A line whose end can be seen where white space stands there.
fn cut(line: &str) -> String {
    let (line, newline) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
    if line.chars().nth(WIDTH).is_some() {
        return format!("{}…", line.chars().take(WIDTH).collect::<String>());
    }
    if newline.is_empty() || !line.ends_with(char::is_whitespace) {
        line.to_owned()
    } else {
        format!("{line}$")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_differ_are_shown_with_those_around_them() {
        assert_eq!(diff("a\nb\nc\nd\n", "a\nB\nc\nd\n"), "  a\n- b\n+ B\n  c\n  d");
        assert_eq!(diff("a \n", "a\n"), "- a $\n+ a");
    }

    #[test]
    fn much_is_cut() {
        let many: String = (0..100).map(|n| format!("{n}\n")).collect();
        let shown = diff(&many, "");
        assert!(shown.ends_with("... and 60 more lines"), "{shown}");
        assert_eq!(diff(&"x".repeat(1000), "y").lines().next().unwrap().chars().count(), 163);
        let long = "y".repeat(LOOKED_AT);
        assert!(diff(&format!("{long}é"), &format!("{long}è")).contains("further on"));
    }
}
