//! A task is not async.

#[polymer_task::task]
async fn shout(input: String) -> String {
    input
}

fn main() {}
