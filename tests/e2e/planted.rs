//! What guests leave in folders they may change, for whoever reads there next: Polymer follows no
//! link of theirs.

use super::support::{Start, TempFolder, probe, probe_component};
use serde_json::json;
use std::fs;

/// What a guest does to have the file `two` of a folder it may change stand for another one.
const PLANT: &str = "remove /in/two\nsymlink ../../../../../../../../etc/passwd /in/two";

const PLANTED: &str = "it is, or lies behind, a symbolic link in a folder that tasks may change";

#[test]
fn a_file_that_a_guest_replaced_by_a_link_is_no_input() {
    let top = TempFolder::new();
    top.file("one", PLANT);
    for module in [probe(), probe_component()] {
        drop(fs::remove_file(top.path().join("two")));
        top.file("two", "print two");
        let folder = top.path().display();
        let line = format!("run {module} -j 1 --input-format file --dir {folder}::/in:rw");
        let mut running = Start::polymer(&line).start();
        running.say(&format!("{folder}/two"));
        running.record().check_ok(&json!("two"));
        running.say(&format!("{folder}/one"));
        running.record().check_ok(&json!("done\ndone"));
        assert!(fs::read_to_string(top.path().join("two")).unwrap().contains("root:"), "nothing was planted");
        running.say(&format!("{folder}/two"));
        let refused = running.record();
        refused.check("bad_input", "file");
        refused.check_message(PLANTED);
        let ended = running.end().check(100);
        assert!(!ended.stdout.contains("root:"), "{}", ended.stdout);
    }
}

#[test]
fn a_file_that_a_guest_replaced_by_a_link_is_no_input_and_no_module_of_a_record() {
    let top = TempFolder::new();
    top.file("two", "print two");
    let folder = top.path().display();
    let mut running = Start::polymer(&format!("run --tasks - -j 1 --dir {folder}::/in:rw")).start();
    running.say(&json!({"module": probe(), "input": PLANT}).to_string());
    running.record().check_ok(&json!("done\ndone"));
    let two = top.path().join("two");
    running.say(&json!({"module": probe(), "input_file": two}).to_string());
    let input = running.record();
    input.check("bad_input", "file");
    input.check_message(PLANTED);
    running.say(&json!({"module": two, "input": null}).to_string());
    let module = running.record();
    module.check("module_invalid", "unreadable");
    module.check_message(PLANTED);
    running.end().check(100);
}
