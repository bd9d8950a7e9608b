//! `polymer schema`: the JSON Schemas of the files that Polymer writes, and of those that it reads.
//! All of them are named here, and nowhere else but in tests.
//!
//! It must never know how such a file is read: a schema is for others.

use super::error::CliError;
use super::exit::CommandExit;
use super::show;
use std::fmt::Write as _;
use std::io;

/// One of the schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum NamedSchema {
    /// A record.
    Record,
    /// A line of `events.jsonl`.
    Events,
    /// A line of the log, as JSON.
    Log,
    /// `run.json`.
    Run,
    /// `summary.json`.
    Summary,
    /// A case of `polymer test`.
    Cases,
    /// The table of `polymer judge`.
    Scores,
    /// `polymer.toml`.
    Config,
}

impl NamedSchema {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Record,
        Self::Events,
        Self::Log,
        Self::Run,
        Self::Summary,
        Self::Cases,
        Self::Scores,
        Self::Config,
    ];

    /// Returns the name on the command line and in the name of its file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Events => "events",
            Self::Log => "log",
            Self::Run => "run",
            Self::Summary => "summary",
            Self::Cases => "cases",
            Self::Scores => "scores",
            Self::Config => "config",
        }
    }

    /// Returns a line on what it is the schema of.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Record => "a record: a line of what `polymer run` prints, and of results.jsonl",
            Self::Events => "a line of events.jsonl, in the folder of a run",
            Self::Log => "a line of the log with --log-format json",
            Self::Run => "run.json, in the folder of a run",
            Self::Summary => "summary.json, in the folder of a run",
            Self::Cases => "a case: a line of what `polymer test` reads",
            Self::Scores => "the table of `polymer judge --format json`",
            Self::Config => "polymer.toml, and your own config.toml",
        }
    }

    /// The schema itself.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Record => include_str!("../schema/record.schema.json"),
            Self::Events => include_str!("../schema/events.schema.json"),
            Self::Log => include_str!("../schema/log.schema.json"),
            Self::Run => include_str!("../schema/run.schema.json"),
            Self::Summary => include_str!("../schema/summary.schema.json"),
            Self::Cases => include_str!("../schema/cases.schema.json"),
            Self::Scores => include_str!("../schema/scores.schema.json"),
            Self::Config => include_str!("../schema/config.schema.json"),
        }
    }
}

/// Prints a schema, or which there are.
pub(super) fn schema(name: Option<NamedSchema>) -> Result<CommandExit, CliError> {
    let text = name.map_or_else(list, |schema| schema.text().to_owned());
    Ok(if show(io::stdout(), &text) { CommandExit::Ok } else { CommandExit::Output })
}

/// Every name and what it stands for, a line each.
fn list() -> String {
    NamedSchema::ALL.into_iter().fold(String::new(), |mut text, schema| {
        // A write to a string cannot fail.
        let _ = writeln!(text, "{:<8} {}", schema.name(), schema.about());
        text
    })
}

#[cfg(test)]
pub(super) mod tests;
