//! The log of a program that embeds the library: lines with time and level, to its file, its stdout
//! or both.
//!
//! It needs no subscriber. It never waits for whoever reads: each [`Screen`] writes on a thread of
//! its own and leaves out what is too much.

use crate::line;
use crate::log::{LogDetail, LogSink};
use crate::screen::Screen;
use std::fmt;
use std::time::SystemTime;

/// Writes lines such as `2026-11-22T14:00:00Z ERROR slot 2 task 7 attempt 1: trap (unreachable)`.
///
/// Give it the events of a run with [`log::tell`](crate::log::tell).
#[derive(Debug)]
pub struct LogWriter {
    level: LogDetail,
    outs: Vec<Screen>,
    clock: fn() -> SystemTime,
}

impl LogWriter {
    /// Lines up to `level`, the most detailed one, go to each of `outs`. `clock` tells their time:
    /// [`SystemTime::now`], but in tests.
    #[must_use]
    pub const fn new(level: LogDetail, outs: Vec<Screen>, clock: fn() -> SystemTime) -> Self {
        Self { level, outs, clock }
    }

    /// Writes statistics of a run, such as [`Stats`](crate::Stats) in words, marked as information
    /// but whatever the level is. Further lines in `text` stand behind the margin; a newline at its
    /// end is not needed.
    pub fn statistics(&mut self, text: &str) {
        self.write(LogDetail::Info, text);
    }

    /// Waits until everything so far is written: for as long as whoever reads a pipe or a terminal
    /// takes, so never during a run.
    pub fn flush(&self) {
        self.outs.iter().for_each(Screen::flush);
    }

    fn write(&self, level: LogDetail, text: &str) {
        let mut entry = String::new();
        // A time that cannot be written is left out; writing to a string cannot fail otherwise.
        line::head(&mut entry, (self.clock)(), level.name()).unwrap_or_default();
        entry.push(' ');
        entry.push_str(&line::body(text.trim_end_matches('\n')));
        entry.push('\n');
        for out in &self.outs {
            out.write(entry.clone());
        }
    }
}

impl LogSink for LogWriter {
    fn wants(&self, level: LogDetail) -> bool {
        level <= self.level && !self.outs.is_empty()
    }

