//! Lines of a file that was appended to until its writer ended, perhaps in the middle of one: which
//! of them are whole, and where what is torn begins.
//!
//! It must never know what a line says.

use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Bytes the buffer may keep from one line to the next.
const KEPT: usize = 1 << 20;
/// Bytes asked for at once.
const BUFFER: usize = 256 << 10;

/// Why the folder of a run is not to be gone on with.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// A file cannot be read.
    #[error("{0}")]
    Read(#[source] SystemError),
    /// A file cannot be written, or not be put in its place.
    #[error("{0}")]
    Write(#[source] SystemError),
    /// A file is not what was written, and that is not only its end.
    #[error("{} is damaged: line {line}, which begins after {at} bytes, {why}", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// Bytes before it.
        at: u64,
        /// Description of the flaw: `is no record: …`.
        why: String,
    },
    /// A file has a version that this polymer does not know.
    #[error("{} has version {version}, this polymer reads {known}", path.display())]
    Version {
        /// Its path.
        path: PathBuf,
        /// Its version.
        version: u32,
        /// The version that is known.
        known: u32,
    },
    /// `failed.jsonl` lacks lines.
    #[error("{} is damaged: it has {has} lines, but {needs} records are of lines that did not end ok", path.display())]
    LinesMissing {
        /// Its path.
        path: PathBuf,
        /// Whole lines it has.
        has: u64,
        /// Whole lines it should have.
        needs: u64,
    },
    /// Records of a run that was over end in the middle of one.
    #[error("{} ends in the middle of a record: {bytes} bytes behind the last complete one", path.display())]
    CutShort {
        /// Its path.
        path: PathBuf,
        /// Bytes that are no record.
        bytes: u64,
    },
    /// A folder has not the records that its summary counts.
    #[error("{} has {has} records, and {} counts {counted}", path.display(), summary.display())]
    RecordsMissing {
        /// File of the records.
        path: PathBuf,
        /// File that counts them.
        summary: PathBuf,
        /// Records there are.
        has: u64,
        /// Records that were counted.
        counted: u64,
    },
    /// There are no records, and lines of records.
    #[error("{} is missing, but {} has lines of its records", path.display(), failed.display())]
    ResultsMissing {
        /// Where the records should be.
        path: PathBuf,
        /// File that has the lines.
        failed: PathBuf,
    },
}

/// A place between lines of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LinePlace {
    /// Bytes before it.
    pub at: u64,
    /// Lines before it.
    pub lines: u64,
}

/// The end of a file that is no whole line: its writer was killed, or the machine lost its power.
/// To be cut off, with a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TornLine {
    /// Where it begins: the bytes that stay.
    pub at: u64,
    /// Bytes it has.
    pub bytes: u64,
}

/// Flaw of a line.
#[derive(Debug)]
pub enum LineFlaw {
    /// It was not written to its end: that is damage, unless nothing comes behind it.
    Broken(String),
    /// It was, and is not what it should be: damage wherever it stands.
    Strange(String),
}

impl LineFlaw {
    /// Of a line that was to be `what`.
    pub fn of(error: &serde_json::Error, what: &str) -> Self {
        // The parser saw this line alone; its number in the file is told by whoever reads the file.
        let why = format!("is not a valid {what}: {error}").replace(" at line 1 column ", " at column ");
        if error.is_data() { Self::Strange(why) } else { Self::Broken(why) }
    }
}

/// Reads lines and counts them. Holds one in memory.
#[derive(Debug)]
pub struct RecordLines<R> {
    reader: R,
    path: PathBuf,
    held: Vec<u8>,
    /// The number of the line that is held, from 1.
    line: u64,
    /// Where it begins.
    at: u64,
    /// Where it ends.
    end: u64,
}

impl<R: BufRead> RecordLines<R> {
    /// Reads what stands in `path`.
    pub fn new(reader: R, path: &Path) -> Self {
        Self::behind(LinePlace::default(), reader, path)
    }

    /// Reads what stands in `path` behind a place. That is where `reader` is.
    fn behind(place: LinePlace, reader: R, path: &Path) -> Self {
        let LinePlace { at, lines } = place;
        Self { reader, path: path.to_path_buf(), held: Vec::new(), line: lines, at, end: at }
    }

    /// The next line, with its newline if it has one.
    #[expect(clippy::should_implement_trait, reason = "a line is lent, which no iterator can do")]
    pub fn next(&mut self) -> Result<Option<&[u8]>, JournalError> {
        self.held.clear();
        self.held.shrink_to(KEPT);
        let bytes = self.reader.read_until(b'\n', &mut self.held).map_err(cannot_read(&self.path))?;
        self.line += 1;
        self.at = self.end;
        self.end += length(bytes);
        Ok((bytes > 0).then_some(&self.held))
    }

    /// Judges the file by a line with a flaw. Reads on to the end.
    pub fn judge(mut self, flaw: LineFlaw) -> Result<TornLine, JournalError> {
        let at = self.at;
        let may_be_torn = matches!(flaw, LineFlaw::Broken(_));
        if may_be_torn && self.rest_is_empty()? {
            Ok(TornLine { at, bytes: self.end - at })
        } else {
            Err(self.damaged(flaw))
        }
    }

    /// That the line with a flaw is damage.
    pub fn damaged(&self, flaw: LineFlaw) -> JournalError {
        let (LineFlaw::Broken(why) | LineFlaw::Strange(why)) = flaw;
        JournalError::Damaged { path: self.path.clone(), line: self.line, at: self.at, why }
    }

