//! Messages of workers, and their ends. Each message becomes a [`SchedulerInput`] if it can be
//! true.

use super::clock::RunClock;
use super::service::WorkerSettings;
use super::shortage::{self, ResourceDemand};
use super::streaming::StreamClaim;
use super::worker::WorkerHandle;
use super::worker_ring::{HeardError, next_frame};
use super::worker_socket::ReadFlow;
use super::{RunLoop, service_of};
use polymer_host_base::JailRole;
use polymer_host_event::RunEvent;
use polymer_host_protocol::claim;
use polymer_host_protocol::claim::AttemptBounds;
use polymer_host_protocol::message::FromWorker;
use polymer_host_protocol::{VERSION, files, frame};
use polymer_host_sched::{Scheduler, SchedulerInput};
use polymer_host_task::{AttemptId, EntryMode, ModuleForm, Moment, WorkerId};
use std::mem::take;
use std::ops::ControlFlow;
use std::sync::Arc;

impl RunLoop<'_> {
    /// Reads what a worker sent and tells of each message.
    pub(super) fn hear(&mut self, id: WorkerId) -> ReadFlow {
        let flow = self.worker(id).map_or(ReadFlow::Closed, WorkerHandle::hear);
        self.tell_heard(id);
        // What had to wait in the ring for a message that has come by the socket now, and what of
        // the socket waits for that. There may be no other turn of a worker that is gone.
        self.hear_ring(id);
        flow
    }

    /// Reads what can be read of a worker's ring; says whether that was something.
    fn hear_ring(&mut self, id: WorkerId) -> bool {
        let has_more = |worker: &&mut WorkerHandle| worker.has_more_in_ring();
        let Some(worker) = self.worker(id).filter(has_more) else { return false };
        worker.hear_ring();
        self.tell_heard(id);
        true
    }

    /// Reads the rings of all workers; says whether there was something in them.
    pub(super) fn hear_rings(&mut self) -> bool {
        let has_more = |worker: &&WorkerHandle| worker.has_more_in_ring();
        let ids: Vec<WorkerId> = self.workers.values().filter(has_more).map(|worker| worker.id).collect();
        let mut has_heard = false;
        for id in ids {
            has_heard |= self.hear_ring(id);
        }
        has_heard
    }

    /// Says to all workers that this thread sleeps now, or that it is awake. Returns whether one of
    /// them put something into its ring before it could know.
    pub(super) fn tell_asleep(&mut self, is_asleep: bool) -> bool {
        self.workers.values_mut().for_each(|worker| worker.tell_asleep(is_asleep));
        is_asleep && self.workers.values().any(WorkerHandle::has_more_in_ring)
    }

    /// Tells of each message that was read of a worker.
    fn tell_heard(&mut self, id: WorkerId) {
        // All that came with one read came at one time: to ask the clock for each would cost more
        // than it tells.
        let mut now = self.now();
        let mut finished = false;
        while let Some(input) = self.next_message(id, now) {
            if matches!(input, SchedulerInput::Finished { .. }) {
                if !finished {
                    self.weigh_worker(id, now);
                }
                finished = true;
                self.take(now, input);
            } else {
                self.tell(input);
                now = self.now();
            }
        }
        if finished {
            self.follow_up();
        }
    }

    /// Tells how much memory a worker has, now and then. Told before its answer is, for that makes
    /// room for more work.
    fn weigh_worker(&mut self, id: WorkerId, now: Moment) {
        if let Some(bytes) = self.worker(id).and_then(|worker| worker.weigh(now)) {
            self.tell(SchedulerInput::Resident { worker: id, bytes });
        }
    }

    /// The next of what a worker said by `now` that decisions depend on.
    fn next_message(&mut self, id: WorkerId, now: Moment) -> Option<SchedulerInput> {
        loop {
            if let ControlFlow::Break(input) = self.take_message(id, now)? {
                return Some(input);
            }
        }
    }

    /// Takes a message. One that is for the streams of its attempt goes no further.
    fn take_message(&mut self, id: WorkerId, now: Moment) -> Option<ControlFlow<SchedulerInput>> {
        let worker = self.workers.get_mut(&id.slot).filter(|worker| worker.id == id && !worker.broken)?;
        let message = match next_frame(worker.ring.as_mut(), &mut worker.link.frames) {
            Ok(None) => return None,
            Ok(Some(content)) => frame::decode::<FromWorker<'_>>(content).map_err(HeardError::Frame),
            Err(error) => Err(error),
        };
        if let (Ok(FromWorker::Hello { engine, confinement, .. }), false) = (&message, worker.greeted) {
            worker.greeted = true;
            worker.counts_threads = confinement.counts_threads;
            self.threads.note(confinement.counts_threads);
            let is_told = worker.purpose == JailRole::Run;
            if is_told && self.confinement.is_none() {
                self.sink.on(self.clock.now(), RunEvent::Engine(claim::engine(engine)));
            }
            let confinement = claim::confinement(confinement);
            if is_told && self.confinement.as_deref() != Some(&confinement) {
                let told = Arc::new(confinement);
                self.confinement = Some(Arc::clone(&told));
                self.sink.on(self.clock.now(), RunEvent::Confined(told));
            }
        }
        let usual = &self.plan.service;
        let served = self.sched.serving(id);
        let service = served.map_or(usual, |module| service_of(usual, &self.judges, module));
        let claim = message.as_ref().ok().and_then(StreamClaim::of);
        let heard = if let Some(claim) = claim {
            match self.streams.hear(worker.stream.as_mut(), &claim) {
                Ok(()) => return Some(ControlFlow::Continue(())),
                Err(violation) => Err(violation.to_string()),
            }
        } else {
            let streamed =
                worker.stream.as_ref().map(|stream| (stream.account.attempt(), stream.account.stdout()));
            let known = KnownAttempts { sched: &self.sched, clock: &self.clock, service, now, streamed };
            match message {
                Ok(mut message) => known.believe(id, &mut message),
                Err(error) => Err(error.to_string()),
            }
        };
        match &heard {
            Ok(SchedulerInput::Ready { .. }) => worker.let_answer(service),
            // What it says of its streams from here on is said of none.
            Ok(SchedulerInput::Finished { .. }) => worker.stream = None,
            _ => {}
        }
        Some(ControlFlow::Break(heard.unwrap_or_else(|what| {
            worker.broken = true;
            SchedulerInput::Broke { worker: id, what }
        })))
    }

    /// A worker closed its socket: nothing more can be had of it.
    pub(super) fn lost(&mut self, id: WorkerId) {
        if let Some(worker) = self.workers.get_mut(&id.slot).filter(|worker| worker.id == id) {
            worker.silent = true;
            self.poll.forget_socket(worker);
            worker.kill();
        }
    }

    pub(super) fn hear_stderr(&mut self, id: WorkerId) {
        if let Some(worker) = self.workers.get_mut(&id.slot).filter(|worker| worker.id == id)
            && !worker.hear_stderr()
        {
            self.poll.forget_stderr(worker);
        }
    }

    /// A process ended: what it still sent counts, then it is buried.
    pub(super) fn ended(&mut self, id: WorkerId) {
        if let Some(worker) = self.worker(id) {
            worker.hear_the_last();
        }
        while self.hear(id) == ReadFlow::More {}
        let Some(worker) = self.workers.remove(&id.slot) else { return };
        if worker.id != id {
            self.workers.insert(id.slot, worker);
            return;
        }
        self.poll.forget(&worker);
        let is_ours = worker.is_ended;
        let mut remains =
            worker.settle_death(|attempt| self.sched.sent(id, attempt).map(|sent| *sent.limits));
        if !is_ours {
            remains.death.exit = self.oom.explain(self.now(), remains.death.exit);
        }
        remains.shortage = shortage::of_death(&remains.death, ResourceDemand::of(self.plan));
        self.tell(SchedulerInput::Died { worker: id, remains: Box::new(remains) });
    }
}

