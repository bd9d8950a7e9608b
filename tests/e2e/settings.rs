//! Settings from a `polymer.toml` and from variables: which counts, what is refused, and what a dry
//! run prints.

use super::support::{Ended, Start, TempFolder, wat};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;

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
    let start = within(&folder, "", &wat("silent")).env("POLYMER_DRY_RUN", "1");
    start
        .run("a\n")
        .check(2)
        .check_says("unknown variable POLYMER_DRY_RUN: --dry-run is for the command line alone");
}

#[test]
fn a_bad_value_names_where_it_stands() {
    let file = "[profile.default]\nmemory = \"5XB\"\n";
    check_wrong(file, "", &["`memory` in polymer.toml [profile.default], line 2: ", "unknown unit `XB`"]);
    let folder = TempFolder::new();
    let start = within(&folder, file, &wat("silent")).env("POLYMER_MEMORY", "6XB");
    start.run("a\n").check(2).check_says("error: POLYMER_MEMORY: invalid value '6XB'");
    within(&folder, file, &format!("{} --memory 1MiB", wat("silent"))).run("a\n").check(0);
}

#[test]
fn a_file_that_nobody_named_grants_nothing() {
    let refused = [
        "sandbox = \"off\"",
        "input-format = \"file\"",
        "invoke = \"f\"",
        "task = \"other\"",
        "no-validate = true",
        "on-duplicate = \"first\"",
        "log-level = \"off\"",
        "failure-output = \"never\"",
        "retries = 2",
        "no-cache = true",
    ];
    for line in refused {
        let may_not = format!(
            "polymer.toml, line 2: [profile.default] may not set `{}`",
            line.split(' ').next().unwrap()
        );
        check_wrong(
            &format!("[profile.default]\n{line}\n"),
            "",
            &[&may_not, "name that with -P", "with --config"],
        );
    }
    let file = "[profile.default]\nsandbox = \"off\"\n";
    let folder = TempFolder::new();
    let start = |flags: &str| within(&folder, file, &format!("{} {flags}", wat("silent")));
    start("-P default").run("a\n").check(0);
    start("--config polymer.toml").run("a\n").check(0);
}

#[test]
fn a_file_that_nobody_named_tightens_limits_only() {
    let file = "[profile.default]\nmemory = \"4GiB\"\n";
    let why = "[profile.default] may not set `memory` to 4GiB, where 256MiB applies otherwise";
    check_wrong(file, "", &["polymer.toml, line 2: ", why, "name that with -P", "with --config"]);
    check_wrong(
        "[profile.default]\nworkers = 4000\n",
        "",
        &["may not set `workers` to 4000, where 100% applies"],
    );
    let folder = TempFolder::new();
    let start = |file: &str, flags: &str| within(&folder, file, &format!("{} {flags}", wat("silent")));
    start(file, "-P default").run("a\n").check(0);
    let tight =
        "[profile.default]\nmemory = \"64MiB\"\nmax-fail = 1\nkeep-order = true\nlog-interval = \"1m\"\n";
    start(tight, "").run("a\n").check(0);
    // A record may then ask for no more than that.
    let record =
        format!("{{\"module\":{:?},\"input\":1,\"limits\":{{\"memory\":\"65MiB\"}}}}\n", wat("silent"));
    let ended = within(&folder, tight, "--tasks -").run(record);
    ended.records()[0].check("policy_denied", "limit");
}

/// `polymer run` in an empty folder, by a user who has this file of settings.
fn with_own(home: &TempFolder, file: &str, flags: &str) -> Start {
    let folder = home.path().join(".config/polymer");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::create_dir_all(home.path().join("empty")).unwrap();
    std::fs::write(folder.join("config.toml"), file).unwrap();
    std::fs::set_permissions(folder.join("config.toml"), PermissionsExt::from_mode(0o600)).unwrap();
    let start = Start::polymer(&format!("run {} {flags}", wat("silent")));
    start.env("HOME", home.path()).within(&home.path().join("empty"))
}

