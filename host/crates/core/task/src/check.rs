//! Checks: what a checker said of a task's output, or why it said nothing, and what that makes of
//! the task.
//!
//! A checker is a guest, so its words are checked elsewhere before they become one of these types.
//! Nothing here may know how a checker is asked.

use super::expectation::gave_wrong_output;
use super::{AttemptEnding, Expectation, Points, TaskError, Usage, Verdict};

/// The code of an output that a checker did not accept.
pub const REFUSED: &str = "checker";

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// The checker's answer, or why there is none.
    pub answer: Result<CheckAnswer, CheckFailure>,
    /// Usage of its last attempt.
    pub usage: Usage,
}

/// What a checker says of an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckAnswer {
    /// The output is right.
    pub accepted: bool,
    /// Points that the task is given, where the checker says so: at most those of the case.
    pub points: Option<Points>,
    /// Its words. A guest wrote them, so they are not yet safe to show.
    pub message: String,
}

/// A check that says nothing of the task. The task is not to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckFailure {
    /// Why there is no answer.
    pub code: CheckFailureCode,
    /// The same, in words. A guest may have written part of it.
    pub message: String,
}

/// Why a checker gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckFailureCode {
    /// It ended in a trap.
    Trap,
    /// It used up its fuel.
    Fuel,
    /// It used up its time, or its CPU time.
    Timeout,
    /// It failed for want of memory.
    Memory,
    /// It exited with a code other than 0, or returned a failure.
    Failed,
    /// It gave no answer that can be read, or one that says what cannot be.
    Answer,
    /// What it was to be given is too long.
    Input,
    /// Its worker died, alone too.
    Lost,
    /// Its module cannot be used.
    Invalid,
}

impl CheckFailureCode {
    /// Every code.
    pub const ALL: [Self; 9] = [
        Self::Trap,
        Self::Fuel,
        Self::Timeout,
        Self::Memory,
        Self::Failed,
        Self::Answer,
        Self::Input,
        Self::Lost,
        Self::Invalid,
    ];

    /// The code in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trap => "checker_trap",
            Self::Fuel => "checker_fuel",
            Self::Timeout => "checker_timeout",
            Self::Memory => "checker_memory",
            Self::Failed => "checker_failed",
            Self::Answer => "checker_answer",
            Self::Input => "checker_input",
            Self::Lost => "checker_lost",
            Self::Invalid => "checker_invalid",
        }
    }

    /// The code in records where an interactor failed so.
    #[must_use]
    pub const fn interactor_name(self) -> &'static str {
        match self {
            Self::Trap => "interactor_trap",
            Self::Fuel => "interactor_fuel",
            Self::Timeout => "interactor_timeout",
            Self::Memory => "interactor_memory",
            Self::Failed => "interactor_failed",
            Self::Answer => "interactor_answer",
            Self::Input => "interactor_input",
            Self::Lost => "interactor_lost",
            Self::Invalid => "interactor_invalid",
        }
    }

    /// Why a checker that ended so gave no answer; `None` if it gave one, or was cut.
    #[must_use]
    pub const fn of(verdict: Verdict) -> Option<Self> {
        Some(match verdict {
            Verdict::Trap => Self::Trap,
            Verdict::FuelExhausted => Self::Fuel,
            Verdict::Timeout => Self::Timeout,
            Verdict::MemoryExceeded => Self::Memory,
            Verdict::TaskError | Verdict::BadInput => Self::Failed,
            Verdict::BadOutput | Verdict::OutputExceeded => Self::Answer,
            Verdict::WorkerLost | Verdict::Quarantined => Self::Lost,
            Verdict::BuildFailed | Verdict::ModuleInvalid | Verdict::PolicyDenied => Self::Invalid,
            Verdict::Ok | Verdict::WrongOutput | Verdict::JudgeError | Verdict::Canceled => return None,
        })
    }
}

