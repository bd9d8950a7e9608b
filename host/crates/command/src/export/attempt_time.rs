//! When the last attempt of a record began and how long it took, as formats with times need it.
//!
//! It must never know a format.

use polymer_host_journal::record_view::RecordView;
use std::time::{Duration, SystemTime};

/// Time of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AttemptTime {
    /// When it began, since 1970.
    pub(super) began: Duration,
    /// How long it took; nothing if that is not known.
    pub(super) lasted: Duration,
}

impl AttemptTime {
    /// That of the last attempt; nothing if no guest was entered.
    pub(super) fn of(record: &RecordView<'_>) -> Option<Self> {
        let began = since_1970(&record.text(&["started"])?)?;
        Some(Self { began, lasted: millis(record, "wall_ms") })
    }
}

/// The time since 1970 at a moment in RFC 3339.
pub(super) fn since_1970(moment: &str) -> Option<Duration> {
    humantime::parse_rfc3339(moment).ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()
}

/// A time of the statistics, which are in milliseconds; nothing if it is not known.
pub(super) fn millis(record: &RecordView<'_>, name: &str) -> Duration {
    let millis = record.number(&["stats", name]).unwrap_or_default();
    // A worker that is not ours any more may claim what no duration can hold.
    Duration::try_from_secs_f64(millis / 1000.0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_takes_no_time_and_did_not_begin() {
        let of = |record: &str| AttemptTime::of(&RecordView::read(record));
        let time = of(r#"{"started":"1970-01-01T00:00:02.500000Z","stats":{"wall_ms":0.25}}"#);
        let [began, lasted] = [2500, 0].map(Duration::from_millis);
        assert_eq!(time, Some(AttemptTime { began, lasted: Duration::from_micros(250) }));
        let unknown = of(r#"{"started":"1970-01-01T00:00:02.500000Z","stats":{"wall_ms":null}}"#);
        assert_eq!(unknown, Some(AttemptTime { began, lasted }));
        for record in [r#"{"started":null}"#, r#"{"started":"today"}"#, "{}"] {
            assert_eq!(of(record), None, "{record}");
        }
        let ages = of(r#"{"started":"1970-01-01T00:00:02.500000Z","stats":{"wall_ms":1e300}}"#);
        assert_eq!(ages, Some(AttemptTime { began, lasted }));
    }
}
