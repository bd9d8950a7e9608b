//! The public items of a crate: found by walking what it makes public, and written one a line.

use super::names::{self, Crates, Thing, is_hidden, is_public};
use super::types::{Scope, Writer};
use crate::sources::{ModulePath, is_for_tests};
use std::collections::{BTreeMap, BTreeSet};
use syn::{
    Attribute, Fields, Generics, ImplItem, Item, ItemEnum, ItemImpl, ItemStruct, ItemTrait, TraitItem,
};

/// What a program sees of a crate.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Face {
    /// One line for each item, sorted by path.
    pub(crate) lines: Vec<String>,
    /// Public items, each with an item that its signature names and no public path leads to.
    pub(crate) leaks: BTreeSet<(String, String)>,
    /// Re-exports that could not be followed.
    pub(crate) lost: BTreeSet<String>,
}

/// What a program sees of the crate `name`.
pub(crate) fn of(crates: &Crates, name: &str) -> Face {
    let mut walk = Walk { crates, found: Vec::new(), under: Vec::new(), lost: BTreeSet::new() };
    walk.module(&[name.to_owned()], name);
    let mut paths: BTreeMap<Thing, String> = BTreeMap::new();
    for (path, thing) in &walk.found {
        let is_shorter = |known: &String| path.split("::").count() < known.split("::").count();
        if paths.get(thing).is_none_or(is_shorter) {
            paths.insert(thing.clone(), path.clone());
        }
    }
    let mut impls: BTreeMap<Thing, Vec<Block<'_>>> = BTreeMap::new();
    for (module, block) in crates.impls() {
        if let Some(thing) = crates.self_type(module, block) {
            impls.entry(thing).or_default().push((module, block));
        }
    }
    let writer = Writer::new(crates, &paths);
    let mut list = List { crates, writer, impls, lines: BTreeSet::new(), leaks: BTreeSet::new() };
    for (path, thing) in &walk.found {
        list.thing(path, thing, &paths[thing]);
    }
    let lines = list.lines.into_iter().map(|(_, line)| line).collect();
    Face { lines, leaks: list.leaks, lost: walk.lost }
}

type Block<'a> = (&'a ModulePath, &'a ItemImpl);

/// Collects what is public, by its path.
struct Walk<'a> {
    crates: &'a Crates,
    found: Vec<(String, Thing)>,
    /// The modules that are being walked.
    under: Vec<ModulePath>,
    lost: BTreeSet<String>,
}

impl Walk<'_> {
    fn module(&mut self, module: &[String], path: &str) {
        if self.under.iter().any(|under| under == module) {
            return;
        }
        self.under.push(module.to_vec());
        for (number, item) in self.crates.items(module).iter().enumerate() {
            let Some((name, true)) = names::head(item) else { continue };
            if !is_hidden(names::attributes(item)) {
                self.take(names::thing(module, number, item), format!("{path}::{name}"));
            }
        }
        for import in self.crates.re_exports(module) {
            let mut things = self.crates.find(module, &import.path);
            // A glob brings what is public in a module that is not.
            things.retain(|thing| import.name.is_none() || self.is_public(thing));
            if things.is_empty() {
                self.lost.insert(format!("{path}: {}", import.path.join("::")));
            }
            for thing in things {
                match (&import.name, thing) {
                    (Some(name), thing) => self.take(thing, format!("{path}::{name}")),
                    (None, Thing::Module(inner)) => self.module(&inner, path),
                    (None, thing) => {
                        self.lost.insert(format!("{path}: all of {thing:?}"));
                    }
                }
            }
        }
        self.under.pop();
    }

    fn take(&mut self, thing: Thing, path: String) {
        self.found.push((path.clone(), thing.clone()));
        if let Thing::Module(module) = &thing {
            self.module(module, &path);
        }
    }

    fn is_public(&self, thing: &Thing) -> bool {
        let is_shown = |item: &Item| {
            names::head(item).is_some_and(|(_, is_public)| is_public) && !is_hidden(names::attributes(item))
        };
        match thing {
            Thing::Foreign(_) => true,
            Thing::Item(..) => self.crates.item(thing).is_some_and(is_shown),
            Thing::Module(path) => path.split_last().is_some_and(|(name, parent)| {
                let is_it = |item: &&Item| matches!(item, Item::Mod(module) if module.ident == name);
                parent.is_empty() || self.crates.items(parent).iter().find(is_it).is_some_and(is_shown)
            }),
        }
    }
}

