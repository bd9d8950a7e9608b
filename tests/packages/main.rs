//! What would be published: each package of the workspace is made, unpacked, and built from nothing
//! but the files in it.
//!
//! `cargo package` would build them too, but a crate whose dependency is packaged beside it is
//! built against the copy of that dependency which cargo once unpacked in its home, and it keeps
//! that copy as long as the version stays. So this builds the unpacked files itself.
#![expect(clippy::disallowed_types, reason = "tests start programs")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed test is what a panic is for; these are no `#[test]` functions"
)]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The package that links all others, and the one that links the engine.
const COMMAND: &str = "polymer-wasm";
const WORKER: &str = "polymer-host-worker";

/// A program that depends on packaged crates, and the guest that it runs.
const PROGRAM: &str = include_str!("program.rs");
const PROGRAM_MANIFEST: &str = r#"
[package]
name = "program"
version = "0.0.0"
edition = "2024"

[dependencies]
guest = { path = "../../guest" }
polymer-host = "0.1"
"#;
const GUEST: &str = include_str!("guest.rs");
const GUEST_MANIFEST: &str = r#"
[package]
name = "guest"
version = "0.0.0"
edition = "2024"

[lib]
crate-type = ["cdylib", "rlib"]

[dependencies]
polymer-task = "0.1"

[workspace]
"#;

/// The top of the checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap().to_path_buf()
}

/// Where packages are made, unpacked and built. It lies outside of every folder that a relative
/// path of a package might mean.
fn place() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages")
}

/// Where the unpacked packages are members of a workspace of their own.
fn unpacked() -> PathBuf {
    place().join("unpacked")
}

/// Runs a program, which must succeed, and gives what it printed.
#[track_caller]
fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    assert!(output.status.success(), "{command:?}:\n{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Cargo in a folder.
fn cargo(folder: &Path, args: &[&str]) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(args).current_dir(folder);
    cargo
}

/// What cargo says of the members of a workspace.
fn members(folder: &Path) -> Vec<Value> {
    let args = ["metadata", "--no-deps", "--format-version", "1", "--offline"];
    let metadata: Value = serde_json::from_slice(&run(&mut cargo(folder, &args))).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// A package that would be published.
#[derive(Debug)]
struct Package {
    name: String,
    /// The folder that its files are unpacked to.
    folder: String,
    /// It is the worker, or depends on it.
    links_engine: bool,
}

/// All packages that would be published, made and unpacked by the first test that asks for them.
fn packages() -> &'static [Package] {
    static PACKAGES: OnceLock<Vec<Package>> = OnceLock::new();
    PACKAGES.get_or_init(|| {
        // `publish = false` is an empty list of registries.
        let published =
            members(&root()).into_iter().filter(|member| member["publish"] != serde_json::json!([]));
        let packages: Vec<Package> = published
            .filter_map(|member| {
                let (name, version) = (member["name"].as_str()?, member["version"].as_str()?);
                let is_worker = |name: &Value| name == WORKER;
                let needed = member["dependencies"].as_array()?;
                let links_engine =
                    is_worker(&member["name"]) || needed.iter().any(|needed| is_worker(&needed["name"]));
                Some(Package { name: name.to_owned(), folder: format!("{name}-{version}"), links_engine })
            })
            .collect();
        assert!(!packages.is_empty(), "nothing would be published");
        make(&packages);
        unpack(&packages);
        packages
    })
}

/// Makes the packages, out of files that may not be committed yet.
fn make(packages: &[Package]) {
    // Dependencies of other targets too, so that all the rest can do without the network.
    run(&mut cargo(&root(), &["fetch", "--locked"]));
    let args = ["package", "--no-verify", "--allow-dirty", "--locked", "--offline", "--target-dir"];
    let mut cargo = cargo(&root(), &args);
    cargo.arg(place());
    for package in packages {
        cargo.args(["-p", &package.name]);
    }
    run(&mut cargo);
}

