//! `polymer exec` takes the settings of a run for which it has a flag, and passes over the others.

use super::*;
use crate::args::ExecArgs;

#[track_caller]
fn exec(here: &Here, flags: &str) -> ExecArgs {
    match here.resolve(&format!("polymer exec {flags}")) {
        Ok((Cli { action: CliCommand::Exec(args), .. }, Some(_))) => *args,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check_wrong(here: &Here, flags: &str, says: &str) {
    let error = here.resolve(&format!("polymer exec {flags}")).unwrap_err();
    assert!(!error.asked_for && error.text.contains(says), "{}", error.text);
}

#[test]
fn settings_of_a_run_hold_as_far_as_there_is_a_flag() {
    let file = "[profile.grading]\nfuel = \"2G\"\nworkers = 4\ndir = [\"/::/data\"]\nkeep-order = true\narg = [\"a\"]";
    let here = Here::new(&[("POLYMER_MEMORY", "1MiB"), ("POLYMER_TASKS", "t"), ("POLYMER_FUEL", "1")], file);
    let args = exec(&here, "a.wasm -P grading --fuel 3G --raw -- x");
    assert_eq!(
        (args.limits.fuel.0, args.limits.memory, args.grants.dirs.len()),
        (Some(3_000_000_000), 1 << 20, 1)
    );
    assert_eq!((args.grants.args, args.grants.more_args), (vec!["a".to_owned()], vec!["x".to_owned()]));
    assert!(args.raw && args.module == Path::new("a.wasm"));
    // What is not typed comes from the variable, and that counts before the profile.
    assert_eq!(exec(&here, "a.wasm -P grading").limits.fuel.0, Some(1));
    let args = exec(&here, "a.wasm --no-config");
    assert_eq!((args.limits.fuel.0, args.limits.memory), (Some(30_000_000_000), 256 << 20));
}

#[test]
fn a_file_that_was_found_may_tell_it_no_more_than_a_run() {
    let here = Here::new(&[], "[profile.default]\nfuel = \"1G\"\nworkers = 1");
    assert_eq!(exec(&here, "a.wasm").limits.fuel.0, Some(1_000_000_000));
    for (file, says) in [
        ("[profile.default]\ndir = [\"/\"]", "may not set `dir`"),
        ("[profile.default]\nfuel = \"40G\"", "30G"),
        ("[profile.default]\nfule = 1", "unknown key `fule`"),
    ] {
        check_wrong(&Here::new(&[], file), "a.wasm", says);
    }
    check_wrong(&Here::new(&[("POLYMER_FUEL", "x")], ""), "a.wasm", "POLYMER_FUEL");
    check_wrong(&Here::new(&[], ""), "--fuel 1", "MODULE");
}
