//! Keys that can be set: a flag's name, what it takes, and what it conflicts with.
//!
//! Keys are passed in, not known here: they are derived from the flags.

/// A setting that a run has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingKey {
    /// The flag's long name, without dashes in front.
    pub name: String,
    /// Kind of its value.
    pub kind: SettingKind,
    /// True if a file or a variable may set it.
    pub is_setting: bool,
    /// Under which heading help has it; empty for none.
    pub heading: String,
    /// Other names the flag answers to.
    pub aliases: Vec<String>,
    /// Names of those that cannot be given beside it.
    pub clashes: Vec<String>,
}

/// Kind of a flag's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    /// Nothing: it is there or not. Its value is `true` or `false`.
    Switch,
    /// One value.
    One,
    /// Any number of values.
    Many,
    /// No flag, but an argument by its place.
    Place,
    /// The arguments behind `--`.
    Rest,
}

impl SettingKey {
    /// Returns whether it is part of what a run was started with: a setting, or an argument without
    /// a flag.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        self.is_setting || matches!(self.kind, SettingKind::Place | SettingKind::Rest)
    }

    /// The key of this name among `keys`.
    #[must_use]
    pub fn named<'a>(keys: &'a [Self], name: &str) -> Option<&'a Self> {
        keys.iter().find(|key| key.name == name)
    }

    /// The setting that somebody who wrote `name` may have meant: by another name of its own, or
    /// the nearest.
    #[must_use]
    pub fn meant<'a>(keys: &'a [Self], name: &str) -> Option<&'a str> {
        Self::near(keys.iter().filter(|key| key.is_setting), name).map(|key| key.name.as_str())
    }

    /// The same, also of flags that are no settings.
    #[must_use]
    pub fn near_flag<'a>(keys: &'a [Self], name: &str) -> Option<&'a Self> {
        Self::near(
            keys.iter().filter(|key| !matches!(key.kind, SettingKind::Place | SettingKind::Rest)),
            name,
        )
    }

    fn near<'a>(keys: impl Iterator<Item = &'a Self> + Clone, name: &str) -> Option<&'a Self> {
        let other = keys.clone().find(|key| key.aliases.iter().any(|alias| alias == name));
        other.or_else(|| {
            let near = super::suggestion::nearest(name, keys.clone().map(|key| key.name.as_str()))?;
            keys.clone().find(|key| key.name == near)
        })
    }
}
