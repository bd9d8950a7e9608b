//! Streamed attempts of a peer: what it says of streams that cannot be, and a supervisor that has
//! two such tasks among its innocent ones.

use super::link::told;
use super::supervise::{self, BAD, INNOCENT};
use super::worker::{Peer, finished};
use polymer_host::Module;
use polymer_host_event::{EventSink, RecordBacklog, RunEvent, RunOutcome, RunOverview};
use polymer_host_protocol::credit::{STREAM_CREDIT, STREAM_FRAME};
use polymer_host_protocol::message::{
    CreditMessage, FinishedMessage, OutputMessage, RunMessage, WireOutput, WireUsage,
};
use polymer_host_protocol::{FromWorker, ToWorker};
use polymer_host_run::Run;
use polymer_host_run::inbox::RunCommand;
use polymer_host_run::streams::open;
use polymer_host_task::{InputPayload, ModuleId, Moment, Record, StreamId, Submission, TaskSpec};
use std::collections::BTreeSet;
use std::error::Error;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

/// Bytes that each streamed task is sent.
const SENT: usize = 300_000;
/// The piece that fills a frame.
static FULL: [u8; STREAM_FRAME] = [b'x'; STREAM_FRAME];

/// Makes a streamed attempt as its mood says.
pub(crate) fn at_work(peer: &mut Peer, run: &RunMessage<'_>, mood: &str) {
    let attempt = run.attempt;
    let piece = |channel, bytes| FromWorker::Output(OutputMessage { attempt, channel, bytes });
    let of = |attempt| FromWorker::Output(OutputMessage { attempt, channel: 1, bytes: b"x" });
    let credit = |attempt, bytes| FromWorker::StdinCredit(CreditMessage { attempt, bytes });
    match mood {
        "honest" => return honest(peer, run),
        "forged-credit" => peer.link.say(&credit(attempt, u64::MAX)),
        "credit-for-more" => peer.link.say(&credit(attempt, STREAM_CREDIT + 1)),
        "credit-of-nothing" => peer.link.say(&credit(attempt, 0)),
        "credit-of-another" => peer.link.say(&credit(attempt + 1, 1)),
        // Nobody reads, so nobody gives it more.
        "over-credit" => (0..3).for_each(|_| peer.link.say(&piece(2, &FULL))),
        "long-piece" => peer.link.say(&piece(1, &[&FULL[..], b"x"].concat())),
        "empty-pieces" => loop {
            peer.link.say(&piece(1, b""));
        },
        "unknown-channel" => peer.link.say(&piece(3, b"x")),
        "of-another" => peer.link.say(&of(attempt + 1)),
        "of-the-last" => peer.link.say(&of(peer.last)),
        "of-nobody" => peer.link.say(&of(u64::MAX)),
        "flood" => flood(peer, run),
        "after-the-end" => {
            peer.link.say(&FromWorker::Finished(ended(run, 0)));
            peer.link.say(&of(attempt));
        }
        "counts-more" => peer.link.say(&FromWorker::Finished(ended(run, 1))),
        "counts-less" => {
            peer.link.say(&piece(1, b"xxx"));
            peer.link.say(&FromWorker::Finished(ended(run, 2)));
        }
        "output-again" => {
            let output = WireOutput::Text(b"");
            peer.link.say(&FromWorker::Finished(FinishedMessage { output, ..ended(run, 0) }));
        }
        "exits" => polymer_host_sys::process::exit_now(3),
        // It takes all and says nothing.
        "never-credits" => {}
        _ => panic!("no mood of a streamed attempt: {mood}"),
    }
    peer.link.wait();
}

/// The end of a streamed attempt, whose guest wrote so much.
fn ended<'a>(run: &RunMessage<'a>, output_bytes: u64) -> FinishedMessage<'a> {
    let honest = finished(run);
    let usage = WireUsage { output_bytes, ..honest.usage };
    FinishedMessage { output: WireOutput::None, usage, ..honest }
}

/// Takes all of stdin, writes a little, and ends.
fn honest(peer: &mut Peer, run: &RunMessage<'_>) {
    let attempt = run.attempt;
    loop {
        let frame = peer.link.next();
        match told(&frame) {
            ToWorker::Stdin(stdin) => {
                let bytes = stdin.bytes.len() as u64;
                peer.link.say(&FromWorker::StdinCredit(CreditMessage { attempt, bytes }));
            }
            ToWorker::StdinEnd(_) => break,
            other => panic!("{} in a streamed attempt", other.name()),
        }
    }
    peer.link.say(&FromWorker::Output(OutputMessage { attempt, channel: 1, bytes: b"done" }));
    peer.link.say(&FromWorker::Finished(ended(run, 4)));
    peer.last = attempt;
}

