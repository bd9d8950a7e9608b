//! What a guest that has broken out of the engine would try, from inside the jail of a run worker.
//! One try a process: some are its end.
//!
//! The first argument is the try, the others are what it is granted: a folder to read and a folder
//! to change.
#![expect(unsafe_code, reason = "what is tried are system calls as they are")]

use super::Told;
use nix::libc;
use polymer_host::Sandbox;
use polymer_host_base::JailRole;
use polymer_host_jail as jail;
use polymer_host_jail::{JailDirectory, JailPolicy};
use std::ffi::{CStr, CString};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Commands of `fcntl`, from linux/fcntl.h.
const F_SETSIG: libc::c_int = 10;
const F_SETOWN_EX: libc::c_int = 15;

/// What the tries need that must be there before.
struct Before {
    parent: libc::pid_t,
    socket: UnixStream,
    /// A terminal, if there is one to be had.
    terminal: Option<File>,
    readable: PathBuf,
    writable: PathBuf,
}

pub(super) fn run(what: &str, readable: &str, writable: &str) -> Told {
    let folder = |path: &str, writable| JailDirectory { path: PathBuf::from(path), writable };
    let changes = what != "times-where-nothing-is-writable";
    let policy = JailPolicy {
        sandbox: Sandbox::Auto,
        purpose: if what == "map-code-compiling" { JailRole::Compile } else { JailRole::Run },
        directories: vec![folder(readable, false), folder(writable, changes)],
        scratch: None,
        // Only one of them is about time.
        cpu: Some(Duration::from_secs(if what == "much-time" { 1 } else { 30 })),
        data: Some(256 << 20),
        file_size: 1 << 20,
        files: 64,
    };
    let before = || Before {
        parent: std::os::unix::process::parent_id().cast_signed(),
        socket: UnixStream::pair().unwrap().0,
        terminal: File::open("/dev/ptmx").ok(),
        readable: PathBuf::from(readable),
        writable: PathBuf::from(writable),
    };
    let entered = jail::enter(&policy, before)?;
    for missing in &entered.confinement.missing {
        println!("missing: {}", missing.layer);
    }
    let outcome = match attempt(what, &entered.made) {
        Ok(()) => "done".to_owned(),
        Err(error) => match error.raw_os_error() {
            Some(number) => {
                nix::errno::Errno::from_raw(number).to_string().split(':').next().unwrap().to_owned()
            }
            None => error.to_string(),
        },
    };
    println!("{what}: {outcome}");
    Ok(())
}

fn attempt(what: &str, before: &Before) -> io::Result<()> {
    match what {
        "read-granted" => std::fs::read(before.readable.join("file")).map(drop),
        "list-granted" => std::fs::read_dir(&before.readable).map(drop),
        "write-granted" => std::fs::write(before.writable.join("made"), "x"),
        "remove-granted" => remove(&before.writable.join("old")),
        "write-read-only" => std::fs::write(before.readable.join("made"), "x"),
        "truncate-read-only" => {
            File::options().write(true).truncate(true).open(before.readable.join("file")).map(drop)
        }
        "remove-read-only" => remove(&before.readable.join("file")),
        "times-where-nothing-is-writable" => times(&before.readable.join("file")),
        "pipe-in-writable" => {
            nix::unistd::mkfifo(&before.writable.join("pipe"), nix::sys::stat::Mode::S_IRWXU)
                .map_err(Into::into)
        }
        "up-and-out" => std::fs::read_dir(before.readable.join("..")).map(drop),
        "link-out" => std::fs::read(before.readable.join("link")).map(drop),
        "read-passwd" => std::fs::read("/etc/passwd").map(drop),
        "list-root" => std::fs::read_dir("/").map(drop),
        "write-tmp" => std::fs::write("/tmp/polymer-escaped", "x"),
        "own-environment" => std::fs::read("/proc/self/environ").map(drop),
        "parents-environment" => std::fs::read(format!("/proc/{}/environ", before.parent)).map(drop),
        "parents-memory" => File::open(format!("/proc/{}/mem", before.parent)).map(drop),
        "start-again" => std::fs::read("/proc/self/exe").map(drop),
        "socket" | "unix-socket" | "netlink" | "packet" => socket(what),
        "execute" => execute(c"/bin/true"),
        "fork" => call(libc::SYS_fork, [0; 5]),
        "clone" => call(libc::SYS_clone, [libc::SIGCHLD.into(), 0, 0, 0, 0]),
        "clone3" => call(libc::SYS_clone3, [0; 5]),
        "thread" => std::thread::Builder::new().spawn(|| {}).map(|thread| drop(thread.join())),
        "kill-parent" => call(libc::SYS_kill, [before.parent.into(), 0, 0, 0, 0]),
        "signal-parent" => call(libc::SYS_tgkill, [before.parent.into(), before.parent.into(), 0, 0, 0]),
        "trace-parent" => call(libc::SYS_ptrace, [libc::PTRACE_SEIZE.into(), before.parent.into(), 0, 0, 0]),
        "read-parent" => call(libc::SYS_process_vm_readv, [before.parent.into(), 0, 0, 0, 0]),
        "open-parent" => call(libc::SYS_pidfd_open, [before.parent.into(), 0, 0, 0, 0]),
        "unshare" => call(libc::SYS_unshare, [libc::CLONE_NEWUSER.into(), 0, 0, 0, 0]),
        "mount" => call(libc::SYS_mount, [0; 5]),
        "change-root" => call(libc::SYS_chroot, [0; 5]),
        "keys" => call(libc::SYS_keyctl, [0; 5]),
        "bpf" => call(libc::SYS_bpf, [0; 5]),
        "io-uring" => call(libc::SYS_io_uring_setup, [1, 0, 0, 0, 0]),
        "change-mode" => call(libc::SYS_fchmod, [1, 0o777, 0, 0, 0]),
        "dumpable" => call(libc::SYS_prctl, [libc::PR_SET_DUMPABLE.into(), 1, 0, 0, 0]),
        "type-on-terminal" => {
            before.terminal.as_ref().map_or(Err(io::Error::from_raw_os_error(libc::EPERM)), |terminal| {
                call(libc::SYS_ioctl, [terminal.as_raw_fd().into(), libc::TIOCSTI.cast_signed(), 0, 0, 0])
            })
        }
        "own-signal" => control(before, F_SETSIG, libc::SIGKILL.into()),
        "own-other" => control(before, libc::F_SETOWN, before.parent.into()),
        "own-thread" => control(before, F_SETOWN_EX, 0),
        "signal-when-ready" => control(before, libc::F_SETFL, libc::O_ASYNC.into()),
        "flags-without-it" => control(before, libc::F_SETFL, libc::O_NONBLOCK.into()),
        "raise-limit" => raise_limit(),
        "map-code" | "map-code-compiling" => map_code(),
        "many-files" => many_files(&before.readable),
        "large-file" => large_file(&before.writable),
        "much-memory" => much_memory(),
        "shared-memory" => uncounted(libc::MAP_SHARED),
        "validated-shared-memory" => uncounted(libc::MAP_SHARED_VALIDATE),
        "growing-memory" => uncounted(libc::MAP_PRIVATE | libc::MAP_GROWSDOWN),
        "much-time" => loop {
            std::hint::spin_loop();
        },
        other => Err(io::Error::other(format!("no such try: {other}"))),
    }
}

