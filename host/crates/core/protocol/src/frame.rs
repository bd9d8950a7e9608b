//! Frames: four bytes of length, little-endian, then one MessagePack value. Sans I/O, so that every
//! way of cutting a stream can be tested.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;

/// The deepest nesting a message may have. Ours have four levels.
const MAX_DEPTH: usize = 16;

/// Bytes of a buffer that stay where all of it was handed out and more is to be read. So large
/// frames that follow each other need not have new memory, and a single one does not keep it for
/// the life of the reader.
const KEPT: usize = 4 << 20;

/// Why bytes are no frame, or a frame is no message. Either way the peer is not to be trusted any
/// more.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The length says more than the peer may send.
    #[error("a frame of {length} bytes where at most {cap} are allowed")]
    TooLong {
        /// Length that stood there.
        length: usize,
        /// Length that is allowed.
        cap: usize,
    },
    /// A length of nothing.
    #[error("an empty frame")]
    Empty,
    /// The content is no message.
    #[error("a frame that is not a message: {0}")]
    Malformed(#[from] rmp_serde::decode::Error),
    /// Bytes follow the message in its frame.
    #[error("a frame with bytes after its message")]
    Trailing,
    /// A message could not be written.
    #[error("a message that cannot be encoded: {0}")]
    Encode(#[from] rmp_serde::encode::Error),
}

/// Appends `message` as a frame to `out`.
///
/// # Errors
/// If it does not encode or is longer than `cap`; `out` is then as it was.
pub fn write_frame<T: Serialize>(message: &T, cap: usize, out: &mut Vec<u8>) -> Result<(), FrameError> {
    let encode = |out: &mut Vec<u8>| rmp_serde::encode::write(out, message).map_err(FrameError::from);
    frame(encode, 0, cap, out)
}

/// Appends the frame of `message` but for its last `bytes` bytes, which are to follow: so what is
/// large need not be copied. The message's last field is a string of bytes, and empty here.
///
/// # Errors
/// If it does not encode, does not end so, or is longer than `cap` with what follows; `out` is then
/// as it was.
pub fn write_frame_head<T: Serialize>(
    message: &T,
    bytes: usize,
    cap: usize,
    out: &mut Vec<u8>,
) -> Result<(), FrameError> {
    let encode = |out: &mut Vec<u8>| {
        rmp_serde::encode::write(out, message)?;
        // MessagePack, `bin` format family: a string of 0 bytes.
        if !out.ends_with(&[0xc4, 0]) {
            return Err(rmp_serde::encode::Error::Syntax("it does not end with bytes".to_owned()).into());
        }
        out.truncate(out.len() - 2);
        let length = u32::try_from(bytes).map_err(|_| FrameError::TooLong { length: bytes, cap })?;
        // `bin 32`, whatever the length.
        out.push(0xc6);
        out.extend(length.to_be_bytes());
        Ok(())
    };
    frame(encode, bytes, cap, out)
}

/// Appends what `encode` does as a frame, behind which so many bytes are to follow.
fn frame(
    encode: impl FnOnce(&mut Vec<u8>) -> Result<(), FrameError>,
    bytes: usize,
    cap: usize,
    out: &mut Vec<u8>,
) -> Result<(), FrameError> {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    let written = encode(out).and_then(|()| {
        let length = (out.len() - start - 4).saturating_add(bytes);
        match u32::try_from(length) {
            Ok(header) if length <= cap => Ok(header),
            _ => Err(FrameError::TooLong { length, cap }),
        }
    });
    match written {
        Ok(header) => {
            if let Some(place) = out.get_mut(start..start + 4) {
                place.copy_from_slice(&header.to_le_bytes());
            }
            Ok(())
        }
        Err(error) => {
            out.truncate(start);
            Err(error)
        }
    }
}

/// Takes a stream of bytes apart into frames. It holds at most one frame and what was fed after it.
#[derive(Debug)]
pub struct FrameReader {
    /// Bytes as they came, and room for more behind them.
    buffer: Vec<u8>,
    /// Bytes at the front of `buffer` that came.
    filled: usize,
    /// Bytes at the front of `buffer` that were already handed out.
    taken: usize,
    cap: usize,
    /// Frames are filled up to a multiple of so many bytes.
    align: usize,
}

impl FrameReader {
    /// A reader that refuses frames longer than `cap` before it stores them.
    #[must_use]
    pub const fn new(cap: usize) -> Self {
        Self { buffer: Vec::new(), filled: 0, taken: 0, cap, align: 1 }
    }

    /// The same, of a stream in which each frame is filled up to a multiple of `align` bytes.
    #[must_use]
    pub const fn aligned(cap: usize, align: usize) -> Self {
        Self { buffer: Vec::new(), filled: 0, taken: 0, cap, align }
    }

    /// Allows frames up to `cap` from here on.
    pub const fn set_cap(&mut self, cap: usize) {
        self.cap = cap;
    }

    /// Adds bytes as they came.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.room(bytes.len()).copy_from_slice(bytes);
        self.note_read(bytes.len());
    }

    /// Room for so many bytes, into which they can be read: that spares a copy of each.
    /// [`note_read`](Self::note_read) says how many came.
    pub fn room(&mut self, bytes: usize) -> &mut [u8] {
        if self.taken > 0 {
            self.buffer.copy_within(self.taken..self.filled, 0);
            self.filled -= self.taken;
            self.taken = 0;
        }
        if self.filled == 0 && self.buffer.len() > KEPT {
            self.buffer.truncate(KEPT);
            self.buffer.shrink_to_fit();
        }
        let end = self.filled + bytes;
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        self.buffer.get_mut(self.filled..end).unwrap_or_default()
    }

    /// So many bytes came, which stand at the front of the [room](Self::room) there is.
    pub fn note_read(&mut self, bytes: usize) {
        self.filled = self.filled.saturating_add(bytes).min(self.buffer.len());
    }

    /// Returns whether the stream ended in the middle of a frame.
    #[must_use]
    pub fn is_torn(&self) -> bool {
        self.taken < self.filled
    }

    /// The next frame's content, or `None` if it has not come whole yet.
    ///
    /// # Errors
    /// If its length is 0 or more than the cap. The reader is of no use then.
    pub fn next_frame(&mut self) -> Result<Option<&[u8]>, FrameError> {
        let Some(length) = self.length()? else { return Ok(None) };
        let start = self.taken + 4;
        let end = start.saturating_add(length);
        let next = self.taken.saturating_add(self.size(length));
        if next > self.filled {
            return Ok(None);
        }
        self.taken = next;
        Ok(self.buffer.get(start..end))
    }

    /// Returns whether the next frame has come whole and has this content.
    ///
    /// # Errors
    /// As [`next_frame`](Self::next_frame).
    pub fn next_is(&self, content: &[u8]) -> Result<bool, FrameError> {
        let start = self.taken + 4;
        let there = self.buffer.get(start..self.filled).unwrap_or_default();
        Ok(self.length()? == Some(content.len()) && there.starts_with(content))
    }

    /// Bytes of the next frame that have not come, 0 if it has come whole. Of one whose header has
    /// not come, the rest of that.
    ///
    /// # Errors
    /// As [`next_frame`](Self::next_frame).
    pub fn missing(&self) -> Result<usize, FrameError> {
        let there = self.filled - self.taken;
        Ok(match self.length()? {
            None => 4 - there,
            Some(length) => self.size(length).saturating_sub(there),
        })
    }

    /// Bytes of a frame with a content of this length.
    fn size(&self, length: usize) -> usize {
        length.saturating_add(4).checked_next_multiple_of(self.align).unwrap_or(usize::MAX)
    }

    /// The length of the next frame's content, if its header has come.
    fn length(&self) -> Result<Option<usize>, FrameError> {
        let rest = self.buffer.get(self.taken..self.filled).unwrap_or_default();
        let Some(header) = rest.first_chunk::<4>() else { return Ok(None) };
        let length = usize::try_from(u32::from_le_bytes(*header)).unwrap_or(usize::MAX);
        if length == 0 {
            return Err(FrameError::Empty);
        }
        if length > self.cap {
            return Err(FrameError::TooLong { length, cap: self.cap });
        }
        Ok(Some(length))
    }
}