/// State against which a message is checked.
struct KnownAttempts<'a> {
    sched: &'a Scheduler,
    clock: &'a RunClock,
    service: &'a WorkerSettings,
    /// When the message was there.
    now: Moment,
    /// The streamed attempt that the worker has, and the bytes of stdout that came of it.
    streamed: Option<(AttemptId, u64)>,
}

impl KnownAttempts<'_> {
    /// Returns the meaning of a worker's message, if it can be true. Lists are taken out of it. It
    /// is not taken itself: it is large, and there is one for each attempt.
    fn believe(&self, worker: WorkerId, message: &mut FromWorker<'_>) -> Result<SchedulerInput, String> {
        Ok(match message {
            // What it says of itself was heard before this.
            FromWorker::Hello { version, engine: _, confinement: _ } if *version == VERSION => {
                SchedulerInput::Hello(worker)
            }
            FromWorker::Hello { version, engine: _, confinement: _ } => {
                return Err(format!("speaks protocol {version} where {VERSION} is spoken"));
            }
            FromWorker::Unconfined { layer, why } => {
                SchedulerInput::Unconfined { worker, error: claim::unconfined(layer, why) }
            }
            FromWorker::Compiled { form, imports } => SchedulerInput::Compiled {
                worker,
                form: (*form).into(),
                imports: claim::imports(take(imports)),
            },
            FromWorker::Seen { form, imports, functions } if self.service.entering == EntryMode::Look => {
                SchedulerInput::Seen {
                    worker,
                    form: (*form).into(),
                    imports: claim::imports(take(imports)),
                    functions: claim::functions(take(functions), false),
                }
            }
            FromWorker::Seen { form: _, imports: _, functions: _ } => {
                return Err("only looked at a module that it should compile".to_owned());
            }
            FromWorker::Refused { code, message } => {
                SchedulerInput::Refused { worker, error: claim::refusal(code, message) }
            }
            FromWorker::Ready { tasks, functions } => SchedulerInput::Ready {
                worker,
                tasks: claim::tasks(take(tasks)).map_err(|violation| violation.to_string())?,
                functions: claim::functions(
                    take(functions),
                    matches!(self.service.entering, EntryMode::Function(_)),
                ),
            },
            // Both are taken where messages are put in order, if there is a ring.
            FromWorker::BySocket | FromWorker::Wake => {
                return Err("a word about its ring where there is none".to_owned());
            }
            // They are heard before this.
            FromWorker::Output(_) | FromWorker::StdinCredit(_) => {
                return Err(claim::STREAM_OF_ANOTHER.to_string());
            }
            FromWorker::Finished(finished) => {
                let bounds = self.bounds(worker, AttemptId(finished.attempt));
                let bounds = bounds.ok_or("answered an attempt it was not given")?;
                let ending = claim::ending(finished, &bounds);
                let (attempt, mut ending) = ending.map_err(|violation| violation.to_string())?;
                let files = finished.files.as_deref().map(|claim| {
                    let (collect, size) = (&self.service.grants.collect, self.service.file_size);
                    files::collected(claim, collect, bounds.limits, size)
                });
                ending.files = files.transpose().map_err(|violation| violation.to_string())?.map(Box::new);
                SchedulerInput::Finished { worker, attempt, ending }
            }
        })
    }

    /// The most that the answer to an attempt may say.
    fn bounds(&self, worker: WorkerId, attempt: AttemptId) -> Option<AttemptBounds<'_>> {
        let sent = self.sched.sent(worker, attempt)?;
        let is_task = self.service.entering == EntryMode::Task;
        Some(AttemptBounds {
            limits: sent.limits,
            elapsed: self.clock.since(sent.at, self.now),
            reused: sent.answered_before.min(self.service.reuse.saturating_sub(1)),
            may_be_command: is_task && sent.form.is_none_or(ModuleForm::is_command),
            streamed: self.streamed.filter(|(streamed, _)| *streamed == attempt).map(|(_, stdout)| stdout),
        })
    }
}
