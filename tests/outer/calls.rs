//! Names of system calls and of errors, as numbers of this machine.

use nix::errno::Errno;
use nix::libc;

macro_rules! numbers {
    ($($name:ident => $number:expr,)*) => {
        &[$((stringify!($name), $number as i64),)*]
    };
}

/// Calls that a supervisor, a worker or a jail makes.
const CALLS: &[(&str, i64)] = numbers! {
    capset => libc::SYS_capset,
    chdir => libc::SYS_chdir,
    chroot => libc::SYS_chroot,
    clone => libc::SYS_clone,
    clone3 => libc::SYS_clone3,
    close_range => libc::SYS_close_range,
    copy_file_range => libc::SYS_copy_file_range,
    dup => libc::SYS_dup,
    epoll_create1 => libc::SYS_epoll_create1,
    epoll_ctl => libc::SYS_epoll_ctl,
    epoll_pwait => libc::SYS_epoll_pwait,
    eventfd2 => libc::SYS_eventfd2,
    execve => libc::SYS_execve,
    fallocate => libc::SYS_fallocate,
    fchmod => libc::SYS_fchmod,
    fcntl => libc::SYS_fcntl,
    fdatasync => libc::SYS_fdatasync,
    flock => libc::SYS_flock,
    fsync => libc::SYS_fsync,
    ftruncate => libc::SYS_ftruncate,
    getrandom => libc::SYS_getrandom,
    ioctl => libc::SYS_ioctl,
    kcmp => libc::SYS_kcmp,
    kill => libc::SYS_kill,
    landlock_add_rule => libc::SYS_landlock_add_rule,
    landlock_create_ruleset => libc::SYS_landlock_create_ruleset,
    landlock_restrict_self => libc::SYS_landlock_restrict_self,
    linkat => libc::SYS_linkat,
    madvise => libc::SYS_madvise,
    membarrier => libc::SYS_membarrier,
    memfd_create => libc::SYS_memfd_create,
    mkdirat => libc::SYS_mkdirat,
    mmap => libc::SYS_mmap,
    mount => libc::SYS_mount,
    mprotect => libc::SYS_mprotect,
    openat => libc::SYS_openat,
    setresuid => libc::SYS_setresuid,
    umount2 => libc::SYS_umount2,
    mount_setattr => libc::SYS_mount_setattr,
    move_mount => libc::SYS_move_mount,
    open_tree => libc::SYS_open_tree,
    openat2 => libc::SYS_openat2,
    pidfd_open => libc::SYS_pidfd_open,
    pidfd_send_signal => libc::SYS_pidfd_send_signal,
    pipe2 => libc::SYS_pipe2,
    pivot_root => libc::SYS_pivot_root,
    prctl => libc::SYS_prctl,
    pread64 => libc::SYS_pread64,
    prlimit64 => libc::SYS_prlimit64,
    pwrite64 => libc::SYS_pwrite64,
    read => libc::SYS_read,
    recvmsg => libc::SYS_recvmsg,
    renameat2 => libc::SYS_renameat2,
    seccomp => libc::SYS_seccomp,
    sendmsg => libc::SYS_sendmsg,
    sendto => libc::SYS_sendto,
    setsid => libc::SYS_setsid,
    socket => libc::SYS_socket,
    socketpair => libc::SYS_socketpair,
    statx => libc::SYS_statx,
    unlinkat => libc::SYS_unlinkat,
    unshare => libc::SYS_unshare,
    wait4 => libc::SYS_wait4,
    waitid => libc::SYS_waitid,
    write => libc::SYS_write,
    writev => libc::SYS_writev,
};

/// Calls of older machines; newer ones have them as special cases of others.
#[cfg(target_arch = "x86_64")]
const OLD: &[(&str, i64)] = numbers! {
    epoll_wait => libc::SYS_epoll_wait,
    fork => libc::SYS_fork,
    mkdir => libc::SYS_mkdir,
    open => libc::SYS_open,
    poll => libc::SYS_poll,
    rename => libc::SYS_rename,
    unlink => libc::SYS_unlink,
    vfork => libc::SYS_vfork,
};
#[cfg(not(target_arch = "x86_64"))]
const OLD: &[(&str, i64)] = &[];

/// The number of a call.
pub(crate) fn number(name: &str) -> Result<i64, String> {
    let mut known = CALLS.iter().chain(OLD);
    let found = known.find(|(known, _)| *known == name);
    found
        .map(|(_, number)| *number)
        .ok_or_else(|| format!("no call `{name}` is known in tests/outer/calls.rs"))
}

/// The name of a call.
pub(crate) fn name(number: i64) -> &'static str {
    CALLS.iter().chain(OLD).find(|(_, known)| *known == number).map_or("?", |(name, _)| name)
}

/// Errors that calls are made to fail with.
const ERRORS: &[Errno] = &[
    Errno::EACCES,
    Errno::EAGAIN,
    Errno::EBADF,
    Errno::EBUSY,
    Errno::ECHILD,
    Errno::EDQUOT,
    Errno::EEXIST,
    Errno::EFBIG,
    Errno::EINTR,
    Errno::EINVAL,
    Errno::EIO,
    Errno::EMFILE,
    Errno::ENFILE,
    Errno::ENOBUFS,
    Errno::ENOENT,
    Errno::ENOMEM,
    Errno::ENOSPC,
    Errno::ENOSYS,
    Errno::EOPNOTSUPP,
    Errno::EPERM,
    Errno::EPIPE,
    Errno::EROFS,
    Errno::EUSERS,
];

/// The error of a name.
pub(crate) fn error(name: &str) -> Result<Errno, String> {
    let found = ERRORS.iter().find(|error| format!("{error:?}") == name);
    found.copied().ok_or_else(|| format!("no error `{name}` is known in tests/outer/calls.rs"))
}
