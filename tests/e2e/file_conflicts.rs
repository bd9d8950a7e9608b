//! Files that would be written and read at once, or written as two things, or written where tasks
//! may write: nothing is begun, both are named, and what is there stays as it is. What may share a
//! file tears nothing.

use super::support::{Ended, Start, TempFolder, by_id, fixture, parse_all, probe};
use serde_json::json;
use std::fs;
use std::path::Path;

/// A folder with an honest file of each kind that a run reads.
struct Place(TempFolder);

/// The files of a [`Place`], which must stay as they are.
const READ: [&str; 12] = [
    "m.wat",
    "other.wat",
    "in.txt",
    "body.txt",
    "list",
    "tasks.jsonl",
    "of-file.jsonl",
    "of-module.jsonl",
    "done.jsonl",
    "polymer.toml",
    "p.toml",
    "xdg/polymer/config.toml",
];

/// What a run reads, each with the command that reads it and the file. Every flag that
/// `cli/file_conflicts` has a decision for that it is read is here, and what is read without a
/// flag.
const READERS: [(&str, &str); 13] = [
    ("polymer run m.wat < in.txt", "in.txt"),
    ("polymer run m.wat --input in.txt", "in.txt"),
    ("polymer run m.wat --repeat 3 --input in.txt", "in.txt"),
    ("polymer run --tasks tasks.jsonl", "tasks.jsonl"),
    ("polymer run --tasks - < tasks.jsonl", "tasks.jsonl"),
    ("polymer run m.wat --input in.txt", "m.wat"),
    ("polymer run m.wat --input in.txt --config p.toml", "p.toml"),
    ("polymer run m.wat --input in.txt", "polymer.toml"),
    ("XDG_CONFIG_HOME=$PWD/xdg polymer run m.wat --input in.txt", "xdg/polymer/config.toml"),
    ("polymer run m.wat --input in.txt --skip-done done.jsonl", "done.jsonl"),
    ("polymer run m.wat --input-format file --input list", "body.txt"),
    ("polymer run --tasks of-file.jsonl", "body.txt"),
    ("polymer run --tasks of-module.jsonl", "other.wat"),
];

/// What a run writes to FILE, and how it calls that.
const WRITERS: [(&str, &str); 9] = [
    ("-o FILE", "--output "),
    ("--output=FILE -k", "--output "),
    ("-o FILE --append", "--output "),
    ("--log-file FILE", "--log-file "),
    ("--log-file FILE --log-level debug", "--log-file "),
    ("--events FILE", "--events "),
    ("--traces FILE", "--traces "),
    (">> FILE", "standard output"),
    ("2>> FILE", "standard error"),
];

impl Place {
    fn new() -> Self {
        let folder = TempFolder::new();
        let silent = fs::read(fixture("silent.wat")).unwrap();
        folder.file("m.wat", &silent);
        folder.file("other.wat", &silent);
        folder.file("in.txt", "one\ntwo\n");
        folder.file("body.txt", "body\n");
        folder.file("list", "in.txt\nbody.txt\nin.txt\n");
        folder.file("tasks.jsonl", "{\"module\":\"m.wat\",\"input\":\"a\"}\n");
        folder.file("of-file.jsonl", "{\"module\":\"m.wat\",\"input_file\":\"in.txt\"}\n{\"module\":\"m.wat\",\"input_file\":\"body.txt\"}\n");
        folder.file(
            "of-module.jsonl",
            "{\"module\":\"m.wat\",\"input\":\"a\"}\n{\"module\":\"other.wat\",\"input\":\"a\"}\n",
        );
        folder.file("polymer.toml", "[profile.default]\nworkers = 1\n");
        folder.file("p.toml", "[profile.default]\nworkers = 1\n");
        fs::create_dir_all(folder.path().join("xdg/polymer")).unwrap();
        folder.file("xdg/polymer/config.toml", "[profile.default]\nworkers = 1\n");
        folder.file("done.jsonl", "");
        let place = Self(folder);
        place.shell("polymer run m.wat --input in.txt -o done.jsonl").check(0);
        assert_eq!(place.text("done.jsonl").lines().count(), 2);
        place
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8_lossy(&fs::read(self.path().join(name)).unwrap()).into_owned()
    }

