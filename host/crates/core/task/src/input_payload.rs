//! Input of a task, as it came. Nothing here may know what a guest is given of it.

/// An input, in the form in which it came. The worker makes of it what the module's form and
/// encoding want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputPayload {
    /// One JSON value, checked.
    Json(Vec<u8>),
    /// One raw line, with its newline if it had one.
    Line(Vec<u8>),
    /// The content of a file or other bytes.
    Bytes(Vec<u8>),
}

impl InputPayload {
    /// The bytes as they came.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Json(bytes) | Self::Line(bytes) | Self::Bytes(bytes) => bytes,
        }
    }
}
