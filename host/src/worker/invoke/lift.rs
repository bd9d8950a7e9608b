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

use super::super::encoding::{Bounded, Refused, too_much};
use crate::task::{Fault, Verdict};
use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use wasmtime::component::Val;

/// The longest message that is made of an error value, before it is cut.
const MESSAGE: u64 = 64 << 10;

/// The JSON text of what a function returned; nothing is null.
///
/// # Errors
/// If it takes more than `limit` bytes.
pub(super) fn json(value: Option<&Val>, limit: u64) -> Result<String, Refused> {
    let mut out = Bounded::new(limit);
    let done = serde_json::to_writer(&mut out, &value.map(Lifted));
    if out.is_over() {
        return Err(too_much(limit));
    }
    let wrong = |why: String| {
        (Verdict::BadOutput, Fault::new("not_json", format!("the result cannot be told in JSON: {why}")))
    };
    done.map_err(|error| wrong(error.to_string()))?;
    String::from_utf8(out.into_bytes()).map_err(|error| wrong(error.to_string()))
}

/// An error value as a message: what is a string in JSON as it stands, another value compact.
pub(super) fn message(error: &Val) -> String {
    match error {
        Val::String(text) | Val::Enum(text) | Val::Variant(text, None) => text.clone(),
        other => json(Some(other), MESSAGE).unwrap_or_else(|(_, fault)| fault.message),
    }
}

/// A value, told in JSON.
struct Lifted<'a>(&'a Val);

impl Serialize for Lifted<'_> {
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
            Val::List(values) | Val::Tuple(values) => to.collect_seq(values.iter().map(Lifted)),
            Val::Record(fields) => to.collect_map(fields.iter().map(|(name, value)| (name, Lifted(value)))),
            Val::Variant(name, Some(value)) => one(to, name, Some(value)),
            Val::Variant(name, None) | Val::Enum(name) => to.serialize_str(name),
            Val::Flags(names) => {
                let mut list = to.serialize_seq(Some(names.len()))?;
                names.iter().try_for_each(|name| list.serialize_element(name))?;
                list.end()
            }
            Val::Option(None) => to.serialize_unit(),
            // Else none and none within some would be the same.
            Val::Option(Some(value)) if matches!(**value, Val::Option(_)) => one(to, "some", Some(value)),
            Val::Option(Some(value)) => Lifted(value).serialize(to),
            Val::Result(Ok(value)) => one(to, "ok", value.as_deref()),
            Val::Result(Err(value)) => one(to, "err", value.as_deref()),
            Val::Map(_)
            | Val::Resource(_)
            | Val::Future(_)
            | Val::Stream(_)
            | Val::ErrorContext(_)
            | Val::FixedLengthList(_) => Err(S::Error::custom("it holds what has no form in JSON")),
        }
    }
}

/// An object with one field.
fn one<S: Serializer>(to: S, name: &str, value: Option<&Val>) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(Some(1))?;
    map.serialize_entry(name, &value.map(Lifted))?;
    map.end()
}

/// What is said of a number that JSON has no number for.
fn not_finite(value: f64) -> &'static str {
    if value.is_nan() {
        "nan"
    } else if value > 0.0 {
        "inf"
    } else {
        "-inf"
    }
}
