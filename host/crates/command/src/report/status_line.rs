//! The line at the foot of this process's terminal: drawn there, taken away while something else is
//! written, and drawn again.
//!
//! Records, the log and the line itself come from different threads, and a terminal has one cursor:
//! so whatever goes there goes [`above`](StatusLine::above) the line, one at a time. It must never
//! know what the line says, nor how a run goes.

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use polymer_host_report::screen::BottomLine;
use polymer_host_sys::signals;
use std::borrow::Cow;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Goes to the start of the row and empties it.
const ERASE: &str = "\r\x1b[K";
/// Columns of a terminal that does not say how many it has.
const USUAL_COLUMNS: usize = 80;
/// Timeout for a caller in a hurry that waits for the line.
const PATIENCE: Duration = Duration::from_millis(100);

/// This process's stderr, which is where the line is.
static STDERR: StatusLine<StderrCanvas> = StatusLine::new(StderrCanvas);

/// The line of this process's stderr.
#[must_use]
pub fn of_stderr() -> &'static StatusLine<StderrCanvas> {
    &STDERR
}

/// Returns whether a terminal with this value of `TERM` can go back in its row.
#[must_use]
pub fn can_go_back(term: Option<&OsStr>) -> bool {
    term.is_some_and(|term| !["", "dumb", "unknown"].iter().any(|other| term == *other))
}

/// Canvas that a line is drawn on.
pub trait LineCanvas: Send {
    /// Returns whether this process may draw here: in the background the terminal belongs to
    /// another.
    fn is_ours(&self) -> bool;

    /// Its width. Asked for each time, as it may change.
    fn columns(&self) -> usize;

    /// Returns whether it accepts output now: not while somebody holds it with Ctrl-S.
    fn is_ready(&self) -> bool;

    /// Puts this there. That it cannot be done is no news: nobody sees it.
    fn put(&self, text: &str);
}

/// Columns of the terminal that standard output is; nothing if it is none.
pub(crate) fn columns_of_stdout() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(terminal_size::Width(columns), _)| columns.into())
}

/// Standard error.
#[derive(Debug)]
pub struct StderrCanvas;

impl LineCanvas for StderrCanvas {
    fn is_ours(&self) -> bool {
        !signals::is_in_background(io::stderr())
    }

    fn columns(&self) -> usize {
        terminal_size::terminal_size_of(io::stderr())
            .map_or(USUAL_COLUMNS, |(terminal_size::Width(columns), _)| columns.into())
    }

    fn is_ready(&self) -> bool {
        let stderr = io::stderr();
        let mut asked = [PollFd::new(stderr.as_fd(), PollFlags::POLLOUT)];
        poll(&mut asked, PollTimeout::ZERO) == Ok(1)
    }

    fn put(&self, text: &str) {
        drop(io::stderr().write_all(text.as_bytes()));
    }
}

/// A line that stands below all else.
#[derive(Debug)]
pub struct StatusLine<C> {
    /// Gone while somebody writes.
    foot: Mutex<Option<StatusFoot<C>>>,
    /// It is there again.
    is_back: Condvar,
}

#[derive(Debug)]
struct StatusFoot<C> {
    canvas: C,
    /// Text to show; empty for no line.
    line: String,
    /// It is there, and the cursor at its start.
    is_drawn: bool,
    /// It is not to be drawn for now.
    is_held: bool,
}

impl<C: LineCanvas> StatusLine<C> {
    /// No line so far.
    pub const fn new(canvas: C) -> Self {
        let foot = StatusFoot { canvas, line: String::new(), is_drawn: false, is_held: false };
        Self { foot: Mutex::new(Some(foot)), is_back: Condvar::new() }
    }

    /// Shows `line` in place of the one before; an empty one takes it away.
    pub fn show(&self, line: String) {
        self.with(|foot| {
            foot.line = line;
            if foot.line.is_empty() {
                foot.erase();
            } else {
                foot.draw();
            }
        });
    }

    /// Takes the line away while `write` writes whole lines, and draws it again.
    pub fn above<R>(&self, write: impl FnOnce() -> R) -> R {
        self.with(|foot| {
            foot.erase();
            let written = write();
            foot.draw();
            written
        })
    }

    /// Takes the line away until [`release`](Self::release) is called. Somebody calls this who is
    /// about to stop or end the process: it waits neither for a terminal that is held nor long for
    /// somebody who writes to one.
    pub fn hold(&self) {
        let foot = self.is_back.wait_timeout_while(self.lock(), PATIENCE, |foot| foot.is_none());
        let (mut place, _) = foot.unwrap_or_else(PoisonError::into_inner);
        let Some(foot) = place.take() else { return };
        drop(place);
        self.lend(foot, |foot| {
            foot.is_held = true;
            if foot.is_drawn && foot.canvas.is_ready() {
                foot.erase();
            }
        });
    }

    /// Lets it be drawn again.
    pub fn release(&self) {
        self.with(|foot| foot.is_held = false);
    }

    fn lock(&self) -> MutexGuard<'_, Option<StatusFoot<C>>> {
        self.foot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something that nobody else does meanwhile.
    fn with<R>(&self, does: impl FnOnce(&mut StatusFoot<C>) -> R) -> R {
        let mut place = self.lock();
        loop {
            if let Some(foot) = place.take() {
                drop(place);
                return self.lend(foot, does);
            }
            place = self.is_back.wait(place).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Does it, and puts the foot back. Who panics does not; then the process ends.
    fn lend<R>(&self, mut foot: StatusFoot<C>, does: impl FnOnce(&mut StatusFoot<C>) -> R) -> R {
        let done = does(&mut foot);
        *self.lock() = Some(foot);
        self.is_back.notify_all();
        done
    }
}

impl<C: LineCanvas> StatusFoot<C> {
    fn draw(&mut self) {
        if !self.is_held && !self.line.is_empty() && self.canvas.is_ours() {
            self.canvas.put(&frame(&self.line, self.canvas.columns()));
            self.is_drawn = true;
        }
    }

    fn erase(&mut self) {
        // From the background it is let be: by then the cursor stands where the shell left it.
        if std::mem::take(&mut self.is_drawn) && self.canvas.is_ours() {
            self.canvas.put(ERASE);
        }
    }
}

/// Returns the text that draws the line over the previous one and leaves the cursor at its start.
/// Whatever is typed there, such as the `^C` of Ctrl-C, neither wraps nor stays. The last column is
/// left free, as terminals differ once it is written to.
fn frame(line: &str, columns: usize) -> String {
    format!("\r{}\x1b[K\r", cut(line, columns.saturating_sub(1)))
}

/// As much of `line` as goes into so many columns.
fn cut(line: &str, columns: usize) -> Cow<'_, str> {
    if line.width() <= columns {
        return line.into();
    }
    let (mut cut, mut used) = (String::new(), 1);
    for character in line.chars() {
        used += character.width().unwrap_or(0);
        if used > columns {
            break;
        }
        cut.push(character);
    }
    if columns > 0 {
        cut.push('…');
    }
    cut.into()
}

/// The line of this process's stderr, for its screen.
#[derive(Debug)]
pub(super) struct ProgressLine;

impl BottomLine for ProgressLine {
    fn show(&self, line: String) {
        of_stderr().show(line);
    }

    fn clear(&self) {
        of_stderr().show(String::new());
    }
}

#[cfg(test)]
mod tests;
