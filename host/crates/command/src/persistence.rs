//! Storage of a run: its records in a file or in a folder of its own, and what that means for the
//! lines that are read.
//!
//! It must never know how a run goes.

use super::args::{LoggedTasks, PartitionFlag, RunArgs};
use super::client::TeeStore;
use super::error::CliError;
use super::exit::CommandExit;
use super::file_conflicts::FileRole;
use super::files::CommandFiles;
use super::input_reader::InputFeed;
use super::input_source::FirstReading;
use super::known_modules::KnownModules;
use super::open_run_dir::{self, OpenedRunDir, RunDirOpening};
use super::pump::{LineExtras, RerunLines};
use super::run_dir_session::{RunDirSession, RunDirStart};
use super::stderr::{note, say};
use crate::report::FinishedReport;
use crate::report::on_terminal::OnTerminal;
use polymer_host_base::sanitize::name;
use polymer_host_config::RunSettings;
use polymer_host_event::RunOutcome;
use polymer_host_journal::dedup::{DedupFilter, MissingRecords, PassedCounts};
use polymer_host_journal::output::log_dir::LogDirStore;
use polymer_host_journal::output::output_dir::{OutputDir, OutputDirError, OutputDirStore};
use polymer_host_journal::output::results::{PlainStore, RecordStore, WantedLogs};
use polymer_host_journal::partition_filter::{OtherLines, PartitionFilter};
use polymer_host_journal::records::SyncPolicy;
use polymer_host_run::RunPlan;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Where records go, and what is done with lines for the sake of that.
pub(super) struct RecordDestination {
    /// The folder, if the run has one.
    pub(super) recorded: Option<RunDirSession>,
    pub(super) store: Box<dyn RecordStore>,
    pub(super) beside: LineExtras,
    /// Modules as they were in an earlier part of the run.
    pub(super) known: KnownModules,
    /// True if the input is read.
    pub(super) reads_input: bool,
    /// Lines that are passed over.
    pub(super) passed: PassedLines,
}

/// Counts of lines that are passed over, if some may be.
#[derive(Debug, Default)]
pub(super) struct PassedLines {
    /// Those that a record or an equal line stands for.
    done: Option<Arc<PassedCounts>>,
    /// Those that are other partitions'.
    others: Option<OtherLines>,
}

/// Opens what records go to.
pub(super) fn kept(
    start: RunDirStart,
    args: &RunArgs,
    settings: &RunSettings,
    feed: &InputFeed,
    plan: &RunPlan,
    files: &mut CommandFiles,
) -> Result<RecordDestination, CliError> {
    let goes_on = start != RunDirStart::New || args.output.append;
    let mut kept = match &args.recording.run_dir {
        None => without_folder(args, files)?,
        Some(path) => {
            let module = match feed {
                InputFeed::Module { file, .. } => Some(file),
                InputFeed::Records(_) => None,
            };
            in_folder(RunDirOpening { path, args, settings, start, module, plan }, files)?
        }
    };
    if let Some(partition) = args.input.partition.and_then(PartitionFlag::given) {
        let filter = PartitionFilter::new(partition);
        kept.passed.others = Some(filter.others());
        if let Some(recorded) = &mut kept.recorded {
            recorded.others = Some(filter.others());
        }
        kept.beside.partition = Some(filter);
    }
    // Last: no other file of the run may stand in these folders.
    kept.store = beside_outputs(kept.store, args, goes_on, files)?;
    kept.store = beside_logs(kept.store, args, goes_on, files)?;
    Ok(kept)
}

fn in_folder(opening: RunDirOpening<'_>, files: &mut CommandFiles) -> Result<RecordDestination, CliError> {
    let serves_client = opening.args.client.client;
    let opened = opening.open(files, &mut tell)?;
    let OpenedRunDir { recorded, store, sieve, spool, passed, known, again, reads_input } = opened;
    let again = again.map(|again| Box::new(again.taken()) as RerunLines);
    let store: Box<dyn RecordStore> = if serves_client {
        let client = Box::new(PlainStore(files.inherited(io::stdout(), FileRole::Stdout)?));
        Box::new(TeeStore { folder: store, client })
    } else {
        store
    };
    let beside = LineExtras {
        sieve: Some(Box::new(sieve)),
        spool: Some(spool),
        again,
        replaced: Vec::new(),
        ..LineExtras::default()
    };
    Ok(RecordDestination {
        recorded: Some(recorded),
        store,
        beside,
        known,
        reads_input,
        passed: PassedLines { done: Some(passed), others: None },
    })
}

/// The same store, with outputs in files of their own if that is asked for.
fn beside_outputs(
    records: Box<dyn RecordStore>,
    args: &RunArgs,
    goes_on: bool,
    files: &mut CommandFiles,
) -> Result<Box<dyn RecordStore>, CliError> {
    let Some(path) = &args.output.output_dir else { return Ok(records) };
    let flag = "--output-dir";
    // Before it is made.
    files.check_folder(flag, path)?;
    let syncs = args.recording.run_dir.is_some() && args.recording.sync != SyncPolicy::None;
    let outputs = OutputDir::open(path, goes_on, syncs)?;
    files.whole_folder(flag, path)?;
    Ok(Box::new(OutputDirStore { records, outputs }))
}

