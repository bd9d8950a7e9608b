//! What may help where a build failed, from what the tools said. Pure.
//!
//! It must never know how a tool is called: only its words.

use super::Language;

/// The tools' words that say one thing, in the languages they are of, and what to do then. The
/// first that is met is told.
struct Hint {
    of: &'static [Language],
    /// Any of these.
    words: &'static [&'static str],
    /// Of these names, one that is not there.
    names: &'static [&'static str],
    tell: &'static str,
}

const C: &[Language] = &[Language::C, Language::Cpp];
const CPP: &[Language] = &[Language::Cpp];

const THREADS: &str =
    "a task has one thread: do the work in a loop, and let several tasks run beside each other (`--workers`)";
const PROCESSES: &str =
    "a task cannot start processes: do the work in the task itself, or make tasks of the other program";
const SOCKETS: &str = "a task has no network: fetch what it needs before the run, and give it as input or below a folder (`--dir`)";

const HINTS: &[Hint] = &[
    Hint {
        of: CPP,
        words: &["with exceptions disabled"],
        names: &["__cxa_throw", "__cxa_allocate_exception", "__cxa_begin_catch"],
        tell: "C++ exceptions are not there in a module: return a value that says what went wrong, or end with `std::exit(1)` (verdict \
               task_error) or `std::abort()` (verdict trap)",
    },
    Hint {
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
    Hint {
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
    Hint {
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
    Hint {
        of: C,
        words: &["/setjmp.h", "'setjmp.h' file not found"],
        names: &["setjmp", "longjmp", "__wasm_setjmp"],
        tell: "`setjmp` is not there in a module: return from the functions instead, or end with `exit(1)`",
    },
    Hint {
        of: C,
        words: &[],
        names: &["tmpfile", "tmpnam", "mkstemp", "mkdtemp"],
        tell: "there is no folder for temporary files: keep it in memory, or grant one (`--scratch 64MiB`) and open a file below /scratch",
    },
    Hint {
        of: C,
        words: &[
            "duplicate symbol: main",
            "duplicate symbol: __main_void",
            "duplicate symbol: __original_main",
        ],
        names: &[],
        tell: "all sources of a folder are one program, and several have a `main`: name the file to build instead of the folder",
    },
    Hint {
        of: C,
        words: &[],
        names: &["main", "__main_void", "__main_argc_argv"],
        tell: "a command has a `main`; a typed task includes polymer_task.h and ends with POLYMER_TASKS(...)",
    },
    Hint {
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
    Hint {
        of: &[Language::Go],
        words: &[
            "no required module provides package",
            "cannot find module providing package",
            "is not in std",
        ],
        names: &[],
        tell: "a single file has the standard library and the SDK only: for other packages make a project (`go mod init`, `go get`, or \
               `polymer new --lang go NAME`) and build its folder",
    },
    Hint {
        of: &[Language::Go],
        words: &["function main is undeclared in the main package"],
        names: &[],
        tell: "a program needs `func main() {}`, also where it has tasks only",
    },
    Hint {
        of: &[Language::Rust],
        words: &["error[E0432]: unresolved import", "error[E0433]", "error[E0463]: can't find crate"],
        names: &[],
        tell: "a single file has the standard library, and where it uses polymer_task also serde and serde_json: for other crates make a \
               project (`cargo init`, or `polymer new --lang rust NAME`) and build its folder",
    },
    Hint {
        of: &[Language::Rust],
        words: &["failed to get `", "Unable to update registry", "no matching package named"],
        names: &[],
        tell: "a typed task in Rust needs a few crates of the registry, which cargo fetches once: try again with a network, or write a command \
               (`fn main`), which needs none",
    },
    Hint {
        of: &[Language::Zig],
        words: &["polymer.zig:", "root source file struct '"],
        names: &[],
        tell: "Zig changes with each release, and the SDK is for 0.17.1: `pip install ziglang==0.17.1`",
    },
    Hint {
        of: &[Language::Python],
        words: &["ModuleNotFoundError"],
        names: &[],
        tell: "packages stand in the folder `deps` of a project, all in Python: `pip install --target deps NAME` beside a task.py, and build \
               the folder",
    },
    Hint {
        of: &[Language::JavaScript],
        words: &["Error resolving module", "could not load module", "Cannot find module"],
        names: &[],
        tell: "packages stand in the folder `node_modules` of a project: `npm install NAME` beside a task.js, and build the folder; Node's own \
               modules are not there",
    },
];

/// What may help with a build that failed. In what was said, names stand behind one of the words
/// for what is not there.
pub(super) fn hint(language: Language, said: &str) -> Option<&'static str> {
    let said = without_colours(said);
    let missing: Vec<&str> = said.lines().filter_map(missing).collect();
    let met = |hint: &&Hint| {
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
    const SAID: &[(Language, &str, &str)] = &[
        (Language::Cpp, "a.cpp:2:19: error: cannot use 'throw' with exceptions disabled", "exceptions"),
        (
            Language::Cpp,
            "\u{1b}[1ma.cpp:2:13: \u{1b}[0;1;31merror: \u{1b}[0m\u{1b}[1mcannot use 'try' with exceptions disabled\u{1b}[0m",
            "exceptions",
        ),
        (Language::Cpp, "wasm-ld: error: /t/a.o: undefined symbol: __cxa_throw", "exceptions"),
        (
            Language::Cpp,
            "c++/v1/thread:111:2: error: <thread> is not supported on this single threaded system",
            "one thread",
        ),
        (
            Language::Cpp,
            "c++/v1/future:384:2: error: <future> is not supported on this single threaded system",
            "one thread",
        ),
        (
            Language::Cpp,
            "a.cpp:2:18: error: no member named 'thread' in namespace 'std'; did you mean 'fread'?",
            "one thread",
        ),
        (Language::Cpp, "a.cpp:2:18: error: no type named 'mutex' in namespace 'std'", "one thread"),
        (Language::Cpp, "a.cpp:2:27: error: no member named 'async' in namespace 'std'", "one thread"),
        (
            Language::C,
            "/usr/include/pthread.h:25:10: fatal error: 'bits/endian.h' file not found",
            "one thread",
        ),
        (Language::C, "wasm-ld: error: a.o: undefined symbol: pthread_create", "one thread"),
        (Language::C, "a.c:2:10: fatal error: 'sys/wait.h' file not found", "processes"),
        (
            Language::C,
            "lib/libc/include/generic-musl/sys/wait.h:27:29: error: unknown type name 'siginfo_t'",
            "processes",
        ),
        (Language::C, "wasm-ld-14: error: /tmp/a.o: undefined symbol: fork", "processes"),
        (
            Language::C,
            "a.c:2:21: error: call to undeclared function 'fork'; ISO C99 and later do not support",
            "processes",
        ),
        (Language::C, "wasm-ld: error: a.o: undefined symbol: system", "processes"),
        (Language::Cpp, "a.cpp:3:5: error: use of undeclared identifier 'popen'", "processes"),
        (Language::C, "wasm-ld-14: error: /tmp/a.o: undefined symbol: socket", "network"),
        (Language::C, "a.c:3:25: error: call to undeclared function 'connect'; ISO C99", "network"),
        (Language::C, "wasm-ld: error: a.o: undefined symbol: getaddrinfo", "network"),
        (
            Language::C,
            "/usr/include/netdb.h:28:10: fatal error: 'bits/stdint-uintn.h' file not found",
            "network",
        ),
        (Language::C, "/usr/include/setjmp.h:29:10: fatal error: 'bits/setjmp.h' file not found", "setjmp"),
        (
            Language::C,
            "wasm-wasi-musl/setjmp.h:13:2: error: Setjmp/longjmp support requires Exception handling",
            "setjmp",
        ),
        (Language::C, "wasm-ld: error: a.o: undefined symbol: tmpfile", "--scratch"),
        (Language::C, "wasm-ld: error: duplicate symbol: main", "name the file"),
        (Language::C, "wasm-ld: error: crt1-command.o: undefined symbol: main", "POLYMER_TASKS"),
        (
            Language::Go,
            "main.go:3:8: no required module provides package github.com/x/y: go.mod file not found",
            "go mod init",
        ),
        (Language::Go, "main.go:3:8: package foo/bar is not in std (/usr/lib/go/src/foo/bar)", "go mod init"),
        (Language::Go, "runtime.main_main·f: function main is undeclared in the main package", "func main"),
        (Language::Rust, "error[E0432]: unresolved import `regex`", "cargo init"),
        (Language::Rust, "error: failed to get `serde` as a dependency of package `task`", "network"),
        (
            Language::Zig,
            "a.zig:3:12: error: root source file struct 'std' has no member named 'io'",
            "0.17.1",
        ),
        (Language::Python, "ModuleNotFoundError: No module named 'numpy'", "deps"),
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
            (Language::C, "a.c:1:1: error: unknown type name 'x'"),
            (Language::C, "wasm-ld: error: a.o: undefined symbol: system_of_mine"),
            (Language::C, "a.c:1:1: error: call to undeclared function 'forks'"),
            (Language::Cpp, "a.cpp:1:1: error: no member named 'vectr' in namespace 'std'"),
            // Another language's words.
            (Language::Rust, "undefined symbol: fork"),
            (Language::Python, "SyntaxError: invalid syntax"),
            (Language::C, ""),
        ];
        for (language, said) in cases {
            assert_eq!(hint(language, said), None, "{said}");
        }
    }

    #[test]
    fn the_words_of_a_hint_lead_to_it() {
        for language in Language::ALL {
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
