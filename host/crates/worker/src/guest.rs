//! State that a store holds for its guest: its view of WASI, its log, its limits, and the page
//! it is sampled in. One for each attempt.

use super::bindings::polymer::task::host::{Host, Level};
use super::bindings::polymer::task::types;
use super::effective_grants::{EffectiveDir, EffectiveGrants, RunGrants};
use super::limiter::MemoryLimiter;
use super::log::AttemptLog;
use super::readonly::{ReadonlyHint, WatchedFiles};
use super::request::AttemptLimits;
use super::stdin::SharedInput;
use super::stream::{CommandStreams, SharedSink};
use super::streamed_stdio::StreamedStdio;
use polymer_host_base::text::cut;
use polymer_host_protocol::gate::word;
use polymer_host_sys::page::SharedPage;
use polymer_host_task::LogLevel;
use std::sync::Arc;
use wasmtime::Store;
use wasmtime_wasi::filesystem::WasiFilesystemView;
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::{FsPerms, WasiCtxBuilder, WasiCtxView, WasiView};

/// Handles of components that may be open at once. Programs hold a handful; each takes host memory.
const HANDLES: usize = 10_000;
/// Files, directories and streams that may be open at once: less than the descriptors a worker may
/// have.
pub(crate) const RESOURCES: usize = 512;
/// Bytes of randomness in one call.
const RANDOM: u64 = 1 << 20;
/// Bytes that one host call may copy out of a guest, unless its limits are smaller or its input
/// or output larger.
const HOST_CALL: u64 = 128 << 20;
/// Bytes kept of what a guest says of its failure, as the contract promises.
pub(super) const TRACE: usize = 16 << 10;
/// Bytes that a host call copies beside its payload.
const HOST_CALL_ROOM: u64 = 1 << 20;

/// One attempt's side of the host.
pub(crate) struct GuestState {
    wasi: GuestWasi,
    pub(crate) limiter: MemoryLimiter,
    hint: ReadonlyHint,
    log: SharedSink<AttemptLog>,
    page: Arc<SharedPage>,
    entered: bool,
    /// Its report of a failure, before it failed.
    trace: Option<String>,
}

/// WASI of a guest. Making it takes a twelfth of the shortest attempt, and most typed tasks never
/// ask for it.
enum GuestWasi {
    Made(Box<WasiP1Ctx>),
    /// Of a typed guest that has what all have, and no folder: so that making it cannot fail.
    Unmade(Arc<RunGrants>, SharedSink<AttemptLog>),
}

impl GuestWasi {
    fn get(&mut self) -> &mut WasiP1Ctx {
        if let Self::Unmade(granted, log) = self {
            let (share, streams) = (EffectiveGrants::all(granted), GuestStreams::of_typed(log.clone()));
            *self = Self::Made(finished(builder(&share, streams)));
        }
        match self {
            Self::Made(wasi) => wasi,
            Self::Unmade(..) => unreachable!("it was made just now"),
        }
    }
}

/// The streams of one attempt, seen from outside.
#[derive(Debug)]
pub(crate) struct GuestStreams {
    /// The guest's stdin.
    pub(crate) input: SharedInput,
    /// The guest's stdout, if it is not for the log.
    pub(crate) output: Option<SharedSink<super::stream::CommandOutput>>,
    /// Its stderr, and what it says to the host.
    pub(crate) log: SharedSink<AttemptLog>,
    /// In place of those above, where they flow while it runs.
    pub(crate) streamed: Option<StreamedStdio>,
}

impl GuestStreams {
    /// Those of a typed guest: what it writes is logged, and there is nothing to read.
    pub(crate) fn of_typed(log: SharedSink<AttemptLog>) -> Self {
        Self { input: SharedInput::default(), output: None, log, streamed: None }
    }
}

impl GuestState {
    /// A guest with nothing but what is granted.
    ///
    /// # Errors
    /// If a granted directory cannot be opened.
    pub(crate) fn new(
        share: &EffectiveGrants<'_>,
        limits: &AttemptLimits,
        streams: GuestStreams,
        page: Arc<SharedPage>,
    ) -> wasmtime::Result<Self> {
        let (log, dirs) = (streams.log.clone(), share.dirs());
        let wasi = GuestWasi::Made(finished(context(share, &dirs, streams)?));
        Ok(Self::with(wasi, &dirs, limits, log, page))
    }

