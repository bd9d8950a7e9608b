//! Interactions of a peer: a program or an interactor that lies among pairs that do not, and the
//! supervisor that has both.

use super::link::told;
use super::streams::{self, Records};
use super::supervise::{self, BAD, INNOCENT};
use super::worker::{Peer, finished};
use polymer_host::Module;
use polymer_host_protocol::message::{
    CreditMessage, FinishedMessage, OutputMessage, RunMessage, WireOutput, WireUsage,
};
use polymer_host_protocol::{FromWorker, ToWorker};
use polymer_host_run::inbox::RunCommand;
use polymer_host_run::{Run, largest_check};
use polymer_host_task::{Expectation, InputPayload, ModuleId, Submission, TaskSpec};
use std::error::Error;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

const PROGRAM: ModuleId = ModuleId(0);
const INTERACTOR: ModuleId = ModuleId(1);

/// What an interactor says to a program that is to do as it should.
const INNOCENT_WORD: &str = "innocent";

/// Makes an attempt of an interaction. An interactor is given its case, a program nothing.
pub(crate) fn at_work(peer: &mut Peer, run: &RunMessage<'_>) {
    if run.input.is_empty() {
        return program(peer, run);
    }
    let case: serde_json::Value = serde_json::from_slice(run.input).unwrap();
    let input = case["input"].as_str().unwrap();
    match input.split_once(' ') {
        Some(("interactor", mood)) => streams::at_work(peer, run, mood),
        Some(("program", mood)) => interactor(peer, run, mood),
        _ => interactor(peer, run, INNOCENT_WORD),
    }
}

/// Tells the program what it is to do, waits for its answer or its end, and accepts.
fn interactor(peer: &mut Peer, run: &RunMessage<'_>, mood: &str) {
    say(peer, run, mood);
    drop(next(peer, run));
    end(peer, run, mood.len());
}

/// Does what it is told; where that is nothing, or more than a word, it takes all and ends.
fn program(peer: &mut Peer, run: &RunMessage<'_>) {
    let word = next(peer, run);
    match word.as_deref() {
        Some(INNOCENT_WORD) => {
            say(peer, run, "done");
            end(peer, run, 4);
        }
        Some(mood) if !mood.starts_with('x') => streams::at_work(peer, run, mood),
        _ => {
            let mut goes_on = word.is_some();
            while goes_on {
                goes_on = next(peer, run).is_some();
            }
            end(peer, run, 0);
        }
    }
}

fn say(peer: &mut Peer, run: &RunMessage<'_>, word: &str) {
    let (attempt, bytes) = (run.attempt, word.as_bytes());
    peer.link.say(&FromWorker::Output(OutputMessage { attempt, channel: 1, bytes }));
}

/// What comes next of its stdin, which it says it has taken; `None` at the end.
fn next(peer: &mut Peer, run: &RunMessage<'_>) -> Option<String> {
    let attempt = run.attempt;
    loop {
        let frame = peer.link.next();
        match told(&frame) {
            ToWorker::Stdin(stdin) => {
                let text = String::from_utf8_lossy(stdin.bytes).into_owned();
                let bytes = stdin.bytes.len() as u64;
                peer.link.say(&FromWorker::StdinCredit(CreditMessage { attempt, bytes }));
                return Some(text);
            }
            ToWorker::StdinEnd(_) => return None,
            ToWorker::OutputCredit(_) => {}
            other => panic!("{} in an interaction", other.name()),
        }
    }
}

fn end(peer: &mut Peer, run: &RunMessage<'_>, written: usize) {
    let honest = finished(run);
    let usage = WireUsage { output_bytes: written as u64, ..honest.usage };
    let output = WireOutput::None;
    peer.link.say(&FromWorker::Finished(FinishedMessage { output, usage, ..honest }));
    peer.last = run.attempt;
}

/// Runs the innocent pairs and two of which one side is in a mood: `program MOOD` or
/// `interactor MOOD`.
pub(crate) fn run(side: &str, mood: &str, millis: u64) -> Result<(), Box<dyn Error>> {
    let before = supervise::descriptors();
    let manager = supervise::builder(&std::env::current_exe()?, "good")?.output_limit(1 << 20);
    let mut plan = manager.timeout(Duration::from_millis(millis)).build()?.plan();
    let limits = plan.service.limits;
    plan.service.check_input = Some(largest_check(&limits));
    let (sender, records) = channel();
    let (submitter, run) = Run::start(plan, None, |_| Ok(Records(sender)))?;
    let expect = Arc::new(Expectation { interactor: Some(INTERACTOR), ..Expectation::default() });
    let tasks = (0..INNOCENT + BAD.len()).map(|number| {
        let is_bad = BAD.contains(&number);
        let input = if is_bad { format!("{side} {mood}") } else { INNOCENT_WORD.to_owned() };
        let payload = InputPayload::Line(input.into_bytes());
        let spec = TaskSpec::new(number as u64 + 1, number.to_string(), PROGRAM, payload, limits);
        Submission::from(TaskSpec { expect: Some(Arc::clone(&expect)), ..spec })
    });
    for command in [
        RunCommand::Interactor(INTERACTOR, Module::from_bytes("interactor", "interactor")?),
        RunCommand::Require(INTERACTOR),
        RunCommand::Module(PROGRAM, Module::from_bytes("good", "good")?),
        RunCommand::Submit(tasks.collect()),
    ] {
        submitter.send(command)?;
    }
    drop(submitter);
    let (ended, _) = run.finish();
    ended?;
    streams::tell(&records.iter().collect::<Vec<_>>(), true);
    supervise::tell_held(before);
    Ok(())
}
