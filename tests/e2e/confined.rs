//! What `polymer doctor` says of this machine is what a run gets: as whoever tests, as an ordinary
//! user, and on machines that lack something.

use super::support::{
    Ended, Running, Start, TempFolder, copy_program, fixture, polymer, probe, processes, program, wat,
};
use nix::sys::signal::Signal;
use std::fs::{self, File};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// User ids that workers of root take.
const OWN_USERS: std::ops::Range<u32> = 0x7000_0000..0x7fe0_0000;

/// The command where every user may start it, and the program that takes things away from it.
struct Machine {
    folder: TempFolder,
    outer: PathBuf,
}

impl Machine {
    fn new() -> Self {
        let folder = TempFolder::new();
        let outer = folder.path().join("outer");
        for (from, name) in [
            (program("outer"), "outer"),
            (polymer().to_path_buf(), "polymer"),
            (fixture("silent.wat"), "silent.wat"),
        ] {
            copy_program(&from, &folder.path().join(name));
        }
        for name in ["", "outer", "polymer", "silent.wat"] {
            std::fs::set_permissions(folder.path().join(name), PermissionsExt::from_mode(0o755)).unwrap();
        }
        Self { folder, outer }
    }

    /// `polymer` with these arguments, under rules as `tests/outer` reads them.
    fn polymer(&self, rules: &str, line: &str) -> Ended {
        let path = self.folder.path().display();
        let line = line.replace("silent.wat", &format!("{path}/silent.wat"));
        if rules.is_empty() {
            return Start::polymer(&line).run("x\n");
        }
        Start::file(&self.outer, &format!("{rules} -- {path}/polymer {line}")).run("x\n")
    }
}

/// The layers that `doctor` found around a worker that runs tasks, as a run writes them; and all it
/// said.
fn diagnosis(machine: &Machine, rules: &str) -> (String, Ended) {
    let ended = machine.polymer(rules, "doctor");
    let part = ended.stdout.split("a worker that runs tasks gets\n").nth(1).unwrap_or_default();
    let lines = part.lines().take_while(|line| !line.is_empty() && !line.contains("page scans"));
    let layers =
        lines.filter_map(|line| match line.trim().split_once(' ').map(|(name, is)| (name, is.trim())) {
            Some((name, "yes")) => Some(name.to_owned()),
            Some((_, is)) if is.starts_with("missing") => None,
            Some((name, is)) => Some(format!("{name} ({is})")),
            None => panic!("{line}"),
        });
    (layers.collect::<Vec<_>>().join(", "), ended)
}

/// That a run gets what `doctor` says, and lacks just these; with `strict` it starts only if it
/// lacks nothing.
#[track_caller]
fn check(rules: &str, lacks: &[&str]) {
    let machine = Machine::new();
    let (layers, doctor) = diagnosis(&machine, rules);
    let doctor = doctor.check(0);
    assert!(doctor.stdout.contains("page scans         yes"), "{rules}: {}", doctor.stdout);
    let ended = machine.polymer(rules, "run silent.wat --log-level info").check(0);
    assert!(ended.stderr.contains(&format!("jail: {layers}\n")), "{rules}: {layers}\n{}", ended.stderr);
    for layer in ["namespaces", "root", "landlock"] {
        let told = ended.stderr.contains(&format!("warn: the jail around workers lacks {layer}: "));
        assert_eq!(told, lacks.contains(&layer), "{rules}: {layer}\n{}", ended.stderr);
        assert_eq!(doctor.stdout.contains(&format!("{layer:<18} missing: ")), told, "{}", doctor.stdout);
    }
    let strict = machine.polymer(rules, "run silent.wat --sandbox strict");
    if lacks.is_empty() {
        doctor.check_says_on_stdout("so does --sandbox strict");
        strict.check(0);
    } else {
        doctor.check_says_on_stdout("--sandbox strict does not start");
        let strict = strict.check(96);
        strict.check_says("error: the jail around workers cannot be set up: ");
        assert!(strict.stdout.is_empty());
    }
}

#[test]
fn a_machine_that_has_everything_gives_everything() {
    check("", &[]);
}

#[test]
fn an_ordinary_user_gets_as_much() {
    if nix::unistd::geteuid().is_root() {
        check("as 65534", &[]);
    }
}

