//! What guests can see and touch: nothing, and then what a flag grants.

use super::support::{Record, Start, TempFolder, by_id, console, probe, probe_component};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;

/// The probe as a core module and as a component: WASI has two doors, and grants stand at both.
const FORMS: [fn() -> &'static str; 2] = [probe, probe_component];

/// What the probe says of what it may not do.
const REFUSED: &str = "refused: PermissionDenied";

/// Every way to change something in a folder with a file `data` and an empty folder `empty`, in an
/// order in which each is possible.
const CHANGES: [&str; 16] = [
    "create /in/new",
    "write /in/other",
    "open /in/data",
    "append /in/data",
    "truncate /in/data",
    "append /in/data",
    "cut /in/data",
    "mkdir /in/sub",
    "rmdir /in/empty",
    "link /in/data /in/hard",
    "symlink data /in/soft",
    "times /in/data",
    "touch /in/data",
    "rename /in/data /in/moved",
    "remove /in/moved",
    "mkdir /in/sub/",
];

/// Runs the probe over these steps, in an environment with a secret, and gives what came of each.
#[track_caller]
fn probed(flags: &[&str], steps: &[&str]) -> Vec<Record> {
    probed_as(probe(), flags, steps)
}

#[track_caller]
fn probed_as(module: &str, flags: &[&str], steps: &[&str]) -> Vec<Record> {
    let args = ["run", module, "-k", "-j", "1"].into_iter().chain(flags.iter().copied());
    let start = Start::args(args).env("SECRET", "hidden").env("PATH", "/usr/bin");
    let records = start.run(steps.join("\n") + "\n").check(0).records();
    assert_eq!(records.len(), steps.len());
    records
}

#[test]
fn without_grants_a_guest_sees_and_touches_nothing() {
    let steps =
        ["env", "args", "list .", "list /", "read /etc/passwd", "write /tmp/x", "connect 127.0.0.1:1"];
    let records = probed(&[], &steps);
    records[0].check_ok(&json!("[]"));
    records[1].check_ok(&json!("[]"));
    for record in &records[2..] {
        assert!(record.text("/output").starts_with("refused: "), "{record:?}");
    }
}

#[test]
fn variables_are_seen_when_they_are_granted() {
    let records = probed(&["--env", "SECRET", "--env", "A=b=c"], &["env"]);
    records[0].check_ok(&json!(r#"[("SECRET", "hidden"), ("A", "b=c")]"#));
    let line = format!("run {} --env UNSET", probe());
    Start::polymer(&line).run("").check(96).check_says("cannot grant --env UNSET: the variable is not set");
}

#[test]
fn arguments_are_given_in_their_order() {
    let records = probed(&["--arg", "-a", "--arg", "b c", "--", "--fuel", "d"], &["args"]);
    records[0].check_ok(&json!(r#"["-a", "b c", "--fuel", "d"]"#));
}

#[test]
fn a_granted_folder_is_read_and_written_only_if_that_is_granted() {
    let folder = TempFolder::new();
    folder.file("data", "content");
    let host = folder.path().display();
    let steps = ["list /in", "read /in/data", "write /in/new", "read /in/../../etc/passwd", "list /"];
    let records = probed(&["--dir", &format!("{host}::/in")], &steps);
    records[0].check_ok(&json!("data"));
    records[1].check_ok(&json!("content"));
    for record in &records[2..] {
        assert!(record.text("/output").starts_with("refused: "), "{record:?}");
    }
    assert!(!folder.path().join("new").exists());

    let records = probed(&["--dir", &format!("{host}::/in:rw")], &["write /in/new", "list /in"]);
    records[0].check_ok(&json!("written"));
    records[1].check_ok(&json!("data,new"));
    assert_eq!(std::fs::read_to_string(folder.path().join("new")).unwrap(), "written");
}

#[test]
fn a_folder_goes_by_its_own_name_unless_it_is_given_another() {
    let folder = TempFolder::new();
    folder.file("data", "content");
    let host = folder.path().to_str().unwrap();
    probed(&["--dir", host], &[&format!("read {host}/data")])[0].check_ok(&json!("content"));
}

#[test]
fn a_link_does_not_lead_out_of_a_granted_folder() {
    let folder = TempFolder::new();
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("out")).unwrap();
    std::os::unix::fs::symlink("/etc", folder.path().join("folder")).unwrap();
    let grant = format!("{}::/in:rw", folder.path().display());
    for record in probed(&["--dir", &grant], &["read /in/out", "read /in/folder/passwd", "write /in/out"]) {
        assert!(record.text("/output").starts_with("refused: "), "{record:?}");
    }
}

#[test]
fn a_folder_that_is_not_there_ends_the_run_before_it_begins() {
    let line = format!("run {} --dir /nowhere", probe());
    Start::polymer(&line).run("args\n").check(96).check_says("error: cannot grant --dir /nowhere");
}

#[test]
fn a_task_is_told_its_id_and_attempt_if_that_is_granted() {
    for module in FORMS.map(|form| form()) {
        let granted = ["--task-env", "--env", "POLYMER_TASK_ID=mine", "--env", "A=b"];
        let told = r#"[("A", "b"), ("POLYMER_TASK_ID", "2"), ("POLYMER_ATTEMPT", "1")]"#;
        probed_as(module, &granted, &["print 1", "env"])[1].check_ok(&json!(told));
        let plain = r#"[("POLYMER_TASK_ID", "mine"), ("A", "b")]"#;
        probed_as(module, &granted[1..], &["env"])[0].check_ok(&json!(plain));
    }
}

#[test]
fn an_id_that_no_variable_can_hold_is_bad_input_where_it_is_to_be_told() {
    let record = json!({"id": "a\0b", "module": probe(), "input": "env"}).to_string();
    console("run --tasks -", &[&record], 0).records()[0].check_ok(&json!("[]"));
    let records = console("run --tasks - --task-env", &[&record], 100).records();
    records[0].check("bad_input", "id");
    records[0].check_message("POLYMER_TASK_ID");
    assert_eq!(records[0].text("/id"), "a\0b");
}

#[test]
fn a_record_may_narrow_its_grants_and_never_widen_them() {
    let (data, out) = (TempFolder::new(), TempFolder::new());
    data.file("file", "content");
    let (data, out) = (data.path().display(), out.path().display());
    let flags = format!("--dir {data}::/data --dir {out}::/out:rw --env LANG=C --env TZ=UTC");
    let record = |id: &str, step: &str, grants: Value| {
        json!({"id": id, "module": probe(), "input": step, "grants": grants}).to_string()
    };
    let lines = [
        record("all", "read /data/file\nwrite /out/a\nenv", json!(null)),
        record("one", "read /data/file\nwrite /out/b\nlist /out", json!({"dirs": ["/out"]})),
        record("read", "write /out/c\nlist /out", json!({"dirs": ["/out:ro", "/data"]})),
        record("none", "list /out\nlist /data\nenv", json!({"dirs": [], "env": []})),
        record("env", "env\nread /data/file", json!({"env": ["TZ"]})),
        record("write", "print no", json!({"dirs": ["/data:rw"]})),
        record("other", "print no", json!({"dirs": ["/etc"]})),
        record("path", "print no", json!({"env": ["PATH"]})),
        record("args", "print no", json!({"args": []})),
    ];
    let lines = lines.each_ref().map(String::as_str);
    let records = by_id(console(&format!("run --tasks - -j 1 -k {flags}"), &lines, 100).records());
    let env = r#"[("LANG", "C"), ("TZ", "UTC")]"#;
    records["all"].check_ok(&json!(format!("content\nwritten\n{env}")));
    let refused = REFUSED;
    // What is not granted is not there.
    let nowhere = probed(&[], &["list /out"])[0].text("/output").to_owned();
    records["one"].check_ok(&json!(format!("{nowhere}\nwritten\na,b")));
    records["read"].check_ok(&json!(format!("{refused}\na,b")));
    records["none"].check_ok(&json!(format!("{nowhere}\n{nowhere}\n[]")));
    records["env"].check_ok(&json!("[(\"TZ\", \"UTC\")]\ncontent"));
    for (id, flag) in [
        ("write", "--dir HOST::/data:rw would"),
        ("other", "--dir HOST::/etc would"),
        ("path", "--env PATH would"),
    ] {
        records[id].check("policy_denied", "grant");
        records[id].check_message(flag);
    }
    records["args"].check("bad_input", "record");
    let said = records["read"].text("/log/text");
    assert!(said.ends_with("\"/out\" read-only as the task itself asks"), "{said}");
}

/// Everything below a folder: its names, what it is, how many names it has, when it was changed,
/// what is in it.
fn seen(folder: &Path) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let meta = path.symlink_metadata().unwrap();
            let content = if meta.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
            let (times, names) = ((meta.mtime(), meta.mtime_nsec()), meta.nlink());
            entries.push(format!("{} {:?} {names} {times:?} {content:?}", path.display(), meta.file_type()));
            if meta.is_dir() {
                folders.push(path);
            }
        }
    }
    entries.sort();
    entries
}

fn folder_to_change() -> TempFolder {
    let folder = TempFolder::new();
    folder.file("data", "content");
    fs::create_dir(folder.path().join("empty")).unwrap();
    folder
}

#[test]
fn in_a_folder_granted_to_read_nothing_can_be_changed_and_the_log_says_why() {
    for module in FORMS.map(|form| form()) {
        let folder = folder_to_change();
        let before = seen(folder.path());
        let grant = format!("{}::/in", folder.path().display());
        // What has to be there before is not, so a few are refused as not being there.
        let steps: Vec<&str> = CHANGES.into_iter().filter(|step| !step.contains("/in/moved")).collect();
        for record in probed_as(module, &["--dir", &grant], &steps) {
            record.check_ok(&json!(REFUSED));
            let hint = "warn: polymer: a change was refused: \"/in\" granted read-only, add :rw to --dir";
            assert_eq!(record.text("/log/text"), hint);
        }
        assert_eq!(seen(folder.path()), before);
    }
}

#[test]
fn in_a_folder_granted_to_write_everything_can_be_changed() {
    for module in FORMS.map(|form| form()) {
        let folder = folder_to_change();
        let grant = format!("{}::/in:rw", folder.path().display());
        for (step, record) in CHANGES.iter().zip(probed_as(module, &["--dir", &grant], &CHANGES)) {
            // The last one makes what is there already.
            let expected = match *step {
                "mkdir /in/sub/" => "refused: AlreadyExists",
                "write /in/other" => "written",
                _ => "done",
            };
            assert_eq!(record.text("/output"), expected, "{step}");
            assert_eq!(record.text("/log/text"), "", "{step}");
        }
        let mut left: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["hard", "new", "other", "soft", "sub"]);
        assert_eq!(fs::metadata(folder.path().join("hard")).unwrap().len(), 1);
    }
}

