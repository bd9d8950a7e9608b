//! Changes of a process to itself, and the ways a parent hears of a child.

use nix::libc;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;
use nix::time::{ClockId, clock_getcpuclockid, clock_gettime};
use nix::unistd::{Pid, SysconfVar, sysconf};
use std::io;
use std::os::fd::{FromRawFd, OwnedFd};
use std::time::Duration;

/// The code with which a copy of this process ends that panicked.
const PANICKED: u8 = 70;

/// Ends this process at once: no destructors, no waiting for threads that may hang in a system
/// call.
pub fn exit_now(code: u8) -> ! {
    // SAFETY: `_exit` only ends the process.
    unsafe { libc::_exit(i32::from(code)) }
}

/// Starts a copy of this process, which does `something` and ends with the code that it returns.
///
/// # Errors
/// If this process has other threads, whose locks nobody would open in the copy, or the system
/// refuses.
pub fn fork(something: impl FnOnce() -> u8) -> io::Result<Pid> {
    // By itself this does nothing, and it is refused to a process with several threads.
    nix::sched::unshare(nix::sched::CloneFlags::CLONE_VM)?;
    // SAFETY: there is one thread, so the copy is all of this process, and may do what it may.
    match unsafe { nix::unistd::fork() }? {
        nix::unistd::ForkResult::Parent { child } => Ok(child),
        nix::unistd::ForkResult::Child => {
            // What it panics out of is the parent's.
            let something = std::panic::AssertUnwindSafe(something);
            exit_now(std::panic::catch_unwind(something).unwrap_or(PANICKED))
        }
    }
}

/// Closes every descriptor from `first` on.
///
/// # Errors
/// If the system refuses.
///
/// # Safety
/// Nothing in this process owns a descriptor from `first` on, or uses one later.
pub unsafe fn close_from(first: u32) -> io::Result<()> {
    // SAFETY: the call reads numbers only; the caller says that nobody misses what it closes.
    let result = unsafe { libc::syscall(libc::SYS_close_range, first, u32::MAX, 0) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Has every descriptor from `first` on closed in programs that this process becomes or starts.
///
/// # Errors
/// If the system refuses.
pub fn close_on_exec(first: u32) -> io::Result<()> {
    // SAFETY: the call reads numbers only, and closes nothing now.
    let result = unsafe { libc::syscall(libc::SYS_close_range, first, u32::MAX, libc::CLOSE_RANGE_CLOEXEC) };
    if result == 0 {
        return Ok(());
    }
    // Linux 5.11 has it.
    for entry in std::fs::read_dir("/proc/self/fd")? {
        let number = entry?.file_name().to_str().and_then(|name| name.parse::<i32>().ok());
        if let Some(number) = number.filter(|number| i64::from(*number) >= i64::from(first)) {
            // SAFETY: as above. One that is closed by now is refused, which is as good.
            unsafe { libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) };
        }
    }
    Ok(())
}

/// Counts the cores that this process may run on, whatever share of their time it has.
#[must_use]
pub fn cores() -> usize {
    let mask = nix::sched::sched_getaffinity(Pid::from_raw(0));
    let set = |mask: &nix::sched::CpuSet| {
        (0..nix::sched::CpuSet::count()).filter(|core| mask.is_set(*core).unwrap_or(false)).count()
    };
    mask.map_or(1, |mask| set(&mask).max(1))
}

/// Returns whether the kernel counts the processes of a user in each user namespace by itself, as
/// it does since Linux 5.14.
#[must_use]
pub fn counts_by_user_namespace() -> bool {
    let release = nix::sys::utsname::uname();
    release.is_ok_and(|name| is_at_least(&name.release().to_string_lossy(), (5, 14)))
}

/// Returns whether a kernel's release, such as `6.1.0-18-amd64`, is of this version or later.
fn is_at_least(release: &str, version: (u32, u32)) -> bool {
    let mut numbers = release.split(['.', '-', '+']).map(|part| part.parse::<u32>().ok());
    matches!((numbers.next(), numbers.next()), (Some(Some(major)), Some(Some(minor))) if (major, minor) >= version)
}

/// Counts the threads of this process.
///
/// # Errors
/// If the system does not say.
pub fn threads() -> io::Result<usize> {
    Ok(std::fs::read_dir("/proc/self/task")?.count())
}

/// Lets no other process of the same user look into this one, and has no core file written of it.
///
/// # Errors
/// If the system refuses.
pub fn be_undumpable() -> io::Result<()> {
    Ok(nix::sys::prctl::set_dumpable(false)?)
}

/// Asks for this process to be killed when the thread that started it ends. Says whether that
/// parent is still there.
///
/// # Errors
/// If the system refuses.
pub fn die_with_parent(parent: u32) -> io::Result<bool> {
    nix::sys::prctl::set_pdeathsig(Signal::SIGKILL)?;
    // The parent may have ended before the request was made.
    Ok(u32::try_from(nix::unistd::getppid().as_raw()).is_ok_and(|now| now == parent))
}

/// Makes this process the first of a session and of a process group of its own, with no terminal.
/// Where the kernel groups by session (`sched_autogroup_enabled`), each session has the same share
/// of the processor, however many threads it has.
///
/// # Errors
/// If it is the first of a group already.
pub fn begin_session() -> io::Result<()> {
    Ok(nix::unistd::setsid().map(drop)?)
}

/// Bounds of a process that the kernel keeps. `None` leaves what there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProcessBounds {
    /// CPU time of its life, in whole seconds; the kernel ends it then.
    pub cpu: Option<Duration>,
    /// Bytes of private writable memory.
    pub data: Option<u64>,
    /// Bytes of a file that it writes.
    pub file_size: Option<u64>,
    /// Descriptors.
    pub files: Option<u64>,
    /// The machine's program for core files is not started either.
    pub no_core_handler: bool,
}

