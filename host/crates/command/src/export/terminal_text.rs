//! Text on a terminal in which nothing can act on the terminal: guests wrote some of it.
//!
//! It must never know a format but for whether it is JSON, where escapes mean the same.

use crate::report::on_terminal::escaped;
use polymer_host_base::sanitize::printable;
use std::io::{self, Write};

/// Text on its way to a terminal, line by line.
pub(super) struct TerminalText<W: Write> {
    out: W,
    is_json: bool,
    /// The line that is not whole yet.
    held: Vec<u8>,
}

impl<W: Write> TerminalText<W> {
    /// Writes to `out`, which is a terminal.
    pub(super) const fn new(out: W, is_json: bool) -> Self {
        Self { out, is_json, held: Vec::new() }
    }

    fn hand_on(&mut self, bytes: usize) -> io::Result<()> {
        let rest = self.held.split_off(bytes);
        let lines = std::mem::replace(&mut self.held, rest);
        let lines = String::from_utf8_lossy(&lines);
        let shown = if self.is_json { escaped(&lines) } else { printable(&lines) };
        self.out.write_all(shown.as_bytes())
    }
}

impl<W: Write> Write for TerminalText<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let before = self.held.len();
        self.held.extend_from_slice(bytes);
        if let Some(newline) = bytes.iter().rposition(|byte| *byte == b'\n') {
            self.hand_on(before + newline + 1)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.hand_on(self.held.len())?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_escaped_wherever_a_piece_ends() {
        let text = "a\u{1b}[2J,größer\u{202e}\n\"b\u{9b}\"";
        for is_json in [false, true] {
            let mut out = Vec::new();
            let mut terminal = TerminalText::new(&mut out, is_json);
            for byte in text.as_bytes() {
                terminal.write_all(&[*byte]).unwrap();
            }
            terminal.flush().unwrap();
            let expected = if is_json {
                "a\\u001b[2J,größer\\u202e\n\"b\\u009b\""
            } else {
                "a\\u{1b}[2J,größer\\u{202e}\n\"b\\u{9b}\""
            };
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
