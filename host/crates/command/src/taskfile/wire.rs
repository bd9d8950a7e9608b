//! A task record as it is written. What it says is checked for its form here, not against what the
//! run allows.

use super::super::bounded_words::BoundedWords;
use super::super::expecting::{self, ExpectedCase, WireExpectation};
use super::super::grants;
use super::super::input::RefusedLine;
use super::wire_values::{BoundedEntries, WireFile};
use polymer_host_base::quantity::{QuantityError, parse_fuel, parse_size, parse_time};
use polymer_host_task::{CompareMode, DirWish, GivenTrace, GrantNarrowing, LimitNarrowing, Points};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

/// One line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireRecord<'a> {
    /// A string or an integer; the line's number where it is missing or null.
    #[serde(borrow)]
    pub(super) id: Option<&'a RawValue>,
    /// The path of the module, a bundled one (`@NAME`), or the digest of one that was given.
    pub(super) module: Option<String>,
    /// The bytes of the module, from a client.
    pub(super) module_base64: Option<String>,
    /// Which of the module's tasks.
    pub(super) task: Option<String>,
    /// The input as a JSON value; null is one.
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) input: Option<&'a RawValue>,
    /// The input as bytes.
    pub(super) input_base64: Option<String>,
    /// The input as the path of a file.
    pub(super) input_file: Option<String>,
    /// When it is over at the latest, counted from its admission.
    #[serde(default, deserialize_with = "deadline")]
    pub(super) deadline: Option<Duration>,
    /// Limits that it asks for.
    #[serde(default, deserialize_with = "narrowing")]
    pub(super) limits: Option<LimitNarrowing>,
    /// Grants that it asks for.
    #[serde(default, deserialize_with = "grants")]
    pub(super) grants: Option<GrantNarrowing>,
    /// Arguments behind those of the run.
    pub(super) args: Option<BoundedWords>,
    /// Variables in place of those of the run.
    pub(super) env: Option<BoundedEntries<String>>,
    /// Files for the folder of its own.
    pub(super) files: Option<BoundedEntries<WireFile>>,
    /// The group that it counts for.
    #[serde(borrow)]
    pub(super) group: Option<&'a RawValue>,
    /// What it has to give to be right.
    #[serde(borrow)]
    pub(super) expect: Option<WireExpectation<'a>>,
    /// Points for that.
    #[serde(default, deserialize_with = "expecting::points")]
    pub(super) points: Option<Points>,
    /// How outputs are compared.
    #[serde(default, deserialize_with = "expecting::compare")]
    pub(super) compare: Option<CompareMode>,
    /// Arguments of the validator.
    pub(super) checker_args: Option<BoundedWords>,
    /// The input that a checker or an interactor is given, as a JSON value.
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) checker_input: Option<&'a RawValue>,
    /// The same, as the path of a file.
    pub(super) checker_input_file: Option<String>,
    /// Echoed.
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) meta: Option<&'a RawValue>,
    /// Parent of its trace.
    #[serde(borrow)]
    pub(super) traceparent: Option<&'a RawValue>,
    /// Why there is no module: its source does not compile.
    pub(super) build_failed: Option<WireBuildFailure>,
}

/// Why the source of a module does not compile.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireBuildFailure {
    /// A word for programs.
    pub(super) code: String,
    /// What the compiler said.
    pub(super) message: String,
}

