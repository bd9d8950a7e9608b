//! Where lines for people, and events for who watches, go: a thread that writes to a terminal, a
//! pipe or a file, with a progress line below them if there is one.
//!
//! A terminal can be stopped and a pipe can be full; the supervisor's clock must go on all the
//! same. So nobody but this thread writes, what waits is bounded, and what is too much is left out
//! and counted. Errors of writing are no reason to stop: the first is told where there is another
//! place to tell of it.

use std::fmt;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

/// Bytes that may wait to be written.
const MOST: usize = 8 << 20;

/// Makes the text, newline included, that tells how many messages were left out.
pub type LeftOutNote = fn(messages: u64) -> String;

/// A line below all others, drawn anew each time: on a terminal, by the screen's thread.
pub trait BottomLine: Send {
    /// Shows `line` in place of the one before.
    fn show(&self, line: String);

    /// Takes the line away for good.
    fn clear(&self);
}

/// A place for lines. Clones share it; with the last one gone its thread ends.
#[derive(Debug, Clone)]
pub struct Screen {
    messages: Sender<ScreenMessage>,
    shared: Arc<ScreenShared>,
    has_bar: bool,
}

#[derive(Debug, Default)]
struct ScreenShared {
    /// Bytes that wait.
    waiting: AtomicUsize,
    /// Messages that found no room, and of which nothing was said yet.
    left_out: AtomicU64,
    /// All of them.
    left_out_in_all: AtomicU64,
    /// A progress line waits to be drawn.
    bar_waits: AtomicBool,
}

#[derive(Debug)]
enum ScreenMessage {
    Text(String),
    Bar(String),
    ClearBar,
    Flush(SyncSender<()>),
}

impl Screen {
    /// Lines go to `out`, and a progress line to `bar` if there is one: where both are the same
    /// terminal, `out` takes the line away while it writes.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn new(out: Box<dyn Write + Send>, bar: Option<Box<dyn BottomLine>>) -> io::Result<Self> {
        Self::start(out, bar, None, left_out_note)
    }

    /// As [`new`](Self::new), without a progress line. The first error of writing to it is handed
    /// to `tell`, on its thread.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn telling(
        out: Box<dyn Write + Send>,
        tell: impl FnOnce(&io::Error) + Send + 'static,
    ) -> io::Result<Self> {
        Self::start(out, None, Some(Box::new(tell)), left_out_note)
    }

    /// As [`telling`](Self::telling), for a program that reads lines of its own form: `note` tells
    /// in that form how many were left out.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn for_program(
        out: Box<dyn Write + Send>,
        tell: impl FnOnce(&io::Error) + Send + 'static,
        note: LeftOutNote,
    ) -> io::Result<Self> {
        Self::start(out, None, Some(Box::new(tell)), note)
    }

    fn start(
        out: Box<dyn Write + Send>,
        bar: Option<Box<dyn BottomLine>>,
        tell: Option<ErrorListener>,
        note: LeftOutNote,
    ) -> io::Result<Self> {
        let shared = Arc::<ScreenShared>::default();
        let (sender, messages) = channel();
        let has_bar = bar.is_some();
        let painter =
            ScreenPainter { out, bar, tell, note, shared: Arc::clone(&shared), text: String::new() };
        let thread =
            std::thread::Builder::new().name("screen".to_owned()).spawn(move || painter.run(&messages))?;
        // It ends when every sender is gone; who wants to wait calls `flush`.
        drop(thread);
        Ok(Self { messages: sender, shared, has_bar })
    }

    /// This process's stdout, without a progress line.
    ///
    /// # Errors
    /// If no descriptor is left, or no thread can be started.
    pub fn stdout() -> io::Result<Self> {
        // Not by way of `io::stdout`: a program may hold its lock while it waits for what this is
        // to write.
        let stdout = std::fs::File::from(io::stdout().as_fd().try_clone_to_owned()?);
        Self::new(Box::new(stdout), None)
    }

    /// Returns whether it shows a progress line.
    #[must_use]
    pub const fn has_bar(&self) -> bool {
        self.has_bar
    }

    /// Writes `text`, which is safe to show and ends in a newline, when its turn comes. Never
    /// waits.
    pub fn write(&self, text: String) {
        self.write_messages(text, 1);
    }

    /// The same with a text of so many messages, which are left out together if there is no room.
    pub fn write_messages(&self, text: String, messages: u64) {
        let bytes = text.len();
        let before = self.shared.waiting.fetch_add(bytes, Ordering::SeqCst);
        if before.saturating_add(bytes) > MOST || self.messages.send(ScreenMessage::Text(text)).is_err() {
            self.shared.waiting.fetch_sub(bytes, Ordering::SeqCst);
            self.shared.left_out.fetch_add(messages, Ordering::SeqCst);
            self.shared.left_out_in_all.fetch_add(messages, Ordering::SeqCst);
        }
    }

    /// Returns the number of messages that found no room so far.
    #[must_use]
    pub fn left_out_in_all(&self) -> u64 {
        self.shared.left_out_in_all.load(Ordering::SeqCst)
    }

    /// Shows `line` below everything else, in place of the one before. Passed over while that one
    /// still waits to be drawn.
    pub fn show_bar(&self, line: String) {
        if self.has_bar && !self.shared.bar_waits.swap(true, Ordering::SeqCst) {
            drop(self.messages.send(ScreenMessage::Bar(line)));
        }
    }

    /// Takes the progress line away for good.
    pub fn clear_bar(&self) {
        drop(self.messages.send(ScreenMessage::ClearBar));
    }

    /// Waits until everything so far is written.
    pub fn flush(&self) {
        let (done, wait) = sync_channel(1);
        if self.messages.send(ScreenMessage::Flush(done)).is_ok() {
            // An error means that the thread is gone, and then there is nothing to wait for.
            wait.recv().unwrap_or_default();
        }
    }
}

