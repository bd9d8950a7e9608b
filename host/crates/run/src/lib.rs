//! The trusted half: starts workers, moves bytes, keeps the clock. What is decided is decided in
//! [`polymer_host_sched`].
//!
//! One loop: wait for something, make an [`SchedulerInput`] of it, ask the scheduler, do what it
//! says. Only this loop reads the clock of a run.

#![forbid(unsafe_code)]

mod attempt_frames;
mod busy_poll;
mod cache_thread;
mod clock;
mod code_caching;
pub mod control;
mod early_cancels;
mod handshake;
mod inbound;
pub mod inbox;
pub mod jail_probe;
mod judge_thread;
mod launch;
mod memory;
mod modules;
mod poll;
pub mod probe;
pub mod run;
mod service;
mod shortage;
mod starting;
mod stderr_tail;
mod streaming;
pub mod streams;
mod suspending;
mod thread_watch;
mod waker;
mod worker;
mod worker_ring;
mod worker_socket;
mod worker_stream;

pub use code_caching::CodeCaching;
pub use control::RunControl;
pub use handshake::worker_cpu;
pub use jail_probe::rehearse;
pub use memory::memory_bound;
pub use polymer_host_protocol::ARGUMENT as WORKER_ARGUMENT;
pub use probe::probe;
pub use run::Run;
pub use service::{WorkerSettings, largest_check, largest_validation};
pub use shortage::shortage_of;

use clock::{LOOK, RunClock};
use code_caching::RunCache;
use early_cancels::EarlyCancels;
use inbox::{RunCommand, RunInbox, RunWaker};
use judge_thread::JudgeThread;
use memory::OomWatch;
use modules::RunModules;
use poll::{EventPoll, PollEvent};
use polymer_host_base::Confinement;
use polymer_host_event::{EventSink, RecordBacklog};
use polymer_host_event::{ProcessRole, RunEvent};
use polymer_host_event::{RunOutcome, RunOverview};
use polymer_host_modules::{Module, ResidentModules};
use polymer_host_sched::{Scheduler, SchedulerAction, SchedulerConfig, SchedulerInput};
use polymer_host_sys::process;
use polymer_host_sys::resource_exhausted::{SystemRequest, lacking};
use polymer_host_task::{CheckProtocol, ModuleId, Moment, Submission, Usage, WorkerId};
use service::FEEDBACK_GRACE;
use shortage::ResourceDemand;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use streaming::StreamTable;
use thread_watch::ThreadWatch;
use worker::WorkerHandle;
use worker_socket::{QueuedAttempt, ReadFlow};

/// The longest that answers are left unheard while every worker has plenty before it. To wake and
/// to fall asleep costs as much as tens of records do.
const LEISURE: Duration = Duration::from_millis(4);

/// Plan of a run.
#[derive(Debug, Clone)]
pub struct RunPlan {
    /// Configuration that decisions depend on.
    pub config: SchedulerConfig,
    /// Settings that workers are handed.
    pub service: WorkerSettings,
    /// The program that is started as a worker; it must hand its arguments to `requested` of the
    /// worker.
    pub worker_exe: PathBuf,
    /// Caching of compiled code: earlier code is used, and new code is kept. Without it,
    /// [`SchedulerConfig::look_limit`] is `None`.
    pub caching: CodeCaching,
    /// From which backlog of the sink on nothing more is taken.
    pub backlog: RecordBacklog,
    /// From the same backlog of bytes on nothing more is sent to workers either. Not for a sink
    /// that holds records back until earlier ones come: it would wait for a task that is not sent.
    pub hold_dispatch: bool,
    /// The modules that whoever submits lets in. What is idle of them goes when there is no room
    /// for another.
    pub resident: ResidentModules,
}

impl RunPlan {
    /// Has tasks judged by a checker or an interactor that is called so: what its workers are
    /// granted, may be sent and take is settled by that.
    pub fn judge_by(&mut self, protocol: CheckProtocol) {
        let limits = &self.service.limits;
        self.service.check_input = Some(match protocol {
            CheckProtocol::Json => largest_check(limits),
            CheckProtocol::Validator => largest_validation(limits),
        });
        self.service.check_protocol = protocol;
        let is_validator = protocol == CheckProtocol::Validator;
        self.config.own_judge_workers = is_validator;
        if is_validator {
            self.config.grace = self.config.grace.max(FEEDBACK_GRACE);
        }
    }
}

