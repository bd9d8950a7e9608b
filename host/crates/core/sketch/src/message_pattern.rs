//! Message of an error without its variable parts, so that failures of one cause have one text.
//!
//! Variable are numbers, quoted text, paths and addresses, hex, and words with digits in them. The
//! result is for people: bounded, in one line, and safe to show whatever a guest wrote. Nothing
//! here may know who wrote a message.

use crate::pattern_writer::PatternWriter;
use crate::variable_words::{is_place, is_variable_word};

/// The bytes of a message that are looked at. Records have shorter ones.
const LONGEST_MESSAGE: usize = 16 * 1024;

/// The message with `…` for each variable part, in one line of at most 200 bytes: `no @ in …`.
///
/// Two messages that differ in numbers, quoted text, paths or hex only have the same pattern.
#[must_use]
pub fn message_pattern(message: &str) -> String {
    let end = (0..=LONGEST_MESSAGE.min(message.len())).rev().find(|at| message.is_char_boundary(*at));
    let mut scanner = Scanner {
        rest: message.get(..end.unwrap_or(0)).unwrap_or_default(),
        before: ' ',
        is_apostrophe: false,
        pattern: PatternWriter::default(),
    };
    while !scanner.pattern.is_full() && scanner.step() {}
    scanner.pattern.finish()
}

/// Reads a message from its beginning to its end, once.
struct Scanner<'a> {
    rest: &'a str,
    /// The character before the rest.
    before: char,
    /// No single quote closes in the rest, so each is an apostrophe. Looking for one again at each
    /// would take quadratic time.
    is_apostrophe: bool,
    pattern: PatternWriter,
}

impl Scanner<'_> {
    /// Takes the next part. Returns whether there was one.
    fn step(&mut self) -> bool {
        let Some(character) = self.rest.chars().next() else { return false };
        let length = character.len_utf8();
        if let Some(quoted) = self.quoted(character) {
            self.take(quoted, true);
        } else if let Some(place) = self.place() {
            self.take(place, true);
        } else if is_of_word(character) {
            let word = length_while(self.rest, is_of_word);
            let is_variable = self.rest.get(..word).is_some_and(is_variable_word);
            self.take(word, is_variable);
        } else if self.is_sign(character) {
            self.skip(length);
        } else {
            self.take(length, false);
        }
        true
    }

    fn take(&mut self, length: usize, is_variable: bool) {
        if is_variable {
            self.pattern.variable();
        } else {
            self.pattern.literal(self.rest.get(..length).unwrap_or_default());
        }
        self.skip(length);
    }

    fn skip(&mut self, length: usize) {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.before = taken.chars().next_back().unwrap_or(self.before);
        self.rest = rest;
    }

    /// Length of the quoted text that begins here, quotes included; of text whose quote is not
    /// closed, all the rest.
    fn quoted(&mut self, opening: char) -> Option<usize> {
        if opening == '\'' {
            return self.single_quoted();
        }
        let closing = closing_quote(opening)?;
        let inside = self.rest.get(opening.len_utf8()..).unwrap_or_default();
        let end = closing_at(inside, |character, _| character == closing);
        Some(end.map_or(self.rest.len(), |end| opening.len_utf8() + end + closing.len_utf8()))
    }

    /// A single quote opens where no word ends, and closes where none goes on: it may be an
    /// apostrophe.
    fn single_quoted(&mut self) -> Option<usize> {
        if self.is_apostrophe || is_of_word(self.before) {
            return None;
        }
        let inside = self.rest.get(1..).unwrap_or_default();
        let closes = |character, next: Option<char>| character == '\'' && !next.is_some_and(is_of_word);
        let end = closing_at(inside, closes);
        self.is_apostrophe = end.is_none();
        end.map(|end| end + 2)
    }

    /// Length of the path or address that begins here.
    fn place(&self) -> Option<usize> {
        if !is_before_place(self.before) {
            return None;
        }
        let chunk = self.rest.get(..length_while(self.rest, is_of_place)).unwrap_or_default();
        let place = chunk.trim_end_matches(['.', ':', '!', '?']);
        is_place(place).then_some(place.len())
    }

    /// Returns whether this is the sign, or the point, in front of a number.
    fn is_sign(&self, character: char) -> bool {
        matches!(character, '-' | '+' | '.' | '−')
            && !is_of_word(self.before)
            && self.rest.chars().nth(1).is_some_and(char::is_numeric)
    }
}

