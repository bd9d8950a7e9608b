//! The house rules, as tests: the walls between the modules, and that formatting, clippy and the documentation are clean.
//!
//! A wall is a word that may not stand in a file. That is crude, and it is why a reader can rely on it: a new edge between two modules
//! shows up here before it shows up anywhere else. What stands in comments and in test modules does not count.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a failed test is what a panic is for; these are no `#[test]` functions"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The Rust files under `folder`, by their paths from the root.
fn rust_files(folder: &str) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    assert!(!files.is_empty(), "no Rust files under {folder}");
    files.sort();
    files
}

/// A file's code: without comments, and without what stands in its test module.
fn code(file: &str) -> String {
    let text = fs::read_to_string(root().join(file)).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn is_test(file: &str) -> bool {
    file.ends_with("tests.rs")
        || file.contains("/tests/")
        || file.contains("/sim/")
        || file.ends_with("/fixtures.rs")
}

/// That no file under `folders` but `except` has one of `words` in its code.
#[track_caller]
fn check_wall(folders: &[&str], except: &[&str], words: &[&str], rule: &str) {
    let mut broken = Vec::new();
    let mut looked_at = 0;
    for file in folders.iter().flat_map(|folder| rust_files(folder)) {
        if is_test(&file) || except.iter().any(|except| file.starts_with(except)) {
            continue;
        }
        looked_at += 1;
        let code = code(&file);
        broken
            .extend(words.iter().filter(|word| code.contains(**word)).map(|word| format!("{file}: {word}")));
    }
    assert!(looked_at > 0, "nothing was looked at");
    assert!(broken.is_empty(), "{rule}\n{}", broken.join("\n"));
}

/// The folders of the pure core.
const CORE: [&str; 4] = ["host/src/task", "host/src/sched", "host/src/protocol", "host/src/retry"];

/// The files of the pure core that stand alone.
const CORE_FILES: [&str; 4] = [
    "host/src/event.rs",
    "host/src/cache/key.rs",
    "host/src/cache/entry.rs",
    "host/src/module/resident/residency.rs",
];

#[test]
fn the_pure_core_reads_no_clock_and_performs_no_io() {
    let words = [
        "Instant",
        "SystemTime",
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "std::os",
        "File",
        "tokio",
        "nix::",
        "mpsc",
        "crate::sys",
        "println!",
        "eprintln!",
    ];
    check_wall(&CORE, &[], &words, "wall 1: the pure core is handed what it needs");
    for file in CORE_FILES {
        let code = code(file);
        for word in words {
            assert!(!code.contains(word), "wall 1: {file}: {word}");
        }
    }
}

#[test]
fn only_the_worker_half_names_wasmtime_or_a_wasm_parser() {
    let words = [
        "wasmtime",
        "wasmparser",
        "wit_component",
        "wit_parser",
        "wat::",
        "wasi_preview1_component_adapter_provider",
    ];
    check_wall(
        &["host/src"],
        &["host/src/worker/"],
        &words,
        "wall 2: the supervisor never looks into a module",
    );
}

#[test]
fn the_worker_half_knows_no_policy() {
    let words = [
        "crate::sched",
        "crate::supervisor",
        "crate::report",
        "crate::cli",
        "crate::retry",
        "crate::event",
        "crate::manager",
        "crate::module",
        "clap",
    ];
    check_wall(&["host/src/worker"], &[], &words, "wall 3: workers know no policy");
}

#[test]
fn domain_types_are_no_wire_types() {
    let wall = ["host/src/task", "host/src/sched"];
    check_wall(
        &wall,
        &[],
        &["Serialize", "Deserialize"],
        "wall 4: only messages and files have a serial form",
    );
}

#[test]
fn the_core_knows_neither_half() {
    let words = ["crate::supervisor", "crate::worker", "crate::report", "crate::cli"];
    check_wall(&CORE, &[], &words, "the core is what the others are built on");
    check_wall(
        &["host/src/task"],
        &[],
        &["crate::sched", "crate::protocol", "crate::event"],
        "nouns know no verbs",
    );
    check_wall(&["host/src/sched"], &[], &["crate::protocol"], "decisions know no frames");
    check_wall(
        &["host/src/supervisor"],
        &[],
        &["crate::report", "crate::cli", "crate::manager", "crate::worker::"],
        "the loop knows no reader",
    );
    check_wall(
        &["host/src/manager"],
        &["host/src/manager/worker_exe.rs"],
        &["crate::sched::Input", "crate::protocol", "crate::cli", "crate::worker"],
        "the library's face knows neither frames nor flags",
    );
    check_wall(
        &["host/src/cache"],
        &[],
        &[
            "crate::sched",
            "crate::supervisor",
            "crate::protocol",
            "crate::manager",
            "crate::cli",
            "crate::worker",
        ],
        "the cache keeps bytes",
    );
    check_wall(
        &["host/src/report"],
        &[],
        &["crate::sched", "crate::cli", "crate::manager", "crate::protocol"],
        "reports decide nothing",
    );
    check_wall(
        &["host/src/config"],
        &[],
        &[
            "clap",
            "std::env",
            "crate::sched",
            "crate::supervisor",
            "crate::manager",
            "crate::cli",
            "crate::task",
        ],
        "settings are texts in layers",
    );
    check_wall(
        &["host/src/journal"],
        &[],
        &[
            "clap",
            "crate::sched",
            "crate::supervisor",
            "crate::protocol",
            "crate::manager",
            "crate::cli",
            "crate::worker",
        ],
        "a run's folder says what was, and decides nothing",
    );
}

#[test]
fn unsafe_code_stands_in_one_place() {
    let except = ["host/src/sys/", "host/src/worker/code.rs"];
    check_wall(
        &["host/src", "guest-sdk"],
        &except,
        &["unsafe {", "unsafe fn", "unsafe impl"],
        "unsafe code is in `sys`",
    );
}

#[test]
fn processes_are_started_in_one_place_each() {
    let except = ["host/src/supervisor/launch.rs", "host/src/module/project/steps.rs"];
    check_wall(
        &["host/src"],
        &except,
        &["Command::new"],
        "processes: workers in `launch`, cargo in `project`",
    );
}

#[test]
fn errors_of_the_system_say_what_was_tried_and_on_what() {
    let folders = ["cache", "cli", "config", "journal", "manager", "module", "report"]
        .map(|part| format!("host/src/{part}"));
    let words = ["source: io::Error,", "#[source] io::Error", "#[from] io::Error"];
    check_wall(
        &folders.each_ref().map(String::as_str),
        &[],
        &words,
        "an error that carries an `io::Error` by itself does not say what was tried: take `SystemError`",
    );
}

#[test]
fn every_module_says_what_it_is_for() {
    let mut files = rust_files("host/src");
    files.extend(["guest-sdk", "tests"].iter().flat_map(|folder| rust_files(folder)));
    // What the compile-fail tests compile are cases, not modules.
    files.retain(|file| !file.contains("/ui/"));
    files.retain(|file| !fs::read_to_string(root().join(file)).unwrap().starts_with("//!"));
    assert!(files.is_empty(), "these do not open with their purpose: {files:#?}");
}

#[test]
fn no_module_is_a_drawer_for_odds_and_ends() {
    for file in ["host/src", "guest-sdk", "tests"].iter().flat_map(|folder| rust_files(folder)) {
        for name in ["util", "utils", "helper", "helpers", "common", "misc"] {
            let is_drawer = Path::new(&file)
                .components()
                .any(|part| Path::new(part.as_os_str()).file_stem().is_some_and(|stem| stem == name));
            assert!(!is_drawer, "{file}: name it after what it does");
        }
    }
}

/// Runs cargo in a folder of the checkout; it must succeed.
#[track_caller]
fn cargo(folder: &str, args: &[&str]) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(args).current_dir(root().join(folder));
    if args.contains(&"doc") {
        cargo.env("RUSTDOCFLAGS", "-D warnings");
    }
    let output = cargo.output().expect("cargo can be started");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "cargo {} in {folder}:\n{stdout}{stderr}", args.join(" "));
}

