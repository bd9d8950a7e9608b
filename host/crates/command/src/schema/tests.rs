//! The schemas hold what is written and what is read, and no more than that: each is closed first,
//! and checked by a library that is not ours.

use super::*;
use crate::settings::keys;
use polymer_host_config::{ConfigFile, SettingKind};
use polymer_host_event::samples;
use polymer_host_event::{GroupStopReason, RunEvent};
use polymer_host_journal::event_log::line::EventLine;
use polymer_host_journal::event_log::samples::SampleValues;
use polymer_host_journal::manifest::{
    HostMachine, InputFacts, InputObjectFacts, JailFacts, ManifestSession, MergedFacts, MergedPart,
    ModuleFileFacts, PartitionFacts, RunManifest,
};
use polymer_host_journal::summary;
use polymer_host_report::Stats;
use polymer_host_task::{Limits, Verdict};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use toml::de::{DeTable, DeValue};

include!("../../schema/closed.rs");

fn value(schema: NamedSchema) -> Value {
    serde_json::from_str(schema.text()).unwrap()
}

/// What says whether a value is what a schema describes, and nothing else.
pub(crate) fn validator(schema: NamedSchema) -> impl Fn(&Value) -> Result<(), String> {
    validator_of(&closed(&value(schema)))
}

fn validator_of(schema: &Value) -> impl Fn(&Value) -> Result<(), String> + use<> {
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("schema.json", schema.clone()).unwrap();
    let index = compiler.compile("schema.json", &mut schemas).unwrap();
    move |value| schemas.validate(value, index).map_err(|error| error.to_string())
}

fn keys_of(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn each_has_an_identity_and_says_what_it_describes() {
    let mut ids = BTreeSet::new();
    for schema in NamedSchema::ALL {
        let value = value(schema);
        assert_eq!(value["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(value["$id"], format!("urn:polymer-wasm:schema:{}:1", schema.name()));
        assert!(ids.insert(value["$id"].to_string()));
        assert!(value["title"].as_str().unwrap().starts_with("Polymer "));
        assert!(schema.text().ends_with("}\n"));
        described(&value, schema.name());
        drop(validator_of(&value));
    }
}

/// Every field that is named says what it is, unless another place does.
fn described(value: &Value, place: &str) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                described(value, &format!("{place}/{name}"));
            }
            for (name, field) in fields.get("properties").and_then(Value::as_object).into_iter().flatten() {
                let is_condition = place.ends_with("/if");
                let words = field["description"].as_str().is_some_and(|words| !words.is_empty());
                let is_elsewhere = field.get("$ref").is_some();
                assert!(words || is_elsewhere || is_condition, "{place}: `{name}` has no description");
            }
        }
        Value::Array(values) => values.iter().for_each(|value| described(value, place)),
        _ => {}
    }
}

#[test]
fn the_list_names_all_of_them() {
    let text = list();
    let names: Vec<_> = text.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(names, NamedSchema::ALL.map(NamedSchema::name));
    assert!(text.lines().all(|line| line.len() <= 80), "{text}");
    use clap::ValueEnum;
    for schema in NamedSchema::value_variants() {
        assert_eq!(schema.to_possible_value().unwrap().get_name(), schema.name());
    }
}

#[test]
fn what_is_shipped_is_open_and_what_tests_hold_to_is_not() {
    let mut record: Value = json!({
        "v": 1, "id": "1", "seq": 1, "verdict": "a_new_one", "output": null,
        "error": {"message": "", "code": "", "wall": "", "new": 1}, "attempts": 0, "worker": null, "started": null,
        "stats": {"fuel": null, "fuel_exact": true, "wall_ms": null, "cpu_ms": null, "queue_ms": null,
            "peak_memory_bytes": null, "input_bytes": 0, "output_bytes": null, "grow_refused": false,
            "partial": false, "new": {}},
        "log": {"text": "", "dropped_bytes": 0, "new": 1}, "key": null, "new": [],
    });
    let (open, closed) = (validator_of(&value(NamedSchema::Record)), validator(NamedSchema::Record));
    open(&record).unwrap();
    for (pointer, old) in [("", "new"), ("/error", "new"), ("/stats", "new"), ("/log", "new")] {
        assert!(closed(&record).is_err(), "{record}");
        record.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(old);
    }
    assert!(closed(&record).unwrap_err().contains("verdict"));
    record["verdict"] = "ok".into();
    closed(&record).unwrap();
    record["v"] = 2.into();
    assert!(open(&record).is_err());
    let (open, closed) = (validator_of(&value(NamedSchema::Events)), validator(NamedSchema::Events));
    for line in [json!({"event": "new"}), json!({"event": "went_on", "at_ms": 1, "still_ms": 1, "new": 1})] {
        open(&line).unwrap();
        assert!(closed(&line).is_err(), "{line}");
    }
    assert!(open(&json!({"event": "went_on", "at_ms": 1})).is_err());
}

