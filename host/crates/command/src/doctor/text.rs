//! The findings for people to read. Pure.

use super::findings::{DoctorFindings, JailGrade, JailReduction, MachineFacts};
use polymer_host_base::quantity::show_size;
use polymer_host_base::sanitize::printable;
use polymer_host_base::{Confinement, JailLayer};
use polymer_host_run::jail_probe::ProbeFailure;
use std::fmt::Write as _;

/// Returns all of it.
pub(super) fn rendered(findings: &DoctorFindings) -> String {
    program(&findings.machine) + &machine(&findings.machine) + &workers(findings)
}

/// What reports of a fault have to name.
fn program(machine: &MachineFacts) -> String {
    let mut text = String::from("this program\n");
    line(&mut text, "polymer", machine.polymer);
    line(&mut text, "engine", &machine.engine);
    text.push('\n');
    text
}

/// Describes what the kernel tells without a trial.
fn machine(machine: &MachineFacts) -> String {
    let mut text = String::from("this machine\n");
    if let (Some(release), Some(kind)) = (&machine.kernel, &machine.architecture) {
        line(&mut text, "kernel", &format!("Linux {release} on {kind}"));
    }
    let rights = if machine.is_superuser { " with the superuser's rights" } else { "" };
    line(&mut text, "user", &format!("{}{rights}", machine.user));
    line(
        &mut text,
        "cores",
        &machine.cores.map_or_else(|| "not known".to_owned(), |cores| cores.to_string()),
    );
    let landlock = machine.landlock.map_or_else(|| "none".to_owned(), |version| format!("ABI {version}"));
    line(&mut text, "landlock", &landlock);
    line(&mut text, "cgroup", &group(machine));
    if let Some(bound) = &machine.memory {
        line(&mut text, "memory", bound);
    }
    text
}

/// What the control group bounds, by whoever set it up around this process.
fn group(machine: &MachineFacts) -> String {
    let memory = machine.group_memory.map(|bytes| format!("memory {}", show_size(bytes)));
    let processes = machine.group_processes.map(|most| format!("{most} processes and threads"));
    let limits: Vec<String> = memory.into_iter().chain(processes).collect();
    if limits.is_empty() { "no limits".to_owned() } else { limits.join(", ") }
}

/// Describes what workers said.
fn workers(findings: &DoctorFindings) -> String {
    let mut text = String::new();
    worker(&mut text, "runs tasks", &findings.run);
    match (&findings.run, &findings.granted) {
        (Ok(run), Ok(granted)) if run == granted => {
            text.push_str("\nwith a folder granted it gets\n");
            line(&mut text, "layers", "the same");
        }
        (_, granted) => worker(&mut text, "runs tasks with a folder granted", granted),
    }
    worker(&mut text, "compiles", &findings.compile);
    if findings.auto() {
        let runs = findings.task.as_ref().map_or_else(|why| format!("no: {why}"), |()| "yes".to_owned());
        let _ = writeln!(text, "\na first task");
        line(&mut text, "runs", &runs);
    }
    let _ = writeln!(text, "\nthe jail");
    line(&mut text, "grade", grade(findings.grade(), findings.auto()));
    for JailReduction { layer, means, only_with_folders } in findings.reductions() {
        let when = if only_with_folders { "with a folder granted: " } else { "" };
        line(&mut text, layer.name(), &format!("{when}{means}"));
    }
    text.push('\n');
    text.push_str(sandboxes(findings));
    text
}

/// Says which values of `--sandbox` work.
const fn sandboxes(findings: &DoctorFindings) -> &'static str {
    if findings.auto() && !findings.works() {
        return "no task can run here: see above\n";
    }
    if findings.auto() && !findings.auto_granted() {
        return "--sandbox auto works, but not with a folder granted: see above\n";
    }
    match (findings.auto(), findings.strict, findings.strict_granted, findings.off) {
        (true, true, true, _) => "--sandbox auto works, and so does --sandbox strict\n",
        (true, true, false, _) => {
            "--sandbox auto works, and so does --sandbox strict, but not with a folder granted: it needs every layer\n"
        }
        (true, false, ..) => "--sandbox auto works; --sandbox strict does not start: it needs every layer\n",
        (false, .., true) => "--sandbox auto does not start; --sandbox off does, with limits only\n",
        (false, .., false) => "--sandbox auto does not start, nor does --sandbox off\n",
    }
}

/// Describes what a worker said.
fn worker(text: &mut String, does: &str, found: &Result<Confinement, ProbeFailure>) {
    let _ = writeln!(text, "\na worker that {does} gets");
    match found {
        Ok(confinement) => layers(text, confinement),
        Err(error) => {
            line(text, "nothing", &format!("it does not start: {}", printable(&error.to_string())));
        }
    }
}

/// The grade in words; `starts_some` says whether runs that are granted no folder start.
const fn grade(grade: JailGrade, starts_some: bool) -> &'static str {
    match (grade, starts_some) {
        (JailGrade::Full, _) => "full: every layer stands",
        (JailGrade::Reduced, _) => "reduced: runs go on without what follows",
        (JailGrade::NoWallForFiles, false) => "no wall for files: no run starts, unless without a jail",
        (JailGrade::NoWallForFiles, true) => {
            "no wall for files with a folder granted: no such run starts, unless without a jail"
        }
        (JailGrade::None, false) => "none: no run starts, unless without a jail",
        (JailGrade::None, true) => "none with a folder granted: no such run starts, unless without a jail",
    }
}

