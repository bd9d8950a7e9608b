//! The words for imports that nobody provides: all of them in one sentence with an end, what there
//! is instead, and what to do.

use super::super::refusal::{LISTED, ModuleRefusal, show};
use super::needs::{MissingImport, MissingImports};
use super::{foreign, provided};

/// The most names out of one interface that are listed.
const OF_ONE: usize = 6;

/// Why a module that lacks this cannot be used; `None` if it lacks nothing.
pub(super) fn refusal(lack: &MissingImports, component: bool) -> Option<ModuleRefusal> {
    if lack.items.is_empty() && lack.more == 0 {
        return None;
    }
    let named = if component { interfaces(lack) } else { functions(lack) };
    if lack.items.iter().any(|missing| is_wasi_3(&missing.from)) {
        let message = format!(
            "it is built for WASI 0.3, which is not supported (it imports {named}); build it for WASI 0.2, `wasm32-wasip2`"
        );
        return Some(ModuleRefusal::new("unsupported", message));
    }
    let host = lack.items.iter().find_map(|missing| foreign::host_of(&missing.from, &missing.name));
    let message = match host {
        Some(what) if !component => format!("{what} (it imports {named})"),
        _ if component => format!(
            "it imports {named}, which nothing here provides; {}: build it without the rest, or compose it with a component \
             that exports that (`wac plug`)",
            provided::FOR_COMPONENTS
        ),
        _ => format!(
            "it imports {named}, which nothing here provides; {}: build it for `wasm32-wasip1`, without the rest",
            provided::FOR_MODULES
        ),
    };
    Some(ModuleRefusal::new("unknown_import", message))
}

fn is_wasi_3(interface: &str) -> bool {
    interface.starts_with("wasi:")
        && interface.split_once('@').is_some_and(|(_, version)| version.starts_with("0.3"))
}

/// The imports of a core module, one by one.
fn functions(lack: &MissingImports) -> String {
    let names =
        lack.items.iter().map(|missing| format!("`{}`", show(&format!("{}.{}", missing.from, missing.name))));
    listed(names.take(LISTED).collect(), (lack.items.len() + lack.more).saturating_sub(LISTED))
}

/// The imports of a component, each interface with what is wanted of it.
fn interfaces(lack: &MissingImports) -> String {
    let mut groups: Vec<(&str, Vec<&MissingImport>)> = Vec::new();
    for missing in &lack.items {
        match groups.last_mut() {
            Some((from, group)) if *from == missing.from && !from.is_empty() => group.push(missing),
            _ => groups.push((&missing.from, vec![missing])),
        }
    }
    let item = |missing: &&MissingImport| format!("{}`{}`", missing.kind, show(&missing.name));
    let shown = groups.iter().take(LISTED).map(|(from, group)| {
        if from.is_empty() {
            return group.iter().map(item).collect();
        }
        let items = listed(group.iter().take(OF_ONE).map(item).collect(), group.len().saturating_sub(OF_ONE));
        format!("`{}` ({items})", show(from))
    });
    listed(shown.collect(), groups.len().saturating_sub(LISTED) + lack.more)
}

/// `a`, `a and b`, `a, b and 3 more`.
fn listed(mut names: Vec<String>, more: usize) -> String {
    let last = if more > 0 { Some(format!("{more} more")) } else { names.pop() };
    match (names.is_empty(), last) {
        (true, last) => last.unwrap_or_default(),
        (false, None) => names.join(", "),
        (false, Some(last)) => format!("{} and {last}", names.join(", ")),
    }
}
