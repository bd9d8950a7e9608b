//! Messages of the command itself on stderr: the one place that writes there, apart from the log
//! and the report of a run.
//!
//! Every message is made safe to show, stands above the progress line, and has colours where they
//! are wanted. This module must never know the content.

use crate::report::colour::coloured;
use crate::report::json_log::message_line;
use crate::report::status_line;
use polymer_host_base::sanitize::printable;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

/// True if messages have colours.
static IN_COLOUR: AtomicBool = AtomicBool::new(false);
/// True if only failures are reported.
static IS_QUIET: AtomicBool = AtomicBool::new(false);
/// True if each message is a line of JSON.
static IN_JSON: AtomicBool = AtomicBool::new(false);

/// Says from here on with colours, or without.
pub(super) fn set_colour(is_wanted: bool) {
    IN_COLOUR.store(is_wanted, Ordering::Relaxed);
}

/// Returns whether messages have colours.
pub(super) fn has_colour() -> bool {
    IN_COLOUR.load(Ordering::Relaxed)
}

/// Says each message as a line of JSON from here on, without colours.
pub(super) fn speak_json() {
    IN_JSON.store(true, Ordering::Relaxed);
    set_colour(false);
}

/// Leaves out notes from here on.
pub(super) fn be_quiet() {
    IS_QUIET.store(true, Ordering::Relaxed);
}

/// Returns whether notes are left out.
pub(super) fn is_quiet() -> bool {
    IS_QUIET.load(Ordering::Relaxed)
}

/// Says what failed, or what was asked for and is not done. That stderr is closed is no news:
/// nobody would be told.
pub(super) fn say(text: &str) {
    let text = shown(text);
    let text = if IN_JSON.load(Ordering::Relaxed) {
        message_line(&text, SystemTime::now())
    } else if has_colour() {
        coloured(&text)
    } else {
        text
    };
    let mut stderr = io::stderr();
    drop(status_line::of_stderr().above(|| stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush())));
}

/// Says what is good to know and no failure: nothing under `--quiet`.
pub(super) fn note(text: &str) {
    if !is_quiet() {
        say(text);
    }
}

/// Writer for the messages of others, piece by piece: made safe to show, and otherwise unchanged.
#[derive(Debug)]
pub(super) struct NoticeWriter;

impl Write for NoticeWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let text = if IN_JSON.load(Ordering::Relaxed) && !text.trim().is_empty() {
            message_line(&text, SystemTime::now()).into()
        } else {
            printable(&text)
        };
        io::stderr().write_all(text.as_bytes()).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// A text for people, of whose lines none can do anything to a terminal: names in it may be
/// anybody's.
pub(super) fn shown(text: &str) -> String {
    text.lines().flat_map(|line| [printable(line), "\n".into()]).collect()
}
