//! Partition key of a line: the key of its id, else of its bytes. Most lines are of
//! other partitions, so the id is found in one pass over the bytes, without checking all of them.
//!
//! It must never decide whose a line is, nor what it asks for.

use super::field::Field;
use super::line_text::trim;
use super::record_id;
use polymer_host_task::{LONGEST_ID, TaskKey};

/// Result of the quick pass over a line.
#[derive(Debug, PartialEq, Eq)]
enum QuickId<'a> {
    /// The id.
    Found(&'a [u8]),
    /// An object without this field.
    Missing,
    /// Anything else: escapes, another type, no object. A parser has to look.
    Unclear,
}

/// Returns the partition key of a line of JSON whose id stands in `field`, if lines have one.
/// `None` if the line is blank, so no task at all. Of what is no JSON it is either key, always the
/// same one.
pub(super) fn json_partition_key(line: &[u8], field: Option<&Field>) -> Option<TaskKey> {
    let line = trim(line);
    if line.is_empty() {
        return None;
    }
    Some(field.and_then(|field| key_of_id(line, field)).unwrap_or_else(|| TaskKey::of_line(line)))
}

/// Returns the key of the id that stands in this field.
fn key_of_id(line: &[u8], field: &Field) -> Option<TaskKey> {
    match field.plain_name().map_or(QuickId::Unclear, |name| quick_id(line, name.as_bytes())) {
        QuickId::Found(id) => (id.len() <= LONGEST_ID).then(|| TaskKey::of_id(id)),
        QuickId::Missing => None,
        QuickId::Unclear => {
            let id = record_id::in_field(std::str::from_utf8(line).ok()?, field).ok()?;
            Some(TaskKey::of_id(&id))
        }
    }
}

/// Looks for the last field of this name in an object.
fn quick_id<'a>(line: &'a [u8], name: &[u8]) -> QuickId<'a> {
    members(line, name).unwrap_or(QuickId::Unclear)
}

/// Goes over the members of an object. `None` where anything else stands than was expected.
fn members<'a>(line: &'a [u8], name: &[u8]) -> Option<QuickId<'a>> {
    let mut id = QuickId::Missing;
    let mut rest = skip_white(line.strip_prefix(b"{")?);
    if rest == b"}" {
        return Some(id);
    }
    loop {
        let (key, behind) = plain_string(rest)?;
        let value = skip_white(skip_white(behind).strip_prefix(b":")?);
        let behind = if key == name {
            let (found, behind) = plain_string(value).or_else(|| digits(value))?;
            id = QuickId::Found(found);
            behind
        } else {
            skip_value(value)?
        };
        match skip_white(behind) {
            b"}" => return Some(id),
            [b',', behind @ ..] => rest = skip_white(behind),
            _ => return None,
        }
    }
}

/// Takes a string of printable ASCII without escapes, and what stands behind it.
fn plain_string(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.strip_prefix(b"\"")?;
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    let end = text.iter().position(|byte| !is_plain(byte))?;
    let (string, behind) = text.split_at_checked(end)?;
    Some((string, behind.strip_prefix(b"\"")?))
}

/// Takes an integer as it is written.
fn digits(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let sign = usize::from(text.starts_with(b"-"));
    let length = text.iter().skip(sign).take_while(|byte| byte.is_ascii_digit()).count();
    let (number, behind) = text.split_at_checked(sign + length)?;
    let is_whole = length > 0 && matches!(behind.first(), Some(b',' | b'}' | b' ' | b'\t' | b'\r' | b'\n'));
    is_whole.then_some((number, behind))
}

/// Returns what stands behind a value.
fn skip_value(text: &[u8]) -> Option<&[u8]> {
    match text.first()? {
        b'"' => skip_string(text),
        b'{' | b'[' => skip_nested(text),
        _ => {
            let end =
                text.iter().position(|byte| matches!(byte, b',' | b'}' | b' ' | b'\t' | b'\r' | b'\n'))?;
            text.get(end..)
        }
    }
}

/// Returns what stands behind a string.
fn skip_string(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text.strip_prefix(b"\"")?;
    loop {
        let at = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        match rest.get(at..)? {
            [b'"', behind @ ..] => return Some(behind),
            [b'\\', _, behind @ ..] => rest = behind,
            _ => return None,
        }
    }
}

/// Returns what stands behind an object or a list, whatever is in it.
fn skip_nested(text: &[u8]) -> Option<&[u8]> {
    let (mut rest, mut depth) = (text, 0_usize);
    loop {
        let at = rest.iter().position(|byte| matches!(byte, b'"' | b'{' | b'[' | b'}' | b']'))?;
        rest = rest.get(at..)?;
        match rest {
            [b'"', ..] => {
                rest = skip_string(rest)?;
                continue;
            }
            [b'{' | b'[', ..] => depth += 1,
            _ => depth = depth.checked_sub(1)?,
        }
        rest = rest.get(1..)?;
        if depth == 0 {
            return Some(rest);
        }
    }
}

