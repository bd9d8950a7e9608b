//! A task whose crate depends on the SDK as it is packaged: its wasm build needs the contract, which a native build does not.

/// Makes text loud.
#[polymer_task::task]
pub fn shout(text: String) -> String {
    polymer_task::info!("{} bytes", text.len());
    text.to_uppercase()
}