    fn line(&mut self, level: LogDetail, text: fmt::Arguments<'_>) {
        if self.wants(level) {
            self.write(level, &text.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::tell;
    use crate::samples::{Blocked, Kept};
    use polymer_host_event::samples;
    use polymer_host_event::{ProcessDeath, ProcessExit, ProcessRole, RetryNote, RunEvent};
    use polymer_host_task::{LogLevel, LogLine, ModuleId, Record, TaskError, TaskName, Verdict, WorkerId};
    use std::time::Duration;

    fn clock() -> SystemTime {
        humantime::parse_rfc3339("2026-11-22T14:00:00Z").unwrap()
    }

    fn done(record: Record) -> RunEvent {
        RunEvent::TaskDone(Box::new(record))
    }

    /// A worker's start, its death under a task, that task's return, its end with an error, a
    /// restart.
    fn a_bad_day() -> [RunEvent; 5] {
        let (worker, role) = (WorkerId { slot: 1, generation: 1 }, ProcessRole::Run(ModuleId(0)));
        let task = TaskName { id: "7".to_owned(), label: Some("sieve".to_owned()), ..TaskName::default() };
        let death = ProcessDeath {
            exit: ProcessExit::Signal(11),
            last_words: "bye\nnow".to_owned(),
            violation: None,
        };
        [
            RunEvent::WorkerStarted { worker, role, replaces: false },
            RunEvent::WorkerDied {
                worker,
                role,
                death: Box::new(death),
                charged: Some(Box::new(task.clone())),
                returned: 2,
            },
            RunEvent::AttemptFailed {
                task: Box::new(task),
                attempt: 1,
                worker: Some(2),
                verdict: Verdict::WorkerLost,
                error: Box::new(TaskError::new("SIGSEGV", "the worker was killed by SIGSEGV")),
                log: vec![LogLine { level: Some(LogLevel::Debug), text: "step 1".to_owned() }],
                retry: RetryNote::Alone,
            },
            RunEvent::WorkerStarted { worker: WorkerId { generation: 2, ..worker }, role, replaces: true },
            done(Record { attempts: 2, label: Some("sieve".to_owned()), ..samples::trap() }),
        ]
    }

    #[track_caller]
    fn check(level: LogDetail, events: &[RunEvent], expected: &str) {
        let kept = Kept::default();
        let mut writer = LogWriter::new(level, vec![kept.screen()], clock);
        events.iter().for_each(|event| tell(event, &mut writer));
        writer.flush();
        assert_eq!(kept.text().replace("2026-11-22T14:00:00Z ", ""), expected);
    }

    #[test]
    fn a_line_has_time_and_level() {
        let kept = Kept::default();
        let mut writer = LogWriter::new(LogDetail::Error, vec![kept.screen()], clock);
        tell(&done(samples::rejected()), &mut writer);
        writer.flush();
        assert_eq!(kept.text(), "2026-11-22T14:00:00Z ERROR task 7: bad_input (json): line 7 is not JSON\n");
    }

    #[test]
    fn errors_name_slot_task_attempt_and_trace() {
        let expected = "\
ERROR slot 2: task 7 sieve is charged, 2 tasks back in the queue: the worker was killed by SIGSEGV: bye
    now
ERROR slot 2 task 7 sieve attempt 2: trap (unreachable): wasm `unreachable` instruction executed
    0: demo!boom
    1: demo!run
";
        check(LogDetail::Error, &a_bad_day(), expected);
    }

    #[test]
    fn more_detail_adds_lines_between() {
        let expected = "\
INFO  slot 2 worker started to run module m0
ERROR slot 2: task 7 sieve is charged, 2 tasks back in the queue: the worker was killed by SIGSEGV: bye
    now
DEBUG slot 2 task 7 attempt 1 | step 1
INFO  slot 2 task 7 sieve attempt 1: tried again alone after worker_lost (SIGSEGV): the worker was killed by SIGSEGV
INFO  slot 2 worker restarted to run module m0
ERROR slot 2 task 7 sieve attempt 2: trap (unreachable): wasm `unreachable` instruction executed
    0: demo!boom
    1: demo!run
";
        check(LogDetail::Debug, &a_bad_day(), expected);
        let expected = expected.replace("DEBUG slot 2 task 7 attempt 1 | step 1\n", "");
        check(LogDetail::Info, &a_bad_day(), &expected);
    }

    #[test]
    fn statistics_are_written_at_every_level() {
        let kept = Kept::default();
        let mut writer = LogWriter::new(LogDetail::Error, vec![kept.screen()], clock);
        writer.statistics("Ran 2 tasks\nrun times: \u{1b}[m\n");
        writer.flush();
        assert_eq!(kept.text(), "2026-11-22T14:00:00Z INFO  Ran 2 tasks\n    run times: \\u{1b}[m\n");
    }

    #[test]
    fn a_line_that_is_not_wanted_is_not_written() {
        let kept = Kept::default();
        let mut writer = LogWriter::new(LogDetail::Info, vec![kept.screen()], clock);
        writer.line(LogDetail::Debug, format_args!("too much"));
        writer.flush();
        assert_eq!(kept.text(), "");
        assert!(
            !LogWriter::new(LogDetail::Debug, Vec::new(), clock).wants(LogDetail::Error),
            "nobody would read it"
        );
    }

    #[test]
    fn no_guest_can_pretend_to_be_us() {
        let forged = "x\n2026-11-22T14:00:00Z ERROR slot 9: \u{1b}[31mforged\u{202e}";
        let mut record = samples::with_log(samples::trap(), Some(LogLevel::Error), forged);
        (record.id, record.label) = (forged.to_owned(), Some(forged.to_owned()));
        record.error = TaskError { trace: Some(forged.to_owned()), ..TaskError::new(forged, forged) };
        let kept = Kept::default();
        let mut writer = LogWriter::new(LogDetail::Debug, vec![kept.screen()], clock);
        tell(&done(record), &mut writer);
        writer.statistics(forged);
        writer.flush();
        let text = kept.text();
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
        let ours = text.lines().filter(|line| line.starts_with("2026-11-22T14:00:00Z"));
        assert_eq!(ours.count(), 3, "{text}");
        assert!(!text.lines().any(|line| line.starts_with("2026-11-22T14:00:00Z ERROR slot 9")), "{text}");
    }

    #[test]
    fn one_out_that_is_stuck_holds_up_neither_the_run_nor_the_other() {
        let (stuck, file) = (Kept::default(), Kept::default());
        let (screen, release) = Blocked::screen(&stuck);
        let mut writer = LogWriter::new(LogDetail::Error, vec![screen, file.screen()], clock);
        for _ in 0..1_000 {
            tell(&done(samples::trap()), &mut writer);
        }
        writer.outs[1].flush();
        assert_eq!(file.text().matches("trap (unreachable)").count(), 1_000);
        assert_eq!(stuck.text(), "");
        drop(release);
        writer.flush();
        assert_eq!(stuck.text(), file.text());
    }

    #[test]
    fn the_clock_is_read_for_each_line() {
        let kept = Kept::default();
        let before = SystemTime::now() - Duration::from_secs(1);
        let mut writer = LogWriter::new(LogDetail::Info, vec![kept.screen()], SystemTime::now);
        writer.statistics("x");
        writer.flush();
        let text = kept.text();
        let time = humantime::parse_rfc3339(text.split(' ').next().unwrap()).unwrap();
        assert!(time >= before, "{text}");
    }
}
