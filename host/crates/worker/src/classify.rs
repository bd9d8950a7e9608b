//! Recognition of a module from its sections, before anything of it is compiled. Says in one clear
//! sentence why a module cannot be used.

mod foreign;
mod lack;
mod memories;
mod needs;
pub(super) mod provided;

use super::canonical::ContractVersion;
use super::engine;
use super::exports::{ExportLimit, ExportList};
use super::refusal::{ModuleRefusal, list, no_task, show};
use memories::MemoryCount;
use needs::{ImportUses, MissingImports};
use polymer_host_task::{FunctionInfo, ModuleForm};
use wasmparser::component_types::ComponentEntityType;
use wasmparser::types::{Types, TypesRef};
use wasmparser::{
    ComponentExternalKind, CompositeInnerType, ExternalKind, Parser, Payload, Validator, WasmFeatures,
};
use wasmtime::{Engine, Precompiled};

/// Facts from a module's sections.
#[derive(Debug, Default)]
pub(crate) struct ModuleFacts {
    /// It is a component, not a core module.
    pub(crate) component: bool,
    /// A core module that carries the types of a component.
    pub(crate) typed_core: bool,
    /// Its imports: the interface, or for a core module the module and the name in it.
    pub(crate) imports: Vec<(String, Option<String>)>,
    exports: Vec<String>,
    functions: Vec<String>,
    /// The functions of a component's world and of its interfaces, as `--invoke` takes them.
    callable: Vec<String>,
    /// Imports of a component that nobody provides.
    lack: MissingImports,
    /// Memories that an instance of it has.
    pub(crate) memories: u32,
    /// The functions of a core module, by their numbers.
    numbers: Vec<(String, u32)>,
    /// The same with their types, but for the entry.
    pub(crate) exported: Vec<FunctionInfo>,
}

/// Number up to which the functions of a component are counted.
const COUNTED: usize = 1000;

/// Looks at a module.
///
/// # Errors
/// If it is none, is damaged, or uses a feature that is off.
pub(crate) fn look(bytes: &[u8]) -> Result<ModuleFacts, ModuleRefusal> {
    if bytes.is_empty() {
        return Err(ModuleRefusal::new("empty", "the file is empty"));
    }
    if !bytes.starts_with(b"\0asm") {
        return Err(not_wasm(bytes));
    }
    let types = validate(bytes)?;
    let mut facts = ModuleFacts::default();
    let mut uses = ImportUses::default();
    let mut memories = MemoryCount::default();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(|error| malformed(&error))?;
        memories.add(&payload).map_err(|error| malformed(&error))?;
        match &payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            _ if depth == 0 => {
                facts.add(&payload).and_then(|()| uses.add(&payload)).map_err(|error| malformed(&error))?;
            }
            _ => {}
        }
    }
    facts.memories = memories.total();
    facts.callable = callable(types.as_ref(), &facts.exports);
    if facts.component {
        let names = facts.imports.iter().map(|(name, _)| name.as_str());
        facts.lack = needs::of_component(types.as_ref(), &uses, names);
    } else {
        facts.exported = exported(types.as_ref(), &facts.numbers);
    }
    Ok(facts)
}

/// The functions that a core module exports, with their types.
fn exported(types: TypesRef<'_>, numbers: &[(String, u32)]) -> Vec<FunctionInfo> {
    let mut list = ExportList::new(ExportLimit::All);
    for (name, number) in numbers {
        if let CompositeInnerType::Func(ty) = &types[types.core_function_at(*number)].composite_type.inner {
            list.add(name, ty.params().iter(), ty.results().iter());
        }
    }
    list.finish()
}

/// The functions that a component exports, by name: the first of them, for people to read.
fn callable(types: TypesRef<'_>, exports: &[String]) -> Vec<String> {
    let mut names = Vec::new();
    for outer in exports {
        match types.component_item_for_export(outer).map(|item| item.ty) {
            Some(ComponentEntityType::Func(_)) => names.push(outer.clone()),
            Some(ComponentEntityType::Instance(id)) => {
                let functions = types[id].exports.iter();
                let functions = functions.filter(|(_, item)| matches!(item.ty, ComponentEntityType::Func(_)));
                names.extend(functions.take(COUNTED).map(|(name, _)| format!("{outer}.{name}")));
            }
            _ => {}
        }
        if names.len() >= COUNTED {
            break;
        }
    }
    names
}

