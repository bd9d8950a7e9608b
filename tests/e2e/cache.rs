//! Compiled code that is kept for later runs: where, for whom, and what becomes of a run when
//! something is wrong with it.

use super::support::{Ended, Start, TempFolder, console, example, processes, wat};
use serde_json::json;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Runs one task over a module with this cache.
#[track_caller]
fn run(module: &str, cache: &Path) -> Ended {
    let ended = console(&format!("run {module} -j 1 --cache-dir {}", cache.display()), &["x"], 0);
    ended.records()[0].check_ok(&json!(""));
    ended
}

/// What the summary says of the cache.
fn told(ended: &Ended) -> Option<&str> {
    let mut parts = ended.stderr.lines().flat_map(|line| line.split("; "));
    parts.find(|part| part.starts_with("cache: "))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = names(folder).into_iter().filter(|name| name.ends_with(".code"));
    entries.map(|name| folder.join(name)).collect()
}

const FOUND: Option<&str> = Some("cache: 1 module found");
const REBUILT: Option<&str> = Some("cache: 1 entry rebuilt");

#[test]
fn a_module_is_compiled_once_and_found_in_later_runs() {
    let home = TempFolder::new();
    let in_home = |line: &str| Start::polymer(line).env("HOME", home.path()).run("x\n").check(0);
    let line = format!("run {} --log-level info", wat("silent"));
    let first = in_home(&line);
    assert_eq!(told(&first), None);
    first.check_says("to compile module");
    let second = in_home(&line);
    assert_eq!(told(&second), FOUND);
    second.check_says("from the cache: a command");
    assert!(!second.stderr.contains("to compile module"), "{}", second.stderr);
    let cache = home.path().join(".cache/polymer");
    assert_eq!(fs::metadata(&cache).unwrap().mode() & 0o7777, 0o700);
    for name in names(&cache) {
        assert_eq!(fs::metadata(cache.join(&name)).unwrap().mode() & 0o7777, 0o600, "{name}");
    }
    let without = in_home(&format!("{line} --no-cache"));
    assert_eq!(told(&without), None);
    without.check_says("to compile module");
    assert!(!without.stderr.contains("cache"), "{}", without.stderr);
    let other = Start::polymer(&line).env("HOME", home.path()).env("XDG_CACHE_HOME", home.path()).run("x\n");
    assert_eq!(told(&other.check(0)), None);
    assert_eq!(entries(&home.path().join("polymer")).len(), 1);
}

#[test]
fn a_changed_entry_costs_nothing_but_the_time_to_compile() {
    let cache = TempFolder::new();
    let module = wat("silent");
    run(&module, cache.path());
    let entry = entries(cache.path()).remove(0);
    let mut rng = fastrand::Rng::with_seed(3);
    for _ in 0..40 {
        let mut bytes = fs::read(&entry).unwrap();
        let bit = rng.usize(..bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&entry, bytes).unwrap();
        assert_eq!(told(&run(&module, cache.path())), REBUILT, "bit {bit}");
    }
    assert_eq!(told(&run(&module, cache.path())), FOUND);
    let length = fs::metadata(&entry).unwrap().len();
    for length in [0, 40, length - 1] {
        File::options().write(true).open(&entry).unwrap().set_len(length).unwrap();
        assert_eq!(told(&run(&module, cache.path())), REBUILT, "{length} bytes");
    }
}

