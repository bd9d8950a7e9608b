//! Lines of input, read one at a time and never held beyond a limit, however long they are.
//!
//! It must never know what a line means: no format, no task.

use polymer_host_task::{LineHasher, TaskKey};
use std::fs::File;
use std::io::{self, BufRead, Seek, SeekFrom, Write};

/// Bytes the buffer may keep from one line to the next.
const KEPT: usize = 1 << 20;

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputLine<'a> {
    /// A line within the limit.
    Whole {
        /// Its number, from 1.
        seq: u64,
        /// True if the reader gave it first. An input that is read again has such a line in each
        /// round.
        first: bool,
        /// The line as it stands, with its newline if it has one.
        bytes: &'a [u8],
    },
    /// A line over the limit. Nothing of it is held in memory.
    TooLong {
        /// Its number, from 1.
        seq: u64,
        /// Bytes it has, without its newline.
        length: u64,
        /// Key of the line in another run.
        key: TaskKey,
        /// Where it was written, if it was: so many bytes, its newline included, from so many on.
        spooled: Option<(u64, u64)>,
    },
}

impl InputLine<'_> {
    /// Its number, from 1.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        match self {
            Self::Whole { seq, .. } | Self::TooLong { seq, .. } => *seq,
        }
    }
}

/// A file that takes lines which are too long to be held.
#[derive(Debug)]
pub struct LineSpool {
    file: File,
    at: u64,
}

impl LineSpool {
    /// Lines are appended to `file`, which is empty and nobody else's to write.
    #[must_use]
    pub const fn new(file: File) -> Self {
        Self { file, at: 0 }
    }

    /// Drops a line that nobody wants, if it was written. It is the last one.
    ///
    /// # Errors
    /// If the file cannot be shortened.
    pub fn drop_last(&mut self, line: InputLine<'_>) -> io::Result<()> {
        let InputLine::TooLong { spooled: Some((at, _)), .. } = line else { return Ok(()) };
        self.file.set_len(at)?;
        self.at = self.file.seek(SeekFrom::Start(at))?;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.at += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(())
    }
}

/// Reads lines. A line ends with `\n` or `\r\n`, or with the input; where something else
/// [ends](LineReader::ended_by) it, with that alone.
#[derive(Debug)]
pub struct LineReader<R> {
    reader: R,
    limit: usize,
    seq: u64,
    /// No line was read yet.
    fresh: bool,
    /// The whole input is one line, also an empty one.
    whole: bool,
    /// Byte that ends a line.
    line_end: u8,
    line: Vec<u8>,
    /// Bytes that the reader holds already, so that asking for them does not wait.
    held: usize,
    /// Bytes of all lines so far, with what ended them.
    taken: u64,
}

impl<R: BufRead> LineReader<R> {
    /// Reads lines of at most `limit` bytes, newlines not counted. The first has the number behind
    /// `seq`.
    pub const fn new(reader: R, limit: usize, seq: u64) -> Self {
        Self {
            reader,
            limit,
            seq,
            fresh: true,
            whole: false,
            line_end: b'\n',
            line: Vec::new(),
            held: 0,
            taken: 0,
        }
    }

    /// Says whether the next line is the first of an input, which may begin with a mark.
    pub const fn is_first(&mut self, is_first: bool) {
        self.fresh = is_first;
    }

    /// The same, with all of the input as one line, an empty one too; a newline is a byte like any
    /// other.
    pub fn as_one(self, whole: bool) -> Self {
        Self { whole, ..self }
    }

    /// The same, with lines that this byte ends.
    pub fn ended_by(self, line_end: u8) -> Self {
        Self { line_end, ..self }
    }

    /// Returns whether another whole line can be had without waiting.
    pub fn has_next(&mut self) -> bool {
        self.held > 0 && self.reader.fill_buf().is_ok_and(|held| held.contains(&self.line_end))
    }

    /// The number of the line read last; before the first, the one that was given.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// Bytes of all lines so far, with what ended them.
    pub const fn taken(&self) -> u64 {
        self.taken
    }

