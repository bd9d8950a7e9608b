//! A line of a file of cases as it is written, and what it says, checked for its form.
//!
//! Nothing here may know the other lines.

use super::check_data;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polymer_host_base::quantity::{parse_fuel, parse_size, parse_time};
use polymer_host_task::{CompareMode, Points, Verdict};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::path::Path;

/// What is wrong with a line.
#[derive(Debug)]
pub(super) struct FieldError {
    pub(super) field: Option<&'static str>,
    pub(super) why: String,
}

impl FieldError {
    pub(super) fn of(field: &'static str, why: impl ToString) -> Self {
        Self { field: Some(field), why: why.to_string() }
    }

    pub(super) fn line(why: &str) -> Self {
        Self { field: None, why: why.to_owned() }
    }

    pub(super) fn json(error: &serde_json::Error) -> Self {
        Self { field: None, why: error.to_string().replace(" at line 1 column ", " at column ") }
    }
}

/// One line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a case is a JSON object")]
pub(super) struct WireCase<'a> {
    /// A text or an integer; the number of the line where it is missing or null.
    #[serde(borrow)]
    pub(super) id: Option<&'a RawValue>,
    /// Name of its problem.
    #[serde(borrow)]
    pub(super) problem: Option<&'a RawValue>,
    /// Name of the group of cases that it counts for.
    #[serde(borrow)]
    pub(super) group: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) input: Option<&'a RawValue>,
    pub(super) input_base64: Option<String>,
    pub(super) input_file: Option<String>,
    pub(super) args: Option<Vec<String>>,
    /// Source that runs behind the program.
    pub(super) test: Option<String>,
    #[serde(borrow)]
    expect: Option<WireExpectation<'a>>,
    /// Short for `{"expect":{"output":...}}`.
    #[serde(borrow, default, deserialize_with = "present")]
    output: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) points: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) compare: Option<&'a RawValue>,
    #[serde(borrow)]
    limits: Option<&'a RawValue>,
}

/// What a case expects, as in a task record.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "`expect` is a JSON object")]
struct WireExpectation<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    output: Option<&'a RawValue>,
    output_base64: Option<String>,
    output_file: Option<String>,
    #[serde(borrow)]
    verdict: Option<&'a RawValue>,
    exit_code: Option<u32>,
}

/// A value that is there, also where it is null.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl WireCase<'_> {
    /// What it expects, as task records have it, with paths that start at `folder`.
    pub(super) fn expectation(&self, folder: &Path) -> Result<Option<String>, FieldError> {
        match (&self.expect, self.output) {
            (None, None) => Ok(None),
            (None, Some(output)) => Ok(Some(format!("{{\"output\":{}}}", output.get()))),
            (Some(expect), None) => expect.text(folder).map(Some),
            (Some(_), Some(_)) => {
                Err(FieldError::of("output", "it stands beside `expect`, which has an output itself"))
            }
        }
    }

    pub(super) fn points(&self) -> Result<Option<Points>, FieldError> {
        let Some(text) = written(self.points) else { return Ok(None) };
        let points = serde_json::from_str(text).ok().and_then(Points::new);
        points.map(Some).ok_or_else(|| FieldError::of("points", "they are a finite number, and not negative"))
    }

    pub(super) fn compare(&self) -> Result<Option<CompareMode>, FieldError> {
        let Some(text) = written(self.compare) else { return Ok(None) };
        let failed = |why: String| FieldError::of("compare", why);
        let text: String = serde_json::from_str(text).map_err(|_| failed("it is a text".to_owned()))?;
        text.parse().map(Some).map_err(|error| failed(format!("`{text:.60}`: {error}")))
    }

    /// Its limits, as they are written, if they are limits.
    pub(super) fn limits(&self) -> Result<Option<String>, FieldError> {
        let Some(text) = written(self.limits) else { return Ok(None) };
        let failed = |why: String| FieldError::of("limits", why);
        let limits: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| failed("they are an object".to_owned()))?;
        for (name, amount) in &limits {
            let amount = match amount {
                Value::Null => continue,
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => return Err(failed(format!("`{name:.60}` is a number or a text"))),
            };
            let read = match name.as_str() {
                "fuel" => parse_fuel(&amount).map(drop),
                "timeout" | "cpu" => parse_time(&amount).map(drop),
                "memory" | "input" | "output" | "log" => parse_size(&amount).map(drop),
                _ => return Err(failed(format!("there is no limit `{name:.60}`"))),
            };
            read.map_err(|error| failed(format!("`{name}`: {error}")))?;
        }
        Ok(Some(text.to_owned()))
    }
}

fn written(value: Option<&RawValue>) -> Option<&str> {
    value.map(RawValue::get).filter(|text| *text != "null")
}

impl WireExpectation<'_> {
    fn text(&self, folder: &Path) -> Result<String, FieldError> {
        let failed = |why: String| FieldError::of("expect", why);
        let mut parts = Vec::new();
        match (self.output, &self.output_base64, &self.output_file) {
            (None, None, None) => {}
            (Some(output), None, None) => parts.push(format!("\"output\":{}", output.get())),
            (None, Some(text), None) => {
                STANDARD.decode(text).map_err(|error| failed(format!("`output_base64`: {error}")))?;
                parts.push(format!("\"output_base64\":{}", Value::from(text.as_str())));
            }
            (None, None, Some(path)) => {
                let path = folder.join(path);
                check_data(&path).map_err(|error| failed(format!("`output_file`: {error}")))?;
                let path = path.to_str().ok_or_else(|| failed("`output_file` is not UTF-8".to_owned()))?;
                parts.push(format!("\"output_file\":{}", Value::from(path)));
            }
            _ => {
                return Err(failed("it has one of `output`, `output_base64` and `output_file`".to_owned()));
            }
        }
        if let Some(text) = written(self.verdict) {
            check_verdicts(text).map_err(failed)?;
            parts.push(format!("\"verdict\":{text}"));
        }
        parts.extend(self.exit_code.map(|code| format!("\"exit_code\":{code}")));
        Ok(format!("{{{}}}", parts.join(",")))
    }
}

/// That a text names verdicts that can be expected.
fn check_verdicts(text: &str) -> Result<(), String> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Named {
        One(String),
        Some(Vec<String>),
    }
    let names = match serde_json::from_str(text) {
        Ok(Named::One(name)) => vec![name],
        Ok(Named::Some(names)) => names,
        Err(_) => return Err("`verdict` is a text, or a list of texts".to_owned()),
    };
    for name in names {
        match Verdict::ALL.into_iter().find(|verdict| verdict.name() == name) {
            None => return Err(format!("`{name:.60}` is not a verdict")),
            Some(verdict) if verdict.is_judges_to_say() => {
                return Err(format!("`{name}` is what the judge says, and cannot be expected"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
