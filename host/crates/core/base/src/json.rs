//! JSON text that passes through: checked, made compact, never turned into a tree, so that numbers
//! stay as they were written.

/// The deepest nesting of arrays and objects that is let through.
pub const MAX_DEPTH: usize = 128;

/// Why a text is no JSON that can be let through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// It is no UTF-8.
    #[error("it is not UTF-8 (byte {0})")]
    NotUtf8(usize),
    /// It is no JSON value.
    #[error("it is not JSON: {0}")]
    Syntax(String),
    /// It nests too deep.
    #[error("it nests deeper than {MAX_DEPTH} levels")]
    TooDeep,
}

/// The text without white space at its end, as JSON has it: a form feed is none.
#[must_use]
pub fn trim_end(text: &str) -> &str {
    text.trim_end_matches([' ', '\t', '\n', '\r'])
}

/// Checks that `bytes` are one JSON value, nested at most [`MAX_DEPTH`] deep.
///
/// # Errors
/// If they are not.
pub fn check(bytes: &[u8]) -> Result<&str, JsonError> {
    let text = std::str::from_utf8(bytes).map_err(|error| JsonError::NotUtf8(error.valid_up_to()))?;
    // Skipping a value is a loop in serde_json, not a recursion, so depth is ours to count.
    // Where it was cut short is its own last line, not the one behind its newline.
    serde_json::from_str::<serde::de::IgnoredAny>(trim_end(text))
        .map_err(|error| JsonError::Syntax(error.to_string()))?;
    // Most have no more bytes than that, or no more brackets. To count them is much quicker than to
    // see which stand in strings.
    let brackets = || count(text, |byte| matches!(byte, b'[' | b'{'));
    let is_deep = text.len() > MAX_DEPTH && brackets() > MAX_DEPTH && depth(text) > MAX_DEPTH;
    if is_deep { Err(JsonError::TooDeep) } else { Ok(text) }
}

/// Checks as [`check`] does and drops the white space between tokens, so that no newline is left.
///
/// # Errors
/// If `bytes` are no JSON value, or nest too deep.
pub fn compact(bytes: &[u8]) -> Result<String, JsonError> {
    let text = check(bytes)?;
    if count(text, is_white) == 0 {
        return Ok(text.to_owned());
    }
    let mut out = String::with_capacity(text.len());
    let mut kept = 0;
    for (at, white) in tokens(text) {
        if white {
            out.push_str(text.get(kept..at).unwrap_or_default());
            kept = at + 1;
        }
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    Ok(out)
}

fn depth(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut now, mut most) = (0_usize, 0);
    for (at, _) in tokens(text) {
        match bytes.get(at) {
            Some(b'[' | b'{') => {
                now += 1;
                most = most.max(now);
            }
            Some(b']' | b'}') => now = now.saturating_sub(1),
            _ => {}
        }
    }
    most
}

/// The bytes outside of strings, each with whether it is white space. `text` is known to be JSON.
fn tokens(text: &str) -> impl Iterator<Item = (usize, bool)> + '_ {
    let (mut in_string, mut escaped) = (false, false);
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            return None;
        }
        in_string = byte == b'"';
        Some((at, is_white(byte)))
    })
}

const fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Counts the matching bytes, wherever they stand. In pieces whose sum fits into a byte, which the
/// processor adds up many at a time.
fn count(text: &str, what: impl Fn(u8) -> bool) -> usize {
    let in_piece = |piece: &[u8]| piece.iter().map(|byte| u8::from(what(*byte))).sum::<u8>();
    text.as_bytes().chunks(usize::from(u8::MAX)).map(|piece| usize::from(in_piece(piece))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn white_space_is_what_json_has() {
        assert!(check(b" 1 \t\r\n").is_ok());
        for other in ["1\u{c}", "1\u{b}", "1\u{a0}", "\u{c}1"] {
            assert!(check(other.as_bytes()).is_err(), "{other:?}");
        }
    }

    #[test]
    fn white_space_goes_and_numbers_stay_as_written() {
        let text = b" { \"a b\" : [ 1.0e+02 , 12345678901234567890123 ] ,\n\t\"q\\\" \" : null }\r\n";
        assert_eq!(compact(text).unwrap(), r#"{"a b":[1.0e+02,12345678901234567890123],"q\" ":null}"#);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        assert!(matches!(check(b""), Err(JsonError::Syntax(_))));
        assert!(matches!(check(b"{\"a\":1} x"), Err(JsonError::Syntax(_))));
        assert!(matches!(check(b"\"\xff\""), Err(JsonError::NotUtf8(1))));
        assert!(matches!(check(b"\"a\nb\""), Err(JsonError::Syntax(_))));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |n: usize| [vec![b'['; n], vec![b']'; n]].concat();
        assert!(check(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(check(&nested(MAX_DEPTH + 1)), Err(JsonError::TooDeep));
        assert_eq!(check(&nested(2_000_000)), Err(JsonError::TooDeep));
        let in_a_string = [&b"[\""[..], &[b'['; 2 * MAX_DEPTH], b"\"]"].concat();
        assert!(check(&in_a_string).is_ok());
    }

    proptest! {
        #[test]
        fn compacting_keeps_the_value_and_leaves_no_newline(text in "[ \\[\\]{}\",:0-9a-z\\\\\n]{0,40}") {
            if let Ok(compacted) = compact(text.as_bytes()) {
                let before: serde_json::Value = serde_json::from_str(&text).unwrap();
                let after: serde_json::Value = serde_json::from_str(&compacted).unwrap();
                prop_assert_eq!(before, after);
                prop_assert!(!compacted.contains('\n'));
            }
        }
    }
}
