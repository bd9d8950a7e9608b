//! Strings of JSON by what they say: code points, escapes resolved one after the other, so that
//! nothing is allocated. Nothing here may know what stands around a string.

use std::str::Chars;

/// Code points of the string with which `text` begins, which is known to be JSON. Half of a
/// surrogate pair is a code point of its own.
pub(super) fn string_units(text: &str) -> impl Iterator<Item = u32> + '_ {
    let mut letters = text.chars();
    // The quote before it.
    letters.next();
    std::iter::from_fn(move || match letters.next()? {
        '"' => None,
        '\\' => escaped_unit(&mut letters),
        letter => Some(u32::from(letter)),
    })
}

fn escaped_unit(letters: &mut Chars<'_>) -> Option<u32> {
    let letter = match letters.next()? {
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return hex_unit(letters),
        // A quote, a slash or a backslash.
        letter => letter,
    };
    Some(u32::from(letter))
}

fn hex_unit(letters: &mut Chars<'_>) -> Option<u32> {
    let high = four_digits(letters)?;
    let mut ahead = letters.clone();
    if !(0xd800..0xdc00).contains(&high) || (ahead.next(), ahead.next()) != (Some('\\'), Some('u')) {
        return Some(high);
    }
    match four_digits(&mut ahead) {
        Some(low @ 0xdc00..0xe000) => {
            *letters = ahead;
            Some(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
        }
        _ => Some(high),
    }
}

fn four_digits(letters: &mut Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |number, _| Some(number * 16 + letters.next()?.to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says_the_same(one: &str, other: &str) -> bool {
        string_units(one).eq(string_units(other))
    }

    #[test]
    fn what_a_string_says_counts_and_not_how() {
        for (one, other) in [
            (r#""é""#, r#""\u00e9""#),
            (r#""\u00E9""#, r#""\u00e9""#),
            (r#""😀""#, r#""\ud83d\ude00""#),
            (r#""a/b""#, r#""a\/b""#),
            (r#""\b\f\n\r\t\"\\""#, r#""\u0008\u000c\u000a\u000d\u0009\u0022\u005c""#),
            (r#""\ud83d""#, r#""\uD83D""#),
            (r#""a","b""#, r#""\u0061":1"#),
        ] {
            assert!(says_the_same(one, other) && says_the_same(other, one), "{one} {other}");
        }
        for (one, other) in [
            // The letters of an escape, and half a pair before something else.
            (r#""\u00e9""#, r#""\\u00e9""#),
            (r#""\ud83d""#, r#""\ud83d\ude00""#),
            (r#""\ud83d\u0041""#, r#""\ud83dB""#),
            (r#""""#, r#""\u0000""#),
            (r#""é""#, r#""e\u0301""#),
        ] {
            assert!(!says_the_same(one, other) && !says_the_same(other, one), "{one} {other}");
        }
    }

    #[test]
    fn half_a_pair_leaves_what_follows_it() {
        let units = |text| string_units(text).collect::<Vec<_>>();
        assert_eq!(units(r#""\ud83d\ude00x""#), [0x1_f600, 0x78]);
        assert_eq!(units(r#""\ud83d\ud83d\ude00""#), [0xd83d, 0x1_f600]);
        assert_eq!(units(r#""\ude00\n""#), [0xde00, 0x0a]);
    }
}
