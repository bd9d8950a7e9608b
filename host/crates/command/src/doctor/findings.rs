//! What `doctor` found, and how good the jail is that follows from it. Pure.

use polymer_host_base::confinement::KEEPS_TRUNCATION;
use polymer_host_base::{Confinement, JailLayer};
use polymer_host_run::jail_probe::ProbeFailure;

/// What the kernel tells without a trial.
#[derive(Debug)]
pub(super) struct MachineFacts {
    pub(super) polymer: &'static str,
    pub(super) engine: String,
    /// Release of the kernel.
    pub(super) kernel: Option<String>,
    pub(super) architecture: Option<String>,
    pub(super) user: u32,
    /// That user may do all that root may.
    pub(super) is_superuser: bool,
    pub(super) cores: Option<usize>,
    /// Version of Landlock.
    pub(super) landlock: Option<u32>,
    /// Bytes of memory that the control group of this process may have.
    pub(super) group_memory: Option<u64>,
    /// Processes and threads that it may have.
    pub(super) group_processes: Option<u64>,
    /// That workers may need more memory than there is, if they may.
    pub(super) memory: Option<String>,
}

/// Results of the trials.
#[derive(Debug)]
pub(super) struct DoctorFindings {
    pub(super) machine: MachineFacts,
    /// A worker that runs tasks, with nothing granted.
    pub(super) run: Result<Confinement, ProbeFailure>,
    /// The same with a folder granted, which may cost it layers.
    pub(super) granted: Result<Confinement, ProbeFailure>,
    pub(super) compile: Result<Confinement, ProbeFailure>,
    /// Whether workers start with `--sandbox strict`.
    pub(super) strict: bool,
    /// The same with a folder granted.
    pub(super) strict_granted: bool,
    pub(super) off: bool,
    /// Success of a first task, or the reason it fails, in a sentence with what would help.
    pub(super) task: Result<(), String>,
}

/// How good the jail of workers is here, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum JailGrade {
    /// Every layer stands.
    Full,
    /// Some layers are missing; a wall for files and the filter on system calls stand.
    Reduced,
    /// Nothing would keep a worker from the files of this machine, so no worker starts.
    NoWallForFiles,
    /// Workers do not start for another reason.
    None,
}

impl JailGrade {
    /// The name in reports: stable.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Reduced => "reduced",
            Self::NoWallForFiles => "no-wall-for-files",
            Self::None => "none",
        }
    }
}

/// Something that a jail lacks here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JailReduction {
    pub(super) layer: JailLayer,
    /// What that means.
    pub(super) means: String,
    /// It is lacking only where a folder is granted.
    pub(super) only_with_folders: bool,
}

impl DoctorFindings {
    /// Returns whether workers start with the usual flags.
    pub(super) const fn auto(&self) -> bool {
        self.run.is_ok() && self.compile.is_ok()
    }

    /// Returns whether they start with a folder granted.
    pub(super) const fn auto_granted(&self) -> bool {
        self.granted.is_ok() && self.compile.is_ok()
    }

    /// Returns whether a run with these flags gets its first task done.
    pub(super) const fn works(&self) -> bool {
        self.auto() && self.task.is_ok()
    }

    /// How good the jail is, whatever is granted: what a grade promises has to hold for every run.
    pub(super) fn grade(&self) -> JailGrade {
        self.grade_without_folders().max(self.grade_with_folders())
    }

    /// How good it is where nothing is granted.
    pub(super) fn grade_without_folders(&self) -> JailGrade {
        self.grade_of(&self.run)
    }

    /// How good it is where a folder is granted.
    pub(super) fn grade_with_folders(&self) -> JailGrade {
        self.grade_of(&self.granted)
    }

    fn grade_of(&self, run: &Result<Confinement, ProbeFailure>) -> JailGrade {
        match (run, &self.compile) {
            (Ok(run), Ok(compile)) => {
                let is_whole = run.missing.is_empty() && compile.missing.is_empty();
                if is_whole && self.old_landlock().is_none() { JailGrade::Full } else { JailGrade::Reduced }
            }
            (Err(failure), _) | (_, Err(failure)) => match failure {
                ProbeFailure::Unconfined(error) if error.code == JailLayer::Root.name() => {
                    JailGrade::NoWallForFiles
                }
                _ => JailGrade::None,
            },
        }
    }

    /// The version of a Landlock that lets files be cut.
    fn old_landlock(&self) -> Option<u32> {
        self.machine.landlock.filter(|version| *version < KEEPS_TRUNCATION)
    }

    /// What is missing, and what that means: each once, whichever worker lacks it.
    pub(super) fn reductions(&self) -> Vec<JailReduction> {
        let always = missing_layers(&[&self.run, &self.compile]);
        let all = missing_layers(&[&self.run, &self.compile, &self.granted]);
        let reduction = |layer: &JailLayer| JailReduction {
            layer: *layer,
            means: meaning(*layer).to_owned(),
            only_with_folders: !always.contains(layer),
        };
        let mut reductions: Vec<_> = all.iter().map(reduction).collect();
        if let Some(version) = self.old_landlock().filter(|_| !all.contains(&JailLayer::Landlock)) {
            let holds = if all.contains(&JailLayer::Root) {
                "the filter on system calls does"
            } else {
                "read-only mounts do"
            };
            reductions.push(JailReduction {
                layer: JailLayer::Landlock,
                means: format!("ABI {version} does not keep files from being cut; {holds}"),
                only_with_folders: false,
            });
        }
        reductions
    }
}