impl WireRecord<'_> {
    /// That there is exactly one input.
    pub(super) fn check_inputs(&self) -> Result<(), RefusedLine> {
        let inputs = [self.input.is_some(), self.input_base64.is_some(), self.input_file.is_some()];
        let what = match inputs.into_iter().filter(|is_there| *is_there).count() {
            0 => "no input",
            1 => return Ok(()),
            _ => "several inputs",
        };
        let message =
            format!("the record has {what}: it needs one of `input`, `input_base64` and `input_file`");
        Err(RefusedLine::new("record", message))
    }

    /// Returns whether there is anything [beside](WireExtras) its module, its task and its input.
    pub(super) fn asks_beside(&self) -> bool {
        self.limits.is_some()
            || self.grants.is_some()
            || self.meta.is_some()
            || self.brings()
            || self.expects()
            || self.group.is_some()
    }

    /// Returns whether it says what is right.
    pub(super) fn expects(&self) -> bool {
        self.case().is_there()
    }

    /// Returns what is right.
    pub(super) fn case(&self) -> ExpectedCase<'_> {
        ExpectedCase {
            expect: self.expect.as_ref(),
            points: self.points,
            compare: self.compare,
            checker_args: self.checker_args.as_ref().map(|BoundedWords(words)| words.as_slice()),
            checker_input: self.checker_input,
            checker_input_file: self.checker_input_file.as_deref(),
        }
    }

    /// What it says of its trace, which no part of the task depends on: what is malformed is no
    /// reason to refuse it.
    pub(super) fn trace(&self) -> Option<Box<GivenTrace>> {
        let text = serde_json::from_str::<Cow<'_, str>>(self.traceparent?.get());
        Some(Box::new(text.map_or(GivenTrace::Malformed, |text| GivenTrace::read(&text))))
    }

    /// Returns whether it brings anything with it.
    const fn brings(&self) -> bool {
        self.args.is_some() || self.env.is_some() || self.files.is_some()
    }
}

/// All that a record asks for beside its module, its task and its input, field by field, as it is
/// written.
#[derive(Default, Deserialize)]
pub(super) struct WireExtras<'a> {
    #[serde(borrow)]
    limits: Option<&'a RawValue>,
    #[serde(borrow)]
    grants: Option<&'a RawValue>,
    #[serde(borrow)]
    meta: Option<&'a RawValue>,
    #[serde(borrow)]
    args: Option<&'a RawValue>,
    #[serde(borrow)]
    env: Option<&'a RawValue>,
    #[serde(borrow)]
    files: Option<&'a RawValue>,
    #[serde(borrow)]
    expect: Option<&'a RawValue>,
    #[serde(borrow)]
    points: Option<&'a RawValue>,
    #[serde(borrow)]
    compare: Option<&'a RawValue>,
    #[serde(borrow)]
    group: Option<&'a RawValue>,
    #[serde(borrow)]
    checker_args: Option<&'a RawValue>,
    #[serde(borrow)]
    checker_input_file: Option<&'a RawValue>,
    #[serde(borrow)]
    checker_input: Option<&'a RawValue>,
}

impl<'a> WireExtras<'a> {
    /// Those of a record; none of a text that is no record.
    pub(super) fn read(text: &'a str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// The part that decides how attempts end: two records that differ in it execute something
    /// else, whatever is expected of them.
    pub(super) fn executed(&self) -> Vec<u8> {
        joined(&[self.limits, self.grants, self.args, self.env, self.files])
    }

    /// All of them: two records that differ in it are two tasks.
    pub(super) fn all(&self) -> Vec<u8> {
        let Self { limits, grants, meta, args, env, files, expect, points, compare, .. } = *self;
        let Self { group, checker_args, checker_input_file, checker_input, .. } = *self;
        let groups = [
            [limits, grants, meta],
            [args, env, files],
            [expect, points, compare],
            [group, checker_args, checker_input_file],
            [checker_input, None, None],
        ];
        // What records could not say in earlier versions must not change what they were known by:
        // what stands behind the last group of which something is said is left out.
        let said = groups.iter().rposition(|group| group.iter().any(Option::is_some));
        let said = groups.get(..said.map_or(0, |last| last + 1)).unwrap_or_default();
        joined(said.as_flattened())
    }
}

/// These parts as they are written, with commas between them.
fn joined(parts: &[Option<&RawValue>]) -> Vec<u8> {
    let mut text = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            text.push(b',');
        }
        text.extend_from_slice(part.map_or("null", RawValue::get).as_bytes());
    }
    text
}

/// A value that is there, also where it is null.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// A struct that is written as an object only: as a list, an empty one would ask for nothing and be
/// taken for all.
struct ObjectOnly<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ObjectOnly<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WireFields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for WireFields<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields))
            }
        }

        deserializer.deserialize_map(WireFields(PhantomData)).map(Self)
    }
}