/// Reads one message out of a frame's content. Payloads may borrow from it.
///
/// # Errors
/// If it is no such message, nests too deep, or does not fill the frame.
pub fn decode<'a, T: Deserialize<'a>>(frame: &'a [u8]) -> Result<T, FrameError> {
    let mut reader = rmp_serde::Deserializer::from_read_ref(frame);
    reader.set_max_depth(MAX_DEPTH);
    let message = T::deserialize(&mut reader)?;
    match serde::de::IgnoredAny::deserialize(&mut reader) {
        Err(rmp_serde::decode::Error::InvalidMarkerRead(error))
            if error.kind() == ErrorKind::UnexpectedEof =>
        {
            Ok(message)
        }
        _ => Err(FrameError::Trailing),
    }
}

/// As [`decode`], for messages that own what they hold.
///
/// # Errors
/// As [`decode`].
pub fn decode_owned<T: DeserializeOwned>(frame: &[u8]) -> Result<T, FrameError> {
    decode(frame)
}

#[cfg(test)]
mod tests {
    use super::super::message::{FromWorker, RunMessage, ToWorker, WireLimits, WirePayload};
    use super::*;
    use proptest::prelude::*;

    const CAP: usize = 1 << 16;
    const LIMITS: WireLimits = WireLimits { fuel: 1, timeout_ns: 2, cpu_ns: 3, memory: 4, output: 5, log: 6 };