#[test]
fn the_hint_comes_once_and_only_where_the_grant_is_the_reason() {
    let (read, write) = (folder_to_change(), folder_to_change());
    let (read, write) = (read.path().display(), write.path().display());
    let flags = ["--dir", &format!("{read}::/in"), "--dir", &format!("{write}::/out:rw")];
    let script =
        |lines: &[&str]| json!({"id": "x", "module": probe(), "input": lines.join("\n")}).to_string();
    for module in FORMS.map(|form| form()) {
        let silent = [
            "read /in/../secret",
            "create /out/../secret",
            "remove /out/none",
            "write /in/none/file/",
            "rmdir /out/data",
            "read /in/data",
            "list /in",
        ];
        // Writing through what leads nowhere is refused before the grant is asked.
        for (step, record) in silent.iter().zip(probed_as(module, &flags, &silent)) {
            let expected = if step.contains("/in/none") { "warn: polymer: " } else { "" };
            let log = record.text("/log/text");
            assert!(log.starts_with(expected) && log.is_empty() == expected.is_empty(), "{step}: {log}");
        }
        let across = probed_as(module, &flags, &["rename /in/data /out/stolen", "link /out/data /in/given"]);
        for record in across {
            record.check_ok(&json!(REFUSED));
            assert!(record.text("/log/text").contains("granted read-only, add :rw"), "{record:?}");
        }
    }
    let line = script(&["write /in/a", "log polymer: \"/in\" is fine", "remove /in/data", "log bye"]);
    let records = console(&format!("run --tasks - {}", flags.join(" ")), &[&line], 0).records();
    let log = records[0].text("/log/text");
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines[..2], ["guest: polymer: \"/in\" is fine", "bye"]);
    assert!(lines.len() == 3 && lines[2].starts_with("warn: polymer: "), "{log}");
}

