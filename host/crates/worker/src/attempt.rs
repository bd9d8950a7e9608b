//! One attempt: a fresh store, the guest entered once under its limits, and what came of it.

use super::bindings::polymer::task::types::Failure;
use super::deadline::within;
use super::encoding::{self, Refused};
use super::guest::{Guest, Streams};
use super::invoke;
use super::linking::Entry;
use super::load::{Offer, Program};
use super::log::Log;
use super::meter::{Clock, Metered};
use super::reuse;
use super::schema::Of;
use super::share::Share;
use super::stream::{Output as Stdout, Shared};
use super::trap::{self, Cause, Scene};
use polymer_host_base::text::cut;
use polymer_host_protocol::message::{
    Finished, Run, WireLimits, WireOutput, WireOutputFormat, WireTrouble, WireUsage,
};
use polymer_host_sys::page::SharedPage;
use polymer_host_task::ending;
use polymer_host_task::grants::TASK_ID;
use polymer_host_task::{Collected, Fault, Output, RetryHint, Verdict};
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::task::unconstrained;
use wasmtime::{Engine, Store};
use wasmtime_wasi::p2::InputStream as _;
use wasmtime_wasi::p2::pipe::MemoryInputPipe;

/// The longest message and code of a guest's failure in bytes; the supervisor cuts at a little more.
pub(super) const MESSAGE: usize = 4000;
const CODE: usize = 50;

/// Where guests are entered: one a module, used for one attempt after the other.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) engine: Engine,
    pub(crate) page: Arc<SharedPage>,
    pub(crate) runtime: &'static Runtime,
    pub(crate) clock: Clock,
}

/// What came of entering a guest.
#[derive(Debug)]
pub(crate) enum Outcome<T> {
    /// It returned.
    Returned(T),
    /// It exited with a code.
    Exited(u32),
    /// It was ended.
    Ended(Verdict, Fault),
}

/// The end of an attempt, on its way to the supervisor.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) verdict: Verdict,
    output: Option<Output>,
    fault: Fault,
    retry: Option<RetryHint>,
    usage: WireUsage,
    log: String,
    log_dropped: u64,
    /// What came back of its folder, where that is asked for.
    pub(crate) files: Option<Collected>,
    /// It left its input unread, and had no folder.
    idle: bool,
}

impl Stage {
    /// Enters a guest: `work` instantiates it, says so by [`Guest::entered`], and calls it. Both are under the limits.
    pub(crate) fn enter<T>(
        &self,
        store: &mut Store<Guest>,
        limits: &WireLimits,
        work: impl AsyncFnOnce(&mut Store<Guest>) -> wasmtime::Result<T>,
    ) -> (Outcome<T>, WireUsage) {
        let waited = Cell::new(false);
        let begun = self.clock.start();
        let ended = self.runtime.block_on(async {
            // tokio must not make the guest yield, or its yields would not tell its fuel.
            let guest = Metered::new(unconstrained(work(store)), &waited, &self.page);
            within(limits.timeout(), guest).await
        });
        let (wall_ns, cpu_ns) = self.clock.stop(&begun, waited.get());
        let guest = store.data();
        let refused = guest.limiter.refused();
        let scene = Scene { entered: guest.is_entered(), refused, told: guest.told(), limits };
        let (outcome, fuel_exact) = match ended {
            Some(Ok(value)) => (Outcome::Returned(value), true),
            Some(Err(error)) => match trap::cause(&error, scene) {
                Cause::Exit(code) => (Outcome::Exited(code), true),
                Cause::Fault { verdict, fault, fuel_exact } => (Outcome::Ended(verdict, fault), fuel_exact),
            },
            None => (Outcome::Ended(Verdict::Timeout, trap::out_of_time(limits)), false),
        };
        let usage = WireUsage {
            fuel: limits.fuel.saturating_sub(store.get_fuel().unwrap_or(0)),
            fuel_exact,
            wall_ns,
            cpu_ns,
            peak_memory: store.data().limiter.peak(),
            grow_refused: store.data().limiter.refused(),
            output_bytes: 0,
            reused: 0,
        };
        (outcome, usage)
    }
}

impl Answer {
    /// As [`ending::leaves_worker_usable`].
    pub(crate) fn leaves_worker_usable(&self) -> bool {
        ending::leaves_worker_usable(self.verdict, &self.fault)
    }

    /// How long it took, by the clock.
    pub(crate) const fn took(&self) -> Duration {
        Duration::from_nanos(self.usage.wall_ns)
    }

    /// Why the machine refused to have this attempt made, if it did.
    pub(crate) fn refused_by_machine(&self) -> Option<&str> {
        let refused = self.verdict == Verdict::Trap && self.fault.code == trap::MACHINE;
        refused.then_some(&self.fault.message)
    }
}

/// Makes an attempt.
pub(crate) fn attempt(program: &mut Program, run: &Run<'_>) -> Answer {
    let made = match &program.entry {
        Entry::Typed(_) => reuse::typed_attempt(program, run),
        Entry::CommandComponent(_) | Entry::CommandModule(_) => command(program, run),
        Entry::Function(function) => invoke::attempt(program, function, run),
        Entry::Nowhere => Err((Verdict::ModuleInvalid, Fault::new("no_entry_point", "it is no task"))),
    };
    made.unwrap_or_else(Answer::refused)
}

