//! Where lines come from: standard input or a file, read as bytes come.
//!
//! It must never know what the bytes mean.

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

/// Bytes asked for at once.
const BUFFER: usize = 64 << 10;

/// The input cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {source}", path.display())]
pub struct SourceError {
    /// What was to be opened.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

/// An open input. A read waits, even where whoever opened it wished otherwise.
#[derive(Debug)]
pub struct Source(File);

impl Source {
    /// An input that is open already.
    pub const fn new(file: File) -> Self {
        Self(file)
    }
}

impl Read for Source {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(bytes) {
                // A terminal or pipe shared with a program that does not wait has the flag for all who share it.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    poll(&mut [PollFd::new(self.0.as_fd(), PollFlags::POLLIN)], PollTimeout::NONE)?;
                }
                other => return other,
            }
        }
    }
}

/// Opens the file at `path`; standard input for `None` and `-`. A pipe is fine here: the operator named it.
///
/// # Errors
/// If it cannot be opened, or is a folder.
pub fn open(path: Option<&Path>) -> Result<BufReader<Source>, SourceError> {
    let path = path.unwrap_or_else(|| Path::new("-"));
    let file = if path == Path::new("-") {
        io::stdin().as_fd().try_clone_to_owned().map(File::from)
    } else {
        File::open(path)
    };
    let file = file.and_then(|file| {
        if file.metadata()?.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { Ok(file) }
    });
    match file {
        Ok(file) => Ok(BufReader::with_capacity(BUFFER, Source(file))),
        Err(source) => Err(SourceError { path: path.to_path_buf(), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, Write};

    #[test]
    fn a_pipe_that_does_not_wait_is_waited_for() {
        let (reader, mut writer) = io::pipe().unwrap();
        crate::sys::channel::set_nonblocking(&reader).unwrap();
        let reading = std::thread::spawn(move || {
            let mut text = String::new();
            let mut reader = BufReader::new(Source::new(File::from(std::os::fd::OwnedFd::from(reader))));
            reader.read_line(&mut text).map(|_| text)
        });
        std::thread::yield_now();
        writer.write_all(b"line\n").unwrap();
        assert_eq!(reading.join().unwrap().unwrap(), "line\n");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert!(open(Some(folder.path())).unwrap_err().to_string().contains("directory"));
        let error = open(Some(&folder.path().join("none.jsonl"))).unwrap_err();
        assert!(error.to_string().contains("none.jsonl"), "{error}");
    }
}
