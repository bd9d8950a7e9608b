//! Where guests are entered: a fresh store under its limits, and what came of the entry.
//!
//! It must never know what is called in a guest, or what an attempt makes of its end.

use super::deadline::{within, within_given};
use super::effective_grants::{EffectiveGrants, RunGrants};
use super::encoding::ConversionError;
use super::guest::{GuestState, GuestStreams};
use super::log::AttemptLog;
use super::meter::{AttemptClock, CpuBudget, MeteredAttempt, MeteredEnd, MeteredFuture};
use super::request::AttemptLimits;
use super::stream::SharedSink;
use super::streamed_guest::StreamedGuest;
use super::streamed_io::StreamedIo;
use super::trap::{self, TrapCause, TrapScene};
use polymer_host_sys::page::SharedPage;
use polymer_host_task::{TaskError, Usage, Verdict};
use std::cell::Cell;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use tokio::runtime::Runtime;
use tokio::task::unconstrained;
use wasmtime::{Engine, Store};

/// Where guests are entered: one a module, used for one attempt after the other.
#[derive(Debug)]
pub(crate) struct EntryStage {
    pub(crate) engine: Engine,
    pub(crate) page: Arc<SharedPage>,
    pub(crate) runtime: &'static Runtime,
    pub(crate) clock: AttemptClock,
}

/// Outcome of entering a guest.
#[derive(Debug)]
pub(crate) enum EntryOutcome<T> {
    /// It returned.
    Returned(T),
    /// It exited with a code.
    Exited(u32),
    /// It was ended.
    Ended(Verdict, TaskError),
}

impl EntryStage {
    /// Enters a guest: `work` instantiates it, says so by [`GuestState::entered`], and calls it.
    /// Both are under the limits.
    pub(crate) fn enter<T>(
        &self,
        store: &mut Store<GuestState>,
        limits: &AttemptLimits,
        work: impl AsyncFnOnce(&mut Store<GuestState>) -> wasmtime::Result<T>,
    ) -> (EntryOutcome<T>, Usage) {
        self.enter_streamed(store, limits, None, work)
    }

    /// The same for a guest whose streams these are, if it is streamed.
    pub(crate) fn enter_streamed<T>(
        &self,
        store: &mut Store<GuestState>,
        limits: &AttemptLimits,
        io: Option<&StreamedIo>,
        work: impl AsyncFnOnce(&mut Store<GuestState>) -> wasmtime::Result<T>,
    ) -> (EntryOutcome<T>, Usage) {
        let waited = Cell::new(false);
        let begun = self.clock.start();
        let ended = self.watch(work(store), limits, (&begun, &waited), io);
        let (wall, cpu) = self.clock.stop(&begun, waited.get());
        let guest = store.data();
        let refused = guest.limiter.refused();
        let scene = TrapScene { entered: guest.is_entered(), refused, told: guest.told(), limits };
        let late = if limits.fuel.is_none() { trap::out_of_uncounted(limits, cpu) } else { None };
        let (outcome, fuel_exact) = match (ended, late) {
            (Some(MeteredEnd::Done(_)), Some(error)) => (EntryOutcome::Ended(Verdict::Timeout, error), false),
            (Some(MeteredEnd::Done(Ok(value))), None) => (EntryOutcome::Returned(value), true),
            (Some(MeteredEnd::Done(Err(error))), None) => match trap::cause(&error, scene) {
                TrapCause::Exit(code) => (EntryOutcome::Exited(code), true),
                TrapCause::Ended { verdict, error, fuel_exact } => {
                    (EntryOutcome::Ended(verdict, error), fuel_exact)
                }
            },
            (Some(MeteredEnd::OutOfCpu(limit)), _) => {
                (EntryOutcome::Ended(Verdict::Timeout, trap::out_of_cpu(limit)), false)
            }
            (None, _) => (EntryOutcome::Ended(Verdict::Timeout, trap::out_of_time(limits)), false),
        };
        let usage = Usage {
            fuel: limits.fuel.map(|fuel| fuel.saturating_sub(store.get_fuel().unwrap_or(0))),
            fuel_exact,
            wall: Some(wall),
            cpu: Some(cpu),
            peak_memory: Some(store.data().limiter.peak()),
            grow_refused: store.data().limiter.refused(),
            ..Usage::default()
        };
        (outcome, usage)
    }
}

impl EntryStage {
    /// Watches a guest to its end; `None` if it is not there in time.
    fn watch<F: Future>(
        &self,
        guest: F,
        limits: &AttemptLimits,
        (begun, waited): (&MeteredAttempt, &Cell<bool>),
        io: Option<&StreamedIo>,
    ) -> Option<MeteredEnd<F::Output>> {
        let deadline = begun.deadline(limits.timeout);
        let budget = limits.cpu.map(|limit| CpuBudget::new(begun, limit));
        // tokio must not make the guest yield, or its yields would not tell its fuel.
        let guest = pin!(unconstrained(guest));
        let mut guest = MeteredFuture::new(guest, waited, &self.page, budget);
        let Some(io) = io else {
            return self.first(&mut guest).or_else(|| self.runtime.block_on(within(deadline, guest)));
        };
        let guest = StreamedGuest::new(guest, io.clone());
        // Where the supervisor is gone nobody hears how it ended.
        self.runtime.block_on(within_given(deadline, || io.free_time(), guest)).flatten()
    }

    /// Lets a guest go until it yields or waits, without a timer: most come to their end before.
    fn first<F: Future>(&self, guest: &mut MeteredFuture<'_, F>) -> Option<MeteredEnd<F::Output>> {
        // Its host calls may start threads there that wait for files.
        let _runtime = self.runtime.enter();
        match Pin::new(guest).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(end) => Some(end),
            Poll::Pending => None,
        }
    }
}

/// A store for a guest with these streams.
///
/// # Errors
/// If a granted directory cannot be opened.
pub(crate) fn open(
    stage: &EntryStage,
    share: &EffectiveGrants<'_>,
    limits: &AttemptLimits,
    streams: GuestStreams,
    input: usize,
) -> Result<Store<GuestState>, ConversionError> {
    into_store(stage, GuestState::new(share, limits, streams, stage.page.clone()), limits, input)
}

fn into_store(
    stage: &EntryStage,
    guest: wasmtime::Result<GuestState>,
    limits: &AttemptLimits,
    input: usize,
) -> Result<Store<GuestState>, ConversionError> {
    let store = guest.and_then(|guest| guest.into_store(&stage.engine, limits, input as u64));
    store.map_err(|error| match trap::is_machine(&error, false) {
        true => (Verdict::Trap, TaskError::new(trap::MACHINE, trap::chain(&error))),
        false => (Verdict::ModuleInvalid, TaskError::new("grant", trap::chain(&error))),
    })
}

/// A store for a typed guest, with its part of what is granted.
///
/// # Errors
/// If a granted directory cannot be opened.
pub(crate) fn open_typed(
    stage: &EntryStage,
    (granted, share): (&Arc<RunGrants>, &EffectiveGrants<'_>),
    limits: &AttemptLimits,
    log: &SharedSink<AttemptLog>,
    input: usize,
) -> Result<Store<GuestState>, ConversionError> {
    let guest = GuestState::typed(granted, share, limits, log.clone(), stage.page.clone());
    into_store(stage, guest, limits, input)
}