fn open(
    stage: &Stage,
    share: &Share<'_>,
    limits: &WireLimits,
    streams: Streams,
    input: usize,
) -> Result<Store<Guest>, Refused> {
    Guest::new(share, limits, streams, stage.page.clone())
        .and_then(|guest| guest.into_store(&stage.engine, limits, input as u64))
        .map_err(|error| match trap::is_machine(&error, false) {
            true => (Verdict::Trap, Fault::new(trap::MACHINE, trap::chain(&error))),
            false => (Verdict::ModuleInvalid, Fault::new("grant", trap::chain(&error))),
        })
}

/// A store for a typed guest.
///
/// # Errors
/// If a granted directory cannot be opened.
pub(crate) fn open_typed(
    stage: &Stage,
    share: &Share<'_>,
    limits: &WireLimits,
    log: &Shared<Log>,
    input: usize,
) -> Result<Store<Guest>, Refused> {
    let streams = Streams { input: MemoryInputPipe::new(Vec::new()), output: None, log: log.clone() };
    open(stage, share, limits, streams, input)
}

/// What an attempt gets of the grants.
pub(super) fn share<'a>(program: &'a Program, run: &'a Run<'_>) -> Result<Share<'a>, Refused> {
    let share = Share::of(&program.granted, run);
    if share.can_be_told() {
        return Ok(share);
    }
    let message = format!("the id has a zero byte, so it cannot be given as {TASK_ID}");
    Err((Verdict::BadInput, Fault::new("id", message)))
}

fn command(program: &Program, run: &Run<'_>) -> Result<Answer, Refused> {
    let log = Shared::new(Log::new(run.limits.log), run.limits.timeout());
    let input = encoding::stdin(run.kind, run.input)?;
    let output = Shared::new(Stdout::new(run.limits.output), run.limits.timeout());
    let length = input.len();
    let input = MemoryInputPipe::new(input);
    let streams = Streams { input: input.clone(), output: Some(output.clone()), log: log.clone() };
    let share = share(program, run)?;
    let mut store = open(&program.stage, &share, &run.limits, streams, length)?;
    let (outcome, mut usage) =
        program.stage.enter(&mut store, &run.limits, async |store| match &program.entry {
            Entry::CommandModule(pre) => {
                let instance = pre.instantiate_async(&mut *store).await?;
                store.data_mut().entered();
                let start = instance.get_typed_func::<(), ()>(&mut *store, "_start")?;
                start.call_async(store, ()).await?;
                Ok(0)
            }
            Entry::CommandComponent(pre) => {
                let command = pre.instantiate_async(&mut *store).await?;
                store.data_mut().entered();
                Ok(u32::from(command.wasi_cli_run().call_run(store).await?.is_err()))
            }
            _ => Err(wasmtime::Error::msg("it is no command")),
        });
    let bytes = output.get().finish();
    usage.output_bytes = bytes.len() as u64;
    let may_have_written = store.data().is_entered() || !bytes.is_empty();
    let answer = wrote(program.output_format, outcome, bytes, &run.limits, usage);
    let answer = if may_have_written { answer } else { answer.without_output() };
    // Who has folders may have worked there.
    let idle = left(input) == length && share.dirs().is_empty();
    Ok(Answer { idle, ..answer.with(&log, store.data().told()) })
}

/// Bytes of its input that a guest left.
fn left(mut input: MemoryInputPipe) -> usize {
    // Nothing is left where it says that it is closed.
    input.read(usize::MAX).map_or(0, |rest| rest.len())
}

/// What a command's end comes to, with what it wrote whatever the end.
fn wrote(
    format: Option<WireOutputFormat>,
    outcome: Outcome<u32>,
    bytes: Vec<u8>,
    limits: &WireLimits,
    usage: WireUsage,
) -> Answer {
    let answer = match outcome {
        Outcome::Returned(0) | Outcome::Exited(0) => {
            return match encoding::stdout(format, bytes) {
                Ok(output) => Answer::ok(output, usage),
                Err(refused) => {
                    let ((verdict, fault), wrote) = *refused;
                    Answer::failed(verdict, fault, usage).having(wrote)
                }
            };
        }
        Outcome::Returned(code) | Outcome::Exited(code) => exited(code, limits, usage),
        Outcome::Ended(verdict, fault) => Answer::failed(verdict, fault, usage),
    };
    match answer.verdict {
        // It was never entered.
        Verdict::ModuleInvalid => answer,
        _ => answer.having(encoding::unfinished(format, bytes)),
    }
}

/// An output, if it is what its task declared.
fn fitting(offer: &Offer, output: Output, limits: &WireLimits) -> Result<Output, Refused> {
    if let (Some(schema), Output::Json(text)) = (&offer.output, &output) {
        schema.check(Of::Output, text.as_bytes(), limits.timeout())?;
    }
    Ok(output)
}