    /// A typed guest with nothing but what is granted.
    ///
    /// # Errors
    /// If a granted directory cannot be opened.
    pub(crate) fn typed(
        granted: &Arc<RunGrants>,
        share: &EffectiveGrants<'_>,
        limits: &AttemptLimits,
        log: SharedSink<AttemptLog>,
        page: Arc<SharedPage>,
    ) -> wasmtime::Result<Self> {
        if !share.is_what_all_have() {
            return Self::new(share, limits, GuestStreams::of_typed(log), page);
        }
        let wasi = GuestWasi::Unmade(granted.clone(), log.clone());
        Ok(Self::with(wasi, &[], limits, log, page))
    }

    fn with(
        wasi: GuestWasi,
        dirs: &[EffectiveDir<'_>],
        limits: &AttemptLimits,
        log: SharedSink<AttemptLog>,
        page: Arc<SharedPage>,
    ) -> Self {
        let limiter = MemoryLimiter::new(limits.memory, page.clone());
        let hint = ReadonlyHint::new(dirs, log.clone());
        Self { wasi, limiter, hint, log, page, entered: false, trace: None }
    }

    /// Notes that it is instantiated: what comes from here on is its own doing.
    pub(crate) const fn entered(&mut self) {
        self.entered = true;
    }

    /// Returns whether it is instantiated.
    pub(crate) const fn is_entered(&self) -> bool {
        self.entered
    }

    /// Where it said that it failed, in its own words.
    pub(crate) fn told(&self) -> Option<&str> {
        self.trace.as_deref()
    }

    /// Gets it ready for another attempt with the same grants and limits.
    pub(crate) fn renew(&mut self) {
        self.trace = None;
        self.limiter.renew();
        self.hint.renew();
    }

    /// Gets an interpreter ready for another program, with the same grants and limits: its streams
    /// and folders stay as it has them, and its arguments and variables are this attempt's.
    ///
    /// # Errors
    /// If a granted directory cannot be opened.
    pub(crate) fn renew_for(
        &mut self,
        share: &EffectiveGrants<'_>,
        log: &SharedSink<AttemptLog>,
        streams: &CommandStreams,
    ) -> wasmtime::Result<()> {
        self.renew();
        let CommandStreams { input, output } = streams;
        let (input, output, log) = (input.clone(), Some(output.clone()), log.clone());
        let streams = GuestStreams { input, output, log, streamed: None };
        *self.wasi.get().ctx().ctx = context(share, &share.dirs(), streams)?.build();
        Ok(())
    }

    /// Its view of WASI preview 1.
    pub(crate) fn preview1(&mut self) -> &mut WasiP1Ctx {
        self.wasi.get()
    }

    /// Returns the hint for it about its folders.
    pub(crate) const fn hint(&mut self) -> &mut ReadonlyHint {
        &mut self.hint
    }

    /// Its files, watched.
    pub(crate) fn watched(&mut self) -> WatchedFiles<'_> {
        WatchedFiles { files: self.wasi.get().filesystem(), hint: &mut self.hint }
    }

    /// A store for it, with every limit set. `input` is the length of what it will be given.
    ///
    /// # Errors
    /// If the engine is of another configuration than ours.
    pub(crate) fn into_store(
        self,
        engine: &wasmtime::Engine,
        limits: &AttemptLimits,
        input: u64,
    ) -> wasmtime::Result<Store<Self>> {
        let mut store = Store::new(engine, self);
        store.limiter(|guest| &mut guest.limiter);
        store.set_max_component_handles(HANDLES);
        fill_up(&mut store, limits, input)?;
        Ok(store)
    }
}

