//! When the attempt began whose ending was kept. Nothing here may know where.

use std::time::Duration;

/// That the last attempt of a record's task was made in an earlier session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarlierStart(
    /// When it began by the wall clock, counted from 1970, if that is known.
    pub Option<Duration>,
);
