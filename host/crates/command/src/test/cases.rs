//! Cases as they are written, one JSON object a line. Nothing here runs or compares anything.

use crate::expecting;
use crate::input::without_bom;
use crate::taskfile::{BASE64, limits};
use base64::Engine as _;
use polymer_host::Input;
use polymer_host_base::json;
use polymer_host_sys::regular;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{CompareMode, InputPayload, LimitNarrowing, ModuleForm, Output, Verdict};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// The most bytes that the parts of an input may come to: as many as an input may ever have.
const LONGEST: usize = 1 << 30;

/// The version of a case. One that does not say it has this one.
const VERSION: u64 = 1;

/// Why there is nothing to test by.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The file cannot be read.
    #[error("{0}")]
    Read(#[source] SystemError),
    /// A line is no case.
    #[error("line {line} of {}: {why}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: u64,
        /// Error in the line.
        why: String,
    },
    /// A case has a version that this polymer does not know.
    #[error("line {line} of {}: a case has version {version}, this polymer reads {VERSION}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: u64,
        /// Its version.
        version: u64,
    },
    /// A file without a case would pass whatever the module does.
    #[error("{} has no cases", .0.display())]
    None(PathBuf),
}

/// One case.
#[derive(Debug, PartialEq)]
pub(super) struct TestCase {
    /// Where it stands, from 1.
    pub(super) line: u64,
    /// Name of the case: its own id, or its line.
    pub(super) id: String,
    task: Option<String>,
    payload: InputPayload,
    limits: LimitNarrowing,
    /// Limit of retries of its task, if not as for all.
    pub(super) retries: Option<u32>,
    /// After which verdicts it is tried again whatever it says, if not after the same as all.
    pub(super) retry_on: Option<Vec<Verdict>>,
    /// The form of module it is for; any by default.
    pub(super) form: Option<CaseForm>,
    /// Comparison of its output, if not as for all.
    pub(super) compare: Option<CompareMode>,
    /// Expected result.
    pub(super) expect: ExpectedResult,
}

/// The form of module that a case is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum CaseForm {
    Typed,
    Command,
}

/// Expected result of a case. A field that is not named may have any value.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedResult {
    /// One of these; ok, if none is named.
    #[serde(default, deserialize_with = "expecting::verdicts")]
    pub(super) verdict: Vec<Verdict>,
    #[serde(default, deserialize_with = "present")]
    pub(super) output: Option<Output>,
    pub(super) output_base64: Option<String>,
    /// A text in parts, each so many times: what is too long to be written out.
    pub(super) output_parts: Option<Vec<(String, usize)>>,
    /// Number of times the guest was entered.
    pub(super) attempts: Option<u32>,
    /// Bytes that the guest gave.
    pub(super) output_bytes: Option<u64>,
    #[serde(default)]
    pub(super) error: ExpectedError,
    /// Lines that the log has in this order; others may stand between them.
    #[serde(default)]
    pub(super) log: Vec<String>,
}

/// Expected error of a failure.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ExpectedError {
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    pub(super) exit_code: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireCase<'a> {
    /// It was looked at before.
    #[serde(default, rename = "v")]
    _version: Option<u64>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    task: Option<String>,
    #[serde(borrow, default, deserialize_with = "present_raw")]
    input: Option<&'a RawValue>,
    input_base64: Option<String>,
    /// A text in parts, each so many times: what is too long to be written out.
    input_parts: Option<Vec<(String, usize)>>,
    #[serde(default, deserialize_with = "limits")]
    limits: Option<LimitNarrowing>,
    retries: Option<u32>,
    #[serde(default, deserialize_with = "some_verdicts")]
    retry_on: Option<Vec<Verdict>>,
    form: Option<CaseForm>,
    #[serde(default, deserialize_with = "expecting::compare")]
    compare: Option<CompareMode>,
    expect: ExpectedResult,
}

impl TestCase {
    /// Returns the input that is submitted for it.
    pub(super) fn to_input(&self) -> Input {
        let input = match &self.payload {
            InputPayload::Bytes(bytes) => Input::bytes(bytes.clone()),
            payload => Input { payload: payload.clone(), ..Input::bytes([]) },
        };
        let input = input.with_id(&self.id).within(self.limits);
        match &self.task {
            Some(task) => input.for_task(task),
            None => input,
        }
    }

    /// Returns whether it is for a module of this form.
    pub(super) fn is_for(&self, form: ModuleForm) -> bool {
        self.form.is_none_or(|wanted| (wanted == CaseForm::Command) == form.is_command())
    }
}

