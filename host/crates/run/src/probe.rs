//! Tries whether this machine can do the first thing that a run asks of it: compile and run a
//! module, under that run's own plan. What cannot be done with a module of 41 bytes is no module's
//! fault.
//!
//! It is a run like any other, with one worker, one task and nobody to tell, so what stops it is
//! what would stop a run, in the same words. It must never know whose fault the answer is to
//! settle.

use super::control::RunControl;
use super::inbox::{RunCommand, RunWaker, inbox};
use super::{CodeCaching, RunPlan, StartRunError};
use polymer_host_event::{EventSink, RecordBacklog, RunOutcome, RunOverview};
use polymer_host_event::{Halt, RunEvent};
use polymer_host_modules::Module;
use polymer_host_sched::retry::{Escalation, RetryPolicy};
use polymer_host_sys::process::{TightLimit, tight_limits};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{
    EntryMode, InputPayload, ModuleId, Moment, Record, Submission, TaskError, TaskSpec, Verdict,
};
use std::io;
use std::time::Duration;

/// A command with a memory that does nothing: `(module (memory 1) (func (export "_start")))`.
const MODULE: [u8; 41] = *b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x05\x03\x01\0\x01\x07\x0a\x01\x06_start\0\0\x0a\x04\x01\x02\0\x0b";
/// Name of the module, should it ever be shown.
const NAME: &str = "built-in module";
/// Timeout for a machine that makes progress: slowness is not a shortage.
const LONGEST: Duration = Duration::from_secs(60);

/// Compiles and runs the built-in module as the first task of a run under `plan`.
///
/// # Errors
/// What stopped it: the same that would stop the run.
pub fn probe(plan: &RunPlan) -> Result<(), Halt> {
    let waker = RunWaker::new().map_err(cannot_watch)?;
    probe_beside(plan, &waker, &RunControl::new(waker.clone()))
}

/// The same on the thread of a run that goes on, which `waker` and `control` are of: to stop that
/// run stops this one.
pub(super) fn probe_beside(plan: &RunPlan, waker: &RunWaker, control: &RunControl) -> Result<(), Halt> {
    let plan = smallest(plan);
    let module = Module::from_bytes(NAME, MODULE).map_err(|error| unfit(error.task_error()))?;
    let (submitter, inbox) = inbox(waker.clone(), None);
    let (id, limits) = (ModuleId(0), plan.service.limits);
    let task = TaskSpec::new(1, "1".to_owned(), id, InputPayload::Bytes(Vec::new()), limits);
    let commands = [
        RunCommand::Module(id, module),
        RunCommand::Require(id),
        RunCommand::Submit(vec![Submission::from(task)]),
    ];
    for command in commands {
        // The run has not begun, so it has not ended.
        let _ = submitter.try_send(command);
    }
    drop(submitter);
    let mut last = LastRecord::default();
    let ended = super::run(&plan, &inbox, waker, control, &mut last);
    let halt = match ended {
        Ok(outcome) => outcome.halt,
        Err(StartRunError::Poll(error)) => return Err(cannot_watch(error)),
    };
    match (halt, last.0) {
        (Some(Halt::Module(error)), _) => Err(unfit(error)),
        // Neither says that anything is lacking.
        (Some(Halt::Asked | Halt::GlobalTimeout(_)), _) | (None, None) => Ok(()),
        (Some(halt), _) => Err(halt),
        (None, Some(record)) if record.verdict == Verdict::Ok => Ok(()),
        (None, Some(record)) => Err(unfit(record.error)),
    }
}

/// That no worker can be heard.
fn cannot_watch(error: io::Error) -> Halt {
    Halt::CannotSpawn(SystemError::new(SystemOperation::Watch, "workers", error).with_hint())
}

/// That nothing runs here, with the limits that may be why: a worker that ran into one could not
/// say so.
fn unfit(error: TaskError) -> Halt {
    let limits = tight_limits().map(|limit| {
        let TightLimit { what, most, letter, enough } = limit;
        format!("; the limit is {most} {what} (`ulimit -{letter}`), `ulimit -{letter} {enough}` would do")
    });
    let message = error.message.clone() + &limits.collect::<String>();
    Halt::Unfit(TaskError { message, ..error })
}

/// The plan of the same run with one worker that is handed one task, once.
fn smallest(plan: &RunPlan) -> RunPlan {
    let mut plan = plan.clone();
    let config = &mut plan.config;
    (config.slots, config.compile_slots, config.spares) = (1, 1, 0);
    (config.crash_limit, config.max_fail, config.goes_on) = (1, None, false);
    config.retry = RetryPolicy::default();
    config.escalation = Escalation::none(plan.service.limits);
    // This is what it would find out.
    config.probes_machine = false;
    config.global_timeout = Some(LONGEST);
    config.look_limit = None;
    plan.caching = CodeCaching::Off;
    plan.service.entering = EntryMode::Task;
    plan.service.output_format = None;
    plan
}

/// Keeps the record of the one task.
#[derive(Default)]
struct LastRecord(Option<Box<Record>>);

impl EventSink for LastRecord {
    fn on(&mut self, _at: Moment, event: RunEvent) {
        if let RunEvent::TaskDone(record) = event {
            self.0 = Some(record);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_is_what_it_is_said_to_be() {
        let text = r#"(module (memory 1) (func (export "_start")))"#;
        assert_eq!(wat::parse_str(text).unwrap(), MODULE);
    }
}
