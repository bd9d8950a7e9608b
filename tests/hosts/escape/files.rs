//! Paths, and what is open already.

use super::{Try, Within, call};
use nix::fcntl::{AT_FDCWD, readlinkat, renameat};
use nix::libc;
use nix::sys::stat::{Mode, SFlag, UtimensatFlags, mkdirat, mknod, utimensat};
use nix::unistd::{LinkatFlags, UnlinkatFlags, linkat, mkfifo, symlinkat, unlinkat};
use std::ffi::CString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

pub(super) const TRIES: &[Try] = &[
    ("read-granted", |w| fs::read(w.readable.join("file")).map(drop)),
    ("list-granted", |w| fs::read_dir(&w.readable).map(drop)),
    ("write-granted", |w| fs::write(w.writable.join("made"), "x")),
    ("cut-granted", |w| cut_by_opening(libc::O_WRONLY, &w.writable.join("old"))),
    ("cut-granted-to-read-and-write", |w| cut_by_opening(libc::O_RDWR, &w.writable.join("old"))),
    ("remove-granted", |w| remove(&w.writable.join("old"))),
    ("write-read-only", |w| fs::write(w.readable.join("made"), "x")),
    ("append-read-only", |w| File::options().append(true).open(w.readable.join("file")).map(drop)),
    ("truncate-read-only", |w| cut(&w.readable.join("file"))),
    ("cut-read-only", |w| path_call(libc::SYS_truncate, &w.readable.join("file"))),
    ("remove-read-only", |w| remove(&w.readable.join("file"))),
    ("rename-read-only", |w| rename(&w.readable.join("file"), &w.readable.join("other"))),
    ("move-out-of-read-only", |w| rename(&w.readable.join("file"), &w.writable.join("moved"))),
    ("link-in-read-only", |w| link(&w.readable.join("file"), &w.readable.join("hard"))),
    ("symlink-in-read-only", |w| Ok(symlinkat("file", AT_FDCWD, &w.readable.join("soft"))?)),
    ("folder-in-read-only", |w| Ok(mkdirat(AT_FDCWD, &w.readable.join("folder"), Mode::S_IRWXU)?)),
    ("times-of-read-only", |w| times(&w.readable.join("file"))),
    ("times-where-nothing-is-writable", |w| times(&w.readable.join("file"))),
    ("cut-by-opening-to-read", |w| cut_by_opening(libc::O_RDONLY, &w.readable.join("file"))),
    // Neither to read nor to write, which Landlock asks no right for.
    ("cut-by-opening-for-neither", |w| cut_by_opening(libc::O_ACCMODE, &w.readable.join("file"))),
    ("cut-sideways", |w| cut_by_opening(libc::O_ACCMODE, &w.readable.join("../secret/file"))),
    ("cut-by-openat2", |w| cut_by_openat2(&w.readable.join("file"))),
    ("cut-by-openat2-where-nothing-is-writable", |w| cut_by_openat2(&w.readable.join("file"))),
    ("read-where-nothing-is-writable", |w| fs::read(w.readable.join("file")).map(drop)),
    ("write-where-nothing-is-writable", |w| fs::write(w.readable.join("made"), "x")),
    ("mode-of-read-only", |w| path_call(libc::SYS_chmod, &w.readable.join("file"))),
    ("owner-of-granted", |w| path_call(libc::SYS_lchown, &w.writable.join("old"))),
    ("attribute-of-granted", |w| path_call(libc::SYS_setxattr, &w.writable.join("old"))),
    ("pipe-in-writable", |w| Ok(mkfifo(&w.writable.join("pipe"), Mode::S_IRWXU)?)),
    ("device-in-writable", |w| Ok(mknod(&w.writable.join("null"), SFlag::S_IFCHR, Mode::S_IRWXU, 0x103)?)),
    ("open-again-to-write", |w| again(&w.readable.join("file"))),
    ("up-and-out", |w| fs::read(w.readable.join("../".repeat(20) + "etc/passwd")).map(drop)),
    ("up-from-writable", |w| fs::read(w.writable.join("../".repeat(20) + "etc/passwd")).map(drop)),
    ("sideways", |w| fs::read(w.readable.join("../secret/file")).map(drop)),
    ("link-out", |w| fs::read(w.readable.join("link")).map(drop)),
    ("hard-link-out", |w| link(Path::new("/etc/passwd"), &w.writable.join("passwd"))),
    ("move-out", |w| rename(&w.writable.join("old"), Path::new("/tmp/polymer-escaped"))),
    ("read-passwd", |_| fs::read("/etc/passwd").map(drop)),
    ("write-shadow", |_| File::options().append(true).open("/etc/shadow").map(drop)),
    ("stat-passwd", |_| fs::metadata("/etc/passwd").map(drop)),
    ("list-root", |_| names_beside_descriptors("/")),
    ("list-proc", |_| names_beside_descriptors("/proc")),
    ("write-root", |_| fs::write("/polymer-escaped", "x")),
    ("write-tmp", |_| fs::write("/tmp/polymer-escaped", "x")),
    ("write-core-pattern", |_| File::options().append(true).open("/proc/sys/kernel/core_pattern").map(drop)),
    ("list-cgroups", |_| fs::read_dir("/sys/fs/cgroup").map(drop)),
    ("read-system", |_| fs::read("/sys/kernel/mm/transparent_hugepage/enabled").map(drop)),
    ("read-messages", |_| File::open("/dev/kmsg").map(drop)),
    ("open-memory", |_| File::open("/dev/mem").map(drop)),
    ("open-zeros", |_| File::open("/dev/zero").map(drop)),
    ("open-terminals", |_| File::open("/dev/ptmx").map(drop)),
    ("own-environment", |_| fs::read("/proc/self/environ").map(drop)),
    ("own-memory", |_| File::options().append(true).open("/proc/self/mem").map(drop)),
    ("own-program", |_| File::open("/proc/self/exe").map(drop)),
    ("own-pages", |_| File::open("/proc/self/pagemap").map(drop)),
    ("own-link", |_| Ok(readlinkat(AT_FDCWD, "/proc/self/exe").map(drop)?)),
    ("parents-environment", |w| parents(w, "environ")),
    ("parents-memory", |w| parents(w, "mem")),
    ("parents-maps", |w| parents(w, "maps")),
    ("parents-descriptors", |w| parents(w, "fd/0")),
    ("parents-root", |w| parents(w, "root/etc/passwd")),
    ("parents-folder", |w| parents(w, "cwd/Cargo.toml")),
    ("parents-status", |w| parents(w, "status")),
    ("all-processes", |_| fs::read("/proc/1/status").map(drop)),
    ("many-files", |w| many_files(&w.readable)),
    ("large-file", |w| large_file(&w.writable)),
];

