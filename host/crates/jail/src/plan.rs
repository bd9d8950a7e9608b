//! From what a run wants and what the kernel has to the steps a worker takes, in order. Pure: it
//! asks the machine nothing.

use polymer_host_base::{Layer, Missing};
use polymer_host_base::{Purpose, Sandbox};
use polymer_host_sys::confine::Capability;
use polymer_host_sys::process::Bounds;
use std::path::PathBuf;
use std::time::Duration;

/// A folder that the process may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// Where it is, absolute.
    pub path: PathBuf,
    /// Whether it may be changed.
    pub writable: bool,
}

/// What a jail is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How much of it there has to be.
    pub sandbox: Sandbox,
    /// What the process is for.
    pub purpose: Purpose,
    /// Folders that stay open to it.
    pub directories: Vec<Directory>,
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
}

/// The superuser's rights on files. They are part of what was granted: a folder may belong to
/// somebody else.
pub(super) const FILES: [Capability; 3] =
    [Capability::DacOverride, Capability::DacReadSearch, Capability::Fowner];

/// What the kernel has and this process may use, as far as it can be asked without trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kernel {
    /// The version of Landlock.
    pub landlock: Option<u32>,
    /// Whether this process may make namespaces without one for users.
    pub privileged: bool,
    /// Whether it has any of the superuser's rights on files.
    pub overrides: bool,
}

/// Whether a worker starts without a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It does not.
    Required,
    /// It does, and says so.
    Extra,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Give up gaining rights.
    NoNewPrivileges,
    /// Have the kernel keep bounds.
    Limits(Bounds),
    /// Leave the namespaces that others share.
    Namespaces {
        /// Also that of users, without which only the superuser may leave the others.
        user: bool,
        /// Also that of mounts.
        mounts: bool,
    },
    /// Make a folder in memory of so many bytes.
    Scratch(u64),
    /// Have Landlock of this version keep paths but these.
    Landlock(u32, Vec<Directory>),
    /// Give up all rights of the superuser but these.
    Capabilities(Vec<Capability>),
    /// Let nobody look into this process.
    Undumpable,
    /// Have the kernel filter system calls.
    SystemCalls {
        /// What the process is for.
        purpose: Purpose,
        /// It may change files somewhere.
        writes: bool,
    },
}

impl Step {
    /// The layer it puts up.
    #[must_use]
    pub const fn layer(&self) -> Layer {
        match self {
            Self::NoNewPrivileges => Layer::NoNewPrivileges,
            Self::Limits(_) => Layer::Limits,
            Self::Namespaces { .. } => Layer::Namespaces,
            Self::Scratch(_) => Layer::Scratch,
            Self::Landlock(..) => Layer::Landlock,
            Self::Capabilities(_) => Layer::Capabilities,
            Self::Undumpable => Layer::Undumpable,
            Self::SystemCalls { .. } => Layer::SystemCalls,
        }
    }
}

/// What a worker is to do, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The steps, and whether each has to work.
    pub steps: Vec<(Step, Need)>,
    /// What was left out because the kernel does not have it.
    pub missing: Vec<Missing>,
}

/// A layer that has to be there, and that the kernel does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Lacking {
    /// Which.
    pub layer: Layer,
    /// Why.
    pub why: String,
}

/// In a namespace of users, rights on files are rights on the files of who made it.
const LOSES_RIGHTS: &str = "it would take away the superuser's rights on granted folders";

