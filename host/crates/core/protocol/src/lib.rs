//! The words between the supervisor and its workers: messages as MessagePack, in frames with a
//! length in front.
//!
//! Shared by both halves; the only types both may name. Nothing here does I/O. The supervisor
//! treats whatever [`FromWorker`] says as a claim: [`claim`] turns it into domain types and refuses
//! what cannot be.

#![forbid(unsafe_code)]

pub mod claim;
pub mod credit;
pub mod exit_code;
pub mod files;
pub mod frame;
pub mod gate;
pub mod message;
mod packed_u64;
mod told;

pub use frame::{FrameError, FrameReader, write_frame, write_frame_head};
pub use gate::AttemptGate;
pub use message::{FromWorker, ToWorker};

/// Both halves are the same program, so the version must match exactly. Raised with every change of
/// a message.
pub const VERSION: u32 = 20;

/// Threads that a worker may have beside those that the engine compiles on, one a core: one that
/// serves, one for each call of a guest that waits for a file, and room. Both halves reckon with
/// it.
const THREADS: usize = 8;

/// The most threads of a worker on a machine of so many cores. One that was taken over makes no
/// more, and takes so much of the processor where the kernel shares it by thread.
#[must_use]
pub const fn most_threads(cores: usize) -> usize {
    cores.saturating_add(THREADS)
}

/// The first argument of a process that is started as a worker.
pub const ARGUMENT: &str = "__worker";

/// The largest frame a worker may send before it is told the limits of its tasks.
pub const SMALL_FRAME: usize = 1 << 20;

/// Bytes that a worker may hold of the values of a call at the least, whatever came with it.
const VALUES: u64 = 128 << 20;
/// Bytes that a worker holds of one value, be it a byte.
pub const VALUE: u64 = 40;

/// Bytes that a worker may hold of the values of a call to a function of a component: once of its
/// arguments, and once of what the guest returns. So a list of bytes as long as `payload`, which
/// came or may be given, can be held value by value. Both halves reckon with it.
#[must_use]
pub const fn values_room(payload: u64) -> u64 {
    let room = payload.saturating_mul(VALUE).saturating_add(1 << 20);
    if room > VALUES { room } else { VALUES }
}

/// The longest message that goes by the ring of a shared page. Longer ones cost less on the socket,
/// whose copies are the system's.
pub const RING_FRAME: usize = 4 << 10;

/// Bytes that a frame holds beside its payload, at the most: names, traces, the envelope itself.
pub const ENVELOPE: usize = 256 << 10;

/// The longest frame that answers an attempt with these limits: its output, its log with a mark and
/// a newline for each line, and the envelope. Both halves reckon with it.
#[must_use]
pub fn answer_cap(output: u64, log: u64) -> usize {
    let payload = output.saturating_add(log.saturating_mul(3)).saturating_add(3);
    usize::try_from(payload).unwrap_or(usize::MAX).saturating_add(ENVELOPE)
}

/// The same where files come back too: as many bytes of them as of output.
#[must_use]
pub fn answer_cap_with_files(output: u64, log: u64) -> usize {
    answer_cap(output.saturating_mul(2), log)
}
