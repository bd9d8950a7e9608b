//! Settings from a `polymer.toml` and from variables: which counts, what is refused, and what a dry run prints.

use super::support::{Ended, Start, TempFolder, wat};
use std::collections::BTreeMap;

/// `polymer run` with these flags in a folder that has this `polymer.toml`.
fn within(folder: &TempFolder, file: &str, flags: &str) -> Start {
    folder.file("polymer.toml", file);
    Start::polymer(&format!("run {flags}")).within(folder.path())
}

/// That a run in such a folder is a usage error that says all this, and no run.
#[track_caller]
fn check_wrong(file: &str, flags: &str, says: &[&str]) {
    let folder = TempFolder::new();
    let ended = within(&folder, file, &format!("{} {flags}", wat("silent"))).run("a\n").check(2);
    assert_eq!(ended.stdout, "");
    for part in says {
        ended.check_says(part);
    }
}

/// What a dry run printed: the value of each setting, and where it comes from.
fn plan(ended: &Ended) -> BTreeMap<&str, (&str, &str)> {
    let lines = ended.stdout.lines().filter(|line| !line.starts_with('#'));
    let parts = lines.filter_map(|line| line.split_once(" = "));
    let parts = parts.map(|(name, rest)| (name.trim(), rest.rsplit_once(" # ").unwrap()));
    parts.map(|(name, (value, origin))| (name, (value.trim(), origin))).collect()
}

#[test]
fn a_flag_counts_before_a_variable_and_that_before_a_file() {
    let file = "[profile.default]\nworkers = 2\n";
    let folder = TempFolder::new();
    let start = |flags: &str| within(&folder, file, &format!("{} {flags}", wat("silent")));
    start("").run("a\n").check(0).check_says("; 2 workers ");
    start("").env("POLYMER_WORKERS", "3").run("a\n").check(0).check_says("; 3 workers ");
    start("-j 4").env("POLYMER_WORKERS", "3").run("a\n").check(0).check_says("; 4 workers ");
}

#[test]
fn a_profile_that_is_named_stands_over_the_default_one() {
    let file =
        "[profile.default]\nworkers = 2\nkeep-order = true\n[profile.more]\nworkers = 3\narg = [\"x\"]\n";
    let folder = TempFolder::new();
    let start = |flags: &str| within(&folder, file, &format!("{} {flags}", wat("silent")));
    start("-P more").run("a\n").check(0).check_says("; 3 workers ");
    let ended = start("-P more --dry-run").env("POLYMER_FUEL", "1G").run("").check(0);
    let plan = plan(&ended);
    assert_eq!(plan["workers"], ("3", "polymer.toml [profile.more]"));
    assert_eq!(plan["keep-order"], ("true", "polymer.toml [profile.default]"));
    assert_eq!(plan["arg"], ("[\"x\"]", "polymer.toml [profile.more]"));
    assert_eq!(plan["fuel"], ("\"1G\"", "POLYMER_FUEL"));
    assert_eq!(plan["timeout"], ("\"60s\"", "default"));
    assert!(!plan.contains_key("dry-run") && !plan.contains_key("max-fail"), "{plan:?}");
    check_wrong(file, "-P none", &["polymer.toml has no profile `none`; it has: default, more"]);
}

#[test]
fn what_is_not_known_is_an_error_that_names_it() {
    let unknown = "polymer.toml, line 2: [profile.x]: unknown key `timeuot`; is `timeout` meant?";
    check_wrong("[profile.x]\ntimeuot = \"1s\"\n", "", &[unknown]);
    check_wrong("fuel = 1\n", "", &["polymer.toml, line 1: unknown `fuel`"]);
    check_wrong("[profile.x\n", "", &["polymer.toml, line 1: "]);
    let folder = TempFolder::new();
    let start = within(&folder, "", &wat("silent")).env("POLYMER_TIMEUOT", "1s");
    start.run("a\n").check(2).check_says("unknown variable POLYMER_TIMEUOT; is `POLYMER_TIMEOUT` meant?");
}

#[test]
fn a_bad_value_names_where_it_stands() {
    let file = "[profile.default]\nmemory = \"5MB\"\n";
    check_wrong(file, "", &["`memory` in polymer.toml [profile.default], line 2: ", "unknown unit `MB`"]);
    let folder = TempFolder::new();
    let start = within(&folder, file, &wat("silent")).env("POLYMER_MEMORY", "6MB");
    start.run("a\n").check(2).check_says("error: POLYMER_MEMORY: invalid value '6MB'");
    within(&folder, file, &format!("{} --memory 1MiB", wat("silent"))).run("a\n").check(0);
}

#[test]
fn a_file_that_nobody_named_grants_nothing() {
    let file = "[profile.default]\nsandbox = \"off\"\n";
    check_wrong(file, "", &["[profile.default] may not set `sandbox`", "name that with -P", "with --config"]);
    let folder = TempFolder::new();
    let start = |flags: &str| within(&folder, file, &format!("{} {flags}", wat("silent")));
    start("-P default").run("a\n").check(0);
    start("--config polymer.toml").run("a\n").check(0);
}

#[test]
fn what_a_dry_run_prints_is_the_same_plan_again() {
    let folder = TempFolder::new();
    let flags = "--fuel 2G -j -2 --keep-order --env A=\"1\\ --arg -x --retries 3 --no-cache --dry-run";
    let first = within(&folder, "", &format!("{} {flags}", wat("silent"))).run("").check(0);
    let file = format!("[profile.again]\n{}", first.stdout);
    let again = within(&folder, &file, &format!("{} -P again --dry-run", wat("silent"))).run("").check(0);
    let values = |ended: &Ended| -> Vec<(String, String)> {
        plan(ended).iter().map(|(name, (value, _))| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    assert_eq!(values(&first), values(&again));
    assert!(plan(&again).values().all(|(_, origin)| *origin == "polymer.toml [profile.again]"));
    assert_eq!(plan(&again)["env"].0, "[\"A=\\\"1\\\\\"]");
}

#[test]
fn a_dry_run_runs_nothing_and_says_what_is_missing() {
    let folder = TempFolder::new();
    let flags = format!("{} -o out --log-file log --dry-run", wat("silent"));
    let ended = within(&folder, "", &flags).run("a\n").check(0);
    assert_eq!(ended.stderr, "");
    for name in ["out", "log"] {
        assert!(!folder.path().join(name).exists(), "{name} was written");
    }
    within(&folder, "", "none.wasm --dry-run").run("").check(96).check_says("none.wasm");
    within(&folder, "", &format!("{} --input none --dry-run", wat("silent")))
        .run("")
        .check(96)
        .check_says("cannot read none");
}
