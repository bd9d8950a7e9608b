//! Causes of failures, of records as they lie in a file: counted, and as a field that selections
//! and tables may name beside those that a record has.
//!
//! It must never know which records stand, or who shows the causes.

use super::record_view::RecordView;
use super::results::SeenRecord;
use polymer_host_sketch::{CauseTable, FailedTask, FailureCause, RecordedFailure};
use polymer_host_task::Verdict;
use serde::Deserialize;
use std::borrow::Cow;

/// Name of the cause as a field.
const CAUSE: &str = "cause";

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

impl<'a> RecordView<'a> {
    /// Returns the JSON at the end of these steps, as [`find`](Self::find) does. Where a failure
    /// has no field `cause`, that is its cause as summaries and reports show it.
    #[must_use]
    pub fn field<S: AsRef<str>>(&self, steps: &[S]) -> Option<Cow<'a, str>> {
        if let Some(json) = self.find(steps) {
            return Some(Cow::Borrowed(json));
        }
        match steps {
            [step] if step.as_ref() == CAUSE => {
                serde_json::to_string(&self.cause()?.to_string()).ok().map(Cow::Owned)
            }
            _ => None,
        }
    }

    /// Returns the cause of a failure; nothing for what ended ok, or is no record.
    fn cause(&self) -> Option<FailureCause> {
        let verdict = self.text(&["verdict"])?;
        let verdict = Verdict::ALL.into_iter().find(|known| known.name() == verdict)?;
        if verdict == Verdict::Ok {
            return None;
        }
        let text = |steps: &[&str]| self.text(steps).unwrap_or_default();
        let (code, message, log) =
            (text(&["error", "code"]), text(&["error", "message"]), text(&["log", "text"]));
        let trace = self.text(&["error", "trace"]);
        let failure = RecordedFailure { verdict, code: &code, message: &message, trace: trace.as_deref() };
        Some(FailureCause::of_parts(failure, log.lines()))
    }
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

    #[test]
    fn a_cause_is_a_field_of_a_failure_that_has_none_of_that_name() {
        let failed = r#"{"verdict":"trap","error":{"message":"no `x`\nat 7","code":"unreachable","trace":"m!f\nm!g"}}"#;
        let exited = r#"{"verdict":"task_error","error":{"message":"exited with code 3","code":"exit"},"log":{"text":"no file \"a\""}}"#;
        for (record, cause) in [
            (failed, Some("\"trap (unreachable): no … at …, at f\"")),
            (exited, Some("\"task_error (exit): no file …\"")),
            (r#"{"verdict":"canceled"}"#, Some("\"canceled\"")),
            (r#"{"verdict":"trap","cause":7}"#, Some("7")),
            (r#"{"verdict":"ok"}"#, None),
            (r#"{"verdict":"none"}"#, None),
            ("7", None),
        ] {
            assert_eq!(RecordView::read(record).field(&["cause"]).as_deref(), cause, "{record}");
        }
        let view = RecordView::read(failed);
        assert_eq!(view.field(&["verdict"]).as_deref(), Some("\"trap\""));
        assert_eq!((view.field(&["cause", "x"]), view.field::<&str>(&[])), (None, None));
    }
}
