//! The honest part of the peer: it starts, compiles to nothing, gets ready, and echoes inputs.
//! Where it may misbehave it asks `moods`.

use super::link::{Link, told};
use super::{moods, storm};
use polymer_host_protocol::gate::word;
use polymer_host_protocol::message::{
    FinishedMessage, RunMessage, WireCollected, WireConfinement, WireError, WireForm, WireOutput, WireUsage,
};
use polymer_host_protocol::{AttemptGate, FromWorker, ToWorker, VERSION};
use polymer_host_sys::page::SharedPage;
use polymer_host_sys::process;
use polymer_host_sys::ring::RingWriter;
use std::cell::RefCell;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// The mood of workers that enter the jail, one of which takes all that it can get.
const STORM: &str = "storm";

/// A run worker that serves.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) link: Link,
    pub(crate) page: SharedPage,
    pub(crate) page_file: OwnedFd,
    gate: AttemptGate,
    /// Its module is one of typed tasks.
    pub(crate) is_typed: bool,
    /// The attempt that was answered last.
    pub(crate) last: u64,
}

/// Runs this process as a worker, to its end.
pub(crate) fn run(mood: &str, role: &str, parent: u32) -> ! {
    if !process::die_with_parent(parent).unwrap() {
        process::exit_now(0);
    }
    process::begin_session().unwrap();
    let mut link = Link::open();
    let begin = link.next();
    let ToWorker::Begin(begin) = told(&begin) else { panic!("something else than the beginning") };
    if mood == STORM {
        storm::enter_jail(&begin, role);
    } else {
        moods::at_start(&mut link, mood);
    }
    link.say(&hello(VERSION));
    let frame = link.next();
    match (role, told(&frame)) {
        ("compile", ToWorker::Compile { .. }) => compile(link),
        ("run", ToWorker::Load(load)) => serve(link, mood == STORM, load.ring),
        _ => panic!("not what a {role} worker is told"),
    }
}

/// What a worker says first.
pub(crate) fn hello(version: u32) -> FromWorker<'static> {
    FromWorker::Hello { version, engine: "none", confinement: confinement(Vec::new()) }
}

/// What it may say of its jail.
pub(crate) fn confinement<'a>(active: Vec<(&'a str, &'a str)>) -> WireConfinement<'a> {
    WireConfinement { active, missing: Vec::new(), scans_pages: false, counts_threads: false }
}

fn compile(mut link: Link) -> ! {
    let code = File::from(link.descriptors.pop().unwrap());
    let module = File::from(link.descriptors.pop().unwrap());
    let mood = text(&module);
    // What run workers are to do stands in the code.
    code.write_all_at(mood.as_bytes(), 0).unwrap();
    moods::at_compiling(&mut link, &mood, &code);
    link.say(&compiled());
    link.wait()
}

/// What a compile worker says when it is done.
pub(crate) fn compiled() -> FromWorker<'static> {
    FromWorker::Compiled { form: WireForm::CommandModule, imports: Vec::new() }
}

/// The first bytes of a file, as text.
fn text(file: &File) -> String {
    let mut bytes = [0; 64];
    let count = file.read_at(&mut bytes, 0).unwrap();
    String::from_utf8_lossy(&bytes[..count]).trim_end_matches('\0').to_owned()
}

fn serve(mut link: Link, is_storm: bool, has_ring: bool) -> ! {
    let page_file = link.descriptors.pop().unwrap();
    let code = File::from(link.descriptors.pop().unwrap());
    let page = SharedPage::map(&page_file).unwrap();
    link.pace = moods::reads(&text(&code));
    if !moods::at_loading(&mut link, &text(&code), &code, &page_file) {
        link.say(&FromWorker::Ready { tasks: Vec::new(), functions: Vec::new() });
    }
    if has_ring {
        link.ring = Some(RefCell::new(RingWriter::new(Arc::new(SharedPage::map(&page_file).unwrap()))));
    }
    let (gate, is_typed) = (AttemptGate { epoch: 0, attempt: 0 }, text(&code) == moods::TYPED);
    let mut peer = Peer { link, page, page_file, gate, is_typed, last: 0 };
    loop {
        let frame = peer.link.next();
        match told(&frame) {
            ToWorker::Epoch(epoch) => peer.gate.epoch = epoch,
            // On its way to an attempt that is over.
            ToWorker::Stdin(_) | ToWorker::StdinEnd(_) | ToWorker::OutputCredit(_) => {}
            ToWorker::Run(run) => {
                if peer.enter(run.attempt) && !(is_storm && storm::at_work(&mut peer, &run)) {
                    moods::at_work(&mut peer, &run);
                }
            }
            other => panic!("{} to a worker that serves", other.name()),
        }
    }
}

impl Peer {
    /// Begins an attempt, unless it was taken back.
    pub(crate) fn enter(&mut self, attempt: u64) -> bool {
        for word in [word::FUEL, word::MEMORY, word::DONE, word::TOTAL] {
            self.page.store(word, 0);
        }
        let next = AttemptGate { epoch: self.gate.epoch, attempt };
        let entered = self.page.swap_if(word::GATE, self.gate.pack(), next.pack());
        if entered {
            self.gate = next;
        }
        entered
    }

    /// The honest answer.
    pub(crate) fn answer(&mut self, run: &RunMessage<'_>) {
        self.link.say(&FromWorker::Finished(finished(run)));
        self.last = run.attempt;
    }
}

impl Peer {
    /// The answer of a checker that accepts.
    pub(crate) fn accept(&mut self, run: &RunMessage<'_>) {
        let (answer, accepts) = (finished(run), br#"{"accept":true}"#);
        let usage = WireUsage { output_bytes: accepts.len() as u64, ..answer.usage };
        let output = WireOutput::Text(accepts);
        self.link.say(&FromWorker::Finished(FinishedMessage { output, usage, ..answer }));
        self.last = run.attempt;
    }

    /// The answer of a validator that accepts, with these files of its feedback.
    pub(crate) fn validate(&mut self, run: &RunMessage<'_>, files: WireCollected<'_>) {
        let answer = finished(run);
        let error = WireError { code: "exit", exit_code: Some(42), ..WireError::default() };
        let usage = WireUsage { output_bytes: 0, ..answer.usage };
        let (verdict, output, error) = ("task_error", WireOutput::Text(b""), Some(Box::new(error)));
        let files = Some(Box::new(files));
        let answer = FinishedMessage { verdict, output, error, usage, files, ..answer };
        self.link.say(&FromWorker::Finished(answer));
        self.last = run.attempt;
    }

    /// An answer with nothing in it.
    pub(crate) fn answer_briefly(&mut self, run: &RunMessage<'_>) {
        let answer = finished(run);
        let (output, usage) = (WireOutput::Text(b""), WireUsage { output_bytes: 0, ..answer.usage });
        self.link.say(&FromWorker::Finished(FinishedMessage { output, usage, ..answer }));
        self.last = run.attempt;
    }
}

/// The honest answer, to be changed.
pub(crate) fn finished<'a>(run: &RunMessage<'a>) -> FinishedMessage<'a> {
    let output_bytes = run.input.len() as u64;
    FinishedMessage {
        attempt: run.attempt,
        verdict: "ok",
        output: WireOutput::Text(run.input),
        error: None,
        usage: WireUsage { fuel: 1, fuel_exact: true, output_bytes, ..WireUsage::default() },
        log: "",
        log_dropped: 0,
        files: None,
        idle: false,
    }
}
