//! A line of input that is kept with what was made of it. Nothing here may know what it says.

/// A line of input that is kept beside what was made of it, its newline included if it had one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptLine {
    /// In memory.
    Held(Box<[u8]>),
    /// Elsewhere, because it is too long to be held: so many bytes, from so many on, of where its
    /// reader puts them.
    Spooled {
        /// Where it begins.
        at: u64,
        /// Its bytes.
        length: u64,
    },
}

impl KeptLine {
    /// Bytes that a line takes in memory, if there is one.
    #[must_use]
    pub fn held_bytes(line: Option<&Self>) -> usize {
        match line {
            Some(Self::Held(bytes)) => bytes.len(),
            Some(Self::Spooled { .. }) | None => 0,
        }
    }
}
