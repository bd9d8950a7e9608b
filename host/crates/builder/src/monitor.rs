//! The builder: leaves the machine's namespaces, starts the keeper, and watches what all of a build
//! uses together. The kernel bounds one process or all of a user, so a sum has to be looked at.

use super::files;
use super::keeper::{KeeperReport, KeeperStart, keep};
use super::messages::{BuildAnswer, BuildEnd, BuildFault, BuildLimits, BuildRequest};
use super::process_tree::{ProcessTable, TreeUsage};
use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::time::{TimeVal, TimeValLike};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use polymer_host_jail::build_jail;
use polymer_host_sys::confine::{self, Capability};
use polymer_host_sys::process;
use serde_bytes::ByteBuf;
use std::collections::BTreeSet;
use std::io::{self, PipeReader, Read, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

/// How often a build is looked at, in milliseconds.
const LOOKS: u16 = 20;
/// The same while memory comes near its limit: a compiler that is refused more ends by itself.
const NEAR_LOOKS: u16 = 2;
/// Of so many looks one counts the files of a place that is a folder of the machine.
const COUNTS_FILES: u32 = 10;

/// Answers a request, in this process and others. It must have one thread.
pub(super) fn build(request: &BuildRequest) -> BuildAnswer {
    let begun = Instant::now();
    let mut watched = WatchedBuild::default();
    let report =
        watched.build(request, begun).unwrap_or_else(|error| empty(BuildEnd::Broken(error.to_string())));
    BuildAnswer {
        end: watched.blamed(report.end, &request.limits),
        said: report.said,
        module: report.module,
        cpu: watched.most.cpu,
        memory: watched.most.memory.max(watched.largest),
        time: begun.elapsed(),
        missing: report.missing,
    }
}

fn empty(end: BuildEnd) -> KeeperReport {
    KeeperReport { end, said: ByteBuf::new(), module: ByteBuf::new(), files: 0, missing: Vec::new() }
}

/// What was seen of a build.
#[derive(Debug, Default)]
struct WatchedBuild {
    most: TreeUsage,
    /// Bytes of files, at the last look.
    files: u64,
    /// Bytes of memory, at the last look.
    now_memory: u64,
    /// Bytes that the largest process had, pages of files among them: to be told, and no reason for
    /// blame.
    largest: u64,
}

impl WatchedBuild {
    fn build(&mut self, request: &BuildRequest, begun: Instant) -> io::Result<KeeperReport> {
        let mut table = ProcessTable::open()?;
        let start = KeeperStart { own_user: build_jail::own_user_id(), left: build_jail::leave() };
        // What loses its parent is ours, where there is no namespace of processes.
        nix::sys::prctl::set_child_subreaper(true)?;
        let (mut answers, mut theirs) = io::pipe()?;
        if start.left.is_err() {
            // Nothing ends what compilers start, so this process has to stay until it has.
            nix::sys::prctl::set_pdeathsig(None)?;
        }
        let keeper = process::fork(|| {
            let dies = nix::sys::prctl::set_pdeathsig(Signal::SIGKILL);
            if dies.is_err() || is_closed(&theirs) {
                return 1;
            }
            let report = keep(request, &start);
            let written = rmp_serde::to_vec_named(&report).map_err(io::Error::other);
            u8::from(written.and_then(|bytes| theirs.write_all(&bytes)).is_err())
        })?;
        drop(theirs);
        confine::keep_capabilities(&[Capability::Kill])?;
        let watched = self.watch(request, &mut answers, &mut table, begun);
        end(&table, keeper);
        let (cpu, memory) = used_by_ended();
        self.most.cpu = self.most.cpu.max(cpu);
        self.largest = memory;
        let report = match watched? {
            WatchEnd::Over(fault) => empty(BuildEnd::Failed(fault)),
            WatchEnd::Told(bytes) => rmp_serde::from_slice(&bytes).map_err(io::Error::other)?,
        };
        self.files = self.files.max(report.files);
        Ok(report)
    }

    /// Watches a build until the keeper has told how it ended, or it is over a limit.
    fn watch(
        &mut self,
        request: &BuildRequest,
        answers: &mut PipeReader,
        table: &mut ProcessTable,
        begun: Instant,
    ) -> io::Result<WatchEnd> {
        let (mut told, mut buffer, mut looks) = (Vec::new(), vec![0; 64 << 10], 0_u32);
        let most = usize::try_from(request.limits.module.saturating_add(1 << 20)).unwrap_or(usize::MAX);
        // With some to spare for those that end while they are looked at.
        let looked_at = most_tasks(&request.limits).saturating_mul(2);
        let looked_at = usize::try_from(looked_at).unwrap_or(usize::MAX);
        loop {
            let mut watched = [PollFd::new(answers.as_fd(), PollFlags::POLLIN)];
            let wait = if self.now_memory > request.limits.memory / 2 { NEAR_LOOKS } else { LOOKS };
            let ready = match poll(&mut watched, PollTimeout::from(wait)) {
                Ok(ready) => ready > 0,
                Err(Errno::EINTR) => false,
                Err(error) => return Err(error.into()),
            };
            if ready {
                match answers.read(&mut buffer)? {
                    0 => return Ok(WatchEnd::Told(told)),
                    got => told.extend_from_slice(buffer.get(..got).unwrap_or_default()),
                }
                if told.len() > most {
                    return Err(io::Error::other("the keeper of a build told too much"));
                }
                continue;
            }
            if is_closed(&io::stdout()) {
                return Err(io::Error::other("nobody waits for this build any more"));
            }
            let now = table.usage(std::process::id(), looked_at)?;
            let used = files::used(request, looks.is_multiple_of(COUNTS_FILES));
            self.files = used.map_or(self.files, |used| used.bytes);
            let in_memory = used.filter(|used| used.in_memory).map_or(0, |used| used.bytes);
            let now = TreeUsage { memory: now.memory.saturating_add(in_memory), ..now };
            looks = looks.wrapping_add(1);
            self.now_memory = now.memory;
            self.most = TreeUsage {
                cpu: self.most.cpu.max(now.cpu),
                memory: self.most.memory.max(now.memory),
                tasks: self.most.tasks.max(now.tasks),
            };
            if let Some(fault) = over(now, self.files, begun.elapsed(), &request.limits) {
                return Ok(WatchEnd::Over(fault));
            }
        }
    }

    /// Returns the end of a build, with the limit that a compiler ran into and could not name.
    fn blamed(&self, end: BuildEnd, limits: &BuildLimits) -> BuildEnd {
        let BuildEnd::Failed(BuildFault::Exit(_) | BuildFault::Signal(_)) = end else { return end };
        let is_near = |used: u64, most: u64| used >= most - most / 8;
        if end == BuildEnd::Failed(BuildFault::Signal(libc::SIGKILL)) {
            // No program of a build can send it.
            return if self.most.cpu >= limits.cpu {
                BuildEnd::Failed(BuildFault::Cpu)
            } else {
                BuildEnd::Broken("a compiler was killed: this machine may lack memory".to_owned())
            };
        }
        if is_near(self.files, limits.files) {
            BuildEnd::Failed(BuildFault::Output)
        } else if is_near(self.most.memory, limits.memory) {
            BuildEnd::Failed(BuildFault::Memory)
        } else if self.most.tasks >= most_tasks(limits) {
            BuildEnd::Failed(BuildFault::Tasks)
        } else {
            end
        }
    }
}

/// Returns the CPU time of all that was started and has ended, and the bytes of memory that the
/// largest of it had: what ends between two looks is seen here alone.
fn used_by_ended() -> (Duration, u64) {
    let Ok(used) = getrusage(UsageWho::RUSAGE_CHILDREN) else { return (Duration::ZERO, 0) };
    let time = |of: TimeVal| Duration::from_micros(u64::try_from(of.num_microseconds()).unwrap_or_default());
    let kib = u64::try_from(used.max_rss()).unwrap_or_default();
    (time(used.user_time()) + time(used.system_time()), kib.saturating_mul(1024))
}

/// How watching ended.
enum WatchEnd {
    /// The keeper told all it had to.
    Told(Vec<u8>),
    /// Something was used up.
    Over(BuildFault),
}

/// How many processes and threads there may be: this process and the keeper are among those that
/// are counted.
fn most_tasks(limits: &BuildLimits) -> u64 {
    limits.tasks.saturating_add(2)
}

/// Returns which limit a build is over.
fn over(now: TreeUsage, files: u64, time: Duration, limits: &BuildLimits) -> Option<BuildFault> {
    let tasks = most_tasks(limits);
    [
        (now.cpu > limits.cpu, BuildFault::Cpu),
        (now.memory > limits.memory, BuildFault::Memory),
        (now.tasks > tasks, BuildFault::Tasks),
        (files > limits.files, BuildFault::Output),
        (time > limits.time, BuildFault::Time),
    ]
    .into_iter()
    .find_map(|(is_over, fault)| is_over.then_some(fault))
}

/// Returns whether nobody holds the other end of a pipe that this process writes to.
fn is_closed(pipe: &impl AsFd) -> bool {
    let mut watched = [PollFd::new(pipe.as_fd(), PollFlags::empty())];
    let is_ready = poll(&mut watched, PollTimeout::ZERO).is_ok_and(|ready| ready > 0);
    is_ready && watched.iter().any(|fd| fd.any().unwrap_or(false))
}

/// Kills everything that this process started, and waits until it is gone.
fn end(table: &ProcessTable, keeper: Pid) {
    // With it ends the namespace of processes, where there is one. Else what it started comes to
    // this process, as does all that loses its parent.
    let _ = kill(keeper, Signal::SIGKILL);
    let _ = waitpid(keeper, None);
    loop {
        // No program of a build leaves its group, and a group is killed at once, whatever it starts
        // meanwhile. Until it is waited for, a child holds the number of its group. Each is killed
        // as it is found: while the groups of all are looked up, it might start thousands.
        let children = table.children(std::process::id()).unwrap_or_default();
        let own = nix::unistd::getpgrp().as_raw();
        let mut killed = BTreeSet::new();
        for child in &children {
            if let Some(group) = table.group(*child).filter(|group| *group != own)
                && killed.insert(group)
            {
                let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
            }
        }
        for child in children {
            let _ = kill(Pid::from_raw(child.cast_signed()), Signal::SIGKILL);
        }
        // At least one ends; what has ended beside it is waited for at once.
        if waitpid(None, None) == Err(Errno::ECHILD) {
            return;
        }
        while !matches!(waitpid(None, Some(WaitPidFlag::WNOHANG)), Err(_) | Ok(WaitStatus::StillAlive)) {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: BuildLimits = BuildLimits {
        cpu: Duration::from_secs(2),
        memory: 800,
        tasks: 4,
        files: 80,
        said: 1,
        time: Duration::from_secs(9),
        module: 1,
    };

    #[test]
    fn each_limit_is_watched() {
        let well = TreeUsage { cpu: LIMITS.cpu, memory: 800, tasks: 6 };
        let over = |now, files, seconds| super::over(now, files, Duration::from_secs(seconds), &LIMITS);
        assert_eq!(over(well, 80, 9), None);
        let cpu = LIMITS.cpu + Duration::from_millis(1);
        assert_eq!(over(TreeUsage { cpu, ..well }, 0, 0), Some(BuildFault::Cpu));
        assert_eq!(over(TreeUsage { memory: 801, ..well }, 0, 0), Some(BuildFault::Memory));
        assert_eq!(over(TreeUsage { tasks: 7, ..well }, 0, 0), Some(BuildFault::Tasks));
        assert_eq!(over(well, 81, 0), Some(BuildFault::Output));
        assert_eq!(over(well, 0, 10), Some(BuildFault::Time));
    }

    #[test]
    fn a_compiler_that_ran_into_a_limit_is_known_by_what_was_used() {
        let end = BuildEnd::Failed(BuildFault::Exit(1));
        let seen = |memory, tasks, files| {
            WatchedBuild {
                most: TreeUsage { cpu: Duration::ZERO, memory, tasks },
                files,
                ..WatchedBuild::default()
            }
            .blamed(end.clone(), &LIMITS)
        };
        assert_eq!(seen(10, 1, 10), end);
        assert_eq!(seen(701, 1, 10), BuildEnd::Failed(BuildFault::Memory));
        assert_eq!(seen(10, 1, 75), BuildEnd::Failed(BuildFault::Output));
        assert_eq!(seen(10, 5, 10), end);
        assert_eq!(seen(10, 6, 10), BuildEnd::Failed(BuildFault::Tasks));
        let watched = WatchedBuild { files: 80, ..WatchedBuild::default() };
        assert_eq!(watched.blamed(BuildEnd::Made, &LIMITS), BuildEnd::Made);
        // Pages of its own program are nothing that a compiler took.
        let watched = WatchedBuild { largest: 800, ..WatchedBuild::default() };
        assert_eq!(watched.blamed(end.clone(), &LIMITS), end);
    }
}
