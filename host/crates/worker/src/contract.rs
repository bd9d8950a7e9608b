//! A typed task, whichever way it came: as a component, or as a core module.

use super::bindings::polymer::task::types::{Attempt, Failure, TaskInfo};
use super::bindings::{Task, TaskPre};
use super::canonical::{self, Direct};
use super::guest::Guest;
use wasmtime::Store;

/// A module that keeps to the contract, linked.
pub(crate) enum Typed {
    /// A component; the engine knows the contract by its types.
    Component(TaskPre<Guest>),
    /// A core module; we know it.
    Module(Direct),
}

/// An instance of it.
pub(crate) enum Instance {
    /// Of a component.
    Component(Task),
    /// Of a core module.
    Module(canonical::Instance),
}

impl Typed {
    /// A fresh instance.
    pub(crate) async fn instantiate(&self, store: &mut Store<Guest>) -> wasmtime::Result<Instance> {
        Ok(match self {
            Self::Component(pre) => Instance::Component(pre.instantiate_async(store).await?),
            Self::Module(direct) => Instance::Module(direct.instantiate(store).await?),
        })
    }

    /// Asks a fresh instance what the module offers.
    pub(crate) async fn describe(&self, store: &mut Store<Guest>) -> wasmtime::Result<Vec<TaskInfo>> {
        match self {
            Self::Component(pre) => {
                let task = pre.instantiate_async(&mut *store).await?;
                store.data_mut().entered();
                task.polymer_task_guest().call_describe(store).await
            }
            Self::Module(direct) => {
                let instance = direct.instantiate(store).await?;
                store.data_mut().entered();
                direct.describe(&instance, store).await
            }
        }
    }
}

impl Instance {
    /// Makes an attempt. `kept` says whether the instance is to serve more of them.
    pub(crate) async fn run(
        &self,
        store: &mut Store<Guest>,
        attempt: &Attempt,
        input: &[u8],
        kept: bool,
    ) -> wasmtime::Result<Result<Vec<u8>, Failure>> {
        match self {
            Self::Component(task) => task.polymer_task_guest().call_run(store, attempt, input).await,
            Self::Module(instance) => instance.run(store, attempt, input, kept).await,
        }
    }
}
