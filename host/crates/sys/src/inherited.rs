//! Descriptors beyond the standard ones that whoever started this process left open for it.

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd, RawFd};

/// Returns a copy of the inherited descriptor `number`, and lets no process that is started from
/// here on inherit either. The number itself stays open: it is another's, as far as this process
/// can tell.
///
/// # Errors
/// `EBADF` if it is a standard descriptor, not open, opened by this process itself, or was asked
/// for before.
pub fn inherited(number: RawFd) -> io::Result<OwnedFd> {
    if number < 3 {
        return Err(Errno::EBADF.into());
    }
    // SAFETY: it is only looked at and copied below, and a number that is not open gives an error
    // there. Nothing in this function closes it.
    let theirs = unsafe { BorrowedFd::borrow_raw(number) };
    // All that is opened here has the flag. What came from outside had not, or it were not here.
    if FdFlag::from_bits_retain(fcntl(theirs, FcntlArg::F_GETFD)?).contains(FdFlag::FD_CLOEXEC) {
        return Err(Errno::EBADF.into());
    }
    fcntl(theirs, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    theirs.try_clone_to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::os::fd::AsRawFd;

    #[test]
    fn an_open_descriptor_is_copied_and_is_not_inherited_further() {
        let (mut reader, writer) = io::pipe().unwrap();
        fcntl(&writer, FcntlArg::F_SETFD(FdFlag::empty())).unwrap();
        let copy = inherited(writer.as_raw_fd()).unwrap();
        assert_eq!(fcntl(&writer, FcntlArg::F_GETFD).unwrap(), FdFlag::FD_CLOEXEC.bits());
        drop(writer);
        std::fs::File::from(copy).write_all(b"x").unwrap();
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "x");
    }

    #[test]
    fn what_this_process_opened_or_took_already_is_not_what_it_was_given() {
        let (_reader, writer) = io::pipe().unwrap();
        let error = inherited(writer.as_raw_fd()).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(Errno::EBADF as i32));
        fcntl(&writer, FcntlArg::F_SETFD(FdFlag::empty())).unwrap();
        drop(inherited(writer.as_raw_fd()).unwrap());
        assert!(inherited(writer.as_raw_fd()).is_err());
    }

    #[test]
    fn what_is_not_open_or_is_a_standard_descriptor_is_refused() {
        for number in [-1, 0, 1, 2, 1 << 20] {
            let error = inherited(number).unwrap_err();
            assert_eq!(error.raw_os_error(), Some(Errno::EBADF as i32), "{number}");
        }
    }
}
