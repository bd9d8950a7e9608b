//! A raw task is bytes.

#[polymer_task::task(raw)]
fn shout(input: String) -> Vec<u8> {
    input.into_bytes()
}

fn main() {}
