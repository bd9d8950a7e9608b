//! Compiled code that outlives a run: found again, never believed, and no reason to fail.

use super::{builder, good, manager};
use polymer_host::event::{EntryDefect, RunEvent};
use polymer_host::{Builder, Input, Module, Output, Stats};
use polymer_host_modules::cache::{
    CacheKey, ClearedEntries, CodeCache, CodeKind, CompilerFingerprint, DEFAULT_SIZE, FoundEntry,
};
use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A command that prints a word.
fn says(word: &str) -> Module {
    let text = format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 0) "\10\00\00\00\{:02x}\00\00\00")
            (data (i32.const 16) "{word}")
            (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#,
        word.len()
    );
    Module::from_bytes("says.wat", text).unwrap()
}

/// A run of one task over this module with a cache in `folder`: what it gave, and its sums.
#[track_caller]
fn run(module: Module, folder: &Path) -> (Output, Stats) {
    let manager = builder().worker_count(1).module(module).cache_dir(folder).build().unwrap();
    let mut done = manager.supervise([Input::text("")]).unwrap();
    (done.remove(0).output.unwrap(), manager.stats().unwrap())
}

/// That the run gives the right word, with so many modules found and entries rebuilt.
#[track_caller]
fn check(word: &str, folder: &Path, cached: u64, rebuilt: u64) {
    let (output, stats) = run(says(word), folder);
    assert_eq!(output, Output::Text(word.to_owned()));
    assert_eq!((stats.cached, stats.rebuilt, stats.deaths), (cached, rebuilt, 0));
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let all = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    all.filter(|path| path.extension().is_some_and(|extension| extension == "code")).collect()
}

/// What the trouble with the cache was, and what the run's events say of entries.
fn heard(builder: Builder) -> (Vec<String>, Vec<EntryDefect>) {
    let heard = Arc::new(Mutex::new((Vec::new(), Vec::new())));
    let ears = Arc::clone(&heard);
    let hear = move |event: &RunEvent| match event {
        RunEvent::CacheTrouble { what } => ears.lock().unwrap().0.push(what.clone()),
        RunEvent::CacheEntryRejected { why, .. } => ears.lock().unwrap().1.push(*why),
        _ => {}
    };
    let manager = builder.worker_count(1).module(says("x")).on_event(hear).build().unwrap();
    assert!(manager.supervise([Input::text("")]).unwrap()[0].is_ok());
    let heard = heard.lock().unwrap();
    heard.clone()
}

#[test]
fn whatever_bit_of_an_entry_changes_the_module_is_compiled_anew() {
    let folder = tempfile::tempdir().unwrap();
    check("right", folder.path(), 0, 0);
    let entry = entries(folder.path()).remove(0);
    let mut rng = fastrand::Rng::with_seed(4);
    for round in 0..400 {
        // On a disk that is busy a run may end before it has kept anything.
        while !entry.exists() {
            check("right", folder.path(), 0, 0);
        }
        let mut bytes = fs::read(&entry).unwrap();
        // Half of them in what is not code.
        let most = if round % 2 == 0 { bytes.len() } else { 200 };
        let bit = rng.usize(..most * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&entry, bytes).unwrap();
        check("right", folder.path(), 0, 1);
        if round % 50 == 0 && entry.exists() {
            check("right", folder.path(), 1, 0);
        }
    }
}

#[test]
fn what_another_engine_compiled_is_thrown_out_and_compiled_anew() {
    let folder = tempfile::tempdir().unwrap();
    let cache = CodeCache::open(folder.path(), DEFAULT_SIZE).unwrap();
    check("right", folder.path(), 0, 0);
    let engine = CompilerFingerprint::of(Path::new(env!("CARGO_BIN_EXE_polymer"))).unwrap();
    let kind = CodeKind { of_text: true, ..CodeKind::default() };
    let key = CacheKey::new(says("right").digest(), kind, &engine);
    let FoundEntry::Code { form, imports, .. } = cache.look(&key) else { panic!("nothing was kept") };
    for bytes in [&b"\x7fELF of another engine"[..], b""] {
        let mut code = tempfile::tempfile().unwrap();
        code.write_all(bytes).unwrap();
        cache.keep(&key, form, imports.clone(), &code).unwrap();
        check("right", folder.path(), 0, 1);
        check("right", folder.path(), 1, 0);
    }
}

