//! The memory cgroup that this process and its children are in: what it may have, and how often the
//! kernel's OOM killer has struck there. Version 1 and version 2, whichever has the memory
//! controller. Everything here is read; it must never know who died.

use std::path::{Path, PathBuf};

/// A memory cgroup, found once. What it says is read anew each time, since limits are changed while
/// programs run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryCgroup {
    version: CgroupVersion,
    /// The folder of the cgroup itself.
    folder: PathBuf,
    /// The folder of the topmost cgroup that is visible.
    top: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CgroupVersion {
    One,
    Two,
}

/// Kills of the machine's OOM killer, wherever they happened.
const MACHINE_COUNTERS: &str = "/proc/vmstat";

impl MemoryCgroup {
    /// The one of this process; `None` if there is none, or the system does not say.
    #[must_use]
    pub fn of_this_process() -> Option<Self> {
        let membership = std::fs::read_to_string("/proc/self/cgroup").ok()?;
        let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
        Self::find(&membership, &mounts)
    }

    /// The one of a process with these `/proc/PID/cgroup` and `/proc/PID/mountinfo`. Where both
    /// versions are mounted, the memory controller is with version 1 or it is not listed there.
    fn find(membership: &str, mounts: &str) -> Option<Self> {
        Self::find_version(CgroupVersion::One, membership, mounts)
            .or_else(|| Self::find_version(CgroupVersion::Two, membership, mounts))
    }

    fn find_version(version: CgroupVersion, membership: &str, mounts: &str) -> Option<Self> {
        let path = membership.lines().find_map(|line| member_path(version, line))?;
        mounts.lines().find_map(|line| {
            let (root, top) = mount_place(version, line)?;
            // A path that is not below what is mounted leads out of this process's namespace: the
            // mount's own root is the nearest that can be seen.
            let below = Path::new(path).strip_prefix(&root).unwrap_or(Path::new(""));
            let is_plain = below.components().all(|part| matches!(part, std::path::Component::Normal(_)));
            let folder = if is_plain { top.join(below) } else { top.clone() };
            Some(Self { version, folder, top })
        })
    }

    /// Bytes that this cgroup may have: the smallest limit on the way up. `None` if there is no
    /// limit.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        let name = match self.version {
            CgroupVersion::One => "memory.limit_in_bytes",
            CgroupVersion::Two => "memory.max",
        };
        let upward = self.folder.ancestors().take_while(|folder| folder.starts_with(&self.top));
        let limits = upward.filter_map(|folder| std::fs::read_to_string(folder.join(name)).ok());
        // Version 1 knows of cgroups above that are not visible.
        let inherited = std::fs::read_to_string(self.folder.join("memory.stat")).ok();
        let inherited = inherited.as_deref().and_then(|text| field(text, "hierarchical_memory_limit"));
        limits
            .filter_map(|text| text.trim().parse().ok())
            .chain(inherited)
            .filter(|bytes| *bytes < UNLIMITED)
            .min()
    }

    /// Returns the number of processes of this cgroup that the OOM killer has ended so far, for any
    /// reason.
    fn kills(&self) -> Option<u64> {
        let name = match self.version {
            CgroupVersion::One => "memory.oom_control",
            CgroupVersion::Two => "memory.events",
        };
        field(&std::fs::read_to_string(self.folder.join(name)).ok()?, "oom_kill")
    }
}

/// Threshold for no limit: version 1 then reports the largest number of pages; no machine has as
/// much.
const UNLIMITED: u64 = 1 << 60;

/// The kernel's count of its OOM kills near this process: those in its memory cgroup, or those on
/// the machine where no cgroup counts them. `None` if neither is told.
#[must_use]
pub fn oom_kills(cgroup: Option<&MemoryCgroup>) -> Option<u64> {
    cgroup
        .and_then(MemoryCgroup::kills)
        .or_else(|| field(&std::fs::read_to_string(MACHINE_COUNTERS).ok()?, "oom_kill"))
}

