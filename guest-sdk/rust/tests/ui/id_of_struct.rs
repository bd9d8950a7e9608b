//! The id is a field's.

#[polymer_task::task(id)]
struct Greet {
    name: String,
}

impl Greet {
    fn run(&mut self) {}
}

fn main() {}
