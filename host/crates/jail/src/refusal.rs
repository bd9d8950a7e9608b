//! Why a layer cannot be put up, in words that lead on: the system's error number means another
//! thing at each layer.
//!
//! Pure: it looks at nothing, and must never know which layers have to stand.

use nix::errno::Errno;
use polymer_host_base::JailLayer;
use std::io;

/// Returns the system's message for a layer that could not be put up, and its meaning there.
#[must_use]
pub(super) fn words(layer: JailLayer, error: &io::Error) -> String {
    let meaning = error.raw_os_error().and_then(|number| meaning(layer, Errno::from_raw(number)));
    meaning.map_or_else(|| error.to_string(), |meaning| format!("{error}: {meaning}"))
}

/// Returns the meaning of an error number at a layer; `None` if its own message says all.
const fn meaning(layer: JailLayer, errno: Errno) -> Option<&'static str> {
    Some(match (layer, errno) {
        (JailLayer::Namespaces, Errno::ENOSPC) => {
            "a limit on namespaces is used up or 0; `sysctl user` shows them: user.max_user_namespaces, user.max_mnt_namespaces, \
             user.max_net_namespaces and others"
        }
        (JailLayer::Namespaces, Errno::EUSERS) => {
            "user namespaces are nested too deeply, or their limit is used up: `sysctl user.max_user_namespaces`"
        }
        (JailLayer::Namespaces, Errno::EPERM | Errno::EACCES) => {
            "this user may not create any: kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns \
             or a container's seccomp filter forbids it (container engines lift that with `--security-opt \
             seccomp=unconfined`, or a profile that allows unshare and mount)"
        }
        (JailLayer::Root, Errno::EPERM | Errno::EACCES) => {
            "a container or a security policy forbids mounting (container engines allow it with `--security-opt \
             seccomp=unconfined`, and AppArmor with `--security-opt apparmor=unconfined`)"
        }
        (JailLayer::Root, Errno::EINVAL) => {
            "the root of this process cannot be replaced, as in an initial ramdisk or a chroot"
        }
        (JailLayer::Root, Errno::ENOSYS) => "it needs Linux 5.2 or later, with folders granted 5.12",
        (JailLayer::Root, Errno::ENOENT) => "there is no /proc here, which is needed for it",
        (JailLayer::Namespaces, Errno::EINVAL | Errno::ENOSYS) => {
            "this kernel was built without some of them"
        }
        (JailLayer::Namespaces, Errno::ENOENT) => "there is no /proc here, which is needed to set them up",
        (JailLayer::Scratch, Errno::EPERM | Errno::EACCES) => {
            "a container or a security policy forbids mounting a file system in memory"
        }
        (JailLayer::Scratch, Errno::ENODEV) => "this kernel was built without tmpfs",
        (JailLayer::Scratch, Errno::ENOSPC) => "the limit on mounts is used up: `sysctl fs.mount-max`",
        (JailLayer::Scratch, Errno::ENOSYS | Errno::EINVAL) => "it needs Linux 5.2 or later",
        (JailLayer::Landlock, Errno::ENOSYS | Errno::EOPNOTSUPP) => {
            "this kernel has none, or was started without it (`lsm=` on its command line)"
        }
        (JailLayer::Landlock, Errno::E2BIG) => {
            "this program is already inside as many rule sets as the kernel allows"
        }
        (JailLayer::Landlock, Errno::EPERM | Errno::EACCES)
        | (
            JailLayer::Capabilities | JailLayer::Undumpable | JailLayer::NoNewPrivileges,
            Errno::EPERM | Errno::EACCES,
        ) => "a container or a security policy forbids it",
        (JailLayer::Limits, Errno::EPERM) => {
            "a hard limit of this shell is below what a worker needs: `ulimit -Ha` shows them"
        }
        (JailLayer::NoNewPrivileges, Errno::EINVAL) => "this kernel is too old to support it",
        (JailLayer::SystemCalls, Errno::EINVAL | Errno::ENOSYS) => {
            "this kernel was built without seccomp filters"
        }
        (JailLayer::SystemCalls, Errno::EPERM | Errno::EACCES) => {
            "a container or a security policy forbids it"
        }
        (_, Errno::ENOMEM) => "memory is used up, or limited",
        (_, Errno::EMFILE) => "no more open files are allowed: `ulimit -n 1024` allows more",
        (_, Errno::ENFILE) => "the machine has no more open files to give: `sysctl fs.file-max`",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_layer_says_what_a_number_means_there() {
        for (layer, errno, says) in [
            (JailLayer::Namespaces, Errno::ENOSPC, "user.max_user_namespaces"),
            (JailLayer::Namespaces, Errno::ENOSPC, "user.max_mnt_namespaces"),
            (JailLayer::Namespaces, Errno::EUSERS, "nested too deeply"),
            (JailLayer::Namespaces, Errno::EPERM, "kernel.unprivileged_userns_clone"),
            // What whoever runs a container can do about it.
            (JailLayer::Namespaces, Errno::EPERM, "`--security-opt seccomp=unconfined`"),
            (JailLayer::Namespaces, Errno::EACCES, "`--security-opt seccomp=unconfined`"),
            (JailLayer::Namespaces, Errno::EINVAL, "built without"),
            (JailLayer::Root, Errno::EPERM, "`--security-opt seccomp=unconfined`"),
            (JailLayer::Root, Errno::EACCES, "`--security-opt apparmor=unconfined`"),
            (JailLayer::Scratch, Errno::ENOSPC, "fs.mount-max"),
            (JailLayer::Scratch, Errno::EPERM, "forbids mounting"),
            (JailLayer::Landlock, Errno::EOPNOTSUPP, "`lsm=`"),
            (JailLayer::Landlock, Errno::E2BIG, "rule sets"),
            (JailLayer::Limits, Errno::EPERM, "`ulimit -Ha`"),
            (JailLayer::SystemCalls, Errno::EINVAL, "seccomp filters"),
        ] {
            let error = io::Error::from(errno);
            let text = words(layer, &error);
            assert!(text.starts_with(&error.to_string()) && text.contains(says), "{layer}: {text}");
        }
        for layer in JailLayer::ALL {
            assert!(words(layer, &Errno::ENOMEM.into()).contains("memory is used up"), "{layer}");
            // No disk is full where a layer is put up.
            let full = words(layer, &Errno::ENOSPC.into());
            assert!(!full.contains("df -h"), "{layer}: {full}");
        }
        assert_eq!(words(JailLayer::Landlock, &io::Error::other("odd")), "odd");
    }
}
