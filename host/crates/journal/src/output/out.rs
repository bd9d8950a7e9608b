//! Where records go: something that takes bytes and, if it is a file, can give back what a write
//! left there that broke off.
//!
//! A disk that is full takes part of a record. Whoever reads the file later should find whole
//! records only, so that part is cut off again. It must never know what a record is but that it
//! ends with its only newline.

use std::fs::File;
use std::io::{self, IsTerminal, Seek, SeekFrom, Sink, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Taken by each writer of this process for as long as it writes to a file that several of them
/// share.
pub type WriteTurn = Arc<Mutex<()>>;

/// Destination of records.
pub trait RecordOutput: Write + Send {
    /// Returns the lock to hold while records are written and, if that breaks off, cut back. `None`
    /// if nobody else in this process writes.
    fn turn(&self) -> Option<WriteTurn> {
        None
    }

    /// Takes back the last `bytes` that were written, if it can and nothing else was written behind
    /// them.
    ///
    /// # Errors
    /// If the system refuses; then they may still be there.
    fn cut_back(&mut self, _bytes: u64) -> io::Result<()> {
        Ok(())
    }
}

impl RecordOutput for Sink {}

impl RecordOutput for File {
    fn cut_back(&mut self, bytes: u64) -> io::Result<()> {
        cut_back(self, bytes)
    }
}

/// Takes back the last bytes that were written through a descriptor, which stands behind them.
fn cut_back(mut file: &File, bytes: u64) -> io::Result<()> {
    let metadata = file.metadata()?;
    // From a pipe or a device nothing can be taken back.
    if !metadata.is_file() {
        return Ok(());
    }
    let end = file.stream_position()?;
    match end.checked_sub(bytes) {
        // If somebody else has written behind it, what they wrote is not ours to cut.
        Some(start) if metadata.len() == end => {
            file.set_len(start)?;
            file.seek(SeekFrom::Start(start)).map(drop)
        }
        _ => Ok(()),
    }
}

/// Treatment of the earlier content of a file that was opened to append: see [`AppendedFile`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarlierContent {
    /// Everything in it stays.
    Stays,
    /// So many bytes stay.
    IsCutTo(u64),
    /// Everything stays, and its last line gets the newline that it lacks.
    GetsNewline,
}

/// A file that is written at its end, which others may do as well. What does not stay of it goes
/// only when something is to be written, or [`AppendedFile::prepare`] is called: until then it is
/// as it was. Clones share it.
#[derive(Debug, Clone)]
pub struct AppendedFile(Arc<OutputInner>);

#[derive(Debug)]
struct OutputInner {
    file: File,
    waiting: Mutex<PendingStep>,
    turn: Option<WriteTurn>,
}

/// Pending preparation of a file.
#[derive(Debug)]
struct PendingStep {
    before: EarlierContent,
    /// Bytes that were written and wait for it, if any.
    held: Option<Vec<u8>>,
}

/// Bytes that may wait for a file to be prepared; with more it is prepared.
const MOST_HELD: usize = 1 << 20;

impl AppendedFile {
    /// Writes to `file`, which was opened to append, or is no regular file. `turn` is what others
    /// of this process take who write to it too.
    #[must_use]
    pub fn new(file: File, before: EarlierContent, turn: Option<WriteTurn>) -> Self {
        Self(Arc::new(OutputInner { file, waiting: Mutex::new(PendingStep { before, held: None }), turn }))
    }

    /// The same, to which nothing is written before [`prepare`](Self::prepare) is called, unless
    /// too much waits.
    #[must_use]
    pub fn held_back(self) -> Self {
        self.waiting().held = Some(Vec::new());
        self
    }

    /// Returns whether it is a terminal.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.0.file.is_terminal()
    }

    fn waiting(&self) -> MutexGuard<'_, PendingStep> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the file what it is to be before anything is written.
    ///
    /// # Errors
    /// If the system refuses; then it is tried again before the first write.
    pub fn prepare(&self) -> io::Result<()> {
        let mut waiting = self.waiting();
        let mut file = &self.0.file;
        match waiting.before {
            EarlierContent::Stays => {}
            EarlierContent::IsCutTo(length) => file.set_len(length)?,
            EarlierContent::GetsNewline => file.write_all(b"\n")?,
        }
        waiting.before = EarlierContent::Stays;
        waiting.held.take().map_or(Ok(()), |held| file.write_all(&held))
    }
}

impl Write for AppendedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(held) = &mut self.waiting().held
            && held.len().saturating_add(bytes.len()) <= MOST_HELD
        {
            held.extend_from_slice(bytes);
            return Ok(bytes.len());
        }
        self.prepare()?;
        (&self.0.file).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&self.0.file).flush()
    }
}

impl RecordOutput for AppendedFile {
    fn turn(&self) -> Option<WriteTurn> {
        self.0.turn.clone()
    }

    fn cut_back(&mut self, bytes: u64) -> io::Result<()> {
        cut_back(&self.0.file, bytes)
    }
}

/// The same, for text: each piece is written in one turn.
#[derive(Debug)]
pub struct InTurn(pub AppendedFile);

