//! An enum is no task.

#[polymer_task::task]
enum Choice {
    One,
}

fn main() {}
