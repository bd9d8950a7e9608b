//! Where lines come from: standard input, a file or an object on a server, read as bytes come,
//! decompressed where they are compressed, and read again as often as was asked for.
//!
//! It must never know what the bytes mean.

use super::decompress::MaybeCompressedReader;
use super::exit::CommandExit;
use super::input_position::InputPosition;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use polymer_host_base::Digest;
use polymer_host_store::{ObjectFacts, ObjectReader, ObjectUrl, ObjectUrlError, StoreError};
use polymer_host_sys::paths::PathOpener;
use polymer_host_sys::regular;
use polymer_host_sys::regular::FileError;
use polymer_host_sys::standard;
use polymer_host_sys::standard::{StandardStream, was_closed};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes asked for at once.
const BUFFER: usize = 64 << 10;
/// Name shown for an input that has no path.
pub(super) const STANDARD_INPUT: &str = "standard input";
/// More rounds than a run can come to.
pub const FOREVER: u64 = u64::MAX;

/// There is no such input.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It cannot be opened.
    #[error("{0}")]
    Open(#[source] SystemError),
    /// It is named by a URL that is none.
    #[error(transparent)]
    Url(#[from] ObjectUrlError),
    /// It stands on a server, and cannot be read there.
    #[error(transparent)]
    Object(#[from] StoreError),
    /// It is named by a URL with a digest, which only modules have.
    #[error("the URL {0} has a digest, which is for modules: an input is what stands there now")]
    Digest(String),
    /// The shell closed it (`<&-`). That may be a mistake, and no lines at all are no way to say
    /// so.
    #[error(
        "standard input is closed, so there are no lines to read: name a file with --input, or give it /dev/null"
    )]
    Closed,
    /// It is gone once it was read, as what comes out of a pipe, and was to be read again.
    #[error(
        "--repeat needs a regular file, but {} is not one; name one with --input or --tasks",
        path.display()
    )]
    Once {
        /// Path that was to be read again.
        path: PathBuf,
    },
}

impl SourceError {
    /// The exit code it leads to.
    pub(super) const fn exit(&self) -> CommandExit {
        match self {
            Self::Once { .. } | Self::Url(_) | Self::Digest(_) => CommandExit::Usage,
            Self::Open(_) | Self::Object(_) | Self::Closed => CommandExit::Setup,
        }
    }

    /// That the input at `path` cannot be opened.
    pub(super) fn at(path: &Path, error: FileError) -> Self {
        Self::Open(SystemError::new(SystemOperation::Read, path, error))
    }
}

/// Where the bytes of an open input come from.
#[derive(Debug)]
enum StoredInput {
    File(File),
    Object(Box<ObjectReader>),
}

/// An open input. A read waits, even where whoever opened it wished otherwise.
#[derive(Debug)]
pub struct InputSource {
    stored: StoredInput,
    /// Who wants to know what was read.
    reading: Option<Arc<Mutex<FirstReading>>>,
}

impl InputSource {
    /// An input that is open already.
    pub const fn new(file: File) -> Self {
        Self { stored: StoredInput::File(file), reading: None }
    }

    /// Reads what there is, and waits if there is nothing.
    fn wait_and_read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let file = match &mut self.stored {
            StoredInput::File(file) => file,
            StoredInput::Object(object) => return object.read(bytes),
        };
        loop {
            match file.read(bytes) {
                // A terminal or pipe shared with a program that does not wait has the flag for all
                // who share it.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    poll(&mut [PollFd::new(file.as_fd(), PollFlags::POLLIN)], PollTimeout::NONE)?;
                }
                other => return other,
            }
        }
    }
}

/// Digest and length of an input, from its first reading.
#[derive(Debug, Default)]
pub struct FirstReading {
    digesting: Sha256,
    /// Bytes so far.
    bytes: u64,
    ended: bool,
}

