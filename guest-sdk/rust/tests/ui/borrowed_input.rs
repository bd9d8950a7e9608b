//! A function task owns its input.

#[polymer_task::task]
fn shout(input: &str) -> String {
    input.to_uppercase()
}

fn main() {}
