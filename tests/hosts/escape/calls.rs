//! System calls that need nothing but numbers: other processes, sockets, namespaces, the kernel.

use super::{Within, call};
use nix::libc;
use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::AsRawFd;

/// Commands of `fcntl`, from linux/fcntl.h.
const F_SETSIG: i32 = 10;
const F_SETOWN_EX: i32 = 15;
/// Calls that libc does not know yet, from the tables of Linux 6.18.
const SYS_STATMOUNT: i64 = 457;
const SYS_LISTMOUNT: i64 = 458;
const SYS_LSM_GET_SELF_ATTR: i64 = 459;
const SYS_OPEN_TREE_ATTR: i64 = 467;
/// No kernel has them.
const SYS_NONE: i64 = 900;
const X32: i64 = 0x4000_0000;

/// Calls of which all arguments are 0.
const PLAIN: &[(&str, i64)] = &[
    // Other programs and processes.
    ("fork", libc::SYS_fork),
    ("vfork", libc::SYS_vfork),
    ("clone3", libc::SYS_clone3),
    ("trace-me", libc::SYS_ptrace),
    ("wait-for-child", libc::SYS_wait4),
    ("new-session", libc::SYS_setsid),
    ("new-group", libc::SYS_setpgid),
    ("compare", libc::SYS_kcmp),
    ("get-descriptor", libc::SYS_pidfd_getfd),
    ("signal-by-descriptor", libc::SYS_pidfd_send_signal),
    ("release-memory-of", libc::SYS_process_mrelease),
    // Places.
    ("unshare-nothing", libc::SYS_unshare),
    ("join-namespace", libc::SYS_setns),
    ("mount", libc::SYS_mount),
    ("unmount", libc::SYS_umount2),
    ("open-filesystem", libc::SYS_fsopen),
    ("pick-filesystem", libc::SYS_fspick),
    ("open-tree", libc::SYS_open_tree),
    ("open-tree-with-attributes", SYS_OPEN_TREE_ATTR),
    ("move-mount", libc::SYS_move_mount),
    ("set-mount", libc::SYS_mount_setattr),
    ("ask-for-mount", SYS_STATMOUNT),
    ("list-mounts", SYS_LISTMOUNT),
    ("change-root", libc::SYS_chroot),
    ("pivot-root", libc::SYS_pivot_root),
    ("change-folder", libc::SYS_chdir),
    ("name-to-handle", libc::SYS_name_to_handle_at),
    ("open-by-handle", libc::SYS_open_by_handle_at),
    ("watch-files", libc::SYS_inotify_init1),
    ("watch-all-files", libc::SYS_fanotify_init),
    ("quota", libc::SYS_quotactl),
    ("quota-by-descriptor", libc::SYS_quotactl_fd),
    ("swap", libc::SYS_swapon),
    ("sync-all", libc::SYS_sync),
    // Rights.
    ("change-user", libc::SYS_setuid),
    ("change-users", libc::SYS_setresuid),
    ("change-group", libc::SYS_setgid),
    ("change-groups", libc::SYS_setgroups),
    ("set-capabilities", libc::SYS_capset),
    ("change-mask", libc::SYS_umask),
    ("set-filter", libc::SYS_seccomp),
    ("set-rules", libc::SYS_landlock_create_ruleset),
    ("ask-security-modules", SYS_LSM_GET_SELF_ATTR),
    ("change-mode-2", libc::SYS_fchmodat2),
    // The kernel itself.
    ("add-key", libc::SYS_add_key),
    ("request-key", libc::SYS_request_key),
    ("keys", libc::SYS_keyctl),
    ("bpf", libc::SYS_bpf),
    ("perf", libc::SYS_perf_event_open),
    ("io-uring", libc::SYS_io_uring_setup),
    ("io-uring-enter", libc::SYS_io_uring_enter),
    ("io-uring-register", libc::SYS_io_uring_register),
    ("asynchronous-files", libc::SYS_io_setup),
    ("userfaultfd", libc::SYS_userfaultfd),
    ("load-kernel", libc::SYS_kexec_load),
    ("load-module", libc::SYS_init_module),
    ("load-module-file", libc::SYS_finit_module),
    ("unload-module", libc::SYS_delete_module),
    ("reboot", libc::SYS_reboot),
    ("read-kernel-log", libc::SYS_syslog),
    ("host-name", libc::SYS_sethostname),
    ("set-clock", libc::SYS_clock_settime),
    ("set-time", libc::SYS_settimeofday),
    ("tune-clock", libc::SYS_adjtimex),
    ("personality", libc::SYS_personality),
    ("input-and-output", libc::SYS_iopl),
    ("ports", libc::SYS_ioperm),
    ("descriptor-table", libc::SYS_modify_ldt),
    ("accounting", libc::SYS_acct),
    ("hang-up", libc::SYS_vhangup),
    ("timer", libc::SYS_timer_create),
    ("interval", libc::SYS_setitimer),
    // Memory by other ways.
    ("shared-segment", libc::SYS_shmget),
    ("message-queue", libc::SYS_msgget),
    ("semaphores", libc::SYS_semget),
    ("posix-queue", libc::SYS_mq_open),
    ("lock-memory", libc::SYS_mlock),
    ("lock-all-memory", libc::SYS_mlockall),
    ("memory-policy", libc::SYS_mbind),
    ("move-pages", libc::SYS_move_pages),
    ("migrate-pages", libc::SYS_migrate_pages),
    ("remap-pages", libc::SYS_remap_file_pages),
    ("protection-keys", libc::SYS_pkey_alloc),
    ("secret-memory", libc::SYS_memfd_secret),
    ("seal-memory", libc::SYS_mseal),
    ("event-descriptor", libc::SYS_eventfd2),
    ("poll-descriptor", libc::SYS_epoll_create1),
    ("timer-descriptor", libc::SYS_timerfd_create),
    ("signal-descriptor", libc::SYS_signalfd4),
    ("copy-descriptor-of-input", libc::SYS_dup),
    ("copy-descriptor-over", libc::SYS_dup3),
    ("pipe", libc::SYS_pipe2),
    ("splice", libc::SYS_splice),
    ("send-file", libc::SYS_sendfile),
    ("copy-file-range", libc::SYS_copy_file_range),
    // Calls newer than any filter, and those of other kinds of program.
    ("no-such-call", SYS_NONE),
    ("call-of-x32", X32 | libc::SYS_getpid),
];

