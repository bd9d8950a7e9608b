//! Command lines, variables and files in; arguments out, and where each came from.

mod amounts;
mod exec;
mod found;
mod own;
mod saved;

use super::*;
use polymer_host_config::FILE;
use polymer_host_task::Limits;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

/// A folder with a `polymer.toml`, variables, and what becomes of command lines there.
struct Here {
    folder: tempfile::TempDir,
    variables: Vec<(OsString, OsString)>,
}

impl Here {
    fn new(variables: &[(&str, &str)], file: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if !file.is_empty() {
            std::fs::write(folder.path().join(FILE), file).unwrap();
        }
        let home = [(OsString::from("HOME"), folder.path().join("home").into_os_string())];
        let given = variables.iter().map(|(name, value)| (name.into(), value.into()));
        Self { variables: home.into_iter().chain(given).collect(), folder }
    }

    fn resolve(&self, line: &str) -> Result<(Cli, Option<RunSettings>), NoStart> {
        self.resolve_all(line).map(|ResolvedArgs { cli, settings, .. }| (cli, settings))
    }

    fn resolve_all(&self, line: &str) -> Result<ResolvedArgs, NoStart> {
        let argv = line.split_whitespace().map(OsString::from);
        resolve_in(argv, self.variables.clone(), self.folder.path())
    }

    #[track_caller]
    fn run(&self, flags: &str) -> (RunArgs, RunSettings) {
        match self.resolve(&format!("polymer run {flags}")) {
            Ok((Cli { action: CliCommand::Run(args), .. }, Some(settings))) => (*args, settings),
            other => panic!("{other:?}"),
        }
    }

    /// Gives the user a file of their own.
    fn own(&self, text: &str) -> PathBuf {
        let folder = self.folder.path().join("home/.config/polymer");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("config.toml");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        path
    }

    /// That there is a usage error, which says all this.
    #[track_caller]
    fn check_wrong(&self, flags: &str, says: &[&str]) {
        let error = self.resolve(&format!("polymer run {flags}")).unwrap_err();
        assert!(!error.asked_for && error.text.starts_with("error: "), "{}", error.text);
        for part in says {
            assert!(error.text.contains(part), "`{part}` is not in {}", error.text);
        }
    }
}

/// The values of a setting and where they come from, without the folder.
#[track_caller]
fn origin(settings: &RunSettings, name: &str) -> (String, String) {
    let setting = settings.get(name).unwrap_or_else(|| panic!("{name} is not set"));
    let source = setting.origin();
    let source = source.split('/').next_back().unwrap_or_default().to_owned();
    (setting.values.join(" "), source)
}

#[track_caller]
fn check(settings: &RunSettings, name: &str, values: &str, source: &str) {
    assert_eq!(origin(settings, name), (values.to_owned(), source.to_owned()), "{name}");
}

#[test]
fn a_flag_counts_before_a_variable_and_that_before_a_file() {
    let file = "[profile.default]\nfuel = \"1G\"\nmemory = \"1MiB\"\nworkers = 4\nlog-limit = 2\n";
    let here = Here::new(&[("POLYMER_FUEL", "2G"), ("POLYMER_MEMORY", "2MiB"), ("OTHER", "x")], file);
    let (args, settings) = here.run("a.wasm --fuel 3G");
    assert_eq!(
        (args.limits.fuel.0, args.limits.memory, args.limits.log_limit),
        (Some(3_000_000_000), 2 << 20, 2)
    );
    check(&settings, "fuel", "3G", "flag");
    check(&settings, "memory", "2MiB", "POLYMER_MEMORY");
    check(&settings, "workers", "4", "polymer.toml [profile.default]");
    check(&settings, "timeout", "60s", "default");
    check(&settings, "module", "a.wasm", "flag");
    check(&settings, "keep-order", "false", "default");
    assert_eq!(settings.get("max-fail"), None);
}

#[test]
fn nothing_is_set_where_nobody_says_anything() {
    let (args, settings) = Here::new(&[], "").run("a.wasm");
    assert_eq!(args.limits(), Limits::default());
    assert!(
        settings.iter().all(|setting| setting.name == "module" || setting.source == SettingSource::Default)
    );
}

