//! Contents of a run's folder when it is opened: read, and repaired where a supervisor was lost.
//!
//! It must never know what follows from it for the lines that come.

use crate::error::CliError;
use polymer_host_journal::dir::{EVENTS, FAILED, RESULTS, RunDir};
use polymer_host_journal::event_log::reader;
use polymer_host_journal::lines::{JournalError, LinePlace, TornLine};
use polymer_host_journal::lines::{cannot_read, cannot_write};
use polymer_host_journal::results::IdNaming;
use polymer_host_journal::{failed, results, superseded};
use std::fs::File;
use std::io::{self, BufReader};

/// Bytes read at once.
const BUFFER: usize = 256 << 10;

/// Contents of the files of an earlier session.
#[derive(Default)]
pub(super) struct EarlierSession {
    pub(super) results: results::RecordScan,
    pub(super) events: reader::EventHistory,
}

/// Reads what is there, cuts off what was torn, and drops records that others took the place of.
pub(super) fn mend(
    dir: &RunDir,
    naming: IdNaming,
    tell: &mut dyn FnMut(String),
) -> Result<EarlierSession, CliError> {
    let told = read(dir, naming, tell)?;
    if told.results.tally.replacing == 0 {
        return Ok(told);
    }
    superseded::drop_superseded(dir.path(), naming, LinePlace::default())?;
    read(dir, naming, tell)
}

/// Reads what is there, and cuts off what was torn.
fn read(dir: &RunDir, naming: IdNaming, tell: &mut dyn FnMut(String)) -> Result<EarlierSession, CliError> {
    let mut cut = |name: &'static str, torn: Option<TornLine>| -> Result<(), CliError> {
        let Some(TornLine { at, bytes }) = torn else { return Ok(()) };
        let path = dir.path().join(name);
        tell(format!("warn: {}: {bytes} bytes after its last complete line were cut off\n", path.display()));
        let cut = File::options().write(true).open(&path).and_then(|file| file.set_len(at));
        cut.map_err(|error| cannot_write(&path)(error).into())
    };
    let reader = |name: &str| -> Result<_, CliError> {
        let path = dir.path().join(name);
        match File::open(&path) {
            Ok(file) => Ok(Some((BufReader::with_capacity(BUFFER, file), path))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(cannot_read(&path)(error).into()),
        }
    };
    let mut told = EarlierSession::default();
    if let Some((reader, path)) = reader(RESULTS)? {
        told.results = results::scan(reader, &path, naming)?;
        cut(RESULTS, told.results.tally.torn)?;
    }
    failed::check_results(dir.path())?;
    let needs = told.results.tally.verdicts.failed();
    match reader(FAILED)? {
        Some((reader, path)) => {
            let (_, torn) = failed::fit(reader, &path, needs)?;
            cut(FAILED, torn)?;
        }
        None if needs == 0 => {}
        None => {
            let path = dir.path().join(FAILED);
            return Err(JournalError::LinesMissing { path, has: 0, needs }.into());
        }
    }
    if let Some((reader, path)) = reader(EVENTS)? {
        told.events = reader::scan(reader, &path)?;
        cut(EVENTS, told.events.torn)?;
    }
    Ok(told)
}
