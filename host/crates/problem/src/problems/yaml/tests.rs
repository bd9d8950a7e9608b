//! Documents as packages have them, what is refused of them, and texts that are none.

use super::*;
use proptest::prelude::*;

fn scalar(line: u64, text: &str, is_plain: bool) -> YamlNode {
    YamlNode { line, value: YamlValue::Scalar { text: text.to_owned(), is_plain } }
}

#[test]
fn a_document_is_read_with_its_lines() {
    let text = "---\n# A comment\nname: Hello World!\nlimits:\n  memory: 64\n  empty:\nkeywords: [a, \"b c\"]\nlist:\n- x\n- 'y'\n";
    let YamlValue::Map(entries) = read(text).unwrap().value else { panic!("no map") };
    let keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["name", "limits", "keywords", "list"]);
    assert_eq!(entries[0].1, scalar(3, "Hello World!", true));
    let YamlValue::Map(limits) = &entries[1].1.value else { panic!("no map") };
    assert_eq!(limits[0], ("memory".to_owned(), scalar(5, "64", true)));
    assert!(limits[1].1.is_null());
    assert_eq!(entries[2].1.value, YamlValue::List(vec![scalar(7, "a", true), scalar(7, "b c", false)]));
    assert_eq!(entries[3].1.value, YamlValue::List(vec![scalar(9, "x", true), scalar(10, "y", false)]));
}

#[test]
fn nothing_is_null() {
    for text in ["", "\n# only a comment\n", "---\n", "~", "null"] {
        assert!(read(text).unwrap().is_null(), "{text}");
    }
    assert!(!read("''").unwrap().is_null());
}

#[test]
fn what_packages_do_not_need_is_refused_with_its_line() {
    for (text, line, why) in [
        ("a: &x 1\n", 1, "anchors"),
        ("a: 1\nb: &x [1]\n", 2, "anchors"),
        ("a: &x 1\nb: *x\n", 1, "anchors"),
        ("a: !!str 1\n", 1, "tags"),
        ("a: 1\nb: !mine {x: 1}\n", 2, "tags"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: 1\nb: 2\na: 3\n", 3, "twice"),
        ("[a]: 1\n", 1, "a key is a text"),
        ("{a: 1}: 1\n", 1, "a key is a text"),
        ("a: [1\n", 1, "no YAML"),
        ("a: \"\n", 1, "no YAML"),
        ("a: b: c\n", 1, "no YAML"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.why.contains(why), "{text:?}: {error:?}");
        assert!(why == "no YAML" || error.line == line, "{text:?}: {error:?}");
    }
}

#[test]
fn documents_are_bounded() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(read(&nested(MOST_LEVELS)).is_ok());
    assert!(read(&nested(MOST_LEVELS + 1)).unwrap_err().why.contains("levels"));
    assert!(read(&nested(100_000)).is_err());
    assert!(read(&format!("[{}]", "1,".repeat(MOST_VALUES + 1))).unwrap_err().why.contains("values"));
    assert!(read(&" ".repeat(LONGEST_YAML + 1)).unwrap_err().why.contains("bytes"));
    assert!(read(&format!("a: {}", "x".repeat(LONGEST_YAML - 3))).is_ok());
}

/// Levels and values of a tree.
fn extent(node: &YamlNode) -> (usize, usize) {
    let inner: Vec<(usize, usize)> = match &node.value {
        YamlValue::Scalar { .. } => return (0, 1),
        YamlValue::List(items) => items.iter().map(extent).collect(),
        YamlValue::Map(entries) => {
            entries.iter().map(|(_, node)| extent(node)).map(|(levels, all)| (levels, all + 1)).collect()
        }
    };
    let levels = inner.iter().map(|(levels, _)| *levels).max().unwrap_or(0);
    (levels + 1, inner.iter().map(|(_, all)| all).sum::<usize>() + 1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_text_is_too_much(text in prop_oneof![
        "[ \\n\\t:,\\-?\\[\\]{}&*!|>'\"%@`#~a-c0-9]{0,120}",
        "([a-c]: |- |\\n|  |\\[|\\]|\\{|\\}|,|\"|'|&a |\\*a |!t |\\| |> |--- |\\.\\.\\. |# ){0,60}",
        "\\PC{0,80}",
    ]) {
        if let Ok(node) = read(&text) {
            let (levels, values) = extent(&node);
            prop_assert!(levels <= MOST_LEVELS && values <= MOST_VALUES);
            prop_assert!(values <= 2 * text.len() + 2);
        }
    }
}
