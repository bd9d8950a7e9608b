//! The one configuration of wasmtime, used in both roles: what a compile worker wrote, a run worker
//! can map, if both were told the same about fuel. Every knob that matters is set here, so that a
//! new default of a later wasmtime changes nothing unseen.

use polymer_host_task::{Optimization, STACKS};
use std::num::NonZeroUsize;
use wasmparser::WasmFeatures;
use wasmtime::{
    Collector, Config, Enabled, Engine, InstanceAllocationStrategy, OperatorCost, OptLevel,
    PoolingAllocationConfig, ProfilingStrategy, RegallocAlgorithm, Strategy, WasmBacktraceDetails,
};

/// Units of fuel between two moments at which a guest lets its worker look up.
pub(crate) const YIELD_INTERVAL: u64 = 1_000_000;

/// Elements over all tables of a store. Each takes a pointer's room; real programs have a few
/// thousand.
pub(crate) const TABLE_ELEMENTS: usize = 100_000;

/// The most frames of a trace.
pub(crate) const TRACE_FRAMES: usize = 20;

/// Fuel for each page asked of `memory.grow`: the most the table can say, and still less than the
/// kernel works to clear it.
const GROW_COST: u8 = u8::MAX;

/// The engine's version, which `Cargo.lock` has: a test holds them together.
const VERSION: &str = "48.0.8";

/// The engine by name and version, and what its fuel counts: two runs of which this is the same can
/// compare their fuel.
pub(crate) fn described(fuel: FuelCounting) -> String {
    match fuel {
        FuelCounting::On => format!(
            "{}, fuel: the engine's own costs, {GROW_COST} for each page of memory.grow, a look up every {YIELD_INTERVAL}",
            named()
        ),
        FuelCounting::Off => format!("{}, fuel: not counted", named()),
    }
}

/// The engine by name and version.
pub fn named() -> String {
    format!("wasmtime {VERSION}")
}

/// Pool size for each kind: the need of one attempt at a usual module, and some more. A module
/// that needs more than that gets an engine without a pool. Only tables take memory before they
/// are used: 8 bytes an element.
const POOLED_MEMORIES: u32 = 8;
const POOLED_TABLES: u32 = 16;
const POOLED_INSTANCES: u32 = 64;
/// Bytes of a memory or a table that stay where they are between two attempts, and are written
/// anew. What a guest touched beyond that is given back to the system, and costs a page fault each
/// time it is touched again.
const KEPT: usize = 64 << 10;
/// The same of an interpreter's memory. The engine looks at 32 ranges of written pages, so one that
/// writes here and there, as `@python` does, saves one page fault of eight by it.
const KEPT_OF_INTERPRETER: usize = 8 << 20;
/// Bytes of stack that an interpreter may have at the least. Interpreters bound the recursion of
/// their programs by a stack of their own in linear memory, which must be the first to be full: a
/// chain of 100,000 objects of Python's is freed within this, and half of that within a quarter.
/// Other guests overflow their stack in linear memory before they have so much, and that is told
/// less well, or not at all.
const STACK_OF_INTERPRETER: usize = 64 << 20;
/// Bytes of stack for a host call of the deepest guest.
const HOST_STACK: usize = 1536 << 10;
/// Bytes of stack that a guest may have, beside its memories. Code that was compiled for one is
/// mapped with any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GuestStack(usize);

impl GuestStack {
    /// So many, as far as any guest may have them.
    pub(crate) fn of(bytes: u64) -> Self {
        let bytes = bytes.clamp(*STACKS.start(), *STACKS.end());
        Self(usize::try_from(bytes).unwrap_or(STACK_OF_INTERPRETER))
    }

    /// What an interpreter has in place of it.
    pub(crate) fn for_interpreter(self) -> Self {
        Self(self.0.max(STACK_OF_INTERPRETER))
    }
}

/// Whether code counts fuel. Code that was compiled for one is refused by an engine for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FuelCounting {
    /// It does, and yields now and then.
    On,
    /// It does not, so it is faster. Nothing in this process stops a guest that computes: its
    /// supervisor does, by killing the process.
    Off,
}

impl FuelCounting {
    /// On, if that is so.
    pub(crate) const fn is_on(counts: bool) -> Self {
        if counts { Self::On } else { Self::Off }
    }
}

/// Differences between the engines of two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EngineSettings {
    pub(crate) stack: GuestStack,
    pub(crate) fuel: FuelCounting,
    /// Only who compiles needs it: code of either kind runs in every engine.
    pub(crate) optimization: Optimization,
}

