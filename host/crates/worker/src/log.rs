//! Log of a guest in one attempt: the last part of it, up to a limit, in whole lines.

use polymer_host_task::LogLevel;
use std::collections::VecDeque;

/// The log of one attempt. A line counts with its newline, so that empty ones are bounded too.
#[derive(Debug)]
pub(crate) struct AttemptLog {
    limit: usize,
    lines: VecDeque<(Option<LogLevel>, String)>,
    /// Bytes of all lines, newlines included.
    held: usize,
    /// A line of stderr whose newline has not come.
    open: Vec<u8>,
    dropped: u64,
    /// Message of the host at the end.
    word: Option<String>,
}

/// Prefix of the host's own lines; no line of a guest begins with it.
const HOST: &str = "polymer: ";
/// Prefix for a guest's line that would begin like the host's.
const GUEST: &str = "guest: ";

impl AttemptLog {
    /// An empty log that keeps `limit` bytes.
    pub(crate) fn new(limit: u64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Self { limit, lines: VecDeque::new(), held: 0, open: Vec::new(), dropped: 0, word: None }
    }

    /// Adds a message with its level. Each of its lines becomes one.
    pub(crate) fn say(&mut self, level: LogLevel, message: &str) {
        for line in message.split('\n') {
            self.push(Some(level), line.to_owned());
        }
    }

    /// Adds bytes of a stream. They need not end with a line.
    pub(crate) fn write(&mut self, mut bytes: &[u8]) {
        while let Some(at) = bytes.iter().position(|byte| *byte == b'\n') {
            self.open.extend_from_slice(bytes.get(..at).unwrap_or_default());
            bytes = bytes.get(at + 1..).unwrap_or_default();
            self.close();
        }
        self.open.extend_from_slice(bytes);
        // No line keeps more than the limit. Cut at twice as much, so that the cost of moving bytes
        // stays in proportion.
        if self.open.len() > self.limit.saturating_mul(2) {
            let over = self.open.len() - self.limit;
            self.open.drain(..over);
            self.dropped += over as u64;
        }
    }

    /// Ends the line that is open.
    fn close(&mut self) {
        let line = std::mem::take(&mut self.open);
        self.push(None, String::from_utf8_lossy(&line).into_owned());
    }

    /// Adds a line of the host's own. It stands at the end, whatever the guest still says, so that
    /// no flood washes it away; of several the last counts.
    pub(crate) fn host_says(&mut self, text: String) {
        self.word = Some(text);
    }

    /// Adds a guest's line.
    fn push(&mut self, level: Option<LogLevel>, mut line: String) {
        line.retain(|char| char != '\r');
        let most = self.limit.saturating_sub(1);
        if line.len() > most {
            let start = (line.len() - most..=line.len()).find(|at| line.is_char_boundary(*at));
            let start = start.unwrap_or(line.len());
            line.drain(..start);
            self.dropped += start as u64;
        }
        if line.starts_with(HOST.trim_end()) {
            if line.len() + GUEST.len() <= most {
                line.insert_str(0, GUEST);
            } else {
                // No room to tell whose it is: without its first letter it looks like none of the
                // host's.
                line.remove(0);
                self.dropped += 1;
            }
        }
        self.keep(level, line);
    }

    fn keep(&mut self, level: Option<LogLevel>, line: String) {
        self.held += line.len() + 1;
        self.lines.push_back((level, line));
        while self.held > self.limit {
            let Some((_, oldest)) = self.lines.pop_front() else { break };
            self.held -= oldest.len() + 1;
            self.dropped += oldest.len() as u64 + 1;
        }
    }

    /// The last line that says something.
    pub(crate) fn last_line(&self) -> Option<&str> {
        self.lines.iter().rev().map(|(_, line)| line.as_str()).find(|line| !line.trim().is_empty())
    }

