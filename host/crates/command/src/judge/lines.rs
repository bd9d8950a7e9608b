//! Cells as task records: what the run that judges them reads.
//!
//! Pure. It must never know how a program is built, or where its lines go.

use super::builds::BuiltProgram;
use super::error::LineError;
use super::plan::{CellPlace, JudgePlan};
use polymer_host_problem::{Case, CaseInput, Judging, Problem, ProblemLimits};
use polymer_host_task::CompareMode;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

/// What a run allows each of its tasks, as far as a record may ask for less.
#[derive(Debug, Clone, Copy)]
pub(super) struct RunLimits {
    pub(super) fuel: Option<u64>,
    pub(super) timeout: Duration,
    pub(super) cpu: Option<Duration>,
    pub(super) memory: u64,
    pub(super) output: u64,
    /// How outputs are compared where neither a case nor its problem says.
    pub(super) compare: CompareMode,
    /// A checker or an interactor judges, which the flags name.
    pub(super) has_judge: bool,
    /// That is an interactor.
    pub(super) is_interactive: bool,
}

/// One line.
#[derive(Serialize)]
struct CellLine<'a> {
    id: &'a str,
    module: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<Cow<'a, RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_base64: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_file: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    args: &'a [String],
    group: &'a str,
    expect: Cow<'a, RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compare: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checker_args: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checker_input: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checker_input_file: Option<&'a str>,
    limits: &'a RawValue,
    meta: CellNames<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    build_failed: Option<Value>,
}

/// The names by which the record of a cell is found again.
#[derive(Serialize)]
struct CellNames<'a> {
    case: &'a str,
    person: &'a str,
    problem: &'a str,
    program: &'a str,
}

/// What the lines of a case say of it, whichever program is judged: made once for all of them.
#[derive(Debug)]
pub(super) struct CaseText<'a> {
    /// The input, where that is a JSON value.
    input: Option<Cow<'a, RawValue>>,
    expect: Cow<'a, RawValue>,
    compare: Option<String>,
    limits: Box<RawValue>,
}

impl<'a> CaseText<'a> {
    /// Those of the cases of a problem, in their order.
    pub(super) fn of_cases(problem: &'a Problem, run: RunLimits) -> Result<Vec<Self>, LineError> {
        problem.cases.iter().map(|case| Self::new(problem, case, run)).collect()
    }

    fn new(problem: &'a Problem, case: &'a Case, run: RunLimits) -> Result<Self, LineError> {
        let input = match &case.input {
            CaseInput::Json(value) => Some(raw(value, "`input`")?),
            CaseInput::Base64(_) | CaseInput::File(_) => None,
        };
        let is_compared = matches!(problem.judging, Judging::Compare(_));
        let limits = Value::from(limits(problem.limits, case, run)?).to_string();
        Ok(Self {
            input,
            // What expects nothing else expects `ok`.
            expect: raw(case.expect.as_deref().unwrap_or("{}"), "`expect`")?,
            compare: compared(problem, case, run).filter(|_| is_compared).map(|mode| mode.to_string()),
            limits: RawValue::from_string(limits).map_err(|_| LineError::NotJson("`limits`"))?,
        })
    }
}

/// What a cell is given.
#[derive(Debug, Clone, Copy)]
pub(super) struct CellInput<'a> {
    /// What is said of its case.
    pub(super) case: &'a CaseText<'a>,
    /// The content of the case's input file, where the program takes it as a part of a larger
    /// input.
    pub(super) stdin: Option<&'a [u8]>,
    /// Key of what a test that is code gives back.
    pub(super) secret: &'a [u8; 32],
}

