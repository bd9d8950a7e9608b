//! A command on a terminal of its own: what it puts there is kept, and shown as an emulator shows
//! it.

use super::running::heed_signals;
use super::{outer_environment, path_with_polymer, root};
use nix::pty::{Winsize, openpty};
use rustix::termios::{Winsize as Size, tcsetwinsize};
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};
use vt100::Parser;

/// Rows of every terminal: so many that nothing leaves it.
const ROWS: u16 = 300;
/// What a command is given for what a test waits for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Bytes, the last that came, that a failure shows.
const SHOWN: usize = 1000;

/// A command that runs on a terminal.
pub(crate) struct Terminal {
    child: Child,
    keyboard: File,
    heard: Receiver<Vec<u8>>,
    emulator: Parser,
    bytes: Vec<u8>,
}

/// What was seen of a command that has ended.
pub(crate) struct Seen {
    pub(crate) status: ExitStatus,
    /// Everything that was written, as it came.
    pub(crate) bytes: String,
    /// Lines, whatever number of rows each takes.
    pub(crate) lines: Vec<String>,
    /// The row of the cursor, from the top, and its column.
    pub(crate) cursor: (u16, u16),
}

impl Terminal {
    /// A line for `bash` on a terminal that can do everything and has so many columns.
    pub(crate) fn start(columns: u16, line: &str) -> Self {
        Self::with(columns, &[("TERM", "xterm-256color")], line)
    }

    /// The same, with these variables.
    pub(crate) fn with(columns: u16, variables: &[(&str, &str)], line: &str) -> Self {
        let size = Winsize { ws_row: ROWS, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = openpty(&size, None).unwrap();
        let (keyboard, terminal) = (File::from(pty.master), File::from(pty.slave));
        // It makes a session of which this is the terminal, without which there is no foreground.
        let mut command = Command::new("setsid");
        command.args(["--ctty", "bash", "--norc", "-c", line]).current_dir(root()).env_clear();
        command.envs(outer_environment()).env("PATH", path_with_polymer());
        command.env("XDG_CONFIG_HOME", "/nonexistent").envs(variables.iter().copied());
        command.stdin(terminal.try_clone().unwrap()).stdout(terminal.try_clone().unwrap()).stderr(terminal);
        heed_signals(&mut command);
        let child = command.spawn().unwrap();
        // It holds the terminal's other end.
        drop(command);
        let (say, heard) = channel();
        let mut screen = keyboard.try_clone().unwrap();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            // An error says that nobody has the other end any more.
            while let Ok(count @ 1..) = screen.read(&mut bytes) {
                if say.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let size = |number| NonZeroU16::new(number).unwrap();
        Self {
            child,
            keyboard,
            heard,
            emulator: Parser::new(size(ROWS), size(columns), 0),
            bytes: Vec::new(),
        }
    }

    /// Types this.
    pub(crate) fn keys(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Gives it another width.
    pub(crate) fn resize(&mut self, columns: u16) {
        tcsetwinsize(&self.keyboard, Size { ws_row: ROWS, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 })
            .unwrap();
        self.emulator.set_size(NonZeroU16::new(ROWS).unwrap(), NonZeroU16::new(columns).unwrap());
    }

    /// What is seen now, line by line.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.emulator.screen().contents().lines().map(str::to_owned).collect()
    }

    /// The row of the cursor and its column.
    pub(crate) fn cursor(&self) -> (u16, u16) {
        self.emulator.screen().cursor_position()
    }

    /// What stands in the row of the cursor, column by column.
    pub(crate) fn row(&self) -> String {
        let (row, _) = self.cursor();
        let screen = self.emulator.screen();
        screen.rows(0, screen.size().1.get()).nth(row.into()).unwrap_or_default()
    }

    /// Waits until what is seen is as wished.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, is: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is(self) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.heard.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("waited too long for {what}\n{}", self.shown()),
                Err(RecvTimeoutError::Disconnected) => panic!("it ended before {what}\n{}", self.shown()),
            }
        }
    }

    /// Waits until a line that contains this is seen.
    #[track_caller]
    pub(crate) fn until_seen(&mut self, part: &str) {
        self.until(part, |terminal| terminal.lines().iter().any(|line| line.contains(part)));
    }

    /// Waits for the end.
    #[track_caller]
    pub(crate) fn end(mut self) -> Seen {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.heard.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end\n{}", self.shown()),
            }
        }
        let status = self.child.wait().unwrap();
        let bytes = String::from_utf8_lossy(&self.bytes).into_owned();
        Seen { status, bytes, lines: self.lines(), cursor: self.cursor() }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.emulator.process(bytes);
    }

    fn shown(&self) -> String {
        let last = self.bytes.get(self.bytes.len().saturating_sub(SHOWN)..).unwrap_or_default();
        format!("{}\n--- {:?}", self.lines().join("\n"), String::from_utf8_lossy(last))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}