/// The same store, with what tasks log in files of their own if that is asked for.
fn beside_logs(
    records: Box<dyn RecordStore>,
    args: &RunArgs,
    goes_on: bool,
    files: &mut CommandFiles,
) -> Result<Box<dyn RecordStore>, CliError> {
    let Some(path) = &args.log.log_dir else { return Ok(records) };
    let flag = "--log-dir";
    files.check_folder(flag, path)?;
    // It may be another folder of the run, which is locked.
    let is_there = path.is_dir();
    if is_there {
        files.whole_folder(flag, path)?;
    }
    // Logs stand in the records too, so they need not outlive the end of the machine.
    let logs = OutputDir::open(path, goes_on, false)?;
    if !is_there {
        files.whole_folder(flag, path)?;
    }
    let wanted = match args.log.log_dir_tasks {
        LoggedTasks::All => WantedLogs::All,
        LoggedTasks::Failed => WantedLogs::OfFailed,
    };
    let shown = name(&path.display().to_string()).into_owned();
    let tell = move |error: &OutputDirError| {
        say(&format!("warn: logs cannot be written to {shown}, so files are missing: {error}\n"));
    };
    Ok(Box::new(LogDirStore::new(records, logs, wanted, Box::new(tell))))
}

fn without_folder(args: &RunArgs, files: &mut CommandFiles) -> Result<RecordDestination, CliError> {
    // Before the output is opened: it may be the very file whose records are passed over.
    let (sieve, ends) = open_run_dir::sieve_of_file(args, files, &mut tell)?;
    let output = match args.output() {
        Some(path) => files.open_output(path, &ends, &mut tell)?,
        None => files.inherited(io::stdout(), FileRole::Stdout)?,
    };
    let store: Box<dyn RecordStore> = if output.is_terminal() {
        Box::new(OnTerminal::new(output.clone()))
    } else {
        Box::new(PlainStore(output.clone()))
    };
    let passed = sieve.as_ref().map(MissingRecords::passed);
    let sieve = sieve.map(|sieve| Box::new(sieve) as Box<dyn DedupFilter + Send>);
    let beside = LineExtras { sieve, replaced: vec![output], ..LineExtras::default() };
    Ok(RecordDestination {
        recorded: None,
        store,
        beside,
        known: KnownModules::default(),
        reads_input: true,
        passed: PassedLines { done: passed, others: None },
    })
}

impl RecordDestination {
    /// Takes away again what was made for a run that comes to nothing before it began.
    pub(super) fn abandon(self) {
        if let Some(recorded) = self.recorded.filter(RunDirSession::is_new_and_empty) {
            recorded.discard();
        }
    }
}

/// Says what had to be mended, and what is run again.
fn tell(what: String) {
    if what.starts_with("warn: ") { say(&what) } else { note(&what) }
}

/// Says how many lines were not run because others stand for them, and how many were though they
/// have a record.
fn tell_done(passed: &PassedCounts, skipped: &[PathBuf], is_over: bool) {
    let (done, duplicates) = (passed.done(), passed.duplicates());
    let parts = [
        (done > 0).then(|| format!("{done} that had a record")),
        (duplicates > 0).then(|| format!("{duplicates} equal to an earlier one")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if !parts.is_empty() {
        note(&format!("lines passed over: {}\n", parts.join(", ")));
    }
    let changed = passed.changed();
    if changed > 0 {
        note(&format!("lines run again because they changed: {changed}\n"));
    }
    let judged_anew = passed.judged_anew();
    if judged_anew > 0 {
        note(&format!("lines judged anew: {judged_anew} (only what is expected of them changed)\n"));
    }
    if is_over && !skipped.is_empty() && done + changed == 0 {
        let files = skipped.iter().map(|path| name(&path.display().to_string()).into_owned());
        let files = files.collect::<Vec<_>>().join(", ");
        say(&format!(
            "warn: --skip-done passed over nothing: no line of the input has a record in {files}\n"
        ));
    }
    let wanted = passed.wanted();
    if is_over && wanted > 0 {
        let what = if wanted == 1 { "1 record".to_owned() } else { format!("{wanted} records") };
        say(&format!("warn: {what} kept and not made again: the lines did not appear in the input\n"));
    }
}

impl PassedLines {
    /// Says how many lines were not run. `skipped` are the files whose records were passed over;
    /// `is_over` says that there are no more lines.
    pub(super) fn tell(&self, skipped: &[PathBuf], is_over: bool) {
        if let Some(passed) = &self.done {
            tell_done(passed, skipped, is_over);
        }
        // A rerun may not have read the input.
        if let Some(others) = self.others.as_ref().map(OtherLines::count).filter(|others| *others > 0) {
            note(&format!("lines of other partitions: {others}\n"));
        }
    }
}

/// Closes the folder of a run, if it has one, and says whether every line of it has a record now.
/// `outcome` is missing if the run came to nothing; `goes_on` says whether there is still time to
/// put records into order.
pub(super) fn close(
    recorded: Option<RunDirSession>,
    outcome: Option<&RunOutcome>,
    finished: &FinishedReport,
    reading: Option<Arc<Mutex<FirstReading>>>,
    failure: Option<&CliError>,
    goes_on: impl Fn() -> bool,
) -> Result<bool, CliError> {
    let complete = outcome.is_some_and(|outcome| outcome.complete);
    let Some(recorded) = recorded else { return Ok(complete) };
    // What the machine lacked is there another time: then the run goes on with what its folder
    // says.
    let came_to_nothing =
        |error: &CliError| error.exit() == CommandExit::Setup && !matches!(error, CliError::Exhausted(_));
    if failure.is_some_and(came_to_nothing) && recorded.is_new_and_empty() {
        recorded.discard();
        return Ok(false);
    }
    // Not even its loop could be started.
    if outcome.is_none() && failure.is_none() && recorded.dir.is_unused() {
        return Ok(false);
    }
    let read = reading.and_then(|reading| reading.lock().unwrap_or_else(PoisonError::into_inner).whole());
    let outcome = outcome.filter(|_| finished.sink_result.is_ok());
    recorded.close(outcome, &finished.stats, read, goes_on)
}
