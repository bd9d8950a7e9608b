//! Output validators of the problem package format: what one is given as a checker or an
//! interactor, and what its exit code and the files of its feedback say.
//!
//! A validator is a guest: what it wrote is read no further than it may be long. Nothing here may
//! know how it is run, nor where its files lie.

use crate::check::{CheckCase, MESSAGE_CUT, last_line, no_answer, points_within};
use polymer_host_base::json;
use polymer_host_base::text::cut;
use polymer_host_task::grants::SCRATCH;
use polymer_host_task::{
    AttemptEnding, CheckAnswer, CheckFailure, CheckFailureCode, CheckInput, CheckReport, CollectedContent,
    InputPayload, Output, PlacedEntry, Points, SuppliedFiles, Verdict,
};
use std::borrow::Cow;

/// The folder of a validator's files, as its arguments call it.
pub const VALIDATOR_FOLDER: &str = SCRATCH;
/// Files of a validator's feedback that are read; others it may write as it likes.
pub const FEEDBACK_FILES: [&str; 4] = [JUDGE_MESSAGE, SCORE, MULTIPLIER, TEAM_MESSAGE];

const INPUT: &str = "input";
const ANSWER: &str = "answer";
const FEEDBACK: &str = "feedback/";
const JUDGE_MESSAGE: &str = "feedback/judgemessage.txt";
const TEAM_MESSAGE: &str = "feedback/teammessage.txt";
/// The points themselves.
const SCORE: &str = "feedback/score.txt";
/// A share of the points of the case.
const MULTIPLIER: &str = "feedback/score_multiplier.txt";

/// Exit codes that are answers; any other is a failure of the validator.
const ACCEPTED: u32 = 42;
const NOT_ACCEPTED: u32 = 43;

/// The most bytes of a number.
const NUMBER_MOST: usize = 64;
/// The most bytes that are said of a validator's own words where it failed.
const WORDS_MOST: usize = 400;

impl CheckCase<'_> {
    /// Returns the case as a validator is given it, with these arguments behind those of the
    /// format: at most `most` bytes in all.
    ///
    /// # Errors
    /// If it is longer.
    pub fn for_validator(&self, flags: &[String], most: u64) -> Result<CheckInput, CheckFailure> {
        let whose = if self.output.is_some() { "checker" } else { "interactor" };
        let input = standard_input(self.input);
        let answer = self.expected.map_or(&b""[..], Output::bytes);
        let output = self.output.map_or(&b""[..], Output::bytes);
        let end = if self.output.is_some_and(lacks_newline) { &b"\n"[..] } else { b"" };
        let flag_bytes: usize = flags.iter().map(String::len).sum();
        let parts = [input.len(), answer.len(), output.len(), end.len(), flag_bytes];
        let length: u64 = parts.iter().map(|part| u64::try_from(*part).unwrap_or(u64::MAX)).sum();
        if length > most {
            let message = format!("what the {whose} is to be given is longer than {most} bytes");
            return Err(CheckFailure { code: CheckFailureCode::Input, message });
        }
        let file = |path: &str, bytes: &[u8]| PlacedEntry { path: path.to_owned(), bytes: bytes.to_vec() };
        // A file makes the folder that it stands in. This one may be written, and says nothing as
        // long as it is empty.
        let files = vec![file(INPUT, &input), file(ANSWER, answer), file(JUDGE_MESSAGE, b"")];
        let paths = [INPUT, ANSWER, FEEDBACK].map(|name| format!("{VALIDATOR_FOLDER}/{name}"));
        let args = paths.into_iter().chain(flags.iter().cloned()).collect();
        let supplied = SuppliedFiles { args, env: Vec::new(), files };
        let input = InputPayload::Bytes([output, end].concat());
        Ok(CheckInput { input, supplied: Some(Box::new(supplied)) })
    }
}

/// What a program reads of an input: a JSON string is its text.
fn standard_input(input: &InputPayload) -> Cow<'_, [u8]> {
    let InputPayload::Json(text) = input else { return Cow::Borrowed(input.bytes()) };
    let read = match serde_json::from_slice::<String>(text) {
        Ok(said) => Some(said),
        Err(_) => json::compact(text).ok(),
    };
    read.map_or(Cow::Borrowed(text), |text| Cow::Owned(text.into_bytes()))
}

/// Returns whether an output misses the newline that it was taken off when it became text.
fn lacks_newline(output: &Output) -> bool {
    match output {
        Output::Text(text) => !text.is_empty() && !text.ends_with('\n'),
        Output::Json(_) => true,
        Output::Bytes(_) => false,
    }
}

/// Reads how a validator ended that was given a case of so many points. `whose` is `checker` or
/// `interactor`: as which it was called.
#[must_use]
pub fn read_validator(ending: AttemptEnding, max_points: Option<Points>, whose: &str) -> CheckReport {
    CheckReport { answer: answer(&ending, max_points, whose), usage: ending.usage }
}

