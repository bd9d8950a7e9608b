//! A struct task needs `run`.

#[polymer_task::task]
struct Idle {
    text: String,
}

fn main() {}
