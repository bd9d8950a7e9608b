//! Tasks whose stdin and stdout flow while they run, through a run that is fed by hand.

use super::builder;
use polymer_host::{Builder, Module, VerdictSet};
use polymer_host_event::{EventSink, RecordBacklog, RunEvent, RunOutcome, RunOverview};
use polymer_host_run::inbox::{RunCommand, RunSubmitter};
use polymer_host_run::streams::{OutputPart, OutputReader, StdinWriter, StreamClosed, open};
use polymer_host_run::{Run, RunPlan};
use polymer_host_task::{InputPayload, ModuleId, Moment, Record, StreamId, Submission, TaskSpec, Verdict};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// More than any of these takes.
const LONG: Duration = Duration::from_secs(60);

/// A program with these in it; `$read` and `$print` are as one expects.
fn program(body: &str) -> Module {
    let text = format!(
        r#"(module
        (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 4)
        (data (i32.const 1024) "hello")
        (func $print (param $to i32) (param $at i32) (param $length i32)
            (i32.store (i32.const 0) (local.get $at))
            (i32.store (i32.const 4) (local.get $length))
            (drop (call $fd_write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8))))
        (func $read (param $at i32) (param $room i32) (result i32)
            (i32.store (i32.const 0) (local.get $at))
            (i32.store (i32.const 4) (local.get $room))
            (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
            (i32.load (i32.const 8)))
        (func (export "_start") (local $n i32) {body}))"#
    );
    Module::from_bytes("streamed.wat", text).unwrap()
}

fn copy() -> Module {
    program(
        "(loop $again (if (local.tee $n (call $read (i32.const 4096) (i32.const 65536)))
            (then (call $print (i32.const 1) (i32.const 4096) (local.get $n)) (br $again))))",
    )
}

fn flood() -> Module {
    program("(loop $again (call $print (i32.const 1) (i32.const 4096) (i32.const 4096)) (br $again))")
}

fn ask() -> Module {
    program(
        "(call $print (i32.const 1) (i32.const 1024) (i32.const 5))
        (local.set $n (call $read (i32.const 4096) (i32.const 10)))
        (call $print (i32.const 2) (i32.const 4096) (local.get $n))",
    )
}

/// Hands on the records.
struct Records(Sender<Record>);

impl EventSink for Records {
    fn on(&mut self, _: Moment, event: RunEvent) {
        if let RunEvent::TaskDone(record) = event {
            drop(self.0.send(*record));
        }
    }

    fn before_sending(&mut self) {}

    fn before_stop(&mut self) {}

    fn backlog(&self) -> RecordBacklog {
        RecordBacklog::default()
    }

    fn has_failed(&self) -> bool {
        false
    }

    fn tick(&mut self, _: Moment) {}

    fn waiting(&mut self, _: usize) {}

    fn report(&mut self, _: Moment) {}

    fn look(&mut self, _: Moment, _: RunOverview) {}

    fn end(&mut self, _: Moment, _: &RunOutcome) {}

    fn next_tick(&self) -> Option<Moment> {
        None
    }
}

/// A run, and the streams of its one task.
struct Streamed {
    stdin: Option<StdinWriter>,
    output: Option<OutputReader>,
    records: Receiver<Record>,
    submitter: RunSubmitter,
    _run: Run<Records>,
}

fn plan(builder: Builder) -> RunPlan {
    builder.build().unwrap().plan()
}

/// Hands over the streams, and submits nothing.
fn opened(plan: RunPlan, module: Module) -> Streamed {
    let (sender, records) = channel();
    let (submitter, run) = Run::start(plan, Some(8), |_| Ok(Records(sender))).unwrap();
    submitter.send(RunCommand::Module(ModuleId(0), module)).unwrap();
    let (ends, stdin, output) = open(submitter.waker());
    submitter.send(RunCommand::Streams(StreamId(5), ends)).unwrap();
    Streamed { stdin: Some(stdin), output: Some(output), records, submitter, _run: run }
}

fn start(builder: Builder, module: Module) -> Streamed {
    let plan = plan(builder);
    let limits = plan.service.limits;
    let streamed = opened(plan, module);
    let input = InputPayload::Bytes(Vec::new());
    let spec = TaskSpec::new(1, "1".to_owned(), ModuleId(0), input, limits);
    let spec = TaskSpec { streams: Some(StreamId(5)), ..spec };
    streamed.submitter.send(RunCommand::Submit(vec![Submission::from(spec)])).unwrap();
    streamed
}

impl Streamed {
    fn record(&self) -> Record {
        self.records.recv_timeout(LONG).unwrap()
    }

