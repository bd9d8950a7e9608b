//! A task is one concrete type.

#[polymer_task::task]
struct Any<T> {
    value: T,
}

fn main() {}
