//! Programs that embed the library: the examples of the package `polymer-wasm`, built when the
//! first test asks for one.

use super::guests::build;
use super::places::{polymer, root};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Puts a copy of a program there. By another process: a file that this one has open for writing, if
/// only until a fork of another test becomes its program, cannot be started ("text file busy").
pub(crate) fn copy_program(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg(from).arg(to).status().unwrap().success());
}

/// An example of `polymer-wasm`, by its name; all are built with the first.
pub(crate) fn program(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let folder = BUILT.get_or_init(|| {
        let profile = polymer().parent().unwrap();
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--locked", "-p", "polymer-wasm", "--examples", "--target-dir"]);
        cargo.arg(profile.parent().unwrap()).current_dir(root());
        build(cargo);
        profile.join("examples")
    });
    let path = folder.join(name);
    assert!(path.is_file(), "the examples gave no {}", path.display());
    path
}
