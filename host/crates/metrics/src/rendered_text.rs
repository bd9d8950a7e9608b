//! The text of the newest figures, made once for each snapshot however many ask.

use crate::classic_text::classic_text;
use crate::exposition::{BuildFacts, open_metrics_text};
use crate::metrics_board::MetricsBoard;
use crate::metrics_snapshot::MetricsSnapshot;
use std::fmt;
use std::sync::Arc;

/// Format of metrics as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextFormat {
    /// OpenMetrics 1.0.
    Open,
    /// The older one of Prometheus, version 0.0.4.
    Classic,
}

/// The newest figures as text.
#[derive(Debug)]
pub struct RenderedText {
    board: MetricsBoard,
    build: BuildFacts,
    of: Option<Arc<MetricsSnapshot>>,
    open: String,
    classic: String,
}

impl RenderedText {
    /// Of what hangs on this board, by this program.
    #[must_use]
    pub fn new(board: MetricsBoard, build: BuildFacts) -> Self {
        Self { board, build, of: None, open: String::new(), classic: String::new() }
    }

    /// The text in the older format of Prometheus, as files have it.
    ///
    /// # Errors
    /// If figures cannot be put into words.
    pub fn classic(&mut self) -> Result<&str, fmt::Error> {
        self.text(TextFormat::Classic)
    }

    /// The text in a format.
    ///
    /// # Errors
    /// If figures cannot be put into words.
    pub(crate) fn text(&mut self, format: TextFormat) -> Result<&str, fmt::Error> {
        let latest = self.board.latest();
        if !self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, &latest)) {
            self.open = open_metrics_text(&latest, self.build)?;
            self.classic = classic_text(&self.open);
            self.of = Some(latest);
        }
        Ok(match format {
            TextFormat::Open => &self.open,
            TextFormat::Classic => &self.classic,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_anew_for_newer_figures() {
        let board = MetricsBoard::default();
        let mut text = RenderedText::new(board.clone(), BuildFacts { version: "1", commit: "c" });
        assert!(text.classic().unwrap().contains("\npolymer_queue_tasks 0"));
        board.publish(MetricsSnapshot { waiting: 3, ..MetricsSnapshot::default() });
        assert!(text.classic().unwrap().contains("\npolymer_queue_tasks 3"));
        assert!(text.text(TextFormat::Open).unwrap().ends_with("\n# EOF\n"));
    }
}
