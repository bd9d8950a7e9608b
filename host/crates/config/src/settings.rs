//! The settings of one run, in the order in which help has them, each with where it came from.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// Where a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingSource {
    /// The command line.
    Flag,
    /// The variable of its name: see [`variable`](super::variable()).
    Env,
    /// A profile.
    File {
        /// Of this file, as it was named.
        path: PathBuf,
        /// Its name.
        profile: String,
        /// The line of the key, from 1.
        line: usize,
    },
    /// The run that goes on.
    Saved,
    /// Nobody said anything.
    Default,
}

/// Value of one flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The flag's long name without dashes; `module` and `more-args` are the arguments without a
    /// flag.
    pub name: String,
    /// Its values as they are typed, `true` or `false` for a switch. What is not UTF-8 is shown as
    /// well as it goes.
    pub values: Vec<String>,
    /// Who said so.
    pub source: SettingSource,
    /// True if `values` are the exact values.
    is_exact: bool,
}

/// The settings of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunSettings {
    settings: Vec<Setting>,
    /// The files that were read for them.
    files: Vec<PathBuf>,
}

/// A value that cannot be kept as text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the value of `{name}` is not UTF-8, so it cannot be kept for a later run")]
pub struct NotText {
    /// Of which setting.
    pub name: String,
}

impl Setting {
    /// A setting with these values.
    #[must_use]
    pub fn new(name: &str, values: &[OsString], source: SettingSource) -> Self {
        let is_exact = values.iter().all(|value| value.to_str().is_some());
        let values = values.iter().map(|value| shown(value)).collect();
        Self { name: name.to_owned(), values, source, is_exact }
    }

    /// Returns whether [`values`](Self::values) are the exact values, and not what can be shown of
    /// bytes that are not UTF-8.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// Where it came from, in words that stand in a line.
    #[must_use]
    pub fn origin(&self) -> String {
        self.source.origin(&self.name)
    }
}

impl SettingSource {
    /// Where the setting `name` came from, in words that stand in a line.
    #[must_use]
    pub fn origin(&self, name: &str) -> String {
        match self {
            Self::Flag => "flag".to_owned(),
            Self::Env => super::variable::variable(name),
            Self::File { path, profile, .. } => format!("{} [profile.{profile}]", path.display()),
            Self::Saved => "the run".to_owned(),
            Self::Default => "default".to_owned(),
        }
    }
}

impl RunSettings {
    /// These, in this order.
    #[must_use]
    pub const fn new(settings: Vec<Setting>) -> Self {
        Self { settings, files: Vec::new() }
    }

    /// The same, for which these files were read, whether or not one of them sets anything.
    #[must_use]
    pub fn read_from(self, files: Vec<PathBuf>) -> Self {
        Self { files, ..self }
    }

    /// The same, with this in place of the setting of its name.
    #[must_use]
    pub fn with(mut self, setting: Setting) -> Self {
        if let Some(place) = self.settings.iter_mut().find(|other| other.name == setting.name) {
            *place = setting;
        }
        self
    }

    /// The files that were read for them.
    #[must_use]
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The setting of this name; `None` where nothing was said and there is no default.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.name == name)
    }

    /// All that have a value, in the order of help.
    pub fn iter(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter()
    }

    /// Returns what makes the same plan again, whatever the defaults are then: all values, given or
    /// not.
    ///
    /// # Errors
    /// If a value is not UTF-8.
    pub fn to_saved(&self) -> Result<BTreeMap<String, Vec<String>>, NotText> {
        let saved = |setting: &Setting| {
            if setting.is_exact {
                Ok((setting.name.clone(), setting.values.clone()))
            } else {
                Err(NotText { name: setting.name.clone() })
            }
        };
        self.settings.iter().map(saved).collect()
    }
}

fn shown(value: &OsStr) -> String {
    value.to_string_lossy().into_owned()
}
