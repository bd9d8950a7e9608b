//! The findings as one JSON value, for programs. Fields are added, never renamed.

use super::findings::{DoctorFindings, JailReduction};
use polymer_host_base::Confinement;
use polymer_host_run::jail_probe::ProbeFailure;
use serde::Serialize;

#[derive(Serialize)]
struct Doctor<'a> {
    /// `full`, `reduced`, `no-wall-for-files` or `none`: the worse of the two below.
    grade: &'static str,
    grade_without_folders: &'static str,
    grade_with_folders: &'static str,
    /// A run with the usual flags gets its first task done.
    works: bool,
    polymer: &'static str,
    engine: &'a str,
    machine: Machine<'a>,
    /// What is missing, and what that means.
    missing: Vec<Reduction>,
    run_worker: Worker<'a>,
    /// A run worker that is granted a folder.
    granted_worker: Worker<'a>,
    compile_worker: Worker<'a>,
    first_task: FirstTask<'a>,
    sandbox: Sandboxes,
}

#[derive(Serialize)]
struct Machine<'a> {
    kernel: Option<&'a str>,
    architecture: Option<&'a str>,
    user: u32,
    superuser: bool,
    cores: Option<usize>,
    /// ABI version of Landlock.
    landlock: Option<u32>,
    /// What the control group bounds.
    cgroup: Cgroup,
    /// That workers may need more memory than there is.
    memory: Option<&'a str>,
}

#[derive(Serialize)]
struct Cgroup {
    memory_bytes: Option<u64>,
    processes: Option<u64>,
}

#[derive(Serialize)]
struct Reduction {
    layer: &'static str,
    means: String,
    /// It is lacking only where a folder is granted.
    only_with_folders: bool,
}

#[derive(Serialize)]
struct Worker<'a> {
    active: Vec<Layer<'a>>,
    missing: Vec<Lacking<'a>>,
    scans_pages: bool,
    /// The kernel bounds its threads; else the supervisor looks at them.
    counts_threads: bool,
    /// Why it does not start.
    error: Option<String>,
}

#[derive(Serialize)]
struct Layer<'a> {
    layer: &'static str,
    detail: &'a str,
}

#[derive(Serialize)]
struct Lacking<'a> {
    layer: &'static str,
    why: &'a str,
}

#[derive(Serialize)]
struct FirstTask<'a> {
    runs: bool,
    error: Option<&'a str>,
}

/// Whether workers start with each value of `--sandbox`.
#[derive(Serialize)]
struct Sandboxes {
    auto: bool,
    auto_with_folders: bool,
    strict: bool,
    strict_with_folders: bool,
    off: bool,
}

/// Returns the value and a newline.
pub(super) fn rendered(findings: &DoctorFindings) -> String {
    let machine = &findings.machine;
    let reduction = |JailReduction { layer, means, only_with_folders }| Reduction {
        layer: layer.name(),
        means,
        only_with_folders,
    };
    let doctor = Doctor {
        grade: findings.grade().name(),
        grade_without_folders: findings.grade_without_folders().name(),
        grade_with_folders: findings.grade_with_folders().name(),
        works: findings.works(),
        polymer: machine.polymer,
        engine: &machine.engine,
        machine: Machine {
            kernel: machine.kernel.as_deref(),
            architecture: machine.architecture.as_deref(),
            user: machine.user,
            superuser: machine.is_superuser,
            cores: machine.cores,
            landlock: machine.landlock,
            cgroup: Cgroup { memory_bytes: machine.group_memory, processes: machine.group_processes },
            memory: machine.memory.as_deref(),
        },
        missing: findings.reductions().into_iter().map(reduction).collect(),
        run_worker: worker(&findings.run),
        granted_worker: worker(&findings.granted),
        compile_worker: worker(&findings.compile),
        first_task: FirstTask {
            runs: findings.works(),
            error: findings.task.as_ref().err().map(String::as_str),
        },
        sandbox: Sandboxes {
            auto: findings.auto(),
            auto_with_folders: findings.auto_granted(),
            strict: findings.strict,
            strict_with_folders: findings.strict_granted,
            off: findings.off,
        },
    };
    let mut text = serde_json::to_string_pretty(&doctor).unwrap_or_default();
    text.push('\n');
    text
}