/// A call with arguments: its name, its number, and what makes them.
type CallWith = (&'static str, i64, fn(&Within) -> [i64; 5]);

/// Calls with arguments.
const WITH: &[CallWith] = &[
    ("clone", libc::SYS_clone, |_| [libc::SIGCHLD.into(), 0, 0, 0, 0]),
    ("clone-beside", libc::SYS_clone, |_| [(libc::CLONE_PARENT | libc::SIGCHLD).into(), 0, 0, 0, 0]),
    ("thread-in-new-namespace", libc::SYS_clone, |_| [THREAD | i64::from(libc::CLONE_NEWUSER), 0, 0, 0, 0]),
    ("thread-traced", libc::SYS_clone, |_| {
        [THREAD | i64::from(libc::CLONE_PTRACE), stack_of_a_thread(), 0, 0, 0]
    }),
    ("kill-parent", libc::SYS_kill, |w| [w.before.parent.into(), 0, 0, 0, 0]),
    ("kill-all", libc::SYS_kill, |_| [-1, 0, 0, 0, 0]),
    ("signal-parent", libc::SYS_tgkill, |w| [w.before.parent.into(), w.before.parent.into(), 0, 0, 0]),
    ("signal-thread", libc::SYS_tkill, |w| [w.before.parent.into(), 0, 0, 0, 0]),
    ("queue-signal", libc::SYS_rt_sigqueueinfo, |w| [w.before.parent.into(), 0, 0, 0, 0]),
    ("queue-signal-for-thread", libc::SYS_rt_tgsigqueueinfo, |w| [w.before.parent.into(), 0, 0, 0, 0]),
    ("trace-parent", libc::SYS_ptrace, |w| [libc::PTRACE_SEIZE.into(), w.before.parent.into(), 0, 0, 0]),
    ("read-parent", libc::SYS_process_vm_readv, |w| [w.before.parent.into(), 0, 0, 0, 0]),
    ("write-parent", libc::SYS_process_vm_writev, |w| [w.before.parent.into(), 0, 0, 0, 0]),
    ("open-parent", libc::SYS_pidfd_open, |w| [w.before.parent.into(), 0, 0, 0, 0]),
    ("advise-parent", libc::SYS_process_madvise, |w| [w.before.parent.into(), 0, 0, 4, 0]),
    ("limits-of-parent", libc::SYS_prlimit64, |w| [w.before.parent.into(), 7, 0, 0, 0]),
    ("clock-of-parent", libc::SYS_clock_gettime, |w| [!i64::from(w.before.parent) << 3 | 2, 0, 0, 0, 0]),
    ("wait-on-clock-of-parent", libc::SYS_clock_nanosleep, |w| {
        [!i64::from(w.before.parent) << 3 | 2, 0, 0, 0, 0]
    }),
    ("resolution-of-clock-of-parent", libc::SYS_clock_getres, |w| {
        [!i64::from(w.before.parent) << 3 | 2, 0, 0, 0, 0]
    }),
    ("cores-of-parent", libc::SYS_sched_getaffinity, |w| [w.before.parent.into(), 0, 0, 0, 0]),
    ("pin-parent", libc::SYS_sched_setaffinity, |w| [w.before.parent.into(), 0, 0, 0, 0]),
    ("pin-itself", libc::SYS_sched_setaffinity, |_| [0; 5]),
    ("schedule-parent", libc::SYS_sched_setscheduler, |w| [w.before.parent.into(), 0, 0, 0, 0]),
    ("priority-of-parent", libc::SYS_setpriority, |w| [0, w.before.parent.into(), 19, 0, 0]),
    ("ask-priority-of-parent", libc::SYS_getpriority, |w| [0, w.before.parent.into(), 0, 0, 0]),
    ("disk-priority-of-parent", libc::SYS_ioprio_set, |w| [1, w.before.parent.into(), 0, 0, 0]),
    ("group-of-parent", libc::SYS_getpgid, |w| [w.before.parent.into(), 0, 0, 0, 0]),
    ("session-of-parent", libc::SYS_getsid, |w| [w.before.parent.into(), 0, 0, 0, 0]),
    ("locks-of-parent", libc::SYS_get_robust_list, |w| [w.before.parent.into(), 0, 0, 0, 0]),
    ("unshare", libc::SYS_unshare, |_| [libc::CLONE_NEWUSER.into(), 0, 0, 0, 0]),
    ("change-mode", libc::SYS_fchmod, |_| [1, 0o777, 0, 0, 0]),
    ("change-owner", libc::SYS_fchown, |_| [1, 0, 0, 0, 0]),
    ("change-folder-by-descriptor", libc::SYS_fchdir, |w| [w.before.socket.as_raw_fd().into(), 0, 0, 0, 0]),
    ("dumpable", libc::SYS_prctl, |_| [libc::PR_SET_DUMPABLE.into(), 1, 0, 0, 0]),
    ("traced-by-all", libc::SYS_prctl, |_| [libc::PR_SET_PTRACER.into(), -1, 0, 0, 0]),
    ("outlive-parent", libc::SYS_prctl, |_| [libc::PR_SET_PDEATHSIG.into(), 0, 0, 0, 0]),
    ("adopt-orphans", libc::SYS_prctl, |_| [libc::PR_SET_CHILD_SUBREAPER.into(), 1, 0, 0, 0]),
    ("keep-capabilities", libc::SYS_prctl, |_| [libc::PR_SET_KEEPCAPS.into(), 1, 0, 0, 0]),
    ("move-own-program", libc::SYS_prctl, |_| [libc::PR_SET_MM.into(), 0, 0, 0, 0]),
    ("own-filter", libc::SYS_prctl, |_| [libc::PR_SET_SECCOMP.into(), 2, 0, 0, 0]),
    ("type-on-terminal", libc::SYS_ioctl, |w| [terminal(w), libc::TIOCSTI.cast_signed(), 0, 0, 0]),
    ("paste-on-console", libc::SYS_ioctl, |w| [terminal(w), libc::TIOCLINUX.cast_signed(), 0, 0, 0]),
    ("take-terminal", libc::SYS_ioctl, |w| [terminal(w), libc::TIOCSCTTY.cast_signed(), 0, 0, 0]),
    ("socket", libc::SYS_socket, |_| family(libc::AF_INET)),
    ("socket-6", libc::SYS_socket, |_| family(libc::AF_INET6)),
    ("unix-socket", libc::SYS_socket, |_| family(libc::AF_UNIX)),
    ("netlink", libc::SYS_socket, |_| family(libc::AF_NETLINK)),
    ("packet", libc::SYS_socket, |_| family(libc::AF_PACKET)),
    ("machine-socket", libc::SYS_socket, |_| family(libc::AF_VSOCK)),
    ("crypto-socket", libc::SYS_socket, |_| family(libc::AF_ALG)),
    ("pair", libc::SYS_socketpair, |_| family(libc::AF_UNIX)),
    ("connect", libc::SYS_connect, on_socket),
    ("bind", libc::SYS_bind, on_socket),
    ("listen", libc::SYS_listen, on_socket),
    ("accept", libc::SYS_accept4, on_socket),
    ("send-descriptors", libc::SYS_sendmsg, on_socket),
    ("send-many", libc::SYS_sendmmsg, on_socket),
    ("send-to", libc::SYS_sendto, on_socket),
    ("receive-many", libc::SYS_recvmmsg, on_socket),
    ("receive-errors", libc::SYS_recvmsg, |w| {
        [w.before.socket.as_raw_fd().into(), 0, libc::MSG_ERRQUEUE.into(), 0, 0]
    }),
    ("set-socket", libc::SYS_setsockopt, on_socket),
    ("ask-socket", libc::SYS_getsockopt, on_socket),
    ("close-half", libc::SYS_shutdown, on_socket),
    ("own-signal", libc::SYS_fcntl, |w| control(w, F_SETSIG, libc::SIGKILL.into())),
    ("own-other", libc::SYS_fcntl, |w| control(w, libc::F_SETOWN, w.before.parent.into())),
    ("own-thread", libc::SYS_fcntl, |w| control(w, F_SETOWN_EX, 0)),
    ("signal-when-ready", libc::SYS_fcntl, |w| control(w, libc::F_SETFL, libc::O_ASYNC.into())),
    ("flags-without-it", libc::SYS_fcntl, |w| control(w, libc::F_SETFL, libc::O_NONBLOCK.into())),
    ("copy-descriptor", libc::SYS_fcntl, |w| control(w, libc::F_DUPFD_CLOEXEC, 3)),
    ("lease", libc::SYS_fcntl, |w| control(w, libc::F_SETLEASE, 0)),
    ("notify", libc::SYS_fcntl, |w| control(w, libc::F_NOTIFY, 1)),
    ("lock", libc::SYS_fcntl, |w| control(w, libc::F_SETLK, 0)),
    ("size-of-pipe", libc::SYS_fcntl, |w| control(w, libc::F_SETPIPE_SZ, 1 << 30)),
];

const THREAD: i64 = 0x003d_0f00;

/// A stack for a thread that is let through, with which it does nothing: where its call returns to
/// stands on it. On the stack of the one that asks, either could destroy what the other does.
fn stack_of_a_thread() -> i64 {
    #[repr(align(16))]
    struct Stack([usize; 512]);
    let Stack(words) = Box::leak(Box::new(Stack([0; 512])));
    let [.., top, _] = words;
    *top = wait_for_ever as *const () as usize;
    std::ptr::from_mut(top) as i64
}

/// Waits for the end of the process. It must never touch what is a thread's own, for this one has
/// nothing.
extern "C" fn wait_for_ever() -> ! {
    loop {
        // SAFETY: the call takes nothing and touches no memory.
        unsafe {
            std::arch::asm!("syscall", inout("rax") libc::SYS_pause => _, out("rcx") _, out("r11") _);
        }
    }
}

const fn family(family: i32) -> [i64; 5] {
    [family as i64, libc::SOCK_DGRAM as i64, 0, 0, 0]
}

fn on_socket(within: &Within) -> [i64; 5] {
    [within.before.socket.as_raw_fd().into(), 0, 0, 0, 0]
}

/// What `fcntl` does with the socket of a worker.
fn control(within: &Within, command: i32, argument: i64) -> [i64; 5] {
    [within.before.socket.as_raw_fd().into(), command.into(), argument, 0, 0]
}

fn terminal(within: &Within) -> i64 {
    within.before.terminal.as_ref().map_or(0, |terminal| terminal.as_raw_fd().into())
}

/// The names of all of them.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let plain = PLAIN.iter().map(|(name, _)| *name);
    plain.chain(WITH.iter().map(|(name, ..)| *name)).chain(OTHERS)
}

