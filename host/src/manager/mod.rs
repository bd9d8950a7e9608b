//! The library's face: [`TaskManager`], which runs task objects in parallel and hands them back.
//!
//! Everything here is put together from the other parts; nothing decides, and nothing knows of
//! frames or of flags. The command is one program on top of it: see [`TaskManager::plan`].

mod batch;
mod builder;
mod call;
mod checks;
mod done;
mod duplicates;
mod error;
mod event_sink;
mod hot_loop;
mod in_flight;
mod inspect;
mod log;
mod module_registry;
mod settings;
mod submit;
mod task_span;
mod worker_exe;

pub use builder::Builder;
pub use call::{Call, CallError, CallOptions, CallProblem};

pub use done::{Done, Failed};
pub use duplicates::OnDuplicate;
pub use error::{RunError, SetupError};
pub use hot_loop::{ResultStream, Results, SendError, Sender, TrySendError};
pub use settings::ModuleSource;
pub use submit::{Input, Submit};
#[cfg(feature = "worker")]
pub use worker_exe::init;

use call::{CallLine, WaitingCallers};
use event_sink::{ManagerSink, RecordReceiver, RunSums};
use in_flight::InFlightTasks;
use log::ManagerLog;
use polymer_host_event::RecordBacklog;
use polymer_host_modules::Module;
use polymer_host_report::Screen;
use polymer_host_report::Stats;
use polymer_host_run::inbox::{RunSubmitter, RunWaker};
use polymer_host_run::{CodeCaching, Run, RunPlan};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use settings::ManagerSettings;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tracing::Span;

/// Runs tasks in worker processes, and hands them back with their results.
///
/// There are three ways to use one; a manager may be used in all of them, by many threads at a
/// time, and clones share it:
///
/// * [`supervise`](Self::supervise): all tasks at once, all results at the end;
/// * [`start`](Self::start): the hot loop, tasks in at one end while results come out at the other;
/// * [`call`](Self::call): one task, one answer, for programs that serve others.
///
/// Each `supervise` and each `start` is a run with workers of its own. Calls share one run, which
/// begins with the first and ends with the manager.
///
/// It installs no signal handler, prints nothing that was not asked for, and waits for no process
/// but its own workers. Whatever is dropped takes its workers with it: no process stays behind.
#[derive(Clone)]
pub struct TaskManager(Arc<ManagerInner>);

struct ManagerInner {
    settings: ManagerSettings,
    worker_exe: PathBuf,
    caching: CodeCaching,
    module: Option<Module>,
    screens: Vec<Screen>,
    /// The sums of the run that began last.
    latest: Mutex<Option<RunSums>>,
    line: Mutex<Option<Arc<CallLine>>>,
}

impl fmt::Debug for TaskManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskManager").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

/// Tasks of a run that stopped before each of them had its turn.
#[derive(thiserror::Error)]
#[error("{error}")]
#[non_exhaustive]
pub struct SuperviseError<T> {
    /// Why it stopped.
    #[source]
    pub error: RunError,
    /// All tasks, in the order in which they were handed in: those that ended before, and the
    /// others as they were.
    pub done: Vec<Done<T>>,
}

impl<T> fmt::Debug for SuperviseError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} ({} tasks are in this error)", self.done.len())
    }
}

impl TaskManager {
    /// Settings, with their defaults.
    pub fn builder() -> Builder {
        Builder::default()
    }

    fn new(
        settings: ManagerSettings,
        worker_exe: PathBuf,
        caching: CodeCaching,
        module: Option<Module>,
        screens: Vec<Screen>,
    ) -> Self {
        let (latest, line) = (Mutex::default(), Mutex::default());
        Self(Arc::new(ManagerInner { settings, worker_exe, caching, module, screens, latest, line }))
    }

    /// The module that was [named](Builder::module) or [built](Builder::project), if one was.
    #[must_use]
    pub fn module(&self) -> Option<&Module> {
        self.0.module.as_ref()
    }

