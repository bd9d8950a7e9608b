//! The same lines for whoever watches a run while it goes on.
//!
//! What is gathered here is handed over as text; it must never be written here, for a reader that
//! is slow must not hold the run back.

use super::line::{self, EventLine, LinesLeftOut, Milliseconds, SessionEnded, SessionFields};
use super::of_event::{line_of, lines_of_groups, render};
use polymer_host_event::RunEvent;
use polymer_host_report::group_sums::GroupTable;
use polymer_host_task::Moment;
use std::time::SystemTime;

/// Gathers lines.
#[derive(Debug)]
pub struct EventStream {
    text: Vec<u8>,
    lines: u64,
}

/// Lines that were gathered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventText {
    /// Each with its newline.
    pub text: String,
    /// Their number.
    pub lines: u64,
}

impl EventStream {
    /// The events of the session of this number, from 1, which begins now. Its first line says so.
    #[must_use]
    pub fn begin(session: u32, began: SystemTime) -> Self {
        let mut stream = Self { text: Vec::new(), lines: 0 };
        stream.add(&EventLine::Session(SessionFields {
            v: line::VERSION,
            time: began,
            pid: std::process::id(),
            session,
        }));
        stream
    }

    /// Takes one event.
    pub fn on(&mut self, at: Moment, event: &RunEvent) {
        if let Some(line) = line_of(Milliseconds(at), event) {
            self.add(&line);
        }
    }

    /// Takes the end of the session: whether every line of the input has a record, and if not, why
    /// it stopped.
    pub fn end(&mut self, at: Moment, complete: bool, halt: &str) {
        let ended = SessionEnded { at_ms: Milliseconds(at), complete, halt: halt.into() };
        self.add(&EventLine::SessionEnded(ended));
    }

    /// Takes the sums of each group. The end of the session follows.
    pub fn groups(&mut self, at: Moment, groups: &GroupTable) {
        lines_of_groups(Milliseconds(at), groups).for_each(|line| self.add(&line));
    }

    /// Returns the bytes that are gathered.
    #[must_use]
    pub const fn gathered(&self) -> usize {
        self.text.len()
    }

    /// Hands over what is gathered.
    pub fn take(&mut self) -> EventText {
        let text = String::from_utf8(std::mem::take(&mut self.text)).unwrap_or_default();
        EventText { text, lines: std::mem::take(&mut self.lines) }
    }

    fn add(&mut self, line: &EventLine<'_>) {
        render(line, &mut self.text);
        self.lines += 1;
    }
}

/// Returns the line that tells that so many others are missing, newline included.
#[must_use]
pub fn left_out(lines: u64) -> String {
    let mut text = Vec::new();
    render(&EventLine::LinesLeftOut(LinesLeftOut { lines }), &mut text);
    String::from_utf8(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_event::{Halt, samples};
    use std::time::Duration;

    #[test]
    fn what_is_handed_over_are_the_lines_of_a_log_and_their_number() {
        let mut stream = EventStream::begin(3, SystemTime::UNIX_EPOCH);
        let draining = RunEvent::Draining { why: Box::new(Halt::Asked), dropped: 0 };
        for event in [RunEvent::TaskDone(Box::new(samples::ok())), RunEvent::Running(Vec::new()), draining] {
            stream.on(Duration::from_millis(1), &event);
        }
        stream.end(Duration::from_secs(1), false, "asked");
        let gathered = stream.gathered();
        let EventText { text, lines } = stream.take();
        assert_eq!((text.len(), text.lines().count() as u64), (gathered, lines));
        assert_eq!(stream.take(), EventText::default());
        let kinds = text.lines().map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            line["event"].as_str().unwrap().to_owned()
        });
        assert_eq!(kinds.collect::<Vec<_>>(), ["session", "task_done", "draining", "session_ended"]);
        assert!(text.starts_with(r#"{"event":"session","v":1,"time":"1970-01-01T00:00:00.000000Z","pid":"#));
    }

    #[test]
    fn what_is_left_out_is_a_line_too() {
        assert_eq!(left_out(7), "{\"event\":\"lines_left_out\",\"lines\":7}\n");
    }
}
