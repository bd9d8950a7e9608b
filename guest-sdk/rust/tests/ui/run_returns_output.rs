//! The output of a struct task is its fields, not what `run` returns.

#[polymer_task::task]
struct Double {
    number: u32,
}

impl Double {
    fn run(&mut self) -> u32 {
        self.number * 2
    }
}

fn main() {}