    /// The log as it travels (see `Finished::log`), and how many bytes are missing at its head.
    pub(crate) fn finish(&mut self) -> (String, u64) {
        if !self.open.is_empty() {
            self.close();
        }
        // Where there is no room for it whole it would be taken for something else.
        if let Some(word) = self.word.take().filter(|word| HOST.len() + word.len() < self.limit) {
            self.keep(Some(LogLevel::Warn), format!("{HOST}{word}"));
        }
        let mut text = String::with_capacity(self.held + self.lines.len());
        for (level, line) in self.lines.drain(..) {
            text.push(match level {
                None => '-',
                Some(LogLevel::Debug) => 'd',
                Some(LogLevel::Info) => 'i',
                Some(LogLevel::Warn) => 'w',
                Some(LogLevel::Error) => 'e',
            });
            text.push_str(&line);
            text.push('\n');
        }
        self.held = 0;
        (text, self.dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn log(limit: u64, writes: &[&[u8]]) -> (String, u64) {
        let mut log = AttemptLog::new(limit);
        writes.iter().for_each(|bytes| log.write(bytes));
        log.finish()
    }

    #[test]
    fn writes_are_joined_to_lines() {
        assert_eq!(log(100, &[b"a", b"b\nc\r\n", b"\n", b"d"]), ("-ab\n-c\n-\n-d\n".to_owned(), 0));
    }

    #[test]
    fn a_message_of_two_lines_is_two_lines_of_its_level() {
        let mut log = AttemptLog::new(100);
        log.say(LogLevel::Warn, "one\n-two");
        assert_eq!(log.finish().0, "wone\nw-two\n");
    }

    #[test]
    fn whole_lines_are_dropped_at_the_head_and_counted() {
        assert_eq!(log(8, &[b"one\ntwo\nthree\n"]), ("-three\n".to_owned(), 8));
        assert_eq!(log(0, &[b"one\n"]), (String::new(), 4));
    }

    #[test]
    fn a_line_longer_than_the_log_keeps_its_end() {
        assert_eq!(log(4, &[b"abcdefgh", b"ijklmn", b"op\n"]), ("-nop\n".to_owned(), 13));
        assert_eq!(log(4, &["ääää".as_bytes()]), ("-ä\n".to_owned(), 6));
    }

    #[test]
    fn what_is_no_text_is_replaced() {
        assert_eq!(log(100, &[b"a\xff\n"]).0, "-a\u{fffd}\n");
    }

    #[test]
    fn the_hosts_word_stands_last_and_no_guest_speaks_like_it() {
        let mut log = AttemptLog::new(200);
        log.host_says("no".to_owned());
        log.write(b"polymer: yes\r\n polymer: a\n\rpolymer:b");
        log.say(LogLevel::Warn, "polymer: c");
        let expected =
            "-guest: polymer: yes\n- polymer: a\nwguest: polymer: c\n-guest: polymer:b\nwpolymer: no\n";
        assert_eq!(log.finish(), (expected.to_owned(), 0));
        let mut log = AttemptLog::new(60);
        log.host_says("no".to_owned());
        log.write(b"one\ntwo");
        assert_eq!(log.finish(), ("-one\n-two\nwpolymer: no\n".to_owned(), 0));
    }

    #[test]
    fn the_hosts_word_is_not_washed_away_and_is_whole_or_not_there() {
        let mut log = AttemptLog::new(20);
        log.host_says("no".to_owned());
        log.write(&b"line\n".repeat(9));
        assert_eq!(log.finish(), ("-line\nwpolymer: no\n".to_owned(), 40));
        let mut log = AttemptLog::new(11);
        log.host_says("no".to_owned());
        log.write(b"line\n");
        assert_eq!(log.finish(), ("-line\n".to_owned(), 0));
        let mut log = AttemptLog::new(14);
        log.write(b"polymer: long\n");
        assert_eq!(log.finish(), ("-olymer: long\n".to_owned(), 1));
    }

    proptest! {
        #[test]
        fn a_log_is_never_larger_than_a_supervisor_takes(writes: Vec<Vec<u8>>, limit in 0_u64..50) {
            let mut log = AttemptLog::new(limit);
            writes.iter().for_each(|bytes| log.write(bytes));
            prop_assert!(log.finish().0.len() as u64 <= limit * 3 + 3);
        }
    }
}
