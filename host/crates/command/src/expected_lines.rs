//! `--expect FILE`: expectations that stand beside the input, a line for each of its lines.
//!
//! It must never know what a line of the input means, nor how outputs are compared.

use super::bounded_words::BoundedWords;
use super::expecting::{ExpectedCase, ExpectedFiles, ReadExpectation, WireExpectation, compare, points};
use super::input::{LineOutcome, RefusedLine, TakeLine, without_bom};
use super::input_shape::ExpectedShape;
use super::lines::{InputLine, LineReader};
use super::usual_judge::UsualJudge;
use polymer_host_sys::paths::PathOpener;
use polymer_host_sys::regular::{self, FileError};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{
    CompareMode, Expectation, Output, Points, Rejection, Submission, TaskContent, TaskExecution, TaskKey,
    TaskSpec,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes that a line may have beside an output.
const BESIDE_OUTPUT: u64 = 1 << 20;

/// A file of expectations.
#[derive(Debug)]
pub(super) struct ExpectationFile {
    path: PathBuf,
    paths: PathOpener,
    usual: UsualJudge,
    /// The most bytes of an output, and of an input.
    limit: u64,
    input_limit: u64,
    reader: LineReader<BufReader<File>>,
    /// Lines that were read.
    read: u64,
}

/// One line of such a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireLine<'a> {
    /// Id of the task that it is for, if it says so.
    id: Option<String>,
    #[serde(borrow)]
    expect: Option<WireExpectation<'a>>,
    #[serde(default, deserialize_with = "points")]
    points: Option<Points>,
    #[serde(default, deserialize_with = "compare")]
    compare: Option<CompareMode>,
    checker_args: Option<BoundedWords>,
    checker_input_file: Option<String>,
}

impl ExpectationFile {
    /// Opens one. Files that its lines name are opened by `paths` and lie beside it. An output and
    /// an input have at most so many bytes.
    ///
    /// # Errors
    /// If it cannot be opened, or is no regular file.
    pub(super) fn open(
        path: &Path,
        paths: PathOpener,
        usual: UsualJudge,
        (limit, input_limit): (u64, u64),
    ) -> Result<Self, SystemError> {
        let reader = reader(path, limit)?;
        Ok(Self { path: path.to_path_buf(), paths, usual, limit, input_limit, reader, read: 0 })
    }

    /// Returns the opener of the files that lines name.
    pub(super) const fn paths_mut(&mut self) -> &mut PathOpener {
        &mut self.paths
    }

    /// Returns what the line of this number expects, and that line.
    fn line(&mut self, seq: u64, id: &str) -> Result<(ReadExpectation, Vec<u8>), RefusedLine> {
        let called = self.path.display().to_string();
        let wrong = |why: String| RefusedLine::new("expect", format!("line {seq} of {called}: {why}"));
        let unread = |why: &dyn std::fmt::Display| wrong(format!("it cannot be read: {why}"));
        if seq <= self.read {
            // Lines that are run again come before those of the input.
            (self.reader, self.read) = (reader(&self.path, self.limit).map_err(|error| unread(&error))?, 0);
        }
        let text = loop {
            let line = self.reader.next_line(None).map_err(|error| unread(&error))?;
            let Some(line) = line else {
                return Err(wrong(format!("there is none: the file has {} lines", self.read)));
            };
            self.read += 1;
            if self.read == seq {
                match line {
                    InputLine::Whole { bytes, .. } => {
                        break without_bom(seq == 1, bytes).trim_ascii().to_vec();
                    }
                    InputLine::TooLong { length, .. } => {
                        let limit = self.limit;
                        return Err(wrong(format!("it has {length} bytes, the output limit is {limit}")));
                    }
                }
            }
        };
        let files = ExpectedFiles {
            paths: &self.paths,
            base: self.path.parent().unwrap_or(Path::new("")),
            limit: self.limit,
            input_limit: self.input_limit,
        };
        let read = read(&text, id, files, self.usual).map_err(|refused| match refused {
            ReadError::Text(why) => wrong(why),
            ReadError::Refused(refused) => refused,
        })?;
        Ok((read, text))
    }
}

