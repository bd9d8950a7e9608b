//! A method is no task.

struct Shop;

impl Shop {
    #[polymer_task::task]
    fn shout(&self, input: String) -> String {
        input
    }
}

fn main() {}
