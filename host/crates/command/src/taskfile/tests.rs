//! Task records in, submissions out: what is taken, what is refused and why, and when a module is
//! announced.

mod brought;
mod modules;

use super::*;
use crate::input::ModuleNews;
use crate::known_modules::ChangedModules;
use crate::known_modules::ModuleChanged;
use polymer_host_base::Digest;
use polymer_host_modules::Module;
use polymer_host_modules::resident::ModuleFootprint;
use polymer_host_task::{
    AllowedSupplies, CheckProtocol, DirGrant, EnvGrant, GivenTrace, GrantSubset, Grants, Limits,
    ModuleDigests, ModuleId, PlacedEntry, ScratchGrant, SuppliedFiles, TaskContent, TaskKey,
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

/// What the run is told of a line's module.
fn news(taken: &LineOutcome) -> Option<&ModuleNews> {
    match taken {
        LineOutcome::Submission { news, .. } | LineOutcome::Waiting { news, .. } => news.as_deref(),
        LineOutcome::Nothing | LineOutcome::End(_) => None,
    }
}

/// The module that a line opened.
fn opened(taken: &LineOutcome) -> Option<(ModuleId, Module)> {
    match news(taken) {
        Some(ModuleNews::Opened(id, module)) => Some((*id, module.clone())),
        _ => None,
    }
}

impl Records {
    fn new() -> Self {
        Self::with_limits(Limits::default())
    }

    fn with_limits(limits: Limits) -> Self {
        Self::allowing(AllowedTerms { limits, ..AllowedTerms::default() })
    }

    fn allowing(allowed: AllowedTerms) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("project")).unwrap();
        for (name, content) in [("a.wasm", "aa"), ("b.wat", "(b)"), ("input.bin", "\0\n")] {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let lines = TaskLines::new(&folder.path().join("tasks.jsonl"), allowed, 4, PathOpener::default());
        Self { folder, lines, seq: 0, open: Vec::new() }
    }

    fn take(&mut self, line: &str) -> LineOutcome {
        self.seq += 1;
        let line = InputLine::Whole { seq: self.seq, first: self.seq == 1, bytes: line.as_bytes() };
        let taken = self.lines.take(line);
        self.open.extend(opened(&taken).map(|(_, module)| module));
        taken
    }

    #[track_caller]
    fn task(&mut self, line: &str) -> TaskSpec {
        match self.take(line).submission().unwrap() {
            Submission::Task(task) => *task,
            Submission::Rejected(rejection) => panic!("{rejection:?}"),
        }
    }

    #[track_caller]
    fn rejection(&mut self, line: &str) -> Rejection {
        match self.take(line).submission().unwrap() {
            Submission::Rejected(rejection) => *rejection,
            Submission::Task(task) => panic!("{task:?}"),
        }
    }

    /// That a line is refused with this verdict and code, and what is said of it.
    #[track_caller]
    fn check(&mut self, line: &str, verdict: Verdict, code: &str, says: &str) {
        let rejection = self.rejection(line);
        assert_eq!((rejection.verdict, rejection.error.code.as_str()), (verdict, code), "{rejection:?}");
        assert!(rejection.error.message.contains(says), "{}", rejection.error.message);
    }
}

