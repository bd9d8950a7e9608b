//! Expectations: what a task has to give to be right, and what its judge said of it.
//!
//! Who compares outputs is elsewhere: here is only what follows from a comparison. Expectations
//! never reach a worker.

use super::{
    AttemptEnding, CompareMode, InputPayload, Judgement, ModuleId, Output, OutputDifference, Points,
    TaskError, Verdict,
};

/// The code of an output that is not the expected one.
pub const WRONG_OUTPUT: &str = "output";
/// The code of a task that ended ok where another verdict was expected.
pub const WRONG_VERDICT: &str = "verdict";
/// The code of a task that exited with 0 where another code was expected.
pub const WRONG_EXIT_CODE: &str = "exit_code";

/// Expected end of a task. A part that is not named may be anything, but for the verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expectation {
    /// One of these; if there is none, ok, or `task_error` where a code other than 0 is expected.
    pub verdicts: Vec<Verdict>,
    /// The code with which a command exits.
    pub exit_code: Option<u32>,
    /// The output.
    pub output: Option<Output>,
    /// How outputs are compared.
    pub compare: CompareMode,
    /// The checker that says of outputs whether they are right, in place of a comparison.
    #[doc(hidden)]
    pub checker: Option<ModuleId>,
    /// The interactor that talks with the program, and says whether what it did is right.
    #[doc(hidden)]
    pub interactor: Option<ModuleId>,
    /// Arguments of the one of both that there is, where it is called as a validator.
    #[doc(hidden)]
    pub checker_args: Vec<String>,
    /// The input that the one of both is given, where that is not the task's.
    #[doc(hidden)]
    pub checker_input: Option<InputPayload>,
    /// What the case is worth.
    pub points: Option<Points>,
}

impl Expectation {
    /// Bytes that it holds in memory.
    #[doc(hidden)]
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        let args: usize = self.checker_args.iter().map(|arg| size_of_val(arg) + arg.len()).sum();
        self.output.as_ref().map_or(0, |output| output.bytes().len())
            + self.checker_input.as_ref().map_or(0, |input| input.bytes().len())
            + args
    }

    /// Returns whether an attempt that ended so is right, as far as its output does not say.
    #[doc(hidden)]
    #[must_use]
    pub fn covers(&self, verdict: Verdict, error: &TaskError) -> bool {
        let code = match verdict {
            Verdict::Ok => Some(0),
            _ => error.exit_code,
        };
        self.covers_verdict(verdict) && self.exit_code.is_none_or(|wanted| code == Some(wanted))
    }

    fn covers_verdict(&self, verdict: Verdict) -> bool {
        match (self.verdicts.is_empty(), self.exit_code) {
            (false, _) => self.verdicts.contains(&verdict),
            (true, None | Some(0)) => verdict == Verdict::Ok,
            (true, Some(_)) => verdict == Verdict::TaskError,
        }
    }

    /// Returns whether what an attempt gave has to be compared before it can be said whether it is
    /// right. Where there is a checker, an output is left to it.
    #[doc(hidden)]
    #[must_use]
    pub fn needs_comparison(&self, ending: &AttemptEnding) -> bool {
        self.output.is_some()
            && self.interactor.is_none()
            && self.covers(ending.verdict, &ending.error)
            && !self.needs_check(ending)
    }

    /// Returns whether a checker has to say whether an attempt is right: it gave an output, and
    /// ended as was expected otherwise.
    #[doc(hidden)]
    #[must_use]
    pub fn needs_check(&self, ending: &AttemptEnding) -> bool {
        self.checker.is_some() && ending.output.is_some() && self.covers(ending.verdict, &ending.error)
    }

    /// Returns the end of a task that gave nothing to compare, as it is judged.
    #[doc(hidden)]
    #[must_use]
    pub fn judged_without_output(&self, ending: AttemptEnding) -> AttemptEnding {
        let missing = self
            .needs_comparison(&ending)
            .then(|| OutputDifference { message: "there is no output".to_owned(), diff: String::new() });
        self.judged(ending, missing)
    }

    /// Returns the end of an attempt as it is judged: `ok` if it is right, whatever its guest ended
    /// with; its own verdict if that is why it is wrong; else `wrong_output`. `difference` is how
    /// its output differs, if it was compared.
    #[doc(hidden)]
    #[must_use]
    pub fn judged(&self, mut ending: AttemptEnding, difference: Option<OutputDifference>) -> AttemptEnding {
        let mut judgement = self.refusal();
        match difference {
            _ if !self.covers(ending.verdict, &ending.error) => {
                judgement.message = format!("expected: {}", self.wanted());
                if ending.verdict == Verdict::Ok {
                    let code = if self.covers_verdict(Verdict::Ok) || self.exit_code.is_some() {
                        WRONG_EXIT_CODE
                    } else {
                        WRONG_VERDICT
                    };
                    let message = format!("it ended ok; {}", judgement.message);
                    (ending.verdict, ending.error) = (Verdict::WrongOutput, TaskError::new(code, message));
                }
            }
            Some(OutputDifference { message, diff }) => {
                judgement.ended = gave_wrong_output(&mut ending, WRONG_OUTPUT, &message);
                (judgement.message, judgement.diff) = (message, diff);
            }
            None => {
                (judgement.accepted, judgement.points) = (true, self.points);
                if ending.verdict != Verdict::Ok {
                    judgement.ended = Some((ending.verdict, std::mem::take(&mut ending.error)));
                    ending.verdict = Verdict::Ok;
                }
            }
        }
        ending.judgement = Some(Box::new(judgement));
        ending
    }

    /// Returns the judgement of a task that is not accepted, which says nothing of why yet.
    pub(super) fn refusal(&self) -> Judgement {
        Judgement {
            accepted: false,
            points: self.points.map(|_| Points::NONE),
            max_points: self.points,
            message: String::new(),
            diff: String::new(),
            ended: None,
            checker: None,
            interactor: None,
        }
    }

    /// What it wants, but for the output, in words.
    fn wanted(&self) -> String {
        let names: Vec<&str> = self.verdicts.iter().map(|verdict| verdict.name()).collect();
        let verdict = (!names.is_empty()).then(|| names.join(" or "));
        let code = self.exit_code.map(|code| format!("exit code {code}"));
        match (verdict, code) {
            (Some(verdict), Some(code)) => format!("{verdict} with {code}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => Verdict::Ok.name().to_owned(),
        }
    }
}

