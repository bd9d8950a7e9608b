//! `perfetto`: trace events, which ui.perfetto.dev and other viewers show as a timeline: a row for
//! each slot, on it the last attempt of each task, and above them the time that tasks waited.
//!
//! Times are microseconds since the run began. It must never know in which order records come, or
//! hold more than a few numbers for each slot.

use super::attempt_time::{AttemptTime, millis};
use super::record_export::RecordExport;
use polymer_host_journal::record_view::RecordView;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

/// The number by which all events name the run.
const RUN: u32 = 1;

/// Events on their way out.
pub(super) struct TraceExport<W: Write> {
    out: W,
    /// When the run began, since 1970; the first attempt, if that is not known.
    run_began: Option<Duration>,
    slots: BTreeMap<u64, ShownAttempt>,
    /// Number of waits that were written, by which each is told from the others.
    waits: u64,
}

/// The attempt that was shown last in a slot, since the run began.
#[derive(Debug, Clone, Copy, Default)]
struct ShownAttempt {
    began: Duration,
    /// Where it ends as it is shown.
    end: Duration,
}

impl<W: Write> TraceExport<W> {
    /// Of a run that began so long after 1970.
    ///
    /// # Errors
    /// If its beginning cannot be written.
    pub(super) fn begin(mut out: W, run_began: Option<Duration>) -> io::Result<Self> {
        out.write_all(b"{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n")?;
        let run = json!({"ph": "M", "name": "process_name", "pid": RUN, "args": {"name": "run"}});
        serde_json::to_writer(&mut out, &run)?;
        Ok(Self { out, run_began, slots: BTreeMap::new(), waits: 0 })
    }

    fn event(&mut self, event: &Value) -> io::Result<()> {
        self.out.write_all(b",\n")?;
        Ok(serde_json::to_writer(&mut self.out, event)?)
    }

    /// Says where on the row of a slot an attempt is shown. Of several attempts that the run heard
    /// of at once it knows one beginning; since one process makes them one after another, they are
    /// shown so, and viewers drop what overlaps.
    fn place(&mut self, slot: u64, began: Duration, lasted: Duration) -> Duration {
        let last = self.slots.entry(slot).or_default();
        let shown = if (last.began..last.end).contains(&began) { last.end } else { began };
        *last = ShownAttempt { began, end: shown.saturating_add(lasted) };
        shown
    }

    fn wait(&mut self, from: Duration, until: Duration) -> io::Result<()> {
        self.waits += 1;
        let id = self.waits.to_string();
        for (phase, at) in [("b", from), ("e", until)] {
            let event = json!({
                "ph": phase, "name": "queued", "cat": "queue", "id": id, "pid": RUN, "tid": 0, "ts": micros(at),
            });
            self.event(&event)?;
        }
        Ok(())
    }
}