impl Expectation {
    /// Returns the end of an attempt whose output a checker was given: `ok` if it was accepted,
    /// `wrong_output` if not, and `judge_error` if the checker said nothing.
    #[doc(hidden)]
    #[must_use]
    pub fn checked(&self, mut ending: AttemptEnding, report: CheckReport) -> AttemptEnding {
        let mut judgement = self.refusal();
        judgement.checker = Some(Box::new(report.usage));
        match report.answer {
            Ok(CheckAnswer { accepted, points, message }) => {
                judgement.accepted = accepted;
                let usual = if accepted { self.points } else { judgement.points };
                judgement.points = points.or(usual);
                judgement.message = message;
                if accepted {
                    if ending.verdict != Verdict::Ok {
                        judgement.ended = Some((ending.verdict, std::mem::take(&mut ending.error)));
                        ending.verdict = Verdict::Ok;
                    }
                } else {
                    if judgement.message.is_empty() {
                        "the checker did not accept the output".clone_into(&mut judgement.message);
                    }
                    judgement.ended = gave_wrong_output(&mut ending, REFUSED, &judgement.message);
                }
            }
            Err(CheckFailure { code, message }) => {
                // Nobody knows what the output is worth.
                judgement.points = None;
                judgement.message.clone_from(&message);
                let ended = (ending.verdict, std::mem::take(&mut ending.error));
                judgement.ended = Some(ended).filter(|(verdict, _)| *verdict != Verdict::Ok);
                (ending.verdict, ending.error) = (Verdict::JudgeError, TaskError::new(code.name(), message));
            }
        }
        ending.judgement = Some(Box::new(judgement));
        ending
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Output;

    fn ended(verdict: Verdict) -> AttemptEnding {
        let error = match verdict {
            Verdict::Ok => TaskError::default(),
            _ => TaskError { exit_code: Some(3), ..TaskError::new("code", "message") },
        };
        let output = Some(Output::Text("out".to_owned()));
        AttemptEnding { output, ..AttemptEnding::without_guest(verdict, error) }
    }

    fn expect() -> Expectation {
        Expectation { points: Points::new(4.0), ..Expectation::default() }
    }

    fn report(accepted: bool, points: Option<f64>, message: &str) -> CheckReport {
        let answer =
            CheckAnswer { accepted, points: points.and_then(Points::new), message: message.to_owned() };
        CheckReport { answer: Ok(answer), usage: Usage { fuel: Some(9), ..Usage::default() } }
    }

    #[test]
    fn points_are_those_the_checker_gives_or_all_or_none() {
        for (accepted, given, points) in [
            (true, None, 4.0),
            (true, Some(1.5), 1.5),
            (true, Some(0.0), 0.0),
            (false, None, 0.0),
            (false, Some(1.0), 1.0),
        ] {
            let ending = expect().checked(ended(Verdict::Ok), report(accepted, given, "said"));
            let judgement = ending.judgement.unwrap();
            assert_eq!((judgement.points, judgement.max_points), (Points::new(points), Points::new(4.0)));
            assert_eq!(judgement.accepted, accepted);
            assert_eq!(judgement.message, "said");
            assert_eq!(judgement.checker.unwrap().fuel, Some(9));
            assert_eq!(ending.verdict == Verdict::Ok, accepted);
            assert_eq!(ending.error.code, if accepted { "" } else { REFUSED });
        }
        let ending = Expectation::default().checked(ended(Verdict::Ok), report(true, None, ""));
        assert_eq!(ending.judgement.unwrap().points, None);
    }

    #[test]
    fn an_end_that_was_expected_is_told_beside_what_the_checker_said() {
        let ending = expect().checked(ended(Verdict::TaskError), report(true, None, ""));
        assert_eq!((ending.verdict, ending.error.code.as_str()), (Verdict::Ok, ""));
        let (verdict, error) = ending.judgement.unwrap().ended.unwrap();
        assert_eq!((verdict, error.exit_code), (Verdict::TaskError, Some(3)));
        let ending = expect().checked(ended(Verdict::TaskError), report(false, None, ""));
        assert_eq!((ending.verdict, ending.error.exit_code), (Verdict::WrongOutput, Some(3)));
        assert!(!ending.error.message.is_empty());
        assert_eq!(ending.judgement.unwrap().ended.unwrap().0, Verdict::TaskError);
    }

    #[test]
    fn an_output_that_was_not_accepted_may_come_of_memory_that_was_refused() {
        let mut refused = ended(Verdict::Ok);
        refused.usage.grow_refused = true;
        assert_eq!(
            expect().checked(refused.clone(), report(false, None, "")).verdict,
            Verdict::MemoryExceeded
        );
        assert_eq!(expect().checked(refused, report(true, None, "")).verdict, Verdict::Ok);
    }

    #[test]
    fn a_checker_that_says_nothing_costs_the_task_nothing_it_gave() {
        let failure = CheckFailure { code: CheckFailureCode::Trap, message: "unreachable".to_owned() };
        let report = CheckReport { answer: Err(failure), usage: Usage::default() };
        let ending = expect().checked(ended(Verdict::TaskError), report);
        assert_eq!((ending.verdict, ending.error.code.as_str()), (Verdict::JudgeError, "checker_trap"));
        assert_eq!(ending.output, ended(Verdict::Ok).output);
        let judgement = ending.judgement.unwrap();
        assert_eq!((judgement.accepted, judgement.points), (false, None));
        assert_eq!(judgement.ended.unwrap().0, Verdict::TaskError);
    }

    #[test]
    fn each_verdict_of_a_checker_is_an_answer_or_says_why_there_is_none() {
        let silent = |verdict: &Verdict| CheckFailureCode::of(*verdict).is_none();
        let silent: Vec<Verdict> = Verdict::all().filter(silent).collect();
        use Verdict::{Canceled, JudgeError, Ok, WrongOutput};
        assert_eq!(silent, [Ok, WrongOutput, JudgeError, Canceled]);
        let mut names = CheckFailureCode::ALL.map(CheckFailureCode::name).to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CheckFailureCode::ALL.len());
        for code in CheckFailureCode::ALL {
            let reason = code.name().strip_prefix("checker_").unwrap();
            assert_eq!(code.interactor_name(), format!("interactor_{reason}"));
        }
    }
}