    /// Runs all tasks and gives each back, in the order in which they were handed in. Waits until
    /// the last one is over: in async code use [`call`](Self::call) or [`start`](Self::start).
    ///
    /// This starts workers and compiles the module each time. For many small batches one
    /// [`start`](Self::start), or calls, are the better way.
    ///
    /// A task comes back as its guest left it. One that failed, whatever became of its guest or its
    /// worker, is handed back as it was submitted, with verdict and error.
    ///
    /// ```no_run
    /// use polymer_host::TaskManager;
    /// use polymer_task::{Failure, task};
    ///
    /// /// Adds up.
    /// #[task]
    /// #[derive(Debug)]
    /// pub struct Sum {
    ///     pub numbers: Vec<i64>,
    ///     #[serde(default)]
    ///     pub sum: i64,
    /// }
    ///
    /// impl Sum {
    ///     pub fn run(&mut self) {
    ///         self.sum = self.numbers.iter().sum();
    ///     }
    /// }
    ///
    /// let manager = TaskManager::builder().worker_exe("polymer").module("sum.wasm").build()?;
    /// let tasks = (1..=3).map(|n| Sum { numbers: (0..n).collect(), sum: 0 });
    /// for done in manager.supervise(tasks)? {
    ///     println!("{:?}: {}", done.task, done.verdict);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If the run could not be made, or stopped early: the module is of no use, workers do not
    /// start, too many tasks failed. No task is lost: all of them are in the error.
    pub fn supervise<T: Submit>(
        &self,
        tasks: impl IntoIterator<Item = T>,
    ) -> Result<Vec<Done<T>>, SuperviseError<T>> {
        let tasks = tasks.into_iter();
        let queue = self.0.settings.config.window;
        let (sender, mut results) = match self.open(None, batch::waiting(queue)) {
            Ok(ends) => ends,
            Err(error) => return Err(SuperviseError { error, done: not_begun(1, tasks) }),
        };
        let mut tasks = tasks.fuse();
        let (submitted, left) = sender.send_all(&mut tasks, queue);
        drop(sender);
        let mut done: Vec<Done<T>> = results.by_ref().collect();
        done.sort_by_key(|done| done.seq);
        done.extend(not_begun(submitted + 1, left.into_iter().chain(tasks)));
        match results.into_error() {
            None => Ok(done),
            Some(error) => Err(SuperviseError { error, done }),
        }
    }

    /// Starts a hot loop: tasks go in at the sender while results come out at the other end.
    ///
    /// At most [`queue`](Builder::queue) tasks are in the run, as many wait to be taken into it,
    /// and as many results wait to be taken; then senders wait. When every sender is dropped, what
    /// is in the run is finished and the results end. When the results are dropped, the run is over
    /// at once.
    ///
    /// ```no_run
    /// # use polymer_host::{Input, TaskManager};
    /// # let manager = TaskManager::builder().worker_exe("polymer").module("upper.wasm").build()?;
    /// let (sender, results) = manager.start()?;
    /// let feeder = std::thread::spawn(move || {
    ///     for number in 0..1_000_000 {
    ///         if sender.send(Input::text(format!("line {number}\n"))).is_err() {
    ///             break;
    ///         }
    ///     }
    /// });
    /// for done in results {
    ///     println!("{}: {}", done.id, done.verdict);
    /// }
    /// feeder.join().unwrap();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// In async code the same with [`Sender::send_async`] and [`Results::next_async`], or
    /// [`Results::into_stream`]:
    ///
    /// ```no_run
    /// # use polymer_host::{Input, TaskManager};
    /// # async fn upper(manager: TaskManager) -> Result<(), Box<dyn std::error::Error>> {
    /// let (sender, mut results) = manager.start()?;
    /// let feeder = tokio::spawn(async move {
    ///     for number in 0..1_000_000 {
    ///         if sender.send_async(Input::text(format!("line {number}\n"))).await.is_err() {
    ///             break;
    ///         }
    ///     }
    /// });
    /// while let Some(done) = results.next_async().await {
    ///     println!("{}: {}", done.id, done.verdict);
    /// }
    /// feeder.await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the manager has no module, or the system refuses what a run needs.
    pub fn start<T: Submit>(&self) -> Result<(Sender<T>, Results<T>), RunError> {
        self.open(Some(self.plan().backlog), self.0.settings.config.window)
    }

    /// Runs one task, and answers when it is over. The call begins at once, whether or not the
    /// answer is awaited; dropping it cuts it off. It may be awaited in any executor;
    /// [`Call::wait`] is for threads.
    ///
    /// A service answers "too busy" when the error is [`CallProblem::QueueFull`], gives each call a
    /// deadline, and drops the future of a client that went away. It ends well when it takes no
    /// more requests, awaits those it has, and drops the manager.
    ///
    /// A module is compiled when it is called first, and kept as long as the program has it. Once
    /// every clone of it is dropped, its worker and its files go when its calls are over and a call
    /// names a module that is new.
    ///
    /// ```no_run
    /// # use polymer_host::{CallOptions, Input, Module, TaskManager};
    /// # async fn serve(manager: TaskManager) -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    ///
    /// let module = Module::open("upper.wasm")?;
    /// let options = CallOptions::deadline(Duration::from_secs(2));
    /// let done = manager.call(&module, Input::text("loud"), options).await?;
    /// println!("{:?} {:?}", done.verdict, done.output);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The answer is an error if as many calls are under way as may be, or if the run that answers
    /// could not be made or stopped. What becomes of the task itself is its verdict, that its
    /// module is of no use included.
    pub fn call<T: Submit>(&self, module: &Module, task: T, options: CallOptions) -> Call<T> {
        match self.line() {
            Ok(line) => line.call(module, task, options),
            Err(error) => Call::failed(task, error.into()),
        }
    }

