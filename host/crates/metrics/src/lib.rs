//! Metrics of a run for Prometheus: what is counted, how it reads as text, who answers a scrape,
//! and the file that node_exporter reads.
//!
//! The sums are those of [`polymer_host_report::Stats`]; a [`MetricsTally`] adds what those lack. A
//! [`MetricsSnapshot`] of both is put on a [`MetricsBoard`] at intervals, and whoever reads it does
//! so on another thread. So no reader can hold a run up. It must never know flags, nor show what a
//! guest or a user wrote: labels are words of ours, and their number is fixed.
#![forbid(unsafe_code)]

mod bucket_bounds;
mod classic_text;
mod exposition;
mod http_request;
mod metrics_board;
mod metrics_file;
mod metrics_snapshot;
mod metrics_tally;
mod metrics_target;
mod rendered_text;
mod scrape_connection;
mod scrape_server;

pub use classic_text::classic_text;
pub use exposition::{BuildFacts, open_metrics_text};
pub use metrics_board::MetricsBoard;
pub use metrics_file::MetricsFile;
pub use metrics_snapshot::{MetricsSnapshot, RunPhase};
pub use metrics_tally::MetricsTally;
pub use metrics_target::{MetricsTarget, NoTarget};
pub use rendered_text::RenderedText;
pub use scrape_server::{MetricsListener, serve};