/// Why a line says nothing.
enum ReadError {
    Text(String),
    Refused(RefusedLine),
}

fn read(
    text: &[u8],
    id: &str,
    files: ExpectedFiles<'_>,
    usual: UsualJudge,
) -> Result<ReadExpectation, ReadError> {
    let wrong = |error: serde_json::Error| {
        ReadError::Text(error.to_string().replace(" at line 1 column ", " at column "))
    };
    if expects_nothing(text) {
        return Ok(ReadExpectation { expect: usual.of_unexpected(), unsaid: Vec::new() });
    }
    if text.starts_with(b"\"") {
        let output = Output::Text(serde_json::from_slice(text).map_err(wrong)?);
        let (compare, checker, interactor) = (usual.compare, usual.checker(), usual.interactor());
        let output = Some(output);
        let expect = Expectation { output, compare, checker, interactor, ..Expectation::default() };
        return Ok(ReadExpectation { expect: Some(Arc::new(expect)), unsaid: Vec::new() });
    }
    let raw: &RawValue = serde_json::from_slice(text).map_err(wrong)?;
    if !raw.get().starts_with('{') {
        let why = "it is a text (the output), an object with `expect`, or null".to_owned();
        return Err(ReadError::Text(why));
    }
    let line: WireLine<'_> = serde_json::from_str(raw.get()).map_err(wrong)?;
    if let Some(other) = line.id.filter(|other| other != id) {
        return Err(ReadError::Text(format!("it is for the task {other:?}, and the input's is {id:?}")));
    }
    let case = ExpectedCase {
        expect: line.expect.as_ref(),
        points: line.points,
        compare: line.compare,
        checker_args: line.checker_args.as_ref().map(|BoundedWords(words)| words.as_slice()),
        checker_input: None,
        checker_input_file: line.checker_input_file.as_deref(),
    };
    case.read(files, usual).map_err(ReadError::Refused)
}

/// Whether a line says that nothing is expected.
fn expects_nothing(text: &[u8]) -> bool {
    text.is_empty() || text == b"null"
}

fn reader(path: &Path, limit: u64) -> Result<LineReader<BufReader<File>>, SystemError> {
    let opened = regular::open(path, u64::MAX).map_err(|error| match error {
        FileError::Refused(error) => error,
        other => std::io::Error::other(other.to_string()),
    });
    let file = opened.map_err(SystemError::on(SystemOperation::Read, path))?;
    // A text in JSON may be written in escapes of six bytes a character.
    let limit = limit.saturating_mul(6).saturating_add(BESIDE_OUTPUT);
    Ok(LineReader::new(BufReader::new(file), usize::try_from(limit).unwrap_or(usize::MAX), 0))
}

/// Lines of which something is expected, if there is a file that says what, a checker, or
/// an interactor.
#[derive(Debug)]
pub(super) struct ExpectedLines<T> {
    pub(super) lines: T,
    pub(super) file: Option<Box<ExpectationFile>>,
    pub(super) usual: UsualJudge,
}

impl<T> ExpectedLines<T> {
    fn expecting(&mut self, submission: Submission) -> Submission {
        let usual = &self.usual;
        let Some(file) = &mut self.file else { return usually_judged(submission, usual) };
        let mut spec = match submission {
            Submission::Task(spec) => spec,
            Submission::Rejected(mut rejection) => {
                let read = file.line(rejection.seq, &rejection.id).ok();
                rejection.expect = read.and_then(|(read, _)| read.expect);
                return Submission::Rejected(rejection);
            }
        };
        match file.line(spec.seq, &spec.id) {
            Ok((ReadExpectation { expect, unsaid }, text)) => {
                spec.execution = execution(expect.as_deref(), spec.content);
                if !expects_nothing(&text) && expect.is_some() {
                    let said = [text, unsaid].concat();
                    spec.content = spec.content.map(|content| content.and(&said));
                }
                spec.content = spec.content.map(|content| usual.content(expect.as_deref(), content));
                spec.expect = expect;
                Submission::Task(spec)
            }
            Err(refused) => Submission::from(unexpected(*spec, refused)),
        }
    }
}

