//! Flags that say what is kept of a run so that it can be gone on with, and the commands that go on
//! with one.

use super::paths::named_path;
use super::selecting::SELECTING;
use crate::known_modules::ChangedModules;
use clap::Args;
use polymer_host_journal::dedup::OnDuplicateLine;
use polymer_host_journal::event_log::retention::EventRetention;
use polymer_host_journal::records::SyncPolicy;
use polymer_host_journal::selection::RecordSelection;
use polymer_host_task::Verdict;
use std::ffi::OsString;
use std::path::PathBuf;

/// What is kept of a run.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run folder and resuming")]
pub struct RecordingArgs {
    /// Keep the run in the run folder DIR: records in results.jsonl, lines of failed tasks in
    /// failed.jsonl, events in events.jsonl. `polymer resume DIR` resumes it, however it ended
    #[arg(long, value_name = "DIR", conflicts_with = "output", value_parser = named_path())]
    pub run_dir: Option<PathBuf>,
    /// Resume the run in --run-dir, if there is one; tasks that have a record are skipped
    #[arg(long, requires = "run_dir")]
    pub resume: bool,
    /// Resume a run even if its limits, grants or modules have changed; tasks that have a record
    /// keep it
    #[arg(long)]
    pub force: bool,
    /// Resume a run even if modules were rebuilt. Tasks that have a record keep it (keep), or tasks
    /// of a changed module are run again and each new record replaces the old one (rerun)
    #[arg(long, value_name = "keep|rerun", value_parser = parse_module_changed)]
    pub module_changed: Option<ChangedModules>,
    /// Sync the run folder to disk, so that it survives a power cut: with each batch of records and
    /// before attempts are sent (batch), with each record (every), or when the system does it
    /// (none)
    #[arg(long, value_name = "batch|every|none", default_value = "batch", value_parser = parse_sync)]
    pub sync: SyncPolicy,
    /// Events to keep in the run folder: all; those that say what became of each attempt
    /// (attempts); or no more than resuming the run needs, so that the file stays small (none)
    #[arg(long, value_name = "none|attempts|all", default_value = "all", value_parser = parse_retention)]
    pub keep_events: EventRetention,
    /// Skip lines that have a record in FILE, written by an earlier run; may be given several
    /// times. FILE may be that of -o only with --append. Records with the verdict canceled do not
    /// count, nor do records of lines that have changed since
    #[arg(long, value_name = "FILE", conflicts_with = "run_dir", value_parser = named_path())]
    pub skip_done: Vec<PathBuf>,
    /// Handling of duplicates: lines that are the same task as an earlier line, by id or path if
    /// they have one, else by all their content. Run them (run), skip them (first), or record them
    /// as bad_input (error). first and error use about 50 bytes of memory per line
    #[arg(long, value_name = "run|first|error", default_value = "run", value_parser = parse_on_duplicate)]
    pub on_duplicate: OnDuplicateLine,
    /// Exit with CODE, from 1 to 255, if a signal or --global-timeout stopped the run, in place of
    /// 106 or 128 + N: its --run-dir can be resumed. 75 tells a scheduler to run it again
    #[arg(long, value_name = "CODE", value_parser = clap::value_parser!(u8).range(1..))]
    pub stopped_exit: Option<u8>,
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
    /// The run folder
    #[arg(value_parser = named_path())]
    pub dir: PathBuf,
    /// Flags of `polymer run` to change from here on, after DIR, such as -j 4 or --log-level info.
    /// Other limits or grants need --force; a rebuilt module needs --module-changed rerun or keep
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "FLAGS")]
    pub flags: Vec<OsString>,
}

/// The arguments of `polymer rerun`.
#[derive(Debug, Args)]
#[command(after_long_help = SELECTING)]
pub struct RerunArgs {
    /// The run folder
    #[arg(value_parser = named_path())]
    pub dir: PathBuf,
    /// Rerun only tasks with these verdicts, separated by commas; default: all tasks that did not
    /// end ok. Lines of tasks that ended ok are looked up in the input, which must be given again
    /// if it came from a pipe. Their records stay until the new ones are written
    #[arg(long, value_name = "VERDICT,...", value_delimiter = ',', value_parser = parse_verdict)]
    pub verdict: Vec<Verdict>,
    /// Rerun only the task with this id, however it ended; may be given several times
    #[arg(long, value_name = "ID")]
    pub id: Vec<String>,
    /// Rerun only tasks whose records EXPR selects, however they ended, such as 'meta.week=3 and
    /// verdict!=ok'. With --verdict or --id, a task must be meant by each of them
    #[arg(long, value_name = "EXPR")]
    pub select: Option<RecordSelection>,
    /// Flags of `polymer run` to change for this rerun, after DIR, such as --timeout 5m
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "FLAGS")]
    pub flags: Vec<OsString>,
}

fn parse_sync(text: &str) -> Result<SyncPolicy, &'static str> {
    SyncPolicy::named(text).ok_or("use batch, every or none")
}

fn parse_retention(text: &str) -> Result<EventRetention, &'static str> {
    EventRetention::named(text).ok_or("use none, attempts or all")
}

fn parse_on_duplicate(text: &str) -> Result<OnDuplicateLine, &'static str> {
    OnDuplicateLine::named(text).ok_or("use run, first or error")
}

fn parse_module_changed(text: &str) -> Result<ChangedModules, &'static str> {
    match text {
        "keep" => Ok(ChangedModules::Keep),
        "rerun" => Ok(ChangedModules::Rerun),
        _ => Err("use keep or rerun"),
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
        format!("use one of {}", names.join(", "))
    })
}