    /// All that comes until the end.
    fn rest(&mut self) -> (Vec<u8>, Vec<u8>) {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        while let Some(part) = self.output.as_mut().unwrap().next() {
            match part {
                OutputPart::Stdout(bytes) => stdout.extend(bytes),
                OutputPart::Stderr(bytes) => stderr.extend(bytes),
            }
        }
        (stdout, stderr)
    }
}

#[test]
fn more_than_all_queues_hold_goes_through_and_is_what_it_was() {
    let mut streamed = start(builder().output_limit(8 << 20), copy());
    let input: Vec<u8> = (0..3_000_000_u32).map(|at| at.to_le_bytes()[(at % 3) as usize]).collect();
    let (mut stdin, sent) = (streamed.stdin.take().unwrap(), input.clone());
    let writer = thread::spawn(move || sent.chunks(100_003).try_for_each(|piece| stdin.write_all(piece)));
    let (stdout, stderr) = streamed.rest();
    writer.join().unwrap().unwrap();
    assert!(stdout == input && stderr.is_empty(), "{} bytes", stdout.len());
    let record = streamed.record();
    assert_eq!((record.verdict, record.attempts), (Verdict::Ok, 1), "{record:?}");
    assert_eq!((record.output, record.usage.output_bytes), (None, Some(3_000_000)));
}

#[test]
fn a_guest_is_heard_before_it_is_answered() {
    let mut streamed = start(builder(), ask());
    assert_eq!(streamed.output.as_mut().unwrap().next(), Some(OutputPart::Stdout(b"hello".to_vec())));
    streamed.stdin.as_mut().unwrap().write_all(b"world").unwrap();
    assert_eq!(streamed.rest(), (Vec::new(), b"world".to_vec()));
    let record = streamed.record();
    assert_eq!((record.verdict, record.log.text().as_str()), (Verdict::Ok, "world"));
    // Its writer learns that nobody reads any more.
    let stdin = streamed.stdin.as_mut().unwrap();
    assert_eq!(stdin.write_all(b"x"), Err(StreamClosed));
}

#[test]
fn a_reader_that_goes_away_cancels_the_task() {
    let mut streamed = start(builder().output_limit(1 << 30), flood());
    streamed.output.as_mut().unwrap().next().unwrap();
    streamed.output = None;
    let record = streamed.record();
    assert_eq!((record.verdict, record.error.code.as_str()), (Verdict::Canceled, "canceled"), "{record:?}");
}

#[test]
fn nothing_brings_a_streamed_task_back() {
    let exit = program("(call $exit (i32.const 3))");
    let mut streamed = start(builder().retries(3).retry_on(VerdictSet::ERRORS), exit);
    assert_eq!(streamed.rest(), (Vec::new(), Vec::new()));
    let record = streamed.record();
    assert_eq!((record.verdict, record.attempts), (Verdict::TaskError, 1), "{record:?}");
    let waits = start(builder().timeout(Duration::from_millis(200)), ask());
    let record = waits.record();
    assert_eq!((record.verdict, record.attempts), (Verdict::Timeout, 1), "{record:?}");
}

#[test]
fn streams_of_what_is_never_run_end() {
    let invalid = Module::from_bytes("bad", b"no module").unwrap();
    let mut streamed = start(builder(), invalid);
    assert_eq!(streamed.rest(), (Vec::new(), Vec::new()));
    assert_eq!(streamed.record().verdict, Verdict::ModuleInvalid);
    let Streamed { output, submitter, .. } = opened(plan(builder()), ask());
    drop(submitter);
    assert_eq!(output.unwrap().next(), None);
}

/// For figures: `cargo test --release --test library streams -- --ignored --nocapture`.
#[test]
#[ignore = "it measures"]
fn what_a_byte_costs_there_and_back() {
    const BYTES: usize = 100_000_000;
    let mut streamed = start(builder().output_limit(1 << 30).fuel(1 << 40), copy());
    let mut stdin = streamed.stdin.take().unwrap();
    // The first byte comes when all is started.
    stdin.write_all(b"x").unwrap();
    streamed.output.as_mut().unwrap().next().unwrap();
    let begun = Instant::now();
    let writer = thread::spawn(move || {
        let piece = vec![b'x'; 64 << 10];
        let mut left = BYTES;
        while left > 0 {
            let now = left.min(piece.len());
            stdin.write_all(&piece[..now]).unwrap();
            left -= now;
        }
    });
    let (stdout, _) = streamed.rest();
    let took = begun.elapsed();
    writer.join().unwrap();
    assert_eq!(stdout.len(), BYTES);
    eprintln!("{took:?}, {:.2} ns a byte", took.as_secs_f64() * 1e9 / BYTES as f64);
}
