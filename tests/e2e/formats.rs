//! Files that runs write and that polymer reads are what `polymer schema` says, by a validator that
//! is not ours; files of another version are refused.

use super::support::{Ended, RunDir, Start, TempFolder, console, probe, root, wat};
use serde_json::Value;
use std::fs;
use toml::de::{DeTable, DeValue};

include!("../../host/crates/journal/schema/closed.rs");

/// All names, in the order of the list.
const NAMES: [&str; 8] = ["record", "events", "log", "run", "summary", "cases", "scores", "config"];

/// The schema of this name as it is printed, and what says whether a value is what it describes.
struct Schema {
    name: &'static str,
    schemas: boon::Schemas,
    open: boon::SchemaIndex,
    closed: boon::SchemaIndex,
}

impl Schema {
    fn printed(name: &'static str) -> Self {
        let ended = console(&format!("schema {name}"), &[], 0);
        let open: Value = serde_json::from_str(&ended.stdout).unwrap();
        let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        let mut strict = closed(&open);
        strict["$id"] = "urn:closed".into();
        compiler.add_resource("open.json", open).unwrap();
        compiler.add_resource("closed.json", strict).unwrap();
        let open = compiler.compile("open.json", &mut schemas).unwrap();
        let closed = compiler.compile("closed.json", &mut schemas).unwrap();
        Self { name, schemas, open, closed }
    }

    #[track_caller]
    fn check(&self, value: &Value) {
        for index in [self.open, self.closed] {
            let valid = self.schemas.validate(value, index);
            assert!(valid.is_ok(), "not what `polymer schema {}` says: {valid:?} in {value}", self.name);
        }
    }

    #[track_caller]
    fn check_lines(&self, text: &str) {
        assert!(!text.is_empty());
        for line in text.lines() {
            self.check(&serde_json::from_str(line).unwrap());
        }
    }

    #[track_caller]
    fn check_folder(dir: &RunDir) {
        Self::printed("record").check_lines(&text(dir, "results.jsonl"));
        Self::printed("events").check_lines(&text(dir, "events.jsonl"));
        Self::printed("run").check(&dir.json("run.json"));
        Self::printed("summary").check(&dir.json("summary.json"));
    }
}

fn text(dir: &RunDir, name: &str) -> String {
    String::from_utf8(dir.bytes(name)).unwrap()
}

#[test]
fn the_files_of_runs_are_what_their_schemas_say() {
    // Modules that fail in several ways are tried again; one is none.
    let dir = RunDir::new();
    let tasks = [
        format!("{{\"module\":\"{}\",\"input\":\"a\",\"meta\":[1]}}", wat("silent")),
        format!("{{\"module\":\"{}\",\"input\":\"b\"}}", wat("hostile/unreachable")),
        format!("{{\"module\":\"{}\",\"input\":\"c\",\"limits\":{{\"fuel\":1}}}}", wat("hostile/spin")),
        format!("{{\"module\":\"{}\",\"input\":\"d\"}}", wat("hostile/wrong_import")),
        "no task".to_owned(),
    ];
    let file = dir.beside().file("tasks", tasks.join("\n"));
    let flags = "--retries 1 --retry-on trap -k --max-tasks-per-worker 1 --env A=1";
    dir.run(&format!("--tasks {} {flags}", file.display())).run("").check(100);
    let kinds = ["module_ready", "module_invalid", "attempt_failed", "task_done", "worker_recycled"];
    for kind in kinds {
        assert!(!dir.events_of(1, kind).is_empty(), "there is no {kind}");
    }
    Schema::check_folder(&dir);
    // Some of it once more, and a run that stops early, of input that nobody named.
    dir.rerun("--verdict trap").run("").check(100);
    Schema::check_folder(&dir);
    let stopped = RunDir::new();
    let line = format!("{} --max-fail 1 -j 1", wat("hostile/unreachable"));
    stopped.run(&line).run("a\nb\nc\n").check(106);
    assert!(!stopped.events_of(1, "draining").is_empty());
    Schema::check_folder(&stopped);
}

#[test]
fn the_log_as_json_is_what_the_schema_says() {
    let schema = Schema::printed("log");
    let lines = "print fine\nlog hello\nalpha\n";
    let line = format!(
        "run {} -j 1 --log-format json --log-level debug --success-output immediate --timeout 30s",
        probe()
    );
    let all = Start::polymer(&line).run(lines).check(100);
    schema.check_lines(&all.stderr);
    // What ends the command is one of its lines.
    let refused = Start::polymer(&format!("{line} --log-dir /dev/null/x")).run("").check(110);
    schema.check_lines(&refused.stderr);
    for part in ["\"source\":\"guest\"", "\"message\":\"Ran 3 tasks ", "\"trace\":", "worker started to run"]
    {
        all.check_says(part);
    }
    refused.check_says("\"level\":\"error\"");
}

