//! From a line of JSON to the arguments of a function: the table of [`super::lift`], read the other
//! way.
//!
//! An array is the arguments in their order, an object names them. Anything else is the one
//! argument of a function that takes one; so is an object where its type takes objects, unless the
//! first key is the parameter's name and no field or case is called so. It depends on the types and
//! on that key only, never on what fits. A parameter or field that is an option may be left out of
//! an object. Integers of 64 bits may come as strings, a list of bytes as {"base64": text}. A line
//! is not read into a tree first, so that a field given twice is noticed and numbers stay exact.

use super::super::encoding::{self, ConversionError, bad_input};
use super::super::request::InputKind;
use super::typed::CallArguments;
use super::types::JsonShape;
use polymer_host_base::quantity::show_size;
use polymer_host_base::text::cut;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer as _, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::cell::{Cell, RefCell};
use std::fmt::{self, Write as _};
use value::TypedSeed;
use wasmtime::component::Val;

mod number;
mod value;

/// The longest type, and the longest value, in a message.
const TYPE: usize = 200;
const FOUND: usize = 60;
/// Bytes that each value takes, without what it points to.
const VALUE: usize = size_of::<Val>();

type Params = [(String, JsonShape)];

/// The arguments that an input stands for. They take `room` bytes at the most.
///
/// # Errors
/// If it does not fit the parameters.
pub(super) fn arguments(
    params: &Params,
    kind: InputKind,
    input: &[u8],
    room: u64,
) -> Result<CallArguments, ConversionError> {
    let is_bytes = matches!(params, [(_, shape)] if shape.is_bytes());
    let cx = LowerContext { most: room, room: Cell::new(room), is_bytes, ..LowerContext::default() };
    let read = match kind {
        InputKind::Json => cx.read(params, input),
        InputKind::Line | InputKind::Bytes => return text(params, kind, input),
    };
    match (read, cx.bytes.into_inner(), cx.unfit.into_inner()) {
        (Ok(_), Some(bytes), _) => Ok(CallArguments::Bytes(bytes)),
        (Ok(values), None, _) => Ok(CallArguments::Values(values)),
        (Err(_), _, Some(unfit)) => Err(unfit),
        (Err(error), _, None) => Err(bad_input("not_json", format!("the input is not JSON: {error}"))),
    }
}

/// A line of text or a file's content, for the one argument that can be either.
fn text(params: &Params, kind: InputKind, input: &[u8]) -> Result<CallArguments, ConversionError> {
    match params {
        [(_, JsonShape::String)] => {
            Ok(CallArguments::Values(vec![Val::String(encoding::text(kind, input)?.to_owned())]))
        }
        [(_, shape)] if shape.is_bytes() => Ok(CallArguments::Bytes(input.to_vec())),
        _ => {
            let message = format!(
                "a line of text or a file is an argument for a function of one string or list<u8>, but this one takes {}",
                counted(params)
            );
            Err(bad_input("not_json", message))
        }
    }
}

/// State shared by all of one reading.
#[derive(Default)]
struct LowerContext {
    /// Where it is.
    path: RefCell<Vec<LowerStep>>,
    /// Error of the first value that did not fit.
    unfit: RefCell<Option<ConversionError>>,
    /// Bytes of values that it may make, and those that it still may.
    most: u64,
    room: Cell<u64>,
    /// All there is to be read is one list of bytes: then these are it, and its value is empty.
    is_bytes: bool,
    bytes: RefCell<Option<Vec<u8>>>,
}

enum LowerStep {
    Place(usize),
    Name(String),
}

