//! The flags of the commands that show where a run stands: `polymer status` and `polymer top`.
//!
//! It must never open anything.

use super::parse_time;
use super::paths::named_path;
use super::selecting::SELECTING;
use clap::Args;
use polymer_host_journal::selection::RecordSelection;
use std::path::PathBuf;
use std::time::Duration;

/// What `--help` of `polymer top` says behind the flags.
const TOP_HELP: &str = "\
Keys: q or Ctrl-C ends it, and the run goes on. a, m, f and s put workers into the order of age, \
memory, fuel or slot.

Every run that this user started on this machine can be watched, also one without a folder. Where \
there is no terminal, `polymer status DIR --watch` prints the same in short.

Examples:
  polymer top                  # the run that is under way; several are listed
  polymer top grades           # the run in this folder
  ssh -t host polymer top";

/// The arguments of `polymer status`.
#[derive(Debug, Args)]
#[command(after_long_help = SELECTING)]
pub struct StatusArgs {
    /// The run folder
    #[arg(value_parser = named_path())]
    pub dir: PathBuf,
    /// Print the state as JSON
    #[arg(long)]
    pub json: bool,
    /// Count only records that EXPR selects, such as meta.group=anna
    #[arg(long, value_name = "EXPR")]
    pub select: Option<RecordSelection>,
    /// Print the state again each 5 seconds, or each TIME, until the run is over
    #[arg(long, value_name = "TIME", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "5s", value_parser = parse_time)]
    pub watch: Option<Duration>,
}

/// The arguments of `polymer top`.
#[derive(Debug, Args)]
#[command(after_long_help = TOP_HELP)]
pub struct TopArgs {
    /// The run folder; default: the run of yours that is under way
    #[arg(value_parser = named_path(), conflicts_with = "pid")]
    pub dir: Option<PathBuf>,
    /// Watch the run of the polymer with this process id
    #[arg(long, value_name = "PID")]
    pub pid: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, CliCommand};
    use std::ffi::OsString;

    fn read(line: &str) -> Result<CliCommand, String> {
        let line = line.split(' ').map(OsString::from);
        Cli::read(line).map(|cli| cli.action).map_err(|no_start| no_start.text)
    }

    #[test]
    fn an_interval_stands_behind_an_equals_sign_and_a_folder_is_never_taken_for_it() {
        for (line, expected) in [
            ("polymer status d", None),
            ("polymer status --watch d", Some(Duration::from_secs(5))),
            ("polymer status --watch=250ms d", Some(Duration::from_millis(250))),
        ] {
            let Ok(CliCommand::Status(args)) = read(line) else { panic!("{line}") };
            assert_eq!((args.watch, args.dir), (expected, PathBuf::from("d")), "{line}");
        }
        assert!(read("polymer status d --watch=0s").unwrap_err().contains("above 0"));
    }

    #[test]
    fn a_run_is_named_by_its_folder_or_its_process_or_not_at_all() {
        assert!(matches!(read("polymer top"), Ok(CliCommand::Top(TopArgs { dir: None, pid: None }))));
        assert!(read("polymer top d --pid 7").is_err());
    }
}
