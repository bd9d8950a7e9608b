//! A misspelt option.

#[polymer_task::task(nane = "other")]
fn shout(input: String) -> String {
    input
}

fn main() {}
