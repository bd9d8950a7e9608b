//! For tests: small guests in the text format, and a supervisor's end of the socket for a worker
//! that runs on a thread.

use super::handshake::WorkerHandshake;
use super::link::{self, LinkError};
use super::refusal::ModuleRefusal;
use super::request::CompileTarget;
use super::{RoleEnd, compile, engine, serve};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use polymer_host_protocol::claim;
use polymer_host_protocol::claim::AttemptBounds;
use polymer_host_protocol::message::{
    LoadMessage, RunMessage, WireEntry, WireFunction, WireLimits, WirePayload, WireStreaming, WireTask,
};
use polymer_host_protocol::{FrameReader, FromWorker, ToWorker, frame, write_frame};
use polymer_host_sys::page::SharedPage;
use polymer_host_sys::{channel, file, page, place};
use polymer_host_task::{AttemptEnding, Limits, ModuleForm};
use std::io::ErrorKind;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::thread::JoinHandle;
use std::time::Duration;

const CAP: usize = 64 << 20;
/// More than any attempt of a test takes.
const LONG: Duration = Duration::from_secs(3600);

/// Limits that a test reaches soon.
pub(super) fn limits() -> Limits {
    Limits::default()
        .with_fuel(2_000_000_000)
        .with_timeout(Duration::from_secs(20))
        .with_memory(1 << 20)
        .with_output(1 << 10)
        .with_log(100)
}

/// A command whose `_start` has this body. `$print` writes a piece of memory to stdout (1) or
/// stderr (2), `$read` fills memory from stdin and returns how much came.
pub(super) fn command(body: &str) -> String {
    format!(
        r#"(module $demo
        (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (import "wasi_snapshot_preview1" "path_open"
            (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 1024) "hello\nworld\n\ff")
        (func $print (param $to i32) (param $at i32) (param $length i32)
            (i32.store (i32.const 0) (local.get $at))
            (i32.store (i32.const 4) (local.get $length))
            (drop (call $fd_write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8))))
        (func $read (param $at i32) (param $room i32) (result i32)
            (i32.store (i32.const 0) (local.get $at))
            (i32.store (i32.const 4) (local.get $room))
            (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
            (i32.load (i32.const 8)))
        ;; Opens the file named in memory, to read (0) or made anew to write (1), and returns the error.
        (func $open (param $at i32) (param $length i32) (param $make i32) (result i32)
            (call $path_open (i32.const 3) (i32.const 0) (local.get $at) (local.get $length) (local.get $make)
                (select (i64.const 0x42) (i64.const 2) (local.get $make)) (i64.const 0) (i32.const 0) (i32.const 16)))
        {body})"#
    )
}

/// A typed task as a core module that keeps to the contract by the names of its functions. Its
/// `run` has this body and is given `$input` and `$length`; it returns the address of a result.
/// `$ok` and `$fail` make one.
pub(super) fn typed(encoding: u8, body: &str) -> Vec<u8> {
    typed_with(4096, encoding, body)
}

