//! Errors by which the system says that it lacks something, and nothing of what was to be done.

use nix::errno::Errno;
use polymer_host_base::SystemResource;
use std::io;

/// Request to the system. The same error number means different things: `EAGAIN` is a shortage
/// only where a process or a thread was to be started, `ENOSPC` is no full disk where events
/// were to be watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemRequest {
    /// To start a process or a thread.
    Start,
    /// To watch a descriptor for events.
    Watch,
    /// Anything else.
    Other,
}

/// The resource that `error` says there is no more of.
#[must_use]
pub fn lacking(error: &io::Error, request: SystemRequest) -> Option<SystemResource> {
    match (error.raw_os_error().map(Errno::from_raw)?, request) {
        (Errno::ENOMEM | Errno::ENOBUFS, _) => Some(SystemResource::Memory),
        (Errno::EMFILE | Errno::ENFILE, _) => Some(SystemResource::Descriptors),
        (Errno::EAGAIN, SystemRequest::Start) => Some(SystemResource::Processes),
        (Errno::ENOSPC, SystemRequest::Watch) => Some(SystemResource::Watches),
        (Errno::ENOSPC | Errno::EDQUOT, _) => Some(SystemResource::Disk),
        _ => None,
    }
}

/// Returns whether an error says that descriptors or memory have run out.
#[must_use]
pub fn is_shortage(error: &io::Error) -> bool {
    matches!(lacking(error, SystemRequest::Other), Some(SystemResource::Descriptors | SystemResource::Memory))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_machine_lacks_is_one() {
        let is_one = |errno: Errno| is_shortage(&errno.into());
        assert!([Errno::EMFILE, Errno::ENFILE, Errno::ENOMEM, Errno::ENOBUFS].into_iter().all(is_one));
        assert!(
            ![Errno::ENOENT, Errno::EACCES, Errno::EIO, Errno::ELOOP, Errno::EBUSY].into_iter().any(is_one)
        );
        assert!(!is_shortage(&io::Error::other("something else")));
    }

    #[test]
    fn every_resource_can_be_lacking() {
        for resource in SystemResource::ALL {
            let (errno, request) = match resource {
                SystemResource::Memory => (Errno::ENOMEM, SystemRequest::Other),
                SystemResource::Descriptors => (Errno::EMFILE, SystemRequest::Start),
                SystemResource::Processes => (Errno::EAGAIN, SystemRequest::Start),
                SystemResource::Disk => (Errno::ENOSPC, SystemRequest::Other),
                SystemResource::Watches => (Errno::ENOSPC, SystemRequest::Watch),
            };
            assert_eq!(lacking(&errno.into(), request), Some(resource));
        }
        assert_eq!(lacking(&Errno::EAGAIN.into(), SystemRequest::Other), None);
    }
}