/// Writes the line of a cell behind `out`.
pub(super) fn write(
    out: &mut Vec<u8>,
    plan: &JudgePlan,
    cell: CellPlace,
    built: &BuiltProgram,
    run: RunLimits,
    given: CellInput<'_>,
) -> Result<(), LineError> {
    let (Some(id), Some(program), Some(problem)) =
        (plan.id(cell), plan.programs.get(cell.program), plan.problem(cell.program))
    else {
        return Ok(());
    };
    let Some(case) = problem.cases.get(cell.case) else { return Ok(()) };
    let said = given.case;
    let mut line = CellLine {
        id: &id,
        module: "",
        input: None,
        input_base64: None,
        input_file: None,
        args: &case.args,
        group: &program.name,
        expect: Cow::Borrowed(&said.expect),
        points: case.points.map(|points| points.get()),
        checker_args: validator_flags(problem, case),
        checker_input: None,
        checker_input_file: None,
        compare: said.compare.as_deref().map(Cow::Borrowed),
        limits: &said.limits,
        meta: CellNames {
            case: &case.name,
            person: &program.person,
            problem: &problem.name,
            program: &program.name,
        },
        build_failed: None,
    };
    match built {
        BuiltProgram::Module(_) if case.test.is_some() => {
            let message = "the tests are code, which runs behind programs in Python and JavaScript only";
            line.module = &program.name;
            line.args = &[];
            line.build_failed = Some(json!({ "code": "tests_as_code", "message": message }));
        }
        BuiltProgram::Module(path) => {
            line.module = text(path)?;
            match &case.input {
                CaseInput::Json(_) => line.input = said.input.as_deref().map(Cow::Borrowed),
                CaseInput::Base64(encoded) => line.input_base64 = Some(encoded),
                CaseInput::File(path) => line.input_file = Some(text(path)?),
            }
        }
        BuiltProgram::Interpreted { interpreter, code } => {
            line.module = interpreter;
            line.args = &[];
            let program = ProgramText { code, problem, case };
            program.fill(&mut line, run, given)?;
        }
        BuiltProgram::Failed { code, message } => {
            line.module = &program.name;
            line.args = &[];
            line.build_failed = Some(json!({ "code": code, "message": message }));
        }
    }
    // What is a map of texts cannot fail to be written.
    if serde_json::to_writer(&mut *out, &line).is_ok() {
        out.push(b'\n');
    }
    Ok(())
}

/// A program that an interpreter runs, on a case.
struct ProgramText<'a> {
    code: &'a str,
    problem: &'a Problem,
    case: &'a Case,
}

impl<'a> ProgramText<'a> {
    /// Puts it into the line of its cell, with what it is given.
    fn fill(&self, line: &mut CellLine<'a>, run: RunLimits, given: CellInput<'_>) -> Result<(), LineError> {
        let Self { code, problem, case } = *self;
        // What it reads from an interactor comes by itself.
        let is_interactive = matches!(problem.judging, Judging::Interactor(_)) || run.is_interactive;
        let stdin = if is_interactive { Some(&b""[..]) } else { given.stdin };
        let test = case.test.as_deref().map(|test| (test, secret(given.secret, line.id)));
        if let Some((_, secret)) = &test {
            // It is written once the test came to its end, behind all that the program wrote.
            line.expect = Cow::Owned(owned(json!({ "output": secret }).to_string(), "`expect`")?);
            line.compare = Some(CompareMode::EndsWith.to_string().into());
        } else if run.has_judge || !matches!(problem.judging, Judging::Compare(_)) {
            // The input of the task is the program, which is none of the judge's business.
            match &case.input {
                CaseInput::File(path) => line.checker_input_file = Some(text(path)?),
                CaseInput::Json(_) | CaseInput::Base64(_) => line.checker_input = Some(stdin_of(case)?),
            }
        }
        line.input = Some(Cow::Owned(interpreted(code, case, stdin, test)?));
        Ok(())
    }
}

/// How the output of a case is compared, if it is. It is always said: a line that says how it is
/// judged is another one when that changes.
fn compared(problem: &Problem, case: &Case, run: RunLimits) -> Option<CompareMode> {
    let own = case.compare.or(match problem.judging {
        Judging::Compare(mode) => mode,
        Judging::Validator(_) | Judging::Interactor(_) => None,
    });
    own.or((!run.has_judge).then_some(run.compare))
}

