//! What a path is taken for, and folders of inputs and answers.

use super::read_problems;
use crate::nouns::{CaseInput, Judging, Problem};
use polymer_host_grade::ScoreGroup;
use std::path::Path;

fn write(place: &Path, files: &[&str]) {
    for file in files {
        let path = place.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
}

fn names(problem: &Problem) -> Vec<&str> {
    problem.cases.iter().map(|case| case.name.as_str()).collect()
}

fn refusal(path: &Path) -> String {
    read_problems(path).unwrap_err().to_string()
}

#[test]
fn a_folder_of_inputs_and_answers_is_a_problem() {
    let place = tempfile::tempdir().unwrap();
    let files =
        ["p/b.in", "p/b.ans", "p/a.in", "p/a.out", "p/large/x 1.in", "p/large/x 1.out", "p/large/deep/y.in"];
    write(place.path(), &files);
    write(place.path(), &["p/large/deep/y.out", "p/README.md", "p/a.desc", "p/.hidden", "p/empty/README"]);
    let problem = read_problems(&place.path().join("p")).unwrap().pop().unwrap();
    assert_eq!(problem.name, "p");
    assert_eq!(names(&problem), ["a", "b", "large/x 1", "large/deep/y"]);
    assert_eq!(problem.judging, Judging::Compare(None));
    let group = |name: &str, cases: &[usize], groups| ScoreGroup {
        name: name.to_owned(),
        cases: cases.to_vec(),
        groups,
        ..ScoreGroup::default()
    };
    let deep = group("large/deep", &[3], Vec::new());
    assert_eq!(problem.root, group("", &[0, 1], vec![group("large", &[2], vec![deep])]));
    let path = place.path().canonicalize().unwrap().join("p/a.in");
    assert_eq!(problem.cases[0].input, CaseInput::File(path.clone()));
    let expect = serde_json::json!({ "output_file": path.with_extension("out").to_str() }).to_string();
    assert_eq!(problem.cases[0].expect.as_ref(), Some(&expect));
    assert!(problem.notes.iter().any(|note| note.contains(".desc")), "{:?}", problem.notes);
}

#[test]
fn each_file_beside_inputs_has_a_meaning() {
    for (files, file, why) in [
        (&["a.in"][..], "a.in", "no answer, which would be a.out or a.ans"),
        (&["a.in", "a.out", "a.ans"], "a.", "another answer"),
        (&["a.in", "a.out", "b.out"], "b.out", "no input"),
        (&["a.in", "a.out", "b.desc"], "b.desc", "no input"),
        (&["a.in", "a.out", "check.py"], "check.py", "do not end so"),
        (&["a.in", "a.out", "b\n.in"], "b\n.in", "control character"),
        (&["a.in", "a.out", "a/b.in"], "a", "the name of this folder"),
        (&["sample/README"], "", "no case"),
    ] {
        let place = tempfile::tempdir().unwrap();
        write(place.path(), files);
        let message = refusal(place.path());
        assert!(
            message.contains(why) && message.contains(&format!("/{file}")) || file.is_empty(),
            "{message}"
        );
    }
}

#[test]
fn folders_of_a_set_are_problems() {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), &["b/1.in", "b/1.out", "a/sample/1.in", "a/sample/1.ans", "README.md"]);
    write(place.path(), &["c/problem.yaml", "c/data/secret/1.in", "c/data/secret/1.ans"]);
    let problems = read_problems(place.path()).unwrap();
    let read: Vec<_> = problems.iter().map(|problem| (problem.name.as_str(), names(problem))).collect();
    assert_eq!(read, [("a", vec!["sample/1"]), ("b", vec!["1"]), ("c", vec!["secret/1"])]);
    write(place.path(), &["d/notes.txt"]);
    assert!(refusal(place.path()).contains("/d: in a folder of problems"));
    std::fs::remove_dir_all(place.path().join("d")).unwrap();
    write(place.path(), &["stray.txt"]);
    assert!(refusal(place.path()).contains("stray.txt"));
}

#[test]
fn sample_and_secret_are_parts_of_one_problem() {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), &["p/sample/1.in", "p/sample/1.out", "p/other/2.in", "p/other/2.out"]);
    let problems = read_problems(&place.path().join("p")).unwrap();
    assert_eq!(problems.len(), 1);
    assert_eq!(names(&problems[0]), ["other/2", "sample/1"]);
}

#[test]
fn what_is_no_set_of_cases_is_refused() {
    let place = tempfile::tempdir().unwrap();
    assert!(refusal(place.path()).contains("no problem in it"));
    write(place.path(), &["add.zip", "add.kpp", "p/data/secret/1.in"]);
    for archive in ["add.zip", "add.kpp"] {
        assert!(refusal(&place.path().join(archive)).contains("unpack it"));
    }
    assert!(refusal(&place.path().join("p")).contains("no problem.yaml"));
    assert!(refusal(&place.path().join("none")).contains("none"));
    assert!(refusal(Path::new("/dev/null")).contains("not a regular file"));
}

#[test]
fn a_neighbour_of_a_problem_is_out_of_it() {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), &["a/1.in", "b/1.in", "b/1.out"]);
    std::os::unix::fs::symlink("../b/1.out", place.path().join("a/1.out")).unwrap();
    assert!(refusal(place.path()).contains("leads out of the problem"));
}