    /// Runs a line for the shell there.
    fn shell(&self, line: &str) -> Ended {
        Start::shell(line).within(self.path()).run("")
    }

    /// That this line is refused with 96, that both are named, and that all files stay as they are.
    #[track_caller]
    fn check_refused(&self, line: &str, says: &[&str]) {
        let all = || READ.map(|name| self.text(name));
        let before = all();
        let ended = self.shell(line);
        let after = all();
        // The error itself goes to where standard error goes.
        let adds = line.contains("2>> ");
        let said = if adds { after.concat() } else { ended.stderr };
        assert_eq!(ended.status.code(), Some(96), "{line}\n{said}");
        assert_eq!(ended.stdout, "", "{line}");
        for part in says {
            assert!(said.contains(part), "`{part}` is not said of {line}\n{said}");
        }
        for ((before, after), name) in before.iter().zip(after).zip(READ) {
            let kept = if adds { after.starts_with(before) } else { after == *before };
            assert!(kept, "{name} is another after {line}:\n{after}");
        }
    }
}

#[test]
fn nothing_that_is_read_is_written_whatever_flags_name_it_and_by_whatever_name() {
    for (reader, file) in READERS {
        let place = Place::new();
        std::os::unix::fs::symlink(file, place.path().join("soft")).unwrap();
        fs::hard_link(place.path().join(file), place.path().join("hard")).unwrap();
        fs::create_dir(place.path().join("sub")).unwrap();
        let (command, input) = reader
            .split_once(" < ")
            .map_or((reader, String::new()), |(command, input)| (command, format!(" < {input}")));
        for (writer, called) in WRITERS {
            if writer.contains("--append") && file == "done.jsonl" {
                continue;
            }
            let others = [format!("sub/../{file}"), "soft".to_owned(), "hard".to_owned()];
            let others = if writer == "-o FILE" { others.to_vec() } else { Vec::new() };
            for written in others.into_iter().chain([file.to_owned()]) {
                let line = format!("{command} {}{input}", writer.replace("FILE", &written));
                // What is read is named as it was given, or as what it is.
                place.check_refused(&line, &[called, "is the same file as", "would destroy what is read"]);
            }
        }
    }
}

#[test]
fn the_error_names_both_as_they_were_given() {
    let place = Place::new();
    for (line, says) in [
        (
            "polymer run m.wat -o in.txt < in.txt",
            "error: --output in.txt is the same file as standard input: ",
        ),
        (
            "polymer run m.wat -o m.wat < in.txt",
            "error: --output m.wat is the same file as the module m.wat: ",
        ),
        (
            "polymer run --tasks tasks.jsonl --log-file tasks.jsonl",
            "--log-file tasks.jsonl is the same file as --tasks tasks.jsonl: ",
        ),
        (
            "polymer run m.wat --input in.txt -o polymer.toml",
            "--output polymer.toml is the same file as --config polymer.toml: ",
        ),
        ("polymer run m.wat --input in.txt >> in.txt", "--input in.txt: writing it"),
        ("polymer run m.wat --input in.txt >> in.txt", "standard output is the same file"),
        (
            "polymer run m.wat --input in.txt --skip-done done.jsonl -o done.jsonl",
            "hint: with `-o FILE --append`",
        ),
        (
            "polymer run m.wat --input-format file --input list -o body.txt",
            "line 2 names body.txt, which is the same file as --output body.txt: ",
        ),
        (
            "polymer run --tasks of-module.jsonl -o other.wat",
            "line 2 names other.wat, which is the same file as --output other.wat: ",
        ),
        (
            "polymer run m.wat --input in.txt -o new --log-file new",
            "--log-file new is the same file as --output new: writing one would corrupt the other",
        ),
        (
            "polymer run m.wat -o new 2> new < in.txt; s=$?; cat new >&2; exit $s",
            "--output new is the same file as standard error",
        ),
    ] {
        place.check_refused(line, &[says]);
    }
    // What was made for a run that was refused is gone again.
    fs::remove_file(place.path().join("new")).unwrap();
    place.check_refused("polymer run m.wat -o new --log-file new < in.txt", &["corrupt"]);
    place.check_refused("polymer run m.wat --run-dir new --log-file in.txt < in.txt", &["--log-file in.txt"]);
    assert!(!place.path().join("new").exists());
}

