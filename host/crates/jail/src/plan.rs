//! From what a run wants and what the kernel has to the steps a worker takes, in order. Pure: it
//! asks the machine nothing.

use super::seccomp_filter::FilterScope;
use polymer_host_base::confinement::KEEPS_TRUNCATION;
use polymer_host_base::{JailLayer, MissingLayer};
use polymer_host_base::{JailRole, Sandbox};
use polymer_host_sys::confine::Capability;
use polymer_host_sys::process::ProcessBounds;
use std::time::Duration;

/// Specification of a jail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JailPolicy {
    /// Extent of it that is required.
    pub sandbox: Sandbox,
    /// It serves one module in its life.
    pub one_module: bool,
    /// Speculation that leaks between processes is turned off.
    pub limit_speculation: bool,
    /// Role of the process.
    pub purpose: JailRole,
    /// For each folder that stays open to it, whether it may be changed.
    pub writable: Vec<bool>,
    /// Bytes of a folder for each attempt, if there is to be one.
    pub scratch: Option<u64>,
    /// CPU time of its life.
    pub cpu: Option<Duration>,
    /// Bytes of private writable memory.
    pub data: Option<u64>,
    /// Bytes of a file that it writes.
    pub file_size: u64,
    /// Descriptors it may have.
    pub files: u64,
    /// Bytes of addresses that it may take beside those that it has once the engine is made.
    pub addresses: Option<u64>,
    /// Threads it may have, where they can be counted for it alone.
    pub threads: u64,
}

/// First of the user ids that workers take: one for each process id, of which Linux has at most
/// 2^22. Distributions and systemd give none of them to anybody (systemd's UIDS-GIDS has the list).
const FIRST_USER: u32 = 0x7000_0000;
/// Process ids at the most.
const PROCESSES: u32 = 1 << 22;
/// Ranges of so many ids that there are for different process namespaces.
const RANGES: u64 = 63;

/// The user id of a worker with this process id, in the process namespace of this number. No two
/// processes at a time have the same, but in different process namespaces that fall to one range.
pub(super) fn own_user(pid: u32, namespace: u64) -> u32 {
    let range = u32::try_from(namespace % RANGES).unwrap_or_default();
    FIRST_USER + range * PROCESSES + pid % PROCESSES
}

impl JailPolicy {
    /// Returns whether the process may change files somewhere.
    pub(super) fn writes(&self) -> bool {
        self.scratch.is_some() || self.writable.contains(&true)
    }

    /// Returns whether a tighter filter follows when a module is loaded.
    pub(super) fn tightens(&self) -> bool {
        self.one_module && self.purpose == JailRole::Run && self.sandbox != Sandbox::Off
    }
}

/// The superuser's rights on files. They are part of what was granted: a folder may belong to
/// somebody else.
pub(super) const FILES: [Capability; 3] =
    [Capability::DacOverride, Capability::DacReadSearch, Capability::Fowner];

/// Kernel features that this process may use, as far as can be learned without trying them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KernelSupport {
    /// The version of Landlock.
    pub landlock: Option<u32>,
    /// True if this process may make namespaces without a user namespace.
    pub privileged: bool,
    /// True if it has any of the superuser's rights on files.
    pub overrides: bool,
    /// True if it may change its root folder as it is.
    pub changes_root: bool,
    /// Whether it can become another user.
    pub own_user: OwnUser,
    /// The processes of a user are counted in each user namespace by itself.
    pub counts_by_namespace: bool,
}

/// Whether a worker can have a user id of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnUser {
    /// It is started by root, and may become another user, whom its supervisor may still end.
    Possible,
    /// It is started by root, who lacks a right for that.
    Refused,
    /// It is started by an ordinary user: also by one who is root in a user namespace alone.
    Unneeded,
}

impl KernelSupport {
    /// Returns whether it leaves namespaces by way of a user namespace, because nothing else lets
    /// it leave them, or because its threads are counted in there alone. `overrides` says whether
    /// it keeps rights on files that it would lose there.
    const fn makes_user_namespace(self, overrides: bool) -> bool {
        !self.privileged || (matches!(self.own_user, OwnUser::Unneeded) && !overrides)
    }

