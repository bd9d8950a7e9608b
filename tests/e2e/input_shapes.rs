//! Input that cannot be what is expected of it is one error before anything runs; what may be, and
//! one bad line among good ones, is run as it comes.

use super::support::{Ended, Start, TempFolder, example, wat};
use std::fs;

fn wide(text: &str, is_big: bool, has_mark: bool) -> Vec<u8> {
    let mark = if has_mark { "\u{feff}" } else { "" };
    let text = format!("{mark}{text}");
    let units = text.encode_utf16();
    units.flat_map(|unit| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

/// Thousands of bytes that are no text, behind a mark.
fn marked(mark: &[u8]) -> Vec<u8> {
    let noise = (0..40_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]);
    mark.iter().copied().chain([0, 1, 2, 0xfe]).chain(noise).collect()
}

const LINES: &str = "{\"text\":\"a\"}\n{\"text\":\"b\"}\n";
const CSV: &str = "id,text\n1,hello\n2,\"a, b\"\n3,bye\n";

/// What is no lines of JSON, what it is said to look like, and a part of what is to be done.
fn no_lines_of_json() -> Vec<(Vec<u8>, &'static str, &'static str)> {
    let of = |text: &str| text.as_bytes().to_vec();
    vec![
        (
            of("[\n  {\"text\": \"a\"},\n  {\"text\": \"b\"}\n]\n"),
            "one JSON array over several lines",
            "jq -c '.[]'",
        ),
        (of("[{\"text\": \"a\"},\n {\"text\": \"b\"}]"), "one JSON array over several lines", "jq -c '.[]'"),
        (of("\u{feff}[\r\n  {\"text\": \"a\"}\r\n]\r\n"), "one JSON array over several lines", "jq -c '.[]'"),
        (
            of("{\n  \"text\": \"a\"\n}\n{\n  \"text\": \"b\"\n}\n"),
            "JSON that is written over several lines",
            "jq -c .",
        ),
        (wide(LINES, false, true), "UTF-16 text", "iconv -f UTF-16 -t UTF-8"),
        (wide(LINES, true, true), "UTF-16 text", "iconv -f UTF-16 -t UTF-8"),
        (wide(LINES, false, false), "UTF-16LE text", "iconv -f UTF-16LE -t UTF-8"),
        (wide(LINES, true, false), "UTF-16BE text", "iconv -f UTF-16BE -t UTF-8"),
        (of(CSV), "CSV, with commas", "csv.DictReader"),
        (of(&CSV.replace(',', "\t")), "CSV, with tabs", "csv.DictReader"),
        (marked(b"PAR1\x15\x04"), "a Parquet file", "duckdb -c"),
        (marked(b"ARROW1\0\0"), "an Arrow file", "read_feather"),
        (marked(b"PK\x03\x04"), "a zip archive", "unzip -p"),
        (marked(b"\xfd7zXZ\0"), "xz data", "xz -dc"),
        (marked(b"BZh91AY&SY"), "bzip2 data", "bzip2 -dc"),
        (marked(b"SQLite format 3\0"), "an SQLite database", "sqlite3 -json"),
        (marked(b"\x89PNG\r\n\x1a\n"), "a PNG image", "input_file|--input-format file"),
        (marked(b"%PDF-1.7\n%\xe2\xe3"), "a PDF file", "input_file|--input-format file"),
        (vec![0; 10_000], "binary data", "input_file|--input-format file"),
    ]
}

/// That it ended before anything ran, with one error that says this.
#[track_caller]
fn check_refused(ended: &Ended, what: &str, says: &[&str]) {
    assert_eq!(ended.status.code(), Some(96), "{what}\n{}", ended.stderr);
    assert_eq!(ended.stdout, "", "{what}");
    assert_eq!(ended.stderr.matches("error: ").count(), 1, "{what}\n{}", ended.stderr);
    assert_eq!(ended.stderr.matches("hint: ").count(), 1, "{what}\n{}", ended.stderr);
    for part in says {
        let is_said = part.split('|').any(|part| ended.stderr.contains(part));
        assert!(is_said, "`{part}` is not said of {what}\n{}", ended.stderr);
    }
}

#[test]
fn what_is_no_lines_of_json_is_one_error_and_nothing_is_written() {
    let folder = TempFolder::new();
    let (typed, command) = (example("simple"), wat("silent"));
    for (at, (input, shape, cure)) in no_lines_of_json().into_iter().enumerate() {
        let file = folder.file("in.data", &input).display().to_string();
        let output = folder.file("kept.jsonl", "kept\n");
        let run_dir = folder.path().join("run");
        let ways = [
            (format!("run {typed} --input {file}"), true),
            (format!("run {typed} {file} -o {}", output.display()), true),
            (format!("run {command} --input-format json"), false),
            (format!("run --tasks {file} --run-dir {}", run_dir.display()), true),
            (format!("run --tasks - -o {}", output.display()), false),
        ];
        for (way, (line, is_file)) in ways.iter().enumerate() {
            // Each kind each way would start hundreds of processes; each kind meets two ways, each
            // way many kinds.
            if way != at % ways.len() && way != (at + 2) % ways.len() {
                continue;
            }
            let ended = Start::polymer(line).run(if *is_file { Vec::new() } else { input.clone() });
            let name = if *is_file { file.as_str() } else { "standard input" };
            check_refused(&ended, &format!("{line}: {shape}"), &[shape, cure, name]);
            assert_eq!(fs::read_to_string(&output).unwrap(), "kept\n");
            assert!(!run_dir.exists(), "{line}");
        }
    }
}

#[test]
fn what_begins_with_json_or_is_one_bad_line_is_run() {
    let line = format!("run {} -k --input-format json", wat("silent"));
    for (input, ok, bad) in [
        ("[1,2]\nno\n", 1, 1),
        ("[{\"a\":1},{\"a\":2}]\n", 1, 0),
        ("no\n{\"a\":1}\n", 1, 1),
        ("{\n{\"a\":1}\n{\"a\":2}\n", 2, 1),
        ("{\"a\":\n{\"b\":1}\n{\"b\":2}\n", 2, 1),
        ("a,b\n{\"c\":1}\n", 1, 1),
        ("\u{feff}{\"a\":1}\n", 1, 0),
        ("\n\u{20}\n7\n", 1, 0),
        ("{\n", 0, 1),
        ("nothing", 0, 1),
    ] {
        let records = Start::polymer(&line).run(input).check(if bad == 0 { 0 } else { 100 }).records();
        let count = |verdict: &str| records.iter().filter(|record| record.verdict() == verdict).count();
        assert_eq!((count("ok"), count("bad_input"), records.len()), (ok, bad, ok + bad), "{input:?}");
    }
}

#[test]
fn lines_for_a_command_are_judged_by_marks_alone() {
    let module = wat("silent");
    for input in ["[\n  1\n]\n", "{\n  \"a\": 1\n}\n", CSV, "PAR1\n", "%PDF-1.7\n", "BZh\n", "\0\0\0\0\0\n"] {
        let records = Start::polymer(&format!("run {module}")).run(input).check(0).records();
        assert_eq!(records.len(), input.lines().count(), "{input:?}");
    }
    let no_mark = Start::polymer(&format!("run {module}")).run(wide("a\n", false, false)).check(0);
    assert_eq!(no_mark.records().len(), 2);
    for (input, shape) in [
        (wide(LINES, false, true), "UTF-16 text"),
        (marked(b"PAR1\x15\x04"), "a Parquet file"),
        (marked(b"PK\x03\x04"), "a zip archive"),
        (marked(b"\0asm\x01\0\0\0"), "a WebAssembly module"),
    ] {
        for format in ["", "--input-format file"] {
            let line = format!("run {module} {format}");
            check_refused(&Start::polymer(&line).run(input.clone()), &line, &["standard input", shape]);
        }
        // All of it is one input, whatever it is.
        let line = format!("run {module} --input-format whole");
        assert_eq!(Start::polymer(&line).run(input).check(0).records().len(), 1);
    }
}

#[test]
fn a_stream_is_not_waited_for_behind_its_first_line() {
    for (line, lines) in [
        (format!("run {} --input-format json", wat("silent")), ["{\"a\":1}", "no", "[2]"]),
        (format!("run {} --input-format json", wat("silent")), ["no", "{\"a\":", "{\"a\":1}"]),
        (format!("run {}", wat("silent")), ["", "a", "b"]),
        (format!("run {} --input-format file", wat("silent")), ["none", "", "none either"]),
    ] {
        let mut running = Start::polymer(&line).start();
        for (seq, said) in (1..).zip(lines) {
            running.say(said);
            assert_eq!(running.record().number("/seq"), seq, "{line}");
        }
        drop(running.end());
    }
}
