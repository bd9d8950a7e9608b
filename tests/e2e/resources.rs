//! What the machine lacks is charged to no task: a table over resources, each run into a folder and
//! without one. A run ends complete, or with an error that names the resource, the limit and a
//! value that would do; once there is enough, `resume` does the rest.

use super::support::{Ended, RunDir, Start, TempFolder, by_id, polymer, program, wat};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Lines of a run.
const TASKS: usize = 12;
/// An ordinary user's number, one that has no other processes.
const NOBODY: u32 = 54_322;

/// How a resource is taken away.
#[derive(Debug, Clone, Copy)]
enum Means {
    /// By the shell: `ulimit`.
    Shell(&'static str),
    /// By `tests/outer`.
    Outer(&'static str),
    /// By `tests/outer`, as an ordinary user.
    User(&'static str),
    /// By a control group: its controller, the file, the value.
    Group(&'static str, &'static str, &'static str),
}

/// A shortage: the resource as errors name it, how it is brought about, how runs may end, and what
/// is said if they do not complete.
struct Row {
    resource: &'static str,
    means: Means,
    codes: &'static [i32],
    says: &'static [&'static str],
}

const fn row(
    resource: &'static str,
    means: Means,
    codes: &'static [i32],
    says: &'static [&'static str],
) -> Row {
    Row { resource, means, codes, says }
}

const ROWS: [Row; 15] = [
    row(
        "memory",
        Means::Shell("ulimit -v 4000000"),
        &[96],
        &["`ulimit -v`) is 3.8 GiB", "`ulimit -v 8388608`"],
    ),
    row(
        "memory",
        Means::Shell("ulimit -v 1000000"),
        &[96],
        &["`ulimit -v`) is 976.5 MiB", "`ulimit -v 8388608`"],
    ),
    row("memory", Means::Shell("ulimit -v 9000000"), &[0], &[]),
    row("memory", Means::Shell("ulimit -d 2000"), &[96], &["RLIMIT_DATA", "`ulimit -d "]),
    row("memory", Means::Outer("failing memfd_create:3+:ENOMEM"), &[96], &["hint: "]),
    row("memory", Means::Group("memory", "memory.limit_in_bytes", "200M"), &[0], &[]),
    row("file descriptors", Means::Shell("ulimit -n 14"), &[96], &["`ulimit -n`) is 14", "`ulimit -n 1024`"]),
    row("file descriptors", Means::Shell("ulimit -n 64"), &[0], &[]),
    row("file descriptors", Means::Outer("failing pidfd_open:2+:ENFILE"), &[0, 96], &["hint: "]),
    row(
        "processes",
        Means::Group("pids", "pids.max", "20"),
        &[0, 96],
        &["pids.max) is 20", " in /sys/fs/cgroup/pids/"],
    ),
    row(
        "processes",
        Means::Group("pids", "pids.max", "8"),
        &[0, 96],
        &["pids.max) is 8", " in /sys/fs/cgroup/pids/"],
    ),
    row("processes", Means::User("processes 20"), &[0], &[]),
    row("processes", Means::User("processes 7"), &[96], &["`ulimit -u`) is 7", "`ulimit -u "]),
    row("disk space", Means::Outer("failing write@stdout:1+:ENOSPC"), &[110], &["No space left on device"]),
    row("event watches", Means::Outer("failing epoll_ctl:4+:ENOSPC"), &[96], &["fs.epoll.max_user_watches"]),
];

/// A control group of this test.
struct Group(PathBuf);

impl Group {
    /// One in which so much is allowed; `None` where none can be made.
    fn new(controller: &str, file: &str, value: &str) -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("polymer-test-{}-{number}", std::process::id());
        let path = Path::new("/sys/fs/cgroup").join(controller).join(name);
        fs::create_dir(&path).ok()?;
        let group = Self(path);
        fs::write(group.0.join(file), value).ok()?;
        Some(group)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Its last process may not be gone yet; the folder is empty then, and no test looks at it.
        drop(fs::remove_dir(&self.0));
    }
}

/// The user whose processes are counted: another one for each test, since tests run at a time.
fn user(flags: &str) -> u32 {
    NOBODY + u32::from(flags.contains("--run-dir"))
}

impl Means {
    /// Runs `polymer` with these flags where the resource is short; `None` where that cannot be
    /// brought about.
    fn run(self, flags: &str) -> Option<Ended> {
        self.run_lines(flags, "x\n".repeat(TASKS))
    }

    fn run_lines(self, flags: &str, input: String) -> Option<Ended> {
        let command = format!("polymer run {flags}");
        Some(match self {
            Self::Shell(limit) => Start::shell(&format!("{limit}; exec {command}")).patient(600).run(input),
            Self::Outer(rules) => Start::deprived(rules, &format!("run {flags}")).patient(600).run(input),
            Self::User(rules) => {
                if !nix::unistd::geteuid().is_root() {
                    return None;
                }
                let rules = format!("as {} {rules}", user(flags));
                Start::deprived(&rules, &format!("run {flags}")).patient(600).run(input)
            }
            Self::Group(controller, file, value) => {
                let group = Group::new(controller, file, value)?;
                let join = format!("echo $$ > {}/cgroup.procs", group.0.display());
                Start::shell(&format!("{join} && exec {command}")).patient(600).run(input)
            }
        })
    }