/// Bounds this process; also, it writes no core files and locks no memory.
///
/// # Errors
/// If the system refuses.
pub fn limit_resources(bounds: ProcessBounds) -> io::Result<()> {
    let (_, core) = nix::sys::resource::getrlimit(Resource::RLIMIT_CORE)?;
    // With 0 a program that handles core files would still be started (core(5)); with 1 it is not.
    let core = if bounds.no_core_handler { core.min(1) } else { 0 };
    setrlimit(Resource::RLIMIT_CORE, core, core)?;
    setrlimit(Resource::RLIMIT_MEMLOCK, 0, 0)?;
    setrlimit(Resource::RLIMIT_MSGQUEUE, 0, 0)?;
    if let Some(cpu) = bounds.cpu {
        let seconds = cpu.as_secs().max(1);
        lower(Resource::RLIMIT_CPU, seconds, seconds.saturating_add(1))?;
    }
    for (resource, most) in [
        (Resource::RLIMIT_DATA, bounds.data),
        (Resource::RLIMIT_FSIZE, bounds.file_size),
        (Resource::RLIMIT_NOFILE, bounds.files),
    ] {
        if let Some(most) = most {
            lower(resource, most, most)?;
        }
    }
    Ok(())
}

/// Bounds the addresses of this process at those that it has, and so many bytes.
///
/// # Errors
/// If the system refuses, or does not say how many there are.
pub fn limit_addresses(more: u64) -> io::Result<()> {
    let pages = std::fs::read_to_string("/proc/self/statm")?;
    let pages = pages.split(' ').next().and_then(|pages| pages.parse::<u64>().ok());
    let page = sysconf(SysconfVar::PAGE_SIZE)?.and_then(|page| u64::try_from(page).ok());
    let (pages, page) =
        pages.zip(page).ok_or_else(|| io::Error::other("the size of this process is not known"))?;
    let most = pages.saturating_mul(page).saturating_add(more);
    lower(Resource::RLIMIT_AS, most, most)
}

/// Bounds the threads of this process. The kernel counts all processes and threads of a user, by
/// user namespace where it [does](counts_by_user_namespace), so the user or that namespace must be
/// this process' own.
///
/// # Errors
/// If the system refuses.
pub fn limit_threads(most: u64) -> io::Result<()> {
    lower(Resource::RLIMIT_NPROC, most, most)
}

