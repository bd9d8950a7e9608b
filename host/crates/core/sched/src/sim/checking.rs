//! A checker: what it says of what tasks gave, how it fails, and what the model checks of both.

use super::interacting::INTERACTOR;
use super::judging::JudgeRequest;
use super::world::Nature;
use super::{SchedulerInput, Sim};
use polymer_host_event::ProcessRole;
use polymer_host_task::{
    AttemptEnding, CheckAnswer, CheckFailure, CheckFailureCode, CheckInput, CheckReport, Expectation,
    InputPayload, ModuleId, Record, TaskId, Usage, Verdict, WorkerId,
};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

/// The checker of a run that has one: a number that no program gets.
pub(super) const CHECKER: ModuleId = ModuleId(1000);

/// What the checker is to say of a task, and what it said.
#[derive(Debug, Default)]
pub(super) struct Checks {
    /// What it says, by the task.
    says: HashMap<TaskId, CheckerWord>,
    /// What came of the last check of each.
    came: HashMap<TaskId, (Verdict, String)>,
    /// Tasks of which a check was asked for and is not read.
    open: HashSet<TaskId>,
}

/// What a checker does with an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CheckerWord {
    Accepts,
    Refuses,
    /// It ends well and says what is no answer.
    Nonsense,
    /// It does not end well.
    Fails(Nature),
    /// It is late, and accepts if it is tried once more.
    Late,
    /// It cannot be given what it is to look at.
    TooLong,
}

impl CheckerWord {
    const fn nature(self) -> Nature {
        match self {
            Self::Fails(nature) => nature,
            Self::Late => Nature::Dawdles,
            Self::Accepts | Self::Refuses | Self::Nonsense | Self::TooLong => {
                Nature::Honest(Duration::from_millis(1))
            }
        }
    }
}

impl Sim {
    /// Names the run's checker, if it has one.
    pub(super) fn name_checker(&mut self) {
        if self.world.checks {
            self.tell(SchedulerInput::Module { module: CHECKER, name: "checker.wasm".to_owned() });
            self.tell(SchedulerInput::Checker(CHECKER));
            if self.world.require {
                self.tell(SchedulerInput::Require(CHECKER));
            }
        }
    }

    /// Whether a task that is submitted now is checked, and what comes of that.
    pub(super) fn draw_check(&mut self, task: TaskId) -> bool {
        if !self.world.checks || self.rng.u8(..4) == 0 {
            return false;
        }
        let word = match self.rng.u8(..16) {
            0 => CheckerWord::Nonsense,
            1 => CheckerWord::Fails(Nature::Traps),
            2 => CheckerWord::Fails(Nature::Hangs),
            3 => CheckerWord::Fails(Nature::Poison),
            4 => CheckerWord::Fails(Nature::Pretends),
            5 => CheckerWord::Late,
            6 => CheckerWord::TooLong,
            7..=9 => CheckerWord::Refuses,
            _ => CheckerWord::Accepts,
        };
        self.checks.says.insert(task, word);
        true
    }

    /// Whether a checker says of a task whether it is right.
    pub(super) fn sees_checker(&self, task: TaskId) -> bool {
        self.checks.says.contains_key(&task)
    }

    /// Whether what a task gives is not accepted.
    pub(super) fn is_refused(&self, task: TaskId) -> bool {
        self.checks.says.get(&task) == Some(&CheckerWord::Refuses)
    }

    /// The judge made of an ending what the checker is given.
    pub(super) fn want_check(&mut self, task: TaskId, expect: &Expectation, ending: Box<AttemptEnding>) {
        let word = self.checks.says[&task];
        if word == CheckerWord::TooLong {
            let failure = CheckFailure { code: CheckFailureCode::Input, message: String::new() };
            return self.told(
                task,
                expect,
                *ending,
                CheckReport { answer: Err(failure), usage: Usage::default() },
            );
        }
        let (check, size) = (task.check(), self.rng.usize(1..=self.world.largest));
        self.natures.insert(check, word.nature());
        self.sizes.insert(check, size);
        self.modules.of.insert(check, CHECKER);
        // An earlier check of the same task is over.
        self.taken_back.remove(&check);
        self.lost.remove(&check);
        self.checks.open.insert(task);
        self.tell(SchedulerInput::CheckWanted {
            task,
            ending,
            given: CheckInput::only(InputPayload::Json(vec![b'1'; size])),
        });
    }

