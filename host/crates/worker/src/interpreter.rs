//! Programs as data: what an interpreter, a module whose inputs are programs, is given of an input.
//!
//! A command is an interpreter if it exports a function called `polymer-interpreter`, which is
//! never called. An input is then a program: a text, or a record with its `stdin`, `argv` and
//! `files`. The guest finds the text in a variable, the rest where any command has it. This code
//! must never know a language, nor how a guest is entered.

use super::encoding::{ConversionError, bad_input};
use super::request::{AttemptRequest, BorrowedSupplies, InputKind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polymer_host_task::file_path;
use polymer_host_task::supplied::MOST_SUPPLIED;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_bytes::Bytes;
use std::borrow::Cow;
use std::fmt;

/// Variable with the text of the program.
const PROGRAM: &str = "POLYMER_PROGRAM";
/// Variable with a text that is to run behind the program, if there is one.
const TEST: &str = "POLYMER_TEST";
/// Variable with what the interpreter is to write behind all output once that text has run.
const SECRET: &str = "POLYMER_TEST_SECRET";

/// One program, as an input tells it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ProgramRecord<'a> {
    /// Its text.
    #[serde(borrow)]
    code: Option<Cow<'a, str>>,
    /// All that it can read from its standard input.
    #[serde(borrow)]
    stdin: ProgramBytes<'a>,
    /// Its arguments, behind its name.
    argv: Vec<String>,
    /// Files for the folder for attempts.
    #[serde(borrow)]
    files: ProgramFiles<'a>,
    /// Text that is to run behind it.
    #[serde(borrow)]
    test: Option<Cow<'a, str>>,
    /// What is written once that has run.
    #[serde(borrow)]
    secret: Option<Cow<'a, str>>,
    /// Passed over: whose program it is stands in many a batch.
    #[serde(rename = "id")]
    _id: Option<IgnoredAny>,
    /// Passed over too.
    #[serde(rename = "meta")]
    _meta: Option<IgnoredAny>,
}

/// Bytes, as a text or in base64.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = r#"`stdin` or a file is neither a text nor {"base64": …}"#)]
enum ProgramBytes<'a> {
    #[serde(borrow)]
    Text(Cow<'a, str>),
    Base64 {
        base64: String,
    },
}

impl Default for ProgramBytes<'_> {
    fn default() -> Self {
        Self::Text(Cow::Borrowed(""))
    }
}

impl<'a> ProgramBytes<'a> {
    fn bytes(&'a self, whose: &str) -> Result<Cow<'a, [u8]>, ConversionError> {
        match self {
            Self::Text(text) => Ok(Cow::Borrowed(text.as_bytes())),
            Self::Base64 { base64 } => STANDARD
                .decode(base64)
                .map(Cow::Owned)
                .map_err(|error| bad_input("base64", format!("{whose} is no base64: {error}"))),
        }
    }
}

/// Files in their order: path, content.
#[derive(Debug, Default)]
struct ProgramFiles<'a>(Vec<(String, ProgramBytes<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for ProgramFiles<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;

        impl<'de> Visitor<'de> for Each {
            type Value = ProgramFiles<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of files by their paths")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ProgramFiles<'de>, A::Error> {
                let mut files = Vec::new();
                while let Some((path, content)) = map.next_entry()? {
                    if files.len() == MOST_SUPPLIED {
                        return Err(A::Error::custom(format_args!(
                            "a program has at most {MOST_SUPPLIED} files"
                        )));
                    }
                    files.push((path, content));
                }
                Ok(ProgramFiles(files))
            }
        }

        deserializer.deserialize_map(Each)
    }
}

impl<'a> ProgramRecord<'a> {
    /// Reads the program that an input is.
    ///
    /// # Errors
    /// If it is none.
    pub(super) fn read(kind: InputKind, input: &'a [u8]) -> Result<Self, ConversionError> {
        let text = std::str::from_utf8(input).map_err(|error| {
            bad_input("not_utf8", format!("the program is not UTF-8 (byte {})", error.valid_up_to()))
        })?;
        if kind != InputKind::Json {
            return Ok(Self { code: Some(Cow::Borrowed(text)), ..Self::default() });
        }
        let wrong = |why: String| bad_input("program", format!("the input is no program: {why}"));
        match input.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'"') => {
                let code: String = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
                Ok(Self { code: Some(code.into()), ..Self::default() })
            }
            Some(b'{') => {
                let record: Self = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
                if record.code.is_none() {
                    return Err(wrong("it has no `code`".to_owned()));
                }
                Ok(record)
            }
            _ => Err(wrong("it is neither a text nor an object with `code`".to_owned())),
        }
    }

    /// What of it is bytes, taken out of base64. In core modules a variable ends at a zero.
    ///
    /// # Errors
    /// If something in it cannot be had by any program.
    pub(super) fn unpack(&self, ends_at_zero: bool) -> Result<UnpackedProgram<'_>, ConversionError> {
        let texts = [&self.code, &self.test, &self.secret];
        if ends_at_zero && texts.into_iter().flatten().any(|text| text.contains('\0')) {
            return Err(bad_input(
                "program",
                "the program has a zero byte, which would end it in this interpreter",
            ));
        }
        if self.argv.len() > MOST_SUPPLIED {
            let message =
                format!("the program has {} arguments, at most {MOST_SUPPLIED} can be", self.argv.len());
            return Err(bad_input("program", message));
        }
        if self.argv.iter().any(|arg| arg.contains('\0')) {
            return Err(bad_input("program", "an argument of the program has a zero byte"));
        }
        let mut files = Vec::with_capacity(self.files.0.len());
        for (path, content) in &self.files.0 {
            let normal = file_path::normal(path)
                .map_err(|error| bad_input("files", format!("the file {path:?} cannot be there: {error}")))?;
            files.push((normal, content.bytes(&format!("the file {path:?}"))?));
        }
        file_path::side_by_side(files.iter().map(|(path, _)| path.as_str())).map_err(|(path, error)| {
            bad_input("files", format!("the file {path:?} cannot be there: {error}"))
        })?;
        Ok(UnpackedProgram { record: self, stdin: self.stdin.bytes("stdin")?, files })
    }
}

