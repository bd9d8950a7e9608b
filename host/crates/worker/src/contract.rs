//! A typed task, whichever way it came: as a component, or as a core module.

use super::bindings::polymer::task::types::{Attempt, Failure, TaskInfo};
use super::bindings::{Task, TaskPre};
use super::canonical::{self, DirectModule};
use super::guest::GuestState;
use super::request::ToldAttempt;
use wasmtime::Store;

/// A module that keeps to the contract, linked.
pub(crate) enum TypedModule {
    /// A component; the engine knows the contract by its types.
    Component(TaskPre<GuestState>),
    /// A core module; we know it.
    Module(DirectModule),
}

/// An instance of it.
pub(crate) enum TypedInstance {
    /// Of a component.
    Component(Task),
    /// Of a core module.
    Module(canonical::DirectInstance),
}

impl TypedModule {
    /// A fresh instance.
    pub(crate) async fn instantiate(&self, store: &mut Store<GuestState>) -> wasmtime::Result<TypedInstance> {
        Ok(match self {
            Self::Component(pre) => TypedInstance::Component(pre.instantiate_async(store).await?),
            Self::Module(direct) => TypedInstance::Module(direct.instantiate(store).await?),
        })
    }

    /// Asks a fresh instance what the module offers.
    pub(crate) async fn describe(&self, store: &mut Store<GuestState>) -> wasmtime::Result<Vec<TaskInfo>> {
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

impl TypedInstance {
    /// Makes an attempt. `kept` says whether the instance is to serve more of them.
    pub(crate) async fn run(
        &self,
        store: &mut Store<GuestState>,
        attempt: ToldAttempt<'_>,
        input: &[u8],
        kept: bool,
    ) -> wasmtime::Result<Result<Vec<u8>, Failure>> {
        match self {
            Self::Component(task) => {
                let ToldAttempt { task: name, id, number } = attempt;
                let attempt = Attempt { task: name.to_owned(), id: id.to_owned(), number };
                task.polymer_task_guest().call_run(store, &attempt, input).await
            }
            Self::Module(instance) => instance.run(store, attempt, input, kept).await,
        }
    }
}
