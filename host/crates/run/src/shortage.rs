//! From a refusal to a shortage that names its limit and a cure, and from a death to the shortage
//! that a worker says it died of.
//!
//! What a worker says is a claim. It is certain only where a limit of this machine explains it. It
//! must never know what is done about a shortage.

use super::{RunPlan, handshake};
use polymer_host_base::JailRole;
use polymer_host_base::quantity::show_size;
use polymer_host_base::{ResourceShortage, SystemLimit, SystemResource};
use polymer_host_event::{ProcessDeath, ProcessExit};
use polymer_host_protocol::exit_code;
use polymer_host_sys::machine_limits::{LimitUsage, MachineLimits};
use polymer_host_sys::resource_exhausted::{SystemRequest, lacking};
use std::io;

/// Addresses that do for a worker without a pool: one linear memory takes 4 GiB of them, whatever
/// it uses, and guard pages.
const ADDRESSES: u64 = 8 << 30;
/// From so many on addresses explain nothing: a pool of instances takes some 40 GiB.
const ADDRESSES_PLENTY: u64 = 64 << 30;
/// Bytes of memory of the supervisor, and of a worker beside its guest's.
const OVERHEAD: u64 = 64 << 20;
/// Threads of the supervisor and of what it may start beside run workers; those of one worker.
const THREADS: u64 = 24;
const THREADS_A_WORKER: u64 = 6;
/// Fewer descriptors of the system left explain that one was refused.
const FILES_LEFT: u64 = 64;
/// Descriptors with which a worker can do all that it may.
const FILES: u64 = 1024;
/// Words of a panic by which libraries say that no thread could be started.
const NO_THREAD: [&str; 3] =
    ["thread pool has not been initialized", "can't spawn worker thread", "failed to spawn thread"];

/// Resources that a run may come to need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ResourceDemand {
    /// Run workers at a time.
    pub(super) workers: u64,
    /// Bytes of private memory that one worker may take.
    pub(super) worker_memory: u64,
    /// Bytes that one guest may take.
    pub(super) guest_memory: u64,
}

impl ResourceDemand {
    pub(super) fn of(plan: &RunPlan) -> Self {
        let limits = &plan.service.limits;
        let memory =
            [JailRole::Run, JailRole::Compile].map(|purpose| handshake::memory(&plan.service, purpose));
        Self {
            workers: plan.config.slots.into(),
            worker_memory: memory.into_iter().max().unwrap_or_default(),
            guest_memory: limits.memory,
        }
    }
}

/// A refusal that the supervisor itself met.
pub(super) fn seen(resource: SystemResource, refusal: String, need: ResourceDemand) -> ResourceShortage {
    let (bound, _) = explain(resource, &MachineLimits::read(), need);
    ResourceShortage { resource, refusal, bound, is_death: false, is_certain: true }
}

/// The shortage that an error of the system tells of, where no run is under way.
#[must_use]
pub fn shortage_of(error: &io::Error) -> Option<ResourceShortage> {
    // A full disk is told by whoever writes to it.
    let resource =
        lacking(error, SystemRequest::Start).filter(|resource| *resource != SystemResource::Disk)?;
    Some(seen(
        resource,
        error.to_string(),
        ResourceDemand { workers: 1, worker_memory: 1 << 30, guest_memory: 256 << 20 },
    ))
}

/// The shortage that a worker died of, as far as it says so, or as a limit of this machine tells.
pub(super) fn of_death(death: &ProcessDeath, need: ResourceDemand) -> Option<ResourceShortage> {
    let refusal = death.to_string();
    if death.violation.is_some() {
        return None;
    }
    if death.ran_out_of_memory() {
        // By the jail's own limit, unless this machine has a tighter one.
        let (bound, explains) = explain(SystemResource::Memory, &MachineLimits::read(), need);
        let resource = SystemResource::Memory;
        let shortage = ResourceShortage { resource, refusal, bound, is_death: true, is_certain: true };
        return explains.then_some(shortage);
    }
    let resource = claimed(death)?;
    let (bound, explains) = explain(resource, &MachineLimits::read(), need);
    // The kernel itself counts those that its OOM killer ends.
    let is_certain = explains || matches!(death.exit, ProcessExit::OomKilled { .. });
    Some(ResourceShortage { resource, refusal, bound, is_death: true, is_certain })
}

