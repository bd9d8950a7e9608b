//! From a component's values to JSON.
//!
//! | value | JSON |
//! |---|---|
//! | bool, integers, string | the same |
//! | f32, f64 | a number; "nan", "inf", "-inf" |
//! | char | a string of one character |
//! | list, tuple | an array |
//! | record | an object |
//! | variant | {"case": value}, "case" for a case without one |
//! | enum | "case" |
//! | flags | an array of names, in their order |
//! | result | {"ok": value} or {"err": value}, null for none |
//! | option | the value or null; an option of an option {"some": value} or null |
//!
//! Where it is asked for, a list of bytes is {"base64": text}.

use super::super::encoding::{BoundedBytes, ConversionError, too_much};
use super::types::JsonShape;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use polymer_host_task::{TaskError, Verdict};
use serde::ser::{Error as _, SerializeSeq};
use serde::{Serialize, Serializer};
use wasmtime::component::Val;

/// The longest message that is made of an error value, before it is cut.
const MESSAGE: u64 = 64 << 10;

/// The JSON text of what a function returned; nothing is null. Lists of bytes in it are told as
/// base64 where their `shape` is given.
///
/// # Errors
/// If it takes more than `limit` bytes.
pub(super) fn json(
    value: Option<&Val>,
    shape: Option<&JsonShape>,
    limit: u64,
) -> Result<String, ConversionError> {
    written(&value.map(|value| LiftedValue(value, shape)), limit)
}

/// The JSON text of a list of bytes.
///
/// # Errors
/// If it takes more than `limit` bytes.
pub(super) fn numbers(bytes: &[u8], limit: u64) -> Result<String, ConversionError> {
    written(bytes, limit)
}

fn written(value: &(impl Serialize + ?Sized), limit: u64) -> Result<String, ConversionError> {
    let mut out = BoundedBytes::new(limit);
    let done = serde_json::to_writer(&mut out, value);
    if out.is_over() {
        return Err(too_much(limit));
    }
    let wrong = |why: String| {
        (
            Verdict::BadOutput,
            TaskError::new("not_json", format!("the result cannot be written as JSON: {why}")),
        )
    };
    done.map_err(|error| wrong(error.to_string()))?;
    String::from_utf8(out.into_bytes()).map_err(|error| wrong(error.to_string()))
}

/// An error value as a message: what is a string in JSON as it stands, another value compact.
pub(super) fn message(error: &Val) -> String {
    match error {
        Val::String(text) | Val::Enum(text) | Val::Variant(text, None) => text.clone(),
        other => json(Some(other), None, MESSAGE).unwrap_or_else(|(_, error)| error.message),
    }
}

/// A value, told in JSON; and its shape, where lists of bytes are told as base64.
struct LiftedValue<'a>(&'a Val, Option<&'a JsonShape>);

impl<'a> LiftedValue<'a> {
    /// A value in it, at this place.
    fn part(&self, at: usize, value: &'a Val) -> Self {
        let shape = self.1.and_then(|shape| match shape {
            JsonShape::List(of) | JsonShape::Option(of) => Some(&**of),
            JsonShape::Tuple(parts) => parts.get(at),
            JsonShape::Record(fields) => fields.get(at).map(|(_, field)| field),
            JsonShape::Result(ok, error) => if at == 0 { ok } else { error }.as_deref(),
            _ => None,
        });
        Self(value, shape)
    }

    /// Returns the content of a variant's case.
    fn case(&self, name: &str, value: &'a Val) -> Self {
        let shape = self.1.and_then(|shape| match shape {
            JsonShape::Variant(cases) => cases.iter().find(|(case, _)| case == name)?.1.as_ref(),
            _ => None,
        });
        Self(value, shape)
    }

    /// All values of a list or tuple.
    fn parts(&self, values: &'a [Val]) -> impl Iterator<Item = Self> {
        values.iter().enumerate().map(|(at, value)| self.part(at, value))
    }
}

/// The text of a list of bytes.
fn base64(values: &[Val]) -> String {
    let byte = |value: &Val| if let Val::U8(byte) = value { *byte } else { 0 };
    BASE64.encode(values.iter().map(byte).collect::<Vec<u8>>())
}

impl Serialize for LiftedValue<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Val::Bool(value) => to.serialize_bool(*value),
            Val::S8(value) => to.serialize_i8(*value),
            Val::U8(value) => to.serialize_u8(*value),
            Val::S16(value) => to.serialize_i16(*value),
            Val::U16(value) => to.serialize_u16(*value),
            Val::S32(value) => to.serialize_i32(*value),
            Val::U32(value) => to.serialize_u32(*value),
            Val::S64(value) => to.serialize_i64(*value),
            Val::U64(value) => to.serialize_u64(*value),
            Val::Float32(value) if value.is_finite() => to.serialize_f32(*value),
            Val::Float32(value) => to.serialize_str(not_finite(f64::from(*value))),
            Val::Float64(value) if value.is_finite() => to.serialize_f64(*value),
            Val::Float64(value) => to.serialize_str(not_finite(*value)),
            Val::Char(value) => to.serialize_char(*value),
            Val::String(value) => to.serialize_str(value),
            Val::List(values) if self.1.is_some_and(JsonShape::is_bytes) => {
                to.collect_map([("base64", base64(values))])
            }
            Val::List(values) | Val::Tuple(values) => to.collect_seq(self.parts(values)),
            Val::Record(fields) => {
                let fields = fields.iter().enumerate();
                to.collect_map(fields.map(|(at, (name, value))| (name, self.part(at, value))))
            }
            Val::Variant(name, Some(value)) => to.collect_map([(name, self.case(name, value))]),
            Val::Variant(name, None) | Val::Enum(name) => to.serialize_str(name),
            Val::Flags(names) => {
                let mut list = to.serialize_seq(Some(names.len()))?;
                names.iter().try_for_each(|name| list.serialize_element(name))?;
                list.end()
            }
            Val::Option(None) => to.serialize_unit(),
            // Else none and none within some would be the same.
            Val::Option(Some(value)) if matches!(**value, Val::Option(_)) => {
                to.collect_map([("some", self.part(0, value))])
            }
            Val::Option(Some(value)) => self.part(0, value).serialize(to),
            Val::Result(Ok(value)) => to.collect_map([("ok", value.as_deref().map(|ok| self.part(0, ok)))]),
            Val::Result(Err(value)) => {
                to.collect_map([("err", value.as_deref().map(|error| self.part(1, error)))])
            }
            Val::Map(_)
            | Val::Resource(_)
            | Val::Future(_)
            | Val::Stream(_)
            | Val::ErrorContext(_)
            | Val::FixedLengthList(_) => {
                Err(S::Error::custom("it contains a value that JSON cannot represent"))
            }
        }
    }
}

/// Returns the text for a number that JSON has no number for.
fn not_finite(value: f64) -> &'static str {
    if value.is_nan() {
        "nan"
    } else if value > 0.0 {
        "inf"
    } else {
        "-inf"
    }
}