/// Why a run could not be made at all.
#[derive(Debug, thiserror::Error)]
pub enum StartRunError {
    /// The system refused what the loop itself needs.
    #[error("the supervisor cannot wait for events")]
    Poll(#[from] io::Error),
}

/// Runs tasks until the inbox has ended, or the run was told to stop. Everything that happens goes
/// to `sink`, on this thread.
///
/// `waker` must be the one that `inbox`, `control` and the sink wake. Workers die with the calling
/// thread.
///
/// # Errors
/// If the loop cannot be set up. Everything else that goes wrong is an event and stands in the
/// outcome.
pub fn run(
    plan: &RunPlan,
    inbox: &RunInbox,
    waker: &RunWaker,
    control: &RunControl,
    sink: &mut dyn EventSink,
) -> Result<RunOutcome, StartRunError> {
    let mut supervisor = RunLoop {
        plan,
        waker,
        control,
        sched: Scheduler::new(plan.config.clone()),
        poll: EventPoll::new(waker)?,
        sink,
        clock: RunClock::start(),
        modules: RunModules::default(),
        cache: RunCache::new(&plan.caching, &plan.worker_exe, waker),
        judge: JudgeThread::new(waker),
        judges: BTreeMap::new(),
        workers: BTreeMap::new(),
        streams: StreamTable::default(),
        pending: VecDeque::new(),
        early: EarlyCancels::default(),
        threads: ThreadWatch::new(process::cores()),
        input_ended: false,
        confinement: None,
        oom: OomWatch::begin(),
        stops: 0,
        pressed: false,
        happened: Moment::ZERO,
        actions: Vec::new(),
    };
    supervisor.tell_memory_bound();
    while !supervisor.sched.is_over() {
        supervisor.heed(control);
        supervisor.report_if_asked(control);
        supervisor.suspend_if_asked(control);
        supervisor.hear_cache();
        supervisor.hear_judge();
        supervisor.weigh();
        supervisor.evict();
        supervisor.admit(inbox);
        supervisor.serve_streams();
        supervisor.flush();
        if supervisor.sched.is_over() {
            break;
        }
        supervisor.wait(waker)?;
    }
    let judging = supervisor.judge.usage();
    let (outcome, took) = (RunOutcome { judging, ..supervisor.sched.outcome() }, supervisor.now());
    supervisor.finish_cache();
    supervisor.sink.end(took, &outcome);
    control.close();
    Ok(outcome)
}

struct RunLoop<'a> {
    plan: &'a RunPlan,
    waker: &'a RunWaker,
    control: &'a RunControl,
    sched: Scheduler,
    poll: EventPoll,
    sink: &'a mut dyn EventSink,
    clock: RunClock,
    modules: RunModules,
    cache: RunCache,
    judge: JudgeThread,
    /// The run's checker and its interactor, and the settings for workers of each.
    judges: BTreeMap<ModuleId, WorkerSettings>,
    workers: BTreeMap<u32, WorkerHandle>,
    streams: StreamTable,
    /// Submissions that were taken off the inbox and do not fit yet.
    pending: VecDeque<Submission>,
    early: EarlyCancels,
    threads: ThreadWatch,
    input_ended: bool,
    /// Jail as reported by the run worker that started last.
    confinement: Option<Arc<Confinement>>,
    oom: OomWatch,
    /// Number of stop requests that the run has heeded.
    stops: u8,
    /// True if the sink or the judge is too far behind.
    pressed: bool,
    /// When something happened last.
    happened: Moment,
    actions: Vec<SchedulerAction>,
}

/// Returns the settings for workers of a module.
fn service_of<'a>(
    usual: &'a WorkerSettings,
    judges: &'a BTreeMap<ModuleId, WorkerSettings>,
    module: ModuleId,
) -> &'a WorkerSettings {
    judges.get(&module).unwrap_or(usual)
}

/// A run that is left behind, by a panic or because waiting failed, leaves no process behind.
impl Drop for RunLoop<'_> {
    fn drop(&mut self) {
        for worker in std::mem::take(&mut self.workers).into_values() {
            worker.kill();
            drop(worker.settle_death(|_| None));
        }
    }
}

