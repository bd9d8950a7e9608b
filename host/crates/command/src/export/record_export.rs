//! The interface of the formats: records in, one after another, text out.
//!
//! It must never know where records come from or the text goes.

use polymer_host_journal::record_view::RecordView;
use std::io;

/// Writer of one format. What comes before the first record was written when it was made.
pub(super) trait RecordExport {
    /// Writes a record: its line without the newline, and what stands in it.
    ///
    /// # Errors
    /// If it cannot be written.
    fn add(&mut self, line: &str, record: &RecordView<'_>) -> io::Result<()>;

    /// Writes what comes behind the last record, and hands on all that is held.
    ///
    /// # Errors
    /// If it cannot be written.
    fn finish(&mut self) -> io::Result<()>;
}
