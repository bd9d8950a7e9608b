//! Streamed attempts: what goes in and out while the guest runs, and what waits for what.

use super::super::fixtures::{Peer, command, limits, typed};
use super::super::link::LinkError;
use super::{ECHO, failed, text};
use polymer_host_protocol::claim::{self, AttemptBounds, OutputChannel, StreamAccount};
use polymer_host_protocol::credit::STREAM_CREDIT;
use polymer_host_protocol::gate::word;
use polymer_host_protocol::message::{CreditMessage, StdinMessage, WirePayload, WireStreaming};
use polymer_host_protocol::{FromWorker, ToWorker};
use polymer_host_task::{AttemptEnding, AttemptId, Limits, Verdict};
use std::time::Duration;
use wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER as ADAPTER;

const COPY: &str = r#"(func (export "_start") (local $n i32)
    (loop $again (if (local.tee $n (call $read (i32.const 4096) (i32.const 20000)))
        (then (call $print (i32.const 1) (i32.const 4096) (local.get $n)) (br $again)))))"#;
const FLOOD: &str = r#"(func (export "_start")
    (loop $again (call $print (i32.const 1) (i32.const 4096) (i32.const 10000)) (br $again)))"#;
/// Says hello, and waits for a byte.
const ASK: &str = r#"(func (export "_start")
    (call $print (i32.const 2) (i32.const 1024) (i32.const 6))
    (call $print (i32.const 1) (i32.const 1024) (i32.const 5))
    (drop (call $read (i32.const 4096) (i32.const 1)))
    (call $print (i32.const 1) (i32.const 4096) (i32.const 1)))"#;
/// Waits for stdin beside a clock of 30 ms, and writes `0` for the clock, `1` for stdin.
const POLL: &str = r#"(func (export "_start")
    (i32.store (i32.const 3016) (i32.const 1))
    (i64.store (i32.const 3024) (i64.const 30000000))
    (i32.store8 (i32.const 3056) (i32.const 1))
    (drop (call $poll (i32.const 3000) (i32.const 3200) (i32.const 2) (i32.const 3300)))
    (i32.store8 (i32.const 4096) (i32.add (i32.const 48) (i32.load8_u (i32.const 3210))))
    (call $print (i32.const 1) (i32.const 4096) (i32.const 1)))"#;

const MS: Duration = Duration::from_millis(1);
/// More than any attempt of these takes.
const LONG: Duration = Duration::from_secs(3600);
const CHARGED: WireStreaming = WireStreaming { waits_free: false };

/// The same program as a component.
fn component(body: &str) -> Vec<u8> {
    let module = wat::parse_str(command(body)).unwrap();
    let encoder = wit_component::ComponentEncoder::default().module(&module).unwrap();
    encoder.adapter("wasi_snapshot_preview1", ADAPTER).unwrap().encode().unwrap()
}

/// Workers for the program as a module and as a component.
fn both(body: &str) -> [Peer; 2] {
    [Peer::with(true, command(body)), Peer::with(false, component(body))]
}

/// A streamed attempt, seen from the supervisor.
struct Streamed<'a> {
    peer: &'a mut Peer,
    limits: Limits,
    account: StreamAccount,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// It gives credit for what comes.
    gives: bool,
}

impl<'a> Streamed<'a> {
    fn begin(peer: &'a mut Peer, limits: Limits, streaming: WireStreaming) -> Self {
        let attempt = peer.begin_with(&limits, WirePayload::Bytes, b"", Some(streaming));
        let account = StreamAccount::new(AttemptId(attempt), limits.output);
        Self { peer, limits, account, stdout: Vec::new(), stderr: Vec::new(), gives: true }
    }

    fn attempt(&self) -> u64 {
        self.account.attempt().0
    }

    fn send(&mut self, bytes: &[u8]) {
        self.account.send_stdin(bytes.len() as u64).unwrap();
        let attempt = self.attempt();
        self.peer.send(&ToWorker::Stdin(StdinMessage { attempt, bytes }), &[]);
    }

    fn end_stdin(&mut self) {
        let attempt = self.attempt();
        self.peer.send(&ToWorker::StdinEnd(attempt), &[]);
    }