#[test]
fn workers_die_with_their_supervisor_whoever_started_it() {
    // In the last case a worker of root is to become another user, and only its group changes.
    // In the one before it they enter a user namespace in another.
    let all: &[&str] =
        &["as 65534", "", "as 65534 -- unshare --user --map-root-user", "without setresuid:EPERM"];
    let users: &[&str] = if nix::unistd::geteuid().is_root() { all } else { &[""] };
    for user in users {
        let machine = Machine::new();
        let path = machine.folder.path().display();
        let line = format!("{user} -- {path}/polymer run {path}/silent.wat -j 2");
        let mut running = Start::file(&machine.outer, &line).start();
        running.say("x");
        running.record();
        let workers = processes::run_workers(running.pid());
        assert!(!workers.is_empty());
        running.signal(Signal::SIGKILL);
        workers.iter().for_each(processes::Seen::check_ends);
    }
}

#[test]
fn a_machine_without_landlock_is_told_of() {
    check("without landlock", &["landlock"]);
}

#[test]
fn an_ordinary_user_without_namespaces_is_told() {
    if nix::unistd::geteuid().is_root() {
        let rules = "as 65534 without user-namespaces";
        check(rules, &["namespaces", "root"]);
        // Most often it is a container that forbids them.
        let ended = Machine::new().polymer(rules, "run silent.wat").check(0);
        ended.check_says("container engines lift that with `--security-opt seccomp=unconfined`");
    }
}

#[test]
fn where_nothing_keeps_workers_from_files_no_run_starts() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    let machine = Machine::new();
    for rules in ["as 65534 without user-namespaces,landlock", "without unshare:EPERM,landlock,chroot:EPERM"]
    {
        let (_, doctor) = diagnosis(&machine, rules);
        doctor.check(96).check_says_on_stdout("--sandbox auto does not start; --sandbox off does,");
        let ended = machine.polymer(rules, "run silent.wat").check(96);
        ended.check_says("error: the jail around workers cannot be set up: root: ");
        ended.check_says("nothing here keeps a worker from the machine's files (");
        ended.check_says("hint: ");
        machine.polymer(rules, "run silent.wat --sandbox off").check(0);
    }
}

/// What container engines forbid by default is told with the option that lifts it.
#[test]
fn what_a_container_forbids_is_told_with_the_option_that_allows_it() {
    let machine = Machine::new();
    for (rules, layer, option) in [
        ("without unshare:EPERM", "namespaces", "`--security-opt seccomp=unconfined`"),
        ("without move_mount:EPERM", "root", "`--security-opt apparmor=unconfined`"),
    ] {
        let (_, doctor) = diagnosis(&machine, rules);
        let doctor = doctor.check(0);
        let missing = format!("{layer:<18} missing: ");
        let told = doctor.stdout.lines().find(|line| line.contains(&missing));
        assert!(told.is_some_and(|told| told.contains(option)), "{rules}: {}", doctor.stdout);
    }
}

#[test]
fn without_filters_on_system_calls_nothing_starts() {
    let machine = Machine::new();
    let (_, doctor) = diagnosis(&machine, "without seccomp");
    doctor.check(96).check_says_on_stdout("--sandbox auto does not start; --sandbox off does,");
    let ended = machine.polymer("without seccomp", "run silent.wat").check(96);
    ended.check_says("error: the jail around workers cannot be set up: seccomp: ");
    ended.check_says("hint: `polymer doctor`");
    let ended = machine.polymer("without seccomp", "run silent.wat --sandbox off").check(0);
    ended.check_says("warn: there is no jail around workers, only limits");
    ended.check_says("jail: none, limits only");
    assert_eq!(ended.records().len(), 1);
}

/// The tries are made by a program of the tests. A worker of a run has the same around it.
#[test]
fn a_live_worker_has_its_own_user_its_bounds_and_the_tighter_filter() {
    let about = |flags: &str, file: &str| {
        let mut running = Start::polymer(&format!("run {} -j 1 {flags}", wat("silent"))).start();
        running.say("x");
        running.record();
        let workers = processes::run_workers(running.pid());
        let text = std::fs::read_to_string(workers[0].about(file)).unwrap();
        running.end().check(0);
        text
    };
    let field = |text: &str, name: &str| {
        let found = text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next());
        found.unwrap_or_else(|| panic!("{name}\n{text}")).to_owned()
    };
    let filters = |flags| field(&about(flags, "status"), "Seccomp_filters:").parse::<u32>().unwrap();
    // One more once its module is loaded, but where it may go over to another.
    assert_eq!(filters(""), filters("--isolation instance") + 1);
    let limits = about("", "limits");
    assert_ne!(field(&limits, "Max address space"), "unlimited");
    assert!(field(&limits, "Max processes").parse::<u32>().unwrap() < 2000, "{limits}");
    if nix::unistd::geteuid().is_root() {
        let user: u32 = field(&about("", "status"), "Uid:").parse().unwrap();
        assert!(OWN_USERS.contains(&user), "{user}");
    }
}