/// Takes every write whole; it never fails.
impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Self::write(self, String::from_utf8_lossy(bytes).into_owned());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The note for people.
fn left_out_note(messages: u64) -> String {
    format!("({messages} messages left out: they came faster than they were read)\n")
}

/// Hears of an error.
type ErrorListener = Box<dyn FnOnce(&io::Error) + Send>;

/// The thread's end.
struct ScreenPainter {
    out: Box<dyn Write + Send>,
    bar: Option<Box<dyn BottomLine>>,
    /// Hears of the first error, if that is of use.
    tell: Option<ErrorListener>,
    note: LeftOutNote,
    shared: Arc<ScreenShared>,
    text: String,
}

impl fmt::Debug for ScreenPainter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Painter").field("has_bar", &self.bar.is_some()).finish_non_exhaustive()
    }
}

impl ScreenPainter {
    fn run(mut self, messages: &Receiver<ScreenMessage>) {
        while let Ok(first) = messages.recv() {
            self.take(first);
            while let Ok(more) = messages.try_recv() {
                self.take(more);
            }
            self.write();
        }
        self.clear_bar();
    }

    fn take(&mut self, message: ScreenMessage) {
        match message {
            ScreenMessage::Text(text) => self.text.push_str(&text),
            ScreenMessage::Bar(line) => {
                self.write();
                if let Some(bar) = &self.bar {
                    bar.show(line);
                }
                self.shared.bar_waits.store(false, Ordering::SeqCst);
            }
            ScreenMessage::ClearBar => {
                self.write();
                self.clear_bar();
            }
            ScreenMessage::Flush(done) => {
                self.write();
                done.send(()).unwrap_or_default();
            }
        }
    }

    fn clear_bar(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.clear();
        }
    }

    fn write(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        let bytes = text.len();
        let left_out = self.shared.left_out.swap(0, Ordering::SeqCst);
        if left_out > 0 {
            text.push_str(&(self.note)(left_out));
        }
        if text.is_empty() {
            return;
        }
        let written = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
        if let Err(error) = written
            && let Some(tell) = self.tell.take()
        {
            tell(&error);
        }
        self.shared.waiting.fetch_sub(bytes, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{Blocked, Kept};

    struct Broken;

    impl Write for Broken {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_come_in_their_order() {
        let kept = Kept::default();
        let mut screen = kept.screen();
        screen.write("one\n".to_owned());
        screen.clone().write("two\n".to_owned());
        Write::write_all(&mut screen, b"three\n").unwrap();
        screen.flush();
        assert_eq!(kept.text(), "one\ntwo\nthree\n");
    }

    #[test]
    fn who_writes_never_waits_and_what_is_too_much_is_counted() {
        let kept = Kept::default();
        let (screen, release) = Blocked::screen(&kept);
        let piece = "x".repeat(MOST / 4 - 1) + "\n";
        for _ in 0..7 {
            screen.write(piece.clone());
        }
        drop(release);
        screen.flush();
        let text = kept.text();
        assert_eq!(text.lines().filter(|line| line.starts_with('x')).count(), 4);
        // In one note or several: the thread may come to its first write at any time between.
        let notes = text
            .lines()
            .filter_map(|line| line.strip_prefix('(')?.split_once(" messages left out: they came faster"));
        assert_eq!(
            notes.map(|(count, _)| count.parse::<usize>().unwrap()).sum::<usize>(),
            3,
            "{}",
            text.len()
        );
        screen.write("later\n".to_owned());
        screen.flush();
        assert!(kept.text().ends_with("later\n"));
    }

    #[test]
    fn a_program_is_told_in_its_own_form_what_was_left_out() {
        let kept = Kept::default();
        let (blocked, release) = Blocked::out(&kept);
        let screen = Screen::for_program(blocked, |_| {}, |messages| format!("lost {messages}\n")).unwrap();
        screen.write_messages("x".repeat(MOST - 1) + "\n", 1);
        screen.write_messages("two\nlines\n".to_owned(), 2);
        screen.write_messages("a third\n".to_owned(), 1);
        drop(release);
        screen.flush();
        let text = kept.text();
        let lost = text.lines().filter_map(|line| line.strip_prefix("lost ")?.parse::<u64>().ok());
        assert_eq!((text.lines().filter(|line| line.starts_with('x')).count(), lost.sum::<u64>()), (1, 3));
        assert_eq!(screen.left_out_in_all(), 3);
    }

    #[test]
    fn the_first_error_is_told_elsewhere_once() {
        let kept = Kept::default();
        let elsewhere = kept.screen();
        let other = elsewhere.clone();
        let tell = move |error: &io::Error| other.write(format!("{error}\n"));
        let screen = Screen::telling(Box::new(Broken), tell).unwrap();
        for _ in 0..3 {
            screen.write("lost\n".to_owned());
            screen.flush();
        }
        elsewhere.flush();
        assert_eq!(kept.text(), "broken pipe\n");
    }

    #[test]
    fn a_broken_stderr_is_no_reason_to_stop() {
        let screen = Screen::new(Box::new(Broken), None).unwrap();
        screen.write("lost\n".to_owned());
        screen.flush();
        screen.write("lost too\n".to_owned());
        screen.flush();
        assert_eq!(screen.shared.waiting.load(Ordering::SeqCst), 0);
    }
}