/// A task of which no file says what is expected.
fn usually_judged(mut submission: Submission, usual: &UsualJudge) -> Submission {
    if let Submission::Task(spec) = &mut submission
        && let Some(expect) = usual.of_unexpected()
    {
        spec.execution = execution(Some(&expect), spec.content);
        spec.content = spec.content.map(|content| usual.content(Some(&expect), content));
        spec.expect = Some(expect);
    }
    submission
}

/// The execution of a task that is judged, whose content says nothing yet of what is expected. An
/// interaction cannot be judged anew: both would have to talk again.
fn execution(expect: Option<&Expectation>, content: Option<TaskContent>) -> Option<TaskExecution> {
    let is_judged = expect.is_some_and(|expect| expect.interactor.is_none());
    content.filter(|_| is_judged).map(TaskExecution::of_content)
}

/// A task of which it is not known what is expected.
fn unexpected(spec: TaskSpec, refused: RefusedLine) -> Rejection {
    // What it asks is not known, so that it is run when that can be read.
    Rejection { content: None, ..Rejection::of_task(spec, refused.verdict, refused.error) }
}

impl<T: TakeLine> TakeLine for ExpectedLines<T> {
    fn line_limit(&self) -> usize {
        self.lines.line_limit()
    }

    fn takes_all(&self) -> bool {
        self.lines.takes_all()
    }

    fn line_end(&self) -> u8 {
        self.lines.line_end()
    }

    fn expected(&self) -> ExpectedShape {
        self.lines.expected()
    }

    fn partition_key(&self, line: InputLine<'_>) -> Option<TaskKey> {
        self.lines.partition_key(line)
    }

