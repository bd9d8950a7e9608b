//! `polymer resume` and `polymer rerun`: a run that is in a folder goes on, with the settings that it had.
//!
//! It must never know what stands in the folder beside these.

use super::args::{RerunArgs, ResumeArgs, RunArgs};
use super::error::CliError;
use super::exit::Exit;
use super::recorded::Start;
use super::run::start_as;
use super::settings::over_saved;
use crate::config::{Settings, Source};
use crate::journal::dir::DirError;
use crate::journal::facts::Facts;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Goes on with a run.
pub(super) fn resume(args: &ResumeArgs) -> Result<Exit, CliError> {
    go_on(Start::Resume, &args.dir, &args.flags)
}

/// Runs again what failed.
pub(super) fn rerun(args: &RerunArgs) -> Result<Exit, CliError> {
    go_on(Start::Rerun(args.verdict.clone()), &args.dir, &args.flags)
}

fn go_on(start: Start, dir: &Path, flags: &[OsString]) -> Result<Exit, CliError> {
    if !dir.join(crate::journal::dir::RUN).exists() {
        return Err(DirError::NoRun(dir.to_path_buf()).into());
    }
    let facts = Facts::read(dir)?;
    let dir = absolute(dir)?;
    let (mut args, settings) = over_saved(flags.iter().cloned(), &facts.settings)?;
    if args.recording.run_dir.is_some() {
        return Err(CliError::OtherFolder);
    }
    from_here(&mut args, &settings)?;
    args.recording.run_dir = Some(dir);
    // Its relative paths start where it was started.
    std::env::set_current_dir(&facts.folder).map_err(|source| DirError::System {
        what: "go to the folder of the run's own start,",
        path: facts.folder.clone(),
        source,
    })?;
    start_as(start, &args, &settings)
}

/// Paths in flags that stand behind this very command start here.
fn from_here(args: &mut RunArgs, settings: &Settings) -> Result<(), CliError> {
    let places: [(&str, &mut Option<PathBuf>); 6] = [
        ("module", &mut args.module),
        ("input", &mut args.input.input),
        ("tasks", &mut args.input.tasks),
        ("base", &mut args.input.base),
        ("log-file", &mut args.log.log_file),
        ("cache-dir", &mut args.caching.cache_dir),
    ];
    for (name, place) in places {
        let is_given = settings.get(name).is_some_and(|setting| setting.source == Source::Flag);
        if let Some(path) = place.as_mut().filter(|path| is_given && *path != Path::new("-")) {
            *path = absolute(path)?;
        }
    }
    Ok(())
}

fn absolute(path: &Path) -> Result<PathBuf, CliError> {
    std::path::absolute(path).map_err(CliError::System)
}
