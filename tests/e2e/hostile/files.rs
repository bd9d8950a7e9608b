//! What a guest tries with a folder it was granted: to get out of it, to write where it may only
//! read, to hold up its worker, to use up descriptors.

use super::{CLOCK, Case, case, of_module, run_args};
use crate::support::{TempFolder, by_id, probe};
use nix::sys::stat::Mode;
use serde_json::json;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};

const SECRET: &str = "what stands outside";

/// A granted folder full of ways out, and a secret beside it.
struct Trap {
    folder: TempFolder,
}

impl Trap {
    fn new() -> Self {
        let folder = TempFolder::new();
        let (granted, outside) = (folder.path().join("granted"), folder.path().join("outside"));
        fs::create_dir_all(granted.join("sub")).unwrap();
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("secret"), SECRET).unwrap();
        fs::write(granted.join("inside"), "inside").unwrap();
        nix::unistd::mkfifo(&granted.join("pipe"), Mode::S_IRWXU).unwrap();
        for (name, to) in [
            ("to_etc", "/etc"),
            ("to_passwd", "/etc/passwd"),
            ("to_proc", "/proc/self"),
            ("to_root", "/"),
            ("up", ".."),
            ("outside", "../outside"),
            ("outside_slash", "../outside/"),
            ("secret", "../outside/secret"),
            ("dangling", "../outside/made"),
            ("twice", "up/outside"),
        ] {
            symlink(to, granted.join(name)).unwrap();
        }
        symlink(&outside, granted.join("absolute")).unwrap();
        Self { folder }
    }

    fn flags(&self, writable: bool) -> Vec<String> {
        let granted = self.folder.path().join("granted");
        let how = if writable { ":rw" } else { "" };
        vec!["--dir".to_owned(), format!("{}::/dir{how}", granted.display())]
    }

    /// That nothing outside was changed, and nothing in the granted folder leads to the secret but
    /// what did before.
    #[track_caller]
    fn check(&self) {
        let outside = self.folder.path().join("outside");
        let names: Vec<_> = fs::read_dir(&outside).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["secret"]);
        let secret = outside.join("secret");
        assert_eq!(fs::read_to_string(&secret).unwrap(), SECRET);
        assert_eq!(secret.metadata().unwrap().nlink(), 1);
        let mut beside: Vec<_> =
            fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        beside.sort();
        assert_eq!(beside, ["granted", "outside"]);
    }
}

/// Ways to read what is not granted.
const READS: [&str; 34] = [
    "read /etc/passwd",
    "read /dir/../outside/secret",
    "read ../outside/secret",
    "read /dir/sub/../../outside/secret",
    "read /dir/./.././outside/secret",
    "read /dir//../outside/secret",
    "read /dir/..",
    "list /dir/..",
    "list /dir/../",
    "list ..",
    "list /",
    "read /dir/to_passwd",
    "read /dir/to_passwd/",
    "read /dir/to_passwd/.",
    "read /dir/to_etc/passwd",
    "read /dir/to_etc//passwd",
    "list /dir/to_etc",
    "list /dir/to_etc/",
    "list /dir/to_root/",
    "read /dir/to_root/etc/passwd",
    "read /dir/to_proc/environ",
    "list /dir/to_proc/",
    "list /dir/to_proc/root/",
    "read /dir/up/outside/secret",
    "list /dir/up/",
    "read /dir/outside/secret",
    "list /dir/outside",
    "list /dir/outside/",
    "list /dir/outside_slash/",
    "read /dir/secret",
    "read /dir/secret/",
    "read /dir/absolute/secret",
    "list /dir/absolute/",
    "read /dir/twice/secret",
];

