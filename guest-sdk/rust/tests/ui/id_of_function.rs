//! A function has no fields.

#[polymer_task::task(id)]
fn shout(input: String) -> String {
    input
}

fn main() {}
