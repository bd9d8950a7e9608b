//! Between the bytes a task came with and the bytes its guest reads, and back.

use super::request::InputKind;
use polymer_host_base::json;
use polymer_host_base::quantity::show_size;
use polymer_host_task::{Output, OutputFormat, TaskEncoding, TaskError, Verdict};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

/// Why a conversion did not go, as a verdict.
pub(crate) type ConversionError = (Verdict, TaskError);

pub(super) fn bad_input(code: &'static str, message: impl Into<String>) -> ConversionError {
    (Verdict::BadInput, TaskError::new(code, message))
}

fn bad_output(code: &'static str, message: impl Into<String>) -> ConversionError {
    (Verdict::BadOutput, TaskError::new(code, message))
}

pub(super) fn too_much(limit: u64) -> ConversionError {
    (
        Verdict::OutputExceeded,
        TaskError::new("output", format!("gave more than its {} of output", show_size(limit))),
    )
}

/// Returns the bytes that a command reads from its stdin.
pub(crate) fn stdin(kind: InputKind, input: &[u8]) -> Result<Vec<u8>, ConversionError> {
    match kind {
        InputKind::Line | InputKind::Bytes => Ok(input.to_vec()),
        InputKind::Json => json_as_text(input),
    }
}

/// Returns the input for a typed task.
pub(crate) fn input(
    encoding: TaskEncoding,
    kind: InputKind,
    input: &[u8],
) -> Result<Cow<'_, [u8]>, ConversionError> {
    let converted = match (encoding, kind) {
        (TaskEncoding::Raw, InputKind::Line | InputKind::Bytes) | (TaskEncoding::Json, InputKind::Json) => {
            return Ok(Cow::Borrowed(input));
        }
        (TaskEncoding::Raw, InputKind::Json) => json_as_text(input),
        (TaskEncoding::MessagePack, InputKind::Json) => to_message_pack(input),
        (TaskEncoding::Json, kind) => {
            serde_json::to_vec(text(kind, input)?).map_err(|error| bad_input("not_json", error.to_string()))
        }
        (TaskEncoding::MessagePack, kind) => rmp_serde::to_vec(text(kind, input)?)
            .map_err(|error| bad_input("not_message_pack", error.to_string())),
    };
    converted.map(Cow::Owned)
}

/// The JSON value that an input is, which a schema speaks of.
pub(crate) fn value(encoding: TaskEncoding, input: &[u8]) -> Result<Cow<'_, [u8]>, ConversionError> {
    if encoding != TaskEncoding::MessagePack {
        return Ok(Cow::Borrowed(input));
    }
    match from_message_pack(input, u64::MAX) {
        Ok(Output::Json(text)) => Ok(Cow::Owned(text.into_bytes())),
        _ => Err(bad_input("not_message_pack", "the input cannot be converted back to JSON")),
    }
}

/// Returns the output of a typed task. `format` is for bytes.
pub(crate) fn output(
    encoding: TaskEncoding,
    format: Option<OutputFormat>,
    output: Vec<u8>,
    limit: u64,
) -> Result<Output, ConversionError> {
    if output.len() as u64 > limit {
        return Err(too_much(limit));
    }
    match encoding {
        TaskEncoding::Raw => bytes(format.unwrap_or(OutputFormat::Base64), output),
        TaskEncoding::Json => as_json(&output),
        TaskEncoding::MessagePack => from_message_pack(&output, limit),
    }
}

/// Returns the output of a command that ended well: text, if nothing else is asked for. If it
/// is not in the format asked for, what it wrote stands beside the reason.
pub(crate) fn stdout(
    format: Option<OutputFormat>,
    output: Vec<u8>,
) -> Result<Output, Box<(ConversionError, Output)>> {
    match format {
        Some(OutputFormat::Json) => {
            as_json(&output).map_err(|refused| Box::new((refused, unfinished(format, output))))
        }
        Some(OutputFormat::Base64) => Ok(Output::Bytes(output)),
        Some(OutputFormat::Text) | None => Ok(as_text(output)),
    }
}

/// Returns the output that a command had written when it failed: no value is to be expected,
/// and its last character may be incomplete.
pub(crate) fn unfinished(format: Option<OutputFormat>, mut output: Vec<u8>) -> Output {
    if format == Some(OutputFormat::Base64) {
        return Output::Bytes(output);
    }
    match std::str::from_utf8(&output) {
        Err(error) if error.error_len().is_none() => {
            output.truncate(error.valid_up_to());
            String::from_utf8(output).map_or_else(|error| Output::Bytes(error.into_bytes()), Output::Text)
        }
        _ => as_text(output),
    }
}