    fn take(&mut self, line: InputLine<'_>) -> LineOutcome {
        match self.lines.take(line) {
            LineOutcome::Submission { news, submission, is_rebuilt, written } => {
                LineOutcome::Submission { news, submission: self.expecting(submission), is_rebuilt, written }
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::{InputPayload, Limits, ModuleId};

    fn file(text: &str) -> (tempfile::TempDir, ExpectedLines<()>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("expect.jsonl");
        std::fs::write(&path, text).unwrap();
        std::fs::write(folder.path().join("long.txt"), "a long text\n").unwrap();
        let usual = UsualJudge::comparing(CompareMode::Trim);
        let file = ExpectationFile::open(&path, PathOpener::default(), usual, (20, 20)).unwrap();
        (folder, ExpectedLines { lines: (), file: Some(Box::new(file)), usual })
    }

    fn task(seq: u64) -> Submission {
        let input = InputPayload::Bytes(Vec::new());
        let spec = TaskSpec::new(seq, format!("t{seq}"), ModuleId(0), input, Limits::default());
        let content = Some(polymer_host_task::TaskContent::of(&[0; 32], None, b"", b""));
        Submission::from(TaskSpec { content, ..spec })
    }

    fn expected(lines: &mut ExpectedLines<()>, seq: u64) -> Result<Option<Output>, String> {
        match lines.expecting(task(seq)) {
            Submission::Task(spec) => Ok(spec.expect.and_then(|expect| expect.output.clone())),
            Submission::Rejected(rejection) => Err(rejection.error.message),
        }
    }

    #[test]
    fn each_line_is_for_the_line_of_its_number() {
        let text = "\"one\"\nnull\n{\"id\":\"t3\",\"expect\":{\"output\":[3]}}\n\n{\"expect\":{\"output_file\":\"long.txt\"}}";
        let (_folder, mut lines) = file(text);
        let output = |text: &str| Ok(Some(Output::Text(text.to_owned())));
        assert_eq!(expected(&mut lines, 1), output("one"));
        assert_eq!(expected(&mut lines, 3), Ok(Some(Output::Json("[3]".to_owned()))));
        assert_eq!(expected(&mut lines, 4), Ok(None));
        assert_eq!(expected(&mut lines, 5), output("a long text\n"));
        assert_eq!(expected(&mut lines, 1), output("one"));
        assert_eq!(expected(&mut lines, 2), Ok(None));
        let none = expected(&mut lines, 6).unwrap_err();
        assert!(none.contains("line 6 of") && none.contains("the file has 5 lines"), "{none}");
    }

    #[test]
    fn a_line_that_says_nothing_is_told_and_its_task_not_run() {
        let text = "{\"id\":\"t9\",\"expect\":{}}\n[1]\n{\"expect\":{\"output\":1},\"point\":2}\nnope\n";
        let (_folder, mut lines) = file(text);
        for (seq, why) in
            [(1, "for the task \"t9\""), (2, "it is a text"), (3, "unknown field `point`"), (4, "column")]
        {
            let refused = expected(&mut lines, seq).unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
    }

    #[test]
    fn a_checker_judges_lines_of_which_nothing_is_expected() {
        let usual = UsualJudge { checker: Some([7; 32].into()), ..UsualJudge::default() };
        let of = |submission| match submission {
            Submission::Task(spec) => (spec.expect.clone().map(|expect| expect.checker), spec.content),
            Submission::Rejected(rejection) => panic!("{rejection:?}"),
        };
        let none = |usual| ExpectedLines { lines: (), file: None, usual };
        let (checker, content) = of(none(usual).expecting(task(1)));
        assert_eq!(checker, Some(usual.checker()));
        assert_eq!(of(none(UsualJudge::default()).expecting(task(1))).0, None);
        assert_ne!(of(none(UsualJudge::default()).expecting(task(1))).1, content);
        let (_folder, mut lines) = file("null\n\n\"a\"\n");
        lines.usual = usual;
        if let Some(file) = &mut lines.file {
            file.usual = usual;
        }
        let read: Vec<_> = (1..4).map(|seq| of(lines.expecting(task(seq)))).collect();
        assert!(read.iter().all(|(checker, _)| *checker == Some(usual.checker())));
        assert_eq!((read[0].1, read[1].1), (content, content));
        assert_ne!(read[2].1, content);
    }

    #[test]
    fn a_task_of_which_something_else_is_expected_is_another_one() {
        let content = |text: &str| {
            let (_folder, mut lines) = file(text);
            match lines.expecting(task(1)) {
                Submission::Task(spec) => spec.content.unwrap(),
                Submission::Rejected(rejection) => panic!("{rejection:?}"),
            }
        };
        assert_ne!(content("\"a\""), content("\"b\""));
        assert_eq!(content("\"a\""), content("\"a\"\n\"x\""));
        assert_ne!(content("null"), content("\"b\""));
    }

    #[test]
    fn whatever_is_expected_the_same_is_executed_unless_somebody_talks_with_it() {
        let execution = |text: &str, usual: UsualJudge| {
            let (_folder, mut lines) = file(text);
            (lines.usual, lines.file.as_mut().unwrap().usual) = (usual, usual);
            match lines.expecting(task(1)) {
                Submission::Task(spec) => spec.execution,
                Submission::Rejected(rejection) => panic!("{rejection:?}"),
            }
        };
        let compared = UsualJudge::default();
        let checked = |byte| UsualJudge { checker: Some([byte; 32].into()), ..compared };
        let one = execution("\"a\"", compared);
        assert!(one.is_some());
        assert_eq!(execution("\"b\"", compared), one);
        assert_eq!([execution("null", checked(1)), execution("\"a\"", checked(2))], [one; 2]);
        assert_eq!(execution("null", compared), None, "nothing is judged");
        let talks = UsualJudge { interactor: Some([1; 32].into()), ..compared };
        assert_eq!(execution("null", talks), None);
    }
}
