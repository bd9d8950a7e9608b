//! A run that can be watched: a socket of its user's alone, on which the supervisor says how the
//! run stands, and how others find it and ask.
//!
//! Who connects gets one snapshot, a line of JSON, and sends nothing: so nothing is read of
//! anybody. A snapshot is small enough for the socket's buffer, so nobody who does not read is
//! waited for. The run makes one only when somebody asks, and at most one in half a second. A run
//! never fails for want of its socket. Nothing here may know what a snapshot says.

mod ask;
mod board;
mod place;
mod socket;

pub(super) use ask::{AskError, WatchedRun, ask, of_folder, of_process, under_way};
pub(super) use board::WatchBoard;
pub(super) use socket::WatchSocket;
