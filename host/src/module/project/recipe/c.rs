//! C and C++: clang with Debian's libraries for WASI, or zig, which brings its own.

use super::{Language, Project, Recipe, Step, Tool, Way, args, plain};

/// What clang is asked: whether it finds the headers and the linker of the target.
const HAS_HEADERS: &[&str] = &["--target=wasm32-wasi", "-E", "-include", "stdio.h", "-x", "c", "/dev/null"];
const HAS_CPP_HEADERS: &[&str] =
    &["--target=wasm32-wasi", "-E", "-include", "vector", "-x", "c++", "/dev/null"];

const CLANG: Tool = Tool {
    name: "a C compiler for WASI",
    ways: &[
        Way { call: &["clang"], asks: HAS_HEADERS },
        Way { call: &["clang-19"], asks: HAS_HEADERS },
        Way { call: &["clang-16"], asks: HAS_HEADERS },
        Way { call: &["clang-14"], asks: HAS_HEADERS },
        plain(&["zig", "cc"]),
        Way { call: &["python3", "-m", "ziglang", "cc"], asks: &["--version"] },
    ],
    get: "on Debian `apt install clang lld wasi-libc libclang-rt-dev-wasm32`, elsewhere `pip install ziglang`",
};

const CLANG_CPP: Tool = Tool {
    name: "a C++ compiler for WASI",
    ways: &[
        Way { call: &["clang++"], asks: HAS_CPP_HEADERS },
        Way { call: &["clang++-19"], asks: HAS_CPP_HEADERS },
        Way { call: &["clang++-16"], asks: HAS_CPP_HEADERS },
        Way { call: &["clang++-14"], asks: HAS_CPP_HEADERS },
        plain(&["zig", "c++"]),
        Way { call: &["python3", "-m", "ziglang", "c++"], asks: &["--version"] },
    ],
    get: "on Debian `apt install clang lld wasi-libc libclang-rt-dev-wasm32 libc++-dev-wasm32 libc++abi-dev-wasm32`, elsewhere \
          `pip install ziglang`",
};

pub(super) fn recipe(project: &Project) -> Recipe {
    let is_cpp = project.language == Language::Cpp;
    // Functions keep their names for the traces of traps. The stack traps where it overflows instead of running into data.
    let mut args = args([
        &"--target=wasm32-wasi",
        &"-O2",
        &"-Wl,--stack-first",
        &"-Wl,-z,stack-size=262144",
        &"-o",
        &project.module(),
    ]);
    if project.typed {
        args.extend(["-mexec-model=reactor".into(), "-I".into(), project.build.clone().into()]);
    }
    if is_cpp {
        // The libraries for WASI have none.
        args.extend(["-std=c++20".into(), "-fno-exceptions".into()]);
    }
    args.extend(project.sources.iter().map(Into::into));
    let header =
        ("polymer_task.h".into(), include_str!("../../../../../guest-sdk/c/polymer_task.h").to_owned());
    Recipe {
        what: if is_cpp { "a C++ compiler" } else { "a C compiler" }.to_owned(),
        files: if project.typed { vec![header] } else { Vec::new() },
        steps: vec![Step {
            tool: if is_cpp { CLANG_CPP } else { CLANG },
            args,
            env: Vec::new(),
            without: &[],
            within: project.folder.clone(),
        }],
    }
}