#[test]
fn what_was_planted_is_never_followed() {
    let folder = TempFolder::new();
    let (cache, module) = (folder.path().join("cache"), wat("silent"));
    run(&module, &cache);
    let entry = entries(&cache).remove(0);
    // A good entry elsewhere: only where it stands is wrong.
    let outside = folder.file("outside", fs::read(&entry).unwrap());
    fs::set_permissions(&outside, Permissions::from_mode(0o600)).unwrap();
    let before = fs::read(&outside).unwrap();
    let plants: [&dyn Fn(); 4] = [
        &|| symlink(&outside, &entry).unwrap(),
        &|| fs::hard_link(&outside, &entry).unwrap(),
        &|| nix::unistd::mkfifo(&entry, nix::sys::stat::Mode::S_IRWXU).unwrap(),
        &|| {
            fs::copy(&outside, &entry).unwrap();
            fs::set_permissions(&entry, Permissions::from_mode(0o666)).unwrap();
        },
    ];
    for plant in plants {
        fs::remove_file(&entry).unwrap();
        plant();
        assert_eq!(told(&run(&module, &cache)), REBUILT);
        let metadata = fs::symlink_metadata(&entry).unwrap();
        assert!(metadata.is_file() && metadata.nlink() == 1 && metadata.mode() & 0o077 == 0);
        assert_eq!(told(&run(&module, &cache)), FOUND);
    }
    assert!(fs::read(&outside).unwrap() == before, "what a link led to was changed");
    // A link in place of the secret leads to what somebody may know.
    fs::rename(cache.join("key"), folder.path().join("known")).unwrap();
    symlink(folder.path().join("known"), cache.join("key")).unwrap();
    assert_eq!(told(&run(&module, &cache)), REBUILT);
    assert_eq!(told(&run(&module, &cache)), FOUND);
}

#[test]
fn a_folder_that_others_may_change_is_refused_if_it_was_named_and_else_left_alone() {
    let home = TempFolder::new();
    let usual = home.path().join(".cache/polymer");
    fs::create_dir_all(&usual).unwrap();
    fs::set_permissions(&usual, Permissions::from_mode(0o777)).unwrap();
    let link = home.path().join("link");
    symlink(home.path(), &link).unwrap();
    let file = home.file("file", "");
    for (path, why) in [
        (&usual, "others may write to it (its mode is 777)"),
        (&link, "it is not a folder, or it is a symbolic link"),
        (&file, "it is not a folder, or it is a symbolic link"),
    ] {
        let line = format!("run {} --cache-dir {}", wat("silent"), path.display());
        let ended = console(&line, &["x"], 96);
        ended.check_says(&format!("error: the cache {} cannot be used: {why}", path.display()));
        assert_eq!(ended.stdout, "");
    }
    let line = format!("run {} --log-level info", wat("silent"));
    let ended = Start::polymer(&line).env("HOME", home.path()).run("x\n").check(0);
    let lines: Vec<&str> = ended.stderr.lines().filter(|line| line.contains("INFO  cache: ")).collect();
    assert!(lines.len() == 1 && lines[0].contains("others may write to it"), "{}", ended.stderr);
    assert_eq!(fs::read_dir(&usual).unwrap().count(), 0);
    // Without the level nobody is told: the run is as good as any other.
    let line = format!("run {}", wat("silent"));
    let ended = Start::polymer(&line).env("HOME", home.path()).run("x\n").check(0);
    assert!(!ended.stderr.contains("cache"), "{}", ended.stderr);
    for home in ["/dev/null", "relative", ""] {
        Start::polymer(&line).env("HOME", home).run("x\n").check(0);
    }
    let ended = console(&format!("{line} --log-level info"), &["x"], 0);
    ended.check_says("INFO  cache: neither XDG_CACHE_HOME nor HOME names a folder for it");
}

#[test]
fn a_folder_of_another_user_is_refused() {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("not tested: only root can give a folder away");
        return;
    }
    let folder = TempFolder::new();
    std::os::unix::fs::chown(folder.path(), Some(12345), None).unwrap();
    let line = format!("run {} --cache-dir {}", wat("silent"), folder.path().display());
    console(&line, &["x"], 96).check_says("it belongs to another user (uid 12345)");
}

#[test]
fn supervisors_that_share_a_cache_do_not_get_in_each_others_way() {
    let folder = TempFolder::new();
    let modules = [wat("silent"), wat("rounds"), example("primes")];
    let line = |module: &str| {
        format!("run {module} -j 1 --input-format text --cache-dir {}", folder.path().join("cache").display())
    };
    for _ in 0..2 {
        let running: Vec<_> =
            modules.iter().chain(&modules).map(|module| Start::polymer(&line(module)).start()).collect();
        for running in running {
            running.end().check(0);
        }
    }
    for module in &modules {
        assert_eq!(told(&console(&line(module), &[], 0)), FOUND, "{module}");
    }
    assert_eq!(names(&folder.path().join("cache")).len(), 4, "an entry each, and the secret");
}

