//! The functions that a component exports, by the names that `--invoke` takes:
//! `ns:pkg/iface@1.0.0.func`, without the version where that leaves one, with `#` for the last
//! point, or the bare name of a function of the component's world.

use super::super::guest::GuestState;
use super::super::refusal::{self, ModuleRefusal, list, show};
use super::typed::TypedCall;
use super::types::{JsonShape, NoShape, TypeBudget};
use polymer_host_task::FunctionInfo;
use std::fmt::Write as _;
use wasmtime::Engine;
use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, ComponentExportIndex, InstancePre};

/// The most functions that are told of.
const LISTED: usize = 1000;
/// The longest signature, in bytes.
const SIGNATURE: usize = 2000;
/// Bytes that the names of all functions may take, while one is looked for.
const NAMES: usize = 16 << 20;
/// The longest list of functions, in bytes: it travels in one small frame.
const LIST: usize = 400 << 10;

/// A function that can be called.
pub(crate) struct FoundFunction {
    pub(super) pre: InstancePre<GuestState>,
    pub(super) index: ComponentExportIndex,
    pub(super) params: Vec<(String, JsonShape)>,
    pub(super) result: Option<JsonShape>,
    /// Call that passes bytes as bytes, if it can be made.
    pub(super) typed: Option<TypedCall>,
    /// Its name and types.
    pub(crate) told: FunctionInfo,
}

/// An exported function, as it was found.
struct FoundExport {
    /// The interface, if it stands in one.
    outer: Option<String>,
    name: String,
    ty: ComponentFunc,
}

impl FoundExport {
    /// As it is told of, and can be named.
    fn shown(&self) -> String {
        self.outer.as_ref().map_or_else(|| self.name.clone(), |outer| format!("{outer}.{}", self.name))
    }

    /// Returns whether it has this name.
    fn is(&self, wanted: &str, with_version: bool) -> bool {
        let Some(outer) = &self.outer else { return with_version && wanted == self.name };
        let outer = if with_version { outer } else { outer.split_once('@').map_or("", |(name, _)| name) };
        let rest = wanted.strip_prefix(outer).filter(|_| !outer.is_empty());
        let name = rest.and_then(|rest| rest.strip_prefix(['.', '#']));
        name == Some(&self.name)
    }
}

/// The functions that a component exports: those of its world, and those of its interfaces. A small
/// component may export one large interface under many names, so there is an end to it.
fn exports(engine: &Engine, component: &Component) -> impl Iterator<Item = FoundExport> {
    let ty = component.component_type();
    let (mut found, mut room) = (Vec::new(), NAMES);
    let mut fits = |outer: &str, name: &str| {
        room = room.saturating_sub(size_of::<FoundExport>() + outer.len() + name.len());
        room > 0
    };
    for (outer, item) in ty.exports(engine) {
        match item.ty {
            ComponentItem::ComponentFunc(ty) if fits("", outer) => {
                found.push(FoundExport { outer: None, name: outer.to_owned(), ty });
            }
            ComponentItem::ComponentInstance(instance) => {
                for (name, item) in instance.exports(engine) {
                    if !fits(outer, name) {
                        break;
                    }
                    if let ComponentItem::ComponentFunc(ty) = item.ty {
                        found.push(FoundExport { outer: Some(outer.to_owned()), name: name.to_owned(), ty });
                    }
                }
            }
            _ => {}
        }
    }
    found.into_iter()
}

