//! Circles among the files of a crate: who imports whom, followed through re-exports.
//!
//! A folder's own file and the files in it belong together and may name each other. All others form
//! layers: a file that imports another is never imported by it, neither directly nor by a longer
//! way. Paths inside macros are not seen.

use crate::sources::{self, ModulePath, is_for_tests};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use syn::visit::{self, Visit};
use syn::{Item, ItemMod, ItemUse};

/// What one file says of others.
#[derive(Default)]
struct Imports {
    /// Paths from the crate's root.
    named: Vec<Vec<String>>,
    /// Names that it has from elsewhere, and from where.
    aliases: BTreeMap<String, Vec<String>>,
}

/// The circles of the crate whose sources are in `folder`, each with its edges.
pub(crate) fn circles(folder: &Path) -> Vec<Vec<String>> {
    let files = read(folder);
    let edges = edges(&files);
    let mut circles: Vec<Vec<String>> = Vec::new();
    for (from, to) in &edges {
        // An edge is part of a circle if there is a way back.
        let on_the_way: Vec<String> = to
            .iter()
            .filter(|to| reaches(&edges, to, from))
            .map(|to| format!("{} -> {}", from.join("::"), to.join("::")))
            .collect();
        if !on_the_way.is_empty() {
            circles.push(on_the_way);
        }
    }
    circles
}

fn read(folder: &Path) -> BTreeMap<ModulePath, Imports> {
    let sources = sources::read(folder);
    let names: BTreeSet<ModulePath> = sources.keys().cloned().collect();
    let read = |(module, items): (ModulePath, Vec<Item>)| {
        let mut reader = Reader { module: &module, names: &names, imports: Imports::default() };
        items.iter().for_each(|item| reader.visit_item(item));
        let imports = reader.imports;
        (module, imports)
    };
    sources.into_iter().map(read).collect()
}

struct Reader<'a> {
    module: &'a [String],
    names: &'a BTreeSet<ModulePath>,
    imports: Imports,
}

impl Reader<'_> {
    /// A path as seen from the crate's root, if it leads into the crate.
    fn absolute(&self, path: &[String]) -> Option<Vec<String>> {
        sources::anchored(self.module, path).or_else(|| {
            let child = [self.module, path.get(..1)?].concat();
            self.names.contains(&child).then(|| [self.module, path].concat())
        })
    }
}

impl Visit<'_> for Reader<'_> {
    fn visit_item_mod(&mut self, module: &ItemMod) {
        if !is_for_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, item: &ItemUse) {
        if !is_for_tests(&item.attrs) {
            for import in sources::imports(&item.tree) {
                if let Some(path) = self.absolute(&import.path) {
                    self.imports.aliases.extend(import.name.map(|name| (name, path.clone())));
                    self.imports.named.push(path);
                }
            }
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if names.len() > 1 {
            self.imports.named.extend(self.absolute(&names));
        }
        visit::visit_path(self, path);
    }
}

fn edges(files: &BTreeMap<ModulePath, Imports>) -> BTreeMap<ModulePath, BTreeSet<ModulePath>> {
    let belong_together = |a: &[String], b: &[String]| a.starts_with(b) || b.starts_with(a);
    let of = |(from, imports): (&ModulePath, &Imports)| {
        let named = imports.named.iter().filter_map(|path| resolve(files, path, 0));
        (from.clone(), named.filter(|to| !belong_together(from, to)).collect())
    };
    files.iter().map(of).collect()
}

/// The module in which a path ends, with re-exports followed to where a thing is made.
fn resolve(files: &BTreeMap<ModulePath, Imports>, path: &[String], depth: usize) -> Option<ModulePath> {
    let length = (0..=path.len()).rev().find(|length| files.contains_key(&path[..*length]))?;
    let (module, rest) = path.split_at(length);
    let alias = rest.first().and_then(|name| files[module].aliases.get(name));
    match alias {
        // Two files that re-export from each other would go on for ever.
        Some(target) if depth < 8 => resolve(files, &[target.as_slice(), &rest[1..]].concat(), depth + 1),
        _ => Some(module.to_vec()),
    }
}

fn reaches(edges: &BTreeMap<ModulePath, BTreeSet<ModulePath>>, from: &ModulePath, to: &ModulePath) -> bool {
    let mut seen = BTreeSet::new();
    let mut next = vec![from];
    while let Some(module) = next.pop() {
        if module == to {
            return true;
        }
        if seen.insert(module) {
            next.extend(edges.get(module).into_iter().flatten());
        }
    }
    false
}

#[test]
fn a_circle_is_found_through_a_re_export_and_parents_are_no_circle() {
    use std::fs;

    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("lib.rs", "mod a; mod b; mod c; pub use b::B; #[cfg(test)] mod tests;");
    write("a.rs", "use crate::B; pub struct A(B);");
    write("b.rs", "mod inner; pub struct B; use super::c::C;");
    write("b/inner.rs", "use super::B; fn f() -> crate::a::A { crate::a::A(B) }");
    write("c.rs", "pub struct C;");
    write("tests.rs", "use super::a::A;");
    assert!(circles(folder.path()).is_empty(), "{:?}", circles(folder.path()));
    write("c.rs", "#[cfg(test)] mod tests { use crate::a::A; } pub struct C;");
    assert!(circles(folder.path()).is_empty(), "{:?}", circles(folder.path()));
    write("c.rs", "pub struct C; fn f(_: crate::a::A) {}");
    let found = circles(folder.path()).concat();
    assert_eq!(found, ["a -> b", "b -> c", "c -> a"]);
}
