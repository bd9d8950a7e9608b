//! The library, used as a program uses it: by its public items, with an installed `polymer` as the
//! worker.
//!
//! Workers are real processes; what needs a process of its own, because it counts or kills them, is
//! in `tests/hosts`.
#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect has failed")]

mod cache;
mod calls;
mod counted;
mod grants;
mod hot_loop;
mod judging;
mod logs;
mod misfits;
mod outside;
mod reuse;
mod settings;
mod spans;
mod streams;
mod supervise;

use moody::Moody;
use polymer_host::{Builder, Module, TaskManager};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

/// A manager whose workers are the command under test.
fn builder() -> Builder {
    TaskManager::builder().worker_exe(env!("CARGO_BIN_EXE_polymer")).worker_count(2)
}

/// A manager for `moody`, with so many workers and a short time for each attempt.
fn manager(workers: u32) -> Builder {
    builder().worker_count(workers).module(moody()).timeout(Duration::from_secs(20))
}

/// The module of the task `moody`, built once.
fn moody() -> Module {
    static BUILT: OnceLock<Module> = OnceLock::new();
    BUILT.get_or_init(|| Module::build(root().join("tests/guests/moody")).unwrap()).clone()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap().to_path_buf()
}

/// So many tasks that end ok.
fn good(number: u64) -> impl Iterator<Item = Moody> {
    (1..=number).map(|number| Moody::new("ok", number))
}
