//! Programs as they are found in files, folders and lines.

use super::*;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder with these files; a path that ends with `/` is a folder.
fn folder(paths: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for path in paths {
        let full = folder.path().join(path);
        if path.ends_with('/') {
            fs::create_dir_all(full).unwrap();
        } else {
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, "").unwrap();
        }
    }
    folder
}

fn options(problems: &[&str]) -> ProgramOptions {
    ProgramOptions { problems: problems.iter().map(|name| (*name).to_owned()).collect(), pattern: None }
}

fn with_pattern(problems: &[&str], pattern: &str) -> ProgramOptions {
    ProgramOptions { pattern: Some(pattern.parse().unwrap()), ..options(problems) }
}

/// Each program in a line: name, person, problem, what it is.
fn lines(root: &Path, list: &ProgramList) -> Vec<String> {
    let below = |path: &PathBuf| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
    let line = |program: &Program| {
        let source = match &program.source {
            ProgramSource::Module(path) => format!("module {}", below(path)),
            ProgramSource::Source { language, path } | ProgramSource::Script { language, path } => {
                format!("{language} {}", below(path))
            }
            ProgramSource::Code { language, text } => format!("{language} text {text}"),
            ProgramSource::None(why) => format!("none: {why}"),
        };
        let problem = program.problem.as_deref().unwrap_or("-");
        format!("{} {} {problem} {source}", program.name, program.person)
    };
    list.programs.iter().map(line).collect()
}

#[track_caller]
fn check(paths: &[&str], options: &ProgramOptions, expected: &[&str]) -> ProgramList {
    let folder = folder(paths);
    let list = read(folder.path(), options).unwrap();
    assert_eq!(lines(folder.path(), &list), expected);
    list
}

fn notes(list: &ProgramList) -> Vec<&str> {
    list.notes.iter().map(|note| note.entry.as_str()).collect()
}

#[test]
fn a_file_is_a_program() {
    let folder = folder(&["ann.py", "two.wasm", "README.md"]);
    let of = |name, options| {
        let list = read(&folder.path().join(name), &options).unwrap();
        lines(folder.path(), &list).remove(0)
    };
    assert_eq!(of("ann.py", options(&[])), "ann ann - python ann.py");
    assert_eq!(of("ann.py", options(&["one"])), "ann ann one python ann.py");
    assert_eq!(of("two.wasm", options(&["one", "two"])), "two two two module two.wasm");
    let error = |name, options| read(&folder.path().join(name), &options).unwrap_err();
    assert!(matches!(error("README.md", options(&[])), ProgramError::Language(_)));
    assert!(matches!(error("ann.py", options(&["one", "two"])), ProgramError::WhichProblem(_)));
    assert!(matches!(error("none.py", options(&[])), ProgramError::System(_)));
}

#[test]
fn a_folder_has_files_and_folders_of_persons() {
    let paths = ["ann.py", "bob.C", "cid/solve.rs", "dee.wat", "README.md", ".git/x", "eve/"];
    let expected = [
        "ann ann one python ann.py",
        "bob bob one c bob.C",
        "cid cid one rust cid/solve.rs",
        "dee dee one module dee.wat",
        "eve eve one none: there is no program in the folder: it has no file",
    ];
    let list = check(&paths, &options(&["one"]), &expected);
    assert_eq!(notes(&list), [".git", "README.md"]);
    assert_eq!(list.persons, ["ann", "bob", "cid", "dee", "eve"]);
    let choice = &list.choices[0];
    assert_eq!((choice.program.as_str(), choice.file.as_str()), ("cid", "cid/solve.rs"));
    assert_eq!(choice.why, "the only program in the folder");
}

#[test]
fn files_of_one_person_keep_their_endings_apart() {
    let expected = [
        "ann.c ann - c ann.c",
        "ann.py ann - python ann.py",
        "bob bob - c bob/main.c",
        "bob.py bob - python bob.py",
    ];
    check(&["ann.c", "ann.py", "bob.py", "bob/main.c"], &options(&[]), &expected);
    let list = check(&["ann.c", "ann.wasm"], &options(&[]), &["ann ann - c ann.c"]);
    assert_eq!(notes(&list), ["ann.wasm"]);
}

