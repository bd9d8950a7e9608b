//! x

use crate::task::Key;
use std::collections::HashMap;

/// How often attempts at a task were under way when their supervisor was lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Interrupted {
    /// How often.
    pub times: u32,
    /// How many of these ran alone in their worker.
    pub alone: u32,
}

/// Interruptions by key.
pub type Interruptions = HashMap<Key, Interrupted>;
