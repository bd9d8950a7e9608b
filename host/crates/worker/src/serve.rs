//! The run role: gets a module ready, then makes one attempt after the other as the supervisor
//! sends them, until it is handed another module. Each answer has left before the next guest is
//! entered, so what a dying worker took with it is one attempt at the most.

use super::answer::AttemptAnswer;
use super::attempt::attempt;
use super::collected::collect;
use super::handshake::WorkerHandshake;
use super::interpreter::ProgramRecord;
use super::link::{IncomingFrames, LinkError, OutgoingFrames, ReceivedFrame, decode};
use super::load::{self, OfferedTasks, WorkerGround};
use super::placed;
use super::program::{LoadedProgram, ProgramEntry};
use super::refusal::{ModuleRefusal, NotReady};
use super::request::{AttemptRequest, ModuleRequest};
use super::streamed_attempt::streamed_attempt;
use super::streamed_io::{BrokenLink, ReturnedLink, StreamTerms, StreamedIo};
use super::{RoleEnd, compile};
use polymer_host_protocol::gate::word;
use polymer_host_protocol::message::{
    CreditMessage, RunMessage, StdinMessage, WireFunction, WireStreaming, WireTask,
};
use polymer_host_protocol::{
    AttemptGate, FromWorker, SMALL_FRAME, ToWorker, answer_cap, answer_cap_with_files,
};
use polymer_host_sys::page::SharedPage;
use polymer_host_task::{CapabilityWish, TaskInfo};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

/// A module that is served, and how far the attempts at it have come.
struct ServedModule {
    program: LoadedProgram,
    page: Arc<SharedPage>,
    gate: AttemptGate,
    attention: Duration,
}

/// Serves one module after the other until the supervisor closes the socket or an attempt runs out
/// of time.
///
/// # Errors
/// If the supervisor does not keep to the protocol.
pub(crate) fn serve(
    mut incoming: IncomingFrames,
    mut outgoing: OutgoingFrames,
    begun: &WorkerHandshake,
) -> Result<RoleEnd, LinkError> {
    let ground = WorkerGround::new(begun).map_err(|error| LinkError::Machine(error.to_string()))?;
    let mut serving: Option<ServedModule> = None;
    // What is still on its way to a streamed attempt that is over is passed over.
    let mut last_streamed = 0;
    while let Some(ReceivedFrame { content, descriptors }) = incoming.next_frame()? {
        let made = match (decode(content)?, &mut serving) {
            (ToWorker::Load(load), serving) => {
                // The code and the page of the module before are gone before this one's come.
                *serving = None;
                outgoing.leave_ring();
                match get_ready(&ground, &load.into(), std::mem::take(descriptors), &mut outgoing)? {
                    Ok(ready) => *serving = Some(ready),
                    Err(end) => return Ok(end),
                }
                continue;
            }
            (ToWorker::Run(RunMessage { streamed: Some(streaming), attempt, .. }), Some(served)) => {
                last_streamed = attempt;
                // The link is lent to the attempt, so what it is told must not lie there.
                let frame = content.to_vec();
                serve_streamed(served, begun, (&mut incoming, &mut outgoing), (&frame, streaming))?
            }
            (ToWorker::Run(run), Some(served)) => {
                serve_attempt(served, begun, &mut outgoing, &AttemptRequest::from(run), None)?
            }
            (ToWorker::Epoch(epoch), Some(ServedModule { gate, .. })) => {
                gate.epoch = epoch;
                continue;
            }
            (
                ToWorker::Stdin(StdinMessage { attempt, .. })
                | ToWorker::StdinEnd(attempt)
                | ToWorker::OutputCredit(CreditMessage { attempt, .. }),
                _,
            ) if attempt == last_streamed => continue,
            (other, _) => {
                return Err(LinkError::Unexpected(format!("{} to a worker that runs", other.name())));
            }
        };
        match made {
            AttemptMade::TakenBack => {}
            AttemptMade::Answered { stay_awake } => {
                if let Some(attention) = stay_awake {
                    incoming.stay_awake(attention);
                }
            }
            AttemptMade::Last(end) => return Ok(end),
        }
    }
    Ok(RoleEnd::Closed)
}

/// What came of an attempt that was sent.
#[derive(Debug)]
enum AttemptMade {
    /// It was taken back before it was begun.
    TakenBack,
    /// It was answered; the next one is looked for so long, if it was short.
    Answered { stay_awake: Option<Duration> },
    /// It was the last that this worker makes.
    Last(RoleEnd),
}

