//! An input of which the first bytes are looked at before anybody reads them.
//!
//! It must never know what is looked for.

use std::io::{self, BufRead, Read};

/// A reader, and what was read of it to look at it.
#[derive(Debug)]
pub(super) struct LookaheadReader<R> {
    reader: R,
    /// Bytes that were read ahead and did not stand in the reader's own buffer at once.
    start: Vec<u8>,
    /// Bytes of it that were handed on.
    given: usize,
    /// The end was seen: a terminal would wait for a second one.
    has_ended: bool,
}

impl<R: BufRead> LookaheadReader<R> {
    /// Reads this.
    pub(super) const fn new(reader: R) -> Self {
        Self { reader, start: Vec::new(), given: 0, has_ended: false }
    }

    /// Returns the reader below.
    pub(super) const fn get_ref(&self) -> &R {
        &self.reader
    }

    /// The first bytes, and whether they are all there are. Waits until they are `enough`, and
    /// reads nothing that was not asked for. To be called before anything is read.
    ///
    /// # Errors
    /// If the input cannot be read.
    pub(super) fn look(&mut self, enough: impl Fn(&[u8]) -> bool) -> io::Result<(&[u8], bool)> {
        while !self.has_ended && !enough(&self.start) {
            let held = match self.reader.fill_buf() {
                Ok(held) => held,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if self.start.is_empty() && enough(held) {
                // As nearly always: nothing has to be kept. What is held is given again, without a
                // read.
                return self.reader.fill_buf().map(|held| (held, false));
            }
            self.has_ended = held.is_empty();
            self.start.extend_from_slice(held);
            let taken = held.len();
            self.reader.consume(taken);
        }
        Ok((&self.start, self.has_ended))
    }
}

impl<R: BufRead> BufRead for LookaheadReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.given < self.start.len() || self.has_ended {
            return Ok(self.start.get(self.given..).unwrap_or_default());
        }
        self.reader.fill_buf()
    }

    fn consume(&mut self, taken: usize) {
        if self.given >= self.start.len() {
            self.reader.consume(taken);
            return;
        }
        self.given += taken;
        if self.given >= self.start.len() {
            (self.start, self.given) = (Vec::new(), 0);
        }
    }
}

impl<R: BufRead> Read for LookaheadReader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut held = self.fill_buf()?;
        let length = held.read(bytes)?;
        self.consume(length);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    /// Gives one part at each read, and fails if it is read behind its end or behind `parts`.
    struct Parts(Vec<&'static [u8]>);

    impl Read for Parts {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Err(io::Error::other("nobody asked for this"));
            }
            let mut part = self.0.remove(0);
            part.read(bytes)
        }
    }

    fn has_newline(bytes: &[u8]) -> bool {
        bytes.contains(&b'\n')
    }

    #[test]
    fn what_was_looked_at_is_read_all_the_same_and_nothing_before_its_time() {
        for parts in [vec![&b"ab\ncd"[..]], vec![b"a", b"", b"b\ncd"], vec![b"a", b"b", b"\ncd"]] {
            let wanted =
                parts.iter().take_while(|part| !part.is_empty()).copied().collect::<Vec<_>>().concat();
            let mut ahead = LookaheadReader::new(BufReader::new(Parts(parts)));
            let (start, ended) = ahead.look(has_newline).unwrap();
            assert_eq!((start, ended), (&wanted[..], !has_newline(&wanted)));
            let mut line = Vec::new();
            ahead.read_until(b'\n', &mut line).unwrap();
            let whole = wanted.split_inclusive(|byte| *byte == b'\n').next().unwrap();
            assert_eq!(line, whole);
            if ended_early(&wanted) {
                assert!(ahead.fill_buf().unwrap().is_empty(), "the end is not asked for twice");
            }
        }
    }

    fn ended_early(wanted: &[u8]) -> bool {
        !has_newline(wanted)
    }

    #[test]
    fn an_end_and_an_error_are_told() {
        let mut ahead = LookaheadReader::new(BufReader::new(Parts(vec![b""])));
        assert_eq!(ahead.look(has_newline).unwrap(), (&b""[..], true));
        assert!(ahead.fill_buf().unwrap().is_empty());
        let mut broken = LookaheadReader::new(BufReader::new(Parts(vec![b"a"])));
        assert!(broken.look(has_newline).is_err());
    }
}
