//! Builds of Cargo projects, most of them with stand-ins for cargo and rustup.

use super::super::steps::is_outer;
use super::super::{BuildTools, build};
use super::*;
use std::fs;

/// Programs that stand for the real ones.
fn tools(cargo: &str, rustc: &str, rustup: &str) -> BuildTools {
    BuildTools { cargo: cargo.into(), rustc: rustc.into(), rustup: rustup.into(), ..BuildTools::default() }
}

/// A folder with the manifest of a package.
fn package(name: &str, rest: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    // A workspace of its own: the folder may stand below another one.
    let manifest = format!("[package]\nname = \"{name}\"\nedition = \"2021\"\n[workspace]\n{rest}");
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    folder
}

fn artifact(manifest: &Path, kind: &str, file: &str) -> String {
    serde_json::json!({
        "reason": "compiler-artifact",
        "manifest_path": manifest,
        "target": {"kind": [kind], "name": "x"},
        "filenames": [format!("/t/{file}.d"), format!("/t/{file}")],
        "fresh": true,
    })
    .to_string()
}

#[test]
fn the_modules_are_the_packages_own() {
    let folder = package("a", "");
    let manifest = folder.path().join("Cargo.toml");
    let real = manifest.canonicalize().unwrap();
    let below = real.with_file_name("member").join("Cargo.toml");
    let read = |lines: &[String]| modules(lines.join("\n").as_bytes(), &manifest).unwrap();
    let noise = ["not json".to_owned(), r#"{"reason":"build-finished","success":true}"#.to_owned()];
    let dependency = artifact(Path::new("/elsewhere/Cargo.toml"), "cdylib", "dependency.wasm");
    let script = artifact(&real, "custom-build", "script.wasm");
    let library = artifact(&real, "cdylib", "a.wasm");
    let member = artifact(&below, "bin", "member.wasm");
    let all = [noise.to_vec(), vec![dependency, script, library, member.clone()]].concat();
    assert_eq!(read(&all), [Path::new("/t/a.wasm")]);
    assert_eq!(read(&[member]), [Path::new("/t/member.wasm")], "a workspace without a package");
    assert_eq!(read(&noise), [] as [PathBuf; 0]);
}

#[test]
fn there_must_be_exactly_one_module() {
    let folder = Path::new("here");
    let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
    assert_eq!(the_one(folder, paths(&["a.wasm"])).unwrap(), Path::new("a.wasm"));
    assert!(the_one(folder, Vec::new()).unwrap_err().to_string().contains("cdylib"));
    let error = the_one(folder, paths(&["a.wasm", "b.wasm"])).unwrap_err();
    assert!(error.to_string().ends_with("name the one to run: a.wasm, b.wasm"), "{error}");
}

#[test]
fn a_folder_that_is_no_project_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut notice = Vec::new();
    let error = build(folder.path(), None, &BuildTools::default(), &mut notice).unwrap_err();
    assert!(matches!(error, ProjectError::NoProject(_)));
    assert!(notice.is_empty(), "nothing was run");
}

#[test]
fn missing_tools_are_told_with_what_to_do() {
    let folder = package("a", "");
    let try_with = |tools: BuildTools| build(folder.path(), None, &tools, &mut Vec::new()).unwrap_err();
    assert!(matches!(try_with(tools("no-such-cargo", "no-such-rustc", "true")), ProjectError::NoCargo(_)));
    // `echo` answers with a path that is not there: the target is missing.
    let error = try_with(tools("false", "echo", "no-such-rustup"));
    assert!(error.to_string().contains("rustup target add wasm32-wasip1"), "{error}");
    assert!(matches!(try_with(tools("true", "echo", "false")), ProjectError::TargetNotAdded(_)));
    assert!(matches!(try_with(tools("false", "echo", "true")), ProjectError::Failed { .. }));
    assert!(matches!(try_with(tools("true", "echo", "true")), ProjectError::NoModule(_)));
}

#[test]
fn what_an_outer_cargo_says_is_kept_from_the_inner_one() {
    for name in ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_BIN_EXE_polymer", "RUSTUP_TOOLCHAIN"]
    {
        assert!(is_outer(OsStr::new(name)), "{name}");
    }
    for name in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_NET_OFFLINE", "RUSTFLAGS", "PATH", "RUSTUP_HOME"] {
        assert!(!is_outer(OsStr::new(name)), "{name}");
    }
    let folder = tempfile::tempdir().unwrap();
    let output = command(OsStr::new("env"), folder.path()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(std::env::var_os("CARGO_PKG_NAME").is_some(), "this test runs under cargo");
    for name in ["CARGO=", "CARGO_PKG_NAME=", "CARGO_MANIFEST_DIR=", "RUSTUP_TOOLCHAIN="] {
        assert!(!text.lines().any(|line| line.starts_with(name)), "{name} in {text}");
    }
    assert!(text.lines().any(|line| line.starts_with("PATH=")));
}

/// With the real cargo, and so also under an outer one.
#[test]
fn a_project_is_built_and_its_module_found() {
    let folder =
        package("thing", "[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n[profile.release]\ndebug = false");
    fs::write(folder.path().join("src/lib.rs"), "#[no_mangle] pub extern \"C\" fn f() {}").unwrap();
    fs::write(
        folder.path().join("build.rs"),
        "fn main() { assert!(std::env::var(\"CARGO_PKG_NAME\").unwrap() == \"thing\") }",
    )
    .unwrap();
    let mut notice = Vec::new();
    let module = build(folder.path(), None, &BuildTools::default(), &mut notice).unwrap();
    assert!(module.ends_with("wasm32-wasip1/release/thing.wasm"), "{}", module.display());
    assert!(fs::read(&module).unwrap().starts_with(b"\0asm"));
    let notice = String::from_utf8(notice).unwrap();
    assert!(notice.contains("cargo build --release") && notice.contains("with your rights"), "{notice}");
    // A second thing that can be run makes the folder ambiguous.
    fs::create_dir(folder.path().join("src/bin")).unwrap();
    fs::write(folder.path().join("src/bin/other.rs"), "fn main() {}").unwrap();
    let error = build(folder.path(), None, &BuildTools::default(), &mut Vec::new()).unwrap_err();
    assert!(matches!(&error, ProjectError::SeveralModules { modules, .. } if modules.len() == 2), "{error}");
}
