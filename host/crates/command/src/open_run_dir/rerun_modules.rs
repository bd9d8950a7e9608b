//! That the modules of what is to be run again are those that the run had: looked at before any
//! record is taken back, so that a rerun that is refused changes nothing.
//!
//! It must never open a module for the run, or change anything in the folder.

use super::super::known_modules::{ChangedModules, KnownModules};
use super::super::run_dir_session::RerunSelection;
use crate::error::CliError;
use polymer_host_journal::record_view::RecordView;
use polymer_host_journal::results::IdNaming;
use polymer_host_journal::standing_records::StandingRecords;
use polymer_host_modules::file::digest_of;
use polymer_host_sys::regular;
use std::collections::BTreeSet;
use std::path::Path;

/// Checks the modules that the records of a selection name, where the run refuses changed ones.
/// `base` is the folder from which task records name modules, and `limit` the bytes of one at the
/// most. A module that cannot be read is left to the task that needs it.
///
/// # Errors
/// If one is another than it was, or the records cannot be read.
pub(super) fn check(
    dir: &Path,
    naming: IdNaming,
    selection: &RerunSelection,
    known: &KnownModules,
    (base, limit): (&Path, u64),
) -> Result<(), CliError> {
    if known.changed != ChangedModules::Refuse {
        return Ok(());
    }
    for name in named(dir, naming, selection)? {
        let file = regular::open(&base.join(&name), limit).ok();
        if let Some(digest) = file.and_then(|file| digest_of(&file, limit).ok()) {
            known.digests(&name, digest)?;
        }
    }
    Ok(())
}

/// The modules that the records of a selection name.
fn named(dir: &Path, naming: IdNaming, selection: &RerunSelection) -> Result<BTreeSet<String>, CliError> {
    let mut names = BTreeSet::new();
    StandingRecords::scan(dir, naming)?.each(|seen, record| {
        if selection.picks(seen.verdict, record)
            && let Some(module) = RecordView::read(&String::from_utf8_lossy(record)).text(&["module"])
            && !names.contains(module.as_ref())
        {
            names.insert(module.into_owned());
        }
        Ok::<_, CliError>(())
    })?;
    Ok(names)
}