    /// Way in which this process gets a root without the machine's files. `has_namespaces` says
    /// whether it has a namespace of mounts of its own.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) const fn root(
        self,
        has_namespaces: bool,
        has_folders: bool,
    ) -> Result<RootChange, &'static str> {
        match (has_namespaces, self.changes_root, has_folders) {
            (true, ..) => Ok(RootChange::Mounts),
            (false, true, false) => Ok(RootChange::Chroot),
            (false, true, true) => {
                Err("without a namespace of mounts, a granted folder would lead out of it")
            }
            (false, false, _) => Err("it needs a namespace of mounts"),
        }
    }
}

/// Way to another root folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RootChange {
    /// In a namespace of mounts of its own.
    Mounts,
    /// By chroot(2), where no folder is open.
    Chroot,
}

/// Need for a step: whether a worker starts without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepNeed {
    /// It does not.
    Required,
    /// It does, and says so.
    Extra,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JailStep {
    /// Give up gaining rights.
    NoNewPrivileges,
    /// Have the kernel keep bounds.
    Limits(ProcessBounds),
    /// Become a user that nobody else is.
    User,
    /// Leave the namespaces that others share.
    Namespaces {
        /// Also that of users, without which only the superuser may leave the others.
        user: bool,
    },
    /// Make a folder in memory of so many bytes.
    Scratch(u64),
    /// Have a root without the machine's files.
    Root,
    /// Have Landlock of this version close all paths but those of the granted folders.
    Landlock(u32),
    /// Give up all rights of the superuser but these.
    Capabilities(Vec<Capability>),
    /// Let nobody look into this process.
    Undumpable,
    /// Have the processor not run ahead in the ways that leak between processes.
    Speculation,
    /// Have the kernel filter system calls.
    SystemCalls(FilterScope),
}

impl JailStep {
    /// The layer it puts up.
    #[must_use]
    pub const fn layer(&self) -> JailLayer {
        match self {
            Self::NoNewPrivileges => JailLayer::NoNewPrivileges,
            Self::Limits(_) => JailLayer::Limits,
            Self::User => JailLayer::User,
            Self::Namespaces { .. } => JailLayer::Namespaces,
            Self::Scratch(_) => JailLayer::Scratch,
            Self::Root => JailLayer::Root,
            Self::Landlock(_) => JailLayer::Landlock,
            Self::Capabilities(_) => JailLayer::Capabilities,
            Self::Undumpable => JailLayer::Undumpable,
            Self::Speculation => JailLayer::Speculation,
            Self::SystemCalls(_) => JailLayer::SystemCalls,
        }
    }
}

/// Steps for a worker, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JailPlan {
    /// The steps, and whether each has to work.
    pub steps: Vec<(JailStep, StepNeed)>,
    /// Layers left out because the kernel does not have them.
    pub missing: Vec<MissingLayer>,
}

/// A layer that has to be there, and that the kernel does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct LackingLayer {
    /// Which.
    pub layer: JailLayer,
    /// Why.
    pub why: String,
}

/// In a namespace of users, rights on files are rights on the files of who made it.
const LOSES_RIGHTS: &str = "it would take away the superuser's rights on granted folders";

const NO_FOLDERS: &str =
    "root lacks CAP_DAC_OVERRIDE here, without which another user could not use granted folders";
const NO_USER: &str = "root lacks a right for it here: CAP_SETUID, CAP_SETGID or CAP_KILL";
/// Of who has the superuser's rights in a user namespace.
const NO_OTHER_USER: &str =
    "this user namespace has no user id for it, and another one would take away rights on granted folders";

fn too_old(version: u32) -> String {
    format!(
        "this kernel has ABI {version}, which does not keep files from being cut; --sandbox strict needs ABI 3 (Linux 6.2)"
    )
}