/// Bytes that a guest returned.
pub(super) fn bytes(format: OutputFormat, bytes: Vec<u8>) -> Result<Output, ConversionError> {
    match format {
        OutputFormat::Text => Ok(as_text(bytes)),
        OutputFormat::Json => as_json(&bytes),
        OutputFormat::Base64 => Ok(Output::Bytes(bytes)),
    }
}

fn as_json(bytes: &[u8]) -> Result<Output, ConversionError> {
    json::compact(bytes)
        .map(Output::Json)
        .map_err(|error| bad_output("not_json", format!("the output cannot be used: {error}")))
}

/// Text where it is text, without its final newline.
fn as_text(bytes: Vec<u8>) -> Output {
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if text.ends_with('\n') {
                text.pop();
                if text.ends_with('\r') {
                    text.pop();
                }
            }
            Output::Text(text)
        }
        Err(error) => Output::Bytes(error.into_bytes()),
    }
}

/// A line without its newline, or bytes, as text.
pub(super) fn text(kind: InputKind, input: &[u8]) -> Result<&str, ConversionError> {
    let line = match kind {
        InputKind::Line => {
            input.strip_suffix(b"\n").map_or(input, |line| line.strip_suffix(b"\r").unwrap_or(line))
        }
        InputKind::Json | InputKind::Bytes => input,
    };
    std::str::from_utf8(line).map_err(|error| {
        bad_input("not_utf8", format!("the input is not UTF-8 (byte {})", error.valid_up_to()))
    })
}

/// A JSON string as its text, another value compact.
fn json_as_text(input: &[u8]) -> Result<Vec<u8>, ConversionError> {
    let wrong =
        |error: &dyn std::fmt::Display| bad_input("not_json", format!("the input cannot be used: {error}"));
    if input.trim_ascii_start().starts_with(b"\"") {
        return serde_json::from_slice::<String>(input)
            .map(String::into_bytes)
            .map_err(|error| wrong(&error));
    }
    json::compact(input).map(String::into_bytes).map_err(|error| wrong(&error))
}

fn to_message_pack(input: &[u8]) -> Result<Vec<u8>, ConversionError> {
    let wrong = |error: String| {
        bad_input("not_json", format!("the input cannot be converted to MessagePack: {error}"))
    };
    json::check(input).map_err(|error| wrong(error.to_string()))?;
    let mut out = Vec::with_capacity(input.len());
    let mut reader = serde_json::Deserializer::from_slice(input);
    serde_transcode::transcode(&mut reader, &mut rmp_serde::Serializer::new(&mut out))
        .map_err(|error| wrong(error.to_string()))?;
    Ok(out)
}

fn from_message_pack(output: &[u8], limit: u64) -> Result<Output, ConversionError> {
    let wrong = |error: &dyn std::fmt::Display| {
        bad_output("not_message_pack", format!("the output cannot be converted to JSON: {error}"))
    };
    let mut rest = output;
    let mut reader = rmp_serde::Deserializer::new(&mut rest);
    reader.set_max_depth(json::MAX_DEPTH);
    let mut out = BoundedBytes::new(limit);
    let done =
        serde_transcode::Transcoder::new(&mut reader).serialize(&mut serde_json::Serializer::new(&mut out));
    if out.over {
        return Err(too_much(limit));
    }
    done.map_err(|error| wrong(&error))?;
    if !rest.is_empty() {
        return Err(wrong(&"bytes follow the value"));
    }
    json::compact(&out.bytes).map(Output::Json).map_err(|error| wrong(&error))
}

/// Takes bytes up to a limit, for a short value in memory or in MessagePack may be a long JSON
/// text.
pub(super) struct BoundedBytes {
    bytes: Vec<u8>,
    room: u64,
    over: bool,
}

impl BoundedBytes {
    /// With room for so many.
    pub(super) const fn new(room: u64) -> Self {
        Self { bytes: Vec::new(), room, over: false }
    }

    /// Returns whether there was more.
    pub(super) const fn is_over(&self) -> bool {
        self.over
    }

