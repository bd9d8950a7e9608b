//! Layers, as texts and no flags: what counts, and what is left out.

use super::*;
use std::ffi::OsString;

fn key(name: &str, kind: SettingKind, clashes: &[&str]) -> SettingKey {
    let clashes = clashes.iter().map(|&clash| clash.to_owned()).collect();
    SettingKey {
        name: name.to_owned(),
        kind,
        is_setting: true,
        heading: String::new(),
        aliases: Vec::new(),
        clashes,
    }
}

fn keys() -> [SettingKey; 4] {
    [
        key("a", SettingKind::One, &["b"]),
        key("b", SettingKind::Switch, &["a"]),
        key("c", SettingKind::Many, &["d"]),
        key("d", SettingKind::One, &["c"]),
    ]
}

/// `a=1 c=x,y`
fn layer(text: &str, source: &SettingSource) -> SettingLayer {
    let given = |pair: &str| {
        let (name, values) = pair.split_once('=').unwrap();
        let values = values.split(',').filter(|value| !value.is_empty()).map(OsString::from).collect();
        (name.to_owned(), GivenValue { values, source: source.clone() })
    };
    text.split_whitespace().map(given).collect()
}

/// That layers, the highest first, come to this.
#[track_caller]
fn check(layers: [&str; 3], expected: &str) {
    let [flags, environment, saved] = layers;
    let layers =
        [(flags, SettingSource::Flag), (environment, SettingSource::Env), (saved, SettingSource::Saved)];
    let merged = merge(&keys(), layers.iter().map(|(text, source)| layer(text, source)));
    let shown = |(name, given): (&String, &GivenValue)| {
        let values: Vec<_> = given.values.iter().map(|value| value.to_str().unwrap()).collect();
        format!("{name}={} {:?}", values.join(","), given.source)
    };
    assert_eq!(merged.iter().map(shown).collect::<Vec<_>>().join("; "), expected);
}

#[test]
fn the_highest_layer_that_has_a_setting_counts_with_all_its_values() {
    check(["a=1", "a=2 c=x,y", "a=3 c=z"], "a=1 Flag; c=x,y Env");
    check(["", "", "a=3"], "a=3 Saved");
    check(["", "", ""], "");
    check(["c=", "c=x", ""], "c= Flag");
}

#[test]
fn what_clashes_with_a_higher_layer_is_left_out() {
    check(["a=1", "b=true", "c=x"], "a=1 Flag; c=x Saved");
    check(["b=true", "", "a=1"], "b=true Flag");
    check(["", "d=1", "c=x"], "d=1 Env");
}

#[test]
fn what_is_off_or_empty_clashes_with_nothing() {
    check(["b=false", "a=1", ""], "a=1 Env; b=false Flag");
    check(["c=", "d=1", ""], "c= Flag; d=1 Env");
    check(["a=1", "b=false", ""], "a=1 Flag; b=false Env");
}

#[test]
fn two_of_one_layer_stay_for_somebody_to_refuse() {
    check(["", "a=1 b=true", ""], "a=1 Env; b=true Env");
}

#[test]
fn what_a_lower_layer_lost_puts_nothing_out_of_force() {
    // `c` of the variables is gone, so `d` of the lowest would stand, but for the flag's own `c`.
    check(["d=1", "c=x", "a=1"], "a=1 Saved; d=1 Flag");
    check(["a=1", "b=true", "b=true"], "a=1 Flag");
}
