//! A task is one concrete function.

#[polymer_task::task]
fn same<T>(input: T) -> T {
    input
}

fn main() {}
