//! Names and content of files, and that nothing that is there is replaced.

use super::*;
use crate::output::record::RecordProjection;
use crate::output::results::{PlainStore, RecordSender, ResultsOptions};
use polymer_host_event::{RecordBacklog, samples};
use polymer_host_task::TaskId;
use proptest::prelude::*;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};
use std::task::Waker;
use std::time::SystemTime;

fn text(text: &str) -> Output {
    Output::Text(text.to_owned())
}

struct Fixture {
    folder: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("a/out")
    }

    fn open(&self, goes_on: bool) -> OutputDir {
        OutputDir::open(&self.path(), goes_on, false).unwrap()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.path()).unwrap();
        let mut names: Vec<_> = names.map(|name| name.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

#[test]
fn an_id_gives_a_name_that_is_safe() {
    for (id, name) in [
        ("7", "7"),
        ("a-b_c.txt", "a-b_c.txt"),
        ("", "%"),
        (".", "%2E"),
        ("..", "%2E."),
        (".writing", "%2Ewriting"),
        ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"),
        ("%2F~2\0\n", "%252F%7E2%00%0A"),
        ("ä b", "%C3%A4%20b"),
    ] {
        assert_eq!(file_name(id), name);
    }
    let (long, longer) = ("x".repeat(LONGEST), "x".repeat(LONGEST + 1));
    assert_eq!(file_name(&long), long);
    assert_eq!(file_name(&longer), format!("{}~{}", "x".repeat(PREFIX), TaskKey::of_id(&longer)));
    let umlauts = file_name(&"ä".repeat(LONGEST));
    assert!(umlauts.starts_with(&"%C3%A4".repeat(PREFIX / 6)) && umlauts.len() < LONGEST, "{umlauts}");
    assert!(!umlauts.contains("%~"), "{umlauts}");
}

#[test]
fn an_output_stands_there_as_it_was_given() {
    let fixture = Fixture::new();
    let mut outputs = fixture.open(false);
    for (at, (output, expected)) in [
        (text("a\nb\n"), &b"a\nb\n"[..]),
        (text(""), b""),
        (Output::Json(r#""a\"\u00e4\n""#.to_owned()), "a\"ä\n".as_bytes()),
        (Output::Json(r#"{"a":"b"}"#.to_owned()), br#"{"a":"b"}"#),
        (Output::Json("1e400".to_owned()), b"1e400"),
        (Output::Json("null".to_owned()), b"null"),
        // Half a character is no text.
        (Output::Json(r#""\ud800""#.to_owned()), br#""\ud800""#),
        (Output::Bytes(vec![0, 255, 10]), b"\0\xff\n"),
    ]
    .into_iter()
    .enumerate()
    {
        let stored = outputs.store(&at.to_string(), &output).unwrap();
        let path = fixture.path().join(at.to_string());
        assert_eq!(stored.path, path.to_str().unwrap());
        assert_eq!(fs::read(&path).unwrap(), expected);
        assert_eq!((stored.bytes, stored.sha256), (expected.len() as u64, Digest::of(expected)));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o700, 0o600);
    }
    assert_eq!(fixture.names().len(), 8, "nothing else is left there");
}

#[test]
fn what_is_there_is_never_replaced() {
    let fixture = Fixture::new();
    let mut outputs = fixture.open(false);
    fs::write(fixture.path().join("b"), "before").unwrap();
    std::os::unix::fs::symlink("b", fixture.path().join("b~2")).unwrap();
    for (id, content) in [("a", "1"), ("a", "2"), ("b", "3"), ("a", "4"), ("c", "5")] {
        outputs.store(id, &text(content)).unwrap();
    }
    drop(outputs);
    fixture.open(true).store("a", &text("6")).unwrap();
    assert_eq!(fixture.names(), ["a", "a~2", "a~3", "a~4", "b", "b~2", "b~3", "c"]);
    let found = ["a", "a~2", "a~3", "a~4", "b", "b~3", "c"].map(|name| fixture.read(name));
    assert_eq!(found, ["1", "2", "4", "6", "before", "3", "5"]);
}

#[test]
fn a_new_run_takes_an_empty_folder_and_one_at_a_time() {
    let fixture = Fixture::new();
    let outputs = fixture.open(false);
    let error = OutputDir::open(&fixture.path(), true, false).unwrap_err();
    assert!(matches!(error, OutputDirError::Locked(_)), "{error}");
    drop(outputs);
    // What a lost run was about to write is nobody's.
    fs::write(fixture.path().join(WRITING), "half").unwrap();
    fixture.open(false).store("a", &text("1")).unwrap();
    let error = OutputDir::open(&fixture.path(), false, false).unwrap_err();
    assert!(error.to_string().ends_with("out is not empty: a is in it"), "{error}");
    drop(fixture.open(true));
    let file = fixture.path().join("a");
    let error = OutputDir::open(&file, false, false).unwrap_err();
    assert!(matches!(error, OutputDirError::NotAFolder(_)), "{error}");
    let error = OutputDir::open(&file.join("b"), false, false).unwrap_err();
    assert!(matches!(error, OutputDirError::System(_)), "{error}");
}

#[test]
fn a_file_that_cannot_be_put_in_its_place_leaves_nothing() {
    let fixture = Fixture::new();
    let mut outputs = OutputDir::open(&fixture.path(), false, true).unwrap();
    outputs.store("a", &text("1")).unwrap();
    assert!(outputs.has_new_names);
    outputs.sync_names().unwrap();
    assert!(!outputs.has_new_names);
    fs::remove_dir_all(fixture.path()).unwrap();
    let error = outputs.store("b", &text("1")).unwrap_err();
    assert!(error.to_string().contains("/out/.writing"), "{error}");
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl crate::output::out::RecordOutput for Lines {}

fn sender(fixture: &Fixture, lines: &Lines) -> RecordSender {
    let options = ResultsOptions {
        projection: "id,output,output_file".parse().unwrap_or(RecordProjection::None),
        keep_order: false,
        began: SystemTime::UNIX_EPOCH,
        threshold: RecordBacklog { records: 100, bytes: usize::MAX },
    };
    let records = Box::new(PlainStore(lines.clone()));
    let store = OutputDirStore { records, outputs: fixture.open(false) };
    RecordSender::start(options, Box::new(store), Waker::noop().clone()).unwrap()
}

fn record(id: &str, output: Option<Output>) -> Box<Record> {
    Box::new(Record { task: TaskId(0), id: id.to_owned(), output, ..samples::ok() })
}

#[test]
fn records_name_the_files_of_their_outputs_and_keep_their_order() {
    let (fixture, lines) = (Fixture::new(), Lines::default());
    let mut sender = sender(&fixture, &lines);
    let long = "x".repeat(100_000);
    for (id, output) in
        [("a", Some(text("1"))), ("b", None), ("c", Some(text(&long))), ("a", Some(text("22")))]
    {
        sender.push(record(id, output));
    }
    let written = sender.finish();
    written.result.unwrap();
    assert_eq!(written.records, 4);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let found: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<_> = found.iter().map(|record| record["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a", "b", "c", "a"]);
    let bytes: Vec<_> = found.iter().map(|record| record["output_file"]["bytes"].as_u64()).collect();
    assert_eq!(bytes, [Some(1), None, Some(100_000), Some(2)]);
    assert!(found.iter().all(|record| record["output"].is_null()));
    for (record, expected) in found.iter().zip([Some("1"), None, Some(long.as_str()), Some("22")]) {
        let path = record["output_file"]["path"].as_str();
        assert_eq!(path.map(|path| fs::read_to_string(path).unwrap()).as_deref(), expected);
    }
}

#[test]
fn an_output_that_cannot_be_written_is_the_error_of_all() {
    let (fixture, lines) = (Fixture::new(), Lines::default());
    let mut sender = sender(&fixture, &lines);
    fs::remove_dir(fixture.path()).unwrap();
    sender.push(record("a", Some(text("1"))));
    let error = sender.finish().result.unwrap_err();
    assert!(matches!(error.downcast::<OutputDirError>().unwrap(), OutputDirError::System(_)));
    assert!(lines.0.lock().unwrap().is_empty());
}

proptest! {
    #[test]
    fn different_ids_have_different_names_of_one_step(ids in proptest::collection::hash_set(".{0,9}|[.%~2a]{0,4}|.{190,210}", 2..20)) {
        let names: std::collections::HashSet<String> = ids.iter().map(|id| file_name(id)).collect();
        prop_assert_eq!(names.len(), ids.len());
        for name in names {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-%~".contains(&byte);
            prop_assert!(name.bytes().all(is_plain), "{}", name);
            prop_assert!(!name.starts_with('.') && !name.is_empty() && name.len() <= LONGEST, "{}", name);
        }
    }
}