/// Makes an attempt, unless it was taken back, and answers it.
fn serve_attempt(
    served: &mut ServedModule,
    begun: &WorkerHandshake,
    outgoing: &mut OutgoingFrames,
    run: &AttemptRequest<'_>,
    io: Option<&StreamedIo>,
) -> Result<AttemptMade, LinkError> {
    let ServedModule { program, page, gate, attention } = served;
    if !run.grants.as_ref().is_none_or(|kept| program.granted.covers(kept)) {
        return Err(LinkError::Unexpected("an attempt with more than was granted".to_owned()));
    }
    if !enter(page, gate, run.attempt)? {
        return Ok(AttemptMade::TakenBack);
    }
    let answer = make(program, begun, run, io)?;
    if let Some(why) = answer.refused_by_machine() {
        return Err(LinkError::Machine(why.to_owned()));
    }
    if let Some(scratch) = begun.scratch.as_ref().filter(|_| answer.leaves_worker_usable()) {
        // Before the answer: what it takes is for the one who made it, not for the next.
        scratch
            .wipe()
            .map_err(|error| LinkError::Own(format!("the folder for attempts cannot be emptied: {error}")))?;
    }
    if let Some(io) = io {
        io.send_all();
        if let Some(broken) = io.take_broken() {
            return match broken {
                BrokenLink::Closed => Ok(AttemptMade::Last(RoleEnd::Closed)),
                BrokenLink::Failed(error) => Err(error),
            };
        }
    }
    let message = FromWorker::Finished(answer.message(run.attempt));
    let cap = if answer.files.is_some() { answer_cap_with_files } else { answer_cap };
    outgoing.send(&message, cap(run.limits.output, run.limits.log))?;
    if !answer.leaves_worker_usable() {
        return Ok(AttemptMade::Last(RoleEnd::Spent));
    }
    Ok(AttemptMade::Answered { stay_awake: (answer.took() < *attention).then_some(*attention) })
}

/// Makes a streamed attempt, which has the link as long as it takes.
fn serve_streamed(
    served: &mut ServedModule,
    begun: &WorkerHandshake,
    (incoming, outgoing): (&mut IncomingFrames, &mut OutgoingFrames),
    (frame, streaming): (&[u8], WireStreaming),
) -> Result<AttemptMade, LinkError> {
    let ToWorker::Run(run) = decode(frame)? else {
        return Err(LinkError::Own("an attempt that is none when it is read again".to_owned()));
    };
    let run = AttemptRequest::from(run);
    let terms = StreamTerms {
        attempt: run.attempt,
        limit: run.limits.output,
        time: run.limits.timeout,
        waits_free: streaming.waits_free,
        yields: run.limits.fuel.is_some(),
    };
    let io = StreamedIo::new(terms, incoming.lend(), outgoing.lend());
    let made = serve_attempt(served, begun, outgoing, &run, Some(&io));
    let ReturnedLink { incoming: lent, epoch } = io.finish();
    if let Some(lent) = lent {
        incoming.take_back(lent);
    }
    if let Some(epoch) = epoch {
        served.gate.epoch = epoch;
    }
    made
}

/// Makes an attempt. Of an interpreter's, the input is a program and all that belongs to it.
fn make(
    program: &mut LoadedProgram,
    begun: &WorkerHandshake,
    run: &AttemptRequest<'_>,
    io: Option<&StreamedIo>,
) -> Result<AttemptAnswer, LinkError> {
    if !program.is_interpreter {
        return make_with_files(program, begun, run, io);
    }
    let ends_at_zero = matches!(program.entry, ProgramEntry::CommandModule(_));
    let read = ProgramRecord::read(run.kind, run.input);
    let unpacked = match read.as_ref().map(|record| record.unpack(ends_at_zero)) {
        Ok(Ok(unpacked)) => unpacked,
        Ok(Err(refused)) => return Ok(AttemptAnswer::refused(refused)),
        Err(refused) => return Ok(AttemptAnswer::refused(refused.clone())),
    };
    let has_place = begun.scratch.is_some() && program.granted.has_scratch(run.grants.as_ref());
    if let Some(refused) = unpacked.misses_place(has_place) {
        return Ok(AttemptAnswer::refused(refused));
    }
    let mut answer = make_with_files(program, begun, &unpacked.request(run), io)?;
    // It took the program, whatever that left of its own input.
    answer.idle = false;
    answer.as_of_program();
    Ok(answer)
}

