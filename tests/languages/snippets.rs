//! Small programs that print, fail, leave and run away, and what their author is told of each: a
//! table for each language, whose lines a module executes that is built once. An author should
//! recognise all of it: the name of the error, its text, the traceback or stack.

use super::{GO, JAVASCRIPT, PYTHON, Tool, polymer};
use libtest_mimic::Failed;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// What is run: the folder of the module, the table, and what building it needs.
pub(super) struct Snippets {
    pub(super) folder: &'static str,
    table: &'static str,
    pub(super) tool: Tool,
}

pub(super) const SNIPPETS: [Snippets; 5] = [
    Snippets { folder: "python", table: "python.jsonl", tool: PYTHON },
    Snippets { folder: "python-command", table: "python.jsonl", tool: PYTHON },
    Snippets { folder: "javascript", table: "javascript.jsonl", tool: JAVASCRIPT },
    Snippets { folder: "javascript-command", table: "javascript.jsonl", tool: JAVASCRIPT },
    Snippets { folder: "go", table: "go.jsonl", tool: GO },
];

/// Files of ours, which no trace names.
const OURS: [&str; 6] =
    ["polymer_app", "polymer_task.py", "polymer_task.js", "polymer_trace", "polymer_command", "/polymer."];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/languages/snippets").canonicalize().unwrap()
}

/// That each snippet of the table is told as it says.
pub(super) fn are_told(snippets: &Snippets) -> Result<(), Failed> {
    let is_command = snippets.folder.ends_with("-command");
    let table = std::fs::read_to_string(folder().join(snippets.table)).unwrap();
    let rows: Vec<Value> = table.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let rows: Vec<&Value> = rows.iter().filter(|row| !is_command || row["form"] != "typed").collect();
    let records = run(snippets.folder, &rows)?;
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let id = row["id"].as_str().unwrap();
            let Some(record) = records.get(id) else { return Some(format!("{id}: no record")) };
            let record = Told { record, is_command };
            let wrong = record.differences(&row["expect"]);
            (!wrong.is_empty()).then(|| format!("{id}: {}\n{}", wrong.join("; "), record.record))
        })
        .collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("{}\n{} of {}", wrong.join("\n"), wrong.len(), rows.len()).into())
    }
}

/// What cannot be built: a file of a project, what is in it, and what its author is told before
/// anything runs.
const UNBUILDABLE: [(&str, &str, &str, &[&str]); 5] = [
    (
        "python",
        "task.py",
        "def run(row):\n    return (1\n",
        &["task.py\", line 2", "return (1", "SyntaxError: '(' was never closed"],
    ),
    (
        "python",
        "task.py",
        "import no_such\ndef run(row):\n    pass\n",
        &["task.py\", line 1", "import no_such", "ModuleNotFoundError: No module named 'no_such'"],
    ),
    (
        "python",
        "task.py",
        "def start():\n    return 1 / 0\nstart()\ndef run(row):\n    pass\n",
        &[
            "task.py\", line 3, in <module>",
            "task.py\", line 2, in start",
            "ZeroDivisionError: division by zero",
        ],
    ),
    ("javascript", "task.js", "export function run() {\n  return (1;\n}\n", &["task.js:2"]),
    (
        "go",
        "main.go",
        "package main\n\nfunc main() {\n\tundefined()\n}\n",
        &["main.go:4", "undefined: undefined"],
    ),
];

/// That what cannot be built is told by the file and the line, and nothing is run.
pub(super) fn are_told_when_built(language: &str) -> Result<(), Failed> {
    for (_, file, text, parts) in UNBUILDABLE.iter().filter(|(of, ..)| *of == language) {
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join(file), text).unwrap();
        if language == "go" {
            std::fs::write(place.path().join("go.mod"), "module broken\n\ngo 1.24\n").unwrap();
        }
        let output = polymer().arg("run").arg(place.path()).stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.code() != Some(96) || !output.stdout.is_empty() || !stands_in(&said, &json!(parts)) {
            return Err(format!("{text}\n{}\n{said}", output.status).into());
        }
    }
    Ok(())
}

/// The records of the snippets, by id. It is built elsewhere: building leaves files beside the
/// sources.
fn run(name: &str, rows: &[&Value]) -> Result<HashMap<String, Value>, Failed> {
    let place = tempfile::tempdir().unwrap();
    let project = place.path().join("snippets");
    std::fs::create_dir(&project).unwrap();
    for file in std::fs::read_dir(folder().join(name)).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), project.join(file.file_name())).unwrap();
    }
    let mut polymer = polymer();
    polymer.arg("run").arg(&project);
    polymer.args(["--input-format", "json", "--id-field", "id", "--fuel", "4G", "--memory", "64MiB"]);
    polymer.args(["--log-level", "error", "--failure-output", "never", "--success-output", "never"]);
    polymer.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = polymer.spawn().unwrap();
    let input: String = rows
        .iter()
        .map(|row| format!("{}\n", json!({"id": row["id"], "code": row["code"], "input": row["input"]})))
        .collect();
    let mut stdin = running.stdin.take().unwrap();
    // It reads as it goes on, and so must we.
    let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = running.wait_with_output().unwrap();
    if writing.join().unwrap().is_err() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let records = String::from_utf8(output.stdout).unwrap();
    let records = records.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    Ok(records.map(|record| (record["id"].as_str().unwrap().to_owned(), record)).collect())
}

/// What a record says, to be held against what was expected of a typed task. A program tells its
/// exception on stderr and leaves with 1.
struct Told<'a> {
    record: &'a Value,
    is_command: bool,
}

impl Told<'_> {
    fn text(&self, pointer: &str) -> &str {
        self.record.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    fn differences(&self, expect: &Value) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut check = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!("{what}, not as in {expect}"));
            }
        };
        let is_one_of = |value: &Value, allowed: &Value| match allowed {
            Value::Array(allowed) => allowed.contains(value),
            allowed => value == allowed,
        };
        check(is_one_of(&self.record["verdict"], &expect["verdict"]), "the verdict");
        let (log, trace) = (self.text("/log/text"), self.text("/error/trace"));
        if self.is_command {
            if expect["verdict"] == "task_error" {
                let code = expect.get("exit_code").cloned().unwrap_or_else(|| json!(1));
                check(self.record["error"]["exit_code"] == code, "the exit code");
            }
            check(stands_in(log, &expect["trace_parts"]), "the trace in the log");
        } else {
            let error = &self.record["error"];
            for field in ["code", "message", "exit_code"] {
                check(expect.get(field).is_none_or(|value| &error[field] == value), field);
            }
            let part = expect["message_part"].as_str().unwrap_or_default();
            check(self.text("/error/message").contains(part), "the message");
            check(expect.get("output").is_none_or(|value| &self.record["output"] == value), "the output");
            check(expect.get("log").is_none_or(|value| log == value.as_str().unwrap()), "the log");
            check(stands_in(log, &expect["log_parts"]), "the log");
            check(stands_in(trace, &expect["trace_parts"]), "the trace");
            check(trace.len() <= 16 << 10, "the length of the trace");
        }
        let told = if self.is_command { log } else { trace };
        let absent = expect["no_trace"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for name in OURS.into_iter().chain(absent) {
            check(!told.contains(name) || expect["trace_parts"].to_string().contains(name), name);
        }
        wrong
    }
}

/// Whether these stand in a text, one after the other.
fn stands_in(mut text: &str, parts: &Value) -> bool {
    parts.as_array().into_iter().flatten().filter_map(Value::as_str).all(|part| match text.split_once(part) {
        Some((_, rest)) => {
            text = rest;
            true
        }
        None => false,
    })
}
