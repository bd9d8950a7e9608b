//! A worker that does no work: it answers whatever it is sent at once, or after a given time for
//! each, and so leaves a machine to its supervisor. The same program, under a name that says so, is
//! the command with such workers.

use nix::sys::resource::UsageWho;
use polymer_host_protocol::frame::decode;
use polymer_host_protocol::gate::word;
use polymer_host_protocol::message::{
    FinishedMessage, RunMessage, WireConfinement, WireForm, WireOutput, WireTask, WireUsage,
};
use polymer_host_protocol::{AttemptGate, FrameReader, FromWorker, ToWorker, VERSION, write_frame};
use polymer_host_sys::page::SharedPage;
use polymer_host_sys::ring::RingWriter;
use polymer_host_sys::{channel, process};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What the program is called where its workers are stubs; behind it, the microseconds each attempt
/// takes.
const NAME: &str = "stub-";

/// The command with stubs for workers, each of whose attempts takes so long.
pub(crate) fn command(place: &Path, each: Duration) -> Command {
    let path = place.join(format!("{NAME}{}", each.as_micros()));
    if !path.exists() {
        let this = std::env::current_exe().unwrap();
        std::fs::hard_link(&this, &path).or_else(|_| std::fs::copy(&this, &path).map(drop)).unwrap();
    }
    Command::new(path)
}

/// What this program is called, if it is to have stubs for workers or to be one.
fn name() -> Option<u64> {
    // Workers are started by way of `/proc/self/exe`, so their arguments do not tell.
    let path: PathBuf = std::env::current_exe().ok()?;
    path.file_name()?.to_str()?.strip_prefix(NAME)?.parse().ok()
}

pub(crate) fn is_meant() -> bool {
    name().is_some()
}

pub(crate) fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_, "__worker", role, parent] => work(role, parent.parse().unwrap()),
        _ => {
            polymer_host::init();
            let code = polymer_wasm::main(std::env::args_os());
            // Of this process alone: its workers' is theirs.
            println!("{}", super::measure::cpu_of(UsageWho::RUSAGE_SELF).as_nanos());
            code
        }
    }
}

struct Stub {
    socket: OwnedFd,
    frames: FrameReader,
    descriptors: Vec<OwnedFd>,
    answers: Vec<u8>,
    page: Option<Arc<SharedPage>>,
    /// Where answers go, once it is ready.
    ring: Option<RingWriter>,
    gate: AttemptGate,
    /// What an attempt takes.
    each: Duration,
    /// Time that was owed and not yet slept.
    owed: Duration,
    /// When the last attempt was answered.
    answered: Instant,
}

fn work(role: &str, parent: u32) -> ! {
    if !process::die_with_parent(parent).unwrap() {
        process::exit_now(0);
    }
    let socket = std::io::stdin().as_fd().try_clone_to_owned().unwrap();
    let gate = AttemptGate { epoch: 0, attempt: 0 };
    let each = Duration::from_micros(name().unwrap_or_default());
    let (frames, descriptors, answers) = (FrameReader::new(u32::MAX as usize), Vec::new(), Vec::new());
    let answered = Instant::now();
    let mut stub = Stub {
        socket,
        frames,
        descriptors,
        answers,
        page: None,
        ring: None,
        gate,
        each,
        owed: Duration::ZERO,
        answered,
    };
    let mut chunk = vec![0; 1 << 16];
    loop {
        match channel::receive(&stub.socket, &mut chunk, &mut stub.descriptors) {
            Ok(0) | Err(_) => process::exit_now(0),
            Ok(count) => stub.frames.feed(&chunk[..count]),
        }
        while let Some(frame) = stub.frames.next_frame().unwrap().map(<[u8]>::to_vec) {
            stub.hear(role, decode(&frame).unwrap());
        }
        stub.send();
    }
}

