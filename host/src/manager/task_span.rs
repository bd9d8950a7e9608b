//! Spans of `tracing` for whoever listens: one of a run, and one of each task in it.
//!
//! A task's span is a child of the one in which the program handed it in, and lasts until its
//! record is there. Nothing here may hold a lock: a subscriber is the program's own code.

use polymer_host_base::sanitize::one_line;
use polymer_host_base::text::cut;
use polymer_host_task::{Record, Verdict};
use tracing::field::Empty;
use tracing::{Level, Span};

/// Bytes of an error's message in a span.
const MESSAGE: usize = 2 << 10;

/// The span of a run that was begun for one part of the program: a child of that part's.
pub(super) fn of_run(workers: u32) -> Span {
    tracing::info_span!("run", polymer.workers = workers)
}

/// The span of a run that is there for all parts of the program.
pub(super) fn of_shared_run(workers: u32) -> Span {
    tracing::info_span!(parent: None, "run", polymer.workers = workers)
}

/// The span of a task that was handed in.
#[derive(Debug)]
pub(super) struct TaskSpan(Span);

impl TaskSpan {
    /// Returns whether anybody listens.
    pub(super) fn is_wanted() -> bool {
        tracing::span_enabled!(Level::INFO)
    }

    /// Begins one.
    pub(super) fn begin(seq: u64, id: &str) -> Self {
        Self(tracing::info_span!(
            "task",
            polymer.task.id = &*one_line(id),
            polymer.task.seq = seq,
            polymer.module = Empty,
            polymer.verdict = Empty,
            polymer.attempts = Empty,
            polymer.slot = Empty,
            polymer.fuel = Empty,
            polymer.run_ms = Empty,
            polymer.memory.peak_bytes = Empty,
            "error.type" = Empty,
            error.message = Empty,
            otel.status_code = Empty,
        ))
    }

    /// Ends it with what came of the task.
    pub(super) fn end(self, record: &Record) {
        let Self(span) = self;
        span.record("polymer.verdict", record.verdict.name());
        span.record("polymer.attempts", record.attempts);
        if let Some(module) = &record.module {
            span.record("polymer.module", &*one_line(module));
        }
        if let Some(slot) = record.worker {
            span.record("polymer.slot", slot);
        }
        if let Some(fuel) = record.usage.fuel {
            span.record("polymer.fuel", fuel);
        }
        if let Some(wall) = record.usage.wall {
            span.record("polymer.run_ms", wall.as_secs_f64() * 1e3);
        }
        if let Some(memory) = record.usage.peak_memory {
            span.record("polymer.memory.peak_bytes", memory);
        }
        if record.verdict == Verdict::Ok {
            return;
        }
        // As the exporters of OpenTelemetry read it.
        span.record("otel.status_code", "ERROR");
        let kind = if record.error.code.is_empty() { record.verdict.name() } else { &record.error.code };
        span.record("error.type", &*one_line(kind));
        span.record("error.message", &*one_line(&cut(&record.error.message, MESSAGE)));
    }
}
