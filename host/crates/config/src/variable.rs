//! The variable that sets a flag.

/// Prefix of every variable.
pub(super) const PREFIX: &str = "POLYMER_";

/// The variable that sets the flag `name`.
#[must_use]
pub fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_ascii_uppercase().replace('-', "_"))
}
