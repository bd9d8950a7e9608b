//! Everything the supervisor may be told to do.

use polymer_host_event::{ProcessRole, RunEvent};
use polymer_host_task::{
    AttemptEnding, AttemptId, Expectation, InteractionOrder, ModuleId, StreamId, TaskId, WorkerId,
};
use std::sync::Arc;

/// One thing to do. Whatever starts something carries the name that the later
/// [`super::SchedulerInput`] must echo.
#[derive(Debug)]
pub enum SchedulerAction {
    /// Start a process; it answers with `Hello`, `SpawnFailed` or `Died`.
    Spawn {
        /// Name of the process.
        worker: WorkerId,
        /// Role of the process.
        role: ProcessRole,
    },
    /// Start a process that is told what it serves once it is adopted; it answers as one that is
    /// spawned.
    SpawnSpare(WorkerId),
    /// From here on a spare is the worker of this name, whatever was said to or by it before.
    Adopt {
        /// Name until now.
        spare: WorkerId,
        /// Name from here on.
        worker: WorkerId,
    },
    /// Ask the cache for this module's code: answer with `Found` or `NotFound`, at once or later.
    /// Comes once for each module, and only if the run has a cache.
    Look(ModuleId),
    /// Keep this module's code in the cache: it was compiled in this run, its compile worker is
    /// dead, and a run worker got ready with it.
    Keep(ModuleId),
    /// Throw out what the cache gave for this module.
    Discard(ModuleId),
    /// Hand a process what it serves: it answers with `Compiled`, `Ready` or `Refused`. One that
    /// served another module before has nothing left to do of that.
    Load {
        /// Which.
        worker: WorkerId,
        /// Role from here on.
        role: ProcessRole,
    },
    /// Send an attempt.
    Dispatch {
        /// To whom.
        worker: WorkerId,
        /// Name of the attempt.
        attempt: AttemptId,
        /// Task to run: see [`super::Scheduler::spec`].
        task: TaskId,
        /// The number of the attempt, from 1.
        number: u32,
    },
    /// Compare what an attempt gave with what is expected; answer with `Judged`, at once or later.
    /// If a checker is to look at it: answer with `CheckWanted`, or with `Judged` if that cannot
    /// be.
    Judge {
        /// Which task.
        task: TaskId,
        /// What is expected.
        expect: Arc<Expectation>,
        /// End of the attempt.
        ending: Box<AttemptEnding>,
    },
    /// Read what a checker said of what an attempt gave; answer with `Judged`, at once or later.
    ReadCheck {
        /// Which task.
        task: TaskId,
        /// What is expected.
        expect: Arc<Expectation>,
        /// End of the attempt.
        ending: Box<AttemptEnding>,
        /// End of the last attempt of the checker.
        check: Box<AttemptEnding>,
    },
    /// Write what the interactor of a task is given; answer with `CaseWritten`, at once or later.
    WriteCase {
        /// Which task.
        task: TaskId,
        /// What is expected.
        expect: Arc<Expectation>,
    },
    /// What each of these two writes is what the other reads, from here on. Both are dispatched
    /// next.
    Connect {
        /// The streams of the program.
        program: StreamId,
        /// Those of its interactor.
        interactor: StreamId,
    },
    /// One of two that are connected ended: the other reads what it had written and then nothing
    /// more, and what it writes is for nobody.
    Disconnect(StreamId),
    /// Read what an interactor came to, and say who of both is to blame; answer with `Judged`, at
    /// once or later.
    ReadInteraction {
        /// Which task.
        task: TaskId,
        /// What is expected.
        expect: Arc<Expectation>,
        /// End of the program's attempt.
        ending: Box<AttemptEnding>,
        /// End of the interactor's.
        interactor: Box<AttemptEnding>,
        /// Who ended first.
        order: InteractionOrder,
    },
    /// Look how far a worker is with an attempt, the first it has; answer with `Observed` once the
    /// other actions beside this one are done.
    Observe {
        /// Which worker.
        worker: WorkerId,
        /// Which attempt.
        attempt: AttemptId,
    },
    /// Take back what a worker has not begun; answer with `Retracted` once the other actions beside
    /// this one are done.
    Retract(WorkerId),
    /// Find out whether this machine compiles and runs a built-in module under the plan of this
    /// run; answer with `Probed`. Comes at most once.
    Probe,
    /// Look at what CPU a process has used so far; answer with `CpuUsed` once the other actions
    /// beside this one are done.
    MeasureCpu(WorkerId),
    /// Kill a process and all it started. `Died` follows.
    Kill(WorkerId),
    /// Close this module's files: no process has them any more, and nothing will be asked of it
    /// again.
    Forget(ModuleId),
    /// Tell the world.
    Announce(RunEvent),
}
