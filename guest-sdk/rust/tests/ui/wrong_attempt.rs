//! The second argument is the attempt.

#[polymer_task::task]
fn repeat(input: String, times: &usize) -> String {
    input.repeat(*times)
}

fn main() {}
