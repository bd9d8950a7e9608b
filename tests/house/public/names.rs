//! What a name means: items of several crates, found by paths through their modules and imports.

use crate::sources::{self, Import, ModulePath, is_for_tests};
use std::collections::BTreeMap;
use syn::{Attribute, Ident, Item, ItemImpl, Type, Visibility};

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Thing {
    /// A module of a crate that was read; the first name is the crate's.
    Module(ModulePath),
    /// The item of this number in a module.
    Item(ModulePath, usize),
    /// A thing of another crate, or of the language.
    Foreign(Vec<String>),
}

/// One module, those for tests left out.
#[derive(Default)]
struct Module {
    items: Vec<Item>,
    imports: Vec<(Import, bool)>,
}

/// The crates that were read, their modules by path; the first name is the crate's.
#[derive(Default)]
pub(crate) struct Crates {
    modules: BTreeMap<ModulePath, Module>,
}

/// The names that are being looked up: globs of modules that import from each other would go round
/// for ever.
type Under = Vec<(ModulePath, String)>;

impl Crates {
    /// Adds a crate by what its files hold.
    pub(crate) fn add(&mut self, name: &str, files: BTreeMap<ModulePath, Vec<Item>>) {
        for (path, items) in files {
            self.add_module([vec![name.to_owned()], path].concat(), items);
        }
    }

    fn add_module(&mut self, path: ModulePath, items: Vec<Item>) {
        let mut module = Module::default();
        for mut item in items {
            if is_for_tests(attributes(&item)) {
                continue;
            }
            match &mut item {
                Item::Use(import) => {
                    let is_public = is_public(&import.vis) && !is_hidden(&import.attrs);
                    let imports = sources::imports(&import.tree).into_iter();
                    module.imports.extend(imports.map(|import| (import, is_public)));
                }
                Item::Mod(inner) => {
                    if let Some((_, items)) = inner.content.take() {
                        self.add_module([path.clone(), vec![inner.ident.to_string()]].concat(), items);
                    }
                }
                _ => {}
            }
            module.items.push(item);
        }
        self.modules.insert(path, module);
    }

    pub(crate) fn items(&self, module: &[String]) -> &[Item] {
        self.modules.get(module).map_or(&[], |module| module.items.as_slice())
    }

    /// The imports of a module that others may use.
    pub(crate) fn re_exports(&self, module: &[String]) -> impl Iterator<Item = &Import> {
        let imports = self.modules.get(module).into_iter().flat_map(|module| &module.imports);
        imports.filter(|(_, is_public)| *is_public).map(|(import, _)| import)
    }

    pub(crate) fn item(&self, thing: &Thing) -> Option<&Item> {
        match thing {
            Thing::Item(module, number) => self.items(module).get(*number),
            Thing::Module(_) | Thing::Foreign(_) => None,
        }
    }

    /// Every `impl` block, with the module it stands in.
    pub(crate) fn impls(&self) -> impl Iterator<Item = (&ModulePath, &ItemImpl)> {
        let of = |(path, module)| -> Vec<(&ModulePath, &ItemImpl)> {
            let module: &Module = module;
            let found = module.items.iter().filter_map(|item| match item {
                Item::Impl(block) => Some((path, block)),
                _ => None,
            });
            found.collect()
        };
        self.modules.iter().flat_map(of)
    }

    /// All that a path means that is written in `module`: a type and a function may share a name.
    pub(crate) fn find(&self, module: &[String], path: &[String]) -> Vec<Thing> {
        self.find_under(module, path, &mut Vec::new())
    }

    /// The type or trait that a path means.
    pub(crate) fn find_type(&self, module: &[String], path: &[String]) -> Option<Thing> {
        self.find(module, path).into_iter().find(|thing| match thing {
            Thing::Module(_) => false,
            Thing::Foreign(_) => true,
            Thing::Item(..) => matches!(
                self.item(thing),
                Some(Item::Struct(_) | Item::Enum(_) | Item::Union(_) | Item::Trait(_) | Item::Type(_))
            ),
        })
    }

