//! A module that is loaded: how it is entered, what it is granted, which tasks it offers. Data
//! only.
//!
//! It must never know how a module is linked, or how an attempt is made.

use super::contract::{TypedInstance, TypedModule};
use super::effective_grants::{EffectiveGrants, RunGrants};
use super::encoding::ConversionError;
use super::guest::GuestState;
use super::invoke::FoundFunction;
use super::log::AttemptLog;
use super::request::AttemptRequest;
use super::schema::TaskSchema;
use super::stage::EntryStage;
use super::stream::{CommandStreams, SharedSink};
use polymer_host_task::grants::TASK_ID;
use polymer_host_task::{GrantSubset, OutputFormat, TaskEncoding, TaskError, Verdict};
use std::sync::Arc;
use wasmtime::{InstancePre, Store};
use wasmtime_wasi::p2::bindings::{Command, CommandPre};

/// A module this worker can make attempts with.
#[derive(Debug)]
pub(crate) struct LoadedProgram {
    pub(crate) stage: EntryStage,
    pub(crate) entry: ProgramEntry,
    pub(crate) granted: Arc<RunGrants>,
    pub(crate) offers: Vec<TaskOffer>,
    /// Attempts that one instance serves, if the module is typed or an interpreter.
    pub(crate) reuse: u32,
    /// Format of bytes that guests give, if not the default of their form.
    pub(crate) output_format: Option<OutputFormat>,
    /// Its inputs are programs.
    pub(crate) is_interpreter: bool,
    /// The instance that served the attempt before, if it serves more.
    pub(crate) kept: Option<KeptInstance<TypedInstance>>,
    /// The same of an interpreter.
    pub(crate) kept_command: Option<KeptCommand>,
}

/// One task of a typed module.
#[derive(Debug)]
pub(crate) struct TaskOffer {
    pub(crate) name: String,
    pub(crate) encoding: TaskEncoding,
    /// Schema of its inputs, if it declares one and the run enforces it.
    pub(crate) input: Option<TaskSchema>,
    /// Schema of its outputs.
    pub(crate) output: Option<TaskSchema>,
}

/// Way in which the module is entered.
pub(crate) enum ProgramEntry {
    /// By the contract.
    Typed(TypedModule),
    /// By `wasi:cli/run`.
    CommandComponent(CommandPre<GuestState>),
    /// By `_start`.
    CommandModule(InstancePre<GuestState>),
    /// By a function that was named.
    Function(FoundFunction),
    /// Not at all: it is a component that is no task, and is only looked at.
    Nowhere,
}

impl std::fmt::Debug for ProgramEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Typed(_) => "Typed",
            Self::CommandComponent(_) => "CommandComponent",
            Self::CommandModule(_) => "CommandModule",
            Self::Function(_) => "Function",
            Self::Nowhere => "Nowhere",
        })
    }
}

/// An instance of an interpreter between two programs, with the streams that it has open.
pub(crate) type KeptCommand = KeptInstance<(Command, CommandStreams)>;

/// An instance between two attempts.
pub(crate) struct KeptInstance<I> {
    pub(crate) store: Store<GuestState>,
    pub(crate) instance: I,
    pub(crate) log: SharedSink<AttemptLog>,
    /// Bytes its memories may have.
    pub(crate) memory: u64,
    pub(crate) grants: Option<GrantSubset>,
    /// The program's name as it saw it, if that is not the module's.
    pub(crate) name: Option<String>,
    /// Attempts it has served.
    pub(crate) served: u32,
}

impl<I> KeptInstance<I> {
    /// The instance that served this attempt, as the last of so many.
    pub(crate) fn of(
        run: &AttemptRequest<'_>,
        store: Store<GuestState>,
        instance: I,
        log: SharedSink<AttemptLog>,
        served: u32,
    ) -> Self {
        let (memory, grants, name) = (run.limits.memory, run.grants.clone(), run.name.map(str::to_owned));
        Self { store, instance, log, memory, grants, name, served }
    }

    /// Returns whether it may serve an attempt: the first at a task, with the same grants and
    /// memory limit.
    pub(crate) fn suits(&self, run: &AttemptRequest<'_>) -> bool {
        run.number == 1
            && run.limits.memory == self.memory
            && run.grants == self.grants
            && run.name == self.name.as_deref()
    }
}

impl<I> std::fmt::Debug for KeptInstance<I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptInstance").field("served", &self.served).finish_non_exhaustive()
    }
}

impl LoadedProgram {
    /// The task of a name; the first for no name.
    pub(crate) fn offer(&self, name: &str) -> Option<&TaskOffer> {
        if name.is_empty() {
            self.offers.first()
        } else {
            self.offers.iter().find(|offer| offer.name == name)
        }
    }

    /// Returns the part of the grants that an attempt gets.
    pub(crate) fn share<'a>(
        &'a self,
        run: &'a AttemptRequest<'_>,
    ) -> Result<EffectiveGrants<'a>, ConversionError> {
        let share = EffectiveGrants::of(&self.granted, run);
        if share.can_be_told() {
            return Ok(share);
        }
        let message = format!("the id has a zero byte, so it cannot be given as {TASK_ID}");
        Err((Verdict::BadInput, TaskError::new("id", message)))
    }
}