impl EngineSettings {
    /// Those of a run that says nothing of them.
    #[cfg(any(test, feature = "fuzz"))]
    pub(crate) fn usual() -> Self {
        let stack = GuestStack::of(polymer_host_task::USUAL_STACK);
        Self { stack, fuel: FuelCounting::On, optimization: Optimization::Speed }
    }

    /// The same for an interpreter.
    pub(crate) fn for_interpreter(self) -> Self {
        Self { stack: self.stack.for_interpreter(), ..self }
    }
}

/// Bytes of what the engine keeps for an instance beside its memories and tables. Only a bound:
/// nothing is set aside for it.
const INSTANCE: usize = 16 << 20;

/// An engine that asks the system anew for what each instance needs: it can have any module, and
/// costs each attempt some 40 µs more.
///
/// # Errors
/// If this machine lacks what the configuration asks for.
pub(crate) fn on_demand(settings: EngineSettings) -> wasmtime::Result<Engine> {
    Engine::new(&config(settings))
}

/// Bytes of addresses that memories of an instance take with [`on_demand`], at the most: 4 GiB
/// each, and guards.
pub(crate) const ADDRESSES_ON_DEMAND: u64 = POOLED_MEMORIES as u64 * ((4 << 30) + (64 << 20));

/// The same for modules with so many memories that the addresses which are kept for each would be
/// more than a worker may take: nothing is kept beyond what a memory has, so each access is
/// checked, which takes longer.
///
/// # Errors
/// As [`on_demand`].
pub(crate) fn many_memories(settings: EngineSettings) -> wasmtime::Result<Engine> {
    let mut config = config(settings);
    config.memory_reservation(0).memory_reservation_for_growth(0).memory_guard_size(0);
    Engine::new(&config)
}

/// Returns whether a module with so many memories needs [`many_memories`].
pub(crate) const fn has_many_memories(memories: u32) -> bool {
    memories > POOLED_MEMORIES
}

/// An engine that keeps the memories, tables and stack of one attempt for the next: what was
/// written is undone, page by page, when an instance ends. `memory` is the most that one memory may
/// have, in bytes. It opens `/proc/self/pagemap`, by which the system tells it which pages were
/// written; where that cannot be had it gives back all of them.
///
/// What it maps is what [`on_demand`] maps.
///
/// # Errors
/// If this machine lacks what the configuration asks for, such as addresses.
pub(crate) fn pooled(memory: u64, settings: EngineSettings) -> wasmtime::Result<Engine> {
    Engine::new(&pooling(memory, settings, KEPT))
}

/// The same for an interpreter, which needs more stack. It is made once the jail stands, and finds
/// the way to the written pages that [`pooled`] has opened.
///
/// # Errors
/// As [`pooled`].
pub(crate) fn pooled_for_interpreter(memory: u64, settings: EngineSettings) -> wasmtime::Result<Engine> {
    Engine::new(&pooling(memory, settings.for_interpreter(), KEPT_OF_INTERPRETER))
}

