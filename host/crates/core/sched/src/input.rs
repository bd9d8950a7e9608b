//! Everything that can happen to a run, as far as decisions depend on it.

use super::AttemptDelivery;
use polymer_host_base::ResourceShortage;
use polymer_host_event::{Halt, ProcessDeath};
use polymer_host_task::{
    AttemptEnding, AttemptId, CheckFailure, CheckInput, FunctionInfo, ModuleForm, ModuleId, Submission,
    TaskError, TaskId, TaskInfo, Usage, WorkerId,
};
use std::time::Duration;

/// Remains of a worker that died.
#[derive(Debug, Clone)]
pub struct WorkerRemains {
    /// Way in which it died.
    pub death: ProcessDeath,
    /// The attempt its page names as begun last.
    pub begun: Option<AttemptId>,
    /// Usage that its page states for that attempt.
    pub usage: Usage,
    /// The shortage that it died of, as far as it says so or a limit of the machine tells.
    pub shortage: Option<ResourceShortage>,
}

/// One thing that happened. Whatever names a worker may be stale or made up; the scheduler checks
/// it against what it knows.
#[derive(Debug, Clone)]
pub enum SchedulerInput {
    /// A module that tasks may name from here on.
    Module {
        /// Which; not named before.
        module: ModuleId,
        /// Name that people use for it.
        name: String,
    },
    /// A module that was named just now is a checker: tasks name it in what they expect, and in
    /// nothing else.
    Checker(ModuleId),
    /// A module that was named just now is an interactor: as a checker, it is no program.
    Interactor(ModuleId),
    /// The run needs this module: learn what it is now, and end if it is of no use.
    Require(ModuleId),
    /// Nobody will name this module again. It goes once its tasks are over and, if the run needs
    /// it, once it is known to be usable.
    Forget {
        /// Which.
        module: ModuleId,
    },
    /// A line of input.
    Submit(Submission),
    /// Whoever submitted the task with this `seq` no longer wants it. It may be over, or never have
    /// been.
    Cancel {
        /// As [`polymer_host_task::TaskSpec::seq`].
        seq: u64,
    },
    /// No more lines will come.
    InputEnded,
    /// A process is up; nothing guest-made has reached it.
    Hello(WorkerId),
    /// A process cannot put up a layer of its jail that has to be there.
    Unconfined {
        /// Which worker.
        worker: WorkerId,
        /// The layer, as a code, and why.
        error: TaskError,
    },
    /// A compile worker wrote the code.
    Compiled {
        /// Which worker.
        worker: WorkerId,
        /// Form of the module, as the worker found it.
        form: ModuleForm,
        /// Imports of the module.
        imports: Vec<String>,
    },
    /// A compile worker found out all that is wanted of a module, and compiled nothing.
    Seen {
        /// Which worker.
        worker: WorkerId,
        /// Form of the module, as the worker found it.
        form: ModuleForm,
        /// Imports of the module.
        imports: Vec<String>,
        /// Functions that it exports beside its entry.
        functions: Vec<FunctionInfo>,
    },
    /// The cache has code for a module.
    Found {
        /// Which module.
        module: ModuleId,
        /// Form of the module.
        form: ModuleForm,
        /// Imports of the module.
        imports: Vec<String>,
    },
    /// The cache has none.
    NotFound {
        /// Which module.
        module: ModuleId,
        /// True if its entry was not what was kept; it is then removed.
        damaged: bool,
    },
    /// A worker cannot use its module.
    Refused {
        /// Which worker.
        worker: WorkerId,
        /// Why.
        error: TaskError,
    },
    /// A run worker can be sent attempts.
    Ready {
        /// Which.
        worker: WorkerId,
        /// Tasks as the module describes them.
        tasks: Vec<TaskInfo>,
        /// The functions it exports, as far as they are of interest.
        functions: Vec<FunctionInfo>,
    },
    /// An attempt ended.
    Finished {
        /// Which worker says so.
        worker: WorkerId,
        /// Which attempt.
        attempt: AttemptId,
        /// Ending of the attempt.
        ending: Box<AttemptEnding>,
    },
    /// The answer to [`Action::Judge`](super::SchedulerAction::Judge) where a checker is to look at
    /// what was given.
    CheckWanted {
        /// Which task.
        task: TaskId,
        /// End of its attempt, as it was handed over.
        ending: Box<AttemptEnding>,
        /// What the checker is given.
        given: CheckInput,
    },
    /// The answer to [`Action::WriteCase`](super::SchedulerAction::WriteCase).
    CaseWritten {
        /// Which task.
        task: TaskId,
        /// What its interactor is given, or why it cannot be given that.
        input: Result<CheckInput, CheckFailure>,
    },
    /// The answer to [`Action::Judge`](super::SchedulerAction::Judge),
    /// [`Action::ReadCheck`](super::SchedulerAction::ReadCheck) and
    /// [`Action::ReadInteraction`](super::SchedulerAction::ReadInteraction).
    Judged {
        /// Which task.
        task: TaskId,
        /// End of its attempt, as it is judged.
        ending: Box<AttemptEnding>,
    },
    /// Somebody looked how far a worker is with an attempt.
    Observed {
        /// Which worker.
        worker: WorkerId,
        /// Which attempt.
        attempt: AttemptId,
        /// Progress of the attempt, as far as the worker can be believed.
        delivery: AttemptDelivery,
    },
    /// Attempts that a worker had not begun were taken back.
    Retracted {
        /// Which worker.
        worker: WorkerId,
        /// The attempt its page names as begun last.
        begun: Option<AttemptId>,
    },
    /// So much memory of its own a run worker has. It is looked at now and then, before the answer
    /// that it has just sent is told.
    Resident {
        /// Which.
        worker: WorkerId,
        /// As the system says; what it shares with others, such as code, is not counted.
        bytes: u64,
    },
    /// The answer to [`Action::MeasureCpu`](super::SchedulerAction::MeasureCpu).
    CpuUsed {
        /// Which worker.
        worker: WorkerId,
        /// CPU time that its process has used so far in all, if the system says.
        cpu: Option<Duration>,
    },
    /// A worker did what the protocol does not allow.
    Broke {
        /// Which.
        worker: WorkerId,
        /// Description of the violation.
        what: String,
    },
    /// A worker could not be handed what it is to serve, because the machine lacks what that takes.
    LoadExhausted {
        /// Which.
        worker: WorkerId,
        /// Resource that is lacking.
        shortage: ResourceShortage,
    },
    /// A process ended and all it had sent was read.
    Died {
        /// Which.
        worker: WorkerId,
        /// Remains of the worker. In a box: these are rare, and answers are not.
        remains: Box<WorkerRemains>,
    },
    /// A process could not be started, for a reason that may not pass.
    SpawnFailed {
        /// Which it would have been.
        worker: WorkerId,
        /// Why.
        error: String,
    },
    /// A process could not be started, because the machine lacks what that takes.
    SpawnExhausted {
        /// Which it would have been.
        worker: WorkerId,
        /// Resource that is lacking.
        shortage: ResourceShortage,
    },
    /// The answer to [`Action::Probe`](super::SchedulerAction::Probe): whether a built-in module
    /// ran, or what stopped it.
    Probed(Result<(), Halt>),
    /// Whoever takes the records cannot keep up (`true`), or can again.
    Pressure(bool),
    /// The moment [`super::Scheduler::next_deadline`] asked for has come.
    Tick,
    /// Take nothing new, finish what has begun.
    Drain,
    /// End now.
    End,
}

