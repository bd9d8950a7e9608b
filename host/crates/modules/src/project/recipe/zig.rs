//! Zig, whose standard library changes with each release: made for the one that is named here.

use super::{BuildRecipe, BuildStep, BuildTool, ProjectSource, ToolCommand, args, plain};

pub(in super::super) const ZIG: BuildTool = BuildTool {
    name: "zig",
    ways: &[
        plain(&["zig"]),
        ToolCommand { call: &["python3", "-m", "ziglang"], asks: &["version"], adds: &[] },
    ],
    get: "`pip install ziglang==0.17.1`",
};

/// Bytes of stack in a module's memory, where nobody says otherwise: by Zig's own default it would
/// be 16 MiB of each task's memory.
const STACK: u64 = 1 << 20;

pub(super) fn recipe(project: &ProjectSource) -> BuildRecipe {
    let stack = project.stack.unwrap_or(STACK).to_string();
    let mut args = args([&"build-exe", &"-O", &"ReleaseSmall", &"--stack", &stack]);
    let sdk = project.build.join("polymer.zig");
    // Named as a module, for a file's name may look like an option.
    let root = std::ffi::OsString::from(format!("-Mroot=./{}", project.entry()));
    if project.typed {
        args.extend(
            ["-target", "wasm32-freestanding", "-fno-entry", "-rdynamic", "--dep", "polymer"].map(Into::into),
        );
        args.push(root);
        let mut module = std::ffi::OsString::from("-Mpolymer=");
        module.push(&sdk);
        args.push(module);
    } else {
        args.extend(["-target", "wasm32-wasi"].map(Into::into));
        args.push(root);
    }
    let mut output = std::ffi::OsString::from("-femit-bin=");
    output.push(project.unfinished());
    args.push(output);
    let file = (sdk, include_str!("../../../sdk/zig/polymer.zig").to_owned());
    BuildRecipe {
        what: "zig build-exe".to_owned(),
        files: if project.typed { vec![file] } else { Vec::new() },
        steps: vec![BuildStep {
            tool: ZIG,
            args,
            env: Vec::new(),
            without: &[],
            within: project.folder.clone(),
        }],
    }
}
