//! A program around another one: it takes something of the system away from itself and then becomes
//! the command it was given. So the command that is tested is the one that ships, on a kernel that
//! lacks what is named or refuses what is counted.
//!
//! ```text
//! outer [as ID] [drop N] [files N] [processes N] [tell FILE] [landlock N] [without WHAT,...] [failing CALL:WHICH:ERRNO[:all]]... -- COMMAND ARGUMENT...
//! ```
//!
//! * `as 65534`: as the user and the group of this number, with no other groups. Only root can do
//!   that.
//! * `drop N`: the command has not the capability of this number, even as root. Only root can do
//!   that.
//! * `files N`, `processes N`: at most so many descriptors in a process, processes of the user.
//! * `landlock N`: the kernel says that it has this version of Landlock.
//! * `without WHAT`: system calls that are refused whoever makes them, as if the kernel did not
//!   have them. `landlock`, `seccomp` and `user-namespaces` are known as a whole. Anything else is
//!   `CALL[:ERRNO]`; ENOSYS if no error is named.
//! * `failing`: the calls of that number fail, others are made: `2` the second, `2-5` some, `3+`
//!   all from the third on. Only those are counted that the command's own process makes; with `all`
//!   those of the processes it starts too. For `execve` the first one is what starts the command.
//! * `tell FILE`: a line for each call that was made to fail is written to that file before the
//!   call returns.
//!
//! A call is `NAME`, `NAME@N` if its first argument is to be N (`write@2`), `NAME@stdout` or
//! `NAME@stderr` if that is to be a descriptor of the command's standard output or error, or
//! `NAME&BITS` if that is to have some of these bits (`unshare&0x10000000`). What `clone3` is to do
//! stands in memory, where no filter looks; `without clone3` makes libc use `clone`, whose bit
//! 0x4000 is set when a process is started and not when a thread is.
#![expect(
    unsafe_code,
    reason = "system calls for which there are no safe clothes; each says why it is sound"
)]

mod calls;
mod filter;
mod listener;
mod rules;

use nix::errno::Errno;
use nix::libc;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::unistd::{Gid, Uid, execvp, setgid, setgroups, setuid};
use rules::Rules;
use std::error::Error;
use std::ffi::CString;

fn main() -> Result<(), Box<dyn Error>> {
    let rules = Rules::read(std::env::args().skip(1))?;
    let command = rules.command.iter().map(|word| CString::new(word.as_str()));
    let command = command.collect::<Result<Vec<_>, _>>()?;
    let program = command.first().ok_or("there is no command behind `--`")?;
    let watch = if rules.failing.is_empty() {
        None
    } else {
        // It keeps the rights of this process, and nothing that it does is counted.
        Some(listener::start(&rules)?)
    };
    if let Some(files) = rules.files {
        setrlimit(Resource::RLIMIT_NOFILE, files, files)?;
    }
    if let Some(processes) = rules.processes {
        setrlimit(Resource::RLIMIT_NPROC, processes, processes)?;
    }
    if let Some(capability) = rules.drop {
        // SAFETY: only takes a right away from what this process becomes.
        Errno::result(unsafe {
            libc::prctl(libc::PR_CAPBSET_DROP, libc::c_ulong::from(capability), 0, 0, 0)
        })?;
    }
    if let Some(id) = rules.user {
        setgroups(&[])?;
        setgid(Gid::from_raw(id))?;
        setuid(Uid::from_raw(id))?;
    }
    // Rust ignores the signal in every program's start, and what is ignored stays so in the next
    // program. SAFETY: the default action is no function of ours.
    unsafe { signal(Signal::SIGPIPE, SigHandler::SigDfl) }?;
    if !rules.without.is_empty() || watch.is_some() {
        nix::sys::prctl::set_no_new_privs()?;
        let installed = filter::install(&rules, watch.is_some());
        if let Some(watch) = watch {
            watch.hand_over(installed.as_ref().ok().copied().flatten());
        }
        installed?;
    }
    // From here on calls are refused, so nothing stands between the filter and the command.
    let error: Errno = execvp(program, &command).err().unwrap_or(Errno::UnknownErrno);
    Err(format!("{}: {error}", rules.command.first().map_or("", String::as_str)).into())
}
