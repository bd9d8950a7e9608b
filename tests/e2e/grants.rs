//! What guests can see and touch: nothing, and then what a flag grants.

use super::support::{Record, Start, TempFolder, by_id, console, probe, probe_component};
use serde_json::{Value, json};

/// The probe as a core module and as a component: WASI has two doors, and grants stand at both.
const FORMS: [fn() -> &'static str; 2] = [probe, probe_component];

/// What the probe says of what it may not do.
const REFUSED: &str = "refused: PermissionDenied";

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
}
