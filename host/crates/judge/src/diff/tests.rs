//! Descriptions of differences, as people see them.

use super::*;

fn shown(mode: &str, expected: &str, given: &str) -> String {
    diff(mode.parse().unwrap(), expected.as_bytes(), given.as_bytes())
}

fn lines(numbers: Range<usize>) -> String {
    numbers.map(|number| format!("{number}\n")).collect()
}

#[test]
fn lines_that_differ_are_shown_with_those_around_them() {
    assert_eq!(shown("exact", "a\nb\nc\nd\n", "a\nB\nc\nd\n"), "line 2 differs:\n  a\n- b\n+ B\n  c\n  d");
    assert_eq!(shown("trim", "a\nb \nc", "a\nb\nC"), "line 3 differs:\n  a\n  b\n- c\n+ C");
    assert_eq!(shown("trim", "a\nb\n", ""), "line 1 differs:\n- a\n- b");
    assert_eq!(shown("trim", "", "a\n"), "line 1 differs:\n+ a");
    assert_eq!(shown("exact", "a\nc\n", "a\nb\nc\n"), "line 2 differs:\n  a\n+ b\n  c");
}

#[test]
fn nothing_is_said_of_outputs_that_are_the_same() {
    for mode in ["exact", "trim", "tokens", "json", "float:1e-6", "unordered-lines", "ends-with", "validator"]
    {
        assert_eq!(shown(mode, "1 a\n", "1 a\n"), "", "{mode}");
    }
    assert_eq!(shown("trim", "a\n", "a \n\n"), "");
    assert_eq!(shown("tokens", "a b", "a\nb"), "");
    assert_eq!(shown("json", "[1]", "[1.0]\n"), "");
    assert_eq!(shown("float:0.1", "1", "1.05"), "");
    assert_eq!(shown("unordered-lines", "a\nb", "b\na\n"), "");
}

#[test]
fn the_end_of_a_line_is_seen_where_it_counts() {
    assert_eq!(shown("exact", "a \n", "a\n"), "line 1 differs:\n- a $\n+ a");
    assert_eq!(shown("exact", "a\n", "a"), "line 1 differs:\n- a\n+ a (no newline at the end)");
    assert_eq!(shown("exact", "a\n", "a\r\n"), "line 1 differs:\n- a\n+ a\\r$");
    assert_eq!(shown("exact", "a\n", "a\n\n"), "line 2 differs:\n  a\n+ ");
    assert_eq!(shown("exact", "", "\n"), "line 1 differs:\n+ ");
    assert_eq!(shown("exact", "a b", "a\tb").lines().nth(2), Some("+ a\\tb (no newline at the end)"));
}

#[test]
fn a_change_far_from_the_start_is_shown_where_it_is() {
    let expected = lines(0..100_000);
    let given = expected.replace("\n77777\n", "\nwrong\n");
    let around = "  77775\n  77776\n- 77777\n+ wrong\n  77778\n  77779";
    assert_eq!(shown("exact", &expected, &given), format!("line 77778 differs:\n{around}"));
    // A line too many is no change at the end of the window.
    let given = expected.replace("\n77777\n", "\n77777\nmore\n");
    let around = "  77776\n  77777\n+ more\n  77778\n  77779";
    assert_eq!(shown("trim", &expected, &given), format!("line 77779 differs:\n{around}"));
    assert_eq!(
        shown("trim", &given, &expected),
        format!("line 77779 differs:\n{}", around.replace('+', "-"))
    );
}

#[test]
fn a_change_far_within_a_line_is_shown_where_it_is() {
    for letter in ["x", "é", "日", "😀"] {
        let long = letter.repeat(5000);
        let text = shown("exact", &format!("{long}a{long}\n"), &format!("{long}b{long}\n"));
        for (line, start) in text.lines().skip(1).zip(["- …", "+ …"]) {
            assert!(line.starts_with(start) && line.ends_with('…') && line.chars().count() < 165, "{line}");
        }
        let is_seen = |changed| text.contains(&format!("{letter}{changed}{letter}"));
        assert!(is_seen('a') && is_seen('b') && !text.contains("\\x"), "{text}");
    }
    let text = shown("tokens", &format!("1{}", "0".repeat(9000)), &format!("1{}1", "0".repeat(8999)));
    assert!(text.ends_with("01") && text.contains("- …00"), "{text}");
}

