//! Text for cells of a spreadsheet, where whoever wrote it must not have a formula there.
//!
//! It must never know which table a cell is of.

use std::borrow::Cow;

/// Characters by which a spreadsheet knows a formula, or which it passes over before one. The last
/// four are wide forms of the first.
const BEFORE_FORMULAS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A text that no spreadsheet takes for a formula: with an apostrophe before it, if it begins as
/// one and is no number.
pub(super) fn no_formula(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.starts_with(BEFORE_FORMULAS) || is_number(&text) {
        return text;
    }
    Cow::Owned(format!("'{text}"))
}

fn is_number(text: &str) -> bool {
    text.strip_prefix('+').unwrap_or(text).parse::<serde_json::Number>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_guest_is_a_formula() {
        for (text, cell) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("@SUM(1)", "'@SUM(1)"),
            ("+1+1", "'+1+1"),
            ("-2+3", "'-2+3"),
            ("-", "'-"),
            ("- item", "'- item"),
            ("＝1", "'＝1"),
            ("-inf", "'-inf"),
            ("-5", "-5"),
            ("+5", "+5"),
            ("-1.5e3", "-1.5e3"),
            ("5", "5"),
            ("a=1", "a=1"),
            ("'=1", "'=1"),
            ("", ""),
        ] {
            assert_eq!(no_formula(Cow::Borrowed(text)), cell);
        }
    }
}
