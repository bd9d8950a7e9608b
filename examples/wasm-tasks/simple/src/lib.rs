//! The first task: it waits, then says its text.

use std::thread;
use std::time::Duration;

use polymer_task::{Failure, task};

/// Waits, then says its text.
#[task]
pub struct Simple {
    /// What to say.
    #[serde(default)]
    pub text: String,
    /// How long to wait before, in seconds.
    #[serde(default)]
    pub wait: f64,
}

impl Simple {
    /// Makes the attempt. The fields as they stand afterwards are the output.
    pub fn run(&mut self) -> Result<(), Failure> {
        let wait = Duration::try_from_secs_f64(self.wait)
            .map_err(|error| Failure::bad_input(format!("wait: {error}")))?;
        thread::sleep(wait);
        self.text = format!("worker: {}", self.text);
        println!("{}", self.text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_comes_back() {
        let mut task = Simple { text: "Task 0".to_owned(), wait: 0.001 };
        task.run().unwrap();
        assert_eq!(task.text, "worker: Task 0");
    }

    #[test]
    fn a_negative_wait_is_the_inputs_fault() {
        let failure = Simple { text: String::new(), wait: -1.0 }.run().unwrap_err();
        assert!(failure.bad_input, "{failure}");
    }
}