fn parents(within: &Within, what: &str) -> io::Result<()> {
    File::open(format!("/proc/{}/{what}", within.before.parent)).map(drop)
}

/// Succeeds if something is in the folder that is not a descriptor of this process.
fn names_beside_descriptors(folder: &str) -> io::Result<()> {
    let mut names = fs::read_dir(folder)?.filter_map(Result::ok).map(|entry| entry.file_name());
    match names.find(|name| name.to_str().is_none_or(|name| name.parse::<u32>().is_err())) {
        Some(_) => Ok(()),
        None => Err(io::Error::other("nothing else")),
    }
}

fn cut(path: &Path) -> io::Result<()> {
    File::options().write(true).truncate(true).open(path).map(drop)
}

/// The same by a descriptor to read with.
fn cut_by_opening(access: i32, path: &Path) -> io::Result<()> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    let flags = i64::from(access | libc::O_TRUNC);
    call(libc::SYS_openat, [libc::AT_FDCWD.into(), path.as_ptr() as i64, flags, 0, 0]).map(drop)
}

/// The same by a call whose flags no filter sees.
fn cut_by_openat2(path: &Path) -> io::Result<()> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    // `struct open_how` of linux/openat2.h: flags, mode, resolve.
    let how = [u64::from((libc::O_RDONLY | libc::O_TRUNC).cast_unsigned()), 0, 0];
    let size = i64::try_from(size_of_val(&how)).map_err(io::Error::other)?;
    let arguments = [libc::AT_FDCWD.into(), path.as_ptr() as i64, how.as_ptr() as i64, size, 0];
    call(libc::SYS_openat2, arguments).map(drop)
}

/// Opens what is open to be read once more, by its descriptor.
fn again(path: &Path) -> io::Result<()> {
    let file = OwnedFd::from(File::open(path)?);
    File::options().write(true).open(polymer_host_sys::place::path(&file)).map(drop)
}

fn times(path: &Path) -> io::Result<()> {
    let epoch = nix::sys::time::TimeSpec::new(0, 0);
    Ok(utimensat(AT_FDCWD, path, &epoch, &epoch, UtimensatFlags::NoFollowSymlink)?)
}

fn remove(path: &Path) -> io::Result<()> {
    Ok(unlinkat(AT_FDCWD, path, UnlinkatFlags::NoRemoveDir)?)
}

fn rename(from: &Path, to: &Path) -> io::Result<()> {
    Ok(renameat(AT_FDCWD, from, AT_FDCWD, to)?)
}

fn link(from: &Path, to: &Path) -> io::Result<()> {
    Ok(linkat(AT_FDCWD, from, AT_FDCWD, to, LinkatFlags::empty())?)
}

/// A call with a path and zeros.
fn path_call(number: libc::c_long, path: &Path) -> io::Result<()> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    call(number, [path.as_ptr() as i64, 0, 0, 0, 0]).map(drop)
}

fn many_files(folder: &Path) -> io::Result<()> {
    let mut open = Vec::new();
    for _ in 0..1000 {
        open.push(File::open(folder.join("file"))?);
    }
    let last = open.last().map(AsRawFd::as_raw_fd);
    Err(io::Error::other(format!("{last:?}")))
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
