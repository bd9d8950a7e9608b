//! Interactions: what an interactor comes to, in which order both of a pair end, and what the model
//! checks of both.

use super::checking::CHECKER;
use super::judging::JudgeRequest;
use super::world::{Nature, TIMEOUT};
use super::{SchedulerInput, Sim};
use crate::SchedulerAction;
use crate::state::StopReason;
use polymer_host_event::ProcessRole;
use polymer_host_task::{
    AttemptEnding, CheckAnswer, CheckFailure, CheckFailureCode, CheckInput, CheckReport, Expectation,
    InputPayload, InteractionOrder, ModuleId, Record, StreamId, TaskId, Verdict, WorkerId,
};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// The interactor of a run that has one: a number that no program gets.
pub(super) const INTERACTOR: ModuleId = ModuleId(2000);

/// What a process runs: none runs two of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GuestKind {
    Program,
    Checker,
    Interactor,
}

/// What the interactor is to come to, and what became of each interaction.
#[derive(Debug, Default)]
pub(super) struct Talks {
    /// What it does, by the task.
    says: HashMap<TaskId, InteractorWord>,
    /// Tasks whose interactor is to be told what it is given.
    cases: Vec<TaskId>,
    /// What was sent, by the task.
    pairs: HashMap<TaskId, Talk>,
    /// The pair that is being sent.
    connecting: Option<TaskId>,
}

/// Both attempts of an interaction.
#[derive(Debug, Default)]
struct Talk {
    /// To whom they were sent: the program first.
    sent: Vec<WorkerId>,
    /// How they ended, in the order in which that was told. What the clock of both ended, or a cut,
    /// has no verdict.
    ends: Vec<(TaskId, Option<Verdict>)>,
    /// One ended, and the other was told.
    is_parted: bool,
}

/// What an interactor does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InteractorWord {
    Accepts,
    Refuses,
    /// It does not end well, or never.
    Fails(Nature),
    /// It cannot be given its case.
    TooLong,
}

impl Sim {
    /// Names the run's interactor, if it has one.
    pub(super) fn name_interactor(&mut self) {
        if self.world.talks > 0 {
            self.tell(SchedulerInput::Module { module: INTERACTOR, name: "interactor.wasm".to_owned() });
            self.tell(SchedulerInput::Interactor(INTERACTOR));
            if self.world.require {
                self.tell(SchedulerInput::Require(INTERACTOR));
            }
        }
    }

    /// What a task that is submitted now is, if it is an interaction, and what comes of that.
    pub(super) fn draw_talk(&mut self, task: TaskId) -> Option<Arc<Expectation>> {
        if self.rng.u32(..100) >= self.world.talks {
            return None;
        }
        let word = match self.rng.u8(..16) {
            0 => InteractorWord::Fails(Nature::Traps),
            1 | 2 => InteractorWord::Fails(Nature::Hangs),
            3 => InteractorWord::Fails(Nature::Poison),
            4 => InteractorWord::Fails(Nature::Pretends),
            5 => InteractorWord::TooLong,
            6..=9 => InteractorWord::Refuses,
            _ => InteractorWord::Accepts,
        };
        self.talks.says.insert(task, word);
        self.streamed.insert(task, 0);
        Some(Arc::new(Expectation { interactor: Some(INTERACTOR), ..Expectation::default() }))
    }

    /// Whether a task is an interaction.
    pub(super) fn talks(&self, task: TaskId) -> bool {
        self.talks.says.contains_key(&task.admitted())
    }

    /// Whether the interactor of a task does not accept what its program does.
    pub(super) fn is_refused_by_interactor(&self, task: TaskId) -> bool {
        self.talks.says.get(&task) == Some(&InteractorWord::Refuses)
    }

    /// Somebody is to write what an interactor is given.
    pub(super) fn write_case(&mut self, task: TaskId) {
        assert!(self.talks(task) && !task.is_hidden(), "W79: {task} is no interaction");
        self.talks.cases.push(task);
    }

    /// One of these is written, if there is one.
    pub(super) fn answer_case(&mut self) {
        if self.talks.cases.is_empty() {
            return;
        }
        let at = self.rng.usize(..self.talks.cases.len());
        let task = self.talks.cases.swap_remove(at);
        let word = self.talks.says[&task];
        let failure = CheckFailure { code: CheckFailureCode::Input, message: "too long".to_owned() };
        let interactor = task.interactor();
        let took = Duration::from_micros(self.rng.u64(1..60_000) / (1 << self.rng.u8(..10)));
        let nature = match word {
            InteractorWord::Fails(nature) => nature,
            InteractorWord::Accepts | InteractorWord::Refuses => Nature::Honest(took),
            InteractorWord::TooLong => {
                return self.tell(SchedulerInput::CaseWritten { task, input: Err(failure) });
            }
        };
        let size = self.rng.usize(1..=self.world.largest);
        self.natures.insert(interactor, nature);
        self.sizes.insert(interactor, size);
        self.modules.of.insert(interactor, INTERACTOR);
        self.tell(SchedulerInput::CaseWritten {
            task,
            input: Ok(CheckInput::only(InputPayload::Bytes(vec![b'1'; size]))),
        });
    }

