//! Effects of signals on this process: whether it was told to ignore one, and being stopped as
//! a shell's job is; and which ones a process that it starts does not hear.

use nix::libc;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, SigmaskHow, Signal, raise, sigaction};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd};
use std::sync::atomic::{AtomicU64, Ordering};

/// The highest number that a signal has.
pub const LAST: i32 = 64;

/// Signals that tell a program to end, or to do something before it is ended. Schedulers and
/// service managers send them to every process of a job. SIGXCPU is none of them: the kernel
/// enforces limits with it.
const NOTICES: [Signal; 6] =
    [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM, Signal::SIGUSR1, Signal::SIGUSR2];

/// Returns whether this process ignores the signal of this number, perhaps inherited from
/// whoever started it, as with `nohup`. False if there is no such signal.
#[must_use]
pub fn is_ignored(signal: i32) -> bool {
    let mut now = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: with no new action given, the call only writes the present one to memory that is ours
    // and large enough.
    let result = unsafe { libc::sigaction(signal, std::ptr::null(), now.as_mut_ptr()) };
    // SAFETY: all zeros are a valid value too, so it holds one whatever the call did.
    result == 0 && unsafe { now.assume_init() }.sa_sigaction == libc::SIG_IGN
}

/// Stops this process as Ctrl-Z does where nobody catches it, and comes back when it goes on: at
/// once, if nobody is there who could have it go on, since the kernel stops no job that has been
/// orphaned.
///
/// # Errors
/// If the system refuses.
pub fn stop_as_job() -> io::Result<()> {
    let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    // SAFETY: the default action runs no code of ours, and what was there before was put there by
    // somebody who knew it to be safe.
    unsafe {
        let before = sigaction(Signal::SIGTSTP, &default)?;
        // To this thread, so that it has been dealt with when the call returns. It stops all
        // threads.
        let raised = raise(Signal::SIGTSTP);
        sigaction(Signal::SIGTSTP, &before)?;
        raised?;
    }
    Ok(())
}

/// Returns whether this process is in the background of the terminal that it has open here. A
/// terminal that controls no processes has no background.
#[must_use]
pub fn is_in_background(terminal: impl AsFd) -> bool {
    // SAFETY: the call touches no memory of ours.
    let group = unsafe { libc::tcgetpgrp(terminal.as_fd().as_raw_fd()) };
    group > 0 && group != nix::unistd::getpgrp().as_raw()
}

/// Sets whether this thread, and those that it starts from here on, have the process stopped
/// when they write to the terminal from the background and `stty tostop` is in force. If not,
/// what they write is written. Returns the previous setting.
pub fn stop_in_background(stop: bool) -> bool {
    let before = SigSet::thread_get_mask().is_ok_and(|mask| !mask.contains(Signal::SIGTTOU));
    let mut signal = SigSet::empty();
    signal.add(Signal::SIGTTOU);
    // Neither can fail with a signal that there is.
    let set = if stop { signal.thread_unblock() } else { signal.thread_block() };
    set.unwrap_or_default();
    before
}

/// Does `start` with all notices blocked in this thread. A process that it starts has
/// them blocked from its first moment on, and so has every program that it becomes or starts. What
/// comes for this process meanwhile is heard by another thread, or afterwards.
pub fn with_notices_blocked<T>(start: impl FnOnce() -> T) -> T {
    let notices = NOTICES.into_iter().collect::<SigSet>();
    // Neither can fail with signals that there are.
    let before = notices.thread_swap_mask(SigmaskHow::SIG_BLOCK);
    let done = start();
    if let Ok(before) = before {
        before.thread_set_mask().unwrap_or_default();
    }
    done
}

/// Number of times this process was told to go on, by SIGCONT.
static CONTINUED: AtomicU64 = AtomicU64::new(0);

extern "C" fn count(_: libc::c_int) {
    CONTINUED.fetch_add(1, Ordering::Release);
}

/// Counts from here on how often this process is told to go on, as it is after it was stopped.
///
/// # Errors
/// If the system refuses.
pub fn count_continues() -> io::Result<()> {
    // On the stack that is there for signals: a guest's own may be at its end.
    let flags = SaFlags::SA_RESTART | SaFlags::SA_ONSTACK;
    let counting = SigAction::new(SigHandler::Handler(count), flags, SigSet::empty());
    // SAFETY: the handler does nothing but count, in one atomic instruction.
    unsafe { sigaction(Signal::SIGCONT, &counting) }?;
    Ok(())
}

/// Returns the number of SIGCONTs since [`count_continues`].
#[must_use]
pub fn continued() -> u64 {
    CONTINUED.load(Ordering::Acquire)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_known() {
        // Rust's own start has it so, and nobody starts a test with the other.
        assert!(is_ignored(libc::SIGPIPE));
        assert!(!is_ignored(libc::SIGWINCH));
        assert!(!is_ignored(0) && !is_ignored(LAST + 1));
    }

    #[test]
    #[expect(clippy::disallowed_types, reason = "a process that is started is what is tested")]
    fn a_process_that_is_started_so_hears_no_notice_and_nor_does_what_it_starts() {
        let sends = |signal: Signal| {
            let send = format!("ulimit -c 0; kill -{} $$", &signal.as_str()[3..]);
            std::process::Command::new("sh").args(["-c", &format!("{send}; exec sh -c '{send}'")]).status()
        };
        let unheard = |signal: &Signal| with_notices_blocked(|| sends(*signal)).unwrap().success();
        assert_eq!(NOTICES.iter().find(|signal| !unheard(signal)), None);
        // All others are heard, and this thread hears as before.
        assert!(!unheard(&Signal::SIGXCPU) && !unheard(&Signal::SIGKILL));
        // Beside nohup one of them is ignored by all.
        let mut heard = NOTICES.iter().filter(|signal| !is_ignored(**signal as i32));
        assert_eq!(heard.find(|signal| sends(**signal).unwrap().success()), None);
    }
}