#[test]
fn settings_stand_in_the_order_of_help() {
    let (_, settings) = Here::new(&[], "").run("a.wasm --timeout 1s --input i -- x y");
    let names: Vec<_> = settings.iter().map(|setting| setting.name.as_str()).collect();
    let place = |name| names.iter().position(|other| *other == name).unwrap();
    let order =
        ["module", "input", "repeat", "keep-order", "timeout", "fuel", "more-args", "workers", "log-level"];
    assert!(order.map(place).is_sorted(), "{names:?}");
    assert!(!names.contains(&"dry-run") && !names.contains(&"help"), "{names:?}");
    check(&settings, "more-args", "x y", "flag");
}

#[test]
fn every_type_of_value_is_read() {
    let file = "[profile.x]\ndir = [\"/::/data\", \"/tmp::/t:rw\"]\nkeep-order = true\nworkers = -2\ntimeout = \"1m30s\"\n\
                fuel = 1_000\nno-cache = false\nenv = \"A=1\"";
    let (args, settings) = Here::new(&[], file).run("a.wasm -P x");
    assert_eq!((args.grants.dirs.len(), args.output.keep_order, args.caching.no_cache), (2, true, false));
    assert_eq!((args.limits.fuel.0, args.limits.timeout.as_secs()), (Some(1000), 90));
    check(&settings, "workers", "-2", "polymer.toml [profile.x]");
    check(&settings, "dir", "/::/data /tmp::/t:rw", "polymer.toml [profile.x]");
    check(&settings, "env", "A=1", "polymer.toml [profile.x]");
}

#[test]
fn a_list_of_a_higher_layer_takes_the_place_of_a_lower_one() {
    let file = "[profile.x]\narg = [\"a\", \"b\"]\nenv = [\"A=1\"]\n[profile.y]\narg = []";
    let here = Here::new(&[("POLYMER_ENV", "B=2")], file);
    let (_, settings) = here.run("m -P x --arg c");
    check(&settings, "arg", "c", "flag");
    check(&settings, "env", "B=2", "POLYMER_ENV");
    check(&here.run("m -P y").1, "arg", "", "polymer.toml [profile.y]");
}

#[test]
fn what_is_typed_puts_out_of_force_what_cannot_stand_beside_it() {
    let file = "[profile.x]\ncache-dir = \"c\"\ninput = \"i\"\nid-field = \"n\"\n[profile.y]\ntasks = \"t\"\nno-cache = true";
    let here = Here::new(&[], file);
    let (args, settings) = here.run("--no-cache --tasks t -P x");
    assert!(args.caching.no_cache && args.caching.cache_dir.is_none());
    assert_eq!((args.input.input, args.input.id_field), (None, None));
    assert_eq!(settings.get("input"), None);
    let (args, settings) = here.run("a.wasm --cache-dir d -P y");
    assert_eq!((args.input.tasks, args.caching.no_cache), (None, false));
    check(&settings, "no-cache", "false", "default");
    assert_eq!(here.run("-P y").0.input.tasks.as_deref(), Some(Path::new("t")));
}

#[test]
fn a_switch_that_is_off_puts_nothing_out_of_force() {
    let here = Here::new(&[("POLYMER_NO_CACHE", "0")], "[profile.x]\ncache-dir = \"c\"\nno-cache = true");
    let (args, settings) = here.run("a.wasm -P x");
    assert!(!args.caching.no_cache && args.caching.cache_dir.is_some());
    check(&settings, "no-cache", "false", "POLYMER_NO_CACHE");
}

#[test]
fn settings_of_one_profile_that_clash_are_refused() {
    let here = Here::new(&[], "[profile.x]\ntasks = \"t\"\ninput = \"i\"");
    here.check_wrong("-P x", &["[profile.x], line", "cannot be used with", "--tasks <FILE>"]);
}

#[test]
fn a_bad_value_names_where_it_stands() {
    let here = Here::new(
        &[("POLYMER_MEMORY", "5XB")],
        "[profile.default]\nfuel = 7\n\ntimeout = \"60x\"\nlog-interval = \"often\"",
    );
    here.check_wrong(
        "a.wasm --timeout 1s --log-interval 1s",
        &["error: POLYMER_MEMORY: invalid value '5XB'", "`64KiB`"],
    );
    here.check_wrong(
        "a.wasm --memory 1MiB --log-interval 1s",
        &["`timeout` in ", "polymer.toml [profile.default], line 4: invalid value '60x'", "`1m30s`"],
    );
    here.check_wrong(
        "a.wasm --memory 1MiB --timeout 1s",
        &["`log-interval` in ", "[profile.default], line 5: invalid value 'often'"],
    );
    here.check_wrong("a.wasm --memory 5GX", &["error: invalid value '5GX'"]);
}

