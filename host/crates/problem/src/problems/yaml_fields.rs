//! The keys of a YAML file, taken one by one by what they have to be. What is left is refused by
//! name.
//!
//! Nothing here may know what a key means.

use super::error::ProblemError;
use super::yaml::{self, LONGEST_YAML, YamlNode, YamlValue};
use polymer_host_sys::regular;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A map of a file.
#[derive(Debug, Clone)]
pub(super) struct YamlFields {
    path: Arc<Path>,
    /// Keys above it, each with a point behind it.
    above: String,
    entries: Vec<(String, YamlNode)>,
}

/// The value of a key.
#[derive(Debug, Clone)]
pub(super) struct YamlField {
    path: Arc<Path>,
    key: String,
    node: YamlNode,
}

impl YamlFields {
    /// Reads a file. An empty one has no keys.
    pub(super) fn read(path: &Path) -> Result<Self, ProblemError> {
        let bytes = regular::read(path, LONGEST_YAML as u64).map_err(ProblemError::file(path))?;
        let text = String::from_utf8(bytes).map_err(|_| ProblemError::part(path, "it is not UTF-8"))?;
        let failed = |line, why| ProblemError::Line { path: path.to_path_buf(), line, field: None, why };
        // "All text files [..] must be UTF-8 encoded and not have a byte-order mark" (General
        // requirements).
        if text.starts_with('\u{feff}') {
            return Err(failed(1, "there is a byte order mark".to_owned()));
        }
        let node = yaml::read(&text).map_err(|error| failed(error.line, error.why))?;
        let entries = match node {
            YamlNode { value: YamlValue::Map(entries), .. } => entries,
            node if node.is_null() => Vec::new(),
            node => return Err(failed(node.line, "keys and values are expected".to_owned())),
        };
        Ok(Self { path: path.into(), above: String::new(), entries })
    }

    /// The value of a key, which is taken out; nothing where it is null.
    pub(super) fn take(&mut self, key: &str) -> Option<YamlField> {
        let at = self.entries.iter().position(|(name, _)| name == key)?;
        let (name, node) = self.entries.swap_remove(at);
        let key = format!("{}{name}", self.above);
        (!node.is_null()).then(|| YamlField { path: self.path.clone(), key, node })
    }

    /// Takes out what says nothing about judging.
    pub(super) fn ignore(&mut self, keys: &[&str]) {
        self.entries.retain(|(name, _)| !keys.contains(&name.as_str()));
    }

    /// The keys of these that are there, which are taken out.
    pub(super) fn take_names<'a>(&mut self, keys: &[&'a str]) -> Vec<&'a str> {
        keys.iter().copied().filter(|key| self.take(key).is_some()).collect()
    }

    /// "Any unknown keys should be treated as an error" ("Problem metadata").
    pub(super) fn finish(self) -> Result<(), ProblemError> {
        match self.entries.into_iter().min_by_key(|(_, node)| node.line) {
            Some((name, node)) => {
                let key = format!("{}{name}", self.above);
                Err(YamlField { path: self.path, key, node }.error("this key is not known"))
            }
            None => Ok(()),
        }
    }
}

impl YamlField {
    pub(super) fn error(&self, why: impl Into<String>) -> ProblemError {
        let path = PathBuf::from(&*self.path);
        ProblemError::Line { path, line: self.node.line, field: Some(self.key.clone()), why: why.into() }
    }

    /// A text, as it is written.
    pub(super) fn text(&self) -> Result<&str, ProblemError> {
        match &self.node.value {
            YamlValue::Scalar { text, .. } => Ok(text),
            YamlValue::List(_) | YamlValue::Map(_) => Err(self.error("a text is expected")),
        }
    }

    /// A finite number.
    pub(super) fn number(&self) -> Result<f64, ProblemError> {
        let number = self.text()?.parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| self.error("a number is expected"))
    }

    /// A whole number that is not negative.
    pub(super) fn whole(&self) -> Result<u64, ProblemError> {
        self.text()?.parse().map_err(|_| self.error("a whole number is expected, not a negative one"))
    }

    /// A truth value.
    pub(super) fn flag(&self) -> Result<bool, ProblemError> {
        match self.text()? {
            "true" | "True" | "TRUE" => Ok(true),
            "false" | "False" | "FALSE" => Ok(false),
            _ => Err(self.error("true or false is expected")),
        }
    }

    /// A list of texts.
    pub(super) fn texts(&self) -> Result<Vec<String>, ProblemError> {
        let YamlValue::List(items) = &self.node.value else {
            return Err(self.error("a list of texts is expected"));
        };
        let text = |item: &YamlNode| match &item.value {
            YamlValue::Scalar { text, .. } if !item.is_null() => Ok(text.clone()),
            _ => Err(self.error("a list of texts is expected")),
        };
        items.iter().map(text).collect()
    }

    /// A text, or a list of texts.
    pub(super) fn text_or_texts(&self) -> Result<Vec<String>, ProblemError> {
        match self.text() {
            Ok(text) => Ok(vec![text.to_owned()]),
            Err(_) => self.texts(),
        }
    }

    /// A map.
    pub(super) fn fields(&self) -> Result<YamlFields, ProblemError> {
        match &self.node.value {
            YamlValue::Map(entries) => Ok(YamlFields {
                path: self.path.clone(),
                above: format!("{}.", self.key),
                entries: entries.clone(),
            }),
            _ => Err(self.error("keys and values are expected")),
        }
    }

    /// Arguments in one text, with white space between them. The tools of the format know no
    /// quotes, others do.
    pub(super) fn words(&self) -> Result<Vec<String>, ProblemError> {
        let text = self.text()?;
        if text.contains(['"', '\'', '\\']) {
            return Err(self.error("quotes and backslashes are not taken: tools read them differently"));
        }
        Ok(text.split_ascii_whitespace().map(str::to_owned).collect())
    }
}
