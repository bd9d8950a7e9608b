//! Flags for a program that runs this command and speaks its client protocol (docs/protocol.md).
//!
//! It must never use a descriptor.

use clap::Args;
use std::os::fd::RawFd;
use std::str::FromStr;

/// How a client speaks with the run.
#[derive(Debug, Args)]
#[command(next_help_heading = "Client")]
pub struct ClientArgs {
    /// Serve a program that submits task records and reads records: the first line of output says
    /// what the run is, and ids are unique among the tasks under way. docs/protocol.md describes
    /// the protocol
    #[arg(long, conflicts_with_all = ["module", "resume", "repeat", "null", "output"])]
    pub client: bool,
    /// Read control lines from descriptor N, which cancel tasks or drain the run. Its end stops the
    /// run at once
    #[arg(long, value_name = "fd:N", requires = "client")]
    pub control: Option<DescriptorFlag>,
}

/// A descriptor that this process was started with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DescriptorFlag(pub RawFd);

impl FromStr for DescriptorFlag {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number =
            text.strip_prefix("fd:").filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let number = number.and_then(|digits| digits.parse().ok()).filter(|number| *number > 2);
        number.map(Self).ok_or("write fd: and the number of an open descriptor, at least 3, such as fd:3")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_descriptor_is_a_number_beyond_the_standard_ones() {
        assert_eq!("fd:3".parse(), Ok(DescriptorFlag(3)));
        for text in ["", "3", "fd:", "fd:2", "fd:-1", "fd:+3", "fd:x", "fd:99999999999", "FD:3"] {
            assert!(text.parse::<DescriptorFlag>().is_err(), "{text}");
        }
    }
}
