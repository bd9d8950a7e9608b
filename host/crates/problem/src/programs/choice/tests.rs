//! Which file of a folder is the program.

use super::*;

fn choice(names: &[&str], problem: Option<&str>, pattern: Option<&str>) -> FileChoice {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    choose(&names, problem, pattern.map(|pattern| pattern.parse().unwrap()).as_ref())
}

/// The chosen file, or the language of the folder, or nothing.
fn chosen(names: &[&str]) -> Option<String> {
    match choice(names, Some("two"), None) {
        FileChoice::File { name, .. } => Some(name),
        FileChoice::Folder { language, .. } => Some(format!("<{}>", language.name())),
        FileChoice::None(_) => None,
    }
}

#[track_caller]
fn check(names: &[&str], expected: Option<&str>) {
    assert_eq!(chosen(names).as_deref(), expected, "{names:?}");
}

#[test]
fn the_only_program_is_it() {
    check(&["README.md", "a.py", "data.txt"], Some("a.py"));
    check(&["a.wasm", "notes"], Some("a.wasm"));
    check(&["README.md"], None);
    check(&[], None);
}

#[test]
fn a_source_goes_before_a_module() {
    check(&["a.rs", "a.wasm"], Some("a.rs"));
    check(&["b.wasm", "main.wasm"], Some("main.wasm"));
    check(&["b.wasm", "a.wasm"], None);
}

#[test]
fn main_is_the_program_of_several() {
    check(&["a.py", "main.py"], Some("main.py"));
    check(&["a.js", "main.py"], Some("main.py"));
    check(&["a.py", "Main.py", "two.py"], Some("Main.py"));
    check(&["main.c", "main.py"], None);
}

#[test]
fn sources_that_are_compiled_together_are_the_folder() {
    check(&["a.c", "main.c"], Some("<c>"));
    check(&["a.cc", "main.cpp"], Some("<c++>"));
    check(&["go.mod", "main.go", "more.go"], Some("<go>"));
    check(&["main.rs", "more.rs"], Some("<rust>"));
    check(&["main.zig", "more.zig", "old.wasm"], Some("<zig>"));
    // Headers belong to the only source.
    check(&["a.c", "a.h"], Some("<c>"));
    check(&["a.py", "a.h"], Some("a.py"));
    // Nothing says that these are one program, or which is.
    check(&["a.c", "b.c"], None);
}

#[test]
fn a_folder_of_several_languages_is_not_one_program() {
    check(&["a.py", "main.c"], Some("main.c"));
    check(&["a.c", "main.cpp"], Some("main.cpp"));
    check(&["a.ts", "b.c", "main.c"], Some("main.c"));
    check(&["main.rs", "task.rs"], Some("main.rs"));
    check(&["main.c", "task.c"], Some("<c>"));
}

#[test]
fn the_name_of_the_problem_is_that_of_its_program() {
    check(&["one.py", "two.py"], Some("two.py"));
    check(&["one.c", "two.c"], Some("two.c"));
    check(&["one.c", "TWO.cpp"], Some("TWO.cpp"));
    check(&["two.c", "two.py"], None);
    assert!(matches!(choice(&["one.py", "two.py"], None, None), FileChoice::None(_)));
}

#[test]
fn a_pattern_goes_before_every_rule() {
    let file = |name: &str| FileChoice::File { name: name.to_owned(), why: "--program sol*".to_owned() };
    assert_eq!(choice(&["main.py", "solve.py"], None, Some("sol*")), file("solve.py"));
    assert_eq!(choice(&["main.c", "solve.c"], None, Some("sol*")), file("solve.c"));
    let none = |names: &[&str]| match choice(names, None, Some("sol*")) {
        FileChoice::None(why) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(none(&["main.py"]), "--program sol* is not there: the folder has `main.py`");
    assert_eq!(none(&[]), "--program sol* is not there: the folder has no file");
    assert_eq!(none(&["sol.c", "sol.py"]), "--program sol* is not one file but `sol.c` and `sol.py`");
    assert_eq!(none(&["solution.pdf"]), "`solution.pdf` is in no language that is judged");
}

#[test]
fn a_refusal_names_the_files() {
    let none = |names: &[&str]| match choice(names, None, None) {
        FileChoice::None(why) => why,
        other => panic!("{other:?}"),
    };
    let expected = "several files may be the program, `a.c`, `b.py` and `c.go`: call one of them main, or say which it is with --program";
    assert_eq!(none(&["a.c", "b.py", "c.go", "d.txt"]), expected);
    assert_eq!(none(&["a.pdf"]), "there is no program in the folder: it has `a.pdf`");
    assert_eq!(none(&[]), "there is no program in the folder: it has no file");
    assert!(none(&["1.c", "2.c", "3.c", "4.c", "5.c", "6.c", "7.c", "8.c"]).contains("`6.c` and 2 more"));
}

#[test]
fn what_was_chosen_says_why() {
    let why = |names: &[&str]| match choice(names, Some("two"), None) {
        FileChoice::File { why, .. } | FileChoice::Folder { why, .. } => why,
        FileChoice::None(why) => panic!("{why}"),
    };
    assert_eq!(why(&["a.py"]), "the only program in the folder");
    assert_eq!(why(&["a.py", "main.py"]), "it is called main");
    assert_eq!(why(&["a.py", "two.py"]), "it has the name of the problem");
    assert_eq!(why(&["a.c", "main.c"]), "it is called main, and other files belong to `main.c`");
}