fn times(path: &Path) -> io::Result<()> {
    use nix::sys::stat::{UtimensatFlags, utimensat};
    let epoch = nix::sys::time::TimeSpec::new(0, 0);
    utimensat(nix::fcntl::AT_FDCWD, path, &epoch, &epoch, UtimensatFlags::NoFollowSymlink).map_err(Into::into)
}

fn remove(path: &Path) -> io::Result<()> {
    use nix::unistd::{UnlinkatFlags, unlinkat};
    unlinkat(nix::fcntl::AT_FDCWD, path, UnlinkatFlags::NoRemoveDir).map_err(Into::into)
}

fn call(number: libc::c_long, [a, b, c, d, e]: [i64; 5]) -> io::Result<()> {
    // SAFETY: each of these calls fails before it touches memory: its pointers are null, or it is
    // filtered.
    let result = unsafe { libc::syscall(number, a, b, c, d, e) };
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn socket(what: &str) -> io::Result<()> {
    let family = match what {
        "unix-socket" => libc::AF_UNIX,
        "netlink" => libc::AF_NETLINK,
        "packet" => libc::AF_PACKET,
        _ => libc::AF_INET,
    };
    call(libc::SYS_socket, [family.into(), libc::SOCK_DGRAM.into(), 0, 0, 0])
}

fn execute(program: &CStr) -> io::Result<()> {
    let arguments: [CString; 0] = [];
    nix::unistd::execve(program, &arguments, &arguments).map(|never| match never {}).map_err(Into::into)
}

fn raise_limit() -> io::Result<()> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let (soft, hard) = getrlimit(Resource::RLIMIT_DATA)?;
    // Even to what it is.
    setrlimit(Resource::RLIMIT_DATA, soft, hard).map_err(Into::into)
}

/// What `fcntl` does with the socket of a worker, which the kernel may be asked to send signals
/// for.
fn control(before: &Before, command: libc::c_int, argument: i64) -> io::Result<()> {
    call(libc::SYS_fcntl, [before.socket.as_raw_fd().into(), command.into(), argument, 0, 0])
}

fn map_code() -> io::Result<()> {
    map(libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, libc::PROT_READ | libc::PROT_EXEC)
}

/// Memory that the limit on private memory may not count.
fn uncounted(flags: libc::c_int) -> io::Result<()> {
    map(flags | libc::MAP_ANONYMOUS, libc::PROT_READ | libc::PROT_WRITE)
}

fn map(flags: libc::c_int, protection: libc::c_int) -> io::Result<()> {
    // SAFETY: a new mapping at an address of the kernel's choice touches no memory that is in use.
    let address = unsafe { libc::mmap(std::ptr::null_mut(), 4096, protection, flags, -1, 0) };
    if address == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn many_files(folder: &Path) -> io::Result<()> {
    let mut open = Vec::new();
    for _ in 0..1000 {
        open.push(File::open(folder.join("file"))?);
    }
    Ok(())
}

fn large_file(folder: &Path) -> io::Result<()> {
    let mut file = File::create(folder.join("large"))?;
    let sparse = file.set_len(1 << 40);
    let mut written = 0;
    let end = loop {
        match file.write(&[1; 4096]) {
            Ok(count) => written += count,
            Err(error) => break error,
        }
    };
    if sparse.is_ok() || written > 1 << 20 { Ok(()) } else { Err(end) }
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
