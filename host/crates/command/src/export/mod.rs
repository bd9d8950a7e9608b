//! `polymer export`: the records of a run in a form that other tools read, also while it goes on or
//! after it was lost.
//!
//! Here a folder is read and an output opened; each format is a file of this folder and pure over a
//! record and a writer. It must never write to the run's folder.

mod attempt_time;
pub mod format;
mod joblog;
mod json_array;
mod record_export;
mod table;
mod terminal_text;
mod trace;

use super::args::ExportArgs;
use super::error::CliError;
use super::exit::CommandExit;
use super::files::{CommandFiles, STANDARD_OUTPUT};
use super::open_run_dir::{naming, own};
use attempt_time::since_1970;
use format::ExportFormat;
use joblog::JoblogExport;
use json_array::JsonArrayExport;
use polymer_host_journal::dir;
use polymer_host_journal::manifest::RunManifest;
use polymer_host_journal::record_view::RecordView;
use polymer_host_journal::standing_records::StandingRecords;
use polymer_host_task::Grants;
use record_export::RecordExport;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use table::TableExport;
use terminal_text::TerminalText;
use trace::TraceExport;

/// Bytes that are written at once.
const BUFFER: usize = 256 << 10;

/// Writes the records of a run.
pub(super) fn export(args: &ExportArgs) -> Result<CommandExit, CliError> {
    if args.fields.is_some() && !args.format.has_fields() {
        return Err(CliError::FieldsOfFormat(args.format.name()));
    }
    dir::check_run(&args.dir)?;
    let manifest = RunManifest::read(&args.dir)?;
    dir::check_files(&args.dir)?;
    // Before the output is opened: what is damaged replaces nothing.
    let records = StandingRecords::scan(&args.dir, naming(&manifest.settings))?;
    let mut files = CommandFiles::new(&Grants::default(), false)?;
    own(&mut files, &args.dir)?;
    files.inherit(args.output().is_none())?;
    let out: Box<dyn Write> = match args.output() {
        Some(path) => {
            let file = files.open_output(path, &[], &mut |_| {})?;
            Box::new(BufWriter::with_capacity(BUFFER, file))
        }
        None if io::stdout().is_terminal() => {
            Box::new(TerminalText::new(io::stdout(), args.format.is_json()))
        }
        None => Box::new(BufWriter::with_capacity(BUFFER, io::stdout())),
    };
    let place = args.output().unwrap_or(Path::new(STANDARD_OUTPUT));
    match write(args, &manifest, records, out, place) {
        Ok(()) => {
            files.keep();
            Ok(CommandExit::Ok)
        }
        Err(error) if is_reader_gone(&error) => Ok(CommandExit::Output),
        Err(error) => Err(error),
    }
}

/// Writes the selected records to `out`, which is called `place`.
fn write(
    args: &ExportArgs,
    manifest: &RunManifest,
    records: StandingRecords,
    out: Box<dyn Write>,
    place: &Path,
) -> Result<(), CliError> {
    let refused = |error| CliError::cannot_write(place, error);
    let mut export = begin(args, manifest, out).map_err(refused)?;
    records.each(|_, line| {
        let line = String::from_utf8_lossy(line);
        let record = RecordView::read(&line);
        let is_meant = args.select.as_ref().is_none_or(|select| select.matches_view(&record));
        if is_meant { export.add(&line, &record).map_err(refused) } else { Ok(()) }
    })?;
    export.finish().map_err(refused)
}

/// Begins the format that is asked for.
fn begin(
    args: &ExportArgs,
    manifest: &RunManifest,
    out: Box<dyn Write>,
) -> io::Result<Box<dyn RecordExport>> {
    let fields = args.fields.as_ref();
    Ok(match args.format {
        ExportFormat::Csv => Box::new(TableExport::csv(out, fields)?),
        ExportFormat::Tsv => Box::new(TableExport::tsv(out, fields)?),
        ExportFormat::Json => Box::new(JsonArrayExport::begin(out, fields)?),
        ExportFormat::Joblog => {
            let module = manifest.settings.get("module").and_then(|values| values.first());
            Box::new(JoblogExport::begin(out, module.map_or("", String::as_str))?)
        }
        ExportFormat::Perfetto => {
            let began = manifest.sessions.first().and_then(|session| since_1970(&session.started));
            Box::new(TraceExport::begin(out, began)?)
        }
    })
}

/// Returns whether nobody reads on, as with `| head`: no error that anybody waits for.
fn is_reader_gone(error: &CliError) -> bool {
    matches!(error, CliError::Open(source) if source.cause().kind() == io::ErrorKind::BrokenPipe)
}