#[test]
fn the_code_is_formatted() {
    cargo(".", &["fmt", "--all", "--check"]);
    cargo("examples/wasm-tasks", &["fmt", "--all", "--check"]);
}

#[test]
fn clippy_finds_nothing() {
    cargo(".", &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    let guests = ["clippy", "--locked", "--workspace", "--target", "wasm32-wasip1", "--", "-D", "warnings"];
    cargo("examples/wasm-tasks", &guests);
}

/// The crates that the library links with these features.
fn linked(features: &[&str]) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "tree",
        "--locked",
        "-p",
        "polymer-host",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    cargo.arg("--no-default-features").args(features).current_dir(root());
    let output = cargo.output().expect("cargo can be started");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && !text.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn a_program_links_what_it_needs() {
    let engine = ["wasmtime", "wasmtime-wasi", "wasmparser", "wat", "wit-component", "tokio"];
    let command = ["clap", "flate2", "signal-hook", "toml", "tracing-subscriber", "zstd"];
    for (features, has, lacks) in [
        (&[][..], &[][..], [&engine[..], &command[..]].concat()),
        (&["--features", "worker"][..], &engine[..], command.to_vec()),
        (&["--features", "command"][..], &command[..], engine.to_vec()),
    ] {
        let linked = linked(features);
        for name in has {
            assert!(linked.contains(*name), "{features:?} should link {name}");
        }
        for name in lacks {
            assert!(!linked.contains(name), "{features:?} should not link {name}");
        }
    }
}

#[test]
fn the_library_is_clean_without_its_features() {
    let lib = [
        "clippy",
        "--locked",
        "-p",
        "polymer-host",
        "--lib",
        "--no-default-features",
        "--",
        "-D",
        "warnings",
    ];
    cargo(".", &lib);
}

#[test]
fn the_documentation_builds_without_a_warning() {
    cargo(".", &["doc", "--locked", "--workspace", "--no-deps", "--document-private-items"]);
}
