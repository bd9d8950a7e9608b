//! The arguments of `polymer merge`.
//!
//! It must never open anything.

use super::paths::named_path;
use clap::Args;
use std::path::PathBuf;

/// What `--help` says behind the arguments.
const EXAMPLES: &str = "\
Examples:
  Make one run of the partitions of an array, then look at it:
    polymer merge grades grades-*
    polymer status grades

  Add a partition that was late:
    polymer merge grades grades-17

The folders must be of partitions of one run (--partition hash:K/N): the same modules, limits, \
grants, settings and input. A partition that is not finished is left out and named, and can be merged \
later. Of two folders of one partition the first counts. Folders are only read.

Exit codes: 0 every partition is there and every task ended ok, 100 some did not, 106 partitions are \
missing, 96 the folders are no parts of one run, or one is damaged, 110 the merged run could not be \
written.";

/// The arguments of `polymer merge`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct MergeArgs {
    /// The folder of the merged run: a new one, or one that has some of the partitions
    #[arg(value_parser = named_path())]
    pub out: PathBuf,
    /// Run folders of partitions
    #[arg(required = true, value_name = "DIR", value_parser = named_path())]
    pub dirs: Vec<PathBuf>,
}
