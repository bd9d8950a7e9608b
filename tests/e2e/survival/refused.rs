//! Run folders that the system takes nothing for, or not all: the run ends with a code of its own
//! and says why, what was recorded stays, and with what was missing it goes on.

use super::super::support::processes::workers_of;
use super::super::support::{Ended, RunDir, Start, TempFolder, wat};
use std::fs;

/// Runs this with a file system of 64 KiB at `DIR/small`, or says that nothing can be mounted here.
#[expect(clippy::print_stderr, reason = "a test says what it does not show, or with which seed")]
fn on_a_small_disk(folder: &TempFolder, script: &str) -> Option<Ended> {
    let small = folder.path().join("small");
    fs::create_dir(&small).unwrap();
    let mount = format!("mount -t tmpfs -o size=64k none {}", small.display());
    let can = Start::shell(&format!("unshare -rm {mount}")).run("");
    if !can.status.success() {
        eprintln!("not tested: nothing can be mounted here: {}", can.stderr);
        return None;
    }
    Some(Start::shell(&format!("unshare -rm sh -c '{mount} && {script}'")).run(""))
}

#[test]
fn a_full_disk_ends_the_run_and_with_more_room_it_goes_on() {
    const TASKS: usize = 500;
    let folder = TempFolder::new();
    let input = folder.file("input", (0..TASKS).map(|n| format!("{n}\n")).collect::<String>());
    let small = format!("{}/small", folder.path().display());
    let run = format!("polymer run {} -j 2 --input {} --run-dir {small}/run", wat("silent"), input.display());
    let count = format!("cp -r {small}/run {}/first", folder.path().display());
    let script = format!(
        "{run}; echo code $? >&2; {count}; polymer resume {small}/run; echo again $? >&2; \
         mount -o remount,size=20m {small}; polymer resume {small}/run >&2; echo then $? >&2; cat {small}/run/results.jsonl"
    );
    let Some(ended) = on_a_small_disk(&folder, &script) else { return };
    let ended = ended.check(0);
    for says in ["code 110", "again 110", "then 0", "No space left on device"] {
        ended.check_says(says);
    }
    let records = ended.records();
    let seqs: Vec<u64> = (1..=u64::try_from(TASKS).unwrap()).collect();
    let mut had: Vec<u64> = records.iter().map(|record| record.number("/seq")).collect();
    had.sort_unstable();
    assert_eq!(had, seqs);
    let first = fs::read_to_string(folder.path().join("first/results.jsonl")).unwrap();
    assert!(ended.stdout.starts_with(first.as_str()), "a record changed or went");
}

#[test]
fn what_cannot_be_written_to_ends_the_run_with_a_code_of_its_own() {
    // Root may do everything, so somebody else has to try.
    let dir = RunDir::new();
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    let line = format!("{} --no-cache", wat("silent"));
    let ended = dir.run(&line).under_user(65534).run("x\n").check(110);
    ended.check_says(&format!("error: cannot make the folder {}: Permission denied", dir.path().display()));
    assert!(!dir.path().exists());
    dir.run(&line).run("x\n").check(0);
    let ended = dir.resume("").under_user(65534).run("x\n");
    assert!(matches!(ended.status.code(), Some(96 | 110)), "{ended:?}");
    ended.check_says("error: ");
    assert_eq!(dir.records().len(), 1);
}

#[test]
fn a_folder_on_a_read_only_disk_is_refused() {
    let dir = RunDir::new();
    let input = dir.beside().file("input", "x\n");
    dir.run(&format!("{} --no-cache --input {}", wat("silent"), input.display())).run("").check(0);
    let path = dir.path().display();
    let mount = format!("mount --bind {path} {path} && mount -o remount,bind,ro {path}");
    let can = Start::shell(&format!("unshare -rm sh -c '{mount}'")).run("");
    if !can.status.success() {
        eprintln!("not tested: nothing can be mounted here: {}", can.stderr);
        return;
    }
    let ended =
        Start::shell(&format!("unshare -rm sh -c '{mount} && polymer resume {path}'")).run("").check(110);
    ended.check_says("Read-only file system");
    assert_eq!(dir.records().len(), 1);
}

