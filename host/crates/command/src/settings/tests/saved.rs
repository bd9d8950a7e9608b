//! The settings that a run was begun with: kept in its folder, and given again when it goes on.

use super::super::super::open_run_dir::MEANING;
use super::*;

fn saved(pairs: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
    let owned = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
    pairs.iter().map(|(name, values)| ((*name).to_owned(), owned(values))).collect()
}

fn over(flags: &str, saved: &BTreeMap<String, Vec<String>>) -> Result<(RunArgs, RunSettings), SavedError> {
    over_saved(flags.split_whitespace().map(OsString::from), saved)
}

#[test]
fn what_was_saved_gives_the_same_again() {
    let here = Here::new(&[("POLYMER_FUEL", "2G")], "[profile.x]\narg = [\"-a\", \"\"]\nkeep-order = true");
    let (_, settings) = here.run("a.wasm -P x -j -2 --env A=1 --env B=2 -- --fuel -- z");
    let saved = settings.to_saved().unwrap();
    assert!(!saved.contains_key("profile"));
    let (args, again) = over("", &saved).unwrap();
    assert_eq!(again.to_saved().unwrap(), saved);
    assert_eq!(args.grants.grants().unwrap().args, ["-a", "", "--fuel", "--", "z"]);
    assert!(again.iter().all(|setting| setting.source == SettingSource::Saved));
    let (args, again) = over("--fuel 5 --no-cache", &saved).unwrap();
    assert_eq!((args.limits.fuel.0, args.caching.no_cache, args.output.keep_order), (Some(5), true, true));
    check(&again, "fuel", "5", "flag");
}

#[test]
fn what_was_saved_is_checked() {
    let error = |flags: &str, pairs: &[(&str, &[&str])]| over(flags, &saved(pairs)).unwrap_err();
    let module: (&str, &[&str]) = ("module", &["a"]);
    assert_eq!(error("", &[module, ("speed", &["1"])]), SavedError::Unknown { name: "speed".to_owned() });
    assert_eq!(error("", &[("dry-run", &["true"])]), SavedError::Unknown { name: "dry-run".to_owned() });
    let value = error("", &[module, ("fuel", &["5MB"])]);
    assert!(
        matches!(&value, SavedError::Value { name, message } if name == "fuel" && message.contains("5MB")),
        "{value}"
    );
    let twice = error("", &[module, ("fuel", &["1", "2"])]);
    assert!(matches!(&twice, SavedError::Value { name, .. } if name == "fuel"), "{twice}");
    for flags in ["--fuel 5MB", "--fule 1", "-P x", "--config f", "--no-config"] {
        assert!(
            matches!(error(flags, &[module]), SavedError::Usage(NoStart { asked_for: false, .. })),
            "{flags}"
        );
    }
    assert!(matches!(error("", &[]), SavedError::Usage(_)));
    assert!(matches!(error("--help", &[module]), SavedError::Usage(NoStart { asked_for: true, .. })));
}

#[test]
fn a_value_that_is_no_text_is_used_and_cannot_be_saved() {
    use std::os::unix::ffi::OsStringExt;
    let here = Here::new(&[], "");
    let argv = ["polymer".into(), "run".into(), OsString::from_vec(b"\xff.wasm".to_vec())];
    let ResolvedArgs { cli, settings, .. } =
        resolve_in(argv.clone(), Vec::new(), here.folder.path()).unwrap();
    let CliCommand::Run(args) = cli.action else { panic!() };
    assert_eq!(args.module.as_deref(), Some(Path::new(&argv[2])));
    let error = settings.unwrap().to_saved().unwrap_err();
    assert_eq!(error.name, "module");
}

#[test]
fn a_saved_default_clashes_with_nothing() {
    for flags in ["--task-env", "--invoke a:b/c.d", "--scratch 1MiB"] {
        let (_, settings) = Here::new(&[], "").run(&format!("a.wasm {flags}"));
        let saved = settings.to_saved().unwrap();
        assert_eq!(saved["reuse"], ["1"]);
        let (args, again) = over("", &saved).unwrap();
        assert_eq!((args.workers.reuse, again.to_saved().unwrap()), (1, saved), "{flags}");
    }
}

/// Settings of a run that may be others when it goes on, and why.
const FREE: [(&str, &[&str]); 8] = [
    ("modules are held against those of the run one by one", &["module"]),
    (
        "an input may have grown, and its lines are known by what they ask",
        &["tasks", "base", "input", "expect", "skip-done"],
    ),
    (
        "a task that another checker or interactor judges has another content, and is run again",
        &["checker", "interactor"],
    ),
    (
        "where and how records are written",
        &["output", "append", "output-dir", "keep-order", "emit", "run-dir", "sync", "keep-events"],
    ),
    (
        "what the machine is given to do, and no task sees",
        &[
            "workers",
            "isolation",
            "reuse",
            "max-tasks-per-worker",
            "no-answer-ring",
            "max-worker-memory",
            "module-limit",
            "module-memory",
            "compile-timeout",
            "compile-memory",
            "cache-dir",
            "no-cache",
            "cache-size",
        ],
    ),
    (
        "what is tried again, and what ends a run",
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
            "max-fail",
            "accept-fail",
            "global-timeout",
            "stopped-exit",
            "group-tasks",
            "group-fuel",
            "group-cpu",
            "group-max-fail",
        ],
    ),
    (
        "what people are told",
        &[
            "log-interval",
            "log-file",
            "log-format",
            "log-dir",
            "log-dir-tasks",
            "log-level",
            "success-output",
            "failure-output",
        ],
    ),
    (
        "said once, and never kept",
        &["quiet", "color", "events", "metrics", "on-fail-rate", "traces", "traces-sample", "show-progress"],
    ),
];

#[test]
fn of_every_setting_it_is_decided_whether_a_run_may_go_on_with_another() {
    let known = RunFlags::of_run();
    let mut settings: Vec<&str> =
        known.keys.iter().filter(|key| key.is_setting).map(|key| key.name.as_str()).collect();
    let positional = known.keys.iter().filter(|key| !key.is_setting).map(|key| key.name.as_str());
    settings.extend(positional.filter(|name| ["module", "more-args"].contains(name)));
    settings.sort_unstable();
    let free = FREE.iter().flat_map(|(_, names)| names.iter().copied());
    let mut decided: Vec<&str> = free.chain(MEANING).collect();
    decided.sort_unstable();
    assert_eq!(decided, settings, "decide whether it says what tasks are and may do (`MEANING`), or is free");
}