#[test]
fn a_person_has_a_program_for_each_of_several_problems() {
    let paths = [
        "ann/one.py",
        "ann/two/solve.c",
        "ann/notes.txt",
        "bob/TWO.go",
        "bob/three.go",
        "cid/one.c",
        "cid/one.py",
        "cid/two/",
        "dee/solve.c",
        "eve/",
    ];
    let expected = [
        "ann/one ann one python ann/one.py",
        "ann/two ann two c ann/two/solve.c",
        "bob/two bob two go bob/TWO.go",
        "cid/one cid one none: several programs have the name of the problem, `one.c` and `one.py`: say which it is with --program",
        "cid/two cid two none: there is no program in the folder: it has no file",
    ];
    let list = check(&paths, &options(&["one", "two"]), &expected);
    assert_eq!(list.persons, ["ann", "bob", "cid", "dee", "eve"]);
    assert_eq!(notes(&list), ["ann/notes.txt", "bob/three.go", "dee/solve.c", "dee", "eve"]);
}

#[test]
fn a_folder_named_after_a_problem_may_stand_beside_a_module_only() {
    let paths = ["ann/one.wasm", "ann/one/main.c", "bob/one.c", "bob/one/main.c"];
    let expected = [
        "ann/one ann one c ann/one/main.c",
        "bob/one bob one none: several programs have the name of the problem, `one.c` and `one`: say which it is with --program",
    ];
    check(&paths, &options(&["one", "two"]), &expected);
}

#[test]
fn files_named_after_problems_are_those_of_their_folder() {
    let outer = folder(&["model/one.py", "model/two.c", "model/README.md"]);
    let list = read(&outer.path().join("model"), &options(&["one", "two"])).unwrap();
    let expected = ["model/one model one python model/one.py", "model/two model two c model/two.c"];
    assert_eq!(lines(outer.path(), &list), expected);
    fs::write(outer.path().join("model/ann.c"), "").unwrap();
    let error = read(&outer.path().join("model"), &options(&["one", "two"])).unwrap_err();
    assert!(matches!(&error, ProgramError::WhichProblem(path) if path.ends_with("ann.c")), "{error}");
}

#[test]
fn the_option_says_which_file_it_is() {
    let expected = [
        "ann ann one python ann/sol.py",
        "bob bob one none: --program sol.* is not there: the folder has `main.py`",
    ];
    let paths = ["ann/main.py", "ann/sol.py", "bob/main.py"];
    check(&paths, &with_pattern(&["one"], "sol.*"), &expected);
    let expected = ["ann/one ann one python ann/one.py", "ann/two ann two c ann/two/b.c"];
    let paths = ["ann/one.c", "ann/one.py", "ann/two/a.py", "ann/two/b.c", "ann/two/one.py.txt"];
    let list = folder(&paths);
    let found = read(list.path(), &with_pattern(&["one", "two"], "{one.py,b.c}")).unwrap();
    assert_eq!(lines(list.path(), &found), expected);
}

#[test]
fn folders_around_a_folder_are_opened() {
    check(&["ann/ann-submission/src/main.c"], &options(&[]), &["ann ann - c ann/ann-submission/src/main.c"]);
    let deep = ["ann/1/2/3/4/main.c"];
    check(&deep, &options(&[]), &["ann ann - none: there is no program in its first 4 folders"]);
    let expected = ["ann ann - none: there is no program in the folder: it has no file"];
    check(&["ann/a/main.c", "ann/b/main.c"], &options(&[]), &expected);
    // What is beside it is not the program.
    check(&["ann/a/main.c", "ann/README"], &options(&[]), &["ann ann - c ann/a/main.c"]);
}

#[test]
fn sources_that_are_built_together_are_the_folder() {
    let list = check(&["ann/main.c", "ann/more.c", "ann/more.h"], &options(&[]), &["ann ann - c ann"]);
    assert_eq!(list.choices[0].file, "ann");
    check(&["ann/a.c", "ann/main.py"], &options(&[]), &["ann ann - python ann/main.py"]);
}

