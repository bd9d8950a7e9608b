//! The untrusted half: a process that handles what a guest made, in one of two roles. **compile**
//! turns one module into machine code and ends; **run** serves a module at a time, with one set of
//! grants for its life.
//!
//! The only part that names wasmtime. It knows no policy: it retries nothing, records nothing, and
//! holds no more of a task than the attempt it makes. Its only peer is the supervisor at the other
//! end of the socket on descriptor 0.

mod answer;
mod attempt;
mod bindings;
mod canonical;
mod classify;
mod code;
mod collected;
mod compile;
mod contract;
mod deadline;
mod effective_grants;
mod encoding;
mod engine;
mod exports;
mod guest;
mod guest_error;
mod handshake;
mod interpreter;
mod invoke;
mod limiter;
mod link;
mod linkers;
mod linking;
mod load;
mod log;
mod meter;
mod placed;
mod program;
mod readonly;
mod refusal;
mod request;
mod reuse;
mod schema;
mod scratch;
mod serve;
mod stage;
mod stdin;
mod stream;
mod streamed_attempt;
mod streamed_guest;
mod streamed_io;
mod streamed_stdio;
mod trap;
mod unneeded;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;

#[cfg(any(test, feature = "fuzz"))]
pub use canonical::canonical as fuzz_canonical;
pub use engine::named as engine_version;
use link::LinkError;
use polymer_host_base::SystemResource;
use polymer_host_protocol::{ARGUMENT, exit_code};
use polymer_host_sys::resource_exhausted::{SystemRequest, is_shortage, lacking};
use polymer_host_sys::{process, signals};
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};

/// The codes a worker process exits with. Private to the two halves: an exit code of `polymer`
/// means something else.
pub mod exit {
    /// The supervisor closed the socket, or the work was done.
    pub const CLEAN: u8 = 0;
    /// It was not started by a supervisor, or could not set itself up.
    pub const BAD_START: u8 = 64;
    /// The peer did not keep to the protocol.
    pub const PROTOCOL: u8 = 65;
    /// A bug of ours.
    pub const BUG: u8 = 70;
}

/// Role of a worker process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerRole {
    /// Turn one module into machine code.
    Compile,
    /// Make attempts.
    Run,
}

/// Request by which a worker process was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerStart {
    /// As a supervisor does it.
    Asked {
        /// Requested role.
        role: WorkerRole,
        /// The process that asked.
        parent: u32,
    },
    /// With arguments that no supervisor gives.
    Malformed,
}

/// Why a role came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RoleEnd {
    /// The peer closed the socket, or all is said.
    Closed,
    /// An attempt ran out of time: a thread of this process may hang in a host call, so it must end
    /// without waiting for any.
    Spent,
}

/// Returns how this process was started as a worker, if it was: the arguments are those of the
/// process, its name first.
#[must_use]
pub fn requested(args: impl Iterator<Item = OsString>) -> Option<WorkerStart> {
    let mut args = args.skip(1);
    if args.next()? != ARGUMENT {
        return None;
    }
    let role = match args.next().as_deref().and_then(|role| role.to_str()) {
        Some("run") => WorkerRole::Run,
        Some("compile") => WorkerRole::Compile,
        _ => return Some(WorkerStart::Malformed),
    };
    let parent = args.next().and_then(|parent| parent.to_str()?.parse().ok());
    Some(match (parent, args.next()) {
        (Some(parent), None) => WorkerStart::Asked { role, parent },
        _ => WorkerStart::Malformed,
    })
}

/// Runs this process as a worker, to its end.
pub fn main(start: WorkerStart) -> ! {
    end_where_no_thread_starts();
    // A release build aborts at a panic; elsewhere the code says whose fault it was.
    let code = std::panic::catch_unwind(|| run(start)).unwrap_or(exit::BUG);
    process::exit_now(code)
}

