//! `polymer judge`: many programs, held against the cases of problems, and the table of what came
//! of it.
//!
//! `plan` says which programs are judged by which cases in which runs, `builds` makes programs
//! ready on threads of their own, `lines` and `feed` write each cell as a task record, and the runs
//! are those of `polymer run`, each with a folder. `cells` reads their records, `table` writes the
//! grades. All but `builds`, `feed` and this file are pure.

mod builds;
mod cells;
mod error;
mod feed;
mod folder;
mod lines;
mod plan;
mod run_flags;
mod table;
mod table_csv;
mod table_json;

use super::args::JudgeArgs;
use super::error::{CliError, threads};
use super::exit::CommandExit;
use super::input_source::InputRounds;
use super::load_module;
use super::run::{GivenRecords, start_with};
use super::run_dir_session::{RunDirStart, WantedTasks};
use super::stderr::{be_quiet, note};
use builds::BuiltProgram;
use cells::{JudgedCells, shapes};
pub(crate) use error::JudgeError;
use feed::{CellFeed, FeedFailure, ReadyPrograms};
use folder::JudgeFolder;
pub(crate) use folder::{is_judged_set, refuse_part};
use plan::{JudgePlan, PlannedRun, RunJudge};
use polymer_host_base::sanitize::name;
use polymer_host_config::RunSettings;
use polymer_host_journal::dir::RUN;
use polymer_host_modules::BundledModules;
use polymer_host_modules::project::untrusted::{BuildLimits, UntrustedBuilder};
use polymer_host_problem::programs::{self, ProgramOptions};
use polymer_host_problem::{Judging, Problem, Program, ProgramSource, Validator, read_problems};
use polymer_host_task::{TaskKey, USUAL_STACK};
use run_flags::RunFlagsOf;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

/// Judges programs, and writes the table.
pub(super) fn judge(args: &JudgeArgs, settings: &RunSettings) -> Result<CommandExit, CliError> {
    if args.quiet {
        be_quiet();
    }
    load_module::prepare();
    let plan = Arc::new(plan(args)?);
    table::check(args, &plan)?;
    let flags = RunFlagsOf { args, settings, plan: &plan };
    let folder = JudgeFolder::open(args.run_dir.as_deref())?;
    let stack = plan.problems.iter().filter_map(|problem| problem.limits.stack).max();
    let stack = stack.unwrap_or(args.limits.stack).max(args.limits.stack);
    let building = &args.building;
    let limits = BuildLimits {
        cpu: building.build_cpu,
        memory: building.build_memory,
        time: building.build_timeout,
        ..BuildLimits::default()
    };
    let builder = builds::builder(limits, Some(stack).filter(|stack| *stack != USUAL_STACK));
    builds::check_compilers(&plan.programs, &builder)
        .map_err(error::FeedError::from)
        .map_err(JudgeError::from)?;
    let judged = Judged { args, plan: &plan, folder: &folder, flags: &flags, builder };
    let ended = judged.runs()?;
    let mut found = JudgedCells::default();
    for run in &plan.runs {
        let path = folder.of_run(&run.folder);
        if path.join(RUN).exists() {
            found.add(&path)?;
        }
    }
    let rows = found.rows(&plan);
    let exit = table::write(args, &plan, rows)?;
    folder.close()?;
    Ok(ended.unwrap_or(exit))
}

/// Reads programs and problems.
fn plan(args: &JudgeArgs) -> Result<JudgePlan, CliError> {
    let problems = read_problems(&args.cases).map_err(JudgeError::from)?;
    for problem in &problems {
        for text in &problem.notes {
            note(&format!("{}: {}\n", name(&problem.name), name(text)));
        }
    }
    let names = problems.iter().map(|problem| problem.name.clone()).collect();
    let options = ProgramOptions { problems: names, pattern: args.program.clone() };
    let found = programs::read(&args.programs, &options).map_err(JudgeError::from)?;
    for choice in &found.choices {
        let (program, file) = (name(&choice.program), name(&choice.file));
        note(&format!("{program}: {file} is the program: {}\n", name(&choice.why)));
    }
    for passed_over in &found.notes {
        note(&format!("{} was passed over: {}\n", name(&passed_over.entry), name(&passed_over.why)));
    }
    if !args.judging.tests_as_code {
        refuse_tests(&problems)?;
    }
    interpreters(&found.programs)?;
    Ok(JudgePlan::new(found.programs, problems, found.persons).map_err(JudgeError::from)?)
}

/// That no case has a test that is code.
fn refuse_tests(problems: &[Problem]) -> Result<(), JudgeError> {
    let mut cases = problems.iter().flat_map(|problem| problem.cases.iter().map(move |case| (problem, case)));
    match cases.find(|(_, case)| case.test.is_some()) {
        Some((problem, case)) => {
            Err(JudgeError::TestsAsCode { problem: problem.name.clone(), case: case.name.clone() })
        }
        None => Ok(()),
    }
}

