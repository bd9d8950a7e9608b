//! AssemblyScript: asc, with the library and the step of the compiler that bind a task to the
//! contract.

use super::{BuildRecipe, BuildStep, BuildTool, ProjectSource, args, plain};

const ASC: BuildTool = BuildTool {
    name: "asc",
    ways: &[plain(&["asc"])],
    get: "`npm install assemblyscript@0.28.20` in the folder of the task, for a command also `@assemblyscript/wasi-shim@0.1.0`",
};

/// Shim that binds a program's standard library to WASI.
const SHIM: &str = "node_modules/@assemblyscript/wasi-shim/asconfig.json";

pub(super) fn recipe(project: &ProjectSource) -> BuildRecipe {
    let sdk = project.build.join("polymer");
    let files = [
        ("exports.mjs", include_str!("../../../sdk/assemblyscript/exports.mjs")),
        ("lib/polymer.ts", include_str!("../../../sdk/assemblyscript/lib/polymer.ts")),
        ("lib/polymer_exports.ts", include_str!("../../../sdk/assemblyscript/lib/polymer_exports.ts")),
    ];
    let files = files.map(|(name, text)| (sdk.join(name), text.to_owned())).to_vec();
    let mut args = args([&project.entry(), &"-o", &project.unfinished(), &"--optimizeLevel", &"3"]);
    if project.typed {
        // What stands in the SDK's asconfig.json: the compiler does not find that by an absolute
        // path.
        args.extend(super::args([
            &"--shrinkLevel",
            &"1",
            &"--use",
            &"abort=polymer_abort",
            &"--lib",
            &"./build/polymer/lib",
            &"--transform",
            &"./build/polymer/exports.mjs",
        ]));
    } else {
        args.extend(super::args([&"--config", &SHIM]));
    }
    BuildRecipe {
        what: "asc".to_owned(),
        files: if project.typed { files } else { Vec::new() },
        steps: vec![BuildStep {
            tool: ASC,
            args,
            env: Vec::new(),
            without: &[],
            within: project.folder.clone(),
        }],
    }
}
