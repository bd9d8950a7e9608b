//! The original's program: ten tasks for three workers, and each comes back with what it said.
#![expect(clippy::print_stdout, reason = "it prints what came back")]

use polymer_host::TaskManager;
use simple::Simple;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    polymer_host::init();
    let task = |n: u8| Simple { text: format!("Task {n}"), wait: n.into(), ..Simple::default() };
    let manager = TaskManager::builder().project("examples/wasm-tasks/simple").worker_count(3).build()?;
    for done in manager.supervise((0..10).map(task))? {
        println!("{}", done.into_result()?.said);
    }
    Ok(())
}