/// The steps into a jail.
///
/// What opens something comes before what forbids opening: namespaces and the folder of attempts
/// before Landlock, and the filter on system calls last, since every other step is a system call
/// that it forbids.
///
/// # Errors
/// If the kernel lacks what the policy requires.
pub fn plan(policy: &JailPolicy, kernel: KernelSupport) -> Result<JailPlan, LackingLayer> {
    let bounds = ProcessBounds {
        cpu: policy.cpu,
        data: policy.data,
        file_size: Some(policy.file_size),
        files: Some(policy.files),
        // A worker is undumpable, so it has none.
        no_core_handler: false,
    };
    let mut plan = JailPlan { steps: Vec::new(), missing: Vec::new() };
    plan.add(JailStep::NoNewPrivileges, StepNeed::Required);
    plan.add(JailStep::Limits(bounds), StepNeed::Required);
    let extra = if policy.sandbox == Sandbox::Strict { StepNeed::Required } else { StepNeed::Extra };
    let confined = policy.sandbox != Sandbox::Off;
    // An ordinary user has them in a namespace of users of its own only, where they are none of
    // what was granted.
    let overrides = kernel.overrides && !policy.writable.is_empty();
    match kernel.own_user {
        // What root may not do to folders of others, the other user could not do to root's.
        OwnUser::Possible if confined && !policy.writable.is_empty() && !kernel.overrides => {
            plan.lack(JailLayer::User, NO_FOLDERS, extra)?;
        }
        OwnUser::Possible if confined => plan.add(JailStep::User, extra),
        OwnUser::Refused if confined => plan.lack(JailLayer::User, NO_USER, extra)?,
        OwnUser::Unneeded if confined && kernel.privileged && overrides => {
            plan.lack(JailLayer::User, NO_OTHER_USER, extra)?;
        }
        OwnUser::Possible | OwnUser::Refused | OwnUser::Unneeded => {}
    }
    if confined || policy.scratch.is_some() {
        // What an attempt writes to lives in a namespace of mounts, so it is no extra then.
        let need = if policy.scratch.is_some() { StepNeed::Required } else { extra };
        let user = if confined { kernel.makes_user_namespace(overrides) } else { !kernel.privileged };
        match (user && overrides, policy.scratch.is_some()) {
            (false, _) => plan.add(JailStep::Namespaces { user }, need),
            (true, false) => plan.lack(JailLayer::Namespaces, LOSES_RIGHTS, need)?,
            (true, true) => {
                let why = format!("{LOSES_RIGHTS}; the folder of --scratch needs it");
                plan.lack(JailLayer::Namespaces, &why, need)?;
            }
        }
    }
    if let Some(bytes) = policy.scratch {
        plan.add(JailStep::Scratch(bytes), StepNeed::Required);
    }
    if confined {
        plan.confine(policy, kernel, overrides, extra)?;
    } else if policy.limit_speculation {
        plan.add(JailStep::Speculation, extra);
    }
    Ok(plan)
}

impl JailPlan {
    /// Adds what is there in a jail only.
    fn confine(
        &mut self,
        policy: &JailPolicy,
        kernel: KernelSupport,
        overrides: bool,
        extra: StepNeed,
    ) -> Result<(), LackingLayer> {
        self.add(JailStep::Root, extra);
        match kernel.landlock {
            Some(version) if extra == StepNeed::Required && version < KEEPS_TRUNCATION => {
                self.lack(JailLayer::Landlock, &too_old(version), extra)?;
            }
            Some(version) => self.add(JailStep::Landlock(version), extra),
            None => {
                self.lack(JailLayer::Landlock, "this kernel has no Landlock, or has it turned off", extra)?;
            }
        }
        let kept = if overrides { FILES.to_vec() } else { Vec::new() };
        self.add(JailStep::Capabilities(kept), StepNeed::Required);
        self.add(JailStep::Undumpable, StepNeed::Required);
        if policy.limit_speculation {
            self.add(JailStep::Speculation, extra);
        }
        let scope = FilterScope {
            purpose: policy.purpose,
            writes: policy.writes(),
            tightens: policy.tightens(),
            // Known when the other layers stand.
            keeps_truncation: false,
        };
        self.add(JailStep::SystemCalls(scope), StepNeed::Required);
        Ok(())
    }

    fn add(&mut self, step: JailStep, need: StepNeed) {
        self.steps.push((step, need));
    }

