//! Fields need names.

#[polymer_task::task]
struct Pair(u32, #[serde(default)] u32);

fn main() {}
