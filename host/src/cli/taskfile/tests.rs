//! Task records in, submissions out: what is taken, what is refused and why, and when a module is announced.

use super::*;
use crate::cli::known_modules::ChangedModules;
use crate::cli::known_modules::ModuleChanged;
use crate::module::resident::Footprint;
use crate::module::{Digest, Module};
use crate::task::{
    AllowedSupplies, DirGrant, EnvGrant, Grants, Kept, Limits, ModuleId, PlacedEntry, ScratchGrant, Supplied,
};
use std::sync::Arc;
use std::time::Duration;

/// A folder with two modules and an input, and records read from a file in it.
struct Records {
    folder: tempfile::TempDir,
    lines: TaskLines,
    seq: u64,
    /// The modules that the run was told of and has open.
    open: Vec<Module>,
}

impl Records {
    fn new() -> Self {
        Self::with_limits(Limits::default())
    }

    fn with_limits(limits: Limits) -> Self {
        Self::allowing(Allowed { limits, ..Allowed::default() })
    }

    fn allowing(allowed: Allowed) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("project")).unwrap();
        for (name, content) in [("a.wasm", "aa"), ("b.wat", "(b)"), ("input.bin", "\0\n")] {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let lines = TaskLines::new(&folder.path().join("tasks.jsonl"), allowed, 4, Paths::default());
        Self { folder, lines, seq: 0, open: Vec::new() }
    }

    fn take(&mut self, line: &str) -> Taken {
        self.seq += 1;
        let line = Line::Whole { seq: self.seq, first: self.seq == 1, bytes: line.as_bytes() };
        let taken = self.lines.take(line);
        self.open.extend(taken.module.iter().map(|(_, module)| module.clone()));
        taken
    }

    #[track_caller]
    fn task(&mut self, line: &str) -> TaskSpec {
        match self.take(line).submission.unwrap() {
            Submission::Task(task) => *task,
            Submission::Rejected(rejection) => panic!("{rejection:?}"),
        }
    }

    #[track_caller]
    fn rejection(&mut self, line: &str) -> Rejection {
        match self.take(line).submission.unwrap() {
            Submission::Rejected(rejection) => *rejection,
            Submission::Task(task) => panic!("{task:?}"),
        }
    }

    /// That a line is refused with this verdict and code, and what is said of it.
    #[track_caller]
    fn check(&mut self, line: &str, verdict: Verdict, code: &str, says: &str) {
        let rejection = self.rejection(line);
        assert_eq!((rejection.verdict, rejection.fault.code.as_str()), (verdict, code), "{rejection:?}");
        assert!(rejection.fault.message.contains(says), "{}", rejection.fault.message);
    }
}

