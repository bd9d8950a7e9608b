//! Names that the host offers to modules: whatever is listed here can be linked. Linking itself has
//! the last word on types.
//!
//! This is a list, since a linker cannot be asked for its names before there is machine code. Tests
//! compare it with the real linkers.

use super::super::canonical;
use std::sync::OnceLock;

/// The version of WASI that is linked. Others of 0.2 are served by it.
pub(in super::super) const WASI: &str = "0.2.12";

/// Message about the interfaces for components.
pub(super) const FOR_COMPONENTS: &str = "here there are `wasi:cli`, `wasi:clocks`, `wasi:filesystem`, `wasi:io`, \
                                         `wasi:random` and `wasi:sockets` of WASI 0.2.0 to 0.2.12, and `polymer:task/host`";
/// Message about the functions for core modules.
pub(super) const FOR_MODULES: &str = "here there is `wasi_snapshot_preview1`";

/// The module of WASI preview 1.
pub(super) const PREVIEW1: &str = "wasi_snapshot_preview1";

/// Returns whether an interface for components has this function or resource.
pub(in super::super) fn has_item(name: &str, item: &str) -> bool {
    if let Some(functions) = functions_of(name) {
        return functions.contains(&item);
    }
    is_contract(name).is_some_and(|interface| contract_has(interface, item))
}

/// Returns whether core modules are offered this function.
pub(super) fn has_function(module: &str, name: &str) -> bool {
    module == PREVIEW1 && PREVIEW1_FUNCTIONS.contains(&name)
}

/// The name of the host's own interface that serves a component which imports `name`, of whatever
/// version fits.
pub(in super::super) fn own_name(name: &str) -> Option<String> {
    if let Some(interface) = is_contract(name) {
        return contract().iter().find(|known| known.name == interface).map(|known| known.id.clone());
    }
    functions_of(name)?;
    name.split_once('@').map(|(interface, _)| format!("{interface}@{WASI}"))
}

fn functions_of(name: &str) -> Option<&'static [&'static str]> {
    let (interface, version) = name.split_once('@')?;
    if !is_patch_of(version, "0.2.") {
        return None;
    }
    INTERFACES.iter().find(|(known, _)| *known == interface).map(|(_, functions)| *functions)
}

/// The interface of the contract that is meant.
fn is_contract(name: &str) -> Option<&str> {
    let (interface, version) = name.strip_prefix("polymer:task/")?.split_once('@')?;
    (is_patch_of(version, "0.1.") && ["host", "types"].contains(&interface)).then_some(interface)
}

/// An interface of the contract.
struct OfContract {
    name: String,
    /// With package and version.
    id: String,
    functions: Vec<String>,
}

/// The interfaces of the contract, read once.
fn contract() -> &'static [OfContract] {
    static READ: OnceLock<Vec<OfContract>> = OnceLock::new();
    READ.get_or_init(|| {
        let Some((resolve, _)) = canonical::ContractVersion::newest().contract() else { return Vec::new() };
        let of = |(id, interface): (_, &wit_parser::Interface)| {
            let functions = interface.functions.keys().cloned().collect();
            Some(OfContract { name: interface.name.clone()?, id: resolve.id_of(id)?, functions })
        };
        resolve.interfaces.iter().filter_map(of).collect()
    })
}

fn contract_has(interface: &str, item: &str) -> bool {
    let known = contract().iter().find(|known| known.name == interface);
    known.is_some_and(|known| known.functions.iter().any(|name| name == item))
}

