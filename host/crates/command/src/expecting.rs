//! Expectations as they are written: in a task record, or in a file beside the input.
//!
//! What they say is checked for its form here. Nothing here may know how outputs are compared.

use crate::input::{RefusedLine, read_input};
use crate::line_text::BASE64;
use crate::usual_judge::UsualJudge;
use base64::Engine as _;
use polymer_host_base::json;
use polymer_host_sys::paths::PathOpener;
use polymer_host_task::supplied::LONGEST_WORDS;
use polymer_host_task::{CheckProtocol, CompareMode, Expectation, InputPayload, Output, Points, Verdict};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::path::Path;
use std::sync::Arc;

/// What a line expects of its task.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WireExpectation<'a> {
    /// The output: a text, or another JSON value.
    #[serde(borrow, default, deserialize_with = "present")]
    output: Option<&'a RawValue>,
    /// The output as bytes.
    output_base64: Option<String>,
    /// The output as the path of a file.
    output_file: Option<String>,
    /// One verdict, or several of which any is right.
    #[serde(default, deserialize_with = "verdicts")]
    verdict: Vec<Verdict>,
    /// Code with which a command exits.
    exit_code: Option<u32>,
}

/// Expectation, points and comparison, which stand side by side.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct ExpectedCase<'a> {
    /// What is expected; nothing, if nothing is judged.
    pub(crate) expect: Option<&'a WireExpectation<'a>>,
    /// Points for it.
    pub(crate) points: Option<Points>,
    /// How outputs are compared, if not as in the whole run.
    pub(crate) compare: Option<CompareMode>,
    /// Arguments of the checker or the interactor, which is a validator.
    pub(crate) checker_args: Option<&'a [String]>,
    /// The input that either is given, if not the task's: a JSON value.
    pub(crate) checker_input: Option<&'a RawValue>,
    /// The same, as the path of a file.
    pub(crate) checker_input_file: Option<&'a str>,
}

/// An expectation, and a digest of what it does not contain itself.
#[derive(Debug)]
pub(crate) struct ReadExpectation {
    /// It.
    pub(crate) expect: Option<Arc<Expectation>>,
    /// Digest of the file that it names; empty if it names none.
    pub(crate) unsaid: Vec<u8>,
}

/// Where files that expectations name lie, and how large they may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExpectedFiles<'a> {
    /// Opens them.
    pub(crate) paths: &'a PathOpener,
    /// Start of relative paths.
    pub(crate) base: &'a Path,
    /// The most bytes of an output: more than that no task gives.
    pub(crate) limit: u64,
    /// The most bytes of an input.
    pub(crate) input_limit: u64,
}

