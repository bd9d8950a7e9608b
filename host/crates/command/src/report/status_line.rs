//! The line at the foot of this process's terminal, or a few rows of them: drawn there, taken away
//! while something else is written, and drawn again.
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
/// The same, with all rows below.
const ERASE_BELOW: &str = "\r\x1b[J";
/// Size of a terminal that does not say which it has.
const USUAL_SIZE: TerminalSize = TerminalSize { columns: 80, rows: 24 };
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

/// Size of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalSize {
    /// Its width.
    pub columns: usize,
    /// Its height.
    pub rows: usize,
}

/// Gives a row, which was cut already, its colours.
pub type RowPaint = fn(&str) -> String;

/// The size of the terminal that stderr is. Asked for each time, as it may change.
#[must_use]
pub(super) fn size_of_stderr() -> TerminalSize {
    size_of(io::stderr())
}

/// The same of stdout.
#[must_use]
pub(crate) fn size_of_stdout() -> TerminalSize {
    size_of(io::stdout())
}

fn size_of(terminal: impl AsFd) -> TerminalSize {
    terminal_size::terminal_size_of(terminal)
        .map_or(USUAL_SIZE, |(columns, rows)| TerminalSize { columns: columns.0.into(), rows: rows.0.into() })
}

/// Canvas that a line is drawn on.
pub trait LineCanvas: Send {
    /// Returns whether this process may draw here: in the background the terminal belongs to
    /// another.
    fn is_ours(&self) -> bool;

    /// Its size. Asked for each time, as it may change.
    fn size(&self) -> TerminalSize;

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

    fn size(&self) -> TerminalSize {
        size_of_stderr()
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
    /// Rows to show, one a line; empty for none.
    line: String,
    paint: RowPaint,
    /// Rows of it that are there, with the cursor at the start of the first.
    drawn: usize,
    /// It is not to be drawn for now.
    is_held: bool,
}

impl<C: LineCanvas> StatusLine<C> {
    /// No line so far.
    pub const fn new(canvas: C) -> Self {
        let foot = StatusFoot { canvas, line: String::new(), paint: plain, drawn: 0, is_held: false };
        Self { foot: Mutex::new(Some(foot)), is_back: Condvar::new() }
    }

    /// Shows `line`, which may have several rows, in place of the one before; an empty one takes it
    /// away. Each row is painted so.
    pub fn show(&self, line: String, paint: RowPaint) {
        self.with(|foot| {
            (foot.line, foot.paint) = (line, paint);
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
            if foot.drawn > 0 && foot.canvas.is_ready() {
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
            let (text, rows) = frame(&self.line, self.canvas.size(), self.paint, self.drawn);
            self.canvas.put(&text);
            self.drawn = rows;
        }
    }

    fn erase(&mut self) {
        let drawn = std::mem::take(&mut self.drawn);
        // From the background it is let be: by then the cursor stands where the shell left it.
        if drawn > 0 && self.canvas.is_ours() {
            self.canvas.put(if drawn == 1 { ERASE } else { ERASE_BELOW });
        }
    }
}

/// Leaves a row as it is.
fn plain(row: &str) -> String {
    row.to_owned()
}

/// Returns the text that draws the rows over the previous ones, of which there are `drawn`, and
/// leaves the cursor at the start of the first; and how many rows these are. Whatever is typed
/// there, such as the `^C` of Ctrl-C, neither wraps nor stays. The last column is left free, as
/// terminals differ once it is written to, and so is a row above: with it gone, the way back up
/// would end in the wrong one.
fn frame(line: &str, size: TerminalSize, paint: RowPaint, drawn: usize) -> (String, usize) {
    let most = size.rows.saturating_sub(1).max(1);
    let row = |row| paint(&cut(row, size.columns.saturating_sub(1)));
    let rows: Vec<String> = line.lines().take(most).map(row).collect();
    let clear = if drawn > 1 || rows.len() > 1 { "\x1b[J" } else { "\x1b[K" };
    let back = match rows.len() {
        ..=1 => "\r".to_owned(),
        several => format!("\r\x1b[{}A", several - 1),
    };
    (format!("\r{}{clear}{back}", rows.join("\x1b[K\r\n")), rows.len())
}

/// As much of `line` as goes into so many columns.
pub(crate) fn cut(line: &str, columns: usize) -> Cow<'_, str> {
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
pub(super) struct ProgressLine {
    pub(super) paint: RowPaint,
}

impl BottomLine for ProgressLine {
    fn show(&self, line: String) {
        of_stderr().show(line, self.paint);
    }

    fn clear(&self) {
        of_stderr().show(String::new(), self.paint);
    }
}

#[cfg(test)]
mod tests;
