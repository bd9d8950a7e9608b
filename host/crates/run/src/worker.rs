//! One worker process as the supervisor holds it: what it is sent, and what is heard of it.

use super::attempt_frames::AttemptFrames;
use super::handshake;
use super::launch::{LaunchedWorker, kill_group, signal_group};
use super::modules::RunModules;
use super::service::WorkerSettings;
use super::stderr_tail::LastWords;
use super::worker_ring::WorkerRing;
use super::worker_socket::{ReadFlow, WorkerSocket};
use super::worker_stream::WorkerStream;
use nix::sys::signal::Signal;
use polymer_host_base::JailRole;
use polymer_host_event::{ProcessDeath, ProcessExit, ProcessRole};
use polymer_host_protocol::gate::word;
use polymer_host_protocol::message::LoadMessage;
use polymer_host_protocol::{AttemptGate, SMALL_FRAME, ToWorker, answer_cap, answer_cap_with_files};
use polymer_host_sched::{AttemptDelivery, WorkerRemains};
use polymer_host_sys::channel;
use polymer_host_sys::page;
use polymer_host_sys::page::SharedPage;
use polymer_host_sys::process;
use polymer_host_sys::ring;
use polymer_host_task::{AttemptId, Limits, ModuleForm, Moment, TaskId, TaskSpec, Usage, WorkerId};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::time::Duration;

/// Minimum interval between two looks at a worker's memory. A look costs some microseconds.
const WEIGH_EACH: Duration = Duration::from_millis(100);

/// A process that was started and not yet seen dead.
#[derive(Debug)]
pub(super) struct WorkerHandle {
    pub(super) id: WorkerId,
    pub(super) purpose: JailRole,
    pub(super) link: WorkerSocket,
    child: Child,
    stderr: OwnedFd,
    exit: OwnedFd,
    page: Option<SharedPage>,
    /// The ring behind its page, if its answers come by it.
    pub(super) ring: Option<WorkerRing>,
    last_words: LastWords,
    /// Its socket gave what it will ever give.
    pub(super) silent: bool,
    /// We told it to end, so its death by a kill needs no other cause.
    pub(super) is_ended: bool,
    /// It said what it may not; what else it says is not heard.
    pub(super) broken: bool,
    /// It said hello; what it says of its jail after that may be a guest's word.
    pub(super) greeted: bool,
    /// The kernel bounds its threads, or it has seen no guest: as it said before that.
    pub(super) counts_threads: bool,
    /// The epoch it was told last.
    epoch: u16,
    /// When its memory was looked at last.
    weighed: Option<Moment>,
    /// Name of the module that it was handed last.
    module_name: String,
    /// Streams of the attempt that it has, if that is streamed.
    pub(super) stream: Option<WorkerStream>,
}

impl WorkerHandle {
    pub(super) fn new(id: WorkerId, purpose: JailRole, launched: LaunchedWorker) -> Self {
        let LaunchedWorker { child, socket, stderr, exit } = launched;
        let (link, page, last_words) = (WorkerSocket::new(socket), None, LastWords::default());
        let (silent, is_ended, broken, greeted, epoch, weighed) = (false, false, false, false, 0, None);
        Self {
            id,
            purpose,
            link,
            child,
            stderr,
            exit,
            page,
            ring: None,
            last_words,
            silent,
            is_ended,
            broken,
            greeted,
            counts_threads: true,
            epoch,
            weighed,
            module_name: String::new(),
            stream: None,
        }
    }

    /// Its descriptors: socket, stderr, exit.
    pub(super) fn descriptors(&self) -> [BorrowedFd<'_>; 3] {
        [self.link.as_fd(), self.stderr.as_fd(), self.exit.as_fd()]
    }

