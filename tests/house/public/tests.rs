//! The reader of public items on small sources.

use super::face::{self, Face};
use super::names::Crates;
use std::collections::BTreeMap;

/// The face of a crate `polymer_host`; sources by the path of their module, the crate's name first.
fn face(sources: &[(&str, &str)]) -> Face {
    let mut crates: BTreeMap<String, BTreeMap<Vec<String>, Vec<syn::Item>>> = BTreeMap::new();
    for (module, text) in sources {
        let mut path = module.split("::").map(str::to_owned);
        let name = path.next().unwrap();
        let items = syn::parse_file(text).unwrap().items;
        crates.entry(name).or_default().insert(path.collect(), items);
    }
    let mut read = Crates::default();
    for (name, files) in crates {
        read.add(&name, files);
    }
    face::of(&read, "polymer_host")
}

#[track_caller]
fn check(sources: &[(&str, &str)], lines: &[&str]) {
    let face = face(sources);
    assert_eq!(face.lines, lines);
    assert!(face.leaks.is_empty() && face.lost.is_empty(), "{face:?}");
}

#[test]
fn a_re_export_is_followed_through_crates_and_renames() {
    check(
        &[
            (
                "polymer_host",
                "pub use inner::Deep as Shallow; use std::fmt as f; pub fn show() -> f::Result {}",
            ),
            ("inner", "mod below; pub use self::below::{Deeper as Deep};"),
            (
                "inner::below",
                "use super::below::Deeper as Alias; pub struct Deeper; impl Alias { pub fn a() -> Alias {} }",
            ),
        ],
        &[
            "struct polymer_host::Shallow;",
            "fn polymer_host::Shallow::a() -> polymer_host::Shallow",
            "fn polymer_host::show() -> std::fmt::Result",
        ],
    );
}

#[test]
fn a_glob_brings_what_is_public_and_two_that_import_each_other_end() {
    check(
        &[
            ("polymer_host", "mod a; mod b; pub use a::*; pub mod all { pub use inner::*; }"),
            ("polymer_host::a", "pub use super::b::*; pub struct A(pub B, u8); struct Hidden;"),
            ("polymer_host::b", "pub use super::a::*; pub struct B;"),
            ("inner", "pub mod part; pub(crate) struct C;"),
            ("inner::part", "pub const LONG: [u8; 3] = [0; 3];"),
        ],
        &[
            "struct polymer_host::A(polymer_host::B, _)",
            "struct polymer_host::B;",
            "mod polymer_host::all",
            "mod polymer_host::all::part",
            "const polymer_host::all::part::LONG: [u8; 3]",
        ],
    );
}

#[test]
fn impl_blocks_and_traits_of_a_re_exported_type_are_found_where_they_stand() {
    check(
        &[
            ("polymer_host", "pub use inner::Made; pub use inner::Text;"),
            (
                "inner",
                "mod more; #[derive(Clone, Debug)] #[non_exhaustive] pub struct Made<T> { pub one: T, two: u8 }
                 impl<T: Send> Made<T> { pub const fn get(&self, text: &'static Text) -> &T {} fn no() {} }
                 pub type Text = str;",
            ),
            (
                "inner::more",
                "use super::*; impl<T> From<&Text> for Made<T> {}
                 impl<T> Made<T> { pub async fn more(mut self, f: impl Fn(u8) -> T + 'static) -> Result<(), T> {} }",
            ),
        ],
        &[
            "struct polymer_host::Made<T> [private fields] [non_exhaustive]",
            "traits of polymer_host::Made: Clone, Debug, From<&polymer_host::Text>",
            "const fn polymer_host::Made::get(&self, text: &'static polymer_host::Text) -> &T where T: Send",
            "async fn polymer_host::Made::more(self, f: impl Fn(u8) -> T + 'static) -> Result<(), T>",
            "field polymer_host::Made::one: T",
            "type polymer_host::Text = str",
        ],
    );
}

#[test]
fn enums_and_traits_are_listed_with_their_parts() {
    check(
        &[(
            "polymer_host",
            "pub enum E { A, B(E2), C { x: <E2 as T>::X } } #[non_exhaustive] pub enum E2 {}
             pub trait T: Send { type X; fn f(&self) -> Self::X; fn g<U: ?Sized>(u: &mut U) {} }
             pub mod m { pub use super::E; }",
        )],
        &[
            "enum polymer_host::E",
            "variant polymer_host::E::A",
            "variant polymer_host::E::B(polymer_host::E2)",
            "variant polymer_host::E::C { x: <polymer_host::E2 as polymer_host::T>::X }",
            "enum polymer_host::E2 [non_exhaustive]",
            "trait polymer_host::T: Send",
            "type polymer_host::T::X: ",
            "fn polymer_host::T::f(&self) -> Self::X",
            "fn polymer_host::T::g<U: ?Sized>(u: &mut U) [provided]",
            "mod polymer_host::m",
            "use polymer_host::m::E = polymer_host::E",
        ],
    );
}

#[test]
fn what_is_hidden_or_for_tests_is_left_out() {
    check(
        &[(
            "polymer_host",
            "#[cfg(test)] pub mod tests { pub struct A; } #[doc(hidden)] pub struct B; #[doc(hidden)] pub use x::C;
             pub struct D; impl D { #[doc(hidden)] pub fn b(&self) -> B {} #[cfg(test)] pub fn t() {} }
             pub struct F { #[doc(hidden)] pub a: B, pub b: u8 } pub enum G { #[doc(hidden)] A(B), B }",
        )],
        &[
            "struct polymer_host::D;",
            "struct polymer_host::F [private fields]",
            "field polymer_host::F::b: u8",
            "enum polymer_host::G [private variants]",
            "variant polymer_host::G::B",
        ],
    );
}

#[test]
fn what_no_public_path_leads_to_is_told_and_an_alias_is_seen_through() {
    let face = face(&[
        ("polymer_host", "pub use inner::open; pub use inner::missing;"),
        (
            "inner",
            "pub type Time = std::time::Duration; pub struct Private; use nix::Errno;
                   pub fn open(_: Time) -> Result<Private, Errno> {}",
        ),
    ]);
    assert_eq!(
        face.lines,
        ["fn polymer_host::open(_: std::time::Duration) -> Result<inner::Private, nix::Errno>"]
    );
    let leak = |named: &str| ("polymer_host::open".to_owned(), named.to_owned());
    assert_eq!(face.leaks, [leak("inner::Private"), leak("nix::Errno")].into());
    assert_eq!(face.lost, ["polymer_host: inner::missing".to_owned()].into());
}
