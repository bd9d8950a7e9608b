//! The process that is asked, for each call that may fail, whether it does. It lives as long as
//! anything under the filter.

use super::calls;
use super::rules::{Answer, Failing, First, Rules};
use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::sync::atomic::{AtomicI32, Ordering};

/// Nothing has been handed over yet.
const NOT_YET: i32 = -1;
/// Nothing will be.
const NEVER: i32 = -2;

/// What the two processes share until the filter is there: the number of the listener's descriptor.
pub(crate) struct Watch(&'static AtomicI32);

impl Watch {
    /// Tells the other process of the listener, or that there is none. No system call is made: it
    /// might be one that fails.
    pub(crate) fn hand_over(self, listener: Option<i32>) {
        self.0.store(listener.unwrap_or(NEVER), Ordering::Release);
    }
}

/// Starts the process that answers for the filter this one is about to put on itself.
pub(crate) fn start(rules: &Rules) -> io::Result<Watch> {
    let shared = shared()?;
    let counted = nix::unistd::getpid().as_raw();
    // It shares our descriptors, so that it has the listener as soon as we do. It is no child of
    // ours in the end: the command waits for its own only.
    if let Some(child) = fork()? {
        nix::sys::wait::waitpid(nix::unistd::Pid::from_raw(child), None)?;
        return Ok(Watch(shared));
    }
    if fork().is_ok_and(|child| child.is_none()) {
        // Nobody hears of what goes wrong here but by calls that fail with ENOSYS, as they do when
        // there is no listener.
        drop(answer(rules, shared, counted));
    }
    // SAFETY: `_exit` only ends this process.
    unsafe { libc::_exit(0) }
}

/// A number that two processes see.
fn shared() -> io::Result<&'static AtomicI32> {
    // SAFETY: a new mapping, of a place the kernel chooses.
    let address = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            size_of::<AtomicI32>(),
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    if address == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the mapping is large enough, aligned to a page, and never unmapped; any bits are a
    // number.
    let shared = unsafe { &*address.cast::<AtomicI32>() };
    shared.store(NOT_YET, Ordering::Release);
    Ok(shared)
}

/// A second process with the same descriptors; `None` in it.
fn fork() -> io::Result<Option<i32>> {
    let flags = libc::CLONE_FILES | libc::SIGCHLD;
    // SAFETY: this program has one thread, so its copy finds everything as it is here.
    let child = unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) };
    match i32::try_from(child) {
        Ok(0) => Ok(None),
        Ok(child) if child > 0 => Ok(Some(child)),
        _ => Err(io::Error::last_os_error()),
    }
}

fn answer(rules: &Rules, shared: &AtomicI32, counted: i32) -> io::Result<()> {
    // A signal to the command's group, or its terminal, is not meant for this process.
    nix::unistd::setsid()?;
    let given = loop {
        match shared.load(Ordering::Acquire) {
            NOT_YET => {
                let gone = nix::sys::signal::kill(nix::unistd::Pid::from_raw(counted), None).is_err();
                if gone {
                    return Ok(());
                }
                std::thread::yield_now();
            }
            NEVER => return Ok(()),
            given => break given,
        }
    };
    nix::sched::unshare(nix::sched::CloneFlags::CLONE_FILES)?;
    // SAFETY: the descriptor is in this process' own table now, and nothing else here knows of it.
    let listener = unsafe { OwnedFd::from_raw_fd(given) };
    let tell = rules.tell.as_ref().map(File::try_clone).transpose()?;
    close_others(&listener, tell.as_ref())?;
    let mut counts = vec![0; rules.failing.len()];
    loop {
        let mut fds = [PollFd::new(listener.as_fd(), PollFlags::POLLIN)];
        poll(&mut fds, PollTimeout::NONE)?;
        if !fds[0].revents().is_some_and(|events| events.contains(PollFlags::POLLIN)) {
            // The last process under the filter has gone.
            return Ok(());
        }
        if let Some(request) = receive(listener.as_fd())? {
            let answer = judge(&rules.failing, &mut counts, counted, &request);
            if let (Some(Answer::Error(error)), Some(mut tell)) = (answer, tell.as_ref()) {
                writeln!(tell, "{} of {}: {error:?}", calls::name(i64::from(request.data.nr)), request.pid)?;
            }
            reply(listener.as_fd(), request.id, answer)?;
        }
    }
}

