//! A function task takes its input.

#[polymer_task::task]
fn now() -> u64 {
    0
}

fn main() {}
