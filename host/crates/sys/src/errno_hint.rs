//! Hints for errors of the system, by their number, and by the operation where that matters.
//!
//! Pure: it looks at nothing. Limits with their values, where memory, descriptors or processes
//! are lacking, belong to `supervisor::shortage`.

use super::operation::SystemOperation;
use nix::errno::Errno;
use std::path::Path;

/// Kind of an operation, as far as a hint depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OperationKind {
    /// Something is to be there.
    Reading,
    /// Something is to be made, changed or removed.
    Writing,
    /// A copy is made that has no path.
    Copying,
    /// A program is started.
    Running,
    /// The system is asked for something that has no path.
    Asking,
}

const fn kind(operation: SystemOperation) -> OperationKind {
    match operation {
        SystemOperation::Read
        | SystemOperation::EnterFolder
        | SystemOperation::FindCurrentFolder
        | SystemOperation::Inspect
        | SystemOperation::Grant
        | SystemOperation::GrantDir
        | SystemOperation::ReadModule => OperationKind::Reading,
        SystemOperation::Write
        | SystemOperation::MakeFolder
        | SystemOperation::Remove
        | SystemOperation::Lock
        | SystemOperation::WriteLog
        | SystemOperation::WriteEvents
        | SystemOperation::WriteMetrics
        | SystemOperation::ServeMetrics
        | SystemOperation::WriteTraces
        | SystemOperation::Build => OperationKind::Writing,
        SystemOperation::CopyModule => OperationKind::Copying,
        SystemOperation::Run | SystemOperation::Start => OperationKind::Running,
        SystemOperation::Watch | SystemOperation::Ask | SystemOperation::NotifyService => {
            OperationKind::Asking
        }
    }
}

/// Returns a hint for `operation` refused on `path` with this number; nothing where the number
/// says nothing that helps.
#[must_use]
pub fn hint(operation: SystemOperation, path: &Path, errno: Errno) -> Option<&'static str> {
    if errno == Errno::ENOENT {
        return Some(missing(operation, path));
    }
    if operation == SystemOperation::ServeMetrics
        && let Some(hint) = of_an_address(errno)
    {
        return Some(hint);
    }
    of_a_path(operation, errno).or_else(|| of_a_resource(kind(operation), errno)).or_else(|| of_others(errno))
}

/// Numbers that are about an address to listen at.
const fn of_an_address(errno: Errno) -> Option<&'static str> {
    Some(match errno {
        Errno::EADDRINUSE => "another program listens there: name another port, or 0 for a free one",
        Errno::EADDRNOTAVAIL => "it is no address of this machine: 127.0.0.1 and [::1] always are",
        Errno::EACCES => "this user may not listen there: name a port from 1024 on, or a path that is yours",
        _ => return None,
    })
}

/// Nothing stands there, or what leads there is missing.
fn missing(operation: SystemOperation, path: &Path) -> &'static str {
    // Both are missing as a whole in a bare chroot, so their names say more than those of the
    // files.
    if path.starts_with("/proc") {
        return "there is no /proc here: `mount -t proc proc /proc` makes it, and so does a container's runtime";
    }
    if path.starts_with("/dev") {
        return "there is no such device here: a chroot or container needs a /dev with null in it";
    }
    match (operation, kind(operation)) {
        (SystemOperation::FindCurrentFolder, _) => "the current folder was removed: `cd` to one that exists",
        (SystemOperation::EnterFolder, _) => "make the folder again, or start a new run from another one",
        (SystemOperation::Remove, _) => "somebody else has removed it in the meantime: try again",
        (_, OperationKind::Reading) => "check the path; a relative one starts in the current folder",
        (_, OperationKind::Writing) => "the folder that it belongs in does not exist: `mkdir -p` makes it",
        (_, OperationKind::Running) => "install the program, or add its folder to PATH",
        (_, OperationKind::Copying | OperationKind::Asking) => {
            "`polymer doctor` shows what this machine provides"
        }
    }
}