/// Returns whether a version belongs to a line such as `0.2.`. A pre-release fits none but itself.
fn is_patch_of(version: &str, line: &str) -> bool {
    let patch =
        version.strip_prefix(line).map(|patch| patch.split_once('+').map_or(patch, |(patch, _)| patch));
    patch.is_some_and(|patch| !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The interfaces of WASI 0.2 with their functions and resources.
#[rustfmt::skip]
const INTERFACES: &[(&str, &[&str])] = &[
    ("wasi:cli/environment", &["get-environment", "get-arguments", "initial-cwd"]),
    ("wasi:cli/exit", &["exit", "exit-with-code"]),
    ("wasi:cli/stdin", &["get-stdin"]),
    ("wasi:cli/stdout", &["get-stdout"]),
    ("wasi:cli/stderr", &["get-stderr"]),
    ("wasi:cli/terminal-input", &["terminal-input"]),
    ("wasi:cli/terminal-output", &["terminal-output"]),
    ("wasi:cli/terminal-stdin", &["get-terminal-stdin"]),
    ("wasi:cli/terminal-stdout", &["get-terminal-stdout"]),
    ("wasi:cli/terminal-stderr", &["get-terminal-stderr"]),
    ("wasi:clocks/monotonic-clock", &[
        "now", "resolution", "subscribe-instant", "subscribe-duration",
    ]),
    ("wasi:clocks/wall-clock", &["now", "resolution"]),
    ("wasi:filesystem/types", &[
        "descriptor", "[method]descriptor.read-via-stream", "[method]descriptor.write-via-stream",
        "[method]descriptor.append-via-stream", "[method]descriptor.advise", "[method]descriptor.sync-data",
        "[method]descriptor.get-flags", "[method]descriptor.get-type", "[method]descriptor.set-size",
        "[method]descriptor.set-times", "[method]descriptor.read", "[method]descriptor.write",
        "[method]descriptor.read-directory", "[method]descriptor.sync",
        "[method]descriptor.create-directory-at", "[method]descriptor.stat", "[method]descriptor.stat-at",
        "[method]descriptor.set-times-at", "[method]descriptor.link-at", "[method]descriptor.open-at",
        "[method]descriptor.readlink-at", "[method]descriptor.remove-directory-at",
        "[method]descriptor.rename-at", "[method]descriptor.symlink-at", "[method]descriptor.unlink-file-at",
        "[method]descriptor.is-same-object", "[method]descriptor.metadata-hash",
        "[method]descriptor.metadata-hash-at", "directory-entry-stream",
        "[method]directory-entry-stream.read-directory-entry", "filesystem-error-code",
    ]),
    ("wasi:filesystem/preopens", &["get-directories"]),
    ("wasi:io/error", &["error", "[method]error.to-debug-string"]),
    ("wasi:io/poll", &[
        "pollable", "[method]pollable.ready", "[method]pollable.block", "poll",
    ]),
    ("wasi:io/streams", &[
        "input-stream", "[method]input-stream.read", "[method]input-stream.blocking-read",
        "[method]input-stream.skip", "[method]input-stream.blocking-skip", "[method]input-stream.subscribe",
        "output-stream", "[method]output-stream.check-write", "[method]output-stream.write",
        "[method]output-stream.blocking-write-and-flush", "[method]output-stream.flush",
        "[method]output-stream.blocking-flush", "[method]output-stream.subscribe",
        "[method]output-stream.write-zeroes", "[method]output-stream.blocking-write-zeroes-and-flush",
        "[method]output-stream.splice", "[method]output-stream.blocking-splice",
    ]),
    ("wasi:random/insecure-seed", &["insecure-seed"]),
    ("wasi:random/insecure", &["get-insecure-random-bytes", "get-insecure-random-u64"]),
    ("wasi:random/random", &["get-random-bytes", "get-random-u64"]),
    ("wasi:sockets/network", &["network"]),
    ("wasi:sockets/instance-network", &["instance-network"]),
    ("wasi:sockets/ip-name-lookup", &[
        "resolve-address-stream", "[method]resolve-address-stream.resolve-next-address",
        "[method]resolve-address-stream.subscribe", "resolve-addresses",
    ]),
    ("wasi:sockets/tcp", &[
        "tcp-socket", "[method]tcp-socket.start-bind", "[method]tcp-socket.finish-bind",
        "[method]tcp-socket.start-connect", "[method]tcp-socket.finish-connect",
        "[method]tcp-socket.start-listen", "[method]tcp-socket.finish-listen", "[method]tcp-socket.accept",
        "[method]tcp-socket.local-address", "[method]tcp-socket.remote-address",
        "[method]tcp-socket.is-listening", "[method]tcp-socket.address-family",
        "[method]tcp-socket.set-listen-backlog-size", "[method]tcp-socket.keep-alive-enabled",
        "[method]tcp-socket.set-keep-alive-enabled", "[method]tcp-socket.keep-alive-idle-time",
        "[method]tcp-socket.set-keep-alive-idle-time", "[method]tcp-socket.keep-alive-interval",
        "[method]tcp-socket.set-keep-alive-interval", "[method]tcp-socket.keep-alive-count",
        "[method]tcp-socket.set-keep-alive-count", "[method]tcp-socket.hop-limit",
        "[method]tcp-socket.set-hop-limit", "[method]tcp-socket.receive-buffer-size",
        "[method]tcp-socket.set-receive-buffer-size", "[method]tcp-socket.send-buffer-size",
        "[method]tcp-socket.set-send-buffer-size", "[method]tcp-socket.subscribe",
        "[method]tcp-socket.shutdown",
    ]),
    ("wasi:sockets/tcp-create-socket", &["create-tcp-socket"]),
    ("wasi:sockets/udp", &[
        "udp-socket", "[method]udp-socket.start-bind", "[method]udp-socket.finish-bind",
        "[method]udp-socket.stream", "[method]udp-socket.local-address", "[method]udp-socket.remote-address",
        "[method]udp-socket.address-family", "[method]udp-socket.unicast-hop-limit",
        "[method]udp-socket.set-unicast-hop-limit", "[method]udp-socket.receive-buffer-size",
        "[method]udp-socket.set-receive-buffer-size", "[method]udp-socket.send-buffer-size",
        "[method]udp-socket.set-send-buffer-size", "[method]udp-socket.subscribe",
        "incoming-datagram-stream", "[method]incoming-datagram-stream.receive",
        "[method]incoming-datagram-stream.subscribe", "outgoing-datagram-stream",
        "[method]outgoing-datagram-stream.check-send", "[method]outgoing-datagram-stream.send",
        "[method]outgoing-datagram-stream.subscribe",
    ]),
    ("wasi:sockets/udp-create-socket", &["create-udp-socket"]),
];

/// The functions of WASI preview 1.
#[rustfmt::skip]
const PREVIEW1_FUNCTIONS: [&str; 46] = [
    "args_get", "args_sizes_get", "environ_get", "environ_sizes_get", "clock_res_get", "clock_time_get",
    "fd_advise", "fd_allocate", "fd_close", "fd_datasync", "fd_fdstat_get", "fd_fdstat_set_flags",
    "fd_fdstat_set_rights", "fd_filestat_get", "fd_filestat_set_size", "fd_filestat_set_times", "fd_pread",
    "fd_prestat_get", "fd_prestat_dir_name", "fd_pwrite", "fd_read", "fd_readdir", "fd_renumber", "fd_seek",
    "fd_sync", "fd_tell", "fd_write", "path_create_directory", "path_filestat_get",
    "path_filestat_set_times", "path_link", "path_open", "path_readlink", "path_remove_directory",
    "path_rename", "path_symlink", "path_unlink_file", "poll_oneoff", "proc_exit", "proc_raise",
    "random_get", "sched_yield", "sock_accept", "sock_recv", "sock_send", "sock_shutdown",
];

#[cfg(test)]
mod tests {
    use super::super::super::{engine, linkers};
    use super::*;
    use wasmtime::component::Component;

    /// A component that imports one function or resource of an interface.
    fn importing(interface: &str, item: &str) -> String {
        let resource =
            item.split_once(']').and_then(|(_, rest)| rest.split_once('.')).map(|(resource, _)| resource);
        let exports = match resource {
            Some(resource) => format!(
                r#"(export "{resource}" (type $r (sub resource))) (export "{item}" (func (param "self" (borrow $r))))"#
            ),
            None if is_resource(interface, item) => format!(r#"(export "{item}" (type (sub resource)))"#),
            None => format!(r#"(export "{item}" (func))"#),
        };
        format!(r#"(component (import "{interface}" (instance {exports})))"#)
    }

    fn is_resource(interface: &str, item: &str) -> bool {
        let functions = functions_of(interface).unwrap_or_default();
        functions.iter().any(|name| name.contains(&format!("]{item}.")))
            || ["terminal-input", "terminal-output", "network"].contains(&item)
    }

    /// Returns whether the linker knows a function or resource, of whatever type.
    fn links(interface: &str, item: &str) -> bool {
        let engine = engine::on_demand(engine::EngineSettings::usual()).unwrap();
        let component = Component::new(&engine, wat::parse_str(importing(interface, item)).unwrap()).unwrap();
        match linkers::component_linker(&engine).unwrap().instantiate_pre(&component) {
            Ok(_) => true,
            Err(error) => !format!("{error:#}").contains("implementation is missing"),
        }
    }

    #[test]
    fn all_that_is_listed_for_components_can_be_linked() {
        for (interface, items) in INTERFACES {
            for item in *items {
                for version in ["0.2.0", WASI, "0.2.99"] {
                    let name = format!("{interface}@{version}");
                    assert!(has_item(&name, item) && links(&name, item), "{name} {item}");
                }
            }
        }
        assert!(!links("wasi:cli/stdin@0.2.0", "fly"));
        assert!(!links("wasi:cli/stdin@0.2.0-rc-2023-11-10", "get-stdin"));
        for function in ["log", "progress"] {
            assert!(
                has_item("polymer:task/host@0.1.0", function) && links("polymer:task/host@0.1.0", function)
            );
        }
    }

    #[test]
    fn all_that_is_listed_for_core_modules_can_be_linked_and_nothing_else_can() {
        let engine = engine::on_demand(engine::EngineSettings::usual()).unwrap();
        for function in PREVIEW1_FUNCTIONS {
            let text =
                format!(r#"(module (import "{PREVIEW1}" "{function}" (func (param i32 i64 f64 i32))))"#);
            let module = wasmtime::Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
            let error = linkers::core_linker(&engine).unwrap().instantiate_pre(&module).err().unwrap();
            assert!(!error.is::<wasmtime::UnknownImportError>(), "{function}");
        }
    }

    #[test]
    fn versions_of_one_line_fit_and_those_before_a_release_do_not() {
        for (name, fits) in [
            ("wasi:io/streams@0.2.0", true),
            ("wasi:io/streams@0.2.12", true),
            ("wasi:io/streams@0.2.99+build", true),
            ("wasi:io/streams@0.2.0-rc-2023-11-10", false),
            ("wasi:io/streams@0.3.0", false),
            ("wasi:io/streams@0.2.", false),
            ("wasi:io/streams", false),
            ("wasi:http/types@0.2.0", false),
            ("polymer:task/types@0.1.7", true),
            ("polymer:task/guest@0.1.0", false),
            ("polymer:task/host@0.2.0", false),
        ] {
            assert_eq!(own_name(name).is_some(), fits, "{name}");
        }
    }

    #[test]
    fn a_version_that_fits_is_served_by_the_hosts_own() {
        assert_eq!(own_name("wasi:io/streams@0.2.3").as_deref(), Some("wasi:io/streams@0.2.12"));
        let own = own_name("polymer:task/host@0.1.9").unwrap();
        assert!(own.starts_with("polymer:task/host@0.1."), "{own}");
    }
}
