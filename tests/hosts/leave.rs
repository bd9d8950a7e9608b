//! Whatever is dropped takes its workers with it.

use super::{Told, children, manager, moody};
use moody::Moody;
use polymer_host::CallOptions;

pub(super) fn run() -> Told {
    let manager = manager().build()?;
    let (sender, mut results) = manager.start()?;
    (0..3).for_each(|number| sender.send(Moody::new("ok", number)).unwrap());
    assert!(results.next().is_some_and(|done| done.is_ok()));
    (0..30).for_each(|number| sender.send(Moody::new("sleep", number)).unwrap());
    println!("a loop has processes: {}", !children().is_empty());
    drop(results);
    println!("{} processes left", children().len());

    let call = manager.call(&moody(), Moody::new("sleep", 1), CallOptions::default());
    let other = manager.call_blocking(&moody(), Moody::new("ok", 4), CallOptions::default())?;
    println!("a call is answered: {}", other.task.double == Some(8));
    drop(manager);
    println!("a call under way has processes: {}", !children().is_empty());
    drop(call);
    println!("{} processes left", children().len());
    Ok(())
}
