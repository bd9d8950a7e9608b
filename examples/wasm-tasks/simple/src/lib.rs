//! The original's example: a task with a text and a time to wait, in tenths of a second.

use polymer_task::{Failure, task};
use std::time::Duration;

/// Waits, then says its text and how long it waited.
#[task]
#[derive(Debug, Default)]
pub struct Simple {
    /// What to say; no other task has the same.
    #[task(id)]
    #[serde(default)]
    pub text: String,
    /// How long to wait before, in tenths of a second.
    #[serde(default)]
    pub wait: f64,
    /// What was said, once it was.
    #[serde(default)]
    pub said: String,
}

impl Simple {
    /// Makes the attempt. The fields as they stand afterwards are the output.
    pub fn run(&mut self) -> Result<(), Failure> {
        let seconds = self.wait / 10.0;
        let wait =
            Duration::try_from_secs_f64(seconds).map_err(|_| Failure::bad_input("a wait is 0 or more"))?;
        std::thread::sleep(wait);
        self.said = format!("{} {seconds:?}", self.text);
        println!("{}", self.said);
        Ok(())
    }
}
