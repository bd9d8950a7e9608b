//! Checks of the settings: their ranges, what goes with what, and whether what is granted is there.
//! Nothing is started here.

use super::error::SetupError;
use super::settings::ManagerSettings;
use polymer_host_sys::place;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{
    AllLimits, DirGrant, EntryMode, EnvGrant, Grants, Isolation, LONGEST_PAYLOAD, LONGEST_TIME, STACKS,
    ScratchGrant,
};
use std::collections::HashSet;
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// The most workers a manager may have.
const MOST_WORKERS: u32 = 4096;

/// That every setting is in its range, and goes with the others.
pub(super) fn check(settings: &ManagerSettings) -> Result<(), SetupError> {
    let ManagerSettings { config, service, .. } = settings;
    let AllLimits { fuel, timeout, cpu, memory, input, output, log } = settings.limits.into();
    let most = config.escalation.most();
    let range = |name, value: u64, least: u64, most: u64| {
        if (least..=most).contains(&value) {
            Ok(())
        } else {
            Err(SetupError::Range { name, value, least, most })
        }
    };
    range("worker_count", config.slots.into(), 1, MOST_WORKERS.into())?;
    range("fuel", fuel.unwrap_or(u64::MAX), 1, u64::MAX)?;
    if fuel.is_none() && config.groups.budget_fuel() {
        return Err(SetupError::UncountedBudget);
    }
    range("memory", memory, 1, u64::MAX)?;
    range("stack", service.stack, *STACKS.start(), *STACKS.end())?;
    range("input_limit", input, 1, LONGEST_PAYLOAD)?;
    range("output_limit", output, 0, LONGEST_PAYLOAD)?;
    range("log_limit", log, 0, LONGEST_PAYLOAD)?;
    range("escalated output_limit", most.output, 0, LONGEST_PAYLOAD)?;
    range("queue", u64::try_from(config.window).unwrap_or(u64::MAX), 1, 1_000_000)?;
    range("cache_size", settings.cache_size, 1, u64::MAX)?;
    range("max_tasks_per_worker", config.recycle.tasks.unwrap_or(1).into(), 1, u32::MAX.into())?;
    range("reuse", service.reuse.into(), 1, u32::MAX.into())?;
    let alone = [
        ("task_env", service.grants.task_env),
        ("scratch", service.grants.scratch.is_some()),
        ("isolation by process", config.isolation == Isolation::Process),
        ("invoke", service.entering != EntryMode::Task),
    ];
    if let Some((with, _)) = alone.into_iter().find(|(_, is_set)| *is_set && service.reuse > 1) {
        return Err(SetupError::Reuse { with });
    }
    range("max_worker_memory", config.recycle.memory.unwrap_or(1), 1, u64::MAX)?;
    range("log_level", settings.log_level.into(), 0, 3)?;
    // A shorter one would keep the supervisor busy with nothing else.
    if !settings.log_interval.is_zero() {
        let millis = u64::try_from(settings.log_interval.as_millis()).unwrap_or(u64::MAX);
        range("log_interval in milliseconds", millis, 1, u64::MAX)?;
    }
    // With less the compiler cannot even start its threads.
    range("compile_memory", service.compile.memory, LEAST_COMPILE_MEMORY, u64::MAX)?;
    let times = [
        ("timeout", timeout),
        ("cpu_timeout", cpu.unwrap_or(LONGEST_TIME)),
        ("escalated timeout", most.timeout),
        ("compile_timeout", service.compile.cpu),
        ("global_timeout", config.global_timeout.unwrap_or(LONGEST_TIME)),
    ];
    for (name, time) in times {
        if time.is_zero() || time > LONGEST_TIME {
            return Err(SetupError::Timeout { name, time });
        }
    }
    Ok(())
}

/// Bytes that a process which compiles has of its own, with room for a small module.
const LEAST_COMPILE_MEMORY: u64 = 32 << 20;

/// Folders that one run can grant: they travel beside one message.
const MOST_FOLDERS: usize = 64;
const _: () = assert!(MOST_FOLDERS <= polymer_host_sys::channel::DESCRIPTORS);

/// Holds the folders that are granted, for what stands at their paths may be moved by guests. Their
/// paths become absolute.
pub(super) fn hold_folders(grants: &mut Grants) -> Result<Arc<[OwnedFd]>, SetupError> {
    if let Some(dir) = grants.dirs.get(MOST_FOLDERS) {
        let why = "a run grants at most 64 folders";
        return Err(SetupError::Grant { what: dir.host.display().to_string(), why });
    }
    let hold = |dir: &mut DirGrant| {
        let error = |source| SetupError::Dir(SystemError::new(SystemOperation::Grant, &dir.host, source));
        let host = dir.host.canonicalize().map_err(error)?;
        if !host.is_dir() {
            let what = dir.host.display().to_string();
            return Err(SetupError::Grant { what, why: "it is no folder" });
        }
        let place = place::hold(&host).map_err(error)?;
        dir.host = host;
        Ok(place)
    };
    grants.dirs.iter_mut().map(hold).collect()
}

/// That what is granted can be given.
pub(super) fn check_grants(grants: &Grants) -> Result<(), SetupError> {
    let refused = |what: &str, why| Err(SetupError::Grant { what: what.to_owned(), why });
    let mut guests = HashSet::new();
    for dir in &grants.dirs {
        let path = &dir.host;
        if dir.guest.is_empty() || dir.guest.contains('\0') {
            return refused(&path.display().to_string(), "guests need a name for it, without a zero byte");
        }
        if !guests.insert(&dir.guest) {
            return refused(&path.display().to_string(), "guests know another folder by that name");
        }
    }
    if let Some(ScratchGrant { bytes, guest }) = &grants.scratch {
        if *bytes == 0 {
            return refused(guest, "a folder for attempts has at least one byte");
        }
        if guest.is_empty() || guest.contains('\0') {
            return refused(guest, "guests need a name for their folder, without a zero byte");
        }
        if guests.contains(guest) {
            return refused(guest, "guests know another folder by that name");
        }
    }
    for EnvGrant { name, value } in &grants.env {
        if name.is_empty() || name.contains('=') || name.contains('\0') || value.contains('\0') {
            return refused(name, "a variable has a name, and neither holds a zero byte nor the name a `=`");
        }
    }
    match grants.args.iter().find(|arg| arg.contains('\0')) {
        Some(arg) => refused(arg, "an argument holds no zero byte"),
        None => Ok(()),
    }
}