impl FirstReading {
    fn add(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            self.ended = true;
        } else if !self.ended {
            self.digesting.update(bytes);
            self.bytes = self.bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        }
    }

    /// The digest of all of it and its bytes, if it was read to its end.
    #[must_use]
    pub fn whole(&self) -> Option<(Digest, u64)> {
        self.ended.then(|| (Digest::from(<[u8; 32]>::from(self.digesting.clone().finalize())), self.bytes))
    }
}

impl Read for InputSource {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let length = self.wait_and_read(bytes)?;
        if let Some(reading) = &self.reading {
            let read = bytes.get(..length).unwrap_or_default();
            reading.lock().unwrap_or_else(PoisonError::into_inner).add(read);
        }
        Ok(length)
    }
}

/// An input, opened once, and read from its start each time.
#[derive(Debug)]
pub struct InputRounds {
    /// For the first round: whether there is an input is known before anything starts.
    first: Option<StoredInput>,
    /// Rounds that come behind the first.
    left: u64,
    start: RoundStart,
    /// First round's reading, if anyone asked for it.
    reading: Option<Arc<Mutex<FirstReading>>>,
    /// Name of the input.
    name: PathBuf,
    /// It is not decompressed.
    as_stored: bool,
    position: InputPosition,
}

impl InputRounds {
    /// An input that is never read.
    #[must_use]
    pub fn none() -> Self {
        Self {
            first: None,
            left: 0,
            start: RoundStart::Never,
            reading: None,
            name: PathBuf::new(),
            as_stored: false,
            position: InputPosition::default(),
        }
    }

    /// An input that is read once from an open file, such as a pipe.
    #[must_use]
    pub fn once(first: File, name: &Path) -> Self {
        Self::new(first, RoundStart::Never, 1, name).read_as_stored(true)
    }

    fn new(first: File, start: RoundStart, rounds: u64, name: &Path) -> Self {
        let size = size_from_here(&first);
        Self::of(StoredInput::File(first), start, rounds, name).with_size(size)
    }

    fn of(first: StoredInput, start: RoundStart, rounds: u64, name: &Path) -> Self {
        let left = rounds.saturating_sub(1);
        Self { first: Some(first), left, start, name: name.to_path_buf(), ..Self::none() }
    }

    fn with_size(self, bytes: u64) -> Self {
        Self { position: InputPosition::of(bytes), ..self }
    }

    /// The same, read as it is stored if `as_stored`: nothing is decompressed.
    #[must_use]
    pub fn read_as_stored(self, as_stored: bool) -> Self {
        Self { as_stored, ..self }
    }

    /// Returns the name: the path as it was given, or standard input.
    #[must_use]
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// The file that is read first, if there is one.
    #[must_use]
    pub const fn file(&self) -> Option<&File> {
        match &self.first {
            Some(StoredInput::File(file)) => Some(file),
            Some(StoredInput::Object(_)) | None => None,
        }
    }

    /// What the object is that is read, if it is one.
    #[must_use]
    pub fn object(&self) -> Option<&ObjectFacts> {
        match &self.first {
            Some(StoredInput::Object(object)) => Some(object.facts()),
            Some(StoredInput::File(_)) | None => None,
        }
    }

    /// Position in each round, and the number of rounds; nothing if they have no end.
    pub(super) fn position(&self) -> Option<(InputPosition, u64)> {
        let rounds = self.left.checked_add(1).filter(|_| self.left < FOREVER - 1)?;
        Some((self.position.clone(), rounds))
    }

    /// Returns what is read in the first round, from here on.
    pub fn reading(&mut self) -> Arc<Mutex<FirstReading>> {
        Arc::clone(self.reading.get_or_insert_default())
    }
}

/// Where a round behind the first starts.
#[derive(Debug)]
enum RoundStart {
    /// So many bytes into a regular file. It is held and not looked up again: where it stands, a
    /// task may by then have put a link to something that is the operator's alone.
    Held(File, u64),
    /// At the start of an object, which is to be the one that it was.
    Object(Box<(ObjectUrl, ObjectFacts)>),
    /// There is no such round.
    Never,
}