/// The layers that any of these workers lacks, in their order.
fn missing_layers(found: &[&Result<Confinement, ProbeFailure>]) -> Vec<JailLayer> {
    let found = found.iter().filter_map(|found| found.as_ref().ok());
    let mut missing: Vec<JailLayer> =
        found.flat_map(|found| found.missing.iter().map(|missing| missing.layer)).collect();
    missing.sort_unstable();
    missing.dedup();
    missing
}

/// Meaning of a layer's absence.
const fn meaning(layer: JailLayer) -> &'static str {
    match layer {
        JailLayer::User => {
            "workers have the user id of who starts them; walls for files and the filter on system calls hold, and the supervisor counts threads"
        }
        JailLayer::Namespaces => {
            "workers are in the network and IPC of this machine; the filter on system calls keeps them from both"
        }
        JailLayer::Root => "Landlock alone keeps files; names, sizes and times of files can be learned",
        JailLayer::Landlock => "the empty root alone keeps files",
        JailLayer::Scratch => "--scratch cannot be had",
        JailLayer::Speculation => "--limit-speculation has no effect",
        JailLayer::NoNewPrivileges
        | JailLayer::Limits
        | JailLayer::Capabilities
        | JailLayer::Undumpable
        | JailLayer::SystemCalls => "no worker starts without it",
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use polymer_host_base::{ActiveLayer, MissingLayer};
    use polymer_host_task::TaskError;

    /// What a worker says that lacks these layers.
    pub(crate) fn without(layers: &[JailLayer]) -> Confinement {
        Confinement {
            active: [JailLayer::Limits, JailLayer::SystemCalls]
                .map(|layer| ActiveLayer { layer, detail: String::new() })
                .into(),
            missing: layers
                .iter()
                .map(|layer| MissingLayer { layer: *layer, why: "this kernel has none".to_owned() })
                .collect(),
            scans_pages: true,
            counts_threads: true,
        }
    }

    /// A machine on which workers lack these layers.
    pub(crate) fn lacking(layers: &[JailLayer], landlock: Option<u32>) -> DoctorFindings {
        DoctorFindings {
            machine: MachineFacts {
                polymer: "0.0.0",
                engine: "wasmtime 0".to_owned(),
                kernel: Some("6.1".to_owned()),
                architecture: Some("x86_64".to_owned()),
                user: 1000,
                is_superuser: false,
                cores: Some(2),
                landlock,
                group_memory: None,
                group_processes: Some(100),
                memory: None,
            },
            run: Ok(without(layers)),
            granted: Ok(without(layers)),
            compile: Ok(without(layers)),
            strict: layers.is_empty(),
            strict_granted: layers.is_empty(),
            off: true,
            task: Ok(()),
        }
    }

    pub(crate) fn unconfined(layer: JailLayer) -> Result<Confinement, ProbeFailure> {
        Err(ProbeFailure::Unconfined(TaskError::new(layer.name(), "this kernel has none")))
    }

    #[test]
    fn the_grade_follows_from_what_stands() {
        let full = lacking(&[], Some(7));
        assert_eq!((full.grade(), full.reductions()), (JailGrade::Full, vec![]));
        for layer in [JailLayer::User, JailLayer::Namespaces, JailLayer::Root, JailLayer::Landlock] {
            let findings = lacking(&[layer], None);
            assert_eq!(findings.grade(), JailGrade::Reduced);
            assert_eq!(findings.reductions().len(), 1, "{layer}");
        }
        let nothing = DoctorFindings { compile: unconfined(JailLayer::Root), ..lacking(&[], None) };
        assert_eq!(nothing.grade(), JailGrade::NoWallForFiles);
        let nothing = DoctorFindings { run: unconfined(JailLayer::SystemCalls), ..lacking(&[], None) };
        assert_eq!(nothing.grade(), JailGrade::None);
    }

    #[test]
    fn a_grade_holds_for_runs_with_a_folder_too() {
        let granted = without(&[JailLayer::Namespaces, JailLayer::Landlock]);
        let worse = DoctorFindings { granted: Ok(granted), ..lacking(&[JailLayer::Landlock], None) };
        let told: Vec<_> = worse.reductions().iter().map(|one| (one.layer, one.only_with_folders)).collect();
        assert_eq!(told, [(JailLayer::Namespaces, true), (JailLayer::Landlock, false)]);
        let worse = DoctorFindings { granted: Ok(without(&[JailLayer::Root])), ..lacking(&[], Some(7)) };
        assert_eq!(worse.grade(), JailGrade::Reduced);
        assert_eq!(worse.grade_without_folders(), JailGrade::Full);
        let worse = DoctorFindings { granted: unconfined(JailLayer::Root), ..lacking(&[], Some(7)) };
        assert_eq!(worse.grade(), JailGrade::NoWallForFiles);
        assert_eq!(worse.grade_without_folders(), JailGrade::Full);
        assert!(worse.auto() && worse.works() && !worse.auto_granted());
    }

    #[test]
    fn an_old_landlock_is_told_with_what_holds_in_its_place() {
        let told = |findings: DoctorFindings| {
            let means = findings.reductions().into_iter().map(|reduction| reduction.means);
            means.collect::<Vec<_>>().join("\n")
        };
        let old = |layers: &[JailLayer], version| told(lacking(layers, Some(version)));
        assert_eq!(lacking(&[], Some(2)).grade(), JailGrade::Reduced);
        assert!(old(&[], 2).contains("ABI 2 does not keep files from being cut; read-only mounts do"));
        let alone = "ABI 1 does not keep files from being cut; the filter";
        assert!(old(&[JailLayer::Root], 1).contains(alone));
        // The root may be missing where there is something to cut alone.
        let granted = Ok(without(&[JailLayer::Root]));
        assert!(told(DoctorFindings { granted, ..lacking(&[], Some(1)) }).contains(alone));
        assert_eq!(old(&[], 3), "");
    }
}