/// What a typed guest's return, exit or end comes to.
pub(super) fn typed(
    offer: &Offer,
    format: Option<WireOutputFormat>,
    outcome: Outcome<Result<Vec<u8>, Failure>>,
    limits: &WireLimits,
    mut usage: WireUsage,
) -> Answer {
    match outcome {
        Outcome::Returned(Ok(output)) => {
            usage.output_bytes = output.len() as u64;
            let output = encoding::output(offer.encoding, format, output, limits.output);
            Answer::giving(output.and_then(|output| fitting(offer, output, limits)), usage)
        }
        Outcome::Returned(Err(failure)) => failed(failure, limits, usage),
        // It may have left through an exit of its language's library, but it owes an output.
        Outcome::Exited(code) => exited(code, limits, usage),
        Outcome::Ended(verdict, fault) => Answer::failed(verdict, fault, usage),
    }
}

fn failed(failure: Failure, limits: &WireLimits, usage: WireUsage) -> Answer {
    let code = failure.code.unwrap_or_else(|| "failure".to_owned());
    let fault = Fault::new(cut(&code, CODE), cut(&failure.message, MESSAGE));
    let verdict = if failure.bad_input { Verdict::BadInput } else { Verdict::TaskError };
    let mut answer = Answer::failing(verdict, fault, limits, usage);
    let after = failure.retry_after_ms.map(Duration::from_millis);
    answer.retry = failure.retryable.then_some(RetryHint { after });
    answer
}

pub(super) fn exited(code: u32, limits: &WireLimits, usage: WireUsage) -> Answer {
    let mut fault = Fault::new("exit", format!("exited with code {code}"));
    fault.exit_code = Some(code);
    Answer::failing(Verdict::TaskError, fault, limits, usage)
}

impl Answer {
    /// Of a guest that did what it was to, with what it gave, if that can be taken.
    pub(super) fn giving(output: Result<Output, Refused>, usage: WireUsage) -> Self {
        match output {
            Ok(output) => Self { output: Some(output), ..Self::failed(Verdict::Ok, Fault::default(), usage) },
            Err((verdict, fault)) => Self::failed(verdict, fault, usage),
        }
    }

    pub(super) fn ok(output: Output, usage: WireUsage) -> Self {
        Self { output: Some(output), ..Self::failed(Verdict::Ok, Fault::default(), usage) }
    }

    pub(super) fn failed(verdict: Verdict, fault: Fault, usage: WireUsage) -> Self {
        Self {
            verdict,
            output: None,
            fault,
            retry: None,
            usage,
            log: String::new(),
            log_dropped: 0,
            files: None,
            idle: false,
        }
    }

    /// A failure of the guest's own, which may be for want of memory.
    pub(super) fn failing(verdict: Verdict, fault: Fault, limits: &WireLimits, usage: WireUsage) -> Self {
        let (verdict, fault) = if usage.grow_refused {
            trap::after_refusal(verdict, fault, limits.memory)
        } else {
            (verdict, fault)
        };
        Self::failed(verdict, fault, usage)
    }

    /// With what its guest had written before it failed.
    fn having(self, output: Output) -> Self {
        Self { output: Some(output), ..self }
    }

    fn without_output(self) -> Self {
        Self { output: None, ..self }
    }

    /// With what was logged, and where the guest says that it failed, if that is how it ended.
    pub(super) fn with(mut self, log: &Shared<Log>, told: Option<&str>) -> Self {
        if matches!(self.verdict, Verdict::TaskError | Verdict::BadInput | Verdict::MemoryExceeded)
            && self.fault.trace.is_none()
        {
            self.fault.trace = told.map(str::to_owned);
        }
        (self.log, self.log_dropped) = log.get().finish();
        self
    }

    /// No guest was entered.
    pub(super) fn refused((verdict, fault): Refused) -> Self {
        Self::failed(verdict, fault, WireUsage { fuel_exact: true, ..WireUsage::default() })
    }

    fn trouble(&self) -> WireTrouble<'_> {
        let after = self.retry.and_then(|retry| retry.after);
        WireTrouble {
            message: &self.fault.message,
            code: &self.fault.code,
            exit_code: self.fault.exit_code,
            trace: self.fault.trace.as_deref(),
            retryable: self.retry.is_some(),
            retry_after_ms: after.map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX)),
        }
    }

    /// The answer as it travels.
    pub(crate) fn message(&self, attempt: u64) -> Finished<'_> {
        Finished {
            attempt,
            verdict: self.verdict.name(),
            output: match &self.output {
                None => WireOutput::None,
                Some(Output::Json(text)) => WireOutput::Json(text.as_bytes()),
                Some(Output::Text(text)) => WireOutput::Text(text.as_bytes()),
                Some(Output::Bytes(bytes)) => WireOutput::Bytes(bytes),
            },
            trouble: (self.verdict != Verdict::Ok).then(|| Box::new(self.trouble())),
            usage: self.usage,
            log: &self.log,
            log_dropped: self.log_dropped,
            files: self.files.as_ref().map(|files| Box::new(files.into())),
            idle: self.idle,
        }
    }
}
