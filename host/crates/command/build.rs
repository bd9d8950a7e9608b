//! Tells the build which commit it is of, and for which machine, for `polymer --version`, and has
//! the linker give the program a build id.
//!
//! It starts no program and is happy with no repository: built from a tarball, the commit is not
//! known and is left out. It runs again only when another commit is checked out or made.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Given by who builds where there is no repository.
const GIVEN: &str = "POLYMER_BUILD_COMMIT";
/// Digits of a commit that are told.
const DIGITS: usize = 12;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={GIVEN}");
    // By its id a release build is known to the cache of compiled code. gcc leaves it to the
    // distribution whether there is one.
    println!("cargo::rustc-link-arg-bins=-Wl,--build-id=sha1");
    if let Ok(target) = env::var("TARGET") {
        println!("cargo::rustc-env=POLYMER_BUILT_TARGET={target}");
    }
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let commit =
        env::var(GIVEN).ok().or_else(|| packaged(&here)).or_else(|| checked_out(&here.join("../../../.git")));
    if let Some(commit) = commit.as_deref().and_then(shortened) {
        println!("cargo::rustc-env=POLYMER_BUILT_COMMIT={commit}");
    }
}

/// Returns the commit that cargo notes in a package it makes of a repository.
fn packaged(here: &Path) -> Option<String> {
    let text = fs::read_to_string(here.join(".cargo_vcs_info.json")).ok()?;
    let (_, hash) = text.split_once("\"sha1\"")?;
    hash.split('"').nth(1).map(str::to_owned)
}

/// The commit of the checkout whose `.git` this is: a folder or, in a worktree, a file that names
/// one.
fn checked_out(git: &Path) -> Option<String> {
    let own = match fs::read_to_string(git) {
        Ok(text) => git.parent()?.join(text.strip_prefix("gitdir:")?.trim()),
        Err(_) => git.to_path_buf(),
    };
    let head = watched(&own.join("HEAD"))?;
    let Some(name) = head.strip_prefix("ref:").map(str::trim) else { return Some(head) };
    let common =
        fs::read_to_string(own.join("commondir")).map_or(own.clone(), |folder| own.join(folder.trim()));
    watched(&common.join(name)).or_else(|| {
        let packed = watched(&common.join("packed-refs"))?;
        let mut lines = packed.lines().filter_map(|line| line.split_once(' '));
        lines.find(|(_, other)| *other == name).map(|(hash, _)| hash.to_owned())
    })
}

/// A file whose change is to be seen. One that is not there must not be named: cargo would run this
/// each time.
fn watched(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    println!("cargo::rerun-if-changed={}", path.display());
    Some(text.trim().to_owned())
}

/// The first digits of a commit, if it is one.
fn shortened(commit: &str) -> Option<&str> {
    let commit = commit.trim();
    let is_one = commit.len() >= 7 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one.then(|| commit.get(..DIGITS).unwrap_or(commit))
}
