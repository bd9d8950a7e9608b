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

/// Gives up every capability but those of `keep` that this process has.
///
/// # Errors
/// If the system refuses.
pub fn keep_capabilities(keep: &[Capability]) -> io::Result<()> {
    let [now, _] = capabilities()?;
    let kept = keep.iter().fold(0, |bits, capability| bits | 1 << *capability as u8) & now.permitted;
    let header = CapabilityHeader { version: VERSION_3, pid: 0 };
    let halves =
        [CapabilityHalf { effective: kept, permitted: kept, inheritable: 0 }, CapabilityHalf::default()];
    // SAFETY: both structures are what version 3 of the call reads, and outlive it.
    let result = unsafe { libc::syscall(libc::SYS_capset, &raw const header, halves.as_ptr()) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
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
