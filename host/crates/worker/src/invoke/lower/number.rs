//! Numbers, from their text in JSON: exact, and in the range of their type.

use super::super::types::JsonShape;
use super::FOUND;
use polymer_host_base::text::cut;
use wasmtime::component::Val;

/// The largest number up to which every integer is one of the numbers that a float can be.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Returns whether values of this type are read by [`number`].
pub(super) const fn is(shape: &JsonShape) -> bool {
    matches!(
        shape,
        JsonShape::S8
            | JsonShape::U8
            | JsonShape::S16
            | JsonShape::U16
            | JsonShape::S32
            | JsonShape::U32
            | JsonShape::S64
            | JsonShape::U64
            | JsonShape::F32
            | JsonShape::F64
    )
}

/// The number that a JSON text stands for; nothing if it is none of the type.
pub(super) fn number(shape: &JsonShape, text: &str) -> Option<Val> {
    Some(match shape {
        JsonShape::S8 => Val::S8(integer(text)?.try_into().ok()?),
        JsonShape::U8 => Val::U8(integer(text)?.try_into().ok()?),
        JsonShape::S16 => Val::S16(integer(text)?.try_into().ok()?),
        JsonShape::U16 => Val::U16(integer(text)?.try_into().ok()?),
        JsonShape::S32 => Val::S32(integer(text)?.try_into().ok()?),
        JsonShape::U32 => Val::U32(integer(text)?.try_into().ok()?),
        JsonShape::S64 => Val::S64(long(text)?.try_into().ok()?),
        JsonShape::U64 => Val::U64(long(text)?.try_into().ok()?),
        JsonShape::F32 => Val::Float32(match text {
            "\"nan\"" => f32::NAN,
            "\"inf\"" => f32::INFINITY,
            "\"-inf\"" => f32::NEG_INFINITY,
            _ => is_number(text).then(|| text.parse::<f32>().ok())?.filter(|value| value.is_finite())?,
        }),
        JsonShape::F64 => Val::Float64(match text {
            "\"nan\"" => f64::NAN,
            "\"inf\"" => f64::INFINITY,
            "\"-inf\"" => f64::NEG_INFINITY,
            _ => is_number(text).then(|| text.parse::<f64>().ok())?.filter(|value| value.is_finite())?,
        }),
        _ => return None,
    })
}

fn is_number(text: &str) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// An integer, however it is written: 100, 1e2, 100.0.
fn integer(text: &str) -> Option<i128> {
    if !is_number(text) {
        return None;
    }
    if let Ok(value) = text.parse() {
        return Some(value);
    }
    let value: f64 = text.parse().ok()?;
    // Up to there nothing is lost.
    #[expect(clippy::cast_possible_truncation, reason = "it is a whole number in the range")]
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i128)
}

/// The same, or its digits as a string: not every writer of JSON has integers of 64 bits.
fn long(text: &str) -> Option<i128> {
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(digits) if is_number(digits) => digits.parse().ok(),
        Some(_) => None,
        None => integer(text),
    }
}

/// A JSON value in a few words.
pub(super) fn seen(text: &str) -> String {
    match text.as_bytes().first() {
        Some(b'[') => "an array".to_owned(),
        Some(b'{') => "an object".to_owned(),
        _ => cut(text, FOUND),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_held_to_their_range() {
        for (shape, fits, not) in [
            (JsonShape::U8, ["0", "255"], ["-1", "256"]),
            (JsonShape::S8, ["-128", "127"], ["-129", "128"]),
            (JsonShape::U16, ["0", "65535"], ["-1", "65536"]),
            (JsonShape::S16, ["-32768", "32767"], ["-32769", "32768"]),
            (JsonShape::U32, ["0", "4294967295"], ["-1", "4294967296"]),
            (JsonShape::S32, ["-2147483648", "2147483647"], ["-2147483649", "2147483648"]),
            (JsonShape::U64, ["0", "18446744073709551615"], ["-1", "18446744073709551616"]),
            (
                JsonShape::S64,
                ["-9223372036854775808", "9223372036854775807"],
                ["-9223372036854775809", "9223372036854775808"],
            ),
        ] {
            assert!(fits.iter().all(|text| number(&shape, text).is_some()), "{shape}");
            assert!(not.iter().all(|text| number(&shape, text).is_none()), "{shape}");
            assert_eq!(number(&shape, "1e2"), number(&shape, "100"), "{shape}");
            for no in ["1.5", "true", "null", "[1]", "\"\"", "\"x\"", "\"1.0\"", "1e400"] {
                assert_eq!(number(&shape, no), None, "{shape} {no}");
            }
        }
        let most = "18446744073709551615";
        assert_eq!(number(&JsonShape::U64, &format!("\"{most}\"")), Some(Val::U64(u64::MAX)));
        assert_eq!(number(&JsonShape::U32, "\"1\""), None);
        assert_eq!(number(&JsonShape::U64, "\"+1\""), None);
    }

    #[test]
    fn floats_are_the_nearest_and_say_what_they_are_not() {
        assert_eq!(number(&JsonShape::F32, "0.1"), Some(Val::Float32(0.1)));
        assert_eq!(number(&JsonShape::F64, "0.1"), Some(Val::Float64(0.1)));
        assert_eq!(number(&JsonShape::F64, "-0.0"), Some(Val::Float64(-0.0)));
        assert_eq!(number(&JsonShape::F64, "\"nan\""), Some(Val::Float64(f64::NAN)));
        assert_eq!(number(&JsonShape::F32, "\"-inf\""), Some(Val::Float32(f32::NEG_INFINITY)));
        for no in ["1e39", "null", "\"1\"", "\"NaN\""] {
            assert_eq!(number(&JsonShape::F32, no), None, "{no}");
        }
        assert_eq!(number(&JsonShape::F64, "1e309"), None);
    }

    #[test]
    fn what_is_seen_is_short() {
        assert_eq!(seen("[1,2]"), "an array");
        assert_eq!(seen(&"9".repeat(1000)).len(), FOUND + " [cut]".len());
    }
}
