//! Makes what guests and users wrote safe to show on a terminal and in a log: nothing here knows
//! what the text means.
//!
//! A guest's text could otherwise move the cursor, set the title, turn the reading direction
//! around, or pretend to be a line of ours.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The most characters of a name that stand in a line.
const NAME: usize = 128;

/// The most characters of a label that stand in a line.
const LABEL: usize = 200;

/// `text` with every control character but newline and tab, and every invisible character that
/// formats or reorders text, written as `\u{1b}`. Doing it twice changes nothing more.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        push(&mut safe, character, is_dangerous(character));
    }
    Cow::Owned(safe)
}

/// `text` whole and in one line: as [`printable`], newlines and tabs too.
#[must_use]
pub fn one_line(text: &str) -> Cow<'_, str> {
    within_line(text, usize::MAX)
}

/// `text` as a name within a line: as [`printable`], newlines and tabs too, and cut where it is
/// very long.
#[must_use]
pub fn name(text: &str) -> Cow<'_, str> {
    within_line(text, NAME)
}

/// A task's id as a [`name`], and after it the label it may have.
#[must_use]
pub fn named<'a>(id: &'a str, label: Option<&str>) -> Cow<'a, str> {
    match label {
        Some(label) if !label.is_empty() => format!("{} {}", name(id), within_line(label, LABEL)).into(),
        _ => name(id),
    }
}

fn within_line(text: &str, most: usize) -> Cow<'_, str> {
    let cut = text.chars().nth(most);
    if cut.is_none() && !text.chars().any(is_dangerous_in_name) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::new();
    for character in text.chars().take(most) {
        push(&mut safe, character, is_dangerous_in_name(character));
    }
    if cut.is_some() {
        safe.push('…');
    }
    Cow::Owned(safe)
}

/// `text` as [`printable`], without newlines at its end, and each further line behind `margin`: so
/// no line of it can be taken for one of ours.
#[must_use]
pub fn indented(text: &str, margin: &str) -> String {
    let mut lines = text.trim_end_matches('\n').split('\n');
    let mut safe = lines.next().map(printable).unwrap_or_default().into_owned();
    for line in lines {
        safe.push('\n');
        safe.push_str(margin);
        safe.push_str(&printable(line));
    }
    safe
}

fn push(safe: &mut String, character: char, escape: bool) {
    if escape {
        // Writing to a string cannot fail.
        write!(safe, "\\u{{{:x}}}", u32::from(character)).unwrap_or_default();
    } else {
        safe.push(character);
    }
}

fn is_dangerous_in_name(character: char) -> bool {
    matches!(character, '\n' | '\t') || is_dangerous(character)
}

/// Unicode's categories Cc (but newline and tab), Cf, Zl and Zp, as `UnicodeData.txt` of version
/// 16.0 has them, and what is not assigned between them. A test holds the table against another
/// one.
#[must_use]
pub fn is_dangerous(character: char) -> bool {
    match character {
        '\n' | '\t' | ' '..='~' => false,
        '\u{ad}'
        | '\u{600}'..='\u{605}'
        | '\u{61c}'
        | '\u{6dd}'
        | '\u{70f}'
        | '\u{890}'..='\u{891}'
        | '\u{8e2}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{110bd}'
        | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e007f}' => true,
        other => other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_text_passes_without_a_copy() {
        assert!(matches!(printable("one\n\ttwo, größer, 日本"), Cow::Borrowed(_)));
        assert!(matches!(name("größer"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_moves_a_terminal_is_written_out() {
        assert_eq!(printable("\u{1b}[2Jx"), "\\u{1b}[2Jx");
        assert_eq!(printable("a\rb\u{7}\u{7f}\0"), "a\\u{d}b\\u{7}\\u{7f}\\u{0}");
        assert_eq!(printable("\u{9b}31m"), "\\u{9b}31m");
    }

    #[test]
    fn the_table_is_that_of_unicode() {
        use regex_syntax::hir::{Class, HirKind};
        let parsed = regex_syntax::parse(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]").unwrap();
        let HirKind::Class(Class::Unicode(class)) = parsed.kind() else { panic!("{parsed:?}") };
        let is_listed =
            |character| class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&character));
        for character in '\0'..=char::MAX {
            let is_ours = matches!(character, '\n' | '\t');
            let is_unassigned = matches!(character, '\u{2065}' | '\u{e0000}'..='\u{e007f}');
            let expected = is_listed(character) && !is_ours;
            assert_eq!(is_dangerous(character), expected || is_unassigned, "U+{:04X}", u32::from(character));
            let shown = printable(character.encode_utf8(&mut [0; 4])).into_owned();
            assert_eq!(shown.contains(character), !is_dangerous(character), "{shown}");
        }
    }

    #[test]
    fn what_reorders_or_hides_text_is_written_out() {
        assert_eq!(printable("a\u{202e}b\u{2066}c\u{2069}"), "a\\u{202e}b\\u{2066}c\\u{2069}");
        assert_eq!(printable("a\u{200b}\u{feff}\u{2028}\u{e0041}"), "a\\u{200b}\\u{feff}\\u{2028}\\u{e0041}");
    }

    #[test]
    fn a_name_stays_in_its_line_and_is_cut() {
        assert_eq!(name("7\nERROR slot 1\t"), "7\\u{a}ERROR slot 1\\u{9}");
        assert_eq!(name(&"é".repeat(NAME)), "é".repeat(NAME));
        assert_eq!(name(&"é".repeat(NAME + 1)), "é".repeat(NAME) + "…");
    }

    #[test]
    fn a_label_follows_the_id_in_one_line_and_is_cut() {
        assert_eq!(named("7", None), "7");
        assert_eq!(named("7", Some("")), "7");
        assert_eq!(named("7\n", Some("größer als\n\u{1b}[m")), "7\\u{a} größer als\\u{a}\\u{1b}[m");
        assert_eq!(named("7", Some(&"é".repeat(LABEL))), format!("7 {}", "é".repeat(LABEL)));
        assert_eq!(named("7", Some(&"é".repeat(LABEL + 1))), format!("7 {}…", "é".repeat(LABEL)));
    }

    #[test]
    fn no_line_of_a_text_starts_at_the_margin() {
        assert_eq!(indented("a\nERROR slot 1\n\n", "    "), "a\n    ERROR slot 1");
        assert_eq!(indented("", "    "), "");
    }

    proptest! {
        #[test]
        fn nothing_dangerous_is_left_and_twice_is_once(text in "\\PC{0,10}[\\x00-\\x9f\u{200b}-\u{2069}]{0,10}") {
            let once = printable(&text).into_owned();
            prop_assert!(!once.chars().any(is_dangerous));
            prop_assert_eq!(printable(&once), once.as_str());
        }
    }
}
