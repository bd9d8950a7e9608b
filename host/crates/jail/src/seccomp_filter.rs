//! The system calls of a worker. What it needs is allowed; what no innocent program does in its
//! place ends the process, so that it is noticed; the rest fails as if it were forbidden, for
//! libraries try many things and go on without.
//!
//! What is needed was found by running a conformance suite of WASI, and this project's own tests,
//! under the filter.

use super::seccomp_program::{FilterRules, SystemCall, any, apply, errno, number, program};
use nix::libc;
use polymer_host_base::JailRole;
use polymer_host_sys::confine::PAGEMAP_SCAN;
use seccompiler::{SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};
use std::io;

/// Allowed whatever the arguments.
const ALLOWED: &[SystemCall] = &[
    // Memory.
    libc::SYS_brk,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_membarrier,
    // Threads, signals to itself, the end.
    libc::SYS_clone3,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    libc::SYS_sigaltstack,
    // Time and chance.
    libc::SYS_getrandom,
    libc::SYS_nanosleep,
    // What is open.
    libc::SYS_close,
    libc::SYS_fadvise64,
    libc::SYS_fallocate,
    libc::SYS_fdatasync,
    libc::SYS_fstat,
    libc::SYS_fstatfs,
    libc::SYS_fsync,
    libc::SYS_ftruncate,
    libc::SYS_getdents64,
    libc::SYS_lseek,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_preadv2,
    libc::SYS_pwrite64,
    libc::SYS_pwritev,
    libc::SYS_pwritev2,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    // Waiting.
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_ppoll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_epoll_wait,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
];

/// Allowed until a module is loaded: what makes descriptors.
const MAKES_DESCRIPTORS: &[SystemCall] = &[libc::SYS_epoll_create1, libc::SYS_eventfd2];

/// Allowed until a module is loaded, and afterwards where a folder is granted: paths. Which ones is
/// for the other layers and the engine's own walls to say.
const PATHS: &[SystemCall] =
    &[libc::SYS_newfstatat, libc::SYS_openat2, libc::SYS_readlinkat, libc::SYS_statx];

/// Allowed to who has a file to change somewhere. Landlock keeps nobody from setting times, and an
/// old one not from cutting files.
const CHANGES_FILES: &[SystemCall] = &[
    libc::SYS_linkat,
    libc::SYS_mkdirat,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_symlinkat,
    libc::SYS_unlinkat,
    libc::SYS_utimensat,
];

/// Calls that open a path, and the argument that has their flags: that of musl on x86-64 is older.
const OPEN: &[(SystemCall, u8)] = &[
    (libc::SYS_openat, 2),
    #[cfg(all(target_env = "musl", target_arch = "x86_64"))]
    (libc::SYS_open, 1),
];

/// Flags with which libc makes a thread.
#[cfg(not(target_env = "musl"))]
const THREAD_FLAGS: i32 = THREAD;
/// The same, and a flag that says nothing to kernels of this century.
#[cfg(target_env = "musl")]
const THREAD_FLAGS: i32 = THREAD | libc::CLONE_DETACHED;
const THREAD: i32 = libc::CLONE_VM
    | libc::CLONE_FS
    | libc::CLONE_FILES
    | libc::CLONE_SIGHAND
    | libc::CLONE_THREAD
    | libc::CLONE_SYSVSEM
    | libc::CLONE_SETTLS
    | libc::CLONE_PARENT_SETTID
    | libc::CLONE_CHILD_CLEARTID;

/// The last clock that is nobody's: others are those of processes and threads, by their ids.
const LAST_CLOCK: u64 = 11;

/// `PIDFD_SELF` of linux/pidfd.h: this process, for calls that take a descriptor of one.
const THIS_PROCESS: i32 = -10_000;

/// Ends the process. No library makes one of these by itself.
const FATAL: &[SystemCall] = &[
    // Other programs.
    libc::SYS_execve,
    libc::SYS_execveat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
    // Other processes.
    libc::SYS_kcmp,
    libc::SYS_kill,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_send_signal,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    // By which musl aborts.
    #[cfg(not(target_env = "musl"))]
    libc::SYS_tkill,
    // Other places.
    libc::SYS_chroot,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fsopen,
    libc::SYS_mount,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_open_tree,
    libc::SYS_pivot_root,
    libc::SYS_setns,
    libc::SYS_umount2,
    libc::SYS_unshare,
    // The kernel itself.
    libc::SYS_add_key,
    libc::SYS_bpf,
    libc::SYS_delete_module,
    libc::SYS_finit_module,
    libc::SYS_init_module,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_io_uring_setup,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_perf_event_open,
    libc::SYS_personality,
    libc::SYS_reboot,
    libc::SYS_request_key,
    libc::SYS_userfaultfd,
];

