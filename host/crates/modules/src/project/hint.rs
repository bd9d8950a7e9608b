//! Advice for a failed build, from what the tools said. Pure.
//!
//! It must never know a tool's name: only its words.

use super::ProjectLanguage;

/// The tools' words that say one thing, in the languages they are of, and what to do then. The
/// first that is met is told.
struct BuildHint {
    of: &'static [ProjectLanguage],
    /// Any of these.
    words: &'static [&'static str],
    /// Of these names, one that is not there.
    names: &'static [&'static str],
    tell: &'static str,
}

const C: &[ProjectLanguage] = &[ProjectLanguage::C, ProjectLanguage::Cpp];
const CPP: &[ProjectLanguage] = &[ProjectLanguage::Cpp];

const THREADS: &str =
    "a task has one thread: do the work in a loop, and let several tasks run beside each other (`--workers`)";
const PROCESSES: &str =
    "a task cannot start processes: do the work in the task itself, or make tasks of the other program";
const SOCKETS: &str = "a task has no network: fetch what it needs before the run, and give it as input or below a folder (`--dir`)";

const HINTS: &[BuildHint] = &[
    BuildHint {
        of: CPP,
        words: &["with exceptions disabled"],
        names: &["__cxa_throw", "__cxa_allocate_exception", "__cxa_begin_catch"],
        tell: "a module has no C++ exceptions: return a value that says what went wrong, or end with `std::exit(1)` (verdict \
               task_error) or `std::abort()` (verdict trap)",
    },
    BuildHint {
        of: C,
        words: &[
            "not supported on this single threaded system",
            "'thread' in namespace 'std'",
            "'jthread' in namespace 'std'",
            "'mutex' in namespace 'std'",
            "'shared_mutex' in namespace 'std'",
            "'recursive_mutex' in namespace 'std'",
            "'condition_variable' in namespace 'std'",
            "'async' in namespace 'std'",
            "'future' in namespace 'std'",
            "'promise' in namespace 'std'",
            "/pthread.h",
            "'pthread.h' file not found",
            "'threads.h' file not found",
        ],
        names: &["pthread_create", "pthread_join", "pthread_mutex_lock", "thrd_create", "wasi_thread_start"],
        tell: THREADS,
    },
    BuildHint {
        of: C,
        words: &["sys/wait.h", "'spawn.h' file not found"],
        names: &[
            "fork",
            "vfork",
            "system",
            "popen",
            "pclose",
            "posix_spawn",
            "posix_spawnp",
            "execl",
            "execlp",
            "execle",
            "execv",
            "execvp",
            "execve",
            "wait",
            "waitpid",
            "kill",
        ],
        tell: PROCESSES,
    },
    BuildHint {
        of: C,
        words: &["/netdb.h", "'netdb.h' file not found", "'sys/un.h' file not found"],
        names: &[
            "socket",
            "connect",
            "bind",
            "listen",
            "gethostbyname",
            "getaddrinfo",
            "inet_addr",
            "inet_pton",
        ],
        tell: SOCKETS,
    },
    BuildHint {
        of: C,
        words: &["/setjmp.h", "'setjmp.h' file not found"],
        names: &["setjmp", "longjmp", "__wasm_setjmp"],
        tell: "a module has no `setjmp`: return from the functions instead, or end with `exit(1)`",
    },
    BuildHint {
        of: C,
        words: &[],
        names: &["tmpfile", "tmpnam", "mkstemp", "mkdtemp"],
        tell: "there is no folder for temporary files: keep it in memory, or grant one (`--scratch 64MiB`) and open a file below /scratch",
    },
    BuildHint {
        of: C,
        words: &[
            "duplicate symbol: main",
            "duplicate symbol: __main_void",
            "duplicate symbol: __original_main",
        ],
        names: &[],
        tell: "all sources of a folder are one program, and several have a `main`: name the file to build instead of the folder",
    },
    BuildHint {
        of: C,
        words: &[],
        names: &["main", "__main_void", "__main_argc_argv"],
        tell: "a command has a `main`; a typed task includes polymer_task.h and ends with POLYMER_TASKS(...)",
    },
    BuildHint {
        of: C,
        words: &[
            "unable to execute command",
            "libclang_rt.builtins",
            "cannot open crt1",
            "unable to find library -l",
        ],
        names: &[],
        tell: "a part of the compiler is missing: on Debian `apt install lld wasi-libc libclang-rt-dev-wasm32`, and for C++ \
               libc++-dev-wasm32 and libc++abi-dev-wasm32; elsewhere `pip install ziglang==0.17.1` has all of it",
    },
    BuildHint {
        of: &[ProjectLanguage::Go],
        words: &[
            "no required module provides package",
            "cannot find module providing package",
            "is not in std",
        ],
        names: &[],
        tell: "a single file has the standard library and the SDK only: for other packages make a project (`go mod init`, `go get`, or \
               `polymer new --lang go NAME`) and build its folder",
    },
    BuildHint {
        of: &[ProjectLanguage::Go],
        words: &["function main is undeclared in the main package"],
        names: &[],
        tell: "a program needs `func main() {}`, also where it has tasks only",
    },
    BuildHint {
        of: &[ProjectLanguage::Rust],
        words: &["error[E0432]: unresolved import", "error[E0433]", "error[E0463]: can't find crate"],
        names: &[],
        tell: "a single file has the standard library, and where it uses polymer_task also serde and serde_json: for other crates make a \
               project (`cargo init`, or `polymer new --lang rust NAME`) and build its folder",
    },
    BuildHint {
        of: &[ProjectLanguage::Rust],
        words: &["failed to get `", "Unable to update registry", "no matching package named"],
        names: &[],
        tell: "a typed task in Rust needs a few crates from the registry, which cargo fetches once: try again with a network, or write a command \
               (`fn main`), which needs none",
    },
    BuildHint {
        of: &[ProjectLanguage::Zig],
        words: &["polymer.zig:", "root source file struct '"],
        names: &[],
        tell: "Zig changes with each release, and the SDK is for 0.17.1: `pip install ziglang==0.17.1`",
    },
    BuildHint {
        of: &[ProjectLanguage::Python],
        words: &["ModuleNotFoundError"],
        names: &[],
        tell: "packages go into the folder `deps` of a project, and must be pure Python: `pip install --target deps NAME` beside a task.py, and build \
               the folder",
    },
    BuildHint {
        of: &[ProjectLanguage::JavaScript],
        words: &["Error resolving module", "could not load module", "Cannot find module"],
        names: &[],
        tell: "packages go into the folder `node_modules` of a project: `npm install NAME` beside a task.js, and build the folder; Node's own modules are not available",
    },
];

