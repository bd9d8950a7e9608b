//! Interactions: a program and an interactor that talk to each other, and who of the two is to
//! blame for how the task ends.
//!
//! Who ends first by a fault of its own is to blame. That the other side closed a pipe is no fault.
//! Nothing here may know how bytes go between them.

use super::{
    AttemptEnding, CheckAnswer, CheckFailure, CheckReport, Expectation, LimitWall, TaskError, Verdict,
};

/// The code of a program that its interactor did not accept.
pub const REFUSED: &str = "interactor";
/// The code of a timeout of both: each waited for the other.
pub const IDLE: &str = "idle";

/// Who of the two ended first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InteractionOrder {
    /// The program.
    ProgramFirst,
    /// The interactor.
    InteractorFirst,
    /// Neither: both were ended when the time of both was up.
    BothIdle,
}

impl Expectation {
    /// Returns the end of a task whose program ended so, and whose interactor came to that report.
    #[doc(hidden)]
    #[must_use]
    pub fn interacted(
        &self,
        program: AttemptEnding,
        report: CheckReport,
        order: InteractionOrder,
    ) -> AttemptEnding {
        let CheckReport { answer, usage } = report;
        let mut ending = self.blamed(program, answer, order);
        if let Some(judgement) = &mut ending.judgement {
            judgement.interactor = Some(Box::new(usage));
        }
        ending
    }

    /// Returns the end of a task whose interactor could not be begun, and its program neither.
    #[doc(hidden)]
    #[must_use]
    pub fn without_interaction(&self, failure: CheckFailure) -> AttemptEnding {
        self.interactor_failed(AttemptEnding::without_guest(Verdict::Ok, TaskError::default()), failure)
    }

    fn blamed(
        &self,
        program: AttemptEnding,
        answer: Result<CheckAnswer, CheckFailure>,
        order: InteractionOrder,
    ) -> AttemptEnding {
        let is_as_expected = self.covers(program.verdict, &program.error);
        match (order, answer) {
            (InteractionOrder::BothIdle, _) => {
                let message = "the program and the interactor waited for each other until their time was up";
                let error = TaskError::new(IDLE, message).by(LimitWall::Supervisor);
                self.judged(AttemptEnding { verdict: Verdict::Timeout, error, ..program }, None)
            }
            // What the interactor made of it afterwards is no news.
            (InteractionOrder::ProgramFirst, _) if !is_as_expected => self.judged(program, None),
            (_, Err(failure)) => self.interactor_failed(program, failure),
            // Whatever the program did then, it was wrong before.
            (_, Ok(answer)) if !answer.accepted => self.refused(program, answer),
            (InteractionOrder::InteractorFirst, Ok(_)) if !is_as_expected => self.judged(program, None),
            (_, Ok(answer)) => self.accepted(program, answer),
        }
    }

    fn accepted(&self, program: AttemptEnding, answer: CheckAnswer) -> AttemptEnding {
        let mut ending = self.judged(program, None);
        if let Some(judgement) = &mut ending.judgement {
            judgement.points = answer.points.or(judgement.points);
            judgement.message = answer.message;
        }
        ending
    }

    fn refused(&self, mut ending: AttemptEnding, answer: CheckAnswer) -> AttemptEnding {
        let mut judgement = self.refusal();
        judgement.points = answer.points.or(judgement.points);
        judgement.message = answer.message;
        if judgement.message.is_empty() {
            "the interactor did not accept what the program did".clone_into(&mut judgement.message);
        }
        let error = std::mem::take(&mut ending.error);
        ending.error =
            TaskError { exit_code: error.exit_code, ..TaskError::new(REFUSED, &*judgement.message) };
        judgement.ended = Some((ending.verdict, error)).filter(|(verdict, _)| *verdict != Verdict::Ok);
        ending.verdict = Verdict::WrongOutput;
        ending.judgement = Some(Box::new(judgement));
        ending
    }

    fn interactor_failed(&self, mut ending: AttemptEnding, failure: CheckFailure) -> AttemptEnding {
        let CheckFailure { code, message } = failure;
        let mut judgement = self.refusal();
        // Nobody knows what the program is worth.
        judgement.points = None;
        judgement.message.clone_from(&message);
        let ended = (ending.verdict, std::mem::take(&mut ending.error));
        judgement.ended = Some(ended).filter(|(verdict, _)| *verdict != Verdict::Ok);
        ending.verdict = Verdict::JudgeError;
        ending.error = TaskError::new(code.interactor_name(), message);
        ending.judgement = Some(Box::new(judgement));
        ending
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CheckFailureCode, Points, Usage};

    fn ended(verdict: Verdict) -> AttemptEnding {
        let error = match verdict {
            Verdict::Ok => TaskError::default(),
            Verdict::TaskError => TaskError { exit_code: Some(3), ..TaskError::new("exit", "code 3") },
            _ => TaskError::new("code", "message"),
        };
        AttemptEnding::without_guest(verdict, error)
    }

    fn answer(accepted: bool) -> Result<CheckAnswer, CheckFailure> {
        Ok(CheckAnswer { accepted, points: None, message: String::new() })
    }

    fn failed(code: CheckFailureCode) -> Result<CheckAnswer, CheckFailure> {
        Err(CheckFailure { code, message: "why".to_owned() })
    }

    fn report(answer: Result<CheckAnswer, CheckFailure>) -> CheckReport {
        CheckReport { answer, usage: Usage { fuel: Some(5), ..Usage::default() } }
    }

    fn expect() -> Expectation {
        Expectation { points: Points::new(4.0), ..Expectation::default() }
    }

