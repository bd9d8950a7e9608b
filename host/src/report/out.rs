//! Where records go: something that takes bytes and, if it is a file, can give back what a write left there that broke off.
//!
//! A disk that is full takes part of a record. Whoever reads the file later should find whole records only, so that part is cut off
//! again. It must never know what a record is but that it ends with its only newline.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Sink, Write};

/// What records are written to.
pub trait Out: Write + Send {
    /// Takes back the last `bytes` that were written, if it can and nothing else was written behind them.
    ///
    /// # Errors
    /// If the system refuses; then they may still be there.
    fn cut_back(&mut self, _bytes: u64) -> io::Result<()> {
        Ok(())
    }
}

impl Out for Sink {}

impl Out for File {
    fn cut_back(&mut self, bytes: u64) -> io::Result<()> {
        let metadata = self.metadata()?;
        // From a pipe or a device nothing can be taken back.
        if !metadata.is_file() {
            return Ok(());
        }
        let end = self.stream_position()?;
        match end.checked_sub(bytes) {
            // If somebody else has written behind it, what they wrote is not ours to cut.
            Some(start) if metadata.len() == end => {
                self.set_len(start)?;
                self.seek(SeekFrom::Start(start)).map(drop)
            }
            _ => Ok(()),
        }
    }
}

/// Writes whole records, each with a newline at its end. Says how many of them stand in `out` now, and what went wrong.
pub(super) fn write_whole(out: &mut dyn Out, records: &[u8]) -> (u64, io::Result<()>) {
    let (taken, result) = write_what_goes(out, records);
    let result = result.and_then(|()| out.flush());
    let written = records.get(..taken).unwrap_or_default();
    let whole = written.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if result.is_err() && whole < taken {
        // That it fails too is no news beside the error that led here; whoever reads the file finds a line without its end.
        out.cut_back((taken - whole) as u64).unwrap_or_default();
    }
    (lines(written), result)
}

/// How many newlines there are. In parts whose count fits into a byte, many bytes can be looked at together.
fn lines(bytes: &[u8]) -> u64 {
    let count = |part: &[u8]| part.iter().fold(0_u8, |count, byte| count + u8::from(*byte == b'\n'));
    bytes.chunks(u8::MAX.into()).map(|part| u64::from(count(part))).sum()
}

/// Writes as [`Write::write_all`] does, and says how far it came.
fn write_what_goes(out: &mut dyn Out, bytes: &[u8]) -> (usize, io::Result<()>) {
    let mut taken = 0;
    while let Some(rest) = bytes.get(taken..).filter(|rest| !rest.is_empty()) {
        match out.write(rest) {
            Ok(0) => return (taken, Err(io::ErrorKind::WriteZero.into())),
            Ok(count) => taken += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (taken, Err(error)),
        }
    }
    (taken, Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::OpenOptions;
    use std::path::Path;

    /// A file on a disk that has room for so many more bytes.
    struct Filling {
        file: File,
        room: usize,
    }

    impl Filling {
        fn new(path: &Path, room: usize) -> Self {
            Self { file: OpenOptions::new().append(true).create(true).open(path).unwrap(), room }
        }
    }

    impl Write for Filling {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.room == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let count = self.file.write(&bytes[..bytes.len().min(self.room)])?;
            self.room -= count;
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Out for Filling {
        fn cut_back(&mut self, bytes: u64) -> io::Result<()> {
            self.file.cut_back(bytes)
        }
    }

    #[test]
    fn wherever_a_disk_fills_up_the_file_has_whole_records_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records");
        let records = b"one\ntwo\nthree\n";
        for room in 0..=records.len() {
            std::fs::write(&path, "before\n").unwrap();
            let (count, result) = write_whole(&mut Filling::new(&path, room), records);
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.starts_with("before\n") && text.ends_with('\n'), "{room}: {text:?}");
            assert_eq!(text.lines().count() as u64, count + 1, "{room}: {text:?}");
            assert_eq!(result.is_ok(), room == records.len(), "{room}");
            let whole = [(0, 0), (4, 1), (8, 2), (14, 3)];
            let expected = whole.iter().rev().find(|(length, _)| *length <= room).unwrap().1;
            assert_eq!(count, expected, "{room}");
        }
    }

    #[test]
    fn newlines_are_counted_however_many() {
        for (length, other) in [(0, 0), (1, 0), (255, 0), (256, 3), (10_000, 77)] {
            let bytes = [vec![b'\n'; length], vec![b'x'; other], vec![b'\n'; 2]].concat();
            assert_eq!(lines(&bytes), length as u64 + 2);
        }
    }

    #[test]
    fn what_others_wrote_behind_it_is_not_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records");
        let mut ours = File::create(&path).unwrap();
        ours.write_all(b"to").unwrap();
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"theirs\n").unwrap();
        ours.cut_back(2).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "totheirs\n");
    }

    #[test]
    fn more_than_there_is_is_not_cut_and_writing_goes_on_where_it_was_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records");
        let mut file = File::create(&path).unwrap();
        file.write_all(b"one\ntw").unwrap();
        file.cut_back(7).unwrap();
        file.cut_back(2).unwrap();
        file.write_all(b"2\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\n2\n");
    }

    #[test]
    fn from_a_pipe_nothing_is_taken_back_and_that_is_no_error() {
        let (_reader, writer) = io::pipe().unwrap();
        let mut writer = File::from(std::os::fd::OwnedFd::from(writer));
        writer.write_all(b"torn").unwrap();
        writer.cut_back(4).unwrap();
    }
}