impl ModuleFacts {
    fn add(&mut self, payload: &Payload<'_>) -> Result<(), wasmparser::BinaryReaderError> {
        match payload {
            Payload::Version { encoding, .. } => {
                self.component = *encoding == wasmparser::Encoding::Component;
            }
            Payload::CustomSection(section) => {
                self.typed_core |= !self.component && section.name().starts_with("component-type");
            }
            Payload::ImportSection(section) => {
                for import in section.clone().into_imports() {
                    let import = import?;
                    self.imports.push((import.module.to_owned(), Some(import.name.to_owned())));
                }
            }
            Payload::ExportSection(section) => {
                for export in section.clone() {
                    let export = export?;
                    self.exports.push(export.name.to_owned());
                    if export.kind == ExternalKind::Func {
                        self.functions.push(export.name.to_owned());
                        self.numbers.push((export.name.to_owned(), export.index));
                    }
                }
            }
            Payload::ComponentImportSection(section) => {
                for import in section.clone() {
                    self.imports.push((import?.name.name.to_owned(), None));
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section.clone() {
                    let export = export?;
                    self.exports.push(export.name.name.to_owned());
                    if export.kind == ComponentExternalKind::Instance {
                        self.functions.push(export.name.name.to_owned());
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The form of a module whose types need no translation any more. `any` component will do where
    /// its functions are called.
    ///
    /// # Errors
    /// If there is nothing to enter.
    pub(crate) fn form(&self, any: bool) -> Result<ModuleForm, ModuleRefusal> {
        if self.component {
            if self.exports_instance("polymer:task/guest@0.1.") {
                return Ok(ModuleForm::Typed);
            }
            if self.exports_instance("wasi:cli/run@0.2.") {
                return Ok(ModuleForm::CommandComponent);
            }
            if self.exports_instance("wasi:cli/run@0.3.") {
                return Err(ModuleRefusal::new(
                    "unsupported",
                    "it is built for WASI 0.3, which is not supported; build it for WASI 0.2, `wasm32-wasip2`",
                ));
            }
            return if any { Ok(ModuleForm::Component) } else { Err(no_task(&self.callable)) };
        } else if self.has_start() {
            return Ok(ModuleForm::CommandModule);
        }
        Err(self.no_entry_point(any))
    }

    /// Returns whether a program of this form exports functions whose types only its machine code
    /// tells.
    pub(crate) fn has_more_to_tell(&self, form: ModuleForm) -> bool {
        let entry = |name: &String| name.starts_with("wasi:cli/run@0.2.");
        match form {
            ModuleForm::CommandModule => false,
            ModuleForm::CommandComponent | ModuleForm::Component => !self.callable.iter().all(entry),
            ModuleForm::Typed | ModuleForm::TypedModule => true,
        }
    }

    /// The contract to which a core module keeps by the names of its exports, if it carries no
    /// types: so do languages that need no generator for it.
    pub(crate) fn bare(&self) -> Option<&'static ContractVersion> {
        if self.component || self.typed_core { None } else { ContractVersion::of_exports(&self.functions) }
    }

    /// Returns whether it is a core module that exports a `_start` function.
    pub(crate) fn has_start(&self) -> bool {
        !self.component && self.functions.iter().any(|name| name == "_start")
    }

    fn exports_instance(&self, prefix: &str) -> bool {
        self.functions.iter().any(|name| name.starts_with(prefix))
    }

    fn no_entry_point(&self, any: bool) -> ModuleRefusal {
        let has = |name: &str| self.exports.iter().any(|export| export == name);
        if has("_initialize") {
            let message = "it is a library (it exports `_initialize` and no `_start`); build it as a program, or as a \
                           typed task that exports `polymer:task/guest@0.1.1`";
            return ModuleRefusal::new("no_entry_point", message);
        }
        let wanted = if any {
            "a function `_start`, or the types of a component"
        } else {
            "a function `_start`, or the types of a component that exports `polymer:task/guest@0.1.1`"
        };
        ModuleRefusal::new(
            "no_entry_point",
            format!("it exports {}, where {wanted} was expected", list(&self.exports)),
        )
    }

    /// Refuses a module that imports what nobody provides, and names all of it. Linking has the
    /// last word.
    pub(crate) fn check_imports(&self) -> Result<(), ModuleRefusal> {
        let refusal = if self.component {
            lack::refusal(&self.lack, true)
        } else {
            lack::refusal(&self.lacks_of_module(), false)
        };
        refusal.map_or(Ok(()), Err)
    }

    fn lacks_of_module(&self) -> MissingImports {
        let mut lack = MissingImports::default();
        for (module, name) in &self.imports {
            let name = name.as_deref().unwrap_or_default();
            // The names of the component model's calling convention, and of its adapter for preview
            // 1; making the component of it says more.
            let is_encoders = module.contains(':')
                || module.starts_with(['[', '$'])
                || module.starts_with("cm32p2")
                || module == provided::PREVIEW1;
            let is_known = (self.typed_core && is_encoders) || provided::has_function(module, name);
            if !is_known {
                lack.add(module, "", name);
            }
        }
        lack
    }

    /// The imports as people read them.
    pub(crate) fn import_names(&self) -> Vec<String> {
        self.imports
            .iter()
            .map(|(outer, inner)| match inner {
                None => show(outer),
                Some(name) => format!("{}.{}", show(outer), show(name)),
            })
            .collect()
    }
}

/// Refuses a file that is no wasm: says what it looks like.
fn not_wasm(bytes: &[u8]) -> ModuleRefusal {
    if Engine::detect_precompiled(bytes)
        .is_some_and(|kind| matches!(kind, Precompiled::Module | Precompiled::Component))
    {
        let message = "it is machine code that wasmtime compiled, which is never accepted from outside; name the `.wasm` that it was made from";
        return ModuleRefusal::new("precompiled", message);
    }
    let text = bytes.trim_ascii_start();
    let looks = match bytes {
        [0x7f, b'E', b'L', b'F', ..] => "an ELF binary of this kind of system",
        [b'M', b'Z', ..] => "a Windows program",
        [b'P', b'K', 3, 4, ..] => "a ZIP archive",
        [0x1f, 0x8b, ..] => "gzip data",
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', ..] => "a static library",
        [b'B', b'C', 0xc0, 0xde, ..] => "LLVM bitcode",
        [b'#', b'!', ..] => "a script",
        _ if text.starts_with(b"(module") || text.starts_with(b"(component") || text.starts_with(b";;") => {
            "WebAssembly text, whose name must end in `.wat`"
        }
        _ if std::str::from_utf8(bytes).is_ok() => "text",
        _ => "something else",
    };
    ModuleRefusal::new("not_wasm", format!("it is not WebAssembly: it looks like {looks}"))
}

/// Features that are off, and what they are called. Each takes in what it builds on.
const OFF: [(WasmFeatures, &str, &str); 10] = [
    (WasmFeatures::THREADS, "threads and shared memory", "build it for `wasm32-wasip1`, without threads"),
    (WasmFeatures::MEMORY64, "64-bit memories (memory64)", "build it for wasm32"),
    (
        WasmFeatures::GC_TYPES,
        "references to objects of the host (externref)",
        "build it without reference types",
    ),
    (EXCEPTIONS, "exceptions", "build it without them"),
    (
        EXCEPTIONS.union(WasmFeatures::LEGACY_EXCEPTIONS),
        "legacy exceptions",
        "build it with the standard ones (clang: `-mllvm -wasm-use-legacy-eh=false`), or without",
    ),
    (
        WasmFeatures::GC_TYPES.union(WasmFeatures::FUNCTION_REFERENCES).union(WasmFeatures::GC),
        "garbage collection (GC)",
        "its language needs a host with a collector",
    ),
    (WasmFeatures::CUSTOM_PAGE_SIZES, "custom page sizes", "build it with pages of 64 KiB"),
    (WasmFeatures::STACK_SWITCHING, "stack switching", "build it without"),
    (WasmFeatures::WIDE_ARITHMETIC, "wide arithmetic", "build it without"),
    (ASYNC, "the component model's async (WASI 0.3)", "build it for WASI 0.2 (componentize-qjs: `--sync`)"),
];

const EXCEPTIONS: WasmFeatures = WasmFeatures::EXCEPTIONS.union(WasmFeatures::GC_TYPES);

const ASYNC: WasmFeatures = WasmFeatures::CM_ASYNC
    .union(WasmFeatures::CM_ASYNC_STACKFUL)
    .union(WasmFeatures::CM_MORE_ASYNC_BUILTINS)
    .union(WasmFeatures::CM_THREADING)
    .union(WasmFeatures::CM_ERROR_CONTEXT);

fn validate(bytes: &[u8]) -> Result<Types, ModuleRefusal> {
    let allowed = engine::allowed();
    let valid = |features| Validator::new_with_features(features).validate_all(bytes);
    let error = match valid(allowed) {
        Ok(types) => return Ok(types),
        Err(error) => error,
    };
    // Looked at once more with each feature that is off, to name the one that is missing.
    let missing = OFF.iter().find(|(feature, ..)| valid(allowed.union(*feature)).is_ok());
    if let Some((_, name, what)) = missing {
        return Err(ModuleRefusal::new("unsupported", format!("it uses {name}, which is off; {what}")));
    }
    if valid(WasmFeatures::all()).is_ok() {
        return Err(ModuleRefusal::new("unsupported", format!("it uses features that are off: {error}")));
    }
    Err(malformed(&error))
}

fn malformed(error: &wasmparser::BinaryReaderError) -> ModuleRefusal {
    ModuleRefusal::new(
        "malformed",
        format!("it is damaged or not valid WebAssembly: {}", show(&error.to_string())),
    )
}

#[cfg(test)]
mod tests;
