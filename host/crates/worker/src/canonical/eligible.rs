//! Which core modules can be entered as they are: those whose types are the contract's, whose
//! strings are UTF-8, and that import nothing but the contract's host and WASI preview 1. All
//! others are made components of.

use super::host::PREVIEW1;
use super::version::{ContractVersion, VERSIONS};
use wit_component::StringEncoding;
use wit_component::metadata::{self, ModuleMetadata};
use wit_parser::{Function, IndexMap, InterfaceId, Resolve, Type, TypeDefKind, WorldItem, WorldKey};

/// Names that the adapter from WASI preview 1 has beside the functions of preview 1. They mean
/// something only where it is used.
const ADAPTERS_OWN: [&str; 4] =
    ["adapter_open_badfd", "adapter_close_badfd", "cabi_import_realloc", "reset_adapter_state"];

/// Returns whether a core module, which carries types and imports these, can be entered with no
/// component made of it.
pub(in super::super) fn suits(bytes: &[u8], imports: &[(String, Option<String>)]) -> bool {
    let provided = |version: &ContractVersion, (module, name): &(String, Option<String>)| {
        let is_adapters = name.as_deref().is_some_and(|name| ADAPTERS_OWN.contains(&name));
        module == version.host || (module == PREVIEW1 && !is_adapters)
    };
    VERSIONS.iter().any(|version| {
        imports.iter().all(|import| provided(version, import))
            && has_the_types(bytes, version).unwrap_or_default()
    })
}

/// Returns whether its types are those of this version. The encoder explains what is wrong with
/// them.
fn has_the_types(bytes: &[u8], version: &ContractVersion) -> Option<bool> {
    let (ours, world) = version.contract()?;
    let (_, theirs) = metadata::decode(bytes).ok()?;
    let (ours_of, theirs_of) = (&ours.worlds[world], &theirs.resolve.worlds[theirs.world]);
    let ModuleMetadata { export_encodings, import_encodings } = &theirs.metadata;
    let (_, wanted) = interface(&ours, &ours_of.exports, version.guest)?;
    let (key, there) = interface(&theirs.resolve, &theirs_of.exports, version.guest)?;
    let exported = functions(&ours, wanted).all(|(name, function)| {
        let there = theirs.resolve.interfaces[there].functions.get(name);
        export_encodings.get(&theirs.resolve, &key, name) == Some(StringEncoding::UTF8)
            && there.is_some_and(|there| same(&ours, function, &theirs.resolve, there))
    });
    let (_, wanted) = interface(&ours, &ours_of.imports, version.host)?;
    // It may do without a host.
    let Some((key, there)) = interface(&theirs.resolve, &theirs_of.imports, version.host) else {
        return Some(exported);
    };
    let imported = functions(&theirs.resolve, there).all(|(name, function)| {
        let wanted = ours.interfaces[wanted].functions.get(name);
        import_encodings.get(&theirs.resolve, &key, name) == Some(StringEncoding::UTF8)
            && wanted.is_some_and(|wanted| same(&ours, wanted, &theirs.resolve, function))
    });
    Some(exported && imported)
}

/// The interface of this name among the imports or exports of a world.
fn interface(
    resolve: &Resolve,
    items: &IndexMap<WorldKey, WorldItem>,
    name: &str,
) -> Option<(WorldKey, InterfaceId)> {
    items.iter().find_map(|(key, item)| match (key, item) {
        (WorldKey::Interface(id), WorldItem::Interface { .. }) if resolve.id_of(*id)? == name => {
            Some((key.clone(), *id))
        }
        _ => None,
    })
}

fn functions(resolve: &Resolve, id: InterfaceId) -> impl Iterator<Item = (&String, &Function)> {
    resolve.interfaces[id].functions.iter()
}

pub(super) fn same(ours: &Resolve, wanted: &Function, theirs: &Resolve, there: &Function) -> bool {
    wanted.kind == there.kind
        && wanted.params.len() == there.params.len()
        && wanted.params.iter().zip(&there.params).all(|(a, b)| same_type(ours, a.ty, theirs, b.ty))
        && same_optional(ours, wanted.result, theirs, there.result)
}

fn same_optional(ours: &Resolve, a: Option<Type>, theirs: &Resolve, b: Option<Type>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same_type(ours, a, theirs, b),
        (None, None) => true,
        _ => false,
    }
}

/// Returns whether values of both types have the same layout and meaning. The contract's types
/// do not contain themselves.
fn same_type(ours: &Resolve, a: Type, theirs: &Resolve, b: Type) -> bool {
    let (Type::Id(a), Type::Id(b)) = (a, b) else { return a == b };
    match (&ours.types[a].kind, &theirs.types[b].kind) {
        (TypeDefKind::Type(a), _) => same_type(ours, *a, theirs, Type::Id(b)),
        (_, TypeDefKind::Type(b)) => same_type(ours, Type::Id(a), theirs, *b),
        (TypeDefKind::Record(a), TypeDefKind::Record(b)) => {
            let pairs = || a.fields.iter().zip(&b.fields);
            a.fields.len() == b.fields.len()
                && pairs().all(|(a, b)| a.name == b.name && same_type(ours, a.ty, theirs, b.ty))
        }
        (TypeDefKind::Variant(a), TypeDefKind::Variant(b)) => {
            let pairs = || a.cases.iter().zip(&b.cases);
            a.cases.len() == b.cases.len()
                && pairs().all(|(a, b)| a.name == b.name && same_optional(ours, a.ty, theirs, b.ty))
        }
        (TypeDefKind::Enum(a), TypeDefKind::Enum(b)) => {
            a.cases.iter().map(|case| &case.name).eq(b.cases.iter().map(|case| &case.name))
        }
        (TypeDefKind::Option(a), TypeDefKind::Option(b)) | (TypeDefKind::List(a), TypeDefKind::List(b)) => {
            same_type(ours, *a, theirs, *b)
        }
        (TypeDefKind::Result(a), TypeDefKind::Result(b)) => {
            same_optional(ours, a.ok, theirs, b.ok) && same_optional(ours, a.err, theirs, b.err)
        }
        // The contract has no others.
        _ => false,
    }
}
