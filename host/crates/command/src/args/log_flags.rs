//! The flags about what is said to people, how much of it, where and in which colours.

use super::parse_time;
use super::paths::named_path;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// What is said on the way.
#[derive(Debug, Args)]
#[command(next_help_heading = "Log")]
pub struct LogArgs {
    /// Print nothing on standard error unless something failed; then print failures, requests that
    /// were not carried out, and the summary
    #[arg(short, long)]
    pub quiet: bool,
    /// Interval between summaries of the run on standard error
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = parse_time)]
    pub log_interval: Duration,
    /// Write the log to FILE; default: standard error
    #[arg(long, value_name = "FILE", value_parser = named_path())]
    pub log_file: Option<PathBuf>,
    /// Log level: off, error, info or debug
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = LogLevelFlag::Error, hide_possible_values = true)]
    pub log_level: LogLevelFlag,
    /// When to show the log of a task that ended ok: never, immediate (as the task ends) or final
    /// (at the end of the run)
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = WhenToShowLog::Never, hide_possible_values = true)]
    pub success_output: WhenToShowLog,
    /// When to show the log of a task that did not end ok: never, immediate (as the task ends) or
    /// final (at the end of the run)
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = WhenToShowLog::Immediate, hide_possible_values = true)]
    pub failure_output: WhenToShowLog,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum LogLevelFlag {
    /// Nothing
    Off,
    /// What failed
    Error,
    /// What happened
    Info,
    /// Everything
    Debug,
}

/// When what is said to people has colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum WhenToColour {
    /// On a terminal, unless the environment says otherwise
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl WhenToColour {
    /// The one of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::from_str(name, false).ok()
    }
}

/// When a task's own log is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WhenToShowLog {
    /// Not at all
    Never,
    /// As the task ends
    Immediate,
    /// At the end of the run
    Final,
}
