//! The runs that judge, as if they had been typed: the flags of `polymer judge` that `polymer run`
//! has too, and those by which records come from here and go to a folder.
//!
//! It must never start anything.

use super::lines::RunLimits;
use super::plan::{JudgePlan, PlannedRun, RunJudge};
use crate::args::{JudgeArgs, RunArgs};
use crate::error::CliError;
use crate::settings::over_saved;
use polymer_host_config::{RunSettings, SettingSource};
use polymer_host_problem::Problem;
use std::ffi::OsString;
use std::path::Path;

/// Flags of `judge` that mean something else in a run, or are given to it in another way.
const OWN: [&str; 7] = ["run-dir", "compare", "checker", "interactor", "quiet", "log-file", "color"];
/// Flags of a run that only `judge` has.
const OF_JUDGE: [&str; 12] = [
    "program",
    "stop-at-first-failure",
    "tests-as-code",
    "format",
    "rows",
    "table",
    "pass-at",
    "fail-on-wrong",
    "build-cpu",
    "build-timeout",
    "build-memory",
    "remove-absent",
];

/// What the flags of all runs follow from.
pub(super) struct RunFlagsOf<'a> {
    pub(super) args: &'a JudgeArgs,
    pub(super) settings: &'a RunSettings,
    pub(super) plan: &'a JudgePlan,
}

impl RunFlagsOf<'_> {
    /// The arguments of a run whose records go to `folder`, and what it allows each task.
    /// `validator` is its module, if a problem has one.
    ///
    /// # Errors
    /// If the flags make no run.
    pub(super) fn of(
        &self,
        run: &PlannedRun,
        validator: Option<&Path>,
        folder: &Path,
    ) -> Result<(RunArgs, RunSettings, RunLimits), CliError> {
        let mut saved = self.settings.to_saved()?;
        saved.retain(|name, _| !OWN.contains(&name.as_str()) && !OF_JUDGE.contains(&name.as_str()));
        saved.retain(|name, _| !["programs", "cases"].contains(&name.as_str()));
        let problems = || {
            let of_run = run.programs.iter().filter_map(|program| self.plan.problem_of.get(*program));
            of_run.filter_map(|problem| self.plan.problems.get(*problem))
        };
        // A problem may ask for more than is usual, and for no more than the operator says.
        let most = |name: &str, usual: u64, of: fn(&Problem) -> Option<u64>| {
            if self.is_given(name) { usual } else { problems().filter_map(of).fold(usual, u64::max) }
        };
        let limits = &self.args.limits;
        let memory = most("memory", limits.memory, |problem| problem.limits.memory);
        let output = most("output-limit", limits.output_limit, |problem| problem.limits.output);
        let stack = most("stack", limits.stack, |problem| problem.limits.stack);
        let longest = problems().filter_map(|problem| problem.limits.cpu).max().unwrap_or_default();
        let mut flags = vec![
            flag("tasks", "-"),
            flag("run-dir", folder),
            flag("allow-args", ""),
            flag("module-changed", "rerun"),
            flag("log-level", if self.args.log_file.is_some() { "error" } else { "off" }),
            flag("failure-output", "never"),
            flag("memory", memory.to_string()),
            flag("output-limit", output.to_string()),
            flag("stack", stack.to_string()),
        ];
        if !self.is_given("timeout") && !longest.is_zero() {
            // A program is held to its CPU time, which other work on the machine does not use up.
            // The clock is for those that wait.
            flags.push(flag("timeout", format!("{}s", (longest * 10).as_secs_f64() + 1.0)));
        }
        if self.args.quiet {
            flags.push(flag("quiet", ""));
        }
        if let Some(file) = &self.args.log_file {
            flags.push(flag("log-file", file));
        }
        if self.args.judging.stop_at_first_failure {
            flags.push(flag("group-max-fail", "1"));
            flags.push(flag("group-tasks", "1"));
        }
        flags.extend(self.judge(run, validator));
        // Given here, a flag takes the place of what was saved.
        let (args, settings) = over_saved(flags, &saved)?;
        let limits = RunLimits {
            fuel: args.limits.fuel.0,
            timeout: args.limits.timeout,
            cpu: args.limits.cpu_timeout,
            memory: args.limits.memory,
            output: args.limits.output_limit,
            compare: args.judging.compare,
            has_judge: args.judging.checker.is_some() || args.judging.interactor.is_some(),
            is_interactive: args.judging.interactor.is_some(),
        };
        Ok((args, settings, limits))
    }

    /// Who judges outputs in a run.
    fn judge(&self, run: &PlannedRun, validator: Option<&Path>) -> Vec<OsString> {
        let judging = &self.args.judging;
        match (run.judge, validator) {
            (RunJudge::Validator(_), Some(module)) => {
                vec![flag("checker", module), flag("checker-protocol", "validator")]
            }
            (RunJudge::Interactor(_), Some(module)) => {
                vec![flag("interactor", module), flag("checker-protocol", "validator")]
            }
            _ => match (&judging.checker, &judging.interactor) {
                (Some(checker), _) => vec![flag("checker", checker)],
                (None, Some(interactor)) => vec![flag("interactor", interactor)],
                (None, None) => vec![flag("compare", judging.compare.to_string())],
            },
        }
    }

    /// Returns whether somebody set this limit, on the command line or elsewhere.
    fn is_given(&self, name: &str) -> bool {
        self.settings.get(name).is_some_and(|setting| setting.source != SettingSource::Default)
    }
}

/// A flag with its value; a switch, if that is empty.
fn flag(name: &str, value: impl Into<OsString>) -> OsString {
    let value = value.into();
    let mut flag = OsString::from(format!("--{name}"));
    if !value.is_empty() {
        flag.push("=");
        flag.push(value);
    }
    flag
}
