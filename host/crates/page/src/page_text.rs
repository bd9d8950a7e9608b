//! Text of guests and users on a page: safe to show, and bounded as it is written in JSON.

use polymer_host_base::sanitize;

/// The longest name in bytes of JSON.
const LONGEST_NAME: usize = 160;

/// The shortest text that is still of use once there is no room left.
const LEAST: usize = 200;

/// Room for texts of examples, so that a page has a size whatever they are.
#[derive(Debug)]
pub(crate) struct TextRoom {
    left: usize,
}

impl TextRoom {
    /// So many bytes of JSON.
    pub(crate) const fn new(bytes: usize) -> Self {
        Self { left: bytes }
    }

    /// `text` as far as there is room, at most `most` bytes of JSON.
    pub(crate) fn take(&mut self, text: &str, most: usize) -> String {
        let text = bounded(&sanitize::printable(text), most.min(self.left.max(LEAST)));
        self.left = self.left.saturating_sub(text.chars().map(json_bytes).sum());
        text
    }
}

/// A name of a user's or a guest's choice, in one line.
pub(crate) fn name(text: &str) -> String {
    bounded(&sanitize::one_line(text), LONGEST_NAME)
}

/// A part of many, as people read it; never 0 of something that is there.
pub(crate) fn percentage(part: u64, whole: u64) -> String {
    let hundredths = u128::from(part) * 10_000 / u128::from(whole.max(1));
    match hundredths {
        0 if part > 0 => "under 0.01 %".to_owned(),
        _ => format!("{}.{:02} %", hundredths / 100, hundredths % 100),
    }
}

/// The first part of `text` that takes at most `most` bytes in JSON, marked where something is
/// missing.
pub(crate) fn bounded(text: &str, most: usize) -> String {
    let mut bytes = 0;
    let end = text.char_indices().find(|(_, character)| {
        bytes += json_bytes(*character);
        bytes > most
    });
    match end.and_then(|(at, _)| text.get(..at)) {
        Some(head) => format!("{head} [cut]"),
        None => text.to_owned(),
    }
}

/// Bytes of a character in the JSON of a page, in which `<` is escaped too.
const fn json_bytes(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' => 2,
        '<' => 6,
        character if (character as u32) < 0x20 => 6,
        character => character.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_bounded_as_it_is_written() {
        for text in ["a", "<", "\"", "\u{1b}", "ä", "\u{202e}", "</script>\n"] {
            let long = bounded(&text.repeat(5000), 1000);
            let json = serde_json::to_string(&long).unwrap().replace('<', "\\u003c");
            assert!(json.len() <= 1000 + 8 && json.len() > 980, "{text:?} {}", json.len());
            assert_eq!(bounded(text, 1000), text);
        }
    }

    #[test]
    fn parts_are_shown_as_people_read_them() {
        for (part, whole, shown) in [
            (1, 3, "33.33 %"),
            (1, 1_000_000, "under 0.01 %"),
            (0, 5, "0.00 %"),
            (5, 5, "100.00 %"),
            (0, 0, "0.00 %"),
        ] {
            assert_eq!(percentage(part, whole), shown);
        }
    }

    #[test]
    fn names_are_safe_and_stand_in_one_line() {
        assert_eq!(name("a\nb\u{202e}\u{1b}"), "a\\u{a}b\\u{202e}\\u{1b}");
    }

    #[test]
    fn without_room_a_little_of_each_text_is_left() {
        let mut room = TextRoom::new(1000);
        let taken: Vec<usize> = (0..4).map(|_| room.take(&"x".repeat(5000), 800).len()).collect();
        assert_eq!(taken, [806, 206, 206, 206]);
    }
}