fn answer(
    ending: &AttemptEnding,
    max_points: Option<Points>,
    whose: &str,
) -> Result<CheckAnswer, CheckFailure> {
    let feedback = Feedback(ending);
    match (ending.verdict, ending.error.exit_code) {
        (Verdict::TaskError, Some(ACCEPTED)) => {
            let points = feedback.points(max_points).map_err(|why| no_answer(whose, &why))?;
            Ok(CheckAnswer { accepted: true, points, message: feedback.message() })
        }
        (Verdict::TaskError, Some(NOT_ACCEPTED)) => {
            let mut message = feedback.message();
            if message.is_empty() {
                message = cut(last_line(ending), MESSAGE_CUT);
            }
            Ok(CheckAnswer { accepted: false, points: None, message })
        }
        (Verdict::Ok, _) => {
            let what = format!("the {whose} exited with 0, and a validator exits with 42 or 43");
            Err(CheckFailure { code: CheckFailureCode::Failed, message: feedback.told_beside(what) })
        }
        (verdict, _) => {
            let what = ending.error.headed(&format!("the {whose} ended as {verdict}"));
            let code = CheckFailureCode::of(verdict).unwrap_or(CheckFailureCode::Answer);
            Err(CheckFailure { code, message: feedback.told_beside(what) })
        }
    }
}

/// The files that came back of a validator.
struct Feedback<'a>(&'a AttemptEnding);

impl Feedback<'_> {
    fn file(&self, path: &str) -> Option<&CollectedContent> {
        let files = self.0.files.as_ref()?;
        files.files.iter().find(|file| file.path == path).map(|file| &file.content)
    }

    /// Its words for the judges, or those for the team if it has none.
    fn message(&self) -> String {
        let said = self.text(JUDGE_MESSAGE);
        let said = if said.is_empty() { self.text(TEAM_MESSAGE) } else { said };
        cut(&said, MESSAGE_CUT)
    }

    fn text(&self, path: &str) -> Cow<'_, str> {
        match self.file(path) {
            None => Cow::Borrowed(""),
            Some(CollectedContent::Text(text)) => Cow::Borrowed(text.trim()),
            Some(CollectedContent::Bytes(bytes)) => {
                // What is cut off here is cut off in any case.
                let bytes = bytes.get(..MESSAGE_CUT.saturating_mul(2)).unwrap_or(bytes);
                Cow::Owned(String::from_utf8_lossy(bytes).trim().to_owned())
            }
            Some(CollectedContent::Dropped(bytes)) => {
                let name = path.trim_start_matches(FEEDBACK);
                Cow::Owned(format!("({name} has {bytes} bytes, too many to be read)"))
            }
        }
    }

    /// What went wrong, and what it says of that itself.
    fn told_beside(&self, what: String) -> String {
        let said = self.message();
        if said.is_empty() { what } else { format!("{what}: {}", cut(&said, WORDS_MOST)) }
    }

    /// The points that it gives, if it gives some.
    fn points(&self, max_points: Option<Points>) -> Result<Option<Points>, String> {
        if self.0.files.as_ref().is_some_and(|files| files.left_out > 0) {
            return Err("its feedback has more files than can be looked at".to_owned());
        }
        match (self.number(SCORE)?, self.number(MULTIPLIER)?) {
            (None, None) => Ok(None),
            (Some(score), None) => points_within(score, max_points).map(Some),
            (None, Some(share)) if !(0.0..=1.0).contains(&share) => {
                Err(format!("score_multiplier.txt is {share}, and may be from 0 to 1"))
            }
            (None, Some(share)) => {
                let most = max_points.map_or(0.0, Points::get);
                points_within(share * most, max_points).map(Some)
            }
            (Some(_), Some(_)) => Err("it wrote both score.txt and score_multiplier.txt".to_owned()),
        }
    }

    /// The number in a file, if there is one.
    fn number(&self, path: &str) -> Result<Option<f64>, String> {
        let Some(content) = self.file(path) else { return Ok(None) };
        let name = path.trim_start_matches(FEEDBACK);
        let text = match content {
            CollectedContent::Text(text) if text.len() <= NUMBER_MOST => text.trim(),
            CollectedContent::Text(_) | CollectedContent::Bytes(_) | CollectedContent::Dropped(_) => {
                return Err(format!("{name} is no number: it may have {NUMBER_MOST} bytes of text"));
            }
        };
        let is_decimal = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
        let number = if text.bytes().all(is_decimal) { text.parse().ok() } else { None };
        number.map(Some).ok_or_else(|| format!("{name} is no number: {text:?}"))
    }
}

#[cfg(test)]
mod tests;
