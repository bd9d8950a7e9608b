//! Records as tests see them: every one is held against the published schema before anybody looks
//! at it.

use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Index;
use std::sync::OnceLock;

include!("../../../host/crates/journal/schema/closed.rs");

/// One record. Indexed by JSON pointer: `record["/error/code"]`; what is not there is null.
#[derive(Debug, Clone)]
pub(crate) struct Record(Value);

impl Index<&str> for Record {
    type Output = Value;

    fn index(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or(&Value::Null)
    }
}

impl Record {
    pub(crate) fn id(&self) -> &str {
        self.text("/id")
    }

    pub(crate) fn verdict(&self) -> &str {
        self.text("/verdict")
    }

    pub(crate) fn text(&self, pointer: &str) -> &str {
        self[pointer].as_str().unwrap_or_else(|| panic!("{pointer} is no text in {}", self.0))
    }

    pub(crate) fn number(&self, pointer: &str) -> u64 {
        self[pointer].as_u64().unwrap_or_else(|| panic!("{pointer} is no whole number in {}", self.0))
    }

    pub(crate) fn millis(&self, pointer: &str) -> f64 {
        self[pointer].as_f64().unwrap_or_else(|| panic!("{pointer} is no number in {}", self.0))
    }

    /// The verdicts of the attempts before the last.
    pub(crate) fn history(&self) -> Vec<&str> {
        let past = self["/history"].as_array().map(Vec::as_slice).unwrap_or_default();
        past.iter().map(|past| past["verdict"].as_str().unwrap()).collect()
    }

    /// That it ended so, with this code.
    #[track_caller]
    pub(crate) fn check(&self, verdict: &str, code: &str) {
        assert_eq!((self.verdict(), self.text("/error/code")), (verdict, code), "in {}", self.0);
    }

    /// That it names this wall; empty for none.
    #[track_caller]
    pub(crate) fn check_wall(&self, wall: &str) {
        assert_eq!(self.text("/error/wall"), wall, "in {}", self.0);
    }

    /// That it is ok and gave this.
    #[track_caller]
    pub(crate) fn check_ok(&self, output: &Value) {
        assert_eq!((self.verdict(), &self["/output"]), ("ok", output), "in {}", self.0);
    }

    /// That its error says this.
    #[track_caller]
    pub(crate) fn check_message(&self, part: &str) {
        assert!(self.text("/error/message").contains(part), "no `{part}` in {}", self.0);
    }
}

/// Reads a record.
///
/// # Panics
/// If it is not one.
#[track_caller]
pub(crate) fn parse(line: &str) -> Record {
    static SCHEMA: OnceLock<(boon::Schemas, boon::SchemaIndex)> = OnceLock::new();
    let (schemas, index) = SCHEMA.get_or_init(|| {
        let path = super::root().join("host/crates/journal/schema/record.schema.json");
        // Closed, so that what it does not name is noticed.
        let schema = closed(&serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap());
        let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        compiler.add_resource("record.schema.json", schema).unwrap();
        let index = compiler.compile("record.schema.json", &mut schemas).unwrap();
        (schemas, index)
    });
    let value: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
    let valid = schemas.validate(&value, *index);
    assert!(valid.is_ok(), "not what the schema says: {valid:?} in {line}");
    Record(value)
}

/// Reads all records of an output.
#[track_caller]
pub(crate) fn parse_all(stdout: &str) -> Vec<Record> {
    assert!(stdout.is_empty() || stdout.ends_with('\n'), "the last record has no newline");
    stdout.lines().map(parse).collect()
}

/// Records by their ids.
///
/// # Panics
/// If two have the same.
#[track_caller]
pub(crate) fn by_id(records: Vec<Record>) -> BTreeMap<String, Record> {
    let count = records.len();
    let named: BTreeMap<_, _> = records.into_iter().map(|record| (record.id().to_owned(), record)).collect();
    assert_eq!(named.len(), count, "an id has two records");
    named
}
