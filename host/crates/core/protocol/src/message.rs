//! The messages. Wire types only: what a worker says becomes a domain type in [`super::claim`],
//! what it is told is checked already.

mod attempt;
mod files;
#[cfg(test)]
mod snapshot;
mod stream;

pub use attempt::{
    FinishedMessage, RunMessage, WireError, WireKept, WireLimits, WireOutput, WirePayload, WireUsage,
};
pub use files::{WireCollected, WireContent, WireSupplied};
pub use stream::{CreditMessage, OutputMessage, StdinMessage, WireStreaming};

use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::marker::PhantomData;

/// The most entries that are kept of a list that a worker sends: many small ones would take many
/// times their frame in memory.
pub(super) const ENTRIES: usize = 1000;

/// Message to a worker. Descriptors travel beside the frame that needs them.
#[derive(Debug, Serialize, Deserialize)]
pub enum ToWorker<'a> {
    /// To every worker, first of all: the jail it is to put up around itself before it says hello.
    #[serde(borrow)]
    Begin(BeginMessage<'a>),
    /// To a compile worker: turn this module into machine code. Descriptors: the module's bytes, an
    /// empty file for the code.
    Compile {
        /// The module is text in the WebAssembly text format.
        text: bool,
        /// Purpose of the compilation.
        wanted: WireWanted,
    },
    /// To a run worker: map this code, link it with these grants, describe it. Descriptors: the
    /// code, a new shared page. Whatever it served before it has no attempt left of.
    #[serde(borrow)]
    Load(LoadMessage<'a>),
    /// To a run worker: make an attempt.
    #[serde(borrow)]
    Run(RunMessage<'a>),
    /// To a run worker: what stood before this in the stream and was not begun was taken back;
    /// begin attempts under this epoch.
    Epoch(u16),
    /// To a run worker: bytes of the stdin of the streamed attempt that was sent last. What comes
    /// for one that is over is passed over, as for the two below.
    #[serde(borrow)]
    Stdin(StdinMessage<'a>),
    /// To a run worker: nothing more comes on the stdin of this attempt.
    StdinEnd(u64),
    /// To a run worker: bytes of output that were taken.
    OutputCredit(CreditMessage),
}

/// Surroundings of a worker for its whole life.
#[derive(Debug, Serialize, Deserialize)]
pub struct BeginMessage<'a> {
    /// Extent of the jail that is required: `auto`, `strict` or `off`.
    pub sandbox: &'a str,
    /// It serves one module in its life.
    pub one_module: bool,
    /// Speculation that leaks between processes is turned off.
    pub limit_speculation: bool,
    /// Folders that stay open to it, for writing or not. Beside the frame there is a descriptor for
    /// each, in this order: what becomes of their paths later changes nothing.
    pub dirs: Vec<bool>,
    /// Bytes of a folder for each attempt.
    pub scratch: Option<u64>,
    /// Seconds of CPU the process may use in its life.
    pub cpu_seconds: u64,
    /// Code is compiled so that it counts fuel, and is run so.
    pub counts_fuel: bool,
    /// Code is compiled to be fast, and not in little time.
    pub optimizes: bool,
    /// Bytes of private writable memory it may have.
    pub memory: u64,
    /// Bytes that one memory of a guest may have.
    pub guest_memory: u64,
    /// Bytes of stack that a guest may have, beside its memories.
    pub stack: u64,
    /// Bytes of a file that it writes.
    pub file_size: u64,
}

/// A worker's claim about its jail.
#[derive(Debug, Serialize, Deserialize)]
pub struct WireConfinement<'a> {
    /// Layers that stand: name, detail.
    #[serde(borrow, deserialize_with = "first_of")]
    pub active: Vec<(&'a str, &'a str)>,
    /// Layers that the machine does not give: name, why.
    #[serde(borrow, deserialize_with = "first_of")]
    pub missing: Vec<(&'a str, &'a str)>,
    /// The engine may ask which pages were touched.
    pub scans_pages: bool,
    /// The kernel bounds its threads.
    pub counts_threads: bool,
}

/// Module that a run worker serves from here on.
#[derive(Debug, Serialize, Deserialize)]
pub struct LoadMessage<'a> {
    /// Form of the module, as the compile worker found it.
    pub form: WireForm,
    /// Way in which it is entered.
    #[serde(borrow)]
    pub entry: WireEntry<'a>,
    /// The program's name, as a command's first argument.
    pub name: &'a str,
    /// Arguments after the name.
    #[serde(borrow)]
    pub args: Vec<&'a str>,
    /// Environment variables.
    #[serde(borrow)]
    pub env: Vec<(&'a str, &'a str)>,
    /// Directories, in the order in which they came with [`BeginMessage`]: how the guest calls
    /// each, writable.
    #[serde(borrow)]
    pub dirs: Vec<(&'a str, bool)>,
    /// Attempts are told the id of their task and their number, as environment variables.
    pub task_env: bool,
    /// Guests' name for the folder for attempts that [`BeginMessage`] asked for.
    pub scratch: Option<&'a str>,
    /// Patterns of files in it that come back.
    #[serde(borrow)]
    pub collect: Vec<&'a str>,
    /// Attempts that one instance of a typed module serves, at least 1.
    pub reuse: u32,
    /// Inputs and outputs are held to the schemas that tasks declare.
    pub validate: bool,
    /// Format in which bytes from guests are reported, if not that of their form.
    pub output_format: Option<WireOutputFormat>,
    /// Nanoseconds it looks for its next attempt before it sleeps, after one that took no longer
    /// than that.
    pub attention_ns: u64,
    /// Short answers go by the ring behind the shared page.
    pub ring: bool,
    /// The limits under which the module describes itself.
    pub limits: WireLimits,
}

/// Format in which bytes from guests are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WireOutputFormat {
    /// As text, where they are.
    Text,
    /// As the JSON that they are.
    Json,
    /// As bytes.
    Base64,
}