fn pooling(memory: u64, settings: EngineSettings, kept: usize) -> Config {
    let memory = usize::try_from(memory.min(1 << 32)).unwrap_or(usize::MAX);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(1)
        .max_component_instance_size(INSTANCE)
        .max_core_instances_per_component(POOLED_INSTANCES)
        .max_memories_per_component(POOLED_MEMORIES)
        .max_tables_per_component(POOLED_TABLES)
        .total_core_instances(POOLED_INSTANCES)
        .max_core_instance_size(INSTANCE)
        .total_memories(POOLED_MEMORIES)
        .max_memories_per_module(POOLED_MEMORIES)
        .max_memory_size(memory)
        .total_tables(POOLED_TABLES)
        .max_tables_per_module(POOLED_TABLES)
        .table_elements(TABLE_ELEMENTS)
        .total_gc_heaps(1)
        // The one that a guest runs on. Nothing on it can be read by the next, which has its own
        // values and addresses only.
        .total_stacks(1)
        .linear_memory_keep_resident(kept)
        .table_keep_resident(KEPT)
        .pagemap_scan(Enabled::Auto);
    let mut config = config(settings);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

fn config(settings: EngineSettings) -> Config {
    let mut config = Config::new();
    features(&mut config);
    metering(&mut config, settings);
    code(&mut config, settings.optimization);
    memory(&mut config);
    config
}

/// Guests may throw exceptions. Exceptions in flight live in wasmtime's heap for objects, so
/// this needs the crate's feature `gc-drc`.
pub(crate) const EXCEPTIONS: bool = true;

/// Returns the features a module may use, for the parser that explains refusals. The same set
/// as [`features`] gives the engine.
pub(crate) fn allowed() -> WasmFeatures {
    let mut allowed = WasmFeatures::WASM2 | WasmFeatures::COMPONENT_MODEL;
    allowed |= WasmFeatures::RELAXED_SIMD;
    allowed |= WasmFeatures::MULTI_MEMORY;
    allowed |= WasmFeatures::TAIL_CALL;
    allowed |= WasmFeatures::EXTENDED_CONST;
    allowed.set(WasmFeatures::EXCEPTIONS, EXCEPTIONS);
    allowed.set(WasmFeatures::GC_TYPES, EXCEPTIONS);
    allowed
}

fn features(config: &mut Config) {
    config
        // Compilers use these without being asked.
        .wasm_simd(true)
        .wasm_bulk_memory(true)
        .wasm_multi_value(true)
        .wasm_reference_types(true)
        .wasm_tail_call(true)
        .wasm_extended_const(true)
        .wasm_multi_memory(true)
        .wasm_component_model(true)
        // Fast, and made to give the same bits on every machine.
        .wasm_relaxed_simd(true)
        .relaxed_simd_deterministic(true)
        .wasm_exceptions(EXCEPTIONS)
        .gc_support(EXCEPTIONS)
        // Frees an exception when it is handled; nothing else lives in that heap.
        .collector(Collector::DeferredReferenceCounting)
        // A second thread in a guest would escape both fuel and the memory limit.
        .shared_memory(false)
        .wasm_shared_everything_threads(false)
        // Memories over 4 GiB are over every limit, and the 64-bit paths had more faults than the
        // others.
        .wasm_memory64(false)
        .wasm_component_model_memory64(false)
        // Not finished, or of no use to a batch task, and each is surface for attack.
        .wasm_gc(false)
        .wasm_function_references(false)
        .wasm_custom_page_sizes(false)
        .wasm_stack_switching(false)
        .wasm_wide_arithmetic(false)
        .wasm_branch_hinting(false)
        .wasm_component_model_gc(false)
        .wasm_component_model_map(false)
        .wasm_component_model_fixed_length_lists(false)
        .wasm_component_model_implements(false)
        // One instance serves one call.
        .concurrency_support(false);
}

fn metering(config: &mut Config, EngineSettings { stack: GuestStack(stack), fuel, .. }: EngineSettings) {
    if fuel == FuelCounting::On {
        let mut cost = OperatorCost::new();
        cost.variable.memory_grow_per_page = GROW_COST;
        config.operator_cost(cost);
    }
    config
        .consume_fuel(fuel == FuelCounting::On)
        // Fuel yields bound every guest; an epoch would cost a second check and make fuel read low.
        // Without fuel an epoch would cost what fuel did.
        .epoch_interruption(false)
        .max_wasm_stack(stack)
        // What is above the guest's share is for host calls, which run on the same fiber.
        .async_stack_size(stack + HOST_STACK)
        // Each attempt has a store, and so a stack, of its own, fresh from the system.
        .async_stack_zeroing(false);
}

fn code(config: &mut Config, optimization: Optimization) {
    // The same compiler both times, so fuel is counted at the same places and the same features are
    // there; the engine's other compiler charges otherwise and lacks some.
    let (level, registers) = match optimization {
        Optimization::Speed => (OptLevel::Speed, RegallocAlgorithm::Backtracking),
        Optimization::Quick => (OptLevel::None, RegallocAlgorithm::SinglePass),
    };
    config
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(level)
        .cranelift_regalloc_algorithm(registers)
        .cranelift_debug_verifier(false)
        // It would cost a comparison for each operation on floats, and NaN bits differ only between
        // kinds of machines.
        .cranelift_nan_canonicalization(false)
        // A lone compiler process may use the whole machine.
        .parallel_compilation(true)
        // Traps through guard pages: cheaper, and without them the Spectre masks go too.
        .signals_based_traps(true)
        .native_unwind_info(false)
        .profiler(ProfilingStrategy::None)
        // Guests' own debug information is never parsed, and no environment variable is read to
        // decide on it.
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .wasm_backtrace_max_frames(NonZeroUsize::new(TRACE_FRAMES))
        .generate_address_map(true)
        .debug_info(false);
}

fn memory(config: &mut Config) {
    config
        .allocation_strategy(InstanceAllocationStrategy::OnDemand)
        // A fresh instance shares its module's data until it writes to it.
        .memory_init_cow(true)
        .guard_before_linear_memory(true)
        .table_lazy_init(true);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_one_that_is_linked() {
        let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let lock =
            here.ancestors().find_map(|folder| std::fs::read_to_string(folder.join("Cargo.lock")).ok());
        let lock = lock.expect("whatever is built with cargo has a lock file");
        assert!(lock.contains(&format!("name = \"wasmtime\"\nversion = \"{VERSION}\"\n")), "{VERSION}");
    }
}