#[test]
fn no_link_is_followed() {
    let root = folder(&["ann/main.c", "bob/", "secret.c"]);
    let path = root.path();
    std::os::unix::fs::symlink("../secret.c", path.join("bob/main.c")).unwrap();
    std::os::unix::fs::symlink("ann", path.join("cid")).unwrap();
    std::os::unix::fs::symlink("secret.c", path.join("dee.c")).unwrap();
    let list = read(path, &options(&[])).unwrap();
    let expected = [
        "ann ann - c ann/main.c",
        "bob bob - none: there is no program in the folder: it has no file",
        "cid cid - none: it is a symbolic link, which may lead to the files of somebody else",
        "dee.c dee - none: it is a symbolic link, which may lead to the files of somebody else",
        "secret secret - c secret.c",
    ];
    assert_eq!(lines(path, &list), expected);
    assert_eq!(notes(&list), ["bob/main.c"]);
    // The path that the operator gave may be one.
    std::os::unix::fs::symlink("ann", path.join("eve")).unwrap();
    assert_eq!(read(&path.join("eve"), &options(&[])).unwrap().programs.len(), 1);
}

#[test]
fn names_that_cannot_be_used_are_refused_or_passed_over() {
    let error = read(folder(&["a\n.c"]).path(), &options(&[])).unwrap_err();
    assert!(matches!(error, ProgramError::NotUtf8(_)));
    assert!(!error.to_string().contains('\n'));
    let list = check(&["ann/a\u{1b}.c", "ann/b.c"], &options(&[]), &["ann ann - c ann/b.c"]);
    assert_eq!(notes(&list), ["ann/a\u{1b}.c"]);
    assert!(matches!(read(folder(&["README"]).path(), &options(&[])), Err(ProgramError::NoPrograms(_))));
}

#[test]
fn a_large_source_is_no_program() {
    let root = folder(&["ann.c", "bob/main.py", "cid.wasm"]);
    for name in ["ann.c", "bob/main.py", "cid.wasm"] {
        fs::File::options()
            .write(true)
            .open(root.path().join(name))
            .unwrap()
            .set_len(LARGEST_SOURCE + 1)
            .unwrap();
    }
    let list = read(root.path(), &options(&[])).unwrap();
    let expected = [
        "ann ann - none: `ann.c` has 33554433 bytes, at most 33554432 are allowed",
        "bob bob - none: `main.py` has 33554433 bytes, at most 33554432 are allowed",
        "cid cid - module cid.wasm",
    ];
    assert_eq!(lines(root.path(), &list), expected);
}

#[test]
fn one_folder_with_too_many_entries_costs_nobody_else_theirs() {
    let root = folder(&["bob.c", "ann/"]);
    for number in 0..1001 {
        fs::write(root.path().join(format!("ann/{number}.txt")), "").unwrap();
    }
    let expected = ["ann ann - none: its folder has more than 1000 entries", "bob bob - c bob.c"];
    assert_eq!(lines(root.path(), &read(root.path(), &options(&[])).unwrap()), expected);
}

fn of_lines(text: &str, problems: &[&str]) -> Result<Vec<String>, String> {
    let root = folder(&["files/a.py", "files/b.c", "files/c.txt", "files/d.py/"]);
    std::os::unix::fs::symlink("files/a.py", root.path().join("link.py")).unwrap();
    let path = root.path().join("model.jsonl");
    fs::write(&path, text).unwrap();
    let list = read(&path, &options(problems))
        .map_err(|error| error.to_string().replace(&format!("{}/", root.path().display()), ""))?;
    Ok(lines(root.path(), &list))
}

#[test]
fn lines_have_texts() {
    let text = r#"{"id":"a","person":"ann","code":"print(1)","language":"Python"}

{"name":7,"code":"x","language":"c++","other":{"kept":true}}
"#;
    assert_eq!(of_lines(text, &[]).unwrap(), ["a ann - python text print(1)", "7 7 - c++ text x"]);
    assert_eq!(of_lines(text, &["one"]).unwrap()[0], "a ann one python text print(1)");
}