/// A run that goes on, under rules as `tests/outer` reads them, and a worker of it.
fn live(machine: &Machine, rules: &str, flags: &str) -> (Running, processes::Seen) {
    let path = machine.folder.path().display();
    let line = format!("{rules} -- {path}/polymer run {path}/silent.wat -j 1 {flags}");
    let mut running = Start::file(&machine.outer, &line).start();
    running.say("x");
    running.record();
    let worker = processes::run_workers(running.pid()).swap_remove(0);
    (running, worker)
}

/// Namespaces of a process that are not those of this one.
fn own_namespaces(process: &processes::Seen) -> Vec<&'static str> {
    let all = ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"];
    let of = |folder: &Path, name: &str| fs::read_link(folder.join(name)).unwrap();
    let (theirs, ours) = (process.about("ns"), Path::new("/proc/self/ns"));
    all.into_iter().filter(|name| of(&theirs, name) != of(ours, name)).collect()
}

#[test]
fn a_live_worker_has_namespaces_and_a_root_of_its_own_and_no_rights() {
    // Nobody else may look into it.
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    let machine = Machine::new();
    let granted = format!("--dir {}::/granted", machine.folder.path().display());
    let of_root: &[&str] = &["ipc", "mnt", "net", "uts"];
    let of_user: &[&str] = &["ipc", "mnt", "net", "user", "uts"];
    // CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH and CAP_FOWNER: folders may belong to others.
    let files = "000000000000000e";
    let none = "0000000000000000";
    for (rules, flags, namespaces, rights) in [
        ("", "", of_root, none),
        ("", granted.as_str(), of_root, files),
        ("as 65534", "", of_user, none),
        ("as 65534", granted.as_str(), of_user, none),
    ] {
        let (running, worker) = live(&machine, rules, flags);
        assert_eq!(own_namespaces(&worker), namespaces, "{rules} {flags}");
        let status = fs::read_to_string(worker.about("status")).unwrap();
        for line in [
            &format!("CapEff:\t{rights}"),
            &format!("CapPrm:\t{rights}"),
            "CapAmb:\t0000000000000000",
            "NoNewPrivs:\t1",
            "Seccomp:\t2",
        ] {
            assert!(status.lines().any(|is| is == line), "{rules} {flags}: {line}\n{status}");
        }
        // Numbers: what it has open.
        let names = fs::read_dir(worker.about("root/")).unwrap().map(|entry| entry.unwrap().file_name());
        let names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        assert!(names.iter().all(|name| name.parse::<u32>().is_ok()), "{rules} {flags}: {names:?}");
        running.end().check(0);
    }
}

/// What `/proc/PID/pagemap` says of the first page of a process' stack that is in memory.
fn page_of_stack(process: &processes::Seen, pagemap: &File) -> u64 {
    let maps = fs::read_to_string(process.about("maps")).unwrap();
    let line = maps.lines().find(|line| line.ends_with("[stack]")).unwrap();
    let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
    let [from, to] = [from, to].map(|address| u64::from_str_radix(address, 16).unwrap());
    let mut entries = (from..to).step_by(4096).map(|address| {
        let mut entry = [0; 8];
        pagemap.read_exact_at(&mut entry, address / 4096 * 8).unwrap();
        u64::from_ne_bytes(entry)
    });
    entries.find(|entry| entry >> 63 == 1).unwrap()
}

/// Bits of an entry that say where in the machine's memory the page is.
const FRAME: u64 = (1 << 55) - 1;

