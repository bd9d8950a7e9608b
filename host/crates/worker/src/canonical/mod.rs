//! Typed tasks that are core modules: entered by the canonical ABI of the component model, by which
//! they were built, with no component made of them. A component of such a module has four
//! instances, of which three only translate; without them an attempt costs little more than half.
//!
//! What the ABI asks of the host is the same as where the engine does it: values are copied into
//! memory that the guest's own `cabi_realloc` gave, in the order of the parameters, and whatever is
//! read back is checked. The source is the component model's `CanonicalABI.md`; offsets of records
//! are worked out by hand in [`lift`], and a test holds them against the types of the contract.
//!
//! It must never know what a run is: limits, grants and streams stand in the store.

mod eligible;
mod export;
#[cfg(any(test, feature = "fuzz"))]
mod fuzz;
mod host;
mod lift;
mod memory;
pub(super) mod version;

pub(super) use eligible::suits;
#[cfg(any(test, feature = "fuzz"))]
pub use fuzz::canonical;
pub(super) use version::ContractVersion;

use super::bindings::polymer::task::types::{Failure, TaskInfo};
use super::guest::GuestState;
use super::linkers::core_linker;
use super::request::ToldAttempt;
use export::CheckedExport;
use memory::put;
use wasmtime::{Engine, ExternType, InstancePre, Linker, Memory, Module, ModuleExport, Store, TypedFunc};

/// Exports of a core module beside the functions of the contract.
const REALLOC: &str = "cabi_realloc";
const MEMORY: &str = "memory";
const INITIALIZE: &str = "_initialize";

/// Old address, old size, alignment, size: the new address.
type ReallocParams = (u32, u32, u32, u32);
type ReallocFunction = TypedFunc<ReallocParams, u32>;
/// The task's name, the attempt's id, its number, the input: where the result stands.
type RunParams = (u32, u32, u32, u32, u32, u32, u32);

/// A module that keeps to the contract, linked.
pub(crate) struct DirectModule {
    pre: InstancePre<GuestState>,
    memory: ModuleExport,
    realloc: CheckedExport<ReallocParams, u32>,
    describe: CheckedExport<(), u32>,
    run: CheckedExport<RunParams, u32>,
    after_run: Option<CheckedExport<u32, ()>>,
    initialize: Option<CheckedExport<(), ()>>,
}

/// An instance of it.
pub(crate) struct DirectInstance {
    instance: wasmtime::Instance,
    memory: Memory,
    realloc: ReallocFunction,
    run: TypedFunc<RunParams, u32>,
    after_run: Option<TypedFunc<u32, ()>>,
}

impl DirectModule {
    /// Links a module.
    ///
    /// # Errors
    /// If it imports what nobody provides, or does not export what the contract asks for.
    pub(crate) fn new(engine: &Engine, module: &Module) -> wasmtime::Result<Self> {
        let mut linker = core_linker(engine)?;
        host::add_to_linker(&mut linker)?;
        Self::linked(&linker, module)
    }

    /// Links a module with what this linker has.
    fn linked(linker: &Linker<GuestState>, module: &Module) -> wasmtime::Result<Self> {
        let pre = linker.instantiate_pre(module)?;
        let version = ContractVersion::of_module(module);
        let memory = module
            .get_export_index(MEMORY)
            .filter(|_| matches!(module.get_export(MEMORY), Some(ExternType::Memory(_))));
        Ok(Self {
            memory: memory.ok_or_else(|| wasmtime::Error::msg("it does not export a memory as `memory`"))?,
            realloc: CheckedExport::of(module, REALLOC)?,
            describe: CheckedExport::of(module, version.describe)?,
            run: CheckedExport::of(module, version.run)?,
            after_run: CheckedExport::optional(module, version.after_run)?,
            initialize: CheckedExport::optional(module, INITIALIZE)?,
            pre,
        })
    }

    /// A fresh instance, initialized as a component's would be.
    pub(crate) async fn instantiate(
        &self,
        store: &mut Store<GuestState>,
    ) -> wasmtime::Result<DirectInstance> {
        let instance = self.pre.instantiate_async(&mut *store).await?;
        if let Some(initialize) = &self.initialize {
            initialize.function(&instance, store)?.call_async(&mut *store, ()).await?;
        }
        let memory = instance.get_module_export(&mut *store, &self.memory);
        let memory = memory.and_then(wasmtime::Extern::into_memory);
        Ok(DirectInstance {
            memory: memory.ok_or_else(|| wasmtime::Error::msg("its `memory` is not a memory"))?,
            realloc: self.realloc.function(&instance, store)?,
            run: self.run.function(&instance, store)?,
            after_run: self.after_run.as_ref().map(|after| after.function(&instance, store)).transpose()?,
            instance,
        })
    }

    /// Asks an instance what the module offers.
    pub(crate) async fn describe(
        &self,
        instance: &DirectInstance,
        store: &mut Store<GuestState>,
    ) -> wasmtime::Result<Vec<TaskInfo>> {
        let describe = self.describe.function(&instance.instance, store)?;
        let at = describe.call_async(&mut *store, ()).await?;
        // Its memory is given up whole, so what the guest would tidy up after that is left as it
        // is.
        lift::description(&instance.memory, store, at)
    }
}

impl DirectInstance {
    /// Makes an attempt. `kept` says whether the instance serves more: only then has the guest to
    /// tidy up after what it returned.
    pub(crate) async fn run(
        &self,
        store: &mut Store<GuestState>,
        attempt: ToldAttempt<'_>,
        input: &[u8],
        kept: bool,
    ) -> wasmtime::Result<Result<Vec<u8>, Failure>> {
        let (task, task_length) = put(&self.memory, &self.realloc, store, attempt.task.as_bytes()).await?;
        let (id, id_length) = put(&self.memory, &self.realloc, store, attempt.id.as_bytes()).await?;
        let (input, length) = put(&self.memory, &self.realloc, store, input).await?;
        let params = (task, task_length, id, id_length, attempt.number, input, length);
        let at = self.run.call_async(&mut *store, params).await?;
        let result = lift::result(&self.memory, store, at)?;
        if let Some(after) = self.after_run.as_ref().filter(|_| kept) {
            after.call_async(store, at).await?;
        }
        Ok(result)
    }
}
