//! The standard streams of `polymer exec`, as they flow: one thread reads standard input into the
//! attempt, another writes what the guest wrote.
//!
//! Both may wait for ever for whoever is at the other end, so nobody waits for them without a way
//! out. It must never know how an attempt ends, or what its end means.

use super::escape::TerminalEscape;
use crate::error::threads;
use crate::input_source::InputSource;
use crate::stderr::say;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use polymer_host_run::streams::{OutputPart, OutputReader, StdinWriter};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::thread;

/// Bytes of standard input that are read at a time.
const BUFFER: usize = 64 << 10;

const STDIN: &str = "standard input";
const STDOUT: &str = "standard output";
const STDERR: &str = "standard error";

/// End of the output: there was no more, or no more of it could be written.
#[derive(Debug, Default)]
pub(super) struct OutputEnd {
    /// Why not all of it was written, if so.
    pub(super) stop: Option<OutputStop>,
    /// The row in which a message would begin is not at its start.
    pub(super) is_mid_row: bool,
}

/// Why output is not written to its end.
#[derive(Debug)]
pub(super) enum OutputStop {
    /// Whoever read it went away.
    ReaderGone,
    /// The system refuses.
    Refused(SystemError),
}

/// Reads standard input on a thread of its own, until it ends or the attempt takes no more. The
/// thread may outlive the attempt, waiting for somebody to type: it ends with the process.
///
/// # Errors
/// If there is no descriptor left, or no thread.
pub(super) fn read_stdin(stdin: StdinWriter) -> Result<(), SystemError> {
    let file = io::stdin().as_fd().try_clone_to_owned().map(File::from);
    let input = InputSource::new(file.map_err(SystemError::on(SystemOperation::Read, STDIN))?);
    let read = move || {
        if let Err(error) = copy(input, stdin) {
            let error = SystemError::new(SystemOperation::Read, STDIN, error);
            say(&format!("warn: {error}; the guest finds the end of its input\n"));
        }
    };
    thread::Builder::new().name("stdin".to_owned()).spawn(read).map_err(threads("that read the input"))?;
    Ok(())
}

/// Moves input to the guest, each piece as soon as it is there.
fn copy(mut input: impl Read, mut stdin: StdinWriter) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = match input.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if stdin.write_all(buffer.get(..count).unwrap_or_default()).is_err() {
            // The attempt is over, or its guest has closed its input.
            return Ok(());
        }
    }
}

/// Writes the output of an attempt.
#[derive(Debug)]
pub(super) struct OutputPump {
    stdout: OutputStream,
    stderr: OutputStream,
    is_mid_row: bool,
}

impl OutputPump {
    /// A pump to the standard streams of this process. Text on a terminal is made safe to show,
    /// unless `raw`.
    ///
    /// # Errors
    /// If there is no descriptor left.
    pub(super) fn open(raw: bool) -> Result<Self, SystemError> {
        let stdout = OutputStream::of(io::stdout(), STDOUT, raw)?;
        let stderr = OutputStream::of(io::stderr(), STDERR, raw)?;
        Ok(Self { stdout, stderr, is_mid_row: false })
    }

    /// Writes on a thread of its own, and says `written` when there is nothing more to write.
    ///
    /// # Errors
    /// If there is no thread.
    pub(super) fn start(
        self,
        output: OutputReader,
        written: impl FnOnce(OutputEnd) + Send + 'static,
    ) -> Result<(), SystemError> {
        let write = move || written(self.write(output));
        thread::Builder::new()
            .name("output".to_owned())
            .spawn(write)
            .map_err(threads("that write the output"))?;
        Ok(())
    }

    fn write(mut self, mut output: OutputReader) -> OutputEnd {
        let mut result = Ok(());
        while result.is_ok() {
            let Some(part) = output.next() else { break };
            result = self.part(&part);
        }
        // If not all was written this ends the attempt: nobody would read the rest.
        drop(output);
        let result = result.and_then(|()| self.stdout.finish()).and_then(|()| self.stderr.finish());
        OutputEnd { stop: result.err(), is_mid_row: self.is_mid_row }
    }

