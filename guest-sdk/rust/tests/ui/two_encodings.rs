//! One encoding a task.

#[polymer_task::task(raw, message_pack)]
fn shout(input: Vec<u8>) -> Vec<u8> {
    input
}

fn main() {}
