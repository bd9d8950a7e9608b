//! First bytes in, what they are out: what is refused, and what never is.

use super::*;

const JSON: ExpectedShape = ExpectedShape::Json { is_fixed: false };

/// The judgement of a whole input, which must be that of its start too where nobody knows whether
/// more comes.
#[track_caller]
fn check(input: &[u8], expected: Option<&InputShape>) {
    for bom in [&b""[..], BOM] {
        let input = [bom, input].concat();
        for is_all in [true, false] {
            // A last line without an end is none until it is known that nothing follows.
            if is_all || input.ends_with(b"\n") {
                let text = String::from_utf8_lossy(&input);
                assert_eq!(judge(&input, is_all, JSON).as_ref(), expected, "{text}, all: {is_all}");
            }
        }
    }
}

#[test]
fn json_over_several_lines_is_known() {
    for array in [
        "[\n  {\"a\": 1},\n  {\"a\": 2}\n]\n",
        "[{\"a\": 1},\n {\"a\": 2}]\n",
        "[\n1,\n2\n]\n",
        "\n\n[\n  [1],\n  [2]\n]",
        "[\r\n  {\"a\": 1}\r\n]\r\n",
        // Cut short, or only its start was read.
        "[\n  {\n    \"a\": 1,\n    \"b\": [\n",
        "[\n  {\"a\": 1},\n",
        "[\n  {\"a\": 1},\n  {\"a\": 2},\n  {\"a\"",
        // By hand.
        "[\n  {\"a\": 1,},\n  {\"a\": 2},\n]\n",
    ] {
        check(array.as_bytes(), Some(&InputShape::Array));
    }
    // Whether a last line without an end goes on is not known, and does not matter.
    let array = b"[{\"a\": 1},\n {\"a\": 2}]";
    assert_eq!(
        [true, false].map(|is_all| judge(array, is_all, JSON)),
        [Some(InputShape::Array), Some(InputShape::Array)]
    );
    for pretty in [
        "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n",
        "{\"data\":\n [\n  {\"a\": 1},\n  {\"a\": 2}\n ],\n",
        "{\n    \"a\": 1,\n    \"b\": 2\n}",
        "{\n  // what it is\n  \"a\": 1\n}\n",
    ] {
        check(pretty.as_bytes(), Some(&InputShape::Pretty));
    }
}

#[test]
fn what_begins_with_json_or_has_some_is_never_refused() {
    for input in [
        "{\"a\":1}\n[\n1\n]\n",
        "[1,2]\na,b\n1,2\n",
        "7\nx,y\n1,2\n",
        "\"a\"\n\0\0\0\0\0\0\n",
        "[{\"a\":1},{\"a\":2}]\n",
        // One bad line, then good ones.
        "no\n{\"a\":1}\n",
        "{\n{\"a\":1}\n{\"a\":2}\n",
        "[\n{\"a\":1}\n{\"a\":2}\n",
        "{\"a\":\n{\"b\":1}\n",
        "{\"a\":\n{\"b\":1}\n{\"b\":2}\n",
        "{\"a\":1,\n{\"b\":2}\n",
        "a,b\n{\"c\":1}\n",
        "a,b\n1\n",
        // Bad lines that are nothing else either.
        "",
        "\n \n",
        "{\n",
        "[\n",
        "no",
        "no\n",
        "no\nnothing\n",
        "no, really\nwell, no\n",
        "{\"a\":1} {\"a\":2}\n{\"a\":1} {\"a\":2}\n",
        "\0\n",
        "{\"a\":\"\u{e4}\n",
    ] {
        check(input.as_bytes(), None);
    }
    let deep = format!("{}{}\n", "[".repeat(200), "]".repeat(200));
    check(deep.as_bytes(), None);
    check(b"{\"a\":\"\xff\"}\n{\"a\":1}\n", None);
}

#[test]
fn values_with_something_between_them_are_known() {
    for (text, delimiter) in [
        ("id,text\n1,hello\n2,\"a, b\"\n", "commas"),
        ("1,2\n3,4\n", "commas"),
        ("\"id\",\"text\"\r\n\"1\",\"a\"\r\n", "commas"),
        ("id\ttext\n1\ta, b\n", "tabs"),
        ("id;text\n1;a\n", "semicolons"),
        ("id,text\n1,a", "commas"),
        ("id, text\n1, a\n2, b\n", "commas"),
    ] {
        check(text.as_bytes(), Some(&InputShape::Delimited(delimiter)));
        assert_eq!(judge(text.as_bytes(), false, JSON), Some(InputShape::Delimited(delimiter)), "{text}");
    }
}

