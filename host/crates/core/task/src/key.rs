//! Task key: the identity of a task across runs. A resumed run knows by it which tasks have a
//! record already.
//!
//! A line's number is no part of it, so lines may be added, removed and reordered. Nothing here
//! knows of files or of runs.

use super::hashing::{HashedForm, digest, first_half, hex, parse_hex};
use std::fmt;
use std::str::FromStr;

/// Which task a record is about: 16 bytes of a BLAKE3 hash of its identity, which is the id its
/// submitter gave it, else the module and all that the line asks of it. Lines that are equal have
/// one key: a run of two of them has two records of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskKey([u8; 16]);

/// Domain separation for keys of different origin: the key of the keyed hash, where that is no
/// module's digest.
const ID: &[u8; 32] = b"polymer: the id of a task, key 1";
const LINE: &[u8; 32] = b"polymer: a line, no task,  key 1";
const AGAIN: &[u8; 32] = b"polymer: an equal line was there";

impl TaskKey {
    /// Of a task that was given this id. That of a task whose id is a path are the bytes of the
    /// path.
    #[must_use]
    pub fn of_id(id: &(impl AsRef<[u8]> + ?Sized)) -> Self {
        Self::cut(blake3::keyed_hash(ID, id.as_ref()))
    }

    /// Of a task that has no id of its own and whose input is in a file: the path is part of it and
    /// the content is not, so that equal files are different tasks, and a file that changes is the
    /// same one.
    #[must_use]
    pub fn of_path(module: &[u8; 32], task: Option<&str>, beside: &[u8], path: &[u8]) -> Self {
        Self(digest(module, HashedForm::Path, task, beside, path))
    }

    /// Of a line that is no task.
    #[must_use]
    pub fn of_line(line: &[u8]) -> Self {
        Self::cut(blake3::keyed_hash(LINE, line))
    }

    /// Of the record of a line that was not run because an equal one had been there.
    #[must_use]
    pub fn of_duplicate(self) -> Self {
        Self::cut(blake3::keyed_hash(AGAIN, &self.0))
    }

    /// The bytes themselves.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The key whose bytes these are.
    pub(super) const fn of_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    fn cut(hash: blake3::Hash) -> Self {
        Self(first_half(&hash))
    }
}

/// The [key of a line](TaskKey::of_line) that comes in parts, because it is too long to be held.
#[derive(Debug, Clone)]
pub struct LineHasher(Box<blake3::Hasher>);

impl Default for LineHasher {
    fn default() -> Self {
        Self(Box::new(blake3::Hasher::new_keyed(LINE)))
    }
}

impl LineHasher {
    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The key.
    #[must_use]
    pub fn finish(&self) -> TaskKey {
        TaskKey::cut(self.0.finalize())
    }
}

/// In 32 hexadecimal digits.
impl fmt::Display for TaskKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for TaskKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

/// A text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key has 32 hexadecimal digits")]
pub struct NoKey;

impl FromStr for TaskKey {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        parse_hex(text).map(Self).ok_or(NoKey)
    }
}

#[cfg(test)]
mod tests {
    use super::super::TaskContent;
    use super::*;
    use std::collections::BTreeSet;

    fn content(module: &[u8; 32], task: Option<&str>, beside: &[u8], input: &[u8]) -> TaskKey {
        TaskKey::of_content(TaskContent::of(module, task, beside, input))
    }

    #[test]
    fn whatever_differs_gives_another_key() {
        let module = [7; 32];
        let keys = [
            content(&module, None, b"", b"in"),
            content(&[8; 32], None, b"", b"in"),
            content(&module, Some(""), b"", b"in"),
            content(&module, Some("in"), b"", b""),
            content(&module, Some("i"), b"n", b""),
            content(&module, None, b"in", b""),
            content(&module, None, b"i", b"n"),
            content(&module, None, b"", b"in\n"),
            TaskKey::of_content(TaskContent::of_bytes(&module, None, b"", b"in")),
            TaskKey::of_content(TaskContent::of_bytes(&module, Some(""), b"", b"in")),
            TaskKey::of_path(&module, None, b"", b"in"),
            TaskKey::of_path(&module, Some(""), b"", b"in"),
            TaskKey::of_path(&[8; 32], None, b"", b"in"),
            TaskKey::of_path(&module, None, b"in", b""),
            TaskKey::of_id("in"),
            TaskKey::of_line(b"in"),
            TaskKey::of_id("in").of_duplicate(),
            TaskKey::of_line(b"in").of_duplicate(),
        ];
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
    }

    /// They stand in files that later versions read.
    #[test]
    fn keys_stay_what_they_are() {
        assert_eq!(TaskKey::of_id("7").to_string(), "525b07342774735111364801332a15be");
        assert_eq!(content(&[7; 32], None, b"", b"{}").to_string(), "a381d305e742ec11ff177c618caf0668");
        assert_eq!(TaskKey::of_line(b"no json").to_string(), "8a0940d3b5ca33545a25edbe535d56fc");
    }

    #[test]
    fn a_key_is_read_as_it_is_written() {
        for key in [TaskKey([0; 16]), TaskKey([255; 16]), TaskKey::of_id("x")] {
            assert_eq!(key.to_string().parse(), Ok(key));
        }
        for text in ["", "0", "+0000000000000000000000000000000", "g0000000000000000000000000000000", "ä"] {
            assert_eq!(text.parse::<TaskKey>(), Err(NoKey));
        }
        assert_eq!(format!("{}0", TaskKey::of_id("x")).parse::<TaskKey>(), Err(NoKey));
    }

    #[test]
    fn a_line_in_parts_has_the_key_of_the_whole() {
        let mut hasher = LineHasher::default();
        hasher.update(b"a li");
        hasher.update(b"ne");
        assert_eq!(hasher.finish(), TaskKey::of_line(b"a line"));
    }
}
