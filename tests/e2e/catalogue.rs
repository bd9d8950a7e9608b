//! The catalogue of tries for other sandboxes (`hosts catalogue`): what comes of them in the jail
//! of a worker, and beside bubblewrap where that is installed, as SECURITY.md has it.

use super::support::{Ended, Start, root};
use std::collections::BTreeMap;

/// Tries that come to something in the jail of a worker, for workers need it.
const DONE: [&str; 15] = [
    "copy-descriptor",
    "cut-granted",
    "cut-granted-to-read-and-write",
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

/// How many tries were refused, reached the kernel and were done.
fn counts(ended: &Ended) -> [usize; 3] {
    let rows = ended.stdout.lines().filter(|line| {
        ["Files", "Memory", "Calls"].iter().any(|kind| line.starts_with(&format!("| {kind} |")))
    });
    rows.map(numbers).fold([0; 3], |sums, row| std::array::from_fn(|column| sums[column] + row[column]))
}

/// The three numbers of a row.
fn numbers(row: &str) -> [usize; 3] {
    let cells: Vec<_> = row.split('|').skip(2).map_while(|cell| cell.trim().parse().ok()).collect();
    cells.try_into().unwrap_or_else(|_| panic!("{row}"))
}

/// The row of SECURITY.md that begins so.
fn row_of_the_page(start: &str) -> [usize; 3] {
    let page = page();
    numbers(page.lines().find(|line| line.starts_with(start)).unwrap())
}

fn page() -> String {
    std::fs::read_to_string(root().join("host/SECURITY.md")).unwrap()
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
    // Nothing is answered by anything but a wall, on any kernel and whoever tries.
    assert_eq!(counts(&ended), [outcomes.len() - DONE.len(), 0, DONE.len()], "{}", ended.stdout);
    assert_eq!(counts(&ended), row_of_the_page("| a worker's jail |"));
    assert!(page().contains(&format!("\nmakes {} tries ", outcomes.len())), "{}", outcomes.len());
}

#[test]
fn what_bubblewrap_refuses_is_refused_to_a_worker_too() {
    let is_there = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .any(|folder| folder.join("bwrap").is_file());
    if !is_there && std::env::var_os("ALL_LANGUAGES").is_none() {
        return;
    }
    let (theirs, ours) = (catalogue(BUBBLEWRAP), catalogue(""));
    // What is let through is answered by the kernel, and the page has the answers of one machine.
    let versions = Start::shell("bwrap --version; uname -r").run("").check(0).stdout;
    let is_that_of_the_page = versions.starts_with("bubblewrap 0.8.") && versions.contains("\n6.18.");
    if is_that_of_the_page && nix::unistd::geteuid().is_root() {
        // Whether what was let through is done is for the machine to say: it may lack a device, say.
        let by_wall = |[refused, reached, done]: [usize; 3]| (refused, reached + done);
        let row = row_of_the_page("| bubblewrap 0.8 ");
        assert_eq!(by_wall(counts(&theirs)), by_wall(row), "{}", theirs.stdout);
    }
    let (theirs, ours) = (outcomes(&theirs), outcomes(&ours));
    assert_eq!(theirs.keys().collect::<Vec<_>>(), ours.keys().collect::<Vec<_>>());
    for (name, outcome) in theirs {
        let is_held = ours[name] != "done" || DONE.contains(&name);
        assert!(outcome == "done" || is_held, "{name}: {outcome}, and {} in a worker", ours[name]);
    }
}
