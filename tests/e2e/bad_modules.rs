//! Modules that are of no use: one clear error for a run over one module, a record a line for task
//! records.

use super::support::{Start, TempFolder, console, example, fixture};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Each a file or folder, the code its records have, and what is said of it.
fn bad_modules(folder: &TempFolder) -> Vec<(PathBuf, &'static str, &'static str)> {
    let simple = std::fs::read(example("simple")).unwrap();
    let half = &simple[..simple.len() / 2];
    // What wasmtime itself writes: an ELF file of its own brand, for this machine, whose flags say
    // that it is a module.
    let mut cwasm = std::fs::read("/proc/self/exe").unwrap()[..64].to_vec();
    cwasm[7] = 200;
    cwasm[40..56].copy_from_slice(&[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 64, 0, 0, 0]);
    cwasm[56..64].fill(0);
    vec![
        (folder.path().join("missing.wasm"), "missing", "there is no module"),
        (folder.file("empty.wasm", ""), "empty", "is empty"),
        (folder.file("half.wasm", half), "malformed", "damaged"),
        (folder.file("elf.wasm", [&b"\x7fELF"[..], &[0; 60]].concat()), "not_wasm", "an ELF binary"),
        (folder.file("text.wasm", "hello"), "not_wasm", "it looks like text"),
        (folder.file("wat.wasm", "(module)"), "not_wasm", "must end in `.wat`"),
        (folder.file("code.wasm", cwasm), "precompiled", "machine code that wasmtime compiled"),
        (folder.file("torn.wat", "(module (func"), "malformed", "the text is not WebAssembly: expected `)`"),
        (fixture("no_entry.wat"), "no_entry_point", "`answer`, where a function `_start`"),
        (fixture("unknown_import.wat"), "unknown_import", "`env.launch_missiles`"),
    ]
}

#[test]
fn a_run_over_a_bad_module_ends_with_one_clear_error_and_no_record() {
    let folder = TempFolder::new();
    let empty = folder.path().join("no_project");
    std::fs::create_dir(&empty).unwrap();
    let no_project = (empty, "", "nothing that can be built");
    for (path, _, says) in bad_modules(&folder).into_iter().chain([no_project]) {
        let ended = Start::args([Path::new("run"), &path]).run("{}\n").check(96);
        assert_eq!(ended.stdout, "", "{}", path.display());
        let errors: Vec<&str> = ended.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
        let [error] = errors.as_slice() else { panic!("{}: {}", path.display(), ended.stderr) };
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(error.contains(name), "{name} is not named: {error}");
        assert!(error.contains(says), "`{says}` is not said: {error}");
        let said = ended.stderr.lines().filter(|line| !line.starts_with("hint: "));
        assert_eq!(said.count(), 1, "{}", ended.stderr);
    }
}

#[test]
fn among_task_records_a_bad_module_spoils_its_own_lines_only() {
    let folder = TempFolder::new();
    let bad = bad_modules(&folder);
    let line = |path: &Path, id: String| json!({"module": path, "input": "", "id": id}).to_string() + "\n";
    let mut input = String::new();
    for (at, (path, ..)) in bad.iter().enumerate() {
        input += &line(path, format!("{at} bad"));
        input += &line(&fixture("silent.wat"), format!("{at} good"));
        input += &line(path, format!("{at} bad again"));
    }
    let ended = Start::polymer("run --tasks - -k").run(input).check(100);
    let records = ended.records();
    assert_eq!(records.len(), bad.len() * 3);
    for (records, (path, code, says)) in records.chunks(3).zip(&bad) {
        records[1].check_ok(&json!(""));
        for record in [&records[0], &records[2]] {
            record.check("module_invalid", code);
            record.check_message(says);
            assert_eq!(record["/attempts"], 0);
            assert_eq!(record["/module"], path.to_str().unwrap());
        }
    }
}

#[test]
fn a_task_record_may_not_have_a_folder_built() {
    let record = r#"{"module":"examples/wasm-tasks/simple","input":{}}"#;
    let records = console("run --tasks -", &[record], 100).records();
    records[0].check("policy_denied", "project");
}

#[test]
fn a_module_over_its_limit_is_told_the_flag() {
    let ended = console(&format!("run {} --module-limit 10", fixture("silent.wat").display()), &["x"], 96);
    ended.check_says("bytes, at most 10 are allowed");
    ended.check_says("--module-limit would allow it");
}