    /// W79: two are connected that are an interaction which was never sent; both are sent next.
    pub(super) fn connected(&mut self, program: StreamId, interactor: StreamId) {
        assert_eq!(self.talks.connecting, None, "W79: a pair was connected and not sent");
        let of = |streams| self.sched.streamed(streams).expect("W79: connects what is over");
        let task = of(program);
        assert_eq!(of(interactor), task.interactor(), "W79: {task} is connected with another's interactor");
        let before = self.talks.pairs.insert(task, Talk::default());
        assert!(before.is_none(), "W79: {task} is connected again");
        self.talks.connecting = Some(task);
        let most = usize::try_from(self.world.slots).unwrap() / 2;
        let under_way = self.talks.pairs.values().filter(|talk| talk.ends.len() < 2).count();
        assert!(under_way <= most, "W82: {under_way} pairs in {} slots", self.world.slots);
    }

    /// W79: an attempt of an interaction is sent right after both were connected, each once, and
    /// both to workers of their own.
    pub(super) fn note_talk(&mut self, id: WorkerId, side: TaskId) {
        let Some(task) = self.talks.connecting else {
            return assert!(!self.talks(side), "W79: {side} is sent alone");
        };
        let talk = self.talks.pairs.get_mut(&task).unwrap();
        let expected = if talk.sent.is_empty() { task } else { task.interactor() };
        assert_eq!(side, expected, "W79: {side} is sent before both of {task} are");
        assert!(!talk.sent.contains(&id), "W79: both of {task} are sent to {id}");
        talk.sent.push(id);
        if talk.sent.len() == 2 {
            self.talks.connecting = None;
        }
    }

    /// W79: no step ends between the two of a pair.
    pub(super) fn check_talks(&self) {
        assert_eq!(self.talks.connecting, None, "W79: one of a pair was sent, and the other was not");
    }

    /// W80: the other one is told that one of a pair ended, once, and while it goes on.
    pub(super) fn parted(&mut self, streams: StreamId) {
        let by = |task: &TaskId| {
            [*task, task.interactor()].into_iter().find(|side| StreamId::of_interaction(*side) == streams)
        };
        let side = self.talks.pairs.keys().find_map(by).expect("W80: parts what was never connected");
        let talk = self.talks.pairs.get_mut(&side.admitted()).unwrap();
        assert!(!std::mem::replace(&mut talk.is_parted, true), "W80: {side} is parted twice");
    }

    /// One of a pair is about to be told to have answered.
    pub(super) fn note_answered(&mut self, id: WorkerId, side: TaskId, verdict: Verdict) {
        let stopping = self.sched.workers.get(id).and_then(|worker| worker.stopping());
        if self.talks(side) && !matches!(stopping, Some(StopReason::Broke(_) | StopReason::Unjudged)) {
            self.note_end(side, Some(verdict));
        }
    }

    /// A process is about to be told to have died, with what it had.
    pub(super) fn note_lost(&mut self, id: WorkerId) {
        let Some(worker) = self.sched.workers.get(id) else { return };
        // What a process said after it broke the protocol was not heard, so that its queue alone
        // does not tell.
        let Some(side) = worker.current().map(|sent| sent.task).filter(|side| self.talks(*side)) else {
            return;
        };
        let verdict = match worker.stopping() {
            Some(StopReason::Overtime { cpu: Some(_), .. }) => Some(Verdict::Timeout),
            Some(StopReason::Ours | StopReason::Unhanded | StopReason::Overtime { .. }) => None,
            Some(StopReason::Slow(_) | StopReason::Broke(_) | StopReason::Unjudged) | None => {
                Some(Verdict::WorkerLost).filter(|_| !self.sched.is_ending())
            }
        };
        self.note_end(side, verdict);
    }

    fn note_end(&mut self, side: TaskId, verdict: Option<Verdict>) {
        if let Some(talk) = self.talks.pairs.get_mut(&side.admitted())
            && talk.ends.iter().all(|(ended, _)| *ended != side)
        {
            talk.ends.push((side, verdict));
        }
    }

    /// What an interactor of this world says where it ends well.
    pub(super) fn word_of(&self, side: TaskId, verdict: Verdict) -> Verdict {
        let refuses = side.is_interactor() && self.is_refused_by_interactor(side.admitted());
        if refuses && verdict == Verdict::Ok { Verdict::TaskError } else { verdict }
    }

    /// W81: both ended, and who did first by itself is said to have; where nobody did, both waited.
    pub(super) fn read_interaction(
        &mut self,
        task: TaskId,
        expect: Arc<Expectation>,
        ending: Box<AttemptEnding>,
        interactor: Box<AttemptEnding>,
        order: InteractionOrder,
    ) {
        let talk = self.talks.pairs.get(&task).expect("W81: what was never sent has ended");
        assert_eq!(talk.ends.len(), 2, "W81: {task} is judged, and one of both goes on");
        // What is held back until the machine was tried is told of later than it happened.
        if !self.world.probes {
            let first = talk.ends.iter().find(|(_, verdict)| verdict.is_some());
            let expected = match first {
                None => InteractionOrder::BothIdle,
                Some((side, _)) if side.is_interactor() => InteractionOrder::InteractorFirst,
                Some(_) => InteractionOrder::ProgramFirst,
            };
            assert_eq!(order, expected, "W81: {task}: {:?}", talk.ends);
        }
        self.judge_later(JudgeRequest::Talk { task, expect, ending, interactor, order });
    }