#[test]
fn samples_of_a_problem_are_numbered_and_belong_to_their_file() {
    let text = r#"{"task_id":"HumanEval/0","code":"a","language":"python"}
{"task_id":"HumanEval/0","code":"b","language":"python"}
{"problem":"HumanEval/1","code":"c","language":"python","person":"other"}"#;
    let expected = [
        "HumanEval/0/1 model HumanEval/0 python text a",
        "HumanEval/0/2 model HumanEval/0 python text b",
        "HumanEval/1/1 other HumanEval/1 python text c",
    ];
    assert_eq!(of_lines(text, &["HumanEval/0", "HumanEval/1"]).unwrap(), expected);
    assert_eq!(of_lines(text, &[]).unwrap(), expected);
    // Names of problems of files have no slash.
    assert_eq!(
        of_lines(text, &["HumanEval_0", "HumanEval_1"]).unwrap()[1],
        "HumanEval_0/2 model HumanEval_0 python text b"
    );
    let plain = "{\"code\":\"a\",\"language\":\"c\"}\n{\"code\":\"b\",\"language\":\"c\"}\n";
    assert_eq!(of_lines(plain, &[]).unwrap(), ["model/1 model/1 - c text a", "model/2 model/2 - c text b"]);
    assert_eq!(of_lines(plain, &["one"]).unwrap()[1], "one/2 one/2 one c text b");
}

#[test]
fn lines_have_paths_below_their_folder() {
    let line = |path: &str| {
        of_lines(&format!(r#"{{"id":"a","path":"{path}"}}"#), &[]).map(|mut lines| lines.remove(0))
    };
    assert_eq!(line("files/a.py").unwrap(), "a a - python files/a.py");
    assert_eq!(line("./files//b.c").unwrap(), "a a - c files/b.c");
    assert_eq!(
        line("files/c.txt").unwrap(),
        "a a - none: no language is known by the ending of `files/c.txt`"
    );
    assert_eq!(line("files/d.py").unwrap(), "a a - none: `files/d.py` is no file");
    assert_eq!(line("link.py").unwrap(), "a a - none: `link.py` leads through a symbolic link");
    assert!(line("files/none.py").unwrap().contains("none: "));
    assert!(line("../a.py").unwrap_err().starts_with("model.jsonl, line 1: `path` is `../a.py`: "));
    assert!(line("/etc/a.py").is_err());
}

#[test]
fn a_line_that_is_no_program_is_refused_by_its_number() {
    let error = |line: &str| of_lines(&format!("\n{line}\n"), &["one", "two"]).unwrap_err();
    for (line, why) in [
        (r#"{"problem":"one","code":"a"}"#, "`code` is given without its `language`"),
        (r#"{"problem":"one","language":"c"}"#, "it has no `code` and no `path`"),
        (
            r#"{"problem":"one","language":"c","code":"a","path":"a.c"}"#,
            "it has `code` and `path`; one of them is enough",
        ),
        (r#"{"problem":"one","task_id":"one"}"#, "it has `problem` and `task_id`; one of them is enough"),
        (r#"{"id":"a","name":"b"}"#, "it has `id` and `name`; one of them is enough"),
        (r#"{"problem":"six","language":"c","code":"a"}"#, "there is no problem `six`"),
        (
            r#"{"language":"c","code":"a"}"#,
            "it has no `problem` (or `task_id`), and there are several problems",
        ),
        (
            r#"{"problem":"one","language":"wasm","code":"a"}"#,
            "`language` is `wasm`, not c, c++, rust, go, zig, python or javascript",
        ),
        (
            r#"{"problem":"one","language":"c","path":"files/a.py"}"#,
            "`language` is not that of the ending of `path`, by which it is built",
        ),
    ] {
        assert_eq!(error(line), format!("model.jsonl, line 2: {why}"));
    }
    assert!(error("[1]").contains("line 2: ") && error("{").contains("line 2: "));
    assert!(error(r#"{"id":1.5}"#).contains("a name is a string or an integer"));
}

#[test]
fn names_of_lines_are_unique_and_can_be_shown() {
    let line = |id: &str| format!("{{\"id\":\"{id}\",\"code\":\"a\",\"language\":\"c\"}}\n");
    assert_eq!(of_lines(&(line("a") + &line("a")), &[]).unwrap_err(), "two programs are called `a`");
    assert!(of_lines(&line("a\\n"), &[]).unwrap_err().contains("is no name of a program"));
    assert!(of_lines(&line(""), &[]).is_err());
    assert!(of_lines(&line(&"é".repeat(128)), &[]).is_ok());
    assert!(of_lines(&line(&"é".repeat(129)), &[]).is_err());
    assert!(of_lines("", &[]).is_err());
}