#[test]
fn words_that_may_grow_are_all_named() {
    let verdicts: Vec<_> = Verdict::ALL.iter().map(|verdict| verdict.name()).collect();
    for schema in [NamedSchema::Record, NamedSchema::Events, NamedSchema::Scores] {
        assert_eq!(value(schema)["$defs"]["verdict"]["examples"], json!(verdicts));
    }
    assert_eq!(
        value(NamedSchema::Summary)["properties"]["verdicts"]["propertyNames"]["examples"],
        json!(verdicts)
    );
    let scores = value(NamedSchema::Scores);
    for pointer in ["/properties/verdicts", "/$defs/program/properties/verdicts"] {
        assert_eq!(scores.pointer(pointer).unwrap()["propertyNames"]["examples"], json!(verdicts));
    }
    assert_eq!(value(NamedSchema::Cases)["$defs"]["verdict"]["enum"], json!(verdicts));
    let events = value(NamedSchema::Events);
    assert_eq!(events["properties"]["event"]["examples"], json!(EventLine::KINDS));
    let of_kind = |kind: &&str| json!({"if": {"properties": {"event": {"const": kind}}}, "then": {"$ref": format!("#/$defs/{kind}")}});
    assert_eq!(events["allOf"], EventLine::KINDS.iter().map(of_kind).collect::<Value>());
}

/// A line with words of the schema in place of generated ones, where it has a list of them.
fn with_known_words(mut line: Value) -> Value {
    for (field, word) in [("verdict", "ok"), ("role", "run")] {
        if let Some(value) = line.get_mut(field) {
            *value = word.into();
        }
    }
    if line["event"] == "cache_entry_rejected" {
        line["why"] = "stale".into();
    }
    if line["event"] == "group_stopped" {
        line["code"] = "group_budget".into();
    }
    for field in ["seq", "attempt", "slot", "session"] {
        if line.get(field) == Some(&json!(0)) {
            line[field] = 1.into();
        }
    }
    line
}

/// What says whether a value is what a schema describes.
type Check = Box<dyn Fn(&Value) -> Result<(), String>>;

fn anything() -> impl Strategy<Value = SampleValues> {
    (any::<String>(), 0..1_u64 << 50, any::<u32>(), any::<bool>())
        .prop_map(|(text, micros, number, flag)| SampleValues { text, micros, number, flag })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn events_of_every_kind_are_what_the_schema_says(any in anything()) {
        thread_local! {
            static CHECK: Check = Box::new(validator(NamedSchema::Events));
        }
        for kind in 0..EventLine::KINDS.len() {
            let line = with_known_words(serde_json::to_value(any.line(kind)).unwrap());
            let checked = CHECK.with(|check| check(&line));
            prop_assert!(checked.is_ok(), "{:?} in {}", checked, line);
            // It lacks a field that is always there.
            let mut less = line.clone();
            let name = line.as_object().unwrap().keys().find(|name| *name != "event").unwrap();
            less.as_object_mut().unwrap().remove(name);
            prop_assert!(CHECK.with(|check| check(&less)).is_err(), "{}", less);
        }
    }
}

#[test]
fn every_shape_of_run_json_is_what_the_schema_says() {
    let check = validator(NamedSchema::Run);
    let checked = |facts: &RunManifest| {
        let value = serde_json::to_value(facts).unwrap();
        check(&value).unwrap_or_else(|error| panic!("{error} in {value}"));
        value
    };
    let settings = [("fuel".to_owned(), vec!["30G".to_owned()])].into();
    let host = HostMachine { name: "host".to_owned(), system: "Linux".to_owned(), cores: 2 };
    let mut facts = RunManifest::new("/home".into(), settings, (&Limits::default()).into(), host);
    let least = checked(&facts);
    let sha256 = "0f".repeat(32);
    facts.engine = Some("an engine".to_owned());
    facts.modules.insert("a.wasm".to_owned(), sha256.clone());
    facts.rebuilt.clone_from(&facts.modules);
    let file = ModuleFileFacts { state: "1:2:3:4:5:6:7".to_owned(), sha256: sha256.clone() };
    facts.module_files.insert("a.wasm".to_owned(), file);
    facts.grants.push("--dir /a".to_owned());
    facts.jail = Some(JailFacts { active: vec!["seccomp".to_owned()], missing: vec![] });
    let text = || Some("x".to_owned());
    facts.input = InputFacts {
        path: Some("s3://bucket/key".into()),
        sha256: Some(sha256),
        bytes: Some(u64::MAX),
        object: Some(InputObjectFacts { bytes: u64::MAX, etag: text(), changed: text() }),
        null: true,
    };
    facts.partition = Some(PartitionFacts { by: "hash".to_owned(), k: 3, of: 20, other_lines: Some(0) });
    let part = MergedPart {
        k: 1,
        folder: "/parts/1".into(),
        host: facts.host.clone(),
        polymer: "0.1.0".to_owned(),
        engine: None,
    };
    let more = MergedPart { k: 3, engine: facts.engine.clone(), ..part.clone() };
    facts.merged = Some(MergedFacts { by: "hash".to_owned(), of: 3, parts: vec![part, more], resumed: true });
    let session = ManifestSession {
        started: "2026-11-22T14:00:00.000000Z".to_owned(),
        ended: None,
        complete: false,
        halt: String::new(),
        reads_input: false,
    };
    facts.sessions =
        vec![session.clone(), ManifestSession { ended: Some(session.started.clone()), ..session }];
    let most = checked(&facts);
    // The schema names every field there is, and no other.
    assert_eq!(keys_of(&most), keys_of(&value(NamedSchema::Run)["properties"]));
    assert!(keys_of(&least).len() < keys_of(&most).len());
}

