//! What a task asks, as a digest: its content. A task that another run knows by its [key](super::Key), but with another content, has
//! changed since, and is run again.
//!
//! Nothing here knows of files or of runs.

use super::key::{NoKey, hex, parse_hex};
use std::fmt;
use std::str::FromStr;

/// A digest of all that decides what a task comes to: the first 16 bytes of a BLAKE3 hash of its module, which of the module's tasks it
/// is, its input, and what its line asks beside (limits, grants, `meta`). `meta` counts though no guest sees it: it is echoed, and a
/// record that echoes something else is not the record of this line. What holds for the whole run is no part of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Content([u8; 16]);

/// Up to so many bytes are put together and hashed in one go, which takes half as long as piece by piece: it is done for each line.
pub(super) const SHORT: usize = 512;

impl Content {
    /// Of a task of this module, named by its SHA-256, with this input. `beside` is what else its line asks, as written.
    #[must_use]
    pub fn of(module: &[u8; 32], task: Option<&str>, beside: &[u8], input: &[u8]) -> Self {
        Self(digest(module, Form::Whole, task, beside, input))
    }

    /// The same of a task that has an id and whose input is given as bytes: what a guest gets of them is not what it gets of the same
    /// bytes as JSON.
    #[must_use]
    pub fn of_bytes(module: &[u8; 32], task: Option<&str>, beside: &[u8], input: &[u8]) -> Self {
        Self(digest(module, Form::Bytes, task, beside, input))
    }

    /// Of a line that is no task, and known by this key.
    #[must_use]
    pub const fn of_line(key: super::Key) -> Self {
        Self(*key.bytes())
    }

    /// The bytes themselves.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// What stands in the place of the input.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// The input itself.
    Whole,
    /// The path of its file.
    Path,
    /// The input, where it matters that it is bytes.
    Bytes,
}

/// The first half of a hash of all these parts.
pub(super) fn digest(
    module: &[u8; 32],
    form: Form,
    task: Option<&str>,
    beside: &[u8],
    input: &[u8],
) -> [u8; 16] {
    let kind: &[u8] = match (form, task) {
        (Form::Whole, None) => b"\0",
        (Form::Whole, Some(_)) => b"\x01",
        (Form::Path, None) => b"\x02",
        (Form::Path, Some(_)) => b"\x03",
        (Form::Bytes, None) => b"\x04",
        (Form::Bytes, Some(_)) => b"\x05",
    };
    let parts = [kind, task.unwrap_or_default().as_bytes(), beside];
    // With their lengths in front no two sets of parts run together alike.
    let lengths = parts.map(|part| u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
    let [first, second, third] = &lengths;
    let pieces = [first, parts[0], second, parts[1], third, parts[2], input];
    let mut short = [0; SHORT];
    let hash = match put_together(&pieces, &mut short) {
        Some(whole) => blake3::keyed_hash(module, whole),
        None => {
            let mut hasher = blake3::Hasher::new_keyed(module);
            for piece in pieces {
                hasher.update(piece);
            }
            hasher.finalize()
        }
    };
    first_half(&hash)
}

/// The pieces one behind the other, if there is room for them.
fn put_together<'a>(pieces: &[&[u8]], room: &'a mut [u8]) -> Option<&'a [u8]> {
    let mut end = 0;
    for piece in pieces {
        room.get_mut(end..)?.get_mut(..piece.len())?.copy_from_slice(piece);
        end += piece.len();
    }
    room.get(..end)
}

pub(super) fn first_half(hash: &blake3::Hash) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(hash.as_bytes().split_at(16).0);
    bytes
}

/// In 32 hexadecimal digits.
impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({self})")
    }
}

impl FromStr for Content {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        parse_hex(text).map(Self)
    }
}

/// A module's SHA-256, as keys are made of it and as contents are. They differ once the module was built anew and what it ran is run
/// again: its tasks are the same ones then, with another content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModuleDigests {
    /// What the module was when the run began.
    pub key: [u8; 32],
    /// What it is now.
    pub content: [u8; 32],
}

impl ModuleDigests {
    /// Those of a module that is what it was.
    #[must_use]
    pub const fn same(digest: [u8; 32]) -> Self {
        Self { key: digest, content: digest }
    }

    /// Whether the module was built anew.
    #[must_use]
    pub fn is_rebuilt(&self) -> bool {
        self.key != self.content
    }

    /// The key and the content of a task that has no id. The input, which may be large, is hashed once unless the module was rebuilt.
    #[must_use]
    pub fn of_task(&self, task: Option<&str>, beside: &[u8], input: &[u8]) -> (super::Key, Content) {
        let content = Content::of(&self.content, task, beside, input);
        let asked = if self.is_rebuilt() { Content::of(&self.key, task, beside, input) } else { content };
        (super::Key::of_content(asked), content)
    }
}

/// That a record takes the place of another one of its key: of one with this content, or of one that has none, as version 0.1.0 wrote
/// them. Which of several such records does not matter, as they are of equal tasks; it is the oldest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Replaces(pub Option<Content>);

#[cfg(test)]
mod tests {
    use super::super::Key;
    use super::*;

    /// Short content is hashed in one go; that makes no other content of it.
    #[test]
    fn how_long_an_input_is_does_not_change_how_its_content_is_made() {
        for length in [0, 1, SHORT - 30, SHORT - 25, SHORT - 24, SHORT, 3000] {
            let input = vec![b'x'; length];
            let whole = [&[1, 0, 0, 0, 0, 0, 0, 0, 0][..], &[0; 16], &input].concat();
            let expected = Content(first_half(&blake3::keyed_hash(&[7; 32], &whole)));
            assert_eq!(Content::of(&[7; 32], None, b"", &input), expected, "{length}");
        }
    }

    #[test]
    fn a_rebuilt_module_changes_the_content_of_a_task_and_not_its_key() {
        let same = ModuleDigests::same([1; 32]);
        let rebuilt = ModuleDigests { content: [2; 32], ..same };
        let (key, content) = same.of_task(Some("t"), b"beside", b"in");
        assert_eq!(key, Key::of_content(content));
        let (key_then, content_then) = rebuilt.of_task(Some("t"), b"beside", b"in");
        assert_eq!(key_then, key);
        assert_ne!(content_then, content);
        assert_eq!(content_then, Content::of(&[2; 32], Some("t"), b"beside", b"in"));
    }

    #[test]
    fn a_content_is_read_as_it_is_written() {
        let content = Content::of(&[7; 32], None, b"", b"{}");
        assert_eq!(content.to_string(), "a381d305e742ec11ff177c618caf0668", "it stands in files");
        assert_eq!(content.to_string().parse(), Ok(content));
        assert_eq!("7".parse::<Content>(), Err(NoKey));
    }
}
