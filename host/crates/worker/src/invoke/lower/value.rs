//! One value, read by its type.

use super::super::types::JsonShape;
use super::number::{self, number};
use super::{FOUND, LowerContext, LowerStep, TYPE, VALUE, named};
use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use polymer_host_base::text::cut;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use wasmtime::component::Val;

/// The key of an object that has a list of bytes as base64.
pub(super) const BASE64_KEY: &str = "base64";
/// As in task records: with its padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One value of a known type.
#[derive(Clone, Copy)]
pub(super) struct TypedSeed<'a> {
    pub(super) cx: &'a LowerContext,
    pub(super) shape: &'a JsonShape,
}

impl TypedSeed<'_> {
    fn unfit<E: Error>(self, found: &str) -> E {
        self.cx.fail(format!("expected {}, found {found}", cut(&self.shape.to_string(), TYPE)))
    }

    /// An object, of which the first key was read.
    pub(super) fn object<'de, A: MapAccess<'de>>(
        self,
        first: Option<String>,
        map: A,
    ) -> Result<Val, A::Error> {
        let Self { cx, shape } = self;
        match shape {
            JsonShape::Record(fields) => cx.fields(fields, "field", first, map).map(Val::Record),
            JsonShape::Option(of) => {
                let value = TypedSeed { cx, shape: of }.object(first, map)?;
                Ok(Val::Option(Some(Box::new(value))))
            }
            JsonShape::Variant(_) | JsonShape::Result(..) => self.case(first, map),
            shape if shape.is_bytes() => self.base64(first, map),
            _ => Err(self.unfit("an object")),
        }
    }

    /// An object with one key, which says the case.
    fn case<'de, A: MapAccess<'de>>(self, first: Option<String>, mut map: A) -> Result<Val, A::Error> {
        let Some(name) = first else { return Err(self.unfit("an empty object")) };
        let payload = match self.shape {
            JsonShape::Variant(cases) => {
                cases.iter().find(|(case, _)| *case == name).map(|(_, payload)| payload.as_ref())
            }
            JsonShape::Result(ok, _) if name == "ok" => Some(ok.as_deref()),
            JsonShape::Result(_, err) if name == "err" => Some(err.as_deref()),
            _ => None,
        };
        let Some(payload) = payload else {
            return Err(self.unfit(&format!("the case `{}`", cut(&name, FOUND))));
        };
        let cx = self.cx;
        let value = cx.within(named(&name), || match payload {
            Some(shape) => map.next_value_seed(TypedSeed { cx, shape }).map(|value| Some(Box::new(value))),
            None => match map.next_value::<&RawValue>()?.get() {
                "null" => Ok(None),
                found => Err(cx.fail(format!("expected null, found {}", number::seen(found)))),
            },
        })?;
        if map.next_key::<String>()?.is_some() {
            return Err(self.unfit("an object with more than one key"));
        }
        cx.take(name.len())?;
        Ok(match self.shape {
            JsonShape::Variant(_) => Val::Variant(name, value),
            _ if name == "ok" => Val::Result(Ok(value)),
            _ => Val::Result(Err(value)),
        })
    }

    /// An object that has a list of bytes as base64.
    fn base64<'de, A: MapAccess<'de>>(self, first: Option<String>, mut map: A) -> Result<Val, A::Error> {
        let cx = self.cx;
        if first.as_deref() != Some(BASE64_KEY) {
            return Err(self.unfit("an object without `base64`"));
        }
        let bytes = cx.within(named(BASE64_KEY), || {
            let raw = map.next_value::<&RawValue>()?.get();
            let text: Result<String, _> = serde_json::from_str(raw);
            let text = text.map_err(|_| cx.fail(format!("expected base64, found {}", number::seen(raw))))?;
            BASE64.decode(text).map_err(|error| cx.fail(format!("it is not base64: {error}")))
        })?;
        if map.next_key::<String>()?.is_some() {
            return Err(self.unfit("an object with more than `base64`"));
        }
        self.bytes(bytes)
    }

    /// A list of bytes: as they are, where there is nothing else; else as values.
    fn bytes<E: Error>(self, bytes: Vec<u8>) -> Result<Val, E> {
        if self.cx.is_bytes {
            self.cx.bytes.replace(Some(bytes));
            return Ok(Val::List(Vec::new()));
        }
        self.cx.take(bytes.len().saturating_mul(VALUE))?;
        Ok(Val::List(bytes.into_iter().map(Val::U8).collect()))
    }

    /// An object that tells some of an option of an option.
    fn some<'de, A: MapAccess<'de>>(self, of: &JsonShape, mut map: A) -> Result<Val, A::Error> {
        let cx = self.cx;
        if map.next_key::<String>()?.as_deref() != Some("some") {
            return Err(self.unfit("an object without `some`"));
        }
        let value = cx.within(named("some"), || map.next_value_seed(TypedSeed { cx, shape: of }))?;
        if map.next_key::<String>()?.is_some() {
            return Err(self.unfit("an object with more than `some`"));
        }
        Ok(value)
    }
}

