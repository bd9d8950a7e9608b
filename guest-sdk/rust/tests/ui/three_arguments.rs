//! There is nothing more to hand over.

use polymer_task::Attempt;

#[polymer_task::task]
fn shout(input: String, _attempt: &Attempt, times: u32) -> String {
    input.repeat(times as usize)
}

fn main() {}
