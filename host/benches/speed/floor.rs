//! The floor: the same module under the same limits, a fresh instance for each task, in a loop
//! inside one process. No supervisor, no jail, no records; the engine's best settings, and guests
//! entered by the plainest call there is.

use crate::measure::{cpu_of, micros};
use nix::sys::resource::UsageWho;
use std::path::Path;
use std::time::Instant;
use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store, StoreLimits,
    StoreLimitsBuilder,
};
use wasmtime_wasi::{ResourceTable, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

wasmtime::component::bindgen!({ path: "../../../guest-sdk/wit", world: "task" });

/// The argument that makes this process a floor.
pub(crate) const WORD: &str = "__floor";

/// The limits of a task by default.
pub(crate) const FUEL: u64 = 30_000_000_000;
pub(crate) const MEMORY: usize = 256 << 20;
const KEPT: usize = 64 << 10;

struct Guest {
    wasi: WasiCtx,
    table: ResourceTable,
    limits: StoreLimits,
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl polymer::task::types::Host for Guest {}

impl polymer::task::host::Host for Guest {
    fn log(&mut self, _: polymer::task::host::Level, _: String) {}
    fn progress(&mut self, _: u64, _: u64) {}
    fn trace(&mut self, _: String) {}
}

/// A module that is ready to be entered.
pub(crate) struct Floor {
    engine: Engine,
    pre: TaskPre<Guest>,
    metered: bool,
}

/// The best way to have instances.
pub(crate) fn pool() -> InstanceAllocationStrategy {
    let mut pool = PoolingAllocationConfig::new();
    pool.max_memory_size(MEMORY)
        .linear_memory_keep_resident(KEPT)
        .table_keep_resident(KEPT)
        .pagemap_scan(Enabled::Yes);
    InstanceAllocationStrategy::Pooling(pool)
}

impl Floor {
    pub(crate) fn new(module: &Path, metered: bool) -> Self {
        let mut config = Config::new();
        config
            .consume_fuel(metered)
            .wasm_component_model(true)
            .concurrency_support(false)
            .allocation_strategy(pool());
        let engine = Engine::new(&config).unwrap();
        let core = std::fs::read(module).unwrap();
        let encoder = wit_component::ComponentEncoder::default().module(&core).unwrap();
        let encoder =
            encoder.adapter(WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER);
        let component = Component::from_binary(&engine, &encoder.unwrap().encode().unwrap()).unwrap();
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_sync(&mut linker).unwrap();
        Task::add_to_linker::<_, HasSelf<Guest>>(&mut linker, |guest| guest).unwrap();
        let pre = TaskPre::new(linker.instantiate_pre(&component).unwrap()).unwrap();
        Self { engine, pre, metered }
    }

    /// One task in an instance of its own.
    pub(crate) fn task(&self, name: &str, input: &[u8]) -> Vec<u8> {
        let guest = Guest {
            wasi: WasiCtxBuilder::new().build(),
            table: ResourceTable::new(),
            limits: StoreLimitsBuilder::new().memory_size(MEMORY).build(),
        };
        let mut store = Store::new(&self.engine, guest);
        store.limiter(|guest| &mut guest.limits);
        if self.metered {
            store.set_fuel(FUEL).unwrap();
        }
        let task = self.pre.instantiate(&mut store).unwrap();
        let attempt = polymer::task::types::Attempt { task: name.to_owned(), id: "1".to_owned(), number: 1 };
        task.polymer_task_guest().call_run(&mut store, &attempt, input).unwrap().unwrap()
    }
}

/// `MODULE TASK INPUT|@FILE COUNT`: says how many microseconds a task takes, by the clock and of
/// CPU.
pub(crate) fn main(args: impl Iterator<Item = String>) {
    timed(args, |module| {
        let floor = Floor::new(module, true);
        move |task: &str, input: &[u8]| floor.task(task, input)
    });
}

/// Makes a floor of a module and times what it takes for a task.
pub(crate) fn timed<F: Fn(&str, &[u8]) -> Vec<u8>>(
    args: impl Iterator<Item = String>,
    make: impl FnOnce(&Path) -> F,
) {
    let [module, task, input, count] = <[String; 4]>::try_from(args.collect::<Vec<_>>()).unwrap();
    let (enter, count) = (make(Path::new(&module)), count.parse::<u32>().unwrap());
    let input =
        input.strip_prefix('@').map_or_else(|| input.clone(), |path| std::fs::read_to_string(path).unwrap());
    for _ in 0..count / 10 {
        enter(&task, input.as_bytes());
    }
    let (began, before) = (Instant::now(), cpu_of(UsageWho::RUSAGE_SELF));
    for _ in 0..count {
        enter(&task, input.as_bytes());
    }
    let (wall, cpu) = (began.elapsed(), cpu_of(UsageWho::RUSAGE_SELF) - before);
    println!("{} {}", micros(wall) / f64::from(count), micros(cpu) / f64::from(count));
}
