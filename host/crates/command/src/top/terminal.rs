//! The whole terminal as a place to draw: entered, drawn anew, and given back as it was, whatever
//! ends the program.
//!
//! It must never know what is drawn.

use crate::report::status_line::{TerminalSize, size_of_stdout};
use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};
use polymer_host_sys::signals::{is_in_background, stop_as_job};
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

/// Another screen than the one of the shell, without a cursor.
const ENTER: &str = "\x1b[?1049h\x1b[?25l";
/// The screen of the shell as it was, with a cursor.
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";

/// How the terminal was; none where it is as it was.
static BEFORE: Mutex<Option<TerminalBefore>> = Mutex::new(None);

/// Settings of the terminal that keys come from, if they come from one.
struct TerminalBefore(Option<Termios>);

/// The whole terminal. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct FullScreen(());

/// The size of the terminal that stdout is. Asked for each time, as it may change.
pub(super) fn size() -> TerminalSize {
    size_of_stdout()
}

impl FullScreen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// If it cannot be written to.
    pub(super) fn enter() -> io::Result<Self> {
        // From here on it is given back.
        let screen = Self(());
        take()?;
        Ok(screen)
    }

    /// Draws these rows, each of which fits, over what was there.
    pub(super) fn draw(&mut self, rows: &[String]) {
        if !is_in_background(io::stdout()) {
            // That it cannot be done is no news: nobody sees it.
            drop(put(&frame(rows)));
        }
    }

    /// Gives the terminal back, stops as Ctrl-Z does, and takes it again when told to go on.
    pub(super) fn suspend(&mut self) {
        restore();
        drop(stop_as_job());
        drop(take());
    }
}

impl Drop for FullScreen {
    fn drop(&mut self) {
        restore();
    }
}

fn take() -> io::Result<()> {
    let settings = tcgetattr(io::stdin()).ok();
    if let Some(settings) = &settings {
        let mut keys = settings.clone();
        // Each key comes at once and is not seen. Ctrl-C and Ctrl-Z stay signals.
        keys.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO);
        tcsetattr(io::stdin(), SetArg::TCSANOW, &keys)?;
    }
    *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = Some(TerminalBefore(settings));
    put(ENTER)
}

/// Gives the terminal back, if it was taken. Who panics may call it too.
pub(crate) fn restore() {
    let before = BEFORE.try_lock().ok().and_then(|mut before| before.take());
    if let Some(TerminalBefore(settings)) = before {
        drop(put(LEAVE));
        if let Some(settings) = settings {
            let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &settings);
        }
    }
}

/// The text that draws rows from the top, each over the one before it.
fn frame(rows: &[String]) -> String {
    format!("\x1b[H{}\x1b[K\x1b[J", rows.join("\x1b[K\r\n"))
}

fn put(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_drawn_over_the_one_before_and_nothing_stays_below() {
        assert_eq!(frame(&["a".to_owned(), "b".to_owned()]), "\x1b[Ha\x1b[K\r\nb\x1b[K\x1b[J");
    }

    #[test]
    fn a_terminal_that_was_not_taken_is_left_alone() {
        restore();
        assert!(BEFORE.lock().unwrap().is_none());
    }
}
