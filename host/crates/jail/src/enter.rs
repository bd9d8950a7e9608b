//! Takes the steps of a plan in the process that is to be jailed. It cannot be left again.

use super::plan::{
    FILES, JailPolicy, JailStep, KernelSupport, LackingLayer, OwnUser, RootChange, StepNeed, own_user, plan,
};
use super::refusal::words;
use super::seccomp_filter::{FilterScope, LoadedFilter};
use super::{landlock_rules, seccomp_filter};
use nix::sched::{CloneFlags, unshare};
use polymer_host_base::confinement::KEEPS_TRUNCATION;
use polymer_host_base::{ActiveLayer, Confinement, JailLayer, MissingLayer, Sandbox};
use polymer_host_sys::confine;
use polymer_host_sys::confine::Capability;
use polymer_host_sys::descriptor_root;
use polymer_host_sys::resource_exhausted::is_shortage;
use polymer_host_sys::{process, scratch, speculation};
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
    /// The granted folders, as they are reached now.
    pub places: Vec<OwnedFd>,
    /// The folder for attempts, if the policy has one: opened, and emptied by nobody else.
    pub scratch: Option<OwnedFd>,
    /// The filter to put up once the module is loaded, if it serves only one.
    pub loaded: Option<LoadedFilter>,
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

/// Jails this process for good. It must have no other thread, and no folder open but `places`, the
/// granted ones, in the order of the policy. `make` makes what opens files that are closed to it
/// afterwards, under the limits already: the engine, which looks at its own pages.
///
/// # Errors
/// If a layer that the policy requires cannot be put up. The process is then of no use.
pub fn enter<T>(
    policy: &JailPolicy,
    places: Vec<OwnedFd>,
    make: impl FnOnce() -> T,
) -> Result<EnteredJail<T>, NotConfined> {
    let kernel = KernelSupport {
        landlock: confine::landlock_version(),
        privileged: confine::has_capability(Capability::SysAdmin),
        overrides: FILES.into_iter().any(confine::has_capability),
        changes_root: confine::has_capability(Capability::SysChroot),
        own_user: can_have_own_user(),
        counts_by_namespace: process::counts_by_user_namespace(),
    };
    let plan = plan(policy, kernel)?;
    if policy.sandbox != Sandbox::Off
        && let Some(why) = other_threads(process::threads())
    {
        return Err(NotConfined { layer: JailLayer::NoNewPrivileges, why, is_shortage: false });
    }
    let mut confinement = Confinement { missing: plan.missing, ..Confinement::default() };
    let mut folders = JailFolders {
        kernel,
        threads: policy.threads,
        writable: &policy.writable,
        places,
        scratch: None,
        has_mounts: false,
        keeps_truncation: false,
        counts_threads: false,
        lacks_user: None,
    };
    // Opened with the superuser's rights, it would tell where in the machine's memory pages are.
    let make = || (File::open("/proc/self/pagemap").ok(), make());
    let (mut make, mut made) = (Some(make), None);
    let mut for_want = false;
    for (step, need) in plan.steps {
        let layer = step.layer();
        match folders.take(step) {
            Ok(detail) => confinement.active.push(ActiveLayer { layer, detail }),
            Err(error) if need == StepNeed::Extra => {
                for_want |= is_shortage(&error);
                confinement.missing.push(MissingLayer { layer, why: words(layer, &error) });
            }
            Err(error) => return Err(failed(layer, &error, policy)),
        }
        if layer == JailLayer::Limits {
            let making = make.take().map(|make| confine::without(Capability::SysAdmin, make)).transpose();
            made = making.map_err(|error| failed(JailLayer::Capabilities, &error, policy))?;
            let addresses = policy.addresses.filter(|_| policy.sandbox != Sandbox::Off);
            let bounded = addresses.map_or(Ok(()), process::limit_addresses);
            bounded.map_err(|error| failed(layer, &error, policy))?;
        }
    }
    if let Some(why) = folders.lacks_user {
        tell_no_user(why, policy, &mut confinement)?;
    }
    if policy.sandbox != Sandbox::Off && !confinement.has_wall_for_files() {
        return Err(no_wall_for_files(&confinement, for_want));
    }
    let (pagemap, made) =
        made.ok_or_else(|| LackingLayer { layer: JailLayer::Limits, why: "the plan has none".to_owned() })?;
    confinement.scans_pages = pagemap.is_some_and(|pagemap| confine::can_scan_pages(&pagemap));
    let JailFolders { places, scratch, counts_threads, .. } = folders;
    confinement.counts_threads = counts_threads;
    let has_folders = !places.is_empty() || scratch.is_some();
    let loaded = policy.tightens().then_some(LoadedFilter { writes: policy.writes(), has_folders });
    Ok(EnteredJail { made, confinement, places, scratch, loaded })
}

