//! The first piece in which an output differs for the default output validator of the problem
//! package format: a token, or where it counts white space.
//!
//! Nothing here may know a package.

use super::page::DiffPage;
use crate::compare::default_validator::{pieces, same_piece};
use crate::compare::{decimal_number, is_space};
use polymer_host_task::{DefaultValidator, Tolerance};

/// A piece of a text, and where it stands.
#[derive(Clone, Copy)]
struct Piece<'a> {
    /// From 1.
    line: usize,
    is_space: bool,
    text: &'a [u8],
}

/// As `super::diff_tokens`, with these arguments.
pub(super) fn diff_pieces(arguments: &DefaultValidator, expected: &[u8], given: &[u8]) -> String {
    let (mut expected, mut given) = (counted(arguments, expected), counted(arguments, given));
    let mut tokens = 0_usize;
    loop {
        let (expected, given) = match (expected.next(), given.next()) {
            (None, None) => return String::new(),
            (Some(expected), Some(given)) if same_piece(arguments, expected.text, given.text) => {
                tokens += usize::from(!expected.is_space);
                continue;
            }
            pair => pair,
        };
        return told(arguments, tokens, expected, given);
    }
}

/// The pieces that count.
fn counted<'a>(arguments: &DefaultValidator, text: &'a [u8]) -> impl Iterator<Item = Piece<'a>> {
    let space_counts = arguments.space_change_sensitive;
    let mut line = 1;
    let all = pieces(text).map(move |text| {
        let piece = Piece { line, is_space: text.first().is_some_and(|byte| is_space(*byte)), text };
        line += text.iter().filter(|byte| **byte == b'\n').count();
        piece
    });
    all.filter(move |piece| space_counts || !piece.is_space)
}

/// Describes the first pair that differs, behind so many tokens.
fn told(
    arguments: &DefaultValidator,
    tokens: usize,
    expected: Option<Piece<'_>>,
    given: Option<Piece<'_>>,
) -> String {
    let line = given.map_or_else(String::new, |piece| format!(", in line {},", piece.line));
    // Where one side has white space and the other a token, it is the white space that is not
    // right: a token is where it belongs, or behind it.
    let is_space = [expected, given].iter().flatten().any(|piece| piece.is_space);
    let title = match (is_space, expected, given) {
        (true, ..) if tokens == 0 => format!("white space before the first token{line} differs:"),
        (true, ..) => format!("white space behind token {tokens}{line} differs:"),
        (false, _, None) => format!("token {} is missing:", tokens + 1),
        (false, None, Some(_)) => format!("token {}{line} is too much:", tokens + 1),
        (false, Some(_), Some(_)) => format!("token {}{line} differs:", tokens + 1),
    };
    let mut page = DiffPage::new(&title);
    if is_space {
        let shown = |piece: Option<Piece<'_>>| piece.map(|piece| quoted(piece.text));
        let (expected, given) = (shown(expected), shown(given));
        page.push_pair(expected.as_deref(), given.as_deref(), "(nothing)");
        return page.finish();
    }
    let (expected, given) = (expected.map(|piece| piece.text), given.map(|piece| piece.text));
    page.push_pair(expected, given, "(no more tokens)");
    let numbers = expected.and_then(decimal_number).zip(given.and_then(decimal_number));
    if let (true, Some((one, other))) = (arguments.has_tolerance(), numbers) {
        page.push(' ', &format!("{:e} apart; {}", (one - other).abs(), tolerances(arguments)));
    }
    page.finish()
}

/// White space as it would not be seen otherwise; a token as it is.
fn quoted(text: &[u8]) -> Vec<u8> {
    if !text.first().is_some_and(|byte| is_space(*byte)) {
        return text.to_vec();
    }
    format!("\"{}\"", text.escape_ascii()).into_bytes()
}

fn tolerances(arguments: &DefaultValidator) -> String {
    let named = |name: &str, tolerance: Option<Tolerance>| {
        tolerance.map(|tolerance| format!("the {name} tolerance is {tolerance}"))
    };
    let absolute = named("absolute", arguments.float_absolute_tolerance);
    let relative = named("relative", arguments.float_relative_tolerance);
    absolute.into_iter().chain(relative).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(arguments: &str, expected: &str, given: &str) -> String {
        let arguments = DefaultValidator::read(arguments.split_ascii_whitespace()).unwrap();
        diff_pieces(&arguments, expected.as_bytes(), given.as_bytes())
    }

    #[test]
    fn a_token_is_shown_where_its_author_looks() {
        assert_eq!(shown("", "Yes\n1 2", "yes 1\n\n3"), "token 3, in line 3, differs:\n- 2\n+ 3");
        assert_eq!(shown("", "a b", "A"), "token 2 is missing:\n- b\n+ (no more tokens)");
        assert_eq!(shown("", "a", "A\nb"), "token 2, in line 2, is too much:\n- (no more tokens)\n+ b");
        assert_eq!(shown("", "a  b", " A\nB\n"), "");
        assert_eq!(shown("case_sensitive", "a", "A"), "token 1, in line 1, differs:\n- a\n+ A");
        let far = shown("float_absolute_tolerance 0.25 float_relative_tolerance 1e-3", "1", "1.5");
        let why = "5e-1 apart; the absolute tolerance is 0.25, the relative tolerance is 0.001";
        assert_eq!(far, format!("token 1, in line 1, differs:\n- 1\n+ 1.5\n  {why}"));
    }

    #[test]
    fn white_space_is_shown_where_it_counts() {
        let differs = |expected, given| shown("space_change_sensitive", expected, given);
        assert_eq!(
            differs("a b\n", "a  b\n"),
            "white space behind token 1, in line 1, differs:\n- \" \"\n+ \"  \""
        );
        assert_eq!(differs("a\n", "a"), "white space behind token 1 differs:\n- \"\\n\"\n+ (nothing)");
        assert_eq!(
            differs("a", " a"),
            "white space before the first token, in line 1, differs:\n- a\n+ \" \""
        );
        assert_eq!(differs("a b\n", "A b\n"), "");
        assert!(differs("a b", "a c").starts_with("token 2, in line 1, differs"));
    }
}
