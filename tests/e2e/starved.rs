//! A machine that gives few descriptors, or no processes: the run does its work with what there is,
//! or says what is lacking. No record blames a module, a line or a task for it.

use super::support::processes::workers_of;
use super::support::{Ended, Start, TempFolder, by_id, wat};
use serde_json::json;
use std::path::PathBuf;

/// An ordinary user's number, one that has no other processes.
const NOBODY: u32 = 54_321;

/// Runs these lines under these rules, see `tests/outer`. Whatever comes of it: one clear error at
/// the most, nothing left of it, no task with two records, and each record says that its task is
/// done.
#[track_caller]
fn run(rules: &str, flags: &str, lines: &str) -> Ended {
    let running = Start::deprived(rules, &format!("run {flags}")).patient(120).start();
    let (pid, mut running) = (running.pid(), running);
    let (mut stdin, lines) = (running.take_stdin(), lines.to_owned());
    std::thread::spawn(move || drop(std::io::Write::write_all(&mut stdin, lines.as_bytes())));
    let ended = running.end();
    assert!(!ended.stderr.contains("internal error"), "{rules}: {}", ended.stderr);
    let left: Vec<_> = workers_of(pid).iter().map(|worker| worker.pid).collect();
    assert!(left.is_empty(), "{rules}: {left:?} are left");
    let errors = ended.stderr.lines().filter(|line| line.starts_with("error: ")).count();
    assert!(errors <= 1, "{rules}: {}", ended.stderr);
    assert!(!ended.stderr.contains("broke the protocol"), "{rules}: {}", ended.stderr);
    for record in by_id(ended.records()).values() {
        record.check_ok(&json!(""));
    }
    ended
}

#[test]
fn a_run_with_few_descriptors_does_its_work_or_says_what_is_lacking() {
    for (files, codes) in
        [(64, &[0][..]), (32, &[0]), (24, &[0, 96]), (20, &[0, 96]), (16, &[96]), (12, &[96])]
    {
        let ended = run(&format!("files {files}"), &format!("{} -j 8", wat("silent")), &"\n".repeat(300));
        let code = ended.status.code().unwrap();
        assert!(codes.contains(&code), "{files} files: {code}\n{}", ended.stderr);
        if code == 0 {
            assert_eq!(ended.records().len(), 300, "{files} files");
        } else {
            ended.check_says("Too many open files");
        }
    }
}

/// So many modules of their own in a folder, and a task record for each.
fn many_modules(folder: &TempFolder, count: usize) -> String {
    let silent = std::fs::read_to_string(wat("silent")).unwrap();
    let module = |at: usize| folder.file(&format!("{at}.wat"), format!("{silent}\n;; {at}\n"));
    let line = |path: PathBuf| json!({"module": path, "input": ""}).to_string() + "\n";
    (0..count).map(|at| line(module(at))).collect()
}

#[test]
fn a_run_of_more_modules_than_descriptors_does_all_its_work_or_says_what_is_lacking() {
    let folder = TempFolder::new();
    let lines = many_modules(&folder, 60);
    for (files, codes) in
        [(400, &[0][..]), (128, &[0]), (64, &[0]), (48, &[0]), (32, &[0, 96]), (24, &[0, 96]), (16, &[96])]
    {
        let ended = run(&format!("files {files}"), "--tasks - -j 2", &lines);
        let code = ended.status.code().unwrap();
        assert!(codes.contains(&code), "{files} files: {code}\n{}", ended.stderr);
        if code == 0 {
            assert_eq!(ended.records().len(), 60, "{files} files");
        } else {
            ended.check_says("Too many open files");
            ended.check_says("hint: ");
        }
    }
}

#[test]
fn an_input_that_cannot_be_opened_for_want_of_descriptors_is_no_bad_input() {
    let folder = TempFolder::new();
    let files = (0..500).map(|at| folder.file(&at.to_string(), ""));
    let lines: String = files.map(|path| path.display().to_string() + "\n").collect();
    // The first calls are those that open what the program itself needs.
    let ended = run("failing openat:60+:EMFILE", &format!("{} --input-format file", wat("silent")), &lines);
    let ended = ended.check(96);
    ended.check_says("cannot be opened: Too many open files");
    ended.check_says("cannot read past line ");
    ended.check_says("the run is incomplete");
}

#[test]
fn handing_a_module_over_fails_and_nobody_is_to_blame() {
    // The first is the module's copy; then come those for its code and for the page of each worker.
    for what in ["2", "3", "2-3", "3-5"] {
        let rules = format!("failing memfd_create:{what}:EMFILE");
        let ended = run(&rules, &format!("{} -j 2", wat("silent")), &"\n".repeat(50)).check(0);
        assert_eq!(ended.records().len(), 50);
        assert!(!ended.stderr.contains("died"), "{}", ended.stderr);
    }
    for what in ["2+", "3+"] {
        let rules = format!("failing memfd_create:{what}:ENOMEM");
        let ended = run(&rules, &format!("{} -j 2", wat("silent")), &"\n".repeat(50)).check(96);
        ended.check_says("error: worker processes cannot be started: Cannot allocate memory");
        assert_eq!(ended.stdout, "");
    }
}

#[test]
fn a_user_who_may_have_few_processes_gets_the_work_done_or_is_told() {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("only root can become another user, so this is not tested");
        return;
    }
    for (processes, codes) in [(40, &[0][..]), (12, &[0, 96]), (9, &[0, 96]), (7, &[96]), (3, &[96])] {
        let rules = format!("as {NOBODY} processes {processes}");
        let ended = run(&rules, &format!("{} -j 4", wat("silent")), &"\n".repeat(300));
        let code = ended.status.code().unwrap();
        assert!(codes.contains(&code), "{processes} processes: {code}\n{}", ended.stderr);
        if code == 0 {
            assert_eq!(ended.records().len(), 300, "{processes} processes");
        } else {
            let told = [
                "worker processes cannot be started: ",
                "not even one worker can run tasks: ",
                "cannot start the threads that ",
                "cannot watch the run's workers",
            ];
            assert!(told.iter().any(|told| ended.stderr.contains(told)), "{}", ended.stderr);
            ended.check_says("Resource temporarily unavailable");
        }
    }
}
