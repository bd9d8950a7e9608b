//! Spans of a task whose record is there: the task, and in it its attempts and the wait before the
//! last one. Pure.
//!
//! A record says when the last attempt began. Of the attempts before it the run knows when each
//! ended, and how long its guest ran. It must never know which tasks are in a sample.

use super::otlp::{HexId, OtlpAttribute, OtlpEvent, OtlpSpan, OtlpSpanKind, OtlpStatus, UnixNanos};
use super::span_ids::SpanIds;
use crate::output::wall_clock::WallClock;
use polymer_host_task::{ModuleId, Moment, PastAttempt, Record, TaskError, TraceParent, Usage, Verdict};
use std::time::{Duration, SystemTime};

/// Attempts of a task that have spans: the last ones.
const MOST_ATTEMPTS: usize = 32;
/// Name of the event that tells an error, and of what it has, as OpenTelemetry has them.
const EXCEPTION: &str = "exception";

/// When attempts of a task ended that is not over.
#[derive(Debug, Default)]
pub(super) struct EndedAttempts(Vec<(u32, Moment)>);

impl EndedAttempts {
    pub(super) fn add(&mut self, attempt: u32, at: Moment) {
        if self.0.len() >= MOST_ATTEMPTS {
            self.0.remove(0);
        }
        self.0.push((attempt, at));
    }

    fn of(&self, attempt: u32) -> Option<Moment> {
        self.0.iter().find(|(number, _)| *number == attempt).map(|(_, at)| *at)
    }
}

/// A task that is over.
pub(super) struct TaskSpans<'a, 'c> {
    pub(super) record: &'a Record,
    /// When it was over.
    pub(super) at: Moment,
    pub(super) ended: EndedAttempts,
    pub(super) clock: &'c WallClock,
}

/// The time of a span, in moments of the run.
type SpanTime = (Moment, Moment);

impl<'a> TaskSpans<'a, '_> {
    /// The spans: the task's own first, then those in it, in the order of their beginning.
    pub(super) fn render(
        &self,
        ids: SpanIds,
        trace_id: [u8; 16],
        parent: Option<TraceParent>,
    ) -> Vec<OtlpSpan<'a>> {
        let record = self.record;
        let of_task = ids.span(record.seq, 0);
        let mut within = self.past_attempts();
        within.extend(self.last_attempt());
        let began = within.iter().map(|(time, _)| time.0).min().unwrap_or(self.at).min(self.at);
        let base = |(began, ended): SpanTime, name, place: u64| OtlpSpan {
            trace_id: HexId(trace_id),
            span_id: HexId(ids.span(record.seq, place)),
            parent_span_id: Some(HexId(of_task)),
            name,
            kind: OtlpSpanKind::Internal,
            start_time_unix_nano: self.nanos(began),
            end_time_unix_nano: self.nanos(ended.max(began)),
            attributes: Vec::new(),
            events: Vec::new(),
            status: OtlpStatus::default(),
        };
        let mut spans = vec![OtlpSpan {
            span_id: HexId(of_task),
            parent_span_id: parent.map(|parent| HexId(parent.span_id)),
            kind: OtlpSpanKind::Consumer,
            attributes: task_attributes(record),
            status: status(record.verdict, &record.error),
            events: self.exception(record.verdict, &record.error),
            ..base((began, self.at), "task", 0)
        }];
        for (place, (time, what)) in (1..).zip(within) {
            let span = base(time, what.name(), place);
            spans.push(match what {
                Within::Queue => span,
                Within::Attempt { number, worker, verdict, error, usage } => OtlpSpan {
                    attributes: attempt_attributes(number, worker, verdict, usage),
                    status: status(verdict, error),
                    ..span
                },
            });
        }
        spans
    }

    /// The attempts that are not the last one, of which it is known when they ended.
    fn past_attempts(&self) -> Vec<(SpanTime, Within<'a>)> {
        let skipped = self.record.history.len().saturating_sub(MOST_ATTEMPTS);
        let of = |past: &'a PastAttempt| {
            let ended = self.ended.of(past.attempt)?;
            let began = ended.saturating_sub(past.usage.wall.unwrap_or_default());
            let PastAttempt { attempt, verdict, ref error, worker, ref usage } = *past;
            Some(((began, ended), Within::Attempt { number: attempt, worker, verdict, error, usage }))
        };
        self.record.history.iter().skip(skipped).filter_map(of).collect()
    }

    /// The last attempt, and the wait before it.
    fn last_attempt(&self) -> Vec<(SpanTime, Within<'a>)> {
        let Record { started, queued, attempts, worker, verdict, error, usage, .. } = self.record;
        // One that was judged anew was made in another session.
        let Some(started) = started.filter(|_| self.record.earlier.is_none()) else { return Vec::new() };
        let wait = queued.map(|queued| ((started.saturating_sub(queued), started), Within::Queue));
        let ended = usage.wall.map_or(self.at, |wall| started.saturating_add(wall)).min(self.at);
        let attempt = Within::Attempt { number: *attempts, worker: *worker, verdict: *verdict, error, usage };
        wait.into_iter().chain([((started, ended), attempt)]).collect()
    }

    fn exception(&self, verdict: Verdict, error: &'a TaskError) -> Vec<OtlpEvent<'a>> {
        if verdict == Verdict::Ok {
            return Vec::new();
        }
        let mut attributes = vec![
            OtlpAttribute::name("exception.type", error_type(verdict, error)),
            OtlpAttribute::message("exception.message", &error.message),
        ];
        let trace = error.trace.as_deref();
        attributes.extend(trace.map(|trace| OtlpAttribute::message("exception.stacktrace", trace)));
        vec![OtlpEvent { time_unix_nano: self.nanos(self.at), name: EXCEPTION, attributes }]
    }

    fn nanos(&self, moment: Moment) -> UnixNanos {
        nanos(self.clock, moment)
    }
}

