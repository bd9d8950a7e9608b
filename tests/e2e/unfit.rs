//! Machines on which the first task cannot run: `doctor` says so and what would help, and so does a
//! run. Where `doctor` says that all is well, the run does its work. No record blames a task or a
//! module.

use super::support::{Ended, Start, polymer, program, wat};
use serde_json::json;

/// What is taken away, for the shell or for `tests/outer`, and a word that names it wherever
/// nothing runs for that.
const MACHINES: &[(&str, &str)] = &[
    ("ulimit -v 8000000", "ulimit -v"),
    ("ulimit -v 4000000", "ulimit -v"),
    ("ulimit -v 400000", "ulimit -v"),
    ("ulimit -f 8", "ulimit -f"),
    ("ulimit -f 0", "ulimit -f"),
    ("ulimit -s 1024", "ulimit -s"),
    ("ulimit -s 256", "ulimit -s"),
    ("ulimit -s 64", "ulimit -s"),
    ("ulimit -n 64", "open files"),
    ("ulimit -n 24", "open files"),
    ("ulimit -n 16", "open files"),
    ("ulimit -n 12", "open files"),
    ("ulimit -t 1000", "ulimit -t"),
    ("without memfd_create", "Function not implemented"),
    ("true", "nothing"),
];

fn on(machine: &str, line: &str) -> Ended {
    let (outer, polymer) = (program("outer"), polymer());
    let line = match machine.strip_prefix("without ") {
        Some(_) => format!("exec {} {machine} -- {} {line}", outer.display(), polymer.display()),
        None => format!("{machine} && exec polymer {line}"),
    };
    Start::shell(&line).patient(120).run("x\ny\n")
}

#[test]
fn doctor_and_a_run_agree_on_whether_a_first_task_runs() {
    let mut unfit = 0;
    for (machine, named) in MACHINES {
        let doctor = on(machine, "doctor");
        let ended = on(machine, &format!("run {} -j 1 --no-cache", wat("silent")));
        let codes = (doctor.status.code(), ended.status.code());
        let told = format!("{machine}: {codes:?}\n{}\n{}\n{}", doctor.stdout, doctor.stderr, ended.stderr);
        match codes {
            (Some(0), Some(0)) => {
                assert!(doctor.stdout.contains("--sandbox auto works"), "{told}");
                assert_eq!(ended.records().len(), 2, "{told}");
                ended.records().iter().for_each(|record| record.check_ok(&json!("")));
            }
            (Some(96), Some(96)) => {
                unfit += 1;
                assert!(doctor.stdout.contains(named) && ended.stderr.contains(named), "{told}");
                assert_eq!(ended.stdout, "", "{told}");
                assert!(!ended.stderr.contains("cannot use"), "a module is blamed: {told}");
            }
            _ => panic!("{told}"),
        }
    }
    assert!(unfit >= 5, "nothing was taken away: {unfit}");
}

#[test]
fn a_module_that_takes_its_worker_down_first_is_blamed_on_a_sound_machine() {
    let ended = Start::polymer(&format!("run {} --no-cache", wat("unknown_import"))).run("").check(96);
    ended.check_says("error: cannot use ");
}
