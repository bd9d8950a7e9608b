//! The system calls of a compiler and of the programs that it starts: files, memory, threads, and
//! children of its own. No network, no other process, no mounts, no namespaces, and nothing that
//! the kernel does for administrators.
//!
//! Unlike that of a worker it ends no process: compilers are other people's programs, which try
//! many things and go on without. What is needed was found by building the examples of all
//! languages under it.

use super::seccomp_filter::mappings;
use super::seccomp_program::{FilterRules, SystemCall, any, apply, errno, number, program};
use nix::libc;
use seccompiler::{SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};
use std::io;

/// Allowed whatever the arguments.
const ALLOWED: &[SystemCall] = &[
    // Memory.
    libc::SYS_brk,
    libc::SYS_madvise,
    libc::SYS_membarrier,
    libc::SYS_mincore,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_msync,
    libc::SYS_munmap,
    // Programs, threads, their ends, and signals that they hear.
    libc::SYS_execve,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_get_robust_list,
    libc::SYS_getegid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getgroups,
    libc::SYS_getpgid,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_getresgid,
    libc::SYS_getresuid,
    libc::SYS_gettid,
    libc::SYS_getuid,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigpending,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigsuspend,
    libc::SYS_rt_sigtimedwait,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_sigaltstack,
    libc::SYS_wait4,
    libc::SYS_waitid,
    // Time, chance, and what the machine is.
    libc::SYS_clock_getres,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_getcpu,
    libc::SYS_getrandom,
    libc::SYS_getrusage,
    libc::SYS_gettimeofday,
    libc::SYS_nanosleep,
    libc::SYS_sysinfo,
    libc::SYS_times,
    libc::SYS_umask,
    libc::SYS_uname,
    // Files. Which ones is for the other layers to say.
    libc::SYS_chdir,
    libc::SYS_close,
    libc::SYS_close_range,
    libc::SYS_copy_file_range,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_fadvise64,
    libc::SYS_fallocate,
    libc::SYS_fchdir,
    libc::SYS_fdatasync,
    libc::SYS_flock,
    libc::SYS_fstat,
    libc::SYS_fstatfs,
    libc::SYS_fsync,
    libc::SYS_ftruncate,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_linkat,
    libc::SYS_lseek,
    libc::SYS_mkdirat,
    libc::SYS_newfstatat,
    libc::SYS_openat,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_preadv2,
    libc::SYS_pwrite64,
    libc::SYS_pwritev,
    libc::SYS_pwritev2,
    libc::SYS_read,
    libc::SYS_readahead,
    libc::SYS_readlinkat,
    libc::SYS_readv,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_sendfile,
    libc::SYS_statfs,
    libc::SYS_statx,
    libc::SYS_symlinkat,
    libc::SYS_truncate,
    libc::SYS_unlinkat,
    libc::SYS_write,
    libc::SYS_writev,
    // Pipes to its children, and waiting.
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_eventfd2,
    libc::SYS_pipe2,
    libc::SYS_ppoll,
    libc::SYS_pselect6,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_timerfd_create,
    libc::SYS_timerfd_settime,
];

/// The same by older names, which the libc of this machine still uses.
#[cfg(target_arch = "x86_64")]
const OLDER: &[SystemCall] = &[
    libc::SYS_access,
    libc::SYS_arch_prctl,
    libc::SYS_creat,
    libc::SYS_dup2,
    libc::SYS_epoll_wait,
    libc::SYS_fork,
    libc::SYS_getdents,
    libc::SYS_getpgrp,
    libc::SYS_getrlimit,
    libc::SYS_link,
    libc::SYS_lstat,
    libc::SYS_mkdir,
    libc::SYS_open,
    libc::SYS_pipe,
    libc::SYS_poll,
    libc::SYS_readlink,
    libc::SYS_rename,
    libc::SYS_rmdir,
    libc::SYS_select,
    libc::SYS_stat,
    libc::SYS_symlink,
    libc::SYS_time,
    libc::SYS_unlink,
    libc::SYS_vfork,
];
#[cfg(not(target_arch = "x86_64"))]
const OLDER: &[SystemCall] = &[];