/// A user of its own was not planned, and what was to stand for it was refused.
fn tell_no_user(why: &str, policy: &JailPolicy, confinement: &mut Confinement) -> Result<(), LackingLayer> {
    let (layer, why) = (JailLayer::User, why.to_owned());
    match policy.sandbox {
        Sandbox::Off => {}
        Sandbox::Strict => return Err(LackingLayer { layer, why }),
        Sandbox::Auto if confinement.missing.iter().any(|missing| missing.layer == layer) => {}
        Sandbox::Auto => confinement.missing.push(MissingLayer { layer, why }),
    }
    Ok(())
}

/// Returns whether this process can have a user id of its own.
pub(super) fn can_have_own_user() -> OwnUser {
    let rights = [Capability::SetUid, Capability::SetGid, Capability::Kill];
    if !nix::unistd::geteuid().is_root()
        || !confine::knows_user(own_user(std::process::id(), confine::process_namespace()))
    {
        OwnUser::Unneeded
    } else if rights.into_iter().all(confine::has_capability) {
        OwnUser::Possible
    } else {
        OwnUser::Refused
    }
}

/// Why a process with other threads cannot be jailed: they would stay outside of most layers.
fn other_threads(threads: io::Result<usize>) -> Option<String> {
    match threads {
        Ok(1) => None,
        Ok(threads) => Some(format!("this process has {threads} threads, and the jail would hold one")),
        Err(error) => Some(format!("the threads of this process cannot be counted: {error}")),
    }
}

fn failed(layer: JailLayer, error: &io::Error, policy: &JailPolicy) -> NotConfined {
    NotConfined { layer, why: because(error, layer, policy), is_shortage: is_shortage(error) }
}

/// Both walls for files are extras, but one of them has to stand. It may be lacking for want of
/// memory or descriptors.
fn no_wall_for_files(confinement: &Confinement, is_shortage: bool) -> NotConfined {
    let missing = confinement.missing.iter().filter(|missing| {
        matches!(missing.layer, JailLayer::Namespaces | JailLayer::Root | JailLayer::Landlock)
    });
    let reasons: Vec<String> = missing.map(|MissingLayer { layer, why }| format!("{layer}: {why}")).collect();
    let why = format!("nothing here keeps a worker from the machine's files ({})", reasons.join("; "));
    NotConfined { layer: JailLayer::Root, why, is_shortage }
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

/// Folders of the process on its way into the jail.
struct JailFolders<'a> {
    kernel: KernelSupport,
    threads: u64,
    writable: &'a [bool],
    places: Vec<OwnedFd>,
    scratch: Option<OwnedFd>,
    /// It has a namespace of mounts of its own.
    has_mounts: bool,
    /// A layer that stands keeps what is read-only from being cut.
    keeps_truncation: bool,
    /// The kernel counts its threads apart from those of others, and keeps their bound.
    counts_threads: bool,
    /// Why they are not in a user namespace that was to see to that.
    lacks_user: Option<&'static str>,
}

