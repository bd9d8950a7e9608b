//! Names, doc comments and lines, counted: a name says which type it is, a comment begins with its
//! subject, and no line is wider than a page. Tests of the crates are left out.

use crate::{is_test, root, rust_files};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Meta};

/// Letters of a line of a comment or a document, at the most.
const WIDEST: usize = 100;

/// What was counted.
#[derive(Debug, Default)]
struct Wording {
    /// The files in which each name stands for a type.
    types: BTreeMap<String, Vec<String>>,
    /// First lines of doc comments, with the place.
    docs: Vec<(String, String)>,
    /// Lines of comments that are too wide: where.
    wide: Vec<String>,
}

impl Wording {
    /// Adds a Rust file.
    fn read(&mut self, file: &str, text: &str) {
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut reader = Reader { file, wording: self };
        reader.visit_file(&parsed);
        self.docs(file, text);
        let comments = text.lines().enumerate().filter(|(_, line)| {
            let text = line.trim_start();
            // A row of a table is as wide as it is.
            text.starts_with("//") && !text.trim_start_matches(['/', '!', ' ']).starts_with('|')
        });
        self.measure(file, comments);
    }

    /// Adds a document. What is quoted, in a table or has no place to be broken may be as wide as
    /// it is.
    fn read_document(&mut self, file: &str, text: &str) {
        let mut quoted = false;
        let prose = text.lines().enumerate().filter(|(_, line)| {
            let fence = line.trim_start().starts_with("```");
            quoted ^= fence;
            !quoted && !fence && !line.trim_start().starts_with('|')
        });
        self.measure(file, prose);
    }

    /// Adds the first line of each doc comment.
    fn docs(&mut self, file: &str, text: &str) {
        let mut was_doc = false;
        for line in text.lines().map(str::trim_start) {
            let doc = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
            if let Some(first) = doc.filter(|_| !was_doc) {
                self.docs.push((file.to_owned(), first.trim().to_owned()));
            }
            was_doc = doc.is_some();
        }
    }

    fn measure<'a>(&mut self, file: &str, lines: impl Iterator<Item = (usize, &'a str)>) {
        for (at, line) in lines {
            // A link that is longer than a line stands where it must.
            let has_break = line.trim().chars().take(WIDEST).filter(|letter| *letter == ' ').count() > 2;
            if line.chars().count() > WIDEST && has_break {
                self.wide.push(format!("{file}:{}", at + 1));
            }
        }
    }

    /// Names that stand for more than one type.
    fn shared(&self) -> BTreeMap<&String, &Vec<String>> {
        self.types.iter().filter(|(_, places)| places.len() > 1).collect()
    }

    /// Names of one word.
    fn short(&self) -> BTreeSet<&String> {
        self.types.keys().filter(|name| words(name) == 1).collect()
    }

    /// Letters of all names of types.
    fn letters(&self) -> usize {
        self.types.keys().map(String::len).sum()
    }

    /// Doc comments that begin with a word that only asks.
    fn asking(&self) -> Vec<&(String, String)> {
        let asks = |text: &str| {
            let first = text.split(|letter: char| !letter.is_alphanumeric()).next();
            matches!(first, Some("What" | "How" | "Whether"))
        };
        self.docs.iter().filter(|(_, text)| asks(text)).collect()
    }
}

/// Words of a name in camel case.
fn words(name: &str) -> usize {
    let mut before_is_upper = true;
    let mut words = 1;
    for letter in name.chars() {
        let is_upper = letter.is_uppercase();
        words += usize::from(is_upper && !before_is_upper);
        before_is_upper = is_upper;
    }
    words
}

struct Reader<'a> {
    file: &'a str,
    wording: &'a mut Wording,
}

impl Reader<'_> {
    fn name(&mut self, name: &syn::Ident) {
        self.wording.types.entry(name.to_string()).or_default().push(self.file.to_owned());
    }
}

fn is_test_module(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && matches!(&attribute.meta, Meta::List(list) if list.tokens.to_string() == "test")
    })
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Mod(module) if is_test_module(&module.attrs) => return,
            Item::Struct(item) => self.name(&item.ident),
            Item::Enum(item) => self.name(&item.ident),
            Item::Trait(item) => self.name(&item.ident),
            Item::Type(item) => self.name(&item.ident),
            Item::Union(item) => self.name(&item.ident),
            _ => {}
        }
        visit::visit_item(self, item);
    }
}

/// The Rust files of the crates whose names and comments count.
fn sources() -> Vec<String> {
    let mut files = rust_files("host");
    files.extend(rust_files("guest-sdk"));
    let others = ["/ui/", "/benches/", "/examples/", "/templates/"];
    files.retain(|file| !is_test(file) && !others.iter().any(|part| file.contains(part)));
    files
}

/// The pages, by their paths from the root.
fn documents() -> Vec<String> {
    let (mut pages, mut folders) = (Vec::new(), vec![root()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let is_ours = !name.starts_with('.') && !["target", "node_modules"].contains(&name);
            if path.is_dir() && !path.is_symlink() && is_ours {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") && !path.is_symlink() {
                pages.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    pages
}

fn read_all() -> Wording {
    let mut wording = Wording::default();
    let text = |file: &str| fs::read_to_string(root().join(file)).unwrap();
    sources().iter().for_each(|file| wording.read(file, &text(file)));
    documents().iter().for_each(|file| wording.read_document(file, &text(file)));
    assert!(wording.types.len() > 500 && wording.docs.len() > 3000, "little was read");
    wording
}

#[test]
fn a_type_is_found_by_its_name() {
    let wording = read_all();
    let (all, shared, short) = (wording.types.len(), wording.shared(), wording.short());
    assert!(shared.len() * 20 < all, "over 5 % of {all} names stand for several types: {shared:#?}");
    assert!(short.len() * 10 < all * 3, "over 30 % of {all} names are one word: {short:#?}");
    assert!(wording.letters() > all * 10, "names of types have {} letters in all", wording.letters());
}

#[test]
fn a_comment_begins_with_its_subject() {
    let wording = read_all();
    let (all, asking) = (wording.docs.len(), wording.asking());
    assert!(
        asking.len() * 20 < all,
        "over 5 % of {all} doc comments begin with What, How or Whether: {asking:#?}"
    );
}

#[test]
fn no_line_of_a_comment_or_a_page_is_wider_than_100_columns() {
    let wide = read_all().wide;
    assert!(wide.is_empty(), "wrap these: {wide:#?}");
}

#[test]
fn what_is_counted_is_what_stands_there() {
    let mut wording = Wording::default();
    let long = format!("// {}", "word ".repeat(20));
    let text = format!(
        "/// What it is.\nstruct Line;\n/// Its name.\nmod inner {{ enum Line {{\n/// Whether.\n A }} }}\n{long}\n"
    );
    wording.read("a.rs", &text);
    wording.read("b.rs", "#[cfg(test)]\nmod tests { struct Left; }\ntrait LineReader {}\n");
    wording.read_document("c.md", &format!("| {long} |\n```text\n{long}\n```\n{long}\n"));
    assert_eq!(wording.shared().keys().map(|name| name.as_str()).collect::<Vec<_>>(), ["Line"]);
    assert_eq!(wording.short().into_iter().collect::<Vec<_>>(), ["Line"]);
    assert_eq!(wording.letters(), 14);
    assert_eq!((wording.docs.len(), wording.asking().len()), (3, 2));
    assert_eq!(wording.wide, ["a.rs:7", "c.md:5"]);
}