#[test]
fn the_pages_that_a_worker_of_root_may_ask_about_tell_no_addresses_of_the_machine() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    let machine = Machine::new();
    for flags in ["", "--dir /usr::/usr"] {
        let (running, worker) = live(&machine, "", flags);
        let mut open = fs::read_dir(worker.about("fd")).unwrap().map(|entry| entry.unwrap().path());
        let is_pagemap = |path: &PathBuf| fs::read_link(path).is_ok_and(|to| to.ends_with("pagemap"));
        let path = open.find(is_pagemap).unwrap();
        let number = path.file_name().unwrap().to_str().unwrap().parse().unwrap();
        let (theirs, ours) = (worker.descriptor(number), File::open(worker.about("pagemap")).unwrap());
        assert_eq!(page_of_stack(&worker, &theirs) & FRAME, 0, "{flags}");
        // Root that is contained (without CAP_SYS_ADMIN) is told none either.
        let is_contained = own_rights() & 1 << 21 == 0;
        assert!(is_contained || page_of_stack(&worker, &ours) & FRAME != 0, "{flags}");
        running.end().check(0);
    }
}

/// The rights that this process uses, as bits.
fn own_rights() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let rights = status.lines().find_map(|line| line.strip_prefix("CapEff:")).unwrap();
    u64::from_str_radix(rights.trim(), 16).unwrap()
}

/// Also a worker that no wall kept from `/proc` would come to nothing there.
#[test]
fn nobody_of_the_same_user_may_look_into_a_supervisor() {
    let machine = Machine::new();
    let is_root = nix::unistd::geteuid().is_root();
    let rules = if is_root { "as 65534" } else { "" };
    let (running, worker) = live(&machine, rules, "");
    let look = |pid: u32| {
        let start = Start::shell(&format!(
            "for name in mem environ maps fd/0 root/etc/passwd; do head -c 0 /proc/{pid}/$name || echo $name; done; ls /proc/{pid}/fd || echo fd"
        ));
        let start = if is_root { start.under_user(65534) } else { start };
        start.run("")
    };
    let all = "mem\nenviron\nmaps\nfd/0\nroot/etc/passwd\nfd\n";
    for pid in [running.pid(), worker.pid] {
        let ended = look(pid);
        assert_eq!(ended.stdout, all, "{}", ended.stderr);
        assert_eq!(ended.stderr.matches("Permission denied").count(), 6, "{}", ended.stderr);
    }
    // It is for what they are that these are closed: another program of that user is open.
    let other = Start::shell("exec cat");
    let other = if is_root { other.under_user(65534) } else { other }.start();
    let ended = look(other.pid());
    assert!(!ended.stdout.contains("environ") && !ended.stdout.contains("maps"), "{}", ended.stderr);
    running.end().check(0);
}

/// The manual says so, for whoever starts runs as root finds them.
#[test]
fn files_of_tasks_belong_to_the_users_of_their_workers() {
    let folder = TempFolder::new();
    let line = format!("run {} -j 1 --dir {}::/granted:rw", probe(), folder.path().display());
    Start::polymer(&line).run("write /granted/made\n").check(0);
    let made = fs::metadata(folder.path().join("made")).unwrap();
    if nix::unistd::geteuid().is_root() {
        assert!(OWN_USERS.contains(&made.uid()) && made.uid() == made.gid(), "{made:?}");
    } else {
        assert_eq!(made.uid(), nix::unistd::geteuid().as_raw());
    }
}

/// What a kernel lets a process decide differs between machines, so what is told is held against
/// what the kernel says of a process that asks: this one.
#[test]
fn speculation_is_limited_where_the_kernel_lets_workers_do_it_and_told_where_not() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let says =
        |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim();
    // A kernel that says nothing of it lets nobody decide it.
    let stays_on =
        |state: &str| ["", "always enabled", "unknown", "unsupported", "vulnerable"].contains(&state);
    let is_missing =
        stays_on(says("Speculation_Store_Bypass:")) || stays_on(says("SpeculationIndirectBranch:"));
    let module = wat("silent");
    let line = format!("run {module} --limit-speculation");
    let ended = Start::polymer(&format!("{line} --log-level info")).run("x\n").check(0);
    let warned = "warn: the jail around workers lacks speculation: still on are: ";
    assert_eq!(ended.stderr.contains(warned), is_missing, "{status}\n{}", ended.stderr);
    let stands = ended.stderr.contains("speculation (store bypass, indirect branches)");
    assert_eq!(stands, !is_missing, "{}", ended.stderr);
    let strict = Start::polymer(&format!("{line} --sandbox strict")).run("x\n");
    strict.check(if is_missing { 96 } else { 0 });
    // Nobody hears of it who did not ask.
    let ended = Start::polymer(&format!("run {module} --log-level info")).run("x\n").check(0);
    assert!(!ended.stderr.contains("speculation"), "{}", ended.stderr);
}