    /// Tells it what its jail is to be.
    pub(super) fn begin(&mut self, service: &WorkerSettings) -> io::Result<()> {
        let places: Vec<BorrowedFd<'_>> = match self.purpose {
            JailRole::Compile => Vec::new(),
            JailRole::Run => service.places.iter().map(AsFd::as_fd).collect(),
        };
        self.link.queue_with(&handshake::begin(service, self.purpose), &places)
    }

    /// Hands it what it serves.
    pub(super) fn load(
        &mut self,
        service: &WorkerSettings,
        modules: &mut RunModules,
        role: ProcessRole,
        form: Option<ModuleForm>,
    ) -> io::Result<()> {
        match role.purpose() {
            JailRole::Compile => {
                let (file, code) = modules.for_compiling(role.module())?;
                let message = ToWorker::Compile { text: file.is_text(), wanted: (&service.entering).into() };
                self.link.queue_with(&message, &[file.bytes()?, code.as_fd()])
            }
            JailRole::Run => {
                let (file, code) = modules.for_running(role.module())?;
                let page = page::create()?;
                self.page = Some(SharedPage::map(&page)?);
                // It knows of no epoch of a new page.
                self.epoch = 0;
                file.name().clone_into(&mut self.module_name);
                let form = form.ok_or_else(|| io::Error::other("the module's form is not known"))?;
                let load = load(service, file.name(), form);
                self.ring = load.ring.then(WorkerRing::new);
                let message = ToWorker::Load(load);
                // Until it is ready again it has less to say.
                self.link.frames.set_cap(SMALL_FRAME);
                self.link.queue_with(&message, &[code.as_fd(), page.as_fd()])
            }
        }
    }

    /// It is ready, so what it says next may be as long as an answer.
    pub(super) fn let_answer(&mut self, service: &WorkerSettings) {
        let Limits { output, log, .. } = service.limits;
        let cap = if service.grants.collect.is_empty() { answer_cap } else { answer_cap_with_files };
        self.link.frames.set_cap(cap(output, log));
    }

    /// Sends what waits for it, as far as it goes; says whether something is left. What is to be
    /// run of an attempt is asked for when it is its turn to be written, so that no input is held
    /// twice because a worker is slow.
    pub(super) fn flush<'a>(&mut self, spec: impl Fn(TaskId) -> Option<&'a TaskSpec>) -> bool {
        let stream = self.stream.as_ref();
        self.link.flush(&AttemptFrames { spec, module_name: &self.module_name, stream })
    }

    /// Returns the delivery state of an attempt, the first that it has not answered.
    pub(super) fn delivery(&self, attempt: AttemptId) -> AttemptDelivery {
        // Attempts are counted up. A page that names a later one is that of a worker whose answer
        // has not been read, or it lies: then the clock goes on.
        if self.begun().is_some_and(|begun| begun >= attempt) {
            return AttemptDelivery::Begun;
        }
        self.link.unsent(attempt).map_or(AttemptDelivery::Sent, AttemptDelivery::Unsent)
    }

    /// Takes back what it has not begun; returns what it began last. What was not written is never
    /// seen by it; the rest it skips, for the gate is closed.
    pub(super) fn retract(&mut self) -> Option<AttemptId> {
        let first_dropped = self.link.drop_unsent();
        let page = self.page.as_ref()?;
        // The other side of the gate moves it only forward, one attempt at a time; a hostile one
        // that keeps moving it loses its turn.
        for _ in 0..1000 {
            let now = page.load(word::GATE);
            let closed = AttemptGate { epoch: self.epoch, ..AttemptGate::unpack(now) }.closed();
            if page.swap_if(word::GATE, now, closed.pack()) {
                self.epoch = closed.epoch;
                break;
            }
        }
        self.link.queue_epoch(self.epoch);
        // What it was not sent it cannot have begun.
        self.begun().filter(|begun| first_dropped.is_none_or(|first| *begun < first))
    }

    /// The attempt its page names as begun last.
    fn begun(&self) -> Option<AttemptId> {
        let gate = AttemptGate::unpack(self.page.as_ref()?.load(word::GATE));
        (gate.attempt != 0).then_some(AttemptId(gate.attempt))
    }

    /// Returns the usage that its page claims for the attempt it began last: a lower bound, as far
    /// as it can be believed.
    fn sample(&self, limits: Option<&Limits>) -> Usage {
        let (Some(page), Some(limits)) = (&self.page, limits) else { return Usage::default() };
        // A word that still is 0 was not written: then nothing is known.
        let known = |place: usize, limit: u64| Some(page.load(place).min(limit)).filter(|used| *used > 0);
        Usage {
            fuel: limits.fuel.and_then(|limit| known(word::FUEL, limit)),
            peak_memory: known(word::MEMORY, limits.memory),
            partial: true,
            ..Usage::default()
        }
    }

    /// Returns what this attempt has used so far. Nothing is known as long as its page names
    /// another attempt.
    pub(super) fn used_so_far(&self, attempt: AttemptId, limits: &Limits) -> Usage {
        self.sample(Some(limits).filter(|_| self.begun() == Some(attempt)))
    }

    /// Returns the progress that the guest of this attempt reports, if any.
    pub(super) fn progress(&self, attempt: AttemptId) -> Option<(u64, u64)> {
        let page = self.page.as_ref().filter(|_| self.begun() == Some(attempt))?;
        let (done, total) = (page.load(word::DONE), page.load(word::TOTAL));
        (total > 0).then_some((done.min(total), total))
    }

    /// The memory of its own that it has, if that was not looked at just before.
    pub(super) fn weigh(&mut self, now: Moment) -> Option<u64> {
        if self.weighed.is_some_and(|last| now < last + WEIGH_EACH) {
            return None;
        }
        self.weighed = Some(now);
        process::private_memory(self.child.id())
    }

    /// The id of its process, which stays its own as long as this is here.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The CPU time it has used so far.
    pub(super) fn cpu(&self) -> Option<Duration> {
        process::cpu_time(self.child.id())
    }

    /// Reads what it sent; says whether more may come at once.
    pub(super) fn hear(&mut self) -> ReadFlow {
        if self.silent || self.broken {
            return ReadFlow::Closed;
        }
        let flow = self.link.read();
        // After the socket: a message there may have its mark in the ring.
        self.hear_ring();
        flow
    }

    /// Reads what is in its ring.
    pub(super) fn hear_ring(&mut self) {
        if let (Some(ring), Some(page)) = (&mut self.ring, &self.page) {
            ring.read(page);
        }
    }

    /// Returns whether something in its ring was not read.
    pub(super) fn has_more_in_ring(&self) -> bool {
        let is_heard = !self.silent && !self.broken;
        is_heard && self.ring.as_ref().zip(self.page.as_ref()).is_some_and(|(ring, page)| ring.has_more(page))
    }

    /// Says to it whether the supervisor sleeps: then it has to wake it.
    pub(super) fn tell_asleep(&mut self, is_asleep: bool) {
        match (&mut self.ring, &self.page) {
            (Some(ring), Some(page)) if is_asleep => ring.tell_asleep(page),
            (Some(_), Some(page)) => ring::wake_up(page),
            _ => {}
        }
    }

    /// Its process ended: what it has sent can still be read, and nobody who holds its socket can
    /// add to it.
    pub(super) fn hear_the_last(&self) {
        // One that closed the socket itself adds nothing either.
        drop(channel::refuse_more(&self.link));
    }

    /// Reads its stderr; says whether more may come.
    pub(super) fn hear_stderr(&mut self) -> bool {
        self.last_words.read(&self.stderr)
    }

    /// Ends it because the run wants that.
    pub(super) fn end(&mut self) {
        self.is_ended = true;
        self.kill();
    }

    pub(super) fn kill(&self) {
        kill_group(&self.child);
    }

    /// Has it stand still.
    pub(super) fn stop(&self) {
        signal_group(&self.child, Signal::SIGSTOP);
    }

    /// Has it go on.
    pub(super) fn go_on(&self) {
        signal_group(&self.child, Signal::SIGCONT);
    }

    /// Waits for a process that has ended and tells how it did.
    pub(super) fn settle_death(mut self, limits: impl Fn(AttemptId) -> Option<Limits>) -> WorkerRemains {
        // Whatever it started dies with it.
        self.kill();
        self.hear_stderr();
        let exit = match self.child.wait() {
            Ok(status) => match (status.code(), status.signal()) {
                (Some(code), _) => ProcessExit::Code(code),
                (None, Some(signal)) => ProcessExit::Signal(signal),
                (None, None) => ProcessExit::Unknown,
            },
            Err(_) => ProcessExit::Unknown,
        };
        let begun = self.begun();
        let usage = self.sample(begun.and_then(limits).as_ref());
        let death = ProcessDeath { exit, last_words: self.last_words.text(), violation: None };
        WorkerRemains { death, begun, usage, shortage: None }
    }
}

