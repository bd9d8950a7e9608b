//! The sources of a crate as modules: what each file holds without what is there for tests, and
//! what it imports.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use syn::{Attribute, Ident, Item, UseTree};

/// A module by its names from the crate's root.
pub(crate) type ModulePath = Vec<String>;

/// The modules of the crate whose sources are in `folder`, one for each file; those for tests are
/// left out.
pub(crate) fn read(folder: &Path) -> BTreeMap<ModulePath, Vec<Item>> {
    let mut modules = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(&inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let module = module_of(path.strip_prefix(folder).unwrap());
                let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
                modules.insert(module, file.items);
            }
        }
    }
    let tests: BTreeSet<ModulePath> =
        modules.iter().flat_map(|(at, items)| test_modules(at, items)).collect();
    modules.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
    modules
}

fn module_of(file: &Path) -> ModulePath {
    let mut names: ModulePath = file.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    let last = names.pop().unwrap();
    let name = last.trim_end_matches(".rs");
    if !["lib", "main", "mod"].contains(&name) {
        names.push(name.to_owned());
    }
    names
}

/// Whether it is there for tests only.
pub(crate) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else { return false };
        let text = list.tokens.to_string();
        attribute.path().is_ident("cfg") && (text.contains("test") || text.contains("samples"))
    })
}

fn test_modules(at: &[String], items: &[Item]) -> Vec<ModulePath> {
    let module = |item: &Item| match item {
        Item::Mod(module) if is_for_tests(&module.attrs) => Some([at, &[module.ident.to_string()]].concat()),
        _ => None,
    };
    items.iter().filter_map(module).collect()
}

/// One thing that a `use` brings in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// The path as written, groups taken apart.
    pub(crate) path: Vec<String>,
    /// Its name from here on; `None` for all that is in a module.
    pub(crate) name: Option<String>,
}

/// What a `use` brings in.
pub(crate) fn imports(tree: &UseTree) -> Vec<Import> {
    let mut imports = Vec::new();
    collect(&[], tree, &mut imports);
    imports
}

fn collect(before: &[String], tree: &UseTree, imports: &mut Vec<Import>) {
    let with = |name: &Ident| {
        // `{self}` is the module before it.
        let names = if name == "self" && !before.is_empty() { Vec::new() } else { vec![name.to_string()] };
        [before, &names].concat()
    };
    let (path, name) = match tree {
        UseTree::Path(path) => return collect(&with(&path.ident), &path.tree, imports),
        UseTree::Group(group) => return group.items.iter().for_each(|tree| collect(before, tree, imports)),
        UseTree::Name(name) => (with(&name.ident), with(&name.ident).pop()),
        UseTree::Rename(rename) => (with(&rename.ident), Some(rename.rename.to_string())),
        UseTree::Glob(_) => (before.to_vec(), None),
    };
    imports.push(Import { path, name });
}

/// A path that begins with `crate`, `self` or `super`, as seen from the crate's root.
pub(crate) fn anchored(module: &[String], path: &[String]) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => anchored(module, rest).or_else(|| Some([module, rest].concat())),
        "super" => {
            let ups = path.iter().take_while(|name| *name == "super").count();
            let above = module.get(..module.len().checked_sub(ups)?)?;
            Some([above, path.get(ups..)?].concat())
        }
        _ => None,
    }
}