    /// The judge has read what an interactor came to.
    pub(super) fn answer_talk(
        &mut self,
        task: TaskId,
        expect: &Expectation,
        (ending, interactor): (AttemptEnding, AttemptEnding),
        order: InteractionOrder,
    ) {
        let answer = |accepted| Ok(CheckAnswer { accepted, points: None, message: String::new() });
        let answer = match CheckFailureCode::of(interactor.verdict) {
            _ if interactor.verdict == Verdict::TaskError => answer(false),
            None => answer(true),
            Some(code) => Err(CheckFailure { code, message: String::new() }),
        };
        let report = CheckReport { answer, usage: interactor.usage };
        let ending = Box::new(expect.interacted(ending, report, order));
        self.tell(SchedulerInput::Judged { task, ending });
    }

    /// W81: the verdict of an interaction is explained by what both do, or by what may happen to any
    /// process.
    pub(super) fn explains_talk(&self, record: &Record) -> Option<bool> {
        let word = *self.talks.says.get(&record.task)?;
        let talk = self.talks.pairs.get(&record.task);
        let first =
            talk.and_then(|talk| talk.ends.iter().find_map(|(side, verdict)| Some((*side, (*verdict)?))));
        let is_first = first.map(|(side, _)| side) == Some(record.task) || self.world.probes;
        let is_deadly = matches!(word, InteractorWord::Fails(Nature::Poison | Nature::Pretends));
        Some(match (record.verdict, record.error.code.as_str()) {
            // It was not tried in this run.
            (_, "interrupted") => return None,
            (Verdict::Ok, _) if word != InteractorWord::Accepts => false,
            (Verdict::WrongOutput, _) => word == InteractorWord::Refuses,
            (Verdict::JudgeError, "interactor_trap") => word == InteractorWord::Fails(Nature::Traps),
            (Verdict::JudgeError, "interactor_input") => word == InteractorWord::TooLong,
            // Any process of this world may be slow.
            (Verdict::JudgeError, "interactor_timeout") => true,
            (Verdict::JudgeError, "interactor_lost") => is_deadly || self.outside || self.world.lacks > 0,
            (Verdict::JudgeError, "interactor_invalid") => {
                self.world.slots < 2
                    || self.blamed.contains(&INTERACTOR)
                    || !self.modules.is_named(INTERACTOR)
            }
            (Verdict::JudgeError, _) => false,
            (Verdict::Timeout, "idle") => {
                record.usage.wall.is_some_and(|wall| wall >= TIMEOUT) && first.is_none()
            }
            // Whoever refused or failed first is not outdone by what its program did then.
            (Verdict::Trap | Verdict::TaskError | Verdict::FuelExhausted | Verdict::WorkerLost, _) => {
                is_first || word == InteractorWord::Accepts
            }
            _ => return None,
        })
    }

    /// Whether a record says what only both of an interaction make it.
    pub(super) fn is_of_both(&self, record: &Record) -> bool {
        matches!(record.verdict, Verdict::WrongOutput | Verdict::JudgeError) || record.error.code == "idle"
    }

    /// What a process runs in this role.
    pub(super) const fn kind_of(role: ProcessRole) -> GuestKind {
        let module = role.module().0;
        if module == CHECKER.0 {
            GuestKind::Checker
        } else if module == INTERACTOR.0 {
            GuestKind::Interactor
        } else {
            GuestKind::Program
        }
    }

    /// W82: no more processes are of interactors than half of the slots, if there are any.
    pub(super) fn check_interactors(&self) {
        let of = |process: &&super::Process| {
            matches!(process.role, ProcessRole::Run(_))
                && Self::kind_of(process.role) == GuestKind::Interactor
        };
        let number = self.processes.values().filter(of).count();
        let most = usize::try_from(self.world.slots).unwrap() / 2;
        assert!(number <= most.max(1), "W82: {number} interactors in {} slots", self.world.slots);
    }
}

impl Sim {
    /// Carries out what is about interactions; gives back what is not.
    #[expect(clippy::wildcard_enum_match_arm, reason = "what is about something else is for others")]
    pub(super) fn perform_talk(&mut self, action: SchedulerAction) -> Option<SchedulerAction> {
        match action {
            SchedulerAction::WriteCase { task, .. } => self.write_case(task),
            SchedulerAction::Connect { program, interactor } => self.connected(program, interactor),
            SchedulerAction::Disconnect(streams) => self.parted(streams),
            SchedulerAction::ReadInteraction { task, expect, ending, interactor, order } => {
                self.read_interaction(task, expect, ending, interactor, order);
            }
            action => return Some(action),
        }
        None
    }
}
