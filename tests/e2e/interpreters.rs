//! Programs as data: what an interpreter is given of its inputs, whatever way they come. The one
//! here tells what it finds; a real one is compared with a native one in `tests/programs`.

use super::support::{Record, Start, TempFolder};
use serde_json::json;

/// Writes its arguments, its variables and its standard input, each ended by a zero and with `|`
/// between them.
const TELLER: &str = r#"(module
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_sizes_get" (func $env_sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_get" (func $env (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 4)
    (data (i32.const 64) "|")
    (func $print (param $at i32) (param $length i32)
        (i32.store (i32.const 0) (local.get $at))
        (i32.store (i32.const 4) (local.get $length))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
    (func (export "polymer-interpreter") unreachable)
    (func (export "_start")
        (drop (call $args_sizes (i32.const 16) (i32.const 20)))
        (drop (call $args (i32.const 1024) (i32.const 65536)))
        (call $print (i32.const 65536) (i32.load (i32.const 20)))
        (call $print (i32.const 64) (i32.const 1))
        (drop (call $env_sizes (i32.const 16) (i32.const 20)))
        (drop (call $env (i32.const 1024) (i32.const 65536)))
        (call $print (i32.const 65536) (i32.load (i32.const 20)))
        (call $print (i32.const 64) (i32.const 1))
        (i32.store (i32.const 0) (i32.const 65536))
        (i32.store (i32.const 4) (i32.const 65536))
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 12)))
        (call $print (i32.const 65536) (i32.load (i32.const 12)))))"#;

/// The output for a program that finds these.
fn told(args: &[&str], env: &[&str], stdin: &str) -> String {
    let ended = |all: &[&str]| all.iter().map(|one| format!("{one}\0")).collect::<String>();
    format!("teller.wat\0{}|{}|{stdin}", ended(args), ended(env))
}

struct Place(TempFolder);

impl Place {
    fn new() -> Self {
        let folder = TempFolder::new();
        folder.file("teller.wat", TELLER);
        Self(folder)
    }

    /// The records of a run, in the order of its lines.
    #[track_caller]
    fn run(&self, flags: &str, input: &str, code: i32) -> Vec<Record> {
        let module = self.0.path().join("teller.wat");
        let start = Start::polymer(&format!("run {} -k {flags}", module.display()));
        start.run(input.to_owned()).check(code).records()
    }

    /// The outputs of a run whose programs all end well.
    #[track_caller]
    fn outputs(&self, flags: &str, input: &str) -> Vec<String> {
        self.run(flags, input, 0).iter().map(|record| record.text("/output").to_owned()).collect()
    }
}

#[test]
fn a_program_arrives_whole_in_whatever_form_it_comes() {
    let place = Place::new();
    let program = "POLYMER_PROGRAM=print(1)";
    let lines = "\"print(1)\"\n{\"code\":\"print(1)\"}\n";
    let plain = told(&[], &[program], "");
    assert_eq!(place.outputs("", lines), [plain.as_str(), &plain]);
    let fields = "{\"id\":\"a\",\"solution\":{\"code\":\"print(1)\"}}\n";
    assert_eq!(place.outputs("--input-field solution --id-field id", fields), [plain.as_str()]);
    let line = told(&[], &["POLYMER_PROGRAM=print(1)\n"], "");
    assert_eq!(place.outputs("--input-format whole", "print(1)\n"), [line.as_str()]);
    assert_eq!(place.outputs("--input-format text", "print(1)\n"), [line.as_str()]);
    place.0.file("program.py", "print(1)");
    let path = format!("{}\n", place.0.path().join("program.py").display());
    assert_eq!(place.outputs("--input-format file", &path), [plain.as_str()]);
}

#[test]
fn what_belongs_to_a_program_stands_where_a_command_finds_it() {
    let place = Place::new();
    let record = json!({
        "code": "c", "stdin": "in", "argv": ["x", "y z"], "test": "t", "secret": "s", "files": {"a/b": "text"}
    });
    let record = format!("{record}\n");
    let expected = told(
        &["-v", "x", "y z"],
        &["LANG=C", "POLYMER_PROGRAM=c", "POLYMER_TEST=t", "POLYMER_TEST_SECRET=s"],
        "in",
    );
    let flags = "-j 1 --scratch 1MiB::. --collect ** --env LANG=C --arg=-v";
    // The next program finds nothing of it.
    let records = place.run(flags, &format!("{record}\"d\"\n"), 0);
    assert_eq!(records[0].text("/output"), expected);
    assert_eq!(records[0].text("/files/a~1b/text"), "text");
    assert_eq!(records[1].text("/output"), told(&["-v"], &["LANG=C", "POLYMER_PROGRAM=d"], ""));
    assert!(records[1]["/files"].as_object().is_none_or(serde_json::Map::is_empty));
}

#[test]
fn what_is_no_program_is_told_and_costs_only_its_own_record() {
    let place = Place::new();
    let lines = "{\"cod\":\"\"}\n1\n{\"code\":\"\",\"files\":{\"a\":\"\"}}\n{\"code\":\"\",\"files\":{\"../a\":\"\"}}\n\"fine\"\n";
    let records = place.run("", lines, 100);
    let verdicts: Vec<_> = records.iter().map(Record::verdict).collect();
    assert_eq!(verdicts, ["bad_input", "bad_input", "bad_input", "bad_input", "ok"]);
    records[0].check_message("unknown field `cod`, expected one of `code`, `stdin`");
    records[2].check_message("--scratch 16MiB::. grants one");
}