/// Makes an attempt, with the files that its task brings where it looks for them, and takes out
/// those that are to come back.
fn make_with_files(
    program: &mut LoadedProgram,
    begun: &WorkerHandshake,
    run: &AttemptRequest<'_>,
    io: Option<&StreamedIo>,
) -> Result<AttemptAnswer, LinkError> {
    let files = run.supplied.as_ref().map_or(&[][..], |supplied| supplied.files.as_slice());
    let scratch = begun.scratch.as_ref().filter(|_| program.granted.has_scratch(run.grants.as_ref()));
    match scratch {
        _ if files.is_empty() => {}
        None => return Err(LinkError::Unexpected("files for a folder that was not granted".to_owned())),
        Some(scratch) => {
            if let Err(refused) = placed::place(scratch, files)? {
                return Ok(AttemptAnswer::refused(refused));
            }
        }
    }
    let mut answer = match io {
        None => attempt(program, run),
        Some(io) => streamed_attempt(program, run, io),
    };
    let asked = &program.granted.collect;
    if let Some(scratch) = scratch.filter(|_| !asked.is_empty()) {
        answer.files = Some(collect(scratch, asked, run.limits.output));
    }
    Ok(answer)
}

/// Gets ready and says so, or says why not and how this ends.
fn get_ready(
    ground: &WorkerGround<'_>,
    load: &ModuleRequest<'_>,
    descriptors: Vec<OwnedFd>,
    outgoing: &mut OutgoingFrames,
) -> Result<Result<ServedModule, RoleEnd>, LinkError> {
    let Ok([code, page]) = <[_; 2]>::try_from(descriptors) else {
        return Err(LinkError::Unexpected("a module without its two descriptors".to_owned()));
    };
    let page = Arc::new(SharedPage::map(page).map_err(LinkError::Io)?);
    let refusal = match load::load(ground, load, code, page.clone()) {
        Ok((program, OfferedTasks { tasks, functions })) if size(&tasks) <= SMALL_FRAME / 2 => {
            let tasks = tasks.into_iter().map(WireTask::from).collect();
            let functions = functions.into_iter().map(WireFunction::from).collect();
            outgoing.send(&FromWorker::Ready { tasks, functions }, SMALL_FRAME)?;
            if load.ring {
                outgoing.use_ring(page.clone());
            }
            return Ok(Ok(ServedModule {
                program,
                page,
                gate: AttemptGate { epoch: 0, attempt: 0 },
                attention: load.attention,
            }));
        }
        Ok(_) => ModuleRefusal::new("describe", "`describe` failed: it says more than 512 KiB").into(),
        Err(refusal) => refusal,
    };
    let (refusal, end) = match refusal {
        NotReady::Refused(refusal) => (refusal, RoleEnd::Closed),
        NotReady::Spent(refusal) => (refusal, RoleEnd::Spent),
        NotReady::Machine(why) => return Err(LinkError::Machine(why)),
    };
    compile::refuse(outgoing, &refusal)?;
    Ok(Err(end))
}

/// Bytes a description takes, about.
fn size(tasks: &[TaskInfo]) -> usize {
    let task = |task: &TaskInfo| {
        let schemas = task.input_schema.as_ref().map_or(0, String::len)
            + task.output_schema.as_ref().map_or(0, String::len);
        let wish = |wish: &CapabilityWish| match wish {
            CapabilityWish::Env(what) | CapabilityWish::ReadDir(what) | CapabilityWish::WriteDir(what) => {
                what.len() + 8
            }
        };
        let wishes: usize = task.wishes.iter().map(wish).sum();
        task.name.len() + task.version.len() + task.summary.len() + schemas + wishes + 40
    };
    tasks.iter().map(task).sum()
}

/// Begins an attempt in the shared page, unless the supervisor has taken it back.
fn enter(page: &SharedPage, gate: &mut AttemptGate, attempt: u64) -> Result<bool, LinkError> {
    for word in [word::FUEL, word::MEMORY, word::DONE, word::TOTAL] {
        page.store(word, 0);
    }
    let next = AttemptGate { epoch: gate.epoch, attempt };
    if page.swap_if(word::GATE, gate.pack(), next.pack()) {
        *gate = next;
        return Ok(true);
    }
    if AttemptGate::unpack(page.load(word::GATE)).epoch == gate.epoch {
        return Err(LinkError::Unexpected("an attempt, and changed the one in the page".to_owned()));
    }
    Ok(false)
}