impl SchedulerInput {
    /// The worker that it is about, if it is about one.
    pub(super) const fn worker(&self) -> Option<WorkerId> {
        match self {
            Self::Hello(worker)
            | Self::Unconfined { worker, .. }
            | Self::Compiled { worker, .. }
            | Self::Seen { worker, .. }
            | Self::Refused { worker, .. }
            | Self::Ready { worker, .. }
            | Self::Finished { worker, .. }
            | Self::Observed { worker, .. }
            | Self::Retracted { worker, .. }
            | Self::Resident { worker, .. }
            | Self::CpuUsed { worker, .. }
            | Self::Broke { worker, .. }
            | Self::LoadExhausted { worker, .. }
            | Self::SpawnExhausted { worker, .. }
            | Self::Died { worker, .. }
            | Self::SpawnFailed { worker, .. } => Some(*worker),
            Self::Module { .. }
            | Self::Checker(_)
            | Self::Interactor(_)
            | Self::Require(_)
            | Self::Forget { .. }
            | Self::Submit(_)
            | Self::Cancel { .. }
            | Self::InputEnded
            | Self::CheckWanted { .. }
            | Self::CaseWritten { .. }
            | Self::Judged { .. }
            | Self::Found { .. }
            | Self::NotFound { .. }
            | Self::Probed(_)
            | Self::Pressure(_)
            | Self::Tick
            | Self::Drain
            | Self::End => None,
        }
    }
}