#[test]
fn a_file_that_is_a_device_is_no_file_of_a_run() {
    let dir = RunDir::new();
    let input = dir.beside().file("input", "x\n");
    dir.run(&format!("{} --input {}", wat("silent"), input.display())).run("").check(0);
    for name in ["results.jsonl", "events.jsonl", "failed.jsonl"] {
        let (file, aside) = (dir.path().join(name), dir.beside().path().join("aside"));
        fs::rename(&file, &aside).unwrap();
        std::os::unix::fs::symlink("/dev/full", &file).unwrap();
        dir.resume("").run("").check(96).check_says(name);
        fs::remove_file(&file).unwrap();
        fs::rename(&aside, &file).unwrap();
    }
    dir.resume("").run("").check(0);
}

/// Starting a process fails, and starting a thread does not.
const START: &str = "without clone3 failing clone&0x4000";

/// Runs 50 tasks on four workers in a folder on a system that lacks this.
fn deprived(dir: &RunDir, rules: &str) -> Ended {
    let input = dir.beside().file("input", "x\n".repeat(50));
    let line =
        format!("run {} -j 4 --input {} --run-dir {}", wat("silent"), input.display(), dir.path().display());
    let running = Start::deprived(rules, &line).start();
    let pid = running.pid();
    let ended = running.end();
    assert!(!ended.stderr.contains("panicked"), "{rules}: {}", ended.stderr);
    assert!(workers_of(pid).is_empty(), "{rules}: workers are left");
    ended
}

#[test]
fn a_run_that_never_had_a_worker_is_done_once_it_can_have_one() {
    for rules in ["1+:EAGAIN", "2+:EAGAIN"] {
        let dir = RunDir::new();
        let ended = deprived(&dir, &format!("{START}:{rules}")).check(96);
        ended.check_says("worker processes cannot be started: ");
        ended.check_says("polymer resume ");
        assert!(dir.records().is_empty(), "{rules}: {:?}", dir.names());
        dir.resume("").run("").check(0);
        assert_eq!(dir.records().len(), 50);
    }
}

#[test]
fn what_is_recorded_stays_when_workers_cannot_be_started() {
    let dir = RunDir::new();
    deprived(&dir, &format!("{START}:3+:EAGAIN")).check(0);
    assert_eq!(dir.records().len(), 50);
    dir.beside().file("input", "x\n".repeat(60));
    let line = format!("resume {}", dir.path().display());
    let ended = Start::deprived(&format!("{START}:1+:EAGAIN"), &line).run("").check(96);
    ended.check_says("worker processes cannot be started: ");
    assert_eq!(dir.records().len(), 50);
    dir.resume("").run("").check(0);
    assert_eq!(dir.records().len(), 60);
}

#[test]
fn few_descriptors_are_enough() {
    let dir = RunDir::new();
    deprived(&dir, "files 32").check(0);
    assert_eq!(dir.records().len(), 50);
}

#[test]
fn what_the_disk_refuses_ends_the_run_and_nothing_is_told_that_is_not_there() {
    for rules in
        ["fdatasync:1+:EIO", "fdatasync:2+:EIO", "fdatasync:3+:EIO", "fdatasync:4+:ENOSPC", "fsync:1:EIO"]
    {
        let dir = RunDir::new();
        let ended = deprived(&dir, &format!("failing {rules}")).check(110);
        ended.check_says("error: ");
        if dir.holds_run() {
            dir.resume("").run("").check(0);
            assert_eq!(dir.records().len(), 50, "{rules}");
        } else {
            dir.run(&wat("silent")).run("x\n").check(0);
        }
    }
}
