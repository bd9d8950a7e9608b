//! One place states the versions of the languages' tools, `.ci/versions`: what CI installs, what
//! the manual tells people to install and what `polymer build` says of a missing tool are the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where versions are named: the manual, the SDKs and projects of `polymer new`, the examples, the
/// recipes of builds, CI.
const PLACES: [&str; 9] = [
    "README.md",
    "guest-sdk",
    "examples",
    "host/crates/modules/src/project",
    "host/ARCHITECTURE.md",
    "host/docs",
    "host/CONTRIBUTING.md",
    "tests/README.md",
    ".ci",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The lines of `.ci/versions`: whose, and what.
fn stated() -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join(".ci/versions")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.split_once(' ').map(|(whose, what)| (whose.into(), what.into())).unwrap()).collect()
}

/// Packages that people are told to install, and their versions. What only the wheel and its tests
/// need is told to nobody.
fn versions() -> BTreeMap<String, String> {
    let stated = stated().into_iter().filter(|(whose, _)| ["pip", "npm", "cargo"].contains(&whose.as_str()));
    stated
        .map(|(_, what)| {
            let (name, version) = what.split_once("==").or_else(|| what.rsplit_once('@')).unwrap();
            (name.to_owned(), version.to_owned())
        })
        .collect()
}

/// Every text in these places, by its path.
fn texts() -> Vec<(PathBuf, String)> {
    let mut texts = Vec::new();
    let mut paths: Vec<PathBuf> = PLACES.iter().map(|place| root().join(place)).collect();
    while let Some(path) = paths.pop() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !["node_modules", "target", "build"].contains(&name.as_str()) {
            paths.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if let Ok(text) = fs::read_to_string(&path)
            && name != "package-lock.json"
        {
            texts.push((path, text));
        }
    }
    texts
}

/// The versions that a text names of a package: `name==1`, `name@1`, `"name": "1"`, `` `name` 1``.
fn named(text: &str, package: &str) -> Vec<String> {
    let after = text.match_indices(package).filter_map(|(at, found)| text.get(at + found.len()..));
    let versions = after.filter_map(|rest| {
        let version = rest.trim_start_matches(['=', '@', '"', '`', ':', ' ']);
        let gap = rest.len() - version.len();
        let version: String =
            version.chars().take_while(|char| char.is_ascii_digit() || *char == '.').collect();
        let version = version.trim_end_matches('.');
        ((1..=4).contains(&gap) && version.contains('.')).then(|| version.to_owned())
    });
    versions.collect()
}

#[test]
fn versions_are_read_as_they_are_written() {
    let text = "`pip install x==1.2.3`, npm `x` 1.2.4 and \"x\": \"1.2.5\", x@1.2.6. But x is, x 2 and xx.";
    assert_eq!(named(text, "x"), ["1.2.3", "1.2.4", "1.2.5", "1.2.6"]);
}

#[test]
fn the_manual_names_the_versions_that_are_tested() {
    let (versions, texts) = (versions(), texts());
    assert!(versions.len() >= 6 && texts.len() > 100, "{} of {}", versions.len(), texts.len());
    for (package, version) in &versions {
        let mut places = 0;
        for (path, text) in &texts {
            let mut all = named(text, package);
            if package == "ziglang" {
                // Its language is called otherwise.
                all.extend(named(text, "Zig"));
            }
            for named in all {
                assert_eq!(&named, version, "{package} in {}", path.display());
                places += usize::from(!path.ends_with(".ci/versions"));
            }
        }
        assert!(places > 1, "{package} {version} is named nowhere else");
    }
}

/// A package of one version of Debian's compilers, as the manual lists them.
fn is_versioned(word: &str) -> bool {
    let of_debian = ["-14", "-14-dev-wasm32", "-16", "-19"].iter().any(|ending| word.ends_with(ending));
    of_debian && word.starts_with(|first: char| first.is_ascii_lowercase())
}

#[test]
fn the_debian_packages_of_the_manual_are_those_of_ci() {
    let stated: Vec<String> =
        stated().into_iter().filter(|(whose, _)| whose == "apt").map(|(_, what)| what).collect();
    let mut seen = 0;
    for (path, text) in
        texts().iter().filter(|(path, _)| path.extension().is_some_and(|ending| ending == "md"))
    {
        let words = text.split(|char: char| !(char.is_ascii_alphanumeric() || "+-".contains(char)));
        for word in words.filter(|word| is_versioned(word) && !word.starts_with("clang++")) {
            assert!(stated.iter().any(|package| package == word), "{word} in {}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 5, "{seen}");
}