    /// The next line, or `None` at the end. Waits for it. If it is too long to be held it is
    /// written to `spool`.
    ///
    /// # Errors
    /// If the input cannot be read, or the spool not be written. What had come of the line is lost.
    pub fn next_line(&mut self, mut spool: Option<&mut LineSpool>) -> io::Result<Option<InputLine<'_>>> {
        self.line.clear();
        self.line.shrink_to(KEPT);
        // The line and its newline; what is longer than that is too long whatever it ends with.
        let room = self.limit.saturating_add(2);
        let (mut length, mut tail) = (0_u64, [0; 2]);
        let mut hasher: Option<LineHasher> = None;
        let spooled_from = spool.as_ref().map(|spool| spool.at);
        loop {
            let held = match self.reader.fill_buf() {
                Ok(held) => held,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let newline = if self.whole { None } else { memchr::memchr(self.line_end, held) };
            let end = newline.map(|at| at + 1);
            let part = held.get(..end.unwrap_or(held.len())).unwrap_or_default();
            for byte in part.get(part.len().saturating_sub(2)..).unwrap_or_default() {
                tail = [tail[1], *byte];
            }
            let (kept, more) = part.split_at(part.len().min(room - self.line.len()));
            self.line.extend_from_slice(kept);
            if !more.is_empty() {
                let begun = hasher.is_some();
                let hasher = hasher.get_or_insert_default();
                let held: &[u8] = if begun { b"" } else { &self.line };
                for bytes in [held, more] {
                    hasher.update(bytes);
                    spool.as_mut().map_or(Ok(()), |spool| spool.write(bytes))?;
                }
            }
            let taken = part.len();
            self.held = held.len() - taken;
            self.reader.consume(taken);
            length += u64::try_from(taken).unwrap_or(u64::MAX);
            if end.is_some() || taken == 0 {
                break;
            }
        }
        self.taken = self.taken.saturating_add(length);
        if length == 0 && !(self.whole && self.fresh) {
            return Ok(None);
        }
        self.seq += 1;
        let first = std::mem::take(&mut self.fresh);
        let newline = match tail {
            _ if self.whole => 0,
            [b'\r', b'\n'] if self.line_end == b'\n' => 2,
            [_, last] if last == self.line_end => 1,
            _ => 0,
        };
        let (seq, length) = (self.seq, length - newline);
        if usize::try_from(length).is_ok_and(|length| length <= self.limit) {
            Ok(Some(InputLine::Whole { seq, first, bytes: &self.line }))
        } else {
            // A line that is too long by a byte or two fits into the room for its newline.
            let key = match hasher {
                Some(hasher) => hasher.finish(),
                None => {
                    spool.as_mut().map_or(Ok(()), |spool| spool.write(&self.line))?;
                    TaskKey::of_line(&self.line)
                }
            };
            let spooled = spooled_from.zip(spool).map(|(from, spool)| (from, spool.at - from));
            Ok(Some(InputLine::TooLong { seq, length, key, spooled }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    /// Lines as text, those too long as their length.
    fn read(input: &[u8], limit: usize, buffer: usize) -> Vec<Result<Vec<u8>, u64>> {
        let mut lines = LineReader::new(BufReader::with_capacity(buffer, input), limit, 0);
        let mut all = Vec::new();
        while let Some(line) = lines.next_line(None).unwrap() {
            let expected = u64::try_from(all.len() + 1).unwrap();
            all.push(match line {
                InputLine::Whole { seq, first, bytes } => {
                    assert_eq!((seq, first), (expected, expected == 1));
                    Ok(bytes.to_vec())
                }
                InputLine::TooLong { seq, length, .. } => {
                    assert_eq!(seq, expected);
                    Err(length)
                }
            });
        }
        all
    }

    #[test]
    fn all_of_an_input_can_be_one_line() {
        for input in [&b""[..], b"\n", b"a\r\nb\n", b"abcdefg"] {
            let mut lines = LineReader::new(BufReader::with_capacity(3, input), 7, 4).as_one(true);
            let line = lines.next_line(None).unwrap();
            assert_eq!(line, Some(InputLine::Whole { seq: 5, first: true, bytes: input }));
            assert_eq!(lines.next_line(None).unwrap(), None);
        }
        let mut lines = LineReader::new(&b"a\nb\nc\nd\n"[..], 7, 0).as_one(true);
        assert!(matches!(lines.next_line(None).unwrap(), Some(InputLine::TooLong { length: 8, .. })));
    }

    #[track_caller]
    fn check(input: &[u8], limit: usize, expected: &[Result<&[u8], u64>]) {
        let expected: Vec<_> = expected.iter().map(|line| line.map(<[u8]>::to_vec)).collect();
        for buffer in 1..20 {
            assert_eq!(read(input, limit, buffer), expected, "with a buffer of {buffer}");
        }
    }

    #[test]
    fn lines_come_with_their_newlines_and_the_last_needs_none() {
        check(b"", 9, &[]);
        check(b"\n\na\r\n", 9, &[Ok(b"\n"), Ok(b"\n"), Ok(b"a\r\n")]);
        check(b"one\ntwo", 9, &[Ok(b"one\n"), Ok(b"two")]);
        check(b"\0\xff\r\r\n\r", 9, &[Ok(b"\0\xff\r\r\n"), Ok(b"\r")]);
    }

    #[test]
    fn a_long_line_is_passed_over_and_its_length_told() {
        check(b"1234\n12345\n1\n", 4, &[Ok(b"1234\n"), Err(5), Ok(b"1\n")]);
        check(b"1234\r\n12345\r\n", 4, &[Ok(b"1234\r\n"), Err(5)]);
        check(b"123456789", 4, &[Err(9)]);
        check(b"1234\r", 4, &[Err(5)]);
    }

    #[test]
    fn nothing_is_kept_of_a_long_line() {
        let mut lines = LineReader::new(BufReader::new(io::repeat(b'x').take(50 << 20)), 100, 0);
        assert!(matches!(
            lines.next_line(None).unwrap(),
            Some(InputLine::TooLong { seq: 1, length: 52_428_800, spooled: None, .. })
        ));
        assert!(lines.line.capacity() < 1 << 10);
        use io::Read;
    }

    #[test]
    fn a_long_line_is_spooled_whole_and_has_one_key_whatever_pieces_it_comes_in() {
        let input = b"12345\r\n1\n123456789\n123456";
        let mut keys = Vec::new();
        for buffer in 1..20 {
            let file = tempfile::tempfile().unwrap();
            let mut spool = LineSpool::new(file.try_clone().unwrap());
            let mut lines = LineReader::new(BufReader::with_capacity(buffer, &input[..]), 4, 0);
            let mut places = Vec::new();
            while let Some(line) = lines.next_line(Some(&mut spool)).unwrap() {
                if let InputLine::TooLong { key, spooled, .. } = line {
                    keys.push(key);
                    places.push(spooled.unwrap());
                }
            }
            assert_eq!(places, [(0, 7), (7, 10), (17, 6)]);
            let mut spooled = [0; 23];
            std::os::unix::fs::FileExt::read_exact_at(&file, &mut spooled, 0).unwrap();
            assert_eq!(&spooled, b"12345\r\n123456789\n123456");
        }
        let expected = [&b"12345\r\n"[..], b"123456789\n", b"123456"].map(TaskKey::of_line);
        assert!(keys.chunks(3).all(|keys| keys == expected));
    }

    #[test]
    fn what_is_there_already_is_known_without_waiting() {
        let mut lines = LineReader::new(BufReader::with_capacity(8, &b"a\nb\nc\nd\ne\n"[..]), 9, 0);
        assert!(!lines.has_next(), "nothing was read yet, so asking would wait");
        for more in [true, true, true, false, false] {
            assert!(lines.next_line(None).unwrap().is_some());
            assert_eq!(lines.has_next(), more);
        }
        assert_eq!((lines.seq(), lines.next_line(None).unwrap()), (5, None));
        let mut lines = LineReader::new(BufReader::new(&b"a\nbc"[..]), 9, 0);
        lines.next_line(None).unwrap();
        assert!(!lines.has_next(), "half a line is no line");
    }

    #[test]
    fn numbers_go_on_where_they_are_told_to() {
        let mut lines = LineReader::new(&b"a\nb"[..], 9, 7);
        assert_eq!(lines.seq(), 7);
        assert_eq!(
            lines.next_line(None).unwrap(),
            Some(InputLine::Whole { seq: 8, first: true, bytes: b"a\n" })
        );
        assert_eq!(
            lines.next_line(None).unwrap(),
            Some(InputLine::Whole { seq: 9, first: false, bytes: b"b" })
        );
        assert_eq!(lines.next_line(None).unwrap(), None);
        assert_eq!(lines.seq(), 9);
    }

    #[test]
    fn a_zero_can_end_a_line_and_then_nothing_else_does() {
        for buffer in 1..9 {
            let input = &b"a\r\n\0\0b\n\0c\r"[..];
            let mut lines = LineReader::new(BufReader::with_capacity(buffer, input), 4, 0).ended_by(0);
            let mut all = Vec::new();
            while let Some(line) = lines.next_line(None).unwrap() {
                let InputLine::Whole { bytes, .. } = line else { panic!() };
                all.push(bytes.to_vec());
            }
            assert_eq!(all, [&b"a\r\n\0"[..], b"\0", b"b\n\0", b"c\r"]);
        }
        let mut lines = LineReader::new(&b"\r\n\0abc\0\0"[..], 2, 0).ended_by(0);
        assert!(matches!(lines.next_line(None).unwrap(), Some(InputLine::Whole { bytes: b"\r\n\0", .. })));
        assert!(lines.has_next());
        assert!(matches!(lines.next_line(None).unwrap(), Some(InputLine::TooLong { length: 3, .. })));
    }

    proptest! {
        #[test]
        fn lines_together_are_the_input(input in "[ab\r\n]{0,60}", buffer in 1_usize..9) {
            let lines = read(input.as_bytes(), 99, buffer);
            let together: Vec<u8> = lines.into_iter().flat_map(Result::unwrap).collect();
            prop_assert_eq!(together, input.as_bytes());
        }
    }
}