/// What a process does, and so which system calls it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilterScope {
    /// Its role.
    pub purpose: JailRole,
    /// It may change files somewhere.
    pub writes: bool,
    /// A layer that stands keeps what is read-only from being cut.
    pub keeps_truncation: bool,
    /// It serves one module: it puts up a [`LoadedFilter`] when that is loaded.
    pub tightens: bool,
}

/// Filters the system calls of this process for good; `pid` is its own.
///
/// # Errors
/// If the kernel has no filters, or not for this machine.
pub(super) fn filter(scope: FilterScope, pid: u32) -> io::Result<()> {
    apply(&program(lists(scope, pid).map_err(io::Error::other)?, OTHER).map_err(io::Error::other)?)
}

/// The tighter filter of a run worker that has loaded the one module that it serves, before the
/// first instruction of a guest: no code is mapped or made any more, no descriptor, and no path
/// leads anywhere if no folder is granted.
#[derive(Debug)]
pub struct LoadedFilter {
    pub(super) writes: bool,
    pub(super) has_folders: bool,
}

impl LoadedFilter {
    /// Puts it up, for all threads, beside the one that stands. It cannot be put up twice.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub fn apply(&self) -> io::Result<()> {
        let allowed = self.allowed(std::process::id()).map_err(io::Error::other)?;
        apply(&program(vec![(allowed, SeccompAction::Allow)], OTHER).map_err(io::Error::other)?)
    }

    fn allowed(&self, pid: u32) -> seccompiler::Result<FilterRules> {
        let mut allowed = any(ALLOWED);
        allowed.extend(with_arguments(pid)?);
        allowed.extend(data_only()?);
        allowed.insert(libc::SYS_fcntl, control(false)?);
        if self.has_folders {
            // Which of those cut files, the filter says that stands.
            let opening = if self.writes { PathOpening::Any } else { PathOpening::ToRead };
            allowed.extend(paths(opening)?);
        }
        Ok(allowed)
    }
}

/// The answer to a call that no list has.
const OTHER: SeccompAction = errno(libc::EPERM);

/// Lists of calls, each with what becomes of those that are in no list before it.
fn lists(scope: FilterScope, pid: u32) -> seccompiler::Result<Vec<(FilterRules, SeccompAction)>> {
    // Its arguments lie in memory where no filter can look: whoever calls it is to fall back to
    // `clone`.
    let mut unknown = vec![libc::SYS_clone3];
    if !scope.keeps_truncation {
        // The same for what opens: whoever calls it falls back to `openat`, which cuts nothing
        // here but what is opened to be written.
        unknown.push(libc::SYS_openat2);
    }
    let mut allowed = any(ALLOWED);
    allowed.extend(any(MAKES_DESCRIPTORS));
    allowed.extend(with_arguments(pid)?);
    allowed.insert(libc::SYS_fcntl, control(true)?);
    allowed.extend(paths(PathOpening::of(scope))?);
    match scope.purpose {
        // What it makes is code for others: here it stays data.
        JailRole::Compile => allowed.extend(data_only()?),
        // Code that was compiled elsewhere is mapped here.
        JailRole::Run => {
            allowed.insert(libc::SYS_mmap, mappings(None)?);
            allowed.insert(libc::SYS_mprotect, Vec::new());
        }
    }
    if scope.tightens {
        allowed.extend(to_tighten()?);
    }
    Ok(vec![
        (any(FATAL), SeccompAction::KillProcess),
        (any(&unknown), errno(libc::ENOSYS)),
        (allowed, SeccompAction::Allow),
    ])
}

/// What paths may be opened for, as far as the flags say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PathOpening {
    /// To read them alone.
    ToRead,
    /// To change files, and to cut those that are opened to be written: that is a right of its own
    /// in each Landlock.
    CutToWrite,
    /// For anything.
    Any,
}

impl PathOpening {
    const fn of(scope: FilterScope) -> Self {
        match (scope.writes, scope.keeps_truncation) {
            (false, _) => Self::ToRead,
            (true, false) => Self::CutToWrite,
            (true, true) => Self::Any,
        }
    }
}

/// Paths, to change files or to read them alone.
fn paths(opening: PathOpening) -> seccompiler::Result<FilterRules> {
    let mut allowed = any(PATHS);
    if opening != PathOpening::ToRead {
        allowed.extend(any(CHANGES_FILES));
    }
    for (call, flags) in OPEN {
        let rules = match opening {
            PathOpening::ToRead => only_to_read(*flags)?,
            PathOpening::CutToWrite => cut_to_write(*flags)?,
            PathOpening::Any => Vec::new(),
        };
        allowed.insert(*call, rules);
    }
    Ok(allowed)
}

