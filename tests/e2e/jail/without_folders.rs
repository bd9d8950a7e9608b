//! The tries where nothing is granted, as in most runs: the filter lets no file be changed, root
//! that is contained has namespaces, and where it has none it still has another root folder.

use super::tries::{CALLS, FILES, MANY_THREADS, OTHERS, Outcomes};
use super::{BOUNDED, FULL, Machine, Place, WITHOUT_LANDLOCK, WITHOUT_NAMESPACES, Who, everybody};

/// Tries about what is granted: there is nothing for them here.
const ABOUT_GRANTED: &[&str] = &[
    "append-read-only",
    "attribute-of-granted",
    "cut-by-openat2",
    "cut-by-openat2-where-nothing-is-writable",
    "cut-by-opening-for-neither",
    "cut-by-opening-to-read",
    "cut-granted",
    "cut-granted-to-read-and-write",
    "cut-read-only",
    "cut-sideways",
    "device-in-writable",
    "folder-in-read-only",
    "hard-link-out",
    "large-file",
    "link-in-read-only",
    "link-out",
    "list-granted",
    "many-files",
    "mode-of-read-only",
    "move-out",
    "move-out-of-read-only",
    "open-again-to-write",
    "owner-of-granted",
    "pipe-in-writable",
    "read-granted",
    "read-where-nothing-is-writable",
    "remove-granted",
    "remove-read-only",
    "rename-read-only",
    "sideways",
    "symlink-in-read-only",
    "times-of-read-only",
    "times-where-nothing-is-writable",
    "truncate-read-only",
    "up-and-out",
    "up-from-writable",
    "write-granted",
    "write-read-only",
    "write-where-nothing-is-writable",
];

/// Tries that change files: no path matters to them here.
const CHANGES: [&str; 5] = ["own-memory", "write-core-pattern", "write-root", "write-shadow", "write-tmp"];

/// Of the tries that need nothing else, what comes of them once a module is loaded.
const LOADED: &[(&str, &str)] = &[("thread", "done"), ("map-code", "EPERM"), ("poll-descriptor", "EPERM")];

/// Root as containers have it, where namespaces of users can be had: no right is lost in one.
const CONTAINED: Machine<'_> = Machine { rules: "drop 21", lacks: &[], threads: BOUNDED };
/// And where they cannot: chroot(2) goes to the other root.
const CLOSED: Machine<'_> =
    Machine { rules: "drop 21 without user-namespaces", lacks: &["namespaces"], threads: BOUNDED };
const CHROOT_ALONE: Machine<'_> = Machine {
    rules: "drop 21 without user-namespaces,landlock",
    lacks: &["landlock", "namespaces"],
    threads: BOUNDED,
};
/// Root of a user namespace, as containers of ordinary users have it: another one bounds threads.
const NESTED: Machine<'_> =
    Machine { rules: "-- unshare --user --map-root-user", lacks: &[], threads: BOUNDED };

fn is_about_granted(what: &str) -> bool {
    ABOUT_GRANTED.contains(&what)
}

/// Makes all tries for which nothing has to be granted.
fn check_all(machine: &Machine<'_>, users: &[Who], of: impl Fn(&Outcomes) -> &'static str) {
    for who in users {
        let place = Place::new(*who);
        let check = |what: &str, outcome| place.check(*who, machine, what, outcome);
        for outcomes in FILES.iter().filter(|outcomes| !is_about_granted(outcomes.what)) {
            let outcome = if CHANGES.contains(&outcomes.what) { "EPERM" } else { of(outcomes) };
            check(&format!("{}-without-folders", outcomes.what), outcome);
            // No path leads anywhere any more.
            check(&format!("{}-loaded-without-folders", outcomes.what), "EPERM");
        }
        for (what, outcome) in OTHERS.iter().chain(CALLS).filter(|(what, _)| !is_about_granted(what)) {
            check(&format!("{what}-without-folders"), outcome);
        }
        check(&format!("{MANY_THREADS}-without-folders"), machine.threads);
        for (what, outcome) in LOADED {
            check(&format!("{what}-loaded-without-folders"), outcome);
        }
    }
}

fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

#[test]
fn what_is_left_out_is_a_try() {
    let files = FILES.iter().map(|outcomes| outcomes.what);
    let all: Vec<_> = files.chain(OTHERS.iter().map(|(what, _)| *what)).collect();
    for what in ABOUT_GRANTED.iter().chain(&CHANGES) {
        assert!(all.contains(what), "{what}");
    }
    let made = all.iter().filter(|what| !is_about_granted(what)).count() + CALLS.len();
    assert!(made > 200, "{made}");
}

#[test]
fn on_a_full_machine_all_holds() {
    check_all(&FULL, everybody(), |outcomes| outcomes.both);
}

#[test]
fn without_landlock_the_empty_root_holds() {
    check_all(&WITHOUT_LANDLOCK, everybody(), |outcomes| outcomes.root);
}

#[test]
fn without_namespaces_landlock_holds() {
    if is_root() {
        check_all(&WITHOUT_NAMESPACES, &[Who::Nobody], |outcomes| outcomes.landlock);
    }
}

#[test]
fn contained_root_lacks_nothing() {
    if is_root() {
        check_all(&CONTAINED, &[Who::Me], |outcomes| outcomes.both);
    }
}

#[test]
fn root_of_a_user_namespace_lacks_nothing() {
    if is_root() {
        check_all(&NESTED, &[Who::Nobody], |outcomes| outcomes.both);
    }
}

#[test]
fn contained_root_without_namespaces_has_another_root_and_landlock() {
    if is_root() {
        check_all(&CLOSED, &[Who::Me], |outcomes| outcomes.both);
    }
}

#[test]
fn the_other_root_alone_holds() {
    if is_root() {
        check_all(&CHROOT_ALONE, &[Who::Me], |outcomes| outcomes.root);
    }
}

/// Versions of Landlock that keep no file from being cut: none can be opened to be cut.
#[test]
fn an_old_landlock_alone_holds() {
    if !is_root() {
        return;
    }
    for rules in ["landlock 1 without user-namespaces", "landlock 2 without user-namespaces"] {
        let (machine, place) = (Machine { rules, ..WITHOUT_NAMESPACES }, Place::new(Who::Nobody));
        for outcomes in FILES.iter().filter(|outcomes| !is_about_granted(outcomes.what)) {
            let outcome = if CHANGES.contains(&outcomes.what) { "EPERM" } else { outcomes.landlock };
            place.check(Who::Nobody, &machine, &format!("{}-without-folders", outcomes.what), outcome);
        }
    }
}
