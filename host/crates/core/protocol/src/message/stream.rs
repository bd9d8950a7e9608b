//! Messages of a streamed attempt: its stdin, its output, and the credit of both. Each names the
//! attempt, since it may be over when a message about it comes.

use serde::{Deserialize, Serialize};

/// Way in which an attempt is streamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireStreaming {
    /// Time that its guest waits for its stdin, or for somebody to take its output, is not counted
    /// for its timeout.
    pub waits_free: bool,
}

/// Bytes of an attempt's stdin.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct StdinMessage<'a> {
    /// The attempt.
    pub attempt: u64,
    /// The bytes, at most [`STREAM_FRAME`](crate::credit::STREAM_FRAME).
    #[serde(borrow, with = "serde_bytes")]
    pub bytes: &'a [u8],
}

/// Bytes that an attempt's guest wrote.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct OutputMessage<'a> {
    /// The attempt.
    pub attempt: u64,
    /// 1 stdout, 2 stderr.
    pub channel: u8,
    /// The bytes, at least one and at most [`STREAM_FRAME`](crate::credit::STREAM_FRAME).
    #[serde(borrow, with = "serde_bytes")]
    pub bytes: &'a [u8],
}

/// Bytes of a stream that were taken where it ends: so many more may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditMessage {
    /// The attempt.
    pub attempt: u64,
    /// The bytes, at least one.
    pub bytes: u64,
}