impl JailFolders<'_> {
    /// Takes one step; says more about it.
    fn take(&mut self, step: JailStep) -> io::Result<String> {
        match step {
            JailStep::NoNewPrivileges => nix::sys::prctl::set_no_new_privs()?,
            JailStep::Limits(bounds) => {
                process::limit_resources(bounds)?;
                confine::survive_file_size_limit()?;
            }
            JailStep::User => {
                change_user(self.threads)?;
                self.counts_threads = true;
            }
            JailStep::Namespaces { user } => return self.leave_namespaces(user),
            JailStep::Scratch(bytes) => self.scratch = Some(scratch::make(bytes)?),
            JailStep::Root => {
                self.change_root()?;
                self.keeps_truncation = true;
            }
            JailStep::Landlock(version) => {
                let granted = self.places.iter().zip(self.writable.iter().copied());
                landlock_rules::restrict(granted.chain(self.scratch.iter().map(|folder| (folder, true))))?;
                self.keeps_truncation |= version >= KEEPS_TRUNCATION;
                return Ok(format!("ABI {version}"));
            }
            JailStep::Capabilities(kept) => confine::keep_capabilities(&kept)?,
            JailStep::Undumpable => process::be_undumpable()?,
            JailStep::Speculation => return speculation::limit().map_err(io::Error::other),
            JailStep::SystemCalls(scope) => {
                let scope = FilterScope { keeps_truncation: self.keeps_truncation, ..scope };
                seccomp_filter::filter(scope, std::process::id())?;
            }
        }
        Ok(String::new())
    }

    /// Leaves the namespaces that others share; says which.
    fn leave_namespaces(&mut self, user: bool) -> io::Result<String> {
        let (owner, group) = (nix::unistd::geteuid(), nix::unistd::getegid());
        let others = "network, ipc, uts, mounts";
        let left = if user { unshare(NAMESPACES | CloneFlags::CLONE_NEWUSER) } else { unshare(NAMESPACES) };
        match left {
            // A container may forbid the one alone that is new to it.
            Err(_) if user && self.kernel.privileged => {
                unshare(NAMESPACES)?;
                self.has_mounts = true;
                self.lacks_user = Some(NO_NAMESPACE);
                return Ok(others.to_owned());
            }
            left => left?,
        }
        self.has_mounts = true;
        if !user {
            return Ok(others.to_owned());
        }
        stay(owner.as_raw(), group.as_raw())?;
        if self.kernel.counts_by_namespace {
            process::limit_threads(self.threads)?;
            self.counts_threads = process::bounds_threads()?;
            self.lacks_user = (!self.counts_threads).then_some(IS_ROOT);
        }
        Ok(format!("user, {others}"))
    }

    fn change_root(&mut self) -> io::Result<()> {
        match self.kernel.root(self.has_mounts, !self.places.is_empty()).map_err(io::Error::other)? {
            RootChange::Mounts => descriptor_root::enter_by_mounts(&mut self.places, self.writable),
            RootChange::Chroot => descriptor_root::enter_by_chroot(),
        }
    }
}

fn change_user(threads: u64) -> io::Result<()> {
    let id = own_user(std::process::id(), confine::process_namespace());
    if !confine::become_user(id)? {
        // The supervisor is gone, and nobody would end this process.
        process::exit_now(0);
    }
    process::limit_threads(threads)
}

const NO_NAMESPACE: &str = "this user namespace has no user id for it, and no other may be made in it";
const IS_ROOT: &str = "it is the machine's root in a user namespace, whose threads the kernel does not bound";

/// The namespaces that others share.
const NAMESPACES: CloneFlags = CloneFlags::CLONE_NEWNET
    .union(CloneFlags::CLONE_NEWIPC)
    .union(CloneFlags::CLONE_NEWUTS)
    .union(CloneFlags::CLONE_NEWNS);

/// Leaves namespaces by way of a user namespace, in which this process stays who it is.
///
/// # Errors
/// If the system refuses.
pub(super) fn leave_with_user(flags: CloneFlags) -> io::Result<()> {
    let (owner, group) = (nix::unistd::geteuid(), nix::unistd::getegid());
    unshare(flags | CloneFlags::CLONE_NEWUSER)?;
    stay(owner.as_raw(), group.as_raw())
}

/// Keeps who this process is in its new user namespace: a file system that is made there takes
/// files of nobody who is not known in it.
fn stay(owner: u32, group: u32) -> io::Result<()> {
    std::fs::write("/proc/self/setgroups", "deny")?;
    std::fs::write("/proc/self/uid_map", format!("{owner} {owner} 1"))?;
    std::fs::write("/proc/self/gid_map", format!("{group} {group} 1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_with_other_threads_is_not_jailed() {
        assert_eq!(other_threads(Ok(1)), None);
        assert!(other_threads(Ok(3)).is_some_and(|why| why.contains("3 threads")));
        assert!(other_threads(Err(io::ErrorKind::NotFound.into())).is_some());
        // A test has the threads of its harness.
        let policy = JailPolicy {
            sandbox: Sandbox::Auto,
            one_module: false,
            limit_speculation: false,
            purpose: polymer_host_base::JailRole::Run,
            writable: Vec::new(),
            scratch: None,
            cpu: None,
            data: None,
            file_size: 1,
            files: 1,
            addresses: None,
            threads: 1,
        };
        let refused = enter(&policy, Vec::new(), || {}).unwrap_err();
        assert!(refused.why.contains("threads"), "{refused}");
    }
}
