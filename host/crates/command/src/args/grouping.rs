//! Flags that say what groups of tasks may have.

use super::parse_time;
use super::paths::named_path;
use super::retrying::parse_max_fail;
use clap::Args;
use polymer_host_base::quantity::parse_fuel;
use polymer_host_sched::MaxFail;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

/// Policies of groups of tasks.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Groups")]
pub struct GroupArgs {
    /// Read from FILE what each group may have: TOML with a table `default` and a table
    /// `groups.NAME` for each that differs, of weight, tasks, budget, max_fail and limits. Flags
    /// override the default
    #[arg(long, value_name = "FILE", value_parser = named_path())]
    pub groups: Option<PathBuf>,
    /// Run at most N tasks of a group at a time; what is judged counts until that is done. Default:
    /// no limit
    #[arg(long, value_name = "N", value_parser = parse_tasks)]
    pub group_tasks: Option<NonZeroU32>,
    /// Fuel budget of a group for all attempts of its tasks (such as 2G). Once it is used up, the
    /// rest of the group is canceled; default: no limit
    #[arg(long, value_name = "FUEL", value_parser = parse_fuel)]
    pub group_fuel: Option<u64>,
    /// CPU time budget of a group for all attempts of its tasks (such as 30s). Once it is used up,
    /// the rest of the group is canceled; default: no limit
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub group_cpu: Option<Duration>,
    /// Cancel the rest of a group after N of its tasks did not end ok, or when they are more than
    /// P% of them (such as 5%), as --max-fail does for the run; default: never
    #[arg(long, value_name = "N|P%", value_parser = parse_max_fail)]
    pub group_max_fail: Option<MaxFail>,
}

/// Reads how many tasks of a group may be at workers at a time.
pub(crate) fn parse_tasks(text: &str) -> Result<NonZeroU32, String> {
    let number = whole_number(text)?;
    let tasks = u32::try_from(number).ok().and_then(NonZeroU32::new);
    tasks.ok_or_else(|| format!("it is a number of tasks from 1 to {}, not {number}", u32::MAX))
}

/// Reads a number that is not negative and has no fraction.
pub(crate) fn whole_number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("`{text}` is no whole number"))
}
