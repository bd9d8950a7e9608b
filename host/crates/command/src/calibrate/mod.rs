//! `polymer calibrate`: runs references over the cases and proposes limits that leave room beside
//! what they need.
//!
//! `need` measures and `report` shows, both pure; `profile` adds what is proposed to a file.
//! Running and judging are those of `polymer test`.

mod error;
mod need;
mod profile;
mod report;

use super::args::CalibrateArgs;
use super::error::CliError;
use super::exit::CommandExit;
use super::show;
use super::stderr::{note, say, shown};
use super::test::{CaseOutcome, TestFormat, TestOutcomes, case_files, run_cases};
pub use error::CalibrateError;
pub use need::CalibrationFactor;
use need::CaseUsage;
use profile::ProfileTarget;
pub use report::CalibrateFormat;
use report::{Calibration, CaseCounts};
use std::io;

/// Proposes limits.
pub(super) fn calibrate(args: &CalibrateArgs) -> Result<CommandExit, CliError> {
    if args.running.limits.limits().fuel.is_none() {
        return Err(CalibrateError::NoFuel.into());
    }
    let mut files = case_files(&args.running)?;
    // Before anything is run: a name that is taken is found at once.
    let target =
        args.write_profile.as_deref().map(|name| ProfileTarget::find(name, args.file())).transpose()?;
    let outcomes = run_cases(&args.running, &mut files)?;
    if outcomes.failed() > 0 {
        return Ok(show_failures(args, &outcomes));
    }
    let calibration = calibration(args, &outcomes);
    if calibration.needs.is_empty() {
        return Err(CalibrateError::NoNeed.into());
    }
    // Before anything is shown: standard output may be the very file.
    let place = target.as_ref().map(ProfileTarget::place);
    let target = target.map(|target| target.open(&mut files)).transpose()?;
    say(&calibration.warnings());
    let text = match args.format {
        CalibrateFormat::Text => shown(&calibration.text()),
        CalibrateFormat::Json => calibration.json::<CaseOutcome>(&[], place),
    };
    if !show(io::stdout(), &text) {
        return Ok(CommandExit::Output);
    }
    if let Some(target) = target {
        target.write(calibration.origin(), calibration.settings())?;
        files.keep();
        say_written(args, place.map_or("", |(name, _)| name));
    }
    Ok(CommandExit::Ok)
}

/// What the cases that passed say.
fn calibration<'a>(args: &CalibrateArgs, outcomes: &'a TestOutcomes) -> Calibration<'a> {
    let usage = |case: &'a CaseOutcome| {
        let usage = case.telling_usage()?;
        Some(CaseUsage { reference: case.module(), case: case.id(), line: case.line(), usage })
    };
    let cases: Vec<CaseUsage<'a>> = outcomes.cases().iter().filter_map(usage).collect();
    let passed = outcomes.cases().len() - outcomes.failed();
    let counts = CaseCounts {
        references: args.running.modules().len(),
        passed,
        left_out: passed.saturating_sub(cases.len()),
    };
    Calibration::new(&cases, args.running.limits.limits(), args.factor, counts)
}

/// Shows the cases that did not pass, by which nothing can be proposed.
fn show_failures(args: &CalibrateArgs, outcomes: &TestOutcomes) -> CommandExit {
    let modules = args.running.modules().len();
    let text = match args.format {
        CalibrateFormat::Text => shown(&outcomes.shown(TestFormat::Text, modules).0),
        CalibrateFormat::Json => {
            let failed: Vec<&CaseOutcome> = outcomes.failures().collect();
            calibration(args, outcomes).without_proposals().json(&failed, None)
        }
    };
    let is_shown = show(io::stdout(), &text);
    say("warn: no limits are proposed: every reference must pass every case\n");
    if is_shown { CommandExit::Failed } else { CommandExit::Output }
}

/// Tells how the profile that was written is applied.
fn say_written(args: &CalibrateArgs, name: &str) {
    let file = args.file().display();
    let config = if args.output.is_some() { format!("--config {file} ") } else { String::new() };
    note(&format!("wrote [profile.{name}] to {file}; `polymer run {config}-P {name}` applies it\n"));
}