/// Closes what this process shares with the command, so that nobody waits for it to close its
/// output.
fn close_others(listener: &OwnedFd, tell: Option<&File>) -> io::Result<()> {
    let mut kept: Vec<_> =
        std::iter::once(listener.as_raw_fd()).chain(tell.map(AsRawFd::as_raw_fd)).collect();
    kept.sort_unstable();
    let mut from = 0;
    for fd in kept.into_iter().chain([i32::MAX]) {
        if from < fd {
            // SAFETY: nothing but what is kept is used from here on.
            let closed = unsafe { libc::syscall(libc::SYS_close_range, from, fd - 1, 0) };
            if closed != 0 {
                return Err(io::Error::last_os_error());
            }
        }
        from = fd.saturating_add(1);
    }
    Ok(())
}

/// Whether a call is to fail, and how. It counts for every rule it fits.
fn judge(
    failing: &[Failing],
    counts: &mut [u64],
    counted: i32,
    request: &libc::seccomp_notif,
) -> Option<Answer> {
    let mut answer = None;
    for (rule, count) in failing.iter().zip(counts) {
        let fits = i64::from(request.data.nr) == rule.call.number
            && fits(rule.call.first, counted, request)
            && (rule.all || process_of(request.pid) == Some(counted));
        if fits {
            *count += 1;
            if rule.which.contains(count) {
                answer = answer.or(Some(rule.answer));
            }
        }
    }
    answer
}

/// Whether the first argument of a call is what a rule is about. The upper half of one that is no
/// pointer means nothing.
fn fits(first: First, counted: i32, request: &libc::seccomp_notif) -> bool {
    let argument = request.data.args[0] & u64::from(u32::MAX);
    let file = |process: u32, fd: u64| std::fs::read_link(format!("/proc/{process}/fd/{fd}")).ok();
    match first {
        First::Any => true,
        First::Is(value) => argument == u64::from(value),
        First::HasAny(bits) => argument & u64::from(bits) != 0,
        First::Standard(descriptor) => {
            let output = file(counted.cast_unsigned(), descriptor);
            output.is_some() && output == file(request.pid, argument)
        }
    }
}

/// The process of a thread.
fn process_of(thread: u32) -> Option<i32> {
    let status = std::fs::read_to_string(format!("/proc/{thread}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("Tgid:"))?.trim().parse().ok()
}

/// The next question, unless whoever asked has gone.
fn receive(listener: BorrowedFd<'_>) -> io::Result<Option<libc::seccomp_notif>> {
    // SAFETY: numbers only; the kernel wants to be given zeros.
    let mut request: libc::seccomp_notif = unsafe { std::mem::zeroed() };
    // SAFETY: the kernel writes one such structure.
    let done = unsafe { libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_RECV, &raw mut request) };
    match Errno::result(done) {
        Ok(_) => Ok(Some(request)),
        Err(Errno::ENOENT | Errno::EINTR) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn reply(listener: BorrowedFd<'_>, id: u64, answer: Option<Answer>) -> io::Result<()> {
    let made = u32::try_from(libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE).map_err(io::Error::other)?;
    let (val, error, flags) = match answer {
        Some(Answer::Error(error)) => (0, -(error as i32), 0),
        Some(Answer::Number(number)) => (number.into(), 0, 0),
        None => (0, 0, made),
    };
    let response = libc::seccomp_notif_resp { id, val, error, flags };
    // SAFETY: the kernel reads one such structure.
    let done =
        unsafe { libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_SEND, &raw const response) };
    match Errno::result(done) {
        // Whoever asked may have been killed meanwhile.
        Ok(_) | Err(Errno::ENOENT) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
