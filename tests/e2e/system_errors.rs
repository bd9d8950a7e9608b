//! What the system refuses is told with what was tried, on what, and what may help; and a start
//! that came to nothing leaves nothing.

use super::support::{Ended, Start, TempFolder, wat};
use std::path::Path;

/// Runs this line for the shell where it is the superuser of a mount namespace of its own; nothing
/// if this machine lets nobody be that.
#[expect(clippy::print_stderr, reason = "a test says what it does not show")]
fn with_mounts(mounts: &str, line: &str) -> Option<Ended> {
    let can = Start::shell(&format!("unshare -rm sh -c '{mounts}'")).run("");
    if !can.status.success() {
        eprintln!("nobody may mount here, so this is not tested: {}", can.stderr);
        return None;
    }
    Some(Start::shell(&format!("unshare -rm sh -c '{mounts} && exec {line}'")).run("x\n"))
}

/// That a command ended so, with one error that says all this, and a hint that does.
#[track_caller]
fn check(ended: Ended, code: i32, says: &[&str], hint: &str) -> Ended {
    let ended = ended.check(code);
    assert_eq!(ended.stdout, "", "{}", ended.stderr);
    for part in says {
        ended.check_says(part);
    }
    let hints: Vec<_> = ended.stderr.lines().filter(|line| line.starts_with("hint: ")).collect();
    assert!(matches!(hints[..], [line] if line.contains(hint)), "`{hint}`: {}", ended.stderr);
    ended
}

#[test]
fn a_machine_without_proc_or_dev_is_told_what_it_lacks() {
    let silent = wat("silent");
    for (folder, says) in [
        (
            "/proc",
            "cannot start /proc/self/exe: No such file or directory (os error 2); there is no /proc here",
        ),
        (
            "/dev",
            "cannot write /dev/null: No such file or directory (os error 2); there is no such device here",
        ),
    ] {
        let mount = format!("mount -t tmpfs none {folder}");
        let run = format!("polymer run {silent} -j 1 --no-cache");
        let Some(ended) = with_mounts(&mount, &run) else { return };
        let ended = ended.check(96);
        ended.check_says(&format!("error: worker processes cannot be started: {says}"));
        assert!(!ended.stderr.contains("ulimit -a"), "{}", ended.stderr);
        let Some(doctor) = with_mounts(&mount, "polymer doctor") else { return };
        assert!(doctor.check(96).stdout.contains(says));
    }
}

#[test]
fn a_limit_on_files_is_told_as_what_it_bounds() {
    let ended = Start::shell(&format!("ulimit -f 0 && exec polymer run {}", wat("silent"))).run("x\n");
    let says = format!("error: cannot copy the module {} into memory: File too large", wat("silent"));
    check(ended, 96, &[&says], "it is copied into memory first, and `ulimit -f` bounds that too");
}

#[test]
fn a_current_folder_that_is_gone_is_named_and_no_run_folder_is_left() {
    let folder = TempFolder::new();
    let (gone, runs) = (folder.path().join("gone"), folder.path().join("a/b/run"));
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    for run in [&runs, &empty] {
        std::fs::create_dir(&gone).unwrap();
        let line = format!(
            "cd {gone} && rmdir {gone} && exec polymer run {} --run-dir {}",
            wat("silent"),
            run.display(),
            gone = gone.display(),
        );
        let says = format!("error: cannot find the current folder {}: No such file", gone.display());
        check(Start::shell(&line).run("x\n"), 96, &[&says], "the current folder was removed: `cd`");
    }
    assert!(!folder.path().join("a").exists(), "what was made for the run is there");
    assert_eq!(std::fs::read_dir(&empty).unwrap().count(), 0, "a folder that was there is as it was");
}

#[test]
fn a_start_that_the_system_refuses_leaves_no_run_folder() {
    let folder = TempFolder::new();
    let run = folder.path().join("deep/run");
    let line = format!("run {} -j 1 --no-cache --run-dir {}", wat("silent"), run.display());
    let refused = [
        "flock:1:EIO",
        "fsync:1:EIO",
        "fsync:2:EIO",
        "rename:1:EIO",
        "eventfd2:1:EMFILE",
        "epoll_create1:1:EMFILE",
        "clone3:1+:EAGAIN",
        "clone3:2+:EAGAIN",
        "clone3:3+:EAGAIN",
        "socketpair:1+:EPERM",
        "socketpair:2+:EPERM",
    ];
    for refused in refused {
        let ended = Start::deprived(&format!("failing {refused}"), &line).run("x\n");
        assert!(
            matches!(ended.status.code(), Some(96 | 110)),
            "{refused}: {:?}\n{}",
            ended.status,
            ended.stderr
        );
        ended.check_says("error: ");
        ended.check_says("\nhint: ");
        assert!(
            !folder.path().join("deep").exists(),
            "{refused} leaves the folder of the run\n{}",
            ended.stderr
        );
    }
    // So does a log that cannot be opened once the folder was made.
    let ended = Start::polymer(&format!("{line} --log-file /nowhere/log")).run("x\n");
    check(ended, 96, &["cannot write the log /nowhere/log: "], "`mkdir -p`");
    assert!(!folder.path().join("deep").exists());
    Start::polymer(&line).run("x\n").check(0);
    assert!(run.join("run.json").is_file() && run.join("results.jsonl").is_file());
}

