//! The two sides of the comparison: the same core module entered by our canonical ABI, and by the
//! engine's as the component that `wit-component` makes of it. Each case is an instance and a call;
//! the module is compiled once.
//!
//! It must never know which cases there are.

use super::super::super::bindings::TaskPre;
use super::super::super::contract::TypedModule;
use super::super::super::effective_grants::{EffectiveGrants, RunGrants};
use super::super::super::engine;
use super::super::super::guest::GuestState;
use super::super::super::linkers::{component_linker, core_linker};
use super::super::super::log::AttemptLog;
use super::super::super::request::{AttemptLimits, ToldAttempt};
use super::super::super::stream::SharedSink;
use super::super::super::trap::{self, TrapCause, TrapScene};
use super::super::version::CONTRACT;
use super::super::{ContractVersion, DirectModule, host};
use super::case::FuzzCase;
use polymer_host_protocol::gate::word;
use polymer_host_sys::page::{self, SharedPage};
use polymer_host_task::Verdict;
use std::fmt::Display;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use wasmtime::component::{self, Component};
use wasmtime::{Caller, Engine, Error, Module, Store, StoreContextMut};
use wit_component::{ComponentEncoder, StringEncoding};
use wit_parser::Resolve;

const GUEST: &str = include_str!("guest.wat");

const LIMITS: AttemptLimits = AttemptLimits {
    fuel: Some(1 << 40),
    timeout: Duration::from_secs(3600),
    cpu: None,
    memory: 1 << 20,
    output: 1 << 10,
    log: 1 << 10,
};

/// All that is seen of a case from outside the guest.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FuzzObservation {
    /// Each value that was returned, as text.
    pub(super) returned: Vec<String>,
    /// Bytes of the strings and lists in the largest of them.
    pub(super) largest: usize,
    /// Verdict and code, if it did not end by returning.
    pub(super) ended: Option<(Verdict, String)>,
    /// The addresses that the guest was given, and a hash of its memory at each call.
    pub(super) saw: Vec<u64>,
    /// Reports to its host.
    pub(super) log: (String, u64),
    pub(super) progress: [u64; 2],
    pub(super) trace: Option<String>,
    pub(super) peak: u64,
}

/// Words that the guest reads of its case, and its observations.
#[derive(Debug, Default)]
struct GuestTape {
    words: Vec<u64>,
    saw: Vec<u64>,
}

type SharedTape = Arc<Mutex<GuestTape>>;

/// The guest, linked for both sides.
pub(super) struct FuzzSides {
    engine: Engine,
    ours: TypedModule,
    engines: TypedModule,
    tape: SharedTape,
    page: Arc<SharedPage>,
}

impl FuzzSides {
    /// Compiles and links the guest.
    pub(super) fn new() -> wasmtime::Result<Self> {
        let settings = engine::EngineSettings::usual();
        let engine = engine::pooled(LIMITS.memory, settings).or_else(|_| engine::on_demand(settings))?;
        let (module, component) = guest()?;
        let tape = SharedTape::default();
        Ok(Self {
            ours: TypedModule::Module(ours(&engine, &module, &tape)?),
            engines: TypedModule::Component(engines(&engine, &component, &tape)?),
            engine,
            tape,
            page: Arc::new(SharedPage::map(page::create()?)?),
        })
    }

    /// Plays a case by our canonical ABI.
    pub(super) fn by_ours(&self, case: &FuzzCase) -> wasmtime::Result<FuzzObservation> {
        self.play(&self.ours, case, case.trap)
    }

    /// The same by the engine's. It has the guest tidy up after each call, so a trap where we do
    /// not ask for that is taken out of the case: what is returned must then be the same, and on
    /// our side the trap must not come.
    pub(super) fn by_engine(&self, case: &FuzzCase) -> wasmtime::Result<FuzzObservation> {
        self.play(&self.engines, case, if case.trap > case.tidies() { 0 } else { case.trap })
    }

    fn play(&self, side: &TypedModule, case: &FuzzCase, trap: u32) -> wasmtime::Result<FuzzObservation> {
        let words = case.words.iter().copied().chain([u64::from(trap)]).collect();
        *lock(&self.tape) = GuestTape { words, saw: Vec::new() };
        self.page.store(word::DONE, 0);
        self.page.store(word::TOTAL, 0);
        let log = SharedSink::new(AttemptLog::new(LIMITS.log), LIMITS.timeout);
        let granted = Arc::new(RunGrants::default());
        let share = EffectiveGrants::all(&granted);
        let guest = GuestState::typed(&granted, &share, &LIMITS, log.clone(), self.page.clone())?;
        let mut store = guest.into_store(&self.engine, &LIMITS, case.input.len() as u64)?;
        store.set_hostcall_fuel(case.budget);
        let mut values = Values::default();
        let ended = finish(enter(side, &mut store, case, &mut values)).err();
        let guest = store.data();
        let scene = TrapScene {
            entered: guest.is_entered(),
            refused: guest.limiter.refused(),
            told: None,
            limits: &LIMITS,
        };
        let ended = ended.map(|error| match trap::cause(&error, scene) {
            TrapCause::Exit(code) => (Verdict::TaskError, code.to_string()),
            TrapCause::Ended { verdict, error, .. } => (verdict, error.code),
        });
        let saw = std::mem::take(&mut lock(&self.tape).saw);
        Ok(FuzzObservation {
            returned: values.returned,
            largest: values.largest,
            ended,
            saw,
            log: log.get().finish(),
            progress: [self.page.load(word::DONE), self.page.load(word::TOTAL)],
            trace: guest.told().map(str::to_owned),
            peak: guest.limiter.peak(),
        })
    }
}

