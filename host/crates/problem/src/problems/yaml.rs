//! YAML as problem packages use it, as a small tree: maps, lists and scalars. What makes documents
//! larger than they are written, or gives them types, is refused: anchors, aliases, tags, several
//! documents.
//!
//! Nothing here may know what a key means.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

/// The most bytes of a document.
pub(super) const LONGEST_YAML: usize = 256 << 10;
/// The most values in a document, keys included.
const MOST_VALUES: usize = 20_000;
/// The most levels of maps and lists.
const MOST_LEVELS: usize = 16;

/// A value, and the line where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct YamlNode {
    /// From 1.
    pub(super) line: u64,
    pub(super) value: YamlValue,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum YamlValue {
    /// A text, a number, a truth value: its text says which, if it is plain. Nothing at all is a
    /// plain empty one.
    Scalar {
        text: String,
        is_plain: bool,
    },
    List(Vec<YamlNode>),
    /// In its order, each key once.
    Map(Vec<(String, YamlNode)>),
}

/// Why a text is no document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct YamlError {
    /// From 1.
    pub(super) line: u64,
    pub(super) why: String,
}

impl YamlNode {
    /// Returns whether it is null, or nothing is written there.
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.value, YamlValue::Scalar { text, is_plain: true }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }
}

/// Reads a document. An empty text is one that is null.
pub(super) fn read(text: &str) -> Result<YamlNode, YamlError> {
    if text.len() > LONGEST_YAML {
        return Err(YamlError { line: 1, why: format!("a document has at most {LONGEST_YAML} bytes") });
    }
    let mut tree = YamlTree::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| YamlError {
            line: line_of(error.marker().line()),
            why: format!("this is no YAML: {}", error.info()),
        })?;
        tree.add(event, span)?;
    }
    let null = YamlValue::Scalar { text: String::new(), is_plain: true };
    Ok(tree.root.unwrap_or(YamlNode { line: 1, value: null }))
}

fn line_of(line: usize) -> u64 {
    u64::try_from(line).unwrap_or(u64::MAX).max(1)
}

/// A document as far as it is read.
#[derive(Debug, Default)]
struct YamlTree {
    /// Maps and lists that are not closed, the outermost first.
    open: Vec<OpenNode>,
    root: Option<YamlNode>,
    values: usize,
    documents: usize,
}

/// A map or a list that is not closed.
#[derive(Debug)]
struct OpenNode {
    line: u64,
    value: YamlValue,
    /// The key whose value comes next.
    key: Option<String>,
}

impl YamlTree {
    fn add(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlError> {
        let line = line_of(span.start.line());
        let refused = |why: &str| Err(YamlError { line, why: why.to_owned() });
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 { refused("there is a second document") } else { Ok(()) }
            }
            Event::Alias(_) => refused("aliases are not taken"),
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(anchor, _)
            | Event::MappingStart(anchor, _)
                if anchor != 0 =>
            {
                refused("anchors are not taken")
            }
            Event::Scalar(.., Some(_))
            | Event::SequenceStart(_, Some(_))
            | Event::MappingStart(_, Some(_)) => refused("tags are not taken"),
            Event::Scalar(text, style, ..) => {
                let is_plain = style == ScalarStyle::Plain;
                self.close(YamlNode { line, value: YamlValue::Scalar { text: text.into_owned(), is_plain } })
            }
            Event::SequenceStart(..) => self.open(line, YamlValue::List(Vec::new())),
            Event::MappingStart(..) => self.open(line, YamlValue::Map(Vec::new())),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(OpenNode { line, value, .. }) => self.close(YamlNode { line, value }),
                None => Ok(()),
            },
        }
    }

    fn open(&mut self, line: u64, value: YamlValue) -> Result<(), YamlError> {
        let is_key = self
            .open
            .last()
            .is_some_and(|node| node.key.is_none() && matches!(node.value, YamlValue::Map(_)));
        if is_key {
            return Err(YamlError { line, why: "a key is a text".to_owned() });
        }
        if self.open.len() == MOST_LEVELS {
            return Err(YamlError { line, why: format!("there are at most {MOST_LEVELS} levels") });
        }
        self.open.push(OpenNode { line, value, key: None });
        Ok(())
    }

    /// Adds a whole value to what it stands in.
    fn close(&mut self, node: YamlNode) -> Result<(), YamlError> {
        self.values += 1;
        let line = node.line;
        if self.values > MOST_VALUES {
            return Err(YamlError { line, why: format!("there are at most {MOST_VALUES} values") });
        }
        let Some(outer) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match (&mut outer.value, outer.key.take(), node) {
            (YamlValue::List(items), _, node) => items.push(node),
            (YamlValue::Map(entries), Some(key), node) => entries.push((key, node)),
            (YamlValue::Map(entries), None, YamlNode { value: YamlValue::Scalar { text, .. }, .. }) => {
                if entries.iter().any(|(key, _)| *key == text) {
                    return Err(YamlError { line, why: format!("`{text:.60}` stands there twice") });
                }
                outer.key = Some(text);
            }
            // What is opened as a key is refused, and no scalar is open.
            (YamlValue::Map(_) | YamlValue::Scalar { .. }, ..) => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