    /// Takes the next message; gives the ending once that is it.
    fn hear(&mut self) -> Option<AttemptEnding> {
        let Self { peer, limits, account, stdout, stderr, gives } = self;
        let mut came = 0;
        let ending = peer.receive(|message| match message {
            FromWorker::Output(output) => {
                let (channel, bytes) = account.output(&output).unwrap();
                came = bytes.len() as u64;
                match channel {
                    OutputChannel::Stdout => stdout.extend_from_slice(bytes),
                    OutputChannel::Stderr => stderr.extend_from_slice(bytes),
                }
                None
            }
            FromWorker::StdinCredit(credit) => {
                account.stdin_credit(credit).unwrap();
                None
            }
            FromWorker::Finished(finished) => {
                let streamed = Some(account.stdout());
                let bounds =
                    AttemptBounds { limits, elapsed: LONG, reused: 0, may_be_command: true, streamed };
                let (attempt, ending) = claim::ending(&finished, &bounds).unwrap();
                assert_eq!(attempt, account.attempt());
                Some(ending)
            }
            other => panic!("{other:?}"),
        });
        if came > 0 && *gives {
            account.give_output(came).unwrap();
            let credit = CreditMessage { attempt: account.attempt().0, bytes: came };
            peer.send(&ToWorker::OutputCredit(credit), &[]);
        }
        ending.map(|ending| *ending)
    }

    /// Sends all of an input and its end as there is credit, and hears all that comes.
    fn feed(&mut self, mut input: &[u8]) -> AttemptEnding {
        let mut has_ended = false;
        loop {
            while !input.is_empty() && self.account.stdin_frame() > 0 {
                let (now, later) = input.split_at(self.account.stdin_frame().min(input.len()));
                self.send(now);
                input = later;
            }
            if input.is_empty() && !has_ended {
                has_ended = true;
                self.end_stdin();
            }
            if let Some(ending) = self.hear() {
                return ending;
            }
        }
    }

    fn end(&mut self) -> AttemptEnding {
        loop {
            if let Some(ending) = self.hear() {
                return ending;
            }
        }
    }
}

#[test]
fn more_than_all_credit_goes_through_a_guest_and_is_what_it_was() {
    let limits = limits().with_output(1 << 20);
    let input: Vec<u8> = (0..700_000_u32).map(|at| at.to_le_bytes()[(at % 3) as usize]).collect();
    for mut peer in both(COPY) {
        for input in [&input[..], b"", b"x"] {
            let mut run = Streamed::begin(&mut peer, limits, CHARGED);
            let ending = run.feed(input);
            assert_eq!(ending.verdict, Verdict::Ok, "{ending:?}");
            assert!(run.stdout == input, "{} of {} bytes", run.stdout.len(), input.len());
            assert_eq!((ending.output, ending.usage.output_bytes), (None, Some(input.len() as u64)));
        }
        assert!(peer.page.load(word::FUEL) < 1 << 40);
    }
}

#[test]
fn what_a_guest_wrote_is_out_before_it_waits_for_an_answer() {
    for mut peer in both(ASK) {
        let mut run = Streamed::begin(&mut peer, limits(), CHARGED);
        while run.stdout != b"hello" || run.stderr != b"hello\n" {
            assert!(run.hear().is_none());
        }
        run.send(b"!");
        let ending = run.end();
        assert_eq!((ending.verdict, run.stdout.as_slice()), (Verdict::Ok, &b"hello!"[..]));
        assert_eq!(ending.log.text(), "hello", "stderr is the log as well");
    }
}

#[test]
fn the_input_of_a_task_stands_before_what_is_streamed() {
    let mut peer = Peer::with(true, command(COPY));
    let attempt = peer.begin_with(&limits(), WirePayload::Line, b"first ", Some(CHARGED));
    let account = StreamAccount::new(AttemptId(attempt), 100);
    let (stdout, stderr) = (Vec::new(), Vec::new());
    let mut run = Streamed { peer: &mut peer, limits: limits(), account, stdout, stderr, gives: true };
    assert_eq!(run.feed(b"second").verdict, Verdict::Ok);
    assert_eq!(run.stdout, b"first second");
}

#[test]
fn a_guest_that_nobody_reads_from_waits_without_work_until_its_time_is_over() {
    let limits = limits().with_output(1 << 20).with_timeout(300 * MS);
    for mut peer in both(FLOOD) {
        let mut run = Streamed::begin(&mut peer, limits, CHARGED);
        run.gives = false;
        let ending = run.end();
        failed(&ending, Verdict::Timeout, "timeout");
        assert_eq!(run.stdout.len() as u64, STREAM_CREDIT);
        assert!(ending.usage.cpu < Some(150 * MS), "{ending:?}");
    }
}

#[test]
fn output_has_its_limit_and_what_fits_comes() {
    for mut peer in both(FLOOD) {
        let mut run = Streamed::begin(&mut peer, limits().with_output(150_001), CHARGED);
        let ending = run.end();
        failed(&ending, Verdict::OutputExceeded, "output");
        assert_eq!((run.stdout.len(), ending.usage.output_bytes), (150_001, Some(150_001)));
    }
}