#[test]
fn what_is_found_does_what_was_compiled_to_the_unit_of_fuel() {
    let folder = tempfile::tempdir().unwrap();
    let run = || {
        let manager = manager(1).cache_dir(folder.path()).build().unwrap();
        let done = manager.supervise(good(5)).unwrap();
        let told: Vec<_> =
            done.iter().map(|done| (done.task.double, done.stats.fuel, done.log.text())).collect();
        (told, manager.stats().unwrap().cached)
    };
    let ((compiled, none), (found, one)) = (run(), run());
    assert_eq!((none, one), (0, 1));
    assert_eq!(compiled, found);
}

#[test]
fn a_module_is_found_by_its_bytes_and_by_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    check("one", folder.path(), 0, 0);
    check("two", folder.path(), 0, 0);
    check("one", folder.path(), 1, 0);
    check("two", folder.path(), 1, 0);
    let mut both = entries(folder.path());
    let (one, two) = (both.remove(0), both.remove(0));
    fs::rename(&one, &two).unwrap();
    let (first, second) = (run(says("one"), folder.path()), run(says("two"), folder.path()));
    assert_eq!((first.0, second.0), (Output::Text("one".to_owned()), Output::Text("two".to_owned())));
    assert_eq!(first.1.rebuilt + second.1.rebuilt, 1);
    assert_eq!(first.1.cached + second.1.cached, 0);
}

#[test]
fn another_program_as_the_worker_finds_nothing_of_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("polymer");
    fs::copy(env!("CARGO_BIN_EXE_polymer"), &copy).unwrap();
    let cache = folder.path().join("cache");
    check("x", &cache, 0, 0);
    let manager = builder().worker_exe(&copy).module(says("x")).cache_dir(&cache).build().unwrap();
    assert!(manager.supervise([Input::text("")]).unwrap()[0].is_ok());
    assert_eq!(manager.stats().unwrap().cached, 0);
    assert_eq!(entries(&cache).len(), 2);
    check("x", &cache, 1, 0);
}

#[test]
fn a_cache_that_cannot_be_used_is_an_error_only_where_it_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
    let error = builder().cache_dir(folder.path()).build().unwrap_err().to_string();
    assert!(error.contains("cannot be used: others may write to it (its mode is 777)"), "{error}");
    let (trouble, _) = heard(builder().cache_dir_if_usable(folder.path()));
    assert_eq!(trouble.len(), 1);
    assert!(trouble[0].contains("others may write to it"), "{trouble:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    assert!(builder().cache_dir(folder.path().join("c")).cache_size(0).build().is_err());
}

#[test]
fn code_that_does_not_fit_is_not_kept_and_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let (trouble, rejected) = heard(builder().cache_dir(folder.path()).cache_size(100));
    assert_eq!((trouble.len(), rejected.len(), entries(folder.path()).len()), (1, 0, 0));
    assert!(trouble[0].contains("does not fit into 100"), "{trouble:?}");
}

#[test]
fn no_guest_may_be_let_write_to_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("below/cache");
    fs::create_dir_all(&cache).unwrap();
    for reaches in [folder.path().to_path_buf(), cache.clone()] {
        let with = |writable| builder().cache_dir(&cache).dir(&reaches, "/data", writable);
        let error = with(true).build().unwrap_err().to_string();
        assert!(error.contains("guests could write to the cache"), "{error}");
        assert!(with(false).build().is_ok());
        let unnamed = builder().cache_dir_if_usable(&cache).dir(&reaches, "/data", true);
        assert!(unnamed.build().is_err());
    }
    fs::create_dir(folder.path().join("beside")).unwrap();
    assert!(builder().cache_dir(&cache).dir(folder.path().join("beside"), "/data", true).build().is_ok());
}

#[test]
fn calls_and_runs_of_many_threads_share_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for word in ["a", "b"] {
                    assert_eq!(run(says(word), folder.path()).0, Output::Text(word.to_owned()));
                }
            });
        }
    });
    check("a", folder.path(), 1, 0);
    check("b", folder.path(), 1, 0);
    let manager = builder().cache_dir(folder.path()).build().unwrap();
    let module = says("a");
    let done = manager.call_blocking(&module, Input::text(""), <_>::default()).unwrap();
    assert_eq!(done.output, Some(Output::Text("a".to_owned())));
    assert_eq!(manager.stats().unwrap().cached, 1);
    drop(manager);
    let ClearedEntries { entries, bytes } = CodeCache::clear(folder.path()).unwrap();
    assert!((entries, bytes > 10_000) == (2, true), "{entries} entries, {bytes} bytes");
    check("a", folder.path(), 0, 0);
}
