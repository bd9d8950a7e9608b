//! Groups and points of legacy packages ("Test Data Groups", "Default Grader Specification").

use super::{TestPackage, names, shape};

/// A problem with points, two groups of two cases in data/secret, and these settings.
fn scoring(settings: &[(&str, &str)]) -> TestPackage {
    let package = TestPackage::new("type: scoring\n").without("data/secret");
    let package = package.cases(&["sample/1", "secret/a/1", "secret/a/2", "secret/b/1", "secret/b/2"]);
    settings
        .iter()
        .fold(package, |package, (folder, text)| package.file(&format!("data/{folder}/testdata.yaml"), text))
}

const IGNORES: (&str, &str) = (".", "on_reject: continue\ngrader_flags: ignore_sample\n");

#[test]
fn a_pass_fail_problem_is_one_point_for_all_cases() {
    let package = TestPackage::new("").cases(&["sample/1", "secret/x/1"]);
    let problem = package.read();
    assert_eq!(shape(&problem), "(all 1: sample(all -: -) secret(all -: - secret/x(all -: -)))");
    assert_eq!(names(&problem), ["sample/1", "secret/01", "secret/x/1"]);
    let ignored = package.file("data/testdata.yaml", "on_reject: continue\ngrader_flags: ignore_sample\n");
    assert_eq!(shape(&ignored.read()), "(sum -: sample(all 0: -) secret(all 1: - secret/x(all -: -)))");
}

#[test]
fn the_usual_problem_with_groups_adds_them_up() {
    let package = scoring(&[
        IGNORES,
        ("secret", "on_reject: continue\ngrader_flags: first_error accept_if_any_accepted\nrange: 0 100\n"),
        ("secret/a", "on_reject: break\naccept_score: 30\nrange: 0 30\ngrader_flags: min\n"),
        ("secret/b", "on_reject: break\naccept_score: 70\nrange: 0 70\ngrader_flags: worst_error min\n"),
    ]);
    let groups = "secret/a(min 30: 30 30) secret/b(min 70: 70 70)";
    assert_eq!(
        shape(&package.read()),
        format!("(sum -: sample(sum 0: 0) secret(sum -: {groups}))").replace("sample(sum", "sample(all")
    );
}

#[test]
fn without_flags_a_problem_has_its_points_if_all_is_right() {
    let read = shape(&scoring(&[]).read());
    assert_eq!(read, "(all -: sample(all -: 1) secret(all -: secret/a(all -: 1 1) secret/b(all -: 1 1)))");
}

#[test]
fn what_is_always_accepted_is_added_up() {
    let package = scoring(&[
        IGNORES,
        ("secret", "grader_flags: always_accept sum\naccept_score: 2.5\non_reject: continue\n"),
    ]);
    let groups = "secret/a(sum -: 2.5 2.5) secret/b(sum -: 2.5 2.5)";
    assert_eq!(shape(&package.read()), format!("(sum -: sample(all 0: 0) secret(sum -: {groups}))"));
}

#[test]
fn a_sample_that_counts_is_required() {
    let package = scoring(&[("secret", "grader_flags: always_accept\non_reject: continue\n")]);
    let read = shape(&package.read());
    assert!(read.starts_with("(sum -: sample(all -: 1) secret(sum - <sample>: "), "{read}");
}

#[test]
fn behind_a_break_groups_require_those_before_them() {
    let package = scoring(&[
        IGNORES,
        ("secret", "grader_flags: always_accept\n"),
        ("secret/a", "grader_flags: min\naccept_score: 3\n"),
        ("secret/b", "grader_flags: min\naccept_score: 4\n"),
    ]);
    let read = shape(
        &package.file("data/secret/testdata.yaml", "grader_flags: always_accept\non_reject: break\n").read(),
    );
    assert!(read.ends_with("secret(sum -: secret/a(min 3: 3 3) secret/b(min 4 <secret/a>: 4 4)))"), "{read}");
    let root = scoring(&[(".", "grader_flags: ignore_sample\n")]);
    root.is_refused("data/testdata.yaml", "needs `on_reject: continue`");
    let cases = scoring(&[IGNORES, ("secret", "grader_flags: always_accept\non_reject: break\n")]);
    cases.is_refused("data/secret/a", "has to be `continue`");
}