/// Calls that change what no other layer keeps where Landlock stands alone: modes and times of any
/// file of the user. There they do nothing and say that they did, for linkers insist on modes.
const CHANGES_NAMES: &[SystemCall] = &[
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_utimensat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chmod,
];

/// Calls whose arguments lie in memory where no filter can look: whoever makes one is to fall back
/// to the older call beside it.
const UNKNOWN: &[SystemCall] = &[libc::SYS_clone3, libc::SYS_openat2];

/// Flags of clone(2) that lead out of what is watched: those that make namespaces, and one more.
const LEADS_OUT: i32 = libc::CLONE_NEWCGROUP
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWNET
    | libc::CLONE_NEWNS
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWUSER
    | libc::CLONE_NEWUTS
    // A child of whoever started it, where nobody looks for it.
    | libc::CLONE_PARENT;

/// The bits of socket(2) that are the kind of a socket, and not its flags.
const SOCKET_KIND: u64 = 0xf;

/// Requests about a descriptor: whether it is a terminal, and how it is read (TCGETS, FIOCLEX,
/// FIONBIO, FIONREAD of asm-generic/ioctls.h, for each libc has them as another type).
const REQUESTS: [u64; 4] = [0x5401, 0x5451, 0x5421, 0x541b];
/// RLIMIT_CORE of asm-generic/resource.h, for the same reason.
const CORE: u64 = 4;

/// Operations on a descriptor. None sends signals.
const CONTROLS: [i32; 10] = [
    libc::F_DUPFD,
    libc::F_DUPFD_CLOEXEC,
    libc::F_GETFD,
    libc::F_SETFD,
    libc::F_GETFL,
    libc::F_GETLK,
    libc::F_SETLK,
    libc::F_SETLKW,
    libc::F_GETPIPE_SZ,
    libc::F_OFD_SETLK,
];

/// Filters the system calls of this process and of all that it starts, for good. `has_root` says
/// whether another root keeps all files.
///
/// # Errors
/// If the kernel has no filters, or not for this machine.
pub(super) fn filter(has_root: bool) -> io::Result<()> {
    apply(&program(lists(has_root).map_err(io::Error::other)?, OTHER).map_err(io::Error::other)?)
}

/// The answer to a call that no list has.
const OTHER: SeccompAction = errno(libc::EPERM);

/// Lists of calls, each with what becomes of those that are in no list before it.
fn lists(has_root: bool) -> seccompiler::Result<Vec<(FilterRules, SeccompAction)>> {
    let mut lists = vec![(any(UNKNOWN), errno(libc::ENOSYS))];
    if !has_root {
        // No error: nothing was done, and that is said to have been well.
        lists.push((any(CHANGES_NAMES), errno(0)));
    }
    let mut allowed = any(ALLOWED);
    allowed.extend(any(CHANGES_NAMES));
    // No memory that is shared and no file's: nothing would count it.
    allowed.insert(libc::SYS_mmap, mappings(None)?);
    allowed.extend(any(OLDER));
    allowed.extend(with_arguments()?);
    lists.push((allowed, SeccompAction::Allow));
    Ok(lists)
}