#[test]
fn a_guest_that_waits_for_ever_runs_out_of_time_and_one_whose_waits_are_free_does_not() {
    let limits = limits().with_timeout(100 * MS);
    for mut peer in both(COPY) {
        failed(&Streamed::begin(&mut peer, limits, CHARGED).end(), Verdict::Timeout, "timeout");
    }
    for mut peer in both(COPY) {
        let mut run = Streamed::begin(&mut peer, limits, WireStreaming { waits_free: true });
        assert!(run.peer.is_silent(300 * MS));
        let ending = run.feed(b"late");
        assert_eq!((ending.verdict, run.stdout.as_slice()), (Verdict::Ok, &b"late"[..]), "{ending:?}");
        assert!(ending.usage.wall >= Some(200 * MS) && ending.usage.cpu < Some(100 * MS), "{ending:?}");
    }
}

#[test]
fn a_clock_beside_stdin_goes_on_and_stdin_ends_the_wait_at_once() {
    for mut peer in both(POLL) {
        let mut run = Streamed::begin(&mut peer, limits(), CHARGED);
        let ending = run.end();
        assert_eq!((ending.verdict, run.stdout.as_slice()), (Verdict::Ok, &b"0"[..]), "{ending:?}");
        assert!(ending.usage.wall >= Some(30 * MS), "{ending:?}");
        let mut run = Streamed::begin(&mut peer, limits(), CHARGED);
        run.send(b"x");
        let ending = run.end();
        assert_eq!((ending.verdict, run.stdout.as_slice()), (Verdict::Ok, &b"1"[..]), "{ending:?}");
    }
}

#[test]
fn who_reads_nothing_ends_and_what_was_on_its_way_is_passed_over() {
    let mut peer = Peer::with(true, command(r#"(func (export "_start"))"#));
    let mut run = Streamed::begin(&mut peer, limits(), CHARGED);
    run.send(b"nobody reads this");
    assert_eq!(run.end().verdict, Verdict::Ok);
    run.send(b"nor this");
    run.end_stdin();
    let attempt = run.attempt();
    peer.send(&ToWorker::OutputCredit(CreditMessage { attempt, bytes: 1 }), &[]);
    assert_eq!(text(&peer.run(&limits(), "a")), "");
    assert_eq!(Streamed::begin(&mut peer, limits(), CHARGED).end().verdict, Verdict::Ok);
    // Of another attempt there is nothing on its way.
    peer.send(&ToWorker::StdinEnd(attempt), &[]);
    assert!(matches!(peer.ended(), Err(LinkError::Unexpected(_))));
}

#[test]
fn what_is_no_stream_of_this_attempt_breaks_the_protocol() {
    let other = |attempt| ToWorker::Stdin(StdinMessage { attempt, bytes: b"x" });
    for message in [
        other(2),
        ToWorker::StdinEnd(0),
        ToWorker::OutputCredit(CreditMessage { attempt: 1, bytes: 1 }),
        ToWorker::Stdin(StdinMessage { attempt: 1, bytes: &[0; 70_000] }),
    ] {
        let mut peer = Peer::with(true, command(COPY));
        Streamed::begin(&mut peer, limits(), CHARGED);
        peer.send(&message, &[]);
        assert!(matches!(peer.ended(), Err(LinkError::Unexpected(_))), "{message:?}");
    }
}

#[test]
fn an_epoch_that_comes_meanwhile_holds_for_the_next_attempt() {
    let mut peer = Peer::with(true, command(ECHO));
    let mut run = Streamed::begin(&mut peer, limits(), CHARGED);
    run.peer.send(&ToWorker::Epoch(1), &[]);
    assert_eq!(run.feed(b"x").verdict, Verdict::Ok);
    let gate = polymer_host_protocol::AttemptGate::unpack(peer.page.load(word::GATE));
    assert!(peer.page.swap_if(word::GATE, gate.pack(), gate.closed().pack()));
    assert_eq!(text(&peer.run(&limits(), "again")), "again");
}

#[test]
fn a_supervisor_that_goes_away_ends_the_worker() {
    let mut peer = Peer::with(true, command(COPY));
    Streamed::begin(&mut peer, limits(), CHARGED);
    assert!(peer.close().is_ok());
}

#[test]
fn a_typed_task_has_no_streams() {
    let mut peer = Peer::with(false, typed(2, "(call $ok (i32.const 32) (i32.const 3))"));
    let ending = Streamed::begin(&mut peer, limits(), CHARGED).end();
    failed(&ending, Verdict::BadInput, "not_streamable");
    assert_eq!(peer.run(&limits(), "").verdict, Verdict::Ok);
}
