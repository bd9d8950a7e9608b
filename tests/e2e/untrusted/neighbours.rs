//! Two builds at a time: neither reads, lists or changes what the other has in its place.

use super::super::support::Running;
use super::{Machine, Place, machines, value};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a compiler is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A build whose compiler waits.
struct Waiting {
    running: Running,
    compiler: Pid,
    /// The folder that is its own, as it is outside.
    place: PathBuf,
}

impl Waiting {
    fn start(place: &Place, machine: &Machine) -> Self {
        place.0.file("others/main.c", "create held\nsleep");
        let mut running = place.command(machine.rules, "others", "").start();
        let deadline = Instant::now() + PATIENCE;
        let compiler = loop {
            if let Some(compiler) = compiler(place) {
                break compiler;
            }
            assert!(running.goes_on(deadline), "no compiler was started");
            std::thread::yield_now();
        };
        let mut places = fs::read_dir(place.path("tmp")).unwrap().map(|entry| entry.unwrap().path());
        Self { running, compiler, place: places.next().unwrap() }
    }

    /// Its compiler is killed, so it ends.
    fn end(self) {
        kill(self.compiler, Signal::SIGKILL).unwrap();
        self.running.end();
    }
}

/// The compiler that compiles, if one does: others are asked what they have.
fn compiler(place: &Place) -> Option<Pid> {
    let program = place.path("toolchain/bin/clang-14");
    let compiles = |arguments: &[u8]| {
        let mut words = arguments.split(|byte| *byte == 0);
        words.next().is_some_and(|first| Path::new(&*String::from_utf8_lossy(first)) == program)
            && words.clone().any(|word| word == b"-o")
            && !words.any(|word| word == b"-E")
    };
    let processes =
        fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut compilers = processes.filter_map(|name| {
        let pid = name.parse().ok()?;
        compiles(&fs::read(format!("/proc/{pid}/cmdline")).ok()?).then(|| Pid::from_raw(pid))
    });
    compilers.next()
}

#[test]
fn a_build_reaches_nothing_of_one_beside_it() {
    let place = Place::new();
    for machine in machines() {
        place.clear();
        let waiting = Waiting::start(&place, machine);
        let held = |name: &str| waiting.place.join(name).display().to_string();
        let seen = format!("/proc/{}/root{}", waiting.compiler, held("source/main.c"));
        assert!(Path::new(&seen).is_file(), "{seen}");
        let tries = [
            ("list", held("")),
            ("list", held("source")),
            ("read", held("source/main.c")),
            ("write", held("source/main.c")),
            ("cut", held("source/main.c")),
            ("remove", held("source/main.c")),
            ("create", held("planted")),
            ("create", held("source/planted")),
        ];
        let source: Vec<_> = tries.iter().map(|(name, path)| format!("{name} {path}")).collect();
        let told = value(&place.build(machine.rules, &source.join("\n"), "").check(100));
        let said = told["error"]["compiler_output"].as_str().unwrap();
        assert_eq!(compiler(&place), Some(waiting.compiler), "the other build is over");
        for ((name, path), line) in tries.iter().zip(said.lines()) {
            let is = line.strip_prefix(&format!("{name}: ")).unwrap_or(line);
            assert_eq!(is, machine.elsewhere, "{} {name} {path}\n{said}", machine.rules);
        }
        assert!(said.lines().count() >= tries.len(), "{said}");
        waiting.end();
        place.check_nothing_is_left();
    }
}

/// One that a notice to all processes of a run ended would be told of as sources that do not
/// compile.
#[test]
fn a_compiler_hears_no_notice() {
    let place = Place::new();
    let waiting = Waiting::start(&place, machines().first().unwrap());
    let status = fs::read_to_string(format!("/proc/{}/status", waiting.compiler)).unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigBlk:")).unwrap();
    let mask = u64::from_str_radix(mask.trim(), 16).unwrap();
    let is_blocked = |signal: Signal| mask & (1 << (signal as i32 - 1)) != 0;
    assert!(is_blocked(Signal::SIGTERM) && is_blocked(Signal::SIGHUP) && is_blocked(Signal::SIGINT));
    // By which the kernel enforces a limit.
    assert!(!is_blocked(Signal::SIGXCPU));
    waiting.end();
}
