//! Events as lines of a log, through `tracing`: error, info and debug.
//!
//! Nothing here installs a subscriber. The command makes one of its own and sets it for its process; a program that embeds the
//! library sets its own or none, and then there are no lines. Whatever a guest or user wrote is made safe here, and no line of it can
//! be taken for one of ours: our lines begin at the margin, theirs never do.

use super::printable::{indented, name, named};
use super::summary::{counted, dropped, headed, show_time, why};
use crate::event::{Again, Death, Role, RunEvent};
use crate::task::{Fault, LogLevel, LogLine, ModuleInfo, Record, TaskName, Verdict, WorkerId};
use std::fmt;
use tracing::Level;

/// What stands before the further lines of a text.
pub(super) const MARGIN: &str = "    ";

/// Tells of one thing that happened.
pub fn on(event: &RunEvent) {
    match event {
        RunEvent::WorkerStarted { worker, role, replaces } => {
            let started = if *replaces { "restarted" } else { "started" };
            tracing::info!(
                "slot {} worker {started} to {} module {}",
                worker.slot + 1,
                role.name(),
                role.module()
            );
        }
        RunEvent::WorkerDied { worker, role: Role::Compile(_), death, charged: _, returned: _ } => {
            tracing::error!("slot {} compiling: {}", worker.slot + 1, indented(&death.to_string(), MARGIN));
        }
        RunEvent::WorkerDied { worker, role: _, death, charged, returned } => {
            tracing::error!("{}", died(*worker, death, charged.as_ref(), *returned));
        }
        RunEvent::ModuleReady { module, info, took } => {
            tracing::info!("module {module} ready in {}: {}", show_time(*took), offers(info));
        }
        RunEvent::ModuleInvalid { module, fault } => {
            tracing::info!("{}", whole(&headed(&format!("module {module} cannot be used"), fault), fault));
        }
        RunEvent::AttemptDispatched { worker, task, attempt } => {
            tracing::debug!("{}: dispatched", Place::at(Some(worker.slot + 1), task, *attempt));
        }
        RunEvent::AttemptFailed { task, attempt, worker, verdict, fault, log, again } => {
            let place = Place::at(*worker, task, *attempt);
            guest(&place, log);
            if tracing::enabled!(Level::INFO) {
                let again = match again {
                    Again::Retry { after } if after.is_zero() => "tried again".to_owned(),
                    Again::Retry { after } => format!("tried again in {}", show_time(*after)),
                    Again::Alone => "tried again alone".to_owned(),
                };
                tracing::info!("{place}: {again} after {}", ended(*verdict, fault));
            }
        }
        RunEvent::Running(_) => {}
        RunEvent::TaskDone(record) => done(record),
        RunEvent::Draining { why: halt, dropped: lines } => {
            tracing::error!("draining: {}{}", indented(&why(halt), MARGIN), dropped(*lines));
        }
    }
}

fn done(record: &Record) {
    let place = Place::of(record);
    guest(&place, &record.log.lines);
    if record.verdict != Verdict::Ok {
        if tracing::enabled!(Level::ERROR) {
            tracing::error!("{place}: {}", ended(record.verdict, &record.fault));
        }
    } else if tracing::enabled!(Level::DEBUG) {
        let took = record.usage.wall.map(|wall| format!(" in {}", show_time(wall))).unwrap_or_default();
        tracing::debug!("{place}: ok{took}");
    }
}

/// What a guest logged, each line at its level.
fn guest(place: &Place<'_>, lines: &[LogLine]) {
    for line in lines {
        let text = || indented(&line.text, MARGIN);
        match line.level {
            Some(LogLevel::Debug) => tracing::debug!("{place} | {}", text()),
            Some(LogLevel::Info) | None => tracing::info!("{place} | {}", text()),
            Some(LogLevel::Warn) => tracing::error!("{place} | warn: {}", text()),
            Some(LogLevel::Error) => tracing::error!("{place} | {}", text()),
        }
    }
}

/// Where and what: `slot 2 task 7 attempt 1`, as far as there is one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    slot: Option<u32>,
    id: &'a str,
    label: Option<&'a str>,
    /// 0 if no guest was entered.
    attempt: u32,
}

impl<'a> Place<'a> {
    pub(super) fn of(record: &'a Record) -> Self {
        let (slot, label) = (record.worker, record.label.as_deref());
        Self { slot, id: &record.id, label, attempt: record.attempts }
    }

    fn at(slot: Option<u32>, task: &'a TaskName, attempt: u32) -> Self {
        Self { slot, id: &task.id, label: task.label.as_deref(), attempt }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(slot) = self.slot {
            write!(f, "slot {slot} ")?;
        }
        write!(f, "task {}", named(self.id, self.label))?;
        if self.attempt > 0 { write!(f, " attempt {}", self.attempt) } else { Ok(()) }
    }
}

/// How an attempt ended, safe to show, with its trace below.
pub(super) fn ended(verdict: Verdict, fault: &Fault) -> String {
    whole(&headed(verdict.name(), fault), fault)
}

