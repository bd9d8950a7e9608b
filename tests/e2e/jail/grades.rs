//! The grades that `doctor` gives machines, held against what the tries find there: with folders
//! granted, which may cost a worker layers, and with none.

use super::super::support::{Start, copy_program, polymer};
use super::tries::ENOENT;
use super::{BOUNDED, Place, USER, Who};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;

/// What `doctor` says of a machine, and what the tries come to there that tell it from others.
struct Graded {
    who: Who,
    /// What was taken from it. Who needs root to take it is found by a name.
    rules: &'static str,
    /// The grade, and the one where nothing is granted.
    grades: [&'static str; 2],
    missing: &'static [&'static str],
    /// With folders granted and without: what comes of reading a file, asking for one, listing the
    /// root, and of too many threads. Nothing where no worker starts.
    outcomes: [[&'static str; 4]; 2],
}

const fn graded(
    (who, rules): (Who, &'static str),
    grades: [&'static str; 2],
    missing: &'static [&'static str],
    outcomes: [[&'static str; 4]; 2],
) -> Graded {
    Graded { who, rules, grades, missing, outcomes }
}

const FULL_GRADE: &str = "full";
const REDUCED: &str = "reduced";
const NO_WALL: &str = "no-wall-for-files";

/// Both walls for files.
const WALLS: [&str; 4] = [ENOENT, ENOENT, "EACCES", BOUNDED];
/// The same, where threads are not bounded.
const WALLS_ALONE: [&str; 4] = [ENOENT, ENOENT, "EACCES", "done"];
/// The empty root alone.
const EMPTY_ROOT: [&str; 4] = [ENOENT, ENOENT, "nothing else", BOUNDED];
/// Landlock alone.
const LANDLOCK: [&str; 4] = ["EACCES", "done", "EACCES", BOUNDED];
/// Landlock alone, of an ordinary user.
const LANDLOCK_ALONE: [&str; 4] = ["EACCES", "done", "EACCES", "done"];
/// No worker starts.
const NOTHING: [&str; 4] = [""; 4];

const GRADES: &[Graded] = &[
    graded((Who::Me, ""), [FULL_GRADE; 2], &[], [WALLS; 2]),
    graded((Who::Nobody, ""), [FULL_GRADE; 2], &[], [WALLS; 2]),
    graded((Who::Me, "without landlock"), [REDUCED; 2], &["landlock"], [EMPTY_ROOT; 2]),
    graded((Who::Nobody, "without landlock"), [REDUCED; 2], &["landlock"], [EMPTY_ROOT; 2]),
    graded(
        (Who::Nobody, "without user-namespaces"),
        [REDUCED; 2],
        &["namespaces", "root"],
        [LANDLOCK_ALONE; 2],
    ),
    graded((Who::Me, "landlock 2"), [REDUCED; 2], &["landlock"], [WALLS; 2]),
    graded((Who::Nobody, "landlock 1"), [REDUCED; 2], &["landlock"], [WALLS; 2]),
    graded(
        (Who::Nobody, "landlock 2 without user-namespaces"),
        [REDUCED; 2],
        &["namespaces", "root", "landlock"],
        [LANDLOCK_ALONE; 2],
    ),
    graded((Who::Nobody, "without user-namespaces,landlock"), [NO_WALL; 2], &[], [NOTHING; 2]),
    // A folder costs contained root its namespaces, and with them the empty root.
    graded((Who::Me, "drop 21"), [REDUCED, FULL_GRADE], &["namespaces", "root"], [LANDLOCK, WALLS]),
    graded(
        (Who::Me, "drop 21 landlock 2"),
        [REDUCED; 2],
        &["namespaces", "root", "landlock"],
        [LANDLOCK, WALLS],
    ),
    graded((Who::Me, "drop 21 without landlock"), [NO_WALL, REDUCED], &["landlock"], [NOTHING, EMPTY_ROOT]),
    // The root is changed by chroot.
    graded(
        (Who::Me, "drop 21 without user-namespaces,landlock"),
        [NO_WALL, REDUCED],
        &["namespaces", "landlock"],
        [NOTHING, EMPTY_ROOT],
    ),
    // Root that may not change its user.
    graded((Who::Me, "drop 7"), [REDUCED; 2], &["user"], [WALLS_ALONE; 2]),
    // Root of a user namespace, as containers of ordinary users have it.
    graded(
        (Who::Nobody, "-- unshare --user --map-root-user"),
        [REDUCED, FULL_GRADE],
        &["user"],
        [WALLS_ALONE, WALLS],
    ),
    // The machine's root is never bounded.
    graded((Who::Me, "-- unshare --user --map-root-user"), [REDUCED; 2], &["user"], [WALLS_ALONE; 2]),
    graded((Who::Me, "without seccomp"), ["none"; 2], &[], [NOTHING; 2]),
];

impl Graded {
    /// Returns whether whoever tests can make this machine.
    fn can_be_had(&self) -> bool {
        let needs_root =
            self.who == Who::Nobody || self.rules.contains("drop") || self.rules.contains("unshare --");
        !needs_root || nix::unistd::geteuid().is_root()
    }

    /// Holds what `doctor` says against the table.
    fn check_told(&self, place: &Place) {
        let Self { who, rules, grades, missing, outcomes } = self;
        let command = place.folder.path().join("polymer");
        copy_program(polymer(), &command);
        std::fs::set_permissions(&command, PermissionsExt::from_mode(0o755)).unwrap();
        let user = if *who == Who::Nobody { format!("as {USER} ") } else { String::new() };
        let line = format!("{user}{rules} -- {} doctor --json", command.display());
        let ended = Start::program("outer", &line).run("");
        let told: Value = serde_json::from_str(&ended.stdout).unwrap();
        let is_missing =
            told["missing"].as_array().unwrap().iter().map(|missing| missing["layer"].as_str().unwrap());
        assert_eq!(is_missing.collect::<Vec<_>>(), *missing, "{who:?} {rules}");
        let [grade, bare] = ["grade", "grade_without_folders"].map(|name| told[name].as_str().unwrap());
        assert_eq!([grade, bare], *grades, "{who:?} {rules}");
        let starts = [bare, grade].map(|grade| [FULL_GRADE, REDUCED].contains(&grade));
        let sandbox = |name: &str| told["sandbox"][name].as_bool().unwrap();
        assert_eq!([sandbox("auto"), sandbox("auto_with_folders")], starts, "{who:?} {rules}");
        let strict = [sandbox("strict"), sandbox("strict_with_folders")];
        assert_eq!(strict, [bare == FULL_GRADE, grade == FULL_GRADE], "{who:?} {rules}");
        assert_eq!(ended.status.code(), Some(if starts[0] { 0 } else { 96 }), "{who:?} {rules}");
        let bounded = ["granted_worker", "run_worker"].map(|worker| told[worker]["counts_threads"] == true);
        assert_eq!(bounded, outcomes.map(|outcomes| outcomes[3] == BOUNDED), "{who:?} {rules}");
    }

    /// Holds what the tries come to against it.
    fn check_found(&self, place: &Place) {
        for (outcomes, end) in self.outcomes.iter().zip(["", "-without-folders"]) {
            let tries = ["read-passwd", "stat-passwd", "list-root", "many-threads"];
            for (what, outcome) in tries.iter().zip(outcomes) {
                let what = format!("{what}{end}");
                let ended = place.attempt(self.who, self.rules, &what);
                let is = ended.stdout.lines().last().unwrap_or_default().replace(&format!("{what}: "), "");
                assert_eq!(is, *outcome, "{:?} {} {what}", self.who, self.rules);
            }
        }
    }
}

#[test]
fn the_grade_that_doctor_gives_is_what_the_tries_find() {
    for graded in GRADES.iter().filter(|graded| graded.can_be_had()) {
        let place = Place::new(graded.who);
        graded.check_told(&place);
        graded.check_found(&place);
    }
}
