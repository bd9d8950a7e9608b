//! `polymer resume` and `polymer rerun`: a run that is in a folder goes on, with the settings that
//! it had.
//!
//! It must never know what stands in the folder beside these.

use super::args::{EventsFlag, RecordingArgs, RerunArgs, ResumeArgs, RunArgs, parse_verdict, verdict_meant};
use super::dry_run::dry_run;
use super::error::CliError;
use super::exit::CommandExit;
use super::judge::refuse_part;
use super::partition_setting;
use super::run::start_as;
use super::run_dir_session::{RerunSelection, RunDirStart};
use super::settings::over_saved;
use polymer_host_config::{RunSettings, Setting, SettingSource};
use polymer_host_journal::dir::check_own;
use polymer_host_journal::manifest::RunManifest;
use polymer_host_journal::selection::RecordSelection;
use polymer_host_modules::bundled::is_bundled;
use polymer_host_store::ObjectUrl;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Goes on with a run.
pub(super) fn resume(args: &ResumeArgs) -> Result<CommandExit, CliError> {
    go_on(RunDirStart::Resume, &args.dir, &args.flags)
}

/// Runs again what failed, or what is named.
pub(super) fn rerun(args: &RerunArgs) -> Result<CommandExit, CliError> {
    let RerunArgs { verdict, id, select: expression, .. } = args;
    let mut selection = RerunSelection {
        verdicts: verdict.clone(),
        ids: id.iter().cloned().collect(),
        expression: expression.clone(),
    };
    let flags = select(&args.flags, &mut selection)?;
    go_on(RunDirStart::Rerun(selection), &args.dir, &flags)
}

/// Takes from these flags, which stand behind the folder, those that say what is run again: behind
/// others they would be taken for flags of the run. What is left is the run's.
fn select(flags: &[OsString], selection: &mut RerunSelection) -> Result<Vec<OsString>, CliError> {
    let mut left = Vec::new();
    let mut rest = flags.iter();
    while let Some(flag) = rest.next() {
        // Behind it stand arguments of guests.
        if flag == "--" {
            left.push(flag.clone());
            left.extend(rest.cloned());
            break;
        }
        let text = flag.to_string_lossy();
        let (name, inline) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text.as_ref(), None),
        };
        if !["--verdict", "--id", "--select"].contains(&name) {
            left.push(flag.clone());
            continue;
        }
        let value = inline.or_else(|| rest.next().map(|value| value.to_string_lossy().into_owned()));
        let value = value.ok_or_else(|| CliError::Selection(format!("{name} needs a value")))?;
        match name {
            "--id" => drop(selection.ids.insert(value)),
            "--select" => select_by(&value, selection)?,
            _ => add_verdicts(&value, selection)?,
        }
    }
    Ok(left)
}

fn select_by(expression: &str, selection: &mut RerunSelection) -> Result<(), CliError> {
    if selection.expression.is_some() {
        let why = "--select is given twice; one expression may join both with `and`";
        return Err(CliError::Selection(why.to_owned()));
    }
    let read = expression
        .parse::<RecordSelection>()
        .map_err(|error| CliError::Selection(format!("--select: {error}")))?;
    selection.expression = Some(read);
    Ok(())
}

fn add_verdicts(names: &str, selection: &mut RerunSelection) -> Result<(), CliError> {
    for text in names.split(',') {
        let verdict = parse_verdict(text)
            .map_err(|why| CliError::Selection(format!("--verdict: {why}{}", verdict_meant(text))))?;
        selection.verdicts.push(verdict);
    }
    Ok(())
}

fn go_on(start: RunDirStart, dir: &Path, flags: &[OsString]) -> Result<CommandExit, CliError> {
    // Before anything that stands there is followed.
    check_own(dir)?;
    refuse_part(dir)?;
    let facts = RunManifest::read(dir)?;
    let dir = absolute(dir)?;
    let (mut args, settings) = over_saved(flags.iter().cloned(), &facts.settings)?;
    let RecordingArgs { run_dir, skip_done, .. } = &args.recording;
    if run_dir.is_some() || !skip_done.is_empty() || args.output.output.is_some() {
        return Err(CliError::OtherFolder);
    }
    let settings = from_here(&mut args, settings)?;
    let settings = partition_setting::settle(&mut args, settings)?;
    args.recording.run_dir = Some(dir);
    let here = SystemError::current_folder()?;
    let is_given = |name| settings.get(name).is_some_and(|setting| setting.source == SettingSource::Flag);
    if here != facts.folder && is_given("dir") {
        return Err(CliError::OtherPlace { folder: facts.folder });
    }
    // Its relative paths start where it was started.
    let entered = std::env::set_current_dir(&facts.folder);
    entered.map_err(SystemError::on(SystemOperation::EnterFolder, &facts.folder))?;
    if args.settings.dry_run {
        return dry_run(&args, &settings);
    }
    start_as(start, &args, &settings)
}