#[test]
fn a_file_that_tasks_may_change_is_not_written() {
    for target in ["rw/old", "rw/new", "alias/old", "hop/old", "planted", "second", "own/../rw/old"] {
        for (writer, called) in WRITERS {
            let place = Place::new();
            fs::create_dir_all(place.path().join("rw/sub")).unwrap();
            fs::create_dir(place.path().join("own")).unwrap();
            place.0.file("rw/old", "old\n");
            place.0.file("second", "old\n");
            fs::hard_link(place.path().join("second"), place.path().join("rw/first")).unwrap();
            for (to, link) in [
                ("rw", "alias"),
                ("rw/away", "hop"),
                ("../rw", "rw/away"),
                ("rw/left", "planted"),
                ("../own/victim", "rw/left"),
            ] {
                std::os::unix::fs::symlink(to, place.path().join(link)).unwrap();
            }
            // By then the shell has opened it: what it made, or followed, is no doing of Polymer's.
            let opened_by_shell = writer.contains('>');
            if opened_by_shell && ["planted"].contains(&target) {
                continue;
            }
            let line = format!("polymer run m.wat --dir rw:rw {} < in.txt", writer.replace("FILE", target));
            let ended = place.shell(&line);
            let old = place.text("rw/old");
            let said = format!("{}{old}{}", ended.stderr, place.text("second"));
            let said =
                if target == "rw/new" && opened_by_shell { said + &place.text("rw/new") } else { said };
            assert_eq!(ended.status.code(), Some(96), "{line}\n{said}");
            assert!(said.contains(&format!("error: tasks could change {called}")), "{line}\n{said}");
            assert!(said.contains("granted to them with :rw"), "{line}\n{said}");
            assert!(old.starts_with("old\n") && place.text("second").starts_with("old\n"), "{line}");
            assert!(!place.path().join("own/victim").exists(), "{line}");
            assert_eq!(place.path().join("rw/new").exists(), target == "rw/new" && opened_by_shell, "{line}");
        }
    }
    // Beside it all is well, and what is read may be there.
    let place = Place::new();
    fs::create_dir(place.path().join("rw")).unwrap();
    place.0.file("rw/in", "one\n");
    let line = "polymer run m.wat --dir rw:rw --input rw/in -o out --log-file log --log-level debug > stdout 2> stderr";
    place.shell(line).check(0);
    assert_eq!(parse_all(&place.text("out")).len(), 1);
}

#[test]
fn a_guest_cannot_forge_records_in_a_file_that_it_may_change() {
    let place = Place::new();
    fs::create_dir(place.path().join("rw")).unwrap();
    place.0.file("guest", "truncate /rw/out\nappend /rw/out\n");
    let run = format!("polymer run {} --dir rw::/rw:rw --input-format whole < guest", probe());
    let ended = place.shell(&format!("{run} > rw/out"));
    assert_eq!((ended.status.code(), place.text("rw/out").as_str()), (Some(96), ""));
    place.shell(&format!("{run} -o out")).check(0);
    assert_eq!(parse_all(&place.text("out")).len(), 1);
}

#[test]
fn standard_output_standard_error_and_the_log_may_share_a_file_and_tear_nothing() {
    for redirected in [
        "--log-file all --log-level debug > all 2>&1",
        "--log-file all --log-level debug >> all 2>> all",
        "--log-file all --log-level debug > all 2> stderr",
        "--log-level debug > all 2> all",
        "--log-level debug 2> all > all",
    ] {
        let place = Place::new();
        let line = format!("seq 400 | polymer run m.wat --log-interval 1ms {redirected}");
        place.shell(&line).check(0);
        let all = place.text("all");
        let (records, text): (Vec<_>, Vec<_>) = all.lines().partition(|line| line.starts_with('{'));
        let records = by_id(parse_all(&format!("{}\n", records.join("\n"))));
        assert_eq!(records.len(), 400, "{redirected}");
        assert!(all.ends_with('\n') && text.len() > 400, "{redirected}: {} lines of text", text.len());
        for line in text {
            assert!(!line.contains("{\"v\":"), "{redirected}: torn: {line}");
        }
        assert_eq!(all.matches("dispatched").count(), 400, "{redirected}");
    }
}