/// Finds the function of this name.
///
/// # Errors
/// If there is none, or it cannot be called.
pub(crate) fn find(
    engine: &Engine,
    component: &Component,
    pre: InstancePre<GuestState>,
    wanted: &str,
) -> Result<FoundFunction, ModuleRefusal> {
    let exports: Vec<FoundExport> = exports(engine, component).collect();
    let exact = exports.iter().find(|export| export.is(wanted, true));
    let loose: Vec<&FoundExport> = exports.iter().filter(|export| export.is(wanted, false)).collect();
    let export = match (exact, loose.as_slice()) {
        (Some(export), _) => export,
        (None, [export]) => *export,
        (None, []) => return Err(unknown(wanted, &exports)),
        (None, several) => {
            let names: Vec<String> = several.iter().map(|export| export.shown()).collect();
            let message = format!("it exports more than one function `{}`: {}", show(wanted), list(&names));
            return Err(ModuleRefusal::new("no_such_function", message));
        }
    };
    let (params, result) = shapes(&export.ty).map_err(|(place, why)| {
        let name = show(&export.shown());
        let message = format!(
            "its function `{name}` cannot be called from a line of JSON: {place} is or contains {why}"
        );
        ModuleRefusal::new("unsupported", message)
    })?;
    let gone = || ModuleRefusal::new("link", "the function is gone");
    let outer = export.outer.as_ref().map(|outer| component.get_export_index(None, outer).ok_or_else(gone));
    let outer = outer.transpose()?;
    let index = component.get_export_index(outer.as_ref(), &export.name).ok_or_else(gone)?;
    let signature = signature(&params, result.as_ref());
    let told = FunctionInfo { called: true, name: export.shown(), signature, refused: None };
    let typed = TypedCall::of(&params, result.as_ref());
    Ok(FoundFunction { pre, index, params, result, typed, told })
}

fn unknown(wanted: &str, exports: &[FoundExport]) -> ModuleRefusal {
    let names: Vec<String> = exports.iter().map(FoundExport::shown).collect();
    let there = match names.as_slice() {
        [] => "it exports no function at all".to_owned(),
        names => format!("it exports {}", list(names)),
    };
    ModuleRefusal::new("no_such_function", format!("it exports no function `{}`: {there}", show(wanted)))
}

/// Why a component is no task, with the functions that can be called instead.
pub(crate) fn no_task(engine: &Engine, component: &Component) -> ModuleRefusal {
    let names: Vec<String> = exports(engine, component).map(|export| export.shown()).collect();
    refusal::no_task(&names)
}

/// The interfaces by which a module is a task: that these are there needs not be told.
const TASKS: [&str; 2] = ["polymer:task/guest@0.1.", "wasi:cli/run@0.2."];

/// All functions that a component exports beside those of a task, with their types, and why some
/// cannot be called.
pub(crate) fn all(engine: &Engine, component: &Component) -> Vec<FunctionInfo> {
    let mut room = LIST;
    let own = |export: &FoundExport| {
        let outer = export.outer.as_deref().unwrap_or_default();
        !TASKS.iter().any(|task| outer.starts_with(task))
    };
    let told = exports(engine, component).filter(own).take(LISTED).map(|export| {
        let name = export.shown();
        let (signature, refused) = match shapes(&export.ty) {
            Ok((params, result)) => (signature(&params, result.as_ref()), None),
            Err((place, why)) => (String::new(), Some(format!("{place} is or contains {why}"))),
        };
        FunctionInfo { called: false, name, signature, refused }
    });
    let fits = |function: &FunctionInfo| {
        let size = function.name.len() + function.signature.len() + 200;
        room = room.saturating_sub(size);
        room > 0
    };
    told.take_while(fits).collect()
}

type Shapes = (Vec<(String, JsonShape)>, Option<JsonShape>);

/// The shapes of a function's parameters and its result; else where there is none, and why.
fn shapes(ty: &ComponentFunc) -> Result<Shapes, (String, NoShape)> {
    let mut parts = TypeBudget::default();
    if ty.async_() {
        return Err(("it".to_owned(), NoShape::Holds("an async function")));
    }
    let mut params = Vec::new();
    for (name, ty) in ty.params() {
        let shape = parts.shape(&ty).map_err(|why| (format!("its parameter `{}`", show(name)), why))?;
        params.push((name.to_owned(), shape));
    }
    let result = ty.results().next().map(|ty| parts.shape(&ty)).transpose();
    let result = result.map_err(|why| ("its result".to_owned(), why))?;
    Ok((params, result))
}

fn signature(params: &[(String, JsonShape)], result: Option<&JsonShape>) -> String {
    let params: Vec<String> = params.iter().map(|(name, shape)| format!("{name}: {shape}")).collect();
    let mut text = format!("func({})", params.join(", "));
    if let Some(result) = result {
        // A write to a string cannot fail.
        let _ = write!(text, " -> {result}");
    }
    polymer_host_base::text::cut(&text, SIGNATURE)
}

impl std::fmt::Debug for FoundFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Function").field("told", &self.told).finish_non_exhaustive()
    }
}
