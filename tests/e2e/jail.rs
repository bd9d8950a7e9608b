//! What a guest that has broken out of the engine finds around it. Each try is made inside the jail
//! of a run worker, by a process of its own, as the superuser (if the tests are run so) and as an
//! ordinary user.

use super::support::{Ended, Start, TempFolder, program};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;

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
        // Not by this process: another test may start a program now, which would hold the copy open
        // to write until it runs.
        let copied = Command::new("cp").arg(program_that_tries()).arg(&program).status().unwrap();
        assert!(copied.success());
        for name in ["readable", "writable"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        folder.file("readable/file", "granted");
        folder.file("writable/old", "granted");
        symlink("/etc/passwd", folder.path().join("readable/link")).unwrap();
        for (name, mode) in [("", 0o755), ("hosts", 0o755), ("readable", 0o755), ("writable", 0o777)] {
            std::fs::set_permissions(folder.path().join(name), PermissionsExt::from_mode(mode)).unwrap();
        }
        if who == Who::Nobody {
            for name in ["readable", "readable/file", "writable", "writable/old"] {
                chown(folder.path().join(name), Some(USER), Some(USER)).unwrap();
            }
        }
        Self { folder, program }
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
}

fn program_that_tries() -> PathBuf {
    program("hosts")
}

/// On a machine that gives every layer.
#[track_caller]
fn check(tries: &[(&str, &str)]) {
    check_on("", &[], tries);
}

/// There, and on one without Landlock: these hold by other layers.
#[track_caller]
fn check_without_landlock_too(tries: &[(&str, &str)]) {
    check(tries);
    check_on("without landlock", &["landlock"], tries);
}

#[track_caller]
fn check_on(rules: &str, lacks: &[&str], tries: &[(&str, &str)]) {
    for who in everybody() {
        let place = Place::new(*who);
        for (what, outcome) in tries {
            let ended = place.attempt(*who, rules, what);
            let is = match ended.status.signal() {
                Some(signal) => format!("killed by {signal}"),
                None => ended.stdout.lines().last().unwrap_or_default().replace(&format!("{what}: "), ""),
            };
            assert!(
                outcome.split('|').any(|may| may == is),
                "{rules} {who:?} {what}: {is}, not {outcome}\n{}",
                ended.stderr
            );
            let missing = ended.stdout.lines().filter_map(|line| line.strip_prefix("missing: "));
            assert_eq!(missing.collect::<Vec<_>>(), lacks, "{rules} {who:?} {what}");
        }
        assert!(!Path::new("/tmp/polymer-escaped").exists());
    }
}

/// SIGSYS.
const ENDED: &str = "killed by 31";

#[test]
fn granted_folders_are_what_was_granted_and_no_other_path_opens() {
    check_without_landlock_too(&[
        ("read-granted", "done"),
        ("list-granted", "done"),
        ("write-granted", "done"),
        ("remove-granted", "done"),
        ("times-where-nothing-is-writable", "EPERM"),
        ("pipe-in-writable", "EPERM"),
    ]);
    check(&[
        ("write-read-only", "EACCES"),
        ("truncate-read-only", "EACCES"),
        ("remove-read-only", "EACCES"),
        ("up-and-out", "EACCES"),
        ("link-out", "EACCES"),
        ("read-passwd", "EACCES"),
        ("list-root", "EACCES"),
        ("write-tmp", "EACCES"),
        ("own-environment", "EACCES"),
        ("parents-environment", "EACCES"),
        ("parents-memory", "EACCES"),
        ("start-again", "EACCES"),
    ]);
}

#[test]
fn no_socket_opens_no_program_starts_and_no_other_process_is_touched() {
    check_without_landlock_too(&[
        ("socket", "EPERM"),
        ("unix-socket", "EPERM"),
        ("netlink", "EPERM"),
        ("packet", "EPERM"),
        ("thread", "done"),
        ("clone3", "ENOSYS"),
        ("clone", "EPERM"),
        ("fork", ENDED),
        ("execute", ENDED),
        ("kill-parent", ENDED),
        ("signal-parent", "EPERM"),
        ("trace-parent", ENDED),
        ("read-parent", ENDED),
        ("open-parent", ENDED),
        ("own-signal", "EPERM"),
        ("own-other", "EPERM"),
        ("own-thread", "EPERM"),
        ("signal-when-ready", "EPERM"),
        ("flags-without-it", "done"),
    ]);
}

#[test]
fn the_jail_cannot_be_left_or_loosened_and_the_kernel_is_out_of_reach() {
    check_without_landlock_too(&[
        ("unshare", ENDED),
        ("mount", ENDED),
        ("change-root", ENDED),
        ("keys", ENDED),
        ("bpf", ENDED),
        ("io-uring", ENDED),
        ("change-mode", "EPERM"),
        ("dumpable", "EPERM"),
        ("type-on-terminal", "EPERM"),
        ("raise-limit", "EPERM"),
        ("map-code", "done"),
        ("map-code-compiling", "EPERM"),
    ]);
}

#[test]
fn the_kernel_keeps_the_limits() {
    check_without_landlock_too(&[
        ("many-files", "EMFILE"),
        ("large-file", "EFBIG"),
        ("much-memory", "ENOMEM"),
        ("shared-memory", "EPERM"),
        ("validated-shared-memory", "EPERM"),
        ("growing-memory", "EPERM"),
        // SIGXCPU.
        ("much-time", "killed by 24"),
    ]);
}

/// Root as containers have it by default: it may open files of others, but make no namespaces but
/// by one of users.
#[test]
fn root_without_namespaces_keeps_its_rights_on_granted_folders() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    let place = Place::new(Who::Nobody);
    for name in ["readable", "writable"] {
        let folder = place.folder.path().join(name);
        std::fs::set_permissions(folder, PermissionsExt::from_mode(0o700)).unwrap();
    }
    // CAP_SYS_ADMIN.
    for what in ["read-granted", "list-granted", "write-granted", "remove-granted"] {
        let ended = place.attempt(Who::Me, "drop 21", what);
        assert_eq!(ended.stdout, format!("missing: namespaces\n{what}: done\n"), "{}", ended.stderr);
    }
    let ended = place.attempt(Who::Me, "drop 21", "read-passwd");
    assert!(ended.stdout.ends_with("read-passwd: EACCES\n"), "{}", ended.stdout);
}

#[test]
fn a_granted_folder_that_is_gone_leaves_no_other_path_open() {
    for who in everybody() {
        let place = Place::new(*who);
        std::fs::remove_dir_all(place.folder.path().join("writable")).unwrap();
        for (what, outcome) in [("read-granted", "done"), ("read-passwd", "EACCES")] {
            let ended = place.attempt(*who, "", what);
            assert_eq!(ended.stdout, format!("{what}: {outcome}\n"), "{who:?}: {}", ended.stderr);
        }
    }
}