/// Paths in flags that stand behind this very command start here, and are kept so for whoever goes
/// on with the run next.
fn from_here(args: &mut RunArgs, settings: RunSettings) -> Result<RunSettings, CliError> {
    let mut settings: Vec<Setting> = settings.iter().cloned().collect();
    let places: [(&str, &mut Option<PathBuf>); 11] = [
        ("module", &mut args.module),
        ("input", &mut args.input.input),
        ("tasks", &mut args.input.tasks),
        ("base", &mut args.input.base),
        ("expect", &mut args.judging.expect),
        ("checker", &mut args.judging.checker),
        ("interactor", &mut args.judging.interactor),
        ("output-dir", &mut args.output.output_dir),
        ("log-file", &mut args.log.log_file),
        ("log-dir", &mut args.log.log_dir),
        ("cache-dir", &mut args.caching.cache_dir),
    ];
    for (name, place) in places {
        let given =
            settings.iter_mut().find(|setting| setting.name == name && setting.source == SettingSource::Flag);
        let stays = |path: &Path| {
            path == Path::new("-")
                || ObjectUrl::is_url(path)
                || (["module", "checker", "interactor"].contains(&name) && is_bundled(path))
        };
        if let (Some(setting), Some(path)) = (given, place.as_mut().filter(|path| !stays(path))) {
            *path = absolute(path)?;
            *setting = Setting::new(name, &[path.clone().into_os_string()], SettingSource::Flag);
        }
    }
    if let Some(EventsFlag::File(path)) = &mut args.log.events {
        *path = absolute(path)?;
    }
    if let Some(path) = &mut args.log.traces {
        *path = absolute(path)?;
    }
    Ok(RunSettings::new(settings))
}

fn absolute(path: &Path) -> Result<PathBuf, CliError> {
    if path.is_absolute() {
        return Ok(path.to_path_buf());
    }
    let path = SystemError::current_folder()?.join(path);
    Ok(std::path::absolute(&path).map_err(SystemError::on(SystemOperation::Inspect, path))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::Verdict;

    fn selected(flags: &[&str]) -> Result<(RerunSelection, Vec<String>), String> {
        let mut selection = RerunSelection::default();
        let flags: Vec<OsString> = flags.iter().map(OsString::from).collect();
        let left = select(&flags, &mut selection).map_err(|error| error.to_string())?;
        Ok((selection, left.into_iter().map(|flag| flag.into_string().unwrap()).collect()))
    }

    #[test]
    fn what_is_run_again_may_be_named_among_the_flags_of_the_run() {
        let flags =
            ["-j", "2", "--id", "a,b", "--id=--x", "--verdict", "ok,trap", "--id-field", "n", "--", "--id"];
        let (selection, left) = selected(&flags).unwrap();
        assert_eq!(selection.expression, None);
        assert_eq!(selection.ids.iter().collect::<Vec<_>>(), ["--x", "a,b"]);
        assert_eq!(selection.verdicts, [Verdict::Ok, Verdict::Trap]);
        assert_eq!(left, ["-j", "2", "--id-field", "n", "--", "--id"]);
        assert_eq!(selected(&["--id"]), Err("--id needs a value".to_owned()));
        assert!(selected(&["--verdict=fine"]).unwrap_err().starts_with("--verdict: use one of ok, "));
    }

    #[test]
    fn an_expression_may_stand_there_too_and_has_equals_signs_of_its_own() {
        for flags in [
            &["-j", "2", "--select", "meta.week=3 and seq>1"][..],
            &["-j", "2", "--select=meta.week=3 and seq>1"],
        ] {
            let (selection, left) = selected(flags).unwrap();
            assert_eq!(selection.expression.unwrap().to_string(), "meta.week=3 and seq>1");
            assert_eq!(left, ["-j", "2"]);
        }
        let error = selected(&["--select", "meta.week="]).unwrap_err();
        assert!(error.starts_with("--select: at column 11: expected a value"), "{error}");
        let error = selected(&["--select", "a", "--select", "b"]).unwrap_err();
        assert!(error.contains("given twice"), "{error}");
    }

    #[test]
    fn what_failed_is_run_again_unless_ids_or_verdicts_are_named() {
        let picks = |flags: &[&str]| {
            let selection = selected(flags).unwrap().0;
            [Verdict::Ok, Verdict::Trap, Verdict::Timeout].map(|verdict| selection.has_verdict(verdict))
        };
        assert_eq!(picks(&[]), [false, true, true]);
        assert_eq!(picks(&["--id", "a"]), [true; 3]);
        assert_eq!(picks(&["--id", "a", "--verdict", "trap"]), [false, true, false]);
        assert_eq!(picks(&["--verdict", "ok"]), [true, false, false]);
        assert_eq!(picks(&["--select", "seq>1"]), [true; 3]);
        assert_eq!(picks(&["--select", "seq>1", "--verdict", "trap"]), [false, true, false]);
        let means = |flags: &[&str], record: &str| selected(flags).unwrap().0.has_record(record.as_bytes());
        assert!(
            means(&["--select", "seq>1"], "{\"seq\":2}") && !means(&["--select", "seq>1"], "{\"seq\":1}")
        );
        assert!(means(&["--id", "a"], "{\"seq\":1}"));
    }
}
