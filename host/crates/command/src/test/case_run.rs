//! Cases under way: every case is run over every module, and comes out with what was wrong with it.
//!
//! It must never know how outcomes are shown, or what is made of them.

use super::cases::{self, TestCase};
use super::outcome::{CaseOutcome, TestOutcomes};
use super::{check, judge};
use crate::args::CaseArgs;
use crate::checker::LoadedChecker;
use crate::error::CliError;
use crate::file_conflicts::FileRole;
use crate::files::CommandFiles;
use crate::load_module;
use crate::run_options::RunOptions;
use polymer_host::SuperviseError;
use polymer_host_modules::Module;
use polymer_host_sched::retry::VerdictSet;
use polymer_host_task::{ModuleForm, Verdict};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The files that a run of cases reads, and the standard streams, so that none is written as
/// another.
///
/// # Errors
/// If a grant cannot be given, or a file would be read and written.
pub(crate) fn case_files(args: &CaseArgs) -> Result<CommandFiles, CliError> {
    let mut files = CommandFiles::new(&args.grants.grants()?, false)?;
    files.inherit(true)?;
    if args.cases() == Path::new("-") {
        files.read(FileRole::Input, "standard input".to_owned(), io::stdin())?;
    } else {
        files.read_at(FileRole::Input, "the cases", args.cases())?;
    }
    for module in args.modules() {
        files.read_at(FileRole::Module, "the module", module)?;
    }
    if let Some(checker) = &args.checker {
        files.read_at(FileRole::Checker, "--checker", checker)?;
    }
    Ok(files)
}

/// Runs every case over every module.
///
/// # Errors
/// If a case or a module cannot be read, or a run comes to nothing.
pub(crate) fn run_cases(args: &CaseArgs, files: &mut CommandFiles) -> Result<TestOutcomes, CliError> {
    // Before anything is built: a case that cannot be read is found at once.
    let cases = cases::read(args.cases())?;
    load_module::prepare();
    let checker = LoadedChecker::open(args.checker.as_deref(), args.limits.module_limit, args.limits.stack)?;
    if let Some(checker) = &checker {
        files.read_at(FileRole::Checker, "--checker", &checker.path)?;
    }
    let modules = args.modules().iter().map(|module| {
        let (path, module) = load_module::module(module, args.limits.module_limit, args.limits.stack)?;
        files.read_at(FileRole::Module, "the module", &path)?;
        Ok((path, module))
    });
    let modules: Vec<(PathBuf, Module)> = modules.collect::<Result<_, CliError>>()?;
    let began = Instant::now();
    let mut outcomes = TestOutcomes::default();
    for (named, (path, module)) in args.modules().iter().zip(&modules) {
        let named = named.display().to_string();
        let checker = checker.as_ref();
        CaseRun { args, named: &named, path, module, checker, outcomes: &mut outcomes }.all(&cases)?;
    }
    outcomes.took = began.elapsed();
    Ok(outcomes)
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

/// Cases under way.
struct CaseRun<'a> {
    args: &'a CaseArgs,
    /// The module as it was named.
    named: &'a str,
    path: &'a Path,
    module: &'a Module,
    /// Who judges outputs, if a checker does.
    checker: Option<&'a LoadedChecker>,
    outcomes: &'a mut TestOutcomes,
}

impl CaseRun<'_> {
    fn all(&mut self, cases: &[TestCase]) -> Result<(), CliError> {
        let mut cases: Vec<&TestCase> = cases.iter().collect();
        if cases.iter().any(|case| case.form.is_some()) {
            let form = self.form()?;
            let before = cases.len();
            cases.retain(|case| case.is_for(form));
            self.outcomes.passed_over += before - cases.len();
        }
        // How often a task may be tried again is a setting of a whole run, so cases that differ in
        // it are runs of their own.
        let mut groups: BTreeMap<TestRetries, Vec<&TestCase>> = BTreeMap::new();
        for case in cases {
            let retries = case.retries.unwrap_or(self.args.retrying.retries);
            let retry_on = case.retry_on.clone().unwrap_or_else(|| self.args.retrying.retry_on.clone());
            groups.entry(TestRetries { retries, retry_on }).or_default().push(case);
        }
        let first = self.outcomes.cases.len();
        groups.iter().try_for_each(|(again, cases)| self.group(again, cases))?;
        self.outcomes.cases.get_mut(first..).unwrap_or_default().sort_by_key(CaseOutcome::line);
        Ok(())
    }

    fn form(&self) -> Result<ModuleForm, CliError> {
        let manager = self.terms().manager()?;
        let info =
            manager.inspect(self.module).map_err(|error| CliError::of_run(error, self.path.to_path_buf()));
        Ok(info?.form)
    }

    fn group(&mut self, again: &TestRetries, cases: &[&TestCase]) -> Result<(), CliError> {
        let manager = self
            .terms()
            .builder()?
            .retries(again.retries)
            .retry_on(again.which())
            .module(self.module.clone())
            .build()?;
        let done = manager.supervise(cases.iter().map(|case| case.to_input()));
        let done =
            done.map_err(|SuperviseError { error, .. }| CliError::of_run(error, self.path.to_path_buf()))?;
        let checked = match self.checker {
            Some(checker) => check::ask(checker, self.terms(), cases, &done)?,
            None => Vec::new(),
        };
        let checked = checked.iter().map(Option::as_ref).chain(std::iter::repeat(None));
        for ((case, done), checked) in cases.iter().zip(&done).zip(checked) {
            let wrong = judge::wrong(case, done, self.args.compare, checked);
            self.outcomes.cases.push(CaseOutcome::new(self.named, case, done, wrong));
        }
        Ok(())
    }

    const fn terms(&self) -> RunOptions<'_> {
        let CaseArgs { no_validate, limits, grants, workers, retrying, caching, output_format, .. } =
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
