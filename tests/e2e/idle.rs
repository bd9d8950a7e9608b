//! Programs that do nothing with what they are given: said once, with what could be called instead.

use super::support::{Ended, TempFolder, console, wat};

const LIBRARY: &str = r#"(module (func (export "_start"))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "_initialize_more")))"#;

const COMPONENT: &str = r#"(component
    (core module $m (func (export "run") (result i32) (i32.const 0))
        (func (export "twice") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))
    (core instance $i (instantiate $m))
    (func $run (result (result)) (canon lift (core func $i "run")))
    (instance $export (export "run" (func $run)))
    (export "wasi:cli/run@0.2.3" (instance $export))
    (func $twice (param "n" u32) (result u32) (canon lift (core func $i "twice")))
    (export "twice" (func $twice)))"#;

/// A program that reads its input (1), writes (2), says something on stderr (4), or takes an empty
/// input for a sign to write (8).
fn program(does: u32) -> String {
    format!(
        r#"(module
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "_start")
            (i32.store (i32.const 0) (i32.const 16))
            (i32.store (i32.const 4) (i32.const 1))
            (if (i32.and (i32.const {does}) (i32.const 1))
                (then (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))))
            (if (i32.and (i32.const {does}) (i32.const 2))
                (then (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
            (if (i32.and (i32.const {does}) (i32.const 4))
                (then (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))))))"#
    )
}

const SAID: &str = "no task read its input or wrote anything";

#[track_caller]
fn times(ended: &Ended) -> usize {
    ended.stderr.matches(SAID).count()
}

#[test]
fn a_program_that_does_nothing_is_told_once_with_what_it_exports() {
    let folder = TempFolder::new();
    let library = folder.file("library.wat", LIBRARY).display().to_string();
    let lines = ["1", "2", "3"];
    for workers in ["-j 1", "-j 2"] {
        let ended = console(&format!("run {library} {workers}"), &lines, 0);
        assert_eq!((times(&ended), ended.records().len()), (1, 3), "{}", ended.stderr);
        ended.check_says("(3 tasks)");
        ended.check_says("it exports `add`, which nothing calls in a core module");
        let last = ended.stderr.lines().last().unwrap();
        assert!(last.contains(SAID), "it is not said last: {last}");
    }
    let component = folder.file("component.wat", COMPONENT).display().to_string();
    let ended = console(&format!("run {component}"), &lines, 0);
    assert_eq!(times(&ended), 1, "{}", ended.stderr);
    ended.check_says("it exports `twice`: `--invoke twice` would call it once for each line");
    let ended = console(&format!("run {component} --invoke twice"), &["[1]"], 0);
    assert_eq!(times(&ended), 0, "{}", ended.stderr);
    let ended = console(&format!("run {}", wat("silent")), &["x"], 0);
    ended.check_says("reads its input from stdin");
}

#[test]
fn it_is_not_told_of_runs_in_which_something_was_done() {
    let folder = TempFolder::new();
    for does in [1, 2, 3, 4] {
        let path = folder.file("program.wat", program(does)).display().to_string();
        let ended = console(&format!("run {path}"), &["x", "y"], 0);
        assert_eq!(times(&ended), 0, "{does}: {}", ended.stderr);
    }
    let idle = folder.file("idle.wat", program(0)).display().to_string();
    assert_eq!(times(&console(&format!("run {idle}"), &["x"], 0)), 1);
    // Nothing was to be read.
    assert_eq!(times(&console(&format!("run {idle} --input-format text"), &["", ""], 0)), 0);
    assert_eq!(times(&console(&format!("run {idle}"), &[], 0)), 0);
    // It may have worked in its folder.
    let granted = folder.path().join("granted");
    std::fs::create_dir(&granted).unwrap();
    let ended = console(&format!("run {idle} --dir {}", granted.display()), &["x"], 0);
    assert_eq!(times(&ended), 0, "{}", ended.stderr);
    // One task of one module did something.
    let writes = folder.file("writes.wat", program(2)).display().to_string();
    let tasks = [(&idle, "x"), (&writes, "y")]
        .map(|(module, input)| format!(r#"{{"module":"{module}","input":"{input}"}}"#));
    let tasks: Vec<&str> = tasks.iter().map(String::as_str).collect();
    assert_eq!(times(&console("run --tasks -", &tasks, 0)), 0);
    assert_eq!(times(&console("run --tasks -", &tasks[..1], 0)), 1);
}
