//! The variable that sets a flag.

/// What every variable begins with.
pub(super) const PREFIX: &str = "POLYMER_";

/// The variable that sets the flag `name`.
#[must_use]
pub fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_ascii_uppercase().replace('-', "_"))
}
