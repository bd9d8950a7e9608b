//! The modules that records name: which is which, and when it is opened, announced and let go.

use super::*;
use polymer_host_sys::file_identity::FileIdentity;
use std::fs::File;

#[test]
fn a_module_is_opened_once_and_announced_once() {
    let mut records = Records::new();
    let module = |name: &str| format!(r#"{{"module": "{name}", "input": 0}}"#);
    let Some((id, file)) = opened(&records.take(&module("a.wasm"))) else { panic!() };
    assert_eq!((id, file.name(), file.is_text()), (ModuleId(0), "a.wasm", false));
    assert!(news(&records.take(&module("a.wasm"))).is_none());
    assert!(news(&records.take(&module("./a.wasm"))).is_none(), "the same path, written otherwise");
    let absolute = records.folder.path().join("b.wat");
    let Some((id, file)) = opened(&records.take(&module(absolute.to_str().unwrap()))) else { panic!() };
    assert_eq!((id, file.is_text()), (ModuleId(1), true));
    assert_eq!(records.task(&module("b.wat")).module, ModuleId(1));
    assert_eq!(records.task(&module("a.wasm")).module, ModuleId(0));
}

#[test]
fn a_module_is_one_by_all_its_names_and_each_record_keeps_its_own() {
    let mut records = Records::new();
    let path = |name: &str| records.folder.path().join(name);
    std::fs::create_dir(path("d")).unwrap();
    std::fs::copy(path("a.wasm"), path("copy.wasm")).unwrap();
    std::fs::copy(path("a.wasm"), path("text.wat")).unwrap();
    std::fs::hard_link(path("a.wasm"), path("hard.wasm")).unwrap();
    std::os::unix::fs::symlink("a.wasm", path("soft.wasm")).unwrap();
    let line = |name: &str| format!(r#"{{"module": "{name}", "input": 0}}"#);
    let first = records.take(&line("a.wasm"));
    assert!(opened(&first).is_some());
    let mut names: Vec<String> =
        ["copy.wasm", "hard.wasm", "soft.wasm"].map(str::to_owned).into_iter().collect();
    names.extend((1..40).map(|depth| format!("{}a.wasm", "d/../".repeat(depth))));
    for name in &names {
        let taken = records.take(&line(name));
        let Some(ModuleNews::AlsoNamed { module, name: told, digest }) = news(&taken) else {
            panic!("{name} was copied, or the run was not told of it: {taken:?}")
        };
        assert_eq!((*module, told, *digest), (ModuleId(0), name, Digest::of(b"aa")));
        let Some(Submission::Task(task)) = taken.submission() else { panic!("{name}") };
        assert_eq!((task.module, task.spelling.as_deref()), (ModuleId(0), Some(name.as_str())));
        assert!(news(&records.take(&line(name))).is_none(), "the run is told of each name once");
    }
    assert_eq!(records.task(&line("./a.wasm")).spelling.as_deref(), Some("./a.wasm"));
    assert!(opened(&records.take(&line("text.wat"))).is_some(), "the same bytes as text are another module");
}

#[test]
fn a_file_that_changed_is_another_module_under_a_name_that_is_new() {
    let mut records = Records::new();
    let line = |name: &str| format!(r#"{{"module": "{name}", "input": 0}}"#);
    let path = records.folder.path().join("a.wasm");
    assert_eq!(records.task(&line("a.wasm")).module, ModuleId(0));
    std::fs::write(&path, "xx").unwrap();
    std::fs::hard_link(&path, records.folder.path().join("new.wasm")).unwrap();
    assert_eq!(records.task(&line("a.wasm")).module, ModuleId(0), "what was opened stays what it was");
    assert_eq!(records.task(&line("new.wasm")).module, ModuleId(1));
}

/// Records whose modules have room for one at a time, and what the run does with them.
fn one_at_a_time() -> (Records, ResidentModules, impl Fn(&str) -> String) {
    let mut records = Records::new();
    let resident = ResidentModules::new(ModuleFootprint { bytes: 4, descriptors: 2 });
    records.lines.reside_among(resident.clone());
    (records, resident, |name: &str| format!(r#"{{"id": 1, "module": "{name}", "input": 0}}"#))
}

#[test]
fn a_line_waits_while_others_hold_the_room_that_its_module_needs_and_is_read_once_more() {
    let (mut records, resident, line) = one_at_a_time();
    std::fs::write(records.folder.path().join("c.wasm"), "cc").unwrap();
    let taken = records.take(&line("a.wasm"));
    let (id, _) = opened(&taken).unwrap();
    let task = taken.submission();
    assert!(matches!(records.take(&line("c.wasm")), LineOutcome::Waiting { .. }));
    resident.arrived(id);
    assert_eq!(resident.evict(), [], "its task is not over");
    drop(task);
    assert_eq!(resident.evict(), [id]);
    records.open.clear();
    resident.wait(|| false);
    let taken = records.take(&line("c.wasm"));
    let (c, file) = opened(&taken).unwrap();
    let task = taken.submission().unwrap();
    assert_eq!((file.name(), c == id), ("c.wasm", false));
    // The first is opened again under a number that is new, and the run is told of it again.
    assert!(matches!(records.take(&line("a.wasm")), LineOutcome::Waiting { .. }));
    drop((task, file));
    records.open.clear();
    let again = records.take(&line("a.wasm"));
    let (again_id, _) = opened(&again).unwrap();
    let Some(Submission::Task(task)) = again.submission() else { panic!() };
    assert!(again_id != id && again_id == task.module);
}

#[test]
fn a_path_to_a_module_that_is_open_needs_no_room_of_its_own() {
    let (mut records, resident, line) = one_at_a_time();
    let [a, same] = ["a.wasm", "same.wasm"].map(|name| records.folder.path().join(name));
    std::fs::copy(a, same).unwrap();
    let (id, _) = opened(&records.take(&line("a.wasm"))).unwrap();
    resident.arrived(id);
    assert_eq!(records.task(&line("same.wasm")).module, id);
    // Nobody is asked to go for it.
    assert_eq!(resident.evict(), []);
}

#[test]
fn a_module_that_changed_while_it_was_let_go_is_never_run_as_the_one_it_was() {
    for (now, code) in [(Some("xx"), "changed"), (None, "missing")] {
        let (mut records, resident, line) = one_at_a_time();
        let path = records.folder.path().join("a.wasm");
        let (id, _) = opened(&records.take(&line("a.wasm"))).unwrap();
        resident.arrived(id);
        resident.tighten(None);
        assert_eq!(resident.evict(), [id]);
        records.open.clear();
        match now {
            Some(content) => std::fs::write(&path, content).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        for _ in 0..2 {
            records.check(&line("a.wasm"), Verdict::ModuleInvalid, code, "a.wasm");
        }
    }
}

#[test]
fn a_module_is_announced_even_if_the_record_that_names_it_is_refused() {
    let mut records = Records::new();
    let taken = records.take(r#"{"module": "a.wasm", "input_file": "none"}"#);
    assert!(matches!(
        (opened(&taken), taken.submission()),
        (Some((ModuleId(0), _)), Some(Submission::Rejected(_)))
    ));
    assert_eq!(records.task(r#"{"module": "a.wasm", "input": 0}"#).module, ModuleId(0));
}

#[test]
fn a_module_that_cannot_be_used_is_remembered() {
    let mut records = Records::new();
    let line = |name: &str| format!(r#"{{"module": "{name}", "input": 0, "meta": {{"a": 1}}}}"#);
    let invalid = Verdict::ModuleInvalid;
    let rejection = records.rejection(&line("none.wasm"));
    assert_eq!((rejection.verdict, rejection.error.code.as_str()), (invalid, "missing"));
    assert_eq!(rejection.module.as_deref(), Some("none.wasm"));
    assert_eq!(rejection.meta.as_deref(), Some(r#"{"a":1}"#));
    std::fs::write(records.folder.path().join("none.wasm"), "new").unwrap();
    records.check(&line("none.wasm"), invalid, "missing", "none.wasm");
    std::fs::write(records.folder.path().join("large.wasm"), "12345").unwrap();
    records.check(&line("large.wasm"), invalid, "too_large", "at most 4");
    records.check(&line("project"), Verdict::PolicyDenied, "project", "build it first");
    records.check(&line(&"x".repeat(5000)), Verdict::BadInput, "record", "4095");
}

#[test]
fn a_run_names_a_bounded_number_of_modules() {
    let mut records = Records::new();
    let line = |name: usize| format!(r#"{{"module": "{name}", "input": 0}}"#);
    for name in 0..MOST_MODULES {
        assert_eq!(records.rejection(&line(name)).error.code, "missing");
    }
    assert_eq!(records.rejection(&line(MOST_MODULES)).error.code, "too_many");
    assert_eq!(records.rejection(&line(0)).error.code, "missing");
    assert_eq!(records.lines.modules.named.len(), MOST_MODULES);
}

/// The identity of a file of these records.
fn identity(records: &Records, name: &str) -> FileIdentity {
    FileIdentity::of(&File::open(records.folder.path().join(name)).unwrap()).unwrap()
}

#[test]
fn a_module_whose_file_is_known_is_not_read() {
    let mut records = Records::new();
    let files = records.lines.modules.earlier.files.clone();
    let known = Digest::of(b"zz");
    files.note("a.wasm", identity(&records, "a.wasm"), known);
    let task = records.task(r#"{"module": "a.wasm", "input": 1}"#);
    assert_eq!(task.content, Some(TaskContent::of(known.bytes(), None, b"", b"1")));
    let module = records.open.last().unwrap();
    assert_eq!((*module.digest(), module.length()), (known, 2));
    assert!(module.bytes().is_err(), "it is looked at when it is needed");
    let path = |name: &str| records.folder.path().join(name);
    std::os::unix::fs::symlink(path("a.wasm"), path("soft.wasm")).unwrap();
    let again = records.task(r#"{"module": "soft.wasm", "input": 1}"#);
    assert_eq!((again.content, records.open.len()), (task.content, 1), "the same file by another name");
    assert_eq!(files.digest("soft.wasm", identity(&records, "a.wasm")), Some(known));
}

#[test]
fn a_file_in_another_state_than_the_known_one_is_read() {
    let mut records = Records::new();
    let files = records.lines.modules.earlier.files.clone();
    files.note("a.wasm", identity(&records, "a.wasm"), Digest::of(b"zz"));
    std::fs::write(records.folder.path().join("a.wasm"), "aaa").unwrap();
    let task = records.task(r#"{"module": "a.wasm", "input": 1}"#);
    assert_eq!(task.content, Some(TaskContent::of(Digest::of(b"aaa").bytes(), None, b"", b"1")));
}

#[test]
fn a_known_module_for_which_there_is_no_room_waits_or_is_one_that_is_open() {
    let mut records = Records::new();
    records.lines.reside_among(ResidentModules::new(ModuleFootprint { bytes: 2, descriptors: 2 }));
    let files = records.lines.modules.earlier.files.clone();
    std::fs::copy(records.folder.path().join("a.wasm"), records.folder.path().join("c.wasm")).unwrap();
    for (name, content) in [("a.wasm", "aa"), ("c.wasm", "aa"), ("b.wat", "(b)")] {
        files.note(name, identity(&records, name), Digest::of(content.as_bytes()));
    }
    let first = records.task(r#"{"module": "a.wasm", "input": 1}"#);
    let same = records.task(r#"{"module": "c.wasm", "input": 1}"#);
    assert_eq!((same.module, same.content), (first.module, first.content));
    let taken = records.take(r#"{"module": "b.wat", "input": 1}"#);
    assert!(matches!(taken, LineOutcome::Waiting { .. }), "{taken:?}");
}

#[test]
fn a_file_that_may_change_unseen_is_known_only_where_files_are_replaced_whole() {
    let mut records = Records::new();
    let files = records.lines.modules.earlier.files.clone();
    records.task(r#"{"module": "a.wasm", "input": 1}"#);
    assert!(files.facts().is_empty(), "it was written this very moment");
    records.lines.modules.built = Some(records.folder.path().to_path_buf());
    records.task(r#"{"module": "b.wat", "input": 1}"#);
    assert_eq!(files.digest("b.wat", identity(&records, "b.wat")), Some(Digest::of(b"(b)")));
}
