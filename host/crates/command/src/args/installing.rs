//! Arguments of the commands for whoever installs polymer: completions and manual pages.
//!
//! It must never write anything.

use super::paths::named_path;
use clap::Args;
use clap_complete::Shell;
use std::path::PathBuf;

/// The arguments of `polymer completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Shell that runs the script
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// The arguments of `polymer man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Directory for the pages, which must exist: polymer.1, and polymer-COMMAND.1 for each command
    #[arg(value_name = "DIR", value_parser = named_path())]
    pub dir: PathBuf,
}