    fn part(&mut self, part: &OutputPart) -> Result<(), OutputStop> {
        let (stream, bytes, is_with_messages) = match part {
            OutputPart::Stdout(bytes) => {
                let one_terminal = self.stdout.is_terminal && self.stderr.is_terminal;
                (&mut self.stdout, bytes, one_terminal)
            }
            OutputPart::Stderr(bytes) => (&mut self.stderr, bytes, true),
        };
        if let Some(last) = bytes.last().filter(|_| is_with_messages) {
            self.is_mid_row = *last != b'\n';
        }
        stream.write(bytes)
    }
}

/// One of the two streams.
#[derive(Debug)]
struct OutputStream {
    file: File,
    name: &'static str,
    is_terminal: bool,
    /// Makes text safe to show, where that is wanted.
    escape: Option<TerminalEscape>,
}

impl OutputStream {
    fn of(stream: impl AsFd + IsTerminal, name: &'static str, raw: bool) -> Result<Self, SystemError> {
        let is_terminal = stream.is_terminal();
        // Not through Rust's own buffer, which waits for the end of a line.
        let file = stream.as_fd().try_clone_to_owned().map(File::from);
        let file = file.map_err(SystemError::on(SystemOperation::Write, name))?;
        let escape = (is_terminal && !raw).then(TerminalEscape::default);
        Ok(Self { file, name, is_terminal, escape })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), OutputStop> {
        let written = match &mut self.escape {
            Some(escape) => write_all(&self.file, escape.push(bytes).as_bytes()),
            None => write_all(&self.file, bytes),
        };
        written.map_err(|error| self.stop(error))
    }

    /// Writes what was held back.
    fn finish(&mut self) -> Result<(), OutputStop> {
        let rest = self.escape.as_mut().map(TerminalEscape::finish).unwrap_or_default();
        write_all(&self.file, rest.as_bytes()).map_err(|error| self.stop(error))
    }

    fn stop(&self, error: io::Error) -> OutputStop {
        match error.kind() {
            io::ErrorKind::BrokenPipe => OutputStop::ReaderGone,
            _ => OutputStop::Refused(SystemError::new(SystemOperation::Write, self.name, error)),
        }
    }
}

/// Writes all of it, and waits where there is no room.
fn write_all(mut file: &File, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // A terminal or pipe shared with a program that does not wait has the flag for all who
            // share it.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                match poll(&mut [PollFd::new(file.as_fd(), PollFlags::POLLOUT)], PollTimeout::NONE) {
                    Ok(_) | Err(Errno::EINTR) => {}
                    Err(errno) => return Err(errno.into()),
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::fcntl::{FcntlArg, OFlag, fcntl};
    use std::os::fd::OwnedFd;

    #[test]
    fn a_pipe_that_is_full_is_waited_for_and_one_without_a_reader_is_told() {
        let (mut reader, writer) = io::pipe().unwrap();
        fcntl(&writer, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).unwrap();
        let bytes: Vec<u8> = (0..1_000_000_u32).map(|at| at.to_le_bytes()[0]).collect();
        let file = File::from(OwnedFd::from(writer));
        let (mut read, expected) = (vec![0; bytes.len()], bytes.clone());
        let writing = thread::spawn(move || {
            let written = write_all(&file, &bytes);
            (file, written)
        });
        reader.read_exact(&mut read).unwrap();
        assert_eq!(read, expected);
        let (file, written) = writing.join().unwrap();
        written.unwrap();
        drop(reader);
        let stream = OutputStream { file, name: STDOUT, is_terminal: false, escape: None };
        let error = write_all(&stream.file, b"x").unwrap_err();
        assert!(matches!(stream.stop(error), OutputStop::ReaderGone));
    }

    #[test]
    fn text_for_a_terminal_is_escaped_across_pieces_and_other_bytes_are_not() {
        for (escape, expected) in [
            (Some(TerminalEscape::default()), "a\\u{1b}é\u{fffd}".as_bytes()),
            (None, b"a\x1b\xc3\xa9\xe2".as_slice()),
        ] {
            let (mut reader, writer) = io::pipe().unwrap();
            let file = File::from(OwnedFd::from(writer));
            let mut stream = OutputStream { file, name: STDOUT, is_terminal: true, escape };
            for piece in [&b"a\x1b\xc3"[..], b"\xa9\xe2"] {
                assert!(stream.write(piece).is_ok());
            }
            assert!(stream.finish().is_ok());
            drop(stream);
            let mut read = Vec::new();
            reader.read_to_end(&mut read).unwrap();
            assert_eq!(read, expected);
        }
    }
}
