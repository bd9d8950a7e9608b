//! Contents that go into the folder of an attempt and come back out of it, beside its input and its
//! output.

use super::first_of;
use serde::{Deserialize, Serialize};
use serde_bytes::Bytes;

/// Extras that a task brings with it. Their sender checks them; only the places where its files go
/// are checked once more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireSupplied<'a> {
    /// Arguments behind those of [`Load`](super::LoadMessage).
    #[serde(borrow)]
    pub args: Vec<&'a str>,
    /// Variables in place of those of the same names.
    #[serde(borrow)]
    pub env: Vec<(&'a str, &'a str)>,
    /// Files for the folder for attempts: path in it, content.
    #[serde(borrow)]
    pub files: Vec<(&'a str, &'a Bytes)>,
}

/// Files that came back out of the folder for attempts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireCollected<'a> {
    /// Path in it, and what stands there, in the order of the paths.
    #[serde(borrow, deserialize_with = "first_of")]
    pub files: Vec<(&'a str, WireContent<'a>)>,
    /// Number of further files.
    pub left_out: u64,
}

/// Content of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WireContent<'a> {
    /// It.
    Bytes(#[serde(borrow, with = "serde_bytes")] &'a [u8]),
    /// Number of bytes it has, for which there is no room.
    Dropped(u64),
}
