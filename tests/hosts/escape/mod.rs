//! What a guest that has broken out of the engine would try, from inside the jail of a worker. One
//! try a process: some are its end.
//!
//! The first argument is the try, the others are what it is granted: a folder to read and a folder
//! to change. `files` tries paths and what is open, `calls` has system calls that need nothing but
//! their arguments, `memory` tries what takes much.
#![expect(unsafe_code, reason = "what is tried are system calls as they are")]

mod calls;
mod files;
mod memory;

use super::Told;
use nix::libc;
use polymer_host::Sandbox;
use polymer_host_base::JailRole;
use polymer_host_jail as jail;
use polymer_host_jail::JailPolicy;
use polymer_host_sys::place;
use std::fs::File;
use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the tries need that must be there before.
struct Before {
    parent: libc::pid_t,
    socket: UnixStream,
    /// A terminal, if there is one to be had.
    terminal: Option<File>,
}

/// The same, and the granted folders as they are reached in the jail.
pub(super) struct Within {
    before: Before,
    readable: PathBuf,
    writable: PathBuf,
}

/// A try and its name.
type Try = (&'static str, fn(&Within) -> io::Result<()>);

pub(super) fn run(named: &str, readable: &str, writable: &str) -> Told {
    let (what, has_folders) = match named.strip_suffix("-without-folders") {
        Some(what) => (what, false),
        None => (named, true),
    };
    let changes = !what.ends_with("where-nothing-is-writable");
    let policy = JailPolicy {
        sandbox: Sandbox::Auto,
        one_module: true,
        limit_speculation: false,
        purpose: if what.ends_with("-compiling") { JailRole::Compile } else { JailRole::Run },
        writable: if has_folders { vec![false, changes] } else { Vec::new() },
        scratch: None,
        // Only one of them is about time.
        cpu: Some(Duration::from_secs(if what == "much-time" { 1 } else { 30 })),
        data: Some(256 << 20),
        file_size: 1 << 20,
        files: 64,
        // As many as a real worker has for threads: with fewer, their stacks would be the bound.
        addresses: Some(if what == "many-threads" { 41 << 30 } else { 1 << 30 }),
        threads: 16,
    };
    let before = || Before {
        parent: std::os::unix::process::parent_id().cast_signed(),
        socket: UnixStream::pair().unwrap().0,
        terminal: File::open("/dev/ptmx").ok(),
    };
    let hold = |path: &str| place::hold(Path::new(path));
    let places = if has_folders { vec![hold(readable)?, hold(writable)?] } else { Vec::new() };
    if what.ends_with("-gone") {
        std::fs::remove_dir_all(writable)?;
    }
    let entered = jail::enter(&policy, places, before)?;
    for missing in &entered.confinement.missing {
        println!("missing: {}", missing.layer);
    }
    let place = |number: usize| entered.places.get(number).map_or_else(|| "/0".to_owned(), place::path);
    let [readable, writable] = [0, 1].map(|number| PathBuf::from(place(number)));
    if what.ends_with("-loaded") {
        entered.loaded.unwrap().apply()?;
    }
    let within = Within { before: entered.made, readable, writable };
    println!("{named}: {}", outcome(attempt(what, &within)));
    Ok(())
}

/// What a try is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Paths, and what is open.
    Files,
    /// Memory, addresses and threads.
    Memory,
    /// Other system calls.
    Calls,
}

/// All tries by their names.
pub(super) fn names() -> impl Iterator<Item = (Kind, &'static str)> {
    let files = files::TRIES.iter().map(|(name, _)| (Kind::Files, *name));
    let memory = memory::TRIES.iter().map(|(name, _)| (Kind::Memory, *name));
    files.chain(memory).chain(calls::names().map(|name| (Kind::Calls, name)))
}

/// Makes a try where this process is, in whatever jail that may be.
pub(super) fn bare(what: &str, readable: &str, writable: &str) -> Told {
    let within = Within { readable: readable.into(), writable: writable.into(), ..without_folders() };
    println!("{what}: {}", outcome(attempt(what, &within)));
    Ok(())
}

/// What came of a try, in a word.
pub(super) fn outcome(done: io::Result<()>) -> String {
    match done.map_err(|error| (error.raw_os_error(), error)) {
        Ok(()) => "done".to_owned(),
        Err((Some(number), _)) => {
            nix::errno::Errno::from_raw(number).to_string().split(':').next().unwrap().to_owned()
        }
        Err((None, error)) => error.to_string(),
    }
}

/// What tries of system calls need in a jail of another kind.
pub(super) fn without_folders() -> Within {
    let before = Before {
        parent: std::os::unix::process::parent_id().cast_signed(),
        socket: UnixStream::pair().unwrap().0,
        terminal: None,
    };
    Within { before, readable: PathBuf::new(), writable: PathBuf::new() }
}

/// Tries a system call by its name.
pub(super) fn attempt_call(name: &str, within: &Within) -> io::Result<()> {
    calls::attempt(name, within)
}

fn attempt(what: &str, within: &Within) -> io::Result<()> {
    let name =
        ["-compiling", "-gone", "-loaded"].iter().find_map(|end| what.strip_suffix(end)).unwrap_or(what);
    let mut tries = files::TRIES.iter().chain(memory::TRIES);
    match tries.find(|(known, _)| *known == name) {
        Some((_, attempt)) => attempt(within),
        None => calls::attempt(name, within),
    }
}

/// Makes a system call. Its pointers are null, or of what outlives it, or the call is filtered. The
/// sixth argument is 0: `syscall` would pass on whatever the register holds, and the answer of a call
/// that takes six would be another one each time.
fn call(number: libc::c_long, [a, b, c, d, e]: [i64; 5]) -> io::Result<i64> {
    // SAFETY: see above: no memory is touched that is not given.
    let result = unsafe { libc::syscall(number, a, b, c, d, e, 0_i64) };
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