/// Allowed with some arguments only.
fn with_arguments() -> seccompiler::Result<FilterRules> {
    use SeccompCmpArgLen::{Dword, Qword};
    use SeccompCmpOp::{Eq, MaskedEq, Ne};
    let when = |argument, length, op, value| -> seccompiler::Result<SeccompRule> {
        Ok(SeccompRule::new(vec![SeccompCondition::new(argument, length, op, value)?])?)
    };
    let one_of = |argument, values: &[u64]| -> seccompiler::Result<Vec<SeccompRule>> {
        values.iter().map(|value| when(argument, Dword, Eq, *value)).collect()
    };
    // By which Go's runtime interrupts its own threads: who does not expect it ignores it. An abort
    // that is refused its signal ends the process by an illegal instruction.
    let harmless = number(libc::SIGURG);
    // Programs in Rust hear so of a child that did not start. Neither kind sends to anybody else.
    let pair = |kind| {
        let of_kind = SeccompCondition::new(1, Dword, MaskedEq(SOCKET_KIND), number(kind))?;
        let local = SeccompCondition::new(0, Dword, Eq, number(libc::AF_UNIX))?;
        SeccompRule::new(vec![local, of_kind])
    };
    let flags = [
        SeccompCondition::new(1, Dword, Eq, number(libc::F_SETFL))?,
        SeccompCondition::new(2, Dword, MaskedEq(number(libc::O_ASYNC)), 0)?,
    ];
    let own_limits = [SeccompCondition::new(0, Dword, Eq, 0)?, SeccompCondition::new(1, Dword, Ne, CORE)?];
    let mut controls = one_of(1, &CONTROLS.map(number))?;
    controls.push(SeccompRule::new(flags.to_vec())?);
    Ok(FilterRules::from([
        (libc::SYS_clone, vec![when(0, Qword, MaskedEq(number(LEADS_OUT)), 0)?]),
        (libc::SYS_fcntl, controls),
        (libc::SYS_ioctl, one_of(1, &REQUESTS)?),
        (libc::SYS_prctl, one_of(0, &[libc::PR_SET_NAME, libc::PR_GET_NAME].map(number))?),
        (libc::SYS_socketpair, vec![pair(libc::SOCK_STREAM)?, pair(libc::SOCK_SEQPACKET)?]),
        // Its own limits, which it can only lower, but for that of core files: see `confine`.
        (libc::SYS_prlimit64, vec![SeccompRule::new(own_limits.to_vec())?]),
        (libc::SYS_tgkill, vec![when(2, Dword, Eq, harmless)?]),
        (libc::SYS_tkill, vec![when(1, Dword, Eq, harmless)?]),
    ]))
}

#[cfg(test)]
mod tests {
    use super::super::seccomp_program::tests::{chained, run, samples};
    use super::*;

    #[test]
    fn the_filter_answers_as_its_lists_say() {
        let numbers = [libc::F_SETFL, libc::O_ASYNC, libc::AF_UNIX, libc::SIGURG, libc::MAP_PRIVATE, 0];
        let mut arguments: Vec<u64> = numbers.into_iter().map(number).collect();
        arguments.extend(CONTROLS.map(number).into_iter().chain(REQUESTS));
        arguments.extend([number(LEADS_OUT), SOCKET_KIND, CORE, u64::MAX]);
        for has_root in [true, false] {
            let lists = lists(has_root).unwrap();
            let program = program(lists.clone(), OTHER).unwrap();
            for data in samples(&arguments) {
                assert_eq!(run(&program, &data).0, chained(&lists, &OTHER, &data), "{data:?}");
            }
        }
    }

    #[test]
    fn nothing_that_reaches_out_is_allowed() {
        let allowed = [ALLOWED, OLDER, UNKNOWN].concat();
        for call in [
            libc::SYS_socket,
            libc::SYS_socketpair,
            libc::SYS_connect,
            libc::SYS_sendmsg,
            libc::SYS_kill,
            libc::SYS_ptrace,
            libc::SYS_process_vm_writev,
            libc::SYS_mount,
            libc::SYS_unshare,
            libc::SYS_setns,
            libc::SYS_setsid,
            libc::SYS_setpgid,
            libc::SYS_prctl,
            libc::SYS_memfd_create,
            libc::SYS_shmget,
            libc::SYS_execveat,
            libc::SYS_io_uring_setup,
            libc::SYS_seccomp,
        ] {
            assert!(!allowed.contains(&call), "{call}");
        }
    }
}