#[test]
fn what_is_not_known_is_named() {
    let unknown = |file: &str, says: &[&str]| Here::new(&[], file).check_wrong("a.wasm", says);
    unknown(
        "[profile.x]\n\ntimeuot = \"1s\"",
        &["line 3: [profile.x]: unknown key `timeuot`; is `timeout` meant?"],
    );
    unknown("[profile.x]\njobs = 1", &["unknown key `jobs`; is `workers` meant?"]);
    unknown("[profile.x]\nmodule = \"a\"", &["unknown key `module`\n"]);
    for key in ["profile", "config", "dry-run", "more-args", "help", "version"] {
        unknown(&format!("[profile.x]\n{key} = \"a\""), &[&format!("unknown key `{key}`")]);
    }
    unknown("[profiles.x]\nfuel = 1", &["line 1: unknown `profiles`; settings belong in [profile.NAME]"]);
    unknown("fuel = 1", &["unknown `fuel`"]);
    unknown("[profile]\nfuel = 1", &["unknown `profile.fuel`"]);
    unknown("[profile.x]\nfuel = 1\n[profile.x]\n", &["line 3: "]);
    Here::new(&[("POLYMER_FULE", "1")], "")
        .check_wrong("a.wasm", &["unknown variable POLYMER_FULE; is `POLYMER_FUEL` meant?"]);
    for (name, meant) in [("POLYMER_fuel", "POLYMER_FUEL"), ("POLYMER_LOG-LEVEL", "POLYMER_LOG_LEVEL")] {
        Here::new(&[(name, "1")], "").check_wrong("a.wasm", &[&format!("{name}; is `{meant}` meant?")]);
    }
}

#[test]
fn a_variable_that_is_near_a_flag_is_refused_whatever_the_flag() {
    for (name, says) in [
        ("POLYMER_JOBS", "is `POLYMER_WORKERS` meant?"),
        ("POLYMER_CONFG", "is `POLYMER_CONFIG` meant?"),
        ("POLYMER_PROFLE", "is `POLYMER_PROFILE` meant?"),
        ("POLYMER_DRY_RUN", "--dry-run is for the command line alone"),
        ("POLYMER_NO_CONFIG", "--no-config is for the command line alone"),
        ("POLYMER_RESUMED", "--resume is for the command line alone"),
    ] {
        Here::new(&[(name, "1")], "").check_wrong("a.wasm", &[&format!("unknown variable {name}"), says]);
    }
    // Each setting, with a letter too many.
    for key in keys().iter().filter(|key| key.is_setting) {
        let name = format!("{}X", config::variable(&key.name));
        Here::new(&[(&name, "1")], "").check_wrong("a.wasm", &[&name, " meant?"]);
    }
}

#[test]
fn variables_of_others_are_passed_over() {
    let passed = |names: &[&str]| {
        let variables: Vec<_> = names.iter().map(|name| (*name, "tcp://10.0.0.1:80")).collect();
        Here::new(&variables, "").resolve_all("polymer run a.wasm").unwrap().passed_over
    };
    // What Kubernetes makes of a service `polymer` and of one `polymer-fuel`, and what Dockerfiles
    // pin.
    let silent = [
        "POLYMER_PORT",
        "POLYMER_PORT_8080_TCP",
        "POLYMER_PORT_8080_TCP_ADDR",
        "POLYMER_PORT_8080_TCP_PORT",
        "POLYMER_PORT_8080_TCP_PROTO",
        "POLYMER_SERVICE_HOST",
        "POLYMER_SERVICE_PORT",
        "POLYMER_SERVICE_PORT_HTTP",
        "POLYMER_FUEL_PORT",
        "POLYMER_FUEL_PORT_53_UDP",
        "POLYMER_FUEL_SERVICE_HOST",
        "POLYMER_VERSION",
        "POLYMER_TASK_ID",
        "POLYMER_ATTEMPT",
        "OTHER",
    ];
    assert!(passed(&silent).is_empty());
    assert_eq!(
        passed(&["POLYMER_TOKEN", "POLYMER_", "POLYMER_MODULE"]),
        ["POLYMER_", "POLYMER_MODULE", "POLYMER_TOKEN"]
    );
    // So none of these endings may ever be a flag's.
    let endings = ["-port", "-host", "-addr", "-proto", "-version"];
    assert!(
        keys().iter().all(|key| !endings.iter().any(|ending| format!("-{}", key.name).ends_with(ending)))
    );
}