/// The same, as it was built for version 0.1.0 of the contract.
pub(super) fn typed_of_0_1_0(encoding: u8, body: &str) -> Vec<u8> {
    let text = typed_text(4096, encoding, body);
    let text: Vec<&str> = text.lines().filter(|line| !line.contains(r#" "trace" "#)).collect();
    wat::parse_str(text.join("\n").replace("@0.1.1", "@0.1.0")).unwrap()
}

/// The same, whose `cabi_realloc` gives memory from `top` on, be there any or not.
pub(super) fn typed_with(top: i32, encoding: u8, body: &str) -> Vec<u8> {
    wat::parse_str(typed_text(top, encoding, body)).unwrap()
}

fn typed_text(top: i32, encoding: u8, body: &str) -> String {
    format!(
        r#"(module $demo
        (import "polymer:task/host@0.1.1" "log" (func $log (param i32 i32 i32)))
        (import "polymer:task/host@0.1.1" "progress" (func $progress (param i64 i64)))
        (import "polymer:task/host@0.1.1" "trace" (func $trace (param i32 i32)))
        (memory (export "memory") 2)
        (global $top (mut i32) (i32.const {top}))
        (data (i32.const 16) "main")
        (data (i32.const 32) "one\0atwo")
        (data (i32.const 64) "{{\"a\": 1}}")
        (data (i32.const 96) "no good")
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            (global.get $top)
            (global.set $top (i32.and (i32.add (i32.add (global.get $top) (local.get 3)) (i32.const 7)) (i32.const -8))))
        (func $ok (param i32 i32) (result i32)
            (i32.store8 (i32.const 1024) (i32.const 0))
            (i32.store (i32.const 1032) (local.get 0))
            (i32.store (i32.const 1036) (local.get 1))
            (i32.const 1024))
        (func $fail (param $retryable i32) (param $bad_input i32) (result i32)
            (i32.store8 (i32.const 1024) (i32.const 1))
            (i32.store (i32.const 1032) (i32.const 96))
            (i32.store (i32.const 1036) (i32.const 7))
            (i32.store8 (i32.const 1052) (local.get $retryable))
            (i32.store8 (i32.const 1056) (i32.const 1))
            (i64.store (i32.const 1064) (i64.const 250))
            (i32.store8 (i32.const 1072) (local.get $bad_input))
            (i32.const 1024))
        (func (export "polymer:task/guest@0.1.1#describe") (result i32)
            (i32.store (i32.const 512) (i32.const 520))
            (i32.store (i32.const 516) (i32.const 1))
            (i32.store (i32.const 520) (i32.const 16))
            (i32.store (i32.const 524) (i32.const 4))
            (i32.store8 (i32.const 544) (i32.const {encoding}))
            (i32.const 512))
        (func $run (export "polymer:task/guest@0.1.1#run")
            (param i32 i32 i32 i32 i32) (param $input i32) (param $length i32) (result i32)
            {body}))"#
    )
}

/// A module compiled by this process.
pub(super) fn translate(text: bool, bytes: Vec<u8>) -> Result<compile::CompiledModule, ModuleRefusal> {
    compile::translate(
        &engine::on_demand(engine::EngineSettings::usual()).unwrap(),
        text,
        CompileTarget::Task,
        bytes,
    )
}

/// Why a worker refused, as a code and in words.
type Said = (String, String);

/// The supervisor's end.
pub(super) struct Peer {
    socket: OwnedFd,
    frames: FrameReader,
    worker: Option<JoinHandle<Result<RoleEnd, LinkError>>>,
    pub(super) page: SharedPage,
    next: u64,
}

impl Peer {
    fn start(
        role: impl FnOnce(link::IncomingFrames, link::OutgoingFrames) -> Result<RoleEnd, LinkError>
        + Send
        + 'static,
    ) -> Self {
        let (socket, theirs) = channel::pair().unwrap();
        let worker = std::thread::spawn(move || {
            let (incoming, outgoing) = link::open(theirs);
            role(incoming, outgoing)
        });
        let page = SharedPage::map(page::create().unwrap()).unwrap();
        Self { socket, frames: FrameReader::new(CAP), worker: Some(worker), page, next: 0 }
    }

    /// A worker in the run role, with no jail: it is a thread of the test.
    pub(super) fn runner() -> Self {
        Self::runner_in(Vec::new())
    }

    /// The same, with these folders.
    fn runner_in(places: Vec<OwnedFd>) -> Self {
        Self::start(|incoming, outgoing| {
            let begun = WorkerHandshake {
                engine: engine::pooled(1 << 32, engine::EngineSettings::usual()).unwrap(),
                settings: engine::EngineSettings::usual(),
                places,
                scratch: None,
                loaded: None,
            };
            serve::serve(incoming, outgoing, &begun)
        })
    }

    /// A worker in the compile role, unlimited.
    pub(super) fn compiler() -> Self {
        Self::start(|incoming, outgoing| {
            let settings = engine::EngineSettings::usual();
            compile::compile(incoming, outgoing, &engine::on_demand(settings).unwrap(), settings)
        })
    }

    /// A worker that has this module loaded.
    pub(super) fn with(text: bool, module: impl AsRef<[u8]>) -> Self {
        let (peer, ready) = Self::load(text, module, &limits());
        ready.unwrap();
        peer
    }

