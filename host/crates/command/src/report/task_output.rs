//! Logs and failures of tasks, shown on stderr if the operator wishes: at once, or at the end of
//! the run.

use polymer_host_base::sanitize::indented;
use polymer_host_report::line::MARGIN;
use polymer_host_report::log::{LogPlace, ended};
use polymer_host_report::screen::Screen;
use polymer_host_task::{Record, Verdict};

/// The most bytes kept until the end.
const MOST: usize = 1 << 20;

/// When the output of tasks is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WhenToShowOutput {
    /// Not at all.
    #[default]
    Never,
    /// As soon as the task is over.
    Immediate,
    /// At the end of the run, as far as there is room to keep it.
    Final,
}

/// Shows and keeps.
#[derive(Debug)]
pub(super) struct OutputViewer {
    success: WhenToShowOutput,
    failure: WhenToShowOutput,
    kept: String,
    /// Tasks that found no room.
    left_out: u64,
}

impl OutputViewer {
    pub(super) const fn new(success: WhenToShowOutput, failure: WhenToShowOutput) -> Self {
        Self { success, failure, kept: String::new(), left_out: 0 }
    }

    /// Shows or keeps what a task said. Gives the number of lines that were shown at once.
    pub(super) fn on(&mut self, record: &Record, screen: &Screen) -> u64 {
        let show = if record.verdict == Verdict::Ok { self.success } else { self.failure };
        match show {
            WhenToShowOutput::Never => {}
            // That it failed, and why, has just been logged; here is only what it said.
            WhenToShowOutput::Immediate if record.log.lines.is_empty() && diff(record).is_none() => {}
            WhenToShowOutput::Immediate => {
                let what = if record.log.lines.is_empty() { "gave" } else { "said" };
                let text = said(format!("{} {what}:", LogPlace::of(record)), record);
                let lines = u64::try_from(text.lines().count()).unwrap_or(u64::MAX);
                screen.write(text);
                return lines;
            }
            WhenToShowOutput::Final => {
                let block = block(record);
                if self.kept.len() + block.len() <= MOST {
                    self.kept.push_str(&block);
                } else if !block.is_empty() {
                    self.left_out += 1;
                }
            }
        }
        0
    }

    /// Takes a task that failed, if what it said is shown at the end and not now.
    pub(super) fn keep(&mut self, record: &Record, screen: &Screen) {
        if self.failure == WhenToShowOutput::Final {
            self.on(record, screen);
        }
    }

    /// Returns the output kept for the end.
    pub(super) fn finish(self) -> String {
        let note = match self.left_out {
            0 => return self.kept,
            1 => "(the output of 1 more task is left out)\n".to_owned(),
            tasks => format!("(the output of {tasks} more tasks is left out)\n"),
        };
        self.kept + &note
    }
}

/// Returns how a task ended and what it logged; nothing for a task that is ok and silent.
fn block(record: &Record) -> String {
    let is_ok = record.verdict == Verdict::Ok;
    if is_ok && record.log.lines.is_empty() {
        return String::new();
    }
    let ending = if is_ok { "ok".to_owned() } else { ended(record.verdict, &record.error) };
    said(format!("{}: {ending}", LogPlace::of(record)), record)
}

/// Where the output of a task differs from the expected one, if that is why it failed.
fn diff(record: &Record) -> Option<&str> {
    record.judgement.as_ref().map(|judged| judged.diff.as_str()).filter(|diff| !diff.is_empty())
}

/// `head`, and under it where its output differs and what the task logged.
fn said(head: String, record: &Record) -> String {
    let mut lines = vec![head];
    let margin = format!("{MARGIN}| ");
    if let Some(diff) = diff(record) {
        lines.push(format!("{MARGIN}{}", indented(diff, MARGIN)));
    }
    if record.log.dropped_bytes > 0 {
        lines.push(format!("{margin}({} bytes before this were dropped)", record.log.dropped_bytes));
    }
    for line in &record.log.lines {
        let level = line.level.map(|level| format!("{}: ", level.name())).unwrap_or_default();
        lines.push(format!("{margin}{level}{}", indented(&line.text, &margin)));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_event::samples;
    use polymer_host_report::samples::Kept;
    use polymer_host_task::LogLevel;

    #[test]
    fn a_failed_task_shows_its_error_trace_and_log() {
        let mut record = samples::with_log(samples::trap(), None, "one\ntwo");
        record = samples::with_log(record, Some(LogLevel::Warn), "\u{1b}[1m");
        record.log.dropped_bytes = 12;
        let expected = "\
slot 2 task 7 attempt 1: trap (unreachable): wasm `unreachable` instruction executed
    0: demo!boom
    1: demo!run
    | (12 bytes before this were dropped)
    | one
    | two
    | warn: \\u{1b}[1m
";
        assert_eq!(block(&record), expected);
    }

    #[test]
    fn a_silent_success_shows_nothing() {
        assert_eq!(block(&samples::ok()), "");
        assert_eq!(
            block(&samples::with_log(samples::ok(), None, "hi")),
            "slot 2 task 7 attempt 1: ok\n    | hi\n"
        );
    }

    #[test]
    fn each_kind_is_shown_when_it_is_wished() {
        let (kept, ok) = (Kept::default(), samples::with_log(samples::ok(), None, "hi"));
        let screen = kept.screen();
        let mut shown = OutputViewer::new(WhenToShowOutput::Immediate, WhenToShowOutput::Final);
        shown.on(&samples::trap(), &screen);
        shown.on(&ok, &screen);
        screen.flush();
        assert!(kept.text().contains("said:\n    | hi") && !kept.text().contains("trap"));
        let rest = shown.finish();
        assert!(rest.contains("trap") && !rest.contains("hi"));
        let mut never = OutputViewer::new(WhenToShowOutput::Never, WhenToShowOutput::Never);
        never.on(&samples::trap(), &screen);
        assert_eq!(never.finish(), "");
    }

    #[test]
    fn what_is_kept_is_bounded_and_the_rest_is_counted() {
        let screen = Kept::default().screen();
        let mut shown = OutputViewer::new(WhenToShowOutput::Final, WhenToShowOutput::Final);
        let long = samples::with_log(samples::ok(), None, &"x".repeat(MOST / 3));
        for _ in 0..4 {
            shown.on(&long, &screen);
        }
        shown.on(&samples::trap(), &screen);
        let text = shown.finish();
        assert!(text.len() <= MOST + 100);
        assert!(
            text.ends_with("(the output of 2 more tasks is left out)\n"),
            "{}",
            &text[text.len() - 200..]
        );
        assert!(text.contains("trap (unreachable)"));
    }
}
