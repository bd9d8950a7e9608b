//! What a process and all that it started use: CPU time, memory, processes and threads.
//!
//! Read from a `/proc` that is held open, since the one of the machine has no path any more in the
//! root of a build. It must never decide what is too much.

use nix::fcntl::{OFlag, openat};
use nix::sys::stat::Mode;
use nix::unistd::{SysconfVar, sysconf};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::time::Duration;

/// Bytes of a file in `/proc` that are read. The lists of children are the longest.
const READ: u64 = 1 << 20;

/// What a tree of processes uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TreeUsage {
    /// CPU time of all of them, and of those that ended and were waited for.
    pub(super) cpu: Duration,
    /// Bytes of memory that is no file's.
    pub(super) memory: u64,
    /// Processes and threads. One that has ended is counted until it is waited for: it holds a
    /// number, of which the machine has few.
    pub(super) tasks: u64,
}

/// A `/proc` that is held open.
#[derive(Debug)]
pub(super) struct ProcessTable {
    proc: File,
    ticks: u64,
    /// CPU time of each process that was seen, by its id and when it started.
    seen: BTreeMap<(u32, u64), Duration>,
}

impl ProcessTable {
    /// Opens that of this machine.
    ///
    /// # Errors
    /// If there is none, or it lists no children.
    pub(super) fn open() -> io::Result<Self> {
        let ticks = sysconf(SysconfVar::CLK_TCK)?.and_then(|ticks| u64::try_from(ticks).ok());
        let table =
            Self { proc: File::open("/proc")?, ticks: ticks.unwrap_or(100).max(1), seen: BTreeMap::new() };
        table.children(std::process::id())?;
        Ok(table)
    }

    /// Returns what the process `root` and all below it use. What ends meanwhile is left out. Where
    /// more than `most` processes are found, their number alone is told, with those that have ended
    /// meanwhile: a look at each would take the longer the more they become.
    ///
    /// # Errors
    /// If `root` cannot be looked at, or a process that it has to wait for: `/proc` hides them then
    /// (`hidepid`), and nothing of what they use would be seen.
    pub(super) fn usage(&mut self, root: u32, most: usize) -> io::Result<TreeUsage> {
        let mut sum = TreeUsage::default();
        let mut with_ended = Duration::ZERO;
        let own = self.children(root)?;
        let tree = self.tree(root, most);
        if tree.len() > most {
            return Ok(TreeUsage { tasks: u64::try_from(tree.len()).unwrap_or(u64::MAX), ..sum });
        }
        for pid in tree {
            let stat = match self.read(&format!("{pid}/stat")) {
                Ok(stat) => stat,
                // These are there until this process waits for them.
                Err(error) if own.contains(&pid) => return Err(error),
                Err(_) => continue,
            };
            let Some(counted) = counted(&stat) else { continue };
            with_ended += self.time(counted.own_ticks + counted.ticks_of_ended);
            self.seen.insert((pid, counted.started), self.time(counted.own_ticks));
            sum.memory = sum.memory.saturating_add(self.memory(pid));
            sum.tasks += counted.tasks;
        }
        // A child that nobody waits for is counted nowhere else once it is gone.
        sum.cpu = with_ended.max(self.seen.values().sum());
        Ok(sum)
    }

    /// Returns a process and all below it, parents first: one more than `most` where there are
    /// more.
    fn tree(&self, root: u32, most: usize) -> Vec<u32> {
        let mut found = vec![root];
        let mut at = 0;
        while let Some(pid) = found.get(at).copied().filter(|_| found.len() <= most) {
            found.extend(self.children(pid).unwrap_or_default());
            at += 1;
        }
        found.truncate(most.saturating_add(1));
        found
    }

    /// Returns the process group of a process.
    pub(super) fn group(&self, pid: u32) -> Option<i32> {
        Some(counted(&self.read(&format!("{pid}/stat")).ok()?)?.group)
    }

    fn memory(&self, pid: u32) -> u64 {
        let of = |path: String| memory(&self.read(&path).unwrap_or_default());
        of(format!("{pid}/status"))
            .or_else(|| {
                // Its first thread has ended, and all the others have the same memory.
                let threads = self.list(&format!("{pid}/task")).unwrap_or_default();
                threads.into_iter().find_map(|thread| of(format!("{pid}/task/{thread}/status")))
            })
            .unwrap_or_default()
    }