    /// A worker for a command that was granted this directory as `/dir`.
    pub(super) fn with_dir(text: &str, host: &std::path::Path, writable: bool) -> Self {
        let compiled = translate(true, text.into()).unwrap();
        let mut peer = Self::runner_in(vec![place::hold(host).unwrap()]);
        peer.hand(&compiled.code, compiled.form, &limits(), &[("/dir", writable)]).unwrap();
        peer
    }

    /// A worker that was told to load this module, and what it said to that.
    pub(super) fn load(
        text: bool,
        module: impl AsRef<[u8]>,
        limits: &Limits,
    ) -> (Self, Result<Vec<WireTask>, (String, String)>) {
        let compiled = translate(text, module.as_ref().to_vec()).unwrap();
        Self::load_code(&compiled.code, compiled.form, limits)
    }

    /// A worker that enters any component so, and the functions it told of.
    pub(super) fn entering(
        text: bool,
        component: impl AsRef<[u8]>,
        entry: WireEntry<'_>,
        limits: &Limits,
    ) -> (Self, Result<Vec<WireFunction>, Said>) {
        let engine = engine::on_demand(engine::EngineSettings::usual()).unwrap();
        // As from a cache, where it is not known yet how the module will be entered.
        let wanted = match entry {
            WireEntry::Function(_) => CompileTarget::Function,
            WireEntry::Task | WireEntry::Look => CompileTarget::Look,
        };
        let compiled = compile::translate(&engine, text, wanted, component.as_ref().to_vec()).unwrap();
        let mut peer = Self::runner();
        let ready = peer.hand_for(entry, &compiled.code, compiled.form, limits, &[]);
        (peer, ready.map(|(_, functions)| functions))
    }

    /// As [`Self::load`], for compiled code.
    pub(super) fn load_code(
        code: &[u8],
        form: ModuleForm,
        limits: &Limits,
    ) -> (Self, Result<Vec<WireTask>, (String, String)>) {
        let mut peer = Self::runner();
        let ready = peer.hand(code, form, limits, &[]);
        (peer, ready)
    }

    /// Tells the worker to load this code, with a new page, and hears what it says to that.
    pub(super) fn hand(
        &mut self,
        code: &[u8],
        form: ModuleForm,
        limits: &Limits,
        dirs: &[(&str, bool)],
    ) -> Result<Vec<WireTask>, Said> {
        self.hand_for(WireEntry::Task, code, form, limits, dirs).map(|(tasks, _)| tasks)
    }

    fn hand_for(
        &mut self,
        entry: WireEntry<'_>,
        code: &[u8],
        form: ModuleForm,
        limits: &Limits,
        dirs: &[(&str, bool)],
    ) -> Result<(Vec<WireTask>, Vec<WireFunction>), Said> {
        let code = file::sealed("code", code).unwrap();
        let page = page::create().unwrap();
        self.page = SharedPage::map(&page).unwrap();
        let (env, limits) = (vec![("KEY", "value")], WireLimits::from(limits));
        let (args, dirs) = (vec!["abcd"], dirs.to_vec());
        let (name, task_env, scratch, reuse) = ("demo", false, None, 1);
        let load = LoadMessage {
            form: form.into(),
            entry,
            name,
            args,
            env,
            dirs,
            task_env,
            scratch,
            collect: Vec::new(),
            reuse,
            output_format: None,
            validate: true,
            attention_ns: 0,
            ring: false,
            limits,
        };
        self.send(&ToWorker::Load(load), &[code.as_fd(), page.as_fd()]);
        self.receive(|message| match message {
            FromWorker::Ready { tasks, functions } => Ok((tasks, functions)),
            FromWorker::Refused { code, message } => Err((code.to_owned(), message.to_owned())),
            other => panic!("{other:?}"),
        })
    }

