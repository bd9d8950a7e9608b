//! What a `polymer.toml` may set that nobody named: every flag has a place in one list.

use super::super::found::{AS_THEY_ARE, TIGHTENING};
use super::*;

/// Settings that such a file may not set at all, and why.
const REFUSED: [(&str, &[&str]); 10] = [
    (
        "what is read, run and taken for a task",
        &[
            "tasks",
            "base",
            "task",
            "invoke",
            "input",
            "input-format",
            "null",
            "input-field",
            "id-field",
            "group-by",
            "no-validate",
            "repeat",
            "partition",
            "skip-done",
            "on-duplicate",
            "expect",
            "compare",
            "checker",
            "interactor",
            "checker-protocol",
        ],
    ),
    ("what tasks are given", &["dir", "env", "scratch", "task-env", "arg", "allow-args", "allow-env"]),
    (
        "what is written, where, and how safely",
        &[
            "output",
            "append",
            "output-dir",
            "emit",
            "output-format",
            "collect",
            "run-dir",
            "sync",
            "keep-events",
            "log-file",
            "log-format",
            "log-dir",
            "log-dir-tasks",
            "events",
            "metrics",
            "traces",
            "traces-sample",
        ],
    ),
    // A small cache throws out what other runs keep.
    ("how and where code is made", &["cache-dir", "no-cache", "cache-size", "optimize"]),
    // The default of --max-worker-memory follows --memory, so there is nothing fixed to hold it
    // against.
    (
        "the walls around tasks, and when a worker is replaced",
        &[
            "sandbox",
            "limit-speculation",
            "no-answer-ring",
            "isolation",
            "reuse",
            "max-tasks-per-worker",
            "max-worker-memory",
        ],
    ),
    // The default follows the memory of the machine, and with little of it modules are opened again
    // and again.
    ("what modules may take", &["module-memory"]),
    // With --crash-limit 0 an innocent task may be charged for its worker.
    (
        "what is tried again, and what counts as failed",
        &[
            "retries",
            "retry-on",
            "retry-delay",
            "retry-backoff",
            "retry-max-delay",
            "retry-jitter",
            "escalate",
            "no-confirm-timeouts",
            "crash-limit",
            "accept-fail",
            "stopped-exit",
        ],
    ),
    // Less for one group may be more for another.
    (
        "what groups of tasks may have",
        &["groups", "group-tasks", "group-fuel", "group-cpu", "group-max-fail"],
    ),
    ("which program is run", &["on-fail-rate"]),
    ("what is told of failures", &["log-level", "quiet", "success-output", "failure-output"]),
];

#[test]
fn every_flag_has_a_place_in_one_list() {
    let refused = REFUSED.iter().flat_map(|(_, names)| names.iter().copied());
    let tightening = TIGHTENING.iter().map(|(name, _)| *name);
    let mut listed: Vec<&str> = refused.chain(tightening).chain(AS_THEY_ARE).collect();
    listed.sort_unstable();
    let keys = keys();
    let mut settings: Vec<&str> =
        keys.iter().filter(|key| key.is_setting).map(|key| key.name.as_str()).collect();
    settings.sort_unstable();
    assert_eq!(
        listed, settings,
        "decide of each setting whether a polymer.toml that nobody named may set it as it is, where it tightens, or not at all"
    );
}

/// Something else of what is allowed would lose its place to what clashes with it, or need what is
/// not.
#[test]
fn what_is_allowed_stands_alone() {
    let keys = keys();
    for name in AS_THEY_ARE.into_iter().chain(TIGHTENING.map(|(name, _)| name)) {
        assert!(SettingKey::named(&keys, name).unwrap().clashes.is_empty(), "{name}");
        let tightest = if name == "keep-order" {
            "true"
        } else if name == "color" {
            "\"never\""
        } else if name == "show-progress" {
            "\"none\""
        } else if name.contains("time") || name == "log-interval" {
            "\"1s\""
        } else if name == "stack" {
            "\"64KiB\""
        } else {
            "1"
        };
        let (_, settings) = Here::new(&[], &format!("[profile.default]\n{name} = {tightest}")).run("a.wasm");
        assert_eq!(
            settings.get(name).unwrap().origin().rsplit('/').next(),
            Some("polymer.toml [profile.default]"),
            "{name}"
        );
    }
}