    /// W66: what a checker came to is read only if somebody asked for it, and once.
    pub(super) fn read_check(
        &mut self,
        task: TaskId,
        expect: Arc<Expectation>,
        ending: Box<AttemptEnding>,
        check: Box<AttemptEnding>,
    ) {
        assert!(self.checks.open.remove(&task), "W66: nobody asked for a check of {task}");
        assert_eq!(ending.verdict, Verdict::Ok, "W66: {task} is checked for nothing");
        self.lost.remove(&task.check());
        self.judge_later(JudgeRequest::Read { task, expect, ending, check });
    }

    /// The judge has read what the checker came to.
    pub(super) fn answer_check(
        &mut self,
        task: TaskId,
        expect: &Expectation,
        ending: AttemptEnding,
        check: AttemptEnding,
    ) {
        let word = self.checks.says[&task];
        let answer = |accepted| Ok(CheckAnswer { accepted, points: None, message: String::new() });
        let failure = |code| Err(CheckFailure { code, message: String::new() });
        let answer = match (CheckFailureCode::of(check.verdict), word) {
            (Some(code), _) => failure(code),
            (None, CheckerWord::Accepts | CheckerWord::Late) => answer(true),
            (None, CheckerWord::Refuses) => answer(false),
            (None, CheckerWord::Nonsense) => failure(CheckFailureCode::Answer),
            (None, word) => panic!("W67: a checker that {word:?} ended as {}", check.verdict),
        };
        self.told(task, expect, ending, CheckReport { answer, usage: check.usage });
    }

    fn told(&mut self, task: TaskId, expect: &Expectation, ending: AttemptEnding, report: CheckReport) {
        let ending = Box::new(expect.checked(ending, report));
        self.checks.came.insert(task, (ending.verdict, ending.error.code.clone()));
        self.tell(SchedulerInput::Judged { task, ending });
    }

    /// W67: the verdict of a task that is checked is what came of its last check, if it is one that
    /// only a check gives; and that is what the checker does, or what may happen to any process.
    pub(super) fn check_checked(&self, record: &Record) {
        let id = record.task;
        assert!(!id.is_hidden(), "W67: a check or an interactor has a record: {record:?}");
        if self.talks(id) {
            return;
        }
        let Some(word) = self.checks.says.get(&id) else {
            return assert_ne!(record.verdict, Verdict::JudgeError, "W67: nobody checks {id}: {record:?}");
        };
        if !matches!(record.verdict, Verdict::Ok | Verdict::WrongOutput | Verdict::JudgeError) {
            return;
        }
        let came = self.checks.came.get(&id);
        assert_eq!(came, Some(&(record.verdict, record.error.code.clone())), "W67: {record:?}");
        let is_explained = match (record.verdict, record.error.code.as_str()) {
            (Verdict::Ok, _) => matches!(word, CheckerWord::Accepts | CheckerWord::Late),
            (Verdict::WrongOutput, _) => *word == CheckerWord::Refuses,
            (_, "checker_answer") => *word == CheckerWord::Nonsense,
            (_, "checker_trap") => *word == CheckerWord::Fails(Nature::Traps),
            (_, "checker_input") => *word == CheckerWord::TooLong,
            // Any process of this world may be slow.
            (_, "checker_timeout") => true,
            (_, "checker_lost") => {
                let is_deadly = matches!(word, CheckerWord::Fails(Nature::Poison | Nature::Pretends));
                is_deadly || self.outside
            }
            (_, "checker_invalid") => self.blamed.contains(&CHECKER),
            _ => false,
        };
        assert!(is_explained, "W67: the checker {word:?}: {record:?}");
    }

    /// W68: whoever ran a program never runs a checker or an interactor, nor the other way round.
    pub(super) fn note_kind(&mut self, id: WorkerId, role: ProcessRole) {
        let ProcessRole::Run(module) = role else { return };
        let kind = Self::kind_of(role);
        let Some(process) = self.processes.get_mut(&id) else { return };
        let before = process.kind.replace(kind);
        assert!(
            before.is_none_or(|before| before == kind),
            "W68: {id} runs {kind:?} after {before:?}: {module}"
        );
    }

    /// W69: what is sent to a checker is a check, and nobody else is sent one; none of a task that
    /// was cut.
    pub(super) fn check_kind(&self, task: TaskId, module: ModuleId) {
        assert_eq!(task.is_check(), module == CHECKER, "W69: {task} is sent to {module}");
        assert_eq!(task.is_interactor(), module == INTERACTOR, "W69: {task} is sent to {module}");
        assert!(!self.cut.contains(&task.admitted()), "W21: sends {task}, which was cut");
    }
}
