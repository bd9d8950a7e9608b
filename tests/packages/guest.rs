//! A task whose crate depends on the SDK as it is packaged: its wasm build needs the contract,
//! which a native build does not.

use polymer_task::task;

/// Makes text loud.
#[task]
#[derive(Debug)]
pub struct Shout {
    pub text: String,
}

impl Shout {
    pub fn run(&mut self) {
        polymer_task::info!("{} bytes", self.text.len());
        self.text = self.text.to_uppercase();
    }
}
