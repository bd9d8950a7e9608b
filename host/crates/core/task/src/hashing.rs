//! Hashes of 16 bytes: of a task's parts, and as text.

use std::fmt;

/// Up to so many bytes are put together and hashed in one go, which takes half as long as piece by
/// piece: it is done for each line.
pub(super) const SHORT: usize = 512;

/// Form in which the input is hashed.
#[derive(Clone, Copy)]
pub(super) enum HashedForm {
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
    form: HashedForm,
    task: Option<&str>,
    beside: &[u8],
    input: &[u8],
) -> [u8; 16] {
    let kind: &[u8] = match (form, task) {
        (HashedForm::Whole, None) => b"\0",
        (HashedForm::Whole, Some(_)) => b"\x01",
        (HashedForm::Path, None) => b"\x02",
        (HashedForm::Path, Some(_)) => b"\x03",
        (HashedForm::Bytes, None) => b"\x04",
        (HashedForm::Bytes, Some(_)) => b"\x05",
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

/// Writes 16 bytes as 32 hexadecimal digits.
pub(super) fn hex(bytes: &[u8; 16], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{:032x}", u128::from_be_bytes(*bytes))
}

/// Reads what [`hex`] writes.
pub(super) fn parse_hex(text: &str) -> Option<[u8; 16]> {
    // A run's folder has two in each record.
    let mut bytes = [0; 16];
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(bytes)
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_in_hex_is_read_again_and_nothing_else() {
        let bytes = std::array::from_fn(|at| u8::try_from(at * 17).unwrap());
        let written = format!("{:032x}", u128::from_be_bytes(bytes));
        assert_eq!(parse_hex(&written), Some(bytes));
        assert_eq!(parse_hex(&written.to_uppercase()), Some(bytes));
        for text in [
            "",
            "0",
            &written[1..],
            &format!("{written}0"),
            &format!("{written}00"),
            "ä234567890123456789012345678901",
        ] {
            assert_eq!(parse_hex(text), None, "{text}");
        }
        for wrong in ["+", "-", " ", "g", "/", ":", "@", "G", "`"] {
            assert_eq!(parse_hex(&written.replacen('1', wrong, 1)), None, "{wrong}");
        }
    }
}