/// The steps into a jail.
///
/// What opens something comes before what forbids opening: namespaces and the folder of attempts
/// before Landlock, and the filter on system calls last, since every other step is a system call
/// that it forbids.
///
/// # Errors
/// If the kernel lacks what the policy requires.
pub fn plan(policy: &Policy, kernel: Kernel) -> Result<Plan, Lacking> {
    let bounds = Bounds {
        cpu: policy.cpu,
        data: policy.data,
        file_size: Some(policy.file_size),
        files: Some(policy.files),
    };
    let mut plan = Plan { steps: Vec::new(), missing: Vec::new() };
    plan.add(Step::NoNewPrivileges, Need::Required);
    plan.add(Step::Limits(bounds), Need::Required);
    let extra = if policy.sandbox == Sandbox::Strict { Need::Required } else { Need::Extra };
    let confined = policy.sandbox != Sandbox::Off;
    // An ordinary user has them in a namespace of users of its own only, where they are none of
    // what was granted.
    let overrides = kernel.overrides && !policy.directories.is_empty();
    if confined || policy.scratch.is_some() {
        // What an attempt writes to lives in a namespace of mounts, so it is no extra then.
        let need = if policy.scratch.is_some() { Need::Required } else { extra };
        let (user, mounts) = (!kernel.privileged, policy.scratch.is_some());
        match (user && overrides, mounts) {
            (false, _) => plan.add(Step::Namespaces { user, mounts }, need),
            (true, false) => plan.lack(Layer::Namespaces, LOSES_RIGHTS, need)?,
            (true, true) => {
                let why = format!("{LOSES_RIGHTS}; the folder of --scratch needs it");
                plan.lack(Layer::Namespaces, &why, need)?;
            }
        }
    }
    if let Some(bytes) = policy.scratch {
        plan.add(Step::Scratch(bytes), Need::Required);
    }
    if !confined {
        return Ok(plan);
    }
    match kernel.landlock {
        Some(version) => plan.add(Step::Landlock(version, policy.directories.clone()), extra),
        None => plan.lack(Layer::Landlock, "this kernel has no Landlock, or has it turned off", extra)?,
    }
    let kept = if overrides { FILES.to_vec() } else { Vec::new() };
    plan.add(Step::Capabilities(kept), Need::Required);
    plan.add(Step::Undumpable, Need::Required);
    let writes = policy.scratch.is_some() || policy.directories.iter().any(|directory| directory.writable);
    plan.add(Step::SystemCalls { purpose: policy.purpose, writes }, Need::Required);
    Ok(plan)
}

impl Plan {
    fn add(&mut self, step: Step, need: Need) {
        self.steps.push((step, need));
    }

