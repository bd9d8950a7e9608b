//! Takes the steps of a plan in the process that is to be jailed. It cannot be left again.

use super::plan::{FILES, JailPolicy, JailStep, KernelSupport, LackingLayer, StepNeed, plan};
use super::refusal::words;
use super::{landlock_rules, seccomp_filter};
use nix::sched::{CloneFlags, unshare};
use polymer_host_base::{ActiveLayer, Confinement, JailLayer, MissingLayer};
use polymer_host_sys::confine;
use polymer_host_sys::confine::Capability;
use polymer_host_sys::resource_exhausted::is_shortage;
use polymer_host_sys::{process, scratch};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;

/// A process that is jailed now.
#[derive(Debug)]
pub struct EnteredJail<T> {
    /// Value that was made before the jail closed.
    pub made: T,
    /// Confinement of the process.
    pub confinement: Confinement,
    /// The folder for attempts, if the policy has one: opened, and emptied by nobody else.
    pub scratch: Option<OwnedFd>,
}

/// A layer that has to stand, and does not.
#[derive(Debug, thiserror::Error)]
#[error("{layer}: {why}")]
pub struct NotConfined {
    /// Which.
    pub layer: JailLayer,
    /// Why.
    pub why: String,
    /// The machine lacked memory or descriptors for it: with more of these it would stand.
    pub is_shortage: bool,
}

impl From<LackingLayer> for NotConfined {
    fn from(LackingLayer { layer, why }: LackingLayer) -> Self {
        Self { layer, why, is_shortage: false }
    }
}

/// Jails this process for good. It must have no other thread. `make` makes what opens files that
/// are closed to it afterwards, under the limits already: the engine, which looks at its own pages.
///
/// # Errors
/// If a layer that the policy requires cannot be put up. The process is then of no use.
pub fn enter<T>(policy: &JailPolicy, make: impl FnOnce() -> T) -> Result<EnteredJail<T>, NotConfined> {
    let kernel = KernelSupport {
        landlock: confine::landlock_version(),
        privileged: confine::has_capability(Capability::SysAdmin),
        overrides: FILES.into_iter().any(confine::has_capability),
    };
    let plan = plan(policy, kernel)?;
    let mut confinement = Confinement { missing: plan.missing, ..Confinement::default() };
    let pagemap = File::open("/proc/self/pagemap").ok();
    let (mut make, mut made, mut folder) = (Some(make), None, None);
    for (step, need) in plan.steps {
        let layer = step.layer();
        match take(step, &mut folder) {
            Ok(detail) => confinement.active.push(ActiveLayer { layer, detail }),
            Err(error) if need == StepNeed::Extra => {
                confinement.missing.push(MissingLayer { layer, why: words(layer, &error) });
            }
            Err(error) => {
                let (why, is_shortage) = (because(&error, layer, policy), is_shortage(&error));
                return Err(NotConfined { layer, why, is_shortage });
            }
        }
        if layer == JailLayer::Limits {
            made = make.take().map(|make| make());
        }
    }
    confinement.scans_pages = pagemap.is_some_and(|pagemap| confine::can_scan_pages(&pagemap));
    let made =
        made.ok_or_else(|| LackingLayer { layer: JailLayer::Limits, why: "the plan has none".to_owned() })?;
    Ok(EnteredJail { made, confinement, scratch: folder })
}

/// Why a layer has to stand that does not. Some have to only for what the run grants.
fn because(error: &io::Error, layer: JailLayer, policy: &JailPolicy) -> String {
    match layer {
        JailLayer::Namespaces | JailLayer::Scratch if policy.scratch.is_some() => {
            format!("{}; the folder of --scratch needs it", words(layer, error))
        }
        _ => words(layer, error),
    }
}

/// Takes one step; says more about it.
fn take(step: JailStep, folder: &mut Option<OwnedFd>) -> io::Result<String> {
    match step {
        JailStep::NoNewPrivileges => nix::sys::prctl::set_no_new_privs()?,
        JailStep::Limits(bounds) => {
            process::limit_resources(bounds)?;
            confine::survive_file_size_limit()?;
        }
        JailStep::Namespaces { user, mounts } => return leave_namespaces(user, mounts),
        JailStep::Scratch(bytes) => *folder = Some(scratch::make(bytes)?),
        JailStep::Landlock(version, directories) => {
            landlock_rules::restrict(&directories, folder.as_ref())?;
            return Ok(format!("ABI {version}"));
        }
        JailStep::Capabilities(kept) => confine::keep_capabilities(&kept)?,
        JailStep::Undumpable => nix::sys::prctl::set_dumpable(false)?,
        JailStep::SystemCalls { purpose, writes } => {
            seccomp_filter::filter(purpose, writes, std::process::id())?;
        }
    }
    Ok(String::new())
}

fn leave_namespaces(user: bool, mounts: bool) -> io::Result<String> {
    let mut flags = CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWIPC | CloneFlags::CLONE_NEWUTS;
    let mut names = String::from("network, ipc, uts");
    if user {
        flags |= CloneFlags::CLONE_NEWUSER;
        names.insert_str(0, "user, ");
    }
    if mounts {
        flags |= CloneFlags::CLONE_NEWNS;
        names.push_str(", mounts");
    }
    let (owner, group) = (nix::unistd::geteuid(), nix::unistd::getegid());
    unshare(flags)?;
    if user && mounts {
        stay(owner.as_raw(), group.as_raw())?;
    }
    Ok(names)
}

/// Keeps who this process is in its new user namespace: a file system that is made there takes
/// files of nobody who is not known in it.
fn stay(owner: u32, group: u32) -> io::Result<()> {
    std::fs::write("/proc/self/setgroups", "deny")?;
    std::fs::write("/proc/self/uid_map", format!("{owner} {owner} 1"))?;
    std::fs::write("/proc/self/gid_map", format!("{group} {group} 1"))
}
