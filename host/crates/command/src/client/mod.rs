//! `polymer run --client`: the client protocol, by which a program submits task records, reads
//! records and cancels tasks. `host/docs/protocol.md` describes it.
//!
//! `control_line` reads what a client asks for and `registry` knows its tasks, both pure; `lines`
//! notes each task record, `listener` hears control lines on a thread of its own, `hello` is the
//! first line of output, `tee` gives records to a folder and to the client. Nothing here may know
//! how a run goes.

mod control_line;
mod hello;
mod lines;
mod listener;
mod registry;
mod tee;

use crate::args::{ClientArgs, DescriptorFlag};
use crate::error::CliError;
use crate::taskfile::TaskLines;
use lines::ClientLines;
use polymer_host_base::JailRole;
use polymer_host_run::jail_probe::ProbeFailure;
use polymer_host_run::{RunControl, RunPlan, rehearse};
use polymer_host_sys::inherited::inherited;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{Limits, Record};
use registry::ClientTasks;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
pub(super) use tee::TeeStore;

/// The tasks of a client, shared by those who read its lines and those who end its tasks.
#[derive(Debug, Clone, Default)]
struct SharedTasks(Arc<Mutex<ClientTasks>>);

impl SharedTasks {
    fn lock(&self) -> MutexGuard<'_, ClientTasks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A client that is served.
#[derive(Debug)]
pub(super) struct ClientSession {
    tasks: SharedTasks,
    control: Option<OwnedFd>,
}

/// Hears of records, so that ids are free again.
#[derive(Debug, Clone)]
pub(super) struct EndedTasks(SharedTasks);

impl EndedTasks {
    /// A task is over.
    pub(super) fn note(&self, record: &Record) {
        self.0.lock().ended(&record.id, record.seq);
    }
}

impl ClientSession {
    /// The client that these flags speak of, if there is one. To be called before this process
    /// opens anything: a number that nobody gave it might be taken for the client's.
    ///
    /// # Errors
    /// If the descriptor of control lines is not open.
    pub(super) fn of(args: &ClientArgs) -> Result<Option<Self>, CliError> {
        if !args.client {
            return Ok(None);
        }
        let open = |DescriptorFlag(number)| {
            inherited(number).map_err(SystemError::on(SystemOperation::Read, format!("fd:{number}")))
        };
        let control = args.control.map(open).transpose()?;
        Ok(Some(Self { tasks: SharedTasks::default(), control }))
    }

    /// Returns the first line of output: what the client talks to. A worker is started to find out
    /// which jail it gets here, so this comes before anything is made for the run.
    ///
    /// # Errors
    /// If no worker starts.
    pub(super) fn greeting(plan: &RunPlan, limits: Limits) -> Result<Vec<u8>, CliError> {
        let jail = rehearse(plan, JailRole::Run).map_err(|failure| match failure {
            ProbeFailure::Unconfined(error) => CliError::Unconfined(error),
            ProbeFailure::Died(death) => CliError::WorkersDie(Box::new(death)),
            ProbeFailure::System(error) => CliError::System(error),
        })?;
        Ok(hello::hello(plan, limits, &jail))
    }

    /// Writes that line.
    ///
    /// # Errors
    /// If nobody reads it.
    pub(super) fn greet(greeting: &[u8]) -> Result<(), CliError> {
        let mut stdout = io::stdout();
        let written = stdout.write_all(greeting).and_then(|()| stdout.flush());
        written.map_err(|_| CliError::OutputClosed)
    }

    /// Hears of the ends of tasks.
    pub(super) fn ended(&self) -> EndedTasks {
        EndedTasks(self.tasks.clone())
    }

    /// Begins to hear control lines for a run.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn listen(self, control: RunControl) -> io::Result<ClientTaskReader> {
        let Self { tasks, control: lines } = self;
        if let Some(lines) = lines {
            listener::listen(lines, tasks.clone(), control.clone())?;
        }
        Ok(ClientTaskReader { tasks, control })
    }
}

/// Notes the tasks of a client as they are read.
#[derive(Debug)]
pub(super) struct ClientTaskReader {
    tasks: SharedTasks,
    control: RunControl,
}

impl ClientTaskReader {
    /// The same lines, each of which is noted when it is read.
    pub(super) fn noting(self, lines: TaskLines) -> ClientLines {
        ClientLines { lines, tasks: self.tasks, control: self.control }
    }
}
