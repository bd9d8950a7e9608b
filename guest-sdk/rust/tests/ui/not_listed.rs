//! `tasks!` lists what is marked.

polymer_task::tasks!(alone, listed);

#[polymer_task::task]
fn alone(_input: ()) {}

#[polymer_task::task(listed)]
fn listed(_input: ()) {}

fn main() {}
