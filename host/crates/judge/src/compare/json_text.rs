//! Comparison of two JSON documents as texts, whatever their notation: the order of keys, white
//! space, escapes in strings, `1.0` for `1`. Nothing here may know what is compared, or why.
//!
//! No tree is built of them: the objects of `[{"":0},{"":0}]` take a hundred times their text as
//! values of `serde_json`, and its numbers lose digits. A document is indexed instead, with 8 bytes
//! a value.

use super::decimal::same_decimals;
use super::json_string::string_units;
use polymer_host_base::json;
use serde::de::IgnoredAny;
use std::cmp::Ordering;
use std::iter::Peekable;

/// The most letters of a key that stand in a path.
const KEY_WIDTH: usize = 40;

/// Returns whether both are JSON documents that say the same.
pub(super) fn same_documents(expected: &[u8], given: &[u8]) -> bool {
    match (JsonIndex::read(expected), JsonIndex::read(given)) {
        (Some(expected), Some(given)) => first_difference(&expected, &given).is_none(),
        _ => false,
    }
}

/// A JSON document and where its values stand.
#[derive(Debug)]
pub(crate) struct JsonIndex<'a> {
    text: &'a str,
    /// Values and keys in the order of the text: each before what is in it, a key before its value.
    nodes: Vec<JsonNode>,
}

#[derive(Debug)]
struct JsonNode {
    /// Place of its first byte.
    start: u32,
    /// Index of the first node that is not in it.
    behind: u32,
}

impl<'a> JsonIndex<'a> {
    /// Indexes a document; `None` for what is no JSON, nests deeper than 128 levels or has over
    /// 4 GiB.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let text = json::check(bytes).ok()?;
        // Counted first: a list that grows would take twice the memory for a moment.
        let count = marks(text).filter(|(_, byte)| !matches!(byte, b']' | b'}')).count();
        let mut nodes: Vec<JsonNode> = Vec::with_capacity(count);
        let mut open = Vec::new();
        for (at, byte) in marks(text) {
            let behind = u32::try_from(nodes.len()).ok()?;
            if matches!(byte, b']' | b'}') {
                let closed = open.pop().and_then(|container: usize| nodes.get_mut(container))?;
                closed.behind = behind;
                continue;
            }
            if matches!(byte, b'[' | b'{') {
                open.push(nodes.len());
            }
            nodes.push(JsonNode { start: u32::try_from(at).ok()?, behind: behind + 1 });
        }
        Some(Self { text, nodes })
    }

    /// The text from a value to the end of the document.
    fn rest(&self, at: usize) -> &'a str {
        let start = self.nodes.get(at).and_then(|node| usize::try_from(node.start).ok());
        start.and_then(|start| self.text.get(start..)).unwrap_or_default()
    }

    fn behind(&self, at: usize) -> usize {
        let behind = self.nodes.get(at).and_then(|node| usize::try_from(node.behind).ok());
        behind.unwrap_or(self.nodes.len())
    }

    /// The nodes directly in a container: elements, or keys and values in turn.
    fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        let end = self.behind(at);
        std::iter::successors(Some(at + 1), |child| Some(self.behind(*child)))
            .take_while(move |child| *child < end)
    }

    /// The keys of an object in order, each once: of several the last one counts, as for
    /// `JSON.parse` and `serde_json`.
    fn keys(&self, at: usize) -> Vec<usize> {
        let mut keys: Vec<usize> = self.children(at).step_by(2).collect();
        keys.sort_unstable_by(|one, other| self.key_order(*one, self, *other).then_with(|| other.cmp(one)));
        keys.dedup_by(|later, kept| self.key_order(*later, self, *kept).is_eq());
        keys
    }

    fn key_order(&self, at: usize, other: &JsonIndex<'_>, at_other: usize) -> Ordering {
        string_units(self.rest(at)).cmp(string_units(other.rest(at_other)))
    }

    /// A value as it is written, to its end.
    fn value_text(&self, at: usize) -> &'a str {
        let rest = self.rest(at);
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        let is_whole = values.next().is_some_and(|value| value.is_ok());
        let end = if is_whole { values.byte_offset() } else { rest.len() };
        rest.get(..end).unwrap_or(rest)
    }

    /// A key as a part of a path: `.name`, or `["as written"]`.
    fn key_text(&self, at: usize) -> String {
        let written = self.value_text(at);
        let name = written.trim_matches('"');
        let is_short = name.len() <= KEY_WIDTH && !name.is_empty();
        if is_short && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return format!(".{name}");
        }
        match name.char_indices().nth(KEY_WIDTH) {
            Some((end, _)) => format!("[\"{}…\"]", name.get(..end).unwrap_or_default()),
            None => format!("[{written}]"),
        }
    }
}