#[test]
fn what_is_refused_is_named_with_its_line_and_what_to_do() {
    let keys = keys();
    for name in REFUSED.iter().flat_map(|(_, names)| names.iter().copied()) {
        let value = if SettingKey::named(&keys, name).unwrap().kind == SettingKind::Switch {
            "true"
        } else {
            "\"off\""
        };
        let here = Here::new(&[], &format!("[profile.default]\n{name} = {value}\n[profile.x]\nfuel = 1"));
        let says =
            ["polymer.toml, line 2: [profile.default] may not set", &format!("`{name}`"), "-P", "--config"];
        here.check_wrong("a.wasm", &says);
        here.check_wrong("a.wasm -P x", &says);
    }
    let here = Here::new(&[], "[profile.default]\ntask-env = true");
    here.check_wrong("a.wasm --task-env", &["may not set `task-env`"]);
    assert!(here.run("a.wasm -P default").0.grants.task_env);
}

/// What holds without the file, what it says that tightens, and what it says that does not.
const VALUES: [(&str, &[&str], &[&str]); 16] = [
    ("timeout", &["60s", "1ms"], &["61s", "1h"]),
    ("cpu-timeout", &["1s", "24h"], &[]),
    ("fuel", &["30G", "1"], &["30000000001", "1T", "off"]),
    ("memory", &["256MiB", "64MiB"], &["257MiB", "4GiB"]),
    ("stack", &["512KiB", "64KiB"], &["513KiB", "64MiB"]),
    ("input-limit", &["16MiB", "1"], &["17MiB"]),
    ("output-limit", &["16MiB", "1"], &["17MiB"]),
    ("file-limit", &["1GiB", "1"], &["2GiB"]),
    ("log-limit", &["64KiB", "1"], &["65KiB"]),
    ("module-limit", &["64MiB", "1"], &["65MiB"]),
    ("compile-timeout", &["120s", "1s"], &["121s"]),
    ("compile-memory", &["1GiB", "64MiB"], &["2GiB"]),
    ("max-fail", &["1", "5%", "1000000"], &[]),
    ("global-timeout", &["1s", "24h"], &[]),
    ("log-interval", &["10s", "1s", "1h", "auto"], &["999ms", "1ns"]),
    ("workers", &["1", "8", "100%", "50%", "-2"], &["4096"]),
];

#[test]
fn a_limit_is_taken_where_it_tightens() {
    for ((name, fine, more), (listed, _)) in VALUES.iter().zip(TIGHTENING) {
        assert_eq!(*name, listed);
        let here = |value: &str| Here::new(&[], &format!("[profile.default]\n\n{name} = \"{value}\""));
        for value in *fine {
            check(&here(value).run("a.wasm").1, name, value, "polymer.toml [profile.default]");
        }
        for value in *more {
            let what = format!("[profile.default] may not set `{name}` to {value}, where ");
            here(value).check_wrong("a.wasm", &["polymer.toml, line 3: ", &what, " applies otherwise", "-P"]);
            assert!(here(value).resolve("polymer run a.wasm -P default").is_ok());
        }
    }
}

#[test]
fn what_holds_without_the_file_is_what_else_is_said() {
    let here = Here::new(&[], "[profile.default]\nmemory = \"1GiB\"\nmax-fail = 5\nglobal-timeout = \"2h\"");
    here.check_wrong("a.wasm", &["may not set `memory` to 1GiB, where 256MiB applies otherwise"]);
    // What is typed puts it out of force.
    assert_eq!(here.run("a.wasm --memory 2GiB").0.limits.memory, 2 << 30);
    let own = |text: &str| here.own(&format!("[profile.default]\n{text}"));
    own("memory = \"2GiB\"");
    assert_eq!(here.run("a.wasm").0.limits.memory, 1 << 30);
    own("memory = \"2GiB\"\nmax-fail = 4");
    here.check_wrong("a.wasm", &["may not set `max-fail` to 5, where 4 applies"]);
    own("memory = \"2GiB\"\nmax-fail = \"50%\"");
    here.check_wrong("a.wasm", &["may not set `max-fail` to 5, where 50% applies"]);
    own("memory = \"2GiB\"\nmax-fail = 6\nglobal-timeout = \"1h\"");
    here.check_wrong("a.wasm", &["may not set `global-timeout` to 2h, where 1h applies"]);
    own("memory = \"2GiB\"\nmax-fail = 6\nglobal-timeout = \"3h\"");
    check(&here.run("a.wasm").1, "global-timeout", "2h", "polymer.toml [profile.default]");
}