/// That each interpreter that programs need is there: without it none of them could be judged.
fn interpreters(programs: &[Program]) -> Result<(), JudgeError> {
    for (language, interpreter) in [("python", "@python"), ("javascript", "@javascript")] {
        let is_needed = programs.iter().any(|program| match &program.source {
            ProgramSource::Script { language: own, .. } | ProgramSource::Code { language: own, .. } => {
                *own == language
            }
            ProgramSource::Module(_) | ProgramSource::Source { .. } | ProgramSource::None(_) => false,
        });
        if is_needed && BundledModules::installed().resolve(Path::new(interpreter)).is_err() {
            return Err(JudgeError::NoInterpreter { interpreter });
        }
    }
    Ok(())
}

/// What is judged, and where.
struct Judged<'a> {
    args: &'a JudgeArgs,
    plan: &'a Arc<JudgePlan>,
    folder: &'a JudgeFolder,
    flags: &'a RunFlagsOf<'a>,
    builder: Arc<UntrustedBuilder>,
}

impl Judged<'_> {
    /// Makes all runs, one after another; returns the exit code of the one that was stopped, if one
    /// was.
    fn runs(&self) -> Result<Option<CommandExit>, CliError> {
        // Those of the first run first.
        let order = self.plan.runs.iter().flat_map(|run| run.programs.iter().copied());
        let sources = order
            .filter_map(|place| self.plan.programs.get(place).map(|program| (place, program.source.clone())));
        let count = usize::try_from(self.args.workers.workers.here()).unwrap_or(1);
        let coming =
            builds::start(sources.collect(), &self.builder, count).map_err(threads("that build programs"))?;
        let mut ready = ReadyPrograms::new(coming);
        for run in &self.plan.runs {
            let (exit, left) = self.run(run, ready)?;
            ready = left;
            match exit {
                CommandExit::Ok | CommandExit::Failed => {}
                stopped => return Ok(Some(stopped)),
            }
        }
        Ok(None)
    }

    fn run(&self, run: &PlannedRun, ready: ReadyPrograms) -> Result<(CommandExit, ReadyPrograms), CliError> {
        let validator = self.validator(run)?;
        let path = self.folder.of_run(&run.folder);
        let (args, settings, limits) = self.flags.of(run, validator.as_deref(), &path)?;
        let start =
            if path.join(RUN).exists() { RunDirStart::Update(self.wanted(run)) } else { RunDirStart::New };
        let failure = FeedFailure::default();
        let feed = CellFeed {
            plan: Arc::clone(self.plan),
            programs: run.programs.clone(),
            limits,
            longest_input: args.limits.input_limit,
            secret: *self.folder.secret(),
        };
        let (reader, thread) =
            feed.start(ready, Arc::clone(&failure)).map_err(threads("that write cells"))?;
        let rounds = InputRounds::once(reader, &self.args.programs);
        let ended = start_with(start, &args, &settings, Some(GivenRecords { rounds }));
        if let Some(error) = failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(JudgeError::from(error).into());
        }
        let exit = ended?;
        if !matches!(exit, CommandExit::Ok | CommandExit::Failed) {
            // The thread may still wait for a program; it ends with the process.
            return Ok((exit, ReadyPrograms::none()));
        }
        let left = thread.join().unwrap_or_else(|_| ReadyPrograms::none());
        Ok((exit, left))
    }

    /// The tasks whose records stay.
    fn wanted(&self, run: &PlannedRun) -> WantedTasks {
        if !self.args.remove_absent {
            return WantedTasks::All;
        }
        let ids = self.plan.cells(&run.programs).filter_map(|cell| self.plan.id(cell));
        WantedTasks::Only(Arc::new(ids.map(|id| TaskKey::of_id(&id)).collect()))
    }

    /// The module of a run's validator, which is compiled like a program of a stranger: problems
    /// come from elsewhere too.
    fn validator(&self, run: &PlannedRun) -> Result<Option<PathBuf>, CliError> {
        let problem = match run.judge {
            RunJudge::Compare => return Ok(None),
            RunJudge::Validator(problem) | RunJudge::Interactor(problem) => self.plan.problems.get(problem),
        };
        let Some((problem, validator)) = problem.and_then(|problem| Some((problem, of(problem)?))) else {
            return Ok(None);
        };
        match builds::prepare_validator(&validator.path, &self.builder).map_err(error::FeedError::from) {
            Ok(BuiltProgram::Module(module)) => Ok(Some(module)),
            Ok(BuiltProgram::Failed { message, .. }) => Err(JudgeError::Validator {
                problem: problem.name.clone(),
                path: validator.path.clone(),
                why: message,
            }
            .into()),
            Ok(BuiltProgram::Interpreted { .. }) => Err(JudgeError::Validator {
                problem: problem.name.clone(),
                path: validator.path.clone(),
                why: "it is for an interpreter".to_owned(),
            }
            .into()),
            Err(error) => Err(JudgeError::from(error).into()),
        }
    }
}

/// The validator of a problem.
const fn of(problem: &Problem) -> Option<&Validator> {
    match &problem.judging {
        Judging::Compare(_) => None,
        Judging::Validator(validator) | Judging::Interactor(validator) => Some(validator),
    }
}
