//! Inspection of a module by a worker. No guest code is run but its `describe`, under a task's
//! limits.

use super::TaskManager;
use super::error::RunError;
use polymer_host_event::RunEvent;
use polymer_host_event::{EventSink, RecordBacklog, RunOutcome, RunOverview};
use polymer_host_modules::Module;
use polymer_host_run::Run;
use polymer_host_run::inbox::RunCommand;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{EntryMode, ModuleId, ModuleInfo, Moment};
use std::sync::Arc;

/// Keeps what is found out about the module.
#[derive(Default)]
struct InspectSink(Option<Arc<ModuleInfo>>);

impl EventSink for InspectSink {
    fn on(&mut self, _at: Moment, event: RunEvent) {
        if let RunEvent::ModuleReady { info, .. } = event {
            self.0 = Some(info);
        }
    }

    fn before_sending(&mut self) {}

    fn before_stop(&mut self) {}

    fn backlog(&self) -> RecordBacklog {
        RecordBacklog::default()
    }

    fn has_failed(&self) -> bool {
        false
    }

    fn tick(&mut self, _at: Moment) {}

    fn waiting(&mut self, _tasks: usize) {}

    fn report(&mut self, _at: Moment) {}

    fn look(&mut self, _at: Moment, _overview: RunOverview) {}

    fn end(&mut self, _at: Moment, _outcome: &RunOutcome) {}

    fn next_tick(&self) -> Option<Moment> {
        None
    }
}

impl TaskManager {
    /// Finds out what a module is: its form, its tasks, the functions it exports, what it imports.
    /// Compiles it where that takes machine code, with the cache of this manager. Waits for the
    /// answer.
    ///
    /// # Errors
    /// If the module is of no use, or workers do not start.
    pub fn inspect(&self, module: &Module) -> Result<Arc<ModuleInfo>, RunError> {
        let mut plan = self.plan();
        plan.config.slots = 1;
        plan.config.compile_slots = 1;
        plan.service.entering = EntryMode::Look;
        let started = Run::start(plan, None, |_| Ok(InspectSink::default()));
        let (submitter, run) =
            started.map_err(SystemError::on(SystemOperation::Start, "the run's threads"))?;
        let id = ModuleId(0);
        // A run that has ended already says why.
        let _ = submitter.try_send(RunCommand::Module(id, module.clone()));
        let _ = submitter.try_send(RunCommand::Require(id));
        drop(submitter);
        let (outcome, InspectSink(info)) = run.finish();
        match (outcome?.halt, info) {
            (Some(halt), _) => Err(RunError::of(&halt, module.name())),
            (None, Some(info)) => Ok(info),
            (None, None) => Err(RunError::Stopped),
        }
    }
}
