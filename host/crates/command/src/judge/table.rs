//! The grades: what the cells of all runs come to, written for people or for programs, and the exit
//! code that follows.
//!
//! It must never know where cells come from.

use super::error::JudgeError;
use super::plan::JudgePlan;
use super::{table_csv, table_json};
use crate::args::{JudgeArgs, TableFormat, TableRows};
use crate::error::CliError;
use crate::exit::CommandExit;
use crate::files::STANDARD_OUTPUT;
use crate::report::status_line;
use polymer_host_grade::{ProgramCells, ScoreTable, TableOptions, TableState, TextBounds};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// That the table can be written where it is wanted, as far as can be told, and that each problem
/// has as many programs as are to be chosen among.
///
/// # Errors
/// If one has not: the estimate would leave it out, and look better or worse than it is.
pub(super) fn check(args: &JudgeArgs, plan: &JudgePlan) -> Result<(), JudgeError> {
    if args.table.rows == TableRows::Persons && args.table.format != TableFormat::Csv {
        return Err(JudgeError::RowsOfFormat);
    }
    let folder = args.table.output.as_deref().and_then(Path::parent);
    if let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        return Err(JudgeError::NoTableFolder(folder.to_path_buf()));
    }
    let mut programs: BTreeMap<usize, usize> = BTreeMap::new();
    for problem in &plan.problem_of {
        *programs.entry(*problem).or_default() += 1;
    }
    for (place, problem) in plan.problems.iter().enumerate() {
        let count = programs.get(&place).copied().unwrap_or_default();
        let too_large = |k: &&std::num::NonZeroU32| usize::try_from(k.get()).is_ok_and(|k| k > count);
        if let Some(k) = args.table.pass_at.iter().find(too_large) {
            return Err(JudgeError::PassAt { k: k.get(), problem: problem.name.clone(), programs: count });
        }
    }
    Ok(())
}

/// Writes the table of these rows, and returns the exit code that it leads to.
///
/// # Errors
/// If it cannot be written.
pub(super) fn write(
    args: &JudgeArgs,
    plan: &JudgePlan,
    rows: Vec<ProgramCells>,
) -> Result<CommandExit, CliError> {
    let options = TableOptions {
        stop_at_first_failure: args.judging.stop_at_first_failure,
        persons: plan.persons.clone(),
    };
    let table = ScoreTable::new(&super::shapes(plan), rows, &options).map_err(JudgeError::from)?;
    let pass_at: Vec<usize> =
        args.table.pass_at.iter().filter_map(|k| usize::try_from(k.get()).ok()).collect();
    let text = match args.table.format {
        TableFormat::Text => table.to_text(&pass_at, bounds(args)).into_bytes(),
        TableFormat::Json => table_json::of(&table, &pass_at),
        TableFormat::Csv => {
            let written = match args.table.rows {
                TableRows::Programs => table_csv::of(&table),
                TableRows::Persons => table_csv::of_persons(&table),
            };
            written.map_err(|error| unwritten(args, error))?
        }
    };
    give(args, &text).map_err(|error| unwritten(args, error))?;
    Ok(match table.state() {
        TableState::Incomplete => CommandExit::Incomplete,
        TableState::SomeWrong if args.table.fail_on_wrong => CommandExit::Failed,
        TableState::SomeWrong | TableState::AllRight => CommandExit::Ok,
    })
}

/// How wide a text may be: what is written to a file has room.
fn bounds(args: &JudgeArgs) -> TextBounds {
    match (&args.table.output, status_line::columns_of_stdout()) {
        (None, Some(width)) => TextBounds { width, ..TextBounds::default() },
        _ => TextBounds::default(),
    }
}

fn give(args: &JudgeArgs, text: &[u8]) -> io::Result<()> {
    match &args.table.output {
        // In one step: whoever reads it finds the whole of one table.
        Some(path) => replace(path, text),
        None => io::stdout().write_all(text).and_then(|()| io::stdout().flush()),
    }
}

/// Puts a file in the place of another one.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let is_file = path.symlink_metadata().map_or(true, |metadata| metadata.is_file());
    let (true, Some(name)) = (is_file, path.file_name()) else {
        // A device, a pipe, or a link that stays one.
        return fs::write(path, text);
    };
    let beside = path.with_file_name(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // It may not be there; what went wrong before is what is told.
        drop(fs::remove_file(&beside));
    }
    written
}

fn unwritten(args: &JudgeArgs, error: io::Error) -> CliError {
    CliError::cannot_write(args.table.output.as_deref().unwrap_or(Path::new(STANDARD_OUTPUT)), error)
}