impl Stub {
    fn hear(&mut self, role: &str, message: ToWorker<'_>) {
        match message {
            ToWorker::Begin(_) => {
                let confinement = WireConfinement {
                    active: Vec::new(),
                    missing: Vec::new(),
                    scans_pages: false,
                    // The supervisor would look at them.
                    counts_threads: true,
                };
                self.say(&FromWorker::Hello { version: VERSION, engine: "none", confinement });
            }
            ToWorker::Compile { .. } => {
                self.say(&FromWorker::Compiled { form: WireForm::Typed, imports: Vec::new() });
            }
            ToWorker::Load(load) => {
                assert_eq!(role, "run");
                let page = Arc::new(SharedPage::map(&self.descriptors[1]).unwrap());
                self.descriptors.clear();
                self.say(&FromWorker::Ready { tasks: vec![task()], functions: Vec::new() });
                self.ring = load.ring.then(|| RingWriter::new(page.clone()));
                self.page = Some(page);
            }
            ToWorker::Epoch(epoch) => self.gate.epoch = epoch,
            // Nothing that is measured by it is streamed.
            ToWorker::Stdin(_) | ToWorker::StdinEnd(_) | ToWorker::OutputCredit(_) => {}
            ToWorker::Run(run) => {
                if self.enter(run.attempt) {
                    self.owed += self.each;
                    if self.owed >= Duration::from_millis(1) {
                        self.send();
                        self.rest();
                    }
                    // Not longer than it can have been at it, else it is a lie.
                    let wall = self.each.max(Duration::from_micros(8)).min(self.answered.elapsed());
                    self.answered = Instant::now();
                    self.say(&FromWorker::Finished(finished(&run, wall)));
                }
            }
        }
    }

    /// Sleeps what is owed, with nothing left unsaid.
    #[expect(clippy::disallowed_methods, reason = "a stub that takes its time")]
    fn rest(&mut self) {
        std::thread::sleep(std::mem::take(&mut self.owed));
    }

    fn enter(&mut self, attempt: u64) -> bool {
        let page = self.page.as_ref().unwrap();
        let next = AttemptGate { epoch: self.gate.epoch, attempt };
        let entered = page.swap_if(word::GATE, self.gate.pack(), next.pack());
        if entered {
            self.gate = next;
        }
        entered
    }

    fn say(&mut self, message: &FromWorker<'_>) {
        let begins = self.answers.len();
        write_frame(message, usize::MAX, &mut self.answers).unwrap();
        let Some(mut ring) = self.ring.take() else { return };
        let answer = self.answers.split_off(begins);
        while !ring.put(&answer, 0) {
            self.wake(&ring);
            std::thread::yield_now();
        }
        self.ring = Some(ring);
    }

    fn wake(&mut self, ring: &RingWriter) {
        if ring.has_to_wake() {
            write_frame(&FromWorker::Wake, usize::MAX, &mut self.answers).unwrap();
            self.write();
        }
    }

    /// Hands over what was said since: a batch, for a worker that takes no time has all its answers
    /// at once.
    fn send(&mut self) {
        if let Some(ring) = self.ring.take() {
            self.wake(&ring);
            self.ring = Some(ring);
        }
        self.write();
    }

    fn write(&mut self) {
        let mut rest = self.answers.as_slice();
        while !rest.is_empty() {
            match channel::send(&self.socket, rest, &[]) {
                Ok(count) => rest = &rest[count..],
                Err(_) => process::exit_now(0),
            }
        }
        self.answers.clear();
    }
}

fn task() -> WireTask {
    WireTask {
        name: "stub".to_owned(),
        version: "1".to_owned(),
        summary: String::new(),
        encoding: 0,
        input_schema: None,
        output_schema: None,
        wishes: Vec::new(),
    }
}

fn finished<'a>(run: &RunMessage<'a>, wall: Duration) -> FinishedMessage<'a> {
    let nanos = u64::try_from(wall.as_nanos()).unwrap();
    FinishedMessage {
        attempt: run.attempt,
        verdict: "ok",
        output: WireOutput::Json(run.input),
        error: None,
        usage: WireUsage {
            fuel: 5000,
            fuel_exact: true,
            wall_ns: nanos,
            cpu_ns: nanos,
            peak_memory: 1 << 20,
            output_bytes: run.input.len() as u64,
            ..WireUsage::default()
        },
        log: "",
        log_dropped: 0,
        files: None,
        idle: false,
    }
}