/// Ways to change what is not granted. The folder itself may be written to.
const WRITES: [&str; 19] = [
    "write /dir/../outside/made",
    "write /dir/up/made",
    "write /dir/outside/made",
    "write /dir/outside/secret",
    "write /dir/secret",
    "write /dir/dangling",
    "write /dir/absolute/made",
    "write /dir/to_etc/polymer",
    "link /dir/../outside/secret /dir/stolen",
    "link /dir/outside/secret /dir/stolen",
    "link /dir/inside /dir/outside/made",
    "rename /dir/outside/secret /dir/stolen",
    "rename /dir/inside /dir/../outside/made",
    "rename /dir/inside /dir/outside/made",
    "remove /dir/outside/secret",
    "remove /dir/../outside/secret",
    "mkdir /dir/outside/made",
    "mkdir /dir/../made",
    "symlink /etc /dir/outside/made",
];

/// Ways to change a folder that may only be read.
const CHANGES: [&str; 8] = [
    "write /dir/new",
    "write /dir/inside",
    "write /dir/sub/new",
    "remove /dir/inside",
    "rename /dir/inside /dir/other",
    "link /dir/inside /dir/other",
    "symlink inside /dir/other",
    "mkdir /dir/new",
];

fn probes(steps: &[&str]) -> Vec<Case> {
    steps.iter().map(|step| of_module(step, probe(), "ok", "", "").given(step)).collect()
}

/// Runs these steps, each of which must be refused, with `more` beside them.
#[track_caller]
fn check_refused(trap: &Trap, writable: bool, steps: &[&str], more: Vec<Case>) {
    let mut cases = probes(steps);
    cases.extend(more);
    let ended = run_args(&cases, trap.flags(writable));
    assert!(!ended.stdout.contains(SECRET) && !ended.stdout.contains("root:"), "something was read");
    let records = by_id(ended.records());
    for step in steps {
        assert!(records[*step].text("/output").starts_with("refused: "), "{:?}", records[*step]);
    }
    trap.check();
}

#[test]
fn nothing_outside_a_granted_folder_can_be_read_and_nothing_in_it_written() {
    let trap = Trap::new();
    let steps = [&READS[..], &CHANGES[..]].concat();
    let more = vec![
        case("bad_paths", "ok", "", ""),
        case("open_flood", "trap", "handles", "engine"),
        case("open_pipe", "timeout", "timeout", CLOCK).limited(json!({"timeout": "300ms"})),
        of_module("granted", probe(), "ok", "", "").given("read /dir/inside"),
        of_module("pipe by the probe", probe(), "timeout", "timeout", CLOCK)
            .given("read /dir/pipe")
            .limited(json!({"timeout": "300ms"})),
    ];
    check_refused(&trap, false, &steps, more);
    let inside = trap.folder.path().join("granted/inside");
    assert_eq!(fs::read_to_string(inside).unwrap(), "inside");
}

#[test]
fn nothing_outside_a_writable_folder_can_be_changed() {
    let trap = Trap::new();
    // What it makes itself leads out no more than what it finds.
    let made = "symlink ../outside /dir/made\nread /dir/made/secret\nlist /dir/made/\nwrite /dir/made/new";
    let absolute = "symlink /etc /dir/made_absolute\nread /dir/made_absolute/passwd";
    let more = vec![
        of_module("made", probe(), "ok", "", "").given(made),
        of_module("made absolute", probe(), "ok", "", "").given(absolute),
        of_module("granted", probe(), "ok", "", "").given("write /dir/new\nread /dir/new\nremove /dir/new"),
    ];
    check_refused(&trap, true, &[&READS[..], &WRITES[..]].concat(), more);
    assert_eq!(fs::read_to_string(trap.folder.path().join("granted/inside")).unwrap(), "inside");
}

#[test]
fn no_file_grows_beyond_its_limit() {
    const LIMIT: u64 = 1 << 20;
    let folder = TempFolder::new();
    let mut flags = vec!["--dir".to_owned(), format!("{}::/dir:rw", folder.path().display())];
    flags.extend(["--file-limit".to_owned(), LIMIT.to_string()]);
    // Both insist on being told that the file is too large.
    run_args(&[case("sparse", "ok", "", ""), case("disk_flood", "ok", "", "")], flags);
    for (name, length) in [("sparse", 0), ("flood", LIMIT)] {
        assert_eq!(fs::metadata(folder.path().join(name)).unwrap().len(), length, "{name}");
    }
}
