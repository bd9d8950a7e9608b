//! The user's own file: trusted, under everything else, and nobody else's.

use super::*;

#[test]
fn it_counts_before_defaults_and_after_everything_else() {
    let here = Here::new(
        &[("POLYMER_LOG_LIMIT", "4")],
        "[profile.default]\nfuel = 3\n[profile.x]\ninput-limit = 5\n",
    );
    let path = here.own("[profile.default]\nfuel = 9\nlog-limit = 9\ninput-limit = 9\nretries = 9\ntimeout = \"9s\"\ndir = [\"/\"]");
    let (args, settings) = here.run("a.wasm -P x --timeout 1s");
    check(&settings, "timeout", "1s", "flag");
    check(&settings, "log-limit", "4", "POLYMER_LOG_LIMIT");
    check(&settings, "input-limit", "5", "polymer.toml [profile.x]");
    check(&settings, "fuel", "3", "polymer.toml [profile.default]");
    check(&settings, "dir", "/", "config.toml [profile.default]");
    check(&settings, "memory", "256MiB", "default");
    assert_eq!(args.retrying.retries, 9);
    let origin = settings.get("retries").unwrap().origin();
    assert_eq!(origin, format!("{} [profile.default]", path.display()));
    // Also under a file that is named.
    std::fs::write(here.folder.path().join("named"), "[profile.default]\nfuel = 4").unwrap();
    let (_, settings) = here.run(&format!("a.wasm --config {}/named", here.folder.path().display()));
    check(&settings, "fuel", "4", "named [profile.default]");
    check(&settings, "retries", "9", "config.toml [profile.default]");
}

#[test]
fn a_profile_that_is_named_is_looked_for_in_both_files() {
    let here = Here::new(&[], "[profile.ci]\nretries = 1");
    here.own("[profile.default]\nfuel = 1\n[profile.fast]\nfuel = 2");
    check(&here.run("a.wasm -P fast").1, "fuel", "2", "config.toml [profile.fast]");
    let (_, settings) = here.run("a.wasm -P ci");
    check(&settings, "retries", "1", "polymer.toml [profile.ci]");
    check(&settings, "fuel", "1", "config.toml [profile.default]");
    here.check_wrong(
        "a.wasm -P no",
        &["polymer.toml has no profile `no`; it has: ci; nor has ", "config.toml, which has: default, fast"],
    );
    let here = Here::new(&[], "");
    here.check_wrong(
        "a.wasm -P no",
        &["there is no profile `no`: there is no ", "polymer.toml and no ", "config.toml"],
    );
    here.own("[profile.x]\nfuel = 1");
    here.check_wrong("a.wasm -P no", &["config.toml has no profile `no`; it has: x\n"]);
}

/// Who means their own profile lets in no foreign one of that name.
#[test]
fn a_name_that_the_user_has_is_no_trust_in_a_file_that_was_found() {
    let here = Here::new(&[], "[profile.fast]\ndir = [\"/\"]");
    assert_eq!(here.run("a.wasm -P fast").0.grants.dirs.len(), 1);
    here.own("[profile.fast]\nfuel = 2");
    here.check_wrong(
        "a.wasm -P fast",
        &["polymer.toml, line 2: [profile.fast] may not set `dir`", "--config"],
    );
    let named = format!("a.wasm -P fast --config {}/polymer.toml", here.folder.path().display());
    assert_eq!(here.run(&named).0.grants.dirs.len(), 1);
    // The limits of such a profile are held against the user's.
    let here = Here::new(&[], "[profile.fast]\nfuel = 3");
    here.own("[profile.fast]\nfuel = 2");
    here.check_wrong("a.wasm -P fast", &["[profile.fast] may not set `fuel` to 3, where 2 applies"]);
}

#[test]
fn it_is_where_the_environment_says() {
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::create_dir(elsewhere.path().join("polymer")).unwrap();
    std::fs::write(elsewhere.path().join("polymer/config.toml"), "[profile.default]\nfuel = 2").unwrap();
    let elsewhere = elsewhere.path().to_str().unwrap();
    for (variable, fuel) in [(elsewhere, 2), ("", 1), ("relative", 1)] {
        let here = Here::new(&[("XDG_CONFIG_HOME", variable)], "");
        here.own("[profile.default]\nfuel = 1");
        assert_eq!(here.run("a.wasm").0.limits.fuel.0, Some(fuel), "{variable}");
    }
}

#[test]
fn one_that_others_can_change_is_refused() {
    let here = Here::new(&[], "");
    let path = here.own("[profile.default]\nfuel = 1");
    for mode in [0o664, 0o646] {
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        here.check_wrong("a.wasm", &["config.toml: others may write to it", "chmod go-w", "--no-config"]);
        assert!(here.resolve("polymer run a.wasm --no-config").is_ok());
    }
    here.own("[profile.default]\nfule = 1");
    here.check_wrong(
        "a.wasm",
        &["config.toml, line 2: [profile.default]: unknown key `fule`; is `fuel` meant?"],
    );
}

#[test]
fn the_cache_that_it_names_is_the_one_that_other_commands_are_about() {
    let here = Here::new(&[], "");
    let path = here.own("[profile.default]\ncache-dir = \"mine\"");
    let place = |line: &str| match here.resolve(line).unwrap() {
        (Cli { action: CliCommand::Cache(mut args), .. }, None) => args.action.place_mut().cache_dir.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(place("polymer cache path"), Some("mine".into()));
    assert_eq!(place("polymer cache path --cache-dir d"), Some("d".into()));
    std::fs::write(path, "nonsense").unwrap();
    assert!(here.resolve("polymer cache path").unwrap_err().text.contains("config.toml, line 1"));
    assert!(here.resolve("polymer doctor").is_ok());
}
