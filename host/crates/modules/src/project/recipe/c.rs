//! C and C++: clang with Debian's libraries for WASI, or zig, which brings its own.

use super::{BuildRecipe, BuildStep, BuildTool, ProjectLanguage, ProjectSource, ToolCommand, args};
use std::path::Path;

/// Arguments that test whether clang finds the headers and the linker of the target.
const HAS_HEADERS: &[&str] = &["--target=wasm32-wasi", "-E", "-include", "stdio.h", "-x", "c", "/dev/null"];
const HAS_CPP_HEADERS: &[&str] =
    &["--target=wasm32-wasi", "-E", "-include", "vector", "-x", "c++", "/dev/null"];

/// The folder of the headers that are ours.
const INCLUDE: &str = "include";
/// The stack below the data, so that it traps where it overflows instead of running into data.
/// Zig's linker puts it there by itself, and knows no such option.
const STACK_FIRST: &[&str] = &["-Wl,--stack-first"];

/// Bytes of stack in a module's memory, where nobody says otherwise.
const STACK: u64 = 256 << 10;

/// Features that a libc for WASI only emulates, for programs that ask for their elapsed time or
/// their identity, or want to hear signals.
const PRETENDED: [&str; 4] = ["SIGNAL", "PROCESS_CLOCKS", "MMAN", "GETPID"];

/// A clang, which links with what LLVM calls its linker.
const fn clang(call: &'static [&'static str], asks: &'static [&'static str]) -> ToolCommand {
    ToolCommand { call, asks, adds: STACK_FIRST }
}

pub(in super::super) const CLANG: BuildTool = BuildTool {
    name: "a C compiler for WASI",
    ways: &[
        clang(&["clang"], HAS_HEADERS),
        clang(&["clang-19"], HAS_HEADERS),
        clang(&["clang-16"], HAS_HEADERS),
        clang(&["clang-14"], HAS_HEADERS),
        ToolCommand { call: &["zig", "cc"], asks: &[], adds: &[] },
        ToolCommand { call: &["python3", "-m", "ziglang", "cc"], asks: &["--version"], adds: &[] },
    ],
    get: "on Debian `apt install clang lld wasi-libc libclang-rt-dev-wasm32`, elsewhere `pip install ziglang==0.17.1`",
};

pub(in super::super) const CLANG_CPP: BuildTool = BuildTool {
    name: "a C++ compiler for WASI",
    ways: &[
        clang(&["clang++"], HAS_CPP_HEADERS),
        clang(&["clang++-19"], HAS_CPP_HEADERS),
        clang(&["clang++-16"], HAS_CPP_HEADERS),
        clang(&["clang++-14"], HAS_CPP_HEADERS),
        ToolCommand { call: &["zig", "c++"], asks: &[], adds: &[] },
        ToolCommand { call: &["python3", "-m", "ziglang", "c++"], asks: &["--version"], adds: &[] },
    ],
    get: "on Debian `apt install clang lld wasi-libc libclang-rt-dev-wasm32 libc++-dev-wasm32 libc++abi-dev-wasm32`, elsewhere \
          `pip install ziglang==0.17.1`",
};

pub(super) fn recipe(project: &ProjectSource) -> BuildRecipe {
    let is_cpp = project.language == ProjectLanguage::Cpp;
    // Functions keep their names for the traces of traps.
    let stack = format!("-Wl,-z,stack-size={}", project.stack.unwrap_or(STACK));
    let mut args = args([&"--target=wasm32-wasi", &"-O2", &stack, &"-o", &project.unfinished()]);
    if project.typed {
        args.push("-mexec-model=reactor".into());
    }
    if is_cpp {
        // The libraries for WASI have no exceptions.
        args.extend(["-std=c++20".into(), "-fno-exceptions".into()]);
    }
    // Behind all others: what the author or the compiler has by one of these names goes before.
    args.extend(["-idirafter".into(), project.build.join(INCLUDE).into()]);
    args.extend(PRETENDED.map(|what| format!("-D_WASI_EMULATED_{what}").into()));
    args.extend(project.arguments());
    args.extend(
        PRETENDED.map(|what| format!("-lwasi-emulated-{}", what.to_lowercase().replace('_', "-")).into()),
    );
    let mut files = Vec::new();
    if project.typed {
        files.push(("polymer_task.h", include_str!("../../../sdk/c/polymer_task.h")));
    }
    if is_cpp {
        files.push(("bits/stdc++.h", include_str!("../../../sdk/c/bits/stdc++.h")));
    }
    BuildRecipe {
        what: if is_cpp { "a C++ compiler" } else { "a C compiler" }.to_owned(),
        files: files
            .into_iter()
            .map(|(name, text)| (Path::new(INCLUDE).join(name), text.to_owned()))
            .collect(),
        steps: vec![BuildStep {
            tool: if is_cpp { CLANG_CPP } else { CLANG },
            args,
            env: Vec::new(),
            without: &[],
            within: project.folder.clone(),
        }],
    }
}