fn run(start: WorkerStart) -> u8 {
    let WorkerStart::Asked { role, parent } = start else {
        return say("a worker is started by a supervisor, not by hand", exit::BAD_START);
    };
    let socket = match set_up(parent) {
        Ok(Some(socket)) => socket,
        Ok(None) => return exit::CLEAN,
        Err(error) => {
            let code = lacking(&error, SystemRequest::Other).map_or(exit::BAD_START, exit_code::of);
            return say(&format!("a worker could not set itself up: {error}"), code);
        }
    };
    match work(role, socket) {
        Ok(RoleEnd::Closed | RoleEnd::Spent) => exit::CLEAN,
        // The supervisor is gone in the middle of an answer: nobody is left to tell.
        Err(LinkError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => exit::CLEAN,
        Err(LinkError::Io(error)) if is_shortage(&error) => {
            let resource = lacking(&error, SystemRequest::Other).unwrap_or(SystemResource::Memory);
            say(&error.to_string(), exit_code::of(resource))
        }
        Err(error @ LinkError::Own(_)) => say(&error.to_string(), exit::BUG),
        Err(error @ LinkError::Machine(_)) => {
            let words = error.to_string();
            let resource = trap::resource(&words);
            say(&words, exit_code::of(resource))
        }
        Err(error) => say(&error.to_string(), exit::PROTOCOL),
    }
}

/// Ends this process with the exit code for it when a library panics because it could not start a
/// thread.
fn end_where_no_thread_starts() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if trap::lacks_threads(&panic.to_string()) {
            let error = io::Error::from_raw_os_error(nix::libc::EAGAIN);
            let words = format!("the machine refused what a worker needs: no thread can be started: {error}");
            process::exit_now(say(&words, exit_code::of(SystemResource::Processes)));
        }
        before(panic);
    }));
}

fn work(role: WorkerRole, socket: OwnedFd) -> Result<RoleEnd, LinkError> {
    let (mut incoming, mut outgoing) = link::open(socket);
    let Some(begun) = handshake::begin(role, &mut incoming, &mut outgoing)? else {
        return Ok(RoleEnd::Closed);
    };
    match role {
        WorkerRole::Run => serve::serve(incoming, outgoing, &begun),
        WorkerRole::Compile => compile::compile(incoming, outgoing, &begun.engine, begun.settings),
    }
}

/// Makes this process one that holds nothing but its socket and ends with its parent. `None` if the
/// parent is gone already.
#[expect(unsafe_code, reason = "it closes what this process inherited, which only its start can know")]
fn set_up(parent: u32) -> io::Result<Option<OwnedFd>> {
    let stdin = io::stdin();
    let kind = nix::sys::stat::fstat(stdin.as_fd())?.st_mode & nix::libc::S_IFMT;
    if kind != nix::libc::S_IFSOCK {
        return Err(io::Error::other("it is started by a supervisor, not by hand"));
    }
    if !process::die_with_parent(parent)? {
        return Ok(None);
    }
    process::begin_session()?;
    // SAFETY: this process is at its very start. It has opened nothing itself, and what it
    // inherited beyond the standard streams is nobody's here.
    unsafe { process::close_from(3) }?;
    // A worker that is stopped and goes on must know it: what passed meanwhile counts for no guest.
    signals::count_continues()?;
    // The supervisor's threads do not, and what they block is inherited.
    signals::stop_in_background(true);
    std::env::set_current_dir("/")?;
    nix::sys::stat::umask(nix::sys::stat::Mode::from_bits_truncate(0o077));
    // If memory runs out, this process is the one to go. Some machines do not let it say so.
    drop(std::fs::write("/proc/self/oom_score_adj", "1000"));
    stdin.as_fd().try_clone_to_owned().map(Some)
}

/// Leaves last words for whoever reads stderr.
fn say(words: &str, code: u8) -> u8 {
    // Nobody may be there to read them; the code stands for itself.
    drop(writeln!(io::stderr(), "{words}"));
    code
}
