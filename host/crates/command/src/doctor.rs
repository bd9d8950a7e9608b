//! `polymer doctor`: what this machine offers, and what stands around a worker here. It starts a
//! worker as a run does and hears what it has put up, then compiles and runs a built-in module as
//! the first task of a run, so what it says is what a run gets.

use super::error::CliError;
use super::exit::CommandExit;
use super::{load_module, show};
use polymer_host::TaskManager;
use polymer_host_base::sanitize::printable;
use polymer_host_base::{Confinement, JailLayer, JailRole, Sandbox};
use polymer_host_event::Halt;
use polymer_host_run::jail_probe::ProbeFailure;
use polymer_host_run::{RunPlan, memory_bound, probe, rehearse};
use polymer_host_sys::confine::{Capability, has_capability, landlock_version};
use std::fmt::Write as _;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::thread::available_parallelism;

/// Results of the trials.
struct DoctorFindings {
    run: Result<Confinement, ProbeFailure>,
    compile: Result<Confinement, ProbeFailure>,
    strict: bool,
    off: bool,
    /// Success of a first task, or the reason it fails, in a sentence with what would help.
    task: Result<(), String>,
}

impl DoctorFindings {
    /// Returns whether workers start with the usual flags.
    const fn auto(&self) -> bool {
        self.run.is_ok() && self.compile.is_ok()
    }

    /// Returns whether a run with these flags gets its first task done.
    const fn works(&self) -> bool {
        self.auto() && self.task.is_ok()
    }
}

/// Shows what this machine offers. The exit code says whether a first task would run with the flags
/// that are usual.
pub(super) fn doctor() -> Result<CommandExit, CliError> {
    load_module::prepare();
    let plan = TaskManager::builder().worker_count(1).build()?.plan();
    let (run, compile) = (rehearse(&plan, JailRole::Run), rehearse(&plan, JailRole::Compile));
    let task = if run.is_ok() && compile.is_ok() { first_task(&plan) } else { Ok(()) };
    let findings = DoctorFindings {
        run,
        compile,
        task,
        strict: starts(&with(&plan, Sandbox::Strict)),
        off: starts(&with(&plan, Sandbox::Off)),
    };
    let mut text = machine(&plan);
    text.push_str(&workers(&findings));
    Ok(match (show(io::stdout(), &text), findings.works()) {
        (false, _) => CommandExit::Output,
        (true, true) => CommandExit::Ok,
        (true, false) => CommandExit::Setup,
    })
}

fn with(plan: &RunPlan, sandbox: Sandbox) -> RunPlan {
    let mut plan = plan.clone();
    plan.service.sandbox = sandbox;
    plan
}

/// Descriptors that a run of this command holds beside those of the run itself: for signals, input,
/// output and the cache.
const HELD: usize = 5;

/// Compiles and runs a built-in module; says why that is not possible, and what would help.
fn first_task(plan: &RunPlan) -> Result<(), String> {
    // One that cannot be had is one that the run cannot have either.
    let _held: Vec<_> = (0..HELD).map_while(|_| File::open("/dev/null").ok()).collect();
    probe(plan).map_err(|halt: Halt| {
        let Some(error) = CliError::of_halt(&halt, PathBuf::new()) else {
            return "it was stopped".to_owned();
        };
        let hint = error.hint().map_or_else(String::new, |hint| format!("; {hint}"));
        format!("{error}{hint}").replace('\n', " ")
    })
}

/// Returns whether the workers of a run start: those that run tasks, and those that compile.
fn starts(plan: &RunPlan) -> bool {
    rehearse(plan, JailRole::Run).is_ok() && rehearse(plan, JailRole::Compile).is_ok()
}

/// Describes what the kernel tells without a trial.
fn machine(plan: &RunPlan) -> String {
    let mut text = String::from("this machine\n");
    if let Ok(name) = nix::sys::utsname::uname() {
        let (release, kind) = (name.release().to_string_lossy(), name.machine().to_string_lossy());
        line(&mut text, "kernel", &format!("Linux {release} on {kind}"));
    }
    let user = nix::unistd::geteuid();
    let rights = if has_capability(Capability::SysAdmin) { " with the superuser's rights" } else { "" };
    line(&mut text, "user", &format!("{user}{rights}"));
    line(
        &mut text,
        "cores",
        &available_parallelism().map_or_else(|_| "not known".to_owned(), |n| n.to_string()),
    );
    let landlock = landlock_version().map_or_else(|| "none".to_owned(), |version| format!("ABI {version}"));
    line(&mut text, "landlock", &landlock);
    let cores = available_parallelism().ok().and_then(|cores| u32::try_from(cores.get()).ok());
    let mut plan = plan.clone();
    plan.config.slots = cores.unwrap_or(1);
    if let Some(bound) = memory_bound(&plan) {
        line(&mut text, "memory", &bound.to_string());
    }
    text
}