#[derive(Default)]
struct Values {
    returned: Vec<String>,
    largest: usize,
}

async fn enter(
    side: &TypedModule,
    store: &mut Store<GuestState>,
    case: &FuzzCase,
    values: &mut Values,
) -> wasmtime::Result<()> {
    if case.describes {
        let tasks = side.describe(store).await?;
        let size = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let sizes = tasks.iter().map(|task| {
            let texts = task.name.len() + task.version.len() + task.summary.len();
            texts + size(&task.input_schema) + size(&task.output_schema) + 12 * task.wishes.len()
        });
        values.largest = sizes.sum();
        values.returned.push(format!("{tasks:?}"));
        return Ok(());
    }
    let attempt = ToldAttempt { task: &case.task, id: &case.id, number: case.number };
    let instance = side.instantiate(store).await?;
    store.data_mut().entered();
    for call in 1..=case.calls {
        let kept = call < case.calls || case.kept;
        let result = instance.run(store, attempt, &case.input, kept).await?;
        let size = match &result {
            Ok(output) => output.len(),
            Err(failure) => failure.message.len() + failure.code.as_ref().map_or(0, String::len),
        };
        values.largest = values.largest.max(size);
        values.returned.push(format!("{result:?}"));
    }
    Ok(())
}

/// The guest as a core module, and as a component.
fn guest() -> wasmtime::Result<(Vec<u8>, Vec<u8>)> {
    let version = ContractVersion::newest();
    let text = GUEST
        .replace("\"HOST\"", &format!("{:?}", version.host))
        .replace("\"AFTER_RUN\"", &format!("{:?}", version.after_run))
        .replace("\"RUN\"", &format!("{:?}", version.run))
        .replace("\"DESCRIBE\"", &format!("{:?}", version.describe))
        .replace("\"AFTER_DESCRIBE\"", &format!("\"cabi_post_{}\"", version.describe));
    let module = wat::parse_str(text)?;
    // The contract, and what the case comes in by.
    let types = CONTRACT.replace(
        "world task {",
        "world task { import word: func(place: u32) -> u64; import saw: func(word: u64);",
    );
    let mut resolve = Resolve::default();
    let package = resolve.push_str("polymer.wit", &types).map_err(told)?;
    let world = resolve.select_world(&[package], Some("task")).map_err(told)?;
    let mut typed = module.clone();
    wit_component::embed_component_metadata(&mut typed, &resolve, world, StringEncoding::UTF8)
        .map_err(told)?;
    let encoder = ComponentEncoder::default().validate(true).module(&typed).map_err(told)?;
    let component = { encoder }.encode().map_err(told)?;
    Ok((module, component))
}

fn told(error: impl Display) -> Error {
    Error::msg(format!("{error:#}"))
}

fn ours(engine: &Engine, module: &[u8], tape: &SharedTape) -> wasmtime::Result<DirectModule> {
    let mut linker = core_linker(engine)?;
    host::add_to_linker(&mut linker)?;
    let (reads, tells) = (Arc::clone(tape), Arc::clone(tape));
    linker.func_wrap("$root", "word", move |_: Caller<'_, GuestState>, place: u32| read(&reads, place))?;
    linker
        .func_wrap("$root", "saw", move |_: Caller<'_, GuestState>, word: u64| lock(&tells).saw.push(word))?;
    DirectModule::linked(&linker, &Module::new(engine, module)?)
}

fn engines(engine: &Engine, component: &[u8], tape: &SharedTape) -> wasmtime::Result<TaskPre<GuestState>> {
    let mut linker: component::Linker<GuestState> = component_linker(engine)?;
    let (reads, tells) = (Arc::clone(tape), Arc::clone(tape));
    let mut root = linker.root();
    root.func_wrap("word", move |_: StoreContextMut<'_, GuestState>, (place,): (u32,)| {
        Ok((read(&reads, place),))
    })?;
    root.func_wrap("saw", move |_: StoreContextMut<'_, GuestState>, (word,): (u64,)| {
        lock(&tells).saw.push(word);
        Ok(())
    })?;
    TaskPre::new(linker.instantiate_pre(&Component::new(engine, component)?)?)
}

fn read(tape: &SharedTape, place: u32) -> u64 {
    let place = usize::try_from(place).unwrap_or(usize::MAX);
    lock(tape).words.get(place).copied().unwrap_or_default()
}

fn lock(tape: &SharedTape) -> MutexGuard<'_, GuestTape> {
    tape.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Polls to the end. Guests yield for fuel only, and are ready again at once.
fn finish<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The one difference that cases have, so that it stays as narrow as it is.
    #[test]
    fn only_an_instance_that_is_thrown_away_is_not_asked_to_tidy_up() {
        let sides = FuzzSides::new().unwrap();
        for (describes, kept) in [(true, false), (true, true), (false, false), (false, true)] {
            let case = FuzzCase { describes, kept, trap: 1, ..FuzzCase::new(&[]) };
            let is_trap =
                |seen: &FuzzObservation| seen.ended.as_ref().is_some_and(|(_, code)| code == "unreachable");
            let ours = sides.by_ours(&case).unwrap();
            assert_eq!(is_trap(&ours), kept && !describes, "{ours:?}");
            assert_eq!(ours, sides.by_engine(&case).unwrap());
            assert!(is_trap(&sides.play(&sides.engines, &case, case.trap).unwrap()));
        }
    }
}