fn whole(line: &str, fault: &Fault) -> String {
    match &fault.trace {
        Some(trace) => indented(&format!("{line}\n{trace}"), MARGIN),
        None => indented(line, MARGIN),
    }
}

fn died(worker: WorkerId, death: &Death, charged: Option<&TaskName>, returned: usize) -> String {
    let charged = match charged {
        Some(task) => format!("task {} is charged", named(&task.id, task.label.as_deref())),
        None => "no task is charged".to_owned(),
    };
    let returned = match u64::try_from(returned).unwrap_or(u64::MAX) {
        0 => String::new(),
        tasks => format!(", {} back in the queue", counted(tasks, "task")),
    };
    format!("slot {}: {charged}{returned}: {}", worker.slot + 1, indented(&death.to_string(), MARGIN))
}

fn offers(info: &ModuleInfo) -> String {
    if info.form.is_command() {
        return "a command".to_owned();
    }
    let names: Vec<_> = info.tasks.iter().map(|task| name(&task.name)).collect();
    format!("typed, with {}", names.join(", "))
}

#[cfg(all(test, feature = "command"))]
mod tests {
    use super::super::samples;
    use super::super::screen::tests::Kept;
    use super::super::subscriber::{subscriber, with_clock};
    use super::*;
    use crate::event::{Exit, Halt, Role};
    use crate::task::{Encoding, Form, ModuleId, TaskInfo};
    use std::sync::Arc;
    use std::time::Duration;
    use std::time::SystemTime;
    use tracing::level_filters::LevelFilter;

    const WORKER: WorkerId = WorkerId { slot: 1, generation: 1 };

    fn clock() -> SystemTime {
        humantime::parse_rfc3339("2026-11-22T14:00:00Z").unwrap()
    }

    /// What `events` make of the log up to `level`, without the times.
    #[track_caller]
    fn check(level: LevelFilter, events: &[RunEvent], expected: &str) {
        let kept = Kept::default();
        let screen = kept.screen();
        tracing::subscriber::with_default(with_clock(level, screen.clone(), clock), || {
            events.iter().for_each(on);
        });
        screen.flush();
        assert_eq!(kept.text().replace("2026-11-22T14:00:00Z ", ""), expected);
    }

    fn task(record: Record) -> RunEvent {
        RunEvent::TaskDone(Box::new(record))
    }

    fn seven() -> TaskName {
        TaskName { id: "7".to_owned(), label: None }
    }

    fn logged() -> Record {
        let mut record = samples::ok();
        let levels =
            [None, Some(LogLevel::Debug), Some(LogLevel::Info), Some(LogLevel::Warn), Some(LogLevel::Error)];
        for (level, text) in levels.into_iter().zip(["plain", "debug", "info", "warn", "error"]) {
            record = samples::with_log(record, level, text);
        }
        record
    }

    fn failed(again: Again) -> RunEvent {
        RunEvent::AttemptFailed {
            task: seven(),
            attempt: 1,
            worker: Some(2),
            verdict: Verdict::TaskError,
            fault: Fault::new("busy", "later"),
            log: vec![LogLine { level: Some(LogLevel::Error), text: "oh".to_owned() }],
            again,
        }
    }

    #[test]
    fn a_line_has_time_and_level() {
        let kept = Kept::default();
        let screen = kept.screen();
        let subscriber = with_clock(LevelFilter::ERROR, screen.clone(), clock);
        tracing::subscriber::with_default(subscriber, || on(&task(samples::rejected())));
        screen.flush();
        assert_eq!(kept.text(), "2026-11-22T14:00:00Z ERROR task 7: bad_input (json): line 7 is not JSON\n");
    }

    #[test]
    fn a_task_that_failed_is_told_of_with_its_trace() {
        let expected = "\
ERROR slot 2 task 7 attempt 1: trap (unreachable): wasm `unreachable` instruction executed
    0: demo!boom
    1: demo!run
";
        check(LevelFilter::ERROR, &[task(samples::ok()), task(samples::trap())], expected);
        check(LevelFilter::OFF, &[task(samples::trap())], "");
    }

    #[test]
    fn a_label_stands_beside_the_id() {
        let label = Some("sieve\nto 10".to_owned());
        let task = TaskName { id: "7".to_owned(), label: label.clone() };
        let role = Role::Run(ModuleId(0));
        let death = Death { exit: Exit::Code(1), last_words: String::new(), violation: None };
        let events = [
            RunEvent::AttemptDispatched { worker: WORKER, task: task.clone(), attempt: 1 },
            RunEvent::WorkerDied { worker: WORKER, role, death, charged: Some(task), returned: 0 },
            RunEvent::TaskDone(Box::new(Record { label, ..samples::ok() })),
        ];
        let expected = "\
DEBUG slot 2 task 7 sieve\\u{a}to 10 attempt 1: dispatched
ERROR slot 2: task 7 sieve\\u{a}to 10 is charged: the worker exited with code 1
DEBUG slot 2 task 7 sieve\\u{a}to 10 attempt 1: ok in 410.0 µs
";
        check(LevelFilter::DEBUG, &events, expected);
    }