impl<'de> DeserializeSeed<'de> for TypedSeed<'_> {
    type Value = Val;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Val, D::Error> {
        self.cx.take(VALUE)?;
        match self.shape {
            JsonShape::Option(of) => from.deserialize_option(OptionalSeed { at: self, of }),
            shape if number::is(shape) => {
                // As it was written: exact, whatever it is.
                let text = <&RawValue>::deserialize(from)?.get();
                number(shape, text).ok_or_else(|| self.unfit(&number::seen(text)))
            }
            _ => from.deserialize_any(self),
        }
    }
}

/// A value that may be left out.
struct OptionalSeed<'a> {
    at: TypedSeed<'a>,
    of: &'a JsonShape,
}

impl<'de> Visitor<'de> for OptionalSeed<'_> {
    type Value = Val;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.at.shape)
    }

    fn visit_none<E: Error>(self) -> Result<Val, E> {
        Ok(Val::Option(None))
    }

    fn visit_unit<E: Error>(self) -> Result<Val, E> {
        Ok(Val::Option(None))
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Val, D::Error> {
        let Self { at, of } = self;
        let value = if matches!(of, JsonShape::Option(_)) {
            from.deserialize_any(NestedOption { at, of })
        } else {
            TypedSeed { cx: at.cx, shape: of }.deserialize(from)
        };
        value.map(|value| Val::Option(Some(Box::new(value))))
    }
}

/// Some of an option of an option.
struct NestedOption<'a> {
    at: TypedSeed<'a>,
    of: &'a JsonShape,
}

