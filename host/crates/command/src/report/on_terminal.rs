//! Output to a terminal beside the status line: text for people, and records in which nothing can
//! imitate other output.
//!
//! It must never know the content of a record: to it, a record is a line of JSON.

use crate::report::status_line::of_stderr;
use polymer_host_base::sanitize::is_dangerous;
use polymer_host_journal::output::out::{RecordOutput, write_whole};
use polymer_host_journal::output::results::RecordStore;
use polymer_host_sys::signals;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Text that goes above the line of this process's stderr, each piece at once.
#[derive(Debug)]
pub struct AboveStatusLine<W>(pub W);

impl<W: Write> Write for AboveStatusLine<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        of_stderr().above(|| self.0.write_all(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Records on a terminal: they go above the line, and characters that would format or reorder what
/// is seen stand as escapes, which mean the same to whoever reads them as JSON.
#[derive(Debug)]
pub struct OnTerminal<W> {
    out: W,
    /// True once something was written. Records are what the run is for: from then on `stty tostop`
    /// stops it in the background, as it does any program.
    stops: bool,
}

impl<W: RecordOutput> OnTerminal<W> {
    /// Writes to `out`, which is a terminal.
    pub const fn new(out: W) -> Self {
        Self { out, stops: false }
    }
}

impl<W: RecordOutput> RecordStore for OnTerminal<W> {
    fn write(&mut self, batch: &[u8], records: u64) -> (u64, io::Result<()>) {
        if !std::mem::replace(&mut self.stops, true) {
            signals::stop_in_background(true);
        }
        // Records are UTF-8.
        let batch = String::from_utf8_lossy(batch);
        let shown = escaped(&batch);
        of_stderr().above(|| write_whole(&mut self.out, shown.as_bytes(), records))
    }
}

/// JSON in which every character that is not to reach a terminal is written as an escape.
#[must_use]
pub fn escaped(json: &str) -> Cow<'_, str> {
    if !json.chars().any(is_dangerous) {
        return json.into();
    }
    let mut shown = String::with_capacity(json.len());
    for character in json.chars() {
        // Between records stand newlines.
        if !is_dangerous(character) {
            shown.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            write!(shown, "\\u{unit:04x}").unwrap_or_default();
        }
    }
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_change_what_is_seen_is_escaped_and_means_the_same() {
        let plain = "{\"a\":\"größer 日本 \\n\"}\n";
        assert_eq!(escaped(plain), plain);
        assert!(matches!(escaped("{\"a\":1}\n"), Cow::Borrowed(_)));
        for code in (0x7f..=0x0010_ffff).filter_map(char::from_u32).filter(|code| is_dangerous(*code)) {
            let json = format!("{{\"{code}\":\"x{code}y\"}}\n");
            let shown = escaped(&json);
            assert!(shown.is_ascii(), "{shown}");
            let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
            assert_eq!(value(&shown), value(&json), "{shown}");
        }
        assert_eq!(escaped("\"\u{202e}\u{e0041}\""), r#""\u202e\udb40\udc41""#);
    }
}