    /// Returns the children of a process, whichever of its threads started them.
    ///
    /// # Errors
    /// If they are not listed: it is gone, or hidden.
    pub(super) fn children(&self, pid: u32) -> io::Result<Vec<u32>> {
        // A child is that of the thread which started it.
        let threads = self.list(&format!("{pid}/task"))?;
        let mut children = Vec::new();
        for thread in threads {
            let text = self.read(&format!("{pid}/task/{thread}/children"));
            let text = if thread == pid { text? } else { text.unwrap_or_default() };
            children.extend(text.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
        }
        Ok(children)
    }

    fn list(&self, path: &str) -> io::Result<Vec<u32>> {
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let mut folder = nix::dir::Dir::openat(&self.proc, path, flags, Mode::empty())?;
        let names = folder.iter().filter_map(Result::ok);
        Ok(names.filter_map(|entry| entry.file_name().to_str().ok()?.parse().ok()).collect())
    }

    fn read(&self, path: &str) -> io::Result<String> {
        let file = openat(&self.proc, path, OFlag::O_RDONLY | OFlag::O_CLOEXEC, Mode::empty())?;
        // A program may call itself anything.
        let mut bytes = Vec::new();
        File::from(file).take(READ).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn time(&self, ticks: u64) -> Duration {
        Duration::from_millis(ticks.saturating_mul(1000) / self.ticks)
    }
}

/// What a `stat` of proc_pid_stat(5) says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CountedProcess {
    group: i32,
    own_ticks: u64,
    /// Of children that ended and were waited for.
    ticks_of_ended: u64,
    tasks: u64,
    /// When it started, in ticks.
    started: u64,
}

fn counted(stat: &str) -> Option<CountedProcess> {
    // The name of the program comes second, in brackets, and may have some itself.
    let (_, behind) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = behind.split_whitespace().collect();
    // The first of these is field 3 of the page.
    let field = |number: usize| fields.get(number.checked_sub(3)?)?.parse::<i64>().ok();
    let ticks = |first: usize| u64::try_from(field(first)?.checked_add(field(first + 1)?)?).ok();
    Some(CountedProcess {
        group: field(5)?.try_into().ok()?,
        own_ticks: ticks(14)?,
        ticks_of_ended: ticks(16)?,
        tasks: field(20)?.try_into().ok()?,
        started: field(22)?.try_into().ok()?,
    })
}

/// Returns the bytes in a `status` of proc_pid_status(5) that are no file's: pages in memory or
/// swapped out, and their tables. `None` if it has none of these lines.
fn memory(status: &str) -> Option<u64> {
    let line = |name: &str| {
        let rest = status.lines().find_map(|line| line.strip_prefix(name))?;
        rest.trim().strip_suffix(" kB")?.parse::<u64>().ok()
    };
    let of = |name| line(name).unwrap_or_default();
    line("RssAnon:")?;
    let kib = ["RssAnon:", "RssShmem:", "VmSwap:", "VmPTE:"].map(of).into_iter().fold(0, u64::saturating_add);
    Some(kib.saturating_mul(1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_a_process_are_found_behind_its_name() {
        let stat = "7 (a) b\u{fffd}) R 1 6 7 0 -1 4194304 1 2 3 4 10 20 30 40 20 0 5 0 99 1 2";
        let expected = CountedProcess { group: 6, own_ticks: 30, ticks_of_ended: 70, tasks: 5, started: 99 };
        assert_eq!(counted(stat), Some(expected));
        for odd in ["", "7 (a", "7 (a) R 1", "7 (a) R 1 7 7 0 -1 4194304 1 2 3 4 x 20 30 40 20 0 5 0 9"] {
            assert_eq!(counted(odd), None, "{odd}");
        }
    }

    #[test]
    fn memory_is_what_is_no_files() {
        let status = "Name:\ta\nVmPTE:\t 8 kB\nVmSwap:\t 20 kB\nRssAnon:\t     100 kB\nRssFile:\t 900 kB\nRssShmem:\t 2 kB\n";
        assert_eq!(memory(status), Some(130 << 10));
        assert_eq!(memory("RssAnon: many kB\n"), None);
        assert_eq!(memory("Name:\ta\n"), None);
    }

    #[test]
    fn a_tree_has_all_that_was_started() {
        let mut table = ProcessTable::open().unwrap();
        let own = std::process::id();
        let before = table.usage(own, 1000).unwrap();
        assert!(before.tasks >= 1 && before.memory > 0, "{before:?}");
        assert_eq!(table.group(own), Some(nix::unistd::getpgrp().as_raw()));
        assert_eq!(table.tree(u32::MAX, 1000), [u32::MAX]);
        assert!(table.usage(u32::MAX, 1000).is_err());
    }

    /// Nothing of a build has to wait for what it starts, and each of these takes a number.
    #[test]
    #[expect(clippy::disallowed_types, reason = "the test starts what it looks at")]
    fn what_has_ended_counts_until_it_is_waited_for() {
        let mut table = ProcessTable::open().unwrap();
        let mut process = std::process::Command::new("/bin/true").spawn().unwrap();
        let child = process.id();
        let pid = nix::unistd::Pid::from_raw(child.cast_signed());
        let flags = nix::sys::wait::WaitPidFlag::WEXITED | nix::sys::wait::WaitPidFlag::WNOWAIT;
        nix::sys::wait::waitid(nix::sys::wait::Id::Pid(pid), flags).unwrap();
        assert_eq!(table.usage(child, 1000).unwrap().tasks, 1);
        assert!(table.tree(std::process::id(), 1000).contains(&child));
        let many = TreeUsage { tasks: 1, ..TreeUsage::default() };
        assert_eq!(table.usage(std::process::id(), 0).unwrap(), many);
        process.wait().unwrap();
    }

    /// What a process used that is gone and was waited for by nobody is not forgotten.
    #[test]
    fn time_of_what_is_gone_stays() {
        let mut table = ProcessTable::open().unwrap();
        table.seen.insert((u32::MAX, 1), Duration::from_secs(9_000_000));
        assert!(table.usage(std::process::id(), 1000).unwrap().cpu >= Duration::from_secs(9_000_000));
    }
}
