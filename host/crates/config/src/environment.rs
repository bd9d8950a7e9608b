//! `POLYMER_*` variables as settings: one variable a flag. Other programs name variables of theirs
//! like this too, so what is not near a flag is passed over.

use super::error::ConfigError;
use super::key::{SettingKey, SettingKind};
use super::layer::{GivenValue, SettingLayer};
use super::settings::SettingSource;
use super::variable::{PREFIX, variable};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

/// Which profile applies.
pub const PROFILE: &str = "POLYMER_PROFILE";
/// Which file is read.
pub const CONFIG: &str = "POLYMER_CONFIG";
/// Variables that Polymer knows and that set nothing: the two above, where bundled modules are,
/// which command the Python library starts, those that `--task-env` gives to tasks, and those that
/// the command of `--on-fail-rate` gets.
const KNOWN: [&str; 9] = [
    PROFILE,
    CONFIG,
    "POLYMER_MODULES",
    "POLYMER_COMMAND",
    "POLYMER_TASK_ID",
    "POLYMER_ATTEMPT",
    "POLYMER_ALERT_FAILED",
    "POLYMER_ALERT_TASKS",
    "POLYMER_ALERT_RUN_DIR",
];
/// Endings of names that belong to no flag: those of a service in Kubernetes or Docker, and of what
/// a Dockerfile pins.
const FOREIGN_ENDINGS: [&str; 5] = ["_PORT", "_HOST", "_ADDR", "_PROTO", "_VERSION"];

/// Result of reading the variables.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct EnvironmentSettings {
    /// Settings that they make.
    pub layer: SettingLayer,
    /// Names that begin like ours and are nobody's that we know, in order.
    pub passed_over: Vec<String>,
}

/// Returns whether a variable begins like those of polymer.
fn is_ours(name: &OsStr) -> bool {
    name.as_bytes().starts_with(PREFIX.as_bytes())
}

/// Returns the settings that the variables make. A flag that can be given several times gets one
/// value.
///
/// # Errors
/// If a name that sets nothing is near a flag's, since a limit that is mistyped must not be passed
/// over; or a switch is neither on nor off.
pub fn environment(
    keys: &[SettingKey],
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<EnvironmentSettings, ConfigError> {
    let mut environment = EnvironmentSettings::default();
    for (name, value) in variables.into_iter().filter(|(name, _)| is_ours(name)) {
        let Some(key) = keys.iter().find(|key| key.is_setting && name == *variable(&key.name)) else {
            environment.passed_over.extend(passed_over(keys, &name)?);
            continue;
        };
        let value = if key.kind == SettingKind::Switch { switch(key, &value)? } else { value };
        environment
            .layer
            .insert(key.name.clone(), GivenValue { values: vec![value], source: SettingSource::Env });
    }
    environment.passed_over.sort();
    Ok(environment)
}

/// The name of a variable that sets nothing, where that is worth a word.
fn passed_over(keys: &[SettingKey], name: &OsStr) -> Result<Option<String>, ConfigError> {
    let name = name.to_string_lossy().into_owned();
    if KNOWN.contains(&name.as_str()) || is_foreign(&name) {
        return Ok(None);
    }
    let typed = name.strip_prefix(PREFIX).unwrap_or_default().to_ascii_lowercase().replace('_', "-");
    let Some(flag) = SettingKey::near_flag(keys, &typed) else { return Ok(Some(name)) };
    let meant = variable(&flag.name);
    if flag.is_setting || KNOWN.contains(&meant.as_str()) {
        return Err(ConfigError::UnknownVariable { name, near: meant });
    }
    Err(ConfigError::OnlyTyped { name, flag: flag.name.clone() })
}

/// Returns whether a name is of a kind that no flag has: `POLYMER_PORT`, `POLYMER_PORT_80_TCP`,
/// `POLYMER_SERVICE_PORT_HTTP`.
fn is_foreign(name: &str) -> bool {
    let names_port = |(_, rest): (&str, &str)| {
        let number = rest.split('_').next().unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    FOREIGN_ENDINGS.iter().any(|ending| name.ends_with(ending))
        || name.contains("_SERVICE_PORT_")
        || name.split_once("_PORT_").is_some_and(names_port)
}

fn switch(key: &SettingKey, value: &OsStr) -> Result<OsString, ConfigError> {
    match value.to_str() {
        Some("1" | "true") => Ok("true".into()),
        Some("0" | "false") => Ok("false".into()),
        _ => Err(ConfigError::NoSwitch {
            name: variable(&key.name),
            value: value.to_string_lossy().into_owned(),
        }),
    }
}