#[test]
fn much_is_cut() {
    let text = shown("exact", &lines(0..100), "");
    assert!(text.ends_with("- 39\n  ... and 60 more lines"), "{text}");
    let wide: String = (0..100).map(|number| format!("{number}{}\n", "ü".repeat(200))).collect();
    let text = shown("exact", &wide, "");
    assert!(text.len() <= 4096 && text.len() > 3500 && text.ends_with("more lines"), "{}", text.len());
    // One side leaves room for the other.
    let text = shown("unordered-lines", &wide, "0\n1\n");
    assert!(text.len() <= 4096 && text.contains("\n+ 0\n") && text.contains("\n+ 1\n"), "{text}");
    let text = shown("exact", &"\u{1}".repeat(5000), &"\u{2}".repeat(5000));
    assert!(text.lines().all(|line| line.chars().count() < 165), "{text}");
}

#[test]
fn what_moves_a_terminal_is_written_out() {
    let mode = CompareMode::Exact;
    let text = diff(mode, b"a\x1b[2J\0\x7f\xff\xc3\n", "a\u{202e}\u{9b}é\u{feff}\n".as_bytes());
    assert_eq!(text, "line 1 differs:\n- a\\u{1b}[2J\\u{0}\\u{7f}\\xff\\xc3\n+ a\\u{202e}\\u{9b}é\\u{feff}");
    for mode in ["trim", "tokens", "unordered-lines", "float:1", "validator"] {
        let text = shown(mode, "x", "\u{1b}]0;title\u{7}");
        assert!(text.contains("\n+ \\u{1b}]0;title\\u{7}"), "{mode}: {text}");
    }
    let text = shown("json", "{\"\\u001b\":1}", "{\"\u{9b}\":1,\"\\u001b\":1}");
    assert_eq!(text, "$[\"\\u{9b}\"] differs:\n- (nothing)\n+ 1");
}

#[test]
fn tokens_are_told_by_their_number_and_line() {
    let differs = "token 4, in line 3, differs:\n- 4\n+ 5";
    assert_eq!(shown("tokens", "1 2\n3 4", "1\n2 3\n5"), differs);
    assert_eq!(shown("tokens", "1 2 3", "1 2\n"), "token 3 is missing:\n- 3\n+ (no more tokens)");
    let extra = "token 2, in line 3, is too much:\n- (no more tokens)\n+ 2";
    assert_eq!(shown("tokens", "1", "1\n\n2"), extra);
    assert_eq!(shown("tokens", "", "a"), "token 1, in line 1, is too much:\n- (no more tokens)\n+ a");
    let apart = "token 2, in line 1, differs:\n- 1.5\n+ 2\n  5e-1 apart; the tolerance is 1e-6";
    assert_eq!(shown("float:1e-6", "x 1.5", "x 2"), apart);
    assert_eq!(shown("float:1e-6", "1", "nan"), "token 1, in line 1, differs:\n- 1\n+ nan");
}

#[test]
fn values_are_told_by_their_path() {
    let differs = "$.list[1].name differs:\n- \"a\"\n+ \"b\"";
    assert_eq!(shown("json", r#"{"list":[0,{"name":"a"}]}"#, r#"{"list":[0,{"name":"b"}]}"#), differs);
    assert_eq!(shown("json", r#"{"a":1}"#, "{}"), "$.a differs:\n- 1\n+ (nothing)");
    assert_eq!(shown("json", "[1]", "[\n  1,\n  2\n]"), "$[1] differs:\n- (nothing)\n+ 2");
    assert_eq!(shown("json", "[1]", "{\n \"a\": 1\n}"), "$ differs:\n- [1]\n+ {\\n \"a\": 1\\n}");
    let text = shown("json", "[1]", "[1");
    assert!(text.starts_with("what is given is no JSON; line 1 differs:\n- [1] (no newline"), "{text}");
    let text = shown("json", "a", "[1]");
    assert!(text.starts_with("what is expected is no JSON; line 1 differs:\n- a"), "{text}");
    assert!(shown("json", "a", "b").starts_with("line 1 differs:\n- a"));
    let deep = |value| format!("{}{value}{}", "{\"some key\":[".repeat(64), "]}".repeat(64));
    let text = shown("json", &deep(1), &deep(2));
    assert!(text.len() < 400 && text.ends_with("… differs:\n- 1\n+ 2"), "{text}");
}

#[test]
fn lines_without_an_order_are_those_that_one_side_lacks() {
    let only = "lines that only one side has:";
    assert_eq!(shown("unordered-lines", "a\nb\nc", "c\nx\na"), format!("{only}\n- b\n+ x"));
    assert_eq!(shown("unordered-lines", "a\na\nb", "a\nb\nb"), format!("{only}\n- a\n+ b"));
    assert_eq!(shown("unordered-lines", "a", "a\n\n\nlonger"), format!("{only}\n+ (2 empty)\n+ longer"));
    assert_eq!(shown("unordered-lines", "a\na", "a"), format!("{only}\n- a"));
    let text = shown("unordered-lines", &lines(0..1000), "");
    assert!(text.ends_with("\n- 39\n  ... and 960 more lines"), "{text}");
}
