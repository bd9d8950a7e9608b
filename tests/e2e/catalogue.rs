//! The catalogue of tries for other sandboxes (`hosts catalogue`): what comes of them in the jail
//! of a worker, and beside bubblewrap where that is installed, as SECURITY.md has it.

use super::support::{Ended, Start};
use std::collections::BTreeMap;

/// Tries that come to something in the jail of a worker, for workers need it.
const DONE: [&str; 13] = [
    "copy-descriptor",
    "event-descriptor",
    "flags-without-it",
    "list-granted",
    "make-executable",
    "map-code",
    "map-written-code",
    "poll-descriptor",
    "read-granted",
    "read-where-nothing-is-writable",
    "remove-granted",
    "thread",
    "write-granted",
];

/// The arguments with which SECURITY.md calls bubblewrap.
const BUBBLEWRAP: &str = "bwrap --unshare-all --die-with-parent --new-session --ro-bind /usr /usr --symlink usr/lib /lib \
                          --symlink usr/lib64 /lib64 --symlink usr/bin /bin --proc /proc --dev /dev --ro-bind {program} {program} \
                          --ro-bind {readable} {readable} --bind {writable} {writable}";

fn catalogue(wrapper: &str) -> Ended {
    Start::program("hosts", &format!("catalogue {wrapper}")).patient(120).run("").check(0)
}

fn outcomes(ended: &Ended) -> BTreeMap<&str, &str> {
    let lines = ended.stdout.lines().filter_map(|line| line.split_once('\t'));
    lines.filter_map(|(_, line)| line.split_once('\t')).collect()
}

#[test]
fn in_the_jail_of_a_worker_only_what_it_needs_comes_to_something() {
    let ended = catalogue("");
    let outcomes = outcomes(&ended);
    assert!(outcomes.len() > 200, "{}", ended.stdout);
    let done: Vec<_> =
        outcomes.iter().filter(|(_, outcome)| **outcome == "done").map(|(name, _)| *name).collect();
    assert_eq!(done, DONE, "{}", ended.stdout);
    // Nothing is answered by anything but a wall.
    for kind in ["Files", "Memory", "Calls"] {
        let row = ended.stdout.lines().find(|line| line.starts_with(&format!("| {kind} |"))).unwrap();
        assert_eq!(row.split('|').nth(3).unwrap().trim(), "0", "{row}");
    }
}

#[test]
fn what_bubblewrap_refuses_is_refused_to_a_worker_too() {
    let is_there = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .any(|folder| folder.join("bwrap").is_file());
    if !is_there && std::env::var_os("ALL_LANGUAGES").is_none() {
        return;
    }
    let (theirs, ours) = (catalogue(BUBBLEWRAP), catalogue(""));
    let (theirs, ours) = (outcomes(&theirs), outcomes(&ours));
    assert_eq!(theirs.keys().collect::<Vec<_>>(), ours.keys().collect::<Vec<_>>());
    for (name, outcome) in theirs {
        let is_held = ours[name] != "done" || DONE.contains(&name);
        assert!(outcome == "done" || is_held, "{name}: {outcome}, and {} in a worker", ours[name]);
    }
}