impl Write for InTurn {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let turn = self.0.turn();
        let _taken = turn.as_ref().map(|turn| turn.lock().unwrap_or_else(PoisonError::into_inner));
        self.0.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes so many whole records, each with a newline at its end. Says how many of them stand in
/// `out` now, and what went wrong.
pub fn write_whole(out: &mut dyn RecordOutput, text: &[u8], records: u64) -> (u64, io::Result<()>) {
    let turn = out.turn();
    let _taken = turn.as_ref().map(|turn| turn.lock().unwrap_or_else(PoisonError::into_inner));
    let (taken, result) = write_what_goes(out, text);
    let Err(error) = result.and_then(|()| out.flush()) else { return (records, Ok(())) };
    let written = text.get(..taken).unwrap_or_default();
    let whole = written.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if whole < taken {
        // That it fails too is no news beside the error that led here; whoever reads the file finds
        // a line without its end.
        out.cut_back((taken - whole) as u64).unwrap_or_default();
    }
    (lines(written), Err(error))
}

/// Counts the newlines.
fn lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// Writes as [`Write::write_all`] does, and says how far it came.
fn write_what_goes(out: &mut dyn RecordOutput, bytes: &[u8]) -> (usize, io::Result<()>) {
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

    impl RecordOutput for Filling {
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
            let (count, result) = write_whole(&mut Filling::new(&path, room), records, 3);
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

    fn appended(path: &Path, before: EarlierContent, turn: Option<WriteTurn>) -> AppendedFile {
        AppendedFile::new(OpenOptions::new().append(true).open(path).unwrap(), before, turn)
    }

    #[test]
    fn what_does_not_stay_of_a_file_goes_with_the_first_write_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records");
        let read = || std::fs::read_to_string(&path).unwrap();
        for (text, before, after) in [
            ("old\n", EarlierContent::Stays, "old\n"),
            ("old\n", EarlierContent::IsCutTo(0), ""),
            ("old\nto", EarlierContent::IsCutTo(4), "old\n"),
            ("old", EarlierContent::GetsNewline, "old\n"),
        ] {
            for prepares in [false, true] {
                std::fs::write(&path, text).unwrap();
                let file = appended(&path, before, None);
                assert_eq!(read(), text);
                if prepares {
                    file.prepare().unwrap();
                    assert_eq!(read(), after);
                }
                for word in ["new\n", "more\n"] {
                    write_whole(&mut file.clone(), word.as_bytes(), 1).1.unwrap();
                }
                assert_eq!(read(), format!("{after}new\nmore\n"), "{before:?}");
            }
        }
    }

    #[test]
    fn what_is_held_back_comes_once_the_file_is_prepared_or_too_much_waits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let read = || std::fs::read_to_string(&path).unwrap();
        let held = || {
            std::fs::write(&path, "old\n").unwrap();
            let mut file = appended(&path, EarlierContent::IsCutTo(0), None).held_back();
            file.write_all(b"one\n").unwrap();
            assert_eq!(read(), "old\n");
            file
        };
        let mut file = held();
        file.prepare().unwrap();
        file.write_all(b"two\n").unwrap();
        assert_eq!(read(), "one\ntwo\n");
        let much = "x".repeat(MOST_HELD);
        held().write_all(much.as_bytes()).unwrap();
        assert_eq!(read(), format!("one\n{much}"));
    }

    #[test]
    fn writers_that_share_a_file_tear_nothing_even_where_a_record_is_cut_back() {
        struct Breaks(AppendedFile, bool);
        impl Write for Breaks {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.1 = !self.1;
                if self.1 { self.0.write(&bytes[..2]) } else { Err(io::ErrorKind::StorageFull.into()) }
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        impl RecordOutput for Breaks {
            fn turn(&self) -> Option<WriteTurn> {
                self.0.turn()
            }

            fn cut_back(&mut self, bytes: u64) -> io::Result<()> {
                self.0.cut_back(bytes)
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("all");
        std::fs::write(&path, "").unwrap();
        let turn = WriteTurn::default();
        let records = appended(&path, EarlierContent::Stays, Some(Arc::clone(&turn)));
        // As `2>&1` has it: one open file, with one position.
        let shared = records.0.file.try_clone().unwrap();
        let text = AppendedFile::new(shared, EarlierContent::Stays, Some(turn));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..500 {
                    InTurn(text.clone()).write_all(b"text\n").unwrap();
                }
            });
            for _ in 0..500 {
                write_whole(&mut Breaks(records.clone(), false), b"torn\n", 1).1.unwrap_err();
                write_whole(&mut records.clone(), b"record\n", 1).1.unwrap();
            }
        });
        let all = std::fs::read_to_string(&path).unwrap();
        let count = |line: &str| all.lines().filter(|other| *other == line).count();
        assert_eq!((count("text"), count("record"), all.lines().count()), (500, 500, 1000));
    }

    #[test]
    fn from_a_pipe_nothing_is_taken_back_and_that_is_no_error() {
        let (_reader, writer) = io::pipe().unwrap();
        let mut writer = File::from(std::os::fd::OwnedFd::from(writer));
        writer.write_all(b"torn").unwrap();
        writer.cut_back(4).unwrap();
    }
}
