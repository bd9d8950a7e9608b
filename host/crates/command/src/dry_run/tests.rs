//! What a dry run prints, and that it can be read again.

use super::*;
use crate::settings::over_saved;
use polymer_host_config::{ConfigFile, SettingSource};
use std::collections::BTreeMap;
use std::ffi::OsString;

fn settings(flags: &[&str]) -> RunSettings {
    over_saved(flags.iter().map(OsString::from), &BTreeMap::new()).unwrap().1
}

#[test]
fn every_setting_has_a_line_under_its_heading() {
    let settings = settings(&["a.wasm", "--fuel", "5", "-k"]);
    let text = plan(&keys(), &settings);
    let line =
        |name: &str| text.lines().find(|line| line.trim_start_matches("# ").starts_with(name)).unwrap();
    let words = |name: &str| line(name).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words("fuel"), "fuel = 5 # flag");
    assert_eq!(words("timeout"), "timeout = \"60s\" # default");
    assert_eq!(words("keep-order"), "keep-order = true # flag");
    assert_eq!(words("no-cache"), "no-cache = false # default");
    assert_eq!(words("module"), "# module = \"a.wasm\" # flag");
    assert_eq!(words("max-fail"), "# max-fail = # not set");
    let lines: Vec<_> = text.lines().filter(|line| line.contains(" = ")).collect();
    assert_eq!(lines.len(), keys().iter().filter(|key| key.is_kept()).count());
    let column = |line: &&str| line.find(" = ");
    assert!(lines.iter().map(column).all(|at| at == column(&lines[0])), "{text}");
    let place = |part| text.find(part).unwrap_or_else(|| panic!("{part} is missing in {text}"));
    assert!(
        place("\n# Input\n") < place("\n# Limits\n") && place("\n# Limits\n") < place("\nfuel"),
        "{text}"
    );
}

#[test]
fn what_is_printed_can_stand_in_a_profile() {
    let odd = "A=\"q\" \\ \u{7f}\u{1b}[1m\u{202e}\n\tä";
    let settings =
        settings(&["a.wasm", "--env", odd, "--arg", "-x", "--arg", "", "-j", "-2", "--retries", "2"]);
    let keys = keys();
    let text = plan(&keys, &settings);
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\t', '\u{7f}']), "{text}");
    let file = ConfigFile::parse(Path::new("f"), &format!("[profile.x]\n{text}"), &keys).unwrap();
    let read = &file.profiles["x"];
    for setting in settings.iter().filter(|setting| setting.name != "module") {
        let values: Vec<_> = read[&setting.name].values.iter().map(|value| value.to_str().unwrap()).collect();
        assert_eq!(values, setting.values, "{}", setting.name);
    }
    assert_eq!(read.len(), settings.iter().count() - 1);
}

#[test]
fn a_value_that_is_no_text_is_a_comment() {
    use std::os::unix::ffi::OsStringExt;
    let value = [OsString::from_vec(b"\xff".to_vec())];
    let text = plan(&keys(), &RunSettings::new(vec![Setting::new("output", &value, SettingSource::Flag)]));
    assert!(text.lines().any(|line| line.starts_with("# output ") && line.ends_with("# flag")), "{text}");
}

#[test]
fn what_the_plan_names_must_be_there() {
    let check_line = |line: &str| {
        let argv = line.split_whitespace().map(OsString::from);
        let (args, _) = over_saved(argv, &BTreeMap::new()).unwrap();
        check(&args).map_err(|error| error.to_string())
    };
    assert_eq!(check_line("/"), Ok(()));
    assert_eq!(check_line("/ --input -"), Ok(()));
    assert!(check_line("/none.wasm").unwrap_err().contains("/none.wasm"));
    assert!(check_line("/ --input /none").unwrap_err().contains("cannot read /none"));
    assert!(check_line("--tasks /none").unwrap_err().contains("cannot read /none"));
    assert!(check_line("/ --dir /none").unwrap_err().contains("/none"));
}
