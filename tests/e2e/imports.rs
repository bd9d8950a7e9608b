//! What modules import: judged by what it holds, told whole, and shown by `inspect` with nothing
//! compiled that needs not be.

use super::support::{Start, TempFolder, console, wat};
use serde_json::json;
use std::path::Path;

/// A component that is a command and does nothing, with these imports and whatever else.
fn command(more: &str) -> String {
    format!(
        r#"(component {more}
        (core module $m (func (export "run") (result i32) (i32.const 0)))
        (core instance $i (instantiate $m))
        (func $run (result (result)) (canon lift (core func $i "run")))
        (instance $export (export "run" (func $run)))
        (export "wasi:cli/run@0.2.3" (instance $export)))"#
    )
}

const TYPES: &str = r#"(import "acme:geo/types@1.0.0" (instance $types
        (type $p (record (field "x" u32))) (export "point" (type (eq $p)))))
    (alias export $types "point" (type $point))
    (import "acme:geo/api@1.0.0" (instance (alias outer 1 $point (type $q)) (export "point" (type $r (eq $q)))
        (export "move" (func (param "to" $r)))))"#;

const MISSING: &str = r#"
    (import "acme:db/store@1.0.0" (instance $store (export "row" (type $row (sub resource)))
        (export "get" (func (result (own $row))))))
    (import "acme:log/out" (instance $log (export "say" (func))))
    (alias export $store "get" (func)) (alias export $log "say" (func))"#;

#[test]
fn imports_of_types_alone_need_nobody() {
    let folder = TempFolder::new();
    let path = folder.file("types.wat", command(TYPES)).display().to_string();
    console(&format!("run {path}"), &["x"], 0).records()[0].check_ok(&json!(""));
    let ended = console(&format!("inspect {path}"), &[], 0);
    assert!(
        ended.stdout.contains("imports:\n  acme:geo/types@1.0.0\n  acme:geo/api@1.0.0\n"),
        "{}",
        ended.stdout
    );
    // Their functions are called by name with the types of such an interface.
    let function = TYPES.to_owned()
        + r#"(core module $m (func (export "x") (param i32) (result i32) (local.get 0)))
        (core instance $i (instantiate $m))
        (import "point" (type $named (eq $point)))
        (func $x (param "of" $named) (result u32) (canon lift (core func $i "x")))
        (export "x" (func $x))"#;
    let path = folder.file("function.wat", format!("(component {function})")).display().to_string();
    let ended = console(&format!("run {path} --invoke x"), &[r#"[{"x":7}]"#], 0);
    ended.records()[0].check_ok(&json!(7));
}

#[test]
fn all_that_is_missing_is_named_at_once() {
    let folder = TempFolder::new();
    let path = folder.file("missing.wat", command(MISSING)).display().to_string();
    for line in [format!("run {path}"), format!("inspect {path}"), format!("run {path} --invoke x")] {
        let ended = console(&line, &[], 96);
        assert_eq!(ended.stdout, "");
        ended.check_says(
            "it imports `acme:db/store@1.0.0` (resource `row` and `get`) and `acme:log/out` (`say`), which nothing here provides",
        );
        ended.check_says("`wasi:cli`, `wasi:clocks`");
        ended.check_says("wac plug");
        // It would lead from `inspect` to itself.
        assert_eq!(ended.stderr.contains("polymer inspect"), line.starts_with("run"), "{}", ended.stderr);
        let said = ended.stderr.lines().filter(|line| !line.starts_with("hint: "));
        assert_eq!(said.count(), 1, "{}", ended.stderr);
    }
    let core = r#"(module (import "env" "a" (func)) (import "env" "b" (func)) (import "env" "memory" (memory 1)) (func (export "_start")))"#;
    let path = folder.file("core.wat", core).display().to_string();
    for line in [format!("run {path}"), format!("inspect {path}")] {
        let ended = console(&line, &[], 96);
        ended.check_says("it imports `env.a`, `env.b` and `env.memory`, which nothing here provides; here there is `wasi_snapshot_preview1`");
    }
}

fn entries(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|kind| kind == "code"))
        .count()
}

