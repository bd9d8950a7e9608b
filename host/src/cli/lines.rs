//! Lines of input, read one at a time and never held beyond a limit, however long they are.
//!
//! It must never know what a line means: no format, no task.

use std::io::{self, BufRead};

/// Bytes the buffer may keep from one line to the next.
const KEPT: usize = 1 << 20;

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    /// A line within the limit.
    Whole {
        /// Its number, from 1.
        seq: u64,
        /// Whether the reader gave it first. An input that is read again has such a line in each round.
        first: bool,
        /// The line as it stands, with its newline if it has one.
        bytes: &'a [u8],
    },
    /// A line over the limit. Nothing of it was kept.
    TooLong {
        /// Its number, from 1.
        seq: u64,
        /// Bytes it has, without its newline.
        length: u64,
    },
}

/// Reads lines. A line ends with `\n` or `\r\n`, or with the input.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    limit: usize,
    seq: u64,
    /// No line was read yet.
    fresh: bool,
    line: Vec<u8>,
    /// Bytes that the reader holds already, so that asking for them does not wait.
    held: usize,
}

impl<R: BufRead> Lines<R> {
    /// Reads lines of at most `limit` bytes, newlines not counted. The first has the number behind `seq`.
    pub const fn new(reader: R, limit: usize, seq: u64) -> Self {
        Self { reader, limit, seq, fresh: true, line: Vec::new(), held: 0 }
    }

    /// Whether another whole line can be had without waiting.
    pub fn has_next(&mut self) -> bool {
        self.held > 0 && self.reader.fill_buf().is_ok_and(|held| held.contains(&b'\n'))
    }

    /// The number of the line read last; before the first, the one that was given.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// The next line, or `None` at the end. Waits for it.
    ///
    /// # Errors
    /// If the input cannot be read. What had come of the line is lost.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        self.line.shrink_to(KEPT);
        // The line and its newline; what is longer than that is too long whatever it ends with.
        let room = self.limit.saturating_add(2);
        let (mut length, mut tail) = (0_u64, [0; 2]);
        loop {
            let held = match self.reader.fill_buf() {
                Ok(held) => held,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let end = held.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            let part = held.get(..end.unwrap_or(held.len())).unwrap_or_default();
            for byte in part.get(part.len().saturating_sub(2)..).unwrap_or_default() {
                tail = [tail[1], *byte];
            }
            let kept = part.len().min(room - self.line.len());
            self.line.extend_from_slice(part.get(..kept).unwrap_or_default());
            let taken = part.len();
            self.held = held.len() - taken;
            self.reader.consume(taken);
            length += u64::try_from(taken).unwrap_or(u64::MAX);
            if end.is_some() || taken == 0 {
                break;
            }
        }
        if length == 0 {
            return Ok(None);
        }
        self.seq += 1;
        let first = std::mem::take(&mut self.fresh);
        let newline = match tail {
            [b'\r', b'\n'] => 2,
            [_, b'\n'] => 1,
            _ => 0,
        };
        let (seq, length) = (self.seq, length - newline);
        if usize::try_from(length).is_ok_and(|length| length <= self.limit) {
            Ok(Some(Line::Whole { seq, first, bytes: &self.line }))
        } else {
            Ok(Some(Line::TooLong { seq, length }))
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
        let mut lines = Lines::new(BufReader::with_capacity(buffer, input), limit, 0);
        let mut all = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            let expected = u64::try_from(all.len() + 1).unwrap();
            all.push(match line {
                Line::Whole { seq, first, bytes } => {
                    assert_eq!((seq, first), (expected, expected == 1));
                    Ok(bytes.to_vec())
                }
                Line::TooLong { seq, length } => {
                    assert_eq!(seq, expected);
                    Err(length)
                }
            });
        }
        all
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
        let mut lines = Lines::new(BufReader::new(io::repeat(b'x').take(50 << 20)), 100, 0);
        assert_eq!(lines.next_line().unwrap(), Some(Line::TooLong { seq: 1, length: 50 << 20 }));
        assert!(lines.line.capacity() < 1 << 10);
        use io::Read;
    }

    #[test]
    fn what_is_there_already_is_known_without_waiting() {
        let mut lines = Lines::new(BufReader::with_capacity(8, &b"a\nb\nc\nd\ne\n"[..]), 9, 0);
        assert!(!lines.has_next(), "nothing was read yet, so asking would wait");
        for more in [true, true, true, false, false] {
            assert!(lines.next_line().unwrap().is_some());
            assert_eq!(lines.has_next(), more);
        }
        assert_eq!((lines.seq(), lines.next_line().unwrap()), (5, None));
        let mut lines = Lines::new(BufReader::new(&b"a\nbc"[..]), 9, 0);
        lines.next_line().unwrap();
        assert!(!lines.has_next(), "half a line is no line");
    }

    #[test]
    fn numbers_go_on_where_they_are_told_to() {
        let mut lines = Lines::new(&b"a\nb"[..], 9, 7);
        assert_eq!(lines.seq(), 7);
        assert_eq!(lines.next_line().unwrap(), Some(Line::Whole { seq: 8, first: true, bytes: b"a\n" }));
        assert_eq!(lines.next_line().unwrap(), Some(Line::Whole { seq: 9, first: false, bytes: b"b" }));
        assert_eq!(lines.next_line().unwrap(), None);
        assert_eq!(lines.seq(), 9);
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
