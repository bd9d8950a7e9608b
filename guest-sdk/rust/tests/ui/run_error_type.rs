//! The error of `run` says why the attempt failed.

struct Odd;

#[polymer_task::task]
struct Half {
    number: u32,
}

impl Half {
    fn run(&mut self) -> Result<(), Odd> {
        if self.number % 2 == 0 { Ok(()) } else { Err(Odd) }
    }
}

fn main() {}