#[test]
fn no_path_leads_out_of_a_granted_folder() {
    const STEPS: [&str; 27] = [
        "read /in/out",
        "read /in/rel",
        "read /in/chain",
        "read /in/folder/secret",
        "list /in/folder",
        "list /in/folder/",
        "list /in/..",
        "list /in/../",
        "list /in/sub/../..",
        "read /in/../secret",
        "read /in/sub/../../secret",
        "read /in/folder/../secret",
        "write /in/out",
        "append /in/rel",
        "truncate /in/rel",
        "times /in/out",
        "touch /in/rel",
        "touch /in/folder/",
        "create /in/folder/new",
        "mkdir /in/folder/new",
        "mkdir /in/../new",
        "rename /in/data /in/folder/data",
        "rename /in/folder/secret /in/got",
        "link /in/folder/secret /in/got",
        "remove /in/folder/secret",
        "rmdir /in/folder/sub/",
        "symlink /etc/passwd /in/mine",
    ];
    for (form, mode) in FORMS.into_iter().zip([":ro", ":rw"]).chain(FORMS.into_iter().zip([":rw", ":ro"])) {
        let top = TempFolder::new();
        top.file("secret", "secret");
        for folder in ["in", "in/sub", "outside", "outside/sub"] {
            fs::create_dir(top.path().join(folder)).unwrap();
        }
        top.file("outside/secret", "secret");
        top.file("in/data", "content");
        let outside = top.path().join("outside");
        for (link, target) in [("out", outside.join("secret")), ("folder", outside.clone())] {
            symlink(target, top.path().join("in").join(link)).unwrap();
        }
        symlink("../secret", top.path().join("in/rel")).unwrap();
        symlink("sub/../rel", top.path().join("in/chain")).unwrap();
        let before = seen(&outside);
        let secret = top.path().join("secret");
        let absolute = [format!("read {}", secret.display()), format!("write {}", secret.display())];
        let steps: Vec<&str> = STEPS.into_iter().chain(absolute.iter().map(String::as_str)).collect();
        let grant = format!("{}::/in{mode}", top.path().join("in").display());
        for (step, record) in steps.iter().zip(probed_as(form(), &["--dir", &grant], &steps)) {
            let output = record.text("/output");
            assert!(output.starts_with("refused: "), "{mode} {step}: {output}");
        }
        assert_eq!(seen(&outside), before);
        assert_eq!(fs::read_to_string(secret).unwrap(), "secret");
        assert_eq!(fs::read_to_string(top.path().join("in/data")).unwrap(), "content");
    }
}

