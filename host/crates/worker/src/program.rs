//! A module that is loaded: how it is entered, what it is granted, which tasks it offers. Data
//! only.
//!
//! It must never know how a module is linked, or how an attempt is made.

use super::contract::{Instance, Typed};
use super::encoding::Refused;
use super::guest::Guest;
use super::invoke::Function;
use super::log::Log;
use super::request::AttemptRequest;
use super::schema::Schema;
use super::share::{Granted, Share};
use super::stage::Stage;
use super::stream::Shared;
use polymer_host_task::grants::TASK_ID;
use polymer_host_task::{Encoding, Fault, Kept, OutputFormat, Verdict};
use wasmtime::{InstancePre, Store};
use wasmtime_wasi::p2::bindings::CommandPre;

/// A module this worker can make attempts with.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) stage: Stage,
    pub(crate) entry: Entry,
    pub(crate) granted: Granted,
    pub(crate) offers: Vec<Offer>,
    /// Attempts that one instance serves, if the module is typed.
    pub(crate) reuse: u32,
    /// How bytes that guests give are told, if not as their form has it.
    pub(crate) output_format: Option<OutputFormat>,
    /// The instance that served the attempt before, if it serves more.
    pub(crate) kept: Option<KeptInstance>,
}

/// One task of a typed module.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) name: String,
    pub(crate) encoding: Encoding,
    /// What its inputs must be, if it says so and the run holds it to that.
    pub(crate) input: Option<Schema>,
    /// What its outputs must be.
    pub(crate) output: Option<Schema>,
}

/// How the module is entered.
pub(crate) enum Entry {
    /// By the contract.
    Typed(Typed),
    /// By `wasi:cli/run`.
    CommandComponent(CommandPre<Guest>),
    /// By `_start`.
    CommandModule(InstancePre<Guest>),
    /// By a function that was named.
    Function(Function),
    /// Not at all: it is a component that is no task, and is only looked at.
    Nowhere,
}

impl std::fmt::Debug for Entry {
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

/// An instance between two attempts.
pub(crate) struct KeptInstance {
    pub(crate) store: Store<Guest>,
    pub(crate) instance: Instance,
    pub(crate) log: Shared<Log>,
    /// Bytes its memories may have.
    pub(crate) memory: u64,
    pub(crate) grants: Option<Kept>,
    /// The program's name as it saw it, if that is not the module's.
    pub(crate) name: Option<String>,
    /// Attempts it has served.
    pub(crate) served: u32,
}

impl std::fmt::Debug for KeptInstance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptInstance").field("served", &self.served).finish_non_exhaustive()
    }
}

impl Program {
    /// The task of a name; the first for no name.
    pub(crate) fn offer(&self, name: &str) -> Option<&Offer> {
        if name.is_empty() {
            self.offers.first()
        } else {
            self.offers.iter().find(|offer| offer.name == name)
        }
    }

    /// What an attempt gets of the grants.
    pub(crate) fn share<'a>(&'a self, run: &'a AttemptRequest<'_>) -> Result<Share<'a>, Refused> {
        let share = Share::of(&self.granted, run);
        if share.can_be_told() {
            return Ok(share);
        }
        let message = format!("the id has a zero byte, so it cannot be given as {TASK_ID}");
        Err((Verdict::BadInput, Fault::new("id", message)))
    }
}