/// An attempt ended as was expected, but for its output. Returns how it ended where the verdict
/// does not say: other than ok, or ok where the verdict is one that an attempt ends with.
pub(super) fn gave_wrong_output(
    ending: &mut AttemptEnding,
    code: &str,
    message: &str,
) -> Option<(Verdict, TaskError)> {
    let error = TaskError { exit_code: ending.error.exit_code, ..TaskError::default() };
    let is_for_memory = ending.usage.grow_refused;
    // It asked for more memory than it may have, and went on without.
    let (verdict, error) = if is_for_memory {
        let message = format!("it was refused memory, and gave a wrong output: {message}");
        (Verdict::MemoryExceeded, TaskError { message, code: "memory".to_owned(), ..error })
    } else {
        let (code, message) = (code.to_owned(), message.to_owned());
        (Verdict::WrongOutput, TaskError { code, message, ..error })
    };
    let ended =
        (std::mem::replace(&mut ending.verdict, verdict), std::mem::replace(&mut ending.error, error));
    Some(ended).filter(|(verdict, _)| is_for_memory || *verdict != Verdict::Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(verdict: Verdict, exit_code: Option<u32>) -> AttemptEnding {
        let error = match verdict {
            Verdict::Ok => TaskError::default(),
            _ => TaskError { exit_code, ..TaskError::new("code", "message") },
        };
        AttemptEnding {
            output: Some(Output::Text("out".to_owned())),
            ..AttemptEnding::without_guest(verdict, error)
        }
    }

    fn wants(verdicts: &[Verdict], exit_code: Option<u32>) -> Expectation {
        Expectation {
            verdicts: verdicts.to_vec(),
            exit_code,
            points: Points::new(2.5),
            ..Expectation::default()
        }
    }

    #[test]
    fn a_verdict_or_a_code_that_was_expected_is_ok_and_others_keep_their_own() {
        use Verdict::{Ok, TaskError, Trap, WrongOutput};
        for (expect, verdict, code, judged, is_accepted) in [
            (wants(&[], None), Ok, None, Ok, true),
            (wants(&[], None), Trap, None, Trap, false),
            (wants(&[], Some(0)), Ok, None, Ok, true),
            (wants(&[], Some(3)), TaskError, Some(3), Ok, true),
            (wants(&[], Some(3)), TaskError, Some(1), TaskError, false),
            (wants(&[], Some(3)), TaskError, None, TaskError, false),
            (wants(&[], Some(3)), Ok, None, WrongOutput, false),
            (wants(&[Trap, TaskError], None), Trap, None, Ok, true),
            (wants(&[Trap], None), Ok, None, WrongOutput, false),
            (wants(&[Trap], None), TaskError, None, TaskError, false),
            (wants(&[Ok, TaskError], Some(0)), Ok, None, Ok, true),
            (wants(&[Ok, TaskError], Some(0)), TaskError, Some(1), TaskError, false),
        ] {
            let ending = expect.judged(ended(verdict, code), None);
            let judgement = ending.judgement.unwrap();
            assert_eq!(
                (ending.verdict, judgement.accepted),
                (judged, is_accepted),
                "{expect:?} {verdict:?} {code:?}"
            );
            assert_eq!(judgement.points, Points::new(if is_accepted { 2.5 } else { 0.0 }));
            assert_eq!(judgement.message.is_empty(), is_accepted);
            assert_eq!(ending.error.code.is_empty(), judged == Ok, "{expect:?}");
            let is_kept = is_accepted && verdict != Ok;
            assert_eq!(
                judgement.ended.map(|(verdict, error)| (verdict, error.exit_code)),
                is_kept.then_some((verdict, code))
            );
            assert!(ending.output.is_some());
        }
    }

    #[test]
    fn a_wrong_output_is_told_and_blames_memory_that_was_refused() {
        let expect = Expectation { output: Some(Output::Text("x".to_owned())), ..Expectation::default() };
        let difference = OutputDifference { message: "line 1".to_owned(), diff: "- x\n+ out".to_owned() };
        let judged = expect.judged(ended(Verdict::Ok, None), Some(difference.clone()));
        assert_eq!((judged.verdict, judged.error.code.as_str()), (Verdict::WrongOutput, WRONG_OUTPUT));
        let judgement = judged.judgement.unwrap();
        assert_eq!((judgement.diff, judgement.ended), (difference.diff.clone(), None));
        let mut refused = ended(Verdict::Ok, None);
        refused.usage.grow_refused = true;
        let judged = expect.judged(refused, Some(difference.clone()));
        assert_eq!((judged.verdict, judged.error.code.as_str()), (Verdict::MemoryExceeded, "memory"));
        let was = judged.judgement.unwrap().ended;
        assert_eq!(was, Some((Verdict::Ok, TaskError::default())), "its end is told apart from its verdict");
        let expect = Expectation { verdicts: vec![Verdict::TaskError], ..expect };
        let failed = ended(Verdict::TaskError, Some(3));
        let judged = expect.judged(failed.clone(), Some(difference));
        assert_eq!(judged.judgement.unwrap().ended, Some((failed.verdict, failed.error)));
    }

    #[test]
    fn what_gave_nothing_gave_no_output() {
        let expect = Expectation {
            output: Some(Output::Text(String::new())),
            ..wants(&[Verdict::PolicyDenied], None)
        };
        let judged = expect.judged_without_output(ended(Verdict::PolicyDenied, None));
        assert_eq!((judged.verdict, judged.judgement.unwrap().accepted), (Verdict::WrongOutput, false));
        let expect = wants(&[Verdict::PolicyDenied], None);
        let judged = expect.judged_without_output(ended(Verdict::PolicyDenied, None));
        assert!(judged.judgement.unwrap().accepted);
    }

    #[test]
    fn outputs_are_compared_only_where_that_can_change_something() {
        let expect = Expectation { output: Some(Output::Text(String::new())), ..Expectation::default() };
        assert!(expect.needs_comparison(&ended(Verdict::Ok, None)));
        assert!(!expect.needs_comparison(&ended(Verdict::Trap, None)));
        assert!(!Expectation::default().needs_comparison(&ended(Verdict::Ok, None)));
    }

    #[test]
    fn a_checker_gets_what_ended_as_expected_and_gave_an_output() {
        let expect = Expectation { checker: Some(ModuleId(1)), ..Expectation::default() };
        assert!(expect.needs_check(&ended(Verdict::Ok, None)));
        assert!(!expect.needs_check(&ended(Verdict::Trap, None)));
        let nothing = AttemptEnding { output: None, ..ended(Verdict::Ok, None) };
        assert!(!expect.needs_check(&nothing) && !expect.needs_comparison(&nothing));
        let expect = Expectation { output: Some(Output::Text(String::new())), ..expect };
        assert!(expect.needs_check(&ended(Verdict::Ok, None)));
        assert!(!expect.needs_comparison(&ended(Verdict::Ok, None)), "one of both says whether it is right");
        assert!(expect.needs_comparison(&nothing), "there is no output, and one is expected");
        assert!(!Expectation::default().needs_check(&ended(Verdict::Ok, None)));
    }

    #[test]
    fn points_and_tolerances_are_numbers() {
        assert_eq!([f64::NAN, f64::INFINITY, -1.0].map(Points::new), [None; 3]);
        assert_eq!(Points::new(1.5).unwrap().to_string(), "1.5");
    }
}
