//! Protocols by which a checker or an interactor is called, and what an attempt of one is given.
//!
//! Nothing here may know what it answers.

use super::{InputPayload, SuppliedFiles};
use std::fmt;
use std::str::FromStr;

/// Bytes of output that an attempt of a validator has at the least: its feedback comes back within
/// them.
pub const FEEDBACK_LEAST: u64 = 64 << 10;

/// How a checker or an interactor is called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CheckProtocol {
    /// By one JSON value. A checker answers with another one, an interactor with its exit code.
    #[default]
    Json,
    /// As an output validator of the problem package format: files as arguments, an exit code of 42
    /// or 43, feedback in a folder.
    Validator,
}

/// Error for a text that names no [`CheckProtocol`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is json or validator")]
pub struct CheckProtocolError;

impl CheckProtocol {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Json, Self::Validator];

    /// The word for it: `json` or `validator`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Validator => "validator",
        }
    }
}

impl FromStr for CheckProtocol {
    type Err = CheckProtocolError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|protocol| protocol.name() == text).ok_or(CheckProtocolError)
    }
}

impl fmt::Display for CheckProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What an attempt of a checker or an interactor is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckInput {
    /// Its input. That of an interactor comes before what its program says.
    pub input: InputPayload,
    /// Arguments and files, where it is called as a validator.
    pub supplied: Option<Box<SuppliedFiles>>,
}

impl CheckInput {
    /// An input, and nothing else.
    #[must_use]
    pub const fn only(input: InputPayload) -> Self {
        Self { input, supplied: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protocol_is_written_as_it_is_read() {
        for protocol in CheckProtocol::ALL {
            assert_eq!(protocol.to_string().parse(), Ok(protocol));
        }
        assert_eq!(CheckProtocol::default(), CheckProtocol::Json);
        for other in ["", "JSON", "icpc", "validator "] {
            assert_eq!(other.parse::<CheckProtocol>(), Err(CheckProtocolError), "{other:?}");
        }
    }
}