impl LowerContext {
    fn read(&self, params: &Params, input: &[u8]) -> Result<Vec<Val>, serde_json::Error> {
        let text = std::str::from_utf8(input).map_err(serde_json::Error::custom)?;
        let mut reader = serde_json::Deserializer::from_str(text);
        let values = match (text.trim_start().as_bytes().first(), params) {
            (Some(b'[' | b'{'), _) => reader.deserialize_any(WholeLine { cx: self, params })?,
            (_, [(_, shape)]) => vec![TypedSeed { cx: self, shape }.deserialize(&mut reader)?],
            _ => {
                let found = <&RawValue>::deserialize(&mut reader)?.get();
                if !params.is_empty() || found != "null" {
                    let wanted = counted(params);
                    let found = number::seen(found);
                    return Err(
                        self.fail(format!("expected an array or an object with {wanted}, found {found}"))
                    );
                }
                Vec::new()
            }
        };
        reader.end()?;
        Ok(values)
    }

    /// Notes what is wrong here; the first such word stands.
    fn fail<E: Error>(&self, what: String) -> E {
        self.fail_as("argument", what)
    }

    fn fail_as<E: Error>(&self, code: &'static str, what: String) -> E {
        let mut unfit = self.unfit.borrow_mut();
        if unfit.is_none() {
            *unfit = Some(bad_input(code, format!("at {}: {what}", self.place())));
        }
        E::custom("it does not fit")
    }

    /// Where it is, as a JSON path.
    fn place(&self) -> String {
        let mut text = "$".to_owned();
        for step in self.path.borrow().iter() {
            // A write to a string cannot fail.
            let _ = match step {
                LowerStep::Place(at) => write!(text, "[{at}]"),
                LowerStep::Name(name) => write!(text, ".{name}"),
            };
        }
        cut(&text, TYPE)
    }

    fn take<E: Error>(&self, bytes: usize) -> Result<(), E> {
        match self.room.get().checked_sub(bytes as u64) {
            Some(left) => {
                self.room.set(left);
                Ok(())
            }
            None => Err(self.fail_as(
                "too_long",
                format!("the arguments take more than {} as values", show_size(self.most)),
            )),
        }
    }

    /// The next value, one step further in.
    fn within<T, E>(&self, step: LowerStep, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.path.borrow_mut().push(step);
        let value = read()?;
        self.path.borrow_mut().pop();
        Ok(value)
    }
}

fn named(name: &str) -> LowerStep {
    LowerStep::Name(name.to_owned())
}

/// Describes the parameters of a function in words.
fn counted(params: &Params) -> String {
    let each: Vec<String> = params.iter().map(|(name, shape)| format!("{name}: {shape}")).collect();
    let list = cut(&each.join(", "), TYPE);
    match params.len() {
        0 => "no argument".to_owned(),
        1 => format!("1 argument ({list})"),
        many => format!("{many} arguments ({list})"),
    }
}

/// The whole of a line that is an array or an object.
struct WholeLine<'a> {
    cx: &'a LowerContext,
    params: &'a Params,
}

impl<'de> Visitor<'de> for WholeLine<'_> {
    type Value = Vec<Val>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("arguments")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Vec<Val>, A::Error> {
        let Self { cx, params } = self;
        let shapes: Vec<&JsonShape> = params.iter().map(|(_, shape)| shape).collect();
        cx.row(&shapes, list, &|| counted(params))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Val>, A::Error> {
        let Self { cx, params } = self;
        let first = map.next_key::<String>()?;
        if let [(name, shape)] = params {
            let is_named = first.as_ref() == Some(name) && has_key(shape, name) != Some(true);
            let is_base64 = first.as_deref() == Some(value::BASE64_KEY) && holds_bytes(shape);
            if !is_named && (is_base64 || has_key(shape, name).is_some()) {
                return TypedSeed { cx, shape }.object(first, map).map(|value| vec![value]);
            }
        }
        cx.fields(params, "argument", first, map)
            .map(|named| named.into_iter().map(|(_, value)| value).collect())
    }
}

/// Returns whether it is a list of bytes, or an option of one.
fn holds_bytes(shape: &JsonShape) -> bool {
    match shape {
        JsonShape::Option(of) => of.is_bytes(),
        shape => shape.is_bytes(),
    }
}

