//! Writer of a message pattern: bounded text with a mark for each variable part.
//!
//! It must never know what makes a part variable.

use polymer_host_base::sanitize::is_dangerous;

/// The mark of a variable part.
pub(crate) const VARIABLE: char = '…';

/// The longest pattern in bytes, the mark of a cut included.
const LONGEST: usize = 200;

/// What may stand between variable parts that are shown as one: those of a list, a date, a
/// position.
const JOINERS: [char; 12] = [' ', ',', '.', ':', ';', '-', '+', '/', '_', '=', '|', '*'];

/// A pattern while it is written. All of it is safe to show.
#[derive(Debug, Default)]
pub(crate) struct PatternWriter {
    text: String,
}

impl PatternWriter {
    /// Returns whether nothing more would be shown.
    pub(crate) const fn is_full(&self) -> bool {
        self.text.len() > LONGEST
    }

    /// Writes text as it is. What is not safe to show counts as white space.
    pub(crate) fn literal(&mut self, text: &str) {
        for character in text.chars() {
            if character.is_whitespace() || is_dangerous(character) {
                self.space();
            } else {
                self.text.push(character);
            }
        }
    }

    /// Marks a variable part. Parts with nothing but joiners between them are one.
    pub(crate) fn variable(&mut self) {
        let before = self.text.trim_end_matches(JOINERS);
        if before.ends_with(VARIABLE) {
            let end = before.len();
            self.text.truncate(end);
        } else {
            self.text.push(VARIABLE);
        }
    }

    fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    /// The pattern, cut where it is too long.
    pub(crate) fn finish(mut self) -> String {
        if self.is_full() {
            let most = LONGEST - VARIABLE.len_utf8();
            let end = (0..=most).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
            self.text.truncate(end);
            self.variable();
        }
        let end = self.text.trim_end().len();
        self.text.truncate(end);
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(parts: &[Option<&str>]) -> String {
        let mut writer = PatternWriter::default();
        for part in parts {
            match part {
                Some(text) => writer.literal(text),
                None => writer.variable(),
            }
        }
        writer.finish()
    }

    #[test]
    fn white_space_and_what_is_not_safe_is_one_space() {
        assert_eq!(written(&[Some("\u{1b} a\n\t\u{202e}b \0c\r\n")]), "a b c");
    }

    #[test]
    fn variable_parts_of_a_list_are_one() {
        assert_eq!(written(&[None, Some(", "), None, Some(":"), None, Some(" or "), None]), "… or …");
        assert_eq!(written(&[Some("at ("), None, Some(")("), None, Some(")")]), "at (…)(…)");
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        for text in ["x".repeat(201), "ä".repeat(150), "…".repeat(90)] {
            let cut = written(&[Some(&text)]);
            assert!(cut.len() <= LONGEST && cut.ends_with(VARIABLE), "{cut}");
        }
        assert_eq!(written(&[Some(&"x".repeat(200))]), "x".repeat(200));
    }
}
