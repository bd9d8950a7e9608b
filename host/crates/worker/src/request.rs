//! Requests of the supervisor, in the form the worker uses: made from the messages once, where they
//! are received.
//!
//! Payloads, names and what a task brings stay in the frame in which they came.

use polymer_host_protocol::message::{
    LoadMessage, RunMessage, WireLimits, WirePayload, WireSupplied, WireWanted,
};
use polymer_host_task::{EntryMode, GrantSubset, ModuleForm, OutputFormat};
use serde_bytes::Bytes;
use std::time::Duration;

/// The bounds of one attempt, or of what a module says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AttemptLimits {
    /// Units of fuel, if they are counted.
    pub(crate) fuel: Option<u64>,
    /// Time for instantiating and running the guest.
    pub(crate) timeout: Duration,
    /// CPU time for the same, if that has a limit.
    pub(crate) cpu: Option<Duration>,
    /// Bytes over all linear memories.
    pub(crate) memory: u64,
    /// Bytes of output.
    pub(crate) output: u64,
    /// Bytes of log.
    pub(crate) log: u64,
}

/// Form in which an input came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InputKind {
    /// A JSON value.
    Json,
    /// A raw line.
    Line,
    /// Bytes.
    Bytes,
}

/// Purpose for which a module is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CompileTarget {
    /// Its tasks.
    Task,
    /// A function of it, which any component has.
    Function,
    /// To be looked at, whatever it is.
    Look,
}

/// Supplies that a task brings with it beside its input.
#[derive(Debug, Default)]
pub(crate) struct BorrowedSupplies<'a> {
    /// Arguments behind those that are granted.
    pub(crate) args: Vec<&'a str>,
    /// Variables in place of those of the same names.
    pub(crate) env: Vec<(&'a str, &'a str)>,
    /// Files for the folder for attempts: path in it, content.
    pub(crate) files: Vec<(&'a str, &'a Bytes)>,
}

/// A module to be served.
#[derive(Debug)]
pub(crate) struct ModuleRequest<'a> {
    /// Form that the compile worker found.
    pub(crate) form: ModuleForm,
    /// Way in which it is entered.
    pub(crate) entry: EntryMode,
    /// The program's name, as a command's first argument.
    pub(crate) name: &'a str,
    /// Arguments after the name.
    pub(crate) args: Vec<&'a str>,
    /// Environment variables.
    pub(crate) env: Vec<(&'a str, &'a str)>,
    /// Directories, in the order in which the worker was handed them: how the guest calls each,
    /// writable.
    pub(crate) dirs: Vec<(&'a str, bool)>,
    /// Attempts are told the id of their task and their number, as environment variables.
    pub(crate) task_env: bool,
    /// Name of the folder for attempts as guests see it, if there is one.
    pub(crate) scratch: Option<&'a str>,
    /// Patterns of files in it that come back.
    pub(crate) collect: Vec<&'a str>,
    /// Attempts that one instance of a typed module serves, at least 1.
    pub(crate) reuse: u32,
    /// Inputs and outputs are held to the schemas that tasks declare.
    pub(crate) validate: bool,
    /// Format of bytes that guests give, if not the default of their form.
    pub(crate) output_format: Option<OutputFormat>,
    /// Busy-poll time for the next attempt before the worker sleeps, after an attempt that took no
    /// longer than that.
    pub(crate) attention: Duration,
    /// Short answers go by the ring of the page.
    pub(crate) ring: bool,
    /// The limits under which the module describes itself.
    pub(crate) limits: AttemptLimits,
}

/// What a guest is told of the attempt that it makes, beside its input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ToldAttempt<'a> {
    pub(crate) task: &'a str,
    pub(crate) id: &'a str,
    pub(crate) number: u32,
}

/// An attempt to be made.
#[derive(Debug)]
pub(crate) struct AttemptRequest<'a> {
    /// The attempt, to be echoed.
    pub(crate) attempt: u64,
    /// Which of the module's tasks; empty for its first.
    pub(crate) task: &'a str,
    /// The program's name in this attempt, if it is not the module's.
    pub(crate) name: Option<&'a str>,
    /// The task's id, for the guest.
    pub(crate) id: &'a str,
    /// The number of the attempt, from 1, for the guest.
    pub(crate) number: u32,
    /// Limits on what it may use.
    pub(crate) limits: AttemptLimits,
    /// Grants that it is left; all of them for most.
    pub(crate) grants: Option<GrantSubset>,
    /// Supplies that it brings with it beside its input; nothing for most.
    pub(crate) supplied: Option<BorrowedSupplies<'a>>,
    /// Kind of bytes that `input` holds.
    pub(crate) kind: InputKind,
    /// The input as it came.
    pub(crate) input: &'a [u8],
}

impl From<WireLimits> for AttemptLimits {
    fn from(limits: WireLimits) -> Self {
        let (fuel, timeout, cpu) = (limits.fuel(), limits.timeout(), limits.cpu());
        let WireLimits { memory, output, log, .. } = limits;
        Self { fuel, timeout, cpu, memory, output, log }
    }
}

impl From<WirePayload> for InputKind {
    fn from(kind: WirePayload) -> Self {
        match kind {
            WirePayload::Json => Self::Json,
            WirePayload::Line => Self::Line,
            WirePayload::Bytes => Self::Bytes,
        }
    }
}

impl From<WireWanted> for CompileTarget {
    fn from(wanted: WireWanted) -> Self {
        match wanted {
            WireWanted::Task => Self::Task,
            WireWanted::Function => Self::Function,
            WireWanted::Look => Self::Look,
        }
    }
}

impl<'a> From<WireSupplied<'a>> for BorrowedSupplies<'a> {
    fn from(WireSupplied { args, env, files }: WireSupplied<'a>) -> Self {
        Self { args, env, files }
    }
}

impl<'a> From<LoadMessage<'a>> for ModuleRequest<'a> {
    fn from(load: LoadMessage<'a>) -> Self {
        Self {
            form: load.form.into(),
            entry: load.entry.into(),
            name: load.name,
            args: load.args,
            env: load.env,
            dirs: load.dirs,
            task_env: load.task_env,
            scratch: load.scratch,
            collect: load.collect,
            reuse: load.reuse,
            validate: load.validate,
            output_format: load.output_format.map(OutputFormat::from),
            attention: Duration::from_nanos(load.attention_ns),
            ring: load.ring,
            limits: load.limits.into(),
        }
    }
}

impl<'a> From<RunMessage<'a>> for AttemptRequest<'a> {
    fn from(run: RunMessage<'a>) -> Self {
        Self {
            attempt: run.attempt,
            task: run.task,
            name: run.name,
            id: run.id,
            number: run.number,
            limits: run.limits.into(),
            grants: run.grants.map(GrantSubset::from),
            supplied: run.supplied.map(|supplied| BorrowedSupplies::from(*supplied)),
            kind: run.kind.into(),
            input: run.input,
        }
    }
}