/// A part of a task's time.
enum Within<'a> {
    Queue,
    Attempt { number: u32, worker: Option<u32>, verdict: Verdict, error: &'a TaskError, usage: &'a Usage },
}

impl Within<'_> {
    const fn name(&self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Attempt { .. } => "attempt",
        }
    }
}

fn nanos(clock: &WallClock, moment: Moment) -> UnixNanos {
    let time = clock.began_for(Some(moment)).checked_add(moment).unwrap_or(SystemTime::UNIX_EPOCH);
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    UnixNanos(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

fn task_attributes(record: &Record) -> Vec<OtlpAttribute<'_>> {
    let mut attributes = vec![
        OtlpAttribute::name("polymer.task.id", &record.id),
        OtlpAttribute::number("polymer.task.seq", record.seq),
        OtlpAttribute::name("polymer.verdict", record.verdict.name()),
        OtlpAttribute::number("polymer.attempts", record.attempts.into()),
        OtlpAttribute::number("polymer.input.bytes", record.input_bytes),
    ];
    let named = [
        ("polymer.task.label", record.label.as_deref()),
        ("polymer.module", record.module.as_deref()),
        ("polymer.group", record.group.as_deref()),
        ("error.type", (record.verdict != Verdict::Ok).then(|| error_type(record.verdict, &record.error))),
    ];
    let named = named.into_iter().filter_map(|(key, name)| Some(OtlpAttribute::name(key, name?)));
    attributes.extend(named);
    attributes
}

fn attempt_attributes(
    number: u32,
    worker: Option<u32>,
    verdict: Verdict,
    usage: &Usage,
) -> Vec<OtlpAttribute<'static>> {
    let mut attributes = vec![
        OtlpAttribute::number("polymer.attempt", number.into()),
        OtlpAttribute::name("polymer.verdict", verdict.name()),
    ];
    let nanos = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    let numbers = [
        ("polymer.slot", worker.map(u64::from)),
        ("polymer.fuel", usage.fuel),
        ("polymer.cpu.nanoseconds", usage.cpu.map(nanos)),
        ("polymer.memory.peak_bytes", usage.peak_memory),
        ("polymer.output.bytes", usage.output_bytes),
    ];
    let numbers = numbers.into_iter().filter_map(|(key, number)| Some(OtlpAttribute::number(key, number?)));
    attributes.extend(numbers);
    attributes
}

fn error_type(verdict: Verdict, error: &TaskError) -> &str {
    if error.code.is_empty() { verdict.name() } else { &error.code }
}

fn status(verdict: Verdict, error: &TaskError) -> OtlpStatus<'_> {
    if verdict == Verdict::Ok { OtlpStatus::default() } else { OtlpStatus::error(&error.message) }
}

/// A span for the time in which a module was compiled, linked and described: a trace of its own,
/// since all tasks of the module wait for it.
pub(super) fn compile_span<'a>(
    ids: SpanIds,
    clock: &WallClock,
    at: Moment,
    module: ModuleId,
    name: Option<&'a str>,
    took: Duration,
) -> OtlpSpan<'a> {
    let number = u64::from(module.0);
    OtlpSpan {
        trace_id: HexId(ids.other_trace(number)),
        // Tasks count from 1.
        span_id: HexId(ids.span(0, number)),
        parent_span_id: None,
        name: "compile",
        kind: OtlpSpanKind::Internal,
        start_time_unix_nano: nanos(clock, at.saturating_sub(took)),
        end_time_unix_nano: nanos(clock, at),
        attributes: name.map(|name| OtlpAttribute::name("polymer.module", name)).into_iter().collect(),
        events: Vec::new(),
        status: OtlpStatus::default(),
    }
}