/// Way in which a run enters its modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WireEntry<'a> {
    /// As what they are: tasks.
    Task,
    /// By this exported function of a component.
    Function(&'a str),
    /// Not at all: only what they offer is wanted.
    Look,
}

/// The content of a frame that holds [`FromWorker::BySocket`].
pub const BY_SOCKET: &[u8] = b"\xa8BySocket";
/// The content of a frame that holds [`FromWorker::Wake`].
pub const WAKE: &[u8] = b"\xa4Wake";

/// Message from a worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum FromWorker<'a> {
    /// It is up; nothing guest-made has reached it.
    Hello {
        /// Its [`super::VERSION`].
        version: u32,
        /// Its engine, and what fuel counts in it.
        engine: &'a str,
        /// Jail around it.
        #[serde(borrow)]
        confinement: WireConfinement<'a>,
    },
    /// It could not put up a layer of its jail that has to be there, and ends.
    Unconfined {
        /// Which.
        layer: &'a str,
        /// Why.
        why: &'a str,
    },
    /// From a compile worker: the code is written.
    Compiled {
        /// Form of the module.
        form: WireForm,
        /// Imports of the module.
        #[serde(deserialize_with = "first_of")]
        imports: Vec<String>,
    },
    /// From a compile worker: what the module is, which is only looked at and needs no machine code
    /// for that.
    Seen {
        /// Form of the module.
        form: WireForm,
        /// Imports of the module.
        #[serde(deserialize_with = "first_of")]
        imports: Vec<String>,
        /// The functions that it exports beside the one that it is entered by.
        #[serde(deserialize_with = "first_of")]
        functions: Vec<WireFunction>,
    },
    /// From either: this module cannot be used.
    Refused {
        /// A stable code.
        code: &'a str,
        /// Why.
        message: &'a str,
    },
    /// From a run worker: it can be sent attempts.
    Ready {
        /// Tasks as the module describes them; empty for commands.
        #[serde(deserialize_with = "first_of")]
        tasks: Vec<WireTask>,
        /// The function that is called; of programs and of modules that are only looked at, what
        /// they export beside their entry.
        #[serde(deserialize_with = "first_of")]
        functions: Vec<WireFunction>,
    },
    /// From a run worker: an attempt ended.
    #[serde(borrow)]
    Finished(FinishedMessage<'a>),
    /// From a run worker: bytes that the guest of the streamed attempt at work wrote.
    #[serde(borrow)]
    Output(OutputMessage<'a>),
    /// From a run worker: bytes of its stdin that the guest took.
    StdinCredit(CreditMessage),
    /// From a run worker, in the ring: what comes next in the order of its messages is on the
    /// socket.
    BySocket,
    /// From a run worker, on the socket and in no order: the ring has something for a supervisor
    /// that slept.
    Wake,
}

/// Purpose for which a module is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WireWanted {
    /// Its tasks.
    Task,
    /// A function of it, which any component has.
    Function,
    /// To be looked at, whatever it is.
    Look,
}