/// Tries whether the kernel keeps the bound on [threads](limit_threads) of this process: it never
/// does for the machine's root, whatever that is called in a user namespace. Starts a thread where
/// it does not.
///
/// # Errors
/// If the system refuses to set the limit, or a thread for another reason.
pub fn bounds_threads() -> io::Result<bool> {
    let (soft, hard) = nix::sys::resource::getrlimit(Resource::RLIMIT_NPROC)?;
    setrlimit(Resource::RLIMIT_NPROC, 0, hard)?;
    let started = std::thread::Builder::new().stack_size(16 << 10).spawn(|| {});
    setrlimit(Resource::RLIMIT_NPROC, soft, hard)?;
    match started {
        Ok(thread) => {
            // It does nothing that could fail.
            drop(thread.join());
            Ok(false)
        }
        Err(error) if error.raw_os_error() == Some(libc::EAGAIN) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Sets a limit, or leaves a hard one that is lower already.
fn lower(resource: Resource, soft: u64, hard: u64) -> io::Result<()> {
    let (_, now) = nix::sys::resource::getrlimit(resource)?;
    setrlimit(resource, soft.min(now), hard.min(now))?;
    Ok(())
}

/// Lets this process open as many descriptors as it is allowed to ask for.
///
/// # Errors
/// If the system refuses.
pub fn raise_descriptor_limit() -> io::Result<u64> {
    let (_, hard) = nix::sys::resource::getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
    Ok(hard)
}

/// A limit of this process, inherited by its children, under which a worker cannot do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TightLimit {
    /// Limited resource.
    pub what: &'static str,
    /// Its limit, in the unit of `ulimit`.
    pub most: u64,
    /// Its letter for `ulimit`.
    pub letter: char,
    /// Sufficient value to give to `ulimit` instead.
    pub enough: &'static str,
}

/// Limits of which workers need more than there is now: addresses, the stack, the size of files,
/// CPU time. What runs into most of them is ended by a signal and cannot say so.
pub fn tight_limits() -> impl Iterator<Item = TightLimit> {
    const KIB: u64 = 1 << 10;
    let known = [
        (Resource::RLIMIT_AS, "KiB of addresses", 'v', KIB, 8 << 30, "unlimited"),
        (Resource::RLIMIT_STACK, "KiB of stack", 's', KIB, 1 << 20, "8192"),
        (Resource::RLIMIT_FSIZE, "KiB in a file", 'f', KIB, 64 << 20, "unlimited"),
        (Resource::RLIMIT_CPU, "seconds of CPU", 't', 1, 120, "unlimited"),
    ];
    known.into_iter().filter_map(|(resource, what, letter, unit, least, enough)| {
        let (soft, _) = nix::sys::resource::getrlimit(resource).ok()?;
        (soft < least).then_some(TightLimit { what, most: soft / unit, letter, enough })
    })
}

/// Lets the processes that are started from here on have as large a stack as is usual, where only
/// the soft limit is lower.
///
/// # Errors
/// If the system refuses.
pub fn raise_stack_limit() -> io::Result<()> {
    const USUAL: u64 = 8 << 20;
    let (soft, hard) = nix::sys::resource::getrlimit(Resource::RLIMIT_STACK)?;
    Ok(setrlimit(Resource::RLIMIT_STACK, soft.max(USUAL.min(hard)), hard)?)
}

/// Returns the number of descriptors this process may have: its soft limit.
///
/// # Errors
/// If the system does not say.
pub fn descriptor_limit() -> io::Result<u64> {
    Ok(nix::sys::resource::getrlimit(Resource::RLIMIT_NOFILE)?.0)
}

/// Returns the number of descriptors that this process may still open.
///
/// # Errors
/// If the system does not say.
pub fn descriptors_left() -> io::Result<u64> {
    let soft = descriptor_limit()?;
    // The folder itself is one of those that are counted.
    let open = std::fs::read_dir("/proc/self/fd")?.count();
    Ok(soft.saturating_sub(u64::try_from(open).unwrap_or(u64::MAX)))
}

/// The memory that the process `pid` has for itself: what it shares, such as mapped code, is not
/// counted. `None` if the system does not say.
#[must_use]
pub fn private_memory(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    let mut pages = text.split_whitespace().skip(1).map(|field| field.parse::<u64>().ok());
    let (resident, shared) = (pages.next()??, pages.next()??);
    let page = sysconf(SysconfVar::PAGE_SIZE).ok()??;
    resident.saturating_sub(shared).checked_mul(u64::try_from(page).ok()?)
}

/// Counts the threads of the process `pid`. `None` if the system does not say.
#[must_use]
pub fn threads_of(pid: u32) -> Option<usize> {
    thread_count(&std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
}

/// Reads the count from a file `status`. A process chooses its name, in which a newline is escaped:
/// so it begins no line there.
fn thread_count(status: &str) -> Option<usize> {
    status.lines().find_map(|line| line.strip_prefix("Threads:"))?.trim().parse().ok()
}

/// CPU time that the process `pid` has used so far, with all its threads. `None` if the system does
/// not say.
#[must_use]
pub fn cpu_time(pid: u32) -> Option<Duration> {
    let clock = clock_getcpuclockid(Pid::from_raw(pid.try_into().ok()?)).ok()?;
    clock_gettime(clock).ok().map(Duration::from)
}

/// CPU time of the calling thread so far.
#[must_use]
pub fn thread_cpu_time() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map(Duration::from).unwrap_or_default()
}

/// A descriptor that becomes readable when the child `pid` ends. The child must not have been
/// waited for.
///
/// # Errors
/// If there is no such process, or no descriptor is left.
pub fn watch_child(pid: u32) -> io::Result<OwnedFd> {
    // SAFETY: the call touches no memory of ours.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    let fd = i32::try_from(fd).map_err(io::Error::other)?;
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel has just made this descriptor for us.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_compared_by_its_numbers() {
        for (release, is) in [
            ("5.14.0", true),
            ("5.13.19-generic", false),
            ("6.1.0-18-amd64", true),
            ("6.18", true),
            ("4.19.0", false),
            ("5", false),
            ("odd", false),
        ] {
            assert_eq!(is_at_least(release, (5, 14)), is, "{release}");
        }
        assert!(cores() >= 1);
    }

    #[test]
    fn the_cpu_of_a_process_is_that_of_all_its_threads() {
        let own = std::process::id();
        let before = cpu_time(own).unwrap();
        let spent = || while thread_cpu_time() < Duration::from_millis(30) {};
        std::thread::spawn(spent).join().unwrap();
        assert!(cpu_time(own).unwrap() >= before + Duration::from_millis(30));
        assert_eq!(cpu_time(u32::MAX), None);
    }

    #[test]
    fn threads_of_a_process_are_counted_from_outside() {
        let own = std::process::id();
        let gate = std::sync::Arc::new(std::sync::Barrier::new(21));
        let wait = || {
            let gate = std::sync::Arc::clone(&gate);
            std::thread::spawn(move || gate.wait())
        };
        let threads: Vec<_> = (0..20).map(|_| wait()).collect();
        assert!(threads_of(own).unwrap() > 20);
        gate.wait();
        threads.into_iter().for_each(|thread| drop(thread.join()));
        assert_eq!(threads_of(u32::MAX), None);
        let text = |threads: &str| format!("Name:\tThreads:\\nThreads: 1\nState:\tR\n{threads}SigQ:\t0/1\n");
        assert_eq!(thread_count(&text("Threads:\t2009\n")), Some(2009));
        assert_eq!(thread_count(&text("")), None);
        assert_eq!(thread_count(&text("Threads:\t-1\n")), None);
    }

    #[test]
    fn memory_is_counted_that_a_process_has_for_itself() {
        let own = std::process::id();
        let before = private_memory(own).unwrap();
        let grown = vec![1_u8; 256 << 20];
        let with = private_memory(own).unwrap();
        assert!(with >= before + (200 << 20), "{before} {with}");
        drop(grown);
        assert_eq!(private_memory(u32::MAX), None);
    }
}