/// Describes what workers said.
fn workers(findings: &DoctorFindings) -> String {
    let mut text = String::new();
    for (who, found) in [("runs tasks", &findings.run), ("compiles", &findings.compile)] {
        let _ = writeln!(text, "\na worker that {who} gets");
        match found {
            Ok(confinement) => layers(&mut text, confinement),
            Err(error) => {
                line(&mut text, "nothing", &format!("it does not start: {}", printable(&error.to_string())));
            }
        }
    }
    if findings.auto() {
        let runs = findings.task.as_ref().map_or_else(|why| format!("no: {why}"), |()| "yes".to_owned());
        let _ = writeln!(text, "\na first task");
        line(&mut text, "runs", &runs);
    }
    text.push('\n');
    text.push_str(match (findings.auto(), findings.strict, findings.off) {
        _ if findings.auto() && !findings.works() => "no task can run here: see above\n",
        (true, true, _) => "--sandbox auto works, and so does --sandbox strict\n",
        (true, false, _) => "--sandbox auto works; --sandbox strict does not start: it needs every layer\n",
        (false, _, true) => "--sandbox auto does not start; --sandbox off does, with limits only\n",
        (false, _, false) => "--sandbox auto does not start, nor does --sandbox off\n",
    });
    text
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
}

/// One line. A write to a string cannot fail.
fn line(text: &mut String, what: &str, is: &str) {
    let _ = writeln!(text, "  {what:<18} {}", printable(is));
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_base::{ActiveLayer, MissingLayer};
    use polymer_host_task::TaskError;

    fn confinement() -> Confinement {
        let active = |layer, detail: &str| ActiveLayer { layer, detail: detail.to_owned() };
        Confinement {
            active: vec![active(JailLayer::Limits, ""), active(JailLayer::SystemCalls, "")],
            missing: vec![MissingLayer {
                layer: JailLayer::Landlock,
                why: "this kernel has none".to_owned(),
            }],
            scans_pages: true,
        }
    }

    fn unconfined() -> Result<Confinement, ProbeFailure> {
        Err(ProbeFailure::Unconfined(TaskError::new("landlock", "this kernel has none")))
    }

    #[test]
    fn layers_are_listed_with_those_that_are_missing() {
        let (run, compile) = (Ok(confinement()), unconfined());
        let findings = DoctorFindings { run, compile, strict: false, off: true, task: Ok(()) };
        let expected = "
a worker that runs tasks gets
  limits             yes
  landlock           missing: this kernel has none
  seccomp            yes
  page scans         yes

a worker that compiles gets
  nothing            it does not start: landlock: this kernel has none

--sandbox auto does not start; --sandbox off does, with limits only
";
        assert_eq!(workers(&findings), expected);
    }

    #[test]
    fn the_last_line_says_what_was_tried() {
        let last = |run, compile, strict, off| {
            let heard = |works: bool| if works { Ok(confinement()) } else { unconfined() };
            let (run, compile) = (heard(run), heard(compile));
            let text = workers(&DoctorFindings { run, compile, strict, off, task: Ok(()) });
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
    fn a_task_that_cannot_run_is_told_with_what_would_help() {
        let heard = || Ok(confinement());
        let findings =
            |task| DoctorFindings { run: heard(), compile: heard(), strict: true, off: true, task };
        let text = workers(&findings(Ok(())));
        assert!(text.contains("\na first task\n  runs               yes\n\n--sandbox auto works"), "{text}");
        let lacking = findings(Err("too few files; `ulimit -n 64` would do".to_owned()));
        assert!(!lacking.works());
        let text = workers(&lacking);
        assert!(text.contains("runs               no: too few files; `ulimit -n 64` would do\n"), "{text}");
        assert!(text.ends_with("\n\nno task can run here: see above\n"), "{text}");
    }
}