    pub(super) fn send(&mut self, message: &ToWorker<'_>, descriptors: &[BorrowedFd<'_>]) {
        let mut bytes = Vec::new();
        write_frame(message, CAP, &mut bytes).unwrap();
        let (mut rest, mut descriptors) = (bytes.as_slice(), descriptors);
        while !rest.is_empty() {
            match channel::send(&self.socket, rest, descriptors) {
                Ok(count) => {
                    rest = &rest[count..];
                    descriptors = &[];
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait(PollFlags::POLLOUT),
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn wait(&self, flags: PollFlags) {
        poll(&mut [PollFd::new(self.socket.as_fd(), flags)], PollTimeout::from(60_000_u16)).unwrap();
    }

    /// Whether nothing comes for so long.
    pub(super) fn is_silent(&mut self, time: Duration) -> bool {
        assert!(!self.frames.is_torn(), "something has come already");
        let millis = u16::try_from(time.as_millis()).unwrap();
        poll(&mut [PollFd::new(self.socket.as_fd(), PollFlags::POLLIN)], PollTimeout::from(millis)).unwrap()
            == 0
    }

    pub(super) fn receive<R>(&mut self, look: impl FnOnce(FromWorker<'_>) -> R) -> R {
        loop {
            if let Some(content) = self.frames.next_frame().unwrap() {
                return look(frame::decode(content).unwrap());
            }
            let mut chunk = [0; 4096];
            match channel::receive(&self.socket, &mut chunk, &mut Vec::new()) {
                Ok(0) => panic!("the worker is gone: {:?}", self.worker.take().unwrap().join()),
                Ok(count) => self.frames.feed(&chunk[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait(PollFlags::POLLIN),
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Sends an attempt and does not wait for it.
    pub(super) fn begin(&mut self, limits: &Limits, kind: WirePayload, input: &[u8]) -> u64 {
        self.begin_with(limits, kind, input, None)
    }

    /// The same, of an attempt that may be streamed.
    pub(super) fn begin_with(
        &mut self,
        limits: &Limits,
        kind: WirePayload,
        input: &[u8],
        streamed: Option<WireStreaming>,
    ) -> u64 {
        self.next += 1;
        let (attempt, limits) = (self.next, WireLimits::from(limits));
        let run = RunMessage {
            attempt,
            task: "",
            name: None,
            id: "id",
            number: 1,
            limits,
            grants: None,
            supplied: None,
            streamed,
            kind,
            input,
        };
        self.send(&ToWorker::Run(run), &[]);
        attempt
    }

    /// The end of an attempt, believed as a supervisor would.
    pub(super) fn end(&mut self, limits: &Limits) -> (u64, AttemptEnding) {
        self.receive(|message| match message {
            FromWorker::Finished(finished) => {
                let bounds =
                    AttemptBounds { limits, elapsed: LONG, reused: 0, may_be_command: true, streamed: None };
                let (attempt, ending) = claim::ending(&finished, &bounds).unwrap();
                (attempt.0, *ending)
            }
            other => panic!("{other:?}"),
        })
    }

    /// One attempt with a line as its input.
    pub(super) fn run(&mut self, limits: &Limits, line: &str) -> AttemptEnding {
        self.attempt(limits, WirePayload::Line, line.as_bytes())
    }

    /// One attempt.
    pub(super) fn attempt(&mut self, limits: &Limits, kind: WirePayload, input: &[u8]) -> AttemptEnding {
        let attempt = self.begin(limits, kind, input);
        let (ended, ending) = self.end(limits);
        assert_eq!(ended, attempt);
        ending
    }

    /// Closes the socket and waits for the worker.
    pub(super) fn close(mut self) -> Result<RoleEnd, LinkError> {
        drop(self.socket);
        self.worker.take().unwrap().join().unwrap()
    }

    /// Waits for the worker, which ends by itself.
    pub(super) fn ended(mut self) -> Result<RoleEnd, LinkError> {
        self.worker.take().unwrap().join().unwrap()
    }
}

/// One attempt of a command with this body, under the limits of tests.
pub(super) fn ending(body: &str) -> AttemptEnding {
    ending_with(body, &limits())
}

/// One attempt of a command with this body.
pub(super) fn ending_with(body: &str, limits: &Limits) -> AttemptEnding {
    Peer::with(true, command(body)).run(limits, "")
}
