//! Sources that nobody trusts, built in a jail. The compiler here is a program of the tests that
//! its sources have taken over, so what is tried is what any compiler might be made to do; real
//! ones are in `tests/languages`. `neighbours` has two builds at a time.

mod neighbours;

use super::support::{Ended, Start, TempFolder, copy_program, polymer, program};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A machine, by what was taken from it (see `tests/outer`), and the walls that it lacks then.
struct Machine {
    rules: &'static str,
    lacks: &'static [&'static str],
    /// What comes of paths that are no business of a compiler's.
    elsewhere: &'static str,
    /// And of writing to what it may read.
    read_only: &'static str,
}

const FULL: Machine = Machine { rules: "", lacks: &[], elsewhere: "ENOENT", read_only: "EROFS" };
const FULL_FOR_USER: Machine = Machine { rules: "as 65534", ..FULL };
const WITHOUT_LANDLOCK: Machine = Machine { rules: "without landlock", lacks: &["landlock"], ..FULL };
const WITHOUT_LANDLOCK_FOR_USER: Machine = Machine { rules: "as 65534 without landlock", ..WITHOUT_LANDLOCK };
/// Root as containers have it by default: it makes namespaces as an ordinary user does.
const CONTAINED: Machine = Machine { rules: "drop 21", ..FULL };
/// And where they make none at all.
const CLOSED: Machine = Machine { rules: "drop 21 without user-namespaces", ..WITHOUT_NAMESPACES };
const OLD_LANDLOCK: Machine = Machine { rules: "as 65534 landlock 2", ..FULL };
/// With which nothing could be moved between folders.
const FIRST_LANDLOCK: Machine = Machine { rules: "as 65534 landlock 1", lacks: &["landlock"], ..FULL };
const WITHOUT_NAMESPACES: Machine = Machine {
    rules: "as 65534 without user-namespaces",
    lacks: &["namespaces"],
    elsewhere: "EACCES",
    read_only: "EACCES",
};

/// A place where everybody may come, with the command, a compiler and a secret.
struct Place(TempFolder);

impl Place {
    fn new() -> Self {
        let folder = TempFolder::new();
        for name in ["", "toolchain", "toolchain/bin", "sources", "others", "home", "tmp"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(&path).unwrap();
            std::fs::set_permissions(path, PermissionsExt::from_mode(0o777)).unwrap();
        }
        for (from, name) in [
            (program("hosts"), "toolchain/bin/clang-14"),
            (polymer().to_path_buf(), "polymer"),
            (program("outer"), "outer"),
        ] {
            let to = folder.path().join(name);
            copy_program(&from, &to);
            std::fs::set_permissions(to, PermissionsExt::from_mode(0o755)).unwrap();
        }
        folder.file("secret", "not for compilers");
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Builds a source on a machine.
    fn build(&self, rules: &str, source: &str, flags: &str) -> Ended {
        self.0.file("sources/main.c", source);
        self.command(rules, "sources", flags).run("")
    }

    /// The command that builds what stands in this folder.
    fn command(&self, rules: &str, sources: &str, flags: &str) -> Start {
        let path = self.0.path().display();
        let line = format!("{rules} -- {path}/polymer build --untrusted {path}/{sources} --json {flags}");
        let folders = std::env::join_paths([self.path("toolchain/bin"), "/usr/bin".into(), "/bin".into()]);
        Start::file(&self.path("outer"), &line)
            .env("PATH", folders.unwrap())
            .env("HOME", self.path("home"))
            .env("TMPDIR", self.path("tmp"))
            .env("SECRET", "hidden")
    }

    /// Gives the next user a home with nothing in it.
    fn clear(&self) {
        std::fs::remove_dir_all(self.path("home")).unwrap();
        std::fs::create_dir(self.path("home")).unwrap();
        std::fs::set_permissions(self.path("home"), PermissionsExt::from_mode(0o777)).unwrap();
    }

    /// Nothing of a build is left: no folder, and no process that its compiler started.
    #[track_caller]
    fn check_nothing_is_left(&self) {
        let left: Vec<_> = std::fs::read_dir(self.path("tmp")).unwrap().flatten().collect();
        assert!(left.is_empty(), "{left:?}");
        let ours = self.path("toolchain/bin/clang-14");
        for process in std::fs::read_dir("/proc").unwrap().flatten() {
            let Ok(exe) = std::fs::read_link(process.path().join("exe")) else { continue };
            assert_ne!(exe, ours, "{}", process.path().display());
        }
    }
}

fn value(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}\n{}", ended.stdout, ended.stderr))
}