/// Memory that is never executed.
fn data_only() -> seccompiler::Result<FilterRules> {
    use SeccompCmpOp::MaskedEq;
    let executable = number(libc::PROT_EXEC);
    let data = SeccompCondition::new(2, SeccompCmpArgLen::Dword, MaskedEq(executable), 0)?;
    Ok(FilterRules::from([
        (libc::SYS_mmap, mappings(Some(&data))?),
        (libc::SYS_mprotect, vec![SeccompRule::new(vec![data])?]),
    ]))
}

/// What puts up another filter, and what stands before that.
fn to_tighten() -> seccompiler::Result<FilterRules> {
    use SeccompCmpArgLen::Dword;
    use SeccompCmpOp::Eq;
    let one = |option: i32| SeccompRule::new(vec![SeccompCondition::new(0, Dword, Eq, number(option))?]);
    let set = u64::from(libc::SECCOMP_SET_MODE_FILTER);
    Ok(FilterRules::from([
        (libc::SYS_seccomp, vec![SeccompRule::new(vec![SeccompCondition::new(0, Dword, Eq, set)?])?]),
        (libc::SYS_prctl, vec![one(libc::PR_SET_NAME)?, one(libc::PR_SET_NO_NEW_PRIVS)?]),
    ]))
}

/// Allowed with some arguments only.
fn with_arguments(pid: u32) -> seccompiler::Result<FilterRules> {
    use SeccompCmpArgLen::{Dword, Qword};
    use SeccompCmpOp::{Eq, Le, MaskedEq};
    let when = |argument, length, op, value| -> seccompiler::Result<Vec<SeccompRule>> {
        let condition = SeccompCondition::new(argument, length, op, value)?;
        Ok(vec![SeccompRule::new(vec![condition])?])
    };
    // Of itself, by number or as 0.
    let own = |more: Option<&SeccompCondition>| -> seccompiler::Result<Vec<SeccompRule>> {
        let of = |pid: u64| {
            let own = SeccompCondition::new(0, Dword, Eq, pid)?;
            SeccompRule::new(std::iter::once(own).chain(more.cloned()).collect())
        };
        Ok(vec![of(0)?, of(pid.into())?])
    };
    let clock = when(0, Dword, Le, LAST_CLOCK)?;
    let received = number(libc::MSG_CMSG_CLOEXEC | libc::MSG_DONTWAIT);
    Ok(FilterRules::from([
        // Threads as libc makes them, but no processes and no namespaces.
        (libc::SYS_clone, when(0, Qword, Eq, number(THREAD_FLAGS))?),
        (libc::SYS_clock_getres, clock.clone()),
        (libc::SYS_clock_gettime, clock.clone()),
        (libc::SYS_clock_nanosleep, clock),
        (libc::SYS_sched_getaffinity, own(None)?),
        (libc::SYS_process_madvise, when(0, Dword, Eq, THIS_PROCESS.cast_unsigned().into())?),
        // From the supervisor: what comes beside bytes is closed on exec.
        (libc::SYS_recvmsg, when(2, Dword, MaskedEq(u64::from(u32::MAX) & !received), 0)?),
        // An abort of its own, but no signal to another process.
        (libc::SYS_tgkill, when(0, Dword, Eq, pid.into())?),
        #[cfg(target_env = "musl")]
        (libc::SYS_tkill, when(0, Dword, Eq, pid.into())?),
        // Which pages a guest has touched.
        (libc::SYS_ioctl, when(1, Dword, Eq, PAGEMAP_SCAN)?),
        // The name of a thread.
        (libc::SYS_prctl, when(0, Dword, Eq, number(libc::PR_SET_NAME))?),
        // Reading a limit, but setting none.
        (libc::SYS_prlimit64, own(Some(&SeccompCondition::new(2, Qword, Eq, 0)?))?),
    ]))
}

/// Returns the rules for opening paths to read, by the argument that has the flags.
fn only_to_read(flags: u8) -> seccompiler::Result<Vec<SeccompRule>> {
    let changes = number(libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC);
    let none = SeccompCondition::new(flags, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(changes), 0)?;
    Ok(vec![SeccompRule::new(vec![none])?])
}

/// Returns the rules for opening paths that cut only what is opened to be written, by the argument
/// that has the flags. There are two other kinds of access, to read and (3) for neither. Linux cuts
/// files for them too, and an old Landlock asks for no right to change any: for the last, for none.
fn cut_to_write(flags: u8) -> seccompiler::Result<Vec<SeccompRule>> {
    let is = |mask: i32, value: i32| {
        let op = SeccompCmpOp::MaskedEq(number(mask));
        let condition = SeccompCondition::new(flags, SeccompCmpArgLen::Dword, op, number(value))?;
        SeccompRule::new(vec![condition])
    };
    Ok(vec![is(libc::O_TRUNC, 0)?, is(libc::O_ACCMODE, libc::O_WRONLY)?, is(libc::O_ACCMODE, libc::O_RDWR)?])
}