#[test]
fn code_is_found_on_a_file_system_that_executes_nothing() {
    let folder = TempFolder::new();
    let mount = folder.path().join("mount");
    fs::create_dir(&mount).unwrap();
    let (module, mount) = (wat("silent"), mount.display());
    let run = format!("echo x | polymer run {module} -j 1 --cache-dir {mount}/cache");
    let can = Start::shell(&format!("unshare -rm mount -t tmpfs -o noexec,size=50m none {mount}")).run("");
    if !can.status.success() {
        eprintln!("not tested: nothing can be mounted here: {}", can.stderr);
        return;
    }
    let no_exec = format!("cp /bin/sh {mount}/sh && ! {mount}/sh -c :");
    let script = format!("mount -t tmpfs -o noexec,size=50m none {mount} && {no_exec} && {run} && {run}");
    let ended = Start::shell(&format!("unshare -rm sh -c '{script}'")).run("").check(0);
    assert_eq!(ended.records().len(), 2);
    assert_eq!(told(&ended), FOUND);
}

#[test]
fn the_code_that_was_not_used_for_the_longest_time_makes_room() {
    let folder = TempFolder::new();
    let cache = folder.path().join("cache");
    run(&wat("silent"), &cache);
    let silent = entries(&cache).remove(0);
    let length = fs::metadata(&silent).unwrap().len();
    let old = SystemTime::now() - Duration::from_secs(100);
    File::open(&silent).unwrap().set_modified(old).unwrap();
    let bounded = |module: &str| {
        let (cache, size) = (cache.display(), length * 3 / 2);
        console(&format!("run {module} -j 1 --cache-dir {cache} --cache-size {size}"), &["x"], 0)
    };
    bounded(&wat("rounds"));
    assert_eq!(entries(&cache).len(), 1);
    assert!(!silent.exists(), "the older one stayed");
    assert_eq!(told(&bounded(&wat("rounds"))), FOUND);
    assert_eq!(told(&bounded(&wat("silent"))), None);
    assert!(silent.exists());
}

#[test]
fn what_does_not_run_is_not_kept() {
    let folder = TempFolder::new();
    let text = r#"(module (import "wasi_snapshot_preview1" "fly" (func)) (func (export "_start")))"#;
    let module = folder.file("fly.wat", text);
    let cache = folder.path().join("cache");
    for _ in 0..2 {
        let line = format!("run {} --cache-dir {}", module.display(), cache.display());
        console(&line, &["x"], 96).check_says("fly");
    }
    assert_eq!(names(&cache), ["key"]);
}

#[test]
fn files_that_were_left_behind_are_swept() {
    let folder = TempFolder::new();
    let cache = folder.path().join("cache");
    run(&wat("silent"), &cache);
    for (name, hours) in [(".new-0123456789abcdef", 2), (".new-1123456789abcdef", 0), ("mine", 2)] {
        let file = File::create(cache.join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(hours * 3600)).unwrap();
    }
    // Something is kept, so the folder is looked at.
    run(&format!("{} --optimize quick", wat("silent")), &cache);
    let names = names(&cache);
    assert!(names.len() == 5 && !names.contains(&".new-0123456789abcdef".to_owned()), "{names:?}");
}

#[test]
fn the_cache_can_be_found_and_cleared() {
    let home = TempFolder::new();
    let at_home = |line: &str, code| Start::polymer(line).env("HOME", home.path()).run("x\n").check(code);
    let path = home.path().join(".cache/polymer");
    let ended = at_home("cache path", 0);
    assert_eq!((ended.stdout, ended.stderr), (format!("{}\n", path.display()), String::new()));
    assert!(!path.exists(), "to be asked for is no reason to be made");
    let cleared = |count: &str| {
        let stdout = at_home("cache clear", 0).stdout;
        assert!(stdout.starts_with(&format!("removed {count} (")), "{stdout}");
        assert!(stdout.ends_with(&format!(") from {}\n", path.display())), "{stdout}");
    };
    cleared("0 entries");
    assert!(!path.exists());
    at_home(&format!("run {}", wat("silent")), 0);
    fs::write(path.join("mine"), "").unwrap();
    cleared("1 entry");
    assert_eq!(names(&path), ["key", "mine"]);
    cleared("0 entries");
    let other = format!("cache path --cache-dir {}", path.display());
    assert_eq!(console(&other, &[], 0).stdout, format!("{}\n", path.display()));
    console("cache path", &[], 96).check_says("error: there is no cache: neither XDG_CACHE_HOME nor HOME");
    console("cache clear --cache-dir /dev/null", &[], 96).check_says("cannot be used");
}