/// Reads the cases of a file, or of standard input for `-`.
///
/// # Errors
/// If it cannot be read, a line is no case, or there is none.
pub(super) fn read(path: &Path) -> Result<Vec<TestCase>, CaseError> {
    let failed = |source| CaseError::Read(SystemError::new(SystemOperation::Read, path, source));
    let reader: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let file = File::open(path).and_then(|file| Ok(regular::stored(file)?));
        Box::new(BufReader::new(file.map_err(failed)?))
    };
    let mut cases = Vec::new();
    for (line, text) in (1..).zip(reader.split(b'\n')) {
        let text = text.map_err(failed)?;
        let text = without_bom(line == 1, &text).trim_ascii_end();
        if text.is_empty() {
            continue;
        }
        if let Some(version) = version(text).filter(|version| *version != VERSION) {
            return Err(CaseError::Version { path: path.to_path_buf(), line, version });
        }
        let case = case(line, text);
        cases.push(case.map_err(|why| CaseError::Line { path: path.to_path_buf(), line, why })?);
    }
    if cases.is_empty() { Err(CaseError::None(path.to_path_buf())) } else { Ok(cases) }
}

/// The version that a case says it has. It is read before anything else, since fields of another
/// version may not be known.
fn version(text: &[u8]) -> Option<u64> {
    #[derive(Deserialize)]
    struct CaseVersion {
        v: Option<u64>,
    }
    serde_json::from_slice::<CaseVersion>(text).ok()?.v
}

fn case(line: u64, text: &[u8]) -> Result<TestCase, String> {
    let wire: WireCase<'_> = serde_json::from_slice(text)
        .map_err(|error| error.to_string().replace(" at line 1 column ", " at column "))?;
    let id = match wire.id.map(RawValue::get) {
        None | Some("null") => line.to_string(),
        Some(id) => serde_json::from_str::<String>(id).unwrap_or_else(|_| id.to_owned()),
    };
    let payload = match (wire.input, wire.input_base64, wire.input_parts) {
        (Some(value), None, None) => InputPayload::Json(value.get().as_bytes().to_vec()),
        (None, Some(base64), None) => {
            InputPayload::Bytes(BASE64.decode(base64).map_err(|error| format!("`input_base64`: {error}"))?)
        }
        (None, None, Some(parts)) => {
            InputPayload::Json(serde_json::to_vec(&joined(&parts)?).map_err(|error| error.to_string())?)
        }
        _ => return Err("a case has one of `input`, `input_base64` and `input_parts`".to_owned()),
    };
    let ExpectedResult { output, output_base64, output_parts, .. } = &wire.expect;
    if let Some(base64) = output_base64 {
        BASE64.decode(base64).map_err(|error| format!("`output_base64`: {error}"))?;
    }
    if let Some(parts) = output_parts {
        joined(parts)?;
    }
    if [output.is_some(), output_base64.is_some(), output_parts.is_some()]
        .into_iter()
        .filter(|is| *is)
        .count()
        > 1
    {
        return Err("`expect` has one of `output`, `output_base64` and `output_parts`".to_owned());
    }
    Ok(TestCase {
        line,
        id,
        task: wire.task,
        payload,
        limits: wire.limits.unwrap_or_default(),
        retries: wire.retries,
        retry_on: wire.retry_on,
        form: wire.form,
        compare: wire.compare,
        expect: wire.expect,
    })
}

/// The text that parts come to.
pub(super) fn joined(parts: &[(String, usize)]) -> Result<String, String> {
    let length = parts
        .iter()
        .try_fold(0_usize, |sum, (text, times)| text.len().checked_mul(*times)?.checked_add(sum))
        .filter(|length| *length <= LONGEST);
    if length.is_none() {
        return Err("these parts have more than 1 GiB in all".to_owned());
    }
    Ok(parts.iter().map(|(text, times)| text.repeat(*times)).collect())
}

fn some_verdicts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Verdict>>, D::Error> {
    expecting::verdicts(deserializer).map(Some)
}

/// A value that is there, also where it is null.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Output>, D::Error> {
    let written = Box::<RawValue>::deserialize(deserializer)?;
    Ok(Some(if let Ok(text) = serde_json::from_str::<String>(written.get()) {
        Output::Text(text)
    } else {
        let text = json::compact(written.get().as_bytes());
        Output::Json(text.map_err(serde::de::Error::custom)?)
    }))
}

