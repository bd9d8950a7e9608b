//! `joblog`: what GNU parallel writes with `--joblog`, a line for each task, for the tools that
//! read it.
//!
//! Names of tasks and modules may be anybody's, so none leaves its column. It must never know more
//! of a verdict than whether it is ok, or a worker died.

use super::attempt_time::AttemptTime;
use super::record_export::RecordExport;
use nix::sys::signal::Signal;
use polymer_host_base::sanitize::one_line;
use polymer_host_journal::record_view::RecordView;
use std::io::{self, Write};

const HEADER: &[u8] = b"Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";
/// How parallel calls the machine that it runs on.
const HERE: &str = ":";

/// Lines on their way out.
pub(super) struct JoblogExport<W: Write> {
    out: W,
    /// The module of records that name none.
    module: String,
}

impl<W: Write> JoblogExport<W> {
    /// Of a run over this module.
    ///
    /// # Errors
    /// If the header cannot be written.
    pub(super) fn begin(mut out: W, module: &str) -> io::Result<Self> {
        out.write_all(HEADER)?;
        Ok(Self { out, module: module.to_owned() })
    }
}

impl<W: Write> RecordExport for JoblogExport<W> {
    fn add(&mut self, _line: &str, record: &RecordView<'_>) -> io::Result<()> {
        let number = |steps: &[&str]| record.whole_number(steps).unwrap_or_default();
        let time = AttemptTime::of(record);
        let (began, lasted) = time.map(|time| (time.began, time.lasted)).unwrap_or_default();
        let (sent, received) = (number(&["stats", "input_bytes"]), number(&["stats", "output_bytes"]));
        let id = record.text(&["id"]).unwrap_or_default();
        let named = record.text(&["module"]);
        let module = named.as_deref().unwrap_or(&self.module);
        let command = format!("{module} {id}");
        writeln!(
            self.out,
            "{seq}\t{HERE}\t{began:.3}\t{lasted:10.3}\t{sent}\t{received}\t{exit}\t{signal}\t{command}",
            seq = number(&["seq"]),
            began = began.as_secs_f64(),
            lasted = lasted.as_secs_f64(),
            exit = exit_value(record),
            signal = signal(record),
            command = one_line(command.trim_start()),
        )
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The exit code that a program of this end would have: never 0 unless the task ended ok.
fn exit_value(record: &RecordView<'_>) -> u64 {
    if record.text(&["verdict"]).as_deref() == Some("ok") {
        return 0;
    }
    let code = record.whole_number(&["error", "exit_code"]).map(|code| code % 256);
    code.filter(|code| *code > 0).unwrap_or(1)
}

/// The signal that the task's worker died of, if it did; else 0. The code of any other verdict may
/// be a guest's.
fn signal(record: &RecordView<'_>) -> i32 {
    let verdict = record.text(&["verdict"]).unwrap_or_default();
    if !["worker_lost", "quarantined"].contains(&verdict.as_ref()) {
        return 0;
    }
    match record.text(&["error", "code"]).unwrap_or_default().as_ref() {
        "oom_killed" => Signal::SIGKILL as i32,
        "sandbox" => Signal::SIGSYS as i32,
        code => match code.strip_prefix("signal-") {
            Some(number) => number.parse().unwrap_or_default(),
            None => code.parse::<Signal>().map_or(0, |signal| signal as i32),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE_HEADER: &str = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";

    fn line(record: &str) -> String {
        let mut out = Vec::new();
        let mut log = JoblogExport::begin(&mut out, "a b.wasm").unwrap();
        log.add(record, &RecordView::read(record)).unwrap();
        log.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        text.strip_prefix(SAMPLE_HEADER).unwrap().to_owned()
    }

    #[test]
    fn a_line_has_the_columns_of_parallel() {
        let record = r#"{"id":"7","seq":7,"verdict":"ok","error":{"code":""},"started":"2026-11-22T16:37:11.435752Z","stats":{"wall_ms":1234.567,"input_bytes":29,"output_bytes":3}}"#;
        assert_eq!(line(record), "7\t:\t1795365431.436\t     1.235\t29\t3\t0\t0\ta b.wasm 7\n");
        let rejected = r#"{"id":"8","seq":8,"verdict":"bad_input","started":null,"stats":{"wall_ms":null,"input_bytes":1,"output_bytes":null}}"#;
        assert_eq!(line(rejected), "8\t:\t0.000\t     0.000\t1\t0\t1\t0\ta b.wasm 8\n");
    }

    #[test]
    fn only_what_ended_ok_has_an_exit_value_of_zero() {
        let exit = |verdict: &str, code: &str| {
            let record = format!(r#"{{"verdict":"{verdict}","error":{{"exit_code":{code}}}}}"#);
            exit_value(&RecordView::read(&record))
        };
        assert_eq!([exit("ok", "null"), exit("ok", "3"), exit("task_error", "3")], [0, 0, 3]);
        assert_eq!([exit("trap", "null"), exit("task_error", "256"), exit("task_error", "258")], [1, 1, 2]);
        assert_eq!(exit("task_error", "4294967295"), 255);
    }

    #[test]
    fn the_signal_of_a_worker_is_told_and_none_that_a_guest_names() {
        let of = |verdict: &str, code: &str| {
            signal(&RecordView::read(&format!(r#"{{"verdict":"{verdict}","error":{{"code":"{code}"}}}}"#)))
        };
        assert_eq!([of("quarantined", "SIGKILL"), of("worker_lost", "SIGSEGV")], [9, 11]);
        assert_eq!([of("worker_lost", "signal-35"), of("worker_lost", "oom_killed")], [35, 9]);
        assert_eq!([of("quarantined", "sandbox"), of("quarantined", "exit-71")], [31, 0]);
        assert_eq!([of("task_error", "SIGKILL"), of("quarantined", "signal-x")], [0, 0]);
    }

    #[test]
    fn no_name_leaves_its_column() {
        let record = r#"{"id":"a\tb\nc\u001b[m","seq":1,"module":"m\n.wasm","verdict":"trap"}"#;
        assert!(line(record).ends_with("\tm\\u{a}.wasm a\\u{9}b\\u{a}c\\u{1b}[m\n"), "{}", line(record));
        assert_eq!(line(record).matches('\n').count(), 1);
    }
}
