//! Screens that tests share.
#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "tests use it and nobody else")]

use crate::Screen;
use std::io::{self, Write};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

/// Keeps what is written.
#[derive(Debug, Clone, Default)]
pub struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Kept {
    /// Returns the text that was written.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// A screen that writes here.
    #[must_use]
    pub fn screen(&self) -> Screen {
        Screen::new(Box::new(self.clone()), None).unwrap()
    }
}

/// Blocks in its first write until it is let go, then writes to what keeps it.
#[derive(Debug)]
pub struct Blocked(Receiver<()>, Kept);

impl Blocked {
    /// A screen that is stuck until the sender is dropped.
    #[must_use]
    pub fn screen(kept: &Kept) -> (Screen, Sender<()>) {
        let (out, release) = Self::out(kept);
        (Screen::new(out, None).unwrap(), release)
    }

    /// What such a screen writes to.
    #[must_use]
    pub fn out(kept: &Kept) -> (Box<dyn Write + Send>, Sender<()>) {
        let (release, stuck) = channel();
        (Box::new(Self(stuck, kept.clone())), release)
    }
}

impl Write for Blocked {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.recv().unwrap_or_default();
        self.1.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