/// Returns the rules for mappings, under a condition: files, and memory that counts towards the
/// limit on private memory. This excludes shared memory, and memory that grows like a stack.
pub(super) fn mappings(protection: Option<&SeccompCondition>) -> seccompiler::Result<Vec<SeccompRule>> {
    use SeccompCmpOp::MaskedEq;
    let unlike_a_stack_and = |mask: i32, flags: i32| {
        let mask = number(mask | libc::MAP_GROWSDOWN);
        let flags = SeccompCondition::new(3, SeccompCmpArgLen::Dword, MaskedEq(mask), number(flags))?;
        SeccompRule::new(std::iter::once(flags).chain(protection.cloned()).collect())
    };
    let of_a_file = unlike_a_stack_and(libc::MAP_ANONYMOUS, 0)?;
    let private = unlike_a_stack_and(libc::MAP_TYPE, libc::MAP_PRIVATE)?;
    Ok(vec![of_a_file, private])
}

/// Returns the rules for operations on a descriptor. Signals for its events are never allowed: the
/// kernel would send any signal to any process of the user.
fn control(copies: bool) -> seccompiler::Result<Vec<SeccompRule>> {
    use SeccompCmpArgLen::Dword;
    use SeccompCmpOp::{Eq, MaskedEq};
    let is = |command| SeccompCondition::new(1, Dword, Eq, number(command));
    let no_signal = SeccompCondition::new(2, Dword, MaskedEq(number(libc::O_ASYNC)), 0)?;
    let mut rules = vec![
        // Whether it is open, which debug builds ask.
        SeccompRule::new(vec![is(libc::F_GETFD)?])?,
        SeccompRule::new(vec![is(libc::F_GETFL)?])?,
        SeccompRule::new(vec![is(libc::F_SETFL)?, no_signal])?,
    ];
    if copies {
        rules.push(SeccompRule::new(vec![is(libc::F_DUPFD_CLOEXEC)?])?);
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::super::seccomp_program::tests::{chained, run, samples};
    use super::*;

    #[test]
    fn nothing_is_both_allowed_and_fatal() {
        let lists = [ALLOWED, MAKES_DESCRIPTORS, PATHS, CHANGES_FILES];
        assert!(lists.concat().iter().all(|call| !FATAL.contains(call)));
        let conditional = with_arguments(1).unwrap();
        assert!(conditional.keys().all(|call| !lists.concat().contains(call) && !FATAL.contains(call)));
    }

    /// Arguments that some rule asks for, and some that none does.
    fn arguments() -> Vec<u64> {
        let flags = [libc::O_RDWR, libc::O_TRUNC | libc::O_WRONLY, libc::O_CREAT, libc::O_ASYNC, 3];
        let maps = [libc::MAP_PRIVATE, libc::MAP_SHARED | libc::MAP_ANONYMOUS, libc::PROT_EXEC];
        let commands = [libc::F_GETFL, libc::F_SETFL, libc::F_DUPFD_CLOEXEC, THREAD_FLAGS, 7, 0];
        let numbers = flags.into_iter().chain(maps).chain(commands).map(number);
        numbers.chain([LAST_CLOCK, LAST_CLOCK + 1, PAGEMAP_SCAN, u64::MAX, 1 << 40]).collect()
    }

    #[test]
    fn each_filter_answers_as_its_lists_say_and_in_a_few_steps() {
        let mut all = Vec::new();
        for purpose in [JailRole::Run, JailRole::Compile] {
            for (writes, keeps_truncation) in [(false, false), (true, false), (true, true)] {
                let scope = FilterScope { purpose, writes, keeps_truncation, tightens: writes };
                all.push(lists(scope, 7).unwrap());
            }
        }
        for (writes, has_folders) in [(false, false), (false, true), (true, true)] {
            let allowed = LoadedFilter { writes, has_folders }.allowed(7).unwrap();
            all.push(vec![(allowed, SeccompAction::Allow)]);
        }
        let arguments = arguments();
        for lists in all {
            let program = program(lists.clone(), OTHER).unwrap();
            for data in samples(&arguments) {
                let (answer, steps) = run(&program, &data);
                assert_eq!(answer, chained(&lists, &OTHER, &data), "{data:?}");
                assert!(steps <= 30, "{steps} for {data:?}");
            }
        }
    }
}
