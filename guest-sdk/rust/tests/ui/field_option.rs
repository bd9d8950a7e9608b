//! The options of the task do not stand on its fields.

#[polymer_task::task]
struct Greet {
    #[task(name)]
    name: String,
}

impl Greet {
    fn run(&mut self) {}
}

fn main() {}
