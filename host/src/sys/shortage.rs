//! Errors by which the system says that it lacks something, and nothing of what was to be done.

use nix::errno::Errno;
use std::io;

/// Whether an error says that descriptors or memory have run out.
#[must_use]
pub fn is_shortage(error: &io::Error) -> bool {
    let errno = error.raw_os_error().map(Errno::from_raw);
    matches!(errno, Some(Errno::EMFILE | Errno::ENFILE | Errno::ENOMEM | Errno::ENOBUFS))
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
}
