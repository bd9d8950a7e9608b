//! `@jq`: the language of jq by the crates of jaq, and our command around them.

use super::{BuiltInterpreter, InterpreterError, InterpreterOrder, InterpreterWorkshop, written};
use include_dir::{Dir, include_dir};
use polymer_host_base::Digest;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sdk/jq");
/// Files that cargo knows by other names: a folder with a manifest is no part of a package.
const RENAMED: [(&str, &str); 2] = [("manifest.toml", "Cargo.toml"), ("manifest.lock", "Cargo.lock")];

/// Makes it in `work`, with compiled crates that stay in `folder`.
pub(super) fn make(
    order: &InterpreterOrder,
    folder: &Path,
    work: &Path,
    workshop: &mut InterpreterWorkshop<'_>,
) -> Result<BuiltInterpreter, InterpreterError> {
    order.check_no_packages()?;
    let cargo = workshop.program("cargo", "it compiles the crates that it is made of")?;
    let sources = work.join("sources");
    written(&FILES, &sources)?;
    for (from, to) in RENAMED {
        let (from, to) = (sources.join(from), sources.join(to));
        fs::rename(&from, &to).map_err(|error| super::unread(&from, error))?;
    }
    let lock = FILES.get_file("manifest.lock").map_or(&[][..], |file| file.contents());
    let target = folder.join(format!("tools/jaq-{}", Digest::of(lock)));
    workshop.say("building @jq, which takes half a minute the first time");
    let mut args = ["build", "--quiet", "--release", "--locked", "--target", "wasm32-wasip1", "--target-dir"]
        .map(OsString::from)
        .to_vec();
    args.push(target.clone().into());
    workshop.run(&cargo, &args, &sources)?;
    let module = target.join("wasm32-wasip1/release/polymer-jq.wasm");
    Ok(BuiltInterpreter { module: workshop.made(module)?, lock: None, place: None })
}