/// Returns whether workers of such a module answer by a ring. Until an answer was read, a guest
/// that took over its worker can change it there: so all of them must be of one author. The inputs
/// of a command may be programs of others, and it takes so long that a ring saves nothing.
const fn has_ring(form: ModuleForm) -> bool {
    match form {
        ModuleForm::Typed | ModuleForm::TypedModule => true,
        ModuleForm::CommandComponent | ModuleForm::CommandModule | ModuleForm::Component => false,
    }
}

fn load<'a>(service: &'a WorkerSettings, name: &'a str, form: ModuleForm) -> LoadMessage<'a> {
    let dirs = service.grants.dirs.iter().map(|dir| (dir.guest.as_str(), dir.writable));
    let env = service.grants.env.iter().map(|env| (env.name.as_str(), env.value.as_str()));
    LoadMessage {
        form: form.into(),
        entry: (&service.entering).into(),
        name,
        args: service.grants.args.iter().map(String::as_str).collect(),
        env: env.collect(),
        dirs: dirs.collect(),
        task_env: service.grants.task_env,
        scratch: service.grants.scratch.as_ref().map(|scratch| scratch.guest.as_str()),
        collect: service.grants.collect.globs().iter().map(String::as_str).collect(),
        reuse: service.reuse,
        output_format: service.output_format.map(Into::into),
        validate: service.validate,
        attention_ns: u64::try_from(service.attention.as_nanos()).unwrap_or(u64::MAX),
        ring: service.ring && has_ring(form),
        limits: (&service.limits).into(),
    }
}