/// Numbers that are about the path, or who may use it.
fn of_a_path(operation: SystemOperation, errno: Errno) -> Option<&'static str> {
    let kind = kind(operation);
    Some(match errno {
        Errno::EACCES => match kind {
            OperationKind::Reading | OperationKind::Copying => {
                "this user may not read it, or may not pass through a folder on its path: `namei -l` with the path shows which"
            }
            OperationKind::Writing => {
                "this user may not write there: `namei -l` with the path shows who may; name a path that is yours"
            }
            OperationKind::Running => {
                "it may not be executed: `chmod +x` allows it, except on a file system mounted `noexec`"
            }
            OperationKind::Asking => {
                "a security policy (SELinux, AppArmor, seccomp) forbids it to this program"
            }
        },
        Errno::EPERM => match kind {
            OperationKind::Writing => {
                "only its owner may do that, or it is marked immutable (`lsattr` shows that), or a security policy forbids it"
            }
            _ => {
                "the kernel, a container or a security policy forbids it to this user; `polymer doctor` shows what this machine provides"
            }
        },
        Errno::EROFS => "the file system is mounted read-only: name a path elsewhere",
        Errno::EISDIR => "it is a folder: name a file",
        Errno::ENOTDIR => "a part of the path is a file, not a folder: check the path",
        Errno::ENAMETOOLONG => "a name may have at most 255 bytes and a path 4095: use a shorter one",
        Errno::ELOOP => {
            "it is a symbolic link, which is not followed here, or links form a loop: `namei` with the path shows them"
        }
        Errno::EEXIST => "something already exists there: name another path, or remove it",
        Errno::ENOTEMPTY => "the folder is not empty: name another one",
        Errno::ETXTBSY => {
            "the file is being executed, or a program is being written: try again once that is over"
        }
        Errno::EBUSY => "something else uses it, such as a mount: try again once that is over",
        Errno::EXDEV => "it would have to move to another file system: name a path on the same one",
        Errno::EMLINK => "it has too many names: name a path in another folder",
        Errno::ENXIO | Errno::ENODEV => "nothing is connected to that device or pipe: name a regular file",
        Errno::ENOEXEC => {
            "it is not a program for this machine: check that it is complete and built for this processor"
        }
        Errno::EFBIG => match kind {
            OperationKind::Copying => {
                "it is copied into memory first, and `ulimit -f` bounds that too: `ulimit -f unlimited` lifts it"
            }
            _ => {
                "a file may not be larger: `ulimit -f unlimited` lifts a limit of this shell; some file systems have one of their own"
            }
        },
        Errno::EINVAL | Errno::EOPNOTSUPP => match kind {
            OperationKind::Reading | OperationKind::Writing => {
                "the file system there cannot do that: name a path on another one"
            }
            _ => "this kernel cannot do that; `polymer doctor` shows what it provides",
        },
        Errno::ENOSYS => {
            "this kernel, or a container's seccomp filter, lacks the call; `polymer doctor` shows what it provides"
        }
        _ => return None,
    })
}

/// Numbers that say that there is no more of something.
const fn of_a_resource(kind: OperationKind, errno: Errno) -> Option<&'static str> {
    Some(match (errno, kind) {
        (Errno::ENOSPC, OperationKind::Asking | OperationKind::Running) => {
            "a limit of the kernel is used up: `sysctl fs.epoll user` shows such limits"
        }
        (Errno::ENOSPC, OperationKind::Copying) => "memory for files is used up: free some for this program",
        (Errno::ENOSPC, _) => {
            "its file system is full (`df -h` and `df -i` show it): make room, or name a path elsewhere"
        }
        (Errno::EDQUOT, _) => {
            "this user's quota there is used up (`quota` shows it): make room, or name a path elsewhere"
        }
        (Errno::EMFILE, _) => "this process may open no more files: `ulimit -n 1024` allows more",
        (Errno::ENFILE, _) => "the machine has no more open files to give: raise `sysctl fs.file-max`",
        (Errno::ENOMEM | Errno::ENOBUFS, _) => {
            "memory is used up, or limited (`ulimit -v` and control groups): free some for this program, or let it do less at a time"
        }
        (Errno::EAGAIN, OperationKind::Running) => {
            "no more processes or threads may be started: `ulimit -u` shows a limit of this user, and control groups have one too"
        }
        (Errno::EAGAIN, _) => "something else is holding it: try again",
        (Errno::EUSERS, _) => {
            "a limit of the kernel on users or namespaces is used up: `sysctl user` shows such limits"
        }
        (Errno::ENOLCK, _) => "its file system does not support locks: name a path on a local one",
        _ => return None,
    })
}