/// The resource that a worker says it lacked, by its exit code or by the last words of a library
/// that ends the process for it.
#[warn(clippy::wildcard_enum_match_arm)]
fn claimed(death: &ProcessDeath) -> Option<SystemResource> {
    let panicked = || NO_THREAD.iter().any(|words| death.last_words.contains(words));
    match death.exit {
        ProcessExit::Code(code) => {
            exit_code::lacking(code).or_else(|| panicked().then_some(SystemResource::Processes))
        }
        // A release build aborts at a panic.
        ProcessExit::Signal(6) => panicked().then_some(SystemResource::Processes),
        ProcessExit::OomKilled { .. } => Some(SystemResource::Memory),
        ProcessExit::Signal(_) | ProcessExit::Unknown => None,
        // Ends to come: clippy tells one that has no arm yet.
        _ => None,
    }
}

/// The limit that is most likely in the way of a resource, and whether it explains that a worker
/// was refused.
fn explain(
    resource: SystemResource,
    limits: &MachineLimits,
    need: ResourceDemand,
) -> (Option<SystemLimit>, bool) {
    match resource {
        SystemResource::Memory => memory(limits, need),
        SystemResource::Descriptors => descriptors(limits),
        SystemResource::Processes => processes(limits, need),
        SystemResource::Disk => {
            let limit = "a file system is full, or a quota is used up".to_owned();
            (Some(SystemLimit { limit, cure: "make room there".to_owned() }), false)
        }
        SystemResource::Watches => {
            let bound = limits.watches.map(|most| SystemLimit {
                limit: format!("the limit on event watches (fs.epoll.max_user_watches) is {most}"),
                cure: format!("`sysctl fs.epoll.max_user_watches={}`", most.saturating_mul(2)),
            });
            (bound, false)
        }
    }
}

fn memory(limits: &MachineLimits, need: ResourceDemand) -> (Option<SystemLimit>, bool) {
    if let Some(most) = limits.address_space.filter(|most| *most < ADDRESSES_PLENTY) {
        return (Some(addresses(most)), true);
    }
    if let Some(most) = limits.data.filter(|most| *most < need.worker_memory) {
        let limit = format!("the limit on data (RLIMIT_DATA, `ulimit -d`) is {}", show_size(most));
        let cure = format!("`ulimit -d {}` would do", need.worker_memory.div_ceil(1024));
        return (Some(SystemLimit { limit, cure }), true);
    }
    if let Some(group) = limits.memory.as_ref().filter(|group| group.is_short_of(group.most / 4)) {
        // Whoever is over that limit is killed, not refused: it is named, and explains no worker's
        // word.
        return (Some(memory_of_group(group, need)), false);
    }
    if limits.is_strict {
        let limit = "the kernel promises no more memory than it has (vm.overcommit_memory is 2)".to_owned();
        let cure = "`sysctl vm.overcommit_memory=0` would do, or a smaller --memory".to_owned();
        return (Some(SystemLimit { limit, cure }), true);
    }
    let bound = limits.available.map(|left| SystemLimit {
        limit: format!("{} of memory is available", show_size(left)),
        cure: format!(
            "{} would do for this many workers; fewer --workers or a smaller --memory need less",
            show_size(memory_of_all(need))
        ),
    });
    (bound, false)
}

fn addresses(most: u64) -> SystemLimit {
    let limit = format!("the limit on address space (RLIMIT_AS, `ulimit -v`) is {}", show_size(most));
    let cure = if most < ADDRESSES {
        format!(
            "`ulimit -v {}` would do for modules with one memory, `ulimit -v unlimited` for all",
            ADDRESSES / 1024
        )
    } else {
        "`ulimit -v unlimited` would do: each memory of a module takes 4 GiB of addresses".to_owned()
    };
    SystemLimit { limit, cure }
}

