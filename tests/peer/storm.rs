//! A worker that was taken over inside its jail and takes what it can get of the machine: threads,
//! page tables, files in memory. Those beside it do a little work each, and say how long they
//! waited for it.
//!
//! The jail is that of a worker, by what the supervisor says it is to be.

use super::worker::{Peer, finished};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous, munmap};
use polymer_host_base::{JailRole, Sandbox};
use polymer_host_jail::{JailPolicy, enter};
use polymer_host_protocol::FromWorker;
use polymer_host_protocol::message::{BeginMessage, FinishedMessage, RunMessage, WireOutput, WireUsage};
use polymer_host_sys::process;
use std::num::NonZero;
use std::time::{Duration, Instant};

/// CPU time of an innocent task.
const WORK: Duration = Duration::from_millis(2);
/// How long the storm goes on.
const STORM: Duration = Duration::from_secs(6);
/// Threads that are asked for.
const THREADS: usize = 2000;
/// Addresses that a page of page tables stands for, and addresses of which the tables have 100 GB.
const TABLE: usize = 2 << 20;
const TABLES: usize = 100_000_000_000 / 4096 * TABLE;
/// Bytes of a sparse file in memory that is asked for.
const SPARSE: u64 = 1 << 40;

/// Puts up the jail. The figures that the supervisor leaves to a worker are those of
/// `worker/handshake`.
pub(crate) fn enter_jail(begin: &BeginMessage<'_>, role: &str) {
    let policy = JailPolicy {
        sandbox: Sandbox::named(begin.sandbox).unwrap(),
        one_module: begin.one_module,
        limit_speculation: false,
        purpose: if role == "compile" { JailRole::Compile } else { JailRole::Run },
        writable: Vec::new(),
        scratch: None,
        cpu: Some(Duration::from_secs(begin.cpu_seconds)),
        data: Some(begin.memory),
        file_size: begin.file_size,
        files: 64,
        addresses: Some(begin.memory + (41 << 30)),
        threads: (8 + process::cores()) as u64,
    };
    let entered = enter(&policy, Vec::new(), || {}).unwrap();
    let missing: Vec<_> = entered.confinement.missing.iter().map(|missing| missing.layer.name()).collect();
    assert_eq!(missing, [""; 0], "a machine that lacks nothing");
}

/// Does what an input says, if it is one of these. The honest part answers others.
pub(crate) fn at_work(peer: &mut Peer, run: &RunMessage<'_>) -> bool {
    let answer = match run.input {
        b"storm" => storm(),
        input if input.starts_with(b"innocent") => innocent(),
        _ => return false,
    };
    let output_bytes = answer.len() as u64;
    let honest = finished(run);
    let (output, usage) = (WireOutput::Text(answer.as_bytes()), WireUsage { output_bytes, ..honest.usage });
    peer.link.say(&FromWorker::Finished(FinishedMessage { output, usage, ..honest }));
    peer.last = run.attempt;
    if run.input == b"storm" {
        process::exit_now(0);
    }
    true
}

/// Works, and says in microseconds how much of its time that was.
fn innocent() -> String {
    let (begun, before) = (Instant::now(), process::thread_cpu_time());
    while process::thread_cpu_time() - before < WORK {}
    let own = process::thread_cpu_time() - before;
    format!("{} {}", own.as_micros(), begun.elapsed().as_micros())
}

/// Takes all that it gets, holds it for a while, and says how much that was.
fn storm() -> String {
    let end = Instant::now() + STORM;
    let spin = move || while Instant::now() < end {};
    let start = || std::thread::Builder::new().stack_size(64 << 10).spawn(spin);
    let threads = (0..THREADS).map_while(|_| start().ok()).count();
    let all = tables(TABLES);
    let most = (0..20).map(|halved| TABLES >> halved).find_map(tables).unwrap_or_default();
    let sparse = match memfd_create(c"sparse", MFdFlags::empty()) {
        Ok(file) => format!("{:?}", nix::unistd::ftruncate(file, SPARSE.cast_signed())),
        Err(error) => error.to_string(),
    };
    spin();
    format!("threads {threads}\nall tables {}\ntables of {most}\nsparse {sparse}", all.is_some())
}

/// Has page tables made for so many bytes of addresses, which take no other memory. Returns how many
/// bytes the tables have.
fn tables(bytes: usize) -> Option<usize> {
    let length = NonZero::new(bytes)?;
    let flags = MapFlags::MAP_PRIVATE | MapFlags::MAP_NORESERVE;
    // SAFETY: a new mapping at a place the kernel chooses.
    let at = unsafe { mmap_anonymous(None, length, ProtFlags::PROT_READ, flags) }.ok()?;
    for offset in (0..bytes).step_by(TABLE) {
        // SAFETY: inside of the mapping, which is zeros.
        unsafe { at.cast::<u8>().as_ptr().add(offset).read_volatile() };
    }
    // SAFETY: nothing refers to the mapping.
    unsafe { munmap(at, bytes) }.ok()?;
    Some(bytes / TABLE * 4096)
}
