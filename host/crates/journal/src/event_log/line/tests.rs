//! Each kind of line is read as it was written.

use super::*;
use crate::event_log::samples::SampleValues;
use polymer_host_task::TaskKey;
use proptest::prelude::*;
use std::time::Duration;

/// A line of each kind. The match has no arm for all others: a new kind does not compile until it
/// has one, and [`every_kind_is_covered`] fails until it is reached.
fn next(line: &EventLine<'_>) -> Option<EventLine<'static>> {
    let any = SampleValues { text: "a\"\\\u{1}ä".to_owned(), micros: 1_234_567, number: 7, flag: true };
    let index = match line {
        EventLine::Session(_) => 1,
        EventLine::Module(_) => 2,
        EventLine::AttemptStarted(_) => 3,
        EventLine::AttemptFailed(_) => 4,
        EventLine::TaskDone(_) => 5,
        EventLine::SessionEnded(_) => 6,
        EventLine::Engine(_) => 7,
        EventLine::Jail(_) => 8,
        EventLine::MemoryBound(_) => 9,
        EventLine::WorkerStarted(_) => 10,
        EventLine::WorkerTurned(_) => 11,
        EventLine::WorkerRecycled(_) => 12,
        EventLine::WorkerDied(_) => 13,
        EventLine::Exhausted(_) => 14,
        EventLine::ModuleReady(_) => 15,
        EventLine::ModuleInvalid(_) => 16,
        EventLine::CacheEntryRejected(_) => 17,
        EventLine::CacheTrouble(_) => 18,
        EventLine::WentOn(_) => 19,
        EventLine::Draining(_) => 20,
        EventLine::GroupStopped(_) => 21,
        EventLine::GroupSums(_) => 22,
        EventLine::LinesLeftOut(_) => return None,
    };
    Some(any.line(index))
}

/// Any of it.
fn anything() -> impl Strategy<Value = SampleValues> {
    // 35 years: in thousands, a float has the digits of so many microseconds.
    (any::<String>(), 0..1_u64 << 50, any::<u32>(), any::<bool>())
        .prop_map(|(text, micros, number, flag)| SampleValues { text, micros, number, flag })
}

fn written(line: &EventLine<'_>) -> String {
    serde_json::to_string(line).unwrap()
}

#[test]
fn every_kind_is_covered() {
    let first = SampleValues { text: String::new(), micros: 0, number: 1, flag: false }.line(0);
    let lines: Vec<_> = std::iter::successors(Some(first), next).collect();
    let kinds: Vec<String> = lines
        .iter()
        .map(|line| serde_json::to_value(line).unwrap()["event"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, EventLine::KINDS, "a line of each kind, in their order");
    for line in lines {
        let text = written(&line);
        assert_eq!(EventLine::read(text.as_bytes()).unwrap(), Some(line), "{text}");
    }
}

proptest! {
    #[test]
    fn whatever_is_written_is_read(any in anything(), kind in 0..EventLine::KINDS.len()) {
        let line = any.line(kind);
        let text = written(&line);
        prop_assert_eq!(EventLine::read(text.as_bytes()).unwrap(), Some(line));
    }

    #[test]
    fn whatever_is_read_is_a_line_or_refused(bytes in any::<Vec<u8>>()) {
        drop(EventLine::read(&bytes));
    }
}

#[test]
fn a_time_that_is_none_costs_no_line() {
    for (text, micros) in [("-1", 0), ("1e300", u64::MAX), ("0.0005", 1), ("9", 9000)] {
        let line = format!(r#"{{"event":"went_on","at_ms":{text},"still_ms":0}}"#);
        let at_ms = Milliseconds(Duration::from_micros(micros));
        let read = EventLine::read(line.as_bytes()).unwrap();
        assert_eq!(read, Some(EventLine::WentOn(WentOn { at_ms, still_ms: Milliseconds::default() })));
    }
}

/// An attempt that nobody finds again would not be charged, so what is no key is damage.
#[test]
fn a_key_is_a_key_or_empty() {
    let line = |key: &str| {
        format!(
            r#"{{"event":"attempt_started","at_ms":1.000,"seq":7,"key":"{key}","id":"7","attempt":1,"slot":1,"alone":false}}"#
        )
    };
    let key = TaskKey::of_id("7");
    for (text, expected) in [(key.to_string(), Some(key)), (String::new(), None)] {
        let text = line(&text);
        let Some(EventLine::AttemptStarted(read)) = EventLine::read(text.as_bytes()).unwrap() else {
            panic!("{text}")
        };
        assert_eq!(read.key, expected, "{text}");
    }
    for text in ["7", &"z".repeat(32), &"0".repeat(33)] {
        assert!(matches!(EventLine::read(line(text).as_bytes()), Err(LineError::Fields(_))), "{text}");
    }
}