#[test]
fn what_a_shell_writes_before_and_behind_a_run_stays_where_it_is() {
    let place = Place::new();
    place.shell("{ echo before; polymer run m.wat < in.txt; echo behind; } > all 2>&1").check(0);
    let all = place.text("all");
    let lines: Vec<_> = all.lines().collect();
    assert_eq!((lines.first(), lines.last()), (Some(&"before"), Some(&"behind")), "{all}");
    assert_eq!(lines.iter().filter(|line| line.starts_with('{')).count(), 2, "{all}");
    assert!(all.contains("\nRan 2 tasks"), "{all}");
}

#[test]
fn an_output_is_replaced_or_added_to_and_left_alone_by_a_run_that_cannot_begin() {
    let place = Place::new();
    let ids = |name: &str| -> Vec<String> {
        parse_all(&place.text(name)).iter().map(|record| record.id().to_owned()).collect()
    };
    let two = place.text("done.jsonl");
    for broken in ["none.wat", "in.txt"] {
        place.shell(&format!("polymer run {broken} -o done.jsonl --input in.txt")).check(96);
        assert_eq!(place.text("done.jsonl"), two, "{broken}");
    }
    place.shell("echo x | polymer run m.wat -o done.jsonl").check(0);
    assert_eq!(ids("done.jsonl"), ["1"]);
    place.shell("polymer run m.wat -o done.jsonl --append --input in.txt -k").check(0);
    assert_eq!(ids("done.jsonl"), ["1", "1", "2"]);
    place.shell("polymer run m.wat -o done.jsonl --append < /dev/null").check(0);
    assert_eq!(ids("done.jsonl").len(), 3);
    place.shell("polymer run m.wat -o done.jsonl < /dev/null").check(0);
    assert_eq!(place.text("done.jsonl"), "");
    place.shell("polymer run m.wat -o made --append --input in.txt").check(0);
    assert_eq!(ids("made").len(), 2);
    place.shell("polymer run m.wat --append --input in.txt").check(2).check_says("--output");
    // A pipe has no end to be mended.
    let line = "mkfifo pipe; cat pipe & polymer run m.wat -o pipe --append --input in.txt; wait";
    assert_eq!(place.shell(line).check(0).records().len(), 2);
}

#[test]
fn records_are_added_to_a_file_as_often_as_it_takes_and_no_line_is_run_twice() {
    let place = Place::new();
    let go_on = "polymer run m.wat --input in.txt --skip-done done.jsonl -o done.jsonl --append";
    let two = place.text("done.jsonl");
    let first = two.split_inclusive('\n').next().unwrap();
    // As a kill may leave it: without its end, in the middle of a record, at its first byte; or as
    // a loss of power may.
    for torn in [
        two.trim_end().to_owned(),
        two[..two.len() - 20].to_owned(),
        format!("{first}{{"),
        format!("{first}\0\0\0\0\0\0"),
    ] {
        place.0.file("done.jsonl", &torn);
        place.shell(go_on).check(0).check_says("after its last complete record are cut off");
        let records = by_id(parse_all(&place.text("done.jsonl")));
        assert_eq!(records.len(), 2, "{torn}");
        assert_eq!(place.text("done.jsonl").lines().count(), 2);
    }
    let before = place.text("done.jsonl");
    place.shell(go_on).check(0).check_says("lines passed over: 2 that had a record");
    assert_eq!(place.text("done.jsonl"), before);
    place.0.file("in.txt", "one\ntwo\nthree\n");
    place.shell(go_on).check(0);
    assert_eq!(place.text("done.jsonl").lines().count(), 3);
    assert!(place.text("done.jsonl").starts_with(&before));
}