#[test]
fn no_guest_is_let_write_to_the_cache_and_no_worker_has_it() {
    let home = TempFolder::new();
    let line = format!("run {} --dir {}::/home:rw", wat("silent"), home.path().display());
    let ended = Start::polymer(&line).env("HOME", home.path()).run("x\n").check(96);
    ended.check_says("from there guests could write to the cache of compiled code");
    ended.check_says("hint: grant a folder further down");
    assert!(!ended.stderr.contains("--no-cache"), "{}", ended.stderr);
    for _ in 0..2 {
        let line = format!("run {} -j 1", wat("silent"));
        let mut running = Start::polymer(&line).env("HOME", home.path()).start();
        running.say("x");
        running.record();
        let workers = processes::workers(running.pid());
        assert!(!workers.is_empty());
        for worker in &workers {
            for entry in fs::read_dir(worker.about("fd")).unwrap() {
                let target = fs::read_link(entry.unwrap().path()).unwrap_or_default();
                assert!(!target.starts_with(home.path()), "it has {}", target.display());
            }
            let maps = fs::read_to_string(worker.about("maps")).unwrap();
            assert!(!maps.contains(home.path().to_str().unwrap()), "it maps a file of the cache");
        }
        running.end().check(0);
    }
}

#[test]
fn no_guest_is_let_write_to_the_usual_cache_whatever_this_run_uses() {
    let (home, other) = (TempFolder::new(), TempFolder::new());
    let elsewhere = format!("--cache-dir {}", other.path().display());
    let data = home.path().join("data");
    fs::create_dir(&data).unwrap();
    let run = |folder: &Path, flags: &str, code| {
        let line = format!("run {} --dir {}::/h{flags}", wat("silent"), folder.display());
        Start::polymer(&line).env("HOME", home.path()).run("x\n").check(code)
    };
    // Before it is there, and after.
    for _ in 0..2 {
        for flags in ["--no-cache", &elsewhere] {
            let ended = run(home.path(), &format!(":rw {flags}"), 96);
            ended.check_says("from there guests could write to the cache of compiled code");
            run(&data, &format!(":rw {flags}"), 0);
            run(home.path(), &format!(":ro {flags}"), 0);
        }
        run(home.path(), ":ro", 0);
    }
    assert!(home.path().join(".cache/polymer/key").exists());
}

#[test]
fn a_mount_does_not_hide_that_a_folder_leads_to_the_cache() {
    let (folder, other) = (TempFolder::new(), TempFolder::new());
    let (above, other) = (folder.path().display(), other.path().display());
    let bind = format!("mount --bind {above} {other}");
    let can = Start::shell(&format!("unshare -rm {bind}")).run("");
    if !can.status.success() {
        eprintln!("not tested: nothing can be mounted here: {}", can.stderr);
        return;
    }
    let run = format!("polymer run {} --cache-dir {above}/cache --dir {other}::/data:rw", wat("silent"));
    let script = format!("{bind} && {run}");
    let ended = Start::shell(&format!("unshare -rm sh -c '{script}'")).run("").check(96);
    ended.check_says("from there guests could write to the cache of compiled code");
}

#[test]
fn an_entry_is_no_module() {
    let cache = TempFolder::new();
    run(&wat("silent"), cache.path());
    let entry = entries(cache.path()).remove(0);
    console(&format!("run {}", entry.display()), &["x"], 96)
        .check_says("it is machine code that wasmtime compiled");
}
