//! A row of the screen, and its colours.
//!
//! It must never know where it stands.

use crate::report::colour::{heading, progress_row};

/// A row. The screen makes it safe to show and cuts it to the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ScreenRow {
    pub(super) kind: RowKind,
    pub(super) text: String,
}

/// What a row is; only its colour depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowKind {
    /// The row of progress.
    Progress,
    /// It says what stands below it.
    Heading,
    /// Any other.
    Plain,
}

impl ScreenRow {
    /// A row of this kind.
    pub(super) fn new(kind: RowKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    /// Any row.
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::new(RowKind::Plain, text)
    }

    /// Its text with colours, or without. No colour says what the text does not.
    pub(super) fn painted(&self, is_coloured: bool) -> String {
        match self.kind {
            RowKind::Progress if is_coloured => progress_row(&self.text),
            RowKind::Heading if is_coloured => heading(&self.text),
            RowKind::Progress | RowKind::Heading | RowKind::Plain => self.text.clone(),
        }
    }
}