fn worker(found: &Result<Confinement, ProbeFailure>) -> Worker<'_> {
    match found {
        Ok(confinement) => Worker {
            active: confinement
                .active
                .iter()
                .map(|active| Layer { layer: active.layer.name(), detail: &active.detail })
                .collect(),
            missing: confinement
                .missing
                .iter()
                .map(|missing| Lacking { layer: missing.layer.name(), why: &missing.why })
                .collect(),
            scans_pages: confinement.scans_pages,
            counts_threads: confinement.counts_threads,
            error: None,
        },
        Err(failure) => Worker {
            active: Vec::new(),
            missing: Vec::new(),
            scans_pages: false,
            counts_threads: false,
            error: Some(failure.to_string()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::findings::tests::{lacking, unconfined, without};
    use super::*;
    use polymer_host_base::JailLayer;
    use serde_json::{Value, json};

    #[test]
    fn a_program_reads_the_grade_and_what_is_missing() {
        let read = |findings| serde_json::from_str::<Value>(&rendered(&findings)).unwrap();
        let full = read(lacking(&[], Some(7)));
        assert_eq!(
            (&full["grade"], &full["works"], &full["missing"]),
            (&json!("full"), &json!(true), &json!([]))
        );
        assert_eq!(full["machine"]["landlock"], 7);
        assert_eq!(full["machine"]["cgroup"], json!({"memory_bytes": null, "processes": 100}));
        assert_eq!(full["run_worker"]["active"][1], json!({"layer": "seccomp", "detail": ""}));
        let reduced = read(lacking(&[JailLayer::Root], Some(7)));
        assert_eq!((&reduced["grade"], &reduced["missing"][0]["layer"]), (&json!("reduced"), &json!("root")));
        let why = json!([{"layer": "root", "why": "this kernel has none"}]);
        assert_eq!(reduced["compile_worker"]["missing"], why);
        let none = DoctorFindings { run: unconfined(JailLayer::Root), ..lacking(&[], None) };
        let none = read(none);
        assert_eq!((&none["grade"], &none["works"]), (&json!("no-wall-for-files"), &json!(false)));
        assert_eq!(none["run_worker"]["error"], "root: this kernel has none");
        let sandbox = json!({
            "auto": false,
            "auto_with_folders": true,
            "strict": true,
            "strict_with_folders": true,
            "off": true
        });
        assert_eq!(none["sandbox"], sandbox);
    }

    #[test]
    fn a_program_reads_what_a_folder_costs() {
        let granted = Ok(without(&[JailLayer::Root]));
        let findings = DoctorFindings { granted, strict_granted: false, ..lacking(&[], Some(7)) };
        let read: Value = serde_json::from_str(&rendered(&findings)).unwrap();
        let grades = ["grade", "grade_without_folders", "grade_with_folders"].map(|name| read[name].clone());
        assert_eq!(grades, [json!("reduced"), json!("full"), json!("reduced")]);
        assert_eq!(
            (&read["missing"][0]["layer"], &read["missing"][0]["only_with_folders"]),
            (&json!("root"), &json!(true))
        );
        let missing = |worker: &str| read[worker]["missing"].as_array().unwrap().len();
        assert_eq!((missing("run_worker"), missing("granted_worker")), (0, 1));
        assert_eq!(read["granted_worker"]["counts_threads"], true);
        assert_eq!(
            (&read["sandbox"]["strict"], &read["sandbox"]["strict_with_folders"]),
            (&json!(true), &json!(false))
        );
    }
}