#[test]
fn cases_of_the_examples_are_what_the_schema_says() {
    let schema = Schema::printed("cases");
    for file in ["cases.jsonl", "bytes.jsonl"] {
        let path = root().join("examples/wasm-tasks/conformance").join(file);
        schema.check_lines(&fs::read_to_string(path).unwrap());
    }
}

/// As a validator of JSON sees it.
fn json_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(number) => number.as_str().parse::<i64>().unwrap().into(),
        DeValue::Boolean(on) => (*on).into(),
        DeValue::Array(values) => values.iter().map(|value| json_of(value.get_ref())).collect(),
        DeValue::Table(table) => table_of(table),
        other => panic!("{other:?} stands in no settings"),
    }
}

fn table_of(table: &DeTable<'_>) -> Value {
    table.iter().map(|(name, value)| (name.get_ref().to_string(), json_of(value.get_ref()))).collect()
}

#[test]
fn a_polymer_toml_with_every_setting_is_what_the_schema_says() {
    let folder = TempFolder::new();
    let plan = |line: &str| Start::polymer(&format!("run {line} --dry-run")).within(folder.path()).run("");
    let module = wat("silent");
    let all = plan(&format!("{module} --retries 2 --arg x --env A=b --max-fail 5 -k")).check(0).stdout;
    let text = format!("version = 1\n[profile.all]\n{all}");
    Schema::printed("config").check(&table_of(DeTable::parse(&text).unwrap().get_ref()));
    folder.file("polymer.toml", text);
    let again = plan(&format!("{module} -P all")).check(0).stdout;
    assert!(again.contains("# polymer.toml [profile.all]"), "{again}");
}

/// That the command says that `file` has version 2, and what may help.
#[track_caller]
fn check_refused(ended: Ended, code: i32, file: &str) {
    let ended = ended.check(code);
    ended.check_says(&format!("{file} has version 2, this polymer reads 1"));
    ended.check_says("hint: use a polymer that is as new as the file");
}

#[test]
fn a_run_of_another_version_is_refused_and_left_as_it_is() {
    let dir = RunDir::new();
    let input = dir.beside().file("input", "a\n");
    dir.run(&format!("{} --input {}", wat("silent"), input.display())).run("").check(0);
    for name in ["run.json", "summary.json", "events.jsonl"] {
        let path = dir.path().join(name);
        let good = fs::read_to_string(&path).unwrap();
        let later = match good.replacen("\"v\": 1", "\"v\": 2", 1) {
            same if same == good => good.replacen("\"v\":1", "\"v\":2", 1),
            later => later,
        };
        assert_ne!(good, later, "{name} has no version");
        fs::write(&path, &later).unwrap();
        let file = path.display().to_string();
        check_refused(dir.resume("").run(""), 96, &file);
        check_refused(dir.rerun("").run(""), 96, &file);
        check_refused(Start::polymer(&format!("status {}", dir.path().display())).run(""), 96, &file);
        assert_eq!(fs::read_to_string(&path).unwrap(), later);
        fs::write(&path, good).unwrap();
    }
    dir.resume("").run("").check(0);
}

#[test]
fn cases_and_settings_of_another_version_are_refused() {
    let folder = TempFolder::new();
    let within = |line: &str| Start::polymer(line).within(folder.path());
    let module = wat("silent");
    folder.file("cases", "{\"v\":1,\"input\":\"\",\"expect\":{}}\n{\"v\":2,\"given\":\"\"}\n");
    let ended = within(&format!("test {module} cases")).run("").check(2);
    ended.check_says("line 2 of cases: a case has version 2, this polymer reads 1");
    folder.file("cases", "{\"v\":1,\"input\":\"\",\"expect\":{}}\n");
    within(&format!("test {module} cases")).run("").check(0);
    folder.file("polymer.toml", "version = 2\n[settings]\n");
    let ended = within(&format!("run {module}")).run("a\n").check(2);
    ended.check_says("polymer.toml, line 1: the file has version 2, this polymer reads 1");
    within(&format!("run {module} --no-config")).run("a\n").check(0);
    folder.file("polymer.toml", "version = 1\n[profile.default]\nworkers = 1\n");
    within(&format!("run {module}")).run("a\n").check(0);
}

#[test]
fn schemas_are_listed_and_printed_as_they_are_shipped() {
    let list = console("schema", &[], 0);
    assert_eq!(list.stderr, "");
    let names: Vec<_> = list.stdout.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(names, NAMES);
    for name in NAMES {
        let shipped = root().join(format!("host/crates/journal/schema/{name}.schema.json"));
        assert_eq!(console(&format!("schema {name}"), &[], 0).stdout, fs::read_to_string(shipped).unwrap());
    }
    let ended = Start::polymer("schema recrod").run("").check(2);
    ended.check_says("a similar value exists: 'record'");
    assert_eq!(ended.stdout, "");
}