fn present_raw<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::NamedSchema;
    use crate::schema::tests::validator;

    #[track_caller]
    fn refused(text: &str, words: &str) {
        let why = case(1, text.as_bytes()).unwrap_err();
        assert!(why.contains(words), "{why}");
    }

    #[test]
    fn a_case_has_an_input_and_what_it_expects() {
        let text = r#"{"id":7,"input":null,"task":"t","limits":{"fuel":"2G"},"expect":{"output":null}}"#;
        let read = case(3, text.as_bytes()).unwrap();
        assert_eq!((read.line, read.id.as_str()), (3, "7"));
        assert_eq!(read.payload, InputPayload::Json(b"null".to_vec()));
        assert_eq!(read.limits.fuel, Some(2_000_000_000));
        let input = read.to_input();
        assert_eq!((input.id.as_deref(), input.task.as_deref()), (Some("7"), Some("t")));
        assert_eq!(read.expect.output.unwrap(), Output::Json("null".to_owned()));
        let bytes = case(1, br#"{"input_base64":"/w","expect":{"verdict":["ok","trap"]}}"#).unwrap();
        assert_eq!((bytes.id.as_str(), bytes.payload), ("1", InputPayload::Bytes(vec![255])));
        assert_eq!(bytes.expect.verdict, [Verdict::Ok, Verdict::Trap]);
        let parts = case(1, br#"{"input_parts":[["a\n",2],["b",1]],"expect":{}}"#).unwrap();
        assert_eq!(parts.payload, InputPayload::Json(br#""a\na\nb""#.to_vec()));
    }

    #[test]
    fn a_case_may_be_for_one_form_of_task() {
        let read = case(1, br#"{"input":1,"form":"command","expect":{}}"#).unwrap();
        assert!(read.is_for(ModuleForm::CommandModule) && read.is_for(ModuleForm::CommandComponent));
        assert!(!read.is_for(ModuleForm::Typed));
        assert!(case(1, br#"{"input":1,"expect":{}}"#).unwrap().is_for(ModuleForm::Typed));
    }

    #[test]
    fn a_case_of_another_version_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let read_it = |text: &str| {
            std::fs::write(file.path(), text).unwrap();
            read(file.path()).map(|cases| cases.len())
        };
        let known = "{\"input\":1,\"expect\":{}}\n{\"v\":1,\"input\":1,\"expect\":{}}\n{\"v\":null,\"input\":1,\"expect\":{}}\n";
        assert_eq!(read_it(known).unwrap(), 3);
        for version in [0, 2] {
            let error = read_it(&format!("{known}{{\"v\":{version},\"give\":1}}\n")).unwrap_err();
            let expected = format!(
                "line 4 of {}: a case has version {version}, this polymer reads 1",
                file.path().display()
            );
            assert_eq!(error.to_string(), expected);
        }
        refused(r#"{"v":"1","input":1,"expect":{}}"#, "invalid type");
    }

    #[test]
    fn a_case_is_read_if_it_is_what_the_schema_says() {
        let check = validator(NamedSchema::Cases);
        let (whole, error) = (
            r#"{"v":1,"id":[1],"task":"t","input_base64":"/w==","limits":{"fuel":"2G","timeout":0.5},"retries":2,
                "retry_on":["trap","timeout"],"form":"typed","compare":"float:1e-6","expect":{"verdict":["ok","trap"],
                "output_base64":"","attempts":1,"output_bytes":0,"log":["a"]}}"#,
            r#"{"input":null,"retry_on":"trap","compare":"trim","expect":{"verdict":"task_error","output":null,
                "error":{"code":"c","message":"m","exit_code":1}}}"#,
        );
        let parts =
            r#"{"input_parts":[["a",2]],"form":"command","expect":{"output_parts":[["a",2],["b",0]]}}"#;
        for (text, is_good) in [
            (whole, true),
            (error, true),
            (parts, true),
            (r#"{"input":1,"expect":{}}"#, true),
            (r#"{"id":null,"input":1,"limits":{},"expect":{}}"#, true),
            (r#"{"input":1}"#, false),
            (r#"{"expect":{}}"#, false),
            (r#"{"v":"1","input":1,"expect":{}}"#, false),
            (r#"{"input":1,"input_parts":[],"expect":{}}"#, false),
            (r#"{"input":1,"new":1,"expect":{}}"#, false),
            (r#"{"input":1,"expect":{"new":1}}"#, false),
            (r#"{"input":1,"expect":{"error":{"new":1}}}"#, false),
            (r#"{"input":1,"limits":{"new":1},"expect":{}}"#, false),
            (r#"{"input":1,"expect":{"verdict":"fine"}}"#, false),
            (r#"{"input":1,"expect":{"output":1,"output_parts":[]}}"#, false),
            (r#"{"input":1,"form":"raw","expect":{}}"#, false),
            (r#"{"input":1,"compare":"same","expect":{}}"#, false),
            (r#"{"input":1,"retries":-1,"expect":{}}"#, false),
            (r#"{"input_parts":[["a"]],"expect":{}}"#, false),
        ] {
            let checked = check(&serde_json::from_str(text).unwrap());
            assert_eq!(checked.is_ok(), is_good, "{text}: {checked:?}");
            let read = case(1, text.as_bytes());
            assert_eq!(read.is_ok(), is_good, "{text}: {read:?}");
        }
    }

    #[test]
    fn what_is_no_case_is_told() {
        refused("{", "EOF");
        refused(r#"{"input":1}"#, "expect");
        refused(r#"{"expect":{}}"#, "one of");
        refused(r#"{"input":1,"input_base64":"","expect":{}}"#, "one of");
        refused(r#"{"input":1,"expct":{},"expect":{}}"#, "expct");
        refused(r#"{"input":1,"expect":{"verdict":"fine"}}"#, "`fine` is not a verdict");
        refused(r#"{"input":1,"expect":{"output":1,"output_base64":""}}"#, "one of");
        refused(r#"{"input":1,"compare":"float:x","expect":{}}"#, "float");
        refused(r#"{"input_base64":"?","expect":{}}"#, "input_base64");
        refused(r#"{"input_parts":[["aa",18446744073709551615]],"expect":{}}"#, "1 GiB");
    }
}
