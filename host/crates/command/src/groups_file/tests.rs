//! Files of groups as they are read, and what is said of those that are wrong.

use super::*;
use polymer_host_sched::MaxFail;
use std::num::NonZeroU32;
use std::time::Duration;

const EXAMPLE: &str = r#"version = 1

[default]
tasks = 4
budget = { fuel = "10G", cpu = "60s" }

[groups.ann]
weight = 3
max_fail = "5%"
limits = { timeout = "1s", memory = "64MiB" }

[groups."b c"]
max_fail = 3
[groups."b c".limits]
fuel = 1000
"#;

fn parse(text: &str) -> Result<GroupTerms, GroupsFileError> {
    GroupTerms::parse(Path::new("groups.toml"), text, &GroupArgs::default(), &Limits::default())
}

fn wrong(text: &str) -> (String, Option<String>) {
    let error = parse(text).unwrap_err();
    (error.to_string(), error.hint())
}

#[test]
fn a_file_says_what_each_group_may_have() {
    let terms = parse(EXAMPLE).unwrap();
    let default = GroupPolicy {
        tasks: NonZeroU32::new(4),
        fuel: Some(10_000_000_000),
        cpu: Some(Duration::from_secs(60)),
        ..GroupPolicy::default()
    };
    assert_eq!(terms.policies.of("nobody"), default);
    let ann = GroupPolicy {
        weight: GroupWeight::new(3).unwrap(),
        max_fail: Some(MaxFail::Share("5%".parse().unwrap())),
        ..default
    };
    assert_eq!(terms.policies.of("ann"), ann, "what it does not say is as in [default]");
    assert_eq!(terms.policies.of("b c").max_fail, Some(MaxFail::Tasks(3)));
    let limits = Limits::default().with_timeout(Duration::from_secs(1)).with_memory(64 << 20);
    assert_eq!(terms.limits.of(Some("ann")), Some(limits));
    assert_eq!(terms.limits.of(Some("b c")), Some(Limits::default().with_fuel(1000)));
    assert_eq!((terms.limits.of(Some("nobody")), terms.limits.of(None)), (None, None));
}

#[test]
fn a_group_has_what_the_default_says_unless_it_says_otherwise_wherever_that_stands() {
    let text = "[groups.a.limits]\nfuel = 2000\n[groups.b]\nbudget = { cpu = 9 }\n\
                [default]\nbudget = { fuel = 7, cpu = 8 }\nlimits = { fuel = 1000, log = 5 }\n";
    let terms = parse(text).unwrap();
    let limits = Limits::default().with_log(5);
    assert_eq!(terms.limits.of(Some("a")), Some(limits.with_fuel(2000)), "wider than the default's");
    assert_eq!(terms.limits.of(Some("b")), Some(limits.with_fuel(1000)));
    let policy = |name: &str| terms.policies.of(name);
    assert_eq!((policy("a").fuel, policy("a").cpu), (Some(7), Some(Duration::from_secs(8))));
    assert_eq!((policy("b").fuel, policy("b").cpu), (Some(7), Some(Duration::from_secs(9))));
}

#[test]
fn an_empty_file_says_nothing() {
    assert_eq!(parse("").unwrap(), GroupTerms::default());
    let terms = parse("[default.limits]\nlog = 7").unwrap();
    assert_eq!(terms.limits.of(Some("any")), Some(Limits::default().with_log(7)));
    assert_eq!(terms.limits.of(None), None, "tasks without a group have the run's");
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_what_may_be_meant() {
    for (text, says, hint) in [
        ("[groups.a]\nwieght = 2", "groups.toml, line 2: [groups.a]: unknown key `wieght`", "`weight`"),
        ("[group.a]\n", "line 1: unknown key `group`", "`groups`"),
        ("\n[default]\nspeed = 1", "line 3: [default]: unknown key `speed`", "weight, tasks, budget"),
        ("[default]\nbudget = { wall = 1 }", "[default.budget]: unknown key `wall`", "fuel, cpu"),
        ("[default.limits]\nmemroy = 1", "[default.limits]: unknown key `memroy`", "`memory`"),
        (
            "[default.limits]\nmemory = \"1GiB\"",
            "line 1: [default]: limits: a memory of 1 GiB is more than the run allows (256 MiB)",
            "--memory 1GiB would allow it",
        ),
    ] {
        let (error, told) = wrong(text);
        assert!(error.contains(says), "{error}");
        assert!(told.as_ref().is_some_and(|told| told.contains(hint)), "{told:?}");
    }
}

#[test]
fn values_out_of_their_range_are_told() {
    for (text, says) in [
        ("[default]\nweight = 0", "`weight`: a weight is a whole number from 1 to 1000"),
        ("[default]\nweight = 1001", "`weight`: a weight is"),
        ("[default]\nweight = 1.5", "`1.5` is no whole number"),
        ("[default]\nweight = []", "`weight` must be a text or a number, not a list"),
        ("[default]\ntasks = 0", "`tasks`: it is a number of tasks from 1"),
        ("[default]\ntasks = -1", "`-1` is no whole number"),
        ("[default]\nmax_fail = 0", "`max_fail`: write a number of tasks"),
        ("[default]\nmax_fail = \"101%\"", "`max_fail`: write a percentage"),
        ("[default]\nbudget = 5", "`budget` must be a table, not a text or a number"),
        ("[default.budget]\nfuel = \"5MB\"", "[default.budget]: `fuel`: "),
        ("[default.budget]\ncpu = \"soon\"", "[default.budget]: `cpu`: "),
        ("[default.limits]\noutput = \"2GiB\"", "`output`: it is too large"),
        ("groups = 1", "line 1: `groups` must be a table"),
        ("[groups]\na = true", "[groups]: `a` must be a table, not true or false"),
        ("[default]\nweight = ", "groups.toml, line 2: "),
        ("version = 2", "the file has version 2"),
    ] {
        let (error, _) = wrong(text);
        assert!(error.contains(says), "{text}: {error}");
    }
}

#[test]
fn flags_stand_over_the_default_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("groups.toml");
    std::fs::write(&path, EXAMPLE).unwrap();
    let args = GroupArgs {
        groups: Some(path),
        group_tasks: NonZeroU32::new(9),
        group_max_fail: Some(MaxFail::Tasks(1)),
        ..GroupArgs::default()
    };
    let GroupTerms { policies, .. } = GroupTerms::read(&args, &Limits::default()).unwrap();
    let GroupPolicy { tasks, fuel, max_fail, .. } = policies.default;
    assert_eq!((tasks, fuel), (NonZeroU32::new(9), Some(10_000_000_000)));
    assert_eq!(max_fail, Some(MaxFail::Tasks(1)));
    assert_eq!(policies.of("ann").tasks, NonZeroU32::new(9), "its table does not say");
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let args = GroupArgs { groups: Some("/nowhere/groups.toml".into()), ..GroupArgs::default() };
    let error = GroupTerms::read(&args, &Limits::default()).unwrap_err();
    assert!(matches!(error, GroupsFileError::File(ConfigError::Unreadable(_))), "{error}");
    assert!(error.to_string().contains("/nowhere/groups.toml"), "{error}");
}