#[test]
fn every_shape_of_summary_json_is_what_the_schema_says() {
    let check = validator(NamedSchema::Summary);
    let written = Verdict::ALL.into_iter().map(|verdict| (verdict, 1)).collect();
    for written in [Default::default(), written] {
        let mut stats = Stats::new(2);
        for _ in 0..2 {
            for others in [None, Some(7)] {
                let summary = summary::RunSummary::new(false, "asked".to_owned(), &written, 2, &stats);
                let value = serde_json::to_value(summary.with_other_lines(others)).unwrap();
                check(&value).unwrap_or_else(|error| panic!("{error} in {value}"));
            }
            stats.on(&RunEvent::TaskDone(Box::new(samples::ok())));
            for why in [
                GroupStopReason::Fuel { budget: 1, used: 2 },
                GroupStopReason::Cpu { budget: Duration::from_millis(3), used: Duration::from_secs(1) },
                GroupStopReason::MaxFail(4),
            ] {
                let group = why.in_words().into();
                stats.on(&RunEvent::GroupStopped { group, why, canceled: 0 });
            }
        }
    }
}

#[test]
fn every_setting_is_in_the_schema_as_its_help_has_it() {
    let schema = value(NamedSchema::Config);
    let properties = &schema["$defs"]["profile"]["properties"];
    let settings: Vec<_> = keys().into_iter().filter(|key| key.is_setting).collect();
    assert_eq!(keys_of(properties), settings.iter().map(|key| key.name.as_str()).collect());
    let flags = crate::args::Cli::flags();
    let run = flags.find_subcommand("run").unwrap();
    for key in settings {
        let kind = match key.kind {
            SettingKind::Switch => "#/$defs/switch",
            SettingKind::Many => "#/$defs/many",
            SettingKind::One | SettingKind::Place | SettingKind::Rest => "#/$defs/one",
        };
        let property = &properties[&key.name];
        assert_eq!(property["$ref"], kind, "{}", key.name);
        let mut flags = run.get_arguments().chain(flags.get_arguments());
        let flag = flags.find(|flag| flag.get_long() == Some(&key.name)).unwrap();
        let help = flag.get_help().unwrap().to_string();
        let described = property["description"].as_str().unwrap();
        assert!(described.starts_with(&help), "{}: `{described}` does not begin with `{help}`", key.name);
    }
}

/// As a library of JSON sees a value of TOML.
fn json_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).unwrap().into(),
        DeValue::Float(number) => number.as_str().parse::<f64>().unwrap().into(),
        DeValue::Boolean(on) => (*on).into(),
        DeValue::Array(values) => values.iter().map(|value| json_of(value.get_ref())).collect(),
        DeValue::Table(table) => table_of(table),
        DeValue::Datetime(date) => date.to_string().into(),
    }
}

fn table_of(table: &DeTable<'_>) -> Value {
    table.iter().map(|(name, value)| (name.get_ref().to_string(), json_of(value.get_ref()))).collect()
}

#[test]
fn a_polymer_toml_is_read_if_it_is_what_the_schema_says() {
    let check = validator(NamedSchema::Config);
    let keys = keys();
    let whole = "\
version = 1
[profile.default]
fuel = \"2G\"
workers = -2
timeout = 2.5
keep-order = true
arg = [\"-x\", 1, 1.5]
env = \"A=1\"
[profile.ci]
retries = 3
";
    for (text, is_good) in [
        ("", true),
        ("version = 1", true),
        ("version = 0x1\n[profile.x]", true),
        (whole, true),
        ("version = 0", false),
        ("version = 2\n[others]", false),
        ("version = \"1\"", false),
        ("version = 1.5", false),
        ("[profiles.x]", false),
        ("[profile.x]\nfule = 1", false),
        ("[profile.x]\nkeep-order = 1", false),
        ("[profile.x]\nfuel = [1]", false),
        ("[profile.x]\nversion = 1", false),
        ("[profile.x]\nmodule = \"a\"", false),
        ("profile.x = 1", false),
    ] {
        let value = table_of(DeTable::parse(text).unwrap().get_ref());
        let checked = check(&value);
        assert_eq!(checked.is_ok(), is_good, "{text}: {checked:?}");
        let read = ConfigFile::parse(Path::new("polymer.toml"), text, &keys);
        assert_eq!(read.is_ok(), is_good, "{text}: {read:?}");
    }
    let error = |text| ConfigFile::parse(Path::new("polymer.toml"), text, &keys).unwrap_err().to_string();
    let expected = "polymer.toml, line 2: the file has version 2, this polymer reads 1";
    assert_eq!(error("# later\nversion = 2\n[others]"), expected);
    let expected = "polymer.toml, line 1: `version` must be a whole number, not a text";
    assert_eq!(error("version = \"1\""), expected);
}
