//! `polymer test`: runs cases and shows where a module gives something else than they expect.
//!
//! `cases` reads them, `compare` says whether two outputs are the same, `judge` what is wrong with
//! how a case ended, `diff` shows it. Only this file runs anything.

mod cases;
pub mod compare;
mod diff;
mod judge;

use super::args::TestArgs;
use super::error::CliError;
use super::exit::CommandExit;
use super::file_conflicts::FileRole;
use super::files::CommandFiles;
use super::run_options::RunOptions;
use super::stderr::shown;
use super::{load_module, show};
pub use cases::CaseError;
use cases::TestCase;
use polymer_host::{Done, Input, SuperviseError};
use polymer_host_base::sanitize::{indented, name};
use polymer_host_modules::Module;
use polymer_host_sched::retry::VerdictSet;
use polymer_host_task::{ModuleForm, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::time::Instant;

/// Lines of a log that a failure shows: its end.
const LOGGED: usize = 10;

/// Tests a module.
pub(super) fn test(args: &TestArgs) -> Result<CommandExit, CliError> {
    let mut files = CommandFiles::new(&args.grants.grants()?, false)?;
    files.inherit(true)?;
    if args.cases == Path::new("-") {
        files.read(FileRole::Input, "standard input".to_owned(), io::stdin())?;
    } else {
        files.read_at(FileRole::Input, "the cases", &args.cases)?;
    }
    files.read_at(FileRole::Module, "the module", &args.module)?;
    // Before anything is built: a case that cannot be read is found at once.
    let cases = cases::read(&args.cases)?;
    load_module::prepare();
    let (path, module) = load_module::module(&args.module, args.limits.module_limit)?;
    files.read_at(FileRole::Module, "the module", &path)?;
    let mut testing =
        TestRun { args, path: &path, module: &module, sums: CaseSums::default(), told: Vec::new() };
    let began = Instant::now();
    testing.all(cases)?;
    let TestRun { sums, mut told, .. } = testing;
    told.sort();
    let mut text: String = told.into_iter().map(|(_, text)| text).collect();
    let _ = writeln!(text, "{} in {:.2} s", sums.line(), began.elapsed().as_secs_f64());
    let is_shown = show(io::stdout(), &shown(&text));
    Ok(match (is_shown, sums.failed) {
        (false, _) => CommandExit::Output,
        (true, 0) => CommandExit::Ok,
        (true, _) => CommandExit::Failed,
    })
}

/// Limit of retries of tasks, and verdicts they follow.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct TestRetries {
    retries: u32,
    retry_on: Vec<Verdict>,
}

impl TestRetries {
    /// Those of the verdicts after which a task can be tried again.
    fn which(&self) -> VerdictSet {
        VerdictSet::of(self.retry_on.iter().copied()).unwrap_or_default()
    }
}

/// Numbers of cases by outcome.
#[derive(Debug, Default)]
struct CaseSums {
    passed: usize,
    failed: usize,
    passed_over: usize,
}

impl CaseSums {
    fn line(&self) -> String {
        let Self { passed, failed, passed_over } = self;
        let mut line = format!("{passed} passed, {failed} failed");
        if *passed_over > 0 {
            let _ = write!(line, ", {passed_over} for another form of task");
        }
        line
    }
}

/// Cases under way.
struct TestRun<'a> {
    args: &'a TestArgs,
    path: &'a Path,
    module: &'a Module,
    sums: CaseSums,
    /// Faults, each with the line of its case.
    told: Vec<(u64, String)>,
}

impl TestRun<'_> {
    fn all(&mut self, mut cases: Vec<TestCase>) -> Result<(), CliError> {
        if cases.iter().any(|case| case.form.is_some()) {
            let form = self.form()?;
            let before = cases.len();
            cases.retain(|case| case.is_for(form));
            self.sums.passed_over = before - cases.len();
        }
        // How often a task may be tried again is a setting of a whole run, so cases that differ in
        // it are runs of their own.
        let mut groups: BTreeMap<TestRetries, Vec<TestCase>> = BTreeMap::new();
        for case in cases {
            let retries = case.retries.unwrap_or(self.args.retrying.retries);
            let retry_on = case.retry_on.clone().unwrap_or_else(|| self.args.retrying.retry_on.clone());
            groups.entry(TestRetries { retries, retry_on }).or_default().push(case);
        }
        groups.iter().try_for_each(|(again, cases)| self.group(again, cases))
    }

    fn form(&self) -> Result<ModuleForm, CliError> {
        let manager = self.terms().manager()?;
        let info =
            manager.inspect(self.module).map_err(|error| CliError::of_run(error, self.path.to_path_buf()));
        Ok(info?.form)
    }

    fn group(&mut self, again: &TestRetries, cases: &[TestCase]) -> Result<(), CliError> {
        let manager = self
            .terms()
            .builder()?
            .retries(again.retries)
            .retry_on(again.which())
            .module(self.module.clone())
            .build()?;
        let done = manager.supervise(cases.iter().map(TestCase::to_input));
        let done =
            done.map_err(|SuperviseError { error, .. }| CliError::of_run(error, self.path.to_path_buf()))?;
        for (case, done) in cases.iter().zip(&done) {
            let wrong = judge::wrong(case, done, self.args.compare);
            if wrong.is_empty() {
                self.sums.passed += 1;
            } else {
                self.sums.failed += 1;
                self.told.push((case.line, tell(case, done, &wrong)));
            }
        }
        Ok(())
    }

    const fn terms(&self) -> RunOptions<'_> {
        let TestArgs { no_validate, limits, grants, workers, retrying, caching, output_format, .. } =
            self.args;
        RunOptions {
            limits,
            grants,
            workers,
            retrying,
            caching,
            output_format: *output_format,
            no_validate: *no_validate,
            invoke: None,
            collect: &[],
        }
    }
}

/// A case that failed, as people read it.
fn tell(case: &TestCase, done: &Done<Input>, wrong: &[String]) -> String {
    let mut text = format!("FAIL {} (line {})\n", name(&case.id), case.line);
    for fault in wrong {
        let _ = writeln!(text, "  {}", indented(fault, "  "));
    }
    let log = done.log.text();
    let lines: Vec<&str> = log.lines().collect();
    if !lines.is_empty() {
        let end = lines.get(lines.len().saturating_sub(LOGGED)..).unwrap_or_default();
        let _ = writeln!(text, "  it logged: {}", indented(&end.join("\n"), "    "));
    }
    text
}
