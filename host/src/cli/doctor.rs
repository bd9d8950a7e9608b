//! `polymer doctor`: what this machine offers, and what stands around a worker here. It starts a worker as a run does and hears what it
//! has put up, so what it says is what a run gets.

use super::error::CliError;
use super::exit::Exit;
use super::{setup, show};
use crate::jail::{Confinement, Layer, Purpose, Sandbox};
use crate::manager::TaskManager;
use crate::report::printable::printable;
use crate::supervisor::rehearsal::Unheard;
use crate::supervisor::{Plan, rehearse};
use crate::sys::confine::{Capability, has_capability, landlock_version};
use std::fmt::Write as _;
use std::io;
use std::thread::available_parallelism;

/// What was found out by trying.
struct Findings {
    run: Result<Confinement, Unheard>,
    compile: Result<Confinement, Unheard>,
    strict: bool,
    off: bool,
}

impl Findings {
    /// Whether a run starts with the flags that are usual.
    const fn auto(&self) -> bool {
        self.run.is_ok() && self.compile.is_ok()
    }
}

/// Shows what this machine offers. The exit code says whether a run would start with the flags that are usual.
pub(super) fn doctor() -> Result<Exit, CliError> {
    setup::prepare();
    let plan = TaskManager::builder().worker_count(1).build()?.plan();
    let findings = Findings {
        run: rehearse(&plan, Purpose::Run),
        compile: rehearse(&plan, Purpose::Compile),
        strict: starts(&with(&plan, Sandbox::Strict)),
        off: starts(&with(&plan, Sandbox::Off)),
    };
    let mut text = machine();
    text.push_str(&workers(&findings));
    Ok(match (show(io::stdout(), &text), findings.auto()) {
        (false, _) => Exit::Output,
        (true, true) => Exit::Ok,
        (true, false) => Exit::Setup,
    })
}

fn with(plan: &Plan, sandbox: Sandbox) -> Plan {
    let mut plan = plan.clone();
    plan.service.sandbox = sandbox;
    plan
}

/// Whether the workers of a run start: those that run tasks, and those that compile.
fn starts(plan: &Plan) -> bool {
    rehearse(plan, Purpose::Run).is_ok() && rehearse(plan, Purpose::Compile).is_ok()
}

/// What the kernel says without being tried.
fn machine() -> String {
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
    text
}

/// What workers said.
fn workers(findings: &Findings) -> String {
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
    text.push('\n');
    text.push_str(match (findings.auto(), findings.strict, findings.off) {
        (true, true, _) => "--sandbox auto works, and so does --sandbox strict\n",
        (true, false, _) => "--sandbox auto works; --sandbox strict does not start: it wants every layer\n",
        (false, _, true) => "--sandbox auto does not start; --sandbox off does, with limits only\n",
        (false, _, false) => "--sandbox auto does not start, nor does --sandbox off\n",
    });
    text
}

fn layers(text: &mut String, confinement: &Confinement) {
    for layer in Layer::ALL {
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
    use crate::jail::{Active, Missing};
    use crate::task::Fault;

    fn confinement() -> Confinement {
        let active = |layer, detail: &str| Active { layer, detail: detail.to_owned() };
        Confinement {
            active: vec![active(Layer::Limits, ""), active(Layer::SystemCalls, "")],
            missing: vec![Missing { layer: Layer::Landlock, why: "this kernel has none".to_owned() }],
            scans_pages: true,
        }
    }

    fn unconfined() -> Result<Confinement, Unheard> {
        Err(Unheard::Unconfined(Fault::new("landlock", "this kernel has none")))
    }

    #[test]
    fn layers_are_listed_with_those_that_are_missing() {
        let findings = Findings { run: Ok(confinement()), compile: unconfined(), strict: false, off: true };
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
            let text = workers(&Findings { run: heard(run), compile: heard(compile), strict, off });
            text.lines().last().unwrap().to_owned()
        };
        assert_eq!(last(true, true, true, true), "--sandbox auto works, and so does --sandbox strict");
        let lenient = "--sandbox auto works; --sandbox strict does not start: it wants every layer";
        assert_eq!(last(true, true, false, true), lenient);
        for (run, compile) in [(false, false), (true, false), (false, true)] {
            let off = "--sandbox auto does not start; --sandbox off does, with limits only";
            assert_eq!(last(run, compile, false, true), off);
            let nothing = "--sandbox auto does not start, nor does --sandbox off";
            assert_eq!(last(run, compile, false, false), nothing);
        }
    }
}
