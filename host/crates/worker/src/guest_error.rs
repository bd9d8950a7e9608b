//! Errors by which the host ends a guest: they pass through the engine and come out of the call
//! that entered it.
//!
//! They must never know who raises them, or what becomes of them: that is for [`trap`](super::trap)
//! to say.

/// A preview-1 guest exited. Ours, because wasmtime's own takes no code from 126 on.
#[derive(Debug, thiserror::Error)]
#[error("exited with code {0}")]
pub(crate) struct GuestExit(pub(crate) u32);

/// The guest wrote more than its limit.
#[derive(Debug, thiserror::Error)]
#[error("the output is over its limit")]
pub(crate) struct OutputExceeded;

/// The guest wrote after its time.
#[derive(Debug, thiserror::Error)]
#[error("the time is over")]
pub(crate) struct OutOfTime;

/// The streams of the guest lead nowhere: its supervisor is gone.
#[derive(Debug, thiserror::Error)]
#[error("the supervisor is gone")]
pub(crate) struct StreamsGone;

/// A guest gave its host what is no value of the type it should have.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct BadValue(pub(crate) String);

/// A guest gave more at once than its host copies.
#[derive(Debug, thiserror::Error)]
#[error("gave more than {0} bytes in one call")]
pub(crate) struct OverBudget(pub(crate) usize);
