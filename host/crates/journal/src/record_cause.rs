//! Causes of failures, of records as they lie in a file.
//!
//! It must never know which records stand, or who shows the causes.

use super::results::SeenRecord;
use polymer_host_sketch::{CauseTable, FailedTask, FailureCause, RecordedFailure};
use polymer_host_task::Verdict;
use serde::Deserialize;
use std::borrow::Cow;

/// What a cause is made of, in a record.
#[derive(Debug, Default, Deserialize)]
struct FailedRecord<'a> {
    #[serde(borrow, default)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    error: RecordedError<'a>,
    #[serde(borrow, default)]
    log: RecordedLog<'a>,
}

#[derive(Debug, Default, Deserialize)]
struct RecordedLog<'a> {
    #[serde(borrow, default)]
    text: Cow<'a, str>,
}

#[derive(Debug, Default, Deserialize)]
struct RecordedError<'a> {
    #[serde(borrow, default)]
    message: Cow<'a, str>,
    #[serde(borrow, default)]
    code: Cow<'a, str>,
    #[serde(borrow, default)]
    trace: Option<Cow<'a, str>>,
}

/// Counts a record for its cause, if it is of a task that failed. Of an error that cannot be read
/// the verdict is the cause.
pub(super) fn add_record(causes: &mut CauseTable, seen: &SeenRecord, record: &[u8]) {
    if seen.verdict == Verdict::Ok {
        return;
    }
    let FailedRecord { id, error, log } = serde_json::from_slice(record).unwrap_or_default();
    let failure = RecordedFailure {
        verdict: seen.verdict,
        code: &error.code,
        message: &error.message,
        trace: error.trace.as_deref(),
    };
    let cause = FailureCause::of_parts(failure, log.text.lines());
    causes.add(cause, FailedTask { id: &id, label: None, seq: seen.seq });
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::TaskKey;

    fn seen(verdict: Verdict, seq: u64) -> SeenRecord {
        let key = TaskKey::of_id("a");
        SeenRecord { key, content: None, seq, verdict, execution: None, replaces: None }
    }

    #[test]
    fn a_record_counts_for_the_cause_of_its_error() {
        let mut causes = CauseTable::default();
        let record = br#"{"v":1,"id":"a\t1","seq":7,"verdict":"trap","output":null,"error":{"message":"no `x`\nat 7","code":"unreachable","wall":"","trace":"m!f\nm!g"},"attempts":1}"#;
        add_record(&mut causes, &seen(Verdict::Trap, 7), record);
        add_record(&mut causes, &seen(Verdict::Ok, 8), br#"{"id":"2"}"#);
        for record in [&b"{\"id\":\"9\"}"[..], b"nonsense", b"{\"error\":7}"] {
            add_record(&mut causes, &seen(Verdict::Canceled, 9), record);
        }
        let shown: Vec<_> = causes
            .by_count()
            .iter()
            .map(|entry| (entry.cause.to_string(), entry.count, entry.first.id.clone(), entry.first.seq))
            .collect();
        let expected = [
            ("canceled".to_owned(), 3, "9".to_owned(), 9),
            ("trap (unreachable): no … at …, at f".to_owned(), 1, "a\t1".to_owned(), 7),
        ];
        assert_eq!(shown, expected);
    }
}