#[test]
fn a_record_is_a_task() {
    let mut records = Records::new();
    let task = records.task(
        r#"{"id": "x", "module": "a.wasm", "input": {"n": 1.0} , "task": "t", "meta": [1, null],
            "limits": {"fuel": "10G", "timeout": "1m", "memory": 65536, "log": "1KiB"}}"#,
    );
    let limits = Limits::default().with_fuel(10_000_000_000).with_memory(65536).with_log(1024);
    let expected = TaskSpec {
        task: Some("t".to_owned()),
        meta: Some("[1,null]".to_owned()),
        key: Some(TaskKey::of_id("x")),
        content: Some(TaskContent::of(
            Digest::of(b"aa").bytes(),
            Some("t"),
            br#"{"fuel": "10G", "timeout": "1m", "memory": 65536, "log": "1KiB"},null,[1, null]"#,
            br#"{"n": 1.0}"#,
        )),
        spelling: Some("a.wasm".into()),
        lease: task.lease.clone(),
        streams: None,
        ..TaskSpec::new(1, "x".to_owned(), ModuleId(0), InputPayload::Json(br#"{"n": 1.0}"#.to_vec()), limits)
    };
    assert_eq!(task, expected);
}

#[test]
fn what_a_record_says_of_its_trace_is_no_part_of_the_task_and_refuses_nothing() {
    let mut records = Records::new();
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let line = |more: &str| format!(r#"{{"module": "a.wasm", "input": 1{more}}}"#);
    let plain = records.task(&line(""));
    assert_eq!(plain.trace, None);
    assert_eq!(records.task(&line(r#", "traceparent": null"#)).trace, None);
    for (text, given) in [
        (format!("\"{parent}\""), GivenTrace::read(parent)),
        (format!("\"{}\"", parent.replacen('0', "\\u0030", 1)), GivenTrace::read(parent)),
        (r#""00-""#.to_owned(), GivenTrace::Malformed),
        ("7".to_owned(), GivenTrace::Malformed),
        (r#"{"a": [1]}"#.to_owned(), GivenTrace::Malformed),
    ] {
        let task = records.task(&line(&format!(r#", "traceparent": {text}"#)));
        assert_eq!(task.trace.as_deref(), Some(&given), "{text}");
        assert_eq!((task.key, task.content), (plain.key, plain.content), "{text}");
    }
    // What is refused belongs to a trace as well.
    let refused = records.rejection(&format!(r#"{{"module": "a.wasm", "traceparent": "{parent}"}}"#));
    assert_eq!(refused.trace.as_deref(), Some(&GivenTrace::read(parent)));
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
    assert_eq!(keys, [TaskKey::of_content(TaskContent::of(Digest::of(b"aa").bytes(), None, b"", b"1")); 3]);
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
    assert_eq!(records.rejection(r#"{"module": "a.wasm", "id": "x"}"#).key, Some(TaskKey::of_id("x")));
    assert_eq!(records.rejection(r#"{"id": "x", "more": 1}"#).key, Some(TaskKey::of_id("x")));
}

/// What is no white space in JSON is part of a line, which then is none of JSON: it must not be
/// taken for one that asks for less.
#[test]
fn white_space_that_is_none_in_json_makes_no_record() {
    let mut records = Records::new();
    let record = r#"{"module": "a.wasm", "input": 1, "limits": {"fuel": 1}}"#;
    for end in ["", " ", "\t", "\r\n"] {
        records.task(&format!("{record}{end}"));
    }
    for end in ["\u{c}", "\u{b}", "\u{a0}"] {
        assert_eq!(records.rejection(&format!("{record}{end}")).error.code, "not_json", "{end:?}");
    }
}

/// All that a record can say, but for its id, makes another content of it: what is missing here is
/// a field that nobody has thought of.
#[test]
fn whatever_a_record_says_changes_its_content_and_under_an_id_not_its_key() {
    let mut records = Records::new();
    let refused = records.rejection(r#"{"module": "a.wasm", "nobody knows": 1}"#).error.message;
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
        ("group", r#"{"module": "a.wasm", "input": 1, "id": "x", "group": "g"}"#),
        ("expect", r#"{"module": "a.wasm", "input": 1, "id": "x", "expect": {}}"#),
        ("points", r#"{"module": "a.wasm", "input": 1, "id": "x", "expect": {}, "points": 1}"#),
        ("compare", r#"{"module": "a.wasm", "input": 1, "id": "x", "expect": {}, "compare": "exact"}"#),
    ];
    // How long its submitter waits, and which trace it belongs to, is not what a task asks; and a module
    // is known by its bytes, however they came. What is for a checker is for a run that has one.
    let rest = [
        "id",
        "deadline",
        "traceparent",
        "module_base64",
        "build_failed",
        "checker_args",
        "checker_input",
        "checker_input_file",
    ];
    let mut names: Vec<&str> = others.iter().map(|(name, _)| *name).chain(rest).collect();
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
fn what_is_executed_is_all_that_a_record_asks_but_what_is_expected_and_echoed() {
    let mut records = Records::new();
    let line = |more: &str| {
        let expect = if more.contains("expect") { "" } else { r#","expect":{"output":"a"}"# };
        let input = if more.contains("input") { "" } else { r#","input":1"# };
        let module = if more.contains("module") { "" } else { r#","module":"a.wasm""# };
        format!(r#"{{"id":"x"{module}{input}{expect}{more}}}"#)
    };
    let usual = records.task(&line("")).execution;
    assert!(usual.is_some());
    for same in [
        r#","expect":{"output":"b"}"#,
        r#","expect":{"verdict":"trap"}"#,
        r#","points":3"#,
        r#","compare":"exact""#,
        r#","meta":{"n":1}"#,
        r#","group":"g""#,
    ] {
        assert_eq!(records.task(&line(same)).execution, usual, "{same}");
    }
    let mut executions = std::collections::BTreeSet::from([usual]);
    for other in [
        r#","module":"b.wat""#,
        r#","task":"t""#,
        r#","input":2"#,
        r#","input_base64":"MQ""#,
        r#","input_file":"input.bin""#,
        r#","limits":{"fuel":1}"#,
        r#","grants":{}"#,
        r#","args":[]"#,
        r#","env":{}"#,
        r#","files":{}"#,
    ] {
        assert!(executions.insert(records.task(&line(other)).execution), "{other}");
    }
    let unjudged = records.task(r#"{"id":"x","module":"a.wasm","input":1}"#);
    assert_eq!(unjudged.execution, None, "it costs nothing where nothing is judged");
}

#[test]
fn the_path_of_an_input_is_part_of_what_a_record_without_an_id_is_known_by() {
    let mut records = Records::new();
    let line = |path: &str| format!(r#"{{"module": "a.wasm", "input_file": "{path}"}}"#);
    let [one, other] = ["input.bin", "./input.bin"].map(|path| records.task(&line(path)));
    assert_ne!(one.key, other.key);
    assert_eq!(one.content, other.content);
    let key = TaskKey::of_path(Digest::of(b"aa").bytes(), None, b"", b"input.bin");
    assert_eq!(one.key, Some(key));
    let InputPayload::Bytes(before) = one.input else { panic!("no bytes") };
    std::fs::write(records.folder.path().join("input.bin"), [&before[..], b"more"].concat()).unwrap();
    let changed = records.task(&line("input.bin"));
    assert_eq!(changed.key, one.key);
    assert_ne!(changed.content, one.content);
    let missing = records.rejection(r#"{"module": "a.wasm", "input_file": "missing", "id": "x"}"#);
    assert_eq!((missing.key, missing.content), (Some(TaskKey::of_id("x")), None));
    let unusable = records.rejection(r#"{"module": "missing.wasm", "input": 1, "id": "x"}"#);
    assert_eq!((unusable.key, unusable.content), (Some(TaskKey::of_id("x")), None));
    let refused = records.rejection(r#"{"module": "a.wasm", "id": "x"}"#);
    let of_line = TaskContent::of_line(TaskKey::of_line(br#"{"module": "a.wasm", "id": "x"}"#));
    assert_eq!((refused.key, refused.content), (Some(TaskKey::of_id("x")), Some(of_line)));
}

#[test]
fn a_module_that_is_another_one_stops_the_reading_unless_something_else_is_asked_for() {
    let (was, is) = (Digest::of(b"was"), Digest::of(b"aa"));
    for changed in [ChangedModules::Refuse, ChangedModules::Keep, ChangedModules::Rerun] {
        let mut records = Records::new();
        let digests = [("a.wasm".to_owned(), ModuleDigests::same(*was.bytes()))].into();
        records.lines.modules.earlier = KnownModules { digests, changed, ..KnownModules::default() };
        let taken = records.take(r#"{"module": "a.wasm", "input": 1}"#);
        let told = ModuleChanged { name: "a.wasm".to_owned(), was, is };
        let content = |digest: Digest| TaskContent::of(digest.bytes(), None, b"", b"1");
        match taken {
            LineOutcome::End(InputEnd::Changed(changed_now)) => {
                assert_eq!((changed, *changed_now), (ChangedModules::Refuse, told));
            }
            LineOutcome::Submission { submission: Submission::Task(task), is_rebuilt, .. } => {
                assert_ne!(changed, ChangedModules::Refuse);
                assert_eq!(is_rebuilt, changed == ChangedModules::Rerun);
                assert_eq!(task.key, Some(TaskKey::of_content(content(was))));
                let now = if changed == ChangedModules::Keep { was } else { is };
                assert_eq!(task.content, Some(content(now)));
            }
            other => panic!("{other:?}"),
        }
        let taken = records.take(r#"{"module": "b.wat", "input": 1}"#);
        assert!(matches!(taken, LineOutcome::Submission { is_rebuilt: false, .. }), "{taken:?}");
    }
}

#[test]
fn an_input_comes_in_one_of_three_ways() {
    let mut records = Records::new();
    let bytes = |bytes: &[u8]| InputPayload::Bytes(bytes.to_vec());
    assert_eq!(
        records.task(r#"{"module": "a.wasm", "input": null}"#).input,
        InputPayload::Json(b"null".to_vec())
    );
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
    let mut records = Records::with_limits(Limits::default().with_input(3));
    assert_eq!(records.task(r#"{"module": "a.wasm", "input": 123}"#).limits.input, 3);
    let bad = Verdict::BadInput;
    records.check(r#"{"module": "a.wasm", "input": 1234}"#, bad, "too_long", "--input-limit 4");
    records.check(r#"{"module": "a.wasm", "input_base64": "AAAAAA=="}"#, bad, "too_long", "--input-limit 4");
    let own = r#"{"module": "a.wasm", "input_file": "input.bin", "limits": {"input": 1}}"#;
    records.check(own, bad, "too_long", "the record itself");
    let long = InputLine::TooLong { seq: 9, length: 1 << 30, key: TaskKey::of_line(b"long"), spooled: None };
    let Some(Submission::Rejected(rejection)) = records.lines.take(long).submission() else { panic!() };
    assert_eq!((rejection.seq, rejection.input_bytes), (9, 1 << 30));
    assert_eq!((rejection.error.code.as_str(), rejection.verdict), ("too_long", bad));
}

#[test]
fn the_line_limit_leaves_room_for_an_input_in_base64() {
    let limit = |input| {
        let limits = Limits::default().with_input(input);
        TaskLines::new(
            Path::new("-"),
            AllowedTerms { limits, ..AllowedTerms::default() },
            1,
            PathOpener::default(),
        )
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
        assert_eq!((read.fuel, read.memory), (Some(fuel), memory), "{limits}");
    }
    assert_eq!(records.task(&line(r#"{"timeout": "5"}"#)).limits.timeout, Duration::from_secs(5));
    // The run has no limit of it.
    assert_eq!(records.task(&line(r#"{"cpu": 0.5}"#)).limits.cpu, Some(Duration::from_millis(500)));
    let denied = Verdict::PolicyDenied;
    records.check(&line(r#"{"fuel": "31G"}"#), denied, "limit", "--fuel 31G would allow it");
    records.check(&line(r#"{"timeout": 61}"#), denied, "limit", "--timeout 1m1s");
    assert_eq!(records.rejection(&line(r#"{"memory": "1GiB"}"#)).id, "7");
    for (limits, says) in [
        (r#"{"fuel": 0}"#, "limit `fuel` is `0`: it must be above 0; write fuel as `500M`"),
        (r#"{"fuel": -1}"#, "limit `fuel` is `-1`: it is negative"),
        (r#"{"fuel": [1]}"#, "expected an amount: a number"),
        (r#"{"fuel": 1.5}"#, "limit `fuel` is `1.5`: without a unit"),
        (r#"{"memory": "5XB"}"#, "limit `memory` is `5XB`: unknown unit `XB`"),
        (r#"{"timeout": "5x"}"#, "limit `timeout` is `5x`: unknown unit"),
        (r#"{"timeout": -5}"#, "limit `timeout` is `-5`: it is negative"),
        (r#"{"timeout": 1e300}"#, "too large"),
        (r#"{"cpu": "5x"}"#, "limit `cpu` is `5x`: unknown unit"),
        (r#"{"disk": 1}"#, "unknown field `disk`"),
    ] {
        records.check(&line(limits), Verdict::BadInput, "record", says);
    }
}

#[test]
fn what_is_no_record_is_refused_and_called_as_far_as_it_can_be_read() {
    let mut records = Records::new();
    let bad = Verdict::BadInput;
    records.check("{", bad, "not_json", "column 1");
    records.check("7", bad, "record", "not a task record");
    records.check(r#"["1", "a.wasm", 1, null, null, null, null, null]"#, bad, "record", "not a task record");
    records.check(r#"{"input": 1}"#, bad, "record", "it needs `module`");
    records.check(r#"{"module": "a.wasm", "input": 1} x"#, bad, "not_json", "trailing");
    records.check(r#"{"module": "a.wasm", "input": 1, "module": "b.wat"}"#, bad, "record", "duplicate");
    records.check(r#"{"id": [], "module": "a.wasm", "input": 1}"#, bad, "id", "string or an integer");
    let typo = records.rejection(r#"{"id": "me", "modul": "a.wasm", "input": 1}"#);
    assert_eq!((typo.id.as_str(), typo.seq), ("me", 8));
    assert!(typo.error.message.contains("unknown field `modul`"), "{}", typo.error.message);
    let raw = InputLine::Whole { seq: 9, first: false, bytes: b"\"\xff\"" };
    let Some(Submission::Rejected(rejection)) = records.lines.take(raw).submission() else { panic!() };
    assert_eq!((rejection.error.code.as_str(), rejection.id.as_str()), ("not_json", "9"));
    assert!(records.take(" \r\n").submission().is_none());
    assert_eq!(records.task(r#"{"id": null, "module": "a.wasm", "input": 1}"#).id, "10");
}

#[test]
fn records_from_standard_input_start_at_the_current_folder() {
    assert_eq!(
        TaskLines::new(Path::new("-"), AllowedTerms::default(), 1, PathOpener::default()).base,
        Path::new("")
    );
    let named = TaskLines::new(Path::new("a/b.jsonl"), AllowedTerms::default(), 1, PathOpener::default());
    assert_eq!(named.starting_at(Some("c".into())).base, Path::new("c"));
    assert_eq!(
        TaskLines::new(Path::new("tasks.jsonl"), AllowedTerms::default(), 1, PathOpener::default()).base,
        Path::new("")
    );
    assert_eq!(
        TaskLines::new(Path::new("a/b.jsonl"), AllowedTerms::default(), 1, PathOpener::default()).base,
        Path::new("a")
    );
}

#[test]
fn grants_may_be_narrowed_and_never_widened() {
    let dir = |guest: &str, writable| DirGrant { host: "/host".into(), guest: guest.to_owned(), writable };
    let env = vec![EnvGrant { name: "LANG".to_owned(), value: "C".to_owned() }];
    let grants = Grants { dirs: vec![dir("/data", false), dir("/out", true)], env, ..Grants::default() };
    let mut records = Records::allowing(AllowedTerms { grants: Arc::new(grants), ..AllowedTerms::default() });
    let line = |grants: &str| format!(r#"{{"id": 7, "module": "a.wasm", "input": 0, "grants": {grants}}}"#);
    assert_eq!(records.task(&line("null")).grants, None);
    assert_eq!(records.task(&line("{}")).grants, None);
    assert_eq!(records.task(&line(r#"{"dirs": null, "env": null}"#)).grants, None);
    let kept = |dirs: &[(u32, bool)], env: &[u32]| {
        Some(Box::new(GrantSubset { dirs: dirs.to_vec(), env: env.to_vec(), scratch: false }))
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
    records.check(&line(r#"{"dirs": ["/out:wr"]}"#), bad, "record", "is not a mode");
    records.check(&line(r#"{"dirs": [":ro"]}"#), bad, "record", "no name");
    records.check(&line(r#"{"dirs": "/out"}"#), bad, "record", "a sequence");
    records.check(&line(r#"{"args": []}"#), bad, "record", "`args`");
}

#[test]
fn what_a_validator_is_given_changes_the_content_of_a_task() {
    let mut records = Records::new();
    let checker = Some([7; 32].into());
    let usual = UsualJudge { checker, protocol: CheckProtocol::Validator, ..UsualJudge::default() };
    records.lines = records.lines.judged_by(usual);
    let line = |more: &str| format!(r#"{{"module": "a.wasm", "input": 1, "id": "x", "expect": {{}}{more}}}"#);
    let mut contents = std::collections::BTreeSet::new();
    for more in [
        "",
        r#", "checker_args": []"#,
        r#", "checker_args": ["a"]"#,
        r#", "checker_args": ["a", "b"]"#,
        r#", "checker_input_file": "input.bin""#,
        r#", "checker_input_file": "a.wasm""#,
        r#", "group": "[]""#,
    ] {
        assert!(contents.insert(records.task(&line(more)).content.unwrap()), "{more}");
    }
    let named = r#", "checker_input_file": "input.bin""#;
    std::fs::write(records.folder.path().join("input.bin"), "other").unwrap();
    let task = records.task(&line(named));
    assert!(contents.insert(task.content.unwrap()), "another file of that name");
    let expect = task.expect.unwrap();
    assert_eq!(expect.checker_input, Some(InputPayload::Bytes(b"other".to_vec())));
    let many = [r#""""#; 1001].join(",");
    let many = line(&format!(r#", "checker_args": [{many}]"#));
    records.check(&many, Verdict::BadInput, "record", "at most 1000 entries");
}