    /// Returns whether nothing follows but zeros, which a file system leaves where it did not get
    /// to write.
    fn rest_is_empty(&mut self) -> Result<bool, JournalError> {
        loop {
            let held = match self.reader.fill_buf() {
                Ok([]) => return Ok(true),
                Ok(held) => held,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(cannot_read(&self.path)(error)),
            };
            if !held.iter().all(|byte| matches!(byte, b'\0' | b'\n')) {
                return Ok(false);
            }
            let taken = held.len();
            self.end += length(taken);
            self.reader.consume(taken);
        }
    }
}

/// Reads a file from its start; one that is not there is empty.
pub fn open(path: &Path) -> Result<BufReader<Box<dyn Read + Send>>, JournalError> {
    let file: Box<dyn Read + Send> = match File::open(path) {
        Ok(file) => Box::new(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Box::new(io::empty()),
        Err(error) => return Err(cannot_read(path)(error)),
    };
    Ok(BufReader::with_capacity(BUFFER, file))
}

/// Reads a file from a place on.
pub fn open_behind(place: LinePlace, path: &Path) -> Result<BufReader<File>, JournalError> {
    let mut file = File::open(path).map_err(cannot_read(path))?;
    file.seek(SeekFrom::Start(place.at)).map_err(cannot_read(path))?;
    Ok(BufReader::with_capacity(BUFFER, file))
}

/// That the system refuses to read this file.
pub fn cannot_read(path: &Path) -> impl Fn(io::Error) -> JournalError {
    move |source| JournalError::Read(SystemError::new(SystemOperation::Read, path, source))
}

/// That the system refuses to write it.
pub fn cannot_write(path: &Path) -> impl Fn(io::Error) -> JournalError {
    move |source| JournalError::Write(SystemError::new(SystemOperation::Write, path, source))
}

/// Hands each whole line to `take`, without its newline, and with the bytes before it. Gives the
/// bytes of all of them, and what is torn behind.
pub fn each(
    reader: impl BufRead,
    path: &Path,
    take: impl FnMut(&[u8]) -> Result<(), LineFlaw>,
) -> Result<(u64, Option<TornLine>), JournalError> {
    each_behind(LinePlace::default(), reader, path, take)
}

/// As [`each`], for the lines behind a place, which is where `reader` is.
pub fn each_behind(
    place: LinePlace,
    reader: impl BufRead,
    path: &Path,
    mut take: impl FnMut(&[u8]) -> Result<(), LineFlaw>,
) -> Result<(u64, Option<TornLine>), JournalError> {
    let mut lines = RecordLines::behind(place, reader, path);
    while let Some(line) = lines.next()? {
        let taken = match line.strip_suffix(b"\n") {
            Some(line) => take(line),
            None => Err(LineFlaw::Broken("has no end".to_owned())),
        };
        if let Err(flaw) = taken {
            let torn = lines.judge(flaw)?;
            return Ok((torn.at, Some(torn)));
        }
    }
    Ok((lines.end, None))
}

/// A number of bytes, as files count them.
pub fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &[u8]) -> Result<(u64, Option<TornLine>), String> {
        each(file, Path::new("f"), |line| match line {
            b"ok" => Ok(()),
            b"odd" => Err(LineFlaw::Strange("is odd".to_owned())),
            _ => Err(LineFlaw::Broken("is broken".to_owned())),
        })
        .map_err(|error| error.to_string())
    }

    #[test]
    fn only_the_end_may_be_torn() {
        let torn = |at, bytes| Ok((at, Some(TornLine { at, bytes })));
        assert_eq!(read(b""), Ok((0, None)));
        assert_eq!(read(b"ok\nok\n"), Ok((6, None)));
        assert_eq!(read(b"ok\no"), torn(3, 1));
        assert_eq!(read(b"ok\nok"), torn(3, 2));
        assert_eq!(read(b"ok\nxx\n"), torn(3, 3));
        let damage = Err("f is damaged: line 2, which begins after 3 bytes, is broken".to_owned());
        assert_eq!(read(b"ok\nxx\nok\n"), damage);
        assert_eq!(read(b"ok\nxx\no"), damage);
        assert_eq!(read(b"ok\n\nok\n"), damage);
    }

    #[test]
    fn behind_a_place_lines_are_counted_on() {
        let file = b"ok\nxx\nok\n";
        let behind = |at: u8, lines| {
            let place = LinePlace { at: at.into(), lines };
            each_behind(place, &file[usize::from(at)..], Path::new("f"), |line| match line {
                b"ok" => Ok(()),
                _ => Err(LineFlaw::Broken("is broken".to_owned())),
            })
            .map_err(|error| error.to_string())
        };
        assert_eq!(behind(6, 2), Ok((9, None)));
        let damage = "f is damaged: line 2, which begins after 3 bytes, is broken";
        assert_eq!((behind(0, 0), behind(3, 1)), (Err(damage.to_owned()), Err(damage.to_owned())));
    }

    #[test]
    fn zeros_are_torn_however_many_blocks_there_are() {
        let torn = |file: &[u8]| read(file).unwrap().1.unwrap();
        assert_eq!(torn(b"ok\n\0\0\0"), TornLine { at: 3, bytes: 3 });
        assert_eq!(torn(b"ok\no\0\0\n\0\0\n\n\0"), TornLine { at: 3, bytes: 9 });
        let file = [&b"ok\no\n"[..], &vec![0; 3 << 20]].concat();
        assert_eq!(torn(&file), TornLine { at: 3, bytes: 2 + (3 << 20) });
        assert!(read(b"ok\n\0\0\nok\n").is_err());
    }

    #[test]
    fn a_whole_line_that_is_not_ours_is_damage_at_the_end_too() {
        assert!(read(b"ok\nodd\n").is_err());
        assert_eq!(read(b"ok\nodd").unwrap().0, 3);
    }
}
