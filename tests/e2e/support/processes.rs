//! Processes from outside, as `/proc` shows them; and waiting for their ends without asking again
//! and again.

use super::running::Start;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};
use std::collections::BTreeMap;
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A process that was seen alive. Its end can be waited for, and its number is never mistaken for
/// another process'.
pub(crate) struct Seen {
    pub(crate) pid: u32,
    handle: OwnedFd,
}

impl Seen {
    fn new(pid: u32) -> Option<Self> {
        let handle = pidfd_open(rustix::process::Pid::from_raw(pid.cast_signed())?, PidfdFlags::empty());
        handle.ok().map(|handle| Self { pid, handle })
    }

    /// That it ends within ten seconds.
    #[track_caller]
    pub(crate) fn check_ends(&self) {
        let mut fds = [PollFd::new(&self.handle, PollFlags::IN)];
        let patience = Timespec { tv_sec: 10, tv_nsec: 0 };
        assert_eq!(poll(&mut fds, Some(&patience)), Ok(1), "process {} is still there", self.pid);
    }

    /// Ends it as a crash would.
    pub(crate) fn kill(&self) {
        self.signal(Signal::SIGKILL);
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        // It may have ended by itself.
        let _ = kill(Pid::from_raw(self.pid.cast_signed()), signal);
    }

    /// Lets it have no more memory than it has.
    #[track_caller]
    pub(crate) fn starve(&self) {
        let status = std::fs::read_to_string(self.about("status")).unwrap();
        let user = status.lines().find_map(|line| line.strip_prefix("Uid:")?.split_whitespace().next());
        let (pid, user) = (self.pid, user.unwrap());
        // Root may lack the right to do it to others.
        let line = if nix::unistd::geteuid().is_root() { format!("as {user} -- ") } else { "-- ".to_owned() };
        Start::program("outer", &format!("{line}prlimit --pid {pid} --as=1:1")).run("").check(0);
    }

    /// A file about it.
    pub(crate) fn about(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{name}", self.pid))
    }

    /// What it has open as this number, with the rights of whoever opened it.
    #[track_caller]
    pub(crate) fn descriptor(&self, number: i32) -> fs::File {
        pidfd_getfd(&self.handle, number, PidfdGetfdFlags::empty()).unwrap().into()
    }

    /// Its process group.
    pub(crate) fn group(&self) -> u32 {
        stat(self.pid).map_or(0, |stat| stat.group)
    }
}

/// The workers that run tasks for the supervisor `pid`, or compile for it.
pub(crate) fn workers(pid: u32) -> Vec<Seen> {
    descendants(pid)
        .into_iter()
        .filter(|pid| arguments(*pid).contains(" __worker "))
        .filter_map(Seen::new)
        .collect()
}

/// The workers that run tasks for the supervisor `pid`, the oldest first. The last may be a spare,
/// which waits to be needed.
pub(crate) fn run_workers(pid: u32) -> Vec<Seen> {
    let running = |worker: &Seen| arguments(worker.pid).contains(" __worker run");
    let mut workers: Vec<Seen> = workers(pid).into_iter().filter(running).collect();
    workers.sort_by_key(|worker| stat(worker.pid).map_or(u64::MAX, |stat| stat.started));
    workers
}

/// The workers that the process `pid` has started, whoever is their parent now.
pub(crate) fn workers_of(pid: u32) -> Vec<Seen> {
    let entries = fs::read_dir("/proc").unwrap();
    let all = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let started = |worker: &u32| {
        let arguments = arguments(*worker);
        arguments.contains(" __worker ") && arguments.trim_end().ends_with(&format!(" {pid}"))
    };
    all.filter(started).filter_map(Seen::new).collect()
}

/// Waits until a process is stopped, as by Ctrl-Z; says whether it is, or else that it has ended.
#[track_caller]
pub(crate) fn is_stopped(pid: u32) -> bool {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        match stat(pid).map(|stat| stat.state) {
            Some(state) if state == "T" => return true,
            Some(state) if state != "Z" => {}
            _ => return false,
        }
        assert!(Instant::now() < deadline, "process {pid} goes on");
        std::thread::yield_now();
    }
}

/// The most memory that a process has ever held, in bytes.
pub(crate) fn peak_memory(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}

/// The files without a name that a process holds whose name begins so: how many, and the bytes of
/// memory that they take. Such a file counts once, however many descriptors lead to it.
pub(crate) fn unnamed_files(pid: u32, name: &str) -> (usize, u64) {
    let folder = PathBuf::from(format!("/proc/{pid}/fd"));
    let begins = format!("/memfd:{name}");
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let is_one = fs::read_link(entry.path()).is_ok_and(|to| to.to_string_lossy().starts_with(&begins));
        // It may be closed in between.
        if let (true, Ok(file)) = (is_one, fs::metadata(entry.path())) {
            files.insert(file.ino(), file.blocks() * 512);
        }
    }
    (files.len(), files.values().sum())
}

struct Stat {
    /// `R`, `S`, `T` and so on.
    state: String,
    parent: u32,
    group: u32,
    /// In ticks since the machine started.
    started: u64,
}

fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before may hold anything.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let [state, parent, group, ..] = fields[..] else { return None };
    Some(Stat {
        state: state.to_owned(),
        parent: parent.parse().ok()?,
        group: group.parse().ok()?,
        started: fields.get(19)?.parse().ok()?,
    })
}

fn arguments(pid: u32) -> String {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    super::text_of(&bytes).replace('\0', " ")
}

fn descendants(of: u32) -> Vec<u32> {
    let entries =
        fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let parents: BTreeMap<u32, u32> = entries.filter_map(|pid| Some((pid, stat(pid)?.parent))).collect();
    let descends = |pid: u32| {
        let line = std::iter::successors(Some(pid), |pid| parents.get(pid).copied());
        line.skip(1).take(parents.len()).any(|ancestor| ancestor == of)
    };
    parents.keys().copied().filter(|pid| descends(*pid)).collect()
}
