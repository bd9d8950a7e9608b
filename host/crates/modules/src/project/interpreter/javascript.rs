//! `@javascript`: QuickJS-ng as the package quickjs-wasi has it, and our files that make it a
//! command with the API of node.

use super::{
    BuiltInterpreter, InterpreterError, InterpreterOrder, InterpreterWorkshop, installed_once, written,
};
use include_dir::{Dir, include_dir};
use polymer_host_base::Digest;
use std::ffi::OsString;
use std::path::Path;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sdk/javascript/interpreter");

/// Makes it in `work`, with packages that stay in `folder`.
pub(super) fn make(
    order: &InterpreterOrder,
    folder: &Path,
    work: &Path,
    workshop: &mut InterpreterWorkshop<'_>,
) -> Result<BuiltInterpreter, InterpreterError> {
    order.check_no_packages()?;
    let node = workshop.program("node", "it makes the module")?;
    let npm = workshop.program("npm", "it installs the packages that it is made of")?;
    let sources = work.join("sources");
    written(&FILES, &sources)?;
    // Which packages there are, with digests, is what these two files say.
    let listed: Vec<u8> = ["package.json", "package-lock.json"]
        .into_iter()
        .filter_map(|name| FILES.get_file(name))
        .flat_map(|file| file.contents().iter().copied())
        .collect();
    let place = folder.join(format!("tools/quickjs-wasi-{}", Digest::of(&listed)));
    installed_once(&place, || {
        workshop.say("fetching quickjs-wasi and what it is given of node's API");
        for name in ["package.json", "package-lock.json"] {
            let (from, to) = (sources.join(name), place.join(name));
            std::fs::copy(&from, &to).map_err(|error| super::unread(&from, error))?;
        }
        let args = ["ci", "--silent", "--include=dev", "--no-audit", "--no-fund", "--ignore-scripts"];
        let args = args.map(OsString::from);
        workshop.run(&npm, &args, &place)
    })?;
    workshop.say("building @javascript, which takes some seconds");
    let module = work.join("javascript.wasm");
    let packages = place.join("node_modules");
    let args: [OsString; 4] = [
        sources.join("make.mjs").into(),
        packages.join("quickjs-wasi/quickjs.wasm").into(),
        packages.into(),
        module.clone().into(),
    ];
    workshop.run(&node, &args, work)?;
    Ok(BuiltInterpreter { module: workshop.made(module)?, lock: None, place: None })
}