fn layers(text: &mut String, confinement: &Confinement) {
    for layer in JailLayer::ALL {
        if let Some(active) = confinement.active.iter().find(|active| active.layer == layer) {
            let detail = if active.detail.is_empty() { "yes" } else { &active.detail };
            line(text, layer.name(), detail);
        }
        if let Some(missing) = confinement.missing.iter().find(|missing| missing.layer == layer) {
            line(text, layer.name(), &format!("missing: {}", missing.why));
        }
    }
    line(text, "page scans", if confinement.scans_pages { "yes" } else { "no" });
    let counted = if confinement.counts_threads { "kernel" } else { "supervisor" };
    line(text, "threads", &format!("bounded by the {counted}"));
}

/// One line. A write to a string cannot fail.
fn line(text: &mut String, what: &str, is: &str) {
    let _ = writeln!(text, "  {what:<18} {}", printable(is));
}

#[cfg(test)]
mod tests {
    use super::super::findings::tests::{lacking, unconfined, without};
    use super::*;

    #[test]
    fn layers_are_listed_with_those_that_are_missing() {
        let findings = DoctorFindings {
            compile: unconfined(JailLayer::Landlock),
            strict: false,
            ..lacking(&[JailLayer::Landlock], None)
        };
        let expected = "
a worker that runs tasks gets
  limits             yes
  landlock           missing: this kernel has none
  seccomp            yes
  page scans         yes
  threads            bounded by the kernel

with a folder granted it gets
  layers             the same

a worker that compiles gets
  nothing            it does not start: landlock: this kernel has none

the jail
  grade              none: no run starts, unless without a jail
  landlock           the empty root alone keeps files

--sandbox auto does not start; --sandbox off does, with limits only
";
        assert_eq!(workers(&findings), expected);
    }

    #[test]
    fn the_last_line_says_what_was_tried() {
        let last = |run, compile, strict, off| {
            let heard = |works: bool| {
                if works { lacking(&[], None).run } else { unconfined(JailLayer::Landlock) }
            };
            let (run, compile) = (heard(run), heard(compile));
            let (granted, strict_granted) = (heard(run.is_ok()), strict);
            let findings =
                DoctorFindings { run, granted, compile, strict, strict_granted, off, ..lacking(&[], None) };
            let text = workers(&findings);
            text.lines().last().unwrap().to_owned()
        };
        assert_eq!(last(true, true, true, true), "--sandbox auto works, and so does --sandbox strict");
        let lenient = "--sandbox auto works; --sandbox strict does not start: it needs every layer";
        assert_eq!(last(true, true, false, true), lenient);
        for (run, compile) in [(false, false), (true, false), (false, true)] {
            let off = "--sandbox auto does not start; --sandbox off does, with limits only";
            assert_eq!(last(run, compile, false, true), off);
            let nothing = "--sandbox auto does not start, nor does --sandbox off";
            assert_eq!(last(run, compile, false, false), nothing);
        }
    }

    #[test]
    fn what_a_folder_costs_is_told() {
        let granted = without(&[JailLayer::Root]);
        let granted = Confinement { counts_threads: false, ..granted };
        let findings =
            DoctorFindings { granted: Ok(granted), strict_granted: false, ..lacking(&[], Some(7)) };
        let text = workers(&findings);
        let expected = "
a worker that runs tasks with a folder granted gets
  limits             yes
  root               missing: this kernel has none
  seccomp            yes
  page scans         yes
  threads            bounded by the supervisor
";
        assert!(text.contains(expected), "{text}");
        let expected = "
the jail
  grade              reduced: runs go on without what follows
  root               with a folder granted: Landlock alone keeps files; names, sizes and times of files can be learned

--sandbox auto works, and so does --sandbox strict, but not with a folder granted: it needs every layer
";
        assert!(text.ends_with(expected), "{text}");
        let findings = DoctorFindings { granted: unconfined(JailLayer::Root), ..lacking(&[], Some(7)) };
        let text = workers(&findings);
        let expected = "
a worker that runs tasks with a folder granted gets
  nothing            it does not start: root: this kernel has none
";
        assert!(text.contains(expected), "{text}");
        let expected = "
the jail
  grade              no wall for files with a folder granted: no such run starts, unless without a jail

--sandbox auto works, but not with a folder granted: see above
";
        assert!(text.ends_with(expected), "{text}");
    }

    #[test]
    fn the_versions_stand_first() {
        let text = rendered(&lacking(&[], Some(7)));
        let expected =
            "this program\n  polymer            0.0.0\n  engine             wasmtime 0\n\nthis machine\n";
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn a_task_that_cannot_run_is_told_with_what_would_help() {
        let findings = |task| DoctorFindings { task, ..lacking(&[], Some(7)) };
        let text = workers(&findings(Ok(())));
        assert!(
            text.contains(
                "\na first task\n  runs               yes\n\nthe jail\n  grade              full: every"
            ),
            "{text}"
        );
        let lacking = findings(Err("too few files; `ulimit -n 64` would do".to_owned()));
        assert!(!lacking.works());
        let text = workers(&lacking);
        assert!(text.contains("runs               no: too few files; `ulimit -n 64` would do\n"), "{text}");
        assert!(text.ends_with("\n\nno task can run here: see above\n"), "{text}");
    }
}