#[test]
fn keys_that_a_group_does_not_have_are_those_above_it() {
    let package = scoring(&[
        (".", "on_reject: continue\ngrader_flags: ignore_sample\noutput_validator_flags: case_sensitive\n"),
        ("secret", "grader_flags: min\naccept_score: 5\n"),
        ("secret/b", "on_reject: continue\n"),
    ]);
    let problem = package.read();
    assert!(shape(&problem).ends_with("secret(min 5: secret/a(min 5: 5 5) secret/b(min 5: 5 5)))"));
    assert!(problem.cases.iter().all(|case| case.compare.is_some()));
}

#[test]
fn what_the_default_grader_cannot_be_said_to_give_is_refused() {
    for (settings, file, why) in [
        (&[IGNORES, ("secret", "grader_flags: avg\n")][..], "secret", "`avg` is not taken"),
        (&[IGNORES, ("secret", "grader_flags: max\n")], "secret", "`max` is not taken"),
        (&[IGNORES, ("secret", "grader_flags: best\n")], "secret", "no flag `best`"),
        (&[IGNORES, ("secret", "grader_flags: ignore_sample\n")], "secret", "data/testdata.yaml only"),
        (&[IGNORES, ("secret", "grading: custom\n")], "secret", "graders"),
        (&[IGNORES, ("secret", "grading: other\n")], "secret", "default or custom"),
        (&[IGNORES, ("secret", "on_reject: stop\n")], "secret", "break or continue"),
        (&[IGNORES, ("secret", "accept_score: -1\n")], "secret", "below 0"),
        (&[IGNORES, ("secret", "reject_score: 1\n")], "secret", "rejected"),
        (&[IGNORES, ("secret", "range: 0 3\n")], "secret", "more points than its `range`"),
        (&[IGNORES, ("secret", "range: 0\n")], "secret", "two numbers"),
        (&[IGNORES, ("secret", "range: 5 10\n")], "secret", "two numbers"),
        (&[IGNORES, ("secret", "output_validator_flags: {name: x, flags: y}\n")], "secret", "a text"),
        (&[IGNORES, ("secret", "score: 1\n")], "secret", "this key is not known"),
        (
            &[
                IGNORES,
                ("secret", "grader_flags: always_accept\non_reject: continue\n"),
                ("secret/a", "grader_flags: ''\n"),
            ],
            "secret",
            "text and tools",
        ),
        (
            &[IGNORES, ("secret", "grader_flags: min\n"), ("secret/b", "accept_score: 2\n")],
            "secret",
            "worth the same",
        ),
    ] {
        scoring(settings).is_refused(&format!("data/{file}/testdata.yaml"), why);
    }
}

#[test]
fn a_group_that_is_rejected_for_some_of_its_cases_stands_alone() {
    let mixed = scoring(&[
        IGNORES,
        ("secret", "on_reject: continue\n"),
        ("secret/b", "grader_flags: always_accept\non_reject: continue\n"),
    ]);
    let read = shape(&mixed.read());
    assert!(read.ends_with("secret(sum -: secret/a(all -: 1 1) secret/b(sum - <secret/a>: 1 1)))"), "{read}");
    let inner = mixed.file("data/testdata.yaml", "on_reject: continue\n");
    inner.is_refused("data/testdata.yaml", "for some of its cases only");
    let beside = scoring(&[
        IGNORES,
        ("secret", "on_reject: continue\n"),
        ("secret/b", "grader_flags: always_accept\non_reject: continue\n"),
    ]);
    beside.case("secret/01").is_refused("data/secret/testdata.yaml", "beside a group");
}

#[test]
fn a_pass_fail_problem_has_no_scores() {
    for key in ["accept_score: 1", "reject_score: 0", "range: 0 1", "grader_flags: always_accept"] {
        let package = TestPackage::new("").file("data/secret/testdata.yaml", key);
        package.is_refused("data/secret/testdata.yaml", "pass-fail");
    }
    let strict =
        TestPackage::new("").file("data/testdata.yaml", "on_reject: continue\ngrader_flags: first_error\n");
    assert!(shape(&strict.read()).starts_with("(all 1"));
}
