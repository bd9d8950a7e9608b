//! Places that take no records or no log: the run ends or goes on as it should, says which place it
//! was, and leaves whole records only.

use super::support::{Ended, Start, TempFolder, by_id, console, wat};

/// Runs this line for the shell where a tmpfs that was mounted with these options stands in place
/// of `folder`; nothing if this machine lets nobody mount.
#[expect(clippy::print_stderr, reason = "a test says what it does not show, or with which seed")]
fn mounted(options: &str, folder: &TempFolder, line: &str) -> Option<Ended> {
    let mount = format!("mount -t tmpfs -o {options} none {}", folder.path().display());
    let can = Start::shell(&format!("unshare -rm {mount}")).run("");
    if !can.status.success() {
        eprintln!("nobody may mount here, so this is not tested: {}", can.stderr);
        return None;
    }
    Some(Start::shell(&format!("unshare -rm sh -c '{mount} && {line}'")).run(""))
}

/// The number before this in what was said.
#[track_caller]
fn number_before(text: &str, part: &str) -> usize {
    let before = text.split(part).next().unwrap();
    before.rsplit(' ').next().unwrap().parse().unwrap_or_else(|_| panic!("no number before `{part}`: {text}"))
}

#[test]
fn a_disk_that_fills_up_keeps_whole_records_and_the_rest_is_not_called_done() {
    let folder = TempFolder::new();
    let path = folder.path().join("records.jsonl");
    let (silent, path) = (wat("silent"), path.display().to_string());
    for to in [format!("-o {path}"), format!("> {path}"), format!("-k >> {path}")] {
        let line = format!("yes | polymer run {silent} {to}; echo ended with $? >&2; cat {path}");
        let Some(ended) = mounted("size=64k", &folder, &line) else { return };
        ended.check_says("ended with 110\n");
        assert!(ended.stdout.ends_with('\n'), "a record is torn: {:?}", ended.stdout.lines().last());
        let records = by_id(ended.records());
        assert!(records.len() > 50, "{} records", records.len());
        assert!(records.values().all(|record| record.verdict() == "ok"));
        assert_eq!(number_before(&ended.stderr, " complete records\n"), records.len());
        assert_eq!(number_before(&ended.stderr, " of "), records.len());
        let place = if to.starts_with("-o") { path.as_str() } else { "standard output" };
        ended.check_says(&format!("error: records could not be written to {place}, so the run was ended; "));
        ended.check_says("caused by: No space left on device");
        ended.check_says("the run is incomplete");
        assert_eq!(ended.stderr.contains("--skip-done"), to.starts_with("-o"), "{}", ended.stderr);
    }
}

#[test]
fn a_place_where_nothing_can_be_made_is_named_before_the_run_begins() {
    let folder = TempFolder::new();
    let path = folder.path().join("made").display().to_string();
    let silent = wat("silent");
    for (flag, what, code) in
        [("-o", "", 110), ("--log-file", "the log ", 96), ("--events", "events to ", 96)]
    {
        let line = format!("echo | polymer run {silent} {flag} {path}; echo ended with $? >&2");
        let Some(ended) = mounted("ro", &folder, &line) else { return };
        ended.check_says(&format!("ended with {code}\n"));
        ended.check_says(&format!("error: cannot write {what}{path}: Read-only file system"));
        assert_eq!(ended.stdout, "");
    }
}

#[test]
fn a_log_that_cannot_be_written_is_told_of_once_and_the_run_goes_on() {
    let line = format!("run {} --log-level debug --log-file /dev/full", wat("silent"));
    let ended = console(&line, &["x"; 500], 0);
    assert_eq!(ended.records().len(), 500);
    let warn = "warn: the log /dev/full cannot be written, so it lacks lines: No space left on device";
    assert_eq!(ended.stderr.matches(warn).count(), 1, "{}", ended.stderr);
    assert_eq!(ended.stderr.matches("/dev/full").count(), 1, "{}", ended.stderr);
}

#[test]
fn a_log_whose_disk_fills_up_costs_no_record() {
    let folder = TempFolder::new();
    let log = folder.path().join("log").display().to_string();
    let line = format!("seq 3000 | polymer run {} --log-level debug --log-file {log}", wat("silent"));
    let Some(ended) = mounted("size=64k", &folder, &line) else { return };
    let ended = ended.check(0);
    assert_eq!(by_id(ended.records()).len(), 3000);
    assert_eq!(ended.stderr.matches("so it lacks lines: No space left on device").count(), 1);
}
