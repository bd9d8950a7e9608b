//! Content of a task: a digest of what it asks. A task that another run knows by its
//! [key](super::TaskKey), but with another content, has changed since, and is run again.
//!
//! Nothing here knows of files or of runs.

use super::hashing::{HashedForm, digest, hex, parse_hex};
use super::key::{NoKey, TaskKey};
use std::fmt;
use std::str::FromStr;

/// A digest of all that decides what a task comes to: the first 16 bytes of a BLAKE3 hash of its
/// module, which of the module's tasks it is, its input, and what its line asks beside (limits,
/// grants, `meta`). `meta` counts though no guest sees it: it is echoed, and a record that echoes
/// something else is not the record of this line. What holds for the whole run is no part of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskContent([u8; 16]);

impl TaskContent {
    /// Of a task of this module, named by its SHA-256, with this input. `beside` is what else its
    /// line asks, as written.
    #[must_use]
    pub fn of(module: &[u8; 32], task: Option<&str>, beside: &[u8], input: &[u8]) -> Self {
        Self(digest(module, HashedForm::Whole, task, beside, input))
    }

    /// The same of a task that has an id and whose input is given as bytes: what a guest gets of
    /// them is not what it gets of the same bytes as JSON.
    #[must_use]
    pub fn of_bytes(module: &[u8; 32], task: Option<&str>, beside: &[u8], input: &[u8]) -> Self {
        Self(digest(module, HashedForm::Bytes, task, beside, input))
    }

    /// Of a line that is no task, and known by this key.
    #[must_use]
    pub const fn of_line(key: TaskKey) -> Self {
        Self(*key.bytes())
    }

    /// Of the same task that asks this besides.
    #[must_use]
    pub fn and(&self, more: &[u8]) -> Self {
        let mut of = [0; 32];
        for (byte, known) in of.iter_mut().zip(self.0) {
            *byte = known;
        }
        Self(digest(&of, HashedForm::Whole, None, more, b""))
    }

    /// The bytes themselves.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl TaskKey {
    /// Of a task that has no id of its own: what it asks.
    #[must_use]
    pub const fn of_content(content: TaskContent) -> Self {
        Self::of_bytes(*content.bytes())
    }
}

/// In 32 hexadecimal digits.
impl fmt::Display for TaskContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for TaskContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({self})")
    }
}

impl FromStr for TaskContent {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        parse_hex(text).map(Self).ok_or(NoKey)
    }
}

/// A module's SHA-256, as keys are made of it and as contents are. They differ once the module was
/// built anew and what it ran is run again: its tasks are the same ones then, with another content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModuleDigests {
    /// Digest of the module when the run began.
    pub key: [u8; 32],
    /// Digest of the module now.
    pub content: [u8; 32],
}

impl ModuleDigests {
    /// Those of a module that is what it was.
    #[must_use]
    pub const fn same(digest: [u8; 32]) -> Self {
        Self { key: digest, content: digest }
    }

    /// Returns whether the module was rebuilt.
    #[must_use]
    pub fn is_rebuilt(&self) -> bool {
        self.key != self.content
    }

    /// The key and the content of a task that has no id. The input, which may be large, is hashed
    /// once unless the module was rebuilt.
    #[must_use]
    pub fn of_task(&self, task: Option<&str>, beside: &[u8], input: &[u8]) -> (TaskKey, TaskContent) {
        let content = TaskContent::of(&self.content, task, beside, input);
        let asked = if self.is_rebuilt() { TaskContent::of(&self.key, task, beside, input) } else { content };
        (TaskKey::of_content(asked), content)
    }
}

/// That a record takes the place of another one of its key: of one with this content, or of one
/// that has none, as version 0.1.0 wrote them. Which of several such records does not matter, as
/// they are of equal tasks; it is the oldest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReplacedRecord(pub Option<TaskContent>);

#[cfg(test)]
mod tests {
    use super::super::hashing::{SHORT, first_half};
    use super::TaskKey;
    use super::*;

    /// Short content is hashed in one go; that makes no other content of it.
    #[test]
    fn how_long_an_input_is_does_not_change_how_its_content_is_made() {
        for length in [0, 1, SHORT - 30, SHORT - 25, SHORT - 24, SHORT, 3000] {
            let input = vec![b'x'; length];
            let whole = [&[1, 0, 0, 0, 0, 0, 0, 0, 0][..], &[0; 16], &input].concat();
            let expected = TaskContent(first_half(&blake3::keyed_hash(&[7; 32], &whole)));
            assert_eq!(TaskContent::of(&[7; 32], None, b"", &input), expected, "{length}");
        }
    }

    #[test]
    fn a_rebuilt_module_changes_the_content_of_a_task_and_not_its_key() {
        let same = ModuleDigests::same([1; 32]);
        let rebuilt = ModuleDigests { content: [2; 32], ..same };
        let (key, content) = same.of_task(Some("t"), b"beside", b"in");
        assert_eq!(key, TaskKey::of_content(content));
        let (key_then, content_then) = rebuilt.of_task(Some("t"), b"beside", b"in");
        assert_eq!(key_then, key);
        assert_ne!(content_then, content);
        assert_eq!(content_then, TaskContent::of(&[2; 32], Some("t"), b"beside", b"in"));
    }

    #[test]
    fn a_content_is_read_as_it_is_written() {
        let content = TaskContent::of(&[7; 32], None, b"", b"{}");
        assert_eq!(content.to_string(), "a381d305e742ec11ff177c618caf0668", "it stands in files");
        assert_eq!(content.to_string().parse(), Ok(content));
        assert_eq!("7".parse::<TaskContent>(), Err(NoKey));
    }
}
