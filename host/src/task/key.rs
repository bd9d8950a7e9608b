//! What makes a task the same task in another run: its key. A run that is resumed knows by it what has a record already.
//!
//! A line's number is no part of it, so that lines may be added, removed and reordered. Nothing here knows of files or of runs.

use std::fmt;
use std::str::FromStr;

/// Which task a record is about: 16 bytes of a BLAKE3 hash, of the id its submitter gave it, else of the module and all that the line
/// asks of it. Lines that are equal have one key: a run of two of them has two records of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; 16]);

/// What sets apart keys of different origin: the key of the keyed hash, where it is no module's digest.
const ID: &[u8; 32] = b"polymer: the id of a task, key 1";
const LINE: &[u8; 32] = b"polymer: a line, no task,  key 1";
const AGAIN: &[u8; 32] = b"polymer: an equal line was there";

/// Up to so many bytes are put together and hashed in one go, which takes half as long as piece by piece: it is done for each line.
const SHORT: usize = 512;

impl Key {
    /// Of a task that was given this id.
    #[must_use]
    pub fn of_id(id: &str) -> Self {
        Self::cut(blake3::keyed_hash(ID, id.as_bytes()))
    }

    /// Of a task that has no id of its own: of the SHA-256 of its module, which of the module's tasks it is, what else its line asks for,
    /// and its input.
    #[must_use]
    pub fn of_content(module: &[u8; 32], task: Option<&str>, beside: &[u8], input: &[u8]) -> Self {
        let parts = [task.map_or(&b"\0"[..], |_| b"\x01"), task.unwrap_or_default().as_bytes(), beside];
        // With their lengths in front no two sets of parts run together alike.
        let lengths = parts.map(|part| u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        let [first, second, third] = &lengths;
        let pieces = [first, parts[0], second, parts[1], third, parts[2], input];
        let mut short = [0; SHORT];
        Self::cut(match put_together(&pieces, &mut short) {
            Some(whole) => blake3::keyed_hash(module, whole),
            None => {
                let mut hasher = blake3::Hasher::new_keyed(module);
                for piece in pieces {
                    hasher.update(piece);
                }
                hasher.finalize()
            }
        })
    }

    /// Of a line that is no task.
    #[must_use]
    pub fn of_line(line: &[u8]) -> Self {
        let mut hasher = LineHasher::default();
        hasher.update(line);
        hasher.finish()
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

    fn cut(hash: blake3::Hash) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(hash.as_bytes().split_at(16).0);
        Self(bytes)
    }
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

/// The [key of a line](Key::of_line) that comes in parts, because it is too long to be held.
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
    pub fn finish(&self) -> Key {
        Key::cut(self.0.finalize())
    }
}

/// In 32 hexadecimal digits.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

/// A text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key has 32 hexadecimal digits")]
pub struct NoKey;

impl FromStr for Key {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NoKey);
        }
        u128::from_str_radix(text, 16).map(|number| Self(number.to_be_bytes())).map_err(|_| NoKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn whatever_differs_gives_another_key() {
        let module = [7; 32];
        let keys = [
            Key::of_content(&module, None, b"", b"in"),
            Key::of_content(&[8; 32], None, b"", b"in"),
            Key::of_content(&module, Some(""), b"", b"in"),
            Key::of_content(&module, Some("in"), b"", b""),
            Key::of_content(&module, Some("i"), b"n", b""),
            Key::of_content(&module, None, b"in", b""),
            Key::of_content(&module, None, b"i", b"n"),
            Key::of_content(&module, None, b"", b"in\n"),
            Key::of_id("in"),
            Key::of_line(b"in"),
            Key::of_id("in").of_duplicate(),
            Key::of_line(b"in").of_duplicate(),
        ];
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
    }

    /// Short content is hashed in one go; that makes no other key of it.
    #[test]
    fn how_long_content_is_does_not_change_how_its_key_is_made() {
        for length in [0, 1, SHORT - 30, SHORT - 25, SHORT - 24, SHORT, 3000] {
            let input = vec![b'x'; length];
            let whole = [&[1, 0, 0, 0, 0, 0, 0, 0, 0][..], &[0; 16], &input].concat();
            let expected = Key::cut(blake3::keyed_hash(&[7; 32], &whole));
            assert_eq!(Key::of_content(&[7; 32], None, b"", &input), expected, "{length}");
        }
    }

    /// They stand in files that later versions read.
    #[test]
    fn keys_stay_what_they_are() {
        assert_eq!(Key::of_id("7").to_string(), "525b07342774735111364801332a15be");
        assert_eq!(
            Key::of_content(&[7; 32], None, b"", b"{}").to_string(),
            "a381d305e742ec11ff177c618caf0668"
        );
        assert_eq!(Key::of_line(b"no json").to_string(), "8a0940d3b5ca33545a25edbe535d56fc");
    }

    #[test]
    fn a_key_is_read_as_it_is_written() {
        for key in [Key([0; 16]), Key([255; 16]), Key::of_id("x")] {
            assert_eq!(key.to_string().parse(), Ok(key));
        }
        for text in ["", "0", "+0000000000000000000000000000000", "g0000000000000000000000000000000", "ä"] {
            assert_eq!(text.parse::<Key>(), Err(NoKey));
        }
        assert_eq!(format!("{}0", Key::of_id("x")).parse::<Key>(), Err(NoKey));
    }

    #[test]
    fn a_line_in_parts_has_the_key_of_the_whole() {
        let mut hasher = LineHasher::default();
        hasher.update(b"a li");
        hasher.update(b"ne");
        assert_eq!(hasher.finish(), Key::of_line(b"a line"));
    }
}
