//! A name says something.

#[polymer_task::task(name = "")]
fn shout(input: String) -> String {
    input
}

fn main() {}
