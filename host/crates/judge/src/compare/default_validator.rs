//! Comparison as the default output validator of the problem package format makes it. Comments name
//! the sections of its specification.
//!
//! Nothing here may know a package, or where the bytes come from.

use super::{decimal_number, is_space, tokens};
use polymer_host_task::{DefaultValidator, Tolerance};

/// Returns whether an output is accepted with these arguments ("Output parsing", "Whitespace
/// sensitivity").
pub(super) fn accepts(arguments: &DefaultValidator, expected: &[u8], given: &[u8]) -> bool {
    let same = |expected: &[u8], given: &[u8]| same_piece(arguments, expected, given);
    if arguments.space_change_sensitive {
        all_same(pieces(expected), pieces(given), same)
    } else {
        all_same(tokens(expected), tokens(given), same)
    }
}

fn all_same<'a>(
    mut expected: impl Iterator<Item = &'a [u8]>,
    mut given: impl Iterator<Item = &'a [u8]>,
    same: impl Fn(&[u8], &[u8]) -> bool,
) -> bool {
    loop {
        match (expected.next(), given.next()) {
            (None, None) => return true,
            (Some(expected), Some(given)) if same(expected, given) => {}
            _ => return false,
        }
    }
}

/// Tokens, and the white space between and around them, each as long as it goes.
pub(crate) fn pieces(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.chunk_by(|one, next| is_space(*one) == is_space(*next))
}

/// Returns whether two pieces are the same. White space is to the byte, and differs from every
/// token.
///
/// An expected token that is a number is compared as one if there is a tolerance, and then nothing
/// that is no number is right ("Comparing floating-point tokens"). Others are texts ("Comparing
/// string tokens").
pub(crate) fn same_piece(arguments: &DefaultValidator, expected: &[u8], given: &[u8]) -> bool {
    if expected == given {
        return true;
    }
    let number = if arguments.has_tolerance() { decimal_number(expected) } else { None };
    match number {
        Some(expected) => decimal_number(given).is_some_and(|given| are_within(arguments, expected, given)),
        None => !arguments.case_sensitive && expected.eq_ignore_ascii_case(given),
    }
}

/// Returns whether a number is within either of the tolerances: `|s-a| ≤ ε`, or `|s-a| ≤ ε|a|`. In
/// doubles, as its reference implementation has it.
pub(super) fn are_within(arguments: &DefaultValidator, expected: f64, given: f64) -> bool {
    let apart = (expected - given).abs();
    let absolute = arguments.float_absolute_tolerance.map(Tolerance::get);
    let relative = arguments.float_relative_tolerance.map(Tolerance::get);
    absolute.is_some_and(|tolerance| apart <= tolerance)
        || relative.is_some_and(|share| apart <= share * expected.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_sum_of_its_pieces() {
        let text = b" \n a\tb12  \xff\x0b\x0c";
        let all: Vec<&[u8]> = pieces(text).collect();
        let expected: [&[u8]; 7] = [b" \n ", b"a", b"\t", b"b12", b"  ", b"\xff", b"\x0b\x0c"];
        assert_eq!(all, expected);
        assert_eq!(pieces(b"").count(), 0);
    }

    #[test]
    fn a_tolerance_that_is_not_given_accepts_nothing() {
        let absolute =
            DefaultValidator { float_absolute_tolerance: Tolerance::new(0.5), ..Default::default() };
        let relative =
            DefaultValidator { float_relative_tolerance: Tolerance::new(0.5), ..Default::default() };
        assert!(are_within(&absolute, 0.1, 0.5) && !are_within(&relative, 0.1, 0.5));
        assert!(!are_within(&absolute, 100.0, 101.0) && are_within(&relative, 100.0, 101.0));
        assert!(!are_within(&DefaultValidator::default(), 1.0, 1.0));
    }
}
