//! The house rules that neither the compiler nor a lint holds: which crate depends on which, no
//! circle among the files of a crate, what of the library is public, and how names and comments
//! read. Formatting, clippy and the documentation are steps of `.ci/check`.
#![expect(clippy::disallowed_types, reason = "tests start programs")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a failed test is what a panic is for; these are no `#[test]` functions"
)]

mod graph;
mod imports;
mod public;
mod sources;
mod wording;

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap().to_path_buf()
}

/// The Rust files under `folder`, by their paths from the root.
fn rust_files(folder: &str) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            // Links lead to folders that are looked at where they are.
            if path.is_dir() && !path.is_symlink() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    assert!(!files.is_empty(), "no Rust files under {folder}");
    files.sort();
    files
}

/// A file's code: without comments, and without what stands in its test module.
fn code(file: &str) -> String {
    let text = fs::read_to_string(root().join(file)).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn is_test(file: &str) -> bool {
    file.ends_with("tests.rs")
        || file.contains("/tests/")
        || file.contains("/sim/")
        || file.ends_with("/fixtures.rs")
}

/// That no file under `folders` has one of `words` in its code.
#[track_caller]
fn check_words(folders: &[String], words: &[&str], rule: &str) {
    let mut broken = Vec::new();
    let mut looked_at = 0;
    for file in folders.iter().flat_map(|folder| rust_files(folder)) {
        if is_test(&file) {
            continue;
        }
        looked_at += 1;
        let code = code(&file);
        broken
            .extend(words.iter().filter(|word| code.contains(**word)).map(|word| format!("{file}: {word}")));
    }
    assert!(looked_at > 0, "nothing was looked at");
    assert!(broken.is_empty(), "{rule}\n{}", broken.join("\n"));
}

#[test]
fn errors_of_the_system_say_what_was_tried_and_on_what() {
    let crates = ["command", "config", "journal", "modules", "report"];
    let mut folders = crates.map(|part| format!("host/crates/{part}/src")).to_vec();
    folders.push("host/src".to_owned());
    let words = ["source: io::Error,", "#[source] io::Error", "#[from] io::Error"];
    check_words(
        &folders,
        &words,
        "an error that carries an `io::Error` by itself does not say what was tried: take `SystemError`",
    );
}

#[test]
fn the_files_of_a_crate_form_layers() {
    let mut crates: Vec<PathBuf> = rust_files("host")
        .iter()
        .filter_map(|file| file.strip_suffix("/src/lib.rs"))
        .map(|folder| root().join(folder).join("src"))
        .collect();
    crates.sort();
    assert!(crates.len() > 10, "{crates:?}");
    let circles: Vec<_> = crates.iter().map(|folder| (folder, imports::circles(folder))).collect();
    let found: Vec<_> = circles.iter().filter(|(_, circles)| !circles.is_empty()).collect();
    assert!(found.is_empty(), "files that import each other: {found:#?}");
}

#[test]
fn every_module_says_what_it_is_for() {
    let mut files = rust_files("host");
    files.extend(["guest-sdk", "tests"].iter().flat_map(|folder| rust_files(folder)));
    // What the compile-fail tests compile are cases, not modules, and so is what was handed in.
    files.retain(|file| !file.contains("/ui/") && !file.contains("/handins/"));
    // What others include says it in plain comments: docs of a module may not stand there.
    files.retain(|file| !file.ends_with("/schema/closed.rs"));
    files.retain(|file| !fs::read_to_string(root().join(file)).unwrap().starts_with("//!"));
    assert!(files.is_empty(), "these do not open with their purpose: {files:#?}");
}

#[test]
fn no_module_is_a_drawer_for_odds_and_ends() {
    for file in ["host", "guest-sdk", "tests"].iter().flat_map(|folder| rust_files(folder)) {
        for name in ["util", "utils", "helper", "helpers", "common", "misc"] {
            let is_drawer = Path::new(&file)
                .components()
                .any(|part| Path::new(part.as_os_str()).file_stem().is_some_and(|stem| stem == name));
            assert!(!is_drawer, "{file}: name it after what it does");
        }
    }
}

/// Paths in backticks that a page names, as far as they begin at the top of the repository.
fn named_paths(text: &str) -> Vec<&str> {
    let code = text.split('`').skip(1).step_by(2);
    let begins =
        |path: &&str| ["host/", "tests/", "guest-sdk/", ".ci/"].iter().any(|top| path.starts_with(top));
    // `NAME` stands for any name.
    let is_path = |path: &&str| {
        !path.contains("NAME")
            && path.chars().all(|letter| letter.is_alphanumeric() || "/._-".contains(letter))
    };
    code.filter(begins).filter(is_path).collect()
}

#[test]
fn the_files_that_pages_name_are_there() {
    let mut looked_at = 0;
    for page in ["README.md", "host/ARCHITECTURE.md", "host/CONTRIBUTING.md", "tests/README.md"] {
        let text = fs::read_to_string(root().join(page)).unwrap();
        for path in named_paths(&text) {
            looked_at += 1;
            assert!(root().join(path).exists(), "{page} names {path}, which is not there");
        }
    }
    assert!(looked_at > 20, "{looked_at} paths were looked at");
    let text = "`host/none.rs` and ```` `cargo test`, `host/src/{a}`, `run/link`";
    assert_eq!(named_paths(text), ["host/none.rs"]);
}

/// Tests in backticks that a page names, `module::test`: the modules and the test.
fn named_tests(text: &str) -> Vec<(&str, &str)> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|letter| letter.is_ascii_lowercase() || "_0123456789".contains(letter))
    };
    let paths = text.split('`').skip(1).step_by(2).filter(|path| path.split("::").all(is_name));
    paths.filter_map(|path| path.rsplit_once("::")).collect()
}

#[test]
fn the_tests_that_are_to_show_what_is_promised_are_there() {
    let page = fs::read_to_string(root().join("host/SECURITY.md")).unwrap();
    let tests = named_tests(&page);
    assert!(tests.len() > 30, "{tests:?}");
    for (modules, test) in tests {
        let file = root().join("tests/e2e").join(modules.replace("::", "/")).with_extension("rs");
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert!(text.contains(&format!("#[test]\nfn {test}() {{")), "{} has no test {test}", file.display());
    }
    let text = "`jail::tries::all_holds`, `--dir a::/a`, `jail`, `jail::NAME` and `e2e jail`";
    assert_eq!(named_tests(text), [("jail::tries", "all_holds")]);
}
