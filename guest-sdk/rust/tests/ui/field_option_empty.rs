//! A mark that says nothing, in a struct that derives serde itself.

use polymer_task::serde::{Deserialize, Serialize};

#[polymer_task::task]
#[derive(Serialize, Deserialize)]
#[serde(crate = "polymer_task::serde")]
struct Greet {
    #[task]
    name: String,
}

impl Greet {
    fn run(&mut self) {}
}

fn main() {}
