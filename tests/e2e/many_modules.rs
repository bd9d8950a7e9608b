//! Runs of many modules, and of modules with many names: what is idle goes when others need its
//! room, and each is held once.

use super::support::processes::{peak_memory, unnamed_files};
use super::support::{Record, Start, TempFolder, by_id};
use serde_json::json;
use std::io::Write;

const MIB: u64 = 1 << 20;

/// A number as WebAssembly writes it.
fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).unwrap();
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// A command that does nothing and has this data.
fn module_with(data: &[u8]) -> Vec<u8> {
    let section = |id: u8, content: &[u8]| [&[id][..], &leb(content.len()), content].concat();
    let pages = leb(data.len() / 65_536 + 1);
    let sections = [
        section(1, b"\x01\x60\0\0"),
        section(3, b"\x01\0"),
        section(5, &[b"\x01\0", pages.as_slice()].concat()),
        section(7, b"\x01\x06_start\0\0"),
        section(10, b"\x01\x02\0\x0b"),
        section(11, &[b"\x01\0\x41\0\x0b", leb(data.len()).as_slice(), data].concat()),
    ];
    [b"\0asm\x01\0\0\0".as_slice(), &sections.concat()].concat()
}

/// A command that writes the name by which it was called.
const SAYS_ITS_NAME: &str = r#"(module
  (import "wasi_snapshot_preview1" "args_get" (func $get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $sizes (i32.const 0) (i32.const 4)))
    (drop (call $get (i32.const 16) (i32.const 64)))
    (i32.store (i32.const 8) (i32.const 64))
    (i32.store (i32.const 12) (i32.sub (i32.load (i32.const 4)) (i32.const 1)))
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))))"#;

/// A task record for each name of a module.
fn tasks<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let record = |name: &String| json!({"id": name, "module": name, "input": ""}).to_string() + "\n";
    names.into_iter().map(record).collect()
}

/// So many modules in a folder, no two of them alike: each with about so many bytes of data.
fn modules(folder: &TempFolder, count: usize, bytes: usize) -> Vec<String> {
    let module = |at: usize| {
        let name = format!("{at}.wasm");
        let mut random = fastrand::Rng::with_seed(u64::try_from(at).unwrap());
        let data: Vec<u8> = std::iter::repeat_with(|| random.u8(1..)).take(bytes.max(8)).collect();
        folder.file(&name, module_with(&data));
        name
    };
    (0..count).map(module).collect()
}

/// Runs a task for each of these names of modules in a folder, and has each record looked at as it
/// comes, with the supervisor there.
#[track_caller]
fn watched(folder: &TempFolder, flags: &str, names: &[String], mut look: impl FnMut(&Record, u32)) {
    let line = format!("run --tasks - --base {} -j 2 {flags}", folder.path().display());
    let mut running = Start::polymer(&line).patient(600).start();
    let (mut stdin, lines) = (running.take_stdin(), tasks(names));
    // Open until all was looked at.
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).map(|()| stdin));
    for _ in names {
        look(&running.record(), running.pid());
    }
    drop(writer.join().unwrap().unwrap());
    running.end().check(0);
}

#[test]
fn fifteen_hundred_modules_run_in_one_go_under_256_descriptors() {
    let folder = TempFolder::new();
    let names = modules(&folder, 1500, 0);
    let flags = format!("run --tasks - --base {} -j 2", folder.path().display());
    let ended = Start::deprived("files 256", &flags).patient(600).run(tasks(&names)).check(0);
    let records = by_id(ended.records());
    assert_eq!(records.len(), names.len());
    records.values().for_each(|record| record.check_ok(&json!("")));
}

#[test]
fn what_modules_and_their_code_take_has_a_bound_and_a_module_that_was_let_go_comes_again() {
    // Half a minute more with all of them.
    let count = if std::env::var_os("POLYMER_ALL_MODULES").is_some() { 2000 } else { 60 };
    let folder = TempFolder::new();
    let mut names = modules(&folder, count, 1 << 20);
    // The first of them are long gone by then.
    names.extend_from_within(..5);
    for (at, name) in names.iter_mut().enumerate().skip(count) {
        // Other names, for an id stands for one line.
        *name = format!("{}{name}", "./".repeat(at));
    }
    let mut most = 0;
    watched(&folder, "--module-memory 16MiB", &names, |record, supervisor| {
        record.check_ok(&json!(""));
        most = most.max(unnamed_files(supervisor, "polymer-").1);
    });
    assert!(most > 8 * MIB, "it held {most} bytes and let go of more than it has to");
    assert!(most < 20 * MIB, "it held {most} bytes");
}

#[test]
fn a_large_module_of_a_thousand_names_is_held_once() {
    let folder = TempFolder::new();
    folder.file("m.wasm", module_with(&vec![7; 60 << 20]));
    std::fs::create_dir(folder.path().join("d")).unwrap();
    let name = |at: usize| {
        let link = folder.path().join(format!("{at}.wasm"));
        match at % 3 {
            0 => return format!("{}m.wasm", "d/../".repeat(at / 3)),
            1 => std::fs::hard_link(folder.path().join("m.wasm"), link).unwrap(),
            _ => std::os::unix::fs::symlink("m.wasm", link).unwrap(),
        }
        format!("{at}.wasm")
    };
    let names: Vec<String> = (0..1000).map(name).collect();
    let (mut own, mut files) = (0, 0);
    watched(&folder, "", &names, |record, supervisor| {
        record.check_ok(&json!(""));
        own = own.max(peak_memory(supervisor));
        files = files.max(unnamed_files(supervisor, "polymer-").1);
    });
    assert!(own + files < 200 * MIB, "it held {own} bytes of its own and {files} in files");
}

#[test]
fn each_name_of_a_module_is_the_one_in_its_record_and_the_one_by_which_its_command_is_called() {
    let folder = TempFolder::new();
    folder.file("m.wat", SAYS_ITS_NAME);
    std::fs::create_dir(folder.path().join("d")).unwrap();
    folder.file("copy.wat", SAYS_ITS_NAME);
    let mut names: Vec<String> = (0..40).map(|at| format!("{}m.wat", "d/../".repeat(at))).collect();
    names.extend(["./m.wat", "copy.wat"].map(str::to_owned));
    watched(&folder, "", &names, |record, supervisor| {
        record.check_ok(&json!(record.id()));
        assert_eq!(record.text("/module"), record.id());
        let (copies, _) = unnamed_files(supervisor, "polymer-module");
        assert_eq!(copies, 1);
    });
}
