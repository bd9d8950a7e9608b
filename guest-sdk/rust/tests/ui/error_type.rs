//! The error says why the attempt failed.

struct Odd;

#[polymer_task::task]
fn half(input: u32) -> Result<u32, Odd> {
    if input % 2 == 0 { Ok(input / 2) } else { Err(Odd) }
}

fn main() {}
