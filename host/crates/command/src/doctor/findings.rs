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
    pub(super) run: Result<Confinement, ProbeFailure>,
    pub(super) compile: Result<Confinement, ProbeFailure>,
    pub(super) strict: bool,
    pub(super) off: bool,
    /// Success of a first task, or the reason it fails, in a sentence with what would help.
    pub(super) task: Result<(), String>,
}

/// How good the jail of workers is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl DoctorFindings {
    /// Returns whether workers start with the usual flags.
    pub(super) const fn auto(&self) -> bool {
        self.run.is_ok() && self.compile.is_ok()
    }

    /// Returns whether a run with these flags gets its first task done.
    pub(super) const fn works(&self) -> bool {
        self.auto() && self.task.is_ok()
    }

    /// How good the jail is.
    pub(super) fn grade(&self) -> JailGrade {
        match (&self.run, &self.compile) {
            (Ok(_), Ok(_)) if self.reductions().is_empty() => JailGrade::Full,
            (Ok(_), Ok(_)) => JailGrade::Reduced,
            (Err(failure), _) | (_, Err(failure)) => match failure {
                ProbeFailure::Unconfined(error) if error.code == JailLayer::Root.name() => {
                    JailGrade::NoWallForFiles
                }
                _ => JailGrade::None,
            },
        }
    }

    /// What is missing, and what that means: each once, whichever worker lacks it.
    pub(super) fn reductions(&self) -> Vec<(JailLayer, String)> {
        let found = [&self.run, &self.compile].into_iter().filter_map(|found| found.as_ref().ok());
        let mut missing: Vec<JailLayer> =
            found.flat_map(|found| found.missing.iter().map(|missing| missing.layer)).collect();
        missing.sort_unstable();
        missing.dedup();
        let mut reductions: Vec<_> =
            missing.iter().map(|layer| (*layer, meaning(*layer).to_owned())).collect();
        if let Some(version) = self.machine.landlock.filter(|version| *version < KEEPS_TRUNCATION)
            && !missing.contains(&JailLayer::Landlock)
        {
            let holds = if missing.contains(&JailLayer::Root) {
                "the filter on system calls does, where nothing is granted :rw"
            } else {
                "read-only mounts do"
            };
            reductions.push((
                JailLayer::Landlock,
                format!("ABI {version} does not keep files from being cut; {holds}"),
            ));
        }
        reductions
    }
}

/// Meaning of a layer's absence.
const fn meaning(layer: JailLayer) -> &'static str {
    match layer {
        JailLayer::User => "workers have root's user id; walls for files and the filter on system calls hold",
        JailLayer::Namespaces => {
            "workers see the network and IPC of this machine, and their threads are not counted; the filter on system calls keeps them from both"
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

    /// A machine on which workers lack these layers.
    pub(crate) fn lacking(layers: &[JailLayer], landlock: Option<u32>) -> DoctorFindings {
        let confinement = || Confinement {
            active: [JailLayer::Limits, JailLayer::SystemCalls]
                .map(|layer| ActiveLayer { layer, detail: String::new() })
                .into(),
            missing: layers
                .iter()
                .map(|layer| MissingLayer { layer: *layer, why: "this kernel has none".to_owned() })
                .collect(),
            scans_pages: true,
        };
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
            run: Ok(confinement()),
            compile: Ok(confinement()),
            strict: layers.is_empty(),
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
    fn an_old_landlock_is_told_with_what_holds_in_its_place() {
        let told = |layers: &[JailLayer], version| {
            let findings = lacking(layers, Some(version));
            findings.reductions().into_iter().map(|(_, means)| means).collect::<Vec<_>>().join("\n")
        };
        assert!(told(&[], 2).contains("ABI 2 does not keep files from being cut; read-only mounts do"));
        assert!(told(&[JailLayer::Root], 1).contains("ABI 1 does not keep files from being cut; the filter"));
        assert_eq!(told(&[], 3), "");
    }
}