#[test]
fn a_line_that_comes_later_and_names_what_is_written_gets_a_record_that_names_both() {
    let place = Place::new();
    let start = |line: &str| Start::polymer(line).within(place.path()).start();
    let mut running = start("run m.wat --input-format file --log-file body.txt");
    running.say("in.txt");
    running.record().check_ok(&json!(""));
    running.say("body.txt");
    let refused = running.record();
    refused.check("bad_input", "file");
    refused.check_message("cannot read \"body.txt\": this run writes to it, as --log-file body.txt");
    running.say("in.txt");
    running.record().check_ok(&json!(""));
    running.end().check(100);
    let mut running = start("run --tasks - --log-file other.wat");
    running.say(&json!({"module": "m.wat", "input": ""}).to_string());
    running.record().check_ok(&json!(""));
    running.say(&json!({"module": "other.wat", "input": ""}).to_string());
    let refused = running.record();
    refused.check("module_invalid", "unreadable");
    refused.check_message("this run writes to it, as --log-file other.wat");
    running.end().check(100);
}

#[test]
fn the_files_of_a_runs_folder_are_no_other_files_of_it() {
    let place = Place::new();
    place.shell("polymer run m.wat --input in.txt --run-dir run").check(0);
    let names = ["results.jsonl", "events.jsonl", "run.json", "summary.json", "failed.jsonl", "lock"];
    let all = || names.map(|name| place.text(&format!("run/{name}")));
    let before = all();
    for name in names {
        let file = format!("run/{name}");
        fs::hard_link(place.path().join(&file), place.path().join("hard")).unwrap();
        for line in [
            format!("polymer resume run --log-file {file}"),
            "polymer resume run --log-file hard".to_owned(),
            format!("polymer resume run --input {file}"),
            format!("polymer rerun run --log-file {file}"),
            format!("polymer resume run 2>> {file}"),
        ] {
            let ended = place.shell(&line);
            assert_eq!(ended.status.code(), Some(96), "{line}\n{}", ended.stderr);
            for (before, after) in before.iter().zip(all()) {
                assert!(
                    if line.contains("2>>") { after.starts_with(before) } else { after == *before },
                    "{line}: {after}"
                );
            }
            place.0.file(&file, &before[names.iter().position(|other| *other == name).unwrap()]);
        }
        fs::remove_file(place.path().join("hard")).unwrap();
    }
    place
        .shell("polymer resume run --log-file run/again.jsonl")
        .check(96)
        .check_says("is a file of the run's folder");
    place.shell("polymer resume run --log-file run/log --log-level debug").check(0);
    assert!(place.text("run/log").contains("ready"), "{}", place.text("run/log"));
    // A lock that was left alone in a folder is no run, and may be somebody's input.
    fs::create_dir(place.path().join("left")).unwrap();
    place.0.file("left/lock", "42\n");
    place.shell("polymer run m.wat --run-dir left < left/lock").check(96);
    assert_eq!(place.text("left/lock"), "42\n");
}

#[test]
fn the_files_of_a_cache_are_no_other_files_of_a_run() {
    let place = Place::new();
    let run = "polymer run m.wat --input in.txt --cache-dir cache";
    place.shell(run).check(0);
    let key = fs::read(place.path().join("cache/key")).unwrap();
    for writer in ["-o cache/key", "--log-file cache/key", "> cache/.new-x", "-o cache/mine.code"] {
        place.shell(&format!("{run} {writer}")).check(96).check_says("is a file of the cache ");
    }
    assert_eq!(fs::read(place.path().join("cache/key")).unwrap(), key);
    place.shell(&format!("{run} -o cache/out")).check(0);
}

#[test]
fn other_commands_do_not_write_to_what_they_read_either() {
    let place = Place::new();
    place.0.file("body.txt", "{\"input\":\"\",\"expect\":{\"output\":\"\"}}\n");
    for (line, says) in [
        ("polymer test m.wat body.txt >> body.txt", "standard output is the same file as the cases body.txt"),
        ("polymer test m.wat - < body.txt >> body.txt", "standard output is the same file as standard input"),
        ("polymer test m.wat body.txt >> m.wat", "standard output is the same file as the module m.wat"),
        ("polymer inspect m.wat >> m.wat", "standard output is the same file as the module m.wat"),
    ] {
        place.check_refused(line, &[says]);
    }
    place.shell("polymer test m.wat body.txt >> out").check(0);
}
