//! `polymer resume` and `polymer rerun`: a run that is in a folder goes on, with the settings that it had.
//!
//! It must never know what stands in the folder beside these.

use super::args::{RecordingArgs, RerunArgs, ResumeArgs, RunArgs, parse_verdict};
use super::dry_run::dry_run;
use super::error::CliError;
use super::exit::Exit;
use super::recorded::Start;
use super::run::start_as;
use super::settings::over_saved;
use crate::config::{Setting, Settings, Source};
use crate::journal::dir::{DirError, check_own};
use crate::journal::facts::Facts;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Goes on with a run.
pub(super) fn resume(args: &ResumeArgs) -> Result<Exit, CliError> {
    go_on(Start::Resume, &args.dir, &args.flags)
}

/// Runs again what failed.
pub(super) fn rerun(args: &RerunArgs) -> Result<Exit, CliError> {
    let (mut verdicts, mut flags) = (args.verdict.clone(), Vec::new());
    // Behind other flags it would be taken for one of the run's.
    let mut rest = args.flags.iter();
    while let Some(flag) = rest.next() {
        let inline = flag.to_str().and_then(|flag| flag.strip_prefix("--verdict=")).map(str::to_owned);
        let named = || rest.clone().next().map(|value| value.to_string_lossy().into_owned());
        match inline.or_else(|| (flag == "--verdict").then(named).flatten()) {
            None => flags.push(flag.clone()),
            Some(list) => {
                if flag == "--verdict" {
                    rest.next();
                }
                for name in list.split(',') {
                    verdicts.push(parse_verdict(name).map_err(CliError::Verdict)?);
                }
            }
        }
    }
    go_on(Start::Rerun(verdicts), &args.dir, &flags)
}

fn go_on(start: Start, dir: &Path, flags: &[OsString]) -> Result<Exit, CliError> {
    // Before anything that stands there is followed.
    check_own(dir)?;
    let facts = Facts::read(dir)?;
    let dir = absolute(dir)?;
    let (mut args, settings) = over_saved(flags.iter().cloned(), &facts.settings)?;
    let RecordingArgs { run_dir, skip_done, .. } = &args.recording;
    if run_dir.is_some() || !skip_done.is_empty() || args.output.output.is_some() {
        return Err(CliError::OtherFolder);
    }
    let settings = from_here(&mut args, settings)?;
    args.recording.run_dir = Some(dir);
    let here = std::env::current_dir().map_err(CliError::System)?;
    let is_given = |name| settings.get(name).is_some_and(|setting| setting.source == Source::Flag);
    if here != facts.folder && is_given("dir") {
        return Err(CliError::OtherPlace { folder: facts.folder });
    }
    // Its relative paths start where it was started.
    std::env::set_current_dir(&facts.folder).map_err(|source| DirError::System {
        what: "go to the folder of the run's own start,",
        path: facts.folder.clone(),
        source,
    })?;
    if args.settings.dry_run {
        return dry_run(&args, &settings);
    }
    start_as(start, &args, &settings)
}

/// Paths in flags that stand behind this very command start here, and are kept so for whoever goes on with the run next.
fn from_here(args: &mut RunArgs, settings: Settings) -> Result<Settings, CliError> {
    let mut settings: Vec<Setting> = settings.iter().cloned().collect();
    let places: [(&str, &mut Option<PathBuf>); 6] = [
        ("module", &mut args.module),
        ("input", &mut args.input.input),
        ("tasks", &mut args.input.tasks),
        ("base", &mut args.input.base),
        ("log-file", &mut args.log.log_file),
        ("cache-dir", &mut args.caching.cache_dir),
    ];
    for (name, place) in places {
        let given =
            settings.iter_mut().find(|setting| setting.name == name && setting.source == Source::Flag);
        if let (Some(setting), Some(path)) = (given, place.as_mut().filter(|path| *path != Path::new("-"))) {
            *path = absolute(path)?;
            *setting = Setting::new(name, &[path.clone().into_os_string()], Source::Flag);
        }
    }
    Ok(Settings::new(settings))
}

fn absolute(path: &Path) -> Result<PathBuf, CliError> {
    std::path::absolute(path).map_err(CliError::System)
}
