//! `again.jsonl`: what `rerun` wants run again. Of what failed the lines are there; of what ended
//! ok the line has to come from the input, and until then its record stands.
//!
//! It must never know who runs the lines, or when.

use super::dir::AGAIN;
use super::lines::{JournalError, LineFlaw, RecordLines, open};
use super::results;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use polymer_host_task::{TaskContent, TaskKey};
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::io::{BufReader, Read};
use std::path::Path;

/// One line of the file.
#[derive(Serialize, Deserialize)]
pub(super) struct AgainLine<'a> {
    seq: u64,
    key: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nth: Option<u32>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    line: Option<Cow<'a, str>>,
    /// A line that is no text.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    line_base64: Option<Cow<'a, str>>,
    /// The content of the record that stands until its line comes.
    #[serde(borrow, default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    replaces: Option<Option<Cow<'a, str>>>,
}

/// A value that is there, also where it is null.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Cow<'de, str>>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl<'a> AgainLine<'a> {
    /// Of a record that was taken back, whose line is this.
    pub(super) fn of(record: results::SeenRecord, nth: u32, line: &'a [u8]) -> Self {
        let (line, line_base64) = match std::str::from_utf8(line) {
            Ok(line) => (Some(line.into()), None),
            Err(_) => (None, Some(STANDARD.encode(line).into())),
        };
        let key = record.key.to_string().into();
        Self { seq: record.seq, key, nth: Some(nth), line, line_base64, replaces: None }
    }

    /// Of a record that stands until its line comes.
    pub(super) fn standing(record: results::SeenRecord) -> Self {
        let content = record.content.map(|content| content.to_string().into());
        let key = record.key.to_string().into();
        Self { seq: record.seq, key, nth: None, line: None, line_base64: None, replaces: Some(content) }
    }

    pub(super) fn read(line: &'a [u8]) -> Result<RerunLine, LineFlaw> {
        let read: Self = serde_json::from_slice(line.trim_ascii_end())
            .map_err(|error| LineFlaw::of(&error, "line to run again"))?;
        let strange = || LineFlaw::Strange("is not a valid line to run again".to_owned());
        let key = read.key.parse().map_err(|_| strange())?;
        let bytes = match (read.line, read.line_base64, read.replaces) {
            (Some(line), None, None) => Some(line.into_owned().into_bytes()),
            (None, Some(line), None) => STANDARD.decode(line.as_bytes()).ok(),
            (None, None, Some(content)) => {
                let content = content.map(|content| content.parse()).transpose().map_err(|_| strange())?;
                return Ok(RerunLine::Record { key, content });
            }
            _ => None,
        };
        let (nth, bytes) = read.nth.zip(bytes).ok_or_else(strange)?;
        Ok(RerunLine::Line(TakenLine { seq: read.seq, key, nth, bytes }))
    }
}

/// Line to be run again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RerunLine {
    /// A line whose record was taken back.
    Line(TakenLine),
    /// A line of the input: that of a record with this key and content, which stands until the line
    /// has ended once more.
    Record {
        /// Its key.
        key: TaskKey,
        /// Its content.
        content: Option<TaskContent>,
    },
}

/// One line that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenLine {
    /// The number it had in its record.
    pub seq: u64,
    /// The key it had there, which its new record is to have too: what the line comes to now may
    /// have another, where a module that it names is there now, or is another one.
    pub key: TaskKey,
    /// Which of the records of its key it is to have: it has it, if there are so many.
    pub nth: u32,
    /// The line as it stood in the input, newline included.
    pub bytes: Vec<u8>,
}

/// All that is to be run again. Holds one line in memory.
pub struct AgainLines(RecordLines<BufReader<Box<dyn Read + Send>>>);

impl std::fmt::Debug for AgainLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgainLines").finish_non_exhaustive()
    }
}

impl AgainLines {
    /// That of the run in this folder. Where nothing was to be run again there is none.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn open(dir: &Path) -> Result<Self, JournalError> {
        let path = dir.join(AGAIN);
        Ok(Self(RecordLines::new(open(&path)?, &path)))
    }

    /// Only the lines that were taken back.
    pub fn taken(self) -> impl Iterator<Item = Result<TakenLine, JournalError>> + Send {
        self.filter_map(|again| match again {
            Ok(RerunLine::Line(line)) => Some(Ok(line)),
            Ok(RerunLine::Record { .. }) => None,
            Err(error) => Some(Err(error)),
        })
    }

    /// Hands on each as it is written, and what it says.
    pub(super) fn each(
        &mut self,
        mut take: impl FnMut(&[u8], RerunLine) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        while let Some(line) = self.0.next()? {
            match AgainLine::read(line) {
                Ok(again) => take(line, again)?,
                Err(flaw) => return Err(self.0.damaged(flaw)),
            }
        }
        Ok(())
    }
}

/// Whatever is wrong with a line is damage: the file was never appended to.
impl Iterator for AgainLines {
    type Item = Result<RerunLine, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = match self.0.next() {
            Err(error) => return Some(Err(error)),
            Ok(None) => return None,
            Ok(Some(line)) => AgainLine::read(line),
        };
        Some(read.map_err(|flaw| self.0.damaged(flaw)))
    }
}