    fn run<'a>(attempt: u64, id: &'a str, input: &'a [u8]) -> ToWorker<'a> {
        let (task, limits, kind) = ("", LIMITS, WirePayload::Json);
        ToWorker::Run(RunMessage {
            attempt,
            task,
            name: None,
            id,
            number: 1,
            limits,
            grants: None,
            supplied: None,
            streamed: None,
            kind,
            input,
        })
    }

    fn stream(inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut out = Vec::new();
        for (attempt, input) in inputs.iter().enumerate() {
            write_frame(&run(attempt as u64, "an id", input), CAP, &mut out).unwrap();
        }
        out
    }

    fn read_all(reader: &mut FrameReader) -> Result<Vec<Vec<u8>>, FrameError> {
        let mut inputs = Vec::new();
        while let Some(frame) = reader.next_frame()? {
            match decode::<ToWorker<'_>>(frame)? {
                ToWorker::Run(run) => inputs.push(run.input.to_vec()),
                other => panic!("{}", other.name()),
            }
        }
        Ok(inputs)
    }

    #[test]
    fn a_head_and_the_bytes_behind_it_are_the_whole_frame() {
        for length in [0, 1, 255, 256, CAP - 1, CAP, CAP + 1] {
            let (input, mut whole, mut parts) = (vec![b'x'; length], vec![1], vec![1]);
            write_frame(&run(7, "id", &input), 2 * CAP, &mut whole).unwrap();
            write_frame_head(&run(7, "id", b""), length, 2 * CAP, &mut parts).unwrap();
            parts.extend(&input);
            // Shorter bytes have a shorter header in the whole frame.
            assert!(length < CAP || parts == whole, "{length}");
            let mut reader = FrameReader::new(2 * CAP);
            reader.feed(&parts[1..]);
            let content = reader.next_frame().unwrap().unwrap();
            let ToWorker::Run(run) = decode(content).unwrap() else { panic!() };
            assert_eq!((run.attempt, run.id, run.input), (7, "id", &input[..]));
        }
    }

    #[test]
    fn a_head_that_cannot_be_leaves_nothing() {
        let mut out = vec![1];
        let error = write_frame_head(&run(7, "id", b""), CAP, CAP, &mut out).unwrap_err();
        assert!(matches!(error, FrameError::TooLong { length, cap: CAP } if length > CAP), "{error}");
        for message in [run(7, "id", b"x"), ToWorker::Epoch(1)] {
            let error = write_frame_head(&message, 10, CAP, &mut out).unwrap_err();
            assert!(matches!(error, FrameError::Encode(_)), "{error}");
        }
        assert_eq!(out, [1]);
    }

    proptest! {
        #[test]
        fn messages_survive_any_cutting_of_the_stream(
            inputs in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..8),
            cuts in prop::collection::vec(1..50_usize, 1..20),
        ) {
            let bytes = stream(&inputs);
            let (mut reader, mut read) = (FrameReader::new(CAP), Vec::new());
            let (mut rest, mut cuts) = (bytes.as_slice(), cuts.iter().cycle());
            while !rest.is_empty() {
                let (now, later) = rest.split_at((*cuts.next().unwrap()).min(rest.len()));
                // There may be room for more than comes.
                let room = reader.room(now.len() + 7);
                assert_eq!(room.len(), now.len() + 7);
                room[..now.len()].copy_from_slice(now);
                reader.note_read(now.len());
                read.extend(read_all(&mut reader).unwrap());
                rest = later;
            }
            prop_assert_eq!(read, inputs);
            prop_assert!(!reader.is_torn());
        }

        #[test]
        fn a_truncated_stream_gives_what_came_whole_and_says_it_is_torn(
            inputs in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..100), 1..5),
            keep in 0.0..1.0_f64,
        ) {
            let bytes = stream(&inputs);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a short list")]
            let end = (keep * bytes.len() as f64) as usize;
            let mut reader = FrameReader::new(CAP);
            reader.feed(&bytes[..end]);
            let read = read_all(&mut reader).unwrap();
            prop_assert_eq!(&inputs[..read.len()], &read[..]);
            prop_assert_eq!(reader.is_torn(), stream(&inputs[..read.len()]).len() < end);
        }

        #[test]
        fn flipped_bits_give_an_error_or_a_message_and_never_a_panic(
            inputs in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 1..4),
            flips in prop::collection::vec(any::<prop::sample::Index>(), 1..8),
        ) {
            let mut bytes = stream(&inputs);
            for flip in flips {
                let at = flip.index(bytes.len() * 8);
                bytes[at / 8] ^= 1 << (at % 8);
            }
            let mut reader = FrameReader::new(CAP);
            reader.feed(&bytes);
            while let Ok(Some(frame)) = reader.next_frame() {
                let _either = decode::<ToWorker<'_>>(frame).map(|message| message.name());
            }
        }

        #[test]
        fn noise_is_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _either = decode::<FromWorker<'_>>(&bytes).is_ok();
        }
    }

    #[test]
    fn a_length_over_the_cap_is_refused_before_anything_is_stored() {
        let mut reader = FrameReader::new(10);
        reader.feed(&u32::MAX.to_le_bytes());
        assert!(matches!(reader.next_frame(), Err(FrameError::TooLong { cap: 10, .. })));
        let mut reader = FrameReader::new(10);
        reader.feed(&[0; 4]);
        assert!(matches!(reader.next_frame(), Err(FrameError::Empty)));
    }

    #[test]
    fn a_message_over_the_cap_is_not_written() {
        let mut out = vec![7];
        let error = write_frame(&run(1, "an id", &[0; 100]), 50, &mut out).unwrap_err();
        assert!(matches!(error, FrameError::TooLong { cap: 50, .. }));
        assert_eq!(out, [7]);
    }

    #[test]
    fn what_nests_too_deep_or_has_bytes_behind_it_is_refused() {
        let deep = [vec![0x91; 100], vec![0xc0]].concat();
        assert!(matches!(decode::<FromWorker<'_>>(&deep), Err(FrameError::Malformed(_))));
        let mut two = rmp_serde::to_vec(&ToWorker::Epoch(3)).unwrap();
        assert!(decode::<ToWorker<'_>>(&two).is_ok());
        two.push(0xc0);
        assert!(matches!(decode::<ToWorker<'_>>(&two), Err(FrameError::Trailing)));
    }

    #[test]
    fn how_much_is_missing_is_known_wherever_the_stream_is_cut() {
        let stream = frames(&[5, 1, 300]);
        for cut in 0..stream.len() {
            let mut reader = FrameReader::new(CAP);
            let (mut at, mut taken) = (0, 0);
            while at < stream.len() {
                let to = if at < cut { cut } else { stream.len().min(at + reader.missing().unwrap().max(1)) };
                reader.feed(&stream[at..to]);
                at = to;
                while let Some(frame) = reader.next_frame().unwrap() {
                    taken += frame.len() + 4;
                }
                let missing = reader.missing().unwrap();
                let rest = stream.len() - at;
                assert!(
                    missing > 0 && (missing <= rest || (rest == 0 && missing == 4)),
                    "{missing} of {rest}"
                );
            }
            assert_eq!(taken, stream.len());
        }
        let mut reader = FrameReader::new(9);
        reader.feed(&10_u32.to_le_bytes());
        assert!(matches!(reader.missing(), Err(FrameError::TooLong { length: 10, cap: 9 })));
    }

    #[test]
    fn frames_that_are_filled_up_come_whole_and_without_what_fills_them() {
        for length in 1..40 {
            let mut reader = FrameReader::aligned(CAP, 8);
            let one = [&frames(&[length])[..], &[0xff; 7]].concat();
            let size = (length + 4).next_multiple_of(8);
            for at in 0..2 * size {
                reader.feed(&one[at % size..=at % size]);
                let left = size - 1 - at % size;
                let missing = reader.missing().unwrap();
                assert_eq!(
                    missing,
                    if at % size < 3 { left.min(3 - at % size) } else { left },
                    "{length} {at}"
                );
                if left == 0 {
                    assert!(reader.next_is(&vec![b'x'; length]).unwrap());
                    assert!(!reader.next_is(&vec![b'x'; length + 1]).unwrap());
                    assert!(!reader.next_is(&vec![b'y'; length]).unwrap());
                    assert_eq!(reader.next_frame().unwrap(), Some(&vec![b'x'; length][..]));
                }
                assert!(reader.next_frame().unwrap().is_none());
            }
        }
        let mut reader = FrameReader::aligned(usize::MAX, 8);
        reader.feed(&u32::MAX.to_le_bytes());
        assert!(reader.next_frame().unwrap().is_none());
    }

    #[test]
    fn a_large_frame_does_not_keep_its_memory() {
        let mut reader = FrameReader::new(usize::MAX);
        reader.feed(&frames(&[3 * KEPT]));
        assert!(reader.next_frame().unwrap().is_some_and(|frame| frame.len() == 3 * KEPT));
        reader.feed(&frames(&[7]));
        assert!(reader.buffer.capacity() <= KEPT);
        assert_eq!(reader.next_frame().unwrap().map(<[u8]>::len), Some(7));
        assert!(reader.next_frame().unwrap().is_none());
    }

    /// Frames of such lengths, whatever they say.
    fn frames(lengths: &[usize]) -> Vec<u8> {
        let frame = |length: &usize| {
            [&u32::try_from(*length).unwrap().to_le_bytes()[..], &vec![b'x'; *length]].concat()
        };
        lengths.iter().flat_map(frame).collect()
    }
}
