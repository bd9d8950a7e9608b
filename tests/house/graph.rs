//! Who depends on whom: the crates of the host and what each may link. A missing edge is a wall; a
//! new one shows up here.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The crates of the host, the lowest first, and which of the others each one uses.
const CRATES: [(&str, &[&str]); 23] = [
    ("polymer-host-base", &[]),
    ("polymer-host-task", &["polymer-host-base"]),
    ("polymer-host-event", &["polymer-host-base", "polymer-host-task"]),
    ("polymer-host-sched", &["polymer-host-base", "polymer-host-event", "polymer-host-task"]),
    ("polymer-host-protocol", &["polymer-host-base", "polymer-host-task"]),
    ("polymer-host-grade", &["polymer-host-base", "polymer-host-task"]),
    ("polymer-host-sketch", &["polymer-host-base", "polymer-host-task"]),
    ("polymer-host-sys", &["polymer-host-base"]),
    ("polymer-host-judge", &["polymer-host-base", "polymer-host-task"]),
    (
        "polymer-host-problem",
        &["polymer-host-base", "polymer-host-grade", "polymer-host-sys", "polymer-host-task"],
    ),
    ("polymer-host-jail", &["polymer-host-base", "polymer-host-sys"]),
    (
        "polymer-host-worker",
        &[
            "polymer-host-base",
            "polymer-host-jail",
            "polymer-host-protocol",
            "polymer-host-sys",
            "polymer-host-task",
        ],
    ),
    ("polymer-host-builder", &["polymer-host-base", "polymer-host-jail", "polymer-host-sys"]),
    (
        "polymer-host-modules",
        &["polymer-host-base", "polymer-host-builder", "polymer-host-sys", "polymer-host-task"],
    ),
    (
        "polymer-host-run",
        &[
            "polymer-host-base",
            "polymer-host-event",
            "polymer-host-judge",
            "polymer-host-modules",
            "polymer-host-protocol",
            "polymer-host-sched",
            "polymer-host-sys",
            "polymer-host-task",
        ],
    ),
    (
        "polymer-host-report",
        &["polymer-host-base", "polymer-host-event", "polymer-host-sketch", "polymer-host-task"],
    ),
    (
        "polymer-host-journal",
        &[
            "polymer-host-base",
            "polymer-host-event",
            "polymer-host-report",
            "polymer-host-sketch",
            "polymer-host-sys",
            "polymer-host-task",
        ],
    ),
    ("polymer-host-page", &["polymer-host-base", "polymer-host-sketch", "polymer-host-task"]),
    (
        "polymer-host-metrics",
        &["polymer-host-event", "polymer-host-report", "polymer-host-sketch", "polymer-host-task"],
    ),
    ("polymer-host-store", &["polymer-host-base"]),
    ("polymer-host-config", &["polymer-host-base", "polymer-host-sys"]),
    (
        "polymer-host",
        &[
            "polymer-host-base",
            "polymer-host-builder",
            "polymer-host-event",
            "polymer-host-modules",
            "polymer-host-report",
            "polymer-host-run",
            "polymer-host-sched",
            "polymer-host-sketch",
            "polymer-host-sys",
            "polymer-host-task",
            "polymer-host-worker",
            "polymer-task",
        ],
    ),
    (
        "polymer-wasm",
        &[
            "polymer-host",
            "polymer-host-base",
            "polymer-host-config",
            "polymer-host-event",
            "polymer-host-grade",
            "polymer-host-journal",
            "polymer-host-judge",
            "polymer-host-metrics",
            "polymer-host-modules",
            "polymer-host-page",
            "polymer-host-problem",
            "polymer-host-report",
            "polymer-host-run",
            "polymer-host-sched",
            "polymer-host-sketch",
            "polymer-host-store",
            "polymer-host-sys",
            "polymer-host-task",
            "polymer-host-worker",
        ],
    ),
];

