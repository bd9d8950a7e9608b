//! What a guest that has broken out of the engine finds around it. Each try is made inside the jail
//! of a worker, by a process of its own, as the superuser (if the tests are run so) and as an
//! ordinary user, on machines that lack one thing or another.
//!
//! `tries` has all tries and what must come of each with two folders granted, `without_folders`
//! what comes of them where nothing is, `grades` what `doctor` says of such machines.

mod grades;
mod tries;
mod without_folders;

use super::support::{Ended, Start, TempFolder, copy_program, program};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use tries::{CALLS, ENDED, ENOENT, FILES, LOADED, MANY_THREADS, OTHERS, Outcomes};

/// An ordinary user: nobody, everywhere.
const USER: u32 = 65534;

/// Whose rights the tries are made with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Who {
    Me,
    Nobody,
}

/// Both where there are two.
fn everybody() -> &'static [Who] {
    if nix::unistd::geteuid().is_root() { &[Who::Me, Who::Nobody] } else { &[Who::Me] }
}

/// The program that tries, and what it is granted, where everybody may come.
struct Place {
    folder: TempFolder,
    program: PathBuf,
}

impl Place {
    fn new(who: Who) -> Self {
        let folder = TempFolder::new();
        let program = folder.path().join("hosts");
        copy_program(&program_that_tries(), &program);
        for name in ["readable", "writable", "secret"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let place = Self { folder, program };
        place.fill();
        for (name, mode) in [("", 0o755), ("hosts", 0o755), ("readable", 0o755), ("writable", 0o777)] {
            std::fs::set_permissions(place.folder.path().join(name), PermissionsExt::from_mode(mode))
                .unwrap();
        }
        if who == Who::Nobody {
            for name in ["readable", "readable/file", "writable", "writable/old", "secret/file"] {
                chown(place.folder.path().join(name), Some(USER), Some(USER)).unwrap();
            }
        }
        place
    }

    /// What is granted, and what is beside it, as it was before any try.
    fn fill(&self) {
        self.folder.file("readable/file", "granted");
        self.folder.file("writable/old", "granted");
        self.folder.file("secret/file", "not granted");
        drop(symlink("/etc/passwd", self.folder.path().join("readable/link")));
    }

    /// Tries it, on a machine from which this has been taken: see `tests/outer`.
    fn attempt(&self, who: Who, rules: &str, what: &str) -> Ended {
        let folder = self.folder.path().display();
        let user = if who == Who::Nobody { format!("as {USER} ") } else { String::new() };
        let line = format!(
            "{user}{rules} -- {} escape {what} {folder}/readable {folder}/writable",
            self.program.display()
        );
        Start::program("outer", &line).env("SECRET", "hidden").run("")
    }

    /// Makes one try, and holds its outcome against what must come of it.
    #[track_caller]
    fn check(&self, who: Who, machine: &Machine<'_>, what: &str, outcomes: &str) {
        let ended = self.attempt(who, machine.rules, what);
        let is = match ended.status.signal() {
            Some(signal) => format!("killed by {signal}"),
            None => ended.stdout.lines().last().unwrap_or_default().replace(&format!("{what}: "), ""),
        };
        assert!(
            outcomes.split('|').any(|may| may == is),
            "{} {who:?} {what}: {is}, not {outcomes}\n{}",
            machine.rules,
            ended.stderr
        );
        let missing = ended.stdout.lines().filter_map(|line| line.strip_prefix("missing: "));
        assert_eq!(missing.collect::<Vec<_>>(), machine.lacks, "{} {who:?} {what}", machine.rules);
        assert!(!Path::new("/tmp/polymer-escaped").exists(), "{what}");
    }
}

fn program_that_tries() -> PathBuf {
    program("hosts")
}

/// A machine, by what was taken from it.
struct Machine<'a> {
    rules: &'a str,
    /// The layers that it lacks.
    lacks: &'a [&'a str],
    /// What comes of too many threads.
    threads: &'a str,
}

/// The kernel starts no more threads.
const BOUNDED: &str = "EAGAIN";
/// It starts them: it counts them with those of other processes.
const UNBOUNDED: &str = "done";

const FULL: Machine<'_> = Machine { rules: "", lacks: &[], threads: BOUNDED };
const WITHOUT_LANDLOCK: Machine<'_> =
    Machine { rules: "without landlock", lacks: &["landlock"], threads: BOUNDED };
/// An ordinary user has no other root there.
const WITHOUT_NAMESPACES: Machine<'_> =
    Machine { rules: "without user-namespaces", lacks: &["namespaces", "root"], threads: UNBOUNDED };
/// Root as containers have it by default: it may open files of others, but make no namespaces
/// (CAP_SYS_ADMIN) but by one of users, where its rights on granted folders are void.
const CONTAINED: Machine<'_> = Machine { rules: "drop 21", lacks: &["namespaces", "root"], threads: BOUNDED };
/// The kernel of Debian 12, which lets files be cut.
const OLD_LANDLOCK: Machine<'_> = Machine { rules: "landlock 2", lacks: &[], threads: BOUNDED };
const FIRST_LANDLOCK: Machine<'_> = Machine { rules: "landlock 1", lacks: &[], threads: BOUNDED };

