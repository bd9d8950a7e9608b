//! That records are rendered as promised, as they always were, and as one line whatever stands in
//! them.

use super::fields::YEAR_10000;
use super::*;
use polymer_host_base::json;
use polymer_host_event::samples;
use polymer_host_task::{
    CollectedContent, CollectedEntry, CollectedFiles, EarlierStart, Judgement, LimitWall, Log, LogLevel,
    LogLine, PastAttempt, Points, ReplacedRecord, TaskContent, TaskExecution, TaskId, TaskKey, Usage,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::time::Duration;

fn began() -> SystemTime {
    humantime::parse_rfc3339("2026-11-22T14:00:00Z").unwrap()
}

fn line(record: &Record) -> String {
    let mut out = Vec::new();
    render(record, began(), &mut out);
    String::from_utf8(out).unwrap()
}

fn line_of(record: &Record, stored: Option<&StoredOutput>) -> String {
    let mut out = Vec::new();
    render_part(record, stored, began(), RecordProjection::Full, &mut out);
    String::from_utf8(out).unwrap()
}

fn part(record: &Record, projection: &str) -> String {
    let mut out = Vec::new();
    render_part(record, None, began(), projection.parse().unwrap(), &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn each_projection_has_its_form() {
    let (ok, trap) = (samples::ok(), samples::trap());
    assert_eq!(part(&ok, "full"), line(&ok));
    assert_eq!(part(&ok, "short"), "{\"id\":\"7\",\"verdict\":\"ok\",\"output\":{\"text\":\"Task 6\"}}\n");
    assert!(
        part(&trap, "short").contains(r#""output":null,"error":{"message":"#),
        "{}",
        part(&trap, "short")
    );
    assert_eq!(part(&ok, "output"), "{\"text\":\"Task 6\"}\n");
    assert_eq!(part(&trap, "output"), "null\n");
    assert_eq!(part(&ok, "none"), "");
    assert_eq!(part(&ok, "seq,id"), "{\"id\":\"7\",\"seq\":7}\n");
    assert_eq!(part(&ok, "meta"), "{}\n");
    let bytes = Record { output: Some(Output::Bytes(vec![0, 255])), ..samples::ok() };
    assert_eq!(part(&bytes, "output"), "\"AP8=\"\n");
    assert_eq!(part(&bytes, "output,v"), "{\"v\":1,\"output\":null,\"output_base64\":\"AP8=\"}\n");
}

#[test]
fn an_output_that_is_in_a_file_is_named_in_its_place() {
    let stored = StoredOutput { path: "out/a\"".to_owned(), sha256: Digest::of(b"abc"), bytes: 3 };
    let record = Record { output: None, ..samples::ok() };
    let place = concat!(
        r#"{"path":"out/a\"","sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","#,
        r#""bytes":3}"#
    );
    let of = |projection: &str| {
        let mut out = Vec::new();
        render_part(&record, Some(&stored), began(), projection.parse().unwrap(), &mut out);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(of("output"), format!("{place}\n"));
    assert_eq!(of("output,output_file"), format!("{{\"output\":null,\"output_file\":{place}}}\n"));
    let short = format!("{{\"id\":\"7\",\"verdict\":\"ok\",\"output\":null,\"output_file\":{place}}}\n");
    assert_eq!(of("short"), short);
    let line = line_of(&record, Some(&stored));
    assert!(line.ends_with(&format!(",\"output_file\":{place}}}\n")), "{line}");
    let value = serde_json::from_str(&line).unwrap();
    assert_eq!(validator()(&value), Ok(()), "in {line}");
}

#[test]
fn the_promised_example_comes_out_to_the_letter() {
    let expected = concat!(
        r#"{"v":1,"id":"7","seq":7,"verdict":"ok","output":{"text":"Task 6"},"error":{"message":"","code":"","wall":""},"#,
        r#""attempts":1,"worker":2,"started":"2026-11-22T14:00:00.000123Z","#,
        r#""stats":{"fuel":15210,"fuel_exact":true,"wall_ms":0.41,"cpu_ms":0.4,"queue_ms":3.2,"#,
        r#""peak_memory_bytes":1114112,"input_bytes":24,"output_bytes":19,"grow_refused":false,"partial":false},"#,
        r#""log":{"text":"","dropped_bytes":0},"key":"525b07342774735111364801332a15be","#,
        r#""content":"6a0d2c1e6a0d2c1e6a0d2c1e6a0d2c1e"}"#,
        "\n"
    );
    assert_eq!(line(&samples::ok()), expected);
}

#[test]
fn what_is_not_known_is_null_and_what_is_not_there_has_no_key() {
    let line = line(&samples::rejected());
    assert!(line.contains(r#""attempts":0,"worker":null,"started":null,"stats":{"fuel":null,"#), "{line}");
    assert!(
        line.contains(r#""wall_ms":null,"cpu_ms":null,"queue_ms":null,"peak_memory_bytes":null"#),
        "{line}"
    );
    for key in ["output_base64", "files", "history", "module", "meta", "exit_code", "trace", "replaces"] {
        assert!(!line.contains(key), "{key} in {line}");
    }
}

#[test]
fn optional_keys_follow_in_their_order() {
    let record = Record {
        output: Some(Output::Bytes(vec![0, 255, 1])),
        files: Some(Box::new(CollectedFiles {
            files: [
                ("a\"b", CollectedContent::Text("x\n".to_owned())),
                ("c/d", CollectedContent::Bytes(vec![0, 255, 1])),
                ("e", CollectedContent::Dropped(9)),
            ]
            .map(|(path, content)| CollectedEntry { path: path.to_owned(), content })
            .to_vec(),
            left_out: 2,
        })),
        history: vec![samples::past(1, Verdict::WorkerLost)],
        module: Some("a.wasm".to_owned()),
        label: Some("not shown".to_owned()),
        meta: Some(r#"{"n":1e400}"#.to_owned()),
        replaces: Some(ReplacedRecord(None)),
        ..samples::ok()
    };
    let line = line(&record);
    assert!(line.contains(r#""output":null,"#), "{line}");
    let expected = concat!(
        r#""output_base64":"AP8B","files":{"a\"b":{"text":"x\n"},"c/d":{"base64":"AP8B"},"e":{"dropped_bytes":9}},"files_left_out":2,"history":[{"attempt":1,"verdict":"worker_lost","#,
        r#""error":{"message":"the worker was killed by SIGSEGV","code":"SIGSEGV","wall":""},"worker":1,"#,
        r#""stats":{"fuel":9,"fuel_exact":false,"wall_ms":2.0,"cpu_ms":null,"queue_ms":null,"#,
        r#""peak_memory_bytes":null,"input_bytes":24,"output_bytes":null,"grow_refused":false,"partial":true}}],"#,
        r#""module":"a.wasm","meta":{"n":1e400},"replaces":null}"#,
        "\n"
    );
    assert!(line.ends_with(expected), "{line}");
}

#[test]
fn every_error_names_its_wall_or_none() {
    for wall in LimitWall::ALL {
        let mut record = samples::trap();
        record.error = record.error.by(wall);
        let mut past = samples::past(1, Verdict::Timeout);
        past.error = past.error.by(wall);
        record.history = vec![past];
        let value: serde_json::Value = serde_json::from_str(&line(&record)).unwrap();
        assert_eq!(value["error"]["wall"], wall.name());
        assert_eq!(value["history"][0]["error"]["wall"], wall.name());
    }
    let value: serde_json::Value = serde_json::from_str(&line(&samples::ok())).unwrap();
    assert_eq!(value["error"]["wall"], "");
}

#[test]
fn a_record_is_one_line_of_json_whatever_a_guest_says() {
    let hostile = "a\n{\"v\":1}\r\u{1b}\u{2028}\"\\";
    let mut record = samples::with_log(samples::ok(), None, hostile);
    record = samples::with_log(record, Some(LogLevel::Warn), hostile);
    record.id = hostile.to_owned();
    record.error = TaskError::new(hostile, hostile);
    for output in
        [Output::Text(hostile.to_owned()), Output::Json("{\n}".to_owned()), Output::Json(String::new())]
    {
        record.output = Some(output);
        let line = line(&record);
        assert_eq!(line.matches('\n').count(), 1, "{line}");
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["id"], hostile);
        assert_eq!(value["log"]["text"], record.log.text());
    }
}

#[test]
fn times_have_at_most_three_decimals_and_at_least_one() {
    for (nanos, expected) in [
        (0, "0.0"),
        (499, "0.0"),
        (1_499, "0.001"),
        (1_500, "0.002"),
        (410_000, "0.41"),
        (5_000_000, "5.0"),
        (999_999_500, "1000.0"),
        (60_000_123_456, "60000.123"),
    ] {
        let mut record = samples::ok();
        record.usage.wall = Some(Duration::from_nanos(nanos));
        let line = line(&record);
        assert!(line.contains(&format!(r#""wall_ms":{expected},"#)), "{nanos}: {line}");
    }
}

#[test]
fn a_clock_that_is_far_off_costs_the_time_and_not_the_record() {
    let long = Duration::from_secs(YEAR_10000);
    for began in [SystemTime::UNIX_EPOCH - Duration::from_secs(9), SystemTime::UNIX_EPOCH + long] {
        let mut out = Vec::new();
        render(&samples::ok(), began, &mut out);
        assert!(String::from_utf8(out).unwrap().contains(r#""started":null"#));
    }
}

#[test]
fn control_characters_of_every_kind_are_escaped() {
    let text = "a\u{1b}[2J\u{7f}\u{9b}31mäß\u{80}\u{9f}\u{a0}";
    let mut record = samples::ok();
    record.output = Some(Output::Json(format!("{{\"{text}\":1}}").replace('\u{1b}', "\\u001b")));
    record.log = polymer_host_task::Log {
        lines: vec![polymer_host_task::LogLine { level: None, text: text.to_owned() }],
        dropped_bytes: 0,
    };
    let mut line = b"before\x7f".to_vec();
    render(&record, SystemTime::UNIX_EPOCH, &mut line);
    let line = String::from_utf8(line).unwrap();
    let line = line.strip_prefix("before\u{7f}").unwrap();
    assert!(!line.trim_end().chars().any(char::is_control), "{line:?}");
    let value: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(value["log"]["text"], text);
    assert_eq!(value["output"][text], 1);
}

#[test]
fn held_bytes_grow_with_everything_a_guest_can_fill() {
    let empty = held_bytes(&samples::ok());
    let text = "x".repeat(1000);
    let logged = samples::with_log(samples::ok(), None, &text);
    assert!(held_bytes(&logged) >= empty + 1000);
    let mut full = Record { output: Some(Output::Text(text.clone())), meta: Some(text.clone()), ..logged };
    full.error.trace = Some(text);
    assert!(held_bytes(&full) >= empty + 4000 - 100);
}

include!("../../../schema/closed.rs");

/// The shipped schema, closed: a field or a verdict that it does not name is to be noticed here.
fn schema() -> serde_json::Value {
    closed(&serde_json::from_str(include_str!("../../../schema/record.schema.json")).unwrap())
}

/// What says whether a value is what the schema describes.
fn validator() -> impl Fn(&serde_json::Value) -> Result<(), String> {
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("record.schema.json", schema()).unwrap();
    let index = compiler.compile("record.schema.json", &mut schemas).unwrap();
    move |value| schemas.validate(value, index).map_err(|error| error.to_string())
}

#[test]
fn records_of_every_verdict_are_what_the_schema_says() {
    let validate = validator();
    for verdict in Verdict::ALL {
        for mut record in [samples::ok(), samples::trap(), samples::rejected()] {
            record.verdict = verdict;
            record.error.exit_code = Some(u32::MAX);
            record.error.wall = Some(LimitWall::Kernel);
            record.history = vec![samples::past(1, Verdict::WorkerLost), samples::past(2, verdict)];
            record.module = Some("a.wasm".to_owned());
            record.meta = Some("[1]".to_owned());
            let bytes = Record { output: Some(Output::Bytes(vec![1; 7])), ..record.clone() };
            for record in [record, bytes] {
                let line = line(&record);
                let value = serde_json::from_str(&line).unwrap();
                assert_eq!(validate(&value), Ok(()), "in {line}");
            }
        }
    }
}

#[test]
fn the_schema_knows_exactly_the_verdicts_and_describes_every_key() {
    let schema = schema();
    let listed: Vec<_> = schema["$defs"]["verdict"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    assert_eq!(listed, Verdict::ALL.map(Verdict::name));
    let objects = [&schema, &schema["$defs"]["error"], &schema["$defs"]["stats"], &schema["$defs"]["past"]];
    for object in objects.into_iter().chain([&schema["properties"]["log"]]) {
        assert_eq!(object["unevaluatedProperties"], false);
        for (key, property) in object["properties"].as_object().unwrap() {
            assert!(property["description"].is_string(), "{key} has no description");
        }
    }
}

#[test]
fn the_schema_refuses_a_record_with_another_key_or_one_too_few() {
    let validate = validator();
    let good: serde_json::Value = serde_json::from_str(&line(&samples::ok())).unwrap();
    assert_eq!(validate(&good), Ok(()));
    let mut more = good.clone();
    more["surprise"] = serde_json::Value::Null;
    assert!(validate(&more).is_err());
    for key in ["v", "error", "stats", "worker"] {
        let mut fewer = good.clone();
        fewer.as_object_mut().unwrap().remove(key);
        assert!(validate(&fewer).is_err(), "{key} may be missing");
    }
}

/// Text with all that may have to be escaped, near to each other and far apart.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z \"\\\\/]{0,40}",
        "[\u{0}-\u{1f}\u{7f}-\u{a0}\u{2028}äß€𝄞]{0,4}",
        "[ -~]{60,70}",
        Just(String::new())
    ];
    vec(part, 0..4).prop_map(|parts| parts.concat())
}

fn value() -> impl Strategy<Value = String> {
    let of_text = text().prop_map(|text| serde_json::to_string(&text).unwrap());
    let leaf = prop_oneof![
        of_text,
        "(0|-?[1-9][0-9]{0,30})(\\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?",
        Just("null".to_owned())
    ];
    let list = vec(leaf, 0..4).prop_map(|values| format!(" [{} ] ", values.join(" , ")));
    list.prop_map(|text| json::compact(text.as_bytes()).unwrap())
}

fn time() -> impl Strategy<Value = Duration> {
    let nanos = prop_oneof![0..3_000_u64, 0..100_000_000_000_u64, any::<u64>()];
    prop_oneof![nanos.prop_map(Duration::from_nanos), any::<Duration>()]
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0..300_u64, any::<u64>()]
}

prop_compose! {
    fn error()(message in text(), code in text(), wall in option::of(0..LimitWall::ALL.len()), exit_code in option::of(any::<u32>()),
        trace in option::of(text())) -> TaskError {
        TaskError { message, code, wall: wall.map(|wall| LimitWall::ALL[wall]), exit_code, trace }
    }
}

prop_compose! {
    fn usage()(fuel in option::of(number()), flags in any::<[bool; 3]>(), wall in option::of(time()), cpu in option::of(time()),
        peak_memory in option::of(number()), output_bytes in option::of(number()), reused in 0..3_u32) -> Usage {
        let [fuel_exact, grow_refused, partial] = flags;
        Usage { fuel, fuel_exact, wall, cpu, peak_memory, grow_refused, output_bytes, reused, idle: false, partial }
    }
}

prop_compose! {
    fn logged()(lines in vec((0..5_usize, text()), 0..4), dropped_bytes in number()) -> Log {
        let levels = [None, Some(LogLevel::Debug), Some(LogLevel::Info), Some(LogLevel::Warn), Some(LogLevel::Error)];
        let lines = lines.into_iter().map(|(level, text)| LogLine { level: levels[level], text });
        Log { lines: lines.collect(), dropped_bytes }
    }
}

fn verdict() -> impl Strategy<Value = Verdict> {
    (0..Verdict::ALL.len()).prop_map(|at| Verdict::ALL[at])
}

prop_compose! {
    fn past()(attempt in any::<u32>(), verdict in verdict(), error in error(), worker in option::of(any::<u32>()), usage in usage())
        -> PastAttempt {
        PastAttempt { attempt, verdict, error, worker, usage }
    }
}

fn output() -> impl Strategy<Value = Output> {
    let bytes = vec(any::<u8>(), 0..50).prop_map(Output::Bytes);
    prop_oneof![value().prop_map(Output::Json), text().prop_map(Output::Text), bytes]
}

fn content() -> impl Strategy<Value = Option<TaskContent>> {
    option::of(any::<[u8; 32]>())
        .prop_map(|module| module.map(|module| TaskContent::of(&module, None, b"", b"")))
}

fn collected() -> impl Strategy<Value = CollectedFiles> {
    let content = prop_oneof![
        text().prop_map(CollectedContent::Text),
        vec(any::<u8>(), 0..9).prop_map(CollectedContent::Bytes),
        number().prop_map(CollectedContent::Dropped),
    ];
    let file = (text(), content).prop_map(|(path, content)| CollectedEntry { path, content });
    (vec(file, 0..4), number()).prop_map(|(files, left_out)| CollectedFiles { files, left_out })
}

fn points() -> impl Strategy<Value = Option<Points>> {
    option::of(0..1000_u32).prop_map(|halves| halves.and_then(|halves| Points::new(f64::from(halves) / 2.0)))
}

prop_compose! {
    fn judged()(accepted in any::<bool>(), points in points(), max_points in points(), message in text(), diff in text(),
        ended in option::of((verdict(), error())), checker in option::of(usage()),
        interactor in option::of(usage())) -> Judgement {
        let (checker, interactor) = (checker.map(Box::new), interactor.map(Box::new));
        Judgement { accepted, points, max_points, message, diff, ended, checker, interactor }
    }
}

prop_compose! {
    fn stored()(path in text(), bytes in number()) -> StoredOutput {
        StoredOutput { sha256: Digest::of(path.as_bytes()), path, bytes }
    }
}

prop_compose! {
    fn record()(
        (seq, id, verdict) in (number(), text(), verdict()),
        (module, meta, output) in (option::of(text()), option::of(value()), option::of(output())),
        (attempts, worker) in (any::<u32>(), option::of(any::<u32>())),
        (started, queued) in (option::of(time()), option::of(time())),
        (error, usage, input_bytes) in (error(), usage(), number()),
        (log, files, history) in (logged(), option::of(collected()), vec(past(), 0..3)),
        (key, content, replaces) in (option::of(text()), content(), option::of(content())),
        (group, judgement) in (option::of(text()), option::of(judged())),
        (execution, earlier) in (content(), option::of(option::of(time()))),
    ) -> Record {
        let (group, judgement) = (group.map(Into::into), judgement.map(Box::new));
        let key = key.map(|id| TaskKey::of_id(&id));
        let replaces = replaces.map(ReplacedRecord);
        let (execution, earlier) = (execution.map(TaskExecution::of_content), earlier.map(EarlierStart));
        let (task, label, line, files) = (TaskId(0), None, None, files.map(Box::new));
        Record {
            task, seq, id, label, module, verdict, output, error, attempts, worker, started, queued, usage, input_bytes, log, history,
            meta, key, content, replaces, line, files, group, judgement, execution, earlier, trace: None,
        }
    }
}

proptest! {
    #[test]
    fn records_are_as_they_always_were(record in record(), stored in option::of(stored()), began in time()) {
        let began = SystemTime::UNIX_EPOCH.checked_add(began).unwrap_or(SystemTime::UNIX_EPOCH);
        let (mut expected, mut found) = (b"before\x7f".to_vec(), b"before\x7f".to_vec());
        oracle::render(&record, stored.as_ref(), began, &mut expected).unwrap();
        render_part(&record, stored.as_ref(), began, RecordProjection::Full, &mut found);
        prop_assert_eq!(String::from_utf8(found).unwrap(), String::from_utf8(expected).unwrap());
    }

    #[test]
    fn a_part_has_the_fields_that_it_names_as_a_whole_record_has_them(record in record(), stored in option::of(stored()),
        named in vec(0..RecordField::ALL.len(), 0..9)) {
        let whole = line_of(&record, stored.as_ref());
        let whole: BTreeMap<String, &RawValue> = serde_json::from_str(&whole).unwrap();
        let fields: Vec<RecordField> = named.into_iter().map(|at| RecordField::ALL[at]).collect();
        let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
        // That word stands for the output alone.
        prop_assume!(names != ["output"]);
        let projection = match names.join(",").parse() {
            Ok(projection) => projection,
            Err(_) => RecordProjection::None,
        };
        let mut found = b"before\n".to_vec();
        render_part(&record, stored.as_ref(), began(), projection, &mut found);
        let found = String::from_utf8(found).unwrap();
        let found = found.strip_prefix("before\n").unwrap();
        if fields.is_empty() {
            prop_assert_eq!(found, "");
        } else {
            prop_assert!(found.ends_with("}\n") && found.matches('\n').count() == 1, "{}", found);
            let is_named = |name: &str| {
                let field = match name { "output_base64" => "output", "files_left_out" => "files", name => name };
                names.contains(&field)
            };
            let texts = |values: BTreeMap<String, &RawValue>| -> BTreeMap<String, String> {
                values.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect()
            };
            let mut expected = texts(whole);
            expected.retain(|name, _| is_named(name));
            prop_assert_eq!(texts(serde_json::from_str(found).unwrap()), expected);
        }
    }

    #[test]
    fn every_second_until_the_year_10000_has_its_name(second in 0..YEAR_10000, nanos in 0..1_000_000_000_u32) {
        let time = Duration::new(second, nanos);
        let mut found = Vec::new();
        RecordText(&mut found).time(time);
        let expected = humantime::format_rfc3339_micros(SystemTime::UNIX_EPOCH + time);
        prop_assert_eq!(String::from_utf8(found).unwrap(), format!("\"{expected}\""));
    }
}
