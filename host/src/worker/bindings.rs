//! The contract of typed tasks, as wasmtime's macro makes Rust of it.

wasmtime::component::bindgen!({
    path: "../guest-sdk/wit",
    world: "task",
    exports: { default: async },
});