/// Makes the tries that the walls for files answer, each in a place as it was before any.
fn check_files(machine: &Machine<'_>, who: Who, of: impl Fn(&Outcomes) -> &'static str) {
    let place = Place::new(who);
    for outcomes in FILES {
        place.check(who, machine, outcomes.what, of(outcomes));
        place.fill();
    }
}

fn check_all(machine: &Machine<'_>, users: &[Who], of: impl Fn(&Outcomes) -> &'static str) {
    for who in users {
        check_files(machine, *who, &of);
        let place = Place::new(*who);
        for (what, outcome) in OTHERS.iter().chain(CALLS).chain(LOADED) {
            place.check(*who, machine, what, outcome);
            place.fill();
        }
        place.check(*who, machine, MANY_THREADS, machine.threads);
    }
}

#[test]
fn at_least_120_tries_are_named_and_each_once() {
    let files = FILES.iter().map(|outcomes| outcomes.what);
    let others = OTHERS.iter().chain(CALLS).chain(LOADED).map(|(what, _)| *what);
    let mut names: Vec<_> = files.chain(others).chain([MANY_THREADS]).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
    assert!(all >= 120, "{all}");
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
    if nix::unistd::geteuid().is_root() {
        check_all(&WITHOUT_NAMESPACES, &[Who::Nobody], |outcomes| outcomes.landlock);
    }
}

#[test]
fn contained_root_is_held_by_landlock() {
    if nix::unistd::geteuid().is_root() {
        check_all(&CONTAINED, &[Who::Me], |outcomes| outcomes.landlock);
    }
}

#[test]
fn an_old_landlock_loosens_nothing_where_there_is_another_root() {
    for machine in [&OLD_LANDLOCK, &FIRST_LANDLOCK] {
        for who in everybody() {
            let place = Place::new(*who);
            for outcomes in FILES {
                place.check(*who, machine, outcomes.what, &format!("{}|{}", outcomes.both, outcomes.root));
                place.fill();
            }
        }
    }
}

/// What comes to something else beside a Landlock that keeps no file from being cut, where no mount
/// is read-only either: the filter keeps them.
const CUTS_BESIDE_OLD_LANDLOCK: [(&str, &str); 5] = [
    ("cut-by-openat2", "ENOSYS"),
    ("cut-by-openat2-where-nothing-is-writable", "ENOSYS"),
    ("cut-by-opening-for-neither", "EPERM"),
    ("cut-by-opening-to-read", "EPERM"),
    ("cut-sideways", "EPERM"),
];

/// What may be done in a folder that is granted `:rw` is done there too.
const GRANTED: [&str; 6] = [
    "read-granted",
    "list-granted",
    "write-granted",
    "cut-granted",
    "cut-granted-to-read-and-write",
    "remove-granted",
];

#[test]
fn an_old_landlock_alone_lets_no_file_be_cut_but_where_files_may_be_changed() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    for version in [1, 2] {
        let contained = format!("drop 21 landlock {version}");
        let ordinary = format!("landlock {version} without user-namespaces");
        for (who, rules, machine) in
            [(Who::Me, contained, CONTAINED), (Who::Nobody, ordinary, WITHOUT_NAMESPACES)]
        {
            let machine = Machine { rules: &rules, ..machine };
            check_files(&machine, who, |outcomes| {
                let cuts = CUTS_BESIDE_OLD_LANDLOCK.iter().find(|(what, _)| *what == outcomes.what);
                cuts.map_or(outcomes.landlock, |(_, outcome)| outcome)
            });
            let place = Place::new(who);
            for what in GRANTED {
                place.check(who, &machine, what, "done");
            }
        }
    }
}

#[test]
fn without_any_wall_for_files_nothing_starts() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    for (who, rules) in
        [(Who::Nobody, "without user-namespaces,landlock"), (Who::Me, "drop 21 without landlock")]
    {
        let place = Place::new(who);
        let ended = place.attempt(who, rules, "read-granted");
        assert!(!ended.status.success() && ended.stdout.is_empty(), "{rules}: {}", ended.stdout);
        ended.check_says("nothing here keeps a worker from the machine's files");
    }
}

/// Root without CAP_SYS_ADMIN keeps its rights on granted folders of others.
#[test]
fn contained_root_may_use_folders_of_others() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    for machine in [&FULL, &CONTAINED] {
        let place = Place::new(Who::Nobody);
        for name in ["readable", "writable"] {
            let folder = place.folder.path().join(name);
            std::fs::set_permissions(folder, PermissionsExt::from_mode(0o700)).unwrap();
        }
        for what in ["read-granted", "list-granted", "write-granted", "remove-granted"] {
            place.check(Who::Me, machine, what, "done");
        }
    }
}

#[test]
fn a_granted_folder_that_is_gone_leaves_no_other_path_open() {
    let place = Place::new(Who::Me);
    for (what, outcome) in
        [("read-granted-gone", "done"), ("up-from-writable-gone", ENOENT), ("write-granted-gone", "EROFS")]
    {
        place.check(Who::Me, &FULL, what, outcome);
        std::fs::create_dir(place.folder.path().join("writable")).unwrap();
    }
}

#[test]
fn what_ends_the_process_is_told_from_what_fails() {
    assert!(CALLS.iter().filter(|(_, outcome)| *outcome == ENDED).count() > 30);
}