#[test]
fn a_run_without_lines_keeps_its_folder() {
    let folder = TempFolder::new();
    let run = folder.path().join("run");
    Start::polymer(&format!("run {} --run-dir {}", wat("silent"), run.display())).run("").check(0);
    assert!(run.join("summary.json").is_file());
}

#[test]
fn a_dash_where_it_stands_for_nothing_makes_no_file() {
    let folder = TempFolder::new();
    let silent = wat("silent");
    for line in [
        format!("run {silent} --log-file -"),
        format!("run {silent} --run-dir -"),
        format!("run {silent} --cache-dir -"),
        format!("run {silent} --log-file=-"),
        format!("run {silent} --skip-done -"),
        "run -".to_owned(),
        "build --output -".to_owned(),
        "cache clear --cache-dir -".to_owned(),
        "new --lang rust -".to_owned(),
        "status -".to_owned(),
    ] {
        let ended = Start::polymer(&line).within(folder.path()).run("x\n").check(2);
        ended.check_says("invalid value '-' for '");
        ended.check_says("`./-` is a file or directory of that name");
        let made: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert!(made.is_empty(), "polymer {line} makes {made:?}");
    }
    let line = format!("run {silent} --log-level info --log-file ./-");
    Start::polymer(&line).within(folder.path()).run("x\n").check(0);
    assert!(folder.path().join("-").is_file());
}

#[test]
fn a_limit_on_namespaces_is_no_full_disk() {
    let says = "No space left on device (os error 28): a limit on namespaces is used up or 0; `sysctl user` shows them";
    let doctor = Start::deprived("without unshare:ENOSPC", "doctor").run("").check(0);
    assert!(doctor.stdout.contains(&format!("namespaces         missing: {says}")), "{}", doctor.stdout);
    let line = format!("run {} --sandbox strict", wat("silent"));
    let ended = Start::deprived("without unshare:ENOSPC", &line).run("x\n");
    check(ended, 96, &[&format!("namespaces: {says}")], "`polymer doctor` shows what this machine provides");
}

/// Paths that cannot be what a flag wants, what the system says of them, and what may help.
fn bad_paths(folder: &Path) -> [(String, &'static str, &'static str); 4] {
    let at = |name: &str| folder.join(name).display().to_string();
    [
        (at("file/below"), "Not a directory", "a part of the path is a file, not a folder"),
        (at(&"n".repeat(300)), "File name too long", "a name may have at most 255 bytes"),
        (at("circle"), "Too many levels of symbolic links", "links form a loop"),
        (at("none/below"), "", ""),
    ]
}

#[test]
fn each_flag_that_names_a_file_tells_the_same_kind_of_error() {
    let folder = TempFolder::new();
    folder.file("file", "x");
    std::os::unix::fs::symlink("circle", folder.path().join("circle")).unwrap();
    let silent = wat("silent");
    let (reads, writes) = ("check the path", "`mkdir -p` makes it");
    for (flags, what, code, missing) in [
        (format!("run {silent} --input"), "read", 96, reads),
        (format!("run {silent} --skip-done"), "read", 96, reads),
        ("run --tasks".to_owned(), "read", 96, reads),
        (format!("run {silent} --output"), "write", 110, writes),
        (format!("run {silent} --log-file"), "write the log", 96, writes),
        (format!("run {silent} --events"), "write events to", 96, writes),
        (format!("run {silent} --dir"), "grant --dir", 96, reads),
        (format!("run {silent} --config"), "read", 2, reads),
        (format!("test {silent}"), "read", 2, reads),
    ] {
        for (path, says, hint) in bad_paths(folder.path()) {
            let ended = Start::polymer(&format!("{flags} {path}")).run("x\n");
            let says = format!("cannot {what} {path}: {says}");
            check(ended, code, &[&says], if hint.is_empty() { missing } else { hint });
        }
    }
    let ended = Start::polymer(&format!("run {silent} -o {}", folder.path().display())).run("x\n");
    check(ended, 110, &["Is a directory"], "it is a folder: name a file");
}