/// Unpacks them as members of one workspace.
fn unpack(packages: &[Package]) {
    if unpacked().exists() {
        fs::remove_dir_all(unpacked()).unwrap();
    }
    fs::create_dir_all(unpacked()).unwrap();
    for package in packages {
        let file = place().join("package").join(format!("{}.crate", package.folder));
        // All files in a package bear one fixed date (`-m` leaves it out): cargo would take changed
        // ones for those it has built.
        run(Command::new("tar").arg("-xzmf").arg(file).current_dir(unpacked()));
    }
    // The profiles of this workspace, so that what it has built of the dependencies serves again.
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let profiles = manifest.find("[profile.").and_then(|start| manifest.get(start..)).unwrap_or_default();
    let mut folders: Vec<&str> = packages.iter().map(|package| package.folder.as_str()).collect();
    // Beside the packages, in the same workspace: elsewhere cargo would build them a second time
    // for it.
    folders.push("program");
    write(&unpacked().join("program"), PROGRAM_MANIFEST, "main.rs", PROGRAM);
    write(
        &place().join("guest"),
        &format!("{GUEST_MANIFEST}\n{}", patches("../unpacked/", packages)),
        "lib.rs",
        GUEST,
    );
    let workspace = format!(
        "[workspace]\nresolver = \"3\"\nmembers = {folders:?}\n\n{}\n{profiles}",
        patches("", packages)
    );
    fs::write(unpacked().join("Cargo.toml"), workspace).unwrap();
    fs::copy(root().join("Cargo.lock"), unpacked().join("Cargo.lock")).unwrap();
}

/// Writes a package of one file.
fn write(folder: &Path, manifest: &str, name: &str, source: &str) {
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("src").join(name), source).unwrap();
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
}

/// Has the unpacked packages stand where the registry would be asked for them.
fn patches(prefix: &str, packages: &[Package]) -> String {
    let lines = packages.iter().map(|Package { name, folder, .. }| {
        let path = format!("{prefix}{folder}");
        format!("{name} = {{ path = {path:?} }}\n")
    });
    format!("[patch.crates-io]\n{}", lines.collect::<String>())
}

/// Builds a member of the workspace of unpacked packages.
#[track_caller]
fn build(name: &str) {
    let mut cargo = cargo(&unpacked(), &["build", "--offline", "-p", name, "--target-dir"]);
    cargo.arg(place().join("built"));
    // The engine is among the dependencies: nothing is compiled again that this workspace's own
    // build has.
    cargo.env("CARGO_BUILD_BUILD_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap());
    run(&mut cargo);
}

/// Builds the guest for wasm, and gives its module.
#[track_caller]
fn build_guest() -> PathBuf {
    packages();
    let (folder, target) = (place().join("guest"), "wasm32-wasip1");
    let args = ["build", "--offline", "--release", "--target", target, "--target-dir", "target"];
    run(&mut cargo(&folder, &args));
    folder.join("target").join(target).join("release/guest.wasm")
}

#[test]
fn every_package_builds_from_its_own_files() {
    // One after the other: together they would lend each other features of their dependencies.
    let (engine, light): (Vec<_>, Vec<_>) = packages().iter().partition(|package| package.links_engine);
    light.iter().for_each(|package| build(&package.name));
    // Those that link the engine are built as parts of the command: with other features it would be
    // compiled once more for each.
    assert!(engine.iter().any(|package| package.name == COMMAND), "{engine:?}");
    build(COMMAND);
}

#[test]
fn every_package_says_what_a_registry_shows_of_it() {
    packages();
    for member in members(&unpacked()) {
        let name = member["name"].as_str().unwrap();
        if name == "program" {
            continue;
        }
        for field in ["description", "license", "repository", "readme", "rust_version"] {
            assert!(member[field].as_str().is_some_and(|text| !text.is_empty()), "{name} has no {field}");
        }
        for field in ["keywords", "categories"] {
            assert!(member[field].as_array().is_some_and(|list| !list.is_empty()), "{name} has no {field}");
        }
        let folder = Path::new(member["manifest_path"].as_str().unwrap()).parent().unwrap();
        for file in ["README.md", "LICENSE-APACHE", "LICENSE-MIT"] {
            let is_file = folder.join(file).symlink_metadata().is_ok_and(|file| file.is_file());
            assert!(is_file, "{name} has no {file}");
        }
    }
}

#[test]
fn a_guest_is_built_with_the_packaged_sdk() {
    let module = fs::read(build_guest()).unwrap();
    let exports = b"polymer:task/guest@";
    assert!(module.windows(exports.len()).any(|at| at == exports), "the module does not meet the contract");
}

#[test]
fn a_program_runs_that_guest_with_the_packaged_library() {
    let module = build_guest();
    build("program");
    // Nowhere near the checkout.
    let mut program = Command::new(place().join("built/debug/program"));
    assert_eq!(run(program.arg(module).current_dir("/")), b"PACKAGED\n");
}
