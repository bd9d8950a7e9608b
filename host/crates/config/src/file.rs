//! Content of a `polymer.toml`: profiles, each a table of settings. Every key of every profile is
//! checked, whichever applies.

use super::error::ConfigError;
use super::key::{SettingKey, SettingKind};
use super::layer::{GivenValue, SettingLayer};
use super::settings::SettingSource;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The only table at the top.
pub(super) const PROFILES: &str = "profile";
/// The other key that may stand there: the version of the file.
const VERSION_KEY: &str = "version";
/// The version that is known. A file that does not say it has this one.
const VERSION: u32 = 1;

/// A file that was read: its profiles by their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFile {
    /// Path of the file.
    pub path: PathBuf,
    /// Settings of each profile.
    pub profiles: BTreeMap<String, SettingLayer>,
}

/// Where a value stands, for errors.
struct ValuePlace<'a> {
    path: &'a Path,
    text: &'a str,
    profile: &'a str,
    key: &'a str,
    line: usize,
}

impl ConfigFile {
    /// Reads the text of the file that is called `path`.
    ///
    /// # Errors
    /// If it is no TOML, or something in it is no profile, no setting, or of the wrong type.
    pub fn parse(path: &Path, text: &str, keys: &[SettingKey]) -> Result<Self, ConfigError> {
        let document = document(path, text)?;
        let mut profiles = BTreeMap::new();
        for (name, value) in document.get_ref().iter().filter(|(name, _)| name.get_ref() != VERSION_KEY) {
            let no_profile = |name: &Spanned<_>, called: String| ConfigError::NoProfileTable {
                path: path.to_path_buf(),
                line: line(text, name.span().start),
                name: called,
            };
            let tables = value.get_ref().as_table().filter(|_| name.get_ref() == PROFILES);
            let tables = tables.ok_or_else(|| no_profile(name, name.get_ref().to_string()))?;
            for (profile, settings) in tables {
                let table = settings.get_ref().as_table();
                let table =
                    table.ok_or_else(|| no_profile(profile, format!("{PROFILES}.{}", profile.get_ref())))?;
                profiles.insert(
                    profile.get_ref().to_string(),
                    layer(path, text, profile.get_ref(), table, keys)?,
                );
            }
        }
        Ok(Self { path: path.to_path_buf(), profiles })
    }
}

/// Everything that the file which is called `path` has, of a version that is known.
///
/// # Errors
/// If it is no TOML, or of another version.
pub(super) fn document<'a>(path: &Path, text: &'a str) -> Result<Spanned<DeTable<'a>>, ConfigError> {
    let document = DeTable::parse(text).map_err(|error| {
        // Where it was cut short is its own last line, not the one behind its newline.
        let at = error.span().map_or(0, |span| span.start).min(text.trim_ascii_end().len());
        let (line, column) = (line(text, at), column(text, at));
        ConfigError::Syntax { path: path.to_path_buf(), line, column, message: error.message().to_owned() }
    })?;
    check_version(path, text, document.get_ref())?;
    Ok(document)
}

/// That the file has a version that is known. It is looked at before anything else: in another one
/// the rest may be.
fn check_version(path: &Path, text: &str, document: &DeTable<'_>) -> Result<(), ConfigError> {
    let Some((name, value)) = document.iter().find(|(name, _)| name.get_ref() == VERSION_KEY) else {
        return Ok(());
    };
    let (path, line) = (path.to_path_buf(), line(text, name.span().start));
    match value.get_ref() {
        DeValue::Integer(_) => {
            let version = typed(value.get_ref()).unwrap_or_default().to_string_lossy().into_owned();
            if version == VERSION.to_string() {
                return Ok(());
            }
            Err(ConfigError::Version { path, line, version, known: VERSION })
        }
        other => Err(ConfigError::NoVersion { path, line, found: found(other) }),
    }
}

fn layer(
    path: &Path,
    text: &str,
    profile: &str,
    table: &DeTable<'_>,
    keys: &[SettingKey],
) -> Result<SettingLayer, ConfigError> {
    let mut layer = SettingLayer::new();
    for (name, value) in table {
        let line = line(text, name.span().start);
        let Some(key) = SettingKey::named(keys, name.get_ref()).filter(|key| key.is_setting) else {
            return Err(ConfigError::UnknownKey {
                path: path.to_path_buf(),
                line,
                profile: profile.to_owned(),
                key: name.get_ref().to_string(),
                near: SettingKey::meant(keys, name.get_ref()).map(str::to_owned),
            });
        };
        let place = ValuePlace { path, text, profile, key: &key.name, line };
        let source = SettingSource::File { path: path.to_path_buf(), profile: profile.to_owned(), line };
        layer.insert(key.name.clone(), GivenValue { values: values(&place, key.kind, value)?, source });
    }
    Ok(layer)
}

/// A value as it would be typed behind its flag.
fn values(
    place: &ValuePlace<'_>,
    kind: SettingKind,
    value: &Spanned<DeValue<'_>>,
) -> Result<Vec<OsString>, ConfigError> {
    let wanted = match kind {
        SettingKind::Switch => "true or false",
        SettingKind::Many => "a text, a number or a list of them",
        SettingKind::One | SettingKind::Place | SettingKind::Rest => "a text or a number",
    };
    let wrong = |value: &Spanned<DeValue<'_>>| ConfigError::WrongType {
        path: place.path.to_path_buf(),
        line: if value.span().is_empty() { place.line } else { line(place.text, value.span().start) },
        profile: place.profile.to_owned(),
        key: place.key.to_owned(),
        wanted,
        found: found(value.get_ref()),
    };
    let one = |value: &Spanned<DeValue<'_>>| typed(value.get_ref()).ok_or_else(|| wrong(value));
    match (kind, value.get_ref()) {
        (SettingKind::Switch, DeValue::Boolean(on)) => Ok(vec![on.to_string().into()]),
        (SettingKind::Switch, _) => Err(wrong(value)),
        (SettingKind::Many, DeValue::Array(list)) => list.iter().map(one).collect(),
        _ => Ok(vec![one(value)?]),
    }
}

/// A text, or a number in decimal: whether it may be one with a fraction, and which, is for its
/// flag to say.
pub(super) fn typed(value: &DeValue<'_>) -> Option<OsString> {
    match value {
        DeValue::String(text) => Some(text.as_ref().into()),
        DeValue::Integer(number) => {
            i128::from_str_radix(number.as_str(), number.radix()).ok().map(|number| number.to_string().into())
        }
        DeValue::Float(number) => Some(number.as_str().into()),
        _ => None,
    }
}

pub(super) const fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The place of the byte at `offset` in its line, in characters from 1.
pub(super) fn column(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    before.rsplit('\n').next().unwrap_or_default().chars().count() + 1
}

/// The line of the byte at `offset`, from 1.
pub(super) fn line(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
