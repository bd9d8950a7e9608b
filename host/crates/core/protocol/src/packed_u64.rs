//! Numbers that always travel together, as one string of bytes, eight of each, little-endian:
//! MessagePack looks at each number for itself, which for a message that is sent once a task costs
//! more than all else in it.
//!
//! It must never know what the numbers mean.

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// So many numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackedWords<const N: usize>(pub [u64; N]);

impl<const N: usize> Serialize for PackedWords<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0.map(u64::to_le_bytes).as_flattened())
    }
}

impl<'de, const N: usize> Deserialize<'de> for PackedWords<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PackedRead<const N: usize>;

        impl<const N: usize> Visitor<'_> for PackedRead<N> {
            type Value = PackedWords<N>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{N} numbers of eight bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                let (words, rest) = bytes.as_chunks::<8>();
                match <[[u8; 8]; N]>::try_from(words) {
                    Ok(words) if rest.is_empty() => Ok(PackedWords(words.map(u64::from_le_bytes))),
                    _ => Err(E::invalid_length(bytes.len(), &self)),
                }
            }
        }

        deserializer.deserialize_bytes(PackedRead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_and_take_eight_bytes_each() {
        let words = PackedWords([0, 1, u64::MAX]);
        let bytes = rmp_serde::to_vec(&words).unwrap();
        assert_eq!(bytes.len(), 2 + 24);
        assert_eq!(rmp_serde::from_slice::<PackedWords<3>>(&bytes).unwrap(), words);
    }

    #[test]
    fn what_is_not_as_many_is_refused() {
        for length in [0, 7, 8, 15, 17, 24] {
            let bytes = rmp_serde::to_vec(serde_bytes::Bytes::new(&vec![0; length])).unwrap();
            rmp_serde::from_slice::<PackedWords<2>>(&bytes).unwrap_err();
        }
        rmp_serde::from_slice::<PackedWords<2>>(&rmp_serde::to_vec(&[1_u64, 2]).unwrap()).unwrap_err();
    }
}
