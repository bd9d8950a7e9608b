//! Files of procfs and sysfs are no input, whichever way they are named: what the kernel answers
//! there is the operator's, `environ` above all.

use super::support::{Ended, Start, TempFolder, wat};
use std::os::unix::fs::symlink;

/// What such a file may say of the one who runs Polymer.
const SECRET: &str = "hidden-from-tasks";
const ENVIRON: &str = "/proc/self/environ";
const WHY: &str = "it is on a pseudo-filesystem such as procfs or sysfs";

/// What becomes of a command with such a file: it ends so, says why, and gives nothing away.
#[track_caller]
fn run(line: &str, input: &str, code: i32) -> Ended {
    let ended = Start::polymer(line).env("SECRET", SECRET).run(input).check(code);
    assert!(!ended.stdout.contains(SECRET) && !ended.stderr.contains(SECRET), "{line}\n{}", ended.stderr);
    ended
}

/// Flags of `polymer run` that name a file, and the code with which one that is not to be read ends
/// the run; none for those that write.
const FLAGS: [(&str, Option<i32>); 9] = [
    ("--config", Some(2)),
    ("--expect", Some(96)),
    ("--groups", Some(2)),
    ("--input", Some(96)),
    ("--log-file", None),
    ("--output", None),
    ("--skip-done", Some(96)),
    ("--tasks", Some(96)),
    ("--traces", None),
];

#[test]
fn every_flag_that_reads_a_file_refuses_one() {
    let help = Start::polymer("run --help").run("").check(0).stdout;
    let named =
        help.lines().map(str::trim_start).filter(|line| line.starts_with('-') && line.contains("<FILE>"));
    let flag = |line: &str| line.split([' ', ',']).find(|word| word.starts_with("--")).unwrap().to_owned();
    let mut flags: Vec<String> = named.map(flag).collect();
    flags.sort();
    assert_eq!(flags, FLAGS.map(|(flag, _)| flag), "decide what a new flag does with a file of procfs");
    let folder = TempFolder::new();
    let link = folder.path().join("link");
    symlink(ENVIRON, &link).unwrap();
    for file in [ENVIRON, "/sys/devices/system/cpu/online", link.to_str().unwrap()] {
        for (flag, code) in FLAGS {
            let Some(code) = code else { continue };
            let module = if flag == "--tasks" { String::new() } else { wat("silent") };
            let ended = run(&format!("run {module} {flag} {file}"), "a\n", code);
            ended.check_says(&format!("{file}: "));
            ended.check_says(WHY);
            assert_eq!(ended.stdout, "");
        }
    }
}

#[test]
fn no_other_argument_that_names_a_file_takes_one() {
    for (line, code) in [
        (format!("run {ENVIRON}"), 96),
        (format!("inspect {ENVIRON}"), 96),
        (format!("test {} {ENVIRON}", wat("silent")), 2),
        (format!("run {} --repeat 2 --input {ENVIRON}", wat("silent")), 96),
    ] {
        run(&line, "a\n", code).check_says(WHY);
    }
    let ended = Start::shell(&format!("polymer run {} < {ENVIRON}", wat("silent"))).run("").check(96);
    ended.check_says(&format!("cannot read standard input: {WHY}"));
}

#[test]
fn a_line_that_names_one_is_a_bad_input() {
    let folder = TempFolder::new();
    symlink(ENVIRON, folder.path().join("link")).unwrap();
    let writable = TempFolder::new();
    let link = folder.path().join("link").display().to_string();
    let paths = format!("{ENVIRON}\n/proc/1/../self/environ\n{link}\n/sys/devices/system/cpu/online\n");
    for flags in [String::new(), format!("--dir {}::/data:rw", writable.path().display())] {
        let ended = run(&format!("run {} -k --input-format file {flags}", wat("silent")), &paths, 100);
        let records = ended.records();
        assert_eq!(records.len(), 4);
        for record in records {
            record.check("bad_input", "pseudo_file");
            record.check_message(WHY);
        }
    }
    let inputs =
        [ENVIRON, &link].map(|path| format!("{{\"module\":{:?},\"input_file\":{path:?}}}\n", wat("silent")));
    for record in run("run --tasks - -k", &inputs.concat(), 100).records() {
        record.check("bad_input", "pseudo_file");
    }
    let modules = format!("{{\"module\":\"{ENVIRON}\",\"input\":1}}\n");
    for record in run("run --tasks -", &modules, 100).records() {
        record.check("module_invalid", "unreadable");
        record.check_message(WHY);
    }
}

#[test]
fn what_is_only_reached_through_procfs_is_read() {
    let folder = TempFolder::new();
    let file = folder.file("lines", "a\nb\n").display().to_string();
    let run = format!("polymer run {}", wat("silent"));
    for line in [
        // As `<(command)` is: a pipe.
        format!("printf 'a\\nb\\n' | {{ {run} --input /dev/fd/3 3<&0; }}"),
        format!("printf 'a\\nb\\n' | {run} --input /dev/stdin"),
        format!("printf 'a\\nb\\n' | {run} --input /proc/self/fd/0"),
        format!("{run} --input /dev/stdin < {file}"),
        format!("{run} --input /dev/fd/3 3< {file}"),
        format!("{run} --repeat 1 < {file}"),
        format!("printf '/dev/fd/3\\n/dev/fd/3\\n' | {run} --input-format file 3< {file}"),
    ] {
        let ended = Start::shell(&line).run("").check(0);
        assert_eq!(ended.records().len(), 2, "{line}");
    }
}