#[test]
fn without_config_no_file_and_no_variable_counts() {
    let variables =
        [("POLYMER_FUEL", "x"), ("POLYMER_CONFIG", "none"), ("POLYMER_PROFILE", "no"), ("POLYMER_FULE", "1")];
    let here = Here::new(&variables, "nonsense");
    here.own("nonsense");
    let resolved = here.resolve_all("polymer run a.wasm --no-config").unwrap();
    let settings = resolved.settings.unwrap();
    assert!(
        settings.iter().all(|setting| setting.name == "module" || setting.source == SettingSource::Default)
    );
    assert!(resolved.passed_over.is_empty());
    for flags in ["-P x", "--config f"] {
        here.check_wrong(&format!("a.wasm --no-config {flags}"), &["cannot be used with"]);
    }
}

#[test]
fn a_value_of_the_wrong_type_is_refused() {
    for (line, says) in [
        ("keep-order = \"yes\"", "`keep-order` must be true or false, not a text"),
        ("keep-order = 1", "`keep-order` must be true or false, not a whole number"),
        ("fuel = true", "`fuel` must be a text or a number, not true or false"),
        ("fuel = [\"1\"]", "not a list"),
        ("fuel = 2026-01-01", "not a date"),
        ("fuel.x = 1", "not a table"),
        ("dir = [true]", "`dir` must be a text, a number or a list of them, not true or false"),
    ] {
        Here::new(&[], &format!("[profile.x]\n{line}"))
            .check_wrong("a.wasm", &["line 2: [profile.x]: ", says]);
    }
    Here::new(&[("POLYMER_KEEP_ORDER", "yes")], "")
        .check_wrong("a.wasm", &["POLYMER_KEEP_ORDER is `yes`: write 1, true, 0 or false"]);
}

#[test]
fn a_named_profile_stands_over_the_default_one() {
    let file =
        "[profile.default]\nfuel = 1\nlog-limit = 1\n[profile.ci]\nfuel = 2\n[profile.nightly]\nfuel = 3";
    let here = Here::new(&[("POLYMER_PROFILE", "nightly")], file);
    let (_, settings) = here.run("a.wasm -P ci");
    check(&settings, "fuel", "2", "polymer.toml [profile.ci]");
    check(&settings, "log-limit", "1", "polymer.toml [profile.default]");
    check(&here.run("a.wasm").1, "fuel", "3", "polymer.toml [profile.nightly]");
    check(&here.run("a.wasm --profile default").1, "fuel", "1", "polymer.toml [profile.default]");
    here.check_wrong("a.wasm -P no", &["has no profile `no`; it has: ci, default, nightly"]);
    Here::new(&[], "")
        .check_wrong("a.wasm -P ci", &["there is no profile `ci`: there is no ", "polymer.toml"]);
}

#[test]
fn a_file_that_is_named_takes_the_place_of_the_one_here() {
    let here = Here::new(&[], "[profile.default]\nfuel = 1");
    let other = here.folder.path().join("other.toml");
    std::fs::write(&other, "[profile.default]\ndir = [\"/\"]").unwrap();
    let other = other.display();
    let (args, settings) = here.run(&format!("a.wasm --config {other}"));
    assert_eq!(args.grants.dirs.len(), 1);
    check(&settings, "fuel", "30G", "default");
    check(&settings, "dir", "/", "other.toml [profile.default]");
    here.check_wrong("a.wasm --config none.toml", &["cannot read none.toml: there is no such file"]);
    here.check_wrong("a.wasm --config /dev/zero", &["cannot read /dev/zero: it is not a regular file"]);
}

#[test]
fn every_flag_but_a_few_can_be_set_by_a_variable() {
    let keys = keys();
    let others = keys.iter().filter(|key| !key.is_setting).map(|key| key.name.as_str());
    assert_eq!(
        others.collect::<Vec<_>>(),
        [
            "module",
            "client",
            "control",
            "more-args",
            "resume",
            "force",
            "module-changed",
            "profile",
            "config",
            "no-config",
            "dry-run"
        ]
    );
    let here = Here::new(&[("POLYMER_DIR", "/"), ("POLYMER_KEEP_ORDER", "1"), ("POLYMER_TASKS", "t")], "");
    let (args, settings) = here.run("");
    assert_eq!((args.grants.dirs.len(), args.output.keep_order), (1, true));
    check(&settings, "tasks", "t", "POLYMER_TASKS");
}