fn memory_of_group(group: &LimitUsage, need: ResourceDemand) -> SystemLimit {
    let (most, used) = (show_size(group.most), show_size(group.used));
    SystemLimit {
        limit: format!(
            "the memory of the control group is limited to {most} ({}), and {used} are in use",
            group.file.display()
        ),
        cure: format!(
            "a limit of {} would do for this many workers; fewer --workers or a smaller --memory need less",
            show_size(memory_of_all(need))
        ),
    }
}

/// Bytes that all workers may take at a time.
fn memory_of_all(need: ResourceDemand) -> u64 {
    need.guest_memory.saturating_add(OVERHEAD).saturating_mul(need.workers).saturating_add(OVERHEAD)
}

fn descriptors(limits: &MachineLimits) -> (Option<SystemLimit>, bool) {
    if let Some(system) = limits.open_files.as_ref().filter(|system| system.is_short_of(FILES_LEFT)) {
        let limit = format!("the limit on open files of the system (fs.file-max) is {}", system.most);
        let cure = format!("`sysctl fs.file-max={}` would do", system.most.saturating_mul(2));
        return (Some(SystemLimit { limit, cure }), true);
    }
    let Some(files) = limits.files else { return (None, false) };
    let limit = format!("the limit on open files (RLIMIT_NOFILE, `ulimit -n`) is {files}");
    let cure = format!("`ulimit -n {}` would do", files.saturating_mul(2).max(FILES));
    (Some(SystemLimit { limit, cure }), files < FILES)
}

fn processes(limits: &MachineLimits, need: ResourceDemand) -> (Option<SystemLimit>, bool) {
    let margin = need.workers.saturating_mul(THREADS_A_WORKER).saturating_add(THREADS);
    let all = limits.pids.iter().chain(&limits.processes);
    let tightest = all.min_by_key(|usage| usage.most.saturating_sub(usage.used));
    if let Some(usage) = tightest.filter(|usage| usage.is_short_of(margin)) {
        return (Some(bound_on_processes(usage, margin)), true);
    }
    // A thread that gets no stack fails with the same error.
    if let (bound, true) = memory(limits, need) {
        return (bound, true);
    }
    (tightest.map(|usage| bound_on_processes(usage, margin)), false)
}

