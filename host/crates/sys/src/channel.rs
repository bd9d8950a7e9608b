//! The socket between two processes of a run: bytes, and descriptors beside them.

use nix::cmsg_space;
use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, Shutdown, SockFlag, SockType, recvmsg,
    sendmsg, shutdown, socketpair,
};
use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

/// The most descriptors that travel with one message. The kernel takes 253.
pub const DESCRIPTORS: usize = 68;

/// Two connected sockets; both are closed on exec. The first does not block.
///
/// # Errors
/// If the system refuses.
pub fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let (ours, theirs) = socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::SOCK_CLOEXEC)?;
    set_nonblocking(&ours)?;
    Ok((ours, theirs))
}

/// Makes reads and writes return at once with [`io::ErrorKind::WouldBlock`] where they would wait.
///
/// # Errors
/// If the system refuses.
pub fn set_nonblocking(fd: impl AsFd) -> io::Result<()> {
    use nix::fcntl::{FcntlArg, OFlag, fcntl};
    let flags = OFlag::from_bits_retain(fcntl(&fd, FcntlArg::F_GETFL)?);
    fcntl(&fd, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))?;
    Ok(())
}

/// Sends bytes, with `descriptors` beside the first of them. Returns how many bytes went.
///
/// # Errors
/// As `sendmsg(2)`; a closed peer is an error, not a signal.
pub fn send(socket: impl AsFd, bytes: &[u8], descriptors: &[BorrowedFd<'_>]) -> io::Result<usize> {
    let raw: Vec<RawFd> = descriptors.iter().map(AsRawFd::as_raw_fd).collect();
    let rights = [ControlMessage::ScmRights(&raw)];
    let control: &[ControlMessage<'_>] = if raw.is_empty() { &[] } else { &rights };
    let sent = sendmsg::<()>(
        socket.as_fd().as_raw_fd(),
        &[IoSlice::new(bytes)],
        control,
        MsgFlags::MSG_NOSIGNAL,
        None,
    )?;
    Ok(sent)
}

/// Takes nothing more from the other end: what it has sent can be read, what it sends from now on
/// fails there.
///
/// # Errors
/// As `shutdown(2)`.
pub fn refuse_more(socket: impl AsFd) -> io::Result<()> {
    shutdown(socket.as_fd().as_raw_fd(), Shutdown::Read)?;
    Ok(())
}

/// Ends the talk in both directions, whoever else holds the socket: what was sent before can still
/// be read.
///
/// # Errors
/// As `shutdown(2)`.
pub fn end(socket: impl AsFd) -> io::Result<()> {
    shutdown(socket.as_fd().as_raw_fd(), Shutdown::Both)?;
    Ok(())
}

/// Receives bytes and appends the descriptors that came with them to `descriptors`. Returns how
/// many bytes came; 0 is the end.
///
/// # Errors
/// As `recvmsg(2)`.
pub fn receive(socket: impl AsFd, bytes: &mut [u8], descriptors: &mut Vec<OwnedFd>) -> io::Result<usize> {
    receive_with(MsgFlags::empty(), socket, bytes, descriptors)
}

/// As [`receive`], if something is there now.
///
/// # Errors
/// [`io::ErrorKind::WouldBlock`] if nothing is, else as [`receive`].
pub fn receive_now(socket: impl AsFd, bytes: &mut [u8], descriptors: &mut Vec<OwnedFd>) -> io::Result<usize> {
    receive_with(MsgFlags::MSG_DONTWAIT, socket, bytes, descriptors)
}

fn receive_with(
    flags: MsgFlags,
    socket: impl AsFd,
    bytes: &mut [u8],
    descriptors: &mut Vec<OwnedFd>,
) -> io::Result<usize> {
    let mut space = cmsg_space!([RawFd; DESCRIPTORS]);
    let mut slices = [IoSliceMut::new(bytes)];
    let flags = flags | MsgFlags::MSG_CMSG_CLOEXEC;
    let message = recvmsg::<()>(socket.as_fd().as_raw_fd(), &mut slices, Some(&mut space), flags)?;
    // There is room for as many as travel, so some were left out because this process may have no
    // more.
    for control in message.cmsgs().map_err(|_| Errno::EMFILE)? {
        if let ControlMessageOwned::ScmRights(raw) = control {
            // SAFETY: the kernel has just made these descriptors for us, and nobody else knows of
            // them.
            descriptors.extend(raw.into_iter().map(|fd| unsafe { OwnedFd::from_raw_fd(fd) }));
        }
    }
    Ok(message.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn descriptors_travel_beside_bytes() {
        let (ours, theirs) = pair().unwrap();
        let file = super::super::file::sealed("test", b"inside").unwrap();
        assert_eq!(send(&ours, b"hello", &[file.as_fd()]).unwrap(), 5);
        let (mut bytes, mut descriptors) = ([0; 16], Vec::new());
        assert_eq!(receive(&theirs, &mut bytes, &mut descriptors).unwrap(), 5);
        let mut received = std::fs::File::from(descriptors.pop().unwrap());
        std::io::Seek::rewind(&mut received).unwrap();
        let mut text = String::new();
        received.read_to_string(&mut text).unwrap();
        assert_eq!(text, "inside");
        drop(theirs);
        assert!(send(&ours, b"x", &[]).is_err());
    }

    #[test]
    fn what_was_sent_is_read_and_nothing_more_is_taken() {
        let (ours, theirs) = pair().unwrap();
        send(&theirs, b"before", &[]).unwrap();
        refuse_more(&ours).unwrap();
        assert!(send(&theirs, b"after", &[]).is_err());
        let (mut bytes, mut none) = ([0; 16], Vec::new());
        assert_eq!(receive(&ours, &mut bytes, &mut none).unwrap(), 6);
        assert_eq!(
            receive(&ours, &mut bytes, &mut none).unwrap(),
            0,
            "the end, though the other holds its own"
        );
    }
}
