//! A program that depends on the library and the SDK as they are packaged: it is its own worker.

use guest::Shout;
use polymer_host::TaskManager;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    polymer_host::init();
    let module = std::env::args_os().nth(1).map(PathBuf::from).ok_or("no module")?;
    let manager = TaskManager::builder().module(module).build()?;
    for done in manager.supervise([Shout { text: "packaged".to_owned() }])? {
        println!("{}", done.into_result()?.text);
    }
    Ok(())
}
