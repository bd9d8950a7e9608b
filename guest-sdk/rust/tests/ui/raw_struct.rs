//! A struct task is JSON.

#[polymer_task::task(raw)]
struct Bytes {
    #[serde(default)]
    #[task(id)]
    text: String,
}

impl Bytes {
    fn run(&mut self) {}
}

fn main() {}
