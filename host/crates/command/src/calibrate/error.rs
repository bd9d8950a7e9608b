//! Errors by which `polymer calibrate` proposes nothing, or does not write what it proposes.

use polymer_host_config::ConfigError;

/// Why limits are not proposed, or not written.
#[derive(Debug, thiserror::Error)]
pub enum CalibrateError {
    /// The profile cannot go to the file.
    #[error(transparent)]
    Profile(#[from] ConfigError),
    /// No case tells what a reference needs.
    #[error("no limits are proposed: no case ended within the limits, so none tells what is needed")]
    NoNeed,
    /// Fuel, which it is to propose, would not be counted.
    #[error("no limits are proposed: `--fuel off` counts no fuel, and fuel is one of them")]
    NoFuel,
}

impl CalibrateError {
    /// Returns what may help.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Profile(error) => error.hint(),
            Self::NoNeed => Some("add cases that a reference passes without hitting a limit"),
            Self::NoFuel => Some("give `--fuel` an amount that every reference keeps to, such as 30G"),
        }
    }
}