/// The limits of a cell: those of its case, else of its problem, else of the run, where no problem
/// passes the run's. All limits that there are, those of the run too, are said: what is judged
/// under others is judged again.
fn limits(problem: ProblemLimits, case: &Case, run: RunLimits) -> Result<Map<String, Value>, LineError> {
    let mut limits = Map::new();
    if let Some(fuel) = run.fuel {
        limits.insert("fuel".to_owned(), fuel.into());
    }
    limits.insert("timeout".to_owned(), run.timeout.as_secs_f64().into());
    if let Some(cpu) = problem.cpu.into_iter().chain(run.cpu).min() {
        limits.insert("cpu".to_owned(), cpu.as_secs_f64().into());
    }
    let least = |of_problem: Option<u64>, of_run: u64| of_problem.map_or(of_run, |own| own.min(of_run));
    limits.insert("memory".to_owned(), least(problem.memory, run.memory).into());
    limits.insert("output".to_owned(), least(problem.output, run.output).into());
    if let Some(own) = &case.limits {
        let own: Map<String, Value> =
            serde_json::from_str(own).map_err(|_| LineError::NotJson("`limits`"))?;
        limits.extend(own);
    }
    Ok(limits)
}

/// The input of an interpreter: a program, with what it is given.
fn interpreted(
    code: &str,
    case: &Case,
    stdin: Option<&[u8]>,
    test: Option<(&str, String)>,
) -> Result<Box<RawValue>, LineError> {
    let given = stdin.map_or_else(|| stdin_of(case), |bytes| Ok(bytes_as_json(bytes)))?;
    let mut input = json!({ "code": code, "stdin": given });
    if let Some(fields) = input.as_object_mut().filter(|_| !case.args.is_empty()) {
        fields.insert("argv".to_owned(), case.args.clone().into());
    }
    if let (Some(fields), Some((test, secret))) = (input.as_object_mut(), test) {
        fields.insert("test".to_owned(), test.into());
        fields.insert("secret".to_owned(), secret.into());
    }
    owned(input.to_string(), "`input`")
}

/// What the interpreter writes once the test of a cell has come to its end. It is the same each
/// time the cell is judged with one folder, so that it is not run again for that, and another one
/// in each cell.
fn secret(key: &[u8; 32], id: &str) -> String {
    blake3::keyed_hash(key, id.as_bytes()).to_hex().chars().take(32).collect()
}

/// What a case gives, that stands in no file.
fn stdin_of(case: &Case) -> Result<Value, LineError> {
    Ok(match &case.input {
        CaseInput::Base64(encoded) => json!({ "base64": encoded }),
        CaseInput::Json(value) => {
            let value: Value = serde_json::from_str(value).map_err(|_| LineError::NotJson("`input`"))?;
            // As a command is given it: a text as it is, any other value compact.
            if value.is_string() { value } else { value.to_string().into() }
        }
        CaseInput::File(_) => "".into(),
    })
}

/// The arguments of a problem's validator in a case.
fn validator_flags<'a>(problem: &'a Problem, case: &'a Case) -> Option<&'a [String]> {
    let usual = match &problem.judging {
        Judging::Compare(_) => return None,
        Judging::Validator(validator) | Judging::Interactor(validator) => &validator.flags,
    };
    let flags = case.validator_flags.as_ref().unwrap_or(usual);
    (!flags.is_empty()).then_some(flags)
}

fn bytes_as_json(bytes: &[u8]) -> Value {
    use base64::Engine as _;
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => json!({ "base64": base64::engine::general_purpose::STANDARD.encode(bytes) }),
    }
}

/// A value of a case on one line, as the line of a record is.
fn raw<'a>(json: &'a str, what: &'static str) -> Result<Cow<'a, RawValue>, LineError> {
    let value = polymer_host_base::json::compact(json.as_bytes()).map_err(|_| LineError::NotJson(what))?;
    if value == json {
        return serde_json::from_str(json).map(Cow::Borrowed).map_err(|_| LineError::NotJson(what));
    }
    owned(value, what).map(Cow::Owned)
}

