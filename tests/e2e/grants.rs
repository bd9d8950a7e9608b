//! What guests can see and touch: nothing, and then what a flag grants.

use super::support::{Record, Start, TempFolder, probe};
use serde_json::json;

/// Runs the probe over these steps, in an environment with a secret, and gives what came of each.
#[track_caller]
fn probed(flags: &[&str], steps: &[&str]) -> Vec<Record> {
    let args = ["run", probe(), "-k", "-j", "1"].into_iter().chain(flags.iter().copied());
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
