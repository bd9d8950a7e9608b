//! Guests, built when the first test asks for them: the examples by cargo, the others by
//! rustc.
//! Text modules need no build.
//!
//! No build has a deadline, as nobody knows how busy the machine is. So what a command under test
//! would build under its own is built here first, in the very way it would: all that is left to its
//! cargo is to look.

use super::places::{fixture, outer_environment, polymer, root};
use super::running::text_of;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

const TARGET: &str = "wasm32-wasip1";

/// A `.wat` file of `tests/guests`.
pub(crate) fn wat(name: &str) -> String {
    fixture(&format!("{name}.wat")).to_str().unwrap().to_owned()
}

/// A module of `examples/wasm-tasks`; all are built with the first.
pub(crate) fn example(name: &str) -> String {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let folder = BUILT.get_or_init(|| {
        let folder = root().join("examples/wasm-tasks");
        // Each by itself: the whole workspace may want dependencies with other features, and the
        // module of a run must not change.
        for member in projects(&folder) {
            project(&member);
        }
        folder.join("target").join(TARGET).join("release")
    });
    let path = folder.join(format!("{name}.wasm"));
    assert!(path.is_file(), "the examples gave no {}", path.display());
    path.to_str().unwrap().to_owned()
}

/// The folders of Cargo projects in this one, in order.
fn projects(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut projects: Vec<_> = entries.filter(|path| path.join("Cargo.toml").is_file()).collect();
    projects.sort();
    projects
}

/// The task that programs of `tests/hosts` submit, as their library would build it.
pub(crate) fn moody() -> &'static str {
    static BUILT: OnceLock<String> = OnceLock::new();
    BUILT.get_or_init(|| project(&root().join("tests/guests/moody")))
}

/// Where the module of a project is, which `polymer build` makes as `run` and the library do.
fn project(folder: &Path) -> String {
    let mut command = Command::new(polymer());
    command.arg("build").arg(folder);
    text_of(&build(command)).trim_end().to_owned()
}

/// The command that does what its input says: see `tests/guests/probe.rs`.
pub(crate) fn probe() -> &'static str {
    static BUILT: OnceLock<String> = OnceLock::new();
    BUILT.get_or_init(|| rustc("probe.rs", "probe.wasm", &["--target", TARGET]))
}

/// Programs that use their standard streams, as a module and for this machine: see
/// `tests/guests/streams.rs`.
pub(crate) fn stream_programs() -> (&'static str, &'static Path) {
    static BUILT: OnceLock<(String, String)> = OnceLock::new();
    let (module, native) = BUILT.get_or_init(|| {
        let module = rustc("streams.rs", "streams.wasm", &["--target", TARGET]);
        (module, rustc("streams.rs", "streams-native", &[]))
    });
    (module, Path::new(native))
}

/// The checker whose answer follows what is expected: see `tests/guests/checker.rs`.
pub(crate) fn checker() -> &'static str {
    static BUILT: OnceLock<String> = OnceLock::new();
    BUILT.get_or_init(|| rustc("checker.rs", "checker.wasm", &["--target", TARGET]))
}

/// The validator of a problem package that does what its answer file says: see
/// `tests/guests/validator.rs`.
pub(crate) fn validator() -> &'static str {
    static BUILT: OnceLock<String> = OnceLock::new();
    BUILT.get_or_init(|| rustc("validator.rs", "validator.wasm", &["--target", TARGET]))
}

/// The program that finds a number, and the interactor that thinks of one: see
/// `tests/guests/guesser.rs` and `tests/guests/guess_host.rs`.
pub(crate) fn guessing() -> (&'static str, &'static str) {
    static BUILT: OnceLock<(String, String)> = OnceLock::new();
    let (program, interactor) = BUILT.get_or_init(|| {
        let built = |source, name| rustc(source, name, &["--target", TARGET]);
        (built("guesser.rs", "guesser.wasm"), built("guess_host.rs", "guess_host.wasm"))
    });
    (program, interactor)
}

/// Compiles a file of `tests/guests` to a file of this name, and gives its path.
fn rustc(source: &str, name: &str, flags: &[&str]) -> String {
    let built = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition", "2024", "-O", "-C", "strip=debuginfo"]).args(flags).arg("-o");
    rustc.arg(&built).arg(fixture(source));
    build(rustc);
    built.to_str().unwrap().to_owned()
}

/// The same as a component, which reaches files through WASI 0.2.
pub(crate) fn probe_component() -> &'static str {
    static MADE: OnceLock<String> = OnceLock::new();
    MADE.get_or_init(|| {
        let adapter = wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER;
        let module = std::fs::read(probe()).unwrap();
        let encoder = wit_component::ComponentEncoder::default().module(&module).unwrap();
        let component = encoder.adapter("wasi_snapshot_preview1", adapter).unwrap().encode().unwrap();
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("probe_component.wasm");
        std::fs::write(&path, component).unwrap();
        path.to_str().unwrap().to_owned()
    })
}

/// Runs a build, as long as it takes, and gives what it printed; a missing target is added, once.
pub(super) fn build(mut command: Command) -> Vec<u8> {
    command.env_clear().envs(outer_environment()).stdin(Stdio::null());
    let first = output(&mut command);
    if first.status.success() {
        return first.stdout;
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).env_clear().envs(outer_environment());
    drop(rustup.output());
    let second = output(&mut command);
    assert!(second.status.success(), "{command:?} failed:\n{}", text_of(&second.stderr));
    second.stdout
}

fn output(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"))
}
