//! `--traces`: spans of tasks in a file, as lines that a collector of OpenTelemetry reads.
//!
//! Lines are gathered on the supervisor's thread and written by another one. It must never wait for
//! the disk: what is too much is left out, and told.

use super::error::{CliError, threads};
use super::files::CommandFiles;
use polymer_host_base::sanitize::printable;
use polymer_host_base::text::counted;
use polymer_host_event::RunEvent;
use polymer_host_journal::output::out::{AppendedFile, InTurn};
use polymer_host_journal::span_log::{SpanLog, SpanSampling, left_out};
use polymer_host_report::Screen;
use polymer_host_report::stats::TimeSpread;
use polymer_host_task::Moment;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// Bytes of lines from which on they are handed over though more come.
const ENOUGH: usize = 64 << 10;

/// Where spans go, opened.
pub(super) struct SpansOutput {
    lines: Screen,
    people: Screen,
    /// The name of the file, safe to show.
    name: String,
    /// The file.
    pub(super) file: AppendedFile,
}

impl SpansOutput {
    /// Opens the file at `path` among the files of the run. `replaces` says that what stands there
    /// goes, and `may_be_named` that a line of the input may name it. `people` hear of the first
    /// error.
    ///
    /// # Errors
    /// If it cannot be written, or is another file of the run.
    pub(super) fn open(
        path: &Path,
        files: &mut CommandFiles,
        (replaces, may_be_named): (bool, bool),
        people: &Screen,
    ) -> Result<Self, CliError> {
        let file = files.open_traces(path, replaces, may_be_named)?;
        let name = printable(&path.display().to_string()).into_owned();
        let (called, beside_it) = (name.clone(), people.clone());
        let tell = move |error: &io::Error| {
            beside_it.write(format!(
                "warn: traces cannot be written to {called}, so spans are missing: {error}\n"
            ));
        };
        let out = Box::new(InTurn(file.clone()));
        let lines = Screen::for_program(out, tell, left_out).map_err(threads("that write traces"))?;
        Ok(Self { lines, people: people.clone(), name, file })
    }
}

/// The spans of a run on their way out.
pub(super) struct RunSpans {
    log: SpanLog,
    out: SpansOutput,
}

impl RunSpans {
    /// Those of a run that begins now.
    pub(super) fn begin(out: SpansOutput, sampling: SpanSampling) -> Self {
        // What differs from process to process is random enough for ids that only have to differ.
        let seed = RandomState::new().hash_one(std::process::id());
        let log = SpanLog::begin(sampling, SystemTime::now(), seed, env!("CARGO_PKG_VERSION"));
        Self { log, out }
    }

    /// Takes what happened. `times` are the run times of tasks so far.
    pub(super) fn on(&mut self, at: Moment, event: &RunEvent, times: &TimeSpread) {
        self.log.on(at, event, times);
        if self.log.gathered() >= ENOUGH {
            self.hand_over();
        }
    }

    /// Hands over what was gathered.
    pub(super) fn hand_over(&mut self) {
        if self.log.gathered() > 0 {
            let gathered = self.log.take_text();
            self.out.lines.write_messages(gathered.text, gathered.lines);
        }
    }

    /// Waits until all is written, and says what is missing.
    pub(super) fn finish(mut self) {
        self.hand_over();
        let SpansOutput { lines, people, name, file: _ } = self.out;
        lines.flush();
        let left_out = lines.left_out_in_all();
        if left_out > 0 {
            let tasks = counted(left_out, "task");
            people.write(format!("warn: {name} lacks the spans of {tasks}: it took them too slowly\n"));
        }
        if self.log.malformed() > 0 {
            let tasks = counted(self.log.malformed(), "task");
            people.write(format!(
                "warn: the traceparent of {tasks} is none (see W3C Trace Context) and was ignored\n"
            ));
        }
        people.flush();
    }
}
