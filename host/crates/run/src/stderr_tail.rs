//! The end of what a worker wrote to stderr: bounded, and made fit to be shown.

use std::os::fd::AsFd;

/// Bytes that are kept.
const KEPT: usize = 2048;

/// The last a process wrote.
#[derive(Debug, Default)]
pub(super) struct LastWords(Vec<u8>);

impl LastWords {
    /// Reads what is there; says whether more may come.
    pub(super) fn read(&mut self, from: impl AsFd) -> bool {
        let mut buffer = [0; 4096];
        // A process that floods its stderr is read again later, not for ever.
        for _ in 0..16 {
            match nix::unistd::read(&from, &mut buffer) {
                Ok(0) => return false,
                Ok(count) => self.add(buffer.get(..count).unwrap_or_default()),
                Err(nix::errno::Errno::EAGAIN) => return true,
                Err(nix::errno::Errno::EINTR) => {}
                Err(_) => return false,
            }
        }
        true
    }

    fn add(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
        let over = self.0.len().saturating_sub(KEPT);
        self.0.drain(..over);
    }

    /// The text, on one line, without control characters.
    pub(super) fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.0);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let joined = lines.collect::<Vec<_>>().join("; ");
        joined.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_is_kept_and_nothing_a_terminal_would_obey() {
        let mut words = LastWords::default();
        words.add(&[b'x'; 5000]);
        words.add(b"\nthread 'main' panicked:\n\x1b[31mno\n");
        assert!(words.0.len() <= KEPT);
        assert!(words.text().ends_with("thread 'main' panicked:; \u{fffd}[31mno"));
    }
}