    fn find_under(&self, module: &[String], path: &[String], under: &mut Under) -> Vec<Thing> {
        let (krate, inner) = module.split_at(module.len().min(1));
        if let Some(path) = sources::anchored(inner, path) {
            return self.descend(vec![Thing::Module(krate.to_vec())], &path, under);
        }
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        let mut things = self.named(module, first, under);
        if things.is_empty() && self.modules.contains_key(&path[..1]) {
            things.push(Thing::Module(path[..1].to_vec()));
        }
        if things.is_empty() {
            return vec![Thing::Foreign(path.to_vec())];
        }
        self.descend(things, rest, under)
    }

    fn descend(&self, mut things: Vec<Thing>, path: &[String], under: &mut Under) -> Vec<Thing> {
        for name in path {
            let into = |thing| match thing {
                Thing::Module(module) => self.named(&module, name, under),
                Thing::Item(..) => Vec::new(),
                Thing::Foreign(path) => vec![Thing::Foreign([path, vec![name.clone()]].concat())],
            };
            things = things.into_iter().flat_map(into).collect();
        }
        things
    }

    /// What a name means in a module: its own items, else what it imports by name, else what its
    /// globs bring.
    fn named(&self, path: &[String], name: &str, under: &mut Under) -> Vec<Thing> {
        let key = (path.to_vec(), name.to_owned());
        let Some(module) = self.modules.get(path) else { return Vec::new() };
        if under.contains(&key) {
            return Vec::new();
        }
        under.push(key);
        let mut found: Vec<Thing> = Vec::new();
        for (number, item) in module.items.iter().enumerate() {
            if head(item).is_some_and(|(ident, _)| ident == name) {
                found.push(thing(path, number, item));
            }
        }
        let named = |import: &&Import| import.name.as_deref() == Some(name);
        for import in module.imports.iter().map(|(import, _)| import).filter(named) {
            found.extend(self.find_under(path, &import.path, under));
        }
        if found.is_empty() {
            for import in module.imports.iter().map(|(import, _)| import).filter(|one| one.name.is_none()) {
                let from = self.find_under(path, &import.path, under);
                // What a glob of another crate brings cannot be known.
                let from = from.into_iter().filter(|thing| matches!(thing, Thing::Module(_))).collect();
                found.extend(self.descend(from, &[name.to_owned()], under));
            }
        }
        under.pop();
        found.dedup();
        found
    }

    /// The item that an `impl` block is for.
    pub(crate) fn self_type(&self, module: &[String], block: &ItemImpl) -> Option<Thing> {
        let Type::Path(path) = &*block.self_ty else { return None };
        self.find_type(module, &names(&path.path)).filter(|thing| matches!(thing, Thing::Item(..)))
    }
}

/// The item of this number as what others find.
pub(crate) fn thing(module: &[String], number: usize, item: &Item) -> Thing {
    match item {
        Item::Mod(inner) => Thing::Module([module, &[inner.ident.to_string()]].concat()),
        _ => Thing::Item(module.to_vec(), number),
    }
}

pub(crate) fn names(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

pub(crate) const fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Whether the documentation leaves it out: it is there for the crates beside it, and promises
/// nothing.
pub(crate) fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("doc") && list.tokens.to_string() == "hidden",
        _ => false,
    })
}

/// An item's name, and who may see it.
pub(crate) fn head(item: &Item) -> Option<(&Ident, bool)> {
    let (ident, visibility) = match item {
        Item::Const(item) => (&item.ident, &item.vis),
        Item::Enum(item) => (&item.ident, &item.vis),
        Item::Fn(item) => (&item.sig.ident, &item.vis),
        Item::Mod(item) => (&item.ident, &item.vis),
        Item::Static(item) => (&item.ident, &item.vis),
        Item::Struct(item) => (&item.ident, &item.vis),
        Item::Trait(item) => (&item.ident, &item.vis),
        Item::TraitAlias(item) => (&item.ident, &item.vis),
        Item::Type(item) => (&item.ident, &item.vis),
        Item::Union(item) => (&item.ident, &item.vis),
        Item::Macro(item) => {
            let is_exported = item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"));
            return item.ident.as_ref().map(|ident| (ident, is_exported));
        }
        _ => return None,
    };
    Some((ident, is_public(visibility)))
}

pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
