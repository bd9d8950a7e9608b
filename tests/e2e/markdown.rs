//! The same library inside the sandbox and outside gives the same pages.

use super::support::{Start, by_id, example};
use pulldown_cmark::{Options, Parser, html};
use std::path::{Path, PathBuf};

/// READMEs of crates that are compared at the most.
const MOST: usize = 60;

/// What `examples/wasm-tasks/markdown` does.
fn native(text: &str) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS;
    let mut page = String::new();
    html::push_html(&mut page, Parser::new_ext(text, options));
    page
}

/// The READMEs of the crates this repository is built from.
fn readmes() -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".cargo"))).unwrap();
    let folders = |path: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(path)
            .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
            .unwrap_or_default()
    };
    let crates = folders(&home.join("registry/src")).into_iter().flat_map(|registry| folders(&registry));
    let mut readmes: Vec<_> =
        crates.map(|folder| folder.join("README.md")).filter(|path| path.is_file()).collect();
    readmes.sort();
    readmes.truncate(MOST);
    readmes
}

#[test]
fn pages_are_the_same_inside_and_outside() {
    let readmes = readmes();
    assert!(readmes.len() >= 24, "only {} READMEs in cargo's registry", readmes.len());
    let lines: Vec<&str> = readmes.iter().map(|path| path.to_str().unwrap()).collect();
    let line = format!("run {} --input-format file", example("markdown"));
    let records = by_id(Start::polymer(&line).run(lines.join("\n")).check(0).records());
    assert_eq!(records.len(), readmes.len());
    for path in &readmes {
        let text = std::fs::read_to_string(path).unwrap();
        let record = &records[path.to_str().unwrap()];
        assert_eq!(record.text("/output"), native(&text), "{}", path.display());
        assert_eq!(record.number("/stats/input_bytes"), text.len() as u64);
    }
}
