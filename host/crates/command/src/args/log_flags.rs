//! The flags about what is said to people, how much of it, where and in which colours.

use super::client::DescriptorFlag;
use super::parse_time;
use super::paths::{NO_STREAM, named_path};
use crate::report::progress::LineInterval;
use clap::{Args, ValueEnum};
use polymer_host_base::quantity::QuantityError;
use polymer_host_journal::span_log::SpanSampling;
use std::path::PathBuf;
use std::str::FromStr;

/// What is said on the way.
#[derive(Debug, Args)]
#[command(next_help_heading = "Log")]
pub struct LogArgs {
    /// Print nothing on standard error unless something failed; then print failures, requests that
    /// were not carried out, and the summary
    #[arg(short, long)]
    pub quiet: bool,
    /// Show progress on standard error: auto (a bar on a terminal, else lines at intervals), bar
    /// (rows at the foot of the terminal), counter (lines at intervals) or none
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = ShowProgress::Auto, hide_possible_values = true)]
    pub show_progress: ShowProgress,
    /// Interval between lines of progress on standard error, where no bar shows it; auto: growing
    /// from 10s to 5m
    #[arg(long, value_name = "TIME", default_value = "auto", value_parser = parse_interval)]
    pub log_interval: LineInterval,
    /// Write the log to FILE; default: standard error
    #[arg(long, value_name = "FILE", value_parser = named_path())]
    pub log_file: Option<PathBuf>,
    /// Format of the log: text or json (an object a line: see `polymer schema log`). With json all
    /// that is printed on standard error is JSON, unless --log-file takes the log
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text, hide_possible_values = true)]
    pub log_format: LogFormat,
    /// Write what each task logs to a file of its own in the directory DIR, named after the task's
    /// id: the lines of its last attempt, as far as --log-limit keeps them. A task that logs
    /// nothing has no file. DIR is created if it is missing, and must be empty unless the run
    /// resumes or appends. No file in it is ever replaced: a second log of the same id gets ~2
    #[arg(long, value_name = "DIR", value_parser = named_path())]
    pub log_dir: Option<PathBuf>,
    /// Tasks whose logs go to --log-dir: all, or failed (those that did not end ok)
    #[arg(long, value_name = "all|failed", value_enum, default_value_t = LoggedTasks::All, hide_possible_values = true)]
    pub log_dir_tasks: LoggedTasks,
    /// Write what happens in the run, one event a line, as JSON, to FILE or to descriptor N
    #[arg(long, value_name = "fd:N|FILE")]
    pub events: Option<EventsFlag>,
    /// Write spans of tasks to FILE, as lines of OTLP in JSON that an OpenTelemetry collector reads
    #[arg(long, value_name = "FILE", value_parser = named_path())]
    pub traces: Option<PathBuf>,
    /// Tasks that have spans in --traces, separated by commas: failed, slow (for over a second and
    /// four times the median), P% of all. Those whose traceparent is sampled have them in any case
    #[arg(long, value_name = "WHICH,...", default_value = "failed,slow,1%")]
    pub traces_sample: SpanSampling,
    /// Log level: off, error, info or debug
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = LogLevelFlag::Error, hide_possible_values = true)]
    pub log_level: LogLevelFlag,
    /// When to show the log of a task that ended ok: never, immediate (as the task ends) or final
    /// (at the end of the run)
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = WhenToShowLog::Never, hide_possible_values = true)]
    pub success_output: WhenToShowLog,
    /// How to show tasks that did not end ok: grouped (the first of each cause, then their
    /// number), immediate (each as it ends), final (their logs at the end of the run) or never (no
    /// logs)
    #[arg(long, value_name = "HOW", value_enum, default_value_t = FailureOutput::Grouped, hide_possible_values = true)]
    pub failure_output: FailureOutput,
}

/// Which progress of a run is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ShowProgress {
    /// A bar on a terminal, elsewhere lines at intervals
    #[default]
    Auto,
    /// Rows at the foot of the terminal
    Bar,
    /// Lines at intervals, on a terminal too
    Counter,
    /// Nothing
    None,
}

/// The interval that `text` says.
fn parse_interval(text: &str) -> Result<LineInterval, QuantityError> {
    match text {
        "auto" => Ok(LineInterval::Growing),
        time => parse_time(time).map(LineInterval::Fixed),
    }
}

/// Where events are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventsFlag {
    /// To a descriptor that this process was started with.
    Descriptor(DescriptorFlag),
    /// To the file at a path.
    File(PathBuf),
}

impl LogArgs {
    /// Returns whether all that is printed on standard error is JSON.
    #[must_use]
    pub fn speaks_json(&self) -> bool {
        self.log_format == LogFormat::Json && self.log_file.is_none()
    }
}

impl FromStr for EventsFlag {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            _ if text.starts_with("fd:") => text.parse().map(Self::Descriptor),
            "" => Err("write fd: and the number of an open descriptor, or the path of a file"),
            "-" => Err(NO_STREAM),
            _ => Ok(Self::File(PathBuf::from(text))),
        }
    }
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

/// Form of the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people
    #[default]
    Text,
    /// An object a line
    Json,
}

/// Tasks whose logs have files of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LoggedTasks {
    /// Each that logs anything
    #[default]
    All,
    /// Those of them that did not end ok
    Failed,
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

/// How tasks that did not end ok are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailureOutput {
    /// The first of each cause with their logs, then their number
    Grouped,
    /// Each with its log, as it ends
    Immediate,
    /// Their logs at the end of the run
    Final,
    /// Without their logs
    Never,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_go_to_a_descriptor_or_a_file() {
        assert_eq!("fd:3".parse(), Ok(EventsFlag::Descriptor(DescriptorFlag(3))));
        for path in ["events.jsonl", "./fd:3", "./-", "3"] {
            assert_eq!(path.parse(), Ok(EventsFlag::File(path.into())));
        }
        for text in ["", "-", "fd:", "fd:1", "fd:x"] {
            assert!(text.parse::<EventsFlag>().is_err(), "{text}");
        }
    }
}