#[test]
fn the_users_own_file_is_trusted_and_counts_last() {
    let home = TempFolder::new();
    let file =
        "[profile.default]\nworkers = 3\nretries = 2\nmemory = \"512MiB\"\n[profile.mine]\nworkers = 4\n";
    with_own(&home, file, "--no-cache").run("a\n").check(0).check_says("; 3 workers ");
    with_own(&home, file, "--no-cache -P mine").run("a\n").check(0).check_says("; 4 workers ");
    with_own(&home, file, "--no-cache -j 1").run("a\n").check(0).check_says("; 1 worker ");
    let here = TempFolder::new();
    here.file("polymer.toml", "[profile.default]\nworkers = 2\nmemory = \"500MiB\"\n");
    let ended =
        with_own(&home, file, "--dry-run").within(here.path()).env("POLYMER_FUEL", "1G").run("").check(0);
    let own = format!("{}/.config/polymer/config.toml [profile.default]", home.path().display());
    let plan = plan(&ended);
    assert_eq!(plan["workers"], ("2", "polymer.toml [profile.default]"));
    assert_eq!(plan["memory"], ("\"500MiB\"", "polymer.toml [profile.default]"));
    assert_eq!(plan["retries"], ("2", own.as_str()));
    assert_eq!(plan["fuel"], ("\"1G\"", "POLYMER_FUEL"));
}

#[test]
fn a_file_of_the_users_that_others_may_write_to_is_refused() {
    let home = TempFolder::new();
    let start = |flags: &str| {
        let start = with_own(&home, "[profile.default]\nworkers = 3\n", flags);
        let file = home.path().join(".config/polymer/config.toml");
        std::fs::set_permissions(file, PermissionsExt::from_mode(0o666)).unwrap();
        start
    };
    start("")
        .run("a\n")
        .check(2)
        .check_says("config.toml: others may write to it (its mode is 666): `chmod go-w` closes it");
    start("--no-config --no-cache").run("a\n").check(0);
}

#[test]
fn variables_of_others_end_no_run() {
    let foreign = [
        "POLYMER_PORT",
        "POLYMER_PORT_8080_TCP",
        "POLYMER_PORT_8080_TCP_ADDR",
        "POLYMER_PORT_8080_TCP_PORT",
        "POLYMER_PORT_8080_TCP_PROTO",
        "POLYMER_SERVICE_HOST",
        "POLYMER_SERVICE_PORT",
        "POLYMER_SERVICE_PORT_HTTP",
        "POLYMER_VERSION",
    ];
    let start = || Start::polymer(&format!("run {}", wat("silent")));
    let with =
        |names: &[&str]| names.iter().fold(start(), |start, name| start.env(name, "tcp://10.0.0.1:8080"));
    let ended = with(&foreign).env("POLYMER_WORKERS", "3").run("a\n").check(0);
    ended.check_says("; 3 workers ");
    assert!(!ended.stderr.contains("warn"), "{}", ended.stderr);
    let ended = with(&["POLYMER_TOKEN", "POLYMER_IMAGE", "POLYMER_PORT"]).run("a\n").check(0);
    ended
        .check_says("warn: variables ignored because no flag has their name: POLYMER_IMAGE, POLYMER_TOKEN\n");
    assert_eq!(ended.stderr.matches("warn").count(), 1, "{}", ended.stderr);
}

#[test]
fn with_no_config_no_file_and_no_variable_counts() {
    let folder = TempFolder::new();
    let start = |flags: &str| {
        let start = within(&folder, "nonsense", &format!("{} {flags}", wat("silent")));
        let start =
            start.env("POLYMER_WORKERS", "none").env("POLYMER_CONFIG", "none").env("POLYMER_PROFILE", "none");
        start.env("POLYMER_FULE", "1").env("HOME", folder.path())
    };
    let own = folder.path().join(".config/polymer");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("config.toml"), "nonsense").unwrap();
    let ended = start("--no-config --dry-run").run("").check(0);
    assert_eq!(ended.stderr, "");
    assert!(
        plan(&ended).values().all(|(_, origin)| ["default", "flag"].contains(origin)),
        "{}",
        ended.stdout
    );
    start("--no-config --no-cache").run("a\n").check(0);
    start("--no-config -P x").run("").check(2).check_says("cannot be used with");
    start("--no-config --config f").run("").check(2).check_says("cannot be used with");
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
