//! Spans in the JSON form of the OpenTelemetry protocol: ids in hex, numbers of 64 bits as texts,
//! words of enumerations as numbers.
//!
//! It must never know what a task is.

use polymer_host_base::text::cut;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt::Write as _;

/// Name of the program in traces.
const SERVICE: &str = "polymer";
/// The longest name of a thing in bytes.
const LONGEST_NAME: usize = 256;
/// The longest message, and the longest trace.
const LONGEST_TEXT: usize = 2 << 10;

/// Bytes of an id in hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HexId<const BYTES: usize>(pub(super) [u8; BYTES]);

impl<const BYTES: usize> Serialize for HexId<BYTES> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let hex = self.0.iter().fold(String::new(), |mut hex, byte| {
            // A write to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        serializer.serialize_str(&hex)
    }
}

/// Nanoseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct UnixNanos(pub(super) u64);

impl Serialize for UnixNanos {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
enum OtlpValue<'a> {
    StringValue(Cow<'a, str>),
    IntValue(String),
}

/// Something that is known of a span.
#[derive(Debug, Serialize)]
pub(super) struct OtlpAttribute<'a> {
    key: &'static str,
    value: OtlpValue<'a>,
}

impl<'a> OtlpAttribute<'a> {
    /// A name, cut where it is very long.
    pub(super) fn name(key: &'static str, name: &'a str) -> Self {
        Self::text(key, name, LONGEST_NAME)
    }

    /// A message or a trace, cut where it is very long.
    pub(super) fn message(key: &'static str, text: &'a str) -> Self {
        Self::text(key, text, LONGEST_TEXT)
    }

    fn text(key: &'static str, text: &'a str, most: usize) -> Self {
        Self { key, value: OtlpValue::StringValue(bounded(text, most)) }
    }

    /// A number.
    pub(super) fn number(key: &'static str, number: u64) -> Self {
        // The protocol's integers have a sign.
        let number = number.min(i64::MAX.cast_unsigned());
        Self { key, value: OtlpValue::IntValue(number.to_string()) }
    }
}

fn bounded(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most { text.into() } else { cut(text, most).into() }
}

/// Whether what a span is about went well.
#[derive(Debug, Default, Serialize)]
pub(super) struct OtlpStatus<'a> {
    /// 0 for unset, 2 for an error.
    code: u8,
    #[serde(skip_serializing_if = "str::is_empty")]
    message: Cow<'a, str>,
}

impl<'a> OtlpStatus<'a> {
    /// That of an error.
    pub(super) fn error(message: &'a str) -> Self {
        Self { code: 2, message: bounded(message, LONGEST_TEXT) }
    }
}

/// Something that happened in a span.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OtlpEvent<'a> {
    pub(super) time_unix_nano: UnixNanos,
    pub(super) name: &'static str,
    pub(super) attributes: Vec<OtlpAttribute<'a>>,
}

/// A span.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OtlpSpan<'a> {
    pub(super) trace_id: HexId<16>,
    pub(super) span_id: HexId<8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parent_span_id: Option<HexId<8>>,
    pub(super) name: &'static str,
    pub(super) kind: OtlpSpanKind,
    pub(super) start_time_unix_nano: UnixNanos,
    pub(super) end_time_unix_nano: UnixNanos,
    pub(super) attributes: Vec<OtlpAttribute<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) events: Vec<OtlpEvent<'a>>,
    pub(super) status: OtlpStatus<'a>,
}

/// Kind of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OtlpSpanKind {
    /// Something within a program.
    Internal,
    /// Something that was asked for earlier, and by others.
    Consumer,
}

impl Serialize for OtlpSpanKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(match self {
            Self::Internal => 1,
            Self::Consumer => 5,
        })
    }
}

/// The program that spans are of.
#[derive(Debug, Clone, Copy)]
pub(super) struct OtlpResource {
    pub(super) version: &'static str,
    /// Tells its processes apart.
    pub(super) instance: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireRequest<'a> {
    resource_spans: [WireResourceSpans<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireResourceSpans<'a> {
    resource: WireResource<'a>,
    scope_spans: Vec<WireScopeSpans<'a>>,
}

#[derive(Serialize)]
struct WireResource<'a> {
    attributes: Vec<OtlpAttribute<'a>>,
}

