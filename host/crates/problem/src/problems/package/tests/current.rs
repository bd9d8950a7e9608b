//! Groups and points of the version 2025-09 ("Test data groups", "Result aggregation").

use super::{TestPackage, names, shape};

/// Three groups of two cases in data/secret.
fn scoring(groups: [&str; 3]) -> TestPackage {
    let package = TestPackage::current("type: scoring\n").without("data/secret");
    let package = package.cases(&["sample/1", "secret/a/1", "secret/a/2", "secret/b/1", "secret/b/2"]);
    let package = package.cases(&["secret/c/1", "secret/c/2"]);
    let files = ["a", "b", "c"].into_iter().zip(groups).filter(|(_, text)| !text.is_empty());
    files.fold(package, |package, (name, text)| {
        package.file(&format!("data/secret/{name}/test_group.yaml"), text)
    })
}

#[test]
fn a_pass_fail_problem_is_one_point_for_all_cases() {
    let package = TestPackage::current("").case("sample/1").case("secret/02");
    assert_eq!(shape(&package.read()), "(all 1: sample(all -: -) secret(all -: - -))");
    let groups =
        TestPackage::current("").without("data/secret").cases(&["secret/a/1", "secret/b/1", "secret/b/x/2"]);
    let problem = groups.read();
    assert_eq!(shape(&problem), "(all 1: secret(all -: secret/a(all -: -) secret/b(all -: - -)))");
    assert_eq!(names(&problem), ["secret/a/1", "secret/b/1", "secret/b/x/2"]);
}

#[test]
fn points_of_groups_are_added_up() {
    let package = scoring([
        "max_score: 30\nscore_aggregation: min\n",
        "max_score: 20\nscore_aggregation: sum\n",
        "max_score: 50\n",
    ]);
    let groups = "secret/a(min 30: 30 30) secret/b(sum 20: 10 10) secret/c(all 50: - -)";
    assert_eq!(shape(&package.read()), format!("(sum -: sample(all 0: 0) secret(sum -: {groups}))"));
    let package = package.file("data/secret/test_group.yaml", "max_score: 99\n");
    package.is_refused("data/secret/test_group.yaml", "more than its `max_score`");
}

#[test]
fn secret_alone_is_a_group() {
    let package = TestPackage::current("type: scoring\n").case("secret/02");
    assert_eq!(shape(&package.read()), "(sum -: secret(sum 100: 50 50))");
    let package = package.file("data/secret/test_group.yaml", "max_score: 7\nscore_aggregation: min\n");
    assert_eq!(shape(&package.read()), "(sum -: secret(min 7: 7 7))");
}

#[test]
fn secret_can_take_the_least_or_all() {
    let same = scoring(["max_score: 5", "max_score: 5", "max_score: 5"]);
    let same = same.file("data/secret/test_group.yaml", "max_score: 5\nscore_aggregation: min\n");
    assert!(shape(&same.read()).contains("secret(min 5: secret/a(all 5: - -)"));
    let other = scoring(["max_score: 5", "max_score: 5", "max_score: 4"]);
    let other = other.file("data/secret/test_group.yaml", "max_score: 5\nscore_aggregation: min\n");
    other.is_refused("data/secret/test_group.yaml", "has to have the `max_score`");
    let all = scoring(["max_score: 5", "max_score: 9", "max_score: 4"]);
    let all = all.file("data/secret/test_group.yaml", "score_aggregation: pass-fail\n");
    assert!(shape(&all.read()).contains("secret(all 100: secret/a(all 5: - -)"));
    let mixed = all.file("data/secret/b/test_group.yaml", "max_score: 9\nscore_aggregation: sum\n");
    mixed.is_refused("data/secret/test_group.yaml", "so is each of its groups");
}

