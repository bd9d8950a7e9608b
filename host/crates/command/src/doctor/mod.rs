//! `polymer doctor`: what this machine offers, and what stands around a worker here. It starts a
//! worker as a run does and hears what it has put up, with a folder granted and without, then
//! compiles and runs a built-in module as the first task of a run, so what it says is what a run
//! gets.
//!
//! `findings` has what was found, and the grade that follows; `text` and `json` write it down. Only
//! this file tries anything.

mod findings;
mod json;
mod text;

use super::args::DoctorArgs;
use super::error::CliError;
use super::exit::CommandExit;
use super::{load_module, show};
use findings::{DoctorFindings, MachineFacts};
use polymer_host::TaskManager;
use polymer_host_base::{JailRole, Sandbox};
use polymer_host_event::Halt;
use polymer_host_run::{RunPlan, memory_bound, probe, rehearse};
use polymer_host_sys::confine::{Capability, has_capability, landlock_version};
use polymer_host_sys::machine_limits::MachineLimits;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::thread::available_parallelism;

/// Shows what this machine offers. The exit code says whether a first task would run with the flags
/// that are usual.
pub(super) fn doctor(args: &DoctorArgs) -> Result<CommandExit, CliError> {
    load_module::prepare();
    let plan = TaskManager::builder().worker_count(1).build()?.plan();
    let (run, compile) = (rehearse(&plan, JailRole::Run), rehearse(&plan, JailRole::Compile));
    let with_folder = with_folder()?;
    let granted = rehearse(&with_folder, JailRole::Run);
    let task = if run.is_ok() && compile.is_ok() { first_task(&plan) } else { Ok(()) };
    let findings = DoctorFindings {
        machine: machine(&plan),
        run,
        granted,
        compile,
        task,
        strict: starts(&with(&plan, Sandbox::Strict)),
        strict_granted: starts(&with(&with_folder, Sandbox::Strict)),
        off: starts(&with(&plan, Sandbox::Off)),
    };
    let text = if args.json { json::rendered(&findings) } else { text::rendered(&findings) };
    Ok(match (show(io::stdout(), &text), findings.works()) {
        (false, _) => CommandExit::Output,
        (true, true) => CommandExit::Ok,
        (true, false) => CommandExit::Setup,
    })
}

/// The plan of a run that is granted a folder to read: the one it stands in, or the root where that
/// cannot be had.
fn with_folder() -> Result<RunPlan, CliError> {
    let granting = |folder| TaskManager::builder().worker_count(1).dir(folder, GRANTED, false).build();
    Ok(granting(".").or_else(|_| granting("/"))?.plan())
}

/// Guests' name for the folder. There is none to use it.
const GRANTED: &str = "/granted";

fn with(plan: &RunPlan, sandbox: Sandbox) -> RunPlan {
    let mut plan = plan.clone();
    plan.service.sandbox = sandbox;
    plan
}

/// Descriptors that a run of this command holds beside those of the run itself: for signals, input,
/// output and the cache.
const HELD: usize = 5;

/// Compiles and runs a built-in module; says why that is not possible, and what would help.
fn first_task(plan: &RunPlan) -> Result<(), String> {
    // One that cannot be had is one that the run cannot have either.
    let _held: Vec<_> = (0..HELD).map_while(|_| File::open("/dev/null").ok()).collect();
    probe(plan).map_err(|halt: Halt| {
        let Some(error) = CliError::of_halt(&halt, PathBuf::new()) else {
            return "it was stopped".to_owned();
        };
        let hint = error.hint().map_or_else(String::new, |hint| format!("; {hint}"));
        format!("{error}{hint}").replace('\n', " ")
    })
}

/// Returns whether the workers of a run start: those that run tasks, and those that compile.
fn starts(plan: &RunPlan) -> bool {
    rehearse(plan, JailRole::Run).is_ok() && rehearse(plan, JailRole::Compile).is_ok()
}

/// What the kernel tells without a trial.
fn machine(plan: &RunPlan) -> MachineFacts {
    let name = nix::sys::utsname::uname().ok();
    let name = |part: fn(&nix::sys::utsname::UtsName) -> &std::ffi::OsStr| {
        name.as_ref().map(|name| part(name).to_string_lossy().into_owned())
    };
    let cores = available_parallelism().ok().map(std::num::NonZeroUsize::get);
    let limits = MachineLimits::read();
    let mut plan = plan.clone();
    plan.config.slots = cores.and_then(|cores| u32::try_from(cores).ok()).unwrap_or(1);
    MachineFacts {
        polymer: env!("CARGO_PKG_VERSION"),
        engine: polymer_host_worker::engine_version(),
        kernel: name(nix::sys::utsname::UtsName::release),
        architecture: name(nix::sys::utsname::UtsName::machine),
        user: nix::unistd::geteuid().as_raw(),
        is_superuser: has_capability(Capability::SysAdmin),
        cores,
        landlock: landlock_version(),
        group_memory: limits.memory.map(|usage| usage.most),
        group_processes: limits.pids.map(|usage| usage.most),
        memory: memory_bound(&plan).map(|bound| bound.to_string()),
    }
}
