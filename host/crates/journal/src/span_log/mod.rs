//! Spans of the tasks of a run, as lines of OTLP in JSON: what a file exporter of OpenTelemetry
//! writes, one `ExportTraceServiceRequest` a line.
//!
//! What is gathered here is handed over as text; it must never be written here, for a disk that is
//! slow must not hold the run back. Of a task that ended ok and is in no sample nothing is made but
//! a number. All texts are cut, so a line is bounded whatever a guest or a submitter wrote.

mod otlp;
mod sampling;
mod span_ids;
mod task_spans;

pub use sampling::{SpanSampling, SpanSamplingError};

use crate::output::wall_clock::WallClock;
use otlp::{OtlpResource, OtlpSpan};
use polymer_host_event::RunEvent;
use polymer_host_report::stats::TimeSpread;
use polymer_host_task::{GivenTrace, ModuleId, Moment, Record, Verdict};
use span_ids::SpanIds;
use std::collections::HashMap;
use std::time::{Duration, SystemTime};
use task_spans::{EndedAttempts, TaskSpans};

/// Modules whose names are remembered until they are compiled. A run has no more of them.
const MOST_MODULES: usize = 16 << 10;

/// Gathers spans.
#[derive(Debug)]
pub struct SpanLog {
    sampling: SpanSampling,
    ids: SpanIds,
    resource: OtlpResource,
    clock: WallClock,
    /// When attempts ended of tasks that are not over. A run has no more tasks under way than it
    /// holds anyway.
    ended: HashMap<u64, EndedAttempts>,
    /// Names of modules that are not ready yet.
    modules: HashMap<ModuleId, String>,
    text: Vec<u8>,
    lines: u64,
    malformed: u64,
}

/// Lines that were gathered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpanText {
    /// Each with its newline.
    pub text: String,
    /// Their number.
    pub lines: u64,
}

impl SpanLog {
    /// Those of a run that begins at this time, made by this version of the program. `seed` makes
    /// ids of this run others than those of other runs.
    #[must_use]
    pub fn begin(sampling: SpanSampling, began: SystemTime, seed: u64, version: &'static str) -> Self {
        Self {
            sampling,
            ids: SpanIds::new(seed),
            resource: OtlpResource { version, instance: seed },
            clock: WallClock::new(began),
            ended: HashMap::new(),
            modules: HashMap::new(),
            text: Vec::new(),
            lines: 0,
            malformed: 0,
        }
    }

    /// Takes one event. `times` are the run times of tasks so far.
    pub fn on(&mut self, at: Moment, event: &RunEvent, times: &TimeSpread) {
        match event {
            RunEvent::TaskDone(record) => self.take(at, record, times),
            RunEvent::AttemptFailed { task, attempt, .. } => {
                self.ended.entry(task.seq).or_default().add(*attempt, at);
            }
            RunEvent::ModuleNamed { module, name, .. } if self.modules.len() < MOST_MODULES => {
                self.modules.insert(*module, name.clone());
            }
            RunEvent::ModuleReady { module, cached, took, .. } => {
                let name = self.modules.remove(module);
                if !cached {
                    self.add_compile(at, *module, name.as_deref(), *took);
                }
            }
            RunEvent::WentOn { still } => self.clock.went_on(at, *still),
            _ => {}
        }
    }

    fn take(&mut self, at: Moment, record: &Record, times: &TimeSpread) {
        let ended = if self.ended.is_empty() { None } else { self.ended.remove(&record.seq) };
        let given = record.trace.as_deref().copied();
        self.malformed += u64::from(given == Some(GivenTrace::Malformed));
        let parent = given.and_then(GivenTrace::parent);
        let trace_id = parent.map_or_else(|| self.ids.trace(record.seq), |parent| parent.trace_id);
        let is_recorded = parent.is_some_and(|parent| parent.is_sampled);
        if is_recorded || self.is_wanted(record, trace_id, times) {
            let spans = TaskSpans { record, at, ended: ended.unwrap_or_default(), clock: &self.clock };
            let spans = spans.render(self.ids, trace_id, parent);
            self.add(&spans);
        }
    }

    fn is_wanted(&self, record: &Record, trace_id: [u8; 16], times: &TimeSpread) -> bool {
        let SpanSampling { failed, slow, .. } = self.sampling;
        (failed && record.verdict != Verdict::Ok)
            || self.sampling.has(trace_id)
            || (slow && record.usage.wall.is_some_and(|wall| times.is_slow(wall)))
    }

    fn add_compile(&mut self, at: Moment, module: ModuleId, name: Option<&str>, took: Duration) {
        let span = task_spans::compile_span(self.ids, &self.clock, at, module, name, took);
        self.add(&[span]);
    }

    fn add(&mut self, spans: &[OtlpSpan<'_>]) {
        self.resource.render(spans, &mut self.text);
        self.lines += 1;
    }

    /// Returns the bytes that are gathered.
    #[must_use]
    pub const fn gathered(&self) -> usize {
        self.text.len()
    }

    /// Hands over what is gathered.
    pub fn take_text(&mut self) -> SpanText {
        let text = String::from_utf8(std::mem::take(&mut self.text)).unwrap_or_default();
        SpanText { text, lines: std::mem::take(&mut self.lines) }
    }

    /// Returns the number of tasks whose submitter named a parent that is none.
    #[must_use]
    pub const fn malformed(&self) -> u64 {
        self.malformed
    }
}

/// Returns the line that tells that so many others are missing, newline included: a request without
/// spans.
#[must_use]
pub fn left_out(lines: u64) -> String {
    otlp::left_out(lines)
}

#[cfg(test)]
mod tests;