#[test]
fn wide_text_is_known_with_and_without_its_mark() {
    let wide = |text: &str, is_big: bool| -> Vec<u8> {
        let units = text.encode_utf16();
        units.flat_map(|unit| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let text = "{\"a\":\"\u{e4}\u{4e2d}\"}\n{\"a\":1}\n";
    for expected in [JSON, ExpectedShape::Json { is_fixed: true }, ExpectedShape::Text] {
        for is_big in [false, true] {
            let marked = wide(&format!("\u{feff}{text}"), is_big);
            assert_eq!(judge(&marked, false, expected), Some(InputShape::Utf("UTF-16")));
        }
    }
    assert_eq!(judge(&wide(text, false), false, JSON), Some(InputShape::Utf("UTF-16LE")));
    assert_eq!(judge(&wide(text, true), false, JSON), Some(InputShape::Utf("UTF-16BE")));
    assert_eq!(judge(&wide("7\n", false), true, JSON), Some(InputShape::Utf("UTF-16LE")));
    assert_eq!(judge(b"\xff\xfe\0\0{\0\0\0", false, JSON), Some(InputShape::Utf("UTF-32")));
    // Without a mark it may be what a command reads.
    assert_eq!(judge(&wide(text, false), false, ExpectedShape::Text), None);
}

#[test]
fn formats_are_known_by_their_marks_whatever_is_expected_but_bytes() {
    for (kind, sample) in magic::samples() {
        for expected in [JSON, ExpectedShape::Text] {
            let shape = judge(&sample, false, expected);
            assert!(
                matches!(shape, Some(InputShape::Known(found)) if found == kind || found.name == kind.name),
                "{kind:?}: {shape:?}"
            );
        }
        assert_eq!(judge(&sample, true, ExpectedShape::Anything), None);
    }
    let zeros = [b"head".to_vec(), vec![0; 100]].concat();
    assert_eq!(judge(&zeros, true, JSON), Some(InputShape::Binary));
    assert_eq!(judge(&zeros, true, ExpectedShape::Text), None);
}

#[test]
fn text_that_begins_like_a_mark_is_text() {
    for text in [
        "PAR1\n",
        "BZh9\n",
        "ORC and others\n",
        "%PDF-1.7 is a format\n",
        "GIF89a\n",
        "RIFF\n",
        "a,b\n1,2\n",
        "[\n1\n]\n",
    ] {
        assert_eq!(judge(text.as_bytes(), true, ExpectedShape::Text), None, "{text}");
    }
    let tar = format!("{{\"a\":\"{}ustar\"}}\n", "x".repeat(250));
    assert_eq!(judge(tar.as_bytes(), true, JSON), None);
}

#[test]
fn a_first_line_is_enough() {
    for (start, json, text) in [
        (&b""[..], false, false),
        (b"{\"a\"", false, false),
        (b"\n", false, true),
        (b"\n \r\n", false, true),
        (b"\n7\n", true, true),
        (b"a\0", false, true),
    ] {
        assert_eq!(
            (is_enough(start, JSON), is_enough(start, ExpectedShape::Text)),
            (json, text),
            "{start:?}"
        );
    }
    assert!(is_enough(&vec![b'x'; MOST], JSON));
}

#[test]
fn each_shape_has_a_hint_that_names_the_file_as_a_shell_takes_it() {
    let kinds = magic::samples().map(|(kind, _)| InputShape::Known(kind));
    let others = [
        InputShape::Array,
        InputShape::Pretty,
        InputShape::Utf("UTF-16"),
        InputShape::Delimited("commas"),
        InputShape::Delimited("tabs"),
        InputShape::Delimited("semicolons"),
        InputShape::Binary,
    ];
    for shape in kinds.chain(others) {
        for (name, is_file) in [("in put.x", true), ("standard input", false)] {
            for expected in [JSON, ExpectedShape::Json { is_fixed: true }, ExpectedShape::Text] {
                let wrong = WrongShape { name: name.to_owned(), is_file, expected, shape: shape.clone() };
                let (text, hint) = (wrong.to_string(), wrong.hint());
                assert!(text.starts_with(name) && text.contains(" looks like "), "{text}");
                assert!(hint.contains("polymer run") || hint.contains("input_file"), "{hint}");
                assert_eq!(hint.contains("'in put.x'"), is_file, "{hint}");
            }
        }
    }
    assert_eq!([quoted("a/b-1.json"), quoted("-a"), quoted("it's")], ["a/b-1.json", "./-a", r"'it'\''s'"]);
}