fn bound_on_processes(usage: &LimitUsage, margin: u64) -> SystemLimit {
    let enough = usage.used.max(usage.most).saturating_add(margin);
    let (most, used) = (usage.most, usage.used);
    if usage.file.as_os_str().is_empty() {
        return SystemLimit {
            limit: format!(
                "the limit on processes and threads of this user (RLIMIT_NPROC, `ulimit -u`) is {most}, and {used} are in use"
            ),
            cure: format!("`ulimit -u {enough}` would do; fewer --workers need less"),
        };
    }
    let file = usage.file.display();
    SystemLimit {
        limit: format!(
            "the limit on processes and threads of the control group ({file}) is {most}, and {used} are in use"
        ),
        cure: format!("{enough} in {file} would do; fewer --workers need less"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    const NEED: ResourceDemand =
        ResourceDemand { workers: 4, worker_memory: 1 << 30, guest_memory: 256 << 20 };

    fn usage(file: &str, used: u64, most: u64) -> Option<LimitUsage> {
        Some(LimitUsage { file: PathBuf::from(file), used, most })
    }

    #[track_caller]
    fn check(resource: SystemResource, limits: MachineLimits, limit: &str, cure: &str) {
        let (bound, explains) = explain(resource, &limits, NEED);
        let bound = bound.unwrap();
        assert_eq!(explains, limits.memory.is_none() && limits.available.is_none(), "{limits:?}");
        assert!(bound.limit.contains(limit), "{}", bound.limit);
        assert!(bound.cure.contains(cure), "{}", bound.cure);
    }

    #[test]
    fn a_limit_that_is_in_the_way_is_named_with_its_value_and_one_that_would_do() {
        let none = MachineLimits::default;
        let memory = MachineLimits { address_space: Some(4_000_000 << 10), ..none() };
        check(SystemResource::Memory, memory, "`ulimit -v`) is 3.8 GiB", "`ulimit -v 8388608`");
        let memory = MachineLimits { address_space: Some(9 << 30), ..none() };
        check(SystemResource::Memory, memory.clone(), "`ulimit -v`) is 9 GiB", "`ulimit -v unlimited`");
        check(SystemResource::Processes, memory, "`ulimit -v`) is 9 GiB", "`ulimit -v unlimited`");
        let memory = MachineLimits { data: Some(1 << 20), ..none() };
        check(SystemResource::Memory, memory, "`ulimit -d`) is 1 MiB", "`ulimit -d 1048576`");
        let memory = MachineLimits { memory: usage("/g/memory.max", 190 << 20, 200 << 20), ..none() };
        check(
            SystemResource::Memory,
            memory,
            "limited to 200 MiB (/g/memory.max)",
            "a limit of 1.3 GiB would do",
        );
        let memory = MachineLimits { is_strict: true, ..none() };
        check(SystemResource::Memory, memory, "vm.overcommit_memory is 2", "vm.overcommit_memory=0");
        let memory = MachineLimits { available: Some(1 << 20), ..none() };
        check(SystemResource::Memory, memory, "1 MiB of memory is available", "1.3 GiB would do");
        let files = MachineLimits { files: Some(20), ..none() };
        check(SystemResource::Descriptors, files, "`ulimit -n`) is 20", "`ulimit -n 1024`");
        let files = MachineLimits { open_files: usage("/p/file-max", 990, 1000), ..none() };
        check(SystemResource::Descriptors, files, "(fs.file-max) is 1000", "fs.file-max=2000");
        let pids = MachineLimits { pids: usage("/g/pids.max", 12, 20), ..none() };
        check(SystemResource::Processes, pids, "(/g/pids.max) is 20, and 12 are in use", "68 in /g/pids.max");
        let user = MachineLimits { processes: usage("", 12, 20), ..none() };
        check(SystemResource::Processes, user, "`ulimit -u`) is 20", "`ulimit -u 68`");
    }

    #[test]
    fn a_machine_with_plenty_explains_no_refusal() {
        let plenty = MachineLimits {
            files: Some(4096),
            processes: usage("", 100, 30_000),
            pids: usage("/g/pids.max", 100, 9000),
            memory: usage("/g/memory.max", 1 << 30, 8 << 30),
            open_files: usage("/p/file-max", 1000, 1 << 40),
            available: Some(4 << 30),
            watches: Some(1 << 20),
            ..MachineLimits::default()
        };
        for resource in SystemResource::ALL {
            let (bound, explains) = explain(resource, &plenty, NEED);
            assert!(bound.is_some() && !explains, "{resource}");
        }
    }

    #[test]
    fn a_death_tells_what_was_lacking() {
        let death = |exit, words: &str| ProcessDeath { exit, last_words: words.to_owned(), violation: None };
        for resource in SystemResource::ALL {
            let exit = ProcessExit::Code(exit_code::of(resource).into());
            assert_eq!(claimed(&death(exit, "")), Some(resource));
        }
        let words = "registry.rs: The global thread pool has not been initialized.: EAGAIN";
        for exit in [ProcessExit::Code(70), ProcessExit::Signal(6)] {
            assert_eq!(claimed(&death(exit, words)), Some(SystemResource::Processes));
            assert_eq!(claimed(&death(exit, "unhandled")), None);
        }
        assert_eq!(claimed(&death(ProcessExit::Signal(11), words)), None);
        let broke =
            ProcessDeath { violation: Some("babbled".to_owned()), ..death(ProcessExit::Code(71), "") };
        assert_eq!(of_death(&broke, NEED), None);
    }
}
