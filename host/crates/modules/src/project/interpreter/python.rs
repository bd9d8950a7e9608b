//! `@python`: componentize-py, and our files that run a program in it.

use super::super::recipe::python::COMPONENTIZE_VERSION;
use super::packages::{PackageOrder, RequiredPackages};
use super::{
    BuiltInterpreter, InterpreterError, InterpreterOrder, InterpreterWorkshop, installed_once, unread,
    written,
};
use include_dir::{Dir, include_dir};
use polymer_host_base::Digest;
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sdk/python/interpreter");
const TRACE: &str = include_str!("../../../sdk/python/polymer_trace.py");
const WORLD: &str = concat!(
    include_str!("../../../sdk/wit/polymer.wit"),
    include_str!("../../../sdk/python/interpreter/interpreter.wit")
);
/// The time zones, as a package.
const ZONES: &str = "tzdata==2026.6";

/// The tools of one version, in an environment of their own.
#[derive(Debug)]
struct InstalledTools {
    python: OsString,
    componentize: OsString,
    zones: PathBuf,
}

/// Makes it in `work`, with tools that stay in `folder`.
pub(super) fn make(
    order: &InterpreterOrder,
    folder: &Path,
    work: &Path,
    workshop: &mut InterpreterWorkshop<'_>,
) -> Result<BuiltInterpreter, InterpreterError> {
    let tools = tools(folder, workshop)?;
    let packages = match PackageOrder::of(order)? {
        None => None,
        Some(packages) => {
            workshop.say("fetching the packages");
            Some(packages.fetch(&tools.python, &work.join("packages"), workshop)?)
        }
    };
    workshop.say("building @python with componentize-py, which takes some seconds");
    let module = componentize(&tools, work, packages.as_ref(), workshop)?;
    Ok(BuiltInterpreter { module, lock: packages.map(|packages| packages.lock), place: None })
}

/// Installs componentize-py and the time zones, each in the version that is known to work, unless
/// they are there.
fn tools(folder: &Path, workshop: &mut InterpreterWorkshop<'_>) -> Result<InstalledTools, InterpreterError> {
    let python = workshop.program("python3", "it installs the packages that it is made of")?;
    // Another Python, as after an upgrade, would not find what this one installs.
    let whose = fs::canonicalize(&python).map_err(|error| unread(Path::new(&python), error))?;
    let whose = Digest::of(whose.as_os_str().as_bytes());
    let place = folder.join(format!("tools/componentize-py-{COMPONENTIZE_VERSION}-{ZONES}-{whose}"));
    let tools = InstalledTools {
        python: place.join("bin/python3").into(),
        componentize: place.join("bin/componentize-py").into(),
        zones: place.join("zones"),
    };
    installed_once(&place, || {
        workshop.say(&format!("fetching componentize-py {COMPONENTIZE_VERSION} and {ZONES}"));
        workshop.run(&python, &["-m".into(), "venv".into(), place.clone().into()], &place)?;
        let pip = |args: &[&str]| {
            let all =
                ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"];
            all.iter().chain(args).map(OsString::from).collect::<Vec<_>>()
        };
        // Older ones of pip do not say what they took.
        let componentize = format!("componentize-py=={COMPONENTIZE_VERSION}");
        workshop.run(&tools.python, &pip(&[&componentize, "pip>=23.1"]), &place)?;
        let mut zones = pip(&["--no-compile", "--target"]);
        zones.extend([tools.zones.clone().into(), ZONES.into()]);
        workshop.run(&tools.python, &zones, &place)
    })?;
    Ok(tools)
}

fn componentize(
    tools: &InstalledTools,
    work: &Path,
    packages: Option<&RequiredPackages>,
    workshop: &mut InterpreterWorkshop<'_>,
) -> Result<PathBuf, InterpreterError> {
    let (sdk, wit, module) = (work.join("sdk"), work.join("interpreter.wit"), work.join("python.wasm"));
    written(&FILES, &sdk)?;
    for (path, text) in [(sdk.join("polymer_trace.py"), TRACE), (wit.clone(), WORLD)] {
        fs::write(&path, text).map_err(|error| unread(&path, error))?;
    }
    let mut args: Vec<OsString> =
        vec!["-q".into(), "-d".into(), wit.into(), "-w".into(), "interpreter".into()];
    args.extend(["componentize".into(), "polymer_interpreter".into(), "-p".into(), sdk.into()]);
    args.extend(["-p".into(), tools.zones.clone().into()]);
    if let Some(packages) = packages {
        args.extend(["-p".into(), packages.folder.clone().into()]);
    }
    args.extend(["-o".into(), module.clone().into()]);
    workshop.run(&tools.componentize, &args, work)?;
    workshop.made(module)
}
