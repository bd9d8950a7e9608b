//! Modules that were built for another host: what they are, by the names of what they import, and
//! how to build them for this one.

/// Says what a core module with this import is and what to do, if its host is a well-known one.
pub(super) fn host_of(module: &str, name: &str) -> Option<&'static str> {
    let what = match module {
        "wasi" if name == "thread-spawn" => {
            "it needs threads, which are off; build it for `wasm32-wasip1`, without threads"
        }
        "wasi_unstable" => "it is built for a WASI older than preview 1; build it for `wasm32-wasip1`",
        "wasix_32v1" | "wasix_64v1" => {
            "it is built for WASIX, which only wasmer has; build it for `wasm32-wasip1`"
        }
        "wbg" | "__wbindgen_placeholder__" | "__wbindgen_externref_xform__" | "__wbindgen_anyref_xform__" => {
            "it is built for JavaScript by wasm-bindgen; build it for `wasm32-wasip1`, without wasm-bindgen"
        }
        "gojs" | "go" => {
            "it is built by Go for JavaScript (`GOOS=js`); build it with `GOOS=wasip1 GOARCH=wasm`"
        }
        "GOT.mem" | "GOT.func" => {
            "it is a library that is linked when it is loaded; link it into one module, without `-shared`"
        }
        "env" if is_emscripten(name) => {
            "it is built for JavaScript by Emscripten; build it with `-sSTANDALONE_WASM`, or with wasi-sdk"
        }
        "a" if name.len() <= 2 => {
            "its names are shortened, as Emscripten does for JavaScript; build it with `-sSTANDALONE_WASM`, or with wasi-sdk"
        }
        _ => return None,
    };
    Some(what)
}

fn is_emscripten(name: &str) -> bool {
    name.starts_with("emscripten_")
        || name.starts_with("_emscripten_")
        || name.starts_with("__syscall_")
        || name.starts_with("invoke_")
        || ["__cxa_throw", "__assert_fail", "_embind_register_void", "setTempRet0", "__memory_base"]
            .contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_people_know_are_named_with_what_to_do() {
        for (module, name, words) in [
            ("wasi", "thread-spawn", "threads"),
            ("wbg", "__wbindgen_throw", "wasm-bindgen"),
            ("gojs", "runtime.wasmExit", "GOOS=wasip1"),
            ("env", "emscripten_resize_heap", "STANDALONE_WASM"),
            ("a", "b", "STANDALONE_WASM"),
            ("wasi_unstable", "fd_write", "wasm32-wasip1"),
        ] {
            let said = host_of(module, name).unwrap();
            assert!(said.contains(words) && said.starts_with("it"), "{said}");
        }
        assert_eq!(host_of("env", "launch_missiles"), None);
        assert_eq!(host_of("wasi_snapshot_preview1", "fd_write"), None);
    }
}