/// Writes lines.
struct List<'a> {
    crates: &'a Crates,
    writer: Writer<'a>,
    impls: BTreeMap<Thing, Vec<Block<'a>>>,
    /// By path, name by name.
    lines: BTreeSet<(Vec<String>, String)>,
    leaks: BTreeSet<(String, String)>,
}

impl List<'_> {
    fn push(&mut self, path: &str, line: String) {
        let leaks = self.writer.take_leaks();
        self.leaks.extend(leaks.into_iter().map(|leak| (path.to_owned(), leak)));
        self.lines.insert((path.split("::").map(str::to_owned).collect(), line));
    }

    fn thing(&mut self, path: &str, thing: &Thing, first: &str) {
        match thing {
            Thing::Foreign(from) => self.push(path, format!("use {path} = {}", from.join("::"))),
            _ if path != first => self.push(path, format!("use {path} = {first}")),
            Thing::Module(_) => self.push(path, format!("mod {path}")),
            Thing::Item(module, _) => {
                let crates = self.crates;
                if let Some(item) = crates.item(thing) {
                    self.item(path, &Scope::new(module), item);
                    self.methods(path, thing, names::attributes(item));
                }
            }
        }
    }

    fn item(&mut self, path: &str, at: &Scope<'_>, item: &Item) {
        let line = match item {
            Item::Struct(item) => return self.structure(path, at, item),
            Item::Enum(item) => return self.choice(path, at, item),
            Item::Trait(item) => return self.interface(path, at, item),
            Item::Fn(item) => self.writer.function(at, path, &item.sig, None),
            Item::Const(item) => format!("const {path}: {}", self.writer.ty(at, &item.ty)),
            Item::Static(item) => format!("static {path}: {}", self.writer.ty(at, &item.ty)),
            Item::Type(item) => {
                let at = &at.with(&item.generics);
                let generics = self.writer.generics(at, &item.generics);
                format!("type {path}{generics} = {}", self.writer.ty(at, &item.ty))
            }
            Item::Macro(_) => format!("macro {path}!"),
            _ => format!("unknown {path}"),
        };
        self.push(path, line);
    }

    /// The parameters and conditions of a type, and whether it may grow.
    fn head(&self, at: &Scope<'_>, generics: &Generics, attributes: &[Attribute]) -> (String, String) {
        let conditions = self.writer.conditions(at, None, generics);
        let may_grow = attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"));
        let may_grow = if may_grow { " [non_exhaustive]" } else { "" };
        (self.writer.generics(at, generics), format!("{conditions}{may_grow}"))
    }

    fn structure(&mut self, path: &str, at: &Scope<'_>, item: &ItemStruct) {
        let at = &at.with(&item.generics);
        let (generics, rest) = self.head(at, &item.generics, &item.attrs);
        let is_shown = |field: &syn::Field| is_public(&field.vis) && !is_hidden(&field.attrs);
        let fields = match &item.fields {
            Fields::Unit => ";".to_owned(),
            Fields::Unnamed(fields) => {
                let one = |field: &syn::Field| match is_shown(field) {
                    true => self.writer.ty(at, &field.ty),
                    false => "_".to_owned(),
                };
                format!("({})", fields.unnamed.iter().map(one).collect::<Vec<_>>().join(", "))
            }
            Fields::Named(fields) if fields.named.iter().all(is_shown) => String::new(),
            Fields::Named(_) => " [private fields]".to_owned(),
        };
        self.push(path, format!("struct {path}{generics}{fields}{rest}"));
        if let Fields::Named(fields) = &item.fields {
            for field in fields.named.iter().filter(|field| is_shown(field)) {
                let path = format!("{path}::{}", field.ident.as_ref().unwrap());
                self.push(&path, format!("field {path}: {}", self.writer.ty(at, &field.ty)));
            }
        }
    }

    fn choice(&mut self, path: &str, at: &Scope<'_>, item: &ItemEnum) {
        let at = &at.with(&item.generics);
        let (generics, rest) = self.head(at, &item.generics, &item.attrs);
        let (shown, hidden): (Vec<_>, Vec<_>) =
            item.variants.iter().partition(|variant| !is_hidden(&variant.attrs));
        let hides = if hidden.is_empty() { "" } else { " [private variants]" };
        self.push(path, format!("enum {path}{generics}{hides}{rest}"));
        for variant in shown {
            let path = format!("{path}::{}", variant.ident);
            let (_, rest) = self.head(at, &Generics::default(), &variant.attrs);
            let types = variant.fields.iter().map(|field| self.writer.ty(at, &field.ty));
            let fields = match &variant.fields {
                Fields::Unit => String::new(),
                Fields::Unnamed(_) => format!("({})", types.collect::<Vec<_>>().join(", ")),
                Fields::Named(fields) => {
                    let names = fields.named.iter().map(|field| field.ident.as_ref().unwrap());
                    let all: Vec<_> = names.zip(types).map(|(name, ty)| format!("{name}: {ty}")).collect();
                    format!(" {{ {} }}", all.join(", "))
                }
            };
            self.push(&path, format!("variant {path}{fields}{rest}"));
        }
    }

    fn interface(&mut self, path: &str, at: &Scope<'_>, item: &ItemTrait) {
        let at = &at.with(&item.generics);
        let (generics, rest) = self.head(at, &item.generics, &item.attrs);
        let bounds = self.writer.bounds(at, &item.supertraits);
        let bounds = if bounds.is_empty() { bounds } else { format!(": {bounds}") };
        self.push(path, format!("trait {path}{generics}{bounds}{rest}"));
        for part in &item.items {
            let (name, line, is_provided) = match part {
                TraitItem::Fn(part) => {
                    let path = format!("{path}::{}", part.sig.ident);
                    let line = self.writer.function(at, &path, &part.sig, None);
                    (path, line, part.default.is_some())
                }
                TraitItem::Const(part) => {
                    let path = format!("{path}::{}", part.ident);
                    let line = format!("const {path}: {}", self.writer.ty(at, &part.ty));
                    (path, line, part.default.is_some())
                }
                TraitItem::Type(part) => {
                    let path = format!("{path}::{}", part.ident);
                    let line = format!("type {path}: {}", self.writer.bounds(at, &part.bounds));
                    (path, line, part.default.is_some())
                }
                _ => continue,
            };
            self.push(&name, line + if is_provided { " [provided]" } else { "" });
        }
    }

    /// What `impl` blocks add to a type, wherever in its crate they stand, and the traits it has.
    fn methods(&mut self, path: &str, thing: &Thing, attributes: &[Attribute]) {
        let mut traits = derived(attributes);
        for (module, block) in self.impls.get(thing).cloned().unwrap_or_default() {
            let at = &Scope::new(module).with(&block.generics);
            match &block.trait_ {
                Some((_, path, _)) => traits.extend(self.trait_name(at, path)),
                None => block.items.iter().for_each(|item| self.associated(path, at, block, item)),
            }
        }
        if !traits.is_empty() {
            let traits: Vec<String> = traits.into_iter().collect();
            self.push(path, format!("traits of {path}: {}", traits.join(", ")));
        }
    }

    /// A trait by its last name and its arguments; none if no program can name it.
    fn trait_name(&self, at: &Scope<'_>, path: &syn::Path) -> Option<String> {
        let name = &path.segments.last()?.ident;
        let thing = self.crates.find_type(at.module, &names::names(path))?;
        if matches!(thing, Thing::Item(..)) && !self.writer.is_public(&thing) {
            return None;
        }
        let whole = self.writer.path(at, path);
        // What a conversion takes that no program can name is of no use to any.
        if !self.writer.take_leaks().is_empty() {
            return None;
        }
        let arguments = whole.find('<').and_then(|start| whole.get(start..)).unwrap_or_default();
        Some(format!("{name}{arguments}"))
    }

    fn associated(&mut self, path: &str, at: &Scope<'_>, block: &ItemImpl, item: &ImplItem) {
        let is_shown = |visibility, attributes: &[Attribute]| {
            is_public(visibility) && !is_hidden(attributes) && !is_for_tests(attributes)
        };
        match item {
            ImplItem::Fn(item) if is_shown(&item.vis, &item.attrs) => {
                let path = format!("{path}::{}", item.sig.ident);
                let line = self.writer.function(at, &path, &item.sig, Some(&block.generics));
                self.push(&path, line);
            }
            ImplItem::Const(item) if is_shown(&item.vis, &item.attrs) => {
                let path = format!("{path}::{}", item.ident);
                self.push(&path, format!("const {path}: {}", self.writer.ty(at, &item.ty)));
            }
            _ => {}
        }
    }
}

fn derived(attributes: &[Attribute]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        let add = |meta: syn::meta::ParseNestedMeta<'_>| {
            names.extend(meta.path.segments.last().map(|segment| segment.ident.to_string()));
            Ok(())
        };
        attribute.parse_nested_meta(add).unwrap();
    }
    names
}