impl ExpectedCase<'_> {
    /// Returns whether it says anything.
    pub(crate) const fn is_there(&self) -> bool {
        self.expect.is_some()
            || self.points.is_some()
            || self.compare.is_some()
            || self.checker_args.is_some()
            || self.checker_input.is_some()
            || self.checker_input_file.is_some()
    }

    /// Reads it. `usual` is how outputs are judged where it does not say how to compare them.
    ///
    /// # Errors
    /// If it contradicts itself, or names a file that cannot be read.
    pub(crate) fn read(
        &self,
        files: ExpectedFiles<'_>,
        usual: UsualJudge,
    ) -> Result<ReadExpectation, RefusedLine> {
        let Some(wire) = self.expect else {
            if self.is_there() {
                let message = "`points`, `compare`, `checker_args`, `checker_input` and `checker_input_file` are for a line with `expect`";
                return Err(refused(message.to_owned()));
            }
            return Ok(ReadExpectation { expect: usual.of_unexpected(), unsaid: Vec::new() });
        };
        if self.compare.is_some() && usual.interactor().is_some() {
            let message = "`compare` cannot be used with --interactor, which leaves nothing to compare";
            return Err(refused(message.to_owned()));
        }
        self.check_checkers(usual)?;
        if let Some(judges) = wire.verdict.iter().find(|verdict| verdict.is_judges_to_say()) {
            return Err(refused(format!("`{judges}` is what the judge says, and cannot be expected")));
        }
        let mut unsaid = Vec::new();
        let output = match (wire.output, &wire.output_base64, &wire.output_file) {
            (None, None, None) => None,
            (Some(value), None, None) => Some(of_value(value)?),
            (None, Some(text), None) => {
                let bytes = BASE64.decode(text.as_bytes());
                Some(of_bytes(bytes.map_err(|error| refused(format!("`output_base64`: {error}")))?))
            }
            (None, None, Some(path)) => {
                let content = files.read_output(path)?;
                unsaid.extend_from_slice(blake3::hash(&content).as_bytes());
                Some(of_bytes(content))
            }
            _ => {
                let message = "`expect` has one of `output`, `output_base64` and `output_file`";
                return Err(refused(message.to_owned()));
            }
        };
        let own = match (self.checker_input, self.checker_input_file) {
            (None, None) => None,
            (Some(value), None) => {
                let value = json::compact(value.get().as_bytes());
                let value = value.map_err(|error| refused(format!("`checker_input`: {error}")))?;
                Some(InputPayload::Json(value.into_bytes()))
            }
            (None, Some(path)) => {
                let content = files.read_case_input(path)?;
                unsaid.extend_from_slice(blake3::hash(&content).as_bytes());
                Some(InputPayload::Bytes(content))
            }
            (Some(_), Some(_)) => {
                let message = "a record has one of `checker_input` and `checker_input_file`";
                return Err(refused(message.to_owned()));
            }
        };
        let expect = Expectation {
            verdicts: wire.verdict.clone(),
            exit_code: wire.exit_code,
            output,
            compare: self.compare.unwrap_or(usual.compare),
            // Who says how to compare wants no other judge.
            checker: if self.compare.is_some() { None } else { usual.checker() },
            interactor: usual.interactor(),
            checker_args: self.checker_args.unwrap_or_default().to_vec(),
            checker_input: own,
            points: self.points,
        };
        Ok(ReadExpectation { expect: Some(Arc::new(expect)), unsaid })
    }

    /// That what it says of a checker or an interactor is for one that there is.
    fn check_checkers(&self, usual: UsualJudge) -> Result<(), RefusedLine> {
        let has_judge = usual.checker().is_some() || usual.interactor().is_some();
        if let Some(args) = self.checker_args {
            if !has_judge || usual.protocol != CheckProtocol::Validator {
                let message = "`checker_args` is for a run with --checker-protocol validator";
                return Err(refused(message.to_owned()));
            }
            if args.iter().any(|arg| arg.contains('\0')) {
                return Err(refused("an argument in `checker_args` holds a zero byte".to_owned()));
            }
            let length: usize = args.iter().map(String::len).sum();
            if length > LONGEST_WORDS {
                let message = format!("`checker_args` has {length} bytes, at most {LONGEST_WORDS} are taken");
                return Err(refused(message));
            }
        }
        let has_input = self.checker_input.is_some() || self.checker_input_file.is_some();
        if has_input && !has_judge {
            let message =
                "`checker_input` and `checker_input_file` are for a run with --checker or --interactor";
            return Err(refused(message.to_owned()));
        }
        let is_for_checker = self.checker_args.is_some() || has_input;
        if self.compare.is_some() && is_for_checker {
            let message = "`checker_args`, `checker_input` and `checker_input_file` cannot be used with `compare`, by which the output is compared";
            return Err(refused(message.to_owned()));
        }
        Ok(())
    }
}

impl ExpectedFiles<'_> {
    /// Reads an expected output.
    fn read_output(&self, path: &str) -> Result<Vec<u8>, RefusedLine> {
        self.read(path, self.limit, "output", "--output-limit")
    }

    /// Reads an input for a checker.
    fn read_case_input(&self, path: &str) -> Result<Vec<u8>, RefusedLine> {
        self.read(path, self.input_limit, "input", "--input-limit")
    }

    /// Reads a file of `what`, which has at most `limit` bytes; `flag` says how many.
    fn read(&self, path: &str, limit: u64, what: &str, flag: &str) -> Result<Vec<u8>, RefusedLine> {
        let path = self.base.join(path);
        let looked = self.paths.leads_into(&path);
        let looked =
            looked.map_err(|error| refused(format!("cannot look at {}: {error}", path.display())))?;
        if let Some(granted) = looked {
            let (path, granted) = (path.display(), granted.display());
            return Err(refused(format!("tasks could change {path}: {granted} is granted to them with :rw")));
        }
        read_input(self.paths, &path, limit, "").map_err(|error| match error.error.code.as_str() {
            "too_long" => RefusedLine::too_long(format!(
                "the file {} is larger than any {what} may be, {limit} bytes; a larger {flag} would allow it",
                path.display(),
            ))
            .unread(),
            _ => error,
        })
    }
}

/// The output that a JSON value stands for.
fn of_value(value: &RawValue) -> Result<Output, RefusedLine> {
    if let Ok(text) = serde_json::from_str::<String>(value.get()) {
        return Ok(Output::Text(text));
    }
    let text = json::compact(value.get().as_bytes());
    text.map(Output::Json).map_err(|error| refused(format!("`output` in `expect`: {error}")))
}

