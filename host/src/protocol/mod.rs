//! The words between the supervisor and its workers: messages as MessagePack, in frames with a length in front.
//!
//! Shared by both halves; the only types both may name. Nothing here does I/O. The supervisor treats whatever [`FromWorker`] says as
//! a claim: [`claim`] turns it into domain types and refuses what cannot be.

pub mod claim;
pub mod frame;
pub mod gate;
pub mod message;

pub use frame::{FrameError, FrameReader, write_frame};
pub use gate::Gate;
pub use message::{FromWorker, ToWorker};

/// Both halves are the same program, so the version must match exactly. Raised with every change of a message.
pub const VERSION: u32 = 1;

/// The largest frame a worker may send before it is told the limits of its tasks.
pub const SMALL_FRAME: usize = 1 << 20;

/// What a frame holds beside its payload, at the most: names, traces, the envelope itself.
pub const ENVELOPE: usize = 256 << 10;
