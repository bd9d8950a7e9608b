//! What a worker says of a streamed attempt while it runs, held against what was sent and what has
//! come so far.
//!
//! One account for each streamed attempt, from its dispatch to its answer. Whatever comes for an
//! attempt without one has no place. It must never know where the bytes come from or go.

use super::super::credit::{CreditError, STREAM_FRAME, StreamCredit};
use super::super::message::{CreditMessage, OutputMessage};
use super::{ProtocolViolation, at_most};
use polymer_host_task::AttemptId;

/// Where a guest wrote to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputChannel {
    /// Its stdout.
    Stdout,
    /// Its stderr.
    Stderr,
}

impl OutputChannel {
    /// The number of it in messages.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Stdout => 1,
            Self::Stderr => 2,
        }
    }

    /// The channel of a number.
    #[must_use]
    pub const fn of(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Stdout),
            2 => Some(Self::Stderr),
            _ => None,
        }
    }
}

/// The supervisor's account of a streamed attempt that was sent and is not answered.
#[derive(Debug, Clone)]
pub struct StreamAccount {
    attempt: AttemptId,
    stdin: StreamCredit,
    output: StreamCredit,
    /// Bytes of stdout that came, and the most that may.
    stdout: u64,
    limit: u64,
}

impl StreamAccount {
    /// The account of an attempt that is sent, which may write so many bytes to its stdout.
    #[must_use]
    pub const fn new(attempt: AttemptId, limit: u64) -> Self {
        let (stdin, output) = (StreamCredit::new(), StreamCredit::new());
        Self { attempt, stdin, output, stdout: 0, limit }
    }

    /// The attempt.
    #[must_use]
    pub const fn attempt(&self) -> AttemptId {
        self.attempt
    }

    /// Returns the bytes of stdout that came.
    #[must_use]
    pub const fn stdout(&self) -> u64 {
        self.stdout
    }

    /// Returns the bytes of stdin that the next frame may have.
    #[must_use]
    pub fn stdin_frame(&self) -> usize {
        self.stdin.frame()
    }

    /// So many bytes of stdin are sent.
    ///
    /// # Errors
    /// If that is more than may be.
    pub const fn send_stdin(&mut self, bytes: u64) -> Result<(), CreditError> {
        self.stdin.spend(bytes)
    }

    /// So many bytes of output were taken, and the worker is told.
    ///
    /// # Errors
    /// If that is more than came.
    pub const fn give_output(&mut self, bytes: u64) -> Result<(), CreditError> {
        self.output.give(bytes)
    }

    /// Bytes that the guest wrote, from a worker's claim.
    ///
    /// # Errors
    /// If the claim cannot be true.
    pub fn output<'a>(
        &mut self,
        claim: &OutputMessage<'a>,
    ) -> Result<(OutputChannel, &'a [u8]), ProtocolViolation> {
        let OutputMessage { attempt, channel, bytes } = *claim;
        self.is_of(attempt)?;
        let channel =
            OutputChannel::of(channel).ok_or(ProtocolViolation::Unknown("output on an unknown channel"))?;
        if bytes.is_empty() {
            // It would take no credit, so there could be any number of them.
            return Err(ProtocolViolation::Unknown("a piece of output with nothing in it"));
        }
        let length = bytes.len() as u64;
        at_most("a piece of output", length, STREAM_FRAME as u64)?;
        let written = if channel == OutputChannel::Stdout { self.stdout.saturating_add(length) } else { 0 };
        at_most("an output", written, self.limit)?;
        let left = self.output.left();
        self.output.spend(length).map_err(|_| over("output without credit", length, left))?;
        self.stdout = self.stdout.max(written);
        Ok((channel, bytes))
    }

    /// Bytes of stdin that the guest has taken, from a worker's claim.
    ///
    /// # Errors
    /// If the claim cannot be true.
    pub fn stdin_credit(&mut self, claim: CreditMessage) -> Result<(), ProtocolViolation> {
        let CreditMessage { attempt, bytes } = claim;
        self.is_of(attempt)?;
        if bytes == 0 {
            return Err(ProtocolViolation::Unknown("credit of nothing"));
        }
        let outstanding = self.stdin.outstanding();
        self.stdin.give(bytes).map_err(|_| over("input that was taken", bytes, outstanding))
    }

    fn is_of(&self, attempt: u64) -> Result<(), ProtocolViolation> {
        if attempt == self.attempt.0 { Ok(()) } else { Err(OTHER) }
    }
}

/// What comes for an attempt that is not streamed, is not the one at work, or is over.
pub const OTHER: ProtocolViolation =
    ProtocolViolation::Unknown("a stream of an attempt that has none or is not at work");

const fn over(what: &'static str, claimed: u64, limit: u64) -> ProtocolViolation {
    ProtocolViolation::Over { what, claimed, limit }
}

#[cfg(test)]
mod tests;
