//! What a process and all that it started use: CPU time, memory, processes and threads.
//!
//! Read from a `/proc` that is held open, since the one of the machine has no path any more in the
//! root of a build. It must never decide what is too much.

use nix::fcntl::{OFlag, openat};
use nix::sys::stat::Mode;
use nix::unistd::{SysconfVar, sysconf};
use std::fs::File;
use std::io::{self, Read};
use std::time::Duration;

/// Bytes of a file in `/proc` that are read. The lists of children are the longest.
const READ: u64 = 1 << 20;
/// Processes that are looked at: more are over any limit.
const MOST: usize = 1 << 16;

/// What a tree of processes uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TreeUsage {
    /// CPU time of all of them, and of those that ended and were waited for.
    pub(super) cpu: Duration,
    /// Bytes of memory that is no file's.
    pub(super) memory: u64,
    /// Processes and threads.
    pub(super) tasks: u64,
}

/// A `/proc` that is held open.
#[derive(Debug)]
pub(super) struct ProcessTable {
    proc: File,
    ticks: u64,
}

impl ProcessTable {
    /// Opens that of this machine.
    ///
    /// # Errors
    /// If there is none, or it lists no children.
    pub(super) fn open() -> io::Result<Self> {
        let ticks = sysconf(SysconfVar::CLK_TCK)?.and_then(|ticks| u64::try_from(ticks).ok());
        let table = Self { proc: File::open("/proc")?, ticks: ticks.unwrap_or(100).max(1) };
        table.children(std::process::id())?;
        Ok(table)
    }

    /// Returns what the process `root` and all below it use. What ends meanwhile is left out.
    pub(super) fn usage(&self, root: u32) -> TreeUsage {
        let of = |pid: &u32| {
            let stat = self.read(&format!("{pid}/stat")).ok()?;
            let status = self.read(&format!("{pid}/status")).unwrap_or_default();
            let (ticks, tasks) = counted(&stat)?;
            Some(TreeUsage { cpu: self.time(ticks), memory: memory(&status), tasks })
        };
        self.tree(root).iter().filter_map(of).fold(TreeUsage::default(), |sum, one| TreeUsage {
            cpu: sum.cpu + one.cpu,
            memory: sum.memory.saturating_add(one.memory),
            tasks: sum.tasks + one.tasks,
        })
    }

    /// Returns a process and all below it, parents first.
    pub(super) fn tree(&self, root: u32) -> Vec<u32> {
        let mut found = vec![root];
        let mut at = 0;
        while let Some(pid) = found.get(at).copied().filter(|_| found.len() < MOST) {
            found.extend(self.children(pid).unwrap_or_default());
            at += 1;
        }
        found
    }

    fn children(&self, pid: u32) -> io::Result<Vec<u32>> {
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
        let mut text = String::new();
        File::from(file).take(READ).read_to_string(&mut text)?;
        Ok(text)
    }

    fn time(&self, ticks: u64) -> Duration {
        Duration::from_millis(ticks.saturating_mul(1000) / self.ticks)
    }
}

/// Returns the ticks of CPU time in a `stat` of proc_pid_stat(5), those of children that were
/// waited for among them, and the threads.
fn counted(stat: &str) -> Option<(u64, u64)> {
    // The name of the program comes second, in brackets, and may have some itself.
    let (_, behind) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = behind.split_whitespace().collect();
    // The first of these is field 3 of the page.
    let field = |number: usize| fields.get(number.checked_sub(3)?)?.parse::<i64>().ok();
    let ticks = [14, 15, 16, 17].into_iter().try_fold(0, |sum, number| Some(sum + field(number)?))?;
    Some((u64::try_from(ticks).ok()?, u64::try_from(field(20)?).ok()?))
}

/// Returns the bytes of memory in a `status` of proc_pid_status(5) that are no file's.
fn memory(status: &str) -> u64 {
    let line = |name: &str| {
        let rest = status.lines().find_map(|line| line.strip_prefix(name))?;
        rest.trim().strip_suffix(" kB")?.parse::<u64>().ok()
    };
    let of = |name| line(name).unwrap_or_default();
    (of("RssAnon:") + of("RssShmem:")).saturating_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_a_process_are_found_behind_its_name() {
        let stat = "7 (a) b) R 1 7 7 0 -1 4194304 1 2 3 4 10 20 30 40 20 0 5 0 99 1 2";
        assert_eq!(counted(stat), Some((100, 5)));
        for odd in ["", "7 (a", "7 (a) R 1", "7 (a) R 1 7 7 0 -1 4194304 1 2 3 4 x 20 30 40 20 0 5"] {
            assert_eq!(counted(odd), None, "{odd}");
        }
    }

    #[test]
    fn memory_is_what_is_no_files() {
        let status = "Name:\ta\nRssAnon:\t     100 kB\nRssFile:\t 900 kB\nRssShmem:\t 2 kB\n";
        assert_eq!(memory(status), 102 << 10);
        assert_eq!(memory("RssAnon: many kB\n"), 0);
    }

    #[test]
    fn a_tree_has_all_that_was_started() {
        let table = ProcessTable::open().unwrap();
        let before = table.usage(std::process::id());
        assert!(before.tasks >= 1 && before.memory > 0, "{before:?}");
        let child = polymer_host_sys::process::watch_child(std::process::id());
        drop(child);
        assert_eq!(table.tree(u32::MAX), [u32::MAX]);
        assert_eq!(table.usage(u32::MAX), TreeUsage::default());
    }
}
