//! Memory, addresses, threads and time: what takes much, and what no limit counts.

use super::{Try, call};
use nix::libc;
use std::io::{self, Read};

pub(super) const TRIES: &[Try] = &[
    ("map-code", |_| map(PRIVATE, libc::PROT_READ | libc::PROT_EXEC, 4096)),
    ("map-written-code", |_| map(PRIVATE, WRITTEN | libc::PROT_EXEC, 4096)),
    ("make-executable", |_| make_executable()),
    ("much-memory", |_| much_memory()),
    ("shared-memory", |_| map(libc::MAP_SHARED | libc::MAP_ANONYMOUS, WRITTEN, 4096)),
    ("validated-shared-memory", |_| map(libc::MAP_SHARED_VALIDATE | libc::MAP_ANONYMOUS, WRITTEN, 4096)),
    ("growing-memory", |_| map(PRIVATE | libc::MAP_GROWSDOWN, WRITTEN, 4096)),
    ("huge-pages", |_| map(PRIVATE | libc::MAP_HUGETLB, WRITTEN, 1 << 30)),
    // 100 GB of page tables stand for so many addresses.
    ("many-addresses", |_| map(PRIVATE | libc::MAP_NORESERVE, libc::PROT_READ, 50 << 40)),
    ("more-addresses", |_| map(PRIVATE | libc::MAP_NORESERVE, libc::PROT_NONE, 2 << 30)),
    ("many-threads", |_| many_threads()),
    ("thread", |_| std::thread::Builder::new().spawn(|| {}).map(|thread| drop(thread.join()))),
    ("file-in-memory", |_| call(libc::SYS_memfd_create, [c"x".as_ptr() as i64, 0, 0, 0, 0]).map(drop)),
    ("huge-file-in-memory", |_| {
        call(libc::SYS_memfd_create, [c"x".as_ptr() as i64, i64::from(libc::MFD_HUGETLB), 0, 0, 0]).map(drop)
    }),
    ("raise-limit", |_| raise_limit()),
    ("much-time", |_| {
        loop {
            std::hint::spin_loop();
        }
    }),
];

const PRIVATE: libc::c_int = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
const WRITTEN: libc::c_int = libc::PROT_READ | libc::PROT_WRITE;

fn map(flags: libc::c_int, protection: libc::c_int, bytes: usize) -> io::Result<()> {
    // SAFETY: a new mapping at an address of the kernel's choice touches no memory that is in use.
    let address = unsafe { libc::mmap(std::ptr::null_mut(), bytes, protection, flags, -1, 0) };
    if address == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn make_executable() -> io::Result<()> {
    // SAFETY: as above.
    let address = unsafe { libc::mmap(std::ptr::null_mut(), 4096, WRITTEN, PRIVATE, -1, 0) };
    call(libc::SYS_mprotect, [address as i64, 4096, (libc::PROT_READ | libc::PROT_EXEC).into(), 0, 0])
        .map(drop)
}

fn much_memory() -> io::Result<()> {
    let mut zeros = io::repeat(0).take(1 << 30);
    let mut kept = Vec::new();
    loop {
        let mut piece: Vec<u8> = Vec::new();
        if piece.try_reserve_exact(16 << 20).is_err() {
            return Err(io::Error::from_raw_os_error(libc::ENOMEM));
        }
        if zeros.by_ref().take(16 << 20).read_to_end(&mut piece)? == 0 {
            return Ok(());
        }
        kept.push(piece);
    }
}

/// Far more threads than the jail of a try lets there be, and few enough for a machine on which
/// several tests make that try where nothing bounds them.
const THREADS: usize = 300;

/// Succeeds if so many threads could be started, each of which waits.
fn many_threads() -> io::Result<()> {
    let gate = std::sync::Arc::new(std::sync::Barrier::new(THREADS + 1));
    for _ in 0..THREADS {
        let gate = std::sync::Arc::clone(&gate);
        std::thread::Builder::new().stack_size(16 << 10).spawn(move || gate.wait())?;
    }
    Ok(())
}

fn raise_limit() -> io::Result<()> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let (soft, hard) = getrlimit(Resource::RLIMIT_DATA)?;
    // Even to what it is.
    Ok(setrlimit(Resource::RLIMIT_DATA, soft, hard)?)
}