/// A program in the form in which its interpreter gets it.
#[derive(Debug)]
pub(super) struct UnpackedProgram<'a> {
    record: &'a ProgramRecord<'a>,
    stdin: Cow<'a, [u8]>,
    files: Vec<(String, Cow<'a, [u8]>)>,
}

impl UnpackedProgram<'_> {
    /// Why it cannot be run where its files have no place.
    pub(super) fn misses_place(&self, has_place: bool) -> Option<ConversionError> {
        let refused = || {
            bad_input(
                "files",
                "the program has files, and the run has no folder for them: --scratch 16MiB::. grants one",
            )
        };
        (!self.files.is_empty() && !has_place).then(refused)
    }

    /// The attempt at it that `run` asks for.
    pub(super) fn request<'b>(&'b self, run: &'b AttemptRequest<'_>) -> AttemptRequest<'b> {
        let mut supplied = BorrowedSupplies::default();
        if let Some(brought) = &run.supplied {
            supplied.args.extend(&brought.args);
            supplied.env.extend(&brought.env);
            supplied.files.extend(&brought.files);
        }
        let record = self.record;
        supplied.args.extend(record.argv.iter().map(String::as_str));
        let texts = [(PROGRAM, &record.code), (TEST, &record.test), (SECRET, &record.secret)];
        supplied.env.extend(texts.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?))));
        supplied.files.extend(self.files.iter().map(|(path, content)| (path.as_str(), Bytes::new(content))));
        AttemptRequest {
            attempt: run.attempt,
            task: run.task,
            name: run.name,
            id: run.id,
            number: run.number,
            limits: run.limits,
            grants: run.grants.clone(),
            supplied: Some(supplied),
            kind: InputKind::Bytes,
            input: &self.stdin,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::request::AttemptLimits;
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    fn run<'a>(kind: InputKind, input: &'a [u8]) -> AttemptRequest<'a> {
        let limits = AttemptLimits {
            fuel: Some(1),
            timeout: Duration::from_nanos(1),
            cpu: None,
            memory: 1,
            output: 1,
            log: 1,
        };
        let supplied = BorrowedSupplies { args: vec!["-v"], env: vec![("LANG", "C")], files: Vec::new() };
        let supplied = Some(supplied);
        AttemptRequest {
            attempt: 9,
            task: "",
            name: None,
            id: "x",
            number: 3,
            limits,
            grants: None,
            supplied,
            kind,
            input,
        }
    }

    /// Arguments, variables, files and stdin of an attempt at this input; or the code of its
    /// refusal.
    #[derive(Debug, PartialEq, Eq)]
    struct Given {
        args: Vec<String>,
        env: Vec<(String, String)>,
        files: Vec<(String, Vec<u8>)>,
        stdin: Vec<u8>,
    }

    fn given(kind: InputKind, input: &[u8]) -> Result<Given, String> {
        let run = run(kind, input);
        let record = ProgramRecord::read(kind, input).map_err(|(_, error)| error.code.to_string())?;
        let unpacked = record.unpack(false).map_err(|(_, error)| error.code.to_string())?;
        let request = unpacked.request(&run);
        assert_eq!((request.attempt, request.id, request.number), (9, "x", 3));
        let supplied = request.supplied.unwrap();
        let text = |text: &&str| (*text).to_owned();
        Ok(Given {
            args: supplied.args.iter().map(text).collect(),
            env: supplied.env.iter().map(|(name, value)| (text(name), text(value))).collect(),
            files: supplied.files.iter().map(|(path, content)| (text(path), content.to_vec())).collect(),
            stdin: request.input.to_vec(),
        })
    }

    fn json(input: &str) -> Result<Given, String> {
        given(InputKind::Json, input.as_bytes())
    }

    fn program(code: &str) -> Given {
        let env = [("LANG", "C"), (PROGRAM, code)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        Given { args: vec!["-v".to_owned()], env: env.to_vec(), files: Vec::new(), stdin: Vec::new() }
    }

    #[test]
    fn a_text_is_a_program_in_whatever_form_it_comes() {
        for (kind, input) in [
            (InputKind::Json, r#" "a\n\"b\"""#),
            (InputKind::Json, r#"{"code":"a\n\"b\""}"#),
            (InputKind::Line, "a\n\"b\""),
            (InputKind::Bytes, "a\n\"b\""),
        ] {
            assert_eq!(given(kind, input.as_bytes()), Ok(program("a\n\"b\"")), "{input}");
        }
        assert_eq!(given(InputKind::Bytes, b""), Ok(program("")));
        // Only JSON is a record.
        assert_eq!(given(InputKind::Line, b"{\"code\":1}"), Ok(program("{\"code\":1}")));
    }

    #[test]
    fn a_record_brings_all_that_a_program_finds() {
        let input = r#"{"id":7,"meta":[1],"code":"c","stdin":"in\n","argv":["a","b c"],
            "files":{"d/e.txt":"text","./f":{"base64":"AP8="}},"test":"t","secret":"s"}"#;
        let text = str::to_owned;
        let mut expected = program("c");
        expected.args.extend([text("a"), text("b c")]);
        expected.env.extend([(text(TEST), text("t")), (text(SECRET), text("s"))]);
        expected.files = vec![(text("d/e.txt"), b"text".to_vec()), (text("f"), vec![0, 255])];
        expected.stdin = b"in\n".to_vec();
        assert_eq!(json(input), Ok(expected));
        let bytes = json(r#"{"code":"c","stdin":{"base64":"/w=="}}"#).unwrap();
        assert_eq!(bytes.stdin, [255]);
    }

    #[test]
    fn what_is_no_program_is_refused_with_a_code() {
        for (input, code) in [
            ("1", "program"),
            ("[]", "program"),
            ("null", "program"),
            ("{}", "program"),
            (r#"{"code":null}"#, "program"),
            (r#"{"code":1}"#, "program"),
            (r#"{"code":"a","code":"b"}"#, "program"),
            (r#"{"code":"a","stdn":""}"#, "program"),
            (r#"{"code":"a","stdin":1}"#, "program"),
            (r#"{"code":"a","argv":"x"}"#, "program"),
            (r#"{"code":"a","argv":["x\u0000"]}"#, "program"),
            (r#"{"code":"a","stdin":{"base64":"!"}}"#, "base64"),
            (r#"{"code":"a","files":{"../x":""}}"#, "files"),
            (r#"{"code":"a","files":{"/x":""}}"#, "files"),
            (r#"{"code":"a","files":{"x":"","./x":""}}"#, "files"),
            (r#"{"code":"a","files":{"x":"","x/y":""}}"#, "files"),
            (r#"{"code":"a","files":{"x":{"file":"y"}}}"#, "program"),
        ] {
            assert_eq!(json(input), Err(code.to_owned()), "{input}");
        }
        assert_eq!(given(InputKind::Bytes, b"\xff"), Err("not_utf8".to_owned()));
        let many = format!(r#"{{"code":"","argv":[{}""]}}"#, r#""","#.repeat(MOST_SUPPLIED));
        assert_eq!(json(&many), Err("program".to_owned()));
    }

    #[test]
    fn files_need_a_folder() {
        let record = ProgramRecord::read(InputKind::Json, br#"{"code":"","files":{"x":""}}"#).unwrap();
        let unpacked = record.unpack(false).unwrap();
        assert!(unpacked.misses_place(true).is_none());
        assert!(unpacked.misses_place(false).unwrap().1.message.contains("--scratch"));
        let record = ProgramRecord::read(InputKind::Json, br#""""#).unwrap();
        assert!(record.unpack(false).unwrap().misses_place(false).is_none());
    }

    #[test]
    fn a_zero_byte_is_no_part_of_a_variable_in_a_core_module() {
        let record = ProgramRecord::read(InputKind::Json, br#""a\u0000b""#).unwrap();
        assert!(record.unpack(false).is_ok());
        assert_eq!(record.unpack(true).unwrap_err().1.code, "program");
    }

    proptest! {
        #[test]
        fn whatever_comes_is_a_program_or_refused(input in proptest::collection::vec(any::<u8>(), 0..60)) {
            for kind in [InputKind::Json, InputKind::Line, InputKind::Bytes] {
                drop(given(kind, &input));
            }
        }

        #[test]
        fn a_program_and_its_stdin_arrive_unchanged(code in "\\PC{0,40}", stdin in "(?s).{0,40}") {
            let input = serde_json::json!({"code": code, "stdin": stdin}).to_string();
            let given = json(&input).unwrap();
            prop_assert_eq!(given.stdin, stdin.into_bytes());
            prop_assert!(given.env.contains(&(PROGRAM.to_owned(), code)));
        }
    }
}
