//! Flags by which other programs watch a run.

use crate::fail_rate::FailRateRule;
use clap::Args;
use polymer_host_metrics::MetricsTarget;

/// What watches a run.
#[derive(Debug, Args)]
#[command(next_help_heading = "Monitoring")]
pub struct MonitoringArgs {
    /// Give metrics for Prometheus: serve them at http://ADDR/metrics (127.0.0.1:9100) or at a Unix
    /// socket, or write them to FILE.prom every 5 s, for the textfile collector of node_exporter
    #[arg(long, value_name = "ADDR|unix:PATH|FILE.prom")]
    pub metrics: Option<MetricsTarget>,
    /// Run CMD once, by `sh -c`, when more than P% of the tasks did not end ok, 100 of them at
    /// least being over: '5% ./call-me.sh'. POLYMER_ALERT_FAILED, POLYMER_ALERT_TASKS and
    /// POLYMER_ALERT_RUN_DIR tell it more
    #[arg(long, value_name = "P% CMD")]
    pub on_fail_rate: Option<FailRateRule>,
}