#[test]
fn a_record_is_a_task() {
    let mut records = Records::new();
    let task = records.task(
        r#"{"id": "x", "module": "a.wasm", "input": {"n": 1.0} , "task": "t", "meta": [1, null],
            "limits": {"fuel": "10G", "timeout": "1m", "memory": 65536, "log": "1KiB"}}"#,
    );
    let limits = Limits { fuel: 10_000_000_000, memory: 65536, log: 1024, ..Limits::default() };
    let expected = TaskSpec {
        task: Some("t".to_owned()),
        meta: Some("[1,null]".to_owned()),
        key: Some(Key::of_id("x")),
        content: Some(Content::of(
            Digest::of(b"aa").bytes(),
            Some("t"),
            br#"{"fuel": "10G", "timeout": "1m", "memory": 65536, "log": "1KiB"},null,[1, null]"#,
            br#"{"n": 1.0}"#,
        )),
        spelling: Some("a.wasm".into()),
        lease: task.lease.clone(),
        ..TaskSpec::new(1, "x".to_owned(), ModuleId(0), Payload::Json(br#"{"n": 1.0}"#.to_vec()), limits)
    };
    assert_eq!(task, expected);
}

#[test]
fn a_record_without_an_id_is_known_by_all_it_asks_for_and_not_by_its_line() {
    let mut records = Records::new();
    let same = [
        r#"{"module": "a.wasm", "input": 1}"#,
        r#" {"input":1,"module":"./a.wasm" , "id": null}"#,
        r#"{"module": "a.wasm", "input_base64": "MQ"}"#,
    ];
    let keys: Vec<_> = same.into_iter().map(|line| records.task(line).key.unwrap()).collect();
    assert_eq!(keys, [Key::of_content(Content::of(Digest::of(b"aa").bytes(), None, b"", b"1")); 3]);
    let others = [
        r#"{"module": "b.wat", "input": 1}"#,
        r#"{"module": "a.wasm", "input": 2}"#,
        r#"{"module": "a.wasm", "input": 1, "task": "t"}"#,
        r#"{"module": "a.wasm", "input": 1, "meta": 1}"#,
        r#"{"module": "a.wasm", "input": 1, "limits": {"fuel": 1}}"#,
        r#"{"module": "a.wasm", "input": 1, "grants": {}}"#,
        r#"{"module": "a.wasm", "input": 1, "id": 1}"#,
    ];
    let mut keys: Vec<_> = others.into_iter().map(|line| records.task(line).key.unwrap()).collect();
    keys.push(records.rejection("no json").key.unwrap());
    keys.push(records.rejection(r#"{"module": "a.wasm"}"#).key.unwrap());
    let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
    assert_eq!(distinct.len(), keys.len());
    assert_eq!(records.rejection(r#"{"module": "a.wasm", "id": "x"}"#).key, Some(Key::of_id("x")));
    assert_eq!(records.rejection(r#"{"id": "x", "more": 1}"#).key, Some(Key::of_id("x")));
}

/// All that a record can say, but for its id, makes another content of it: what is missing here is a field that nobody has thought of.
#[test]
fn whatever_a_record_says_changes_its_content_and_under_an_id_not_its_key() {
    let mut records = Records::new();
    let refused = records.rejection(r#"{"module": "a.wasm", "nobody knows": 1}"#).fault.message;
    let known: Vec<&str> = refused.split('`').skip(3).step_by(2).collect();
    let others = [
        ("module", r#"{"module": "b.wat", "input": 1, "id": "x"}"#),
        ("task", r#"{"module": "a.wasm", "input": 1, "id": "x", "task": "t"}"#),
        ("input", r#"{"module": "a.wasm", "input": 2, "id": "x"}"#),
        ("input_base64", r#"{"module": "a.wasm", "input_base64": "Mg", "id": "x"}"#),
        ("input_file", r#"{"module": "a.wasm", "input_file": "input.bin", "id": "x"}"#),
        ("limits", r#"{"module": "a.wasm", "input": 1, "id": "x", "limits": {"fuel": 1}}"#),
        ("grants", r#"{"module": "a.wasm", "input": 1, "id": "x", "grants": {}}"#),
        ("args", r#"{"module": "a.wasm", "input": 1, "id": "x", "args": []}"#),
        ("env", r#"{"module": "a.wasm", "input": 1, "id": "x", "env": {}}"#),
        ("files", r#"{"module": "a.wasm", "input": 1, "id": "x", "files": {}}"#),
        ("meta", r#"{"module": "a.wasm", "input": 1, "id": "x", "meta": 1}"#),
    ];
    let mut names: Vec<&str> = others.iter().map(|(name, _)| *name).chain(["id"]).collect();
    names.sort_unstable();
    let mut expected = known.clone();
    expected.sort_unstable();
    assert_eq!(names, expected, "{refused}");
    let usual = records.task(r#"{"module": "a.wasm", "input": 1, "id": "x"}"#);
    let mut contents = std::collections::BTreeSet::from([usual.content.unwrap()]);
    for (name, line) in others {
        let task = records.task(line);
        assert_eq!(task.key, usual.key, "{name}");
        assert!(contents.insert(task.content.unwrap()), "{name}");
    }
}

#[test]
fn the_path_of_an_input_is_part_of_what_a_record_without_an_id_is_known_by() {
    let mut records = Records::new();
    let line = |path: &str| format!(r#"{{"module": "a.wasm", "input_file": "{path}"}}"#);
    let [one, other] = ["input.bin", "./input.bin"].map(|path| records.task(&line(path)));
    assert_ne!(one.key, other.key);
    assert_eq!(one.content, other.content);
    let key = Key::of_path(Digest::of(b"aa").bytes(), None, b"", b"input.bin");
    assert_eq!(one.key, Some(key));
    let Payload::Bytes(before) = one.input else { panic!("no bytes") };
    std::fs::write(records.folder.path().join("input.bin"), [&before[..], b"more"].concat()).unwrap();
    let changed = records.task(&line("input.bin"));
    assert_eq!(changed.key, one.key);
    assert_ne!(changed.content, one.content);
    let missing = records.rejection(r#"{"module": "a.wasm", "input_file": "missing", "id": "x"}"#);
    assert_eq!((missing.key, missing.content), (Some(Key::of_id("x")), None));
    let unusable = records.rejection(r#"{"module": "missing.wasm", "input": 1, "id": "x"}"#);
    assert_eq!((unusable.key, unusable.content), (Some(Key::of_id("x")), None));
    let refused = records.rejection(r#"{"module": "a.wasm", "id": "x"}"#);
    let of_line = Content::of_line(Key::of_line(br#"{"module": "a.wasm", "id": "x"}"#));
    assert_eq!((refused.key, refused.content), (Some(Key::of_id("x")), Some(of_line)));
}

#[test]
fn a_module_that_is_another_one_stops_the_reading_unless_something_else_is_asked_for() {
    let (was, is) = (Digest::of(b"was"), Digest::of(b"aa"));
    for changed in [ChangedModules::Refuse, ChangedModules::Keep, ChangedModules::Rerun] {
        let mut records = Records::new();
        let digests = [("a.wasm".to_owned(), ModuleDigests::same(*was.bytes()))].into();
        records.lines.modules.earlier = Known { digests, changed };
        let taken = records.take(r#"{"module": "a.wasm", "input": 1}"#);
        let told = ModuleChanged { name: "a.wasm".to_owned(), was, is };
        assert_eq!(taken.changed, (changed == ChangedModules::Refuse).then_some(told));
        assert_eq!(taken.is_rebuilt, changed == ChangedModules::Rerun);
        let Some(Submission::Task(task)) = taken.submission else { panic!("{taken:?}") };
        let content = |digest: Digest| Content::of(digest.bytes(), None, b"", b"1");
        if changed != ChangedModules::Refuse {
            assert_eq!(task.key, Some(Key::of_content(content(was))));
            let now = if changed == ChangedModules::Keep { was } else { is };
            assert_eq!(task.content, Some(content(now)));
        }
        let taken = records.take(r#"{"module": "b.wat", "input": 1}"#);
        assert_eq!((taken.changed, taken.is_rebuilt), (None, false));
    }
}

#[test]
fn an_input_comes_in_one_of_three_ways() {
    let mut records = Records::new();
    let bytes = |bytes: &[u8]| Payload::Bytes(bytes.to_vec());
    assert_eq!(records.task(r#"{"module": "a.wasm", "input": null}"#).input, Payload::Json(b"null".to_vec()));
    assert_eq!(records.task(r#"{"module": "a.wasm", "input_base64": "/wA="}"#).input, bytes(b"\xff\0"));
    assert_eq!(records.task(r#"{"module": "a.wasm", "input_base64": "/wA"}"#).input, bytes(b"\xff\0"));
    assert_eq!(records.task(r#"{"module": "a.wasm", "input_file": "input.bin"}"#).input, bytes(b"\0\n"));
    let bad = Verdict::BadInput;
    records.check(r#"{"module": "a.wasm"}"#, bad, "record", "no input");
    records.check(r#"{"module": "a.wasm", "input": 1, "input_file": "x"}"#, bad, "record", "several inputs");
    records.check(r#"{"module": "a.wasm", "input_base64": "?"}"#, bad, "base64", "input_base64");
    records.check(r#"{"module": "a.wasm", "input_file": "none"}"#, bad, "file", "none");
    let deep = format!(r#"{{"module": "a.wasm", "input": {}{}}}"#, "[".repeat(129), "]".repeat(129));
    records.check(&deep, bad, "not_json", "128");
}

#[test]
fn an_input_over_its_limit_is_refused() {
    let mut records = Records::with_limits(Limits { input: 3, ..Limits::default() });
    assert_eq!(records.task(r#"{"module": "a.wasm", "input": 123}"#).limits.input, 3);
    let bad = Verdict::BadInput;
    records.check(r#"{"module": "a.wasm", "input": 1234}"#, bad, "too_long", "--input-limit 4");
    records.check(r#"{"module": "a.wasm", "input_base64": "AAAAAA=="}"#, bad, "too_long", "--input-limit 4");
    let own = r#"{"module": "a.wasm", "input_file": "input.bin", "limits": {"input": 1}}"#;
    records.check(own, bad, "too_long", "the record itself");
    let long = Line::TooLong { seq: 9, length: 1 << 30, key: Key::of_line(b"long"), spooled: None };
    let Some(Submission::Rejected(rejection)) = records.lines.take(long).submission else { panic!() };
    assert_eq!((rejection.seq, rejection.input_bytes), (9, 1 << 30));
    assert_eq!((rejection.fault.code.as_str(), rejection.verdict), ("too_long", bad));
}

#[test]
fn the_line_limit_leaves_room_for_an_input_in_base64() {
    let limit = |input| {
        let limits = Limits { input, ..Limits::default() };
        TaskLines::new(Path::new("-"), Allowed { limits, ..Allowed::default() }, 1, Paths::default())
            .line_limit()
    };
    assert!(limit(30 << 20) > 40 << 20);
    assert_eq!(limit(u64::MAX), usize::MAX);
}

#[test]
fn limits_may_be_tightened_and_never_widened() {
    let mut records = Records::new();
    let line = |limits: &str| format!(r#"{{"id": 7, "module": "a.wasm", "input": 0, "limits": {limits}}}"#);
    assert_eq!(records.task(&line(r#"{"timeout": 0.5}"#)).limits.timeout, Duration::from_millis(500));
    assert_eq!(records.task(&line("null")).limits, Limits::default());
    for (limits, fuel, memory) in [
        (r#"{"fuel": 1e9, "memory": 1e6}"#, 1_000_000_000, 1_000_000),
        (r#"{"fuel": "1e9", "memory": "1MB"}"#, 1_000_000_000, 1_000_000),
        (r#"{"fuel": " 1.5g ", "memory": "1.5 MiB"}"#, 1_500_000_000, 3 << 19),
    ] {
        let read = records.task(&line(limits)).limits;
        assert_eq!((read.fuel, read.memory), (fuel, memory), "{limits}");
    }
    assert_eq!(records.task(&line(r#"{"timeout": "5"}"#)).limits.timeout, Duration::from_secs(5));
    let denied = Verdict::PolicyDenied;
    records.check(&line(r#"{"fuel": "31G"}"#), denied, "limit", "--fuel 31G would allow it");
    records.check(&line(r#"{"timeout": 61}"#), denied, "limit", "--timeout 1m1s");
    assert_eq!(records.rejection(&line(r#"{"memory": "1GiB"}"#)).id, "7");
    for (limits, says) in [
        (r#"{"fuel": 0}"#, "limit `fuel` is `0`: it must be above 0; write fuel as `500M`"),
        (r#"{"fuel": -1}"#, "limit `fuel` is `-1`: it is negative"),
        (r#"{"fuel": [1]}"#, "an amount is"),
        (r#"{"fuel": 1.5}"#, "limit `fuel` is `1.5`: without a unit"),
        (r#"{"memory": "5XB"}"#, "limit `memory` is `5XB`: unknown unit `XB`"),
        (r#"{"timeout": "5x"}"#, "limit `timeout` is `5x`: unknown unit"),
        (r#"{"timeout": -5}"#, "limit `timeout` is `-5`: it is negative"),
        (r#"{"timeout": 1e300}"#, "too large"),
        (r#"{"cpu": 1}"#, "unknown field `cpu`"),
    ] {
        records.check(&line(limits), Verdict::BadInput, "record", says);
    }
}

#[test]
fn what_is_no_record_is_refused_and_called_as_far_as_it_can_be_read() {
    let mut records = Records::new();
    let bad = Verdict::BadInput;
    records.check("{", bad, "not_json", "column 1");
    records.check("7", bad, "record", "no task record");
    records.check(r#"["1", "a.wasm", 1, null, null, null, null, null]"#, bad, "record", "no task record");
    records.check(r#"{"input": 1}"#, bad, "record", "missing field `module`");
    records.check(r#"{"module": "a.wasm", "input": 1} x"#, bad, "not_json", "trailing");
    records.check(r#"{"module": "a.wasm", "input": 1, "module": "b.wat"}"#, bad, "record", "duplicate");
    records.check(r#"{"id": [], "module": "a.wasm", "input": 1}"#, bad, "id", "string or an integer");
    let typo = records.rejection(r#"{"id": "me", "modul": "a.wasm", "input": 1}"#);
    assert_eq!((typo.id.as_str(), typo.seq), ("me", 8));
    assert!(typo.fault.message.contains("unknown field `modul`"), "{}", typo.fault.message);
    let raw = Line::Whole { seq: 9, first: false, bytes: b"\"\xff\"" };
    let Some(Submission::Rejected(rejection)) = records.lines.take(raw).submission else { panic!() };
    assert_eq!((rejection.fault.code.as_str(), rejection.id.as_str()), ("not_json", "9"));
    assert!(records.take(" \r\n").submission.is_none());
    assert_eq!(records.task(r#"{"id": null, "module": "a.wasm", "input": 1}"#).id, "10");
}

#[test]
fn a_module_is_opened_once_and_announced_once() {
    let mut records = Records::new();
    let module = |name: &str| format!(r#"{{"module": "{name}", "input": 0}}"#);
    let Some((id, file)) = records.take(&module("a.wasm")).module else { panic!() };
    assert_eq!((id, file.name(), file.is_text()), (ModuleId(0), "a.wasm", false));
    assert!(records.take(&module("a.wasm")).module.is_none());
    assert!(records.take(&module("./a.wasm")).module.is_none(), "the same path, written otherwise");
    let absolute = records.folder.path().join("b.wat");
    let Some((id, file)) = records.take(&module(absolute.to_str().unwrap())).module else { panic!() };
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
    assert!(first.module.is_some() && first.also_named.is_none());
    let mut names: Vec<String> =
        ["copy.wasm", "hard.wasm", "soft.wasm"].map(str::to_owned).into_iter().collect();
    names.extend((1..40).map(|depth| format!("{}a.wasm", "d/../".repeat(depth))));
    for name in &names {
        let taken = records.take(&line(name));
        assert!(taken.module.is_none(), "{name} was copied");
        let also = Some((ModuleId(0), name.clone(), Digest::of(b"aa")));
        assert_eq!(taken.also_named, also, "the run is told of each name once");
        let Some(Submission::Task(task)) = taken.submission else { panic!("{name}") };
        assert_eq!((task.module, task.spelling.as_deref()), (ModuleId(0), Some(name.as_str())));
        assert!(records.take(&line(name)).also_named.is_none());
    }
    assert_eq!(records.task(&line("./a.wasm")).spelling.as_deref(), Some("./a.wasm"));
    assert!(records.take(&line("text.wat")).module.is_some(), "the same bytes as text are another module");
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
    let resident = ResidentModules::new(Footprint { bytes: 4, descriptors: 2 });
    records.lines.reside_among(resident.clone());
    (records, resident, |name: &str| format!(r#"{{"id": 1, "module": "{name}", "input": 0}}"#))
}

#[test]
fn a_line_waits_while_others_hold_the_room_that_its_module_needs_and_is_read_once_more() {
    let (mut records, resident, line) = one_at_a_time();
    std::fs::write(records.folder.path().join("c.wasm"), "cc").unwrap();
    let mut taken = records.take(&line("a.wasm"));
    let (id, _) = taken.module.take().unwrap();
    let waits = records.take(&line("c.wasm"));
    assert!(waits.room.is_some() && waits.submission.is_none() && waits.shortage.is_none());
    resident.arrived(id);
    assert_eq!(resident.evict(), [], "its task is not over");
    drop(taken);
    assert_eq!(resident.evict(), [id]);
    records.open.clear();
    resident.wait(|| false);
    let taken = records.take(&line("c.wasm"));
    assert!(taken.room.is_none());
    let (c, file) = taken.module.unwrap();
    assert_eq!((file.name(), c == id), ("c.wasm", false));
    // The first is opened again under a number that is new, and the run is told of it again.
    assert!(records.take(&line("a.wasm")).room.is_some());
    drop((taken.submission, file));
    records.open.clear();
    let again = records.take(&line("a.wasm"));
    let Some(Submission::Task(task)) = again.submission else { panic!("{again:?}") };
    assert!(again.module.is_some_and(|(again, _)| again != id && again == task.module));
}

#[test]
fn a_module_that_changed_while_it_was_let_go_is_never_run_as_the_one_it_was() {
    for (now, code) in [(Some("xx"), "changed"), (None, "missing")] {
        let (mut records, resident, line) = one_at_a_time();
        let path = records.folder.path().join("a.wasm");
        let (id, _) = records.take(&line("a.wasm")).module.unwrap();
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
        (taken.module, taken.submission),
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
    assert_eq!((rejection.verdict, rejection.fault.code.as_str()), (invalid, "missing"));
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
        assert_eq!(records.rejection(&line(name)).fault.code, "missing");
    }
    assert_eq!(records.rejection(&line(MOST_MODULES)).fault.code, "too_many");
    assert_eq!(records.rejection(&line(0)).fault.code, "missing");
    assert_eq!(records.lines.modules.named.len(), MOST_MODULES);
}

#[test]
fn records_from_standard_input_start_at_the_current_folder() {
    assert_eq!(TaskLines::new(Path::new("-"), Allowed::default(), 1, Paths::default()).base, Path::new(""));
    let named = TaskLines::new(Path::new("a/b.jsonl"), Allowed::default(), 1, Paths::default());
    assert_eq!(named.starting_at(Some("c".into())).base, Path::new("c"));
    assert_eq!(
        TaskLines::new(Path::new("tasks.jsonl"), Allowed::default(), 1, Paths::default()).base,
        Path::new("")
    );
    assert_eq!(
        TaskLines::new(Path::new("a/b.jsonl"), Allowed::default(), 1, Paths::default()).base,
        Path::new("a")
    );
}

/// Records in a run that allows them all there is.
fn generous() -> Records {
    let scratch = Some(ScratchGrant { bytes: 1 << 20, guest: "/scratch".to_owned() });
    let grants = Arc::new(Grants { scratch, ..Grants::default() });
    let supplies = AllowedSupplies { args: true, env: vec!["A".to_owned(), "B".to_owned()] };
    Records::allowing(Allowed { grants, supplies, limits: Limits { input: 100, ..Limits::default() } })
}

#[test]
fn a_record_brings_arguments_variables_and_files() {
    let mut records = generous();
    let task = records.task(
        r#"{"module": "a.wasm", "input": 0, "args": ["-c", "", "x.c"], "env": {"B": "2", "A": ""}, "files":
            {"x.c": "int", "./out//y": {"base64": "/wA="}, "z": {"text": ""}, "in": {"file": "input.bin"}}}"#,
    );
    let file = |path: &str, bytes: &[u8]| PlacedEntry { path: path.to_owned(), bytes: bytes.to_vec() };
    let env = [("B", "2"), ("A", "")]
        .map(|(name, value)| EnvGrant { name: name.to_owned(), value: value.to_owned() });
    let expected = Supplied {
        args: ["-c", "", "x.c"].map(str::to_owned).to_vec(),
        env: env.to_vec(),
        files: vec![file("x.c", b"int"), file("out/y", b"\xff\0"), file("z", b""), file("in", b"\0\n")],
    };
    assert_eq!(task.supplied.as_deref(), Some(&expected));
    let line = |brings: &str| format!(r#"{{"module": "a.wasm", "input": 0, {brings}}}"#);
    for nothing in [r#""args": []"#, r#""env": {}, "files": null"#, r#""args": null, "files": {}"#] {
        assert_eq!(Records::new().task(&line(nothing)).supplied, None, "{nothing}");
    }
}

#[test]
fn what_a_record_brings_is_bounded_and_well_formed() {
    let mut records = generous();
    let many = |entry: fn(usize) -> String| (0..=1000).map(entry).collect::<Vec<_>>().join(",");
    let bad = Verdict::BadInput;
    for (brings, code, says) in [
        (r#""args": "-c""#.to_owned(), "record", "a list of strings"),
        (r#""args": [1]"#.to_owned(), "record", "a string"),
        (r#""args": ["a\u0000"]"#.to_owned(), "record", "zero byte"),
        (format!(r#""args": [{}]"#, many(|_| r#""""#.to_owned())), "record", "at most 1000 entries"),
        (format!(r#""args": ["{}"]"#, "x".repeat((128 << 10) + 1)), "record", "have 131073 bytes together"),
        (r#""env": ["A"]"#.to_owned(), "record", "an object"),
        (r#""env": {"A": 1}"#.to_owned(), "record", "a string"),
        (r#""env": {"A": "1", "A": "2"}"#.to_owned(), "record", "twice"),
        (r#""env": {"A": "\u0000"}"#.to_owned(), "record", "zero byte"),
        (r#""files": ["a"]"#.to_owned(), "record", "an object"),
        (r#""files": {"a": 1}"#.to_owned(), "record", "a text,"),
        (r#""files": {"a": {}}"#.to_owned(), "record", "has one of"),
        (r#""files": {"a": {"base64": "", "file": ""}}"#.to_owned(), "record", "has one of"),
        (r#""files": {"a": {"path": ""}}"#.to_owned(), "record", "`path`"),
        (r#""files": {"a": {"base64": "*"}}"#.to_owned(), "files", "\"a\" in `files`"),
        (r#""files": {"a": {"file": "none"}}"#.to_owned(), "file", "none"),
        (format!(r#""files": {{{}}}"#, many(|n| format!(r#""{n}": """#))), "record", "at most 1000 entries"),
        (
            format!(r#""files": {{"a": "{}", "b": "{0}"}}"#, "x".repeat(50)),
            "too_long",
            "input with its files",
        ),
        (r#""files": {"a": ""}, "grants": {"scratch": false}"#.to_owned(), "record", "`scratch` is false"),
    ] {
        let line = format!(r#"{{"module": "a.wasm", "input": 0, {brings}}}"#);
        records.check(&line, bad, code, says);
    }
}

#[test]
fn no_path_of_a_file_leads_out_or_is_there_twice() {
    let mut records = generous();
    for (files, says) in [
        (r#"{"": ""}"#, "names no file"),
        (r#"{"a/": ""}"#, "names no file"),
        (r#"{".": ""}"#, "names no file"),
        (r#"{"/a": ""}"#, "absolute"),
        (r#"{"../a": ""}"#, "`..`"),
        (r#"{"a/../../b": ""}"#, "`..`"),
        (r#"{"a/..": ""}"#, "`..`"),
        (r#"{"a\u0000b": ""}"#, "zero byte"),
        (r#"{"a": "", "a": ""}"#, "there twice"),
        (r#"{"a/b": "", "./a//b": ""}"#, "there twice"),
        (r#"{"a": "", "a/b": ""}"#, "the folder of another file"),
        (r#"{"a/b/c": "", "a/b": ""}"#, "the folder of another file"),
    ] {
        let line = format!(r#"{{"module": "a.wasm", "input": 0, "files": {files}}}"#);
        records.check(&line, Verdict::BadInput, "files", says);
    }
}

#[test]
fn files_must_find_room_in_their_folder() {
    let scratch = |bytes| Some(ScratchGrant { bytes, guest: "/scratch".to_owned() });
    let check = |bytes, files: &str| {
        let grants = Arc::new(Grants { scratch: scratch(bytes), ..Grants::default() });
        let mut records = Records::allowing(Allowed { grants, ..Allowed::default() });
        let line = format!(r#"{{"module": "a.wasm", "input": 0, "files": {{{files}}}}}"#);
        match records.take(&line).submission.unwrap() {
            Submission::Task(_) => None,
            Submission::Rejected(rejection) => Some((rejection.fault.code, rejection.fault.message)),
        }
    };
    let empty = |count: usize| (0..count).map(|n| format!(r#""d/{n}": """#)).collect::<Vec<_>>().join(",");
    assert_eq!(check(8192, r#""a": "x", "b": "y", "c": """#), None);
    let (code, says) = check(8192, r#""a": "x", "b": "y", "c": "z""#).unwrap();
    assert!(code == "too_long" && says.contains("--scratch 12288 would allow it"), "{says}");
    // The folder itself and the one in it have names too.
    assert_eq!(check(8192, &empty(62)), None);
    assert!(check(8192, &empty(63)).unwrap().1.contains("--scratch 266240 would allow it"));
    assert_eq!(check(266_240, &empty(63)), None);
}

#[test]
fn what_a_record_brings_is_part_of_what_it_asks() {
    let mut records = generous();
    let line = |id: &str, brings: &str| format!(r#"{{{id} "module": "a.wasm", "input": 0, {brings}}}"#);
    let brings = [
        r#""args": ["a"]"#,
        r#""args": ["b"]"#,
        r#""env": {"A": "a"}"#,
        r#""files": {"a": "a"}"#,
        r#""files": {"b": "a"}"#,
        r#""files": {"a": {"file": "input.bin"}}"#,
        r#""files": {"a": {"base64": "AAo="}}"#,
        r#""meta": 1"#,
    ];
    for id in ["", r#""id": "x","#] {
        let known: Vec<_> = brings
            .map(|brings| records.task(&line(id, brings)))
            .map(|task| (task.key, task.content))
            .to_vec();
        let (keys, contents): (std::collections::HashSet<_>, std::collections::HashSet<_>) =
            known.into_iter().unzip();
        assert_eq!(
            (keys.len(), contents.len()),
            (if id.is_empty() { brings.len() } else { 1 }, brings.len())
        );
        // A file that changes is the same one with another content.
        let named = line(id, brings[5]);
        std::fs::write(records.folder.path().join("input.bin"), "before").unwrap();
        let before = records.task(&named);
        std::fs::write(records.folder.path().join("input.bin"), "after").unwrap();
        let after = records.task(&named);
        assert_eq!(before.key, after.key);
        assert_ne!(before.content, after.content);
    }
}

#[test]
fn grants_may_be_narrowed_and_never_widened() {
    let dir = |guest: &str, writable| DirGrant { host: "/host".into(), guest: guest.to_owned(), writable };
    let env = vec![EnvGrant { name: "LANG".to_owned(), value: "C".to_owned() }];
    let grants = Grants { dirs: vec![dir("/data", false), dir("/out", true)], env, ..Grants::default() };
    let mut records = Records::allowing(Allowed { grants: Arc::new(grants), ..Allowed::default() });
    let line = |grants: &str| format!(r#"{{"id": 7, "module": "a.wasm", "input": 0, "grants": {grants}}}"#);
    assert_eq!(records.task(&line("null")).grants, None);
    assert_eq!(records.task(&line("{}")).grants, None);
    assert_eq!(records.task(&line(r#"{"dirs": null, "env": null}"#)).grants, None);
    let kept = |dirs: &[(u32, bool)], env: &[u32]| {
        Some(Box::new(Kept { dirs: dirs.to_vec(), env: env.to_vec(), scratch: false }))
    };
    assert_eq!(records.task(&line(r#"{"dirs": ["/out:ro"]}"#)).grants, kept(&[(1, false)], &[0]));
    assert_eq!(
        records.task(&line(r#"{"dirs": ["/out:rw", "/data"], "env": []}"#)).grants,
        kept(&[(0, false), (1, true)], &[])
    );
    let denied = Verdict::PolicyDenied;
    records.check(&line(r#"{"dirs": ["/data:rw"]}"#), denied, "grant", "--dir HOST::/data:rw");
    records.check(&line(r#"{"dirs": ["/etc"]}"#), denied, "grant", "--dir HOST::/etc would");
    records.check(&line(r#"{"env": ["PATH"]}"#), denied, "grant", "--env PATH would");
    records.check(&line(r#"{"scratch": true}"#), denied, "grant", "--scratch SIZE would");
    assert_eq!(records.task(&line(r#"{"scratch": false}"#)).grants, None);
    assert_eq!(records.task(&line(r#"{"dirs": ["/out/"]}"#)).grants, kept(&[(1, true)], &[0]));
    let bad = Verdict::BadInput;
    // A list would be taken for fields in their order: an empty one for all that is granted.
    records.check(&line("[]"), bad, "record", "an object");
    records.check(&line(r#"[["/out"], [], false]"#), bad, "record", "an object");
    records.check(&line(r#"{"dirs": ["/out:wr"]}"#), bad, "record", "is no mode");
    records.check(&line(r#"{"dirs": [":ro"]}"#), bad, "record", "no name");
    records.check(&line(r#"{"dirs": "/out"}"#), bad, "record", "a sequence");
    records.check(&line(r#"{"args": []}"#), bad, "record", "`args`");
}