/// Numbers that are about neither.
const fn of_others(errno: Errno) -> Option<&'static str> {
    Some(match errno {
        Errno::EINTR => "a signal came in between: try again",
        Errno::EIO => "the device or its file system failed: `dmesg` may say more",
        Errno::ESTALE => {
            "the server of that file system now has another file there: try again, or mount it again"
        }
        Errno::ENOTCONN | Errno::EHOSTDOWN | Errno::ETIMEDOUT | Errno::ECONNREFUSED | Errno::ECONNRESET => {
            "the server of that file system does not answer: mount it again, or name a path elsewhere"
        }
        Errno::EPIPE => "whoever was reading it has gone",
        Errno::EBADF => "whoever started this program closed it",
        Errno::EOVERFLOW => {
            "the file, or one of its attributes, is too large for this program: use another file system"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that some operation may meet. A new one is added with its hint.
    const KNOWN: [Errno; 41] = [
        Errno::ENOENT,
        Errno::EACCES,
        Errno::EPERM,
        Errno::ENOSPC,
        Errno::EDQUOT,
        Errno::EROFS,
        Errno::EMFILE,
        Errno::ENFILE,
        Errno::EFBIG,
        Errno::EISDIR,
        Errno::ENOTDIR,
        Errno::ENAMETOOLONG,
        Errno::ELOOP,
        Errno::ETXTBSY,
        Errno::EINTR,
        Errno::EIO,
        Errno::ESTALE,
        Errno::ENOMEM,
        Errno::ENOBUFS,
        Errno::EAGAIN,
        Errno::EEXIST,
        Errno::ENOTEMPTY,
        Errno::EBUSY,
        Errno::EXDEV,
        Errno::EMLINK,
        Errno::ENXIO,
        Errno::ENODEV,
        Errno::ENOEXEC,
        Errno::EINVAL,
        Errno::EOPNOTSUPP,
        Errno::ENOSYS,
        Errno::EUSERS,
        Errno::ENOLCK,
        Errno::ENOTCONN,
        Errno::EHOSTDOWN,
        Errno::ETIMEDOUT,
        Errno::ECONNREFUSED,
        Errno::ECONNRESET,
        Errno::EPIPE,
        Errno::EBADF,
        Errno::EOVERFLOW,
    ];

    #[test]
    fn each_number_has_a_hint_whatever_was_tried() {
        for operation in SystemOperation::ALL {
            for errno in KNOWN {
                let hint = hint(operation, Path::new("/a/b"), errno);
                let hint = hint.unwrap_or_else(|| panic!("{operation:?} {errno:?} has no hint"));
                assert!(hint.len() > 20 && !hint.ends_with('.'), "{operation:?} {errno:?}: {hint}");
            }
            assert_eq!(hint(operation, Path::new("/a/b"), Errno::UnknownErrno), None);
        }
    }

    #[test]
    fn the_hint_is_about_what_was_tried() {
        use SystemOperation::{
            Ask, CopyModule, FindCurrentFolder, MakeFolder, Read, Run, ServeMetrics, Start, Watch, Write,
        };
        for (operation, path, errno, says) in [
            (Read, "a", Errno::ENOENT, "check the path"),
            (Write, "a", Errno::ENOENT, "`mkdir -p`"),
            (FindCurrentFolder, "/gone", Errno::ENOENT, "was removed: `cd`"),
            (Run, "tinygo", Errno::ENOENT, "install"),
            (Start, "/proc/self/exe", Errno::ENOENT, "no /proc here"),
            (Write, "/dev/null", Errno::ENOENT, "a /dev with null"),
            (Read, "a", Errno::EACCES, "may not read it"),
            (MakeFolder, "a", Errno::EACCES, "may not write there"),
            (Run, "a", Errno::EACCES, "`chmod +x`"),
            (CopyModule, "a", Errno::EFBIG, "copied into memory"),
            (Write, "a", Errno::EFBIG, "`ulimit -f unlimited`"),
            (Write, "a", Errno::ENOSPC, "`df -h`"),
            (Watch, "events", Errno::ENOSPC, "fs.epoll"),
            (Start, "threads", Errno::EAGAIN, "`ulimit -u`"),
            (ServeMetrics, "127.0.0.1:1", Errno::EADDRINUSE, "0 for a free one"),
            (ServeMetrics, "192.0.2.1:1", Errno::EADDRNOTAVAIL, "no address of this machine"),
            (ServeMetrics, "127.0.0.1:80", Errno::EACCES, "from 1024 on"),
            (Ask, "random bytes", Errno::ENOSYS, "lacks the call"),
        ] {
            let hint = hint(operation, Path::new(path), errno).unwrap();
            assert!(hint.contains(says), "{operation:?} {errno:?}: {hint}");
        }
    }
}