/// The bytes outside of strings with which a value begins or a container ends, and their places.
/// `text` is known to be JSON.
fn marks(text: &str) -> impl Iterator<Item = (usize, u8)> + '_ {
    let (mut in_string, mut escaped, mut in_scalar) = (false, false, false);
    text.bytes().enumerate().filter(move |(_, byte)| {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            return false;
        }
        in_string = *byte == b'"';
        match byte {
            b'"' | b'[' | b'{' | b']' | b'}' => {
                in_scalar = false;
                true
            }
            b',' | b':' => {
                in_scalar = false;
                false
            }
            byte if byte.is_ascii_whitespace() => {
                in_scalar = false;
                false
            }
            // The first letter of a number, `true`, `false` or `null`.
            _ => !std::mem::replace(&mut in_scalar, true),
        }
    })
}

/// Where two documents differ first, in the order of the sorted keys.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct JsonDifference<'a> {
    /// The parts of the path to it, the innermost first.
    steps: Vec<String>,
    /// The value that is expected there, as it is written.
    pub(crate) expected: Option<&'a str>,
    /// The value that is there.
    pub(crate) given: Option<&'a str>,
}

impl JsonDifference<'_> {
    /// The way to it from the document's root: `$.list[3].name`.
    pub(crate) fn path(&self) -> String {
        let steps = self.steps.iter().rev().map(String::as_str);
        std::iter::once("$").chain(steps).collect()
    }

    fn within(mut self, step: String) -> Self {
        self.steps.push(step);
        self
    }
}

/// The first place where two documents say something different.
pub(crate) fn first_difference<'a>(
    expected: &JsonIndex<'a>,
    given: &JsonIndex<'a>,
) -> Option<JsonDifference<'a>> {
    JsonPair { expected, given }.differ(0, 0)
}

/// Two documents that are compared. Each function calls itself for what is inside, so as deep as
/// the documents are, which is at most 128 levels.
struct JsonPair<'i, 'a> {
    expected: &'i JsonIndex<'a>,
    given: &'i JsonIndex<'a>,
}

impl<'a> JsonPair<'_, 'a> {
    fn differ(&self, expected: usize, given: usize) -> Option<JsonDifference<'a>> {
        let (one, other) = (self.expected.rest(expected), self.given.rest(given));
        let is_same = match (one.as_bytes().first(), other.as_bytes().first()) {
            (Some(b'['), Some(b'[')) => return self.arrays_differ(expected, given),
            (Some(b'{'), Some(b'{')) => return self.objects_differ(expected, given),
            (Some(b'"'), Some(b'"')) => string_units(one).eq(string_units(other)),
            (Some(b'-' | b'0'..=b'9'), Some(b'-' | b'0'..=b'9')) => {
                same_decimals(number_text(one), number_text(other))
            }
            // `true`, `false` and `null` each have a letter of their own.
            (one, other) => one == other,
        };
        (!is_same).then(|| self.between(Some(expected), Some(given)))
    }

    fn arrays_differ(&self, expected: usize, given: usize) -> Option<JsonDifference<'a>> {
        let (mut expected, mut given) = (self.expected.children(expected), self.given.children(given));
        let mut at = 0_usize;
        loop {
            let difference = match (expected.next(), given.next()) {
                (None, None) => return None,
                (Some(expected), Some(given)) => self.differ(expected, given),
                (expected, given) => Some(self.between(expected, given)),
            };
            if let Some(difference) = difference {
                return Some(difference.within(format!("[{at}]")));
            }
            at += 1;
        }
    }

    fn objects_differ(&self, expected: usize, given: usize) -> Option<JsonDifference<'a>> {
        let mut expected = self.expected.keys(expected).into_iter().peekable();
        let mut given = self.given.keys(given).into_iter().peekable();
        loop {
            // A value is the node behind its key.
            let (expected, given) = match self.next_keys(&mut expected, &mut given) {
                (None, None) => return None,
                pair => pair,
            };
            let values = (expected.map(|key| key + 1), given.map(|key| key + 1));
            let difference = match values {
                (Some(expected), Some(given)) => self.differ(expected, given),
                (expected, given) => Some(self.between(expected, given)),
            };
            if let Some(difference) = difference {
                let key = expected.map(|key| self.expected.key_text(key));
                let key = key.or_else(|| given.map(|key| self.given.key_text(key)));
                return Some(difference.within(key.unwrap_or_default()));
            }
        }
    }

    /// The next key of both objects, or of the one that alone has it.
    fn next_keys(
        &self,
        expected: &mut Peekable<impl Iterator<Item = usize>>,
        given: &mut Peekable<impl Iterator<Item = usize>>,
    ) -> (Option<usize>, Option<usize>) {
        let order = match (expected.peek(), given.peek()) {
            (Some(expected), Some(given)) => self.expected.key_order(*expected, self.given, *given),
            (None, _) => Ordering::Greater,
            (_, None) => Ordering::Less,
        };
        match order {
            Ordering::Less => (expected.next(), None),
            Ordering::Equal => (expected.next(), given.next()),
            Ordering::Greater => (None, given.next()),
        }
    }

    fn between(&self, expected: Option<usize>, given: Option<usize>) -> JsonDifference<'a> {
        JsonDifference {
            steps: Vec::new(),
            expected: expected.map(|at| self.expected.value_text(at)),
            given: given.map(|at| self.given.value_text(at)),
        }
    }
}

