//! One id a task. The attributes of the fields are not complained of as well.

#[polymer_task::task]
struct Copy {
    #[task(id)]
    from: String,
    #[serde(default)]
    #[task(id)]
    to: String,
}

impl Copy {
    fn run(&mut self) {}
}

fn main() {}