impl RoundStart {
    fn open(&self) -> io::Result<Option<StoredInput>> {
        match self {
            Self::Held(file, at) => {
                let mut file = file.try_clone()?;
                file.seek(SeekFrom::Start(*at))?;
                Ok(Some(StoredInput::File(file)))
            }
            Self::Object(object) => {
                let (url, facts) = &**object;
                let object = ObjectReader::open_again(url, facts.clone());
                // Whoever reads names the input.
                let object = object.map_err(|error| io::Error::other(error.fault))?;
                Ok(Some(StoredInput::Object(Box::new(object))))
            }
            Self::Never => Ok(None),
        }
    }
}

impl Iterator for InputRounds {
    type Item = io::Result<MaybeCompressedReader<BufReader<InputSource>>>;

    fn next(&mut self) -> Option<Self::Item> {
        let (stored, reading) = match self.first.take() {
            Some(stored) => (Ok(Some(stored)), self.reading.clone()),
            None => {
                self.left = self.left.checked_sub(1)?;
                (self.start.open(), None)
            }
        };
        let source = |stored| {
            let stored = BufReader::with_capacity(BUFFER, InputSource { stored, reading });
            self.position.restart();
            MaybeCompressedReader::new(stored, self.as_stored).counted_by(self.position.clone())
        };
        stored.map(|stored| stored.map(source)).transpose()
    }
}

/// Opens the file at `path`, standard input for `None` and `-`, to be read `rounds` times. For one
/// round a pipe is fine: the operator named it. More need a regular file; standard input is read
/// again from where it stands now. A URL is an object's, which is the same one in all rounds.
///
/// # Errors
/// If it cannot be opened, is a folder, or cannot be read again and should be.
pub fn open(path: Option<&Path>, rounds: u64) -> Result<InputRounds, SourceError> {
    let path = path.filter(|path| *path != Path::new("-"));
    if let Some(url) = path.and_then(ObjectUrl::of_path) {
        return open_object(url?, rounds);
    }
    if path.is_none_or(|path| standard::is_named(path, StandardStream::Input))
        && was_closed(StandardStream::Input)
    {
        return Err(SourceError::Closed);
    }
    let opened = match (path, rounds) {
        (Some(path), ..=1) => once(File::open(path)),
        (None, ..=1) => once(stdin()),
        (Some(path), _) => regular::open(path, u64::MAX).and_then(held),
        (None, _) => stdin().map_err(FileError::from).and_then(held),
    };
    let path = path.unwrap_or_else(|| Path::new(STANDARD_INPUT)).to_path_buf();
    match opened {
        Ok((first, start)) => Ok(InputRounds::new(first, start, rounds, &path)),
        Err(FileError::NotRegular) if rounds > 1 => Err(SourceError::Once { path }),
        Err(error) => Err(SourceError::at(&path, error)),
    }
}

/// That a URL is one of an input.
///
/// # Errors
/// If it has a digest.
pub(super) fn check_url(url: &ObjectUrl) -> Result<(), SourceError> {
    match url.digest() {
        Some(_) => Err(SourceError::Digest(url.to_string())),
        None => Ok(()),
    }
}

/// Opens an object on a server. Its first part is read, so that what is wrong is known now.
fn open_object(url: ObjectUrl, rounds: u64) -> Result<InputRounds, SourceError> {
    check_url(&url)?;
    let object = ObjectReader::open(&url)?;
    let (name, facts) = (PathBuf::from(url.to_string()), object.facts().clone());
    let length = facts.length;
    let start = RoundStart::Object(Box::new((url, facts)));
    Ok(InputRounds::of(StoredInput::Object(Box::new(object)), start, rounds, &name).with_size(length))
}

