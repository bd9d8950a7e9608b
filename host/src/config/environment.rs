//! `POLYMER_*` variables as settings: one variable a flag, and none that is not known.

use super::error::ConfigError;
use super::key::{Key, Kind};
use super::layer::{Given, Layer};
use super::settings::Source;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

/// What every variable begins with.
const PREFIX: &str = "POLYMER_";
/// Which profile applies.
pub const PROFILE: &str = "POLYMER_PROFILE";
/// Which file is read.
pub const CONFIG: &str = "POLYMER_CONFIG";

/// Whether a variable is one that polymer has to know.
#[must_use]
pub fn is_ours(name: &OsStr) -> bool {
    name.as_bytes().starts_with(PREFIX.as_bytes())
}

/// The variable that sets the flag `name`.
#[must_use]
pub fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_ascii_uppercase().replace('-', "_"))
}

/// What the variables set; those of others are passed over, and so are [`PROFILE`] and [`CONFIG`]. A flag that can be given several times
/// gets one value.
///
/// # Errors
/// If one that begins like ours is not known, since a limit that is mistyped must not be passed over; or a switch is neither on nor off.
pub fn environment(
    keys: &[Key],
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Layer, ConfigError> {
    let mut layer = Layer::new();
    for (name, value) in variables {
        if !is_ours(&name) || name == PROFILE || name == CONFIG {
            continue;
        }
        let Some(key) = keys.iter().find(|key| key.is_setting && name == *variable(&key.name)) else {
            return Err(unknown(keys, &name));
        };
        let value = if key.kind == Kind::Switch { switch(key, &value)? } else { value };
        layer.insert(key.name.clone(), Given { values: vec![value], source: Source::Env });
    }
    Ok(layer)
}

fn unknown(keys: &[Key], name: &OsStr) -> ConfigError {
    let name = name.to_string_lossy().into_owned();
    let typed = name.strip_prefix(PREFIX).unwrap_or_default().to_ascii_lowercase().replace('_', "-");
    let near = Key::meant(keys, &typed).map(variable);
    ConfigError::UnknownVariable { name, near }
}

fn switch(key: &Key, value: &OsStr) -> Result<OsString, ConfigError> {
    match value.to_str() {
        Some("1" | "true") => Ok("true".into()),
        Some("0" | "false") => Ok("false".into()),
        _ => Err(ConfigError::NoSwitch {
            name: variable(&key.name),
            value: value.to_string_lossy().into_owned(),
        }),
    }
}
