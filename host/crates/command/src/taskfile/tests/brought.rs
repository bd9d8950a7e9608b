//! What a record brings beside its input: arguments, variables and files.

use super::*;

/// Records in a run that allows them all there is.
fn generous() -> Records {
    let scratch = Some(ScratchGrant { bytes: 1 << 20, guest: "/scratch".to_owned() });
    let grants = Arc::new(Grants { scratch, ..Grants::default() });
    let supplies = AllowedSupplies { args: true, env: vec!["A".to_owned(), "B".to_owned()] };
    Records::allowing(AllowedTerms { grants, supplies, limits: Limits::default().with_input(100) })
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
    let expected = SuppliedFiles {
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
        (r#"{"a": "", "a": ""}"#, "listed twice"),
        (r#"{"a/b": "", "./a//b": ""}"#, "listed twice"),
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
        let mut records = Records::allowing(AllowedTerms { grants, ..AllowedTerms::default() });
        let line = format!(r#"{{"module": "a.wasm", "input": 0, "files": {{{files}}}}}"#);
        match records.take(&line).submission().unwrap() {
            Submission::Task(_) => None,
            Submission::Rejected(rejection) => Some((rejection.error.code, rejection.error.message)),
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