/// Returns whether an object of this type has a place for a key; `None` if the type is never
/// told as an object.
fn has_key(shape: &JsonShape, key: &str) -> Option<bool> {
    match shape {
        JsonShape::Record(fields) => Some(fields.iter().any(|(name, _)| name == key)),
        JsonShape::Variant(cases) => Some(cases.iter().any(|(name, _)| name == key)),
        JsonShape::Result(..) => Some(key == "ok" || key == "err"),
        JsonShape::Option(of) if !matches!(**of, JsonShape::Option(_)) => has_key(of, key),
        _ => None,
    }
}

impl LowerContext {
    /// A list of which each place has a type of its own.
    fn row<'de, A: SeqAccess<'de>>(
        &self,
        shapes: &[&JsonShape],
        mut list: A,
        wanted: &dyn Fn() -> String,
    ) -> Result<Vec<Val>, A::Error> {
        let mut values = Vec::with_capacity(shapes.len());
        for (at, shape) in shapes.iter().enumerate() {
            let value = self
                .within(LowerStep::Place(at), || list.next_element_seed(TypedSeed { cx: self, shape }))?
                .ok_or(at);
            match value {
                Ok(value) => values.push(value),
                Err(at) => return Err(self.fail(format!("expected {}, found {at} in the array", wanted()))),
            }
        }
        if list.next_element::<&RawValue>()?.is_some() {
            return Err(self.fail(format!("expected {}, found more in the array", wanted())));
        }
        Ok(values)
    }

    /// An object with a place for each of these; `first` is the key that was read already.
    fn fields<'de, A: MapAccess<'de>>(
        &self,
        fields: &Params,
        what: &str,
        first: Option<String>,
        mut map: A,
    ) -> Result<Vec<(String, Val)>, A::Error> {
        let values = self.given(fields, what, first, &mut map)?;
        fields
            .iter()
            .zip(values)
            .map(|((name, shape), value)| {
                // The name comes with each value.
                self.take(size_of::<String>() + name.len())?;
                let value = match (value, shape) {
                    (Some(value), _) => value,
                    (None, JsonShape::Option(_)) => {
                        self.take(VALUE)?;
                        Val::Option(None)
                    }
                    (None, shape) => {
                        let shape = cut(&shape.to_string(), TYPE);
                        return Err(self.fail(format!("the {what} `{name}` of type {shape} is missing")));
                    }
                };
                Ok((name.clone(), value))
            })
            .collect()
    }

    /// The values of an object, each at its place.
    fn given<'de, A: MapAccess<'de>>(
        &self,
        fields: &Params,
        what: &str,
        first: Option<String>,
        map: &mut A,
    ) -> Result<Vec<Option<Val>>, A::Error> {
        let mut values: Vec<Option<Val>> = fields.iter().map(|_| None).collect();
        let (mut key, mut next) = (first, 0);
        while let Some(name) = key {
            // They come in their order, mostly.
            let is_next = fields.get(next).is_some_and(|(field, _)| *field == name);
            let at = if is_next { Some(next) } else { fields.iter().position(|(field, _)| *field == name) };
            let place = at.and_then(|at| Some((at, values.get_mut(at)?, fields.get(at)?)));
            let Some((at, value, (_, shape))) = place else {
                let known: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
                let known = cut(&known.join(", "), TYPE);
                return Err(
                    self.fail(format!("there is no {what} `{}`; there is {known}", cut(&name, FOUND)))
                );
            };
            if value.is_some() {
                return Err(self.fail(format!("the {what} `{name}` is given twice")));
            }
            *value = Some(
                self.within(LowerStep::Name(name), || map.next_value_seed(TypedSeed { cx: self, shape }))?,
            );
            next = at + 1;
            key = map.next_key()?;
        }
        Ok(values)
    }
}
