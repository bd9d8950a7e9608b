//! An id is text.

#[polymer_task::task]
struct Bytes {
    #[task(id)]
    bytes: Vec<u8>,
}

impl Bytes {
    fn run(&mut self) {}
}

fn main() {}
