//! No fields are written as braces.

#[polymer_task::task]
struct Nothing;

fn main() {}
