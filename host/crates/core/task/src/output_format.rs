//! Output format: the form in records of bytes that guests give.

/// Output format of bytes: a command's stdout, the result of a raw task, and a list of bytes that a
/// function gives. Tasks that declare JSON or MessagePack give values, which are JSON in records
/// whatever the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// As a JSON string, without the final newline; as base64 where they are no UTF-8.
    Text,
    /// As the JSON value that they are; other bytes are `bad_output`.
    Json,
    /// As base64, whatever they are, so that all records of a run have one shape.
    Base64,
}

impl OutputFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Text, Self::Json, Self::Base64];

    /// The word for it: `text`, `json` or `base64`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Base64 => "base64",
        }
    }

    /// The one of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}