/// Bytes before the closing quote. A backslash takes the next character along.
fn closing_at(inside: &str, closes: impl Fn(char, Option<char>) -> bool) -> Option<usize> {
    let mut characters = inside.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if closes(character, characters.peek().map(|(_, next)| *next)) {
            return Some(at);
        }
    }
    None
}

const fn closing_quote(opening: char) -> Option<char> {
    match opening {
        '"' | '`' => Some(opening),
        '“' | '„' => Some('”'),
        '‘' => Some('’'),
        '«' => Some('»'),
        _ => None,
    }
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

const DELIMITERS: [char; 15] = ['"', '`', '\'', ',', ';', '(', ')', '[', ']', '{', '}', '<', '>', '|', '='];

fn is_of_place(character: char) -> bool {
    !character.is_whitespace() && !DELIMITERS.contains(&character)
}

fn is_before_place(character: char) -> bool {
    !is_of_place(character)
}

fn length_while(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|character| !belongs(character)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_base::sanitize::is_dangerous;
    use proptest::prelude::*;

    /// Messages as guests give them, and their patterns.
    const MESSAGES: &[(&str, &str)] = &[
        // Polymer's own.
        ("wasm `unreachable` instruction executed", "wasm … instruction executed"),
        ("integer divide by zero", "integer divide by zero"),
        ("used up its fuel of 1.5G", "used up its fuel of …"),
        ("ran longer than its 1s 500ms", "ran longer than its …"),
        ("the worker was killed by SIGSEGV", "the worker was killed by SIGSEGV"),
        (
            "the line is not JSON: expected value at line 3 column 14",
            "the line is not JSON: expected value at line … column …",
        ),
        ("no field `body` for the input; there is `n`", "no field … for the input; there is …"),
        (
            "at /n: want integer, but got string; there is \"x\"",
            "at …: want integer, but got string; there is …",
        ),
        ("at $[0][1]: expected u64, found -1", "at $[…][…]: expected u64, found …"),
        ("gave more than its 16 MiB of output", "gave more than its … MiB of output"),
        ("the file has 5 lines", "the file has … lines"),
        // Rust.
        ("no @ in `joe`", "no @ in …"),
        ("unknown variant `dance`, expected one of `a`, `b`, `c`", "unknown variant …, expected one of …"),
        (
            "panicked at faults/src/lib.rs:41:9:\nindex out of bounds: the len is 3 but the index is 7",
            "panicked at …: index out of bounds: the len is … but the index is …",
        ),
        (
            "called `Result::unwrap()` on an `Err` value: ParseIntError { kind: InvalidDigit }",
            "called … on an … value: ParseIntError { kind: InvalidDigit }",
        ),
        ("thread 'main' panicked at 'x', src/main.rs:2:5", "thread … panicked at …"),
        // Python.
        (
            "ValueError: invalid literal for int() with base 10: 'x1'",
            "ValueError: invalid literal for int() with base …",
        ),
        ("KeyError: 'email'", "KeyError: …"),
        ("can't multiply sequence by non-int of type 'str'", "can't multiply sequence by non-int of type …"),
        (
            "FileNotFoundError: [Errno 44] No such file or directory: '/data/x.csv'",
            "FileNotFoundError: [Errno …] No such file or directory: …",
        ),
        (
            "<object object at 0x7f3a2c001d90> is not JSON serializable",
            "<object object at …> is not JSON serializable",
        ),
        // Go, JavaScript, C++.
        (
            "panic: runtime error: index out of range [5] with length 3",
            "panic: runtime error: index out of range […] with length …",
        ),
        ("open /tmp/a b: no such file", "open … b: no such file"),
        (
            "TypeError: Cannot read properties of undefined (reading 'map')",
            "TypeError: Cannot read properties of undefined (reading …)",
        ),
        ("Unexpected token } in JSON at position 17", "Unexpected token } in JSON at position …"),
        (
            "terminate called after throwing an instance of 'std::runtime_error'\n  what():  bad id 9",
            "terminate called after throwing an instance of … what(): bad id …",
        ),
        ("Assertion failed: n > 0 (main.c: solve: 12)", "Assertion failed: n > … (main.c: solve: …)"),
        // Judges, and what else people write.
        ("line 3, token 7: expected -12.5e3, got .25", "line …, token …: expected …, got …"),
        ("differs at 2024-01-02T10:11:12.123Z", "differs at …"),
        ("no row 550e8400-e29b-41d4-a716-446655440000 in deadbeef", "no row … in …"),
        ("cannot reach https://a.example/x?id=3, gave up", "cannot reach …, gave up"),
        ("cannot connect to 10.0.0.1:8080", "cannot connect to …"),
        ("mail to joe@mail.example bounced", "mail to … bounced"),
        ("invalid utf8 and/or i32 in user17's row", "invalid utf8 and/or i32 in …'s row"),
        ("{\"place\":1}", "{…}"),
        ("got [1, 2, 3], not [4]", "got […], not […]"),
        ("expected \" but", "expected …"),
        ("dogs' bowls and 'tis", "dogs' bowls and 'tis"),
        ("“a” and «b» and ‘c’", "… and … and …"),
        ("say \"a \\\" b\" twice", "say … twice"),
        ("", ""),
        (" \n", ""),
    ];

    #[test]
    fn messages_of_guests_lose_what_varies() {
        for (message, pattern) in MESSAGES {
            assert_eq!(message_pattern(message), *pattern, "{message}");
        }
    }

    #[test]
    fn hostile_messages_are_bounded_safe_and_read_in_linear_time() {
        assert_eq!(message_pattern("\u{1b}[2J\u{202e}evil\u{200b}\0 text"), "[… evil text");
        for text in ["'", "\"", "`a", "/", "a/", "1 ", "x", "é", "\u{202e}", "'a ", "\\", "a@b.c "] {
            let pattern = message_pattern(&text.repeat(1 << 20));
            assert!(pattern.len() <= 200 && !pattern.contains(is_dangerous), "{text}: {pattern}");
        }
    }

    #[derive(Debug, Clone)]
    enum Part {
        Words(&'static str),
        Variable(String, String),
    }

    /// Two of the same kind, so that both look alike to a person.
    fn pair(form: &'static str) -> impl Strategy<Value = Part> {
        (form, form).prop_map(|(one, other)| Part::Variable(one, other))
    }

    fn part() -> impl Strategy<Value = Part> {
        prop_oneof![
            prop::sample::select(vec![" at ", "line", " can't ", ": ", "(", ")", ", ", " i32 and/or ", "\n"])
                .prop_map(Part::Words),
            pair(" -?[0-9]{1,12}(\\.[0-9]{1,6})?(e-?[0-9]{1,2})? "),
            pair(" \"([a-z0-9 '/@]|\\\\\"){0,20}\" "),
            pair(" `[a-zA-Z0-9 '\"/]{0,20}` "),
            pair(" '[a-z0-9 \"/]{0,20}' "),
            pair(" (/[a-z0-9_.]{0,6}[a-z]){1,4} "),
            pair(" 0x[0-9a-fA-F]{1,16} "),
            pair(" [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12} "),
            pair(" [0-9a-f]{8,32} "),
        ]
    }

    proptest! {
        #[test]
        fn what_differs_in_variable_parts_only_has_one_pattern(parts in prop::collection::vec(part(), 0..12)) {
            let [mut one, mut other] = [const { String::new() }; 2];
            for part in &parts {
                let (left, right) = match part {
                    Part::Words(words) => (*words, *words),
                    Part::Variable(left, right) => (left.as_str(), right.as_str()),
                };
                one.push_str(left);
                other.push_str(right);
            }
            prop_assert_eq!(message_pattern(&one), message_pattern(&other), "{} and {}", one, other);
        }

        #[test]
        fn any_text_has_a_bounded_safe_pattern(text in "([\\PC\\pC]|['\"`/\\\\]){0,400}") {
            let pattern = message_pattern(&text);
            prop_assert!(pattern.len() <= 200 && !pattern.contains(is_dangerous));
            prop_assert!(!pattern.contains('\n') && pattern.trim() == pattern);
        }
    }
}
