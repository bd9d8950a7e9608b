//! Two tasks of a module have two names.

polymer_task::tasks!(first, second);

#[polymer_task::task(listed)]
fn first(_input: ()) {}

#[polymer_task::task(listed, name = "first")]
fn second(_input: ()) {}

fn main() {}
