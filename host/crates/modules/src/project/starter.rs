//! The small projects that `polymer new` writes: a task that works, a page on how to go on, and
//! cases to test it by.
//!
//! They stand in the binary with the SDKs they need, so that nothing has to be fetched and no clone
//! has to be near.

use super::{ProjectLanguage, recipe};
use include_dir::{Dir, include_dir};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::fs;
use std::path::{Path, PathBuf};

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sdk/templates");
static RUST: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sdk/rust/src");
static RUST_MACROS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sdk/rust-macros/src");

/// Placeholder for the name in a template.
const NAME: &str = "{{name}}";

/// Why no project was written.
#[derive(Debug, thiserror::Error)]
pub enum StarterError {
    /// It would lie over something.
    #[error("{} already exists", .0.display())]
    Exists(PathBuf),
    /// A name that some tool would not take.
    #[error(
        "`{0}` is not a name for a project: use lower-case letters, digits, `-` and `_`, and begin with a letter"
    )]
    Name(String),
    /// The system refuses it.
    #[error("{0}")]
    Write(#[source] SystemError),
}

/// The languages there are projects for, and the word for each.
pub const LANGUAGES: [(&str, ProjectLanguage); 5] = [
    ("rust", ProjectLanguage::Rust),
    ("python", ProjectLanguage::Python),
    ("javascript", ProjectLanguage::JavaScript),
    ("c", ProjectLanguage::C),
    ("go", ProjectLanguage::Go),
];

/// Writes a project into a folder that is not there yet. It is called as the folder is.
///
/// # Errors
/// If something is there, the name is none for a project, or the system refuses to write.
pub fn write(language: ProjectLanguage, folder: &Path) -> Result<(), StarterError> {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if !is_name(&name) {
        return Err(StarterError::Name(name));
    }
    if folder.symlink_metadata().is_ok() {
        return Err(StarterError::Exists(folder.to_path_buf()));
    }
    for (path, content) in files(language, &name) {
        let path = folder.join(path);
        let written =
            path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, content));
        written
            .map_err(|error| StarterError::Write(SystemError::new(SystemOperation::Write, path, error)))?;
    }
    Ok(())
}

/// Returns whether cargo, Go and file systems accept the name.
fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || "-_".contains(char))
        && name.len() <= 64
}

/// The files of a project, by their paths in it.
fn files(language: ProjectLanguage, name: &str) -> Vec<(PathBuf, String)> {
    let word = LANGUAGES.iter().find(|(_, known)| *known == language).map_or("", |(word, _)| word);
    let mut files = Vec::new();
    if let Some(template) = TEMPLATES.get_dir(word) {
        all(template, &mut |path, text| {
            let path = path.strip_prefix(word).unwrap_or(path);
            // Under its own name cargo would take the template for a package and leave its folder
            // out of this one.
            let path = if path == Path::new("manifest.toml") { Path::new("Cargo.toml") } else { path };
            files.push((path.to_path_buf(), text.replace(NAME, name)));
        });
    }
    match language {
        ProjectLanguage::Rust => rust_sdk(&mut files),
        ProjectLanguage::C | ProjectLanguage::Cpp => {
            let header = include_str!("../../sdk/c/polymer_task.h");
            files.push(("polymer_task.h".into(), header.to_owned()));
        }
        ProjectLanguage::Go => {
            let sdk =
                recipe::go::sdk().map(|(name, text)| (Path::new("polymer").join(name), text.to_owned()));
            files.extend(sdk);
        }
        _ => {}
    }
    files
}

/// The SDK for Rust as crates of the project: it is in no registry that every user reaches.
pub(super) fn rust_sdk(files: &mut Vec<(PathBuf, String)>) {
    let base = Path::new("polymer");
    for (crate_name, sources, manifest) in [
        ("rust", &RUST, include_str!("../../sdk/rust/manifest.toml")),
        ("rust-macros", &RUST_MACROS, include_str!("../../sdk/rust-macros/manifest.toml")),
    ] {
        all(sources, &mut |path, text| {
            files.push((base.join(crate_name).join("src").join(path), text.to_owned()));
        });
        files.push((base.join(crate_name).join("Cargo.toml"), alone(manifest)));
    }
    let contract = include_str!("../../sdk/wit/polymer.wit");
    files.push((base.join("rust/wit/polymer.wit"), contract.to_owned()));
}

/// A crate's manifest without the workspace that it is from.
fn alone(manifest: &str) -> String {
    let own = [
        // Before the other line that ends so.
        ("rust-version.workspace = true\n", String::new()),
        ("version.workspace = true", format!("version = {:?}", env!("CARGO_PKG_VERSION"))),
        ("edition.workspace = true", "edition = \"2024\"".to_owned()),
        ("license.workspace = true", "license = \"Apache-2.0 OR MIT\"".to_owned()),
        ("repository.workspace = true\n", String::new()),
        ("[lints]\nworkspace = true\n", String::new()),
        ("[dev-dependencies]\ntrybuild = \"1\"\n", String::new()),
    ];
    own.iter().fold(manifest.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Each file below a folder, with its path from there.
fn all(folder: &Dir<'_>, each: &mut impl FnMut(&Path, &str)) {
    for file in folder.files() {
        each(file.path(), file.contents_utf8().unwrap_or_default());
    }
    for below in folder.dirs() {
        all(below, each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_a_project_with_a_page_and_cases() {
        for (word, language) in LANGUAGES {
            let files = files(language, "my-task");
            let text = |name: &str| {
                files.iter().find(|(path, _)| path == Path::new(name)).map(|(_, text)| text.as_str())
            };
            let page = text("README.md").unwrap_or_else(|| panic!("{word} has no page"));
            assert!(page.starts_with("# my-task\n") && page.lines().count() < 60, "{page}");
            assert!(text("cases.jsonl").is_some() && text(".gitignore").is_some(), "{word}");
            assert!(files.iter().all(|(_, text)| !text.contains(NAME)), "{word}");
        }
    }

    #[test]
    fn the_crates_of_the_sdk_stand_by_themselves() {
        let files = files(ProjectLanguage::Rust, "x");
        for (path, text) in files.iter().filter(|(path, _)| path.ends_with("Cargo.toml")) {
            assert!(!text.contains("workspace = true"), "{}: {text}", path.display());
        }
        for name in
            ["polymer/rust/src/lib.rs", "polymer/rust/wit/polymer.wit", "polymer/rust-macros/src/lib.rs"]
        {
            assert!(files.iter().any(|(path, _)| path == Path::new(name)), "{name}");
        }
    }

    #[test]
    fn nothing_is_written_over() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("greet");
        write(ProjectLanguage::C, &folder).unwrap();
        assert!(fs::read_to_string(folder.join("task.c")).unwrap().contains("\"greet\""));
        assert!(matches!(write(ProjectLanguage::C, &folder), Err(StarterError::Exists(_))));
        for name in ["", "..", "Greet", "1a", "a b", "é"] {
            assert!(
                matches!(write(ProjectLanguage::C, &place.path().join(name)), Err(StarterError::Name(_))),
                "{name}"
            );
        }
    }
}
