//! Spans of `tracing`: of a run and of each task, in the span of whoever handed it in.

use super::{builder, manager, moody};
use moody::Moody;
use polymer_host::CallOptions;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Metadata, Subscriber};

/// A span as a subscriber got it.
#[derive(Debug, Clone, Default)]
struct HeardSpan {
    name: &'static str,
    /// Name of the span that it is in.
    within: Option<&'static str>,
    fields: BTreeMap<&'static str, String>,
    is_over: bool,
}

/// Everything that a subscriber got, by the number of the span.
#[derive(Debug, Default)]
struct HeardSpans {
    last: AtomicU64,
    spans: Mutex<BTreeMap<u64, HeardSpan>>,
    /// Spans that threads are in.
    entered: Mutex<Vec<(ThreadId, u64)>>,
}

#[derive(Clone, Default)]
struct Listener(Arc<HeardSpans>);

struct FieldReader<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for FieldReader<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.0.last.fetch_add(1, Ordering::SeqCst) + 1;
        let mut spans = self.0.spans.lock().unwrap();
        let parent = match span.parent() {
            Some(parent) => Some(parent.into_u64()),
            None if span.is_root() => None,
            None => {
                let (here, entered) = (thread::current().id(), self.0.entered.lock().unwrap());
                entered.iter().rfind(|(thread, _)| *thread == here).map(|(_, span)| *span)
            }
        };
        let within = parent.and_then(|parent| spans.get(&parent)).map(|parent| parent.name);
        let mut heard = HeardSpan { name: span.metadata().name(), within, ..HeardSpan::default() };
        span.record(&mut FieldReader(&mut heard.fields));
        spans.insert(id, heard);
        Id::from_u64(id)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut spans = self.0.spans.lock().unwrap();
        values.record(&mut FieldReader(&mut spans.get_mut(&span.into_u64()).unwrap().fields));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, span: &Id) {
        self.0.entered.lock().unwrap().push((thread::current().id(), span.into_u64()));
    }

    fn exit(&self, span: &Id) {
        let left = (thread::current().id(), span.into_u64());
        self.0.entered.lock().unwrap().retain(|entered| *entered != left);
    }

    fn try_close(&self, span: Id) -> bool {
        self.0.spans.lock().unwrap().get_mut(&span.into_u64()).unwrap().is_over = true;
        true
    }
}

/// The spans that are heard while a program does this within a span of its own.
fn heard(act: impl FnOnce()) -> Vec<HeardSpan> {
    let listener = Listener::default();
    let dispatch = Dispatch::new(listener.clone());
    tracing::dispatcher::with_default(&dispatch, || tracing::info_span!("request").in_scope(act));
    let spans = listener.0.spans.lock().unwrap();
    spans.values().filter(|span| span.name != "request").cloned().collect()
}

fn field<'a>(span: &'a HeardSpan, name: &str) -> &'a str {
    span.fields.get(name).map_or("", String::as_str)
}

#[test]
fn a_run_and_its_tasks_are_spans_in_that_of_who_handed_them_in() {
    let spans = heard(|| {
        let tasks = [Moody::new("ok", 1), Moody::new("trap", 2)];
        manager(1).build().unwrap().supervise(tasks).unwrap();
    });
    let [run, tasks @ ..] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!((run.name, run.within, field(run, "polymer.workers")), ("run", Some("request"), "1"));
    let [ok, trap] = tasks else { panic!("{spans:?}") };
    for span in tasks {
        assert_eq!((span.name, span.within, span.is_over), ("task", Some("request"), true), "{spans:?}");
        let fuel: u64 = field(span, "polymer.fuel").parse().unwrap();
        let time: f64 = field(span, "polymer.run_ms").parse().unwrap();
        assert!(fuel > 0 && time > 0.0, "{span:?}");
        assert_eq!((field(span, "polymer.slot"), field(span, "polymer.attempts")), ("1", "1"));
    }
    assert_eq!((field(ok, "polymer.task.id"), field(ok, "polymer.verdict")), ("ok-1", "ok"));
    assert_eq!((field(ok, "error.type"), field(ok, "otel.status_code")), ("", ""));
    assert_eq!((field(trap, "polymer.task.id"), field(trap, "polymer.verdict")), ("trap-2", "trap"));
    assert_eq!((field(trap, "error.type"), field(trap, "otel.status_code")), ("unreachable", "ERROR"));
    assert!(!field(trap, "error.message").is_empty(), "{trap:?}");
}

#[test]
fn calls_share_a_run_that_is_in_no_span_of_theirs() {
    let spans = heard(|| {
        let manager = builder().build().unwrap();
        let done = manager.call_blocking(&moody(), Moody::new("ok", 7), CallOptions::default());
        assert_eq!(done.unwrap().verdict.name(), "ok");
    });
    let of = |name: &str| spans.iter().filter(|span| span.name == name).collect::<Vec<_>>();
    let ([run], [task]) = (&of("run")[..], &of("task")[..]) else { panic!("{spans:?}") };
    assert_eq!((run.within, task.within, task.is_over), (None, Some("request"), true));
    assert_eq!((field(task, "polymer.task.id"), field(task, "polymer.verdict")), ("ok-7", "ok"));
}
