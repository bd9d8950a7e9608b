//! `polymer doctor`: what this machine offers, and what stands around a worker here. It starts a worker as a run does and hears what it
//! has put up, so what it says is what a run gets.

use super::error::CliError;
use super::exit::Exit;
use super::{setup, show};
use crate::event::Role;
use crate::jail::{Confinement, Layer, Sandbox};
use crate::manager::TaskManager;
use crate::report::printable::printable;
use crate::supervisor::rehearsal::Unheard;
use crate::supervisor::{Plan, rehearse};
use crate::sys::confine::{Capability, has_capability, landlock_version};
use crate::task::ModuleId;
use std::fmt::Write as _;
use std::io;
use std::thread::available_parallelism;

/// Who would work: the module does not matter, it is not handed out.
const RUN: Role = Role::Run(ModuleId(0));
const COMPILE: Role = Role::Compile(ModuleId(0));

/// What was found out by trying.
struct Findings {
    run: Result<Confinement, Unheard>,
    compile: Result<Confinement, Unheard>,
    strict: Result<Confinement, Unheard>,
}

/// Shows what this machine offers. The exit code says whether a run would start with the flags that are usual.
pub(super) fn doctor() -> Result<Exit, CliError> {
    setup::prepare();
    let plan = TaskManager::builder().worker_count(1).build()?.plan();
    let findings = Findings {
        run: rehearse(&plan, RUN),
        compile: rehearse(&plan, COMPILE),
        strict: rehearse(&with(&plan, Sandbox::Strict), RUN),
    };
    let mut text = machine();
    text.push_str(&workers(&findings));
    let works = findings.run.is_ok() && findings.compile.is_ok();
    Ok(match (show(io::stdout(), &text), works) {
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
    text.push_str(match (&findings.run, &findings.strict) {
        (Ok(_), Ok(_)) => "--sandbox auto works, and so does --sandbox strict\n",
        (Ok(_), Err(_)) => "--sandbox auto works; --sandbox strict does not start: it wants every layer\n",
        (Err(_), _) => "--sandbox auto does not start; --sandbox off would, with limits only\n",
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
        let findings = Findings { run: Ok(confinement()), compile: unconfined(), strict: unconfined() };
        let expected = "
a worker that runs tasks gets
  limits             yes
  landlock           missing: this kernel has none
  seccomp            yes
  page scans         yes

a worker that compiles gets
  nothing            it does not start: landlock: this kernel has none

--sandbox auto works; --sandbox strict does not start: it wants every layer
";
        assert_eq!(workers(&findings), expected);
    }
}