/// Machines that a test can be on: only the superuser can be another.
fn machines() -> Vec<&'static Machine> {
    let all = [
        &FULL,
        &FULL_FOR_USER,
        &WITHOUT_LANDLOCK,
        &WITHOUT_LANDLOCK_FOR_USER,
        &OLD_LANDLOCK,
        &FIRST_LANDLOCK,
        &CONTAINED,
        &CLOSED,
        &WITHOUT_NAMESPACES,
    ];
    let is_root = nix::unistd::geteuid().is_root();
    let needs_root = |machine: &&Machine| ["as ", "drop "].iter().any(|rule| machine.rules.starts_with(rule));
    all.into_iter().filter(|machine| is_root || !needs_root(machine)).collect()
}

/// Calls that are refused on every machine.
const REFUSED: &[&str] = &[
    "trace-me",
    "new-session",
    "new-group",
    "get-descriptor",
    "signal-by-descriptor",
    "unshare-nothing",
    "unshare",
    "join-namespace",
    "mount",
    "unmount",
    "open-filesystem",
    "open-tree",
    "move-mount",
    "change-root",
    "pivot-root",
    "open-by-handle",
    "watch-files",
    "change-user",
    "change-group",
    "set-capabilities",
    "set-filter",
    "set-rules",
    "add-key",
    "keys",
    "bpf",
    "perf",
    "io-uring",
    "userfaultfd",
    "load-module",
    "personality",
    "shared-segment",
    "message-queue",
    "posix-queue",
    "secret-memory",
    "no-such-call",
    "thread-in-new-namespace",
    "kill-parent",
    "kill-all",
    "signal-parent",
    "queue-signal",
    "trace-parent",
    "read-parent",
    "write-parent",
    "open-parent",
    "limits-of-parent",
    "schedule-parent",
    "priority-of-parent",
    "dumpable",
    "outlive-parent",
    "adopt-orphans",
    "socket",
    "socket-6",
    "unix-socket",
    "netlink",
    "packet",
    "datagrams",
    "connect",
    "bind",
    "send-descriptors",
    "own-signal",
    "own-other",
    "signal-when-ready",
    "type-on-terminal",
];

#[test]
fn a_compiler_that_is_taken_over_reaches_nothing() {
    let place = Place::new();
    let at = |name: &str| place.path(name).display().to_string();
    for machine in machines() {
        place.clear();
        let (elsewhere, read_only) = (machine.elsewhere, machine.read_only);
        // Landlock keeps no modes: there the call does nothing, and says that it did.
        let elsewhere_or_nothing = if elsewhere == "ENOENT" { "ENOENT" } else { "done" };
        // Root that is contained is root to no more than its own namespaces, if any.
        let user = if machine.rules.starts_with("drop 21") { "root" } else { "another" };
        // Where there is another root, what is in it is what was put there.
        let proc = if elsewhere == "ENOENT" { "ENOENT|EACCES" } else { "EACCES" };
        let paths = [
            ("read", "/etc/passwd".to_owned(), elsewhere),
            ("read", "/etc/shadow".to_owned(), elsewhere),
            ("read", at("secret"), elsewhere),
            ("read", "/proc/self/environ".to_owned(), proc),
            ("read", "/proc/1/environ".to_owned(), proc),
            ("read", "/proc/self/mountinfo".to_owned(), proc),
            ("read", "/proc/cpuinfo".to_owned(), proc),
            ("write", "/proc/self/mem".to_owned(), proc),
            ("list", "/root".to_owned(), "ENOENT|EACCES"),
            ("list", at("home"), elsewhere),
            ("list", "/sys".to_owned(), elsewhere),
            ("write", at("toolchain/bin/clang-14"), "EROFS|ETXTBSY|EACCES"),
            ("create", at("toolchain/bin/ld"), read_only),
            ("create", "/usr/lib/planted".to_owned(), read_only),
            ("remove", at("toolchain/bin/clang-14"), read_only),
            ("create", "/planted".to_owned(), "EROFS|EACCES"),
            ("create", "/tmp/planted".to_owned(), "ENOENT|EROFS|EACCES"),
            ("execute", "/bin/true".to_owned(), "done"),
            ("execute-a-copy", "/bin/true".to_owned(), "EACCES"),
            ("create", "tmp-of-its-own".to_owned(), "done"),
            ("change-mode", at("secret"), elsewhere_or_nothing),
            ("cut", at("secret"), elsewhere),
            ("cut", at("toolchain/bin/clang-14"), "EROFS|ETXTBSY|EACCES"),
            ("share-memory", String::new(), "EPERM"),
            ("open-descriptors", String::new(), "1"),
            ("user", String::new(), user),
            ("variables", String::new(), "HOME,LC_ALL,PATH,SOURCE_DATE_EPOCH,TMPDIR"),
        ];
        let mut tries: Vec<(&str, String, &str)> = paths.to_vec();
        tries.extend(REFUSED.iter().map(|name| (*name, String::new(), "EPERM")));
        tries.push(("clone3", String::new(), "ENOSYS"));
        // The words of a compiler are cut, so not all at once.
        for tries in tries.chunks(40) {
            let source: Vec<String> = tries.iter().map(|(name, path, _)| format!("{name} {path}")).collect();
            let ended = place.build(machine.rules, &source.join("\n"), "").check(100);
            let told = value(&ended);
            assert_eq!(told["error"]["code"], "compile_error", "{told}");
            let missing = told["missing_layers"].as_array().unwrap();
            let missing: Vec<_> = missing.iter().map(|layer| layer["layer"].as_str().unwrap()).collect();
            assert_eq!(missing, machine.lacks, "{}: {told}", machine.rules);
            let said = told["error"]["compiler_output"].as_str().unwrap();
            let lines: Vec<&str> = said.lines().collect();
            for ((name, path, may), line) in tries.iter().zip(&lines) {
                let is = line.strip_prefix(&format!("{name}: ")).unwrap_or(line);
                assert!(may.split('|').any(|may| may == is), "{} {name} {path}: {is}\n{said}", machine.rules);
            }
            assert!(lines.len() > tries.len(), "{said}");
        }
        let secret = std::fs::metadata(place.path("secret")).unwrap();
        assert!(secret.len() > 0 && secret.permissions().mode() & 0o777 == 0o644, "{secret:?}");
        assert!(!Path::new("/usr/lib/planted").exists() && !Path::new("/tmp/planted").exists());
        place.check_nothing_is_left();
    }
}

