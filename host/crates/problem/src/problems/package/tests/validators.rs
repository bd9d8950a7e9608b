//! The default validator and its arguments, and validators of a package.

use super::TestPackage;
use crate::nouns::{Judging, Validator};
use polymer_host_task::CompareMode;

fn mode(text: &str) -> CompareMode {
    text.parse().unwrap()
}

#[test]
fn arguments_of_the_default_validator_are_a_comparison() {
    for (flags, expected) in [
        ("", "validator"),
        ("case_sensitive", "validator:case_sensitive"),
        ("space_change_sensitive", "validator:space_change_sensitive"),
        ("float_tolerance 1e-6", "validator:float_tolerance=1e-6"),
        (
            "float_absolute_tolerance 0.5 float_relative_tolerance 1e-9 case_sensitive",
            "validator:case_sensitive,float_absolute_tolerance=0.5,float_relative_tolerance=1e-9",
        ),
    ] {
        let problem = TestPackage::new(&format!("validation: default\nvalidator_flags: {flags}\n")).read();
        assert_eq!(problem.judging, Judging::Compare(Some(mode(expected))), "{flags}");
        assert_eq!(problem.cases[0].compare, None);
    }
    for (flags, why) in [
        ("tolerance 1", "no argument `tolerance`"),
        ("float_tolerance", "stands a tolerance"),
        ("float_tolerance 1 float_tolerance 2", "said already"),
        ("\"case_sensitive\" x'y'", "problem.yaml"),
        ("it's", "quotes"),
    ] {
        TestPackage::new(&format!("validator_flags: {flags}\n")).is_refused("problem.yaml", why);
    }
}

#[test]
fn groups_and_cases_have_arguments_of_their_own() {
    let legacy = TestPackage::new("validator_flags: case_sensitive\n")
        .file("data/secret/testdata.yaml", "output_validator_flags: float_tolerance 1e-6\n")
        .case("sample/1")
        .read();
    assert_eq!(legacy.judging, Judging::Compare(Some(mode("validator:case_sensitive"))));
    let own = mode("validator:case_sensitive,float_tolerance=1e-6");
    assert_eq!(legacy.cases.iter().map(|case| case.compare).collect::<Vec<_>>(), [None, Some(own)]);
    let current = TestPackage::current("")
        .file("data/secret/test_group.yaml", "output_validator_args: [case_sensitive]\nargs: [a]\n")
        .case("secret/02")
        .file(
            "data/secret/02.yaml",
            "args: [b, 'c d']\noutput_validator_args:\n- float_tolerance\n- 0.1\nhint: h\n",
        )
        .read();
    assert_eq!(current.cases[0].compare, Some(mode("validator:case_sensitive")));
    assert_eq!(current.cases[1].compare, Some(mode("validator:float_tolerance=0.1")));
    assert_eq!(current.cases[0].args, ["a"]);
    assert_eq!(current.cases[1].args, ["b", "c d"]);
}

#[test]
fn a_case_can_take_the_arguments_of_its_group_back() {
    let problem = TestPackage::current("")
        .file("data/secret/test_group.yaml", "output_validator_args: [case_sensitive]\n")
        .file("data/secret/01.yaml", "output_validator_args: []\n")
        .read();
    assert_eq!(
        (problem.judging, problem.cases[0].compare),
        (Judging::Compare(Some(mode("validator"))), None)
    );
}

#[test]
fn a_validator_of_the_package_is_found() {
    let yaml = "validation: custom\nvalidator_flags: a b\n";
    let flags = vec!["a".to_owned(), "b".to_owned()];
    for (files, path) in [
        (&["validate.cpp"][..], "validate.cpp"),
        (&["v/validate.cc", "v/validate.h", "v/testlib.h"], "v"),
        (&["v/main.c", "v/Makefile", "README.md"], "v"),
        (&["validate.rs"], "validate.rs"),
        (&["validate.wasm"], "validate.wasm"),
    ] {
        let package = files.iter().fold(TestPackage::new(yaml), |package, file| {
            package.file(&format!("output_validators/{file}"), "")
        });
        let path = package.path().join("output_validators").join(path);
        let expected = Judging::Validator(Validator { path, flags: flags.clone() });
        assert_eq!(package.read().judging, expected);
    }
    for (files, path) in [
        (&["validate.c"][..], "validate.c"),
        (&["validate.cpp", "validate.h"], ""),
        (&["v/validate.go"], "v"),
    ] {
        let package = files.iter().fold(TestPackage::current(""), |package, file| {
            package.file(&format!("output_validator/{file}"), "")
        });
        let path = package.path().join("output_validator").join(path);
        match package.read().judging {
            Judging::Validator(validator) => {
                assert_eq!(
                    (validator.path.components().eq(path.components()), validator.flags.len()),
                    (true, 0)
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_validator_has_arguments_of_groups_and_cases() {
    let problem = TestPackage::new("validation: custom\nvalidator_flags: a\n")
        .file("output_validators/v.c", "")
        .file("data/secret/testdata.yaml", "output_validator_flags: b c\n")
        .case("sample/1")
        .read();
    let flags: Vec<_> = problem.cases.iter().map(|case| case.validator_flags.clone()).collect();
    assert_eq!(flags, [None, Some(["a", "b", "c"].map(str::to_owned).to_vec())]);
    assert!(problem.cases.iter().all(|case| case.compare.is_none()));
}

#[test]
fn an_interactive_problem_has_an_interactor() {
    let legacy = TestPackage::new("validation: custom interactive\n").file("output_validators/v.c", "");
    assert!(matches!(legacy.read().judging, Judging::Interactor(_)));
    let current = TestPackage::current("type: [scoring, interactive]\n").file("output_validator/v.c", "");
    assert!(matches!(current.read().judging, Judging::Interactor(_)));
    TestPackage::current("type: interactive\n").is_refused("", "has no validator");
    TestPackage::new("validation: custom interactive\n").is_refused("", "no output_validators");
}

#[test]
fn validators_that_cannot_be_built_are_refused() {
    let custom = "validation: custom\n";
    for (files, file, why) in [
        (&["a.c", "b.c"][..], "b.c", "second validator"),
        (&["README"], "", "no validator"),
        (&["v.py"], "v.py", "language"),
        (&["v.java"], "v.java", "language"),
        (&["v/build", "v/v.c"], "v/build", "scripts"),
        (&["v/run"], "v/run", "scripts"),
        (&["run"], "run", "scripts"),
        (&["v.txt"], "v.txt", "C, C++"),
        (&["v/v.txt"], "v", "no source"),
        (&["v/a.c", "v/b.rs"], "v/b.rs", "one language"),
        (&["v/a.wasm"], "v/a.wasm", "stands alone"),
    ] {
        let package = files.iter().fold(TestPackage::new(custom), |package, file| {
            package.file(&format!("output_validators/{file}"), "")
        });
        package.is_refused(&format!("output_validators/{file}"), why);
    }
    TestPackage::new("").file("output_validator/v.c", "").is_refused("output_validator", "2025-09");
    TestPackage::current("").file("output_validators/v.c", "").is_refused("output_validators", "legacy");
    let unused = TestPackage::new("").file("output_validators/v.py", "").read();
    assert!(unused.notes.iter().any(|note| note.contains("`validation` is default")), "{:?}", unused.notes);
}
