//! The limits under which this process and its children run: resource limits, control groups of
//! either version, the machine's own.
//!
//! Read only where something was refused. A value that the system does not tell is absent. It must
//! never know what was asked for.

use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Limits, and what is used of them now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MachineLimits {
    /// Bytes of address space of a process, `RLIMIT_AS`.
    pub address_space: Option<u64>,
    /// Bytes of private writable memory of a process, `RLIMIT_DATA`.
    pub data: Option<u64>,
    /// Descriptors of a process, `RLIMIT_NOFILE`.
    pub files: Option<u64>,
    /// Processes and threads of the user, `RLIMIT_NPROC`. The superuser is exempt.
    pub processes: Option<LimitUsage>,
    /// Processes and threads of the control group.
    pub pids: Option<LimitUsage>,
    /// Bytes of memory of the control group.
    pub memory: Option<LimitUsage>,
    /// Open files of the whole system.
    pub open_files: Option<LimitUsage>,
    /// Bytes of memory that nobody uses, or that can be had for the asking.
    pub available: Option<u64>,
    /// The kernel promises no more memory than it has (`vm.overcommit_memory` is 2).
    pub is_strict: bool,
    /// Event watches that the user may have.
    pub watches: Option<u64>,
}

/// A limit on what several processes use together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitUsage {
    /// The file that says so; empty for a resource limit.
    pub file: PathBuf,
    /// Amount in use.
    pub used: u64,
    /// Maximum amount.
    pub most: u64,
}

impl LimitUsage {
    /// Returns whether no more than `margin` is left.
    #[must_use]
    pub const fn is_short_of(&self, margin: u64) -> bool {
        self.used.saturating_add(margin) >= self.most
    }
}

impl MachineLimits {
    /// Reads all of them.
    #[must_use]
    pub fn read() -> Self {
        let meminfo = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        Self {
            address_space: limit(Resource::RLIMIT_AS),
            data: limit(Resource::RLIMIT_DATA),
            files: limit(Resource::RLIMIT_NOFILE),
            processes: processes_of_user(),
            pids: group("pids", ["pids.max", "pids.max"], ["pids.current", "pids.current"]),
            memory: group(
                "memory",
                ["memory.limit_in_bytes", "memory.max"],
                ["memory.usage_in_bytes", "memory.current"],
            ),
            open_files: open_files(),
            available: available(&meminfo),
            is_strict: number(Path::new("/proc/sys/vm/overcommit_memory")) == Some(2),
            watches: number(Path::new("/proc/sys/fs/epoll/max_user_watches")),
        }
    }
}

fn limit(resource: Resource) -> Option<u64> {
    getrlimit(resource).ok().map(|(soft, _)| soft).filter(|soft| *soft != RLIM_INFINITY)
}

fn processes_of_user() -> Option<LimitUsage> {
    let user = nix::unistd::getuid();
    let most = limit(Resource::RLIMIT_NPROC).filter(|_| !user.is_root())?;
    let processes = fs::read_dir("/proc").ok()?.flatten().filter(|entry| {
        let is_process =
            entry.file_name().to_string_lossy().starts_with(|first: char| first.is_ascii_digit());
        is_process && entry.metadata().is_ok_and(|data| data.uid() == user.as_raw())
    });
    let threads = processes.map(|entry| fs::read_dir(entry.path().join("task")).map_or(1, Iterator::count));
    let used = threads.fold(0_u64, |sum, threads| sum.saturating_add(threads as u64));
    Some(LimitUsage { file: PathBuf::new(), used, most })
}

fn open_files() -> Option<LimitUsage> {
    let file = PathBuf::from("/proc/sys/fs/file-nr");
    let text = fs::read_to_string(&file).ok()?;
    let mut fields = text.split_whitespace().map(|field| field.parse::<u64>().ok());
    let (used, most) = (fields.next()??, fields.nth(1)??);
    Some(LimitUsage { file: PathBuf::from("/proc/sys/fs/file-max"), used, most })
}

fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// The control group that leaves the least of a resource: this process's own or one above it. The
/// names of the two files are those of version 1 and of version 2.
fn group(controller: &str, most: [&str; 2], used: [&str; 2]) -> Option<LimitUsage> {
    let membership = fs::read_to_string("/proc/self/cgroup").ok()?;
    let [of_one, of_two] = places(&membership, controller);
    let read = |folders: Vec<PathBuf>, at: usize| {
        folders.into_iter().filter_map(move |folder| {
            let file = folder.join(most.get(at)?);
            Some(LimitUsage { used: number(&folder.join(used.get(at)?))?, most: number(&file)?, file })
        })
    };
    let all = read(of_one, 0).chain(read(of_two, 1));
    // Version 1 tells a number where there is no limit, one that no machine has.
    all.filter(|usage| usage.most < 1 << 60).min_by_key(|usage| usage.most.saturating_sub(usage.used))
}

/// The folders of a process's control groups, from its own to the topmost that can be seen: of
/// version 1 and of version 2.
fn places(membership: &str, controller: &str) -> [Vec<PathBuf>; 2] {
    let upward = |base: PathBuf, path: &str| -> Vec<PathBuf> {
        let own = base.join(path.trim_start_matches('/'));
        own.ancestors().take_while(|folder| folder.starts_with(&base)).map(Path::to_path_buf).collect()
    };
    let mut found = [Vec::new(), Vec::new()];
    for line in membership.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(names), Some(path)) = (parts.next(), parts.next()) else { continue };
        if names.is_empty() {
            found[1] = upward(PathBuf::from("/sys/fs/cgroup"), path);
        } else if names.split(',').any(|name| name == controller) {
            found[0] = upward(Path::new("/sys/fs/cgroup").join(controller), path);
        }
    }
    found
}

/// The number in a file; `None` where it says `max`.
fn number(file: &Path) -> Option<u64> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_looked_for_from_the_own_one_upward() {
        let [one, two] = places("7:pids:/a/b\n4:cpu,cpuacct:/x\n0::/c\n", "pids");
        let folders = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(
            one,
            folders(&["/sys/fs/cgroup/pids/a/b", "/sys/fs/cgroup/pids/a", "/sys/fs/cgroup/pids"])
        );
        assert_eq!(two, folders(&["/sys/fs/cgroup/c", "/sys/fs/cgroup"]));
        assert_eq!(places("0::/\n", "memory"), [Vec::new(), folders(&["/sys/fs/cgroup"])]);
    }

    #[test]
    fn available_memory_is_read_in_bytes() {
        assert_eq!(available("MemTotal: 9 kB\nMemAvailable:     1024 kB\n"), Some(1 << 20));
        assert_eq!(available("MemTotal: 9 kB\n"), None);
    }

    #[test]
    fn this_machine_says_something() {
        let limits = MachineLimits::read();
        assert!(limits.available.is_some() && limits.files.is_some(), "{limits:?}");
    }
}