/// Returns advice for a build that failed. In the output, the name of a missing thing stands behind
/// one of the words for that.
pub(super) fn hint(language: ProjectLanguage, said: &str) -> Option<&'static str> {
    let said = without_colours(said);
    let missing: Vec<&str> = said.lines().filter_map(missing).collect();
    let met = |hint: &&BuildHint| {
        hint.of.contains(&language)
            && (hint.words.iter().any(|words| said.contains(words))
                || hint.names.iter().any(|name| missing.contains(name)))
    };
    HINTS.iter().find(met).map(|hint| hint.tell)
}

/// The name that a line says is not there.
fn missing(line: &str) -> Option<&str> {
    let starts = [
        "undefined symbol: ",
        "undeclared function '",
        "undeclared identifier '",
        "declaration of function '",
    ];
    let rest = starts.iter().find_map(|start| line.split_once(start))?.1;
    rest.split(|char: char| !(char.is_alphanumeric() || char == '_')).next()
}

/// A text without what only a terminal understands.
fn without_colours(said: &str) -> String {
    let mut parts = said.split("\u{1b}[");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|char: char| char.is_ascii_alphabetic()).map_or(part.len(), |at| at + 1);
        text.push_str(part.get(end..).unwrap_or_default());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of Debian's clang 14 and of zig 0.17.1 and the other languages' tools, as they say
    /// them, and a part of what is told then.
    const SAID: &[(ProjectLanguage, &str, &str)] = &[
        (
            ProjectLanguage::Cpp,
            "a.cpp:2:19: error: cannot use 'throw' with exceptions disabled",
            "exceptions",
        ),
        (
            ProjectLanguage::Cpp,
            "\u{1b}[1ma.cpp:2:13: \u{1b}[0;1;31merror: \u{1b}[0m\u{1b}[1mcannot use 'try' with exceptions disabled\u{1b}[0m",
            "exceptions",
        ),
        (ProjectLanguage::Cpp, "wasm-ld: error: /t/a.o: undefined symbol: __cxa_throw", "exceptions"),
        (
            ProjectLanguage::Cpp,
            "c++/v1/thread:111:2: error: <thread> is not supported on this single threaded system",
            "one thread",
        ),
        (
            ProjectLanguage::Cpp,
            "c++/v1/future:384:2: error: <future> is not supported on this single threaded system",
            "one thread",
        ),
        (
            ProjectLanguage::Cpp,
            "a.cpp:2:18: error: no member named 'thread' in namespace 'std'; did you mean 'fread'?",
            "one thread",
        ),
        (ProjectLanguage::Cpp, "a.cpp:2:18: error: no type named 'mutex' in namespace 'std'", "one thread"),
        (ProjectLanguage::Cpp, "a.cpp:2:27: error: no member named 'async' in namespace 'std'", "one thread"),
        (
            ProjectLanguage::C,
            "/usr/include/pthread.h:25:10: fatal error: 'bits/endian.h' file not found",
            "one thread",
        ),
        (ProjectLanguage::C, "wasm-ld: error: a.o: undefined symbol: pthread_create", "one thread"),
        (ProjectLanguage::C, "a.c:2:10: fatal error: 'sys/wait.h' file not found", "processes"),
        (
            ProjectLanguage::C,
            "lib/libc/include/generic-musl/sys/wait.h:27:29: error: unknown type name 'siginfo_t'",
            "processes",
        ),
        (ProjectLanguage::C, "wasm-ld-14: error: /tmp/a.o: undefined symbol: fork", "processes"),
        (
            ProjectLanguage::C,
            "a.c:2:21: error: call to undeclared function 'fork'; ISO C99 and later do not support",
            "processes",
        ),
        (ProjectLanguage::C, "wasm-ld: error: a.o: undefined symbol: system", "processes"),
        (ProjectLanguage::Cpp, "a.cpp:3:5: error: use of undeclared identifier 'popen'", "processes"),
        (ProjectLanguage::C, "wasm-ld-14: error: /tmp/a.o: undefined symbol: socket", "network"),
        (ProjectLanguage::C, "a.c:3:25: error: call to undeclared function 'connect'; ISO C99", "network"),
        (ProjectLanguage::C, "wasm-ld: error: a.o: undefined symbol: getaddrinfo", "network"),
        (
            ProjectLanguage::C,
            "/usr/include/netdb.h:28:10: fatal error: 'bits/stdint-uintn.h' file not found",
            "network",
        ),
        (
            ProjectLanguage::C,
            "/usr/include/setjmp.h:29:10: fatal error: 'bits/setjmp.h' file not found",
            "setjmp",
        ),
        (
            ProjectLanguage::C,
            "wasm-wasi-musl/setjmp.h:13:2: error: Setjmp/longjmp support requires Exception handling",
            "setjmp",
        ),
        (ProjectLanguage::C, "wasm-ld: error: a.o: undefined symbol: tmpfile", "--scratch"),
        (ProjectLanguage::C, "wasm-ld: error: duplicate symbol: main", "name the file"),
        (ProjectLanguage::C, "wasm-ld: error: crt1-command.o: undefined symbol: main", "POLYMER_TASKS"),
        (
            ProjectLanguage::Go,
            "main.go:3:8: no required module provides package github.com/x/y: go.mod file not found",
            "go mod init",
        ),
        (
            ProjectLanguage::Go,
            "main.go:3:8: package foo/bar is not in std (/usr/lib/go/src/foo/bar)",
            "go mod init",
        ),
        (
            ProjectLanguage::Go,
            "runtime.main_main·f: function main is undeclared in the main package",
            "func main",
        ),
        (ProjectLanguage::Rust, "error[E0432]: unresolved import `regex`", "cargo init"),
        (ProjectLanguage::Rust, "error: failed to get `serde` as a dependency of package `task`", "network"),
        (
            ProjectLanguage::Zig,
            "a.zig:3:12: error: root source file struct 'std' has no member named 'io'",
            "0.17.1",
        ),
        (ProjectLanguage::Python, "ModuleNotFoundError: No module named 'numpy'", "deps"),
    ];

    #[test]
    fn what_a_module_cannot_do_has_a_sentence() {
        for (language, said, part) in SAID {
            let told = hint(*language, said).unwrap_or_else(|| panic!("no hint for {said}"));
            assert!(told.contains(part), "{said}: {told}");
        }
    }

    #[test]
    fn other_errors_have_none() {
        let cases = [
            (ProjectLanguage::C, "a.c:1:1: error: unknown type name 'x'"),
            (ProjectLanguage::C, "wasm-ld: error: a.o: undefined symbol: system_of_mine"),
            (ProjectLanguage::C, "a.c:1:1: error: call to undeclared function 'forks'"),
            (ProjectLanguage::Cpp, "a.cpp:1:1: error: no member named 'vectr' in namespace 'std'"),
            // Another language's words.
            (ProjectLanguage::Rust, "undefined symbol: fork"),
            (ProjectLanguage::Python, "SyntaxError: invalid syntax"),
            (ProjectLanguage::C, ""),
        ];
        for (language, said) in cases {
            assert_eq!(hint(language, said), None, "{said}");
        }
    }

    #[test]
    fn the_words_of_a_hint_lead_to_it() {
        for language in ProjectLanguage::ALL {
            for row in HINTS.iter().filter(|row| row.of.contains(&language)) {
                let said = row.words.iter().map(|words| (*words).to_owned());
                let said = said.chain(row.names.iter().map(|name| format!("x.o: undefined symbol: {name}")));
                for said in said {
                    assert_eq!(hint(language, &said), Some(row.tell), "{said}");
                }
            }
        }
    }
}
