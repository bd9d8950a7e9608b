//! Rust without a Cargo project, a single file or a folder of them: the package that cargo builds
//! of it.

use super::{BuildRecipe, ProjectSource};
use crate::project::starter;
use std::path::PathBuf;

/// The package, in the build folder.
pub(in super::super) const PACKAGE: &str = "package";
/// Cargo's name for the module, whatever the file's name is: several names have a meaning to cargo.
const NAME: &str = "task";

pub(super) fn recipe(project: &ProjectSource) -> BuildRecipe {
    let package = project.build.join(PACKAGE);
    let source = project.folder.join(project.entry());
    let mut files =
        vec![(PathBuf::from("Cargo.toml"), manifest(&source.to_string_lossy(), project.typed, &[]))];
    if project.typed {
        starter::rust_sdk(&mut files);
    }
    let files = files.into_iter().map(|(name, text)| (package.join(name), text)).collect();
    BuildRecipe { what: "cargo".to_owned(), files, steps: Vec::new() }
}

/// Returns the argument by which the compiler links a module with so many bytes of stack.
pub(in super::super) fn stack_argument(stack: u64) -> String {
    format!("-Clink-arg=-zstack-size={stack}")
}

/// The crates that a task has without a manifest, by their names in sources.
pub(in super::super) const CRATES: [&str; 3] = ["polymer_task", "serde", "serde_json"];

/// The manifest of a package whose source stands elsewhere; `features` are those of the SDK.
pub(in super::super) fn manifest(source: &str, typed: bool, features: &[&str]) -> String {
    // Strings of TOML are written as those of JSON.
    let source = serde_json::Value::from(source);
    let (kind, needs) = if typed {
        let needs = format!(
            "polymer-task = {{ path = \"polymer/rust\", features = {features:?} }}\n\
             serde = {{ version = \"1\", features = [\"derive\"] }}\nserde_json = \"1\"\n"
        );
        ("[lib]\ncrate-type = [\"cdylib\"]", needs)
    } else {
        ("[[bin]]", String::new())
    };
    format!(
        "[package]\nname = \"{NAME}\"\nversion = \"0.1.0\"\nedition = \"2024\"\nautobins = false\n\n{kind}\nname = \"{NAME}\"\npath = {source}\n\n\
         [dependencies]\n{needs}\n[profile.release]\npanic = \"abort\"\nstrip = \"debuginfo\"\n\n\
         # Whatever folder this one stands in: it is a workspace of its own.\n[workspace]\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_needs_no_crates_and_a_task_the_sdk() {
        let command = manifest("/a/b \"c\".rs", false, &[]);
        assert!(command.contains("[[bin]]\nname = \"task\"\npath = \"/a/b \\\"c\\\".rs\"\n"), "{command}");
        assert!(!command.contains("polymer-task"));
        let task = manifest("/a.rs", true, &["schema"]);
        assert!(
            task.contains("crate-type = [\"cdylib\"]") && task.contains("features = [\"schema\"]"),
            "{task}"
        );
    }
}