/// WASI as an attempt has it: with these streams, and what is granted.
///
/// # Errors
/// If a granted directory cannot be opened.
fn context(
    share: &EffectiveGrants<'_>,
    dirs: &[EffectiveDir<'_>],
    streams: GuestStreams,
) -> wasmtime::Result<WasiCtxBuilder> {
    let mut wasi = builder(share, streams);
    for EffectiveDir { host, guest, writable, .. } in dirs {
        let perms = if *writable { FsPerms::ReadWrite } else { FsPerms::ReadOnly };
        wasi.preopened_dir(host, guest, perms)
            .map_err(|error| error.context(format!("the directory granted as `{guest}` cannot be opened")))?;
    }
    Ok(wasi)
}

/// The same without its directories.
fn builder(share: &EffectiveGrants<'_>, streams: GuestStreams) -> WasiCtxBuilder {
    let mut wasi = WasiCtxBuilder::new();
    wasi.allow_blocking_current_thread(false)
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false)
        .max_random_size(RANDOM)
        .args(&share.args())
        .envs(&share.env());
    let GuestStreams { input, output, log, streamed } = streams;
    match (streamed, output) {
        (Some(StreamedStdio { stdin, stdout, stderr }), _) => wasi.stdin(stdin).stdout(stdout).stderr(stderr),
        (None, Some(output)) => wasi.stdin(input).stdout(output).stderr(log),
        (None, None) => wasi.stdin(input).stdout(log.clone()).stderr(log),
    };
    wasi
}

/// WASI with the limits that every guest has.
fn finished(mut builder: WasiCtxBuilder) -> Box<WasiP1Ctx> {
    let mut wasi = Box::new(builder.build_p1());
    wasi.ctx().table.set_max_capacity(RESOURCES);
    wasi
}

/// Gives a store what one attempt may use. `input` is the length of what the guest will be given.
///
/// # Errors
/// If its engine is of another configuration than ours.
pub(crate) fn fill_up(
    store: &mut Store<GuestState>,
    limits: &AttemptLimits,
    input: u64,
) -> wasmtime::Result<()> {
    match limits.fuel {
        Some(fuel) => {
            store.set_fuel(fuel)?;
            store.fuel_async_yield_interval(Some(super::engine::YIELD_INTERVAL))?;
        }
        // An engine that counts has none for it, so nothing runs there uncounted. One that does not
        // refuses the call.
        None => drop(store.set_fuel(0)),
    }
    let payload = limits.output.max(input).saturating_add(HOST_CALL_ROOM);
    let budget = limits.memory.min(HOST_CALL).max(payload);
    store.set_hostcall_fuel(usize::try_from(budget).unwrap_or(usize::MAX));
    Ok(())
}

impl WasiView for GuestState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        self.wasi.get().ctx()
    }
}

impl types::Host for GuestState {}

impl Host for GuestState {
    fn log(&mut self, level: Level, message: String) {
        let level = match level {
            Level::Debug => LogLevel::Debug,
            Level::Info => LogLevel::Info,
            Level::Warn => LogLevel::Warn,
            Level::Error => LogLevel::Error,
        };
        self.log.get().say(level, &message);
    }

    fn progress(&mut self, done: u64, total: u64) {
        self.page.store(word::TOTAL, total);
        self.page.store(word::DONE, done);
    }

    fn trace(&mut self, text: String) {
        self.trace = (!text.is_empty()).then(|| cut(&text, TRACE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const LIMITS: AttemptLimits = AttemptLimits {
        fuel: Some(1),
        timeout: Duration::from_secs(1),
        cpu: None,
        memory: 1,
        output: 1,
        log: 1,
    };

    fn typed(granted: RunGrants) -> wasmtime::Result<GuestState> {
        let page = Arc::new(SharedPage::map(polymer_host_sys::page::create().unwrap()).unwrap());
        let log = SharedSink::new(AttemptLog::new(1), Duration::from_secs(1));
        let granted = Arc::new(granted);
        GuestState::typed(&granted, &EffectiveGrants::all(&granted), &LIMITS, log, page)
    }

    #[test]
    fn a_typed_guest_has_wasi_when_it_asks_for_it() {
        let mut guest = typed(RunGrants::default()).unwrap();
        assert!(matches!(guest.wasi, GuestWasi::Unmade(..)));
        guest.preview1();
        assert!(matches!(guest.wasi, GuestWasi::Made(_)));
    }

    #[test]
    fn a_folder_that_cannot_be_opened_is_found_before_a_guest_asks() {
        let dirs = |host: &str| RunGrants {
            dirs: vec![(host.to_owned(), "/data".to_owned(), false)],
            ..RunGrants::default()
        };
        assert!(matches!(typed(dirs("/")).unwrap().wasi, GuestWasi::Made(_)));
        assert!(typed(dirs("/nonexistent/folder")).is_err());
        let scratch =
            RunGrants { scratch: Some(("/nonexistent".into(), "/s".into())), ..RunGrants::default() };
        assert!(typed(scratch).is_err());
    }
}
