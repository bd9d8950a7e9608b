//! `polymer report`: what a run did, as a page or as text, also while it goes on or after it was
//! lost.
//!
//! Here a folder is read and an output opened; the page itself is pure and a crate of its own. In
//! the folder it must never write anything but the sketch, which is a cache, and the page.

mod facts;
pub(crate) mod format;
mod junit;

use super::args::ReportArgs;
use super::error::CliError;
use super::exit::CommandExit;
use super::files::{CommandFiles, STANDARD_OUTPUT};
use super::judge::is_judged_set;
use super::open_run_dir::{naming, own};
use super::show;
use super::stderr::shown;
use facts::facts;
use format::ReportFormat;
use junit::JunitReport;
use polymer_host_journal::manifest::RunManifest;
use polymer_host_journal::record_view::RecordView;
use polymer_host_journal::run_compare::{self, ComparedRun, ComparedRuns};
use polymer_host_journal::standing_records::StandingRecords;
use polymer_host_journal::{dir, run_sketch};
use polymer_host_page::{ComparedWith, PageData, html, markdown};
use polymer_host_task::Grants;
use std::io::{self, Write};
use std::path::Path;

/// Writes the report of a run.
pub(super) fn report(args: &ReportArgs) -> Result<CommandExit, CliError> {
    if is_judged_set(&args.dir) {
        return Err(CliError::ReportOfSet(args.dir.clone()));
    }
    dir::check_run(&args.dir)?;
    let manifest = RunManifest::read(&args.dir)?;
    dir::check_files(&args.dir)?;
    let text = match args.format {
        ReportFormat::Html => html(&page_data(args, &manifest)?),
        ReportFormat::Markdown => markdown(&page_data(args, &manifest)?),
        ReportFormat::Junit if args.compare.is_some() => return Err(CliError::ComparedJunit),
        ReportFormat::Junit => junit(&args.dir, &manifest)?,
    };
    match args.output() {
        Some(path) => write_file(args, &path, &text),
        None => write_out(&text),
    }
}

fn page_data(args: &ReportArgs, manifest: &RunManifest) -> Result<PageData, CliError> {
    let held = dir::held_by(&args.dir)?;
    let sketch = run_sketch::of_run(&args.dir, naming(&manifest.settings), &manifest.limits)?;
    let data = PageData::new(&sketch, &facts(&args.dir, manifest, held.is_some()));
    match &args.compare {
        Some(before) => compared(data, before, &args.dir, manifest),
        None => Ok(data),
    }
}

/// The same, with what changed since the run in `before`.
fn compared(data: PageData, before: &Path, dir: &Path, manifest: &RunManifest) -> Result<PageData, CliError> {
    dir::check_run(before)?;
    let earlier = RunManifest::read(before)?;
    dir::check_files(before)?;
    let run = |dir, manifest: &RunManifest| ComparedRun { dir, naming: naming(&manifest.settings) };
    let ComparedRuns { comparison, ids } = run_compare::compare(run(before, &earlier), run(dir, manifest))?;
    Ok(data.compared(&ComparedWith {
        folder: &before.display().to_string(),
        comparison: &comparison,
        ids: &ids,
        is_fuel_alike: earlier.engine == manifest.engine,
    }))
}

fn junit(path: &Path, manifest: &RunManifest) -> Result<String, CliError> {
    let mut report = JunitReport::of(&path.display().to_string());
    StandingRecords::scan(path, naming(&manifest.settings))?.each(|_, line| {
        report.add(&RecordView::read(&String::from_utf8_lossy(line)));
        Ok::<_, CliError>(())
    })?;
    Ok(report.finish())
}

fn write_file(args: &ReportArgs, path: &Path, text: &str) -> Result<CommandExit, CliError> {
    let mut files = CommandFiles::new(&Grants::default(), false)?;
    own(&mut files, &args.dir)?;
    files.inherit(false)?;
    let mut file = files.open_output(path, &[], &mut |_| {})?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.flush());
    written.map_err(|error| CliError::cannot_write(path, error))?;
    files.keep();
    if args.output.is_some() {
        return Ok(CommandExit::Ok);
    }
    // Nobody said where it goes, so this does.
    let is_told = show(io::stdout(), &shown(&format!("{}\n", path.display())));
    Ok(if is_told { CommandExit::Ok } else { CommandExit::Output })
}

fn write_out(text: &str) -> Result<CommandExit, CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(CommandExit::Ok),
        // Nobody reads on, as with `| head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(CommandExit::Output),
        Err(error) => Err(CliError::cannot_write(Path::new(STANDARD_OUTPUT), error)),
    }
}