/// Writes without end, but not without credit.
fn flood(peer: &mut Peer, run: &RunMessage<'_>) {
    let attempt = run.attempt;
    let mut credit = STREAM_CREDIT;
    loop {
        while credit >= FULL.len() as u64 {
            credit -= FULL.len() as u64;
            peer.link.say(&FromWorker::Output(OutputMessage { attempt, channel: 1, bytes: &FULL }));
        }
        let frame = peer.link.next();
        if let ToWorker::OutputCredit(given) = told(&frame) {
            credit += given.bytes;
        }
    }
}

/// Hands on the records.
pub(crate) struct Records(pub(crate) Sender<Record>);

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

/// Runs the innocent tasks and two streamed ones. Of `over-credit` nobody reads before it is over.
pub(crate) fn streams(mood: &str, millis: u64) -> Result<(), Box<dyn Error>> {
    let before = supervise::descriptors();
    let limits = supervise::builder(&std::env::current_exe()?, "good")?.output_limit(1 << 20);
    let plan = limits.timeout(Duration::from_millis(millis)).build()?.plan();
    let (limits, reads) = (plan.service.limits, mood != "over-credit");
    let (sender, records) = channel();
    let (submitter, run) = Run::start(plan, Some(8), |_| Ok(Records(sender)))?;
    submitter.send(RunCommand::Module(ModuleId(0), Module::from_bytes("good", "good")?))?;
    let (mut tasks, mut readers, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..INNOCENT + BAD.len() {
        let is_bad = BAD.contains(&number);
        let input = if is_bad { mood.to_owned() } else { format!("innocent {number}") };
        let seq = number as u64 + 1;
        let payload = InputPayload::Line(input.into_bytes());
        let mut spec = TaskSpec::new(seq, number.to_string(), ModuleId(0), payload, limits);
        if is_bad {
            let (ends, mut stdin, mut output) = open(submitter.waker());
            submitter.send(RunCommand::Streams(StreamId(seq), ends))?;
            spec.streams = Some(StreamId(seq));
            // It is over before all is written, for most.
            thread::spawn(move || stdin.write_all(&vec![b'x'; SENT]).is_err());
            if reads {
                let read = move || {
                    let mut stdout = 0;
                    while let Some(part) = output.next() {
                        stdout += part.bytes().len() as u64;
                    }
                    stdout
                };
                readers.push(thread::spawn(read));
            } else {
                unread.push(output);
            }
        }
        tasks.push(Submission::from(spec));
    }
    submitter.send(RunCommand::Submit(tasks))?;
    drop(submitter);
    let (ended, _) = run.finish();
    ended?;
    drop(unread);
    let read: Vec<u64> = readers.into_iter().map(|reader| reader.join().unwrap()).collect();
    tell(&records.iter().collect::<Vec<_>>(), read.iter().all(|bytes| *bytes <= limits.output));
    supervise::tell_held(before);
    Ok(())
}

pub(crate) fn tell(records: &[Record], is_bounded: bool) {
    let is_bad = |record: &&Record| BAD.iter().any(|place| record.seq == *place as u64 + 1);
    let (bad, innocent): (Vec<_>, Vec<_>) = records.iter().partition(is_bad);
    let ends: BTreeSet<_> = bad
        .iter()
        .map(|record| format!("{} {} {}", record.verdict.name(), record.error.code, record.attempts))
        .collect();
    println!("{} bad: {}", bad.len(), ends.into_iter().collect::<Vec<_>>().join(", "));
    let right = innocent.iter().filter(|record| record.verdict == polymer_host::Verdict::Ok).count();
    println!("{right} of {INNOCENT} innocent");
    println!("{} charged", innocent.iter().filter(|record| record.attempts != 1).count());
    let mut words = bad.iter().flat_map(|record| [&record.error.message, &record.error.code]);
    let short = words.clone().all(|text| text.len() < 8192 && !text.chars().any(char::is_control));
    println!("believable: {is_bounded}, words in bounds: {short}");
    if let Some(words) = words.rfind(|text| text.contains(' ')) {
        eprintln!("the last words: {words}");
    }
}