#[test]
fn a_link_that_a_guest_makes_itself_leads_nowhere() {
    let top = TempFolder::new();
    fs::create_dir(top.path().join("in")).unwrap();
    top.file("secret", "secret");
    let grant = format!("{}::/in:rw", top.path().join("in").display());
    let steps = ["symlink ../secret /in/mine", "read /in/mine", "write /in/mine", "list /in"];
    for module in FORMS.map(|form| form()) {
        let records = probed_as(module, &["--dir", &grant], &steps);
        for record in &records[1..3] {
            assert!(record.text("/output").starts_with("refused: "), "{record:?}");
        }
        assert_eq!(fs::read_to_string(top.path().join("secret")).unwrap(), "secret");
    }
}

/// A grant is the folder that stood at its path when the run began, also for workers that are
/// started later.
#[test]
fn a_granted_folder_inside_another_one_cannot_be_exchanged() {
    for module in FORMS.map(|form| form()) {
        let top = TempFolder::new();
        fs::create_dir_all(top.path().join("w/sub")).unwrap();
        fs::create_dir(top.path().join("private")).unwrap();
        top.file("w/sub/data", "granted");
        top.file("private/data", "secret");
        let outer = format!("{}::/w:rw", top.path().join("w").display());
        let inner = format!("{}::/s", top.path().join("w/sub").display());
        let grants = ["--dir", &outer, "--dir", &inner, "--isolation", "process"];
        let steps = ["rename /w/sub /w/away", "symlink ../private /w/sub", "read /s/data", "list /s"];
        let records = probed_as(module, &grants, &steps);
        let said: Vec<&str> = records.iter().map(|record| record.text("/output")).collect();
        assert_eq!(said, ["done", "done", "granted", "data"]);
    }
}

/// Nobody is told that a wall is missing, and no task is charged, because a folder has gone.
#[test]
fn a_granted_folder_that_a_guest_moves_away_is_still_granted() {
    let top = TempFolder::new();
    fs::create_dir_all(top.path().join("w/sub")).unwrap();
    let outer = format!("{}::/w:rw", top.path().join("w").display());
    let inner = format!("{}::/s", top.path().join("w/sub").display());
    let mut args = vec!["run", probe(), "--dir", &outer, "--dir", &inner, "-j", "1", "-k"];
    args.extend(["--isolation", "process"]);
    let ended = Start::args(args).run("rename /w/sub /w/away\nlist /s\nlist /w\n").check(0);
    assert!(!ended.stderr.contains("lacks"), "{}", ended.stderr);
    let records = ended.records();
    let said: Vec<&str> = records.iter().map(|record| record.text("/output")).collect();
    assert_eq!(said, ["done", "", "away"]);
}
