//! First message to every worker: the jail it is to put up around itself, from what the run grants
//! and allows.

use super::service::WorkerSettings;
use polymer_host_base::JailRole;
use polymer_host_protocol::message::BeginMessage;
use polymer_host_protocol::{ToWorker, values_room};
use polymer_host_task::{EntryMode, Optimization, USUAL_STACK};
use std::time::Duration;

/// Bytes of private memory that a run worker has beside its guest's: the engine, the usual stack
/// and that of an interpreter, the heap of the host.
const HEADROOM: u64 = 256 << 20;
/// Number of times the [room for values](values_room) may be taken where functions of components
/// are called: by the arguments and by the results, each in lists that have room to grow and with
/// the allocator's overhead.
const CALLS: u64 = 4;
/// Number of copies of an input or output that may exist at a time: in the frame, converted, in the
/// guest's stream, in the answer.
const COPIES: u64 = 4;
/// Bytes of machine code that a module may become, as a multiple of its own, and at the least.
const CODE_RATIO: u64 = 32;
const CODE_LEAST: u64 = 64 << 20;

/// CPU time of a run worker's life. No guest meets it: a worker that has worked for half of it is
/// replaced.
pub fn worker_cpu(timeout: Duration) -> Duration {
    timeout.saturating_mul(4).max(Duration::from_secs(20 * 60))
}

/// The first frame to a worker. Beside it, to one that runs guests, go the granted folders.
pub(super) fn begin(service: &WorkerSettings, purpose: JailRole) -> ToWorker<'_> {
    ToWorker::Begin(match purpose {
        JailRole::Compile => compile(service),
        JailRole::Run => run(service),
    })
}

/// Bytes of private memory that a worker may take.
pub(super) fn memory(service: &WorkerSettings, purpose: JailRole) -> u64 {
    match purpose {
        JailRole::Compile => compile(service).memory,
        JailRole::Run => run(service).memory,
    }
}

fn compile(service: &WorkerSettings) -> BeginMessage<'_> {
    let limits = &service.compile;
    BeginMessage {
        sandbox: service.sandbox.name(),
        one_module: true,
        limit_speculation: service.limit_speculation,
        dirs: Vec::new(),
        scratch: None,
        // The kernel counts whole seconds.
        cpu_seconds: limits.cpu.as_secs() + u64::from(limits.cpu.subsec_nanos() > 0),
        counts_fuel: service.limits.fuel.is_some(),
        optimizes: service.optimization == Optimization::Speed,
        memory: limits.memory,
        guest_memory: 0,
        stack: USUAL_STACK,
        file_size: limits.module.saturating_mul(CODE_RATIO).max(CODE_LEAST),
    }
}

fn run(service: &WorkerSettings) -> BeginMessage<'_> {
    let limits = &service.limits;
    let values = match service.entering {
        // A checker is entered as a task.
        EntryMode::Function(_) => values_room(limits.input.max(limits.output)).saturating_mul(CALLS),
        EntryMode::Task | EntryMode::Look => 0,
    };
    // Files that come back may be as much again.
    let outputs = if service.grants.collect.is_empty() { 1 } else { 2 };
    let output = limits.output.saturating_mul(outputs);
    // Whoever comes up may have to serve a checker or an interactor.
    let input = limits.input.max(service.check_input.unwrap_or_default());
    let payload = input.saturating_add(output).saturating_add(limits.log);
    BeginMessage {
        sandbox: service.sandbox.name(),
        one_module: service.one_module,
        limit_speculation: service.limit_speculation,
        dirs: service.grants.dirs.iter().map(|dir| dir.writable).collect(),
        scratch: service.grants.scratch.as_ref().map(|scratch| scratch.bytes),
        cpu_seconds: worker_cpu(limits.timeout).as_secs(),
        counts_fuel: limits.fuel.is_some(),
        optimizes: service.optimization == Optimization::Speed,
        memory: limits
            .memory
            .saturating_add(payload.saturating_mul(COPIES))
            .saturating_add(HEADROOM)
            .saturating_add(service.stack.saturating_sub(USUAL_STACK))
            .saturating_add(values),
        guest_memory: limits.memory,
        stack: service.stack,
        file_size: service.file_size,
    }
}
