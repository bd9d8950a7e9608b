//! A struct task is JSON.

#[polymer_task::task(raw)]
struct Bytes {
    #[serde(default)]
    text: String,
}

impl Bytes {
    fn run(&mut self) {}
}

fn main() {}
