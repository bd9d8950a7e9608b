//! Restrictions of a process for good: of capabilities, of signals it would die of, and of queries
//! about its own memory. Each call only takes away; none can be undone.

use nix::libc;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;

/// A right of the superuser, by its number in capabilities(7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Capability {
    /// Open and write files whatever their modes.
    DacOverride = 1,
    /// Read files and search folders whatever their modes.
    DacReadSearch = 2,
    /// Operations reserved for a file's owner, such as setting its times.
    Fowner = 3,
    /// Send signals to processes of other users.
    Kill = 5,
    /// Take another group id.
    SetGid = 6,
    /// Take another user id.
    SetUid = 7,
    /// Change the root folder of a process.
    SysChroot = 18,
    /// Mount and make namespaces, among much else.
    SysAdmin = 21,
}

/// As the kernel wants it: version 3 of capset(2), 64 capabilities in two halves.
#[repr(C)]
struct CapabilityHeader {
    version: u32,
    pid: i32,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
struct CapabilityHalf {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

const VERSION_3: u32 = 0x2008_0522;

/// Returns whether this process has a capability.
#[must_use]
pub fn has_capability(capability: Capability) -> bool {
    capabilities().is_ok_and(|[low, _]| low.effective & (1 << capability as u8) != 0)
}

fn capabilities() -> io::Result<[CapabilityHalf; 2]> {
    let header = CapabilityHeader { version: VERSION_3, pid: 0 };
    let mut halves = [CapabilityHalf::default(); 2];
    // SAFETY: both structures are what version 3 of the call reads and writes, and outlive it.
    let result = unsafe { libc::syscall(libc::SYS_capget, &raw const header, halves.as_mut_ptr()) };
    if result == 0 { Ok(halves) } else { Err(io::Error::last_os_error()) }
}

/// Does `something` while a capability has no effect, if this process has it.
///
/// # Errors
/// If the system refuses.
pub fn without<T>(capability: Capability, something: impl FnOnce() -> T) -> io::Result<T> {
    let now = capabilities()?;
    let [mut low, high] = now;
    low.effective &= !(1 << capability as u8);
    set_capabilities([low, high])?;
    let done = something();
    set_capabilities(now)?;
    Ok(done)
}

/// Returns the number of the process namespace that this process is in; 0 if it is not told.
#[must_use]
pub fn process_namespace() -> u64 {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self/ns/pid").map_or(0, |namespace| namespace.ino())
}

/// Returns whether a user and a group of this id can be, in the user namespace that this process is
/// in.
#[must_use]
pub fn knows_user(id: u32) -> bool {
    ["/proc/self/uid_map", "/proc/self/gid_map"]
        .iter()
        .all(|map| std::fs::read_to_string(map).is_ok_and(|map| is_mapped(id, &map)))
}

/// Returns whether a map of user_namespaces(7) has an id: each line has the first, the first
/// outside, and how many.
fn is_mapped(id: u32, map: &str) -> bool {
    map.lines().any(|line| {
        let mut numbers = line.split_ascii_whitespace().map(str::parse::<u64>);
        match (numbers.next(), numbers.nth(1)) {
            (Some(Ok(first)), Some(Ok(count))) => {
                (first..first.saturating_add(count)).contains(&u64::from(id))
            }
            _ => false,
        }
    })
}

/// Makes this process one of another user and group, with no other groups and with all the
/// capabilities that it has. That it dies with its parent is kept; says whether the parent is still
/// there.
///
/// # Errors
/// If the system refuses.
pub fn become_user(id: u32) -> io::Result<bool> {
    use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};
    let (parent, now) = (nix::unistd::getppid(), capabilities()?);
    nix::sys::prctl::set_keepcaps(true)?;
    let (user, group) = (Uid::from_raw(id), Gid::from_raw(id));
    let changed = setgroups(&[])
        .and_then(|()| setresgid(group, group, group))
        .and_then(|()| setresuid(user, user, user));
    // Also a change that failed half-way has taken the signal for the end of the parent, and the
    // right to this process' own entries in /proc; a whole one, the capabilities' effect.
    nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGKILL)?;
    nix::sys::prctl::set_dumpable(true)?;
    nix::sys::prctl::set_keepcaps(false)?;
    set_capabilities(now)?;
    if nix::unistd::getppid() != parent {
        return Ok(false);
    }
    changed?;
    Ok(true)
}