/// What bytes are: a text where they can be one.
fn of_bytes(bytes: Vec<u8>) -> Output {
    match String::from_utf8(bytes) {
        Ok(text) => Output::Text(text),
        Err(error) => Output::Bytes(error.into_bytes()),
    }
}

fn refused(message: String) -> RefusedLine {
    RefusedLine::new("expect", message)
}

/// One verdict, or a list of them.
pub(crate) fn verdicts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Verdict>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a verdict is a text, or a list of texts")]
    enum Named {
        One(String),
        Some(Vec<String>),
    }
    let names = match Named::deserialize(deserializer)? {
        Named::One(name) => vec![name],
        Named::Some(names) => names,
    };
    let named = |name: String| {
        let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.name() == name);
        verdict.ok_or_else(|| Error::custom(format!("`{name}` is not a verdict")))
    };
    names.into_iter().map(named).collect()
}

/// Points, which are a number.
pub(crate) fn points<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Points>, D::Error> {
    let Some(number) = Option::<f64>::deserialize(deserializer)? else { return Ok(None) };
    let points = Points::new(number);
    points.map(Some).ok_or_else(|| Error::custom("`points` are a finite number, and not negative"))
}

/// A comparison, by its name.
pub(crate) fn compare<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<CompareMode>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    text.parse().map(Some).map_err(|error| Error::custom(format!("`compare` is `{text:.40}`: {error}")))
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<Arc<Expectation>>, String> {
        read_by(text, UsualJudge::comparing(CompareMode::Trim))
    }

    fn read_by(text: &str, usual: UsualJudge) -> Result<Option<Arc<Expectation>>, String> {
        #[derive(Deserialize)]
        struct Line<'a> {
            #[serde(borrow)]
            expect: Option<WireExpectation<'a>>,
            #[serde(default, deserialize_with = "points")]
            points: Option<Points>,
            #[serde(default, deserialize_with = "compare")]
            compare: Option<CompareMode>,
            checker_args: Option<Vec<String>>,
            checker_input_file: Option<String>,
        }
        let Line { expect, points, compare, checker_args, checker_input_file } =
            serde_json::from_str(text).map_err(|error| error.to_string())?;
        let paths = PathOpener::default();
        let base = Path::new("/nowhere");
        let files = ExpectedFiles { paths: &paths, base, limit: 10, input_limit: 10 };
        let (checker_args, checker_input_file) = (checker_args.as_deref(), checker_input_file.as_deref());
        let case = ExpectedCase {
            expect: expect.as_ref(),
            points,
            compare,
            checker_args,
            checker_input: None,
            checker_input_file,
        };
        let read = case.read(files, usual);
        read.map(|read| read.expect).map_err(|refused| refused.error.message)
    }

    fn expected(text: &str) -> Expectation {
        Expectation::clone(&read(text).unwrap().unwrap())
    }

    #[test]
    fn an_output_is_a_text_a_value_or_bytes() {
        let output = |expect: &str| expected(&format!(r#"{{"expect":{expect}}}"#)).output;
        let text = |text: &str| Some(Output::Text(text.to_owned()));
        let json = |text: &str| Some(Output::Json(text.to_owned()));
        assert_eq!(output(r#"{"output":"a\nb"}"#), text("a\nb"));
        assert_eq!(output(r#"{"output":{"b" : 1, "a":[ ]}}"#), json(r#"{"b":1,"a":[]}"#));
        assert_eq!(output(r#"{"output":null}"#), json("null"));
        assert_eq!(output(r#"{"output_base64":"/w=="}"#), Some(Output::Bytes(vec![255])));
        assert_eq!(output(r#"{"output_base64":"YQ"}"#), text("a"));
        assert_eq!(output("{}"), None);
    }

    #[test]
    fn what_else_is_expected_stands_beside_it() {
        let expect = expected(r#"{"expect":{"verdict":"trap"},"points":2.5,"compare":"float:1e-6"}"#);
        assert_eq!((expect.verdicts, expect.points), (vec![Verdict::Trap], Points::new(2.5)));
        assert_eq!(expect.compare, "float:1e-6".parse().unwrap());
        let expect = expected(r#"{"expect":{"verdict":["ok","trap"],"exit_code":3}}"#);
        assert_eq!(
            (expect.verdicts.len(), expect.exit_code, expect.compare),
            (2, Some(3), CompareMode::Trim)
        );
        assert_eq!(read("{}"), Ok(None));
    }

    #[test]
    fn a_checker_judges_what_does_not_say_how_to_compare() {
        let usual = UsualJudge { checker: Some([7; 32].into()), ..UsualJudge::default() };
        let checker = |text| read_by(text, usual).unwrap().map(|expect| expect.checker);
        assert_eq!(checker(r#"{"expect":{"output":"a"}}"#), Some(usual.checker()));
        assert_eq!(checker(r#"{"expect":{},"points":2}"#), Some(usual.checker()));
        assert_eq!(checker("{}"), Some(usual.checker()), "nothing is expected, and it is checked");
        assert_eq!(checker(r#"{"expect":{"output":"a"},"compare":"trim"}"#), Some(None));
        assert!(usual.checker().is_some());
    }

    #[test]
    fn an_interactor_talks_with_all_and_leaves_nothing_to_compare() {
        let usual = UsualJudge { interactor: Some([7; 32].into()), ..UsualJudge::default() };
        let interactor = |text| read_by(text, usual).map(|expect| expect.map(|expect| expect.interactor));
        for text in ["{}", r#"{"expect":{"output":"a"},"points":2}"#, r#"{"expect":{"exit_code":3}}"#] {
            assert_eq!(interactor(text), Ok(Some(usual.interactor())), "{text}");
        }
        assert!(usual.interactor().is_some());
        let refused = interactor(r#"{"expect":{"output":"a"},"compare":"trim"}"#).unwrap_err();
        assert!(refused.contains("--interactor"), "{refused}");
    }

    #[test]
    fn what_is_for_a_validator_is_refused_where_there_is_none() {
        let digest = Some([7; 32].into());
        let json = UsualJudge { checker: digest, ..UsualJudge::default() };
        let validator = UsualJudge { protocol: CheckProtocol::Validator, ..json };
        let talks = UsualJudge { checker: None, interactor: digest, ..validator };
        let args = r#"{"expect":{},"checker_args":["a","b c"]}"#;
        for usual in [validator, talks] {
            let expect = read_by(args, usual).unwrap().unwrap();
            assert_eq!(expect.checker_args, ["a", "b c"]);
        }
        let none = UsualJudge { protocol: CheckProtocol::Validator, ..UsualJudge::default() };
        for usual in [json, none, UsualJudge::default()] {
            let refused = read_by(args, usual).unwrap_err();
            assert!(refused.contains("--checker-protocol validator"), "{refused}");
        }
        let file = r#"{"expect":{},"checker_input_file":"x"}"#;
        let refused = read_by(file, none).unwrap_err();
        assert!(refused.contains("--checker or --interactor"), "{refused}");
        // It is looked for where there is one.
        assert!(read_by(file, json).unwrap_err().contains("/nowhere/x"));
        for (line, why) in [
            (r#"{"expect":{},"checker_args":["a"],"compare":"trim"}"#, "with `compare`"),
            (r#"{"expect":{},"checker_args":["a\u0000"]}"#, "zero byte"),
            (r#"{"checker_args":["a"]}"#, "for a line with `expect`"),
            (r#"{"checker_input_file":"a"}"#, "for a line with `expect`"),
        ] {
            let refused = read_by(line, validator).unwrap_err();
            assert!(refused.contains(why), "{line}: {refused}");
        }
        let long = format!(r#"{{"expect":{{}},"checker_args":["{}"]}}"#, "x".repeat(LONGEST_WORDS + 1));
        assert!(read_by(&long, validator).unwrap_err().contains("at most 131072"));
    }

    #[test]
    fn what_is_no_expectation_is_told() {
        for (text, why) in [
            (r#"{"expect":{"output":"a","output_file":"b"}}"#, "one of"),
            (r#"{"expect":{"verdict":"fine"}}"#, "`fine` is not a verdict"),
            (r#"{"expect":{"exit_code":-1}}"#, "u32"),
            (r#"{"expect":{"verdict":"wrong_output"}}"#, "is what the judge says"),
            (r#"{"expect":{"out":1}}"#, "unknown field"),
            (r#"{"expect":{"output_base64":"?"}}"#, "output_base64"),
            (r#"{"expect":{"output_file":"x"}}"#, "/nowhere/x"),
            (r#"{"expect":{},"points":-1}"#, "not negative"),
            (r#"{"expect":{},"compare":"same"}"#, "`compare` is `same`"),
            (r#"{"points":1}"#, "for a line with `expect`"),
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains(why), "{text}: {refused}");
        }
    }
}
