//! Where metrics go, as people write it: an address, a Unix socket, or a file.
//!
//! It must never open anything.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where metrics go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetricsTarget {
    /// Whoever asks at this address is answered.
    Address(SocketAddr),
    /// Whoever asks at the socket of this path is answered.
    Socket(PathBuf),
    /// The file at this path is replaced at intervals.
    File(PathBuf),
}

/// Error for a text that is none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoTarget;

impl fmt::Display for NoTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "write an address with a port such as 127.0.0.1:9100 or [::1]:9100, unix: and the path of a socket, or the path of a file that ends in .prom",
        )
    }
}

impl std::error::Error for NoTarget {}

impl FromStr for MetricsTarget {
    type Err = NoTarget;

    fn from_str(text: &str) -> Result<Self, NoTarget> {
        if let Some(path) = text.strip_prefix("unix:") {
            return if path.is_empty() { Err(NoTarget) } else { Ok(Self::Socket(path.into())) };
        }
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        // The collector of node_exporter reads no other files, and a mistyped address is no path.
        let is_file = Path::new(text).extension().is_some_and(|extension| extension == "prom");
        if is_file { Ok(Self::File(text.into())) } else { Err(NoTarget) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_says_which_one_is_meant() {
        for (text, target) in [
            ("127.0.0.1:9100", MetricsTarget::Address(([127, 0, 0, 1], 9100).into())),
            ("[::1]:0", MetricsTarget::Address((std::net::Ipv6Addr::LOCALHOST, 0).into())),
            ("unix:run.sock", MetricsTarget::Socket("run.sock".into())),
            ("unix:/a/b.prom", MetricsTarget::Socket("/a/b.prom".into())),
            ("/var/lib/polymer.prom", MetricsTarget::File("/var/lib/polymer.prom".into())),
            ("a:9100.prom", MetricsTarget::File("a:9100.prom".into())),
        ] {
            assert_eq!(text.parse(), Ok(target), "{text}");
        }
        for text in
            ["", "unix:", "9100", ":9100", "127.0.0.1", "localhost:9100", "127.0.0.1:65536", ".prom", "a.txt"]
        {
            assert_eq!(text.parse::<MetricsTarget>(), Err(NoTarget), "{text}");
        }
    }
}
