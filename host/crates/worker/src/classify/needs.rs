//! Imports of a module that nobody provides, judged by their contents, not by their names: types
//! need no provider, and neither does a function that nothing in the component refers to.
//!
//! Nothing is compiled for this. Linking has the last word, on the types of functions.

use super::provided;
use std::collections::{HashMap, HashSet};
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentEntityType, ComponentInstanceTypeId, ResourceId,
};
use wasmparser::types::TypesRef;
use wasmparser::{
    BinaryReaderError, ComponentAlias, ComponentExternalKind, ComponentImport, ComponentInstance, Payload,
};

/// The most imports that are remembered as missing; more of them are only counted.
const KEPT: usize = 1000;
/// The most items of imports that are looked at: a small component may import one large interface
/// under many names.
const LOOKED_AT: usize = 1 << 20;
/// Depth to which nested instances are followed.
const DEEPEST: usize = 100;

/// Something that is imported and that nobody provides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MissingImport {
    /// The interface that it is wanted from, or the module for a core module; empty for what stands
    /// in no interface.
    pub(super) from: String,
    /// Its kind, where it is no function.
    pub(super) kind: &'static str,
    /// Its name.
    pub(super) name: String,
}

/// All that is missing.
#[derive(Debug, Default)]
pub(super) struct MissingImports {
    pub(super) items: Vec<MissingImport>,
    /// Number of further ones, at least.
    pub(super) more: usize,
}

impl MissingImports {
    pub(super) fn add(&mut self, from: &str, kind: &'static str, name: &str) {
        if self.items.len() < KEPT {
            self.items.push(MissingImport { from: from.to_owned(), kind, name: name.to_owned() });
        } else {
            self.more += 1;
        }
    }
}

/// Which functions of its imported instances a component refers to.
#[derive(Debug, Default)]
pub(super) struct ImportUses {
    /// The imports that instances stand for, by their numbers; `None` for those that the component
    /// makes itself.
    instances: Vec<Option<String>>,
    functions: HashMap<String, HashSet<String>>,
    /// Imports that are handed on as a whole, so that any of their functions may be used.
    whole: HashSet<String>,
}

impl ImportUses {
    /// Takes in a section of the component itself, not of those within it.
    pub(super) fn add(&mut self, payload: &Payload<'_>) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::ComponentImportSection(section) => {
                for import in section.clone() {
                    let ComponentImport { name, ty } = import?;
                    if ty.kind() == ComponentExternalKind::Instance {
                        self.instances.push(Some(name.name.to_owned()));
                    }
                }
            }
            Payload::ComponentAliasSection(section) => {
                for alias in section.clone() {
                    if let ComponentAlias::InstanceExport { kind, instance_index, name } = alias? {
                        self.alias(kind, instance_index, name);
                    }
                }
            }
            Payload::ComponentInstanceSection(section) => {
                for instance in section.clone() {
                    match instance? {
                        ComponentInstance::Instantiate { args, .. } => {
                            args.iter().for_each(|arg| self.hand_on(arg.kind, arg.index));
                        }
                        ComponentInstance::FromExports(exports) => {
                            exports.iter().for_each(|export| self.hand_on(export.kind, export.index));
                        }
                    }
                    self.instances.push(None);
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section.clone() {
                    let export = export?;
                    self.hand_on(export.kind, export.index);
                    if export.kind == ComponentExternalKind::Instance {
                        self.instances.push(None);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn import(&self, index: u32) -> Option<&String> {
        self.instances.get(usize::try_from(index).ok()?)?.as_ref()
    }

    fn alias(&mut self, kind: ComponentExternalKind, index: u32, name: &str) {
        let import = self.import(index).cloned();
        match (kind, import) {
            (ComponentExternalKind::Func, Some(import)) => {
                self.functions.entry(import).or_default().insert(name.to_owned());
            }
            (ComponentExternalKind::Type, _) | (ComponentExternalKind::Func, None) => {}
            (kind, import) => {
                // What is done with an instance in an instance is not followed.
                self.whole.extend(import);
                if kind == ComponentExternalKind::Instance {
                    self.instances.push(None);
                }
            }
        }
    }

    fn hand_on(&mut self, kind: ComponentExternalKind, index: u32) {
        if kind == ComponentExternalKind::Instance {
            let import = self.import(index).cloned();
            self.whole.extend(import);
        }
    }

    fn has(&self, import: &str, function: &str) -> bool {
        self.whole.contains(import)
            || self.functions.get(import).is_some_and(|functions| functions.contains(function))
    }
}

/// Returns the imports under these names that a component lacks.
pub(super) fn of_component<'a>(
    types: TypesRef<'_>,
    uses: &ImportUses,
    imports: impl Iterator<Item = &'a str>,
) -> MissingImports {
    let mut walk =
        ImportWalk { types, uses, known: HashSet::new(), looked_at: 0, lack: MissingImports::default() };
    for name in imports {
        match types.component_item_for_import(name).map(|item| item.ty) {
            Some(ComponentEntityType::Instance(id)) => walk.instance(name, name, id, 0),
            Some(ComponentEntityType::Func(_)) => walk.lack.add("", "", name),
            Some(ty) => walk.other("", name, ty),
            None => {}
        }
    }
    walk.lack
}

struct ImportWalk<'a> {
    types: TypesRef<'a>,
    uses: &'a ImportUses,
    /// Resources that stand somewhere before: whoever names one of them again needs no other.
    known: HashSet<ResourceId>,
    looked_at: usize,
    lack: MissingImports,
}

impl ImportWalk<'_> {
    /// Looks at an instance, which stands in `import` and is called `from`.
    fn instance(&mut self, import: &str, from: &str, id: ComponentInstanceTypeId, depth: usize) {
        let types = self.types;
        for (name, item) in &types[id].exports {
            self.looked_at += 1;
            if self.looked_at > LOOKED_AT || depth > DEEPEST {
                // Nobody writes such a component. It is not let pass unseen.
                self.lack.more += 1;
                return;
            }
            match item.ty {
                ComponentEntityType::Func(_) => {
                    if self.uses.has(import, name) && !(depth == 0 && provided::has_item(from, name)) {
                        self.lack.add(from, "", name);
                    }
                }
                ComponentEntityType::Instance(id) => {
                    self.instance(import, &format!("{from}/{name}"), id, depth + 1);
                }
                ty => self.other(from, name, ty),
            }
        }
    }

    /// Looks at what is neither function nor instance.
    fn other(&mut self, from: &str, name: &str, ty: ComponentEntityType) {
        match ty {
            ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(id), .. } => {
                if self.known.insert(id.resource()) && !provided::has_item(from, name) {
                    self.lack.add(from, "resource ", name);
                }
            }
            ComponentEntityType::Type { .. }
            | ComponentEntityType::Func(_)
            | ComponentEntityType::Instance(_) => {}
            ComponentEntityType::Module(_) => self.lack.add(from, "core module ", name),
            ComponentEntityType::Component(_) => self.lack.add(from, "component ", name),
            ComponentEntityType::Value(_) => self.lack.add(from, "value ", name),
        }
    }
}

#[cfg(test)]
mod tests;
