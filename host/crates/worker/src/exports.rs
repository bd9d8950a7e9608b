//! The functions that a program exports beside its entry, as people read them: whoever wrote a
//! library that was built as a program finds them here.

use super::invoke;
use polymer_host_task::{FunctionInfo, INTERPRETER_MARK};
use std::fmt::{Display, Write as _};
use wasmtime::component::Component;
use wasmtime::{Engine, ExternType, Module};

/// The most functions that are told of, and the most bytes of their names and types.
const LISTED: usize = 1000;
const BYTES: usize = 400 << 10;
/// The most that are told of a program that is run: a few of them stand in one sentence.
const FEW: usize = 50;

/// Number of exports wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExportLimit {
    /// All of them, as far as they fit a frame.
    All,
    /// Enough for a sentence.
    Few,
}

/// A list of functions with an end.
#[derive(Debug)]
pub(super) struct ExportList {
    functions: Vec<FunctionInfo>,
    most: usize,
    room: usize,
}

impl ExportList {
    pub(super) const fn new(most: ExportLimit) -> Self {
        let most = match most {
            ExportLimit::All => LISTED,
            ExportLimit::Few => FEW,
        };
        Self { functions: Vec::new(), most, room: BYTES }
    }

    /// Adds a function of a core module, unless it is the entry or a tool's own.
    pub(super) fn add<P: Display, R: Display>(
        &mut self,
        name: &str,
        params: impl Iterator<Item = P>,
        results: impl Iterator<Item = R>,
    ) {
        let size = name.len() + 200;
        // Two underscores are for what tools put in.
        let is_own = name == "_start" || name.starts_with("__");
        if is_own || self.functions.len() >= self.most || self.room < size {
            return;
        }
        let mut signature = format!("func({})", listed(params));
        let results = listed(results);
        if !results.is_empty() {
            // A write to a string cannot fail.
            let _ = write!(signature, " -> {results}");
        }
        self.room = self.room.saturating_sub(size + signature.len());
        self.functions.push(FunctionInfo { called: false, name: name.to_owned(), signature, refused: None });
    }

    pub(super) fn finish(self) -> Vec<FunctionInfo> {
        self.functions
    }
}

fn listed(types: impl Iterator<Item = impl Display>) -> String {
    types.map(|ty| ty.to_string()).collect::<Vec<_>>().join(", ")
}

/// Those of a core module.
pub(super) fn of_module(module: &Module, most: ExportLimit) -> Vec<FunctionInfo> {
    let mut list = ExportList::new(most);
    let mut exports: Vec<_> = module.exports().collect();
    exports.sort_by_key(|export| export.name() != INTERPRETER_MARK);
    for export in exports {
        if let ExternType::Func(ty) = export.ty() {
            list.add(export.name(), ty.params(), ty.results());
        }
    }
    list.finish()
}

/// Those of a component.
pub(super) fn of_component(engine: &Engine, component: &Component, most: ExportLimit) -> Vec<FunctionInfo> {
    let mut functions = invoke::all(engine, component);
    // What it says of its inputs is among them, however few are wanted.
    functions.sort_by_key(|function| function.name != INTERPRETER_MARK);
    if most == ExportLimit::Few {
        functions.truncate(FEW);
    }
    functions
}
