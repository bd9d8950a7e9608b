//! A worker's first steps: from the first frame, which says what its jail is to be, to its hello.
//! Nothing guest-made is near yet.

use super::engine::{EngineSettings, FuelCounting, GuestStack};
use super::link::{IncomingFrames, LinkError, OutgoingFrames, ReceivedFrame, decode};
use super::scratch::ScratchFolder;
use super::{WorkerRole, engine, trap};
use polymer_host_base::{Confinement, JailRole, Sandbox};
use polymer_host_jail as jail;
use polymer_host_jail::{EnteredJail, JailPolicy, LoadedFilter, NotConfined};
use polymer_host_protocol::message::{BeginMessage, WireConfinement};
use polymer_host_protocol::{FromWorker, SMALL_FRAME, ToWorker, VERSION, most_threads};
use polymer_host_sys::process;
use polymer_host_task::Optimization;
use std::os::fd::OwnedFd;
use std::time::Duration;
use wasmtime::Engine;

/// Descriptors a worker may have: those it holds itself, with room for its threads' own, and what
/// guests may open.
const FILES: u64 = 64 + super::guest::RESOURCES as u64;

/// Bytes of addresses beside private memory: code that is mapped, stacks and heaps of threads,
/// which take more addresses than memory, and the memories of a guest that does not fit the pool.
const ADDRESSES: u64 = (8 << 30) + engine::ADDRESSES_ON_DEMAND;

/// State of a worker when it says hello.
#[derive(Debug)]
pub(crate) struct WorkerHandshake {
    /// The granted folders, in the order of the grants.
    pub(crate) places: Vec<OwnedFd>,
    /// Made before the jail closed, for it looks at pages of this process.
    pub(crate) engine: Engine,
    /// Those of the engine, and of others that a module may need.
    pub(crate) settings: EngineSettings,
    /// Its folder for attempts, if the run grants one.
    pub(crate) scratch: Option<ScratchFolder>,
    /// The filter to put up once its module is loaded, if it serves only one.
    pub(crate) loaded: Option<LoadedFilter>,
}

/// Puts up the jail that the first frame asks for, and says hello. `None` if the supervisor is
/// gone, or the jail cannot be: then that was said.
///
/// # Errors
/// If the supervisor does not keep to the protocol, or no engine can be made.
pub(crate) fn begin(
    role: WorkerRole,
    incoming: &mut IncomingFrames,
    outgoing: &mut OutgoingFrames,
) -> Result<Option<WorkerHandshake>, LinkError> {
    let Some(ReceivedFrame { content, descriptors }) = incoming.next_frame()? else { return Ok(None) };
    let places = std::mem::take(descriptors);
    let ToWorker::Begin(begin) = decode(content)? else {
        return Err(LinkError::Unexpected("something else before the description of the jail".to_owned()));
    };
    if places.len() != begin.dirs.len() {
        return Err(LinkError::Unexpected("other folders than those that it names".to_owned()));
    }
    let guest_memory = begin.guest_memory;
    let fuel = FuelCounting::is_on(begin.counts_fuel);
    let optimization = if begin.optimizes { Optimization::Speed } else { Optimization::Quick };
    let settings = EngineSettings { stack: GuestStack::of(begin.stack), fuel, optimization };
    let engine = || match role {
        WorkerRole::Compile => engine::on_demand(settings),
        // Where there are too few addresses for a pool, one instance may still fit.
        WorkerRole::Run => engine::pooled(guest_memory, settings).or_else(|_| engine::on_demand(settings)),
    };
    match jail::enter(&policy(role, &begin)?, places, engine) {
        Ok(EnteredJail { made, confinement, places, scratch, loaded }) => {
            let engine = made.map_err(|error| match trap::is_machine(&error, false) {
                true => LinkError::Machine(trap::chain(&error)),
                false => LinkError::Own(format!("no engine: {}", trap::chain(&error))),
            })?;
            let hello = FromWorker::Hello {
                version: VERSION,
                engine: &engine::described(fuel),
                confinement: wire(&confinement),
            };
            outgoing.send(&hello, SMALL_FRAME)?;
            Ok(Some(WorkerHandshake {
                engine,
                settings,
                places,
                scratch: scratch.map(ScratchFolder::new),
                loaded,
            }))
        }
        Err(NotConfined { layer, why, is_shortage: true }) => {
            Err(LinkError::Machine(format!("{layer} cannot be set up: {why}")))
        }
        Err(NotConfined { layer, why, is_shortage: false }) => {
            outgoing.send(&FromWorker::Unconfined { layer: layer.name(), why: &why }, SMALL_FRAME)?;
            Ok(None)
        }
    }
}

fn policy(role: WorkerRole, begin: &BeginMessage<'_>) -> Result<JailPolicy, LinkError> {
    let sandbox = Sandbox::named(begin.sandbox)
        .ok_or_else(|| LinkError::Unexpected(format!("the unknown sandbox `{}`", begin.sandbox)))?;
    Ok(JailPolicy {
        sandbox,
        one_module: begin.one_module,
        limit_speculation: begin.limit_speculation,
        purpose: match role {
            WorkerRole::Compile => JailRole::Compile,
            WorkerRole::Run => JailRole::Run,
        },
        writable: begin.dirs.clone(),
        scratch: begin.scratch,
        cpu: Some(Duration::from_secs(begin.cpu_seconds)),
        data: Some(begin.memory),
        file_size: begin.file_size,
        files: FILES + begin.dirs.len() as u64,
        addresses: Some(begin.memory.saturating_add(ADDRESSES)),
        threads: most_threads(process::cores()) as u64,
    })
}

fn wire(confinement: &Confinement) -> WireConfinement<'_> {
    let active = confinement.active.iter().map(|active| (active.layer.name(), active.detail.as_str()));
    let missing = confinement.missing.iter().map(|missing| (missing.layer.name(), missing.why.as_str()));
    WireConfinement {
        active: active.collect(),
        missing: missing.collect(),
        scans_pages: confinement.scans_pages,
        counts_threads: confinement.counts_threads,
    }
}