/// As [`open`], for a regular file that is opened by `paths`.
///
/// # Errors
/// As there, also if a link that is not trusted would have to be followed.
pub fn open_by(paths: &PathOpener, path: &Path, rounds: u64) -> Result<InputRounds, SourceError> {
    if ObjectUrl::is_url(path) {
        return open(Some(path), rounds);
    }
    match paths.open(path, u64::MAX).and_then(held) {
        Ok((first, start)) => Ok(InputRounds::new(first, start, rounds, path)),
        Err(error) => Err(SourceError::at(path, error)),
    }
}

/// Bytes of a regular file from where it stands; 0 of any other.
fn size_from_here(mut file: &File) -> u64 {
    let size = file.metadata().ok().filter(std::fs::Metadata::is_file).map_or(0, |metadata| metadata.len());
    size.saturating_sub(file.stream_position().unwrap_or(0))
}

fn stdin() -> io::Result<File> {
    io::stdin().as_fd().try_clone_to_owned().map(File::from)
}

fn once(file: io::Result<File>) -> Result<(File, RoundStart), FileError> {
    let file = regular::stored(file?)?;
    if file.metadata()?.is_dir() { Err(FileError::Folder) } else { Ok((file, RoundStart::Never)) }
}

/// A file that is open already, to be read again from where it stands now.
fn held(file: File) -> Result<(File, RoundStart), FileError> {
    let mut file = regular::stored(file)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(FileError::Folder);
    }
    if !metadata.is_file() {
        return Err(FileError::NotRegular);
    }
    let at = file.stream_position()?;
    Ok((file.try_clone()?, RoundStart::Held(file, at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::CliError;
    use crate::exit::CommandExit;
    use std::io::{BufRead, Write};

    fn text(reader: Option<io::Result<MaybeCompressedReader<BufReader<InputSource>>>>) -> String {
        io::read_to_string(reader.unwrap().unwrap()).unwrap()
    }

    #[test]
    fn a_pipe_that_does_not_wait_is_waited_for() {
        let (reader, mut writer) = io::pipe().unwrap();
        polymer_host_sys::channel::set_nonblocking(&reader).unwrap();
        let reading = std::thread::spawn(move || {
            let mut text = String::new();
            let mut reader = BufReader::new(InputSource::new(File::from(std::os::fd::OwnedFd::from(reader))));
            reader.read_line(&mut text).map(|_| text)
        });
        std::thread::yield_now();
        writer.write_all(b"line\n").unwrap();
        assert_eq!(reading.join().unwrap().unwrap(), "line\n");
    }

    #[test]
    fn what_was_read_the_first_time_is_known_once_it_was_read_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        std::fs::write(&path, "one").unwrap();
        let mut rounds = open(Some(&path), 2).unwrap();
        let reading = rounds.reading();
        let whole = || reading.lock().unwrap().whole();
        let mut first = rounds.next().unwrap().unwrap();
        first.read_exact(&mut [0; 3]).unwrap();
        assert_eq!(whole(), None);
        assert_eq!(first.read(&mut [0; 3]).unwrap(), 0);
        assert_eq!(whole(), Some((Digest::of(b"one"), 3)));
        std::fs::write(&path, "another").unwrap();
        assert_eq!(text(rounds.next()), "another");
        assert_eq!(whole(), Some((Digest::of(b"one"), 3)));
        assert!(InputRounds::none().next().is_none());
    }

    #[test]
    fn the_size_of_what_is_left_is_known_of_regular_files() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123456789").unwrap();
        file.seek(SeekFrom::Start(2)).unwrap();
        let part = |rounds: &InputRounds, taken| rounds.position().unwrap().0.part(taken);
        let rounds = InputRounds::new(file, RoundStart::Never, 3, Path::new("file"));
        assert_eq!((part(&rounds, 4), rounds.position().unwrap().1), (Some(0.5), 3));
        let (reader, _writer) = io::pipe().unwrap();
        let piped = InputRounds::once(File::from(std::os::fd::OwnedFd::from(reader)), Path::new("pipe"));
        assert_eq!((part(&piped, 4), piped.position().unwrap().1), (None, 1));
        let endless =
            InputRounds::new(tempfile::tempfile().unwrap(), RoundStart::Never, FOREVER, Path::new("f"));
        assert!(endless.position().is_none());
    }

    #[test]
    fn what_is_compressed_is_counted_as_it_is_stored() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(&b"a line\n".repeat(100_000)).unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&packed.finish().unwrap()).unwrap();
        file.rewind().unwrap();
        let (first, start) = held(file).unwrap();
        let mut rounds = InputRounds::new(first, start, 2, Path::new("file"));
        let (position, _) = rounds.position().unwrap();
        for _ in 0..2 {
            let mut reader = rounds.next().unwrap().unwrap();
            reader.read_exact(&mut [0; 7_000]).unwrap();
            let part = position.part(7_000).unwrap();
            assert!((part - 0.01).abs() < 0.002, "{part}");
            assert_eq!(io::read_to_string(reader).unwrap().len(), 693_000);
            assert_eq!(position.part(700_000), Some(1.0));
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for rounds in [1, 2] {
            let error = open(Some(folder.path()), rounds).unwrap_err().to_string();
            assert!(error.ends_with("it is a folder"), "{error}");
            let error = open(Some(&folder.path().join("none.jsonl")), rounds).unwrap_err().to_string();
            assert!(error.ends_with("none.jsonl: there is no such file"), "{error}");
        }
    }

    #[test]
    fn a_file_is_read_as_often_as_asked_for_and_changes_show() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        std::fs::write(&path, "one").unwrap();
        let mut rounds = open(Some(&path), 3).unwrap();
        assert_eq!(text(rounds.next()), "one");
        std::fs::write(&path, "longer").unwrap();
        assert_eq!(text(rounds.next()), "longer");
        assert_eq!(text(rounds.next()), "longer");
        assert!(rounds.next().is_none());
        let mut once = open(Some(&path), 1).unwrap();
        assert_eq!((text(once.next()), once.next().is_none()), ("longer".to_owned(), true));
    }

    #[test]
    fn what_is_put_in_the_place_of_a_file_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let (path, secret) = (folder.path().join("lines"), folder.path().join("secret"));
        std::fs::write(&path, "one").unwrap();
        std::fs::write(&secret, "secret").unwrap();
        let mut rounds = open(Some(&path), FOREVER).unwrap();
        assert_eq!(text(rounds.next()), "one");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(text(rounds.next()), "one");
        std::os::unix::fs::symlink(&secret, &path).unwrap();
        assert_eq!(text(rounds.next()), "one");
    }

    #[test]
    fn what_is_open_already_is_read_again_from_where_it_stood() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"read before;lines").unwrap();
        file.seek(SeekFrom::Start(12)).unwrap();
        let (first, start) = held(file).unwrap();
        let mut rounds = InputRounds::new(first, start, 3, Path::new("file"));
        for _ in 0..3 {
            assert_eq!(text(rounds.next()), "lines");
        }
        assert!(rounds.next().is_none());
    }

    #[test]
    fn what_is_no_regular_file_is_read_once_only() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        let error = open(Some(&pipe), 2).unwrap_err();
        assert!(matches!(&error, SourceError::Once { path } if *path == pipe));
        assert!(error.to_string().starts_with("--repeat needs a regular file"), "{error}");
        assert_eq!(CliError::from(error).exit(), CommandExit::Usage);
        let (reader, _writer) = io::pipe().unwrap();
        let piped = File::from(std::os::fd::OwnedFd::from(reader));
        assert!(matches!(held(piped.try_clone().unwrap()), Err(FileError::NotRegular)));
        assert!(once(Ok(piped)).is_ok());
    }
}