impl<'de> Visitor<'de> for NestedOption<'_> {
    type Value = Val;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.at.shape)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Val, A::Error> {
        self.at.some(self.of, map)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Val, E> {
        Err(self.at.unfit(&value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Val, E> {
        Err(self.at.unfit(&value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Val, E> {
        Err(self.at.unfit(&value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Val, E> {
        Err(self.at.unfit(&value.to_string()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Val, E> {
        Err(self.at.unfit(&quoted(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Val, A::Error> {
        Err(self.at.unfit("an array"))
    }
}

/// A string as it stands in JSON, short.
fn quoted(text: &str) -> String {
    format!("\"{}\"", cut(text, FOUND).escape_debug())
}

impl<'de> Visitor<'de> for TypedSeed<'_> {
    type Value = Val;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.shape)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Val, E> {
        match self.shape {
            JsonShape::Bool => Ok(Val::Bool(value)),
            _ => Err(self.unfit(&value.to_string())),
        }
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Val, E> {
        Err(self.unfit(&value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Val, E> {
        Err(self.unfit(&value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Val, E> {
        Err(self.unfit(&value.to_string()))
    }

    fn visit_unit<E: Error>(self) -> Result<Val, E> {
        Err(self.unfit("null"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Val, E> {
        let mut chars = text.chars();
        self.cx.take(text.len())?;
        match (self.shape, chars.next(), chars.next()) {
            (JsonShape::String, ..) => Ok(Val::String(text.to_owned())),
            (JsonShape::Char, Some(one), None) => Ok(Val::Char(one)),
            (JsonShape::Enum(names), ..) if names.iter().any(|name| name == text) => {
                Ok(Val::Enum(text.to_owned()))
            }
            (JsonShape::Variant(cases), ..) => match cases.iter().find(|(name, _)| name == text) {
                Some((_, None)) => Ok(Val::Variant(text.to_owned(), None)),
                Some((name, Some(_))) => Err(self.unfit(&format!("the case `{name}` without its value"))),
                None => Err(self.unfit(&quoted(text))),
            },
            (shape, ..) if shape.is_bytes() => {
                Err(self.unfit(&format!("{}; base64 is written as {{\"base64\": \"...\"}}", quoted(text))))
            }
            _ => Err(self.unfit(&quoted(text))),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Val, A::Error> {
        let Self { cx, shape } = self;
        match shape {
            JsonShape::List(of) if cx.is_bytes => {
                let mut bytes = Vec::new();
                while let Some(Val::U8(byte)) = cx.within(LowerStep::Place(bytes.len()), || {
                    list.next_element_seed(TypedSeed { cx, shape: of })
                })? {
                    bytes.push(byte);
                }
                self.bytes(bytes)
            }
            JsonShape::List(of) => {
                let mut values = Vec::new();
                while let Some(value) = cx.within(LowerStep::Place(values.len()), || {
                    list.next_element_seed(TypedSeed { cx, shape: of })
                })? {
                    values.push(value);
                }
                Ok(Val::List(values))
            }
            JsonShape::Tuple(parts) => {
                let shapes: Vec<&JsonShape> = parts.iter().collect();
                cx.row(&shapes, list, &|| cut(&shape.to_string(), TYPE)).map(Val::Tuple)
            }
            JsonShape::Flags(names) => self.flags(names, list),
            _ => Err(self.unfit("an array")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Val, A::Error> {
        match self.shape {
            shape
                if shape.is_bytes()
                    || matches!(
                        shape,
                        JsonShape::Record(_) | JsonShape::Variant(_) | JsonShape::Result(..)
                    ) =>
            {
                let first = map.next_key()?;
                self.object(first, map)
            }
            _ => Err(self.unfit("an object")),
        }
    }
}

impl TypedSeed<'_> {
    /// Names of flags, each at most once; they are told in the order of the type.
    fn flags<'de, A: SeqAccess<'de>>(self, names: &[String], mut list: A) -> Result<Val, A::Error> {
        let cx = self.cx;
        let mut set = vec![false; names.len()];
        let mut at = 0;
        while let Some(text) = list.next_element::<&RawValue>()? {
            let given: Option<String> = serde_json::from_str(text.get()).ok();
            let flag = given.and_then(|given| names.iter().position(|name| *name == given));
            let Some(flag) = flag.and_then(|flag| set.get_mut(flag)) else {
                let wrong = || Err(self.unfit(&number::seen(text.get())));
                return cx.within(LowerStep::Place(at), wrong);
            };
            if std::mem::replace(flag, true) {
                let wrong = || Err(cx.fail(format!("the flag {} is given twice", number::seen(text.get()))));
                return cx.within(LowerStep::Place(at), wrong);
            }
            at += 1;
        }
        let set = names.iter().zip(set).filter(|(_, is_set)| *is_set).map(|(name, _)| name.clone());
        let set: Vec<String> = set.collect();
        cx.take(set.iter().map(|name| name.len() + size_of::<String>()).sum())?;
        Ok(Val::Flags(set))
    }
}