    /// One row for each rule, and for each pair of ends that might be taken for another.
    #[test]
    fn who_ends_first_by_its_own_fault_is_to_blame() {
        use CheckFailureCode::{Lost, Timeout, Trap};
        use InteractionOrder::{BothIdle, InteractorFirst, ProgramFirst};
        for (program, answer, order, verdict, code) in [
            // The program failed first: its own verdict, whatever the interactor made of that.
            (Verdict::Trap, answer(true), ProgramFirst, Verdict::Trap, "code"),
            (Verdict::Trap, answer(false), ProgramFirst, Verdict::Trap, "code"),
            (Verdict::TaskError, failed(Trap), ProgramFirst, Verdict::TaskError, "exit"),
            (Verdict::FuelExhausted, failed(Timeout), ProgramFirst, Verdict::FuelExhausted, "code"),
            (Verdict::WorkerLost, answer(false), ProgramFirst, Verdict::WorkerLost, "code"),
            // The interactor failed first.
            (Verdict::Ok, failed(Trap), InteractorFirst, Verdict::JudgeError, "interactor_trap"),
            (Verdict::Trap, failed(Trap), InteractorFirst, Verdict::JudgeError, "interactor_trap"),
            (Verdict::Timeout, failed(Lost), InteractorFirst, Verdict::JudgeError, "interactor_lost"),
            // It refused first.
            (Verdict::Ok, answer(false), InteractorFirst, Verdict::WrongOutput, REFUSED),
            (Verdict::TaskError, answer(false), InteractorFirst, Verdict::WrongOutput, REFUSED),
            (Verdict::WorkerLost, answer(false), InteractorFirst, Verdict::WrongOutput, REFUSED),
            // It accepted first, and the program has to end well by itself.
            (Verdict::Ok, answer(true), InteractorFirst, Verdict::Ok, ""),
            (Verdict::Trap, answer(true), InteractorFirst, Verdict::Trap, "code"),
            (Verdict::Timeout, answer(true), InteractorFirst, Verdict::Timeout, "code"),
            (Verdict::TaskError, answer(true), InteractorFirst, Verdict::TaskError, "exit"),
            // The program ended well first: the interactor decides.
            (Verdict::Ok, answer(true), ProgramFirst, Verdict::Ok, ""),
            (Verdict::Ok, answer(false), ProgramFirst, Verdict::WrongOutput, REFUSED),
            (Verdict::Ok, failed(Timeout), ProgramFirst, Verdict::JudgeError, "interactor_timeout"),
            (Verdict::Ok, failed(Lost), ProgramFirst, Verdict::JudgeError, "interactor_lost"),
            // Both waited.
            (Verdict::Timeout, failed(Timeout), BothIdle, Verdict::Timeout, IDLE),
        ] {
            let row = format!("{program} {answer:?} {order:?}");
            let judged = expect().interacted(ended(program), report(answer), order);
            assert_eq!((judged.verdict, judged.error.code.as_str()), (verdict, code), "{row}");
            let judgement = judged.judgement.unwrap();
            assert_eq!(judgement.accepted, verdict == Verdict::Ok, "{row}");
            assert_eq!(judgement.interactor.unwrap().fuel, Some(5), "{row}");
            let points = match verdict {
                Verdict::Ok => Points::new(4.0),
                Verdict::JudgeError => None,
                _ => Points::new(0.0),
            };
            assert_eq!(judgement.points, points, "{row}");
        }
    }

    #[test]
    fn an_end_that_was_expected_of_the_program_is_no_fault() {
        use InteractionOrder::{InteractorFirst, ProgramFirst};
        let expect = Expectation { exit_code: Some(3), ..expect() };
        for order in [ProgramFirst, InteractorFirst] {
            let accepted = expect.interacted(ended(Verdict::TaskError), report(answer(true)), order);
            assert_eq!((accepted.verdict, accepted.error.code.as_str()), (Verdict::Ok, ""), "{order:?}");
            assert_eq!(accepted.judgement.unwrap().ended.unwrap().0, Verdict::TaskError);
            let refused = expect.interacted(ended(Verdict::TaskError), report(answer(false)), order);
            assert_eq!((refused.verdict, refused.error.exit_code), (Verdict::WrongOutput, Some(3)));
            // It ended with 0, and 3 was expected.
            let other = expect.interacted(ended(Verdict::Ok), report(answer(true)), order);
            assert_eq!((other.verdict, other.error.code.as_str()), (Verdict::WrongOutput, "exit_code"));
        }
    }

    #[test]
    fn points_and_words_are_the_interactors_where_it_gives_some() {
        let said =
            |accepted| Ok(CheckAnswer { accepted, points: Points::new(1.5), message: "said".to_owned() });
        for accepted in [true, false] {
            let judged = expect().interacted(
                ended(Verdict::Ok),
                report(said(accepted)),
                InteractionOrder::ProgramFirst,
            );
            assert_eq!(judged.error.message, if accepted { "" } else { "said" });
            let judgement = judged.judgement.unwrap();
            assert_eq!((judgement.points, judgement.message.as_str()), (Points::new(1.5), "said"));
        }
        let silent =
            expect().interacted(ended(Verdict::Ok), report(answer(false)), InteractionOrder::ProgramFirst);
        assert!(!silent.error.message.is_empty());
    }

    #[test]
    fn what_was_never_begun_has_no_usage() {
        let failure = CheckFailure { code: CheckFailureCode::Input, message: "too long".to_owned() };
        let ending = expect().without_interaction(failure);
        assert_eq!((ending.verdict, ending.error.code.as_str()), (Verdict::JudgeError, "interactor_input"));
        let judgement = ending.judgement.unwrap();
        assert_eq!((judgement.interactor, judgement.points, judgement.ended), (None, None, None));
    }
}
