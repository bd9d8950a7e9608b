//! Parts of a package ("Problem package structure overview"), and files of test data ("Test
//! data").

use super::{TestPackage, file_of, names};
use std::os::unix::fs::symlink;

#[test]
fn parts_that_change_no_verdict_are_noted() {
    for part in [
        "attachments/a.txt",
        "generators/gen.py",
        "input_validators/validate.ctd",
        "input_format_validators/validate.py",
        "input_visualizer/v.py",
        "output_visualizer/v.py",
        "problem_statement/problem.tex",
        "solution/solution.md",
        "statement/problem.en.md",
        "submissions/accepted/a.py",
        "problem.pdf",
        "data/invalid_input/01.in",
        "data/valid_output/01.out",
    ] {
        let notes = TestPackage::current("").file(part, "x").read().notes;
        let name = part.trim_start_matches("data/").split('/').next().unwrap();
        assert!(notes.iter().any(|note| note.contains(name)), "{part}: {notes:?}");
    }
    let quiet = TestPackage::current("").file("README.md", "x").file("LICENSE", "x").file(".git/config", "x");
    assert_eq!(quiet.read().notes.len(), 1);
}

#[test]
fn parts_that_would_change_a_verdict_are_refused() {
    for (part, why) in [
        ("include/default/main.h", "added to programs"),
        ("graders/grade.py", "graders"),
        ("static_validator/check.py", "static validators"),
        ("domjudge-problem.ini", "DOMjudge"),
        ("testdata.yaml", "no part"),
        ("graders2/x", "no part"),
        ("notes.txt", "no part"),
    ] {
        let name = part.split('/').next().unwrap();
        TestPackage::current("").file(part, "x").is_refused(name, why);
        TestPackage::new("").file(part, "x").is_refused(name, why);
    }
    TestPackage::current("").file("data/01.in", "x").is_refused("data/01.in", "sample and secret");
    TestPackage::current("").file("data/other/01.in", "x").is_refused("data/other", "sample and secret");
}

#[test]
fn data_has_to_be_there() {
    TestPackage::current("").without("data").is_refused("", "no folder `data`");
    TestPackage::current("").without("data/secret").case("sample/1").is_refused("data", "data/secret");
    TestPackage::new("").without("problem.yaml").is_refused("", "no problem.yaml");
}

#[test]
fn cases_are_named_and_ordered_by_their_paths() {
    let package = TestPackage::current("").cases(&["sample/2", "sample/10", "secret/a.big", "secret/00"]);
    assert_eq!(names(&package.read()), ["sample/10", "sample/2", "secret/00", "secret/01", "secret/a.big"]);
}

#[test]
fn each_file_of_a_case_has_a_meaning() {
    for (files, file, why) in [
        (&["secret/02.in"][..], "secret/02.in", "no answer"),
        (&["secret/02.ans"], "secret/02.ans", "no input"),
        (&["secret/02.yaml"], "secret/02.yaml", "no input"),
        (&["secret/02.png"], "secret/02.png", "no input"),
        (&["secret/01.args"], "secret/01.args", "`args`"),
        (&["secret/01.files/a.txt"], "secret/01.files", "may open"),
        (&["secret/01.txt"], "secret/01.txt", "do not end so"),
        (&["secret/01"], "secret/01", "do not end so"),
        (&["secret/testdata.yaml"], "secret/testdata.yaml", "test_group.yaml"),
        (&["secret/a b.in"], "secret/a b.in", "names have"),
        (&["secret/-a.in"], "secret/-a.in", "names have"),
        (&["sample/1.in", "sample/1.ans", "sample/1/2.in"], "sample/1", "the name of this folder"),
    ] {
        let package = files
            .iter()
            .fold(TestPackage::current(""), |package, name| package.file(&format!("data/{name}"), ""));
        package.is_refused(&format!("data/{file}"), why);
    }
    for (file, why) in [
        ("secret/01.out", ".ans"),
        ("secret/01.yaml", "no settings"),
        ("secret/01.args", "no arguments"),
        ("secret/01.files/x", "may open"),
        ("secret/test_group.yaml", "testdata.yaml"),
    ] {
        let name = if file.ends_with("/x") { "secret/01.files" } else { file };
        TestPackage::new("").file(&format!("data/{file}"), "").is_refused(&format!("data/{name}"), why);
    }
}

#[test]
fn files_for_people_are_counted() {
    let package = TestPackage::current("").case("sample/1").file("data/sample/1.interaction", "<1\n");
    let package = package.file("data/sample/2.interaction", "<1\n").file("data/secret/01.png", "");
    let package = package.file("data/sample/1.in.statement", "").file("data/secret/README", "");
    let problem = package.read();
    assert_eq!(names(&problem), ["sample/1", "secret/01"]);
    let told = |note: &str| problem.notes.iter().any(|told| told.contains(note));
    assert!(
        told("2 files .interaction are") && told("one file .png is") && told(".in.statement"),
        "{problem:?}"
    );
    let legacy = TestPackage::new("").file("data/secret/01.desc", "").file("data/secret/01.hint", "").read();
    assert!(legacy.notes.iter().any(|told| told.contains(".desc")), "{:?}", legacy.notes);
}

#[test]
fn links_lead_nowhere_else() {
    let package = TestPackage::current("").case("secret/02");
    std::fs::write(package.place.path().join("key"), "secret").unwrap();
    let link = package.path_of("data/secret/02.ans");
    std::fs::remove_file(&link).unwrap();
    symlink("01.ans", &link).unwrap();
    let problem = package.read();
    let expect = problem.cases[1].expect.as_ref().unwrap();
    assert!(expect.contains("/secret/01.ans"), "{expect}");
    std::fs::remove_file(&link).unwrap();
    symlink("../../../key", &link).unwrap();
    package.is_refused("data/secret/02.ans", "leads out");
    std::fs::remove_file(&link).unwrap();
    let package = package.without("data/secret/02.in");
    assert_eq!(file_of(&package.read().cases[0].input).file_name().unwrap(), "01.in");
    symlink("..", package.path_of("data/secret/up")).unwrap();
    package.is_refused("data/secret/up", "symbolic link");
}