/// The limits of a record; `null` asks for nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WireNarrowing {
    fuel: Option<WireAmount>,
    timeout: Option<WireAmount>,
    cpu: Option<WireAmount>,
    memory: Option<WireAmount>,
    input: Option<WireAmount>,
    output: Option<WireAmount>,
    log: Option<WireAmount>,
}

/// An amount as it stands in JSON. A number is read as if it had been written as a text, so that
/// both mean the same everywhere.
#[derive(Debug)]
enum WireAmount {
    Whole(u64),
    Negative(i64),
    Number(f64),
    Text(String),
}

impl<'de> Deserialize<'de> for WireAmount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrText;

        impl Visitor<'_> for NumberOrText {
            type Value = WireAmount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "an amount: a number (of seconds if it is a time) or a text such as \"10G\", \"64MiB\" or \"1m30s\"",
                )
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<WireAmount, E> {
                Ok(WireAmount::Whole(number))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<WireAmount, E> {
                Ok(WireAmount::Negative(number))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<WireAmount, E> {
                Ok(WireAmount::Number(number))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<WireAmount, E> {
                Ok(WireAmount::Text(text.to_owned()))
            }
        }

        deserializer.deserialize_any(NumberOrText)
    }
}

impl fmt::Display for WireAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => number.fmt(f),
            Self::Negative(number) => number.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// The amount that the limit `name` asks for.
fn read<T, E: Error>(
    name: &str,
    amount: Option<WireAmount>,
    parse: fn(&str) -> Result<T, QuantityError>,
) -> Result<Option<T>, E> {
    let Some(amount) = amount.map(|amount| amount.to_string()) else { return Ok(None) };
    let wrong = |why| E::custom(format_args!("limit `{name}` is `{amount:.40}`: {why}"));
    parse(&amount).map(Some).map_err(wrong)
}

pub(in super::super) fn narrowing<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<LimitNarrowing>, D::Error> {
    let Some(ObjectOnly(wire)) = Option::<ObjectOnly<WireNarrowing>>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let narrowing = LimitNarrowing {
        fuel: read("fuel", wire.fuel, parse_fuel)?,
        timeout: read("timeout", wire.timeout, parse_time)?,
        cpu: read("cpu", wire.cpu, parse_time)?,
        memory: read("memory", wire.memory, parse_size)?,
        input: read("input", wire.input, parse_size)?,
        output: read("output", wire.output, parse_size)?,
        log: read("log", wire.log, parse_size)?,
    };
    Ok(Some(narrowing))
}

fn deadline<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let Some(amount) = Option::<WireAmount>::deserialize(deserializer)? else { return Ok(None) };
    let amount = amount.to_string();
    let wrong = |why| Error::custom(format_args!("`deadline` is `{amount:.40}`: {why}"));
    parse_time(&amount).map(Some).map_err(wrong)
}

/// The grants of a record; what is missing or `null` keeps all of its kind.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WireGrants {
    dirs: Option<Vec<WireDir>>,
    env: Option<Vec<String>>,
    scratch: Option<bool>,
}

/// A directory as guests call it, with `:ro` or `:rw` behind it if the record asks for that.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct WireDir(DirWish);

impl TryFrom<String> for WireDir {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (guest, writable) = grants::with_mode(&text);
        if guest.is_empty() {
            return Err("a directory in `grants` has no name".to_owned());
        }
        if writable.is_none() {
            grants::check_no_mode(guest).map_err(|error| error.to_string())?;
        }
        Ok(Self(DirWish { guest: grants::as_guests_call_it(guest).to_owned(), writable }))
    }
}

fn grants<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<GrantNarrowing>, D::Error> {
    let Some(ObjectOnly(WireGrants { dirs, env, scratch })) = Option::deserialize(deserializer)? else {
        return Ok(None);
    };
    let dirs = dirs.map(|dirs| dirs.into_iter().map(|WireDir(wish)| wish).collect());
    Ok(Some(GrantNarrowing { dirs, env, scratch }))
}
