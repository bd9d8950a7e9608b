//! Says how long a text is: a task whose cost is that of its input.

use polymer_task::task;

/// The length of `text` in bytes.
#[task]
pub fn length(text: String) -> usize {
    text.len()
}
