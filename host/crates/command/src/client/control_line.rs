//! A control line of a client as it is written. Pure.

use super::super::field::Field;
use super::super::record_id;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Longest control line, in bytes: an id of 4096 bytes may be escaped.
pub(super) const LONGEST_CONTROL_LINE: usize = 32 << 10;

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ControlRequest {
    /// Cancel the task with this id.
    CancelId(String),
    /// Cancel the task of this line, from 1, also if it was not read yet.
    CancelLine(u64),
    /// Take nothing new, and finish what has begun.
    Drain,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireControl<'a> {
    #[serde(borrow)]
    cancel: Option<&'a RawValue>,
    cancel_seq: Option<u64>,
    drain: Option<bool>,
}

/// Reads a control line.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(line: &[u8]) -> Result<ControlRequest, String> {
    let line: WireControl<'_> = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    match (line.cancel, line.cancel_seq, line.drain) {
        (Some(id), None, None) => {
            let id = record_id::from_value(id.get(), &Field::named("cancel"));
            id.map(ControlRequest::CancelId).map_err(|error| error.to_string())
        }
        (None, Some(seq), None) if seq > 0 => Ok(ControlRequest::CancelLine(seq)),
        (None, None, Some(true)) => Ok(ControlRequest::Drain),
        _ => Err("it needs one of `cancel` with an id, `cancel_seq` with the number of a line from 1, and `drain` with true".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_is_read() {
        for (line, request) in [
            (r#"{"cancel":"a"}"#, ControlRequest::CancelId("a".to_owned())),
            (r#"{"cancel":7}"#, ControlRequest::CancelId("7".to_owned())),
            (r#"{"cancel_seq":7}"#, ControlRequest::CancelLine(7)),
            (r#"{"drain":true}"#, ControlRequest::Drain),
        ] {
            assert_eq!(read(line.as_bytes()), Ok(request), "{line}");
        }
    }

    #[test]
    fn what_is_no_request_is_said_to_be_none() {
        for line in [
            "",
            "{}",
            "[]",
            "nonsense",
            r#"{"cancel":null}"#,
            r#"{"cancel":{}}"#,
            r#"{"cancel":1.5}"#,
            r#"{"cancel_seq":0}"#,
            r#"{"cancel_seq":-1}"#,
            r#"{"drain":false}"#,
            r#"{"drain":true,"cancel":"a"}"#,
            r#"{"stop":true}"#,
        ] {
            let error = read(line.as_bytes()).unwrap_err();
            assert!(!error.is_empty(), "{line}");
        }
        assert!(read(b"\xff").is_err());
    }
}