fn set_capabilities(halves: [CapabilityHalf; 2]) -> io::Result<()> {
    let header = CapabilityHeader { version: VERSION_3, pid: 0 };
    // SAFETY: both structures are what version 3 of the call reads, and outlive it.
    let result = unsafe { libc::syscall(libc::SYS_capset, &raw const header, halves.as_ptr()) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Gives up every capability but those of `keep` that this process has.
///
/// # Errors
/// If the system refuses.
pub fn keep_capabilities(keep: &[Capability]) -> io::Result<()> {
    let [now, _] = capabilities()?;
    let kept = keep.iter().fold(0, |bits, capability| bits | 1 << *capability as u8) & now.permitted;
    set_capabilities([
        CapabilityHalf { effective: kept, permitted: kept, inheritable: 0 },
        CapabilityHalf::default(),
    ])
}

/// Takes a write beyond the limit of a file's size as an error of that write, instead of dying of
/// SIGXFSZ.
///
/// # Errors
/// If the system refuses.
pub fn survive_file_size_limit() -> io::Result<()> {
    use nix::sys::signal::{SigHandler, Signal, signal};
    // SAFETY: ignoring a signal runs no code of ours.
    unsafe { signal(Signal::SIGXFSZ, SigHandler::SigIgn) }?;
    Ok(())
}

/// The newest version of Landlock that the kernel speaks; `None` if it has none or has it turned
/// off.
#[must_use]
pub fn landlock_version() -> Option<u32> {
    const VERSION: u32 = 1;
    // SAFETY: asked for the version only, the call reads no memory.
    let version =
        unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0, VERSION) };
    u32::try_from(version).ok().filter(|version| *version > 0)
}

/// The request that asks which pages of a range were touched: `_IOWR('f', 16, struct pm_scan_arg)`,
/// in linux/fs.h since Linux 6.7.
pub const PAGEMAP_SCAN: u64 = 0xC060_6610;

/// `struct pm_scan_arg` of linux/fs.h.
#[repr(C)]
#[derive(Default)]
struct ScanArgument {
    size: u64,
    flags: u64,
    start: u64,
    end: u64,
    walk_end: u64,
    vec: u64,
    vec_len: u64,
    max_pages: u64,
    category_inverted: u64,
    category_mask: u64,
    category_anyof_mask: u64,
    return_mask: u64,
}

/// Returns whether `pagemap`, this process' `/proc/self/pagemap`, answers scans: the engine
/// resets pooled instances twice as fast with them.
#[must_use]
pub fn can_scan_pages(pagemap: &File) -> bool {
    let mut argument = ScanArgument { size: size_of::<ScanArgument>() as u64, ..ScanArgument::default() };
    // SAFETY: the argument is what the request reads and writes; over an empty range and with no
    // room for answers it touches nothing else.
    unsafe { libc::ioctl(pagemap.as_raw_fd(), PAGEMAP_SCAN as _, &raw mut argument) == 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_known_where_a_map_has_it() {
        let all = "         0          0 4294967295\n";
        let few = "         0     100000      65536\n     70000          0          1\n";
        for (id, map, is) in [
            (0x7000_0000, all, true),
            (0, few, true),
            (65_535, few, true),
            (65_536, few, false),
            (70_000, few, true),
            (0x7000_0000, few, false),
            (0, "", false),
            (0, "words", false),
        ] {
            assert_eq!(is_mapped(id, map), is, "{id} in {map:?}");
        }
        assert!(knows_user(nix::unistd::getuid().as_raw()));
    }

    #[test]
    fn a_thread_can_give_its_capabilities_up() {
        // Capabilities belong to a thread, so the other tests keep theirs.
        std::thread::spawn(|| {
            let could = has_capability(Capability::DacOverride);
            keep_capabilities(&[Capability::DacOverride]).unwrap();
            assert_eq!(has_capability(Capability::DacOverride), could);
            assert!(!has_capability(Capability::SysAdmin));
            keep_capabilities(&[]).unwrap();
            assert!(!has_capability(Capability::DacOverride));
            keep_capabilities(&[Capability::DacOverride]).unwrap();
            assert!(!has_capability(Capability::DacOverride), "what was given up does not come back");
        })
        .join()
        .unwrap();
    }
}