/// What a compiler is made to do, with which flags, and the word for what comes of it.
const LIMITS: &[(&str, &str, &str)] = &[
    ("spend-cpu", "--cpu-time 1s", "cpu_limit"),
    ("spend-cpu-in-children", "--cpu-time 1s", "cpu_limit"),
    ("sleep", "--timeout 1s", "time_limit"),
    ("spend-cpu-under-an-odd-name", "--cpu-time 1s", "cpu_limit"),
    ("spend-cpu-in-children-nobody-waits-for", "--cpu-time 1s", "cpu_limit"),
    // Nobody waits for what has ended here.
    ("chain", "", "process_limit"),
    ("take-page-tables", "--memory 256MiB", "memory_limit"),
    ("hide-files", "", "output_limit"),
    // Where it is a folder of the machine, one so deep is over the limit if it is looked at in time.
    ("nest-folders", "", "compile_error|output_limit"),
    ("take-memory", "--memory 256MiB", "memory_limit"),
    ("take-memory-in-children", "--memory 256MiB", "memory_limit"),
    ("make-threads", "", "process_limit"),
    ("make-processes", "", "process_limit"),
    ("fill-files", "", "output_limit"),
    ("talk", "", "output_limit"),
    ("module-is-large", "", "output_limit"),
    ("module-is-a-folder", "", "no_module"),
    ("module-is-a-link /etc/passwd", "", "no_module"),
    ("module-is-behind-a-link /etc/main.wasm", "", "no_module"),
    ("die", "", "compile_error"),
    ("", "", "no_module"),
];

/// Numbers that the kernel has for processes, where nobody asked for more.
const NUMBERS: u64 = 32_768;

/// Processes that this machine has started so far.
fn started() -> u64 {
    let stat = std::fs::read_to_string("/proc/stat").unwrap();
    let line = stat.lines().find_map(|line| line.strip_prefix("processes ")).unwrap();
    line.parse().unwrap()
}

#[test]
fn a_compiler_is_ended_at_each_limit_and_gives_nothing_but_a_module() {
    let place = Place::new();
    place.0.file("main.wasm", "a secret");
    for machine in machines() {
        // The slow machines say nothing that these do not.
        if !["", "as 65534", "as 65534 without user-namespaces", CLOSED.rules].contains(&machine.rules) {
            continue;
        }
        place.clear();
        for (what, flags, code) in LIMITS {
            let what = what.replace("/etc/", &format!("{}/", place.0.path().display()));
            let before = started();
            let ended = place.build(machine.rules, &what, flags).check(100);
            let told = value(&ended);
            let is = told["error"]["code"].as_str().unwrap();
            // Numbers of processes are few, and all of a machine's share them.
            let more = started() - before;
            assert!(more < NUMBERS / 2, "{} {what}: it started {more} processes", machine.rules);
            assert!(code.split('|').any(|code| code == is), "{} {what}: {told}", machine.rules);
            assert_eq!((&told["result"], &told["module"]), (&"build_failed".into(), &Value::Null));
            place.check_nothing_is_left();
        }
    }
}