    #[test]
    fn what_a_guest_logged_passes_at_its_level() {
        let events = [task(logged())];
        check(
            LevelFilter::ERROR,
            &events,
            "\
ERROR slot 2 task 7 attempt 1 | warn: warn
ERROR slot 2 task 7 attempt 1 | error
",
        );
        check(
            LevelFilter::DEBUG,
            &events,
            "\
INFO  slot 2 task 7 attempt 1 | plain
DEBUG slot 2 task 7 attempt 1 | debug
INFO  slot 2 task 7 attempt 1 | info
ERROR slot 2 task 7 attempt 1 | warn: warn
ERROR slot 2 task 7 attempt 1 | error
DEBUG slot 2 task 7 attempt 1: ok in 410.0 µs
",
        );
    }

    #[test]
    fn attempts_that_are_made_again_are_information() {
        let second = Duration::from_secs(1);
        let dispatched = RunEvent::AttemptDispatched { worker: WORKER, task: seven(), attempt: 1 };
        let events = [
            dispatched,
            failed(Again::Retry { after: Duration::ZERO }),
            failed(Again::Retry { after: second }),
        ];
        check(LevelFilter::ERROR, &events, &"ERROR slot 2 task 7 attempt 1 | oh\n".repeat(2));
        check(
            LevelFilter::DEBUG,
            &events,
            "\
DEBUG slot 2 task 7 attempt 1: dispatched
ERROR slot 2 task 7 attempt 1 | oh
INFO  slot 2 task 7 attempt 1: tried again after task_error (busy): later
ERROR slot 2 task 7 attempt 1 | oh
INFO  slot 2 task 7 attempt 1: tried again in 1.00 s after task_error (busy): later
",
        );
    }

    #[test]
    fn workers_and_modules_are_told_of() {
        let (module, death) =
            (ModuleId(0), |exit, words: &str| Death { exit, last_words: words.to_owned(), violation: None });
        let role = Role::Run(module);
        let info = |form, names: &[&str]| {
            let info = |name: &&str| TaskInfo {
                name: (*name).to_owned(),
                version: String::new(),
                summary: String::new(),
                encoding: Encoding::Json,
                input_schema: None,
                output_schema: None,
                wishes: Vec::new(),
            };
            Arc::new(ModuleInfo { form, tasks: names.iter().map(info).collect(), imports: Vec::new() })
        };
        let took = Duration::from_millis(85);
        let events = [
            RunEvent::WorkerStarted { worker: WORKER, role: Role::Compile(module), replaces: false },
            RunEvent::ModuleReady { module, info: info(Form::Typed, &["primes", "sieve"]), took },
            RunEvent::ModuleReady { module, info: info(Form::CommandModule, &[]), took },
            RunEvent::WorkerStarted { worker: WORKER, role, replaces: true },
            RunEvent::WorkerDied {
                worker: WORKER,
                role,
                death: death(Exit::Signal(11), "bye"),
                charged: Some(seven()),
                returned: 3,
            },
            RunEvent::WorkerDied {
                worker: WORKER,
                role,
                death: death(Exit::Code(70), ""),
                charged: None,
                returned: 0,
            },
            RunEvent::ModuleInvalid { module, fault: Fault::new("parse", "no wasm") },
            RunEvent::Draining { why: Halt::MaxFail(2), dropped: 5 },
        ];
        let expected = "\
INFO  slot 2 worker started to compile module m0
INFO  module m0 ready in 85.00 ms: typed, with primes, sieve
INFO  module m0 ready in 85.00 ms: a command
INFO  slot 2 worker restarted to run module m0
ERROR slot 2: task 7 is charged, 3 tasks back in the queue: the worker was killed by SIGSEGV: bye
ERROR slot 2: no task is charged: the worker exited with code 70
INFO  module m0 cannot be used (parse): no wasm
ERROR draining: 2 tasks failed, as many as may; 5 lines were read and not begun
";
        check(LevelFilter::INFO, &events, expected);
    }

    #[test]
    fn no_guest_can_pretend_to_be_us_or_reach_the_terminal() {
        let forged = "x\n2026-11-22T14:00:00Z ERROR slot 9: \u{1b}[31mforged\u{202e}";
        let mut record = samples::with_log(samples::trap(), Some(LogLevel::Error), forged);
        record.id = forged.to_owned();
        record.fault = Fault { trace: Some(forged.to_owned()), ..Fault::new(forged, forged) };
        let kept = Kept::default();
        let screen = kept.screen();
        let subscriber = subscriber(LevelFilter::DEBUG, screen.clone());
        tracing::subscriber::with_default(subscriber, || {
            on(&task(record));
            tracing::error!(field = forged, "{forged}");
        });
        screen.flush();
        let text = kept.text();
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
        assert!(text.contains("field=\"x\\n"), "{text}");
        let forged = text.lines().filter(|line| line.starts_with("2026-11-22T14:00:00Z"));
        assert_eq!(forged.count(), 0, "{text}");
    }
}