fn skip_white(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', behind @ ..] = text {
        text = behind;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(line: &str) -> Option<&str> {
        match quick_id(line.as_bytes(), b"id") {
            QuickId::Found(id) => Some(std::str::from_utf8(id).unwrap()),
            QuickId::Missing => None,
            QuickId::Unclear => Some("unclear"),
        }
    }

    #[test]
    fn an_id_is_found_wherever_it_stands_on_top() {
        for (line, id) in [
            (r#"{"id":"task-0000001","input":{"x":1}}"#, "task-0000001"),
            (r#"{"input":{"x":[1,{"id":"no"}],"s":"\"}]{\\"},"id":"a b"}"#, "a b"),
            (r#"{ "n" : 1.5e3 , "t":true,"id" : -12 , "z":null }"#, "-12"),
            (r#"{"id":1,"id":"2"}"#, "2"),
            (r#"{"a":"\\","id":""}"#, ""),
            (r#"{"a":[],"b":{},"c":[[]],"id":7}"#, "7"),
        ] {
            assert_eq!(found(line), Some(id), "{line}");
        }
        for line in ["{}", "{ }", r#"{"ID":1}"#, r#"{"a":{"id":1}}"#, r#"{"a":"id","b":["id",1]}"#] {
            assert_eq!(found(line), None, "{line}");
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_a_parser() {
        for line in [
            "7",
            "[]",
            "\"id\"",
            "{",
            r#"{"id":"a""#,
            r#"{"id":"a"} x"#,
            r#"{"id":1.5}"#,
            r#"{"id":1e3}"#,
            r#"{"id":null}"#,
            r#"{"id":"\u0061"}"#,
            r#"{"\u0069d":1}"#,
            r#"{"id":"é"}"#,
            r#"{"id":-}"#,
            r#"{"id" "a"}"#,
            r#"{"id":{"a":1}}"#,
            r#"{"a":"x}"#,
            r#"{"a":"\"#,
            r#"{"a":[1}"#,
            r#"{"id":1,}"#,
            "{\"id\":\"a\tb\"}",
        ] {
            assert_eq!(quick_id(line.as_bytes(), b"id"), QuickId::Unclear, "{line}");
        }
    }

    #[track_caller]
    fn check(line: &str, field: Option<&str>, expected: Option<TaskKey>) {
        let field = field.map(|name| name.parse::<Field>().unwrap());
        assert_eq!(json_partition_key(line.as_bytes(), field.as_ref()), expected, "{line}");
    }

    #[test]
    fn a_line_is_known_by_its_id_else_by_its_bytes() {
        let of_id = |id: &str| Some(TaskKey::of_id(id));
        let of_line = |line: &str| Some(TaskKey::of_line(line.as_bytes()));
        for line in [r#"{"id":"7"}"#, r#"{"id":7}"#, r#" {"x":[0], "id" : "\u0037"}"#, r#"{"\u0069d":7}"#] {
            check(line, Some("id"), of_id("7"));
        }
        check(r#"{"id":"é"}"#, Some("id"), of_id("é"));
        check(r#"{"a":{"b":[0,"x"]}}"#, Some("a.b.1"), of_id("x"));
        check(r#"{"a/b":"x"}"#, Some("/a~1b"), of_id("x"));
        for line in [r#"{"id":null}"#, r#"{"id":1.5}"#, r#"{"a":1}"#, "[1]", "no json", "{"] {
            check(line, Some("id"), of_line(line));
            check(&format!(" {line}\r\n"), Some("id"), of_line(line));
        }
        check(r#"{"id":"7"}"#, None, of_line(r#"{"id":"7"}"#));
        for blank in ["", "\n", " \t\r\n"] {
            check(blank, Some("id"), None);
            check(blank, None, None);
        }
    }

    #[test]
    fn an_id_that_no_task_can_have_is_none() {
        for (length, is_id) in [(LONGEST_ID, true), (LONGEST_ID + 1, false)] {
            let id = "x".repeat(length);
            let line = format!(r#"{{"id":"{id}"}}"#);
            let expected = if is_id { TaskKey::of_id(&id) } else { TaskKey::of_line(line.as_bytes()) };
            check(&line, Some("id"), Some(expected));
        }
    }

    #[test]
    fn what_is_no_utf8_is_known_by_its_bytes() {
        let (line, field) = (b"{\"id\":\"\xff\"}", Field::named("id"));
        assert_eq!(json_partition_key(line, Some(&field)), Some(TaskKey::of_line(line)));
    }

    /// Values of an object's members, as text.
    fn value() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            any::<i64>().prop_map(|number| number.to_string()),
            any::<f32>()
                .prop_filter("JSON", |number| number.is_finite())
                .prop_map(|number| number.to_string()),
            ".{0,6}".prop_map(|text| serde_json::to_string(&text).unwrap()),
            Just(r#""\u0069d\\\"}""#.to_owned()),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(|list| format!("[{}]", list.join(" , "))),
                prop::collection::vec(inner, 0..3).prop_map(|list| {
                    let members: Vec<String> = list.iter().map(|value| format!("\"id\": {value}")).collect();
                    format!("{{{}}}", members.join(","))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_quick_pass_finds_what_a_parser_finds(
            members in prop::collection::vec((prop_oneof![Just("id"), Just("a"), Just("\\u0069d")], value()), 0..5)
        ) {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("\"{name}\" : {value}")).collect();
            let line = format!("{{ {} }}", members.join(" ,"));
            let parsed = record_id::in_field(&line, &Field::named("id"));
            match quick_id(line.as_bytes(), b"id") {
                QuickId::Found(id) => prop_assert_eq!(Ok(std::str::from_utf8(id).unwrap().to_owned()), parsed),
                QuickId::Missing => prop_assert!(parsed.is_err(), "{line}"),
                QuickId::Unclear => {}
            }
        }

        #[test]
        fn any_bytes_have_one_key(line in prop::collection::vec(any::<u8>(), 0..60)) {
            let field = Field::named("id");
            prop_assert_eq!(json_partition_key(&line, Some(&field)).is_none(), trim(&line).is_empty());
        }
    }
}