#[test]
fn clashes_are_those_of_clap() {
    let keys = keys();
    let of = |name: &str| SettingKey::named(&keys, name).unwrap().clashes.clone();
    assert!(
        of("cache-dir").contains(&"no-cache".to_owned()) && of("no-cache").contains(&"cache-dir".to_owned())
    );
    assert!(of("module").contains(&"tasks".to_owned()) && of("tasks").contains(&"module".to_owned()));
    for name in ["input", "input-format", "id-field"] {
        assert!(of(name).contains(&"tasks".to_owned()), "{name}");
    }
    for (key, other) in keys.iter().flat_map(|key| key.clashes.iter().map(move |other| (key, other))) {
        assert!(of(other).contains(&key.name), "{} {other}", key.name);
    }
    assert!(of("fuel").is_empty());
}

/// Whether clap takes these flags together, as far as conflicts go; `None` if it finds another
/// fault with them.
fn stand_together(flags: &[String]) -> Option<bool> {
    let line = ["polymer", "run"].into_iter().map(str::to_owned).chain(flags.iter().cloned());
    match Cli::flags().try_get_matches_from(line).map_err(|error| error.kind()) {
        Ok(_) | Err(ErrorKind::MissingRequiredArgument) => Some(true),
        Err(ErrorKind::ArgumentConflict) => Some(false),
        Err(_) => None,
    }
}

#[test]
fn two_settings_clash_where_clap_refuses_them_together() {
    let keys = keys();
    let values =
        ["1", "1s", "1MiB", "/", "a=1", "json", "auto", "module", "never", "error", "batch", "first"];
    let typed = |key: &SettingKey| match key.kind {
        SettingKind::Switch => vec![format!("--{}", key.name)],
        SettingKind::Place => vec!["a".to_owned()],
        SettingKind::Rest => vec!["--".to_owned(), "a".to_owned()],
        SettingKind::One | SettingKind::Many => {
            values.map(|value| format!("--{}={value}", key.name)).to_vec()
        }
    };
    let is_taken = |flag: &String| stand_together(std::slice::from_ref(flag)) == Some(true);
    let samples: Vec<(&SettingKey, String)> = keys
        .iter()
        .filter(|key| key.kind != SettingKind::Rest)
        .filter_map(|key| Some((key, typed(key).into_iter().find(is_taken)?)))
        .collect();
    assert!(samples.len() > 35, "{samples:?}");
    for (at, (one, flag)) in samples.iter().enumerate() {
        for (other, second) in &samples[at + 1..] {
            let together = stand_together(&[flag.clone(), second.clone()]);
            assert_eq!(together, Some(!one.clashes.contains(&other.name)), "{flag} {second}");
        }
    }
}

#[test]
fn what_a_file_says_cannot_write_on_a_terminal() {
    let here = Here::new(&[], "[profile.default]\nfuel = \"\\u202e\"");
    here.check_wrong("a.wasm", &["invalid value '\\u{202e}'"]);
    let here = Here::new(&[], "[profile.default]\n\"\\u001b[2J\" = 1");
    here.check_wrong("a.wasm", &["unknown key `\\u{1b}[2J`"]);
    let here = Here::new(&[], "[profile.\"\\u001b[2J\"]\nfuel = \"x\"");
    here.check_wrong("a.wasm -P no", &["it has: \\u{1b}[2J"]);
}