/// Those that are more than a call.
const OTHERS: [&str; 3] = ["execute", "execute-itself", "call-of-32-bits"];

pub(super) fn attempt(name: &str, within: &Within) -> io::Result<()> {
    if let Some((_, number)) = PLAIN.iter().find(|(known, _)| *known == name) {
        return call(*number, [0; 5]).map(drop);
    }
    if let Some((_, number, arguments)) = WITH.iter().find(|(known, ..)| *known == name) {
        return call(*number, arguments(within)).map(drop);
    }
    match name {
        "execute" => execute(c"/bin/true"),
        "execute-itself" => execute(c"/proc/self/exe"),
        "call-of-32-bits" => call_of_32_bits(),
        other => Err(io::Error::other(format!("no such try: {other}"))),
    }
}

fn execute(program: &CStr) -> io::Result<()> {
    let arguments: [CString; 0] = [];
    nix::unistd::execve(program, &arguments, &arguments).map(|never| match never {}).map_err(Into::into)
}

/// Asks for its process id as programs of 32 bits do.
fn call_of_32_bits() -> io::Result<()> {
    let mut number = 20_i32;
    // SAFETY: the call takes nothing and touches no memory.
    unsafe {
        std::arch::asm!("int 0x80", inout("eax") number, out("r8") _, out("r9") _, out("r10") _, out("r11") _);
    };
    if number < 0 { Err(io::Error::from_raw_os_error(-number)) } else { Ok(()) }
}