impl<W: Write> RecordExport for TraceExport<W> {
    fn add(&mut self, _line: &str, record: &RecordView<'_>) -> io::Result<()> {
        // What no worker ran takes no place on a row.
        let Some(time) = AttemptTime::of(record) else { return Ok(()) };
        let Some(slot) = record.whole_number(&["worker"]) else { return Ok(()) };
        let run_began = *self.run_began.get_or_insert(time.began);
        // Where the clock was set back, at the run's beginning.
        let began = time.began.saturating_sub(run_began);
        if !self.slots.contains_key(&slot) {
            let name = format!("worker {slot}");
            let row =
                json!({"ph": "M", "name": "thread_name", "pid": RUN, "tid": slot, "args": {"name": name}});
            self.event(&row)?;
        }
        let queued = millis(record, "queue_ms");
        if !queued.is_zero() {
            self.wait(began.saturating_sub(queued), began)?;
        }
        let shown = self.place(slot, began, time.lasted);
        let text = |steps: &[&str]| record.text(steps).unwrap_or_default();
        let attempt = json!({
            "ph": "X", "name": text(&["id"]), "cat": text(&["verdict"]), "pid": RUN, "tid": slot,
            "ts": micros(shown), "dur": micros(time.lasted),
            "args": {
                "id": text(&["id"]),
                "seq": record.whole_number(&["seq"]),
                "verdict": text(&["verdict"]),
                "error_code": text(&["error", "code"]),
                "attempts": record.whole_number(&["attempts"]),
                "fuel": record.whole_number(&["stats", "fuel"]),
                "cpu_ms": record.number(&["stats", "cpu_ms"]),
                "queue_ms": record.number(&["stats", "queue_ms"]),
            },
        });
        self.event(&attempt)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n]}\n")?;
        self.out.flush()
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, worker: u32, started_micros: u64, wall_ms: f64, queue_ms: f64) -> String {
        let started =
            std::time::UNIX_EPOCH + Duration::from_secs(100) + Duration::from_micros(started_micros);
        json!({
            "id": id, "seq": 1, "verdict": "ok", "error": {"code": ""}, "attempts": 1, "worker": worker,
            "started": humantime::format_rfc3339_micros(started).to_string(),
            "stats": {"fuel": 18_446_744_073_709_551_615_u64, "wall_ms": wall_ms, "cpu_ms": null, "queue_ms": queue_ms},
        })
        .to_string()
    }

    /// The events of these records in a run that began 100 s after 1970.
    fn events(run_began: Option<Duration>, records: &[String]) -> Vec<Value> {
        let mut out = Vec::new();
        let mut trace = TraceExport::begin(&mut out, run_began).unwrap();
        for record in records {
            trace.add(record, &RecordView::read(record)).unwrap();
        }
        trace.finish().unwrap();
        let trace: Value = serde_json::from_slice(&out).unwrap();
        trace["traceEvents"].as_array().unwrap().clone()
    }

    const BEGAN: Option<Duration> = Some(Duration::from_secs(100));

    /// Where each attempt is shown, and how long.
    fn shown(events: &[Value]) -> Vec<(u64, u64, u64)> {
        let attempts = events.iter().filter(|event| event["ph"] == "X");
        let number = |event: &Value, name: &str| event[name].as_u64().unwrap();
        attempts.map(|event| (number(event, "tid"), number(event, "ts"), number(event, "dur"))).collect()
    }

    #[test]
    fn an_attempt_is_an_event_on_the_row_of_its_slot() {
        let id = "7\u{1b}\"\n</script>";
        let events = events(BEGAN, &[record(id, 3, 1500, 2.5, 1.25)]);
        assert_eq!(events.len(), 5, "{events:?}");
        assert_eq!(events[0]["args"]["name"], "run");
        assert_eq!((&events[1]["name"], &events[1]["tid"]), (&json!("thread_name"), &json!(3)));
        assert_eq!(events[1]["args"]["name"], "worker 3");
        assert_eq!((&events[2]["ph"], &events[2]["ts"]), (&json!("b"), &json!(250)));
        assert_eq!((&events[3]["ph"], &events[3]["ts"]), (&json!("e"), &json!(1500)));
        assert_eq!(events[2]["id"], events[3]["id"]);
        let attempt = json!({
            "ph": "X", "name": id, "cat": "ok", "pid": 1, "tid": 3, "ts": 1500, "dur": 2500,
            "args": {
                "id": id, "seq": 1, "verdict": "ok", "error_code": "", "attempts": 1,
                "fuel": 18_446_744_073_709_551_615_u64, "cpu_ms": null, "queue_ms": 1.25,
            },
        });
        assert_eq!(events[4], attempt);
    }

    #[test]
    fn attempts_that_seem_to_overlap_are_shown_one_after_another() {
        // The run heard of the first three at once.
        let records = [
            record("a", 1, 1000, 0.2, 0.0),
            record("b", 1, 1000, 0.3, 0.0),
            record("c", 1, 1000, 0.4, 0.0),
            record("d", 1, 1950, 0.1, 0.0),
            record("e", 2, 1000, 0.5, 0.0),
        ];
        let expected = [(1, 1000, 200), (1, 1200, 300), (1, 1500, 400), (1, 1950, 100), (2, 1000, 500)];
        assert_eq!(shown(&events(BEGAN, &records)), expected);
        // In a folder that was put into the order of lines an earlier one may come later.
        let records = [record("b", 1, 9000, 1.0, 0.0), record("a", 1, 1000, 1.0, 0.0)];
        assert_eq!(shown(&events(BEGAN, &records)), [(1, 9000, 1000), (1, 1000, 1000)]);
    }

    #[test]
    fn a_trace_without_events_is_one_and_begins_with_the_first_attempt_if_need_be() {
        let rejected = r#"{"id":"a","verdict":"bad_input","worker":null,"started":null,"stats":{}}"#;
        assert_eq!(events(BEGAN, &[rejected.to_owned()]).len(), 1);
        assert_eq!(shown(&events(None, &[record("a", 1, 77, 1.0, 5.0)])), [(1, 0, 1000)]);
        let later = Some(Duration::from_secs(200));
        assert_eq!(shown(&events(later, &[record("a", 1, 77, 1.0, 5.0)])), [(1, 0, 1000)], "clock set back");
    }
}