fn number_text(text: &str) -> &str {
    let is_number = |letter| matches!(letter, '0'..='9' | '-' | '+' | '.' | 'e' | 'E');
    text.find(|letter| !is_number(letter)).and_then(|end| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(expected: &str, given: &str) -> Option<String> {
        let (expected, given) =
            (JsonIndex::read(expected.as_bytes()).unwrap(), JsonIndex::read(given.as_bytes()).unwrap());
        let found = first_difference(&expected, &given)?;
        let shown = |value: Option<&str>| value.unwrap_or("none").to_owned();
        Some(format!("{} {} {}", found.path(), shown(found.expected), shown(found.given)))
    }

    #[test]
    fn a_difference_is_found_with_the_way_to_it() {
        for (expected, given, found) in [
            ("1", "2", "$ 1 2"),
            ("[1,[2,3]]", "[1,[2,4]]", "$[1][1] 3 4"),
            ("[1,2]", "[1]", "$[1] 2 none"),
            ("[]", "[{\"a\":1}]", "$[0] none {\"a\":1}"),
            (r#"{"a":{"b":[true]}}"#, r#"{"a":{"b":[false]}}"#, "$.a.b[0] true false"),
            (r#"{"a":1,"b":2}"#, r#"{"b":2}"#, "$.a 1 none"),
            (r#"{"a":1}"#, r#"{"b":2,"a":1}"#, "$.b none 2"),
            (r#"{"a b":"x"}"#, r#"{"a b":"y"}"#, r#"$["a b"] "x" "y""#),
            (r#"{"a":[ 1 , 2 ]}"#, r#"{"a":null}"#, "$.a [ 1 , 2 ] null"),
        ] {
            assert_eq!(difference(expected, given).as_deref(), Some(found));
        }
        let long = format!(r#"{{"{}":1}}"#, "k".repeat(1000));
        let path = difference(&long, "{}").unwrap();
        assert!(path.starts_with("$[\"kkk") && path.chars().count() < KEY_WIDTH + 20, "{path}");
    }

    #[test]
    fn the_last_of_keys_that_are_the_same_counts() {
        assert_eq!(difference(r#"{"a":1,"b":0,"a":2}"#, r#"{"a":2,"b":0}"#), None);
        assert_eq!(difference(r#"{"a":1,"\u0061":2}"#, r#"{"a":2}"#), None);
        assert_eq!(difference(r#"{"a":1,"a":2}"#, r#"{"a":1}"#).unwrap(), "$.a 2 1");
    }

    #[test]
    fn values_are_indexed_whatever_stands_in_strings() {
        let text = " { \"[{\\\"\" : [ ] , \"b\\\\\" : [ \"]\" , -1.5e3,true ] }\n";
        let index = JsonIndex::read(text.as_bytes()).unwrap();
        let all: Vec<&str> = (1..index.nodes.len()).map(|at| index.value_text(at)).collect();
        let list = "[ \"]\" , -1.5e3,true ]";
        assert_eq!(all, [r#""[{\"""#, "[ ]", r#""b\\""#, list, r#""]""#, "-1.5e3", "true"]);
        assert_eq!(index.children(0).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(index.nodes.len(), index.nodes.capacity());
        assert!(JsonIndex::read(b"[1,2").is_none());
        assert!(JsonIndex::read(&[vec![b'['; 129], vec![b']'; 129]].concat()).is_none());
    }

    #[test]
    fn a_path_has_no_more_steps_than_a_document_has_levels() {
        let nested = |value: &str| format!("{}{value}{}", "[".repeat(128), "]".repeat(128));
        let path = difference(&nested("1"), &nested("2")).unwrap();
        assert_eq!(path, format!("${} 1 2", "[0]".repeat(128)));
    }
}