#[test]
fn other_commands_read_no_file_and_know_the_cache_of_a_run() {
    let here = Here::new(&[("POLYMER_CACHE_DIR", "c"), ("POLYMER_FULE", "1")], "nonsense");
    let place = |line: &str| match here.resolve(line).unwrap() {
        (Cli { action: CliCommand::Cache(mut args), .. }, None) => args.action.place_mut().cache_dir.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(place("polymer cache path"), Some("c".into()));
    assert_eq!(place("polymer cache clear --cache-dir d"), Some("d".into()));
    assert!(matches!(here.resolve("polymer doctor"), Ok((Cli { action: CliCommand::Doctor(_), .. }, None))));
    assert!(here.resolve("polymer run --help").unwrap_err().asked_for);
    assert!(!here.resolve("polymer inspect").unwrap_err().asked_for);
}

/// Flags of a command that take a value which may be a path, for all that its type says.
fn flags_that_may_name_a_file(command: &str) -> Vec<String> {
    use std::any::TypeId;
    let cli = Cli::flags();
    let command = cli.find_subcommand(command).unwrap();
    let no_paths = [
        TypeId::of::<u32>(),
        TypeId::of::<std::num::NonZeroU32>(),
        TypeId::of::<u64>(),
        TypeId::of::<std::time::Duration>(),
        TypeId::of::<crate::args::BackoffKind>(),
        TypeId::of::<crate::args::DescriptorFlag>(),
        TypeId::of::<crate::args::LogFormat>(),
        TypeId::of::<crate::args::LogLevelFlag>(),
        TypeId::of::<crate::args::LoggedTasks>(),
        TypeId::of::<crate::args::FailureOutput>(),
        TypeId::of::<crate::args::WhenToShowLog>(),
        TypeId::of::<crate::args::ShowProgress>(),
        TypeId::of::<u8>(),
        TypeId::of::<crate::args::PartitionFlag>(),
        TypeId::of::<crate::report::progress::LineInterval>(),
        TypeId::of::<crate::input::InputFormat>(),
        TypeId::of::<crate::known_modules::ChangedModules>(),
        TypeId::of::<crate::test::TestFormat>(),
        TypeId::of::<crate::args::TableFormat>(),
        TypeId::of::<crate::args::TableRows>(),
        TypeId::of::<polymer_host_problem::programs::NamePattern>(),
        TypeId::of::<crate::calibrate::CalibrateFormat>(),
        TypeId::of::<crate::calibrate::CalibrationFactor>(),
        TypeId::of::<crate::fail_rate::FailRateRule>(),
        TypeId::of::<crate::workers::WorkerCount>(),
        TypeId::of::<crate::grants::ScratchFlag>(),
        TypeId::of::<polymer_host_base::Sandbox>(),
        TypeId::of::<polymer_host_journal::output::record::RecordProjection>(),
        TypeId::of::<polymer_host_journal::records::SyncPolicy>(),
        TypeId::of::<polymer_host_journal::dedup::OnDuplicateLine>(),
        TypeId::of::<polymer_host_journal::event_log::retention::EventRetention>(),
        TypeId::of::<polymer_host_journal::span_log::SpanSampling>(),
        TypeId::of::<crate::args::FuelLimit>(),
        TypeId::of::<(polymer_host_sched::retry::EscalationFactor, polymer_host_task::Ceiling)>(),
        TypeId::of::<polymer_host_sched::MaxFail>(),
        TypeId::of::<polymer_host_task::CheckProtocol>(),
        TypeId::of::<polymer_host_task::CompareMode>(),
        TypeId::of::<polymer_host_task::Isolation>(),
        TypeId::of::<polymer_host_task::Optimization>(),
        TypeId::of::<polymer_host_task::OutputFormat>(),
        TypeId::of::<polymer_host_task::Percentage>(),
        TypeId::of::<polymer_host_task::Verdict>(),
    ];
    let may = |arg: &&Arg| {
        let of = arg.get_value_parser().type_id();
        arg.get_action().takes_values() && !no_paths.iter().any(|no_path| of == *no_path)
    };
    command.get_arguments().filter(may).map(name).collect()
}

#[test]
fn every_flag_that_may_name_a_file_has_a_decision_of_what_may_be_the_same_file() {
    use crate::file_conflicts::tests::FLAGS;
    let mut flags = flags_that_may_name_a_file(RUN);
    flags.extend(flags_that_may_name_a_file(EXEC));
    flags.extend(flags_that_may_name_a_file("test"));
    flags.extend(flags_that_may_name_a_file("judge"));
    flags.extend(flags_that_may_name_a_file("calibrate"));
    for flag in &flags {
        let decisions = FLAGS.iter().filter(|(name, _)| name == flag).count();
        assert_eq!(
            decisions, 1,
            "{flag} takes a path, or a type that is not known to be none: decide what it is in cli/file_conflicts"
        );
    }
    for (name, _) in FLAGS {
        assert!(flags.iter().any(|flag| flag == name), "there is no flag {name}");
    }
}
