//! What programs see of the library: its public items are those of a list, and no signature names
//! what they cannot.
//!
//! Sources are read, not what the compiler makes of them: items that a macro makes and
//! implementations of traits for any type are not seen.

mod face;
mod names;
#[cfg(test)]
mod tests;
mod types;

use crate::{root, rust_files, sources};
use face::Face;
use names::Crates;
use std::collections::BTreeSet;
use std::fs;
use std::sync::OnceLock;

/// The list, and how it is written anew.
const LIST: &str = "host/public-items.txt";
const WRITE: &str = "POLYMER_WRITE_PUBLIC_ITEMS";
const HOW: &str = "POLYMER_WRITE_PUBLIC_ITEMS=1 cargo test --locked -p polymer-wasm --test house public";

/// Public items that may name what no public path leads to, and why.
const LEAKS: [(&str, &str, &str); 1] = [(
    "polymer_host::Submit",
    "polymer_host::manager::submit::sealed::Submit",
    "sealed: programs have tasks and inputs, and make no other",
)];

/// The library as programs see it.
fn library() -> &'static Face {
    static LIBRARY: OnceLock<Face> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let mut crates = Crates::default();
        for file in rust_files("host") {
            let Some(folder) = file.strip_suffix("/src/lib.rs") else { continue };
            let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
            let name = manifest.split('"').nth(1).unwrap().replace('-', "_");
            crates.add(&name, sources::read(&root().join(folder).join("src")));
        }
        face::of(&crates, "polymer_host")
    })
}

#[test]
fn the_public_items_are_those_of_the_list() {
    let path = root().join(LIST);
    let text = library().lines.join("\n") + "\n";
    if std::env::var_os(WRITE).is_some() {
        fs::write(&path, &text).unwrap();
    }
    let listed = fs::read_to_string(&path).unwrap_or_default();
    let (new, old): (BTreeSet<&str>, BTreeSet<&str>) = (text.lines().collect(), listed.lines().collect());
    let added = text.lines().filter(|line| !old.contains(line)).map(|line| format!("+ {line}\n"));
    let removed = listed.lines().filter(|line| !new.contains(line)).map(|line| format!("- {line}\n"));
    let changes: String = removed.chain(added).collect();
    assert!(
        text == listed,
        "what programs see of the library is not what {LIST} has:\n{changes}\
         If that is meant, write the list anew, and look whether a line that went breaks programs:\n{HOW}"
    );
}

#[test]
fn public_signatures_name_nothing_that_programs_cannot() {
    let face = library();
    assert!(face.lost.is_empty(), "re-exports that could not be followed: {:#?}", face.lost);
    let allowed: BTreeSet<(String, String)> =
        LEAKS.iter().map(|(of, named, _)| ((*of).to_owned(), (*named).to_owned())).collect();
    let leaks: Vec<_> = face.leaks.difference(&allowed).collect();
    assert!(
        leaks.is_empty(),
        "public items that name what no path in `polymer_host` leads to; re-export it, or hide the item with \
         #[doc(hidden)]: {leaks:#?}"
    );
    let stale: Vec<_> = allowed.difference(&face.leaks).collect();
    assert!(stale.is_empty(), "allowed and no longer so: {stale:#?}");
}