    fn lack(&mut self, layer: Layer, why: &str, need: Need) -> Result<(), Lacking> {
        let why = why.to_owned();
        match need {
            Need::Required => Err(Lacking { layer, why }),
            Need::Extra => {
                self.missing.push(Missing { layer, why });
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Kernel = Kernel { landlock: Some(7), privileged: false, overrides: false };
    const ROOT: Kernel = Kernel { privileged: true, overrides: true, ..FULL };
    /// Root as containers have it.
    const CONTAINED: Kernel = Kernel { privileged: false, ..ROOT };

    fn policy(sandbox: Sandbox) -> Policy {
        Policy {
            sandbox,
            purpose: Purpose::Run,
            directories: Vec::new(),
            scratch: None,
            cpu: None,
            data: Some(1 << 20),
            file_size: 10,
            files: 20,
        }
    }

    /// With a folder.
    fn granted(sandbox: Sandbox) -> Policy {
        let directories = vec![Directory { path: "/data".into(), writable: false }];
        Policy { directories, ..policy(sandbox) }
    }

    fn layers(plan: &Plan) -> Vec<Layer> {
        plan.steps.iter().map(|(step, _)| step.layer()).collect()
    }

    fn need(plan: &Plan, layer: Layer) -> Need {
        plan.steps.iter().find(|(step, _)| step.layer() == layer).unwrap().1
    }

    #[test]
    fn steps_come_in_the_order_of_the_layers_and_the_filter_is_last() {
        for scratch in [None, Some(1)] {
            let plan = plan(&Policy { scratch, ..policy(Sandbox::Auto) }, FULL).unwrap();
            let layers = layers(&plan);
            assert!(layers.is_sorted(), "{layers:?}");
            assert_eq!(layers.last(), Some(&Layer::SystemCalls));
            assert_eq!(layers.contains(&Layer::Scratch), scratch.is_some());
            assert_eq!(plan.missing, []);
        }
    }

    #[test]
    fn the_core_is_required_whatever_the_machine_lacks() {
        let plan = plan(&policy(Sandbox::Auto), Kernel { landlock: None, ..FULL }).unwrap();
        let extras: Vec<Layer> = plan
            .steps
            .iter()
            .filter(|(_, need)| *need == Need::Extra)
            .map(|(step, _)| step.layer())
            .collect();
        assert_eq!(extras, [Layer::Namespaces]);
        assert_eq!(plan.missing.len(), 1);
        assert_eq!(plan.missing[0].layer, Layer::Landlock);
        assert!(!layers(&plan).contains(&Layer::Landlock));
    }

    #[test]
    fn strict_requires_every_layer() {
        let all = plan(&policy(Sandbox::Strict), FULL).unwrap();
        assert!(all.steps.iter().all(|(_, need)| *need == Need::Required));
        let error = plan(&policy(Sandbox::Strict), Kernel { landlock: None, ..ROOT }).unwrap_err();
        assert_eq!(error.layer, Layer::Landlock);
    }

    #[test]
    fn without_a_sandbox_the_limits_stay() {
        let off = plan(&policy(Sandbox::Off), FULL).unwrap();
        assert_eq!(layers(&off), [Layer::NoNewPrivileges, Layer::Limits]);
        let scratch = plan(&Policy { scratch: Some(1), ..policy(Sandbox::Off) }, FULL).unwrap();
        assert_eq!(layers(&scratch)[2..], [Layer::Namespaces, Layer::Scratch]);
    }

    #[test]
    fn a_folder_for_attempts_is_no_extra() {
        let plan = plan(&Policy { scratch: Some(1), ..policy(Sandbox::Auto) }, FULL).unwrap();
        assert_eq!(need(&plan, Layer::Namespaces), Need::Required);
        assert_eq!(need(&plan, Layer::Scratch), Need::Required);
        assert_eq!(need(&plan, Layer::Landlock), Need::Extra);
    }

    #[test]
    fn the_superuser_keeps_rights_on_files_only_and_only_where_folders_are_granted() {
        let kept = |policy: &Policy, kernel| {
            let plan = plan(policy, kernel).unwrap();
            plan.steps.into_iter().find_map(|(step, _)| match step {
                Step::Capabilities(kept) => Some(kept),
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
        let namespaces = |plan: &Plan| layers(plan).contains(&Layer::Namespaces);
        let auto = plan(&granted(Sandbox::Auto), CONTAINED).unwrap();
        assert!(!namespaces(&auto));
        let missing = Missing { layer: Layer::Namespaces, why: LOSES_RIGHTS.to_owned() };
        assert_eq!(auto.missing, [missing]);
        let strict = plan(&granted(Sandbox::Strict), CONTAINED).unwrap_err();
        assert_eq!((strict.layer, strict.why.as_str()), (Layer::Namespaces, LOSES_RIGHTS));
        // Nothing is granted, or nothing is lost.
        assert!(namespaces(&plan(&policy(Sandbox::Strict), CONTAINED).unwrap()));
        assert!(namespaces(&plan(&granted(Sandbox::Strict), ROOT).unwrap()));
        assert!(namespaces(&plan(&granted(Sandbox::Strict), FULL).unwrap()));
    }

    #[test]
    fn a_folder_for_attempts_that_would_cost_granted_ones_is_refused() {
        for sandbox in [Sandbox::Auto, Sandbox::Strict, Sandbox::Off] {
            let policy = Policy { scratch: Some(1), ..granted(sandbox) };
            let error = plan(&policy, CONTAINED).unwrap_err();
            assert_eq!(error.layer, Layer::Namespaces);
            assert!(error.why.starts_with(LOSES_RIGHTS) && error.why.contains("--scratch"), "{error}");
            assert!(plan(&policy, ROOT).is_ok() && plan(&policy, FULL).is_ok());
        }
        assert_eq!(plan(&granted(Sandbox::Off), CONTAINED).unwrap().missing, []);
    }

    #[test]
    fn who_has_no_file_to_change_has_no_call_for_it() {
        let writes = |policy: &Policy| {
            let (last, _) = plan(policy, FULL).unwrap().steps.pop().unwrap();
            matches!(last, Step::SystemCalls { writes: true, .. })
        };
        let directory = |writable| Directory { path: "/data".into(), writable };
        let granted = |writable| Policy { directories: vec![directory(writable)], ..policy(Sandbox::Auto) };
        assert!(!writes(&policy(Sandbox::Auto)) && !writes(&granted(false)));
        assert!(writes(&granted(true)) && writes(&Policy { scratch: Some(1), ..granted(false) }));
    }

    #[test]
    fn namespaces_come_with_one_for_users_where_rights_are_missing() {
        let of = |kernel| plan(&policy(Sandbox::Auto), kernel).unwrap().steps;
        assert!(of(FULL).contains(&(Step::Namespaces { user: true, mounts: false }, Need::Extra)));
        assert!(of(ROOT).contains(&(Step::Namespaces { user: false, mounts: false }, Need::Extra)));
    }
}