    /// As [`call`](Self::call), waiting for the answer: for threads.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn call_blocking<T: Submit>(
        &self,
        module: &Module,
        task: T,
        options: CallOptions,
    ) -> Result<Done<T>, CallError<T>> {
        self.call(module, task, options).wait()
    }

    /// The sums of the run that began last: how many tasks ended how, how long they ran and waited,
    /// what they used. `None` before the first.
    #[must_use]
    pub fn stats(&self) -> Option<Stats> {
        self.latest().as_ref().map(RunSums::get)
    }

    /// The plan of a run under these settings, for a program that feeds its runs itself and takes
    /// all that happens, as the command does: see [`Run::start`].
    #[doc(hidden)]
    #[must_use]
    pub fn plan(&self) -> RunPlan {
        self.0.settings.plan(&self.0.worker_exe, &self.0.caching)
    }

    /// Opens a run for objects of one type; `most` is what may wait at its end, `waiting` how many
    /// commands at its beginning.
    fn open<T: Submit>(
        &self,
        most: Option<RecordBacklog>,
        waiting: usize,
    ) -> Result<(Sender<T>, Results<T>), RunError> {
        let module = self.0.module.as_ref().ok_or(RunError::NoModule)?;
        let plan = self.plan();
        let settings = &self.0.settings;
        let allowed = settings.allowed();
        let (mut in_flight, sums) = (None, RunSums::new(settings.config.slots));
        let span = task_span::of_run(settings.config.slots);
        let (submitter, run) = self.run(plan, (Some(waiting), span), &sums, |waker| {
            let (ours, receiver) =
                InFlightTasks::new(settings.on_duplicate, self.with_labels(), most, waker, sums.clone());
            in_flight = Some((Arc::clone(&ours), receiver));
            ours
        })?;
        let Some((in_flight, receiver)) = in_flight else { return Err(RunError::Stopped) };
        let sender =
            Sender::new(submitter, module, allowed, Arc::clone(&in_flight)).map_err(|_| RunError::Stopped)?;
        Ok((sender, Results::new(receiver, in_flight, run, sums, module)))
    }

    /// The run that answers calls; a new one, if there is none or it has ended.
    fn line(&self) -> Result<Arc<CallLine>, RunError> {
        let mut line = self.0.line.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = line.as_ref().filter(|line| !line.is_closed()) {
            return Ok(Arc::clone(line));
        }
        let settings = &self.0.settings;
        let mut plan = self.plan();
        // A few bad tasks are no reason to turn away the others, and who serves them has no end in
        // sight.
        plan.config.max_fail = None;
        plan.config.global_timeout = None;
        // Somebody waits for each answer.
        plan.service.attention = settings::ATTENTION;
        plan.config.recycle.awake = settings::ATTENTION;
        let sums = RunSums::new(settings.config.slots);
        let callers = Arc::new(WaitingCallers::new(settings.config.window));
        let span = task_span::of_shared_run(settings.config.slots);
        let (submitter, run) = self.run(plan, (None, span), &sums, |_| Arc::clone(&callers))?;
        let new =
            Arc::new(CallLine::new(submitter, run, callers, settings.allowed(), self.with_labels(), sums));
        *line = Some(Arc::clone(&new));
        Ok(new)
    }

    fn run<D: RecordReceiver + 'static>(
        &self,
        plan: RunPlan,
        (most, span): (Option<usize>, Span),
        sums: &RunSums,
        deliver: impl FnOnce(RunWaker) -> D,
    ) -> Result<(RunSubmitter, Run<ManagerSink<D>>), RunError> {
        let log = ManagerLog::new(&self.0.settings, &self.0.screens, span);
        let sink = |waker| -> io::Result<_> {
            Ok(ManagerSink::new(&self.0.settings, log, sums.clone(), deliver(waker)))
        };
        let started = Run::start(plan, most, sink)
            .map_err(SystemError::on(SystemOperation::Start, "the run's threads"))?;
        *self.latest() = Some(sums.clone());
        Ok(started)
    }

    /// Returns whether anybody will see the labels of tasks.
    fn with_labels(&self) -> bool {
        !self.0.screens.is_empty()
            || self.0.settings.on_event.is_some()
            || tracing::enabled!(tracing::Level::ERROR)
    }

    fn latest(&self) -> MutexGuard<'_, Option<RunSums>> {
        self.0.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tasks that got no turn, numbered from `first`.
fn not_begun<T: Submit>(first: u64, tasks: impl Iterator<Item = T>) -> Vec<Done<T>> {
    let id = |task: &T, seq: u64| {
        task.draft(false).ok().and_then(|draft| draft.id).unwrap_or_else(|| seq.to_string())
    };
    let done = (first..).zip(tasks).map(|(seq, task)| {
        let id = id(&task, seq);
        Done::not_begun(task, seq, id)
    });
    done.collect()
}
