//! `--scratch`: a folder that is empty when an attempt begins, holds what was said and no more, and
//! is gone after.

use super::support::{Record, Start, TempFolder, by_id, copy_program, polymer, probe, probe_component};
use serde_json::json;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// An ordinary user: nobody, everywhere.
const USER: u32 = 65534;

/// The command and the probe, where every user may come.
struct Place {
    folder: TempFolder,
    user: Option<u32>,
}

impl Place {
    fn new(user: Option<u32>) -> Self {
        let folder = TempFolder::new();
        for (name, from) in
            [("polymer", polymer()), ("probe", probe().as_ref()), ("component", probe_component().as_ref())]
        {
            copy_program(from, &folder.path().join(name));
        }
        for (name, mode) in [("", 0o755), ("polymer", 0o755), ("probe", 0o644), ("component", 0o644)] {
            std::fs::set_permissions(folder.path().join(name), PermissionsExt::from_mode(mode)).unwrap();
        }
        Self { folder, user }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The command with these words behind `run`.
    fn start(&self, line: &str) -> Start {
        let start = Start::file(&self.file("polymer"), &format!("run {line}"));
        match self.user {
            Some(user) => start.under_user(user),
            None => start,
        }
    }

    /// What came of these steps, each an attempt of one worker.
    #[track_caller]
    fn steps(&self, module: &str, flags: &str, steps: &[&str]) -> Vec<Record> {
        let start = self.start(&format!("{} -k -j 1 {flags}", self.file(module).display()));
        let records = start.run(steps.join("\n") + "\n").check(0).records();
        assert_eq!(records.len(), steps.len());
        records
    }
}

/// As the one who runs the tests, and as an ordinary user if that is the superuser.
fn places() -> Vec<Place> {
    let mut places = vec![Place::new(None)];
    if nix::unistd::geteuid().is_root() {
        places.push(Place::new(Some(USER)));
    }
    places
}

#[test]
fn each_attempt_has_an_empty_folder_that_it_may_change_as_it_likes() {
    let steps = [
        "list /scratch",
        "write /scratch/a",
        "list /scratch",
        "mkdir /scratch/sub",
        "symlink a /scratch/b",
        "rmdir /scratch/sub",
        "list /scratch/",
    ];
    for place in places() {
        for module in ["probe", "component"] {
            let records = place.steps(module, "--scratch 1MiB", &steps);
            let outputs: Vec<&str> = records.iter().map(|record| record.text("/output")).collect();
            assert_eq!(outputs, ["", "written", "", "done", "done", "refused: NotFound", ""]);
            // One worker made them all: nothing was lost over the folder.
            assert!(records.iter().all(|record| record.number("/worker") == 1));
        }
    }
}

#[test]
fn it_holds_what_was_said_and_no_more_however_it_is_filled() {
    let steps = ["fill /scratch/big", "list /scratch", "many /scratch", "list /scratch", "fill /scratch/big"];
    for place in places() {
        let records = place.steps("probe", "--scratch 256KiB", &steps);
        for record in [&records[0], &records[4]] {
            record.check_ok(&json!("262144"));
            assert_eq!(record.text("/log/text"), "full: StorageFull");
        }
        // A name for each 4 KiB; the folder itself has one.
        records[2].check_ok(&json!("63"));
        assert_eq!(records[2].text("/log/text"), "full: StorageFull");
        for record in [&records[1], &records[3]] {
            record.check_ok(&json!(""));
        }
    }
}

#[test]
fn a_tree_deeper_than_any_path_is_wiped_too() {
    for place in places() {
        let steps = ["deep /scratch", "list /scratch", "deep /scratch", "list /scratch"];
        let records = place.steps("probe", "--scratch 64MiB --timeout 50s", &steps);
        let outputs: Vec<&str> = records.iter().map(|record| record.text("/output")).collect();
        assert_eq!(outputs, ["done", "", "done", ""]);
    }
}

#[test]
fn no_path_leads_out_of_it() {
    let steps =
        ["list /scratch/..", "read /scratch/../etc/passwd", "symlink /etc/passwd /scratch/x", "list /proc"];
    for record in places().iter().flat_map(|place| place.steps("probe", "--scratch 1MiB", &steps)) {
        assert!(record.text("/output").starts_with("refused: "), "{record:?}");
    }
}

#[test]
fn a_worker_that_is_lost_takes_its_folder_with_it() {
    let place = Place::new(None);
    let start = place.start("--tasks - -k -j 1 --scratch 1MiB --retries 0");
    let module = place.file("probe");
    let task = |input: &str, fuel: u64| json!({"module": module, "input": input, "limits": {"fuel": fuel}});
    // Out of fuel in the middle of it, then trapped, then another one.
    let lines = [
        task("many /scratch", 200_000),
        task("list /scratch", 1_000_000),
        task("write /scratch/a\nno such step", 1_000_000),
        task("list /scratch", 1_000_000),
    ];
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let records = start.run(lines).check(100).records();
    records[0].check("fuel_exhausted", "fuel");
    assert_eq!(records[2].verdict(), "trap");
    for record in [&records[1], &records[3]] {
        record.check_ok(&json!(""));
    }
}

#[test]
fn it_goes_by_the_name_it_is_given_and_a_task_may_do_without() {
    let place = Place::new(None);
    place.steps("probe", "--scratch 4096::/tmp", &["write /tmp/a"])[0].check_ok(&json!("written"));
    let granted = place.folder.path().display();
    let both = format!("{} --scratch 1MiB::/in --dir {granted}::/in", place.file("probe").display());
    place.start(&both).run("").check(96).check_says("two folders are granted as /in");
    let task = |id: &str, grants| json!({"id": id, "module": place.file("probe"), "input": "write /scratch/a", "grants": grants});
    let lines = [task("with", json!({"dirs": []})), task("without", json!({"scratch": false}))];
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let records = by_id(place.start("--tasks - --scratch 1MiB").run(lines).check(0).records());
    records["with"].check_ok(&json!("written"));
    assert!(records["without"].text("/output").starts_with("refused: "));
    let line = format!("{}\n", task("none", json!({"scratch": true})));
    let records = place.start("--tasks -").run(line).check(100).records();
    records[0].check("policy_denied", "grant");
    records[0].check_message("--scratch SIZE would allow it");
}