/// A value that was written just now.
fn owned(json: String, what: &'static str) -> Result<Box<RawValue>, LineError> {
    RawValue::from_string(json).map_err(|_| LineError::NotJson(what))
}

fn text(path: &Path) -> Result<&str, LineError> {
    path.to_str().ok_or_else(|| LineError::NotText(path.to_path_buf()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_grade::ScoreGroup;
    use polymer_host_problem::{Program, ProgramSource};
    use polymer_host_task::Points;

    fn plan(input: CaseInput) -> JudgePlan {
        let case = Case {
            name: "1".to_owned(),
            input,
            args: Vec::new(),
            expect: Some(r#"{ "output": "3" }"#.to_owned()),
            points: Points::new(2.0),
            compare: None,
            limits: Some(r#"{"log": "1K", "fuel": 7}"#.to_owned()),
            test: None,
            validator_flags: None,
        };
        let problem = Problem {
            name: "sum".to_owned(),
            cases: vec![case],
            root: ScoreGroup::default(),
            limits: ProblemLimits { memory: Some(9), ..ProblemLimits::default() },
            judging: Judging::Compare(None),
            notes: Vec::new(),
        };
        let program = |name: &str| Program {
            name: format!("{name}/sum"),
            person: name.to_owned(),
            problem: None,
            source: ProgramSource::Module("m.wasm".into()),
        };
        JudgePlan::new(vec![program("ann"), program("bo")], vec![problem], Vec::new()).unwrap()
    }

    /// The lines of both programs, of which the one was not built.
    fn lines(input: CaseInput) -> String {
        let run = RunLimits {
            fuel: Some(100),
            timeout: Duration::from_millis(1500),
            cpu: None,
            memory: 64,
            output: 32,
            compare: CompareMode::Exact,
            has_judge: false,
            is_interactive: false,
        };
        let (plan, mut out) = (plan(input), Vec::new());
        let said = CaseText::of_cases(&plan.problems[0], run).unwrap();
        let failed = BuiltProgram::Failed { code: "c".to_owned(), message: "m".to_owned() };
        for (program, built) in [BuiltProgram::Module("/m.wasm".into()), failed].iter().enumerate() {
            let given = CellInput { case: &said[0], stdin: None, secret: &[0; 32] };
            write(&mut out, &plan, CellPlace { program, case: 0 }, built, run, given).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    /// Of how values are written contents are made: written otherwise, all would be judged again.
    #[test]
    fn values_of_a_case_are_the_same_text_in_the_lines_of_all_programs() {
        let said = r#""expect":{"output":"3"},"points":2.0,"compare":"exact","limits":{"fuel":7,"log":"1K","memory":9,"output":32,"timeout":1.5}"#;
        let meta = |name: &str| {
            format!(r#""meta":{{"case":"1","person":"{name}","problem":"sum","program":"{name}/sum"}}"#)
        };
        let not_built = format!(
            r#"{{"id":"bo/sum/1","module":"bo/sum","group":"bo/sum",{said},{},"build_failed":{{"code":"c","message":"m"}}}}"#,
            meta("bo")
        );
        for (input, written) in [
            (CaseInput::Json("[1,\t2]".to_owned()), r#""input":[1,2]"#),
            (CaseInput::Json("\"1 2\"".to_owned()), r#""input":"1 2""#),
            (CaseInput::Base64("YQ==".to_owned()), r#""input_base64":"YQ==""#),
            (CaseInput::File("/in".into()), r#""input_file":"/in""#),
        ] {
            let module = format!(
                r#"{{"id":"ann/sum/1","module":"/m.wasm",{written},"group":"ann/sum",{said},{}}}"#,
                meta("ann")
            );
            assert_eq!(lines(input), format!("{module}\n{not_built}\n"));
        }
    }
}