#[test]
fn inspect_compiles_what_has_to_describe_itself_and_no_more() {
    let folder = TempFolder::new();
    let cache = folder.path().join("cache");
    let with = format!("--cache-dir {}", cache.display());
    // Too little memory to compile anything in would be told.
    for module in
        [wat("silent"), wat("component"), folder.file("t.wat", command(TYPES)).display().to_string()]
    {
        console(&format!("inspect {module} {with}"), &[], 0);
        assert_eq!(entries(&cache), 0, "{module}");
    }
    let typed = super::support::example("simple");
    console(&format!("inspect {typed} {with}"), &[], 0);
    assert_eq!(entries(&cache), 1);
    let ended = console(&format!("run {typed} {with}"), &[], 0);
    ended.check_says("cache: 1 module found");
    let ended = console(&format!("inspect {typed} {with}"), &[], 0);
    assert!(ended.stdout.contains("task: simple 0.1.0"), "{}", ended.stdout);
    let none = folder.path().join("none");
    let line = format!("inspect {typed}");
    for (name, value) in [("POLYMER_CACHE_DIR", none.to_str().unwrap()), ("POLYMER_NO_CACHE", "1")] {
        Start::polymer(&line).env(name, value).run("").check(0);
    }
    assert_eq!(entries(&none), 1);
    console(&format!("run {} {with}", wat("silent")), &["x"], 0);
    // What a run compiled is of use too.
    let ended = console(&format!("inspect {} {with}", wat("silent")), &[], 0);
    assert!(ended.stdout.contains("form: command (a core module with _start)"), "{}", ended.stdout);
}

#[test]
fn inspect_lists_what_a_program_exports() {
    let folder = TempFolder::new();
    let core = r#"(module (func (export "_start")) (func (export "add") (param i32 i32) (result i32) (i32.const 1)) (memory (export "memory") 1))"#;
    let path = folder.file("core.wat", core).display().to_string();
    let cache = folder.path().join("cache").display().to_string();
    for _ in 0..2 {
        let ended = console(&format!("inspect {path} --cache-dir {cache}"), &[], 0);
        let expected = "other functions it exports (only `_start` is called of a core module):\n  add: func(i32, i32) -> i32\n";
        assert!(ended.stdout.contains(expected), "{}", ended.stdout);
        // The second time with code from the cache.
        console(&format!("run {path} --cache-dir {cache}"), &["x"], 0);
    }
    let component = command(
        r#"(core module $n (func (export "twice") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))
        (core instance $j (instantiate $n))
        (func $twice (param "n" u32) (result u32) (canon lift (core func $j "twice")))
        (export "twice" (func $twice))"#,
    );
    let path = folder.file("component.wat", component).display().to_string();
    let ended = console(&format!("inspect {path}"), &[], 0);
    assert!(ended.stdout.contains("functions (for --invoke):\n  twice: func("), "{}", ended.stdout);
}

#[test]
fn messages_of_inspect_name_flags_that_it_has() {
    let folder = TempFolder::new();
    // A task that describes itself for ever.
    let text = r#"(module (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
        (func (export "polymer:task/guest@0.1.0#describe") (result i32) (loop $l (br $l)) (i32.const 0))
        (func (export "polymer:task/guest@0.1.0#run") (param i32 i32 i32 i32 i32 i32 i32) (result i32) (i32.const 0)))"#;
    let path = folder.file("endless.wat", text).display().to_string();
    let ended = console(&format!("inspect {path} --fuel 1M"), &[], 96);
    ended.check_says("`describe` failed");
    let help = console("inspect --help", &[], 0).stdout;
    for line in [
        format!("inspect {path} --fuel 1M"),
        format!("inspect {path} --compile-memory 33M"),
        "inspect /no/such".to_owned(),
    ] {
        let ended = Start::polymer(&line).run("");
        for flag in ended.stderr.split_whitespace().filter(|word| word.starts_with("--")) {
            let flag = flag.trim_end_matches(|char: char| !char.is_ascii_alphabetic());
            assert!(help.contains(flag), "{flag} is none of inspect: {}", ended.stderr);
        }
    }
}
