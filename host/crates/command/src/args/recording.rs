//! Flags that say what is kept of a run so that it can be gone on with, and the commands that go on
//! with one.

use super::paths::named_path;
use crate::known_modules::ChangedModules;
use clap::Args;
use polymer_host_journal::dedup::OnDuplicateLine;
use polymer_host_journal::records::SyncPolicy;
use polymer_host_task::Verdict;
use std::ffi::OsString;
use std::path::PathBuf;

/// What is kept of a run.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run folder and resuming")]
pub struct RecordingArgs {
    /// Keep the run in DIR: records in results.jsonl, the lines of what failed in failed.jsonl,
    /// what happened in events.jsonl; however the run ends, `polymer resume DIR` goes on with it
    #[arg(long, value_name = "DIR", conflicts_with = "output", value_parser = named_path())]
    pub run_dir: Option<PathBuf>,
    /// Go on with the run in --run-dir, if there is one there: what has a record is not run again
    #[arg(long, requires = "run_dir")]
    pub resume: bool,
    /// Go on with a run although its limits, grants or modules are others now; what has a record
    /// keeps it
    #[arg(long)]
    pub force: bool,
    /// Go on with a run although modules were built anew: what has a record keeps it (keep), or
    /// what a changed module ran is run again, and each new record takes the place of the old one
    /// (rerun)
    #[arg(long, value_name = "keep|rerun", value_parser = parse_module_changed)]
    pub module_changed: Option<ChangedModules>,
    /// When what is written to the run folder is safe from a power cut: with each batch of records
    /// and before attempts are sent (batch), with each record (every), when the system finds time
    /// (none)
    #[arg(long, value_name = "batch|every|none", default_value = "batch", value_parser = parse_sync)]
    pub sync: SyncPolicy,
    /// Pass over lines that have a record in FILE, which an earlier run wrote (the FILE of -o only
    /// with --append; may be given for several); records that say canceled do not count, nor do
    /// those of lines that have changed since
    #[arg(long, value_name = "FILE", conflicts_with = "run_dir", value_parser = named_path())]
    pub skip_done: Vec<PathBuf>,
    /// What becomes of a line that is the same task as an earlier one, by its id or path if it has
    /// one, else by all it says: it is run, it is passed over (first), or its record is bad_input
    /// (error); the last two cost some 50 bytes of memory a line
    #[arg(long, value_name = "run|first|error", default_value = "run", value_parser = parse_on_duplicate)]
    pub on_duplicate: OnDuplicateLine,
}

impl RecordingArgs {
    /// What becomes of the run if a module is another one now.
    #[must_use]
    pub fn changed_modules(&self) -> ChangedModules {
        let usual = if self.force { ChangedModules::Keep } else { ChangedModules::Refuse };
        self.module_changed.unwrap_or(usual)
    }
}

/// The arguments of `polymer resume`.
#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// The folder of the run
    #[arg(value_parser = named_path())]
    pub dir: PathBuf,
    /// Flags of `polymer run` that are to be others from here on, behind DIR, such as -j 4 or
    /// --log-level info; other limits or grants need --force, a module that was built anew
    /// --module-changed rerun or keep
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "FLAGS")]
    pub flags: Vec<OsString>,
}

/// The arguments of `polymer rerun`.
#[derive(Debug, Args)]
pub struct RerunArgs {
    /// The folder of the run
    #[arg(value_parser = named_path())]
    pub dir: PathBuf,
    /// Only what ended so: verdicts with commas between; default: all that did not end ok. Lines of
    /// what ended ok are looked for in the input, which has to be given again if it came out of a
    /// pipe; their records stand until the new ones are there
    #[arg(long, value_name = "VERDICT,...", value_delimiter = ',', value_parser = parse_verdict)]
    pub verdict: Vec<Verdict>,
    /// Only the task with this id, however it ended (may be given for several)
    #[arg(long, value_name = "ID")]
    pub id: Vec<String>,
    /// Flags of `polymer run` that are to be others this time, behind DIR, such as --timeout 5m
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "FLAGS")]
    pub flags: Vec<OsString>,
}

/// The arguments of `polymer status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The folder of the run
    #[arg(value_parser = named_path())]
    pub dir: PathBuf,
    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

fn parse_sync(text: &str) -> Result<SyncPolicy, &'static str> {
    SyncPolicy::named(text).ok_or("it is batch, every or none")
}

fn parse_on_duplicate(text: &str) -> Result<OnDuplicateLine, &'static str> {
    OnDuplicateLine::named(text).ok_or("it is run, first or error")
}

fn parse_module_changed(text: &str) -> Result<ChangedModules, &'static str> {
    match text {
        "keep" => Ok(ChangedModules::Keep),
        "rerun" => Ok(ChangedModules::Rerun),
        _ => Err("it is keep or rerun"),
    }
}

/// A verdict.
///
/// # Errors
/// If it is none, in words.
pub fn parse_verdict(text: &str) -> Result<Verdict, String> {
    let found = Verdict::ALL.into_iter().find(|verdict| verdict.name() == text);
    found.ok_or_else(|| {
        let names: Vec<_> = Verdict::ALL.into_iter().map(Verdict::name).collect();
        format!("it is one of {}", names.join(", "))
    })
}