    fn lack(&mut self, layer: JailLayer, why: &str, need: StepNeed) -> Result<(), LackingLayer> {
        let why = why.to_owned();
        match need {
            StepNeed::Required => Err(LackingLayer { layer, why }),
            StepNeed::Extra => {
                self.missing.push(MissingLayer { layer, why });
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: KernelSupport = KernelSupport {
        landlock: Some(7),
        privileged: false,
        overrides: false,
        changes_root: false,
        own_user: OwnUser::Unneeded,
        counts_by_namespace: true,
    };
    const ROOT: KernelSupport = KernelSupport {
        privileged: true,
        overrides: true,
        changes_root: true,
        own_user: OwnUser::Possible,
        ..FULL
    };
    /// Root as containers have it.
    const CONTAINED: KernelSupport = KernelSupport { privileged: false, ..ROOT };
    /// Root in a user namespace, as containers of ordinary users have it.
    const IN_NAMESPACE: KernelSupport = KernelSupport { own_user: OwnUser::Unneeded, ..ROOT };

    fn policy(sandbox: Sandbox) -> JailPolicy {
        JailPolicy {
            sandbox,
            one_module: true,
            limit_speculation: false,
            purpose: JailRole::Run,
            writable: Vec::new(),
            scratch: None,
            cpu: None,
            data: Some(1 << 20),
            file_size: 10,
            files: 20,
            addresses: None,
            threads: 8,
        }
    }

    /// With a folder.
    fn granted(sandbox: Sandbox) -> JailPolicy {
        JailPolicy { writable: vec![false], ..policy(sandbox) }
    }

    fn layers(plan: &JailPlan) -> Vec<JailLayer> {
        plan.steps.iter().map(|(step, _)| step.layer()).collect()
    }

    fn need(plan: &JailPlan, layer: JailLayer) -> StepNeed {
        plan.steps.iter().find(|(step, _)| step.layer() == layer).unwrap().1
    }

    #[test]
    fn steps_come_in_the_order_of_the_layers_and_the_filter_is_last() {
        for scratch in [None, Some(1)] {
            let plan = plan(&JailPolicy { scratch, ..policy(Sandbox::Auto) }, FULL).unwrap();
            let layers = layers(&plan);
            assert!(layers.is_sorted(), "{layers:?}");
            assert_eq!(layers.last(), Some(&JailLayer::SystemCalls));
            assert_eq!(layers.contains(&JailLayer::Scratch), scratch.is_some());
            assert_eq!(plan.missing, []);
        }
    }

    #[test]
    fn the_core_is_required_whatever_the_machine_lacks() {
        let plan = plan(&policy(Sandbox::Auto), KernelSupport { landlock: None, ..FULL }).unwrap();
        let extras: Vec<JailLayer> = plan
            .steps
            .iter()
            .filter(|(_, need)| *need == StepNeed::Extra)
            .map(|(step, _)| step.layer())
            .collect();
        assert_eq!(extras, [JailLayer::Namespaces, JailLayer::Root]);
        assert_eq!(plan.missing.len(), 1);
        assert_eq!(plan.missing[0].layer, JailLayer::Landlock);
        assert!(!layers(&plan).contains(&JailLayer::Landlock));
    }

    #[test]
    fn strict_requires_every_layer() {
        let all = plan(&policy(Sandbox::Strict), FULL).unwrap();
        assert!(all.steps.iter().all(|(_, need)| *need == StepNeed::Required));
        let error = plan(&policy(Sandbox::Strict), KernelSupport { landlock: None, ..ROOT }).unwrap_err();
        assert_eq!(error.layer, JailLayer::Landlock);
    }

    #[test]
    fn strict_requires_a_landlock_that_keeps_files_from_being_cut() {
        let of = |sandbox, version| {
            plan(&policy(sandbox), KernelSupport { landlock: Some(version), ..FULL })
                .map(|plan| layers(&plan))
        };
        for version in [1, 2] {
            let error = of(Sandbox::Strict, version).unwrap_err();
            assert!(error.layer == JailLayer::Landlock && error.why.contains("ABI 3"), "{error}");
            assert!(of(Sandbox::Auto, version).unwrap().contains(&JailLayer::Landlock));
        }
        assert!(of(Sandbox::Strict, 3).unwrap().contains(&JailLayer::Landlock));
    }

    #[test]
    fn without_a_sandbox_the_limits_stay() {
        let off = plan(&policy(Sandbox::Off), FULL).unwrap();
        assert_eq!(layers(&off), [JailLayer::NoNewPrivileges, JailLayer::Limits]);
        let scratch = plan(&JailPolicy { scratch: Some(1), ..policy(Sandbox::Off) }, FULL).unwrap();
        assert_eq!(layers(&scratch)[2..], [JailLayer::Namespaces, JailLayer::Scratch]);
    }

    #[test]
    fn a_folder_for_attempts_is_no_extra() {
        let plan = plan(&JailPolicy { scratch: Some(1), ..policy(Sandbox::Auto) }, FULL).unwrap();
        assert_eq!(need(&plan, JailLayer::Namespaces), StepNeed::Required);
        assert_eq!(need(&plan, JailLayer::Scratch), StepNeed::Required);
        assert_eq!(need(&plan, JailLayer::Landlock), StepNeed::Extra);
    }

    #[test]
    fn the_superuser_keeps_rights_on_files_only_and_only_where_folders_are_granted() {
        let kept = |policy: &JailPolicy, kernel| {
            let plan = plan(policy, kernel).unwrap();
            plan.steps.into_iter().find_map(|(step, _)| match step {
                JailStep::Capabilities(kept) => Some(kept),
                _ => None,
            })
        };
        let granted = granted(Sandbox::Auto);
        assert_eq!(kept(&granted, FULL), Some(vec![]));
        for root in [ROOT, CONTAINED] {
            assert_eq!(kept(&policy(Sandbox::Auto), root), Some(vec![]));
            assert_eq!(kept(&granted, root), Some(FILES.to_vec()));
        }
    }

    #[test]
    fn no_namespace_takes_rights_on_granted_folders_away() {
        let namespaces = |plan: &JailPlan| layers(plan).contains(&JailLayer::Namespaces);
        let auto = plan(&granted(Sandbox::Auto), CONTAINED).unwrap();
        assert!(!namespaces(&auto));
        let missing = MissingLayer { layer: JailLayer::Namespaces, why: LOSES_RIGHTS.to_owned() };
        assert_eq!(auto.missing, [missing]);
        let strict = plan(&granted(Sandbox::Strict), CONTAINED).unwrap_err();
        assert_eq!((strict.layer, strict.why.as_str()), (JailLayer::Namespaces, LOSES_RIGHTS));
        // Nothing is granted, or nothing is lost.
        assert!(namespaces(&plan(&policy(Sandbox::Strict), CONTAINED).unwrap()));
        assert!(namespaces(&plan(&granted(Sandbox::Strict), ROOT).unwrap()));
        assert!(namespaces(&plan(&granted(Sandbox::Strict), FULL).unwrap()));
    }

    #[test]
    fn a_folder_for_attempts_that_would_cost_granted_ones_is_refused() {
        for sandbox in [Sandbox::Auto, Sandbox::Strict, Sandbox::Off] {
            let policy = JailPolicy { scratch: Some(1), ..granted(sandbox) };
            let error = plan(&policy, CONTAINED).unwrap_err();
            assert_eq!(error.layer, JailLayer::Namespaces);
            assert!(error.why.starts_with(LOSES_RIGHTS) && error.why.contains("--scratch"), "{error}");
            assert!(plan(&policy, ROOT).is_ok() && plan(&policy, FULL).is_ok());
        }
        assert_eq!(plan(&granted(Sandbox::Off), CONTAINED).unwrap().missing, []);
    }

    #[test]
    fn who_has_no_file_to_change_has_no_call_for_it() {
        let writes = |policy: &JailPolicy| {
            let (last, _) = plan(policy, FULL).unwrap().steps.pop().unwrap();
            matches!(last, JailStep::SystemCalls(FilterScope { writes: true, .. }))
        };
        let granted = |writable| JailPolicy { writable: vec![writable], ..policy(Sandbox::Auto) };
        assert!(!writes(&policy(Sandbox::Auto)) && !writes(&granted(false)));
        assert!(writes(&granted(true)) && writes(&JailPolicy { scratch: Some(1), ..granted(false) }));
    }

    #[test]
    fn namespaces_come_with_one_for_users_where_rights_are_missing() {
        let of = |kernel| plan(&policy(Sandbox::Auto), kernel).unwrap().steps;
        assert!(of(FULL).contains(&(JailStep::Namespaces { user: true }, StepNeed::Extra)));
        assert!(of(ROOT).contains(&(JailStep::Namespaces { user: false }, StepNeed::Extra)));
    }

    /// Root of a user namespace could leave the others as it is, and nobody would count its
    /// threads.
    #[test]
    fn who_has_no_user_of_its_own_has_a_namespace_of_users_or_says_why_not() {
        let of = |policy: &JailPolicy| plan(policy, IN_NAMESPACE);
        let step =
            |plan: &JailPlan, user| plan.steps.iter().any(|(step, _)| *step == JailStep::Namespaces { user });
        let auto = of(&policy(Sandbox::Auto)).unwrap();
        assert!(step(&auto, true) && auto.missing.is_empty());
        assert!(of(&policy(Sandbox::Strict)).is_ok());
        let granted_auto = of(&granted(Sandbox::Auto)).unwrap();
        assert!(step(&granted_auto, false));
        assert_eq!(
            granted_auto.missing,
            [MissingLayer { layer: JailLayer::User, why: NO_OTHER_USER.to_owned() }]
        );
        assert_eq!(of(&granted(Sandbox::Strict)).unwrap_err().layer, JailLayer::User);
        // Without a jail nothing is counted, and a folder for attempts needs no user namespace.
        let off = of(&JailPolicy { scratch: Some(1), ..granted(Sandbox::Off) }).unwrap();
        assert!(step(&off, false) && off.missing.is_empty());
    }

    #[test]
    fn root_gives_its_workers_users_of_their_own_or_says_why_not() {
        let of = |sandbox, own_user| plan(&policy(sandbox), KernelSupport { own_user, ..ROOT });
        let has = |plan: &JailPlan| layers(plan).contains(&JailLayer::User);
        let possible = of(Sandbox::Auto, OwnUser::Possible).unwrap();
        assert_eq!(need(&possible, JailLayer::User), StepNeed::Extra);
        let refused = of(Sandbox::Auto, OwnUser::Refused).unwrap();
        assert!(!has(&refused) && refused.missing[0].layer == JailLayer::User);
        assert_eq!(of(Sandbox::Strict, OwnUser::Refused).unwrap_err().layer, JailLayer::User);
        for sandbox in [Sandbox::Auto, Sandbox::Strict] {
            let unneeded = of(sandbox, OwnUser::Unneeded).unwrap();
            assert!(!has(&unneeded) && unneeded.missing.is_empty());
        }
        assert!(!has(&of(Sandbox::Off, OwnUser::Possible).unwrap()));
        // As many as there can be processes, and within what nobody else gives away.
        assert_eq!((own_user(0, 63), own_user((1 << 22) - 1, 63)), (0x7000_0000, 0x703f_ffff));
        // Below those of other programs, in whichever namespace.
        assert_eq!((own_user(5, 64), own_user((1 << 22) - 1, 62)), (0x7040_0005, 0x7fbf_ffff));
        let folders = KernelSupport { overrides: false, own_user: OwnUser::Possible, ..ROOT };
        assert!(!has(&plan(&granted(Sandbox::Auto), folders).unwrap()));
        assert!(has(&plan(&policy(Sandbox::Auto), folders).unwrap()));
    }

    #[test]
    fn no_folder_leads_out_of_a_root() {
        for has_folders in [false, true] {
            for kernel in [FULL, ROOT, CONTAINED] {
                assert_eq!(kernel.root(true, has_folders), Ok(RootChange::Mounts));
            }
            assert!(FULL.root(false, has_folders).unwrap_err().contains("namespace of mounts"));
        }
        assert_eq!(CONTAINED.root(false, false), Ok(RootChange::Chroot));
        assert!(CONTAINED.root(false, true).unwrap_err().contains("lead out"));
    }
}
