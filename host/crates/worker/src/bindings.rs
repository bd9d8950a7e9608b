//! The contract of typed tasks, as wasmtime's macro makes Rust of it.

wasmtime::component::bindgen!({
    path: "wit/polymer.wit",
    world: "task",
    exports: { default: async },
});
