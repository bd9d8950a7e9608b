//! Which tasks have spans, what these say, and that nothing of a guest's makes them long.

use super::*;
use polymer_host_base::Digest;
use polymer_host_event::{RetryNote, samples};
use polymer_host_report::Stats;
use polymer_host_task::{EarlierStart, ModuleForm, ModuleInfo, TaskError, TaskName, TraceParent};
use serde_json::{Value, json};
use std::sync::Arc;

const MS: Duration = Duration::from_millis(1);
const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

struct Fixture {
    log: SpanLog,
    stats: Stats,
}

impl Fixture {
    fn new(sampling: &str) -> Self {
        let log = SpanLog::begin(sampling.parse().unwrap(), SystemTime::UNIX_EPOCH, 7, "1.2.3");
        Self { log, stats: Stats::new(1) }
    }

    fn on(&mut self, at: Duration, event: RunEvent) {
        self.log.on(at, &event, &self.stats.run);
        self.stats.on(&event);
    }

    fn done(&mut self, at: Duration, record: Record) {
        self.on(at, RunEvent::TaskDone(Box::new(record)));
    }

    /// The spans of each line.
    fn lines(&mut self) -> Vec<Vec<Value>> {
        let text = self.log.take_text();
        assert_eq!(text.lines, text.text.lines().count() as u64);
        let spans = |line: &str| {
            let request: Value = serde_json::from_str(line).unwrap();
            request["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().clone()
        };
        text.text.lines().map(spans).collect()
    }
}

fn named(span: &Value, key: &str) -> Option<String> {
    let attributes = span["attributes"].as_array().unwrap();
    let value = attributes.iter().find(|attribute| attribute["key"] == key)?["value"].clone();
    value.as_object().unwrap().values().next().unwrap().as_str().map(str::to_owned)
}

fn names(spans: &[Value]) -> Vec<&str> {
    spans.iter().map(|span| span["name"].as_str().unwrap()).collect()
}

fn times(span: &Value) -> (u64, u64) {
    let nanos = |key: &str| span[key].as_str().unwrap().parse::<u64>().unwrap();
    (nanos("startTimeUnixNano") / 1_000_000, nanos("endTimeUnixNano") / 1_000_000)
}

fn trap(seq: u64) -> Record {
    Record { seq, started: Some(MS * 50), queued: Some(MS * 20), ..samples::trap() }
}

fn with_wall(mut record: Record, wall: Duration) -> Record {
    record.usage.wall = Some(wall);
    record
}

fn given(text: &str) -> Option<Box<GivenTrace>> {
    Some(Box::new(GivenTrace::read(text)))
}

#[test]
fn a_task_is_a_span_and_in_it_are_its_wait_and_its_attempt() {
    let mut fixture = Fixture::new("failed");
    fixture.done(MS * 100, with_wall(trap(3), MS * 30));
    let lines = fixture.lines();
    let spans = &lines[0];
    assert_eq!(names(spans), ["task", "queue", "attempt"]);
    assert_eq!(spans.iter().map(times).collect::<Vec<_>>(), [(30, 100), (30, 50), (50, 80)]);
    assert!(spans[0].get("parentSpanId").is_none());
    for span in &spans[1..] {
        assert_eq!(span["parentSpanId"], spans[0]["spanId"]);
        assert_eq!(span["traceId"], spans[0]["traceId"]);
    }
    assert_ne!(spans[1]["spanId"], spans[2]["spanId"]);
    let message = "wasm `unreachable` instruction executed";
    assert_eq!(spans[0]["status"], json!({"code": 2, "message": message}));
    assert_eq!(spans[1]["status"], json!({"code": 0}));
    let event = &spans[0]["events"][0];
    assert_eq!(
        (&event["name"], named(event, "exception.stacktrace").unwrap().lines().count()),
        (&json!("exception"), 2)
    );
    assert_eq!(named(&spans[0], "polymer.task.id").as_deref(), Some("7"));
    assert_eq!(named(&spans[0], "error.type").as_deref(), Some("unreachable"));
    assert_eq!(named(&spans[2], "polymer.slot").as_deref(), Some("2"));
    assert_eq!(named(&spans[2], "polymer.fuel").as_deref(), Some("15210"));
}

#[test]
fn attempts_before_the_last_end_when_the_run_heard_of_it() {
    let mut fixture = Fixture::new("failed");
    let failed = |attempt| RunEvent::AttemptFailed {
        task: Box::new(TaskName { seq: 3, ..TaskName::default() }),
        attempt,
        worker: Some(1),
        verdict: Verdict::WorkerLost,
        error: Box::new(TaskError::default()),
        log: Vec::new(),
        retry: RetryNote::Alone,
    };
    fixture.on(MS * 10, failed(1));
    fixture.on(MS * 30, failed(2));
    let history = [1, 2].map(|attempt| samples::past(attempt, Verdict::WorkerLost)).to_vec();
    fixture.done(MS * 100, Record { attempts: 3, history, ..trap(3) });
    // Of this one nothing was heard.
    let history = vec![samples::past(1, Verdict::WorkerLost)];
    fixture.done(MS * 100, Record { attempts: 2, history, ..trap(4) });
    let lines = fixture.lines();
    assert_eq!(names(&lines[0]), ["task", "attempt", "attempt", "queue", "attempt"]);
    assert_eq!(times(&lines[0][1]), (8, 10));
    assert_eq!(times(&lines[0][0]), (8, 100));
    assert_eq!(named(&lines[0][2], "polymer.attempt").as_deref(), Some("2"));
    assert_eq!(named(&lines[0][2], "polymer.verdict").as_deref(), Some("worker_lost"));
    assert_eq!(names(&lines[1]), ["task", "queue", "attempt"]);
    assert!(fixture.log.ended.is_empty(), "what is over takes no memory");
}

#[test]
fn tasks_that_failed_are_slow_or_are_in_the_sample_have_spans() {
    let fast = |seq| Record { seq, ..samples::ok() };
    let slow = |seq| with_wall(fast(seq), Duration::from_secs(5));
    for (sampling, expected) in [("failed,slow,0%", 2), ("failed", 1), ("slow", 1), ("0%", 0), ("100%", 102)]
    {
        let mut fixture = Fixture::new(sampling);
        for seq in 1..=100 {
            fixture.done(MS, fast(seq));
        }
        fixture.done(MS, slow(101));
        fixture.done(MS, trap(102));
        assert_eq!(fixture.lines().len(), expected, "{sampling}");
    }
}

#[test]
fn a_parent_gives_the_trace_and_has_its_tasks_recorded() {
    let mut fixture = Fixture::new("0%");
    let with = |seq, text: &str| Record { seq, trace: given(text), ..samples::ok() };
    fixture.done(MS, with(1, PARENT));
    fixture.done(MS, with(2, PARENT));
    fixture.done(MS, with(3, &PARENT.replace("-01", "-00")));
    fixture.done(MS, with(4, "no parent"));
    let lines = fixture.lines();
    assert_eq!(lines.len(), 2);
    for spans in &lines {
        assert!(spans.iter().all(|span| span["traceId"] == "0af7651916cd43dd8448eb211c80319c"));
        assert_eq!(spans[0]["parentSpanId"], "b7ad6b7169203331");
    }
    assert_ne!(lines[0][0]["spanId"], lines[1][0]["spanId"]);
    assert_eq!(fixture.log.malformed(), 1);
    // One that is malformed makes no parent.
    let mut fixture = Fixture::new("100%");
    fixture.done(MS, with(4, "no parent"));
    fixture.done(MS, with(5, &PARENT.replace("-01", "-00")));
    let lines = fixture.lines();
    assert!(lines[0][0].get("parentSpanId").is_none());
    assert_eq!(lines[1][0]["parentSpanId"], "b7ad6b7169203331");
    let expected: TraceParent = PARENT.parse().unwrap();
    assert_eq!(lines[1][0]["traceId"], format!("{:032x}", u128::from_be_bytes(expected.trace_id)));
}

#[test]
fn what_no_guest_was_entered_for_is_a_span_at_its_moment() {
    let mut fixture = Fixture::new("failed");
    fixture.done(MS * 9, samples::rejected());
    let earlier = Some(EarlierStart(None));
    fixture.done(MS * 9, Record { earlier, started: None, ..trap(1) });
    for spans in fixture.lines() {
        assert_eq!((names(&spans), times(&spans[0])), (vec!["task"], (9, 9)));
    }
}

#[test]
fn a_module_that_was_compiled_has_a_trace_of_its_own() {
    let mut fixture = Fixture::new("0%");
    let module = ModuleId(3);
    let ready = |cached| RunEvent::ModuleReady {
        module,
        info: Arc::new(ModuleInfo {
            form: ModuleForm::Typed,
            tasks: Vec::new(),
            imports: Vec::new(),
            functions: Vec::new(),
        }),
        cached,
        took: MS * 40,
    };
    let named_event = RunEvent::ModuleNamed { module, name: "a.wasm".to_owned(), digest: Digest::of(b"a") };
    fixture.on(MS, named_event);
    fixture.on(MS * 50, ready(false));
    fixture.on(MS * 60, ready(true));
    let lines = fixture.lines();
    assert_eq!(lines.len(), 1);
    assert_eq!((names(&lines[0]), times(&lines[0][0])), (vec!["compile"], (10, 50)));
    assert_eq!(named(&lines[0][0], "polymer.module").as_deref(), Some("a.wasm"));
}

#[test]
fn a_line_is_bounded_whatever_is_in_the_record() {
    let mut fixture = Fixture::new("failed");
    let long = "\u{1b}\"".repeat(1 << 19);
    let history = (1..=500).map(|attempt| samples::past(attempt, Verdict::Trap)).collect();
    for attempt in 1..=500 {
        fixture.on(
            MS,
            RunEvent::AttemptFailed {
                task: Box::new(TaskName { seq: 3, ..TaskName::default() }),
                attempt,
                worker: None,
                verdict: Verdict::Trap,
                error: Box::new(TaskError::default()),
                log: Vec::new(),
                retry: RetryNote::Alone,
            },
        );
    }
    let error = TaskError { trace: Some(long.clone()), ..TaskError::new(long.clone(), long.clone()) };
    let (label, module, group) = (Some(long.clone()), Some(long.clone()), Some(long.as_str().into()));
    fixture.done(MS, Record { id: long.clone(), label, module, group, error, history, ..trap(3) });
    assert!(fixture.log.gathered() < 128 << 10, "{}", fixture.log.gathered());
    assert_eq!(fixture.lines()[0].len(), 1 + 32 + 2);
}

#[test]
fn moments_behind_a_stop_are_later_by_what_it_lasted() {
    let mut fixture = Fixture::new("failed");
    fixture.on(MS * 40, RunEvent::WentOn { still: MS * 1000 });
    fixture.done(MS * 100, with_wall(trap(3), MS * 30));
    let spans = fixture.lines().remove(0);
    assert_eq!(times(&spans[0]), (30, 1100), "it waited before and after");
    assert_eq!(times(&spans[2]), (1050, 1080));
}
