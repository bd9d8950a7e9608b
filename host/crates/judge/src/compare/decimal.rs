//! Numbers in decimal notation, compared by what they are worth whatever their size: no float is
//! made of them, and nothing is allocated. Nothing here may know JSON beyond its numbers.

/// A number that is not zero, as `0.DIGITS` times a power of ten.
#[derive(Debug)]
struct Decimal<'a> {
    negative: bool,
    /// The digits from the first to the last that is not zero, among them perhaps a point.
    digits: &'a str,
    power: i64,
}

/// Returns whether two numbers as JSON writes them are worth the same. An exponent that leaves 64
/// bits is compared as it is written.
pub(super) fn same_decimals(one: &str, other: &str) -> bool {
    if one == other || (is_zero(one) && is_zero(other)) {
        return true;
    }
    let digits = |text| str::bytes(text).filter(u8::is_ascii_digit);
    match (Decimal::read(one), Decimal::read(other)) {
        (Some(one), Some(other)) => {
            (one.negative, one.power) == (other.negative, other.power)
                && digits(one.digits).eq(digits(other.digits))
        }
        _ => false,
    }
}

fn is_exponent(letter: char) -> bool {
    matches!(letter, 'e' | 'E')
}

fn is_zero(text: &str) -> bool {
    let digits = text.split(is_exponent).next().unwrap_or_default();
    !digits.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

impl<'a> Decimal<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (significand, exponent) = text.split_once(is_exponent).unwrap_or((text, "0"));
        let unsigned = significand.trim_start_matches(['-', '+']);
        let point = unsigned.find('.').unwrap_or(unsigned.len());
        let first = unsigned.find(|letter| matches!(letter, '1'..='9'))?;
        // A digit behind the point has a place of its own, the point has none.
        let places = i64::try_from(point).ok()?.checked_sub(i64::try_from(first).ok()?)?;
        let power = exponent.parse::<i64>().ok()?.checked_add(places + i64::from(first > point))?;
        let digits = unsigned.get(first..)?;
        // Zeros at the end are worth nothing, wherever the point is: the power says it.
        let digits = digits.trim_end_matches(['0', '.']);
        Some(Self { negative: significand.starts_with('-'), digits, power })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notations_of_a_number_are_worth_the_same() {
        for same in [
            &["1", "1.0", "1e0", "10e-1", "0.1e1", "1E+0", "0.0001e4", "1.000e00", "100e-002"][..],
            &["0", "-0", "0.0", "0e5", "-0.00e-7", "0e99999999999999999999"],
            &["-12.5", "-125e-1", "-0.125e2", "-1.25E1", "-12.500"],
            &["1000000", "1e6", "10e5", "1000000.0", "0.001e9"],
            &["0.001", "1e-3", "0.0010", "10e-4"],
            &["18446744073709551616", "18446744073709551616.0", "1844674407370955161600e-2"],
        ] {
            for (one, other) in same.iter().flat_map(|one| same.iter().map(move |other| (*one, *other))) {
                assert!(same_decimals(one, other), "{one} {other}");
            }
        }
    }

    #[test]
    fn numbers_that_differ_anywhere_differ() {
        for (one, other) in [
            ("1", "-1"),
            ("1", "10"),
            ("1", "0"),
            ("0.1", "0.01"),
            ("9007199254740993", "9007199254740992"),
            ("18446744073709551616", "18446744073709551617"),
            ("0.1", "0.1000000000000000055511151231257827"),
            ("1e400", "1e401"),
            ("101", "11"),
            ("1.01", "10.1"),
            ("1e99999999999999999999", "1e99999999999999999998"),
            ("1e99999999999999999999", "1"),
            ("1e9223372036854775807", "10e9223372036854775807"),
        ] {
            assert!(!same_decimals(one, other) && !same_decimals(other, one), "{one} {other}");
        }
        assert!(same_decimals("1e400", "10e399"));
        assert!(same_decimals("1e99999999999999999999", "1e99999999999999999999"));
    }
}