#[derive(Serialize)]
struct WireScopeSpans<'a> {
    scope: WireScope,
    spans: &'a [OtlpSpan<'a>],
}

#[derive(Serialize)]
struct WireScope {
    name: &'static str,
    version: &'static str,
}

impl OtlpResource {
    /// Appends a request with these spans as a line, newline included.
    pub(super) fn render(self, spans: &[OtlpSpan<'_>], text: &mut Vec<u8>) {
        let instance = format!("{:016x}", self.instance);
        let attributes = vec![
            OtlpAttribute::name("service.name", SERVICE),
            OtlpAttribute::name("service.version", self.version),
            OtlpAttribute::name("service.instance.id", &instance),
        ];
        let scope = WireScope { name: SERVICE, version: self.version };
        let scope_spans = vec![WireScopeSpans { scope, spans }];
        let resource = WireResource { attributes };
        write_line(&WireRequest { resource_spans: [WireResourceSpans { resource, scope_spans }] }, text);
    }
}

/// A request without spans that says how many others are missing.
pub(super) fn left_out(lines: u64) -> String {
    let attributes = vec![
        OtlpAttribute::name("service.name", SERVICE),
        OtlpAttribute::number("polymer.lines_left_out", lines),
    ];
    let resource = WireResource { attributes };
    let mut text = Vec::new();
    let scope_spans = Vec::new();
    write_line(&WireRequest { resource_spans: [WireResourceSpans { resource, scope_spans }] }, &mut text);
    String::from_utf8(text).unwrap_or_default()
}

fn write_line(request: &WireRequest<'_>, text: &mut Vec<u8>) {
    // Memory takes every write.
    if serde_json::to_writer(&mut *text, request).is_ok() {
        text.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn a_request_has_the_form_of_the_protocol() {
        let span = OtlpSpan {
            trace_id: HexId([0xab; 16]),
            span_id: HexId([1; 8]),
            parent_span_id: None,
            name: "task",
            kind: OtlpSpanKind::Consumer,
            start_time_unix_nano: UnixNanos(1),
            end_time_unix_nano: UnixNanos(u64::MAX),
            attributes: vec![OtlpAttribute::number("n", u64::MAX), OtlpAttribute::name("s", "\u{1b}\"\n")],
            events: Vec::new(),
            status: OtlpStatus::error("bad"),
        };
        let mut text = Vec::new();
        OtlpResource { version: "1.2.3", instance: 15 }.render(&[span], &mut text);
        assert_eq!(text.iter().filter(|byte| **byte == b'\n').count(), 1);
        let request: Value = serde_json::from_slice(&text).unwrap();
        let expected = json!({
            "traceId": "abababababababababababababababab", "spanId": "0101010101010101", "name": "task", "kind": 5,
            "startTimeUnixNano": "1", "endTimeUnixNano": "18446744073709551615",
            "attributes": [
                {"key": "n", "value": {"intValue": "9223372036854775807"}},
                {"key": "s", "value": {"stringValue": "\u{1b}\"\n"}},
            ],
            "status": {"code": 2, "message": "bad"},
        });
        let resource = &request["resourceSpans"][0];
        assert_eq!(resource["scopeSpans"][0]["spans"], json!([expected]));
        assert_eq!(resource["scopeSpans"][0]["scope"], json!({"name": "polymer", "version": "1.2.3"}));
        let attributes = resource["resource"]["attributes"].as_array().unwrap();
        assert_eq!(attributes[2]["value"]["stringValue"], "000000000000000f");
    }

    #[test]
    fn texts_are_cut() {
        let long = "ä".repeat(1 << 16);
        for attribute in [OtlpAttribute::name("a", &long), OtlpAttribute::message("a", &long)] {
            let text = serde_json::to_string(&attribute).unwrap();
            assert!(text.len() < LONGEST_TEXT + 100, "{}", text.len());
        }
        assert!(serde_json::to_string(&OtlpStatus::error(&long)).unwrap().len() < LONGEST_TEXT + 100);
    }

    #[test]
    fn what_is_missing_is_a_request_too() {
        let request: Value = serde_json::from_str(&left_out(7)).unwrap();
        let resource = &request["resourceSpans"][0];
        assert_eq!(resource["resource"]["attributes"][1]["value"]["intValue"], "7");
        assert_eq!(resource["scopeSpans"], json!([]));
    }
}
