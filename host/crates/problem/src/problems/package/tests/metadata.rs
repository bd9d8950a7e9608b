//! `problem.yaml`.

use super::super::super::read_problems;
use super::{TestPackage, file_of, names};
use crate::nouns::{Judging, ProblemLimits};
use polymer_host_task::CompareMode;
use std::time::Duration;

#[test]
fn a_package_of_each_version_is_read() {
    for version in ["legacy", "legacy-icpc", "2025-09", "2023-07-draft"] {
        let package = TestPackage::new(&format!("problem_format_version: {version}\nname: Add\n"));
        let problem = package.read();
        assert_eq!((problem.name.as_str(), names(&problem)), ("add", vec!["secret/01"]));
        assert_eq!(file_of(&problem.cases[0].input), package.path().join("data/secret/01.in"));
        let expect: serde_json::Value =
            serde_json::from_str(problem.cases[0].expect.as_ref().unwrap()).unwrap();
        let answer = package.path().join("data/secret/01.ans");
        assert_eq!(expect, serde_json::json!({ "output_file": answer.to_str() }));
        let usual: CompareMode = "validator".parse().unwrap();
        assert_eq!(problem.judging, Judging::Compare(Some(usual)));
    }
    assert_eq!(names(&TestPackage::new("").read()), ["secret/01"]);
    TestPackage::new("problem_format_version: 2027-01\n")
        .is_refused("problem.yaml", "problem_format_version");
}

#[test]
fn limits_are_those_of_the_package() {
    let limits = "limits:\n  time_limit: 1.5\n  memory: 64\n  output: 1\n";
    let expected = ProblemLimits {
        cpu: Some(Duration::from_millis(1500)),
        memory: Some(64 << 20),
        output: Some(1 << 20),
        stack: None,
    };
    assert_eq!(TestPackage::current(limits).read().limits, expected);
    assert_eq!(TestPackage::new(limits).read().limits, expected);
    let none = TestPackage::current("").read();
    assert_eq!(none.limits, ProblemLimits::default());
    assert!(none.notes.iter().any(|note| note.contains("no time limit")), "{:?}", none.notes);
    for (limit, why) in [
        ("time_limit: 0", "limits.time_limit"),
        ("time_limit: -1", "limits.time_limit"),
        ("time_limit: soon", "limits.time_limit"),
        ("memory: 0", "limits.memory"),
        ("memory: 1.5", "limits.memory"),
        ("memory: 18446744073709551615", "limits.memory"),
        ("output: none", "limits.output"),
        ("stack: 8", "limits.stack"),
        ("time_multipliers: {ac: 2}", "limits.time_multipliers.ac"),
        ("validation_passes: 2", "multi-pass"),
    ] {
        TestPackage::current(&format!("limits:\n  {limit}\n")).is_refused("problem.yaml", why);
    }
}

#[test]
fn limits_that_are_not_held_are_told() {
    let yaml = "limits:\n  time_limit: 1\n  code: 128\n  validation_time: 60\n  time_multipliers: {ac_to_time_limit: 2}\n";
    let notes = TestPackage::current(yaml).read().notes;
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].contains("`code`") && notes[1].contains("`validation_time`"), "{notes:?}");
    let legacy = TestPackage::new("limits:\n  time_multiplier: 5\n  time_safety_margin: 2\n").read().notes;
    assert!(legacy.iter().any(|note| note.contains("`time_multiplier`")), "{legacy:?}");
}

#[test]
fn a_legacy_package_may_have_its_time_limit_beside() {
    let package = TestPackage::new("name: X\n").file(".timelimit", "3\n");
    assert_eq!(package.read().limits.cpu, Some(Duration::from_secs(3)));
    let said = TestPackage::new("limits: {time_limit: 1}\n").file(".timelimit", "3\n");
    assert_eq!(said.read().limits.cpu, Some(Duration::from_secs(1)));
    TestPackage::new("").file(".timelimit", "soon\n").is_refused(".timelimit", "seconds");
    // Since 2025-09 hidden files are as if they were not there.
    let current = TestPackage::current("").file(".timelimit", "3\n").read();
    assert_eq!(current.limits.cpu, None);
    assert!(current.notes.iter().any(|note| note.contains(".timelimit")), "{:?}", current.notes);
}

#[test]
fn types_that_are_not_taken_are_refused() {
    for kind in ["multi-pass", "submit-answer", "[interactive, multi-pass]"] {
        TestPackage::current(&format!("type: {kind}\n")).is_refused("problem.yaml", "are not taken");
    }
    for kind in ["scored", "[]", "[pass-fail, scoring]", "[scoring, scoring]", "{a: b}"] {
        TestPackage::current(&format!("type: {kind}\n")).is_refused("problem.yaml", "`type`");
    }
    TestPackage::new("type: interactive\n").is_refused("problem.yaml", "`type`");
    assert!(TestPackage::current("type: pass-fail\n").read().root.points.is_some());
}

#[test]
fn keys_about_people_and_texts_say_nothing() {
    let yaml = "version: '1'\ncredits: {authors: [A, {name: B}]}\nsource: [{name: S, url: u}]\nlicense: cc0\n\
                rights_owner: O\nembargo_until: 2027-01-01\nkeywords: [a, b]\nlanguages: all\nconstants: {}\n\
                allow_file_writing: false\n";
    let notes = TestPackage::current(yaml).read().notes;
    assert_eq!(notes.len(), 1, "{notes:?}");
    let legacy =
        "author: A\nsource: S\nsource_url: u\nkeywords: a b\ngrading: {show_test_data_groups: true}\n";
    assert_eq!(TestPackage::new(legacy).read().notes.len(), 1);
}

#[test]
fn keys_that_would_change_a_verdict_are_refused() {
    for (yaml, why) in [
        ("constants: {n: 5}\n", "constants are not taken"),
        ("allow_file_writing: true\n", "write files"),
        ("validation: default\n", "this key is not known"),
        ("validator_flags: case_sensitive\n", "this key is not known"),
        ("limit: 1\n", "line 4, `limit`: this key is not known"),
        ("name: Y\n", "twice"),
    ] {
        TestPackage::current(yaml).is_refused("problem.yaml", why);
    }
    for (yaml, why) in [
        ("grading: {objective: min}\n", "grading.objective"),
        ("grading: {other: min}\n", "grading.other"),
        ("validation: custom score\n", "give scores"),
        ("validation: default interactive\n", "`interactive`"),
        ("validation: diff\n", "`validation`"),
        ("languages: all\n", "this key is not known"),
        ("constants: {}\n", "this key is not known"),
        ("- a\n", "keys and values"),
        ("a: &x 1\n", "anchors"),
    ] {
        TestPackage::new(yaml).is_refused("problem.yaml", why);
    }
    let some = TestPackage::current("languages: [c, python3]\n").read().notes;
    assert!(some.iter().any(|note| note.contains("`languages`")), "{some:?}");
}

#[test]
fn a_text_that_is_none_is_refused() {
    let package = TestPackage::new("");
    std::fs::write(package.path().join("problem.yaml"), b"name: \xff\n").unwrap();
    package.is_refused("problem.yaml", "UTF-8");
    TestPackage::new("\u{feff}name: X\n").is_refused("problem.yaml", "byte order mark");
    TestPackage::new(&"#".repeat(1 << 20)).is_refused("problem.yaml", "bytes");
    let place = tempfile::tempdir().unwrap();
    assert!(read_problems(&place.path().join("none")).is_err());
}