impl RunLoop<'_> {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Tells the scheduler of one of many things, all of which happened before
    /// [`follow_up`](Self::follow_up) is called.
    fn take(&mut self, now: Moment, input: SchedulerInput) {
        self.sched.take(now, input, &mut self.actions);
        self.perform_all(now);
    }

    /// Has the scheduler give out work after the last of them.
    fn follow_up(&mut self) {
        let now = self.now();
        self.sched.follow_up(now, &mut self.actions);
        self.perform_all(now);
    }

    /// Does what the scheduler said.
    fn perform_all(&mut self, now: Moment) {
        // That a task came, for one, leads to nothing before the last of them came.
        if self.actions.is_empty() {
            return;
        }
        let mut actions = std::mem::take(&mut self.actions);
        let mut led_to = Vec::new();
        for action in actions.drain(..) {
            if let Some(input) = self.perform(now, action) {
                led_to.push(input);
            }
        }
        self.actions = actions;
        for input in led_to {
            self.tell(input);
        }
    }

    /// Tells the scheduler what happened and does what it says. What an action leads to is told
    /// when all actions beside it are done: else two messages to one worker could swap places.
    fn tell(&mut self, input: SchedulerInput) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let now = self.now();
            let mut actions = std::mem::take(&mut self.actions);
            self.sched.handle(now, input, &mut actions);
            for action in actions.drain(..) {
                inputs.extend(self.perform(now, action));
            }
            self.actions = actions;
        }
    }

    fn perform(&mut self, now: Moment, action: SchedulerAction) -> Option<SchedulerInput> {
        match action {
            SchedulerAction::Announce(event) => {
                // No process will be given its files any more, and a run may name thousands that
                // are of no use.
                if let RunEvent::ModuleInvalid { module, .. } = &event {
                    self.modules.remove(*module);
                }
                self.sink.on(now, event);
            }
            SchedulerAction::Dispatch { worker: id, attempt, task, number } => {
                self.attach_streams(id, attempt, task);
                self.workers.get_mut(&id.slot)?.link.queue_attempt(QueuedAttempt { attempt, task, number });
                self.poll.note_unsent(id);
            }
            SchedulerAction::Observe { worker: id, attempt } => {
                let delivery = self.workers.get(&id.slot)?.delivery(attempt);
                return Some(SchedulerInput::Observed { worker: id, attempt, delivery });
            }
            SchedulerAction::Retract(id) => {
                let begun = self.workers.get_mut(&id.slot)?.retract();
                self.poll.note_unsent(id);
                return Some(SchedulerInput::Retracted { worker: id, begun });
            }
            SchedulerAction::Probe => {
                let fit = probe::probe_beside(self.plan, self.waker, self.control);
                // It may have taken wakings that were meant for this run.
                self.waker.wake();
                return Some(SchedulerInput::Probed(fit));
            }
            SchedulerAction::MeasureCpu(id) => {
                let cpu = self.worker(id).and_then(|worker| worker.cpu());
                return Some(SchedulerInput::CpuUsed { worker: id, cpu });
            }
            SchedulerAction::Kill(id) => self.workers.get_mut(&id.slot)?.end(),
            SchedulerAction::Judge { task, expect, ending } => return self.have_judged(task, expect, ending),
            SchedulerAction::ReadCheck { task, expect, ending, check } => {
                return self.have_read(task, expect, ending, check);
            }
            SchedulerAction::WriteCase { task, expect } => return self.have_case_written(task, expect),
            SchedulerAction::ReadInteraction { task, expect, ending, interactor, order } => {
                return self.have_blamed(task, expect, (ending, interactor), order);
            }
            SchedulerAction::Connect { program, interactor } => self.streams.connect(program, interactor),
            SchedulerAction::Disconnect(streams) => self.streams.disconnect(streams),
            SchedulerAction::Look(module) => return self.look_up(module),
            SchedulerAction::Keep(module) => self.keep(module),
            SchedulerAction::Discard(module) => self.discard(module),
            SchedulerAction::Forget(module) => self.modules.remove(module),
            SchedulerAction::Spawn { worker, role } => return self.spawn(worker, Some(role)),
            SchedulerAction::SpawnSpare(worker) => return self.spawn(worker, None),
            SchedulerAction::Adopt { spare, worker } => return self.adopt(spare, worker),
            SchedulerAction::Load { worker: id, role } => return self.load(id, role),
        }
        None
    }

    /// Hands a worker what it serves; says what is wrong if that cannot be.
    fn load(&mut self, id: WorkerId, role: ProcessRole) -> Option<SchedulerInput> {
        let worker = self.workers.get_mut(&id.slot)?;
        let form = self.sched.form(role.module());
        let service = service_of(&self.plan.service, &self.judges, role.module());
        let loaded = worker.load(service, &mut self.modules, role, form);
        self.poll.note_unsent(id);
        loaded.err().map(|error| {
            let what = error.to_string();
            match lacking(&error, SystemRequest::Other) {
                Some(resource) => {
                    // What modules hold may be what is lacking.
                    self.plan.resident.tighten(None);
                    let shortage = shortage::seen(resource, what, ResourceDemand::of(self.plan));
                    SchedulerInput::LoadExhausted { worker: id, shortage }
                }
                // It comes of what a worker did, such as code that can still be written and so not
                // be sealed.
                None => SchedulerInput::Broke { worker: id, what },
            }
        })
    }

    /// Hears whether the run is to stop.
    fn heed(&mut self, control: &RunControl) {
        let asked = control.asked();
        if asked >= 1 && self.stops == 0 {
            self.stops = 1;
            self.tell(SchedulerInput::Drain);
        }
        self.end_if(asked >= 2 || self.sink.has_failed());
        for seq in control.take_cancels() {
            if self.early.cancel(seq) {
                self.tell(SchedulerInput::Cancel { seq });
            }
        }
    }

    /// Ends the run, if it is to end at once and has not been told so.
    fn end_if(&mut self, at_once: bool) {
        if at_once && self.stops < 2 {
            self.stops = 2;
            self.tell(SchedulerInput::End);
        }
    }

    /// Holds workers back while the sink or the judge is too far behind.
    fn weigh(&mut self) {
        let most = self.plan.backlog.bytes;
        let is_behind = self.plan.hold_dispatch && self.sink.backlog().bytes >= most;
        let pressed = is_behind || self.judge.held_bytes() >= most;
        if pressed != self.pressed {
            self.pressed = pressed;
            self.tell(SchedulerInput::Pressure(pressed));
        }
    }

    /// Lets go of modules that are idle, if another one needs their room.
    fn evict(&mut self) {
        for module in self.plan.resident.evict() {
            self.tell(SchedulerInput::Forget { module });
        }
    }

    /// Takes what there is room for.
    fn admit(&mut self, inbox: &RunInbox) {
        loop {
            let (before, now) = (self.pending.len(), self.now());
            while self.has_room(inbox)
                && let Some(submission) = self.pending.pop_front()
            {
                let seq = submission.seq();
                self.streams.note_submitted(&submission);
                self.take(now, SchedulerInput::Submit(submission));
                if self.early.came(seq) {
                    self.take(now, SchedulerInput::Cancel { seq });
                }
            }
            if self.pending.len() < before {
                self.follow_up();
            }
            if !self.pending.is_empty() || self.input_ended || !self.has_room(inbox) {
                return;
            }
            match inbox.next() {
                None => return,
                Some(RunCommand::Streams(streams, ends)) => self.streams.insert(streams, ends),
                Some(RunCommand::Submit(batch)) => self.pending.extend(batch),
                Some(RunCommand::Require(module)) => self.tell(SchedulerInput::Require(module)),
                Some(RunCommand::Forget(module)) => self.tell(SchedulerInput::Forget { module }),
                Some(RunCommand::Module(module, file)) => {
                    let name = file.name().to_owned();
                    let digest = *file.digest();
                    let named = RunEvent::ModuleNamed { module, name: name.clone(), digest };
                    self.sink.on(self.clock.now(), named);
                    self.modules.add(module, file);
                    self.tell(SchedulerInput::Module { module, name });
                    self.plan.resident.arrived(module);
                }
                Some(RunCommand::Checker(module, file)) => {
                    self.add_judge(module, file);
                    self.tell(SchedulerInput::Checker(module));
                }
                Some(RunCommand::Interactor(module, file)) => {
                    self.add_judge(module, file);
                    self.tell(SchedulerInput::Interactor(module));
                }
                Some(RunCommand::Named { module, name, digest }) => {
                    let named = RunEvent::ModuleNamed { module, name, digest };
                    self.sink.on(self.now(), named);
                }
                Some(RunCommand::Cancel(seq)) => self.tell(SchedulerInput::Cancel { seq }),
                Some(RunCommand::End) => {
                    self.input_ended = true;
                    self.tell(SchedulerInput::InputEnded);
                }
            }
        }
    }

    /// Takes a module that judges tasks. It is none of the run's tasks, so nobody is told of it as
    /// one.
    fn add_judge(&mut self, module: ModuleId, file: Module) {
        let name = file.name().to_owned();
        self.modules.add(module, file);
        self.judges.insert(module, self.plan.service.of_judge());
        self.tell(SchedulerInput::Module { module, name });
    }

    fn has_room(&self, inbox: &RunInbox) -> bool {
        // What would wait takes as much memory as what is taken, and a word to cancel it would wait
        // behind it.
        if inbox.is_counted() {
            return true;
        }
        let (backlog, most) = (self.sink.backlog(), self.plan.backlog);
        self.sched.room() > 0 && backlog.records < most.records && backlog.bytes < most.bytes
    }

    fn flush(&mut self) {
        self.sink.before_sending();
        // If that failed, whoever would have been sent something is killed before.
        self.end_if(self.sink.has_failed());
        self.send();
    }

    /// Sends what waits to be sent, as far as it goes.
    fn send(&mut self) {
        for id in self.poll.take_unsent() {
            if let Some(worker) = self.workers.get_mut(&id.slot).filter(|worker| worker.id == id) {
                let left = worker.flush(|task| self.sched.spec(task));
                self.poll.want_writable(worker, left);
            }
        }
    }

    /// Lets answers pile up while every worker has plenty before it: who answers into a queue
    /// nobody waits at wakes nobody, and the answers are then heard many at a time.
    #[expect(
        clippy::disallowed_methods,
        reason = "what there would be to wait for is what must not wake this thread"
    )]
    fn rest(&self) {
        let leisure = self.sched.idle_budget().min(LEISURE);
        if !leisure.is_zero() {
            std::thread::sleep(leisure);
        }
    }

    /// Waits for something to happen and tells of all that did.
    fn wait(&mut self, waker: &RunWaker) -> Result<(), StartRunError> {
        self.rest();
        let has_heard = self.hear_rings();
        let now = self.now();
        let due = self.sched.next_deadline().into_iter().chain(self.sink.next_tick());
        let due = due.chain(self.next_look_at_threads()).min();
        let most = due.map(|due| due.saturating_sub(now).min(LOOK));
        // What was heard leads to work that is to be given out before this sleeps.
        let most = if has_heard { Some(Duration::ZERO) } else { most };
        let events = self.watch(most)?;
        self.leave_out(now, most);
        for event in events {
            match event {
                PollEvent::Woken => waker.clear(),
                PollEvent::Writable(id) => self.poll.note_unsent(id),
                PollEvent::Heard(id) => {
                    if self.hear(id) == ReadFlow::Closed {
                        self.lost(id);
                    }
                }
                PollEvent::Stderr(id) => self.hear_stderr(id),
                PollEvent::Ended(id) => self.ended(id),
            }
        }
        // What came before its time was up counts, as it does on a socket.
        self.hear_rings();
        self.leave_out_stop();
        self.look_at_threads();
        let now = self.now();
        if self.sched.next_deadline().is_some_and(|due| due <= now) {
            self.tell(SchedulerInput::Tick);
        }
        if self.sink.next_tick().is_some_and(|due| due <= now) {
            self.tell_running(now);
            self.sink.tick(now);
        }
        Ok(())
    }

    /// Says at the start what may go wrong for want of memory.
    fn tell_memory_bound(&mut self) {
        if let Some(bound) = self.oom.shortfall(self.plan) {
            self.sink.on(self.now(), RunEvent::MemoryBound(bound));
        }
    }

    /// Has the sink say how the run stands, if somebody wants to know.
    fn report_if_asked(&mut self, control: &RunControl) {
        let (is_asked, is_watched) = control.take_requests();
        if !is_asked && !is_watched {
            return;
        }
        let now = self.now();
        self.tell_running(now);
        if is_asked {
            self.sink.report(now);
        }
        if is_watched {
            let overview = self.overview();
            self.sink.look(now, overview);
        }
    }

    /// What the scheduler knows, with the ids of processes.
    fn overview(&self) -> RunOverview {
        let mut overview = self.sched.overview();
        for worker in &mut overview.workers {
            let id = worker.worker;
            let handle = self.workers.get(&id.slot).filter(|handle| handle.id == id);
            worker.pid = handle.map(WorkerHandle::pid);
        }
        overview
    }

    fn tell_running(&mut self, now: Moment) {
        let mut running = self.sched.running(now);
        for running in &mut running {
            let worker = self.workers.get(&running.worker.slot).filter(|worker| worker.id == running.worker);
            if let (Some(worker), Some((attempt, limits))) = (worker, self.sched.at_work(running.worker)) {
                let Usage { fuel, peak_memory, .. } = worker.used_so_far(attempt, limits);
                (running.memory, running.fuel) = (peak_memory, fuel);
                running.progress = worker.progress(attempt);
            }
        }
        self.sink.on(now, RunEvent::Running(running));
        self.sink.waiting(self.sched.waiting() + self.pending.len());
    }

    fn worker(&mut self, id: WorkerId) -> Option<&mut WorkerHandle> {
        self.workers.get_mut(&id.slot).filter(|worker| worker.id == id)
    }
}