/// What each crate links of others. The worker is not among them: it alone may link an engine, or
/// what reads a module's bytes.
const LINKS: [(&str, &[&str]); 22] = [
    // The pure core: none of it reads a clock, opens a file or starts a thread.
    ("polymer-host-base", &["humantime", "serde", "serde_json", "sha2", "thiserror"]),
    ("polymer-host-task", &["blake3", "globset", "humantime", "thiserror"]),
    ("polymer-host-event", &["humantime"]),
    ("polymer-host-sched", &["humantime", "rustc-hash", "thiserror"]),
    ("polymer-host-protocol", &["rmp-serde", "serde", "serde_bytes", "thiserror"]),
    ("polymer-host-grade", &["unicode-width"]),
    ("polymer-host-sketch", &["serde"]),
    // Around the core. No engine, and nothing that reads a module's bytes.
    ("polymer-host-sys", &["nix", "thiserror"]),
    ("polymer-host-judge", &["base64", "serde", "serde_json", "similar"]),
    ("polymer-host-problem", &["base64", "saphyr-parser", "serde", "serde_json", "thiserror"]),
    ("polymer-host-jail", &["landlock", "nix", "seccompiler", "thiserror"]),
    (
        "polymer-host-modules",
        &[
            "blake3",
            "humantime",
            "include_dir",
            "nix",
            "object",
            "serde",
            "serde_bytes",
            "serde_json",
            "tempfile",
            "thiserror",
        ],
    ),
    // Without its feature it is messages alone, so that who starts a builder links no jail.
    ("polymer-host-builder", &["nix", "rmp-serde", "serde", "serde_bytes", "thiserror"]),
    ("polymer-host-run", &["async-channel", "nix", "thiserror"]),
    ("polymer-host-report", &["humantime", "tracing"]),
    ("polymer-host-journal", &["base64", "humantime", "itoa", "nix", "serde", "serde_json", "thiserror"]),
    // Pure: text of a sketch. It reads no file.
    ("polymer-host-page", &["base64", "serde", "serde_json"]),
    // It opens sockets and one file, and shares nothing with a run but figures.
    ("polymer-host-metrics", &["nix", "prometheus-client"]),
    // The client of servers, and all but the last of these only with its feature.
    (
        "polymer-host-store",
        &["async-trait", "futures-util", "object_store", "reqwest", "rustls", "tokio", "thiserror"],
    ),
    ("polymer-host-config", &["strsim", "thiserror", "toml"]),
    (
        "polymer-host",
        &["async-channel", "futures-core", "humantime", "serde", "serde_json", "thiserror", "tracing"],
    ),
    (
        "polymer-wasm",
        &[
            "base64",
            "blake3",
            "clap",
            "clap_complete",
            "clap_mangen",
            "csv",
            "flate2",
            "humantime",
            "memchr",
            "nix",
            "quick-junit",
            "serde",
            "serde_json",
            "sha2",
            "signal-hook",
            "tempfile",
            "terminal_size",
            "thiserror",
            "tracing",
            "tracing-subscriber",
            "unicode-width",
            "zstd",
        ],
    ),
];

/// The one crate that links the engine.
const WORKER: &str = "polymer-host-worker";

/// What each package of the workspace names as a dependency of its library or program.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--locked", "--no-deps", "--format-version", "1"]).current_dir(super::root());
    let output = cargo.output().expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let of = |package: &Value| {
        let needed = package["dependencies"].as_array().unwrap().iter();
        (name(package), needed.filter(|needed| needed["kind"].is_null()).map(name).collect())
    };
    all["packages"].as_array().unwrap().iter().map(of).collect()
}

fn is_ours(name: &str) -> bool {
    name.starts_with("polymer-")
}

#[test]
fn crates_know_only_those_below_them() {
    let found = dependencies();
    let ours = |name: &str| -> BTreeSet<&str> {
        found[name].iter().map(String::as_str).filter(|name| is_ours(name)).collect()
    };
    for (name, allowed) in CRATES {
        assert_eq!(ours(name), allowed.iter().copied().collect(), "what {name} depends on");
    }
    let known: BTreeSet<&str> = CRATES.iter().map(|(name, _)| *name).collect();
    let sdk = ["polymer-task", "polymer-task-macros"];
    let others: Vec<_> = found.keys().filter(|name| !known.contains(name.as_str())).collect();
    assert_eq!(others, sdk, "a new crate needs its place in the table");
}

#[test]
fn crates_link_what_is_listed_and_the_worker_alone_an_engine() {
    let found = dependencies();
    for (name, allowed) in LINKS {
        let others: BTreeSet<&str> =
            found[name].iter().map(String::as_str).filter(|name| !is_ours(name)).collect();
        assert_eq!(others, allowed.iter().copied().collect(), "what {name} links");
    }
    let listed: BTreeSet<&str> = LINKS.iter().map(|(name, _)| *name).chain([WORKER]).collect();
    assert_eq!(listed, CRATES.iter().map(|(name, _)| *name).collect(), "each crate has its list");
}

/// The crates that the library links with these features.
fn linked(features: &[&str]) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--locked", "-p", "polymer-host", "--edges", "normal", "--prefix", "none"]);
    cargo.args(["--format", "{p}", "--no-default-features"]).args(features).current_dir(super::root());
    let output = cargo.output().expect("cargo can be started");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && !text.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn a_program_links_what_it_needs() {
    let engine = ["wasmtime", "wasmtime-wasi", "wasmparser", "wat", "wit-component", "tokio", "landlock"];
    let command =
        ["clap", "csv", "flate2", "signal-hook", "terminal_size", "toml", "tracing-subscriber", "zstd"];
    let without = linked(&[]);
    let with = linked(&["--features", "worker"]);
    for name in engine {
        assert!(with.contains(name), "a program that is its own worker links {name}");
        assert!(!without.contains(name), "one that names its worker does not link {name}");
    }
    for name in command {
        assert!(!with.contains(name), "no program but the command links {name}");
    }
}