    /// Returns the bytes taken.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl Write for BoundedBytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(room) = self.room.checked_sub(bytes.len() as u64) else {
            self.over = true;
            return Err(io::Error::other("over the limit"));
        };
        self.room = room;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn input(encoding: TaskEncoding, kind: InputKind, input: &[u8]) -> Result<Vec<u8>, ConversionError> {
        super::input(encoding, kind, input).map(Cow::into_owned)
    }

    fn code(refused: Result<impl std::fmt::Debug, ConversionError>) -> (Verdict, String) {
        let (verdict, error) = refused.unwrap_err();
        (verdict, error.code)
    }

    #[test]
    fn a_line_is_a_json_string_without_its_newline() {
        assert_eq!(input(TaskEncoding::Json, InputKind::Line, b"a \"b\"\r\n").unwrap(), br#""a \"b\"""#);
        assert_eq!(input(TaskEncoding::Json, InputKind::Bytes, b"a\n").unwrap(), br#""a\n""#);
        assert_eq!(input(TaskEncoding::Raw, InputKind::Line, b"a\n").unwrap(), b"a\n");
        let not_text = input(TaskEncoding::Json, InputKind::Bytes, b"\xff");
        assert_eq!(code(not_text), (Verdict::BadInput, "not_utf8".to_owned()));
    }

    #[test]
    fn json_passes_as_it_is() {
        let value = b" {\"a\": 1.0e2}";
        assert_eq!(input(TaskEncoding::Json, InputKind::Json, value).unwrap(), value);
        assert_eq!(input(TaskEncoding::Raw, InputKind::Json, value).unwrap(), b"{\"a\":1.0e2}");
        assert_eq!(input(TaskEncoding::Raw, InputKind::Json, br#" "a\nb" "#).unwrap(), b"a\nb");
        assert_eq!(stdin(InputKind::Json, br#""a\nb""#).unwrap(), b"a\nb");
        assert_eq!(stdin(InputKind::Line, b"a\n").unwrap(), b"a\n");
    }

    #[test]
    fn json_output_is_checked_and_compact() {
        let taken = output(TaskEncoding::Json, None, b"{ \"a\": [1, 2] }\n".to_vec(), 100).unwrap();
        assert_eq!(taken, Output::Json("{\"a\":[1,2]}".to_owned()));
        assert_eq!(
            code(output(TaskEncoding::Json, None, b"{".to_vec(), 100)),
            (Verdict::BadOutput, "not_json".to_owned())
        );
        assert_eq!(code(output(TaskEncoding::Json, None, b"100".to_vec(), 2)).0, Verdict::OutputExceeded);
    }

    #[test]
    fn message_pack_is_converted_both_ways() {
        let packed =
            input(TaskEncoding::MessagePack, InputKind::Json, br#"{"a":[1,-2,1.5,null,true,"x"]}"#).unwrap();
        let value: serde_json::Value = rmp_serde::from_slice(&packed).unwrap();
        assert_eq!(value, serde_json::json!({"a": [1, -2, 1.5, null, true, "x"]}));
        let back = output(TaskEncoding::MessagePack, None, packed, 100).unwrap();
        assert_eq!(back, Output::Json(r#"{"a":[1,-2,1.5,null,true,"x"]}"#.to_owned()));
        assert_eq!(input(TaskEncoding::MessagePack, InputKind::Line, b"ab\n").unwrap(), b"\xa2ab");
    }

    #[test]
    fn message_pack_that_is_none_is_bad_output() {
        for bytes in [&b""[..], b"\x92\x01", b"\x01\x01", b"\xc1"] {
            let refused = output(TaskEncoding::MessagePack, None, bytes.to_vec(), 100);
            assert_eq!(code(refused), (Verdict::BadOutput, "not_message_pack".to_owned()), "{bytes:?}");
        }
        let deep = [vec![0x91; 5000], vec![1]].concat();
        assert_eq!(code(output(TaskEncoding::MessagePack, None, deep, 10_000)).0, Verdict::BadOutput);
    }

    #[test]
    fn message_pack_that_grows_over_the_limit_is_too_much() {
        let bytes = [vec![0xc4, 100], vec![0xff; 100]].concat();
        assert_eq!(code(output(TaskEncoding::MessagePack, None, bytes, 200)).0, Verdict::OutputExceeded);
    }

    #[test]
    fn stdout_is_text_or_bytes() {
        let stdout = |bytes: &[u8]| stdout(None, bytes.to_vec()).unwrap();
        assert_eq!(stdout(b"a\n\n"), Output::Text("a\n".to_owned()));
        assert_eq!(stdout(b"\xff\n"), Output::Bytes(b"\xff\n".to_vec()));
    }

    #[test]
    fn what_was_written_before_a_failure_is_told_up_to_its_last_whole_character() {
        let text = |text: &str| Output::Text(text.to_owned());
        let json = Some(OutputFormat::Json);
        for (format, bytes, told) in [
            (None, &b"a\n"[..], text("a")),
            (None, b"", text("")),
            (None, b"a\n\xf0\x9f\x98", text("a\n")),
            (None, b"\xff\xf0", Output::Bytes(b"\xff\xf0".to_vec())),
            (json, b"{\"a\":", text("{\"a\":")),
            (json, b"[1]\n", text("[1]")),
            (Some(OutputFormat::Base64), b"a\n", Output::Bytes(b"a\n".to_vec())),
        ] {
            assert_eq!(unfinished(format, bytes.to_vec()), told, "{bytes:?}");
        }
    }

    #[test]
    fn bytes_are_told_as_was_asked_for() {
        let raw = |format, bytes: &[u8]| output(TaskEncoding::Raw, format, bytes.to_vec(), 100);
        assert_eq!(raw(None, b"a\n").unwrap(), Output::Bytes(b"a\n".to_vec()));
        assert_eq!(raw(Some(OutputFormat::Text), b"a\n").unwrap(), Output::Text("a".to_owned()));
        let as_json = raw(Some(OutputFormat::Json), b" [1, 2.0]\n");
        assert_eq!(as_json.unwrap(), Output::Json("[1,2.0]".to_owned()));
        let (refused, wrote) = *stdout(Some(OutputFormat::Json), b"a\n".to_vec()).unwrap_err();
        assert_eq!((refused.0, refused.1.code.as_str()), (Verdict::BadOutput, "not_json"));
        assert_eq!(wrote, Output::Text("a".to_owned()));
        let bytes = stdout(Some(OutputFormat::Base64), b"a\n".to_vec());
        assert_eq!(bytes.unwrap(), Output::Bytes(b"a\n".to_vec()));
        // What is a value stays one.
        let value = output(TaskEncoding::Json, Some(OutputFormat::Base64), b"1".to_vec(), 9);
        assert_eq!(value.unwrap(), Output::Json("1".to_owned()));
    }

    /// Any JSON value, of numbers that have one form.
    fn any_value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<u64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            ".*".prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(6, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
                proptest::collection::btree_map(".*", inner, 0..6)
                    .prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_value_comes_back_as_it_went_in_whatever_the_encoding(value in any_value()) {
            let text = value.to_string();
            for encoding in [TaskEncoding::Json, TaskEncoding::MessagePack] {
                let given = input(encoding, InputKind::Json, text.as_bytes()).unwrap();
                prop_assert_eq!(&*super::value(encoding, &given).unwrap(), text.as_bytes());
                let Ok(Output::Json(back)) = output(encoding, None, given, u64::MAX) else {
                    return Err(TestCaseError::fail("no JSON came back"));
                };
                prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&back).unwrap(), value.clone());
            }
        }

        #[test]
        fn bytes_come_back_as_they_went_in(bytes: Vec<u8>) {
            let given = input(TaskEncoding::Raw, InputKind::Bytes, &bytes).unwrap();
            prop_assert_eq!(output(TaskEncoding::Raw, None, given, u64::MAX).unwrap(), Output::Bytes(bytes));
        }

        #[test]
        fn a_text_comes_back_as_it_went_in(text: String) {
            for encoding in [TaskEncoding::Json, TaskEncoding::MessagePack] {
                let given = input(encoding, InputKind::Bytes, text.as_bytes()).unwrap();
                let back = output(encoding, None, given, u64::MAX).unwrap();
                prop_assert_eq!(back, Output::Json(serde_json::to_string(&text).unwrap()));
            }
        }

        #[test]
        fn what_a_guest_returns_never_panics(bytes: Vec<u8>) {
            drop(output(TaskEncoding::MessagePack, None, bytes.clone(), 1000));
            drop(output(TaskEncoding::Json, None, bytes, 1000));
        }
    }
}
