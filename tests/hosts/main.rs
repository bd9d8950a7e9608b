//! Host programs: what can only be seen in a process that is its own worker and counts its
//! children. `tests/e2e/hosts.rs` starts them.
//!
//! The first argument says which. A copy of this program that is called `forgot-init` does not
//! begin with `init`, and one that is called `clang-14` is a compiler.
#![expect(clippy::print_stdout, reason = "a program says what it found")]
#![expect(clippy::unwrap_used, reason = "a program that meets what it did not expect has failed")]

mod cancel;
mod catalogue;
mod compiler;
mod escape;
mod kills;
mod leave;
mod service;

use polymer_host::{Builder, Module, TaskManager};
use std::path::Path;
use std::time::Duration;

fn main() -> Told {
    let this = std::env::current_exe().unwrap();
    let forgot = this.ends_with("forgot-init");
    if !forgot {
        polymer_host::init();
    }
    let called: Vec<String> = std::env::args().collect();
    if let [name, args @ ..] = called.as_slice()
        && name.ends_with("clang-14")
    {
        return compiler::run(args);
    }
    if let [_, what, wrapper @ ..] = called.as_slice()
        && what == "catalogue"
    {
        return catalogue::run(wrapper);
    }
    let mut args = called.into_iter().skip(1);
    match (args.next().as_deref(), args.next()) {
        (Some("escape"), Some(what)) => escape::run(&what, &args.next().unwrap(), &args.next().unwrap()),
        (Some("bare"), Some(what)) => escape::bare(&what, &args.next().unwrap(), &args.next().unwrap()),
        (Some("cancel"), Some(seed)) => cancel::run(seed.parse().unwrap()),
        (Some("kills"), Some(seed)) => kills::run(seed.parse().unwrap()),
        (Some("leave"), None) => leave::run(),
        (Some("service"), Some(address)) => service::run(&address),
        // What a program does that names itself as its worker, and forgets that it is one.
        _ => forget(&this),
    }
}

fn forget(this: &Path) -> Told {
    let module = Module::from_bytes("empty.wat", "(module)")?;
    let manager = TaskManager::builder().worker_exe(this).module(module).build()?;
    manager.supervise([moody::Moody::new("ok", 1)])?;
    Ok(())
}

/// How a program ends: well, or with an error to show.
type Told = Result<(), Box<dyn std::error::Error>>;

fn manager() -> Builder {
    TaskManager::builder().worker_count(3).timeout(Duration::from_secs(30)).module(moody())
}

/// The module that `MOODY` names; without it, by hand, the one that is built of the project.
fn moody() -> Module {
    match std::env::var_os("MOODY") {
        Some(path) => Module::open(path).unwrap(),
        None => {
            Module::build(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/guests/moody")).unwrap()
        }
    }
}

/// The processes that this one started and has not waited for.
fn children() -> Vec<i32> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().map(|pid| pid.parse().unwrap()).collect::<Vec<_>>())
        .collect()
}