/// The path of the memory cgroup in a line of `/proc/PID/cgroup`: `4:memory:/a/b`, `0::/a/b`.
fn member_path(version: CgroupVersion, line: &str) -> Option<&str> {
    let mut parts = line.splitn(3, ':');
    let (id, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
    let is_it = match version {
        CgroupVersion::One => controllers.split(',').any(|name| name == "memory"),
        CgroupVersion::Two => id == "0" && controllers.is_empty(),
    };
    is_it.then_some(path)
}

/// Which cgroup a line of `/proc/PID/mountinfo` shows, and where, if it is a mount of that version:
/// `35 31 0:32 ROOT POINT rw - cgroup cgroup rw,memory`.
fn mount_place(version: CgroupVersion, line: &str) -> Option<(PathBuf, PathBuf)> {
    let (mount, kind) = line.split_once(" - ")?;
    let mut mount = mount.split(' ').skip(3);
    let (root, point) = (mount.next()?, mount.next()?);
    let mut kind = kind.split(' ');
    let (name, options) = (kind.next()?, kind.nth(1)?);
    let is_it = match version {
        CgroupVersion::One => name == "cgroup" && options.split(',').any(|option| option == "memory"),
        CgroupVersion::Two => name == "cgroup2",
    };
    is_it.then(|| (PathBuf::from(unescaped(root)), PathBuf::from(unescaped(point))))
}

/// A path of mountinfo, which has spaces and the like as three octal digits.
fn unescaped(path: &str) -> String {
    ["\\040", "\\011", "\\012", "\\134"]
        .into_iter()
        .zip([" ", "\t", "\n", "\\"])
        .fold(path.to_owned(), |path, (code, is)| path.replace(code, is))
}

/// The number in the line `NAME NUMBER`.
fn field(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n";
    const TWO: &str = "41 31 0:38 / /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

    fn folder(membership: &str, mounts: &str) -> Option<(CgroupVersion, PathBuf)> {
        MemoryCgroup::find(membership, mounts).map(|cgroup| (cgroup.version, cgroup.folder))
    }

    #[test]
    fn it_is_found_in_either_version_and_in_containers() {
        let both = format!("{TWO}{ONE}");
        let found = |version, path: &str| Some((version, PathBuf::from(path)));
        let at = "/sys/fs/cgroup/memory/a/b";
        assert_eq!(folder("5:cpu:/x\n4:memory:/a/b\n0::/c\n", &both), found(CgroupVersion::One, at));
        assert_eq!(folder("0::/a/b\n", TWO), found(CgroupVersion::Two, "/sys/fs/cgroup/a/b"));
        // Hybrid: what version 1 does not have is with version 2.
        assert_eq!(folder("5:cpu:/x\n0::/a\n", &both), found(CgroupVersion::Two, "/sys/fs/cgroup/a"));
        // A container whose mount shows just its own, and one with a namespace that it is outside
        // of.
        let own = ONE.replace(" / ", " /docker/7 ");
        assert_eq!(
            folder("4:memory:/docker/7/in\n", &own),
            found(CgroupVersion::One, "/sys/fs/cgroup/memory/in")
        );
        assert_eq!(folder("0::/../other\n", TWO), found(CgroupVersion::Two, "/sys/fs/cgroup"));
        assert_eq!(folder("0::/\n", "no mounts"), None);
        assert_eq!(folder("", TWO), None);
        let spaced = TWO.replace("/sys/fs/cgroup", "/a\\040b");
        assert_eq!(folder("0::/c\n", &spaced), found(CgroupVersion::Two, "/a b/c"));
    }

    #[test]
    fn the_smallest_limit_on_the_way_up_holds_and_kills_are_counted() {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join("a/b");
        std::fs::create_dir_all(&folder).unwrap();
        let write = |name: &str, text: &str| std::fs::write(top.path().join(name), text).unwrap();
        let two = MemoryCgroup { version: CgroupVersion::Two, folder, top: top.path().to_path_buf() };
        assert_eq!((two.limit(), two.kills()), (None, None));
        write("a/b/memory.max", "max\n");
        assert_eq!(two.limit(), None);
        write("a/memory.max", "104857600\n");
        write("memory.max", "209715200\n");
        assert_eq!(two.limit(), Some(100 << 20));
        write("a/b/memory.events", "low 0\noom 9\noom_kill 3\noom_group_kill 7\n");
        assert_eq!(oom_kills(Some(&two)), Some(3));

        let one = MemoryCgroup { version: CgroupVersion::One, ..two };
        write("a/b/memory.limit_in_bytes", "9223372036854771712\n");
        assert_eq!(one.limit(), None);
        write("a/b/memory.stat", "cache 1\nhierarchical_memory_limit 52428800\n");
        assert_eq!(one.limit(), Some(50 << 20));
        write("a/b/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        assert_eq!(oom_kills(Some(&one)), Some(2));
    }
}