#[test]
fn groups_can_require_others() {
    let package = scoring([
        "max_score: 1",
        "max_score: 2\nrequire_pass: sample",
        "max_score: 3\nrequire_pass: [sample, secret/a]",
    ]);
    let package = package.file("data/secret/test_group.yaml", "require_pass: sample\n");
    let read = shape(&package.read());
    for part in ["secret(sum - <sample>:", "secret/b(all 2 <sample>:", "secret/c(all 3 <sample> <secret/a>:"]
    {
        assert!(read.contains(part), "{read}");
    }
    for (required, why) in [
        ("secret/z", "no group `secret/z`"),
        ("secret/c", "does not come before"),
        ("secret/b", "does not come before"),
        ("secret", "no group `secret`"),
    ] {
        let package =
            scoring(["max_score: 1", &format!("max_score: 2\nrequire_pass: {required}"), "max_score: 3"]);
        package.is_refused("data/secret/b/test_group.yaml", why);
    }
    let sum = scoring([
        "max_score: 1\nscore_aggregation: sum",
        "max_score: 2\nrequire_pass: secret/a",
        "max_score: 3",
    ]);
    sum.is_refused("data/secret/b/test_group.yaml", "pass-fail");
    let secret = scoring(["max_score: 1", "max_score: 2", "max_score: 3"]);
    let secret = secret.file("data/secret/test_group.yaml", "require_pass: secret/a\n");
    secret.is_refused("data/secret/test_group.yaml", "`sample` only");
}

#[test]
fn settings_that_are_not_taken_are_refused() {
    for (settings, why) in [
        ("max_score: unbounded", "without a bound"),
        ("max_score: -1", "max_score"),
        ("max_score: 1.5", "max_score"),
        ("max_score: 1\nscore_aggregation: max", "pass-fail, sum or min"),
        ("max_score: 1\nstatic_validation_score: 1", "static validators"),
        ("max_score: 1\nstatic_validator_args: []", "static validators"),
        ("max_score: 1\nargs: a", "list of texts"),
        ("max_score: 1\ngrading: default", "this key is not known"),
        ("max_score: 1\non_reject: break", "this key is not known"),
    ] {
        scoring([settings, "max_score: 1", "max_score: 1"]).is_refused("data/secret/a/test_group.yaml", why);
    }
    scoring(["max_score: 1", "", "max_score: 1"]).is_refused("data/secret/b", "has to say `max_score`");
    for key in ["max_score: 1", "score_aggregation: sum", "require_pass: sample"] {
        let package = TestPackage::current("").file("data/secret/test_group.yaml", key);
        package.is_refused("data/secret/test_group.yaml", "no such key");
        let package = TestPackage::current("type: scoring\n").case("sample/1");
        let package = package.file("data/sample/test_group.yaml", key);
        package.is_refused("data/sample/test_group.yaml", "no such key");
    }
}

#[test]
fn groups_stand_where_the_format_has_them() {
    let both = TestPackage::current("").case("secret/a/1");
    both.is_refused("data/secret/01.in", "has groups");
    let inner = scoring(["max_score: 1", "max_score: 1", "max_score: 1"]).case("secret/a/x/1");
    let inner = inner.file("data/secret/a/x/test_group.yaml", "");
    inner.is_refused("data/secret/a/x/test_group.yaml", "no groups in it");
    TestPackage::current("").case("sample/a/1").is_refused("data/sample/a", "no groups");
    TestPackage::current("").file("data/test_group.yaml", "").is_refused("data/test_group.yaml", "only");
    let empty = scoring(["max_score: 1", "max_score: 1", "max_score: 1"]);
    empty.file("data/secret/d/test_group.yaml", "max_score: 1").is_refused("data/secret/d", "no case");
    let args = scoring(["max_score: 1", "max_score: 1", "max_score: 1"]);
    args.file("data/secret/test_group.yaml", "args: [x]")
        .is_refused("data/secret/test_group.yaml", "do not hold");
    let key = TestPackage::current("").file("data/secret/01.yaml", "points: 1\n");
    key.is_refused("data/secret/01.yaml", "this key is not known");
}
