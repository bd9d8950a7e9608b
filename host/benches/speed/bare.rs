//! The floor without a component: the same core module, entered by the canonical ABI in a loop
//! inside one process. What Polymer does with such modules, and what is left to gain.

use super::floor::{FUEL, MEMORY, pool, timed};
use std::path::Path;
use wasmtime::{
    Config, Engine, InstancePre, Linker, Module, ModuleExport, Store, StoreLimits, StoreLimitsBuilder,
};
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi::p1::{self, WasiP1Ctx};

/// The argument that makes this process such a floor.
pub(crate) const WORD: &str = "__bare";

/// What the contract calls.
const GUEST: &str = "polymer:task/guest@0.1.1#run";
const HOST: &str = "polymer:task/host@0.1.1";

struct Guest {
    wasi: WasiP1Ctx,
    limits: StoreLimits,
}

/// A module that is ready to be entered.
struct Bare {
    engine: Engine,
    pre: InstancePre<Guest>,
    memory: ModuleExport,
    realloc: ModuleExport,
    run: ModuleExport,
}

impl Bare {
    fn new(module: &Path) -> Self {
        let mut config = Config::new();
        config.consume_fuel(true).concurrency_support(false).allocation_strategy(pool());
        let engine = Engine::new(&config).unwrap();
        let module = Module::new(&engine, std::fs::read(module).unwrap()).unwrap();
        let mut linker: Linker<Guest> = Linker::new(&engine);
        p1::add_to_linker_sync(&mut linker, |guest| &mut guest.wasi).unwrap();
        linker.func_wrap(HOST, "log", |_: u32, _: u32, _: u32| ()).unwrap();
        linker.func_wrap(HOST, "progress", |_: u64, _: u64| ()).unwrap();
        linker.func_wrap(HOST, "trace", |_: u32, _: u32| ()).unwrap();
        let exported = |name: &str| module.get_export_index(name).unwrap();
        let (memory, realloc, run) = (exported("memory"), exported("cabi_realloc"), exported(GUEST));
        let pre = linker.instantiate_pre(&module).unwrap();
        Self { engine, pre, memory, realloc, run }
    }

    /// One task in an instance of its own.
    fn task(&self, name: &str, input: &[u8]) -> Vec<u8> {
        let guest = Guest {
            wasi: WasiCtxBuilder::new().build_p1(),
            limits: StoreLimitsBuilder::new().memory_size(MEMORY).build(),
        };
        let mut store = Store::new(&self.engine, guest);
        store.limiter(|guest| &mut guest.limits);
        store.set_fuel(FUEL).unwrap();
        let instance = self.pre.instantiate(&mut store).unwrap();
        let export = |store: &mut Store<Guest>, export| instance.get_module_export(store, export).unwrap();
        let memory = export(&mut store, &self.memory).into_memory().unwrap();
        let realloc = export(&mut store, &self.realloc).into_func().unwrap();
        let realloc = realloc.typed::<(u32, u32, u32, u32), u32>(&store).unwrap();
        let run = export(&mut store, &self.run).into_func().unwrap();
        let run = run.typed::<(u32, u32, u32, u32, u32, u32, u32), u32>(&store).unwrap();
        let mut put = |bytes: &[u8]| {
            let length = u32::try_from(bytes.len()).unwrap();
            let at = realloc.call(&mut store, (0, 0, 1, length)).unwrap();
            memory.write(&mut store, usize::try_from(at).unwrap(), bytes).unwrap();
            (at, length)
        };
        let ((task, task_length), (id, id_length), (input, length)) =
            (put(name.as_bytes()), put(b"1"), put(input));
        let at = run.call(&mut store, (task, task_length, id, id_length, 1, input, length)).unwrap();
        let bytes = memory.data(&store);
        let word =
            |at: usize| usize::try_from(u32::from_le_bytes(*bytes[at..].first_chunk().unwrap())).unwrap();
        let at = usize::try_from(at).unwrap();
        assert_eq!(bytes[at], 0, "the task failed");
        bytes[word(at + 8)..][..word(at + 12)].to_vec()
    }
}

/// As the other [floor](super::floor::main).
pub(crate) fn main(args: impl Iterator<Item = String>) {
    timed(args, |module| {
        let bare = Bare::new(module);
        move |task: &str, input: &[u8]| bare.task(task, input)
    });
}