    /// Goes on with the run in this folder where there is enough of everything.
    fn resume(self, folder: &Path) -> Ended {
        let line = format!("{} resume {}", polymer().display(), folder.display());
        let start = match self {
            Self::User(_) => Start::file(&program("outer"), &format!("as {} -- {line}", user("--run-dir"))),
            Self::Shell(_) | Self::Outer(_) | Self::Group(..) => {
                Start::polymer(&format!("resume {}", folder.display()))
            }
        };
        start.patient(120).run("x\n".repeat(TASKS))
    }
}

impl Row {
    /// That no record says anything but ok, and that an error says what would help.
    #[track_caller]
    fn check(&self, ended: &Ended) {
        let told = format!("{} by {:?}: {}", self.resource, self.means, ended.stderr);
        let code = ended.status.code().unwrap();
        assert!(self.codes.contains(&code), "{code}: {told}");
        for what in ["quarantined", "worker_lost", "internal error"] {
            assert!(!ended.stderr.contains(what) && !ended.stdout.contains(what), "{what}: {told}");
        }
        let is_charge = |line: &str| line.contains("is charged") && !line.contains("no task is charged");
        assert!(!ended.stderr.lines().any(is_charge), "{told}");
        if code == 0 {
            return;
        }
        for what in self.says {
            assert!(ended.stderr.contains(what), "{what}: {told}");
        }
        if code == 96 {
            assert!(ended.stderr.contains("\nhint: "), "{told}");
            // Before there are workers: what the run itself needs, or a file of its folder.
            let early =
                ["error: cannot start the threads that ", "error: cannot watch ", "error: cannot write "];
            let early = early.iter().any(|early| ended.stderr.contains(early));
            let named = format!("(the machine lacks {})", self.resource);
            assert!(early || ended.stderr.contains(&named), "{told}");
        }
    }
}

#[test]
fn a_shortage_is_no_verdict_and_names_its_cure() {
    for row in &ROWS {
        let module = wat("silent");
        let Some(ended) = row.means.run(&format!("{module} -j 2")) else {
            eprintln!("{:?} cannot be brought about here, so it is not tested", row.means);
            continue;
        };
        row.check(&ended);
        let records = by_id(ended.records());
        assert!(records.values().all(|record| record.verdict() == "ok"), "{:?}: {}", row.means, ended.stdout);
        assert!(ended.status.code() != Some(0) || records.len() == TASKS);
    }
}

#[test]
fn a_run_in_a_folder_is_done_once_there_is_enough() {
    // What is written there is not standard output.
    for row in ROWS.iter().filter(|row| row.resource != "disk space") {
        let dir = RunDir::new();
        fs::set_permissions(dir.beside().path(), PermissionsExt::from_mode(0o777)).unwrap();
        let flags = format!("{} -j 2 --run-dir {}", wat("silent"), dir.path().display());
        let Some(ended) = row.means.run(&flags) else { continue };
        row.check(&ended);
        if !dir.holds_run() {
            // It ended before there was anything to go on with.
            assert_eq!(ended.status.code(), Some(96), "{:?}: {}", row.means, ended.stderr);
            continue;
        }
        assert!(dir.records().iter().all(|record| record.verdict() == "ok"), "{:?}", row.means);
        if ended.status.code() != Some(0) {
            row.means.resume(dir.path()).check(0);
        }
        let records = by_id(dir.records());
        assert_eq!(records.len(), TASKS, "{:?}", row.means);
        assert!(records.values().all(|record| record.verdict() == "ok" && record.history().is_empty()));
    }
}

/// Many modules need each resource many times over: `POLYMER_ALL_MODULES=1` for 1,500 of them.
#[test]
fn many_modules_run_or_the_run_names_what_is_lacking() {
    let count = if std::env::var_os("POLYMER_ALL_MODULES").is_some() { 1500 } else { 60 };
    let folder = TempFolder::new();
    fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let module = |at: usize| {
        let name = format!("{at}.wat");
        folder
            .file(&name, format!(r#"(module (memory 1) (func (export "_start") (drop (i32.const {at}))))"#));
        json!({"id": name, "module": name, "input": ""}).to_string() + "\n"
    };
    let lines: String = (0..count).map(module).collect();
    let flags = format!("--tasks - --base {} --no-cache -j 2", folder.path().display());
    // What is written to standard output is no matter of modules.
    for row in ROWS.iter().filter(|row| row.resource != "disk space") {
        let Some(ended) = row.means.run_lines(&flags, lines.clone()) else { continue };
        row.check(&ended);
        let records = by_id(ended.records());
        assert!(records.values().all(|record| record.verdict() == "ok"), "{:?}: {}", row.means, ended.stdout);
        assert!(ended.status.code() != Some(0) || records.len() == count);
    }
}

/// A resource that the host knows of and that has no row here fails.
#[test]
fn every_resource_has_a_row() {
    let source = include_str!("../../host/crates/core/base/src/resource.rs");
    let names = source.lines().filter_map(|line| {
        let (is_variant, name) = line.trim().strip_prefix("Self::")?.split_once(" => \"")?;
        name.strip_suffix("\",").filter(|_| !is_variant.contains(' '))
    });
    let known: BTreeSet<&str> = names.collect();
    let tested: BTreeSet<&str> = ROWS.iter().map(|row| row.resource).collect();
    assert!(known.len() >= 5, "{known:?}");
    assert_eq!(known, tested);
}

#[test]
fn workers_that_lack_something_are_told_of_while_others_go_on() {
    let line = format!("run {} -j 4", wat("silent"));
    let ended = Start::deprived("failing pidfd_open:3+:EMFILE", &line).run("x\n".repeat(TASKS)).check(0);
    ended.check_says("warn: slot ");
    ended.check_says("(the machine lacks file descriptors)");
    ended.check_says("continuing with 1 worker");
    assert_eq!(ended.records().len(), TASKS);
}