/// Form of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WireForm {
    /// A component that is a typed task.
    Typed,
    /// A core module that is a typed task.
    TypedModule,
    /// A `wasi:cli` component.
    CommandComponent,
    /// A core module with `_start`.
    CommandModule,
    /// A component that is no task, whose functions can be called.
    Component,
}

/// An exported function of a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireFunction {
    /// Its name, with the interface that it stands in.
    pub name: String,
    /// Its types, as WIT writes them.
    pub signature: String,
    /// Why it cannot be called, if it cannot.
    pub refused: Option<String>,
}

/// One entry of what a module says of its tasks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WireTask {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// One line for people.
    pub summary: String,
    /// 0 JSON, 1 MessagePack, 2 raw.
    pub encoding: u8,
    /// A JSON Schema.
    pub input_schema: Option<String>,
    /// A JSON Schema.
    pub output_schema: Option<String>,
    /// 0 env, 1 directory to read, 2 directory to write; with the name or path.
    #[serde(deserialize_with = "first_of")]
    pub wishes: Vec<(u8, String)>,
}

impl ToWorker<'_> {
    /// The word for it in errors.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Begin(_) => "begin",
            Self::Compile { .. } => "compile",
            Self::Load(_) => "load",
            Self::Run(_) => "run",
            Self::Epoch(_) => "epoch",
            Self::Stdin(_) => "stdin",
            Self::StdinEnd(_) => "the end of stdin",
            Self::OutputCredit(_) => "output credit",
        }
    }
}

/// Reads a list and keeps its first entries; the others are passed over.
fn first_of<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    struct FirstMessage<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for FirstMessage<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut kept = Vec::new();
            while kept.len() < ENTRIES {
                let Some(entry) = list.next_element()? else { return Ok(kept) };
                kept.push(entry);
            }
            while list.next_element::<IgnoredAny>()?.is_some() {}
            Ok(kept)
        }
    }

    deserializer.deserialize_seq(FirstMessage(PhantomData))
}

#[cfg(test)]
mod tests {
    use super::super::frame::decode;
    use super::*;

    #[test]
    fn words_about_a_ring_are_known_by_their_bytes() {
        for (word, bytes) in [(FromWorker::BySocket, BY_SOCKET), (FromWorker::Wake, WAKE)] {
            assert_eq!(rmp_serde::to_vec(&word).unwrap(), bytes);
        }
    }

    #[test]
    fn of_a_long_list_the_first_entries_are_kept() {
        let imports = (0..2 * ENTRIES).map(|number| number.to_string()).collect();
        let claim = FromWorker::Compiled { form: WireForm::Typed, imports };
        let bytes = rmp_serde::to_vec(&claim).unwrap();
        let FromWorker::Compiled { imports, .. } = decode(&bytes).unwrap() else { panic!() };
        assert_eq!((imports.len(), imports.last().map(String::as_str)), (ENTRIES, Some("999")));
    }
}