#[test]
fn a_module_is_kept_and_what_a_compiler_left_behind_ends() {
    let place = Place::new();
    for machine in machines() {
        place.clear();
        for is_kept in [false, true] {
            let told = value(&place.build(machine.rules, "leave-a-child", "").check(0));
            assert_eq!((&told["result"], &told["kept"]), (&"built".into(), &is_kept.into()), "{told}");
            assert_eq!(std::fs::read(told["module"].as_str().unwrap()).unwrap(), b"\0asm");
            place.check_nothing_is_left();
        }
    }
}

/// What whoever starts the command has open, and a mask that closes what it makes to others.
#[test]
fn what_is_inherited_reaches_no_compiler() {
    let place = Place::new();
    for machine in machines() {
        place.clear();
        place.0.file("sources/main.c", "open-descriptors\nread /etc/passwd");
        let path = place.0.path().display();
        let line = format!(
            "umask 077; exec {path}/outer {} -- {path}/polymer build --untrusted {path}/sources --json 9</etc/passwd",
            machine.rules
        );
        let folders = std::env::join_paths([place.path("toolchain/bin"), "/usr/bin".into(), "/bin".into()]);
        let ended = Start::shell(&line)
            .env("PATH", folders.unwrap())
            .env("HOME", place.path("home"))
            .env("TMPDIR", place.path("tmp"))
            .run("")
            .check(100);
        let told = value(&ended);
        let said = told["error"]["compiler_output"].as_str().unwrap();
        assert!(said.starts_with("open-descriptors: 1\nread: E"), "{}: {told}", machine.rules);
        place.check_nothing_is_left();
    }
}

/// The first version of Landlock keeps no file from being cut, so alone it is no wall for a
/// compiler.
#[test]
fn an_old_landlock_alone_is_no_wall() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    for version in [1, 2] {
        let rules = format!("as 65534 landlock {version} without user-namespaces");
        let ended = Place::new().build(&rules, "module", "").check(96);
        ended.check_says(&format!("landlock: this kernel has ABI {version}, and compilers need ABI 3"));
    }
}

/// A tool is asked whether it works where no stranger's file lies: not in the current folder.
#[test]
fn no_tool_is_asked_in_a_strangers_folder() {
    let place = Place::new();
    std::fs::remove_file(place.path("toolchain/bin/clang-14")).unwrap();
    let tool = place
        .0
        .file("toolchain/bin/python3", "#!/bin/sh\n(pwd; echo $PYTHONSAFEPATH) >> \"$HOME/asked\"\nexit 1\n");
    std::fs::set_permissions(tool, PermissionsExt::from_mode(0o755)).unwrap();
    place.0.file("sources/main.c", "int main(void) { return 0; }");
    let ended = Start::args(["build", "--untrusted", "main.c"])
        .env("PATH", std::env::join_paths([place.path("toolchain/bin"), ".".into(), "".into()]).unwrap())
        .env("HOME", place.path("home"))
        .within(&place.path("sources"))
        .run("")
        .check(96);
    ended.check_says("a C compiler for WASI is needed");
    assert_eq!(std::fs::read_to_string(place.path("home/asked")).unwrap(), "/\n1\n");
}

#[test]
fn where_nothing_keeps_compilers_from_files_nothing_is_built() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    let place = Place::new();
    let ended = place.build("as 65534 without user-namespaces,landlock", "module", "").check(96);
    ended.check_says("error: a stranger's sources are not compiled on this machine");
    ended.check_says("landlock: ");
    ended.check_says("hint: `polymer doctor` shows");
    assert_eq!(ended.stdout, "");
    place.check_nothing_is_left();
}

#[test]
fn a_person_is_told_what_the_compiler_said() {
    let place = Place::new();
    place.0.file("sources/main.c", "read /etc/passwd");
    let ended = Start::args(["build", "--untrusted", "sources"])
        .env("PATH", place.path("toolchain/bin"))
        .env("HOME", place.path("home"))
        .within(place.0.path())
        .run("")
        .check(100);
    ended.check_says(
        "error: build_failed (compile_error): sources cannot be built: the compiler ended with exit code 1",
    );
    ended.check_says("read: E");
    assert_eq!(ended.stdout, "");
    for (args, part) in [
        (&["build", "sources", "--json"] as &[_], "--untrusted"),
        (&["build", "--untrusted", "sources", "--cpu-time", "0s"], "--cpu-time"),
    ] {
        Start::args(args).within(place.0.path()).run("").check(2).check_says(part);
    }
}
